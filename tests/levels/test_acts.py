"""Levels of several acts: one file, played one act after the other, each proven and recorded for itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.kernel.seats import Idle
from core.record import read
from core.recorder import Recorder
from core.session import Session
from levels.check import QUICK, check
from levels.loader import compiled, feed, from_text, load, whole_text
from levels.proofs import play, prove
from levels.report import Severity
from levels.schema import LevelError, UnknownLevelError
from tests.levels.helpers import SOUND, problems_of

ACTS = """
[[act]]
title = "Act two"
proof = "book"
[act.text]
brief = "You are the server still. The wire is worse."
[act.links]
default = { latency = "90ms" }
[[act.happens]]
lose = "server -> client"
nth = 3

[[act]]
proof = "book"
[act.goal]
win = ["client has every answer, in order, once"]
limit = "9s"
"""


def level_of(acts: str = ACTS):
    return from_text(SOUND + acts, "course/two.toml")


def test_an_act_is_what_the_first_one_is_but_for_what_it_changes():
    level = level_of()
    first, second, third = (level, *level.acts)
    assert [act.id for act in (first, second, third)] == ["course/two", "course/two#2", "course/two#3"]
    assert [(act.act, act.of) for act in (first, second, third)] == [(1, 3), (2, 3), (3, 3)]
    assert second.title == "Act two"
    assert third.title == first.title
    assert second.texts.brief.startswith("You are the server still")
    assert second.texts.hints == first.texts.hints == third.texts.hints
    assert second.scenario.default_link.latency == 90_000
    assert third.scenario.default_link.latency == first.scenario.default_link.latency != 90_000
    assert [happening.nth for happening in second.scenario.happenings] == [3]
    assert third.scenario.happenings == first.scenario.happenings
    assert third.scenario.limit == 9_000_000
    assert second.scenario.player == first.scenario.player
    assert level.last is third
    assert len({act.scenario.digest() for act in (first, second, third)}) == 3
    assert second.covers == ()


def test_each_act_is_proven_for_itself():
    level = level_of()
    for act in (level, *level.acts):
        assert prove(act).outcome.won


def test_check_says_of_which_act_it_speaks_and_where_it_stands():
    level = level_of(ACTS.replace('limit = "9s"', 'limit = "20ms"'))
    found = [one for one in check(level, QUICK).findings if one.severity is Severity.ERROR]
    mine = [one for one in found if one.problem.found.startswith("act 3: ")]
    assert mine
    lines = (SOUND + ACTS).splitlines()
    last = max(place for place, line in enumerate(lines, 1) if line == "[act.goal]")
    assert any(one.problem.line == last for one in mine)
    assert set(check(level_of(), QUICK).figures) >= {"act 2", "act 3"}


def test_a_runs_text_is_its_act(tmp_path):
    level = level_of()
    act = level.acts[0]
    alone = from_text(act.text, act.id)
    assert (alone.id, alone.act, alone.acts) == (act.id, 2, ())
    assert alone.scenario.digest() == act.scenario.digest()
    assert compiled(act.text, 1).digest() == act.scenario.digest()
    assert whole_text(act.text) == level.text == whole_text(level.text)
    session = Session(act.scenario)
    path = tmp_path / "act.run"
    with Recorder(path, session, level=act.id, text=act.text):
        while session.question is None and session.step():
            pass
    run = read(path)
    assert run.header.level == "course/two#2"
    assert from_text(run.header.text, run.header.level).scenario.digest() == run.header.scenario


def test_an_act_is_named_by_its_number(tmp_path):
    file = tmp_path / "two.toml"
    file.write_text(SOUND + ACTS, "utf-8")
    assert load(f"{file}#2").title == "Act two"
    with pytest.raises(UnknownLevelError, match="has 3 acts"):
        load(f"{file}#4")
    with pytest.raises(UnknownLevelError, match="has no acts"):
        load("premise/echo#2")
    with pytest.raises(LevelError, match="has 3 acts"):
        from_text("#:act 7\n" + SOUND + ACTS, "course/two.toml")


@pytest.mark.parametrize(
    ("acts", "words"),
    [
        ('[[act]]\ntitle = "Once more"\n', "act 2 plays the same as act 1: other seats, another goal"),
        ("act = 3\n", "act is a whole number: write [[act]]"),
        ('[[act]]\nproof = "boook"\n', "proof is 'boook'"),
        ("[[act]]\nprooof = 3\n", "has no 'prooof'"),
        ('[[act]]\n[act.goal]\nwin = ["nobody says so"]\n', "no law says 'nobody says so'"),
        ("[[act]]\n[act.nodes]\nserver = { loud = 3 }\n", "loud"),
        ("[[act]]\n[act.play]\nfilm = \"1s\"\n", "a film needs a bare stage: bare = true"),
        ('[[act]]\n[act.text]\nends = { "nobody" = "x" }\n', "no law says 'nobody'"),
        ("[[act]]\n[act.text]\nends = { \"client has every answer, in order, once\" = 3 }\n", "a text is wanted"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_act_is_said_where_it_stands(acts, words):
    text = acts + SOUND if acts.startswith("act =") else SOUND + "\n" + acts
    problems = problems_of(text)
    assert any(words in problem for problem in problems), problems
    if not acts.startswith("act ="):
        lines = text.splitlines()
        start = lines.index("[[act]]") + 1
        for problem in problems:
            assert int(problem.split(":")[0]) >= start, problem


def test_of_an_act_that_earns_no_stars_none_are_grudged():
    """Stars are those of the last act: whoever stumbles through an earlier one gets nothing for it."""
    level = load("premise/did-you-get-it")
    found = [one.problem.found for one in check(level, QUICK).findings if one.severity is Severity.ERROR]
    assert found == []
    assert level.stumble
    alone = replace(level, of=1, acts=())
    assert any("three stars" in one.problem.found for one in check(alone, QUICK).findings)


def test_one_cause_in_the_first_act_is_one_error():
    text = (SOUND + ACTS).replace('client = { runs = "echo.client"', 'client = { runs = "echo.clint"')
    problems = problems_of(text)
    assert sum("echo.clint" in problem for problem in problems) == 1, problems
    without = (
        SOUND + ACTS.replace('[act.goal]\nwin = ["client has every answer, in order, once"]\nlimit = "9s"\n', "")
    ).split("[goal]")
    problems = problems_of(without[0] + "[par]" + without[1].split("[par]", 1)[1])
    assert sum("there is no [goal]" in problem for problem in problems) == 1, problems


LONGER = '[act.nodes]\nclient = { patience = "201ms" }\n'


def test_who_knows_nothing_may_not_come_through_all_acts_at_the_first_try():
    easy = 'proof = "book"\nstumble = "a first look"\n'
    text = SOUND.replace('proof = "book"\n', easy).replace("[par]\n", "[par]\ntries = 2\n")
    text = text.replace('"client has every answer, in order, once", "no answer', '"no answer')
    report = check(from_text(text + f"\n[[act]]\n{easy}{LONGER}", "course/two.toml"), QUICK)
    found = [one.problem.found for one in report.findings if one.severity is Severity.ERROR]
    assert any("comes through all acts at the first try" in words for words in found), found
    assert max(report.figures["first try"].values()) > 0.1


# Fed by an earlier act

FED = """
[level]
title = "Break it, then be it"
seed = 1
proof = { answers = [
  { move = "network.lose", value = "Ping client -> server", at = "10ms" },
  { move = "network.take", value = "Pong server -> client", at = "250ms" },
  { move = "network.let_go", value = "Pong server -> client, held", at = "290ms" },
  { move = "network.copy", value = "Ping client -> server", at = "330ms" },
  { move = "network.crash", value = "server", at = "400ms" },
] }
stumble = "any blow will do"
[nodes]
client = { runs = "echo.client", count = 4, patience = "200ms" }
server = { runs = "echo.server" }
[links]
default = { latency = "40ms" }
[seats]
network = { hand = { pockets = 1, lose = 1, copy = 1, crash = 1, back = "300ms" } }
[goal]
win = ["client has every answer, in order, once"]
limit = "5s"
[text]
brief = "You are the network."

[[act]]
fed = "act 1"
proof = "book"
[act.seats]
client = { player = ["echo.patience"] }
"""


def test_what_the_hand_did_befalls_the_same_packets_of_the_act_that_it_feeds():
    level = from_text(FED, "course/fed.toml")
    first, second = level, level.acts[0]
    assert (second.fed, second.act, second.of) == (1, 2, 2)
    lost, late, twice, crash = second.scenario.happenings
    assert (lost.source, lost.message, lost.nth, lost.fate) == ("client", "Ping", 1, "lost")
    assert (late.source, late.message, late.fate, late.late) == ("server", "Pong", "late", 40_000)
    assert (twice.source, twice.fate, twice.late) == ("client", "twice", 4_000)
    assert (crash.at, crash.node, crash.back) == (400_000, "server", 300_000)
    assert first.scenario.happenings == ()
    here, there = prove(first), prove(second)
    heard = [
        [(entry.time, entry.node, entry.peer, entry.detail) for entry in world.trace if entry.kind == "receive"]
        for world in (here, there)
    ]
    assert heard[0] == heard[1], "the same client under the same blows has the same fate"
    assert [sum(entry.kind == "drop" for entry in world.trace) for world in (here, there)] == [3, 3]


def test_a_fed_act_is_a_level_file_of_its_own_with_the_blows_in_it(tmp_path):
    level = from_text(FED, "course/fed.toml")
    played = play(replace(level.scenario, hand=replace(level.scenario.hand, lose=0)), Idle())
    assert feed(level.acts[0], played) is level.acts[0], "nothing was done"
    world = prove(level)
    act = feed(level.acts[0], world)
    assert act.text.startswith('#:act 2\n#:fed { lose = "client -> server", message = "Ping"')
    file = tmp_path / "mine.toml"
    file.write_text(act.text, "utf-8")
    kept = load(str(file))
    assert kept.act == 2
    assert kept.scenario.happenings == act.scenario.happenings == level.acts[0].scenario.happenings
    assert compiled(act.text, 1).digest() == act.scenario.digest()
    assert prove(kept).outcome.won


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('fed = "act 1"', 'fed = "act 2"', "act 2 does not come before this one: an earlier act"),
        ('fed = "act 1"', 'fed = "the first"', "'the first' names no act"),
        ("network = { hand = { pockets = 1, lose = 1, copy = 1, crash = 1, back = \"300ms\" } }",
         'client = { player = ["echo.patience"] }', "in act 1 the player is not the network's hand"),
    ],
)  # fmt: skip
def test_an_act_that_cannot_be_fed_is_told_why(old, new, words):
    problems = problems_of(FED.replace(old, new))
    assert any(words in problem for problem in problems), problems


def test_blows_that_cannot_be_read_are_said_so():
    for line in ("#:fed no", "#:fed 3", '#:fed { lose = "client -> nobody", message = "Ping" }'):
        with pytest.raises(LevelError):
            from_text(f"#:act 2\n{line}\n{FED}", "course/fed.toml")
