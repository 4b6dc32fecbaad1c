"""What moves over a picture: the layer of its cells, and what it costs.

A picture is drawn once for each state of the world. What glides over it is put down on the canvas with `Canvas.fly`, as
a thing that can draw itself at any moment; the view asks it anew in every frame, on an `Over`: the few cells that lie
above the picture. Only those of them that changed go to the terminal.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, Protocol

from tui.look.palette import DEFAULT, SHADES, Ink, Palette, mix
from tui.prose import to_ascii

BRAILLE = 0x2800
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a Braille cell, by row and column (Unicode 16.0, block U+2800)."""
LABELLED = 8
"""With more packets than that under way there are no labels on them: they would hide one another."""
TAILS = ((12, 16), (24, 9), (60, 5))
"""Up to so many packets have tails so many dots long; more are heads alone."""
ABOVE_AND_BELOW = (-1, 1, -2, 2)
"""Rows from the head of a packet in which its label may stand, the best first."""
BESIDE = 3
"""Columns from its head to a label that has no room there."""


HEAD_LIKENESS = "*"
"""The head of a packet in ASCII, however few of its dots lie in a cell."""


class Cell(NamedTuple):
    """A cell of that layer: a colour of DEFAULT is the ink's, a ground of DEFAULT that of the picture."""

    char: str
    ink: Ink
    shade: int = 0
    ground: int = DEFAULT


class Below(Protocol):
    """What an `Over` needs to know of the picture that it lies on: a `Canvas`."""

    width: int
    height: int
    ascii_only: bool
    palette: Palette
    world: str
    chars: list[list[str]]
    inks: list[list[Ink]]
    shades: list[list[int]]
    fores: list[list[int]]
    owned: list[list[bool]]

    def ground(self, x: int, y: int) -> int:
        """The colour behind a cell."""


class Surface(Protocol):
    """What packets and bursts are drawn on: a `Canvas`, or an `Over`."""

    @property
    def width(self) -> int:
        """Columns."""

    @property
    def height(self) -> int:
        """Rows."""

    def dot(self, x: int, y: int, ink: Ink = Ink.QUIET, shade: int = 0) -> None:
        """Set a dot."""

    def put(self, x: int, y: int, text: str, ink: Ink = Ink.PLAIN, shade: int = 0) -> int:
        """Write text; the column after it."""

    def label(self, at: tuple[int, int], text: str, ink: Ink, shade: int = 0) -> None:
        """Write text above the dot `at`, or below it, where there is room."""


class Moving(Protocol):
    """What moves over a picture. `key` tells it from others, from one picture of the same state to the next."""

    @property
    def key(self) -> Hashable:
        """What it is, of whatever picture."""

    def draw(self, over: Surface, passed: int, look: Look) -> None:
        """Draw it as it is so long (µs of the watcher's clock) after it was put down."""

    def burst(self, passed: int) -> Burst | None:
        """Where it has just been lost, if it is lost by then, and that may be seen."""


class Burst(NamedTuple):
    """A loss: at which dot, and of what."""

    at: tuple[int, int]
    label: str


class Look(NamedTuple):
    """How much motion there is.

    still   less of it: no tails, and packets in steps.
    tail    dots of a tail; `labels`: are packets labelled?
    alone   is this the only picture of that moment? Then what lasts for some pictures is drawn by the world's time.
    """

    still: bool = False
    tail: int = 16
    labels: bool = True
    alone: bool = False

    @staticmethod
    def of(count: int, *, still: bool = False, alone: bool = False) -> Look:
        """What can be had with so many packets: tails go first."""
        tail = 0 if still else next((tail for most, tail in TAILS if count <= most), 0)
        return Look(still, tail, count <= LABELLED, alone)


class Placed(NamedTuple):
    """Something that moves, and where the picture lies that it was put down on: its origin and the part of the canvas
    within which it may be seen, (x, y, width, height)."""

    thing: Moving
    x: int
    y: int
    clip: tuple[int, int, int, int]

    def moved(self, x: int, y: int, width: int, height: int) -> Placed | None:
        """The same on a canvas on which that picture lies at (x, y), and of which so much is there; None if nothing
        of it can be seen."""
        left, top, wide, high = self.clip
        right, bottom = min(left + wide + x, width), min(top + high + y, height)
        left, top = max(0, left + x), max(0, top + y)
        if right <= left or bottom <= top:
            return None
        return Placed(self.thing, self.x + x, self.y + y, (left, top, right - left, bottom - top))


class Over:
    """The cells above a picture, by column and row. It takes what a `Canvas` takes of what moves; text of the picture
    wins over dots, and a label lies on no text, no other label and no packet."""

    def __init__(self, below: Below) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self._below = below
        self._dots: dict[tuple[int, int], tuple[int, Ink, int]] = {}
        self._labels: list[tuple[Placed | None, tuple[int, int], str, Ink, int]] = []
        self._place: Placed | None = None

    @property
    def width(self) -> int:
        return self._below.width if self._place is None else self._place.clip[0] + self._place.clip[2] - self._place.x

    @property
    def height(self) -> int:
        return self._below.height if self._place is None else self._place.clip[1] + self._place.clip[3] - self._place.y

    def at(self, place: Placed | None) -> None:
        """From here on everything is drawn as that picture lies; None: as the whole does."""
        self._place = place

    def _cell(self, x: int, y: int) -> tuple[int, int] | None:
        """A cell of the picture as one of the whole; None outside of what may be seen: also of a picture that was put
        down before the whole became smaller."""
        if self._place is not None:
            x, y = x + self._place.x, y + self._place.y
            left, top, wide, high = self._place.clip
            if not (left <= x < left + wide and top <= y < top + high):
                return None
        return (x, y) if 0 <= x < self._below.width and 0 <= y < self._below.height else None

    def dot(self, x: int, y: int, ink: Ink = Ink.QUIET, shade: int = 0) -> None:
        """Set a dot, where no text is. Of two packets in one cell the brighter dot says the ink."""
        cell = self._cell(x >> 1, y >> 2)
        if cell is None or self._below.owned[cell[1]][cell[0]]:
            return
        bits, old, there = self._dots.get(cell, (0, ink, shade))
        if there < shade:
            ink, shade = old, there
        self._dots[cell] = bits | BITS[y & 3][x & 1], ink, shade

    def put(self, x: int, y: int, text: str, ink: Ink = Ink.PLAIN, shade: int = 0) -> int:
        """Write text over whatever is there; the column after it."""
        if self._below.ascii_only and not text.isascii():
            text = to_ascii(text.translate(GLYPHS))
        for column, char in enumerate(text, x):
            cell = self._cell(column, y)
            if cell is not None:
                self.cells[cell] = Cell(char if char.isprintable() else "?", ink, shade)
        return x + len(text)

    def label(self, at: tuple[int, int], text: str, ink: Ink, shade: int = 0) -> None:
        """Write text near the dot `at`, once all dots are set, where there is room."""
        self._labels.append((self._place, at, text, ink, shade))

    def light(self, x: int, y: int, width: int, ink: Ink, share: float) -> None:
        """A flash on cells that stay as they are: so much of an ink in their ground; without colours turned round."""
        palette = self._below.palette
        for column in range(x, x + width):
            cell = self._cell(column, y)
            if cell is None or self._below.fores[cell[1]][cell[0]] != DEFAULT:
                continue  # pixels have no letter that could be lit
            left, top = cell
            if palette.mixes:
                ground = mix(self._below.ground(left, top), palette.fill(ink, self._below.world), share)
                self.cells[cell] = Cell(self._below.chars[top][left], Ink.LIVE, 0, ground)
            else:
                self.cells[cell] = Cell(self._below.chars[top][left], Ink.CHOSEN)

    def shift(self, x: int, y: int, width: int, by: int) -> None:
        """These cells of the picture, so many columns to the right; what is not covered is blank."""
        below = self._below
        for column in range(max(x, 0), min(x + width, below.width)):
            source = column - by
            there = x <= source < x + width and 0 <= source < below.width and 0 <= y < below.height
            cell = self._cell(column, y)
            if cell is not None:
                found = Cell(below.chars[y][source], below.inks[y][source], below.shades[y][source]) if there else None
                self.cells[cell] = found or Cell(" ", Ink.PLAIN)

    def dim(self, x: int, y: int, width: int, shade: int) -> None:
        """These cells of the picture as they are, so many shades nearer to the ground."""
        below = self._below
        for column in range(x, x + width):
            cell = self._cell(column, y)
            if cell is not None and below.fores[cell[1]][cell[0]] == DEFAULT:
                left, top = cell
                darker = min(SHADES - 1, below.shades[top][left] + shade)
                self.cells[cell] = Cell(below.chars[top][left], below.inks[top][left], darker)

    def settle(self) -> Mapping[tuple[int, int], Cell]:
        """The cells, all dots and labels in them."""
        for place, at, text, ink, shade in self._labels:
            self._place = place
            self._settle_label(at, text, ink, shade)
        self._place, self._labels = None, []
        chars, plain = self._below.chars, self._below.ascii_only
        for (x, y), (bits, ink, shade) in self._dots.items():
            if (x, y) in self.cells:
                continue
            if plain:
                char = HEAD_LIKENESS if shade == 0 and ink is not Ink.QUIET else likeness(bits)
            else:
                under = ord(chars[y][x]) - BRAILLE
                char = chr(BRAILLE | bits | (under if 0 < under < 256 else 0))
            self.cells[x, y] = Cell(char, ink, shade)
        self._dots = {}
        return self.cells

    def _settle_label(self, at: tuple[int, int], text: str, ink: Ink, shade: int) -> None:
        x, y = at[0] // 2, at[1] // 4
        start = max(0, min(x - len(text) // 2, self.width - len(text)))
        spots = [(start, y + row) for row in ABOVE_AND_BELOW]
        beside = [(x + BESIDE, y), (x - BESIDE - len(text), y)]
        for blank, some in ((True, spots), (False, spots), (False, beside)):  # rather on plain ground than on a line
            for left, row in some:
                cells = [self._cell(column, row) for column in range(left - 1, left + len(text) + 1)]
                free = all(self._is_free(cell, blank) for cell in cells[1:-1])
                if free and not any(cell in self.cells for cell in cells):
                    self.put(left, row, text, ink, shade)
                    return

    def _is_free(self, cell: tuple[int, int] | None, blank: bool) -> bool:
        """Is neither text nor the head of a packet there? Nor, if it is to be `blank`, any line or tail?"""
        if cell is None or self._below.owned[cell[1]][cell[0]]:
            return False
        found = self._dots.get(cell)
        if blank:
            return found is None and not self._is_line(cell)
        return found is None or found[2] > 0

    def _is_line(self, cell: tuple[int, int]) -> bool:
        """Do dots of the picture lie there that are no mist?"""
        x, y = cell
        return self._below.chars[y][x] != " " and self._below.inks[y][x] is not Ink.FOG


def layer(below: Below, things: Sequence[Placed], passed: int = 0, *, still: bool = False, alone: bool = False) -> Over:
    """Everything that moves over a picture, so long (µs) after that was drawn; not settled yet."""
    over = Over(below)
    look = Look.of(len(things), still=still, alone=alone)
    for place in things:
        over.at(place)
        place.thing.draw(over, passed, look)
    over.at(None)
    return over


def likeness(bits: int) -> str:
    """A cell of dots in ASCII, by how many there are."""
    count = bits.bit_count()
    return "." if count <= 2 else ":" if count <= 4 else "*" if count <= 7 else "#"


GLYPHS = str.maketrans(
    {"─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
     "╱": "/", "╲": "\\", "·": ".", "▓": "#", "░": ".", "█": "#", "▒": "=", "▲": "^", "▼": "v", "▁": "_", "▂": ".",
     "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "#", "╌": "-", "╎": ":", "━": "=", "▀": "'", "▐": "[", "▌": "]",
     "▏": "|", "▎": "|", "▍": "|", "▋": "#", "▊": "#", "▉": "#", "▙": "\\", "▟": "/", "╭": ".", "╮": ".", "╰": "'",
     "╯": "'", "┄": ".", "┊": ":", "○": "o", "◔": "1", "◑": "2", "●": "3", "◆": "#", "★": "*", "☆": ".", "▸": ">",
     "◂": "<", "■": "#", "◌": "?", "✓": "+", "✗": "x", "╳": "x", "↑": "^", "↓": "v", "◇": "*"}
)  # fmt: skip
"""What each glyph is in ASCII."""
