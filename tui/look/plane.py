"""The plane of results, small: who won at what price, you among them, and the corner that par asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.language import said
from tui.look.palette import Ink
from tui.widgets.canvas import Canvas, cut

LEAST = (22, 6)
"""Columns and rows below which nothing could be told apart on it."""


@dataclass(frozen=True)
class Point:
    """Somebody's result: the name, and how much of either currency it took."""

    name: str
    across: int
    upward: int
    sign: str
    ink: Ink


def draw_plane(
    canvas: Canvas, x: int, y: int, size: tuple[int, int], points: Sequence[Point], par: tuple[int, int] | None,
    names: tuple[str, str],
) -> None:  # fmt: skip
    """The points in so many columns and rows, the first of them on top of all others; left and low is little."""
    width, height = size
    if width < LEAST[0] or height < LEAST[1] or not points:
        return
    left, floor, top = x + 1, y + height - 2, y + 1
    spans = [*((point.across, point.upward) for point in points), *([par] if par is not None else [])]
    most_across = max([1, *(across for across, _ in spans)])
    most_upward = max([1, *(upward for _, upward in spans)])
    room = width - 3

    def at(across: int, upward: int) -> tuple[int, int]:
        share = across / most_across * 0.86, upward / most_upward
        return left + 1 + round(share[0] * (room - 1)), floor - 1 - round(share[1] * (floor - top - 1))

    canvas.put(x, y, cut(names[1], width), Ink.QUIET)
    for row in range(top, floor):
        canvas.put(x, row, "│", Ink.FAINT)
    canvas.put(x, floor, "└" + "─" * (width - 2), Ink.FAINT)
    canvas.put(x + width - len(names[0]) - 1, floor + 1, names[0], Ink.QUIET)
    if par is not None:
        column, row = at(*par)
        canvas.tint(left, row, column - left + 1, floor - row, Ink.GOOD, 0.25)
        canvas.put(left, floor - 1, said("par"), Ink.GOOD)
    taken: set[tuple[int, int]] = {(left + place, floor - 1) for place in range(3)} if par is not None else set()
    for point in points:
        column, row = at(point.across, point.upward)
        words = point.name
        start = column + 2 if column + 2 + len(words) <= x + width else column - 1 - len(words)
        for near in sorted(range(top, floor), key=lambda line: (abs(line - row), line)):
            cells = {(place, near) for place in range(min(start, column), max(start + len(words), column + 1))}
            if start > x and not cells & taken:
                canvas.put(column, near, point.sign, point.ink)
                canvas.put(start, near, words, point.ink)
                taken |= cells
                break
