"""Which run is to play beside the player: his own of this level, and what friends have sent him."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from core.kernel.node import Answered
from tui.keymap import Scope
from tui.language import said
from tui.look.parts import spark
from tui.rival import Tape
from tui.screens.base import AckademyScreen, bindings
from tui.screens.glimpses import Glimpses
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, Ink, cut
from tui.widgets.view import CanvasView

NAME = 26
BESIDE = 100, 28
"""Columns and rows from which on the level's picture stands beside the list, with what the chosen run did."""
LIST = 56
"""Columns of the list then."""
BUSY = 3
"""Rows of how much was answered when."""
FACTS = 7
"""Rows of what is said of the chosen run."""


class GhostsScreen(AckademyScreen[None]):
    """Lists the runs that fit; Enter plays beside the chosen one. `folder`: where they lie."""

    SCOPE = Scope.GHOSTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(self, level: str, title: str, tapes: Sequence[Tape], folder: Path) -> None:
        super().__init__()
        self.level = level
        self.tapes = list(tapes)
        self.chosen = 0
        self._title = title
        self._folder = folder
        self._glimpses = Glimpses(self, self._redraw)

    def compose(self) -> ComposeResult:
        yield HeaderBar("Ackademy", self.game.text(self._title), said("a ghost beside you"))
        yield CanvasView(self._paint, id="ghosts", ascii_only=self.game.options.ascii)
        without = frozenset() if self.tapes else frozenset({"ghosts.race", "ghosts.up"})
        yield KeyBar(self.SCOPE, self.game.keymap, without=without)

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def on_screen_resume(self) -> None:  # beside the base class's own: Textual calls both
        self._look()

    def _look(self) -> None:
        """Have the level's picture made, where there is room for it."""
        for view in self.query("#ghosts").results(CanvasView):
            if view.canvas.width >= BESIDE[0] and view.canvas.height >= BESIDE[1]:
                self._glimpses.want([self.level], view.palette)

    def _redraw(self) -> None:
        for view in self.query("#ghosts").results(CanvasView):  # none, while the screen is being taken away
            view.redraw()

    def _paint(self, canvas: Canvas) -> None:
        canvas.sky()
        width = canvas.width - 4
        if not self.tapes:
            y = 1 + canvas.wrap(2, 1, said("No run of this level can play beside you yet: play it once."), width, 2)
        else:
            y = 1 + canvas.wrap(
                2, 1, said("It answers as it did, on its own seed; you see it as far as you are."), width, 2
            )
        words = said("A friend's run: put his file into {folder}", folder=self._folder)
        if not self.game.options.visitor:
            words += ", " + said("or: {command}", command=f"ackademy play {self.level} --ghost FILE.run")
        y += 1 + canvas.wrap(2, y, self.game.text(words), width, 4, Ink.QUIET)
        is_wide = canvas.width >= BESIDE[0] and canvas.height >= BESIDE[1]
        if is_wide:
            self._show(canvas, LIST + 2 if self.tapes else 2, y)
        self._list(canvas, y, LIST if is_wide else canvas.width)

    def _list(self, canvas: Canvas, y: int, width: int) -> None:
        """The runs, in so many columns."""
        rows = max(1, canvas.height - y - 1)
        first = max(0, min(self.chosen - rows // 2, len(self.tapes) - rows))
        for place, tape in list(enumerate(self.tapes))[first : first + rows]:
            ink = Ink.YOU if place == self.chosen else Ink.PLAIN
            canvas.put(1, y, "▸" if place == self.chosen else " ", Ink.YOU)
            x = canvas.put(3, y, f"{cut(self.game.text(tape.name), NAME):<{NAME}} ", ink)
            words = said("seed {seed}  {words}", seed=tape.seed, words=tape.words)
            canvas.put(x, y, cut(words, width - x - 1), Ink.QUIET)
            canvas.hot(0, y, width, ("tape", place))
            y += 1

    def _show(self, canvas: Canvas, x: int, y: int) -> None:
        """The level's picture as large as it goes, and below it the chosen run: as its file claims, and how much it
        answered when."""
        width = canvas.width - x - 2
        height = canvas.height - y - 1
        rows = height - (FACTS + BUSY if self.tapes else 0)
        glimpse = self._glimpses.of(self.level)
        if canvas.palette.mixes and not canvas.ascii_only:
            picture = canvas.part(width, rows)
            picture.grounds = [[canvas.palette.ground] * width for _ in range(rows)]
            if glimpse is not None:
                glimpse(picture)
            canvas.blit(picture, x, y)
        if not self.tapes:
            return
        tape = self.tapes[self.chosen]
        y += rows + 1
        canvas.tint(x, y, width, canvas.height - y - 1, Ink.FAINT, 0.25)
        canvas.put(x + 1, y, cut(self.game.text(tape.name), width - 2), Ink.YOU)
        canvas.put(x + 1, y + 1, cut(f"seed {tape.seed}   {self.game.text(tape.words)}", width - 2), Ink.PLAIN)
        asked = Counter(one.choice for one in tape.answers if one.how == "answer")
        most = "   ".join(f"{name} {count}" for name, count in asked.most_common(4))
        words = f"{len(tape.answers)} answers: {most}" if asked else f"{len(tape.answers)} answers"
        canvas.put(x + 1, y + 2, cut(words, width - 2), Ink.QUIET)
        busy = busy_of(tape.answers, width - 2)
        spark(canvas, x + 1, y + 3 + BUSY, [float(one) for one in busy], BUSY, max(busy, default=0), Ink.YOU)
        canvas.put(x + 1, y + 4 + BUSY, "begin", Ink.QUIET)
        canvas.put(x + width - 1 - len("last answer"), y + 4 + BUSY, "last answer", Ink.QUIET)

    def action_move(self, step: int) -> None:
        if self.tapes:
            self.chosen = max(0, min(len(self.tapes) - 1, self.chosen + step))
            self.query_one("#ghosts", CanvasView).redraw()

    def action_race(self) -> None:
        if self.tapes:
            self.game.race(self.level, self.tapes[self.chosen])

    def action_leave(self) -> None:
        self.dismiss()

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        if event.delta:
            self.action_move(event.delta)
        elif isinstance(event.target, tuple) and event.target[0] == "tape":
            place = int(event.target[1])
            again = place == self.chosen
            self.action_move(place - self.chosen)
            if again:
                self.action_race()


def busy_of(answers: Sequence[Answered], columns: int) -> list[int]:
    """How many of these came in each part of their run, by its events: so many parts, from the first to the last."""
    found = [0] * columns
    most = max((one.after for one in answers), default=0)
    for one in answers:
        found[min(columns - 1, one.after * columns // (most + 1))] += 1
    return found
