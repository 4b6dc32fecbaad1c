"""Mist that drifts: the dots of mist that lie on a picture move on by a dot now and then, a few cells in each frame.

Mist is drawn from its place alone, so that a picture is the same whenever it is drawn. What has drifted is laid over
it by the view: in each part of a row the dots go round among the cells in which there is mist. They cover no text, come
nowhere where no mist was, and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.look.moving import BRAILLE
from tui.look.palette import Ink
from tui.widgets.canvas import Canvas

WIDE = 40
"""Columns of a part of a row: so many cells change in a frame at most."""
SLOW = 12
"""Frames from one step of a part to its next at least."""
LEFT = 0x47
"""The bits of a cell's left column of dots."""


class Drift:
    """How far the mist of one view has drifted: by its parts, (row, number of the part) each."""

    def __init__(self) -> None:
        self._steps: dict[tuple[int, int], int] = {}
        self._turn = 0

    def lay(self, canvas: Canvas) -> None:
        """Move the mist of a picture that was just drawn to where it had drifted."""
        if self._steps and not canvas.ascii_only:
            for part in _parts(canvas):
                if steps := self._steps.get(part, 0):
                    _move(canvas, _cells(canvas, part), steps)

    def step(self, canvas: Canvas) -> set[tuple[int, int]]:
        """One frame on: the cells that changed."""
        if canvas.ascii_only:
            return set()
        parts = list(_parts(canvas))
        self._turn = (self._turn + 1) % max(SLOW, len(parts))
        if self._turn >= len(parts):
            return set()
        part = parts[self._turn]
        cells = _cells(canvas, part)
        before = [canvas.chars[y][x] for x, y in cells]
        _move(canvas, cells, 1)
        self._steps[part] = self._steps.get(part, 0) + 1
        return {cell for cell, char in zip(cells, before, strict=True) if canvas.chars[cell[1]][cell[0]] != char}


def _parts(canvas: Canvas) -> Iterator[tuple[int, int]]:
    """The parts in which there may be mist."""
    for y, inks in enumerate(canvas.inks):
        if Ink.FOG in inks:
            for start in range(0, canvas.width, WIDE):
                yield y, start // WIDE


def _cells(canvas: Canvas, part: tuple[int, int]) -> list[tuple[int, int]]:
    """The cells of mist in a part of a row, from left to right."""
    y, first = part[0], part[1] * WIDE
    chars, inks, owned = canvas.chars[y], canvas.inks[y], canvas.owned[y]
    return [
        (x, y)
        for x in range(first, min(canvas.width, first + WIDE))
        if inks[x] is Ink.FOG and not owned[x] and BRAILLE <= ord(chars[x] or " ") < BRAILLE + 256
    ]


def _move(canvas: Canvas, cells: list[tuple[int, int]], steps: int) -> None:
    """Move the dots of these cells to the right, so many dots; what leaves the last one comes in at the first."""
    columns: list[int] = []
    for x, y in cells:
        bits = ord(canvas.chars[y][x]) - BRAILLE
        columns += [bits & LEFT, _to_left(bits & ~LEFT & 0xFF)]
    if not columns:
        return
    by = steps % len(columns)
    moved = columns[-by:] + columns[:-by] if by else columns
    for place, (x, y) in enumerate(cells):
        canvas.chars[y][x] = chr(BRAILLE | moved[2 * place] | _to_right(moved[2 * place + 1]))


def _to_left(bits: int) -> int:
    """The dots of a right column as those of a left one."""
    return (bits & 0x38) >> 3 | (bits & 0x80) >> 1


def _to_right(bits: int) -> int:
    """The dots of a left column as those of a right one."""
    return (bits & 0x07) << 3 | (bits & 0x40) << 1
