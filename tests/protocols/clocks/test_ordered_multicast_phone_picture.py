"""The picture of a wall with a phone: notes are pointed at where they hang, and no network draws a phone."""

import pytest

from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.clocks.ordered_multicast.phone_messages import Lacking, Note
from levels.loader import load
from tests.tui.snapshots import same
from tui.controls import Option
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.ordered_multicast import carries, draw, notes, packet_words, shows

LEVEL = "stamps/the-phone-call"


def asked_at(number, names=None):
    """The level at this question, the first being 1; before, the player has answered as the book does, or `names`."""
    world = World(load(LEVEL).scenario, Player())
    while world.outcome is None:
        if world.questions:
            number -= 1
            if not number:
                break
            world.answer(world.questions[0].asked.book if names is None else names)
        elif not world.step():
            break
    return world


def drawn(world, width=80, height=12, draft=None, lifted=False):
    sight, question = Sight(world, "" if lifted else "kim"), next(iter(world.questions), None)
    asked = question.asked if question is not None else None
    listed = []
    for name in asked.me.nameable if asked is not None else ():
        here = name == (draft or asked.me.nameable)[0]
        listed.append(Option(name, name, here=here, taken=name in (draft or ())))
    canvas = Canvas(width, height)
    scene = Scene(
        sight, world.scenario, "kim", sight.clock(), me=world.nodes["kim"].machine, question=question, asked=asked,
        draft=draft, listed=listed, lifted=lifted,
    )  # fmt: skip
    draw(canvas, scene)
    canvas.flush()
    return canvas, scene


def row_of(picture, words):
    return next(line for line in picture.splitlines() if words in line)


def test_the_wall_the_phone_and_what_is_written_stand_there_and_what_is_named_is_ticked():
    canvas, _ = drawn(asked_at(1), draft=("ana.2",))
    picture = str(canvas)
    assert picture.index("Then I bring the wine.") < picture.index("Dinner is at eight.")
    assert row_of(picture, "The oven is on.").startswith(">[x] ana.2")
    assert row_of(picture, "My cat is lost").startswith(" [ ] lea.2")
    assert "┄┄┄" in row_of(picture, "wall of kim")
    assert '"It is warm.' in picture
    assert row_of(picture, "after ana.2").endswith("│")
    assert {hot.target for hot in canvas.hots} >= {"ana.2", "lea.2", "ana"}
    same("ordered_multicast_phone", picture)


def test_who_has_phoned_can_be_asked_whether_his_note_hangs_or_not():
    """What is listed does not tell whether the one that he spoke of is here."""
    for number in (1, 4, 7, 8):
        world = asked_at(number)
        assert world.questions[0].asked.me.nameable[-1] == "ana"
        assert "ask on the phone which" in str(drawn(world, height=16)[0])


def test_without_a_call_the_phone_is_silent_and_own_notes_say_what_they_name():
    picture = str(drawn(asked_at(2))[0])
    assert "the phone is silent" in picture
    assert "Come and eat! (ana.2)" in picture


def test_a_note_that_waits_for_a_word_on_the_phone_is_told():
    world = asked_at(4)
    world.answer(("ana",))
    while not world.nodes["kim"].machine.drafts:
        world.step()
    assert "kim.4 waits for a word" in str(drawn(world)[0])


def test_what_words_are_about_is_nowhere_on_the_screen():
    world = asked_at(6)
    me = world.questions[0].asked.me
    assert me.meant["kim.6"] == ("kim.5",)
    assert "kim.6" not in str(drawn(world)[0])
    assert not {"kim.6", "meant"} & set(map(str, me.view().values()))


def test_what_may_be_named_is_carried_where_it_hangs_and_said_in_plain_play():
    world = asked_at(1)
    _, scene = drawn(world)
    asked = world.questions[0].asked
    assert carries(scene, asked, 80)
    assert not carries(scene, asked, 40)
    assert notes(scene, asked)["ana.2"] == "The oven is on."
    assert "phone" in notes(scene, asked)["ana"]
    assert set(shows(scene)) == set(asked.me.view())


def test_when_the_fog_has_lifted_a_note_that_hangs_too_soon_is_marked_and_phones_are_drawn():
    picture = str(drawn(asked_at(9, names=()), lifted=True)[0])
    assert "!kim.1" in picture
    assert "┆" in picture
    won = str(drawn(asked_at(9), lifted=True)[0])
    assert "!" not in won
    assert won.count("kim.8") == 4
    same("ordered_multicast_phones", won)


@pytest.mark.parametrize("number", [1, 5, 9])
def test_it_fits_every_size(number):
    world = asked_at(number)
    for width in (1, 30, 51, 52, 76, 120):
        for height in (1, 5, 7, 9, 14, 30):
            for lifted in (False, True):
                picture = str(drawn(world, width, height, lifted=lifted)[0])
                assert all(len(line) <= width for line in picture.splitlines())


def test_a_letter_is_called_by_its_number():
    assert [packet_words(one) for one in (Note(3, ("ana.1",), "cat"), Lacking(2))] == ["note 3", "again 2"]
