"""The picture of headquarters and silo: three silences that may be, and two clocks that run towards an hour."""

from dataclasses import replace

import pytest

from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.wall_clock import PROTOCOL
from core.protocols.clocks.wall_clock.silo.choices import COUNTS, PERIOD, TIMER, WINDOW
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.wall_clock import draw

SCENES = {scenario.name: scenario for scenario in PROTOCOL.scenarios}


def at(scenario, node, seconds, **kept):
    """The scenario played by this node, so many seconds on."""
    world = World(replace(SCENES[scenario], player=(PlayerSeat(node, ("*",)),), win=()), Player())
    for name, value in kept.items():
        world.keep(node, f"wall_clock.{name}", value)
    world.run(until=seconds * SECOND)
    return world


def drawn(world, you, width=76, height=12, kept=(), **more):
    canvas = Canvas(width, height)
    sight = Sight(world, you)
    me = world.evidence().machine(you)
    scene = Scene(sight, world.scenario, you, sight.clock(), me=me, kept=dict(kept), **more)
    draw(canvas, scene)
    return str(canvas)


BOOK = {PERIOD.name: 20, WINDOW.name: 61, TIMER.name: COUNTS}


def headquarters(seconds, height=12, width=76, **kept):
    settings = {"timer": COUNTS, "period": 20, "window": 61, "mend": 20, **kept}
    world = at("five nights", "hq", seconds, **settings)
    return drawn(world, "hq", width, height, {f"wall_clock.{name}": value for name, value in settings.items()})


def row(picture, name):
    return next(line for line in picture.splitlines() if name in line)


def test_three_silences_grow_and_end_before_the_window():
    picture = headquarters(65)
    assert "fires at 61 min" in picture
    solid = [row(picture, name).count("█") for name in ("all came", "1 is lost", "2 are lost")]
    assert solid[0] < solid[1] < solid[2]
    assert ["20 min" in row(picture, "all came"), "60 min" in row(picture, "2 are lost")] == [True, True]
    assert row(picture, "2 are lost").index("┃") >= row(picture, "2 are lost").rindex("░")


def test_a_window_that_two_losses_outlast_is_seen_to_be_too_short():
    picture = headquarters(65, window=50)
    line = row(picture, "2 are lost")
    assert line.index("┃") < line.rindex("░")


def test_what_is_bent_and_what_does_not_hold_yet_is_said():
    world = at("five nights", "hq", 3, timer=COUNTS, period=20, window=61, mend=20)
    world.keep("hq", "wall_clock.period", 30)
    assert "holds from the next reset on" in drawn(world, "hq", kept=BOOK)
    hits = [headquarters(second) for second in range(10, 700, 45)]
    assert any("bent by -20 %" in picture for picture in hits)


def test_before_anything_is_set_lever_and_bar_say_the_same_window():
    picture = drawn(at("five nights", "hq", 3), "hq")
    assert f"window {WINDOW.inaction} min" in picture
    assert f"fires at {WINDOW.inaction} min" in picture


def test_headquarters_that_are_hit_say_so():
    picture = headquarters(870, height=26)
    assert "nobody is there any more" in picture


def exchange(seconds, height=14, lie=None):
    world = at("2:59", "exchange", seconds)
    if lie is not None:
        world.move("exchange", "wall_clock.tell", lie)
        world.run(until=(seconds + 20) * SECOND)
    return drawn(world, "exchange", height=height)


def test_two_clocks_run_towards_an_hour():
    picture = exchange(60)
    assert "reads 2:59:00" in picture
    assert "has counted 59:00" in picture
    assert "3:00:00 RESET" in picture
    assert "60:00 fires" in picture


def test_after_the_lie_one_of_them_is_late():
    assert "1 s behind" in exchange(30, lie=-1)
    assert "2 s ahead" in exchange(30, lie=2)
    assert "told the truth" in exchange(30, lie=0)


@pytest.mark.parametrize("height", [1, 5, 7, 11, 14, 26])
def test_it_fits_every_size(height):
    for width in (1, 20, 40, 76, 84):
        for picture in (headquarters(100, height, width), drawn(at("2:59", "exchange", 10), "exchange", width, height)):
            assert all(len(line) <= width for line in picture.splitlines())
            assert len(picture.splitlines()) <= height


def test_on_a_large_stage_it_fills_it():
    for picture in (headquarters(100, 26, 84), exchange(10, 26)):
        lines = picture.splitlines()
        assert sum(bool(line.strip()) for line in lines) >= 0.4 * len(lines)
