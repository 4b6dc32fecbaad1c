"""The pictures of a bureau: a calendar with bead and slope, UTC with its ruler, and Earths that could have been."""

import pytest

from core.kernel.seats import Book, Player
from core.kernel.sight import Sight
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.protocols.clocks.wall_clock.bureau.choices import DAYS, INSERT, LESS, MORE, OMIT
from levels.loader import every_act_of, load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.wall_clock import carries, draw

CALENDAR, RECORD, FUTURE = every_act_of(load("clocks/lord-of-the-second"))


def at(act, half, *moves):
    """The act, so many half-years (and a little) on; moves at these half-years."""
    world = World(act.scenario, Player())
    for when, choice, value in moves:
        world.run(until=when * SECOND + 200 * MILLISECOND)
        world.move("bureau", choice.name, value)
    world.run(until=half * SECOND + 300 * MILLISECOND)
    return world


def drawn(world, width=80, height=12, **more):
    canvas = Canvas(width, height)
    sight = Sight(world, "bureau")
    me = world.evidence().machine("bureau")
    draw(canvas, Scene(sight, world.scenario, "bureau", sight.clock(), me=me, **more))
    return str(canvas)


def asking(draft=None, hand="dropped", **size):
    world = World(CALENDAR.scenario, Player())
    world.run()
    (question,) = world.questions
    return drawn(world, question=question, asked=question.asked, draft=draft, at_hand=hand, **size)


def rows(picture, mark):
    return [number for number, row in enumerate(picture.splitlines()) if mark in row]


def test_bead_and_slope_are_pushed_on_the_picture():
    picture = asking((10, 97))
    assert "dropped 10 days" in picture
    assert "leaps 97 in 400 years" in picture
    assert rows(picture, "◆") == rows(picture, "◇") == rows(picture, "21 March")
    same("wall-clock-calendar-asked", picture)


def test_with_the_bead_alone_the_other_handle_sinks():
    picture = asking((10, 100), "leaps")
    assert rows(picture, "◆") > rows(picture, "21 March") == rows(picture, "◇")


def test_the_controls_are_on_it():
    world = World(CALENDAR.scenario, Player())
    world.run()
    scene = Scene(Sight(world, "bureau"), CALENDAR.scenario, "bureau", 0, me=world.evidence().machine("bureau"))
    (question,) = world.questions
    assert question.asked.choice is DAYS
    assert carries(scene, question.asked, 80)
    assert not carries(scene, question.asked, 30)


def test_until_one_is_mended_all_calendars_are_one():
    world = World(CALENDAR.scenario, Player())
    world.run(until=3 * SECOND)
    picture = drawn(world)
    assert "every calendar" in picture
    assert "England" not in picture


def test_a_calendar_that_is_off_again_is_seen_to_be():
    world = World(CALENDAR.scenario, Player())
    for answer in ((10, 97), (10, 97)):
        world.run()
        world.answer(answer)
    world.run()
    assert not world.outcome.won
    lines = drawn(world).splitlines()[:11]
    rome, england = (next(row for row, line in enumerate(lines) if name in line) for name in ("Rome", "England"))
    assert england > rome + 1


def tip(picture):
    """What stands at the ruler's tip, in s."""
    return float(picture.split("◆")[1].split()[0].rstrip("⠄⠠⠁⠈⠂⠐"))


def test_the_ruler_ends_where_the_earth_will_be_in_a_year():
    picture = drawn(at(RECORD, 2))
    assert tip(picture) == -1.09
    assert "1991.0" in picture
    same("wall-clock-second-ruler", picture)


def test_what_is_announced_is_a_step_in_the_ruler():
    picture = drawn(at(RECORD, 2, (2, INSERT, MORE)))
    assert tip(picture) == -0.09
    assert "announced: +1 s, 1991.5" in picture


def test_machines_that_fall_are_dark_for_half_a_year():
    for half, dark in ((2, 0), (3, 2), (4, 0)):
        assert drawn(at(RECORD, half, (2, INSERT, MORE))).count("○") == dark
    picture = drawn(at(FUTURE, 3, (2, OMIT, LESS)))
    assert picture.count("○") == 12
    assert "12 of 12: never tried" in picture


def test_what_nobody_has_tried_is_said_before():
    assert "-1 s never tried" in drawn(at(FUTURE, 2))
    assert "-1 s last 0.5 years ago" in drawn(at(FUTURE, 4, (2, OMIT, LESS)))
    assert "+1 s last 9.5 years ago" in drawn(at(FUTURE, 0))


def test_where_no_second_can_be_omitted_nothing_is_said_of_it():
    picture = drawn(at(RECORD, 2))
    assert "+1 s last" in picture
    assert "-1 s" not in picture


def test_when_the_fog_has_lifted_the_real_seconds_stand_below():
    world = World(RECORD.scenario, Book())
    world.run()
    picture = drawn(world, lifted=True)
    last = picture.splitlines()[-1]
    assert last.startswith("real")
    assert last.count("+") == 12
    same("wall-clock-second-lifted", picture)


def test_of_the_future_all_earths_are_seen_that_could_have_been():
    world = World(FUTURE.scenario, Book())
    world.run()
    assert "could have been" not in drawn(world)
    picture = drawn(world, lifted=True)
    assert "yours" in picture
    same("wall-clock-earths-lifted", picture)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (20, 5), (44, 7), (60, 9), (80, 12), (84, 28), (120, 30)])
def test_it_fits_every_size(width, height):
    done = World(FUTURE.scenario, Book())
    done.run()
    pictures = [
        drawn(at(RECORD, 9), width, height), drawn(done, width, height), drawn(done, width, height, lifted=True),
        asking((3, 90), width=width, height=height),
    ]  # fmt: skip
    for picture in pictures:
        assert len(picture.splitlines()) <= height
        assert all(len(row) <= width for row in picture.splitlines())
        if (width, height) >= (44, 7):
            assert any(mark in picture for mark in ("o", "◆", "yours"))
