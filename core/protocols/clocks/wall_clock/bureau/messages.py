"""What the sky shows, what the bureau orders, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import Long, LongLong, ULong


@dataclass(frozen=True)
class Equinox:
    """The equinox of this `year`: `slid` seconds before 21 March of a calendar that nobody has mended since 325."""

    year: ULong
    slid: LongLong


@dataclass(frozen=True)
class Observed:
    """At this entry of the record, counted from 1972.0, the Earth was `ut1_tai` ms ahead of atomic time."""

    entry: ULong
    ut1_tai: Long


@dataclass(frozen=True)
class Reform:
    """So many `days` are dropped from the calendar of a country."""

    place: str
    days: ULong


@dataclass(frozen=True)
class Bulletin:
    """Bulletin C: the half-year that ends at this `entry` is a second longer (1), or a second shorter (-1)."""

    sign: Long
    entry: ULong


@dataclass(frozen=True)
class Fallen:
    """So many machines fell over the second that was inserted or omitted."""

    number: ULong


# What happened, for those who live by the time that is told


@dataclass(frozen=True)
class Riot:
    """Give us back our `days` days."""

    days: int


@dataclass(frozen=True)
class Leapt:
    """A second was inserted (1) or omitted (-1), and so many machines `fell`."""

    sign: int
    fell: int
