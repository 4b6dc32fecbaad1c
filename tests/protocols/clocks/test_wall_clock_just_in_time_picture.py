"""The picture of two clocks that part: the cone of their sheet, what was measured in it, the alarm on its ruler."""

from dataclasses import replace

from core.kernel.seats import Book
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.wall_clock.syncing import Builder
from core.protocols.clocks.wall_clock.syncing.choices import RESYNC
from core.protocols.clocks.wall_clock.syncing.messages import Dot
from levels.loader import load
from tests.tui.snapshots import same
from tui.bridge import Bridge, session_of
from tui.pictures import Canvas, general_delays
from tui.pictures.clocks.wall_clock import carries, delays, draw, shows

FLAT = tuple(Dot(80 * SECOND * n, (("ana", 3000 + 100 * n), ("ben", -2900 + 50 * n)), 80 * SECOND) for n in range(1, 6))
STEEP = (*FLAT, Dot(480 * SECOND, (("ana", 7600), ("ben", -7400)), 80 * SECOND))


def drawn(dots=(), width=80, height=12, draft=None, missing=0, after=20):
    level = load("clocks/just-in-time")
    session = session_of(level)
    session.pause()
    scene = Bridge(level, session).scene()
    at = dots[-1].at if dots else 0
    me = Builder(
        name="builder", laptops=("ana", "ben"), dots=tuple(dots), syncs=len(dots), pause=80 * SECOND, asked=at,
        missing=missing,
    )  # fmt: skip
    scene = replace(scene, me=me, now=at + after * SECOND, question=None, asked=None)
    if draft is not None:
        asked = type("Asked", (), {"choice": RESYNC, "me": me})()
        scene = replace(scene, asked=asked, draft=draft * SECOND)
    canvas = Canvas(width, height)
    draw(canvas, scene)
    return str(canvas), canvas, scene


def test_before_any_sync_there_is_the_cone_and_the_alarm():
    picture, _, _ = drawn(draft=80)
    assert "sheet says ±50 ppm" in picture
    assert "[80 s]" in picture
    assert "ms apart" not in picture


def test_what_was_measured_stands_where_it_was_measured():
    picture, _, _ = drawn(FLAT)
    assert "6.2" in picture
    assert "80 s after a sync" in picture
    assert "0.08 ms a second" in picture
    same("wall-clock-just-in-time-flat", picture)


def test_steep_dots_leave_the_cone_and_the_number_says_how_far_the_clocks_were_apart():
    picture, _, _ = drawn(STEEP, width=84, height=26, missing=1)
    assert "edits missing 1" in picture
    assert "ana" in picture
    assert "ben" in picture
    same("wall-clock-just-in-time-steep", picture)


def test_the_alarm_is_where_it_is_pushed_to_and_beyond_the_ruler_it_says_so():
    assert "[35 s]" in drawn(FLAT, draft=35)[0]
    assert "[900 s] >" in drawn(FLAT, draft=900)[0]


def test_a_click_on_the_ruler_is_a_time_while_it_is_asked_and_opens_it_else():
    _, canvas, _ = drawn(FLAT, draft=35)
    times = [hot.target[1] for hot in canvas.hots if hot.target[0] == "ruler"]
    assert min(times) >= SECOND
    assert max(times) == 240 * SECOND
    _, canvas, _ = drawn(FLAT)
    assert {hot.target for hot in canvas.hots} == {("setting", RESYNC.name)}


def test_the_control_is_on_the_picture_and_has_no_dots_of_its_own():
    _, _, scene = drawn(FLAT)
    asked = type("Asked", (), {"choice": RESYNC, "me": scene.me})()
    assert carries(scene, asked, 80)
    assert not carries(scene, asked, 30)
    world = World(scene.scenario, Book())
    world.run(until=100 * SECOND)
    scene = replace(scene, entries=list(world.trace))
    assert general_delays(scene)
    assert list(delays(scene, asked)) == []
    assert "syncs" in shows(scene)


def test_it_is_right_at_every_size():
    for width, height in ((1, 1), (40, 7), (60, 9), (200, 50), (30, 40)):
        lines = drawn(STEEP, width=width, height=height)[0].splitlines()
        assert len(lines) <= height
        assert all(len(line) <= width for line in lines)
