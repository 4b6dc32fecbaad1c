"""The picture of a boat in fog: circles, the lens, beacons as chairs, and the clock on its rule."""

from dataclasses import replace

import pytest

from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Book, Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.clocks.gps import PROTOCOL
from core.protocols.clocks.gps.choices import CLOCK, USE
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.gps import carries, draw, shows

PASSAGE = PROTOCOL.scenarios[2]


def asked(until, listens=0):
    world = World(replace(PASSAGE, player=(PlayerSeat("boat", ("*",)),), win=()), Player())
    world.run(until=until)
    for again in range(listens):
        world.move("boat", "gps.listen", "listen")
        world.run(until=until + (again + 1) * 2_200_000)
    return world


def scene_of(world, push=0, use=(), you="boat", **more):
    sight = Sight(world, you)
    kept = {CLOCK.name: push, USE.name: use}
    me = world.evidence().machine(you) if you else None
    return Scene(sight, world.scenario, you, sight.clock(), me=me, kept=kept, **more)


def drawn(world, push=0, use=(), width=80, height=12, **more):
    canvas = Canvas(width, height)
    draw(canvas, scene_of(world, push, use, **more))
    canvas.flush()
    return canvas


def test_two_circles_cross_and_nothing_is_open():
    picture = str(drawn(asked(9_200_000)))
    assert "2 beacons heard" in picture
    assert "two always cross" in picture
    assert "open" not in picture
    same("gps-two", picture)


def test_three_are_open_until_the_clock_is_pushed():
    world = asked(9_200_000, listens=3)
    gaps = {}
    for push in (5, 15, 24, 25):
        picture = str(drawn(world, push))
        gaps[push] = float(picture.partition(" km open")[0].rpartition(" ")[2])
        assert f"clock +{push} µs" in picture
    assert gaps[5] > gaps[15] > gaps[24] > gaps[25]
    assert gaps[25] == 0
    same("gps-three", str(drawn(world, 15)))
    same("gps-shut-large", str(drawn(world, 25, width=84, height=26)))


def test_all_circles_swell_with_the_clock():
    world = asked(9_200_000, listens=3)
    dots = [sum(char >= "⠁" for char in str(drawn(world, push, width=84, height=26))) for push in (-80, 0)]
    assert dots[0] < dots[1]


def test_a_place_that_is_old_says_so_and_a_beacon_is_a_chair():
    world = asked(49_200_000)
    canvas = drawn(world, 58, ("a", "c"))
    assert "13 s old" in str(canvas)
    assert "[a]" in str(canvas)
    assert "[b]" not in str(canvas)
    targets = [hot.target for hot in canvas.hots]
    assert ("setting", USE.name) in targets
    assert ("setting", CLOCK.name) in targets
    scene = scene_of(world)
    assert carries(scene, type("Asked", (), {"choice": USE})(), 80)
    assert carries(scene, type("Asked", (), {"choice": CLOCK})(), 80)
    assert set(shows(scene)) >= set(scene.view)


def test_where_the_boat_is_in_truth_is_not_on_it_before_the_fog_lifts():
    """Two boats that hear the same, and are elsewhere: the same picture until then, and another after."""
    pictures = []
    for lifted in (False, True):
        for more in (0, 9_000):
            world = World(PASSAGE, Book())
            world.run()
            boat = world.nodes["boat"].machine
            boat.course = tuple(place + more for place in boat.course)
            pictures.append(str(drawn(world, 140, lifted=lifted)))
    fog, fog_elsewhere, clear, clear_elsewhere = pictures
    assert fog == fog_elsewhere
    assert clear != clear_elsewhere
    assert "+6.0 km" in clear
    same("gps-lifted", clear)


@pytest.mark.parametrize("you", ["boat", "a", ""])
@pytest.mark.parametrize("lifted", [False, True])
def test_it_fits_every_size(you, lifted):
    worlds = [asked(1), asked(9_200_000, listens=3), asked(132_000_000)]
    for world in worlds:
        for width, height in ((1, 1), (10, 3), (43, 12), (44, 8), (66, 7), (80, 12), (84, 26), (124, 36)):
            canvas = drawn(world, -300, ("a",), width, height, you=you, lifted=lifted)
            assert all(len(line) <= width for line in str(canvas).splitlines())
