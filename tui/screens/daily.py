"""The daily: five situations of the day, one answer each, and the line to tell others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from levels.daily import BLOCKS, MONTHS, PLAIN, Situation, share_line, situations
from levels.sweeping import main_measure
from tui.daily import Played, count, counted, in_a_row
from tui.keymap import Scope, key_name
from tui.language import said
from tui.model import Axis
from tui.prose import prose
from tui.screens.base import AckademyScreen, bindings
from tui.screens.daily_cards import SIGNS, WORDS, Card, Day, days_shown, draw, has_room
from tui.screens.glimpses import Glimpses
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, Ink, cut
from tui.widgets.view import CanvasView

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
        self._glimpses = Glimpses(self, self._redraw)
        self._streak = 0

    def compose(self) -> ComposeResult:
        yield HeaderBar("Ackademy", said("the daily"))
        yield CanvasView(self._paint, id="daily", ascii_only=self.game.options.ascii, world="map")
        yield KeyBar(self.SCOPE, self.game.keymap)

    def on_mount(self) -> None:
        today = self.game.today()
        self.day = self._wanted or today
        self.again = self.day != today
        self.played = [] if self.again else counted(self.game.progress, self.day)
        self._streak = in_a_row(self.game.progress, today)
        self.run_worker(self._choose, thread=True, name="daily")

    def _choose(self) -> None:
        """Beside the screen: some books play some levels for it."""
        found = situations(self.day)
        self.app.call_from_thread(self._chosen, found)

    def _chosen(self, found: list[Situation]) -> None:
        self.situations = found
        self._ready = True
        self._redraw()
        self._look()

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        """Have the pictures made, where there is room for them."""
        for view in self.query("#daily").results(CanvasView):
            if has_room(view.canvas):
                self._glimpses.want([one.level.id for one in self.situations], view.palette)

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
        month = said(MONTHS[self.day.month - 1])
        day = said("{day} {month} {year}", day=self.day.day, month=month, year=self.day.year)
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
        if has_room(canvas):
            y = self._tell(canvas, 4) if self.share else 4
            draw(canvas, y, self._cards(), self._days(days_shown(canvas)), self._streak)
            return
        self._list(canvas)

    def _list(self, canvas: Canvas) -> None:
        """The situations below each other: a small screen."""
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
                its_ink = SIGNS[played.mark][1]
                canvas.put(4 + TITLE + 1, y, blocks[played.mark], its_ink)
                canvas.put(4 + TITLE + 3, y, said(WORDS[played.mark]), its_ink)
            y += 2 if canvas.height >= 20 else 1
        if self.share:
            y = self._tell(canvas, y + 1)
        if self._streak > 1 and y + 1 < canvas.height:
            canvas.put(2, y + 1, f"{self._streak} {said('days in a row')}", Ink.QUIET)

    def _tell(self, canvas: Canvas, y: int) -> int:
        """The line to tell others, and which key copies it; the row below."""
        x = canvas.put(2, y, self.share, Ink.STRONG)
        key = key_name(self.game.keymap.keys_of("daily.copy")[0])
        words = said("{key} copies this line").format(key=key)
        if x + 4 + len(words) < canvas.width:
            canvas.put(x + 4, y, words, Ink.QUIET)
            return y + 2
        canvas.put(2, y + 1, words, Ink.QUIET)
        return y + 2

    def _cards(self) -> Sequence[Card]:
        key = key_name(self.game.keymap.keys_of("daily.play")[0])
        lines = {entry.id: entry.line for entry in self.game.entries_with_stars()}
        cards = []
        for place, one in enumerate(self.situations):
            level = one.level
            played = self.played[place] if place < len(self.played) else None
            about = prose(level.summary, ascii_only=self.game.options.ascii).plain
            cards.append(Card(
                self.game.text(level.title), level.world, lines.get(level.id, ""), about,
                self._glimpses.of(level.id), None if played is None else played.mark,
                "" if played is None else _figure(one, played), key if place == len(self.played) else "",
            ))  # fmt: skip
        return cards

    def _days(self, most: int) -> Sequence[Day]:
        """The days until this one, as many as have room; this one as far as it is played."""
        found = [self.day - timedelta(back) for back in range(most - 1, 0, -1)]
        marks = [[one.mark for one in counted(self.game.progress, day)] for day in found]
        return [*map(Day, found, marks), Day(self.day, [one.mark for one in self.played])]

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
            self._streak = in_a_row(self.game.progress, self.day)
        self._redraw()

    def on_screen_resume(self) -> None:  # beside the base class's own: Textual calls both
        self._redraw()
        self._look()

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        if event.target is not None:
            self.action_play()

    def action_copy(self) -> None:
        if self.share:
            self.app.copy_to_clipboard(self.share)
            self.game.notify(f"{said('Copied')}: {self.share}", markup=False)

    def action_leave(self) -> None:
        self.dismiss()


def _figure(one: Situation, played: Played) -> str:
    """What a situation's run came to, in words."""
    measure = main_measure(one.level.scenario)
    name, value = played.figure
    if name != measure.name:
        return f"{name} {value}"
    return Axis(measure.name, measure.unit, measure.higher).show(value)
