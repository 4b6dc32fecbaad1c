"""Where things stand: on a ring, in lanes, and the way from one to another."""

from __future__ import annotations

import math
from typing import NamedTuple

from tui.look.dots import Dot, bent, middle, polyline


class Box(NamedTuple):
    """An area of cells."""

    x: int
    y: int
    width: int
    height: int


def around(count: int, box: Box, first: float = 0.0) -> list[tuple[int, int]]:
    """`count` cells on the ring that fits into the box, clockwise; the first one at the share `first` of a turn from
    the top."""
    across, down = (box.width - 1) / 2, (box.height - 1) / 2
    found = []
    for place in range(count):
        angle = 2 * math.pi * (first + place / max(1, count))
        found.append((round(box.x + across + across * math.sin(angle)), round(box.y + down - down * math.cos(angle))))
    return found


def lanes(count: int, box: Box) -> list[int]:
    """The rows of `count` lanes, spread evenly over the box; as many as it has rows at most."""
    count = min(count, box.height)
    return [box.y + (2 * place + 1) * box.height // (2 * count) for place in range(count)]


def between(start: tuple[int, int], end: tuple[int, int], bend: float = 0.0) -> list[Dot]:
    """The dots of the way from cell to cell, straight or on an arc: what a packet glides along."""
    if bend:
        return bent(middle(*start), middle(*end), bend)
    return polyline([middle(*start), middle(*end)])
