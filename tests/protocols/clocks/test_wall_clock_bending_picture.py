"""The picture of a clock that is mended: where it is, where its slope leads, and who is buried by it."""

from core.kernel.seats import Keeping
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.wall_clock.bending.choices import SLOPE
from levels.loader import every_act_of, load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.wall_clock import draw

FAST, SLOW = every_act_of(load("clocks/easy-does-it"))


def at(act, time, slope):
    world = World(act.scenario, Keeping((("machine", SLOPE.name, slope),)))
    world.run(until=time)
    return world


def drawn(world, width=84, height=20):
    sight = Sight(world, "machine")
    me = world.evidence().machine("machine")
    canvas = Canvas(width, height)
    draw(canvas, Scene(sight, world.scenario, "machine", sight.clock(), me=me, kept={SLOPE.name: me.slope}))
    return str(canvas)


def test_a_clock_that_is_fast_comes_down_to_utc():
    picture = drawn(at(FAST, 7 * SECOND, -30))
    assert "slope -30 %" in picture
    assert "your 2.0 s last 2.86, dead 3.0" in picture
    assert "0.5 s fast" in picture
    same("wall-clock-bending", picture)


def test_who_is_buried_is_said_on_the_bar_that_was_too_long():
    """Of its own grave a machine hears when it is heard again: how long its 2.0 s were by its peer's clock."""
    assert "buried" not in drawn(at(FAST, 3_100_000, -40))
    rows = drawn(at(FAST, 4 * SECOND, -40)).splitlines()
    above = next(number for number, row in enumerate(rows) if "your 2.0 s last 3.33, dead 3.0" in row)
    assert "buried: 3." in rows[above + 1]
    for time, words in ((2_100_000, "you bury it"), (2_300_000, "1 buried alive")):
        rows = drawn(at(SLOW, time, 40)).splitlines()
        above = next(number for number, row in enumerate(rows) if "peer's 2.2 s look 3.08, dead 2.7" in row)
        assert words in rows[above + 1]


def test_what_came_twice_or_never_is_said():
    world = at(SLOW, 2 * SECOND, 0)
    machine = world.evidence().machine("machine")
    assert ", every 250 ms" in drawn(world)
    machine.skipped = 1
    assert "never!" in drawn(world)


def test_it_is_drawn_at_every_size():
    world = at(FAST, 3 * SECOND, -30)
    for width, height in ((44, 7), (80, 12), (84, 28), (200, 60)):
        assert "UTC" in drawn(world, width, height)
    for width, height in ((1, 1), (43, 7), (44, 6)):
        drawn(world, width, height)
