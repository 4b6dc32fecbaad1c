"""The bureau: a calendar with an offset and a slope, and seconds that are announced half a year before they come."""

import re
from dataclasses import replace
from itertools import pairwise
from statistics import mean

import pytest

from core.kernel.choice import PASS, Persona
from core.kernel.scenario import Forge, PlayerSeat
from core.kernel.seats import Book, PersonaSeat, Player
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, SEND
from core.kernel.world import World
from core.protocols.clocks.wall_clock import PROTOCOL
from core.protocols.clocks.wall_clock.bureau.calendar import ALL, CYCLE, DAY, JULIAN, Calendar, best
from core.protocols.clocks.wall_clock.bureau.choices import INSERT, LESS, MORE, OMIT
from core.protocols.clocks.wall_clock.bureau.machine import BRAKING, FASTEST, SEASON, felled, turned
from core.protocols.clocks.wall_clock.bureau.messages import Bulletin, Leapt, Observed, Reform, Riot
from core.protocols.clocks.wall_clock.bureau.record import tai_utc
from levels.loader import every_act_of, from_text, load
from levels.proofs import prove
from levels.schema import LevelError

SCENES = {scenario.name: scenario for scenario in PROTOCOL.scenarios}
GAINS = SCENES["an Earth that gains"]
PERSONAS = {persona.name: persona for persona in PROTOCOL.personas}
RECORD, FUTURE = every_act_of(load("clocks/lord-of-the-second"))[1:]


# A calendar


def days(seconds):
    return seconds / DAY


def test_caesars_year_is_eleven_minutes_too_long():
    """365.25 days, and the sun's 365.2422."""
    assert pytest.approx((365.25 - 365.2422) * DAY, abs=0.5) == JULIAN
    assert pytest.approx(11.2, abs=0.05) == JULIAN / 60


def test_from_325_to_1582_that_makes_ten_days_and_to_1752_eleven():
    assert days(Calendar("Rome", 1582).off(1582)) == pytest.approx(9.8, abs=0.05)
    assert days(Calendar("England", 1752).off(1752)) == pytest.approx(11.1, abs=0.05)


def test_inter_gravissimas_drops_ten_days_and_three_leap_years_in_400():
    assert best("Rome", 1582) == (10, 97)
    assert best("England", 1752) == (11, 97)


def test_26_s_a_year_are_left():
    rome = Calendar("Rome", 1582, 10, 97, mended=True)
    assert (rome.off(1582 + CYCLE) - rome.off(1582)) / CYCLE == 26


def test_with_the_days_alone_england_would_pay_eleven_in_1752_and_twelve_in_1900():
    rome = Calendar("Rome", 1582, 10, ALL, mended=True)
    assert round(days(rome.off(1752)) - days(rome.off(1582)), 1) == 1.3
    assert days(Calendar("nobody", 1900).off(1900)) == pytest.approx(12.3, abs=0.05)


def test_before_it_is_mended_a_calendar_slides_as_all_do():
    rome, england = Calendar("Rome", 1582, 10, 97, mended=True), Calendar("England", 1752)
    assert rome.off(1581) == england.off(1581)


def mended(rome, england):
    """Did both calendars keep within half a day?"""
    scenario = replace(SCENES["Rome and England"], player=(PlayerSeat("bureau", ("*",)),))
    world = World(scenario, Player())
    for answer in (rome, england):
        world.run()
        if world.questions:
            world.answer(answer)
    world.run()
    return world.outcome.won


def test_only_whole_days_and_97_of_400_keep_a_calendar_for_400_years():
    kept = {
        (dropped, leaps) for dropped in (9, 10, 11) for leaps in (96, 97, 98, 100) if mended((dropped, leaps), (11, 97))
    }
    assert kept == {(10, 97)}
    kept = {
        (dropped, leaps) for dropped in (10, 11, 12) for leaps in (96, 97, 98) if mended((10, 97), (dropped, leaps))
    }
    assert kept == {(11, 97)}


def test_each_day_that_is_dropped_is_a_riot():
    world = World(SCENES["Rome and England"], Book())
    world.run()
    said = [entry.detail for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Reform)]
    assert said == [Reform("Rome", 10), Reform("England", 11)]
    assert world.nodes["world"].delivered == [Riot(10), Riot(11)]


def loaded(*changes):
    """The level, with these texts in place of others."""
    text = RECORD.text.partition("\n")[2]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return from_text(text, "a level")


@pytest.mark.parametrize(("years", "said"), [
    ("[325]", "1 years: from 2 to 64 of them, or none"), ("[325, 1582, 1500]", "years that rise"),
    ("[1, 1582]", "years from 325 to 9999"), (str([*range(325, 400)]), "75 years: from 2 to 64"),
])  # fmt: skip
def test_years_that_no_equinox_can_have_are_refused_in_words(years, said):
    given = "[325, 500, 700, 900, 1100, 1300, 1500, 1582, 1652, 1752, 1852, 1982, 2082, 2152]"
    with pytest.raises(LevelError, match=re.escape(said)):
        loaded((given, years))


def test_all_begin_in_the_same_half_year():
    with pytest.raises(LevelError, match="first of bureau is not that of sky: first = 36 for all"):
        loaded(("bureau = { first = 36,", "bureau = { first = 37,"))


# A second


@pytest.mark.parametrize(("idle", "fell"), [(0, 1), (2, 1), (3, 2), (14, 5), (15, 6), (60, 6), (None, 12)])
def test_whom_a_second_fells(idle, fell):
    assert felled(12, idle) == fell


def test_of_few_machines_no_more_fall_than_there_are():
    assert felled(2, 60) == 2


def gaining(*moves, seed=1, **sky):
    """The machine of a bureau that announces at these half-years (and a little), and the world."""
    nodes = [replace(n, parameters={**n.parameters, **sky}) if n.name == "sky" else n for n in GAINS.nodes]
    scenario = replace(GAINS, nodes=tuple(nodes), seed=seed, win=(), player=(PlayerSeat("bureau", ("*",)),))
    world = World(scenario, Player())
    for half, choice, value in moves:
        world.run(until=half * SECOND + 500 * MILLISECOND)
        world.move("bureau", choice.name, value)
    world.run(until=15 * SECOND + 500 * MILLISECOND)
    return world


def test_announced_today_it_comes_when_the_half_year_is_over():
    world = gaining((3, OMIT, LESS), walk=0)
    (told,) = [e for e in world.trace if e.kind == SEND and isinstance(e.detail, Bulletin)]
    (came,) = [e for e in world.trace if e.kind == DELIVER and isinstance(e.detail, Leapt)]
    assert (told.time, came.time) == (3 * SECOND + 500 * MILLISECOND, 4 * SECOND)
    assert came.detail == Leapt(-1, 12)
    machine = world.nodes["bureau"].machine
    assert machine.tai_utc[2 + 3 :][:2] == [37, 36]


def test_one_bulletin_in_half_a_year():
    world = gaining(walk=0)
    machine = world.nodes["bureau"].machine
    assert machine.may_announce
    world.move("bureau", OMIT.name, LESS)
    world.run(until=world.now + MILLISECOND)
    assert not machine.may_announce
    assert [offer.choice for offer in world.offers("bureau")] == []


def test_who_has_practised_falls_less():
    world = gaining((3, OMIT, LESS), (4, INSERT, MORE), (5, OMIT, LESS), (6, INSERT, MORE), walk=0)
    fell = [entry.detail for entry in world.trace if entry.kind == DELIVER]
    assert fell == [Leapt(-1, 12), Leapt(1, 6), Leapt(-1, 1), Leapt(1, 1)]
    assert world.nodes["bureau"].machine.fallen == 20


def test_a_second_too_late_is_counted_although_it_brings_the_earth_back():
    """Half a year ends at -1.0 s or so, and with the second at 0.0: for months it was off."""
    world = gaining((7, OMIT, LESS), walk=0, slope=130)
    machine = world.nodes["bureau"].machine
    place = 2 + 8
    assert machine.ahead_at(place, before=True) > 900 > abs(machine.ahead_at(place))
    assert machine.beyond > 0
    before = machine.ahead_at(place - 1)
    assert abs(before) <= 900


def test_the_tip_says_where_it_will_be_in_a_year():
    world = gaining(walk=0, slope=50)
    machine = world.nodes["bureau"].machine
    place = 2 + 6
    seen = replace(machine, ut1_tai=machine.ut1_tai[: place + 1], tai_utc=machine.tai_utc[: place + 1])
    assert seen.tip == pytest.approx(machine.ahead_at(place + 2), abs=4 * BRAKING + 2)
    assert replace(seen, sign=-1).tip == seen.tip - 1000


@pytest.mark.parametrize(("slope", "change", "entry", "found"), [
    (100, 10, 110, (100 + 10 - BRAKING, 108 + SEASON)), (100, -10, 111, (88, 88 - SEASON)),
    (FASTEST, 60, 110, (FASTEST, FASTEST + SEASON)), (-FASTEST, -60, 111, (-FASTEST, -FASTEST - SEASON)),
])  # fmt: skip
def test_how_the_earth_turns_on(slope, change, entry, found):
    assert turned(slope, change, entry) == found


def test_what_is_observed_twice_counts_once():
    forged = (Forge(4500 * MILLISECOND, "sky", "bureau", Observed(113, -36_000)),)
    world = World(replace(GAINS, happenings=forged, win=(), limit=5 * SECOND), Book())
    world.run()
    assert world.nodes["bureau"].machine.entry == 114 - 1
    assert world.nodes["bureau"].machine.ut1_tai[-1] != -36_000


# By whom it is kept, and how well


def kept(act, seat, seed=1, edge=800):
    """The bureau after all its half-years."""
    nodes = [replace(n, parameters={**n.parameters, "edge": edge}) if n.name == "bureau" else n
             for n in act.scenario.nodes]  # fmt: skip
    world = World(replace(act.scenario, nodes=tuple(nodes), seed=seed, lose=()), seat)
    world.run()
    return world.nodes["bureau"].machine


def mean_of_eight(sign):
    """A ruler through four years, which a year ahead points to where the Earth would have gone by then."""

    def announce(asked):
        me = asked.me
        back = min(8, len(me.ut1_tai) - 1)
        tip = me.ahead + 2 * (me.ut1_tai[-1] - me.ut1_tai[-1 - back]) // back
        return (MORE if sign > 0 else LESS) if sign * tip < -me.edge else PASS

    return announce


NEVER = Persona("never", "announces nothing", {INSERT.name: lambda asked: PASS, OMIT.name: lambda asked: PASS})
EIGHT = Persona("mean of eight", "a long ruler", {INSERT.name: mean_of_eight(1), OMIT.name: mean_of_eight(-1)})


def policies():
    """Whoever may keep UTC: a seat and the edge of the book's."""
    yield "never", lambda: PersonaSeat(NEVER), 800
    for name in ("yearly", "reacts", "never less", "nervous"):
        yield name, lambda name=name: PersonaSeat(PERSONAS[name]), 800
    for edge in (500, 600, 700, 800, 900):
        yield f"tip {edge}", Book, edge
    yield "mean of eight", lambda: PersonaSeat(EIGHT), 800


def sweep(act, seeds):
    """(leaps, half-years beyond, machines fallen) of each policy, means over seeds: the figures in the level's file."""
    found = {}
    for name, seat, edge in policies():
        ends = [kept(act, seat(), seed, edge) for seed in seeds]
        found[name] = tuple(round(mean(values), 2) for values in zip(*(
            (end.leaps, end.beyond, end.fallen) for end in ends), strict=True))  # fmt: skip
    return found


def test_on_the_record_twelve_seconds_keep_utc_and_no_year_goes_without():
    found = sweep(RECORD, [1])
    assert found["tip 800"] == (12, 0, 26)
    assert found["never less"] == found["tip 800"]
    assert (found["never"][1], found["yearly"][:2]) == (59, (31, 59))
    assert found["reacts"][:2] == (12, 14)
    assert found["mean of eight"][:2] == (12, 3)
    assert found["nervous"][:2] == (13, 7)
    assert kept(RECORD, Book()).tai_utc[-1] == tai_utc(98) == 37


def test_the_record_ends_soon_after_its_last_second():
    """What passes without a decision at its end is dead time: less than a sixth of it."""
    kept_by_book = kept(RECORD, Book()).tai_utc
    last = max(place for place, (before, after) in enumerate(pairwise(kept_by_book), 1) if before != after)
    assert len(kept_by_book) - last < len(kept_by_book) // 6


def test_of_all_earths_the_book_is_off_the_least_at_the_least_cost():
    found = sweep(FUTURE, range(24))
    _, beyond, fallen = found["tip 800"]
    assert beyond < 0.3
    for name in ("never", "yearly", "reacts", "never less", "mean of eight"):
        assert found[name][1] > beyond + 0.2, name
    assert found["nervous"][2] > 2 * fallen
    assert found["tip 500"][2] > fallen + 2


def test_two_earths_in_five_need_a_second_less():
    need = [-1 in kept(FUTURE, Book(), seed).leapt for seed in range(150)]
    assert 0.33 < mean(need) < 0.47


def test_the_proofs_earth_speeds_up_at_two_thirds():
    machine = prove(FUTURE).nodes["bureau"].machine
    steps = enumerate(pairwise(machine.tai_utc), 1)
    leaps = [(place - 2, after - before) for place, (before, after) in steps if after != before]
    assert [sign for _, sign in leaps] == [1, 1, 1, -1, -1, -1]
    assert 0.6 < leaps[3][0] / machine.kept < 0.8
