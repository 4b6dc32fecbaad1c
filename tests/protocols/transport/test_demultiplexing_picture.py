"""The picture of a cloakroom: the ticket, the belt, the coats."""

from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.transport.demultiplexing.choices import KEY
from core.protocols.transport.demultiplexing.messages import DPT, SRC
from levels.loader import load
from levels.proofs import prove
from tui.pictures import Canvas, Scene
from tui.pictures.transport.demultiplexing import draw


def scene_of(world, draft=None, everything=False):
    question = next(iter(world.questions), None)
    sight = Sight(world, "host", everything)
    return Scene(sight, world.scenario, "host", sight.clock(), question, question.asked if question else None, draft,
                 kept={KEY.name: (DPT,)}, me=world.evidence().machine("host"), lifted=everything)  # fmt: skip


def drawn(scene, width=80, height=16):
    canvas = Canvas(width, height, ascii_only=True)
    draw(canvas, scene)
    return str(canvas), canvas.hots


def at_the_first_mishaps():
    world = World(load("sockets/coat-check").scenario, Player())
    world.keep("host", KEY.name, (DPT,))
    world.run()
    return world


def test_one_coat_for_three_is_seen_and_the_belt_says_who():
    picture, hots = drawn(scene_of(at_the_first_mishaps()))
    assert "[dpt]" in picture
    assert "[src]" not in picture
    assert picture.count("wrong coat") == 3  # two on the belt, and their count
    assert "wrong coats 2" in picture
    assert "teamilkrum" in picture
    assert {hot.target for hot in hots} == {"src", "spt", "dst", "dpt", "seq", "own"}


def test_what_is_being_punched_is_lit():
    picture, _ = drawn(scene_of(at_the_first_mishaps(), (SRC,)))
    assert "[src]" in picture
    assert "[dpt]" not in picture
    assert "1 ns" in picture


def test_it_fits_where_there_is_little_room():
    for width, height in ((48, 6), (48, 9), (40, 5), (80, 30)):
        picture, _ = drawn(scene_of(at_the_first_mishaps()), width, height)
        assert len(picture.splitlines()) == height
    picture, _ = drawn(scene_of(at_the_first_mishaps()), 48, 6)
    assert "(teamilkrum)" in picture


def test_when_the_fog_has_lifted_every_crowd_says_what_would_have_done():
    world = prove(load("sockets/coat-check"))
    picture, _ = drawn(scene_of(world, everything=True))
    assert "two signs" in picture
    assert "spt own" in picture
    assert "216 words" in picture
