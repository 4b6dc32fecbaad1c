"""The picture of texts over a wire: what a sender knows, and what it does not."""

from dataclasses import replace
from itertools import pairwise

import pytest

from core.kernel.scenario import LinkSpec, Lose, NodeSpec
from core.kernel.seats import Book, Player
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.premise.arq import PROTOCOL
from levels.loader import load
from tui.pictures import Canvas, Grab, Scene
from tui.pictures.premise.arq import draw, draw_bare
from tui.pictures.premise.arq_strips import LATE, LOST, UNHEARD, draw_strips, silences

LEVEL = "premise/did-you-get-it#2"


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
    assert "[↑]" in near
    assert "candle |▓▓▓▓▓▓▓▓▓.|" in near
    world.run(until=SECOND // 2)
    assert "[↑]" not in drawn(world)


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
    assert "[↑]" in drawn(world, "network", everything=True)


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


# The bare stage


def on_stage(act=None, until=4, width=80, height=23, ascii_only=False):
    """Four arrows without numbers on a wire of eight seconds; the network looks on."""
    scenario = replace(
        PROTOCOL.scenarios[0],
        nodes=(
            NodeSpec("earth", "arq", "sender", {"receiver": "mars", "texts": "^ ^ > ^", "stop": 1, "every": 1_500_000}),
            NodeSpec("mars", "arq", "rover", {"map": ".C.. / AF.. / .... / .B.. / S..."}),
        ),
        default_link=LinkSpec(latency=8 * SECOND), happenings=() if act is None else (act,), win=(),
    )  # fmt: skip
    world = World(scenario)
    world.run(until=until * SECOND)
    sight = Sight(world, "network", everything=True)
    grabs = []
    for flight in sight.flights():
        part = (world.now - flight.departed) / (flight.arrival - flight.departed)
        grabs.append(Grab("a tile", flight.source, flight.destination, flight.message, part, framed=not grabs))
    scene = Scene(
        sight,
        scenario,
        "network",
        sight.clock(),
        lifted=True,
        entries=list(sight.entries()),
        grabs=grabs,
        has_hand=True,
    )
    canvas = Canvas(width, height, ascii_only=ascii_only)
    draw_bare(canvas, scene)
    return canvas


def tiles(canvas):
    return sorted(hot.x for hot in canvas.hots if isinstance(hot.target, Grab))


def test_on_the_stage_arrows_glide_towards_mars_and_can_be_clicked():
    early, later = tiles(on_stage(until=5)), tiles(on_stage(until=6))
    assert len(early) == 4
    assert all(before < after for before, after in zip(early, later, strict=True))
    assert {later - sooner for sooner, later in pairwise(tiles(on_stage(until=7)))} <= {5, 6, 7}


def test_the_rover_steps_and_leaves_its_track():
    picture = str(on_stage(until=20, ascii_only=True))
    assert "(R)" in picture
    assert picture.count(":") == 4
    assert "sent 4" in picture
    for letter in "ABC":
        assert letter in picture
    fallen = str(on_stage(Lose("earth", "mars", 3), 20, ascii_only=True))
    assert "(R)" in fallen
    assert " A " not in fallen


def test_mars_is_drawn_once_and_arrows_every_time():
    first, again = on_stage(until=5), on_stage(until=5)
    assert (first.chars, first.grounds, first.fores) == (again.chars, again.grounds, again.fores)
    assert sum(row.count("▀") for row in first.chars) > 200
    assert on_stage(until=6).chars != first.chars


@pytest.mark.parametrize("size", [(10, 5), (40, 12), (78, 21), (80, 23), (120, 39), (160, 50)])
def test_the_stage_fits_every_size(size):
    canvas = on_stage(until=4, width=size[0], height=size[1])
    assert all(len(line) <= size[0] for line in str(canvas).splitlines())


# The sorting office

SIZES_OF_OFFICE = ((80, 16), (119, 32))


def office(world, you, draft=None, width=80, height=16, lifted=False):
    question = next(iter(world.questions), None)
    sight = Sight(world, you, everything=lifted)
    scene = Scene(sight, world.scenario, you, sight.clock(), question, question.asked if question else None, draft,
                  me=world.evidence().machine(you), lifted=lifted, entries=list(sight.entries()),
                  kept={name: value for (_, name), value in world_kept(world).items()})  # fmt: skip
    canvas = Canvas(width, height, ascii_only=True)
    draw(canvas, scene)
    return str(canvas), canvas.hots


def world_kept(world):
    return {(node.name, choice): value for node in world.nodes.values() for choice, value in node.kept.items()}


def test_an_envelope_hovers_over_the_place_that_is_meant_and_its_text_is_not_told():
    world = World(load("wire/sorting-office").scenario, Player())
    world.run()
    picture, hots = office(world, "bob", 4)
    assert "stamp 0" in picture
    assert "we" not in picture.split()
    places = next(line for line in picture.splitlines() if "[0]" in line and "." in line)
    assert places.index("[0]") > places.index(".")
    assert {hot.target for hot in hots} == set(range(24))


def test_the_arc_of_the_dial_is_what_can_come():
    world = World(load("wire/sorting-office").scenario, Player())
    world.run()
    picture, _ = office(world, "bob")
    assert "[1]" in picture
    assert "[2]" not in picture


def test_a_sender_sees_what_its_levers_would_do():
    world = World(load("wire/sorting-office#2").scenario, Player())
    world.keep("alice", "arq.shelf", "none")
    world.keep("alice", "arq.width", 3)
    world.run(until=0)
    picture, hots = office(world, "alice")
    assert picture.count("again") == 3 + 2  # three stamps, and two lines of words
    assert "again+new" not in picture
    assert ("setting", "arq.shelf") in {hot.target for hot in hots}
    world.keep("alice", "arq.shelf", "shelf")
    picture, _ = office(world, "alice")
    assert picture.count("again+new") == 2


def test_when_the_fog_has_lifted_what_was_read_wrongly_stands_on_the_sheet():
    world = World(replace(load("wire/sorting-office#2").scenario, win=(), lose=()), Player())
    world.keep("alice", "arq.shelf", "shelf")
    world.keep("alice", "arq.width", 4)
    while not world.over and world.now < 2 * SECOND:
        world.run(until=2 * SECOND)
        for question in list(world.questions):
            world.answer(question.asked.inaction, question)
    picture, _ = office(world, "alice", lifted=True)
    read, plan = world.nodes["bob"].machine.read, world.nodes["alice"].machine.plan
    assert any(one != other for one, other in zip(read, plan, strict=False))
    assert "sheet" in picture


def test_an_office_without_room_is_the_other_picture():
    world = World(load("wire/sorting-office").scenario, Player())
    world.run()
    for width, height in ((48, 9), (20, 4), (59, 20)):
        assert "in your hand" not in office(world, "bob", width=width, height=height)[0]


# The strips


def lifted(world, width=80, height=23):
    sight = Sight(world, "", everything=True)
    entries = list(sight.entries())
    me = world.evidence().machine("earth")
    scene = Scene(sight, world.scenario, "earth", world.now, me=me, lifted=True, entries=entries)
    canvas = Canvas(width, height)
    draw_bare(canvas, scene)
    return scene, str(canvas)


@pytest.mark.parametrize("seed", range(1, 9))
def test_each_silence_stands_beside_what_was_so(seed):
    """Of the second act one is a lost arrow, one a lost receipt, one a late one, in an order that the seed deals."""
    level = load(LEVEL)
    world = World(level.scenario.reseeded(seed), Book())
    world.run()
    scene, picture = lifted(world)
    found = silences(scene, scene.me, "mars")
    assert sorted(silence.truth for silence in found) == sorted((LOST, UNHEARD, LATE))
    rows = picture.splitlines()
    assert "EARTH heard" in rows[0]
    assert "on MARS" in rows[0]
    for silence, line in zip(found, rows[1:], strict=False):
        assert "silence" in line
        assert silence.truth in line


def test_the_two_silences_of_the_first_act_are_unlike_and_looked_alike():
    world = World(load("premise/did-you-get-it").scenario, Player())
    world.run(until=0)
    for _ in range(12):
        if world.outcome is None:
            go(world, *(("again", world.nodes["earth"].machine.owed[0]) if world.nodes["earth"].machine.owed else ()))
    scene, _ = lifted(world)
    assert {silence.truth for silence in silences(scene, scene.me, "mars")} <= {LOST, UNHEARD}
    assert silences(scene, scene.me, "mars")


def test_silences_that_find_no_room_are_counted():
    world = World(load(LEVEL).scenario.reseeded(1), Book())
    world.run()
    scene, _ = lifted(world)
    canvas = Canvas(80, 23)
    draw_strips(canvas, scene, scene.me, "mars", 3)
    assert "and 2 more" in str(canvas)


@pytest.mark.parametrize(("level", "you"), [("wire/sorting-office", "bob"), ("wire/sorting-office#2", "alice")])
def test_an_office_grows_with_the_screen(level, you):
    world = World(load(level).scenario, Player())
    world.run()
    small, large = (office(world, you, width=width, height=height)[0].splitlines() for width, height in SIZES_OF_OFFICE)
    below = ["0", "1", "2", "3"] * 3
    stamps = [[row for row, line in enumerate(lines) if line.split() == below] for lines in (small, large)]
    assert stamps[0][1] - stamps[0][0] == 3
    assert stamps[1][1] - stamps[1][0] == 5, "a place is three rows tall, in a frame"
    written = [row for row, line in enumerate(large) if line.strip()]
    assert written[-1] - written[0] >= 20, "it fills the stage"
