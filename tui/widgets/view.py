"""The widget that shows a canvas, by Textual's Line API.

It asks its `paint` for a new picture when told to, compares it with the one on the screen, and repaints what differs.
What moves over the picture (`Canvas.fly`) lies in a layer of its own: of a frame only the cells go to the terminal that
this layer changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import groupby

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.cropping import is_checked
from tui.look.drift import Drift
from tui.look.effects import Effect, Loss
from tui.look.moving import Cell, layer
from tui.look.palette import DEFAULT, Palette
from tui.theme import palette_of
from tui.widgets.canvas import Canvas

__all__ = ["CanvasView", "Paint", "runs_of"]

Paint = Callable[[Canvas], None]


class CanvasView(Widget, can_focus=False):
    """Shows what `paint` draws on a canvas of the widget's size, and what moves over it. `redraw` draws anew, `advance`
    only what moves; either way what changed is repainted, and nothing else.

    `world`: id of the world whose ink and sky it has.
    still    is there to be less motion?
    """

    class Clicked(Message):
        """A hot part was clicked (or wheeled over: `delta` -1 up, 1 down)."""

        def __init__(self, view: CanvasView, target: Hashable, delta: int = 0) -> None:
            super().__init__()
            self.view = view
            self.target = target
            self.delta = delta

    def __init__(self, paint: Paint, *, id: str, ascii_only: bool = False, world: str = "") -> None:
        super().__init__(id=id)
        self._paint = paint
        self._ascii = ascii_only
        self._world = world
        self._palette: Palette | None = None
        self.canvas = Canvas(0, 0)
        self.still = False
        self._over: dict[int, dict[int, Cell]] = {}
        self._drift = Drift()
        self._effects: list[tuple[Effect, int]] = []
        self._passed = 0
        self._burst: set[Hashable] = set()

    @property
    def palette(self) -> Palette:
        """The colours of the theme."""
        if self._palette is None:
            self._palette = palette_of(self.app.current_theme)
        return self._palette

    def redraw(self) -> int:
        """Draw anew; how many cells changed (and will be repainted)."""
        width, height = self.content_size
        fresh = Canvas(width, height, ascii_only=self._ascii, palette=self.palette, world=self._world)
        if width and height:
            self._paint(fresh)
            fresh.settle()
            self._drift.lay(fresh)
        old, self.canvas = self.canvas, fresh
        if (old.width, old.height) != (width, height):
            self._lay_over(0)
            self.refresh()
            return width * height
        changed = {(x, y) for y in range(height) for x in _changed(old, fresh, y)}
        return self._repaint(changed | self._lay_over(0))

    # What moves

    @property
    def is_lively(self) -> bool:
        """Does something last that happened a few pictures ago?"""
        return bool(self._effects)

    def advance(self, passed: int) -> int:
        """The next picture of what moves, so long (µs) after it was drawn; how many cells that changed. While the world
        runs mist drifts, unless there is to be less motion."""
        self._effects = [(one, frame + 1) for one, frame in self._effects if frame + 1 < one.frames]
        drifted = self._drift.step(self.canvas) if passed and not self.still else set()
        return self._repaint(drifted | self._lay_over(passed))

    def show(self, effect: Effect) -> None:
        """Something that lasts for some pictures begins."""
        self._effects.append((effect, 0))
        self._repaint(self._lay_over(self._passed))

    def calm(self) -> None:
        """What lasts is over: something else is looked at now."""
        if self._effects:
            self._effects = []
            self._repaint(self._lay_over(self._passed))

    def _lay_over(self, passed: int) -> set[tuple[int, int]]:
        """Make the layer of what moves; the cells in which it is another than before."""
        canvas = self.canvas
        self._passed = passed
        self._see_losses(passed)
        if not canvas.moving and not self._effects and not self._over:
            return set()
        over = layer(canvas, canvas.moving, passed, still=self.still)
        for effect, frame in self._effects:
            effect.draw(over, frame, still=self.still)
        rows: dict[int, dict[int, Cell]] = {}
        for (x, y), cell in over.settle().items():
            rows.setdefault(y, {})[x] = cell
        old, self._over = self._over, rows
        changed = set()
        for y in old.keys() | rows.keys():
            before, after = old.get(y, {}), rows.get(y, {})
            changed |= {(x, y) for x in before.keys() | after.keys() if before.get(x) != after.get(x)}
        return changed

    def _see_losses(self, passed: int) -> None:
        """What has just been lost bursts, once."""
        lost = set()
        for place in self.canvas.moving:
            found = place.thing.burst(passed)
            if found is not None:
                lost.add(place.thing.key)
                if place.thing.key not in self._burst:
                    self._effects.append((Loss(place, found.at, found.label), 0))
        self._burst = lost

    def _repaint(self, cells: set[tuple[int, int]]) -> int:
        """Have these cells painted; how many there are."""
        if cells:
            runs = runs_of(cells, whole=not is_checked())
            self.refresh(*(Region(x, y, width, 1) for x, y, width in runs))
        return len(cells)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._palette = None

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

    def render_line(self, y: int) -> Strip:
        canvas = self.canvas
        width = self.content_size.width
        base = self.rich_style
        if y >= canvas.height or canvas.width != width:
            return Strip.blank(width, base)
        chars, cells = (
            canvas.chars[y],
            zip(canvas.inks[y], canvas.shades[y], canvas.fores[y], canvas.grounds[y], strict=True),
        )
        looks = list(cells)
        if over := self._over.get(y):
            chars = chars.copy()
            for x, cell in over.items():
                chars[x] = cell.char
                ground = looks[x][3] if cell.ground == DEFAULT else cell.ground
                looks[x] = cell.ink, cell.shade, DEFAULT, ground
        segments: list[Segment] = []
        style, world = self.palette.style, self._world
        start = 0
        for look, run in groupby(looks):
            stop = start + len(tuple(run))
            segments.append(Segment("".join(chars[start:stop]), base + style(*look, world)))
            start = stop
        return Strip(segments, width)


def runs_of(cells: Iterable[tuple[int, int]], *, whole: bool = False) -> list[tuple[int, int, int]]:
    """Cells as runs of neighbours in a row, (column, row, width) each; one run a row if `whole`."""
    found: list[tuple[int, int, int]] = []
    for y, x in sorted((y, x) for x, y in cells):
        if found and found[-1][1] == y and (whole or found[-1][0] + found[-1][2] == x):
            found[-1] = found[-1][0], y, x - found[-1][0] + 1
        else:
            found.append((x, y, 1))
    return found


def _changed(old: Canvas, new: Canvas, y: int) -> list[int]:
    """The columns in which a row differs."""
    before = (old.chars[y], old.inks[y], old.shades[y], old.fores[y], old.grounds[y])
    after = (new.chars[y], new.inks[y], new.shades[y], new.fores[y], new.grounds[y])
    if before == after:
        return []
    pairs = zip(zip(*before, strict=True), zip(*after, strict=True), strict=True)
    return [x for x, (one, other) in enumerate(pairs) if one != other]
