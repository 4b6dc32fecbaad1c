"""Faults by meaning, and nodes that start one after the other."""

import pytest

from core.kernel.scenario import Crash, Lose, LoseMessage, LoseWhere, Spread, Strike, Swap
from core.protocols.premise.echo import Ping
from levels.check import QUICK, check
from levels.loader import from_text, load
from levels.players import Nobody
from levels.proofs import prove
from levels.schema import LevelError
from levels.trials import Trials
from tests.levels.helpers import changed, problems_of

LOSE = 'lose = "server -> client"\nnth = 2'


def level(text):
    return from_text(changed((LOSE, text)), "course/a-level.toml")


@pytest.mark.parametrize(
    ("text", "happening"),
    [
        ('crash = "server"\nafter = "save decided"', Strike("server", "save", "decided")),
        ('crash = "server"\nbefore = "send Pong"\nnth = 2\nat = "1s"\nback = "2s"',
         Strike("server", "send", "Pong", True, 2, 1_000_000, 2_000_000)),
        ('crash = "client"\nafter = "deliver"', Strike("client", "deliver")),
        ('crash = "server"\nat = "1s"\neffects = 2', Crash(1_000_000, "server", None, 2)),
        ('lose = "server -> client"\nmessage = "Pong"', LoseMessage("server", "client", "Pong")),
        ('lose = "client -> server"\nmessage = "Ping"\nnth = 3\nafter = "1s"\nfate = "late"\nlate = "10ms"',
         LoseMessage("client", "server", "Ping", 3, "late", 10_000, 1_000_000)),
        (LOSE, Lose("server", "client", 2)),
    ],
)  # fmt: skip
def test_what_happens_is_said_by_meaning_or_by_count(text, happening):
    assert level(text).scenario.happenings == (happening,)


def test_a_message_that_another_seed_strikes():
    scenario = level('lose = "server -> client"\nmessage = "Pong"\nnth = [2, 3]').scenario
    assert scenario.spreads == (Spread(0, (2, 3), 4),)
    numbers = {scenario.reseeded(seed).happenings[0].nth for seed in range(20)}
    assert numbers == {2, 3}


def test_a_fault_by_meaning_that_nobody_meets_is_found():
    for text, word in (
        ('lose = "server -> client"\nmessage = "Pong"\nnth = 40', "lose"),
        ('crash = "server"\nafter = "save x"', "crash"),
    ):
        found = check(level(text), QUICK).findings
        assert any(f"this {word} changes nothing" in finding.words for finding in found)


@pytest.mark.parametrize(
    ("starts", "times"),
    [
        ('"0..1s"', [0, 333_333, 666_666, 1_000_000]),
        ('"2s..5s"', [2_000_000, 3_000_000, 4_000_000, 5_000_000]),
        ('"1s"', [1_000_000] * 4),
    ],
)
def test_nodes_of_a_pattern_start_one_after_the_other(starts, times):
    text = changed(("server = { runs", f'"s1..s4" = {{ runs = "echo.server", starts = {starts} }}\nserver = {{ runs'))
    nodes = from_text(text, "course/a-level.toml").scenario.nodes
    assert [node.starts for node in nodes if node.name[0] == "s" and node.name != "server"] == times


def test_a_text_names_the_keys_of_the_players_moves_and_no_other():
    found = check(from_text(changed(('"a nudge"', '"press {key:enter}"')), "course/a-level.toml"), QUICK).findings
    assert any(finding.words.startswith("no move of the player's is called 'enter'") for finding in found)
    found = check(from_text(changed(('"a nudge"', '"press {key:ask again"')), "course/a-level.toml"), QUICK).findings
    assert any(finding.words.startswith("a key is begun, and not ended") for finding in found)
    sound = check(from_text(changed(), "course/a-level.toml"), QUICK).findings
    assert not any("no move" in finding.words for finding in sound)


THREE = changed(
    (
        "server = { runs",
        'slow = { runs = "echo.client", count = 1, patience = "1s" }\n'
        'late = { runs = "echo.client", count = 2, starts = "1s" }\nserver = { runs',
    ),
    ("server = { player", 'late = { persona = "in a hurry" }\nserver = { player'),
    ("title =", 'swaps = ["slow, late"]\ntitle ='),
)


def test_nodes_change_places_on_another_seed():
    """Parameters, start and persona go along; names and their order stay; the level's own seed is as the file says."""
    home = from_text(THREE, "course/a-level.toml").scenario
    assert home.swaps == (Swap(("slow", "late"), home.seed),)
    names = [node.name for node in home.nodes]
    casts = set()
    for seed in range(20):
        other = home.reseeded(seed)
        assert [node.name for node in other.nodes] == names
        nodes = {node.name: node for node in other.nodes}
        hurried = next(iter(other.seats))
        calm = "slow" if hurried == "late" else "late"
        assert (nodes[hurried].starts, nodes[hurried].parameters["count"]) == (1_000_000, 2)
        assert (nodes[calm].starts, nodes[calm].parameters["count"]) == (0, 1)
        assert dict(other.seats) == {hurried: "in a hurry"}
        assert other.digest() == home.digest()
        assert other.reseeded(home.seed) == home  # there and back
        casts.add((hurried, other.variant))
    assert len(casts) == 2


def test_who_is_another_in_the_second_row_changes_places_too():
    home = load("sockets/hello-hello")
    for level in (home, *home.acts[:1]):
        for seed in range(8):
            other = level.scenario.reseeded(seed)
            blocks = {node.name for node in other.nodes if node.parameters.get("blocks")}
            tried = {name for name, values in other.twin.parameters.items() if "tries" in values}
            assert tried == {"ana", "ben", "cem"} - blocks
            assert other.digest() == level.scenario.digest()
    assert len({level.scenario.reseeded(seed).variant for seed in range(20)}) == 6


def test_what_no_die_decides_is_run_once_for_each_cast():
    trials = Trials(from_text(THREE, "course/a-level.toml"))
    with trials.part("nobody"):
        for number in range(20):
            trials.blind(Nobody(), number, "nobody")
    assert trials.work["nobody"].worlds == 2


def test_who_did_not_change_places_is_another_level():
    plain = from_text(THREE.replace('swaps = ["slow, late"]\n', ""), "course/a-level.toml").scenario
    assert plain.digest() != from_text(THREE, "course/a-level.toml").scenario.digest()
    assert plain.reseeded(5).nodes == plain.nodes


@pytest.mark.parametrize(
    ("swaps", "words"),
    [
        ('["slow"]', "'slow' is one node: who changes places needs another"),
        ('["slow, lat"]', "there is no node 'lat', did you mean 'late'?"),
        ('["slow, server"]', "server is the player, who keeps the place"),
        ('["slow, late", "late, client"]', "late is in two groups"),
        ('["slow, slow"]', "'slow, slow' names slow twice"),
        ('"slow, late"', "swaps is a text: a list is wanted"),
    ],
)
def test_who_cannot_change_places(swaps, words):
    problems = problems_of(THREE.replace('["slow, late"]', swaps))
    assert any(words in problem for problem in problems), problems


def test_the_nth_message_in_which_a_field_is_so_by_the_seed():
    text = 'lose = "server -> client"\nmessage = "Pong"\nwhere = { number = [2, 3] }'
    scenario = level(text).scenario
    assert scenario.happenings == (LoseWhere("server", "client", "Pong", fields=(("number", 2),)),)
    assert scenario.spreads == (Spread(0, (2, 3), 4, "number"),)
    assert {scenario.reseeded(seed).happenings[0].fields for seed in range(20)} == {(("number", 2),), (("number", 3),)}
    world = prove(level(text))
    lost = [entry.detail.number for entry in world.trace if entry.kind == "drop"]
    assert lost == [2]
    assert not [one for one in check(level(text), QUICK).findings if "changes nothing" in one.words]


def late(*more):
    """Two clocks that drift otherwise from then on, of which the second wave has these lines, too."""
    return level(
        'node = "client"\nat = "1s"\nset = { drift = 50 }\nlater = ["0s", "400ms", "900ms"]\n'
        '[[happens]]\nnode = "server"\nat = "1200ms"\nset = { drift = -50 }\n' + "\n".join(more)
    )


def test_waves_with_the_same_list_come_later_together_by_the_seed():
    scenario = late('later = ["0s", "400ms", "900ms"]').scenario
    assert [wave.at for wave in scenario.happenings] == [1_000_000, 1_200_000]
    assert [wave.at for wave in scenario.reseeded(scenario.seed).happenings] == [1_000_000, 1_200_000]
    times = {tuple(wave.at for wave in scenario.reseeded(seed).happenings) for seed in range(20)}
    assert times == {(1_000_000, 1_200_000), (1_400_000, 1_600_000), (1_900_000, 2_100_000)}
    again = scenario.reseeded(5).reseeded(6)
    assert again.happenings == scenario.reseeded(6).happenings
    assert again.digest() == scenario.digest() != late().scenario.digest()
    assert [wave.at for wave in late().scenario.reseeded(6).happenings][1] == 1_200_000


@pytest.mark.parametrize("words", ['"0s"', '["0s"]', '["1s", "2s"]', '["0s", "soon"]', '["0s", "1s", "1s"]', "[0, 1]"])
def test_a_list_of_times_that_says_nothing_is_refused_in_words(words):
    text = changed((LOSE, f'node = "client"\nat = "1s"\nset = {{ drift = 50 }}\nlater = {words}'))
    assert any("on other seeds" in problem for problem in problems_of(text)), problems_of(text)


def test_a_level_that_is_lost_when_a_wave_comes_later_is_refused():
    """Patience is gone from the start, and comes back too late."""
    wave = '[[happens]]\nnode = "client"\nat = "{at}"\nset = {{ patience = "{patience}" }}\n'
    back = wave.format(at="2ms", patience="200ms") + 'later = ["0s", "58s"]'
    found = check(level(f"{LOSE}\n{wave.format(at='1ms', patience='59s')}{back}"), QUICK).findings
    assert any(finding.words == "58 s later its proof does not win" for finding in found), found


def test_a_wave_from_a_message_on_for_a_while():
    text = (
        'link = "client <-> server"\nset = { loss = 1.0 }\nfor = "900ms"\n'
        'from = { sent = "client -> server", message = "Ping", where = { number = 2 } }'
    )
    world = prove(level(text))
    asks = [entry.time for entry in world.trace if entry.kind == "send" and entry.detail == Ping(2)]
    assert world.outcome.won
    assert len(asks) == 6
    assert [entry.kind for entry in world.trace if entry.kind in ("wave", "calm")] == ["wave", "calm"]


def test_what_is_wrong_with_a_mark_is_said():
    mark = (
        'link = "client <-> server"\nset = {{ loss = 1.0 }}\n{}'
        'from = {{ sent = "client -> server", message = "Ping", {} }}'
    )
    for more, where, words in (
        ("", "where = { numer = 2 }", "did you mean 'number'?"),
        ("", "where = {}", "where what is so?"),
        (
            'for = "1s"\nuntil = { sent = "client -> server", message = "Ping" }\n',
            "where = { number = 2 }",
            "this wave ends twice",
        ),
    ):
        with pytest.raises(LevelError) as found:
            level(mark.format(more, where))
        assert words in str(found.value)
