"""Levels in which the player is the inspector."""

import pytest

from core.kernel.suspects import ACCUSE, HIT, SIGN
from core.kernel.world import World, replayed
from levels import inspecting
from levels.check import QUICK, check
from levels.loader import from_text
from levels.proofs import play, prove
from levels.report import BLIND, Severity
from levels.schema import Asks, Say
from tests.levels.helpers import problems_of

AUDIT = """\
[level]
title = "A small audit"
summary = "Three rings look for the greatest number: sign for the one that no blow ruins."
seed = 3
covers = { decentralised-criteria = ["inspector.hit", "inspector.sign"] }
proof = { answers = [
  { move = "inspector.hit", value = "kill, a1, 200ms", at = "5s" },
  { move = "inspector.hit", value = "skew, b1, 400ms", at = "5s" },
  { move = "inspector.sign", value = "c", at = "5s" },
] }

[nodes]
"a1..a4" = { runs = "maxfind.node", number = { each = [14, 3, 27, 8] }, told_of = ["a1..a4"], rounds = 22 }
"b1..b4" = { runs = "maxfind.node", number = { each = [14, 3, 27, 8] }, told_of = ["b1..b4"], rounds = 22 }
"c1..c4" = { runs = "maxfind.node", number = { each = [14, 3, 27, 8] }, told_of = ["c1..c4"], rounds = 22 }

[links]
default = { latency = "250ms" }

[seats]
"a1..a4" = { persona = "hub" }
"b1..b4" = { persona = "noon" }
SEAT

[goal]
win = ["at 5 s all the living name the greatest"]
limit = "5500ms"

[par]
hits = 4
killed = 2

[text]
brief = "Three rings. Sign only what no single blow ruins."
hints = ["a nudge", "a hint", "the blows"]
lift = "One leaned on nobody."
debrief = "One leaned on a hub, one on a clock."
sources = ["Tanenbaum & van Steen 2e §1.2.4"]
"""
SUSPECTS = 'suspects = { a = "a1..a4", b = "b1..b4", c = "c1..c4" }'
BLOWS = 'hits = 5, hammers = ["kill", "skew"], every = "200ms", until = "3s", skew = "1s"'
SEAT = f"inspector = {{ {SUSPECTS}, {BLOWS} }}"


def level_of(seat=SEAT, *pairs):
    text = AUDIT.replace("SEAT", seat)
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def errors_of(text, effort=QUICK):
    report = check(from_text(text, "course/audit.toml"), effort)
    return [str(one.problem) for one in report.findings if one.severity is Severity.ERROR]


def test_a_level_of_the_inspector_is_sound():
    level = from_text(level_of(), "course/audit.toml")
    assert level.you == "inspector"
    assert level.protocol == "maxfind"
    assert list(level.moves) == ["hit", "sign"]
    assert level.play.bare
    assert level.play.asks is Asks.TYPE
    assert level.play.say is Say.AT_ONCE
    inspector = level.scenario.inspector
    assert (inspector.hits, inspector.hammers, inspector.acts) == (5, ("kill", "skew"), (HIT, SIGN))
    assert [law.text for law in inspector.promise] == ["at 5 s all the living name the greatest"]
    assert level.scenario.win == ()
    world = prove(level)
    assert world.outcome.won
    assert world.measures() == {"hits": 2, "killed": 1}
    again = replayed(level.scenario, world.answers)
    assert again.trace_sha256() == world.trace_sha256(), "at the times that the proof says"
    report = check(level, QUICK)
    assert not [str(one.problem) for one in report.findings if one.severity is not Severity.NOTE]
    lists = report.figures["lists"]
    for words in ("signing for all", "signing for one without a blow", "nothing but kill", "nothing but skew"):
        assert lists[words]["wins"] == 0
        assert lists[words]["acts a run"] > 0


def test_it_is_proven_by_search_too():
    steps = AUDIT[AUDIT.index("proof =") : AUDIT.index("[nodes]")]
    text = level_of(SEAT, (steps, 'proof = "search"\n\n'))
    assert errors_of(text) == []
    assert prove(from_text(text, "course/audit.toml"), 8).outcome.won


def test_who_knows_what_one_hammer_does_loses_on_every_seed():
    scenario = from_text(level_of(), "course/audit.toml").scenario
    for words, player in inspecting.players(scenario):
        for number in range(4):
            world = play(scenario.reseeded(scenario.seed + number), player(number))
            assert not world.outcome.won, words
    both = scenario.inspector.hammers
    assert len([words for words, _ in inspecting.players(scenario) if words.startswith("nothing but")]) == len(both)


def test_values_of_a_pattern_one_by_one():
    nodes = from_text(level_of(), "course/audit.toml").scenario.nodes
    assert [node.parameters["number"] for node in nodes[:4]] == [14, 3, 27, 8]
    found = problems_of(
        level_of(SEAT, ('{ each = [14, 3, 27, 8] }, told_of = ["a', '{ each = [14, 3] }, told_of = ["a'))
    )
    assert any("2 values for 4 nodes" in words for words in found)


NO_BLOWS = f"inspector = {{ {SUSPECTS} }}"


@pytest.mark.parametrize(
    ("seat", "words"),
    [
        (SEAT.replace("hits = 5", "hits = 0"), "an inspector who may strike no blow: write hits = 9"),
        (NO_BLOWS, "an inspector who may strike no blow"),
        (SEAT.replace(', hammers = ["kill", "skew"]', "").replace(', skew = "1s"', ""), "nothing to strike with"),
        (SEAT.replace('"kill", "skew"', '"kill", "skwe"'), "no hammer is called 'skwe'"),
        (SEAT.replace('"kill", "skew"', '"kill", "skew", "kill"'), "kill stands there twice"),
        (SEAT.replace('skew = "1s"', 'skew = "0s"'), "a skew of nothing"),
        (SEAT.replace('skew = "1s"', 'skew = "1s", loss = "1s"'), "loss without the hammer loss"),
        (SEAT.replace('skew = "1s"', 'skew = "1s", newcomer = { number = 1 }'), "newcomer without the hammer join"),
        (SEAT.replace('until = "3s"', 'until = "100ms"'), "no blow can fall: every 200 ms, until 100 ms"),
        (SEAT.replace('until = "3s"', 'until = "3s", acts = ["bless"]'), "no act is called 'bless'"),
        (SEAT.replace('a = "a1..a4"', 'a = "a1..a9"'), "no node"),
        (SEAT.replace('b = "b1..b4"', 'b = "a1..a4"'), "a1 belongs to two suspects"),
        (SEAT.replace('b = "b1..b4"', 'b = "b1..b3"'), "b runs something else than a"),
        (SEAT.replace(SUSPECTS, "suspects = 3"), "suspects is a whole number"),
        (SEAT.replace(f"{SUSPECTS}, ", ""), "whom to inspect?"),
        (SEAT.replace('c = "c1..c4"', "c = 4"), "this suspect is a whole number"),
        (f'{SEAT}\nc1 = {{ player = "*" }}', "the inspector judges a run in which nobody else plays"),
        (f"{SEAT}\nnetwork = {{ hand = {{ lose = 1 }} }}", "the inspector judges a run in which nobody else plays"),
    ],
)
def test_what_is_wrong_with_a_seat_is_said_in_words(seat, words):
    found = problems_of(level_of(seat))
    assert any(words in line for line in found), found


def test_somebody_has_to_be_found_and_somebody_to_be_signed():
    found = problems_of(level_of(SEAT, ('"a1..a4" = { persona = "hub" }\n"b1..b4" = { persona = "noon" }\n', "")))
    assert any("all suspects are sound: nothing is to be found: give one of them a persona" in line for line in found)
    found = problems_of(level_of(f'"c1..c4" = {{ persona = "starter" }}\n{SEAT}'))
    assert any("no suspect is sound: there is nothing to sign" in line for line in found)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[beside]]\ntitle = "By the book"\nbook = true\n', "beside in an inspector's level"),
        ("[bets]\nchips = 1\n", "bets in an inspector's level"),
    ],
)
def test_what_an_inspectors_level_cannot_have_besides(more, words):
    assert any(words in line for line in problems_of(level_of() + more))
    swaps = level_of(SEAT, ("seed = 3", 'seed = 3\nswaps = ["a1, b1"]'))
    assert any("its suspects change places by themselves" in line for line in problems_of(swaps))


def test_a_node_cannot_have_the_inspectors_name():
    found = problems_of(level_of(SEAT, ('"a1..a4" = { runs', '"a1..a3, inspector" = { runs')))
    assert any("no node can be called 'inspector': whoever inspects has this name" in line for line in found)


def test_check_finds_whom_no_blow_refutes():
    found = errors_of(level_of(SEAT.replace('"kill", "skew"', '"kill"').replace(', skew = "1s"', "")))
    assert found == [
        "course/audit.toml:23:26: b (noon) is unsound, and no blow refutes it: another hammer, more times, or the book"
    ]


def test_check_finds_a_sound_one_that_a_blow_ruins_and_one_that_is_ruined_by_itself():
    early = SEAT.replace('until = "3s"', 'until = "2s"')
    found = errors_of(level_of(early, ('["at 5 s all', '["at 1 s all'), ('limit = "5500ms"', 'limit = "2500ms"')))
    assert any("b (noon) is ruined without a blow" in line for line in found)
    join = SEAT.replace('"kill", "skew"', '"kill", "skew", "join"').replace('until = "3s"', 'until = "5s"')
    found = errors_of(level_of(join))
    assert any("c plays by the book, and a stranger joins c1 at" in line for line in found)


# Accusations, all in one world

RING = level_of(
    'inspector = { suspects = "a1..a4" }\n',
    ('"b1..b4" = { persona = "noon" }\n', ""),
    ('"a1..a4" = { persona', '"a2" = { persona'),
    ('persona = "hub"', 'persona = "late hub"'),
    *((AUDIT[AUDIT.index(f'"{name}1..') : AUDIT.index("\n", AUDIT.index(f'"{name}1..')) + 1], "") for name in "bc"),
    ('covers = { decentralised-criteria = ["inspector.hit", "inspector.sign"] }', "covers = []"),
    (AUDIT[AUDIT.index("proof =") : AUDIT.index("[nodes]")], 'proof = "search"\n\n'),
    ("hits = 4\nkilled = 2", "time = 5s".replace("5s", '"5s"')),
)


def test_who_does_not_play_by_the_book_is_accused_by_what_proves_it():
    level = from_text(RING, "course/ring.toml")
    inspector = level.scenario.inspector
    assert (inspector.acts, inspector.apart, inspector.hits) == ((ACCUSE,), False, 0)
    assert [suspect.name for suspect in inspector.suspects] == ["a1", "a2", "a3", "a4"]
    world = prove(level)
    assert world.outcome.won
    (given,) = world.answers
    assert given.choice == "inspector.accuse"
    assert given.value[0] == "a2"
    report = check(level, QUICK)
    others = [str(one.problem) for one in report.findings if one.severity is Severity.ERROR and one.rule != BLIND]
    assert others == [], "four suspects are few: chance may be lucky"
    dealt = level.scenario.reseeded(9)
    assert len(dealt.seats) == 1


def test_check_finds_who_does_nothing_that_the_book_would_not_do():
    quiet = RING.replace('limit = "5500ms"', 'limit = "200ms"').replace("at 5 s", "at 1 ms")
    found = errors_of(quiet.replace("rounds = 22", 'starts = "1s"'))
    assert any("a2 (late hub) does nothing that the book would not do" in line for line in found), found


def test_hits_and_accusations_go_together():
    text = RING.replace('suspects = "a1..a4"', f'suspects = "a1..a4", {BLOWS}')
    level = from_text(text, "course/ring.toml")
    assert level.scenario.inspector.acts == (HIT, ACCUSE)
    world = World(level.scenario)
    world.run(until=level.scenario.limit - 1)
    assert [asked.choice.name for asked in world.offers("inspector")] == ["inspector.hit", "inspector.accuse"]
