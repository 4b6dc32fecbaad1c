"""Round trips as a sender may keep them, doubtful ones too, and what follows from those that stand (RFC 6298 §2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.kernel.time import MILLISECOND

LEAST = 10 * MILLISECOND


@dataclass(frozen=True)
class Dot:
    """A round trip (µs), from the last copy of a segment to its ACK. It is doubtful if there were several: then nobody
    knows which copy the ACK is for (Karn & Partridge 1987)."""

    length: int
    doubtful: bool


def mean(dots: Sequence[Dot]) -> int | None:
    """The smoothed mean (µs); None if there are none."""
    value = _measured(dots)
    return None if value is None else value[0]


def mark(dots: Sequence[Dot]) -> int | None:
    """The smoothed mean and four spreads (µs), no floor; None if there are none."""
    value = _measured(dots)
    return None if value is None else max(LEAST, value[0] + 4 * value[1])


def _measured(dots: Sequence[Dot]) -> tuple[int, int] | None:
    smoothed, spread = -1, 0
    for dot in dots:
        if smoothed < 0:
            smoothed, spread = dot.length, dot.length // 2
        else:
            spread = (3 * spread + abs(smoothed - dot.length)) // 4
            smoothed = (7 * smoothed + dot.length) // 8
    return None if smoothed < 0 else (smoothed, spread)
