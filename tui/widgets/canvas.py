"""A canvas of cells. It knows nothing of Textual: pictures, panels and controls draw on it and are tested as text.

`tui.widgets.view` is the widget that shows one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from tui.look.moving import ABOVE_AND_BELOW, BITS, BRAILLE, GLYPHS, Moving, Placed, layer, likeness
from tui.look.palette import DARK, DEFAULT, Ink, Palette, mix
from tui.prose import to_ascii

__all__ = ["Canvas", "Hot", "Ink", "cells_between", "clip", "cut", "narrow", "wrapped"]


class Hot(NamedTuple):
    """A part of the canvas that a click means something in: `target` is what."""

    x: int
    y: int
    width: int
    height: int
    target: Hashable


class Canvas:
    """`width` x `height` cells, each a character, an ink with its shade, and a ground. Whatever lies outside is cut
    off, never an error.

    chars, inks, shades   rows of cells; a shade of 0 is the ink itself, each further one nearer to the ground.
    fores                 a colour instead of the ink's; DEFAULT for none.
    grounds               the colour behind; DEFAULT for what lies below.
    owned                 cells of text: dots leave them alone.
    things                what lies on it and may come and go: one that was not there before snaps in.
    moving                what moves over it (`tui.look.moving`): the last picture of each frame.

    With `ascii_only` every glyph is replaced by its ASCII likeness as it is drawn. Columns and rows count from 0;
    dots have coordinates of their own, two a column and four a row.
    """

    def __init__(
        self, width: int, height: int, *, ascii_only: bool = False, palette: Palette = DARK, world: str = ""
    ) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self.ascii_only = ascii_only
        self.palette = palette
        self.world = world
        self.chars = [[" "] * self.width for _ in range(self.height)]
        self.inks: list[list[Ink]] = [[Ink.PLAIN] * self.width for _ in range(self.height)]
        self.shades = [[0] * self.width for _ in range(self.height)]
        self.fores = [[DEFAULT] * self.width for _ in range(self.height)]
        self.grounds = [[DEFAULT] * self.width for _ in range(self.height)]
        self.owned = [[False] * self.width for _ in range(self.height)]
        self.hots: list[Hot] = []
        self.things: list[Hot] = []
        self.moving: list[Placed] = []
        self._dots: dict[tuple[int, int], tuple[int, Ink, int]] = {}

    def part(self, width: int, height: int) -> Canvas:
        """A blank canvas of the same kind, to be drawn and copied into this one."""
        return Canvas(width, height, ascii_only=self.ascii_only, palette=self.palette, world=self.world)

    def window(self, x: int, y: int, width: int, height: int) -> Canvas:
        """A blank canvas for a part of this one, on the ground that lies there: to be drawn, and blitted back to
        (x, y)."""
        found = self.part(width, height)
        for row in range(found.height):
            if 0 <= y + row < self.height:
                ground = self.grounds[y + row][max(0, x) : x + found.width]
                found.grounds[row][: len(ground)] = ground
        return found

    def put(self, x: int, y: int, text: str, ink: Ink = Ink.PLAIN, shade: int = 0, fill: Ink | None = None) -> int:
        """Write `text` from (x, y) to the right, on a solid area in the ink `fill` if one is named; the column after
        it."""
        if self.ascii_only and not text.isascii():
            text = to_ascii(text.translate(GLYPHS))
        if not narrow(text):
            return self._put_wide(x, y, text, ink, shade, fill)
        end = x + len(text)
        if 0 <= y < self.height and x < self.width and end > 0:
            if x < 0:
                text, x = text[-x:], 0
            text = text[: self.width - x]
            stop = x + len(text)
            if not text.isprintable():
                text = "".join(char if char.isprintable() else "?" for char in text)
            count = len(text)
            self._halve(x, y)
            self._halve(stop, y)
            self.chars[y][x:stop] = text
            self.inks[y][x:stop] = [ink] * count
            self.shades[y][x:stop] = [shade] * count
            self.fores[y][x:stop] = [DEFAULT] * count
            self.owned[y][x:stop] = [True] * count
            if fill is not None:
                self.grounds[y][x:stop] = [self.palette.fill(fill, self.world)] * count
        return end

    def _put_wide(self, x: int, y: int, text: str, ink: Ink, shade: int, fill: Ink | None) -> int:
        """Write a text in which signs take two columns, or none: the second column of a wide one is an empty cell, and
        what has no width stands in the cell of the sign before it. Half of a sign is a blank."""
        for sign in text:
            wide = cell_len(sign)
            if wide == 0 or not sign.isprintable():
                if wide == 0 and 0 <= y < self.height and 0 < x <= self.width:
                    self.chars[y][x - 1 if self.chars[y][x - 1] or x < 2 else x - 2] += sign
                continue
            if wide == 1 or x < 0 or x + 1 >= self.width:
                for column in range(x, x + wide):
                    self.put(column, y, sign if wide == 1 else " ", ink, shade, fill)
            else:
                self.put(x, y, "  ", ink, shade, fill)
                if 0 <= y < self.height:
                    self.chars[y][x : x + 2] = [sign, ""]
            x += wide
        return x

    def _halve(self, x: int, y: int) -> None:
        """What is written begins or ends inside a wide sign: its other half is a blank."""
        if 0 < x < self.width and not self.chars[y][x]:
            self.chars[y][x - 1 : x + 1] = [" ", " "]

    def centre(self, x: int, y: int, text: str, ink: Ink = Ink.PLAIN) -> None:
        """Write `text` with its middle at column x, moved in if it would be cut at an edge."""
        wide = cell_len(text)
        self.put(max(0, min(x - wide // 2, self.width - wide)), y, text, ink)

    def right(self, y: int, text: str, ink: Ink = Ink.PLAIN, margin: int = 0) -> None:
        """Write `text` so that it ends `margin` cells before the right edge."""
        self.put(self.width - margin - cell_len(text), y, text, ink)

    def wrap(self, x: int, y: int, text: str, width: int, rows: int, ink: Ink = Ink.PLAIN) -> int:
        """Write `text` in at most `rows` lines of `width`, broken at blanks; how many lines it took."""
        lines = wrapped(text, width, rows)
        for row, line in enumerate(lines):
            self.put(x, y + row, line, ink)
        return len(lines)

    def line(self, x0: int, y0: int, x1: int, y1: int, glyph: str = "·", ink: Ink = Ink.QUIET, every: int = 1) -> None:
        """A straight line of `glyph` from cell to cell, both ends included; with `every` dotted."""
        for count, (x, y) in enumerate(cells_between(x0, y0, x1, y1)):
            if count % every == 0:
                self.put(x, y, glyph, ink)

    def paint(self, x: int, y: int, width: int, ink: Ink) -> None:
        """Give `width` cells another ink."""
        if 0 <= y < self.height:
            for column in range(max(0, x), min(self.width, x + width)):
                self.inks[y][column] = ink
                self.shades[y][column] = 0

    def own(self, x: int, y: int, width: int, height: int) -> None:
        """No dot is to cover these cells."""
        for row in range(max(0, y), min(self.height, y + height)):
            for column in range(max(0, x), min(self.width, x + width)):
                self.owned[row][column] = True

    def free(self, x: int, y: int, width: int) -> bool:
        """Are these cells blank, and on the canvas?"""
        if not (0 <= y < self.height and x >= 0 and x + width <= self.width):
            return False
        return "".join(self.chars[y][x : x + width]).isspace()

    def hot(self, x: int, y: int, width: int, target: Hashable, height: int = 1) -> None:
        """A click in these cells means `target`."""
        self.hots.append(Hot(x, y, width, height, target))

    def thing(self, x: int, y: int, width: int, height: int, key: Hashable) -> None:
        """Something lies in these cells; `key` tells it from other things, from one picture to the next."""
        self.things.append(Hot(x, y, width, height, key))

    def at(self, x: int, y: int) -> Hashable | None:
        """What a click there means; the part drawn last wins."""
        for hot in reversed(self.hots):
            if hot.x <= x < hot.x + hot.width and hot.y <= y < hot.y + hot.height:
                return hot.target
        return None

    def blit(self, other: Canvas, x: int, y: int) -> None:
        """Copy another canvas into this one, its hot parts too; where it has no ground this one's stays."""
        other.settle()
        first = max(0, -x)
        width = min(other.width, self.width - x)
        for row in range(other.height):
            line = y + row
            if 0 <= line < self.height and width > first:
                start, stop = x + first, x + width
                self.chars[line][start:stop] = other.chars[row][first:width]
                self.inks[line][start:stop] = other.inks[row][first:width]
                self.shades[line][start:stop] = other.shades[row][first:width]
                self.fores[line][start:stop] = other.fores[row][first:width]
                self.owned[line][start:stop] = other.owned[row][first:width]
                for column in range(first, width):
                    if other.grounds[row][column] != DEFAULT:
                        self.grounds[line][x + column] = other.grounds[row][column]
        for hot in other.hots:
            self.hots.append(Hot(hot.x + x, hot.y + y, hot.width, hot.height, hot.target))
        for thing in other.things:
            self.things.append(Hot(thing.x + x, thing.y + y, thing.width, thing.height, thing.target))
        for place in other.moving:
            if (moved := place.moved(x, y, self.width, self.height)) is not None:
                self.moving.append(moved)

    # What moves

    def fly(self, thing: Moving) -> None:
        """Something moves over this picture from here on."""
        self.moving.append(Placed(thing, 0, 0, (0, 0, self.width, self.height)))

    def label(self, at: tuple[int, int], text: str, ink: Ink, shade: int = 0) -> None:
        """Write text above the dot `at`, or below it, where no text stands."""
        x, y = at[0] // 2, at[1] // 4
        start = max(0, min(x - len(text) // 2, self.width - len(text)))
        for row in (y + aside for aside in ABOVE_AND_BELOW):
            if 0 <= row < self.height and not any(self.owned[row][start : start + len(text)]):
                self.put(start, row, text, ink, shade)
                return

    # Grounds

    def ground(self, x: int, y: int) -> int:
        """The colour behind a cell, as far as colours can be mixed there."""
        found = self.grounds[y][x] if 0 <= x < self.width and 0 <= y < self.height else DEFAULT
        return self.palette.ground if found == DEFAULT else found

    def sky(self, top: int | None = None) -> None:
        """A ground from `top` (the world's own) down to the stage's, a step a row."""
        if not self.palette.mixes:
            return
        top = self.palette.sky_top(self.world) if top is None else top
        for y in range(self.height):
            colour = mix(top, self.palette.ground, y / max(1, self.height - 1))
            self.grounds[y] = [colour] * self.width

    def raise_row(self, y: int) -> None:
        """The ground of header and keys in a whole row."""
        if 0 <= y < self.height:
            self.grounds[y] = [self.palette.raised] * self.width

    def tint(self, x: int, y: int, width: int, height: int, ink: Ink, share: float) -> None:
        """So much (0 to 1) of an ink in the ground of an area."""
        if self.palette.mixes and not self.palette.flat:
            colour = self.palette.fill(ink, self.world)
            for row in range(max(0, y), min(self.height, y + height)):
                for column in range(max(0, x), min(self.width, x + width)):
                    self.grounds[row][column] = mix(self.ground(column, row), colour, share)

    def pool(self, x: int, y: int, across: int, down: int, ink: Ink, share: float = 0.28) -> None:
        """A pool of light around a cell, `across` columns and `down` rows wide each way, in 14 steps."""
        if not self.palette.mixes or self.palette.flat or across <= 0 or down <= 0:
            return
        colour = self.palette.fill(ink, self.world)
        for row in range(max(0, y - down), min(self.height, y + down + 1)):
            for column in range(max(0, x - across), min(self.width, x + across + 1)):
                far = ((column - x) / across) ** 2 + ((row - y) / down) ** 2
                if far < 1:
                    step = round((1 - far**0.5) * 14) / 14
                    self.grounds[row][column] = mix(self.ground(column, row), colour, share * step)

    def lay(self, x: int, y: int, upper: int, lower: int, char: str = "#") -> None:
        """One cell as two pixels, one above the other, in colours; in ASCII, or where there are none, as `char`."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.owned[y][x] = True
            if self.ascii_only or not self.palette.mixes:
                self.chars[y][x] = char
                return
            self.chars[y][x] = " " if upper == lower else "▀"
            self.fores[y][x] = DEFAULT if upper == lower else upper
            self.grounds[y][x] = lower

    # Dots

    def dot(self, x: int, y: int, ink: Ink = Ink.QUIET, shade: int = 0) -> None:
        """Set a dot: `x` counts half columns, `y` quarter rows. The ink of the latest dot is the cell's."""
        if 0 <= x < 2 * self.width and 0 <= y < 4 * self.height:
            cell = x >> 1, y >> 2
            found = self._dots.get(cell)
            bits = BITS[y & 3][x & 1] | (found[0] if found is not None else 0)
            self._dots[cell] = bits, ink, shade

    def stamp(self, cells: Iterable[tuple[int, int, int]], ink: Ink, shade: int = 0) -> None:
        """Set the dots of whole cells, (column, row, bits) each, below those that are drawn one by one."""
        dots = self._dots
        for x, y, bits in cells:
            if (x, y) not in dots and x < self.width and y < self.height:
                dots[x, y] = bits, ink, shade

    def flush(self) -> None:
        """Make it one picture: dots, and what moves over it as it is now."""
        self.settle()
        for (x, y), cell in layer(self, self.moving, alone=True).settle().items():
            self.chars[y][x], self.inks[y][x], self.shades[y][x] = cell.char, cell.ink, cell.shade
            self.fores[y][x] = DEFAULT
            if cell.ground != DEFAULT:
                self.grounds[y][x] = cell.ground
        self.moving = []

    def settle(self) -> None:
        """Write the dots into the cells that no text owns; what moves is not in it."""
        for (x, y), (bits, ink, shade) in self._dots.items():
            if not self.owned[y][x]:
                self.chars[y][x] = likeness(bits) if self.ascii_only else chr(BRAILLE | bits)
                self.inks[y][x], self.shades[y][x], self.fores[y][x] = ink, shade, DEFAULT
        self._dots = {}

    def text(self, y: int) -> str:
        """One row as text."""
        return "".join(self.chars[y])

    def __str__(self) -> str:
        self.flush()
        return "\n".join(self.text(y).rstrip() for y in range(self.height))


def cells_between(x0: int, y0: int, x1: int, y1: int) -> list[tuple[int, int]]:
    """The cells of a straight line, both ends included."""
    steps = max(abs(x1 - x0), abs(y1 - y0))
    if steps == 0:
        return [(x0, y0)]
    return [(x0 + (x1 - x0) * n // steps, y0 + round((y1 - y0) * n / steps)) for n in range(steps + 1)]


@lru_cache(4096)
def narrow(text: str) -> bool:
    """Does every sign of this text take one column?"""
    return text.isascii() or all(cell_len(sign) == 1 for sign in text)


def wrapped(text: str, width: int, rows: int = 1_000) -> list[str]:
    """The text in lines of at most `width` columns, broken at blanks, and between signs that take two columns; the last
    of `rows` ends in "..." if more would follow.

    Not at hyphens: half of "--ascii" or of "go-back-N" is no word. One that is longer than a line is cut all the same.
    """
    import textwrap

    width = max(4, width)
    lines = textwrap.wrap(text, width, break_on_hyphens=False) if narrow(text) else _wrapped_wide(text, width)
    lines = lines or [""]
    if len(lines) > rows:
        lines = lines[:rows]
        if rows:
            lines[-1] = clip(lines[-1], max(0, width - 4)).rstrip() + " ..."
    return lines


def _wrapped_wide(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        if cell_len(word) <= width - cell_len(line) - bool(line):
            line += (" " if line else "") + word
            continue
        if narrow(word) and line:  # a word as a whole on a line of its own
            lines.append(line)
            line = ""
        elif line:
            line += " "
        for sign in word:
            if cell_len(line) + cell_len(sign) > width:
                lines.append(line.rstrip())
                line = ""
            line += sign
    return [*lines, line] if line else lines


def clip(text: str, width: int) -> str:
    """As much of the text as `width` columns hold."""
    if narrow(text):
        return text[: max(0, width)]
    used = 0
    for place, sign in enumerate(text):
        used += cell_len(sign)
        if used > width:
            return text[:place]
    return text


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns; one that is too long ends in ".."."""
    if cell_len(text) <= width:
        return text
    return clip(text, width - 2) + ".."[: max(0, width)]
