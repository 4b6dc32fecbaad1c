"""The picture of a forum: a wall, and a shelf with vectors."""

import pytest

from core.kernel.seats import Book, Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.clocks.ordered_multicast.forum_choices import AGAIN, HANG, NAME
from core.protocols.clocks.ordered_multicast.forum_messages import Again, Post, Sent
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.ordered_multicast import carries, draw, packet_words

LEVEL = "stamps/the-answer-before-the-question"


def let_run(ms, book=False):
    """The level, so many ms after its start; the player does what the book does, or nothing."""
    world = World(load(LEVEL).scenario, Book() if book else Player())
    while (upcoming := world.next_time()) is not None and upcoming <= ms * 1000 and world.outcome is None:
        world.step()
    if world.outcome is None:
        world.advance(round(ms * 1000))
    return world


def drawn(world, width=80, height=11, asks=None, draft=None, lifted=False, you="p4"):
    sight = Sight(world, "" if lifted else you)
    asked = next((offer for offer in world.offers("p4") if offer.choice is asks), None)
    canvas = Canvas(width, height)
    scene = Scene(
        sight, world.scenario, you, sight.clock(), me=world.nodes[you].machine, asked=asked, draft=draft, at_hand=draft,
        lifted=lifted,
    )  # fmt: skip
    draw(canvas, scene)
    canvas.flush()
    return canvas


def row_of(picture, words):
    return next(line for line in picture.splitlines() if words in line)


def test_the_shelf_shows_every_number_and_the_wall_how_many_hang():
    picture = str(drawn(let_run(2500)))
    assert row_of(picture, "I do. 50.").split()[-6:-2] == ["1", "1", "0", "0"]
    assert row_of(picture, "Who sells").split()[-6:-2] == ["1", "0", "0", "0"]
    assert "nothing hangs yet" in picture
    later = str(drawn(let_run(8500, book=True)))
    assert later.splitlines()[1].split()[-4:] == ["1", "3", "1", "0"]
    assert later.index("My cat is lost.") < later.index("Who sells a bike?") < later.index("shelf")
    same("ordered_multicast_forum", later)


def test_what_an_author_said_of_himself_stands_over_the_shelf():
    world = let_run(100)
    while world.now < 8_500_000:
        world.step()
        for place in (("p3", 1), ("p1", 1), ("p2", 1), ("p2", 2), ("p2", 3)):
            if place in world.nodes["p4"].machine.fitting:
                world.move("p4", HANG.name, place)
    world.move("p4", AGAIN.name, "p3")
    assert "I have sent" not in str(drawn(world))
    while not world.nodes["p4"].machine.told:
        world.step()
    assert "p3: I have sent 2" in str(drawn(world))


def test_posts_numbers_and_members_are_pointed_at_on_it():
    world = let_run(2500)
    assert row_of(str(drawn(world, asks=HANG, draft=("p3", 1))), "My cat").startswith(">")
    assert ">1<" in row_of(str(drawn(world, asks=NAME, draft=("p2", 1, "p1"))), "I do.")
    targets = {hot.target for hot in drawn(world, asks=NAME).hots}
    assert ("p2", 1, "p4") in targets
    assert ("p3", 1) in {hot.target for hot in drawn(world, asks=HANG).hots}
    sight = Sight(world, "p4")
    scene = Scene(sight, world.scenario, "p4", sight.clock(), me=world.nodes["p4"].machine)
    for offer in world.offers("p4"):
        assert carries(scene, offer, 80)
        assert not carries(scene, offer, 40)
    assert "p1" in {hot.target for hot in drawn(let_run(1200), asks=AGAIN, draft="p1").hots}


def test_when_the_fog_has_lifted_every_wall_is_there():
    picture = str(drawn(let_run(20_000, book=True), lifted=True, height=12))
    assert picture.count("p3.8") == 4
    assert len({line.split(" ", 2)[-1] for line in picture.splitlines() if "p3.8" in line}) > 1
    same("ordered_multicast_walls", picture)


@pytest.mark.parametrize("ms", [0, 2500, 13_000])
def test_it_fits_every_size(ms):
    world = let_run(ms)
    for width in (1, 30, 51, 52, 76, 120):
        for height in (1, 5, 7, 9, 14, 30):
            for lifted in (False, True):
                picture = str(drawn(world, width, height, lifted=lifted))
                assert all(len(line) <= width for line in picture.splitlines())


def test_a_letter_is_called_by_its_numbers():
    assert [packet_words(one) for one in (Post((1, 0, 4), "cat"), Again(2), Sent(3))] == [
        "(1,0,4)",
        "again 2",
        "sent 3",
    ]
