"""The fair trap: a second row in which every act hits its packet, too."""

from dataclasses import dataclass, replace

import pytest

from core.kernel.laws import always, sometimes
from core.kernel.parameters import parameter
from core.kernel.scenario import DiceSpec, Hand, Side
from core.kernel.seats import Random
from core.kernel.world import World, replayed
from core.search import find_win, state_key
from tests.kernel.actors import Actor, Note, scenario

MS, S = 1_000, 1_000_000


@dataclass
class Asker(Actor):
    """Asks every `patience`, until it hears an answer."""

    patience: int = parameter(100 * MS, "how long it waits", kind="duration", low=1)

    def on_start(self, ctx):
        self.on_timer(ctx, "again")

    def on_timer(self, ctx, key):
        ctx.send("b", Note(1))
        ctx.set_timer("again", self.patience)

    def on_message(self, ctx, source, message):
        super().on_message(ctx, source, message)
        ctx.cancel_timer("again")


def answers(self, ctx, source, message):
    self.log.append((ctx.now, message.number))
    ctx.send(source, Note(2))


def asked(evidence):
    return len(evidence.machine("b").log) if evidence.up("b") else 0


TWICE = sometimes("b is asked twice", lambda evidence: asked(evidence) > 1)
ONCE = always("b is asked once", lambda evidence: asked(evidence) < 2)


def trap(hand=None, long=400 * MS, **more):
    """a waits 100 ms in the first row, and longer in the second; b is to be asked twice in the first only."""
    level = scenario("a b", roles={"b": {"on_message": answers}}, hand=hand or Hand(1, 2), limit=S,
                     win=(TWICE.bind(),), **more)  # fmt: skip
    (room,) = level.protocols.values()
    room = replace(room, roles={**room.roles, "asker": Asker}, twin_key=lambda message: (message.number,))
    nodes = (replace(level.nodes[0], role="asker"), level.nodes[1])
    row = Side(parameters={"a": {"patience": long}}, keeps=(ONCE.bind(),))
    return replace(level, protocols={"stage": room}, nodes=nodes, sides=(row,))


def do(world, act, value, at):
    world.run(until=at)
    return world.move("network", f"network.{act}", value)


def held(until, at=20 * MS, **more):
    """The question is held from `at` until a time."""
    world = World(trap(**more))
    do(world, "take", "Note a -> b", at)
    do(world, "let_go", "Note a -> b, held", until)
    world.run()
    return world


def same(world):
    again = replayed(world.scenario, world.answers)
    again.run()
    assert again.trace_sha256() == world.trace_sha256()
    assert again.outcome == world.outcome
    assert again.beside.world.trace_sha256() == world.beside.world.trace_sha256()
    assert again.beside.missed == world.beside.missed


@pytest.mark.parametrize(
    ("until", "won", "why"),
    [
        (30 * MS, False, "time is up"),
        (200 * MS, True, "b is asked twice"),
        (600 * MS, False, "in the second row, too: broken: b is asked once"),
    ],
)
def test_it_is_won_only_if_the_first_row_breaks_and_the_second_does_not(until, won, why):
    world = held(until)
    assert world.outcome.won is won
    assert world.outcome.reason.startswith(why)
    assert not world.beside.missed
    same(world)


def test_a_second_row_that_breaks_later_is_no_fair_trap():
    """The second row asks again just before the late answer is there."""
    world = held(200 * MS, long=250 * MS)
    assert (world.outcome.won, world.outcome.at) == (False, 220 * MS)
    assert world.outcome.reason == "in the second row, later, too: broken: b is asked once"
    same(world)


def test_an_act_misses_where_there_is_no_such_packet():
    """The second question of the first row has no twin yet: the second row asks but once."""
    world = World(trap(Hand(2, 3)))
    do(world, "take", "Note a -> b", 20 * MS)
    assert [tile.message for tile in world.beside.world.hand.pockets()] == [Note(1)]
    world.run(until=110 * MS)
    (tile,) = world.hand.tiles()
    assert world.beside.counterpart(tile) is None
    world.move("network", "network.take", tile.name)
    assert [missed[1:] for missed in world.beside.missed] == [("network.take", "Note a -> b")]
    assert len(world.beside.world.hand.held) == 1
    do(world, "let_go", "Note a -> b, held", 150 * MS)
    assert not world.beside.world.hand.held
    world.run()
    same(world)


def test_what_is_no_packet_hits_by_its_name():
    world = World(trap(Hand(crash=1, cut=1, push_clock=1)))
    do(world, "push_clock", ("a", 100 * MS), 10 * MS)
    do(world, "cut", "b -> a", 20 * MS)
    do(world, "crash", "b", 30 * MS)
    second = world.beside.world
    assert [entry.kind for entry in second.trace if entry.kind in ("clock", "cut", "crash")] == [
        "clock",
        "cut",
        "crash",
    ]
    world.run()
    same(world)


def test_forks_have_rows_of_their_own_and_states_know_both():
    world = World(trap())
    do(world, "take", "Note a -> b", 20 * MS)
    twin = world.fork()
    do(twin, "let_go", "Note a -> b, held", 200 * MS)
    assert len(world.beside.world.hand.held) == 1
    assert not twin.beside.world.hand.held
    for each in (world, twin):
        each.run()
        same(each)
    first, other = World(trap()), World(trap(long=300 * MS))
    for each in (first, other):
        each.run(until=20 * MS)
    assert state_key(first) != state_key(other)


@pytest.mark.parametrize("seed", [0, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("network", [None, DiceSpec(0.1, 0.2, 0.1, (0, 9 * MS))], ids=["calm", "dice"])
def test_a_trap_by_a_seat_is_the_same_again(network, seed):
    world = World(trap(Hand(2, 5, 300 * MS, 1, 1, 1, 1, 1, 1), network=network), Random(seed))
    world.run()
    assert world.answers
    same(world)


def test_the_search_finds_an_act_that_springs_it():
    answers = find_win(trap(), 3_000)
    assert replayed(trap(), answers).outcome.won
    assert find_win(trap(Hand(lose=1)), 3_000) is None, "what is lost is asked for again in both rows"


def test_a_trap_is_part_of_the_scenario():
    level = trap()
    assert level.digest() != replace(level, sides=()).digest()
    assert level.digest() != trap(long=300 * MS).digest()
