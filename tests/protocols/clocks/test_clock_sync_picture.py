"""The pictures of clocks that are brought together."""

import pytest

from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.clocks.clock_sync.daemon_choices import COUNT, MEAN
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.clock_sync import carries, draw

PARLIAMENT = "clocks/parliament-of-clocks"


def in_round(number, look=False):
    """Parliament of clocks, stopped where the letters of this round are due; the book has played so far."""
    world = World(load(PARLIAMENT).scenario, Player())
    while True:
        while not world.due("daemon"):
            world.step()
        me = world.nodes["daemon"].machine
        if me.round == number and (not look or me.looks):
            return world
        if me.widest:
            world.move("daemon", "clock_sync.again", me.widest)
        elif me.needs_watch:
            world.move("daemon", "clock_sync.look", "look")
        else:
            write(world)


def write(world):
    world.keep("daemon", COUNT.name, world.nodes["daemon"].machine.camp)
    counted = world.nodes["daemon"].machine
    counted.counted = counted.camp
    world.keep("daemon", MEAN.name, counted.middle)
    world.move("daemon", "clock_sync.write", "write")
    if world.questions:
        world.answer("move by")


def drawn(world, width=78, height=14, kept=None, you="daemon", lifted=False):
    sight = Sight(world, "" if lifted else you)
    me = world.evidence().machine(you)
    kept = dict(world.nodes[you].kept) if kept is None else kept
    canvas = Canvas(width, height)
    entries = list(world.trace) if lifted else ()
    scene = Scene(sight, world.scenario, you, sight.clock(), me=me, kept=kept, lifted=lifted, entries=entries)
    draw(canvas, scene)
    return str(canvas)


def row_of(picture, name):
    return next(line for line in picture.splitlines() if f" {name} " in line[:10])


def test_every_clock_that_answered_has_a_chair_and_a_width_and_the_bead_stands_at_the_mean():
    picture = drawn(in_round(1), kept={COUNT.name: ("daemon", "b"), MEAN.name: 5})
    assert row_of(picture, "b").startswith("[■]")
    assert row_of(picture, "d").startswith("[ ]")
    assert "silent" in row_of(picture, "f")
    assert "> +5" in row_of(picture, "you")
    assert "mean +5 ms" in picture
    same("clock_sync_parliament_first", drawn(in_round(1), height=11))


def test_at_the_mean_both_sides_pull_alike():
    pull = next(line for line in drawn(in_round(1), kept={MEAN.name: 5}).splitlines() if "pull" in line)
    left, right = (int(word) for word in pull.split() if word.isdigit())
    assert abs(left - right) <= 3
    assert "=====" in pull
    assert "/////" in drawn(in_round(1), kept={MEAN.name: 0})
    assert "\\\\\\\\\\" in drawn(in_round(1), kept={MEAN.name: 30})


def test_who_was_long_under_way_is_wide():
    wide, narrow = (row_of(drawn(in_round(number)), "f")[4:] for number in (3, 2))
    assert wide.index("]") - wide.index("[") > narrow.index("]") - narrow.index("[") > 0


def test_two_camps_and_what_the_watch_says():
    same("clock_sync_parliament_camps", drawn(in_round(5, look=True), 112, 26))


def test_when_the_fog_lifts_all_stand_where_they_stood_to_true_time():
    world = in_round(5, look=True)
    write(world)
    while world.outcome is None:
        world.step()
    assert world.outcome.won
    same("clock_sync_parliament_lifted", drawn(world, lifted=True))


def test_chairs_and_bead_are_on_it():
    world = in_round(2)
    sight = Sight(world, "daemon")
    scene = Scene(sight, world.scenario, "daemon", sight.clock(), me=world.nodes["daemon"].machine)
    for offer in world.offers("daemon"):
        assert not carries(scene, offer, 78)
    canvas = Canvas(78, 14)
    draw(canvas, scene)
    assert {("setting", COUNT.name), ("setting", MEAN.name)} <= {hot.target for hot in canvas.hots}


def test_on_the_smallest_stage_there_is_a_row_for_every_clock_and_the_watch():
    picture = drawn(in_round(5, look=True), 47, 9)
    assert [line[4:9].strip() for line in picture.splitlines()[1:8]] == ["you", "b", "d", "f", "g", "z", "watch"]
    assert "mean" in picture


@pytest.mark.parametrize("you", ["daemon", "b"])
def test_it_fits_every_size(you):
    world = in_round(3)
    for width in (1, 10, 30, 44, 48, 76, 120):
        for height in (1, 3, 6, 9, 14, 30):
            picture = drawn(world, width, height, you=you)
            assert all(len(line) <= width for line in picture.splitlines())


# The sensor


PISTOL = "clocks/starters-pistol"


def pistol(placed=0):
    """Starter's pistol, stopped where the line is to be laid after so many were; the book has played so far."""
    world = World(load(PISTOL).scenario, Player())
    while True:
        me = world.nodes["p"].machine
        if world.questions:
            if len(me.placed) == placed:
                return world
            world.answer(world.questions[0].asked.me.best_line)
        elif me is not None and me.needs_shot:
            world.move("p", "clock_sync.pulse", "pulse")
        elif not world.step():
            return world


def sensed(world, draft=None, width=78, height=14, lifted=False, you="p"):
    sight = Sight(world, "" if lifted else you)
    asked = world.questions[0].asked if world.questions else None
    me = asked.me if asked and you == "p" else world.evidence().machine(you)
    canvas = Canvas(width, height)
    entries = list(world.trace) if lifted else ()
    scene = Scene(
        sight, world.scenario, you, sight.clock(), me=me, asked=asked, draft=draft, at_hand="slope", lifted=lifted,
        entries=entries,
    )  # fmt: skip
    draw(canvas, scene)
    canvas.flush()
    return str(canvas)


def test_a_line_through_the_dots_crosses_the_bang_where_its_handles_say():
    world = pistol()
    me = world.questions[0].asked.me
    picture = sensed(world, me.best_line)
    assert f"at the bang {me.best_place}" in picture
    assert "bang!" in picture
    same("clock_sync_pistol_line", picture)
    assert sensed(world, (0, 0)) != picture


def test_how_far_the_line_misses_each_dot_is_said_to_the_microsecond():
    world = pistol()
    me = world.questions[0].asked.me
    first, last = me.dots
    flat = sensed(world, (last.ahead - me.base, 0))
    assert f" {last.ahead - first.ahead:+d}" in flat
    assert any(line[8:].replace("┃", " ").split() == ["0"] for line in flat.splitlines())
    assert f" {last.ahead - first.ahead + 7:+d}" in sensed(world, (last.ahead - me.base + 7, 0))


def test_what_the_sender_says_is_said_once_it_says_it():
    assert "when it meant to fire" not in sensed(pistol(1), (0, 0))
    last = pistol(2)
    assert f"by that q is {last.questions[0].asked.me.told} ahead" in sensed(last, (0, 0))


def test_when_the_fog_lifts_every_bang_is_where_it_was():
    world = pistol(3)
    assert world.outcome.won
    picture = sensed(world, lifted=True)
    assert picture.count("×") == picture.count("bang!") == 3
    same("clock_sync_pistol_lifted", picture)


@pytest.mark.parametrize("you", ["p", "q", "beacon"])
def test_the_pistol_fits_every_size(you):
    world = pistol(2)
    for width in (1, 10, 30, 40, 48, 76, 120):
        for height in (1, 3, 6, 7, 9, 14, 30):
            asked = sensed(world, (3, 40) if you == "p" else None, width, height, you=you)
            assert all(len(line) <= width for line in asked.splitlines())
