"""Readings of remote clocks, who stands together, and the mean: plain arithmetic, in µs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.kernel.time import MILLISECOND
from core.protocols.clocks.clock_sync.fitting import round_half_up


class Sample(NamedTuple):
    """How far a clock is ahead of one's own (µs), and how much of that is doubt: to either side at most so much."""

    offset: int
    doubt: int


def sample_of(asked: int, came: int, reading: int) -> Sample:
    """What an answer says: `asked` and `came` by one's own clock, `reading` by the other's (µs).

    The other clock was read at some time in the round trip; the middle is wrong by half of it at most (Cristian 1989).
    """
    return Sample(reading - (asked + came) // 2, (came - asked + 1) // 2)


def camps(offsets: Mapping[str, int], gamma: int) -> list[tuple[str, ...]]:
    """The largest sets of clocks of which no two differ by more than `gamma` µs: the narrowest first, none with a
    member of one before. More than one: as many clocks stand here as there. Names stay in the order of `offsets`."""
    order = sorted(offsets, key=lambda name: offsets[name])
    windows = []
    for place, first in enumerate(order):
        window = [name for name in order[place:] if offsets[name] - offsets[first] <= gamma]
        windows.append((-len(window), offsets[window[-1]] - offsets[first], place, window))
    windows.sort(key=lambda window: window[:3])
    found: list[tuple[str, ...]] = []
    for size, _, _, window in windows:
        if size == windows[0][0] and not any(set(window) & set(camp) for camp in found):
            found.append(tuple(name for name in offsets if name in window))
    return found


def mean_of(offsets: Sequence[int], step: int = 1) -> int:
    """Their mean (µs) to the nearest multiple of `step`, a half upwards; 0 of none."""
    if not offsets:
        return 0
    return round_half_up(sum(offsets), len(offsets) * step) * step


def in_milliseconds(time: int) -> int:
    """µs as ms, to the nearest."""
    return round_half_up(time, MILLISECOND)


def letters_of(offsets: Mapping[str, int], mean: int) -> dict[str, int]:
    """By how much everybody has to move (µs) to stand at `mean`."""
    return {name: mean - offset for name, offset in offsets.items()}
