"""Time: whole microseconds inside, ms and s for people; the clock of one node, with offset and drift."""

from __future__ import annotations

import re
from dataclasses import dataclass

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND

_UNITS = {"us": MICROSECOND, "µs": MICROSECOND, "ms": MILLISECOND, "s": SECOND, "min": MINUTE}
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(us|µs|ms|s|min)\s*")


def parse_duration(text: str) -> int:
    """µs in a duration such as "40ms", "1.5 s" or "2min". Raises ValueError in words."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f'{text!r} is not a duration: write a number and us, ms, s or min, such as "40ms"')
    whole, _, part = match[1].partition(".")
    unit = _UNITS[match[2]]
    return int(whole) * unit + (int(part) * unit // 10 ** len(part) if part else 0)


def show_duration(microseconds: int) -> str:
    """A duration as people read it: "850 µs", "40 ms", "3.214 s", "2 min 05 s"."""
    sign = "-" if microseconds < 0 else ""
    value = abs(microseconds)
    if value < MILLISECOND:
        return f"{sign}{value} µs" if value else "0 ms"
    if value < SECOND:
        return f"{sign}{_trim(value, MILLISECOND)} ms"
    if value < 2 * MINUTE:
        return f"{sign}{_trim(value, SECOND)} s"
    return f"{sign}{value // MINUTE} min {value % MINUTE // SECOND:02d} s"


def _trim(value: int, unit: int) -> str:
    thousandths = value * 1000 // unit
    text = f"{thousandths // 1000}.{thousandths % 1000:03d}"
    return text.rstrip("0").rstrip(".")


@dataclass
class LocalClock:
    """A node's own clock: a straight line local = base_local + elapsed * (1 + drift), bent by steps and slews.

    `drift` is in parts per million; integers only, so that every machine reads the same.
    """

    base_true: int = 0
    base_local: int = 0
    drift: int = 0
    slewing: int = 0
    slew_ends: int = 0
    """The true time (µs) at which the slew ends that is under way."""

    @property
    def perfect(self) -> bool:
        """Does it read true time?"""
        return self.base_local == self.base_true and not self.drift and not self.slewing

    def read(self, true: int) -> int:
        """The local reading (µs) at the true time (µs)."""
        elapsed = true - self.base_true
        return self.base_local + elapsed + elapsed * (self.drift + self.slewing) // 1_000_000

    def true_at(self, reading: int) -> int:
        """The first true time (µs) at which the clock reads `reading` or more."""
        rate = 1_000_000 + self.drift + self.slewing
        ahead = reading - self.base_local
        true = self.base_true + -(-ahead * 1_000_000 // rate)
        while self.read(true) < reading:
            true += 1
        return true

    def _rebase(self, true: int) -> None:
        self.base_local, self.base_true = self.read(true), true

    def step(self, true: int, by: int) -> None:
        """Jump by `by` µs at the true time `true`."""
        self._rebase(true)
        self.base_local += by

    def slew(self, true: int, rate: int) -> None:
        """Run `rate` parts per million faster (slower if negative) from now on; 0 ends it."""
        self._rebase(true)
        self.slewing = rate

    def rush(self, true: int, drift: int) -> int:
        """Drift by `drift` parts per million from now on. When the slew ends now that is under way (true µs): it ends
        at the same reading."""
        ends = self.read(self.slew_ends)
        self._rebase(true)
        self.drift = drift
        if self.slewing:
            self.slew_ends = self.true_at(ends)
        return self.slew_ends
