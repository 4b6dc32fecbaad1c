"""The linter finds what it is there to find: each rule broken once, on its line."""

import sys
from dataclasses import replace

import pytest

from core.kernel.choice import Asked
from core.kernel.domains import OneOf
from core.kernel.laws import BoundLaw, Evidence
from core.kernel.scenario import DiceSpec, Hand, Lose
from core.kernel.seats import Book
from core.kernel.trace import DELIVER, Entry
from core.protocols import BY_NAME
from core.protocols.premise.echo import Server
from core.session.scoring import stars
from levels import proofs
from levels.check import FULL, QUICK, Effort, Severity, Status, check, check_file, left_out
from levels.cost import dear_laws
from levels.loader import campaign, compiled, from_text
from levels.players import Survey
from levels.proofs import ProofError, personas_of, play, prove, prove_scenario, with_par_figures
from levels.schema import LevelError
from levels.template import MOST_EVENTS, new_level
from tests.levels.helpers import SOUND, changed, problems_of
from tui.cli import main

FEW = Effort(chance=20, personas=8, shortest=False)
MANY = Effort(chance=1, personas=32, shortest=False)


def errors(text, effort=FEW, path="course/a.toml"):
    findings = check(from_text(text, path), effort).findings
    return [f"{one.problem.line}: {one.words}" for one in findings if one.severity is Severity.ERROR]


def test_the_sound_level_is_sound():
    report = check(from_text(SOUND, "course/a.toml"))
    assert report.status is Status.SOUND
    assert report.figures["questions"] == 5
    assert report.figures["chance"].pop("acts a run") > 1
    assert report.figures["chance"] == {"wins": 13, "starred": 2, "seeds": 200}
    assert {words: found["wins"] for words, found in report.figures["lists"].items()} == {
        "the first of every list": 0,
        "the last of every list": 0,
    }
    assert report.figures["nobody"]["seeds"] == 32
    assert list(report.figures["constants"]) == [f"always {n}/8 of the range to echo.number" for n in range(9)]
    assert report.figures["personas"] == {"counts on its own": {"loses": 17, "pays": 0, "passes": 0, "alike": 0}}
    assert report.figures["shortest_win"] == 5


HUNDRED = ("count = 4", "count = 100"), ('"5s"', '"50s"'), ('["echo.number"] }', '["echo.number"] }\n#')
BROKEN = [
    ((('limit = "5s"', 'limit = "300ms"'),), "its proof does not win: time is up"),
    ((("nth = 2", "nth = 99"),), "this lose changes nothing"),
    (
        (("nth = 2", 'nth = 2\n[[happens]]\nat = "4s"\ncrash = "client"\nback = "10ms"'),),
        "this crash changes nothing",
    ),
    (
        (("nth = 2", 'nth = 2\n[[happens]]\nat = "4s"\ncut = "client <-> server"\nfor = "1ms"'),),
        "this cut changes nothing",
    ),
    ((("[[happens]]", "network = { dice = { duplicate = 0.000001 } }\n[[happens]]"),), "duplicate changes nothing"),
    ((('seen before"', 'seen before"], no-monitor = ["echo.patience"'),), "'echo.patience' is never asked"),
    (
        (('lose = "server -> client"\nnth = 2', 'lose = "client -> server"\nnth = 2'),),
        "'echo.number: a ping seen before' is never asked on the way of the proof, so message-purposes is not covered",
    ),
    ((("You are **server**.", "word " * 60),), "the brief has 64 words: at most 60"),
    ((('"a hint", ', ""),), "2 hints: three"),
    ((('brief = "You are **server**. Send the number back."\n', ""),), "there is no brief"),
    (HUNDRED, "the player is asked 101 times: at most 25"),
    ((*HUNDRED, ("[goal]", "[play]\nhands_over = true\n\n[goal]")), ""),
    (
        (('messages = "book"', "messages = 3"),),
        "27: its proof is not within par: messages 10, and par is 3: a par that its proof keeps",
    ),
    ((('"client has every answer, in order, once", ', ""),), "doing nothing wins"),
    (
        (('[[happens]]\nlose = "server -> client"\nnth = 2\n', ""), (', "echo.number: a ping seen before"', "")),
        "'counts on its own' never has cause to answer otherwise than the book",
    ),
]


@pytest.mark.parametrize(("changes", "said"), BROKEN, ids=[said or "a hundred alike" for _, said in BROKEN])
def test_each_rule_is_found_broken(changes, said):
    found = errors(changed(*changes))
    if said:
        assert any(said in line for line in found), found
    else:  # a hundred questions of one case may be handed over after three: what is lived from counts as three
        assert found == []


@pytest.mark.parametrize(
    ("lift", "said"),
    [
        ("", "there is no lift: the one sentence"),
        (f'lift = "{"so " * 50}"', "the lift has 149 letters: one sentence, 130 at most"),
        ('lift = "Lost.\\nLost."', "the lift has several lines"),
    ],
)
def test_a_level_says_in_one_sentence_what_the_fog_hid(lift, said):
    text = changed(('lift = "The second answer was lost, and nobody knew."', lift))
    found = check(from_text(text, "course/a.toml"), QUICK).findings
    warnings = [one for one in found if one.severity is Severity.WARNING]
    assert any(said in str(one.problem) for one in warnings), warnings
    assert not any("lift" in str(one.problem) for one in check(from_text(SOUND, "course/a.toml"), QUICK).findings)


def test_a_run_that_does_not_end_in_others_hands_fails_a_level(monkeypatch):
    level = from_text(SOUND, "course/a.toml")
    monkeypatch.setattr(proofs, "MOST_EVENTS", prove(level).count)
    assert errors(SOUND) == ["24: in others' hands the run does not end within 12 events: a shorter limit"]


def test_all_questions_are_counted_but_where_a_level_lives_from_handing_over(monkeypatch):
    """Nothing runs by itself before somebody hands it over, so all count; a level can say that it lives from that."""
    text = SOUND.replace("count = 4", "count = 9")
    asked = len(prove(from_text(text, "course/a.toml")).verdicts)
    monkeypatch.setattr("levels.check.MOST_QUESTIONS", 5)
    assert asked > 5
    assert any(f"the player is asked {asked} times: at most 5" in line for line in errors(text)), errors(text)
    handing = text.replace("[goal]", "[play]\nhands_over = true\n[goal]", 1)
    assert not any("the player is asked" in line for line in errors(handing)), errors(handing)


CLIENT = (
    ('server = { player = ["echo.number"] }', 'client = { player = ["echo.patience"] }'),
    ('covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }', "covers = []"),
    ('time = "book + 20%"', 'time = "book + 900%"'),
)
PATIENT = changed(*CLIENT, ('messages = "book"', "messages = 8"))
UNLOSABLE = PATIENT.replace('limit = "5s"', 'limit = "60s"').replace("messages = 8", "messages = 10")
"""A level that is won whatever one waits, sooner or later."""
STUMBLE = ("seed = 4", 'seed = 4\nstumble = "the first level of all"')


def test_players_who_know_nothing_may_not_win():
    found = errors(PATIENT)
    for words in (
        "the first of every list wins on 8 of 8",
        "'always 1/8 of the range to echo.patience' wins on 8 of 8",
    ):
        assert [line for line in found if words in line and "on at most 2: make it a decision" in line], (words, found)
    assert not [line for line in found if "'always 4/8" in line or "doing nothing" in line]


def test_a_level_says_that_it_exists_to_be_stumbled_through():
    assert not [line for line in errors(PATIENT.replace(*STUMBLE)) if "on at most" in line]
    assert problems_of(PATIENT.replace("seed = 4", 'seed = 4\nstumble = ""'), "a.toml") == [
        '5:11: stumble gives no reason: write stumble = "why"'
    ]


def test_nobody_earns_three_stars_without_knowing_anything():
    """A constant that wins within par on two seeds in a row, be it in a level that may be stumbled through."""
    found = errors(PATIENT.replace("messages = 8", "messages = 99").replace(*STUMBLE))
    assert any("wins with three stars: within par on 8 of 8 seeds, two in a row" in line for line in found), found


def test_a_level_that_cannot_be_lost_is_judged_by_its_par():
    found = errors(UNLOSABLE)
    assert not [line for line in found if "wins on" in line]
    assert not [line for line in found if "doing nothing" in line]  # it takes too long for its par
    assert [line for line in found if "'always 1/8 of the range to echo.patience' wins within par on 8 of 8" in line]


def test_players_who_do_nothing_prove_nothing():
    """The player has a choice that chance decides, and chance has it in everybody's place."""
    text = (
        changed()
        .replace('"echo.client", count = 4, patience = "200ms"', '"uppercase.tcp_client", piece = 0')
        .replace("echo.server", "uppercase.tcp_server")
        .replace('server = { player = ["echo.number"] }', 'client = { player = ["uppercase.piece"] }')
        .replace('covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }', "")
        .replace('"client has every answer, in order, once", "no answer is believed that was not asked for"',
                 '"every client has every line in capitals, in order"')
    )  # fmt: skip
    assert [line for line in errors(text) if "chance has nothing to do on 20 seeds" in line]


@pytest.mark.parametrize(
    ("question", "again", "told"),
    [
        ("{number}, A new ping. Which goes back?", 2, ["a new ping"]),
        ("{number}, a new ping. Which goes back?", 1, []),  # the other case has the same right answer
        ("{number}. Which goes back?", 2, []),
    ],
)
def test_a_question_does_not_name_its_case_if_another_has_another_right_answer(question, again, told):
    choice = replace(BY_NAME["echo"].choice("echo.number"), question=question)
    survey = Survey()
    for number, highest in ((1, 0), (again, again)):
        survey.look(Asked(choice, "server", Server(highest=highest), {"source": "client", "number": number}, 0, (1,)))
    assert [case for _, case, _ in survey.given_away()] == told
    assert next(constant.words for constant in survey.constants()) == "always 0/8 of the range to echo.number"


def test_each_option_is_a_constant_however_many_there_are():
    """Also those that are no plausible mistake, and which a question has not among its candidates."""
    options = tuple(f"o{number:02}" for number in range(14))
    choice = replace(
        BY_NAME["echo"].choice("echo.number"), domain=OneOf(options), candidates=lambda asked: options[:3],
        book=lambda asked: "o13",
    )  # fmt: skip
    survey = Survey()
    survey.look(Asked(choice, "server", Server(), {"source": "client", "number": 1}, 0, (1,)))
    constants = survey.constants()
    assert [constant.words for constant in constants] == [f"always {option} to echo.number" for option in options]
    assert {constant.of for constant in constants} == {14}


def test_of_many_constants_those_that_never_win_are_tried_on_a_quarter_of_the_seeds(monkeypatch):
    monkeypatch.setattr("levels.check.MANY_CONSTANTS", 8)
    level = from_text(changed(('"client has every answer, in order, once", ', "")), "course/a.toml")
    constants = check(level, Effort(chance=4, personas=12, shortest=False)).figures["constants"]
    assert {(found["seeds"], found["wins"]) for found in constants.values()} == {(3, 0), (12, 12)}


def test_an_exempted_persona_may_win_and_one_that_loses_needs_no_exemption():
    exempt = 'seed = 4\nexempt = { "in a hurry" = "fun" }'
    text = PATIENT.replace("messages = 8", "messages = 99").replace("seed = 4", exempt)
    found = check(from_text(text, "course/a.toml"), MANY).findings
    assert not [one for one in found if one.severity is Severity.ERROR and "in a hurry" in one.words]
    idle = SOUND.replace("seed = 4", 'seed = 4\nexempt = { "counts on its own" = "fun", "in a hurry" = "why not" }')
    findings = check(from_text(idle, "course/a.toml"), FEW).findings
    said = [one.words for one in findings if one.severity is Severity.WARNING]
    assert any("'counts on its own' loses or pays without an exemption" in line for line in said)
    assert any("'in a hurry' answers none of the player's choices otherwise" in line for line in said)
    assert problems_of(SOUND.replace("seed = 4", 'seed = 4\nexempt = { "in a hury" = "" }'), "a.toml") == [
        "5:12: there is no persona 'in a hury': did you mean 'in a hurry'?",
        '5:26: in a hury gives no reason: write "in a hury" = "why"',
    ]


def test_a_law_that_costs_more_than_the_protocol_is_named(monkeypatch):
    def slow(evidence, client):
        for _ in range(20_000):
            pass
        return True

    level = from_text(SOUND, "course/a.toml")
    assert dear_laws(level) == []
    law = level.scenario.win[0]
    dear = replace(level.scenario, win=(BoundLaw(replace(law.law, holds=slow), law.arguments), *level.scenario.win[1:]))
    before = sys.gettrace()
    (found,) = dear_laws(replace(level, scenario=dear))
    assert found[:2] == ("win", 0)
    assert found[2] > 1
    assert sys.gettrace() is before


def test_what_no_die_decides_is_run_once():
    """Worlds, not seconds: constants and nobody run once on all 32 seeds, where the network throws no dice."""
    still = check(from_text(SOUND, "course/a.toml"), Effort(chance=5, personas=32, shortest=False))
    assert {part: work.worlds for part, work in still.work.items()} == {
        "proof": 3, "laws": 0, "faults": 1, "chance": 5, "lists": 64, "constants": 10, "personas": 1, "hints": 1,
    }  # fmt: skip
    assert still.figures["constants"]["always 8/8 of the range to echo.number"]["seeds"] == 32
    dice = SOUND.replace("[[happens]]", "network = { dice = { loss = 0.2 } }\n[[happens]]")
    rolled = check(from_text(dice, "course/a.toml"), Effort(chance=5, personas=32, shortest=False))
    assert rolled.work["constants"].worlds >= 10 * 32 / 2
    spread = SOUND.replace("nth = 2", "nth = [2, 1, 3]")
    spread = check(from_text(spread, "course/a.toml"), Effort(chance=5, personas=32, shortest=False))
    assert spread.work["constants"].worlds <= 30  # each packet that is struck is another run
    assert set(still.as_json()["work"]["chance"]) == {"worlds", "events", "seconds"}


@pytest.mark.parametrize(
    "proof",
    [(), (('limit = "5s"', 'limit = "500ms"'), ('proof = "book"', f"proof = {{ answers = {[100_000] * 4} }}"))],
    ids=["won by the book", "not won by the book"],
)
def test_a_persona_that_wins_fails_a_level_however_it_is_proved(proof):
    text = changed(*CLIENT, ('messages = "book"', "messages = 99"), *proof)
    assert (play(from_text(text, "course/a.toml").scenario, Book()).outcome.won) == (not proof)
    assert any("'in a hurry' wins within par on 16 of 16 seeds" in line for line in errors(text, MANY))


def test_a_broken_file_is_a_report_too(tmp_path):
    (tmp_path / "a.toml").write_text("[level")
    report = check_file(tmp_path / "a.toml")
    assert report.status is Status.BROKEN
    assert report.as_json()["findings"][0]["line"] == 1


# Proofs

NETWORK_LEVEL = changed(
    ('server = { player = ["echo.number"] }', "network = { hand = { lose = 2 } }"),
    ('[[happens]]\nlose = "server -> client"\nnth = 2\n', ""),
    (
        'win = ["client has every answer, in order, once", "no answer is believed that was not asked for"]',
        'win = ["a ping is answered twice"]',
    ),
    ('covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }', "covers = []"),
)


def proved(answers, text=NETWORK_LEVEL):
    return prove(from_text(text.replace('proof = "book"', f"proof = {answers}"), "course/a.toml"))


@pytest.mark.parametrize(
    "proof",
    ['"search"', '{ answers = [{ move = "network.lose", value = "Pong server -> client", at = "60ms" }] }'],
)
def test_the_network_wins_by_every_kind_of_proof(proof):
    world = proved(proof)
    assert world.outcome.won
    assert [answered.choice for answered in world.answers] == ["network.lose"]


def test_a_proof_that_does_nothing_does_not_win():
    assert not proved("{ answers = [] }").outcome.won
    assert any("its proof does not win" in line for line in errors(NETWORK_LEVEL))


def test_a_node_is_proved_by_values_by_cases_and_by_settings():
    for answers in (
        "[1, 2, 2, 3, 4]",
        '[{ choice = "echo.number", case = "a ping seen before", value = 2 }]',
        '[{ choice = "number", nth = 3, value = 2 }, 3]',
    ):
        world = proved(f"{{ answers = {answers} }}", SOUND)
        assert world.outcome.won, answers
        assert world.trace_sha256() == prove(from_text(SOUND, "course/a.toml")).trace_sha256()
    assert not proved("{ answers = [1, 2, 9] }", SOUND).outcome.won
    text = changed(
        ('server = { player = ["echo.number"] }', 'client = { player = ["echo.patience"] }'),
        (
            'covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }',
            "covers = []",
        ),
    )
    waits = proved('{ answers = ["300ms", { choice = "patience", case = "asked again", value = "1s" }] }', text)
    assert [answered.value for answered in waits.answers] == [300_000, 200_000, 1_000_000, 200_000, 200_000]
    kept = proved('{ answers = [{ keep = "echo.patience", value = 100000, at = "50ms" }] }', text)
    assert [answered.how for answered in kept.answers] == ["answer", "keep"]
    assert kept.outcome.won


def test_an_answer_outside_the_domain_is_said():
    with pytest.raises(ProofError, match=r"echo\.number"):
        proved("{ answers = [-5] }", SOUND)


# What the tables mean


def test_every_table_reaches_the_scenario():
    level = from_text(
        changed(
            (
                'default = { latency = "40ms" }',
                'default = { latency = "40ms", rate = "1Mbit/s", queue = 3, mtu = 900 }\n'
                '"client <-> server" = { latency = "7ms" }',
            ),
            (
                'server = { runs = "echo.server" }',
                'server = { runs = "echo.server", clock = "-5ms", drift = 40, up = "60KB/s", starts = "1s" }\n'
                '"s1..s3" = { runs = "echo.server" }\ngate = { router = true }',
            ),
            (
                "[[happens]]",
                'network = { dice = { loss = 0.1, jitter = "0..80ms" } }\n"s1..s3" = { player = "*" }\n[[happens]]',
            ),
            (
                "nth = 2",
                'nth = 2\nfate = "late"\nlate = "1s"\n[[happens]]\nat = "1s"\nforge = "mallory -> client"\n'
                'message = "Pong"\nnumber = 3\n[[happens]]\nat = "2s"\nclock = "server"\nby = "-3ms"\n'
                '[[happens]]\nat = "3s"\ncut = ["client <-> server", "s1 -> s2"]',
            ),
            (
                'win = ["client has every answer, in order, once"',
                'lose = ["broken: no answer is believed that was not asked for"]\n'
                'win = ["client has every answer, in order, once"',
            ),
            ('time = "book + 20%"', 'time = "3s"'),
        ),
        "course/a.toml",
    )
    scenario = level.scenario
    server = next(node for node in scenario.nodes if node.name == "server")
    assert (server.clock, server.drift, server.up, server.starts) == (-5_000, 40, 480_000, 1_000_000)
    assert [node.name for node in scenario.nodes] == ["client", "server", "s1", "s2", "s3", "gate"]
    assert scenario.nodes[0].parameters == {"count": 4, "patience": 200_000}
    assert scenario.nodes[-1].router
    link = scenario.links["server", "client"]
    assert (link.latency, link.rate, link.queue, link.mtu) == (7_000, 1_000_000, 3, 900)
    assert scenario.network == DiceSpec(loss=0.1, jitter=(0, 80_000))
    assert [(seat.node, seat.choices) for seat in scenario.player][1:] == [(f"s{n}", ("*",)) for n in (1, 2, 3)]
    lose, forge, jump, cut = scenario.happenings
    assert lose == Lose("server", "client", 2, "late", 1_000_000)
    assert (forge.source, forge.message) == ("mallory", BY_NAME["echo"].messages[1](3))
    assert (jump.at, jump.by) == (2_000_000, -3_000)
    assert cut.pairs == (("client", "server"), ("server", "client"), ("s1", "s2"))
    assert scenario.lose[0].text == "broken: no answer is believed that was not asked for"
    assert [(par.measure.name, par.number, par.over_book) for par in scenario.par] == [
        ("messages", None, 0),
        ("time", 3_000_000, 0),
    ]
    level = from_text(NETWORK_LEVEL, "course/a.toml")
    assert (level.scenario.network, level.scenario.hand) == (None, Hand(lose=2))
    assert level.you == "network"


def test_broken_says_the_opposite_of_its_law():
    text = changed(("win = [", 'lose = ["broken: no answer is believed that was not asked for"]\nwin = ['))
    world = prove(from_text(text, "course/a.toml"))
    law = world.scenario.lose[0]
    believed = Entry(len(world.trace), world.now, "client", DELIVER, "", 99, -1, (), "", world.count)
    for more, expected in (((), False), ((believed,), True)):
        evidence = Evidence(world)
        for entry in (*world.trace, *more):
            law.watch(evidence, entry)
        assert law.holds(evidence) is expected


def test_another_seed_strikes_another_packet():
    spread = ("nth = 2", "nth = [2, 1, 3]")
    level = from_text(changed(spread), "course/a.toml")
    assert level.scenario.seed == 4
    struck = {seed: level.scenario.reseeded(seed).happenings[0].nth for seed in range(1, 30)}
    assert struck[4] == 2 == level.scenario.happenings[0].nth
    assert set(struck.values()) == {1, 2, 3}
    assert len({prove(level, seed).trace_sha256() for seed in struck}) == 3
    assert level.scenario.digest() == level.scenario.reseeded(1).reseeded(7).digest()  # the seed is no part of it
    assert level.scenario.digest() != from_text(SOUND, "course/a.toml").scenario.digest()
    assert errors(changed(spread)) == []
    (error,) = errors(changed(("nth = 2", "nth = [2, 9]")))
    assert error == "20: nth = 9 changes nothing on the way of the proof"
    for wrong in ("[]", "[0]", "[2, 2]", '["a"]'):
        with pytest.raises(LevelError, match="different whole numbers"):
            from_text(changed(("nth = 2", f"nth = {wrong}")), "course/a.toml")


def test_par_is_what_the_proof_needs_and_a_percentage():
    level = from_text(SOUND, "course/a.toml")
    assert [par.number for par in with_par_figures(level).par] == [10, 624_000]
    assert stars(prove_scenario(level, with_par_figures(level))) == 2
    assert stars(prove_scenario(level, with_par_figures(level, 9)), unseen=True) == 3
    assert compiled(SOUND, 9).digest() == level.scenario.digest()
    with pytest.raises(ValueError, match=r":10:19: "):
        compiled(changed(("echo.server", "echo.sever")), 1)
    assert [persona.name for persona in personas_of(level)] == ["counts on its own"]


@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_new_level_passes_the_check(name, tmp_path, monkeypatch):
    """It is found within a bounded number of events, whatever the room costs, if the campaign has an example of it."""
    path = tmp_path / "new.toml"
    events = []

    def counted(level, effort, progress=None):
        report = check(level, effort, progress)
        events.append(sum(part.events for part in report.work.values()))
        return report

    monkeypatch.setattr("levels.check.check", counted)
    text = new_level(BY_NAME[name], str(path))
    path.write_text(text)
    monkeypatch.undo()
    if any(level.protocol == name for world in campaign() for level in world.levels):
        # The example's own check costs what a check of it costs.
        searched = events[:-1] if "# A copy of" in text else events
        assert sum(searched) < 3 * MOST_EVENTS
    report = check_file(path, QUICK)
    assert report.status is Status.SOUND
    if name == "echo":  # the one that is written unless told otherwise
        chance = report.figures["chance"]
        assert 10 * chance["wins"] < chance["seeds"]


def test_a_quick_check_says_what_it_leaves_out(tmp_path, capsys):
    path = tmp_path / "a.toml"
    path.write_text(SOUND)
    assert main(["check", str(path), "--quick"]) == 0
    said = capsys.readouterr().err
    assert "left to the full check: whoever follows the last hint is not played; the shortest win and loss" in said
    assert "chance has 40 seeds instead of 200, all others 8 instead of 32" in said
    assert main(["check", str(path)]) == 0
    assert "left to" not in capsys.readouterr().err
    assert left_out(FULL) == ""
