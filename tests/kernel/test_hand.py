"""The network's hand: packets taken off their way and put back, lost, copied, garbled; nodes, links and clocks."""

from dataclasses import replace

import pytest

from core.kernel.scenario import DiceSpec, Hand, LinkSpec, NodeSpec
from core.kernel.seats import Random
from core.kernel.world import World, replayed
from tests.kernel.actors import Note, scenario, sends

MS, S = 1_000, 1_000_000


def handed(roles=None, names="a b", seat=None, limit=10 * S, hand=None, **more):
    more.setdefault("latency", 40 * MS)
    return World(scenario(names, roles=roles, limit=limit, hand=hand, **more), seat)


def log(world, node="b"):
    return [entry[:2] for entry in world.nodes[node].machine.log]


def do(world, act, value, at=None):
    if at is not None:
        world.run(until=at)
    return world.move("network", f"network.{act}", value)


def names(world, act):
    return [list(asked.options) for asked in world.offers("network") if asked.choice.name == f"network.{act}"]


THREE = {"a": sends(1, 2, 3)}
PLAIN = "a25299d3f0eac2012ae9553f7dba80d346300e32698e5e8fb26f1d45b01fd1f3"
"""What a scenario with a hand was called when acts had no budget together yet: its runs are to be read still."""


def same(world):
    again = replayed(world.scenario, world.answers)
    again.run()
    world.run()
    assert again.trace_sha256() == world.trace_sha256()
    assert again.answers == world.answers


def test_what_is_held_comes_behind_what_has_passed():
    world = handed(THREE, hand=Hand(pockets=1))
    do(world, "take", "Note a -> b", at=10 * MS)
    do(world, "let_go", "Note a -> b, held", at=60 * MS)
    world.run()
    assert log(world) == [(40 * MS, 2), (40 * MS, 3), (90 * MS, 1)]
    same(world)


def test_tiles_are_named_in_the_order_of_arrival():
    world = handed(THREE, hand=Hand(pockets=3))
    world.run(until=10 * MS)
    assert names(world, "take") == [["Note a -> b", "Note a -> b #2", "Note a -> b #3"]]
    do(world, "take", "Note a -> b #3")
    do(world, "take", "Note a -> b")
    assert names(world, "let_go") == [["Note a -> b, held", "Note a -> b, held #2"]]
    assert [tile.message for tile in world.hand.pockets()] == [Note(3), Note(1)]
    assert [tile.message for tile in world.hand.tiles()] == [Note(2)]


def test_what_is_held_too_long_flies_on_and_what_is_held_at_the_end_is_lost():
    world = handed(THREE, hand=Hand(pockets=1, hold=100 * MS))
    do(world, "take", "Note a -> b", at=10 * MS)
    world.run()
    assert log(world)[-1] == (140 * MS, 1)
    same(world)
    world = handed(THREE, hand=Hand(pockets=1))
    do(world, "take", "Note a -> b", at=10 * MS)
    world.run()
    assert [number for _, number in log(world)] == [2, 3]
    assert [(entry.kind, entry.note) for entry in world.trace][-1] == ("drop", "held to the end")
    assert world.over


def test_pockets_and_takes_are_few():
    world = handed(THREE, hand=Hand(pockets=1, takes=2))
    do(world, "take", "Note a -> b", at=10 * MS)
    assert not names(world, "take")
    with pytest.raises(LookupError, match="cannot be done now"):
        do(world, "take", "Note a -> b")
    do(world, "let_go", "Note a -> b, held")
    do(world, "take", "Note a -> b #2")
    do(world, "let_go", "Note a -> b, held")
    assert not names(world, "take")


def test_a_value_that_is_no_tile_is_refused_in_words():
    world = handed(THREE, hand=Hand(pockets=1))
    world.run(until=10 * MS)
    with pytest.raises(ValueError, match="not one of Note a -> b"):
        do(world, "take", "Note b -> a")


def test_a_copy_follows_and_a_packet_is_lost():
    world = handed(THREE, hand=Hand(pockets=1, copy=2, lose=2))
    do(world, "lose", "Note a -> b #2", at=10 * MS)
    do(world, "copy", "Note a -> b")
    do(world, "take", "Note a -> b #2")
    do(world, "copy", "Note a -> b, held", at=20 * MS)
    do(world, "lose", "Note a -> b, held", at=70 * MS)
    world.run()
    assert log(world) == [(40 * MS, 1), (44 * MS, 1), (50 * MS, 3)]
    assert [entry.note for entry in world.trace if entry.kind == "drop"] == ["lost on the way"] * 2
    same(world)


def test_a_bit_flips():
    world = handed(THREE, hand=Hand(garble=1))
    do(world, "garble", "Note a -> b #2", at=10 * MS)
    world.run()
    assert len(world.nodes["b"].machine.log) == 3
    assert log(world) != [(40 * MS, 1), (40 * MS, 2), (40 * MS, 3)]
    same(world)


def test_a_node_crashes_and_comes_back():
    world = handed(THREE, hand=Hand(crash=1, back=30 * MS))
    do(world, "crash", "b", at=20 * MS)
    world.run()
    assert [entry.kind for entry in world.trace if entry.node == "b"] == ["start", "crash", "restart"]
    assert "the node is down" in [entry.note for entry in world.trace]
    same(world)


def rings(self, ctx, key="again"):
    ctx.send("b", Note(7))
    ctx.set_timer("again", 100 * MS)


RINGS = {"a": {"on_start": rings, "on_timer": rings}}


def test_a_link_is_cut_one_way_and_heals():
    world = handed(RINGS, hand=Hand(cut=1, heals=100 * MS), limit=S // 2)
    do(world, "cut", "a -> b", at=50 * MS)
    world.run()
    assert [time for time, _ in log(world)] == [40 * MS, 240 * MS, 340 * MS, 440 * MS]
    assert {entry.kind for entry in world.trace} >= {"cut", "heal"}
    same(world)


def test_a_clock_is_pushed():
    world = handed(RINGS, hand=Hand(push_clock=1, push=200 * MS), limit=S // 2)
    world.run(until=50 * MS)
    assert [(fuse.node, fuse.key, fuse.rings) for fuse in world.hand.fuses()] == [("a", "again", 100 * MS)]
    do(world, "push_clock", ("b", 200 * MS))
    with pytest.raises(LookupError):
        do(world, "push_clock", ("b", 100 * MS))
    world.run()
    assert [time for time, _ in log(world)][:2] == [40 * MS, 340 * MS]
    same(world)


def test_only_the_packets_meant_can_be_touched():
    roles = {"a": sends(1), "b": sends(2, to="a")}
    world = handed(roles, hand=Hand(pockets=2, only=(("b", "a"),)))
    world.run(until=10 * MS)
    assert names(world, "take") == [["Note b -> a"]]


def test_over_routers_a_packet_is_taken_link_by_link():
    nodes = (NodeSpec("a", "stage", "a"), NodeSpec("b", "stage", "actor"), NodeSpec("r", router=True))
    links = {pair: LinkSpec(20 * MS) for pair in (("a", "r"), ("r", "a"), ("r", "b"), ("b", "r"))}
    world = handed(THREE, nodes=nodes, links=links, default_link=None, hand=Hand(pockets=1, copy=1, garble=1))
    do(world, "take", "Note a -> b", at=10 * MS)
    do(world, "let_go", "Note a -> b, held", at=20 * MS)
    do(world, "copy", "Note a -> b", at=21 * MS)
    do(world, "garble", "Note a -> b", at=25 * MS)
    world.run()
    assert log(world) == [(40 * MS, 2), (40 * MS, 3), (50 * MS, "garbled"), (54 * MS, 1)]
    same(world)


# Streams


def opens(self, ctx):
    self.stream = ctx.open("b")


def tells(self, ctx, connection, peer):
    if self.name == "a":
        for number in (1, 2, 3):
            ctx.send_on(connection, Note(number))
        ctx.set_timer(connection, 100 * MS)


def tells_more(self, ctx, key):
    ctx.send_on(key, Note(4))
    ctx.close(key)


TALK = {"a": {"on_start": opens, "on_open": tells, "on_timer": tells_more}}


def test_on_a_stream_what_is_held_holds_all_behind_it():
    world = handed(TALK, hand=Hand(pockets=2, copy=1, lose=1, garble=1))
    do(world, "take", "Note a -> b #2", at=90 * MS)
    assert not [names(world, act) for act in ("copy", "lose", "garble") if names(world, act)]
    assert names(world, "take") == [["Note a -> b"]]
    do(world, "take", "Note a -> b")
    do(world, "let_go", "Note a -> b, held", at=300 * MS)  # the second, behind the first
    world.run(until=400 * MS)
    assert log(world) == [(40 * MS, "open")]
    do(world, "let_go", "Note a -> b, held", at=500 * MS)
    world.run()
    assert [what for _, what in log(world)] == ["open", 1, 2, 3, 4, "closed"]
    assert log(world)[1] == (530 * MS, 1)
    same(world)


def test_on_a_stream_nothing_is_kept_for_ever():
    world = handed(TALK, hand=Hand(pockets=2))
    do(world, "take", "Note a -> b", at=90 * MS)
    world.run()
    assert [what for _, what in log(world)] == ["open", 1, 2, 3, 4, "closed"]
    assert log(world)[1] == (3_120 * MS, 1)
    same(world)


def test_what_waits_on_a_stream_that_breaks_is_heard_by_nobody():
    world = handed(TALK, hand=Hand(pockets=2, crash=1, back=None))
    do(world, "take", "Note a -> b", at=90 * MS)
    do(world, "crash", "a", at=100 * MS)
    world.run()
    assert [what for _, what in log(world)] == ["open", "reset"]
    assert [entry.note for entry in world.trace if entry.kind == "drop"] == ["the stream is closed"] * 3
    same(world)


# Seats, forks


BUDGET = Hand(2, 5, 70 * MS, 2, 2, 2, 1, 1, 1)


@pytest.mark.parametrize("roles", [THREE, RINGS, TALK], ids=["datagrams", "timers", "a stream"])
@pytest.mark.parametrize("network", [None, DiceSpec(0.1, 0.2, 0.1, (0, 9 * MS))], ids=["calm", "dice"])
@pytest.mark.parametrize("seed", range(5))
def test_a_hand_by_a_seat_is_a_hand_by_a_person(roles, network, seed):
    world = handed(roles, seat=Random(seed), hand=BUDGET, network=network, limit=S)
    world.run()
    assert world.answers
    same(world)


@pytest.mark.parametrize("roles", [THREE, TALK], ids=["datagrams", "a stream"])
def test_forks_hold_apart(roles):
    world = handed(roles, hand=BUDGET)
    world.run(until=90 * MS if roles is TALK else 10 * MS)
    do(world, "take", "Note a -> b")
    twin = world.fork()
    do(twin, "let_go", "Note a -> b, held")
    assert len(world.hand.held) == 1
    for each in (world, twin):
        same(each)
    assert world.trace_sha256() != twin.trace_sha256()


def test_a_hand_is_part_of_the_scenario():
    plain = scenario("a b")
    assert replace(plain, hand=Hand(1)).digest() != plain.digest()
    assert replace(plain, hand=Hand(1)).digest() != replace(plain, hand=Hand(2)).digest()
    assert replace(plain, hand=Hand(1)).seat_of_player == "network"


def test_all_acts_may_have_one_budget_together_and_letting_go_costs_none():
    world = handed(THREE, hand=Hand(pockets=1, lose=2, copy=1, acts=2))
    do(world, "take", "Note a -> b", at=10 * MS)
    assert names(world, "lose"), "one is left"
    do(world, "let_go", "Note a -> b, held", at=20 * MS)
    do(world, "copy", "Note a -> b", at=30 * MS)
    assert world.offers("network") == []
    same(world)


def test_without_such_a_budget_a_scenario_is_the_same_as_before_there_were_any():
    plain = handed(THREE, hand=Hand(pockets=1, lose=2)).scenario
    assert plain.digest() == handed(THREE, hand=Hand(pockets=1, lose=2, acts=None)).scenario.digest()
    assert plain.digest() != handed(THREE, hand=Hand(pockets=1, lose=2, acts=1)).scenario.digest()
    assert plain.digest() == PLAIN
