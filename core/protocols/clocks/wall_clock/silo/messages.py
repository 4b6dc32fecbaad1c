"""What goes over the line between headquarters and the silo, and what the exchange says to both."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import LongLong, ULong

LAUNCH = "launch"
"""What a silo hands up when it fires."""


@dataclass(frozen=True)
class Reset:
    """Headquarters live: begin your silence anew.

    number   counted from 1.
    stamp    what the clock of headquarters read when it left (µs): an older one than the last is a copy, and ignored.
    window   how long the silo may hear nothing from now on (µs).
    counts   does it count the ticks that have passed? Else it goes by what its clock reads.
    """

    number: ULong
    stamp: LongLong
    window: LongLong
    counts: bool


@dataclass(frozen=True)
class SetTo:
    """Your clock should read `reading` (µs) now."""

    reading: LongLong


@dataclass(frozen=True)
class Raid:
    """Headquarters are hit: nobody there does anything any more."""
