"""The picture of two tapes: arrows, notes, and how the second tape lies in the slack."""

from dataclasses import replace

import pytest

from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.time import MILLISECOND
from core.kernel.world import World
from core.protocols.premise.tapes import PROTOCOL
from core.protocols.premise.tapes.choices import SHIFT, STRETCH
from core.protocols.premise.tapes.slack import EVEN
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.premise.tapes import draw


def at_the_first_pair(scenario=PROTOCOL.scenarios[0], until=400):
    world = World(replace(scenario, player=(PlayerSeat("archivist", ("*",)),), win=()), Player())
    world.keep("archivist", "tapes.stretch", EVEN)
    world.keep("archivist", "tapes.shift", 0)
    world.run(until=until * MILLISECOND)
    return world


def drawn(world, shift=0, stretch=EVEN, width=48, height=9, you="archivist"):
    sight = Sight(world, you)
    kept = {SHIFT.name: shift, STRETCH.name: stretch}
    me = world.evidence().machine(you)
    canvas = Canvas(width, height)
    draw(canvas, Scene(sight, world.scenario, you, sight.clock(), me=me, kept=kept))
    return str(canvas)


def test_arrows_that_lean_back_are_marked_and_the_slack_says_which_way_to_push():
    world = at_the_first_pair()
    picture = drawn(world)
    assert "alice 660, bob 220: who was first?" in picture
    assert "x" in picture.splitlines()[3]
    assert ">>" in picture
    assert "at 0 ms" in picture


def test_in_the_slack_every_arrow_leans_forward():
    world = at_the_first_pair()
    middle = world.nodes["archivist"].machine.middle_at(EVEN)
    picture = drawn(world, middle)
    assert "xx" not in picture
    assert "·" in picture
    assert f"at {middle} ms" in picture
    slack = next(line for line in picture.splitlines() if "slack" in line)
    assert slack.index(".") < slack.index("▲") < slack.rindex(".")


def test_where_no_shift_fits_it_says_so():
    world = at_the_first_pair(PROTOCOL.scenarios[2])
    world.move("archivist", "tapes.first", "nobody knows")
    world.run(until=3_000 * MILLISECOND)
    assert "no shift fits" in drawn(world)
    best = world.nodes["archivist"].machine.best_stretch
    assert f"stretched to {best}" in drawn(world, stretch=best)
    assert "no shift fits" not in drawn(world, stretch=best)


def test_before_the_first_letter_there_is_none():
    assert "no letter yet" in drawn(at_the_first_pair(until=10))


@pytest.mark.parametrize("you", ["archivist", "alice"])
def test_it_fits_every_size(you):
    world = at_the_first_pair()
    for width in (1, 10, 30, 48, 76, 120):
        for height in (1, 3, 6, 9, 14, 30):
            picture = drawn(world, -300, 1200, width, height, you)
            assert all(len(line) <= width for line in picture.splitlines())


def test_on_a_large_stage_the_tapes_bear_their_clocks_marks_and_the_second_ones_move_with_it():
    world = at_the_first_pair()
    middle = world.nodes["archivist"].machine.middle_at(EVEN)
    still, pushed = drawn(world, 0, width=84, height=26), drawn(world, middle, width=84, height=26)
    same("tapes-large", pushed)
    for picture in (still, pushed):
        edges = [row for row in picture.splitlines() if row.startswith(("ALICE", "BOB"))]
        assert "┴" in edges[0]
        assert "┬" in edges[1]
    mine, theirs = (pushed.splitlines()[row] for row in (4, 20))
    for stamp, place in ((mark, int(mark) + middle) for mark in theirs.split()):
        apart = theirs.index(stamp) - mine.index(mine.split()[0])
        assert abs(apart - (place - int(mine.split()[0])) * (83 - 8) / 400) <= 2
    assert "┴" not in drawn(world, middle, width=80, height=12)


def test_an_arrow_from_beyond_the_edge_does_not_run_on_below_the_names():
    for shift in range(-900, 1000, 100):
        for row in drawn(at_the_first_pair(), shift, width=84, height=26).splitlines()[7:18]:
            assert not row[:8].strip()
