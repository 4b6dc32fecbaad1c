"""What is special to beacons and a boat: circles, what three, four and five of them tell, and what UTC is."""

from dataclasses import replace
from itertools import combinations

import pytest

from core.kernel.protocol import UnfitNodesError
from core.kernel.scenario import PlayerSeat, Request, Wave
from core.kernel.seats import Book, PersonaSeat, Player
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.gps import PROTOCOL, way
from core.protocols.clocks.gps.geometry import SHUT, SPEED, Circle, closing, distance, meeting, swollen
from core.protocols.clocks.gps.machine import Receiver
from core.protocols.clocks.gps.messages import Signal, Tow
from levels.loader import from_text, load
from levels.proofs import play
from levels.schema import LevelError

LEVEL = "clocks/where-and-when"
PLACE = (-12_810, 4_854)
A, B, C = (-52_000, 31_000), (38_000, 30_000), (4_000, 36_000)


def around(place, *beacons, wrong=0):
    """Circles around these beacons, each through the place, all by so many µs too wide."""
    return [Circle(*beacon, round(distance(beacon, place)) + wrong * SPEED) for beacon in beacons]


# Circles


def test_of_two_crossings_the_one_at_sea_counts():
    """Two radii fix a place in the plane, but for its image on the other side of the line between both beacons."""
    found = meeting(around(PLACE, A, B))
    assert distance(found[:2], PLACE) <= 2
    assert found.north < min(A[1], B[1])


def test_two_circles_cross_whatever_the_clock_says_and_so_prove_nothing():
    for wrong in (-20, -10, 0, 10, 20):
        found = meeting(around(PLACE, A, C, wrong=wrong))
        assert found.gap <= 1
        assert (distance(found[:2], PLACE) > 3_000) is (abs(wrong) >= 10)


@pytest.mark.parametrize("wrong", [-80, -10, -1, 0, 1, 10, 80])
def test_three_circles_find_place_and_clock(wrong):
    """As many beacons as unknowns: two for the place, one for the clock."""
    found, swell = closing(around(PLACE, A, B, C, wrong=wrong))
    assert distance(found[:2], PLACE) <= 2
    assert round(swell / SPEED) == -wrong
    assert found.gap <= 1


@pytest.mark.parametrize("liar", [1, 2])
def test_three_shut_also_if_one_of_them_lies_and_four_do_not(liar):
    place = (26_202, -2_781)
    circles = around(place, A, (36_500, 31_100), C, (52_000, 24_000))
    assert closing(circles)[0].gap <= 1
    circles[liar] = circles[liar]._replace(radius=circles[liar].radius + 6_000)
    assert closing(circles)[0].gap > 2_000
    for three in combinations(circles, 3):
        found, _ = closing(three)
        assert found.gap <= 1
        assert (distance(found[:2], place) > 1_000) is (circles[liar] in three)


def test_all_circles_swell_alike():
    assert [each.radius for each in swollen(around(PLACE, A, B), 300)] == [
        each.radius + 300 for each in around(PLACE, A, B)
    ]


def test_circles_that_meet_nowhere_and_beacons_in_one_place_are_no_error():
    assert meeting([Circle(0, 0, 5)]) is None
    assert meeting([Circle(0, 0, 5), Circle(0, 0, 9)]) is None
    assert closing([Circle(0, 0, 5), Circle(0, 0, 9), Circle(1, 0, 9)]) is None
    apart = meeting([Circle(0, 0, 10), Circle(100, 0, 20)])
    assert (apart.east, apart.gap) == (48, 38)
    within = meeting([Circle(0, 0, 100), Circle(10, 0, 20)])
    assert within.gap > 0


# Runs


def run(scenario, seat=None, **more):
    world = World(replace(scenario, **more), seat or Book())
    world.run()
    return world, world.nodes["boat"].machine


def test_the_level_is_the_passage_of_the_room():
    """All ways in the level file are the distances of its places, but for the two cliffs."""
    scenario = load(LEVEL).scenario
    boat = next(node for node in scenario.nodes if node.name == "boat")
    course = boat.parameters["course"]
    stops = [tuple(course[2 * n : 2 * n + 2]) for n in range(4)]
    beacons = {node.name: tuple(node.parameters["place"]) for node in scenario.nodes if node.name != "boat"}
    detours = {}
    latency = {name: scenario.links[name, "boat"].latency for name in "abc"}
    stop = -1
    for happening in sorted(scenario.happenings, key=lambda each: (each.at, isinstance(each, Request))):
        if isinstance(happening, Wave):
            latency[happening.pairs[0][0]] = dict(happening.changes)["latency"]
        elif isinstance(happening.request, Tow):
            beacons[happening.node] = (happening.request.east, happening.request.north)
        elif happening.node == "boat" and stop < 3:
            stop += 1
            for name, there in latency.items():
                exact = distance(beacons[name], stops[stop]) / SPEED
                assert abs(exact - way(beacons[name], stops[stop])) < 0.07, (stop, name)
                if there != way(beacons[name], stops[stop]):
                    detours[stop, name] = there - way(beacons[name], stops[stop])
    assert detours == {(2, "d"): 20, (3, "b"): 20}


def test_the_book_waits_for_the_beacon_that_it_needs_and_for_no_other():
    world, boat = run(load(LEVEL).scenario)
    assert world.outcome.won
    assert [entry.off for entry in boat.log] == [12, 4, 12, 20]
    assert boat.waited // SECOND == 18
    used = [entry.answers for entry in world.trace if entry.kind == "move" and entry.node == "boat"]
    chosen = [value for answers in used for name, value in answers if name == "gps.use"]
    assert chosen == [("a", "b", "c"), ("a", "c", "d"), ("a", "b", "c", "e"), ("a", "c", "d", "e")]


@pytest.mark.parametrize(("persona", "off"), [
    ("two suffice", [15_331]),
    ("never pushes", [11_692]),
    ("three suffice", [12, 709, 11, 9_571]),
    ("averages all", [12, 709, 5_508]),
])  # fmt: skip
def test_what_the_wrong_ones_end_on(persona, off):
    """The figures that the level file names; the first reef ends the room's own passage."""
    scenario = PROTOCOL.scenarios[2]
    world, boat = run(scenario, seats={"boat": persona})
    assert not world.outcome.won
    assert PROTOCOL.persona(persona).fault in world.outcome.reason
    assert [entry.off for entry in boat.log] == off


@pytest.mark.parametrize("persona", [each.name for each in PROTOCOL.personas])
def test_every_wrong_rule_loses_the_level_or_pays(persona):
    level = load(LEVEL)
    for seed in range(4):
        scenario = level.scenario.reseeded(seed)
        world = play(scenario, PersonaSeat(PROTOCOL.persona(persona)))
        boat = world.nodes["boat"].machine
        within = sum(entry.off for entry in boat.log) <= 200 and boat.waited // SECOND <= 18
        assert not (world.outcome.won and within)


def at_stop(number, listens=0, scenario=None):
    """A world in which the skipper asks, at this stop, after so many times of listening on."""
    times = (9_200_000, 49_200_000, 99_200_000, 131_200_000)
    world = World(replace(scenario or PROTOCOL.scenarios[2], player=(PlayerSeat("boat", ("*",)),), win=()), Player())
    world.run(until=times[number])
    for again in range(listens):
        world.move("boat", "gps.listen", "listen")
        world.run(until=times[number] + (again + 1) * 2_200_000)
    assert boat_of(world).waits
    return world


def boat_of(world):
    return world.nodes["boat"].machine


def test_five_say_who_lies_and_four_only_that_somebody_does():
    """Of the quartets only the one without the liar shuts; the others miss by 0.9 km and more."""
    boat = boat_of(at_stop(2, listens=3))
    gaps = {names: boat.gap(names) for names in combinations(boat.audible, 4)}
    assert boat.audible == ("a", "b", "c", "d", "e")
    assert [names for names, gap in gaps.items() if gap <= SHUT] == [("a", "b", "c", "e")]
    assert min(gap for names, gap in gaps.items() if "d" in names) > 900
    four = boat_of(at_stop(2))
    assert four.audible == ("a", "b", "c", "d")
    assert four.gap(four.audible) > 900
    assert not four.advice
    assert all(four.gap(three) <= SHUT for three in combinations(four.audible, 3))


def test_a_place_that_was_measured_a_while_ago_is_doubted_until_it_is_measured_again():
    world = at_stop(1)
    boat = boat_of(world)
    assert boat.fresh == ("a", "c")
    assert boat.age("b") > boat.fresh_for
    for again in range(9):
        world.move("boat", "gps.listen", "listen")
        world.run(until=49_200_000 + (again + 1) * 2_200_000)
    boat = boat_of(world)
    assert boat.age("b") < boat.fresh_for
    assert boat.advice == ("a", "b", "c", "d")


def test_a_copy_that_comes_late_says_nothing_new():
    boat = Receiver()

    class Told:
        came = 100

    boat.on_message(Told(), "a", Signal(10, 0, 0, 0, 37))
    Told.came = 900
    boat.on_message(Told(), "a", Signal(10, 0, 0, 0, 37))
    assert boat.heard["a"].came == 100


def test_what_is_said_of_a_fix():
    two = at_stop(0)
    assert two.fork().move("boat", "gps.fix", "fix").label == "two"
    assert two.move("boat", "gps.listen", "listen").label == "book"
    three = at_stop(0, listens=3)
    assert three.fork().move("boat", "gps.listen", "listen").label == "late"
    labels = {}
    for push in (boat_of(three).push_for(("a", "b", "c")), 0):
        fork = three.fork()
        fork.keep("boat", "gps.use", ("a", "b", "c"))
        fork.keep("boat", "gps.clock", push)
        assert fork.move("boat", "gps.fix", "fix").label == "book"
        verdicts = {verdict.choice: verdict.label for verdict in fork.verdicts}
        labels[push] = verdicts["gps.clock"], boat_of(fork).reefs
    assert labels == {25: ("book", 0), 0: ("open", 1)}
    assert at_stop(1).move("boat", "gps.fix", "fix").label == "old"
    assert at_stop(2).move("boat", "gps.fix", "fix").label == "open"


@pytest.mark.parametrize("chosen", [(), ("d",), ("a", "b", "c", "e")])
def test_nobody_chosen_means_all_that_are_heard_and_who_is_not_heard_has_no_circle(chosen):
    world = at_stop(0, listens=3)
    world.keep("boat", "gps.use", chosen)
    world.keep("boat", "gps.clock", 25)
    world.move("boat", "gps.fix", "fix")
    verdicts = {verdict.choice: verdict.label for verdict in world.verdicts if verdict.choice != "gps.listen"}
    assert verdicts == {"gps.fix": "book", "gps.use": "book", "gps.clock": "book"}
    assert [entry.off for entry in boat_of(world).log] == [12]


def test_a_place_that_was_left_without_a_fix_is_a_reef():
    world = at_stop(0)
    world.run(until=47 * SECOND)
    assert boat_of(world).reefs == 1


def test_no_listening_beyond_the_skippers_patience():
    world = World(replace(PROTOCOL.scenarios[0], player=(PlayerSeat("boat", ("*",)),), win=()), Player())
    world.run(until=3_500_000)
    for again in range(2):
        world.move("boat", "gps.listen", "listen")
        world.run(until=3_500_000 + (again + 1) * 2_200_000)
    with pytest.raises(LookupError):
        world.move("boat", "gps.listen", "listen")


# UTC


def test_gps_time_is_behind_tai_for_good_and_utc_by_more():
    """IS-GPS-200 §20.3.3.5.2.4: GPS time is not corrected by leap seconds. TAI - UTC is 37 s since 2017, and was 19 s
    on 6 January 1980."""
    world, boat = run(load(LEVEL).scenario)
    assert boat.told == -18
    assert world.nodes["boat"].delivered[-1] == -18


def test_who_tells_another_time_than_utc_is_asked_again_and_has_waited_for_it():
    scenario = replace(load(LEVEL).scenario, seats={"boat": "counts no leap seconds"}, player=())
    world, boat = run(scenario)
    assert not world.outcome.won
    assert boat.misled > 1
    assert boat.waited // SECOND > 18


# Level errors


NODES = """
[level]
title = "t"
[nodes]
a = {{ runs = "gps.beacon", place = [0, 9000] }}
b = {{ runs = "gps.beacon", place = {second} }}
{more}
boat = {{ runs = "gps.receiver", course = {course} }}
[seats]
boat = {{ player = "*" }}
[goal]
win = ["boat has 1 places in the log"]
limit = "9s"
[par]
messages = 9
[text]
brief = "b"
"""
THIRD = 'c = { runs = "gps.beacon", place = [5000, 9000] }'


@pytest.mark.parametrize(("filled", "words"), [
    ({"second": "[9000, 9000]", "more": "", "course": "[0, 0]"}, "fewer than 3"),
    ({"second": "[0, 9000]", "more": THIRD, "course": "[0, 0]"}, "stands where"),
    ({"second": "[9000]", "more": THIRD, "course": "[0, 0]"}, "a place is two numbers"),
    ({"second": "[9000, 9000]", "more": THIRD, "course": "[0, 0, 1]"}, "two numbers each"),
])  # fmt: skip
def test_what_a_level_cannot_have_is_said(filled, words):
    with pytest.raises((LevelError, UnfitNodesError), match=words):
        World(from_text(NODES.format(**filled), "t.toml").scenario, Book())
