"""Which run is to play beside the player: his own of this level, and what friends have sent him."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tui.keymap import Scope
from tui.rival import Tape
from tui.screens.base import AckademyScreen, bindings
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, Ink, cut
from tui.widgets.view import CanvasView

NAME = 26


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

    def compose(self) -> ComposeResult:
        yield HeaderBar("Ackademy", self.game.text(self._title), "a ghost beside you")
        yield CanvasView(self._paint, id="ghosts", ascii_only=self.game.options.ascii)
        without = frozenset() if self.tapes else frozenset({"ghosts.race", "ghosts.up"})
        yield KeyBar(self.SCOPE, self.game.keymap, without=without)

    def _paint(self, canvas: Canvas) -> None:
        canvas.sky()
        width = canvas.width - 4
        if not self.tapes:
            y = 1 + canvas.wrap(2, 1, "No run of this level can play beside you yet: play it once.", width, 2)
        else:
            y = 1 + canvas.wrap(2, 1, "It answers as it did, on its own seed; you see it as far as you are.", width, 2)
        words = f"A friend's run: put his file into {self._folder}"
        if not self.game.options.visitor:
            words += f", or: ackademy play {self.level} --ghost FILE.run"
        y += 1 + canvas.wrap(2, y, self.game.text(words), width, 4, Ink.QUIET)
        rows = max(1, canvas.height - y - 1)
        first = max(0, min(self.chosen - rows // 2, len(self.tapes) - rows))
        for place, tape in list(enumerate(self.tapes))[first : first + rows]:
            ink = Ink.YOU if place == self.chosen else Ink.PLAIN
            canvas.put(1, y, "▸" if place == self.chosen else " ", Ink.YOU)
            x = canvas.put(3, y, f"{cut(self.game.text(tape.name), NAME):<{NAME}} ", ink)
            canvas.put(x, y, cut(f"seed {tape.seed}  {tape.words}", canvas.width - x - 1), Ink.QUIET)
            canvas.hot(0, y, canvas.width, ("tape", place))
            y += 1

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
