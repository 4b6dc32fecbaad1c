"""Lines, rings, discs and fog of Braille dots: two a column, four a row.

Coordinates are dots, from 0, as `Canvas.dot` takes them; what lies outside is cut off, and cells of text stay.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from tui.look.moving import BITS
from tui.look.palette import Ink
from tui.widgets.canvas import Canvas

Dot = tuple[int, int]


def middle(x: int, y: int) -> Dot:
    """The dot in the middle of a cell."""
    return 2 * x, 4 * y + 2


def stroke(canvas: Canvas, start: Dot, end: Dot, ink: Ink = Ink.QUIET, shade: int = 0, every: int = 1) -> None:
    """A straight line, both ends included; of every so many dots one."""
    for place, (x, y) in enumerate(straight(start, end)):
        if place % every == 0:
            canvas.dot(x, y, ink, shade)


def curve(
    canvas: Canvas, points: Sequence[Dot], ink: Ink = Ink.QUIET, shade: int = 0, every: int = 1, phase: int = 0
) -> None:
    """A line through these points; of every so many dots one, beginning with the `phase`-th."""
    for place, (x, y) in enumerate(polyline(points)):
        if (place - phase) % every == 0:
            canvas.dot(x, y, ink, shade)


def straight(start: Dot, end: Dot) -> list[Dot]:
    """The dots of a straight line, both ends included."""
    (x0, y0), (x1, y1) = start, end
    steps = max(abs(x1 - x0), abs(y1 - y0))
    if steps == 0:
        return [start]
    return [(x0 + round((x1 - x0) * n / steps), y0 + round((y1 - y0) * n / steps)) for n in range(steps + 1)]


def polyline(points: Sequence[Dot]) -> list[Dot]:
    """The dots of a line through these points, none twice in a row."""
    found: list[Dot] = list(points[:1])
    for start, end in pairwise(points):
        found += straight(start, end)[1:]
    return found


def bent(start: Dot, end: Dot, bend: float) -> list[Dot]:
    """Dots from one to another on an arc that leaves the straight line by `bend` of its length, to the left if it is
    positive (a quadratic Bézier curve)."""
    (x0, y0), (x1, y1) = start, end
    across, down = x1 - x0, y1 - y0
    by = bend * 2
    control = (x0 + across / 2 + down * by, y0 + down / 2 - across * by)
    steps = max(2, round(math.hypot(across, down) / 2))
    points = []
    for n in range(steps + 1):
        t = n / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append((round(a * x0 + b * control[0] + c * x1), round(a * y0 + b * control[1] + c * y1)))
    return polyline(points)


def ellipse(
    canvas: Canvas,
    centre: Dot,
    across: float,
    down: float,
    ink: Ink = Ink.QUIET,
    shade: int = 0,
    start: float = 0.0,
    end: float = 1.0,
    thick: int = 1,
    every: int = 1,
) -> None:
    """A ring, or the part of it from `start` to `end` (shares of a turn, clockwise from the top), so many dots
    thick."""
    for ring in range(thick):
        wide, high = across - ring, down - ring
        if wide < 0 or high < 0:
            return
        steps = max(8, round(math.pi * (wide + high) * 1.2))
        first, last = math.ceil(start * steps), math.floor(end * steps)
        for n in range(first, last + 1):
            if n % every == 0:
                angle = 2 * math.pi * n / steps
                canvas.dot(
                    round(centre[0] + wide * math.sin(angle)), round(centre[1] - high * math.cos(angle)), ink, shade
                )


def disc(canvas: Canvas, centre: Dot, radius: float, ink: Ink = Ink.QUIET, shade: int = 0) -> None:
    """A filled circle."""
    reach = math.ceil(radius)
    for y in range(-reach, reach + 1):
        for x in range(-reach, reach + 1):
            if x * x + y * y <= radius * radius + 0.25:
                canvas.dot(centre[0] + x, centre[1] + y, ink, shade)


def fog(canvas: Canvas, density: float, cells: Iterable[tuple[int, int]] | None = None, drift: int = 0) -> None:
    """Mist: so many (0 to 1) of the dots of these cells, of all if none are named. `drift` moves it to the right, dot
    by dot; it is the same mist each time, for it is drawn from its place alone."""
    if cells is None:
        cells = ((x, y) for y in range(canvas.height) for x in range(canvas.width))
    limit = round(density * 1024)
    for x, y in cells:
        if canvas.owned[y][x]:
            continue
        for half in range(2):
            for quarter in range(4):
                dot = 2 * x + half, 4 * y + quarter
                if _mist(dot[0] - drift, dot[1]) < limit:
                    canvas.dot(*dot, Ink.FOG, 0)


@lru_cache(maxsize=64)
def mist(width: int, height: int, x: int, y: int, density: float = 0.34) -> tuple[tuple[int, int, int], ...]:
    """The mist of a stage on which one stands at the cell (x, y) and sees no further than the light around him: cells
    with the bits of their dots, for `Canvas.stamp`. Thicker the farther away, in drifts, never around him."""
    found = []
    for row in range(height):
        for column in range(width):
            far = math.hypot((column - x) / max(1, width), 1.6 * (row - y) / max(1, width))
            drifts = 0.5 + 0.5 * math.sin(column * 0.21 + row * 0.9) * math.cos(column * 0.067 - row * 0.37)
            limit = round(1024 * density * min(1.0, max(0.0, (far - 0.28) * 1.7)) * drifts)
            bits = 0
            for dot in range(8):
                if _mist(2 * column + dot % 2, 4 * row + dot // 2) < limit:
                    bits |= BITS[dot // 2][dot % 2]
            if bits:
                found.append((column, row, bits))
    return tuple(found)


def _mist(x: int, y: int) -> int:
    """A number from 0 to 1023 that belongs to a dot, without any pattern that an eye would find."""
    mixed = (x * 0x9E3779B1 ^ y * 0x85EBCA77) & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 12) * 0x297A2D39 & 0xFFFFFFFF
    return (mixed ^ mixed >> 15) & 1023
