"""The picture of texts over a wire: what a sender knows, and what it does not."""

import pytest

from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.premise.arq import PROTOCOL
from levels.loader import load
from tui.pictures import Canvas, Scene
from tui.pictures.premise.arq import draw

LEVEL = "premise/did-you-get-it"


def drawn(world, you="earth", width=48, height=9, lifted=False, everything=False):
    sight = Sight(world, you, everything=everything)
    me = world.evidence().machine(you) if you in world.nodes else None
    scene = Scene(sight, world.scenario, you, sight.clock(), me=me, lifted=lifted, entries=list(sight.entries()))
    canvas = Canvas(width, height)
    draw(canvas, scene)
    return str(canvas)


def started():
    world = World(load(LEVEL).scenario, Player())
    world.keep("earth", "arq.bits", 0)
    world.run(until=0)
    return world


def go(world, move="next", value="next", seconds=4):
    world.move("earth", f"arq.{move}", value)
    world.run(until=world.now + seconds * SECOND)


def row(picture, word):
    return next(line for line in picture.splitlines() if word in line)


def test_at_first_the_rover_is_where_the_photo_shows_it():
    picture = drawn(started())
    assert "It is at S. You cannot see it." in picture
    assert "MARS (photo)" in picture
    assert picture.splitlines()[5].endswith("r  .  .  .")


def test_a_text_glides_into_the_haze_and_its_candle_burns():
    world = started()
    world.move("earth", "arq.next", "next")
    world.run(until=SECOND // 5)
    near = drawn(world)
    assert "[^]" in near
    assert "candle |▓▓▓▓▓▓▓▓▓.|" in near
    world.run(until=SECOND // 2)
    assert "[^]" not in drawn(world)


def test_a_receipt_snaps_under_its_text_and_the_rover_is_where_receipts_say():
    world = started()
    go(world)
    picture = drawn(world)
    assert "ACK" in row(picture, "told")
    assert row(picture, "(ACK)")
    assert picture.splitlines()[4].endswith("r  .  O  .")
    assert picture.splitlines()[5].endswith("S  .  .  .")


def test_silence_asks_again_or_next():
    world = started()
    go(world)
    go(world)
    assert "Nothing came. Again, or next?" in drawn(world)
    assert "--" in row(drawn(world), "told")


def test_when_the_fog_has_lifted_it_stands_where_it_stands():
    world = started()
    go(world)
    go(world)
    go(world, "again", 2)
    assert world.nodes["mars"].machine.spot == (2, 1)
    assert "r" in drawn(world).splitlines()[4]
    lifted = drawn(world, lifted=True, everything=True)
    assert "fell into O" in lifted
    assert "photo" not in lifted


def test_the_network_sees_every_packet_on_the_wire():
    world = started()
    world.move("earth", "arq.next", "next")
    world.run(until=SECOND * 3 // 4)
    assert "[^]" in drawn(world, "network", everything=True)


def test_a_reader_sees_its_sheet_and_the_number_that_it_waits_for():
    world = World(next(scenario for scenario in PROTOCOL.scenarios if "selective" in scenario.name))
    world.run(until=4500 * SECOND // 1000)
    picture = drawn(world, "reader", 60, 12)
    me = world.nodes["reader"].machine
    assert "|".join(me.read) in picture
    assert f"[{me.awaited % 4}]" in picture
    assert "plan" not in picture


@pytest.mark.parametrize("you", ["earth", "mars", "network", ""])
def test_it_fits_every_size(you):
    world = started()
    go(world)
    for width in (1, 10, 24, 48, 76, 120):
        for height in (1, 3, 7, 9, 14, 30):
            picture = drawn(world, you, width, height)
            assert all(len(line) <= width for line in picture.splitlines())
