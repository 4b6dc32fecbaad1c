"""Worlds side by side: the same seed, requests and blows, other parameters, personas or answers."""

from dataclasses import replace

import pytest

from core.kernel.scenario import ClockJump, Hand, Lose, PlayerSeat, Side
from core.kernel.seats import Book, Random
from core.kernel.world import World, replayed
from core.protocols import BY_NAME

MS, S = 1_000, 1_000_000
ECHO = BY_NAME["echo"]


def level(**more):
    """Three pings; the second answer is lost."""
    scenario = next(one for one in ECHO.scenarios if {node.name for node in one.nodes} >= {"client", "server"})
    return replace(scenario, happenings=(Lose("server", "client", 2),), network=None, limit=5 * S, seats={}, **more)


def patience(time):
    return Side(f"patience {time}", parameters={"client": {"patience": time}})


def sent(world):
    return world.evidence().sent()


def test_each_world_suffers_the_same_and_goes_its_own_way():
    world = World(level(sides=(patience(50 * MS), patience(2 * S))), Book())
    world.run()
    hasty, patient = (side.world for side in world.sides)
    for side in world.sides:
        side.catch_up(5 * S)
    assert sent(hasty) > sent(world) >= sent(patient)
    assert [side.side.name for side in world.sides] == ["patience 50000", "patience 2000000"]
    for row in (world, hasty, patient):
        assert sum(entry.kind == "drop" for entry in row.trace) == 1


def test_a_side_changes_nothing_of_the_first_world():
    scenario = level()
    alone, beside = World(scenario, Book()), World(replace(scenario, sides=(patience(50 * MS),)), Book())
    for world in (alone, beside):
        world.run()
    assert alone.trace_sha256() == beside.trace_sha256()
    assert alone.outcome == beside.outcome


def test_whoever_runs_a_world_that_nobody_sees_does_without_those_beside_it():
    assert not World(level(sides=(patience(50 * MS),)), Book(), intervals=False).sides


def test_a_fork_takes_its_sides_along():
    world = World(level(sides=(patience(50 * MS),)), Book())
    world.run(until=100 * MS)
    fork = world.fork()
    fork.sides[0].catch_up(400 * MS)
    assert fork.sides[0].world.now > 100 * MS
    assert world.sides[0].world.now <= 100 * MS


def test_the_players_node_plays_by_the_book_there_but_for_what_is_kept():
    seat = (PlayerSeat("server", ("*",)),)
    always = Side("always 7", kept=(("server", "echo.number", 7),))
    world = World(level(player=seat, sides=(Side("book", book=True), always)))
    for side in world.sides:
        side.catch_up(5 * S)
    book, seven = (side.world for side in world.sides)
    assert book.outcome is not None
    answers = [
        {entry.detail.number for entry in one.trace if entry.kind == "send" and entry.node == "server"}
        for one in (book, seven)
    ]
    assert answers[1] == {7}
    assert 1 in answers[0]
    assert world.stopped or world.count == 0  # nobody has answered here


def test_what_is_typed_is_kept_as_a_person_types_it_and_nonsense_is_the_books():
    seat = (PlayerSeat("server", ("*",)),)
    sides = tuple(Side(text, kept=(("server", "echo.number", text),)) for text in ("7", "seven"))
    world = World(level(player=seat, sides=sides))
    for side in world.sides:
        side.catch_up(5 * S)
    typed, nonsense = (
        [e.detail.number for e in side.world.trace if e.kind == "send" and e.node == "server"] for side in world.sides
    )
    assert set(typed) == {7}
    assert 7 not in nonsense


def test_a_persona_may_sit_in_the_players_place():
    seat = (PlayerSeat("server", ("*",)),)
    naive = Side("naive", seats={"server": "counts on its own"})
    world = World(level(player=seat, sides=(naive,)))
    world.sides[0].catch_up(5 * S)
    assert world.sides[0].world.scenario.player == ()
    assert world.sides[0].world.over


def test_the_hands_acts_hit_their_packets_in_every_world():
    hand = Hand(pockets=1, lose=1)
    world = World(level(hand=hand, sides=(patience(2 * S),)))
    world.run(until=20 * MS)
    world.move("network", "network.lose", "Ping client -> server")
    world.run()
    world.sides[0].catch_up(5 * S)
    for row in (world, world.sides[0].world):
        first = next(entry for entry in row.trace if entry.kind == "drop")
        assert (first.node, first.detail.number) == ("client", 1)
    again = replayed(world.scenario, world.answers)
    again.run()
    assert again.trace_sha256() == world.trace_sha256()


@pytest.mark.parametrize("blow", [ClockJump(50 * MS, "client", 300 * MS)])
def test_a_blow_falls_on_all(blow):
    scenario = level(sides=(patience(2 * S),))
    world = World(replace(scenario, happenings=(*scenario.happenings, blow)), Random(1))
    world.run(until=60 * MS)
    world.sides[0].catch_up(60 * MS)
    for row in (world, world.sides[0].world):
        assert any(entry.kind == "clock" for entry in row.trace)


def test_what_stands_beside_is_part_of_the_scenario():
    scenario = level()
    digests = {
        replace(scenario, sides=sides).digest()
        for sides in ((), (patience(50 * MS),), (patience(60 * MS),), (Side("book", book=True),))
    }
    assert len(digests) == 4
