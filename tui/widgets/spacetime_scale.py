"""How the space-time diagram spreads its time over the columns: evenly, or by events, so that a long wait takes no more
room than a short one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from tui.clock import nice, seconds

PITCHES = (4, 6, 9, 13, 19, 28)
"""Columns from one moment to the next, by zoom; the fourth at first."""
FIRST_ZOOM = 3
TICK = 14
"""Columns from one time on the axis to the next, at least."""


class Scale(Protocol):
    """Columns of moments."""

    def column(self, time: int) -> int:
        """The column of a moment; below 0 and beyond the canvas it is not to be seen."""

    def ticks(self, width: int) -> list[tuple[int, str]]:
        """Columns of an axis, each with its words."""


@dataclass(frozen=True)
class Window:
    """Which part of time is drawn: from `start` (µs), `scale` µs a column."""

    start: int
    scale: int

    def column(self, time: int) -> int:
        """The column of a moment."""
        return (time - self.start) // self.scale

    def ticks(self, width: int) -> list[tuple[int, str]]:
        """Round times, so far from each other that their words have room."""
        step = nice(max(1, self.scale * TICK))
        time = -(-self.start // step) * step
        found = []
        while (x := self.column(time)) < width - 6:
            found.append((x, seconds(time)))
            time += step
        return found


@dataclass(frozen=True)
class Spaced:
    """By events: `times` are all moments at which something happens, `pitch` columns from each other; `back` columns
    are scrolled away at the left."""

    times: tuple[int, ...]
    pitch: int
    back: int = 0

    def column(self, time: int) -> int:
        """The column of a moment; between two of them it is as far along as the time is."""
        place = bisect_right(self.times, time) - 1
        if place < 0:
            return -self.back - 1
        part = 0.0
        if place + 1 < len(self.times):
            part = (time - self.times[place]) / max(1, self.times[place + 1] - self.times[place])
        elif time > self.times[place]:
            part = 0.5
        return round((place + part) * self.pitch) - self.back

    def ticks(self, width: int) -> list[tuple[int, str]]:
        """The moments themselves, as many as have room for their words."""
        found: list[tuple[int, str]] = []
        free = 0
        for place, time in enumerate(self.times):
            x = place * self.pitch - self.back
            if free <= x < width - 6:
                found.append((x, seconds(time)))
                free = x + TICK - 2
        return found


def spaced(width: int, times: Iterable[int], pitch: int, back: int = 0) -> Spaced:
    """The latest moments at the right, `back` of them scrolled away."""
    moments = tuple(sorted(set(times)))
    length = (len(moments) - max(0, back)) * pitch
    return Spaced(moments, pitch, max(0, length - width + 2))
