"""The picture of a leap night: what is told goes from one line to the other through the lit ground."""

from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.sntp.leap import LONGER, NONE
from tests.protocols.clocks.test_sntp_leap import asked_every_two_seconds
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.sntp import draw


def at(time, leap=NONE, slope=-15, since=17 * SECOND):
    """The server's world at a time of the night, its slope set at another."""
    world = World(asked_every_two_seconds(), Player())
    world.run()
    world.keep("server", "sntp.slope", 0)
    world.answer(leap)
    world.run(until=since)
    world.keep("server", "sntp.slope", slope)
    world.run(until=time)
    return world


def drawn(world, width=84, height=20, draft=None):
    sight = Sight(world, "server")
    question = next(iter(world.questions), None)
    me = world.evidence().machine("server")
    asked = question.asked if question else None
    scene = Scene(sight, world.scenario, "server", sight.clock(), question, asked, draft, me=me)
    canvas = Canvas(width, height)
    draw(canvas, scene)
    return str(canvas)


def test_before_midnight_the_answers_begin_to_fall_behind():
    picture = drawn(at(35 * SECOND))
    assert "midnight in 15 s" in picture
    same("sntp-leap-night", picture)


def test_who_minds_a_warning_sees_the_jump():
    picture = drawn(at(54 * SECOND, leap=LONGER))
    minds_not, minds = (row for row in picture.splitlines() if "largest jump" in row)
    assert "who minds no leap indicator: largest jump 30 ms" in minds_not
    assert "who minds it: largest jump 9" in minds


def test_it_is_drawn_at_every_size_and_before_the_first_answer():
    world = World(asked_every_two_seconds(), Player())
    world.run()
    for width, height in ((40, 9), (80, 12), (84, 28), (200, 60)):
        picture = drawn(world, width, height)
        assert "midnight in 50 s" in picture
        assert "LI ?" in picture
    for width, height in ((1, 1), (39, 9), (40, 8)):
        drawn(world, width, height)
