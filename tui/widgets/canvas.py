"""A canvas of cells, and the widget that shows one by Textual's Line API.

`Canvas` knows nothing of Textual: pictures, panels and controls draw on it and are tested as text. `CanvasView` asks
its `paint` for a new picture when told to, compares it with the one on the screen, and repaints the rows that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import StrEnum
from itertools import groupby
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.prose import to_ascii


class Ink(StrEnum):
    """What a cell means; the theme says how that looks. A glyph or a word must say it as well."""

    PLAIN = "plain"
    QUIET = "quiet"
    STRONG = "strong"
    YOU = "you"
    PACKET = "packet"
    ACCENT = "accent"
    GOOD = "good"
    COSTLY = "costly"
    BAD = "bad"
    CHOSEN = "chosen"
    DONE = "done"


_GLYPHS = str.maketrans(
    {"─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
     "╱": "/", "╲": "\\", "·": ".", "▓": "#", "░": ".", "█": "#", "▒": "=", "▲": "^", "▼": "v", "▁": "_", "▂": ".",
     "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "#", "╌": "-", "╎": ":", "━": "="}
)  # fmt: skip


class Hot(NamedTuple):
    """A part of the canvas that a click means something in: `target` is what."""

    x: int
    y: int
    width: int
    height: int
    target: Hashable


class Canvas:
    """`width` x `height` cells, each a character and an ink. Whatever lies outside is cut off, never an error.

    With `ascii_only` every glyph is replaced by its ASCII likeness as it is drawn.
    """

    def __init__(self, width: int, height: int, *, ascii_only: bool = False) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self.ascii_only = ascii_only
        self.chars = [[" "] * self.width for _ in range(self.height)]
        self.inks: list[list[Ink]] = [[Ink.PLAIN] * self.width for _ in range(self.height)]
        self.hots: list[Hot] = []

    def put(self, x: int, y: int, text: str, ink: Ink = Ink.PLAIN) -> int:
        """Write `text` from (x, y) to the right; the column after it."""
        if self.ascii_only and not text.isascii():
            text = to_ascii(text.translate(_GLYPHS))
        end = x + len(text)
        if 0 <= y < self.height and x < self.width and end > 0:
            if x < 0:
                text, x = text[-x:], 0
            text = text[: self.width - x]
            stop = x + len(text)
            if not text.isprintable():
                text = "".join(char if char.isprintable() else "?" for char in text)
            self.chars[y][x:stop] = text
            self.inks[y][x:stop] = [ink] * len(text)
        return end

    def centre(self, x: int, y: int, text: str, ink: Ink = Ink.PLAIN) -> None:
        """Write `text` with its middle at column x, moved in if it would be cut at an edge."""
        self.put(max(0, min(x - len(text) // 2, self.width - len(text))), y, text, ink)

    def right(self, y: int, text: str, ink: Ink = Ink.PLAIN, margin: int = 0) -> None:
        """Write `text` so that it ends `margin` cells before the right edge."""
        self.put(self.width - margin - len(text), y, text, ink)

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

    def free(self, x: int, y: int, width: int) -> bool:
        """Are these cells blank, and on the canvas?"""
        if not (0 <= y < self.height and x >= 0 and x + width <= self.width):
            return False
        return "".join(self.chars[y][x : x + width]).isspace()

    def hot(self, x: int, y: int, width: int, target: Hashable, height: int = 1) -> None:
        """A click in these cells means `target`."""
        self.hots.append(Hot(x, y, width, height, target))

    def at(self, x: int, y: int) -> Hashable | None:
        """What a click there means; the part drawn last wins."""
        for hot in reversed(self.hots):
            if hot.x <= x < hot.x + hot.width and hot.y <= y < hot.y + hot.height:
                return hot.target
        return None

    def blit(self, other: Canvas, x: int, y: int) -> None:
        """Copy another canvas into this one, its hot parts too."""
        for row in range(other.height):
            if 0 <= y + row < self.height:
                width = min(other.width, self.width - x)
                self.chars[y + row][x : x + width] = other.chars[row][:width]
                self.inks[y + row][x : x + width] = other.inks[row][:width]
        for hot in other.hots:
            self.hots.append(Hot(hot.x + x, hot.y + y, hot.width, hot.height, hot.target))

    def text(self, y: int) -> str:
        """One row as text."""
        return "".join(self.chars[y])

    def __str__(self) -> str:
        return "\n".join(self.text(y).rstrip() for y in range(self.height))


def cells_between(x0: int, y0: int, x1: int, y1: int) -> list[tuple[int, int]]:
    """The cells of a straight line, both ends included."""
    steps = max(abs(x1 - x0), abs(y1 - y0))
    if steps == 0:
        return [(x0, y0)]
    return [(x0 + (x1 - x0) * n // steps, y0 + round((y1 - y0) * n / steps)) for n in range(steps + 1)]


def wrapped(text: str, width: int, rows: int = 1_000) -> list[str]:
    """The text in lines of at most `width`, broken at blanks; the last of `rows` ends in "..." if more would follow.

    Not at hyphens: half of "--ascii" or of "go-back-N" is no word. One that is longer than a line is cut all the same.
    """
    import textwrap

    lines = textwrap.wrap(text, max(4, width), break_on_hyphens=False) or [""]
    if len(lines) > rows:
        lines = lines[:rows]
        if rows:
            lines[-1] = lines[-1][: max(0, width - 4)].rstrip() + " ..."
    return lines


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells; one that is too long ends in ".."."""
    if len(text) <= width:
        return text
    return text[: max(0, width - 2)] + ".."[: max(0, width)]


Paint = Callable[[Canvas], None]


class CanvasView(Widget, can_focus=False):
    """Shows what `paint` draws on a canvas of the widget's size. `redraw` repaints the rows that changed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"canvas--{ink}" for ink in Ink}

    class Clicked(Message):
        """A hot part was clicked (or wheeled over: `delta` -1 up, 1 down)."""

        def __init__(self, view: CanvasView, target: Hashable, delta: int = 0) -> None:
            super().__init__()
            self.view = view
            self.target = target
            self.delta = delta

    def __init__(self, paint: Paint, *, id: str, ascii_only: bool = False) -> None:
        super().__init__(id=id)
        self._paint = paint
        self._ascii = ascii_only
        self.canvas = Canvas(0, 0)
        self._styles: dict[Ink, Style] = {}

    def redraw(self) -> int:
        """Draw anew; how many rows changed (and will be repainted)."""
        width, height = self.content_size
        fresh = Canvas(width, height, ascii_only=self._ascii)
        if width and height:
            self._paint(fresh)
        old, self.canvas = self.canvas, fresh
        if (old.width, old.height) != (width, height):
            self.refresh()
            return height
        changed = [y for y in range(height) if old.chars[y] != fresh.chars[y] or old.inks[y] != fresh.inks[y]]
        if changed:
            left, top = self.gutter.left, self.gutter.top
            self.refresh(*(Region(left, top + y, width, 1) for y in changed))
        return len(changed)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = {}

    def on_resize(self) -> None:
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        self._hit(event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._hit(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._hit(event, 1)

    def _hit(self, event: events.MouseEvent, delta: int = 0) -> None:
        offset = event.get_content_offset(self)
        if offset is not None:
            target = self.canvas.at(offset.x, offset.y)
            if target is not None or delta:
                self.post_message(self.Clicked(self, target, delta))

    def _style(self, ink: Ink) -> Style:
        style = self._styles.get(ink)
        if style is None:
            style = self._styles[ink] = self.get_component_rich_style(f"canvas--{ink}")
        return style

    def render_line(self, y: int) -> Strip:
        canvas = self.canvas
        width = self.content_size.width
        if y >= canvas.height or canvas.width != width:
            return Strip.blank(width, self.rich_style)
        text = canvas.text(y)
        segments: list[Segment] = []
        start = 0
        for ink, run in groupby(canvas.inks[y]):
            stop = start + len(tuple(run))
            segments.append(Segment(text[start:stop], self._style(ink)))
            start = stop
        return Strip(segments, width)
