"""Texts at the arrows of a drawing: above their line and turned with it, where they lie on no other text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

TEXT = 2.82
"""mm: 8 points."""
LINE = 3.5
LETTER = TEXT * 0.56
"""mm that a letter takes on average."""
SHORT, LEAST = 12, 10
"""Letters that stay on one line; letters that there is room for, if need be beyond the arrow's ends."""
_END = 2.5
"""mm that stay free at either end of an arrow."""

Arrow = tuple[float, float, float, float]
"""x and y of its start and end, mm."""


@dataclass(frozen=True)
class Lettered:
    """Where one line of text goes: its middle (mm) before it is turned about (x, y) by so many degrees."""

    text: str
    x: float
    y: float
    above: float
    degrees: float


@dataclass
class Lettering:
    """Remembers what has been placed."""

    taken: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)
    """By square of a line's height: where letters lie."""

    def along(self, text: str, arrow: Arrow) -> list[Lettered]:
        """The text on one line or two, above the arrow and below: of many places, where it is crowded least."""
        x1, y1, x2, y2 = arrow
        length = math.hypot(x2 - x1, y2 - y1)
        room = max(LEAST, int((length - 2 * _END) / LETTER))
        choices = [
            (rank, abs(offset), lines, 0.5 + offset)
            for rank, lines in enumerate(_layouts(text, room))
            for offset in _offsets(max(map(len, lines)) * LETTER, length)
        ]
        crowded = [(self._crowd(lines, arrow, part), rank, away) for rank, away, lines, part in choices]
        _, _, lines, part = choices[crowded.index(min(crowded))]
        for square, spot in _spots(lines, arrow, part):
            self.taken.setdefault(square, []).append(spot)
        x, y, turn = _middle(arrow, part)
        return [
            Lettered(line, x, y, above, math.degrees(turn))
            for line, above in zip(lines, (-0.7, TEXT), strict=False)
            if line
        ]

    def _crowd(self, lines: list[str], arrow: Arrow, part: float) -> int:
        """How many letters would lie on letters that are there already."""
        return sum(
            math.dist(spot, other) < TEXT
            for (column, row), spot in _spots(lines, arrow, part)
            for square in product((column - 1, column, column + 1), (row - 1, row, row + 1))
            for other in self.taken.get(square, ())
        )


def cut(text: str, most: int) -> str:
    """At most so many letters; what is left out shows."""
    return text if len(text) <= most else text[: max(1, most - 1)] + "…"


def wrapped(text: str, most: int, lines: int) -> list[str]:
    """The text in at most so many lines of so many letters, one at least."""
    return textwrap.wrap(text, most, max_lines=lines, placeholder="…") or [""]


def _layouts(text: str, room: int) -> list[list[str]]:
    """As a whole if there is room for it, and in two lines; and on one line below the arrow."""
    found = [[text]] if len(text) <= room else []
    if len(text) > SHORT or not found:
        width = min(room, max(SHORT, len(text) * 5 // 8))
        two = textwrap.wrap(text, width, max_lines=2, placeholder="…", break_long_words=False)
        found.append([cut(line, room) for line in two] if len(two) > 1 else [cut(text, room)])
    return [*found, ["", cut(text, room)]]


def _offsets(width: float, length: float) -> list[float]:
    """Parts of an arrow's length by which a text so wide may be moved from its middle."""
    free = max(0.0, 0.5 - (width / 2 + _END) / max(length, 0.1))
    return [0.0, *(sign * free * step / 4 for step in range(1, 5) for sign in (1, -1))]


def _middle(arrow: Arrow, part: float) -> tuple[float, float, float]:
    """x, y and the angle of a text's middle: no text stands on its head."""
    x1, y1, x2, y2 = arrow
    turn = math.atan2(y2 - y1, x2 - x1) if x2 >= x1 else math.atan2(y1 - y2, x1 - x2)
    return x1 + (x2 - x1) * part, y1 + (y2 - y1) * part, turn


def _spots(lines: list[str], arrow: Arrow, part: float) -> Iterator[tuple[tuple[int, int], tuple[float, float]]]:
    """Where every other letter would lie, with the square."""
    x, y, turn = _middle(arrow, part)
    for line, above in zip(lines, (-1.6, 1.8), strict=False):
        for letter in range(0, len(line), 2):
            along = (letter + 1 - len(line) / 2) * LETTER
            spot = (
                x + along * math.cos(turn) - above * math.sin(turn),
                y + along * math.sin(turn) + above * math.cos(turn),
            )
            yield (int(spot[0] // LINE), int(spot[1] // LINE)), spot
