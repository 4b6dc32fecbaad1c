"""A calendar against the sun: how far its dates have slid off the seasons, and what a reform makes of that.

The Julian year has 365.25 days, the sun's 365.2422: 674 s less, three days in 400 years. It is counted from 325 on,
when the equinox was on 21 March and Easter was hung on it.
"""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400
NICAEA = 325
"""The year in which the equinox was on 21 March."""
JULIAN = 674
"""By so many seconds a year of 365.25 days is longer than the sun's."""
CYCLE = 400
"""Leap days are counted in so many years."""
ALL = 100
"""So many of these years have one where each fourth has."""
REFORMS = (("Rome", 1582), ("England", 1752))
"""Who mended a calendar, and when."""


@dataclass(frozen=True)
class Calendar:
    """A country's. It is mended in `year`: so many days are `dropped`, and from then on so many of 400 years are leap
    years; `mended` says whether that has been."""

    place: str
    year: int
    dropped: int = 0
    leaps: int = ALL
    mended: bool = False

    def off(self, year: int) -> int:
        """By how many seconds its dates are late in a year: so long before its 21 March the equinox comes."""
        slid = JULIAN * (year - NICAEA)
        if not self.mended or year < self.year:
            return slid
        return slid - self.dropped * DAY - (ALL - self.leaps) * DAY * (year - self.year) // CYCLE


def best(place: str, year: int) -> tuple[int, int]:
    """Days to be dropped, and leap days in 400 years, by the ledger: whole days, and the slope that is least."""
    slid = Calendar(place, year).off(year)
    too_many = (JULIAN * CYCLE + DAY // 2) // DAY
    return (slid + DAY // 2) // DAY, ALL - too_many
