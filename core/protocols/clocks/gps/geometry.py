"""Circles on a flat sea: where two of them cross, where several come nearest to meeting, and what push shuts them.

All lengths are metres, east and north on the chart; the coast lies in the north. Only sums, products, quotients and
square roots: these are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

SPEED = 300
"""Metres that a radio signal goes in a µs (299.79 in truth)."""
SHUT = 150
"""Circles that come so near to one point (m) are said to shut: half of what a push of 1 µs swells them by."""
SOUTH = 20_000
"""So far south of the southernmost beacon the search for a meeting point begins: at sea."""
_ROUNDS = 60
_NEAR = 0.01
"""A step that is shorter (m) is the last."""
_BEYOND = 1_000_000
"""Where the search has gone so far (m), it finds nothing: such circles meet nowhere."""


class Circle(NamedTuple):
    """Everywhere that is so far from a beacon."""

    east: int
    north: int
    radius: int


class Place(NamedTuple):
    """A place on the chart, and how far (m) the circle that misses it most misses it."""

    east: int
    north: int
    gap: int


def distance(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How far two places are from each other."""
    across, up = one[0] - other[0], one[1] - other[1]
    return sqrt(across * across + up * up)


def swollen(circles: Sequence[Circle], by: int) -> list[Circle]:
    """The same circles, all of them so many metres wider."""
    return [circle._replace(radius=circle.radius + by) for circle in circles]


def meeting(circles: Sequence[Circle]) -> Place | None:
    """Where two circles cross, of both points the southern one; where three or more come nearest to meeting, by least
    squares. None for fewer than two, and for beacons that all stand in one place."""
    if len({circle[:2] for circle in circles}) < 2:
        return None
    if len(circles) == 2:
        return _crossing(*circles)
    east, north, _ = _fitted(circles, swells=False)
    return _place(circles, east, north)


def closing(circles: Sequence[Circle]) -> tuple[Place, int] | None:
    """Where three or more circles meet if all may swell alike, and by how many metres they must: with three of them
    there is always such a place. None for fewer, and for fewer than three beacons apart."""
    if len({circle[:2] for circle in circles}) < 3:
        return None
    first = circles[0].radius  # all as wide as they are, or all wider: it is the same but for that
    place, by = _closing(tuple(swollen(circles, -first)))
    return place, by - first


@lru_cache(maxsize=2048)
def _closing(circles: tuple[Circle, ...]) -> tuple[Place, int]:
    east, north, swell = _fitted(circles, swells=True)
    by = round(swell)
    return _place(swollen(circles, by), east, north), by


def _place(circles: Sequence[Circle], east: float, north: float) -> Place:
    at = round(east), round(north)
    return Place(*at, round(max(abs(distance(at, circle[:2]) - circle.radius) for circle in circles)))


def _crossing(one: Circle, other: Circle) -> Place:
    """Circles that do not reach each other, or of which one lies in the other: half-way between their rims."""
    far = distance(one[:2], other[:2])
    along = (far * far + one.radius * one.radius - other.radius * other.radius) / (2 * far)
    square = one.radius * one.radius - along * along
    aside = sqrt(square) if square > 0 else 0.0
    across, up = (other.east - one.east) / far, (other.north - one.north) / far
    points = [
        (one.east + along * across + side * aside * up, one.north + along * up - side * aside * across)
        for side in (1, -1)
    ]
    east, north = min(points, key=lambda point: point[1])
    return _place((one, other), east, north)


def _fitted(circles: Sequence[Circle], *, swells: bool) -> tuple[float, float, float]:
    """The point at which the squares of what circles miss it by are least in all, and by how much they swell for it.

    Levenberg's method: a step of Gauss and Newton that is damped the more the worse it would be.
    """
    count = len(circles)
    point = [
        sum(circle.east for circle in circles) / count,
        float(min(circle.north for circle in circles) - SOUTH),
        0.0,
    ]
    if swells:
        point[2] = sum(distance((round(point[0]), round(point[1])), circle[:2]) - circle.radius for circle in circles)
        point[2] /= count
    damping = 1e-3
    cost = _cost(circles, point)
    for _ in range(_ROUNDS):
        step = _step(circles, point, damping, swells)
        tried = [old + change for old, change in zip(point, step, strict=True)]
        worth = _cost(circles, tried)
        if worth <= cost:
            point, cost, damping = tried, worth, damping / 10
            if max(map(abs, step)) < _NEAR or max(map(abs, point)) > _BEYOND:
                break
        else:
            damping *= 10
    return point[0], point[1], point[2]


def _cost(circles: Sequence[Circle], point: Sequence[float]) -> float:
    return sum(_miss(circle, point)[0] ** 2 for circle in circles)


def _miss(circle: Circle, point: Sequence[float]) -> tuple[float, float, float]:
    """By how much a circle misses a point, and the direction from its beacon."""
    across, up = point[0] - circle.east, point[1] - circle.north
    far = sqrt(across * across + up * up) or 1.0
    return far - circle.radius - point[2], across / far, up / far


def _step(circles: Sequence[Circle], point: Sequence[float], damping: float, swells: bool) -> list[float]:
    size = 3 if swells else 2
    table = [[0.0] * size for _ in range(size)]
    right = [0.0] * size
    for circle in circles:
        miss, across, up = _miss(circle, point)
        slope = (across, up, -1.0)[:size]
        for row in range(size):
            right[row] -= slope[row] * miss
            for column in range(size):
                table[row][column] += slope[row] * slope[column]
    for place in range(size):
        table[place][place] += damping
    found = _solved(table, right)
    return found if swells else [*found, 0.0]


def _solved(table: list[list[float]], right: list[float]) -> list[float]:
    """The solution of as many linear equations as there are unknowns (Gauss); the damping keeps it from 0 / 0."""
    size = len(right)
    for pivot in range(size):
        for row in range(pivot + 1, size):
            share = table[row][pivot] / table[pivot][pivot]
            right[row] -= share * right[pivot]
            for column in range(pivot, size):
                table[row][column] -= share * table[pivot][column]
    found = [0.0] * size
    for row in reversed(range(size)):
        rest = sum(table[row][column] * found[column] for column in range(row + 1, size))
        found[row] = (right[row] - rest) / table[row][row]
    return found
