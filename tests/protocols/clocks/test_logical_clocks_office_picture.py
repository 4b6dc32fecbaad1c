"""The picture of an office that watches: strips, replies, a stamp that is wanted, parcels; and what the fog hides."""

from dataclasses import replace

import pytest

from core.kernel.seats import Book, Player
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.logical_clocks import PROTOCOL
from core.protocols.clocks.logical_clocks.office_choices import ASK, BLAME, PLACE
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.logical_clocks import carries, draw, shows

LEVEL = load("stamps/stamp-office").scenario


def played(until, *answers):
    """The level, its first stamps answered so, up to this second."""
    world = World(replace(LEVEL, win=()), Player())
    world.run(until=until * SECOND)
    for answer in answers:
        world.answer(answer)
        world.run(until=until * SECOND)
    return world


def stamped(until):
    return played(until, 16, 24, 61, 69)


def scene_of(world, you="p2", **more):
    sight = Sight(world, you)
    question = world.questions[0] if world.questions else None
    asked = question.asked if question is not None and question.node == you else None
    return Scene(sight, world.scenario, you, sight.clock(), question=question, entries=list(sight.entries()),
                 me=world.evidence().machine(you) if you else None, **{"asked": asked, **more})  # fmt: skip


def drawn(world, width=80, height=12, **more):
    canvas = Canvas(width, height)
    draw(canvas, scene_of(world, **more))
    canvas.flush()
    return canvas


def me_of(world):
    return world.nodes["p2"].machine


def test_a_stamp_that_is_wanted_shows_the_clock_and_the_letter():
    picture = str(drawn(played(9, 16, 24)))
    assert "your clock" in picture
    assert "a letter of p3's" in picture
    assert "your last event 24" in picture
    assert "61" not in picture
    same("office-stamp", picture)


def test_who_does_not_jump_has_a_flat_strip():
    world = stamped(43)
    rows = {name: str(drawn(world)).splitlines()[1 + 2 * place : 3 + 2 * place]
            for place, name in enumerate(("p1", "p3", "p4", "p5", "p10"))}  # fmt: skip
    used = {name: sum(any("⠁" <= char <= "⣿" for char in row[5:47]) for row in both) for name, both in rows.items()}
    assert used["p4"] == 1
    assert me_of(world).straight == ("p4",)
    assert str(drawn(world)).splitlines()[-1].endswith("closing at 140 s")  # as the first row has no room to say so
    same("office-strips", str(drawn(world)))


def test_what_was_asked_and_replied_can_be_pointed_at():
    world = stamped(43)
    world.move("p2", ASK.name, "p4")
    world.answer(0)
    assert "p4: no reply yet" in str(drawn(world))
    world.run(until=60 * SECOND)
    (reply,) = me_of(world).replies
    question = type("Asked", (), {"choice": BLAME, "node": "p2", "me": me_of(world)})()
    canvas = drawn(world, asked=question, at_hand=reply)
    assert f"replied {reply[1]}<" in str(canvas)
    assert reply in {hot.target for hot in canvas.hots}
    asking = type("Asked", (), {"choice": ASK, "node": "p2", "me": me_of(world)})()
    assert ">p5<" in str(drawn(world, asked=asking, at_hand="p5"))
    scene = scene_of(world)
    assert carries(scene, asking, 80)
    assert not carries(scene, type("Asked", (), {"choice": PLACE})(), 80)
    assert set(shows(scene)) == set(scene.view)


def test_how_fast_the_others_count_and_who_forgets_is_not_on_it_before_the_fog_lifts():
    pictures = []
    for lifted in (False, True):
        for early, rate in ((0, 12), (7, 9)):
            world = stamped(43)
            other = world.nodes["p5"].machine
            other.early, other.rate, other.within = early, rate, 5 * SECOND
            canvas = Canvas(80, 12)
            draw(canvas, replace(scene_of(world, lifted=lifted), sight=Sight(world, "p2", everything=lifted)))
            canvas.flush()
            pictures.append(str(canvas))
    fog, fog_elsewhere, clear, clear_elsewhere = pictures
    assert fog == fog_elsewhere
    assert clear != clear_elsewhere
    assert "too early: 7" in clear_elsewhere


@pytest.mark.parametrize("you", ["p2", "p1", ""])
@pytest.mark.parametrize("lifted", [False, True])
def test_it_fits_every_size(you, lifted):
    late = World(PROTOCOL.scenarios[4], Book())
    late.run()
    for world in (played(1), stamped(43), late):
        for width, height in ((1, 1), (10, 3), (59, 12), (60, 8), (66, 7), (80, 7), (80, 12), (84, 26), (124, 36)):
            canvas = drawn(world, width, height, you=you, lifted=lifted)
            assert all(len(line) <= width for line in str(canvas).splitlines())
