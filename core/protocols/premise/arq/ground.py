"""The ground on which a rover steps: rows of letters, the northernmost first."""

from __future__ import annotations

from typing import NamedTuple

STEPS = {"^": (0, 1), "v": (0, -1), "<": (-1, 0), ">": (1, 0)}
"""Of every arrow the step: columns to the east, rows to the north."""
START, FLAG, PLAIN = "S", "F", "."


class Spot(NamedTuple):
    """A place: columns from the west, rows from the south, both from 0."""

    x: int
    y: int


def rows_of(text: str) -> list[str]:
    """The rows of a map, parted by blanks or slashes, the northernmost first."""
    return text.replace("/", " ").split()


def check_map(text: str) -> None:
    """Raises ValueError, in words, unless the rows are of one length, with one start and at most one flag."""
    rows = rows_of(text)
    if not rows or len({len(row) for row in rows}) > 1:
        raise ValueError('the rows of a map are of one length: "..F/.O./S.."')
    whole = "".join(rows)
    if whole.count(START) != 1 or whole.count(FLAG) > 1:
        raise ValueError(f"a map has one start, {START}, and at most one flag, {FLAG}")


def on(text: str, spot: Spot) -> str:
    """What is there: a letter of the map; "" beyond its edges."""
    rows = rows_of(text)
    inside = 0 <= spot.y < len(rows) and 0 <= spot.x < len(rows[0])
    return rows[len(rows) - 1 - spot.y][spot.x] if inside else ""


def start_of(text: str) -> Spot:
    """Where the rover stands at first."""
    rows = rows_of(text)
    return next(Spot(row.index(START), len(rows) - 1 - y) for y, row in enumerate(rows) if START in row)


def pit_at(text: str, spot: Spot) -> str:
    """The letter of the pit that is there; "" if there is none."""
    found = on(text, spot)
    return "" if found in (START, FLAG, PLAIN) else found


def stepped(text: str, spot: Spot, arrows: str) -> Spot:
    """Where one text's arrows lead, one after another, as far as the first pit; beyond the edge of the map nobody goes,
    and what is no arrow moves nothing."""
    for arrow in arrows:
        dx, dy = STEPS.get(arrow, (0, 0))
        there = Spot(spot.x + dx, spot.y + dy)
        if on(text, there):
            spot = there
        if pit_at(text, spot):
            break
    return spot
