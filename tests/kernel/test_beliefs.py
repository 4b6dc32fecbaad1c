"""Whom a node takes to be in an interval: followed after every event, and known to that node only."""

from dataclasses import replace

from core.kernel.scenario import Crash
from core.kernel.seats import Book
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols import BY_NAME
from levels.loader import load

S = 1_000_000
SCENARIO = load("crown/two-kings").scenario


def world(until=14 * S, **more):
    made = World(replace(SCENARIO, **more), Book())
    made.run(until=until)
    return made


def test_a_node_knows_its_own_beliefs_and_nobody_elses():
    run = world()
    mine, theirs = (Sight(run, node).believed() for node in ("p6", "p5"))
    assert [span.node for span in mine][:1] == ["p7"]
    assert mine != theirs
    holders = {belief.holder for belief in run.changes.beliefs}
    assert holders == {node.name for node in SCENARIO.nodes}
    assert Sight(run, "network", True).believed() == []


def test_what_is_believed_ends_when_another_is():
    spans = Sight(world(), "p6").believed()
    assert spans[0].closed is not None
    assert spans[-1].closed is None
    assert spans[-1].node == "p6"


def test_the_dead_believe_nothing():
    crash = Crash(2 * S, "p6")
    (first, *_) = Sight(world(3 * S, happenings=(*SCENARIO.happenings, crash)), "p6").believed()
    assert first.closed is not None


def test_forks_follow_them_apart():
    run = world(12_400_000)
    fork = run.fork()
    fork.run(until=20 * S)
    assert len(fork.changes.beliefs) > len(run.changes.beliefs)


def test_every_room_believes_in_nodes_that_there_are():
    rooms = [room for room in BY_NAME.values() if any(one.believed for one in room.intervals)]
    assert rooms
    for room in rooms:
        for scenario in room.scenarios:
            run = World(scenario, Book())
            run.run(limit=2_000)
            names = {node.name for node in scenario.nodes}
            assert {belief.node for belief in run.changes.beliefs} <= names
