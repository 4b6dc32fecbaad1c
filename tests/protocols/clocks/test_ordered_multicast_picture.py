"""The pictures of replicas: the network's cities with their books, and a replica's desk."""

import pytest

from core.kernel.hand import LET_GO, TAKE
from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.clocks.ordered_multicast.messages import Ack, Strike, Update
from core.protocols.clocks.ordered_multicast.replica_choices import ACK, DELIVER, STRIKE
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Grab, Scene
from tui.pictures.clocks.ordered_multicast import carries, draw, packet_words

HAND, DESK = "stamps/eleven-ten", "stamps/sf-and-ny"


def let_run(world, ms):
    """Until so many ms, and nothing else."""
    while (upcoming := world.next_time()) is not None and upcoming <= ms * 1000:
        world.step()
    world.advance(round(ms * 1000))
    return world


def desk_at(ms, apply=True):
    """SF and NY, so many ms after its start: the book acknowledges, and applies what it may (not, if not `apply`)."""
    world = World(load(DESK).scenario, Player())
    while world.next_time() <= ms * 1000:
        world.step()
        for choice in (ACK, DELIVER, DELIVER, DELIVER) if apply else (ACK,):
            if choice.name in world.due("NY"):
                world.move("NY", choice.name, "acknowledge" if choice is ACK else "apply")
    return let_run(world, ms)


def desk(world, width=80, height=11, lifted=False, draft=None, asks=None):
    sight = Sight(world, "" if lifted else "NY")
    asked = next((offer for offer in world.offers("NY") if asks is not None and offer.choice is asks), None)
    canvas = Canvas(width, height)
    scene = Scene(
        sight,
        world.scenario,
        "NY",
        sight.clock(),
        me=world.nodes["NY"].machine,
        lifted=lifted,
        draft=draft,
        asked=asked,
    )
    draw(canvas, scene)
    canvas.flush()
    return canvas


def test_an_older_card_comes_in_above_one_that_was_there():
    before, after = (str(desk(desk_at(ms, apply=False), height=26)) for ms in (502, 515))
    assert "19.SF  -40" in before
    assert "18.RO  x1.02" not in before
    assert after.index("18.RO  x1.02") < after.index("19.SF  -40")
    same("ordered_multicast_desk", str(desk(desk_at(515, apply=False))))


def test_lamps_are_lit_by_what_was_said_in_so_many_words_and_the_last_stamps_stand_above():
    picture = str(desk(desk_at(728.2))).splitlines()
    stamps = next(line for line in picture if "said last" in line)
    assert "24.SF" in stamps
    assert "26.NY" in stamps
    card = next(line for line in picture if "24.NY" in line and "+12" in line)
    assert card.count("○") == 2  # neither city has said that it holds it


def test_whose_silence_stops_the_queue_is_counted():
    early, late = (str(desk(desk_at(ms))) for ms in (1300, 1500))
    assert "0.05 s" in early.splitlines()[0]  # NY's own card waits since 1,252 ms
    assert "0.25 s" in late.splitlines()[0]


def test_a_strike_that_not_all_have_heard_of_is_said_and_then_who_is_out():
    world = desk_at(1600)
    world.move("NY", STRIKE.name, "RO")
    assert "striking" in str(desk(world))
    while "RO" not in world.nodes["NY"].machine.gone:
        world.step()
    picture = str(desk(world, height=26))
    assert "struck" in picture
    assert "35.RO" in picture  # SF's word has brought the card
    same("ordered_multicast_struck", picture)


def test_the_needle_is_on_it():
    world = desk_at(1600)
    canvas = desk(world, draft="RO", asks=STRIKE)
    assert "> RO <" in str(canvas) or ">[ RO ]<" in str(canvas)
    assert "RO" in {hot.target for hot in canvas.hots}
    sight = Sight(world, "NY")
    scene = Scene(sight, world.scenario, "NY", sight.clock(), me=world.nodes["NY"].machine)
    offers = {offer.choice: offer for offer in world.offers("NY")}
    assert carries(scene, offers[STRIKE], 80)
    assert not carries(scene, offers[DELIVER], 80)
    assert not carries(scene, offers[STRIKE], 30)


def test_when_the_fog_has_lifted_everybodys_book_is_there():
    world = desk_at(1600)
    world.move("NY", STRIKE.name, "RO")
    while world.outcome is None:
        world.step()
        while DELIVER.name in world.due("NY"):
            world.move("NY", DELIVER.name, "apply")
    assert world.outcome.won
    picture = str(desk(world, lifted=True))
    assert picture.count("1,020.04") == 2
    assert "struck, and alive" in picture
    same("ordered_multicast_lifted", picture)


@pytest.mark.parametrize("ms", [0, 515, 728.2, 1500])
def test_a_desk_fits_every_size(ms):
    world = desk_at(ms)
    for width in (1, 30, 51, 52, 76, 120):
        for height in (1, 5, 7, 9, 14, 30):
            for lifted in (False, True):
                picture = str(desk(world, width, height, lifted))
                assert all(len(line) <= width for line in picture.splitlines())


# The network's hand


def hand(act=0, until=500):
    level = load(HAND)
    return let_run(World((level, *level.acts)[act].scenario, Player()), until)


def cities(world, width=80, height=8):
    sight = Sight(world, "network")
    grabs = [
        Grab(tile.name, tile.source, tile.destination, tile.message, 0.5, framed=not place)
        for place, tile in enumerate(world.hand.tiles())
    ]
    canvas = Canvas(width, height)
    draw(canvas, Scene(sight, world.scenario, "network", sight.clock(), grabs=grabs, has_hand=True))
    canvas.flush()
    return canvas


def test_each_book_stands_over_its_city_with_how_it_came_to_that():
    picture = str(cities(hand()))
    assert "+50 -50 x1.01 +100 = 1,110" in picture
    assert "-50 +50 x1.01 = 1,010" in picture
    assert "[+100]" in picture or ">+100<" in picture
    same("ordered_multicast_cities", picture)


def test_books_that_have_parted_are_seen():
    world = hand(until=430)
    world.move("network", TAKE.name, "Update NY -> SF")
    let_run(world, 490)
    world.move("network", LET_GO.name, "Update NY -> SF, held")
    while world.outcome is None:
        world.step()
    picture = str(cities(world))
    assert "+50 -50 +100 x1.01 = 1,111" in picture
    assert "-50 +50 x1.01 +100 = 1,110" in picture


@pytest.mark.parametrize("act", [0, 1])
def test_cities_fit_every_size(act):
    world = hand(act, 330 if act else 490)
    for width in (1, 30, 44, 80, 120):
        for height in (1, 4, 5, 6, 7, 12, 28):
            picture = str(cities(world, width, height))
            assert all(len(line) <= width for line in picture.splitlines())
    same(f"ordered_multicast_hand_{act}", str(cities(world, 118, 28)))


def test_a_letter_is_called_by_what_it_does():
    words = [packet_words(letter) for letter in (Update(5, -40, 0), Ack(7, 5, "SF"), Strike(9, "RO", ()))]
    assert words == ["-40", "ack 5.SF", "no RO"]
