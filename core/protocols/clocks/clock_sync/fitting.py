"""Dots of a reference broadcast, and the line through them: plain arithmetic, in µs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.kernel.time import SECOND


class Dot(NamedTuple):
    """One shot that both heard: `at` by one's own clock, and how far the other's clock was ahead then."""

    at: int
    ahead: int


def offset_of(dots: Sequence[Dot]) -> int:
    """The mean of all dots (Elson, Girod & Estrin 2002: offset[i, j] = 1/m Σ (T[j, k] − T[i, k])); 0 of none."""
    return 0 if not dots else round_half_up(sum(dot.ahead for dot in dots), len(dots))


def line_at(dots: Sequence[Dot], at: int) -> tuple[int, int]:
    """The least-squares line through the dots (Elson, Girod & Estrin 2002): its value (µs) at the time `at`, and
    its slope (µs a second). Flat through one dot, or through dots of one time; (0, 0) of none."""
    if not dots:
        return 0, 0
    count = len(dots)
    # In integers: times from `at` on, so that the value wanted is the line's own at 0.
    xs = [dot.at - at for dot in dots]
    ys = [dot.ahead for dot in dots]
    total_x, total_y = sum(xs), sum(ys)
    below = count * sum(x * x for x in xs) - total_x * total_x
    if not below:
        return offset_of(dots), 0
    above = count * sum(x * y for x, y in zip(xs, ys, strict=True)) - total_x * total_y
    return round_half_up(total_y * below - above * total_x, count * below), round_half_up(above * SECOND, below)


def round_half_up(above: int, below: int) -> int:
    """The quotient to the nearest whole number, a half upwards; `below` is positive."""
    return (2 * above + below) // (2 * below)
