"""What is special to the search for the greatest: six ways, and which single blow ruins each."""

from dataclasses import replace
from itertools import product

import pytest

from core.kernel.scenario import ClockJump, Crash, NodeSpec, PlayerSeat
from core.kernel.seats import Book, Player
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.protocols.premise.maxfind import NUMBERS, PERSONAS, PROTOCOL, SOUND, Best, newcomer, ring
from core.search import Budget, explore

SCENARIO = next(scenario for scenario in PROTOCOL.scenarios if scenario.name == "one dies")
GOAL = PROTOCOL.goal("at 5 s all the living name the greatest")
WAYS = (*(persona.name for persona in PERSONAS), SOUND)
SIX = ring(rounds=27)
NAMES = tuple(node.name for node in SIX)
TIMES = [tenth * SECOND // 10 for tenth in (0, 1, 5, 10, 15, 19, 21, 23, 25, 30)]


def audited(way, *happenings, nodes=SIX):
    """The outcome of six nodes of this way, with these blows."""
    seats = {} if way == SOUND else {node.name: way for node in nodes}
    world = World(replace(SCENARIO, nodes=tuple(nodes), seats=seats, happenings=happenings, win=(GOAL,)), Book())
    world.run(limit=20_000)
    return world.outcome.won


def dies(name, at):
    return (Crash(max(1, at), name),)


def is_skewed(name, by, at=SECOND):
    return (ClockJump(at, name, by),)


def comes(number=99, at=1500 * MILLISECOND):
    return (*SIX, newcomer(SIX, number, at))


# The free run: all six look alike


@pytest.mark.parametrize("way", WAYS)
def test_with_no_blow_every_way_finds_the_greatest(way):
    assert audited(way)


def arrows(way):
    """Who tells whom how often, in the free run."""
    seats = {} if way == SOUND else dict.fromkeys(NAMES, way)
    world = World(replace(SCENARIO, happenings=(), seats=seats, win=()), Book())
    world.run(limit=20_000)
    return [(entry.time, entry.node, entry.peer) for entry in world.trace
            if entry.kind == "send" and isinstance(entry.detail, Best)]  # fmt: skip


def test_the_arrows_of_the_free_run_betray_them():
    assert all("n1" in (source, target) for _, source, target in arrows("hub"))
    assert {time for time, *_ in arrows("noon")} == {2 * SECOND}
    assert {time for time, *_ in arrows("full list")} == {0}
    ring_of = {source: target for _, source, target in arrows("starter")}
    assert sorted(ring_of) == list(NAMES)
    assert all(sum(s == source for _, s, _ in arrows("starter")) == 2 for source in NAMES)
    early = [(source, target) for time, source, target in arrows("late hub") if time < 2 * SECOND]
    assert early == [(source, target) for time, source, target in arrows(SOUND) if time < 2 * SECOND], "it passes"


# Single blows

REFUTED = {
    "hub": ("dies", dies("n1", 20 * MILLISECOND)),
    "starter": ("dies", dies("n4", 100 * MILLISECOND)),
    "noon": ("skewed", is_skewed("n5", -SECOND)),
    "late hub": ("dies", dies("n3", 2200 * MILLISECOND)),
}


@pytest.mark.parametrize("way", REFUTED)
def test_the_hammer_that_refutes_it(way):
    _, blow = REFUTED[way]
    assert not audited(way, *blow)
    assert audited(SOUND, *blow)


def test_a_full_list_does_not_know_who_comes():
    assert not audited("full list", nodes=comes())
    assert audited(SOUND, nodes=comes())


def test_a_late_hub_survives_what_comes_before_two_seconds():
    for name, at in product(NAMES, TIMES):
        if name == "n3" and at > SECOND:
            continue
        assert audited("late hub", *dies(name, at)), (name, at)
    assert audited("late hub", *dies("n3", 1900 * MILLISECOND))
    assert not audited("late hub", *dies("n3", 2100 * MILLISECOND))
    assert audited("late hub", *dies("n3", 2600 * MILLISECOND)), "it has said its last word"
    assert audited("late hub", nodes=comes())


@pytest.mark.parametrize("blows", ["dies", "skewed", "comes"])
def test_gossip_is_ruined_by_no_single_blow(blows):
    """Every node, at ten times; two skews at each; somebody who comes with the greatest number or with the least."""
    if blows == "dies":
        for name, at in product(NAMES, TIMES):
            assert audited(SOUND, *dies(name, at)), (name, at)
    elif blows == "skewed":
        for name, by in product(NAMES, (-SECOND, SECOND)):
            assert audited(SOUND, *is_skewed(name, by)), (name, by)
    else:
        for number, at in product((1, 99), (100 * MILLISECOND, 1500 * MILLISECOND, 3 * SECOND)):
            assert audited(SOUND, nodes=comes(number, at)), (number, at)


def test_each_way_needs_a_blow_of_its_own():
    """Five ways, five blows: the hammer of one leaves others standing."""
    assert set(REFUTED) | {"full list"} == {persona.name for persona in PERSONAS}
    assert audited("hub", *is_skewed("n5", -SECOND))
    assert audited("starter", *is_skewed("n5", -SECOND))
    assert audited("hub", nodes=comes())
    assert audited("full list", *is_skewed("n5", -SECOND))
    assert audited("noon", *dies("n3", 2900 * MILLISECOND))


# Explored


def small(way, count=3):
    nodes = ring(count, rounds=3)
    seats = {} if way == SOUND else {node.name: way for node in nodes}
    goal = PROTOCOL.goal("all the living name the greatest")
    return replace(PROTOCOL.scenarios[0], nodes=nodes, seats=seats, win=(goal,)), goal


def test_gossip_is_sound_whoever_dies_and_whenever():
    scenario, goal = small(SOUND)
    found = explore(scenario, budget=Budget(crashes=1), laws=[goal], bound=30_000)
    assert (found.verdict, found.broken) == ("sound", [])


@pytest.mark.parametrize("way", ["hub", "starter", "full list"])
def test_ways_that_need_somebody_are_found_by_the_explorer(way):
    scenario, goal = small(way)
    calm = explore(scenario, laws=[goal], bound=30_000)
    assert (calm.verdict, calm.stopped, calm.cut) == ("unknown", False, True)  # they turn their pages once an hour
    found = explore(scenario, budget=Budget(crashes=1), laws=[goal], bound=30_000)
    assert [broken.law for broken in found.broken] == [goal.text]


# Words, reports


def test_an_auditor_takes_down_what_is_named():
    scenario = next(scenario for scenario in PROTOCOL.scenarios if "auditor" in scenario.name)
    world = World(scenario)
    world.run(limit=20_000)
    assert world.nodes["audit"].machine.reports == dict.fromkeys(NAMES, max(NUMBERS))
    assert "names 52" in world.nodes["audit"].machine.view().values()


def test_what_is_said_of_whom_one_tells():
    seat = PlayerSeat("n1", ("maxfind.tell", "maxfind.when", "maxfind.name"))
    world = World(replace(SCENARIO, player=(seat,), happenings=()), Player())
    world.run()
    asked = world.questions[0].asked
    labels = {value: world.fork().answer(value).label for value in (("n2",), (), ("n3",), ("n2", "n3"))}
    assert asked.book == ("n2",)
    assert labels == {("n2",): "book", (): "silent", ("n3",): "other", ("n2", "n3"): "many"}
    world.answer(("n2",))
    assert world.fork().answer("wait").label == "waits"
    world.answer("name it")
    waits = {value: world.fork().answer(value).label for value in (200_000, 1_000, 3 * SECOND)}
    assert waits == {200_000: "book", 1_000: "soon", 3 * SECOND: "late"}


def test_who_names_to_nobody_is_refused():
    from core.kernel.protocol import Cast, UnfitNodesError

    node = NodeSpec("n1", "maxfind", "node", {"auditor": "n2"})
    cast = Cast({"node": ("n1", "n2"), "auditor": ()}, {"n1": dict(node.parameters), "n2": {}})
    with pytest.raises(UnfitNodesError, match="no auditor has that name"):
        PROTOCOL.admits(cast)
