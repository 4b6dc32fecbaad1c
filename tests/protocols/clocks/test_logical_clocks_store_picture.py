"""The picture of a store: cards, what has come, the vector that is typed, what stays; and what it has cost."""

from dataclasses import replace

import pytest

from core.kernel.seats import Book, Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.clocks.logical_clocks import PROTOCOL
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.logical_clocks import draw, notes, shows

LEVEL = load("stamps/who-knew-what-when").scenario


def asked(case):
    """The level up to the first question of this case, answered by the book before."""
    world = World(replace(LEVEL, win=()), Player())
    world.run()
    while world.questions[0].asked.case != case:
        world.answer(world.questions[0].asked.book)
        world.run()
    return world


def scene_of(world, you="s2", **more):
    sight = Sight(world, you)
    question = world.questions[0] if world.questions else None
    found = question.asked if question is not None and question.node == you else None
    return Scene(sight, world.scenario, you, sight.clock(), question=question, entries=list(sight.entries()),
                 me=world.evidence().machine(you) if you else None, **{"asked": found, **more})  # fmt: skip


def drawn(world, width=80, height=12, **more):
    canvas = Canvas(width, height)
    draw(canvas, scene_of(world, **more))
    canvas.flush()
    return canvas


def test_a_version_that_comes_stands_beside_the_shelf_and_says_whether_it_stays():
    world = asked("it stands beside")
    scene = scene_of(world)
    new = scene.asked.new
    assert f"{new} has come" in str(drawn(world))
    both = str(drawn(world, draft=scene.asked.choice.domain.of(scene.asked)))
    assert (both.count("stays"), both.count("goes")) == (2, 0)
    one = str(drawn(world, draft=(new,)))
    assert (one.count("stays"), one.count("goes")) == (1, 1)
    assert notes(scene, scene.asked)[new].startswith("milk")
    same("store-beside", one)


def test_a_vector_that_is_typed_stands_on_its_card():
    world = asked("several versions were read")
    picture = str(drawn(world, written={"s1": "3", "s2": "", "s3": ""}))
    assert "3 _ _" in picture
    assert "moe adds salt, had read 1 1 1 and 3 0 1" in picture
    assert "salt" in "".join(picture.splitlines()[3:6])
    assert "3 2 1" not in picture
    same("store-vector", picture)


def test_who_writes_unread_has_read_nothing():
    picture = str(drawn(asked("nothing was read")))
    assert "kim adds nuts, had read nothing" in picture
    assert "your number: 3 given" in picture


def test_what_is_lost_is_said():
    world = asked("it stands beside")
    world.answer((world.questions[0].asked.new,))
    assert "lost: egg" in str(drawn(world))
    scene = scene_of(world)
    assert set(shows(scene)) == set(scene.view)


@pytest.mark.parametrize("you", ["s2", "ana", ""])
@pytest.mark.parametrize("lifted", [False, True])
def test_it_fits_every_size(you, lifted):
    late = World(PROTOCOL.scenarios[5], Book())
    late.run()
    worlds = [asked("it stands beside"), asked("several versions were read"), late]
    for world in worlds:
        for width, height in ((1, 1), (10, 3), (39, 12), (40, 7), (66, 7), (80, 12), (84, 26), (124, 36)):
            canvas = drawn(world, width, height, you=you, lifted=lifted)
            assert all(len(line) <= width for line in str(canvas).splitlines())
