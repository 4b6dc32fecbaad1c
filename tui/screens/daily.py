"""The daily: five situations of the day, one answer each, and the line to tell others."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from levels.daily import BLOCKS, MONTHS, PLAIN, Mark, Situation, share_line, situations
from tui.daily import Played, count, counted
from tui.keymap import Scope, key_name
from tui.language import later, said
from tui.screens.base import AckademyScreen, bindings
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, Ink, cut
from tui.widgets.view import CanvasView

WORDS = {
    Mark.GOOD: (later("as good as the book's answer"), Ink.GOOD),
    Mark.COSTLY: (later("costly"), Ink.COSTLY),
    Mark.WRONG: (later("wrong"), Ink.BAD),
}
TITLE = 34


class DailyScreen(AckademyScreen[None]):
    """Lists the day's situations; Enter plays the next one. Only the first time counts, and only of today.

    played   what came of each so far, in this round.
    again    is this a round that does not count?
    """

    SCOPE = Scope.DAILY
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(self, day: date | None = None) -> None:
        """`day`: None for today."""
        super().__init__()
        self._wanted = day
        self.situations: list[Situation] = []
        self.played: list[Played] = []
        self.again = False
        self.day = date.min
        self._ready = False

    def compose(self) -> ComposeResult:
        yield HeaderBar("Ackademy", said("the daily"))
        yield CanvasView(self._paint, id="daily", ascii_only=self.game.options.ascii)
        yield KeyBar(self.SCOPE, self.game.keymap)

    def on_mount(self) -> None:
        today = self.game.today()
        self.day = self._wanted or today
        self.again = self.day != today
        self.played = [] if self.again else counted(self.game.progress, self.day)
        self.run_worker(self._choose, thread=True, name="daily")

    def _choose(self) -> None:
        """Beside the screen: some books play some levels for it."""
        found = situations(self.day)
        self.app.call_from_thread(self._chosen, found)

    def _chosen(self, found: list[Situation]) -> None:
        self.situations = found
        self._ready = True
        self._redraw()

    # Drawing

    @property
    def done(self) -> bool:
        """Has every situation been played in this round?"""
        return bool(self.situations) and len(self.played) >= len(self.situations)

    @property
    def share(self) -> str:
        """The line to tell others; "" before the end."""
        if not self.done:
            return ""
        line = share_line(
            self.day, self.situations[-1], [one.mark for one in self.played], self.played[-1].figure,
            plain=self.game.options.ascii,
        )  # fmt: skip
        return f"{line} ({said('again')})" if self.again else line

    def _redraw(self) -> None:
        for view in self.query("#daily").results(CanvasView):  # none, while the screen is being taken away
            view.redraw()
        for bar in self.query(KeyBar):
            bar.call("daily.play", said("once more") if self.done else said("play"))
            bar.leave_out(frozenset() if self.done else frozenset({"daily.copy"}))

    def _paint(self, canvas: Canvas) -> None:
        canvas.sky()
        day = f"{self.day.day} {MONTHS[self.day.month - 1]} {self.day.year}"
        canvas.put(2, 1, day, Ink.STRONG)
        rules = said("Five situations, one answer each: the book plays before it and after it.")
        canvas.put(2, 2, cut(rules, canvas.width - 4), Ink.QUIET)
        if self.again and self._ready:
            words = said("Once more: this counts for nothing.")
            if self.day != self.game.today():
                words = said("Another day counts not.")
            canvas.put(2, 3, words, Ink.COSTLY)
        if not self._ready:
            canvas.put(2, 5, said("Choosing them ..."), Ink.QUIET)
            return
        if not self.situations:
            canvas.put(2, 5, said("There is no level here that could be asked of."), Ink.QUIET)
            return
        blocks = PLAIN if self.game.options.ascii else BLOCKS
        y = 5
        for place, one in enumerate(self.situations):
            played = self.played[place] if place < len(self.played) else None
            following = place == len(self.played)
            ink = Ink.YOU if following else Ink.PLAIN if played is not None else Ink.QUIET
            canvas.put(2, y, "▸" if following else " ", Ink.YOU)
            title = self.game.text(one.level.title)
            canvas.put(4, y, cut(f"{place + 1}  {title}", TITLE), ink)
            if played is not None:
                words, its_ink = WORDS[played.mark]
                canvas.put(4 + TITLE + 1, y, blocks[played.mark], its_ink)
                canvas.put(4 + TITLE + 3, y, said(words), its_ink)
            y += 2 if canvas.height >= 20 else 1
        if self.share:
            canvas.put(2, y + 1, self.share, Ink.STRONG)
            key = key_name(self.game.keymap.keys_of("daily.copy")[0])
            canvas.put(2, y + 2, said("{key} copies this line").format(key=key), Ink.QUIET)

    # Keys

    def action_play(self) -> None:
        if not self._ready or not self.situations:
            return
        if self.done:
            self.again, self.played = True, []
            self._redraw()
            return
        stage = self.game.stage
        if stage is not None:
            self.game.lay_above(stage.situation(self.situations[len(self.played)], self._take))

    def _take(self, played: Played) -> None:
        """One more is played."""
        if self.done:
            return
        self.played.append(played)
        if not self.again:
            count(self.game.progress, self.day, self.played)
        self._redraw()

    def on_screen_resume(self) -> None:  # beside the base class's own: Textual calls both
        self._redraw()

    def action_copy(self) -> None:
        if self.share:
            self.app.copy_to_clipboard(self.share)
            self.game.notify(f"{said('Copied')}: {self.share}", markup=False)

    def action_leave(self) -> None:
        self.dismiss()
