"""What laptops and their builder say to each other, what their users want, and what lies on the builder's disk."""

from __future__ import annotations

from dataclasses import dataclass

from core.protocols.clocks.wall_clock.ground import MILLION
from core.wire.cdr import LongLong, ULong


@dataclass(frozen=True)
class Saved:
    """A file was saved: its `number`th version, with the `date` (µs) that the clock of whoever saved it read."""

    file: str
    number: ULong
    date: LongLong


@dataclass(frozen=True)
class Sync:
    """What does your clock read? Asked in the builder's `round`."""

    round: ULong


@dataclass(frozen=True)
class Time:
    """In that round my clock read so many µs."""

    round: ULong
    reading: LongLong


@dataclass(frozen=True)
class Shift:
    """Set your clock forth by so many µs (back if negative): what came out of that round."""

    round: ULong
    by: LongLong


# Requests


@dataclass(frozen=True)
class Edit:
    """The user of a laptop works on a file, and saves it after `after` µs."""

    file: str
    after: int = 0


@dataclass(frozen=True)
class Build:
    """The user of a builder runs make after `after` µs."""

    after: int = 0


@dataclass(frozen=True)
class Settle:
    """The user of a builder has it set all clocks, now."""


# On the builder's disk


@dataclass(frozen=True)
class Version:
    """One version of a file, or of what was made of it: its number, its date (µs), and who saved it."""

    number: int
    date: int
    by: str = ""


COMPILED, UP_TO_DATE = "compiled", "up to date"


@dataclass(frozen=True)
class Made:
    """What make did with a file: COMPILED it or found it UP_TO_DATE; which version lay there, and of which one the
    object is now. `skewed`: the file's date was yet to come."""

    file: str
    did: str
    source: int
    built: int
    skewed: bool = False


@dataclass(frozen=True)
class Dot:
    """What a round has measured: when (µs, the builder's clock), by how much (µs) each laptop was ahead, and how long
    before (µs) the first of them had been set; 0: nobody knows."""

    at: int
    ahead: tuple[tuple[str, int], ...]
    since: int

    @property
    def apart(self) -> int:
        """How far (µs) the clocks were apart that are farthest from each other."""
        found = [ahead for _, ahead in self.ahead]
        return max(found) - min(found) if found else 0

    @property
    def parting(self) -> int:
        """How fast (parts per million) the two ran apart since they had been set; 0: nobody knows."""
        return self.apart * MILLION // self.since if self.since else 0
