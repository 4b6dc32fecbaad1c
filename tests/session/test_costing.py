"""What each mistake of a run cost: of answers, of moves left out, of kept answers; each by itself."""

from dataclasses import replace

import pytest

from core.costing import cost, run_costs
from core.kernel.choice import OMITTED
from core.kernel.scenario import Lose
from core.kernel.seats import Random
from core.kernel.world import World, replayed
from core.session import Session
from levels.loader import load

PATIENT = 9_000_000


def found(world, **more):
    return [one for one in run_costs(world, **more) if one is not None]


def answered(scenario, *values):
    """A run with these answers, and the book's where there is none (None, or no more of them)."""
    world, left = World(scenario), list(values)
    while world.step() or world.questions:
        if world.questions:
            value = left.pop(0) if left else None
            world.answer(world.questions[0].asked.book if value is None else value)
    return world


def test_each_answer_is_charged_with_what_it_did_and_no_other(server):
    """Two pings are answered with 0: each is asked again after 200 ms of silence, where by the book it takes 80."""
    world = answered(server, 0, None, None, 0)
    costs = [cost for _, cost in found(world)]
    assert [(cost.messages, cost.time, cost.measures) for cost in costs] == [
        (2, 200_000, {"messages": 2, "time": 200_000})
    ] * 2
    assert all(cost.won and cost.book_won for cost in costs)
    assert [verdict.time for verdict, _ in found(world)] == [
        each.time for each in world.verdicts if each.label != "book"
    ]


def test_the_right_answers_are_charged_with_nothing(server):
    assert found(answered(server)) == []


def rung(late):
    """Nobody asks you, played by somebody who makes each move so long (µs) after it became due; None: never."""
    session, due = Session(load("pipe/nobody-asks-you").scenario), None
    world = session.world
    while not session.over and session.step():
        due = None if not world.due("bob") else world.now if due is None else due
        if due is not None and late is not None and world.now - due >= late and world.offers("bob"):
            session.move("tcp.ack_now", True)
            due = None
    return session.world


def test_a_move_left_out_is_charged_until_it_was_made():
    assert found(rung(0)) == []
    (first, early), *_ = found(rung(500_000))
    (again, later), *_ = found(rung(700_000))
    assert {first.label, again.label} == {OMITTED}
    assert 0 < early.measures["time"] <= later.measures["time"]
    (never,) = [cost for _, cost in found(rung(None))]
    assert (never.won, never.book_won) == (False, True)


def test_a_kept_answer_is_charged_once_for_as_long_as_it_was_kept(lossy_client):
    """Two pings are lost: to wait nine seconds instead of 200 ms costs 8.8 s each, if it is not changed after one."""
    scenario = replace(lossy_client, happenings=tuple(Lose("client", "server", nth) for nth in (2, 4)))

    def kept(changed):
        world = World(scenario)
        world.step()
        world.answer(200_000)
        world.keep("client", "echo.patience", PATIENT)
        world.run(100_000)
        if changed:
            world.keep("client", "echo.patience", 200_000)
        world.run()
        return world

    for changed, time, late in ((False, 17_600_000, 7), (True, 8_800_000, 1)):
        world = kept(changed)
        assert sum(verdict.label == "late" for verdict in world.verdicts) == late
        assert [cost.time for _, cost in found(world)] == [time]


def test_the_work_is_bounded_and_comes_in_slices(server):
    world = answered(server, 0, None, 0)
    assert [cost for _, cost in found(world, most=20)] == [None, None]
    assert len([one for one in run_costs(world, slice_events=5) if one is None]) > 10
    known = [[cost is not None for _, cost in found(world, most=most)] for most in range(20, 120, 10)]
    assert [True, False] in known
    assert known[-1] == [True, True]


def test_it_agrees_with_the_cost_of_one_answer(server):
    world = answered(server, 0)
    (_, mine), *_ = found(world)
    before = World(server)
    while not before.questions:
        before.step()
    assert cost(before, before.questions[0], 0) == mine
    assert replayed(server, world.answers, world.count).trace_sha256() == world.trace_sha256()


@pytest.mark.parametrize("level", ["crown/two-kings", "pipe/fair-share", "wire/bring-me-the-ack"])
def test_a_whole_level_is_reckoned_within_the_bound(level):
    """Where it is long and kept answers are judged again and again, too."""
    scenario = load(level).scenario
    world = World(scenario, Random(3))
    world.run(limit=100_000)
    costs = found(world)
    assert costs
    assert all(cost is not None for _, cost in costs)
