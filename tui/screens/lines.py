"""Two lines of play beside each other, step by step from where they part; below each other, or flipped, where there is
no room for both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tui.bridge import Bridge
from tui.clock import seconds
from tui.comparing import Line
from tui.keymap import Scope
from tui.language import said
from tui.pictures.general import picture_of
from tui.pictures.rows import SIDE_BY_SIDE, Row, draw_rows
from tui.screens.base import AckademyScreen, bindings
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, Ink, cut
from tui.widgets.view import CanvasView

MOST_LISTED = 4
"""Lines that are listed; of more those around the chosen one."""


class LinesScreen(AckademyScreen[None]):
    """Shows this run, and beside it one of the other lines. `bridge` is what says how they are drawn."""

    SCOPE = Scope.LINES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(self, bridge: Bridge, lines: Sequence[Line]) -> None:
        super().__init__()
        self.lines = list(lines)
        self.chosen = 1
        self.alone = -1
        """Which of the two is shown alone; -1: both."""
        self.stop = 0
        """Which of the stops is shown; the first is the moment before they part."""
        self._bridge = bridge
        self._draw_picture = picture_of(bridge.level.protocol)

    @property
    def _other(self) -> Line:
        return self.lines[self.chosen]

    @property
    def _stops(self) -> list[int]:
        """The moment at which they part, and from then on the times at which something happens in one of them."""
        times = {step.time for line in (self.lines[0], self._other) for step in line.steps}
        return [self._other.parts, *sorted(time for time in times if time >= self._other.parts)]

    def compose(self) -> ComposeResult:
        level = self._bridge.level
        yield HeaderBar("Ackademy", self.game.text(level.title), said("lines of play"))
        yield CanvasView(self._paint, id="lines", ascii_only=self.game.options.ascii, world=level.world)
        yield KeyBar(self.SCOPE, self.game.keymap)

    def _paint(self, canvas: Canvas) -> None:
        canvas.sky()
        if len(self.lines) < 2:
            canvas.wrap(2, 1, said("There is no other line: nothing was gone back to, and no better way was found."),
                        canvas.width - 4, 3, Ink.PLAIN)  # fmt: skip
            return
        y = self._list(canvas)
        stops = self._stops
        canvas.put(1, y, seconds(stops[self.stop] // 1000 * 1000), Ink.STRONG)
        words = (
            said("here they part")
            if not self.stop
            else said("the first difference")
            if self.stop == self._first
            else ""
        )
        canvas.put(14, y, words, Ink.YOU)
        canvas.right(y, said("step {place} of {all}", place=self.stop + 1, all=len(stops)), Ink.QUIET, 1)
        y += 1
        pair = [self.lines[0], self._other]
        rows = [self._row(line) for line in (pair if self.alone < 0 else [pair[self.alone]])]
        stage = canvas.part(canvas.width, canvas.height - y)
        stage.sky()
        draw_rows(stage, self._draw_picture, rows, wide=canvas.width >= SIDE_BY_SIDE)
        canvas.blit(stage, 0, y)

    def _list(self, canvas: Canvas) -> int:
        """The lines by their names, this run above; the row after them."""
        first = max(0, min(self.chosen - MOST_LISTED // 2, len(self.lines) - 1 - MOST_LISTED))
        others = list(enumerate(self.lines))[1:][first : first + MOST_LISTED]
        for y, (place, line) in enumerate([(0, self.lines[0]), *others]):
            mark = "▸" if place == self.chosen else " "
            ink = Ink.YOU if place == 0 else Ink.BOOK if place == self.chosen else Ink.QUIET
            canvas.put(0, y, mark, ink)
            sign, how = ("✓", Ink.GOOD) if line.won else ("✗", Ink.BAD)
            canvas.put(2, y, sign, how)
            canvas.put(4, y, cut(self.game.text(line.name), canvas.width - 6), ink)
            if place:
                canvas.hot(0, y, canvas.width, ("line", place))
        return 1 + len(others)

    def _row(self, line: Line) -> Row:
        time = self._stops[self.stop]
        step = line.at(time, before=not self.stop)
        ended = line.won if step is line.steps[-1] or time >= line.steps[-1].time else None
        return Row(
            line.name,
            self._bridge.reading.scene_of(line.world(time, before=not self.stop)),
            self.game.text(step.said),
            ended,
        )

    @property
    def _first(self) -> int:
        """At which stop something else has happened for the first time."""
        for place, time in enumerate(self._stops):
            if place and self.lines[0].at(time).said != self._other.at(time).said:
                return place
        return -1

    # Keys and clicks

    def _redraw(self) -> None:
        self.query_one("#lines", CanvasView).redraw()

    def action_step(self, steps: int) -> None:
        if len(self.lines) > 1:
            self.stop = max(0, min(len(self._stops) - 1, self.stop + steps))
            self._redraw()

    def action_end(self, which: int) -> None:
        if len(self.lines) > 1:
            self.stop = 0 if which < 0 else len(self._stops) - 1
            self._redraw()

    def action_choose(self, step: int) -> None:
        self._choose(self.chosen + step)

    def _choose(self, place: int) -> None:
        if len(self.lines) > 1:
            self.chosen = max(1, min(len(self.lines) - 1, place))
            self.stop = 0
            self._redraw()

    def action_flip(self) -> None:
        self.alone = {-1: 0, 0: 1, 1: -1}[self.alone]
        self._redraw()

    def action_leave(self) -> None:
        self.dismiss()

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        if event.delta:
            self.action_step(event.delta)
        elif isinstance(event.target, tuple) and event.target[0] == "line":
            self._choose(int(event.target[1]))
