"""The record of the Earth's turning: what was published, and that it is what was published."""

from itertools import pairwise
from pathlib import Path

import pytest

from core.protocols.clocks.wall_clock.bureau.machine import BOUND, FASTEST, SEASON
from core.protocols.clocks.wall_clock.bureau.record import (
    BEGINS,
    LEAPS,
    TAI_UTC_AT_FIRST,
    UT1_TAI,
    ahead,
    last_leap,
    tai_utc,
    year_of,
)

GAINS = [after - before for before, after in pairwise(UT1_TAI)]
"""ms that the Earth gained on atomic time in each half-year."""


def at(year):
    return round(2 * (year - BEGINS))


def test_it_runs_from_1972_to_2026_and_a_half():
    assert (year_of(0), year_of(len(UT1_TAI) - 1)) == ("1972.0", "2026.5")
    assert (UT1_TAI[at(1990.0)], UT1_TAI[at(2026.5)]) == (-24_671, -36_986)


def test_27_seconds_were_inserted_and_tai_is_37_s_ahead_of_utc():
    assert len(LEAPS) == 27
    assert list(LEAPS) == sorted(set(LEAPS))
    assert (tai_utc(0), tai_utc(at(1990)), tai_utc(at(2026.5))) == (10, 25, 37)
    assert year_of(last_leap(at(2026.5))) == "2017.0"
    assert last_leap(0) == 0


def test_itu_r_tf_460_utc_was_never_more_than_900_ms_off():
    assert all(abs(ahead(place)) <= BOUND for place in range(len(UT1_TAI)))
    assert all(abs(ahead(place, before=True)) <= BOUND for place in range(1, len(UT1_TAI)))
    assert ahead(at(2017), before=True) == ahead(at(2017)) - 1000


def test_a_day_is_longer_than_86400_s_but_it_was_not_in_2021():
    assert all(gain < 0 for gain in GAINS[: at(2020)])
    assert UT1_TAI[at(2022)] > UT1_TAI[at(2021)] > UT1_TAI[at(2020.5)]


def test_in_1999_the_earth_turned_faster_than_before():
    assert sum(GAINS[at(1993) : at(1998)]) / 10 == pytest.approx(-384, abs=2)
    assert sum(GAINS[at(1999) : at(2004)]) / 10 == pytest.approx(-111, abs=2)


def test_the_earth_loses_more_from_january_to_july():
    first, second = GAINS[0::2], GAINS[1::2]
    assert (sum(second) / len(second) - sum(first) / len(first)) / 2 == pytest.approx(SEASON, abs=3)
    assert max(map(abs, GAINS)) <= FASTEST


def test_it_can_be_made_anew_from_the_package_that_it_is_from():
    package = pytest.importorskip("astropy_iers_data")
    data = Path(package.__file__).parent / "data"
    steps = [line.split() for line in (data / "Leap_Second.dat").read_text().splitlines() if line[:1] != "#"]
    inserted = {float(mjd): int(seconds) for mjd, _, _, _, seconds in steps}
    found, leaps = [], []
    for line in (data / "eopc04.1962-now").read_text().splitlines():
        if line[:1] == "#":
            continue
        year, month, day, _, mjd, _, _, ut1_utc, *_ = line.split()
        if int(year) < BEGINS or (int(month), int(day)) not in ((1, 1), (7, 1)):
            continue
        if float(mjd) in inserted and found:
            leaps.append(len(found))
        off = max(seconds for start, seconds in inserted.items() if start <= float(mjd))
        found.append(round(1000 * (float(ut1_utc) - off)))
    assert tuple(found[: len(UT1_TAI)]) == UT1_TAI
    assert tuple(leap for leap in leaps if leap < len(UT1_TAI)) == LEAPS
    assert min(inserted.values()) == TAI_UTC_AT_FIRST
