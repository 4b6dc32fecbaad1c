"""Headquarters and silo: an hour that is read, one that is counted, and what a silence can mean."""

from dataclasses import replace

import pytest

from core.kernel.scenario import Forge, PlayerSeat
from core.kernel.seats import Book, Keeping, Player
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.kernel.trace import CLOCK, DELIVER, RECEIVE, SEND
from core.kernel.world import World
from core.protocols.clocks.wall_clock import PROTOCOL
from core.protocols.clocks.wall_clock.silo.choices import COUNTS, LOSSES, READS, SLOPE, WINDOW, mending
from core.protocols.clocks.wall_clock.silo.machine import Headquarters, Silo
from core.protocols.clocks.wall_clock.silo.messages import Raid, Reset, SetTo
from levels.loader import every_act_of, load
from levels.proofs import prove

SCENES = {scenario.name: scenario for scenario in PROTOCOL.scenarios}
RAID = SCENES["headquarters are hit"]
NIGHTS = SCENES["five nights"]
PEACEFUL = {"exchange": {"minute": SECOND}, "silo": {"window": 2000 * SECOND}}
PEACE = replace(RAID, nodes=tuple(replace(n, parameters=PEACEFUL.get(n.name, n.parameters)) for n in RAID.nodes))
"""Nothing happens but what a test says."""
EVENING = SCENES["2:59"]
NO_FALSE = PROTOCOL.goal("no silo fires while headquarters live")
FIRES = PROTOCOL.goal("silo fires while headquarters live")
ANSWERED = PROTOCOL.goal("silo fires after headquarters have fallen")


def times(world, node, kind, message=object):
    return [e.time for e in world.trace if e.node == node and e.kind == kind and isinstance(e.detail, message)]


def resets(world):
    """When resets left headquarters, in seconds."""
    return [time / SECOND for time in times(world, "hq", SEND, Reset)]


def ran(scenario, *happenings, limit, win=(NO_FALSE,), **hq):
    nodes = [replace(n, parameters={**n.parameters, **hq}) if n.name == "hq" else n for n in scenario.nodes]
    world = World(replace(scenario, nodes=tuple(nodes), happenings=happenings, win=win, limit=limit), Book())
    world.run()
    return world


def set_to(at, reading):
    """At this second headquarters are told that their clock should read so many seconds."""
    return Forge(at * SECOND, "exchange", "hq", SetTo(reading * SECOND))


# Whose hour


def lied(seconds, at):
    """Whether the silo fires while headquarters live, after that lie at so many seconds past 2:58."""
    scenario = replace(EVENING, player=(PlayerSeat("exchange", ("*",)),), win=(FIRES,), limit=150 * SECOND)
    world = World(scenario, Player())
    world.run(until=round(at * SECOND))
    world.move("exchange", "wall_clock.tell", seconds)
    world.run()
    return world.outcome.won


@pytest.mark.parametrize(("seconds", "at", "fires"), [
    (2, 119, True), (1, 119, False), (60, 1, False), (119, 1, False), (120, 1, True), (600, 1, True),
    (0, 60, False), (-1, 1, True), (-1, 119, True), (-600, 60, True),
])  # fmt: skip
def test_an_hour_that_is_read_is_skipped_by_two_seconds_at_2_59_59_or_outlasts_a_counted_one_by_one_second_back(
    seconds, at, fires
):
    assert lied(seconds, at) is fires


def test_nobody_who_is_left_alone_fires():
    world = World(replace(EVENING, win=(FIRES,), limit=150 * SECOND), Book())
    world.run()
    assert not world.outcome.won
    assert resets(world) == [120]


def test_a_job_runs_when_the_clock_is_set_to_its_very_minute():
    world = ran(PEACE, set_to(50, 60), limit=120 * SECOND, timer=READS, period=60, window=240, slope=0)
    assert resets(world)[0] == 50


def test_what_a_clock_jumps_over_is_not_made_up_for():
    world = ran(PEACE, set_to(59, 65), limit=200 * SECOND, timer=READS, period=60, window=240, slope=0)
    assert resets(world)[0] == 114


def test_a_clock_slewed_back_by_six_minutes_in_its_hour_makes_that_hour_66_minutes():
    """By 1/11 for 66 minutes: 6 minutes. In whole per cent 9: 60 / 0.91."""
    world = ran(PEACE, set_to(60, 54), limit=200 * SECOND, timer=READS, period=60, window=240, slope=9)
    first, second = resets(world)[:2]
    assert first == 60
    assert second - first == pytest.approx(60 / 0.91, abs=0.01)


# Who counts


@pytest.mark.parametrize("slope", [0, 7, 20, 40])
def test_nobody_can_set_what_is_counted(slope):
    told = [set_to(25, 5), set_to(95, 200), set_to(130, 90), set_to(131, 30)]
    world = ran(PEACE, *told, limit=499 * SECOND, slope=slope, window=1440, within=1440)
    assert len(times(world, "hq", CLOCK)) >= len(told)
    assert [round(time, 3) for time in resets(world)] == list(range(20, 481, 20))
    machine, clock = world.nodes["hq"].machine, world.nodes["hq"].clock
    assert abs(machine.ticks_at(clock.read(world.now)) - world.now) < MILLISECOND


@pytest.mark.parametrize(("by", "slope", "minutes"), [(6, 10, 60), (66, 20, 330), (-66, 40, 165), (4, 30, 40 / 3)])
def test_how_long_a_clock_is_bent(by, slope, minutes):
    assert mending(by * MINUTE, slope) == int(minutes * MINUTE)


@pytest.mark.parametrize("by", [-40, 40])
def test_bent_a_clock_reads_what_it_was_told_when_it_is_mended(by):
    world = ran(PEACE, set_to(10, 10 + by), limit=24 * SECOND + 100 * 40 // 20 * SECOND, slope=20, window=1440, win=())
    clock = world.nodes["hq"].clock
    assert clock.slewing == 0
    assert abs(clock.read(world.now) - world.now - by * SECOND) < MILLISECOND


# What a silence means


def test_a_step_back_makes_new_resets_look_old():
    world = ran(PEACE, set_to(70, 4), limit=300 * SECOND, slope=0)
    assert not world.outcome.won
    assert world.nodes["silo"].machine.old >= 2


def test_bent_back_every_stamp_is_newer_than_the_last():
    world = ran(PEACE, set_to(70, 4), limit=500 * SECOND, slope=20)
    stamps = [e.detail.stamp for e in world.trace if e.kind == SEND and e.node == "hq"]
    assert stamps == sorted(set(stamps))
    assert world.nodes["silo"].machine.old == 0


def settings(seed, **kept):
    seat = Keeping(tuple(("hq", f"wall_clock.{name}", value) for name, value in kept.items()))
    world = World(replace(NIGHTS, seed=seed, player=(PlayerSeat("hq", ("*",)),), win=(ANSWERED,), lose=()), seat)
    world.run()
    return world


@pytest.mark.parametrize(
    ("period", "window", "coins", "silence"), [(10, 31, 85, 31), (20, 61, 42, 61), (30, 91, 28, 91)]
)
def test_coins_and_silence_pull_apart(period, window, coins, silence):
    worlds = [settings(seed, period=period, window=window) for seed in range(8)]
    assert all(world.outcome.won for world in worlds)
    measures = {measure.name: measure for measure in PROTOCOL.measures}
    paid = [measures["coins"].of(world.evidence(), "hq") for world in worlds]
    assert sum(paid) / len(paid) == pytest.approx(coins, rel=0.06)
    for world in worlds:
        fired, heard = times(world, "silo", DELIVER)[0], max(times(world, "silo", RECEIVE, Reset))
        assert (fired - heard) // SECOND == silence


@pytest.mark.parametrize("wrong", [
    {"timer": READS}, {"mend": 0}, {"window": 20}, {"window": 59}, {"period": 60}, {"period": 30}, {"window": 1440},
], ids=str)  # fmt: skip
def test_each_mistake_loses_on_every_seed(wrong):
    for seed in range(8):
        assert not settings(seed, **{"timer": COUNTS, "period": 20, "window": 61, "mend": 20, **wrong}).outcome.won


def test_every_night_comes_once_and_the_raid_last():
    for seed in range(8):
        world = settings(seed, timer=COUNTS, period=20, window=61, mend=20)
        told = sorted(times(world, "hq", RECEIVE, SetTo) + times(world, "silo", RECEIVE, SetTo))
        night = 180 * SECOND
        assert len(told) == 3
        assert len({time // night for time in told}) == 3
        assert [time // night for time in times(world, "hq", RECEIVE, Raid)] == [4]
        assert world.nodes["exchange"].machine.lost == 2 * LOSSES


# The levels


@pytest.fixture(scope="module")
def acts():
    return list(every_act_of(load("clocks/two-fifty-nine")))


def test_what_has_been_set_holds_from_the_next_reset(acts):
    world = prove(acts[1])
    assert world.outcome.won
    assert resets(world)[:2] == [1, 21]
    machine = Headquarters(pause=60)
    machine.on_keep(None, WINDOW, 61)
    assert machine.unheeded
    assert machine.pause == 60


def test_how_a_clock_is_mended_needs_no_reset_to_hold():
    machine = Headquarters()
    machine.on_keep(None, SLOPE, 20)
    assert not machine.unheeded


def test_the_least_lie_is_a_second_back(acts):
    world = prove(acts[0])
    assert world.outcome.won
    lie = next(measure for measure in PROTOCOL.measures if measure.name == "lie")
    assert lie.of(world.evidence(), "exchange") == 1


def test_of_two_resets_of_one_moment_the_later_one_holds(acts):
    """Whoever sends one while the clock stands, changes the window and sends another gets what is set."""
    world = World(acts[1].scenario, Player())
    for choice, value in (("timer", COUNTS), ("period", 240), ("window", 90), ("mend", 20)):
        world.keep("hq", f"wall_clock.{choice}", value)
    world.run(until=SECOND)
    for window in (90, 30):
        world.keep("hq", WINDOW.name, window)
        world.move("hq", "wall_clock.reset", "reset")
    world.run()
    assert [round(time / SECOND) for time in times(world, "silo", DELIVER)] == [31]
    assert (world.evidence().machine("silo").resets, world.evidence().machine("silo").old) == (2, 0)


def test_a_copy_of_a_reset_is_ignored():
    silo = Silo()
    for number, stamp, old in ((1, 5, 0), (1, 5, 1), (2, 5, 1), (1, 5, 2), (3, 4, 3)):
        silo.on_message(_Deaf(), "exchange", Reset(number, stamp, MINUTE, True))
        assert silo.old == old


class _Deaf:
    """A context in which timers are set and nothing comes of it."""

    now = 0

    def set_timer(self, key, after):
        """Nothing."""
