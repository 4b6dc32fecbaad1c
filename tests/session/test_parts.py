"""The session's parts by themselves: pace, ghost, history, lines of play."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.choice import Kind, Verdict
from core.kernel.scenario import LinkSpec, NodeSpec
from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols.premise.echo import PROTOCOL
from core.session import Session, history
from core.session.ghost import Ghost
from core.session.history import History
from core.session.lines import Lines
from core.session.pace import LINK_SECONDS, Pace, median_latency

VERDICT = Verdict(1, 0, "client", "echo.patience", "first copy", 1, 2, Kind.COSTLY, "early", "words", "source")


@given(st.floats(0, 3))
def test_pace_and_its_inverse(idle):
    for of in ("auto", 50_000):
        pace = Pace(of, PROTOCOL.scenarios[0])
        assert pace.seconds(pace.passed(idle)) == pytest.approx(idle, abs=1e-6)
        assert pace.passed(idle + 0.01) > pace.passed(idle)


def test_pace_in_figures():
    pace = Pace("auto", PROTOCOL.scenarios[0])
    assert pace.passed(LINK_SECONDS) == pytest.approx(40_000)
    # A minute of silence, 1,500 link delays, is gone within a second more.
    assert pace.seconds(60_000_000) < LINK_SECONDS + 1
    assert Pace(1_000_000, PROTOCOL.scenarios[0]).seconds(60_000_000) == 60


def test_the_median_delay_of_the_links():
    scenario = PROTOCOL.scenarios[0]
    links = {("a", "b"): LinkSpec(1_000), ("b", "a"): LinkSpec(30_000), ("a", "c"): LinkSpec(90_000)}
    assert median_latency(scenario) == 40_000
    assert median_latency(replace(scenario, links=links)) == 30_000
    assert median_latency(replace(scenario, default_link=LinkSpec(latency=0))) == 1_000
    nodes = tuple(replace(scenario.nodes[0], name=name) for name in "abcd")
    assert median_latency(replace(scenario, nodes=nodes, links={("a", "b"): LinkSpec(90_000)})) == 40_000


def test_a_ghost_takes_a_little_later_for_the_same():
    scenario = PROTOCOL.scenarios[0]
    slower = replace(scenario, default_link=LinkSpec(latency=45_000))
    for slack, differs in ((25_000, False), (2_000, True)):
        mine, twin = World(scenario, player=Book()), World(slower, player=Book())
        ghost = Ghost(VERDICT, mine, twin, "client", False, slack, 0)
        found = None
        while mine.step():
            found = found or ghost.compare(mine.now)
        assert (found is not None) is differs


def test_a_ghost_that_runs_its_bound_is_spent(monkeypatch):
    monkeypatch.setattr("core.session.ghost.MOST_EVENTS", 3)
    scenario = PROTOCOL.scenarios[0]
    mine = World(scenario, player=Book())
    ghost = Ghost(VERDICT, mine, mine.fork(), "client", False, 1_000, 0)
    mine.run()
    ghost.compare(mine.now)
    assert ghost.spent
    assert ghost.world.count == 3


@pytest.mark.parametrize("seed", range(12))
def test_wherever_one_goes_the_world_is_what_its_answers_make_it(client, monkeypatch, seed):
    """Going back, forth and off on branches at random, with keyframes everywhere, against re-execution from nothing."""
    monkeypatch.setattr(history, "FIRST_INTERVAL", 2)
    monkeypatch.setattr(history, "MOST_KEYFRAMES", 9)
    chance = random.Random(seed)
    scenario = replace(client, nodes=(NodeSpec("client", "echo", "client", {"count": 4}), client.nodes[1]), seed=seed)
    session = Session(scenario, asks=chance.choice(("choose", "notice")))
    for _ in range(120):
        act = chance.random()
        if act < 0.15:
            session.back()
        elif act < 0.25:
            session.jump(chance.randrange(session.position[1] + 1), answered=chance.random() < 0.5)
        elif act < 0.35:
            session.forward()
        elif act < 0.4:
            session.go(chance.randrange(len(session.branches)))
        elif act < 0.5:
            session.keep("echo.patience", chance.choice((20_000, 150_000, 300_000)))
        elif session.question is not None:
            session.answer(chance.choice(session.question.asked.candidates))
        elif session.over:
            session.jump(chance.randrange(session.world.count))
        else:
            session.step()
        world = session.world
        anew = History(scenario).at(world.answers, world.count)
        assert anew.trace_sha256() == world.trace_sha256()
        assert [q.number for q in anew.questions] == [q.number for q in world.questions]
        assert [v.value for v in anew.verdicts] == [v.value for v in world.verdicts]
        assert len(session.verdict_lines) == len(world.verdicts)
        assert session.branches[session.branch].answers[: len(world.answers)] == tuple(world.answers)


def test_no_line_of_play_is_lost():
    lines = Lines(())
    lines.given(0, "a", "you")  # type: ignore[arg-type]
    lines.given(1, "b", "you")  # type: ignore[arg-type]
    assert lines.leave(1, at=7, end=7) == 1
    lines.given(1, "c", "autopilot")  # type: ignore[arg-type]
    assert [branch.answers for branch in lines.branches()] == [("a", "b"), ("a", "c")]
    assert (lines.now.parent, lines.now.at, lines.now.by) == (0, 7, ["you", "autopilot"])
    lines.go(0)
    assert lines.next(1) == "b"
    assert lines.next(2) is None
    with pytest.raises(IndexError, match="no branch 5"):
        lines.go(5)
