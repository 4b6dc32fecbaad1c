"""The picture of two tapes: one lies still, the other is pushed and stretched under it; letters are arrows between."""

from __future__ import annotations

from core.kernel.time import MILLISECOND
from core.protocols.premise.tapes.choices import SHIFT, STRETCH
from core.protocols.premise.tapes.machine import Archivist
from core.protocols.premise.tapes.slack import EVEN, FREE, leaning, slack_at, stretched
from tui.language import counted, said
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

NAMES = 8
"""Columns before the tapes."""
SPAN = 400 * MILLISECOND
"""So much of the tapes is seen at once, or more if the two notes in question lie further apart."""
ROOMY = 20
"""Rows from which on a tape has a body, with its clock's marks on it."""
MARK = 100 * MILLISECOND
"""From one of them to the next."""
LEAST = 30
"""Columns below which there is no room for them."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """An archivist sees the tapes; everybody else the nodes."""
    asked = scene.asked
    me = asked.me if asked is not None and isinstance(asked.me, Archivist) else scene.me
    if not isinstance(me, Archivist) or canvas.width < LEAST or canvas.height < 6:
        general.draw(canvas, scene)
        return
    _Tapes(canvas, scene, me).draw()


class _Tapes:
    """One drawing of both tapes, as they lie now (or would, with what is being entered)."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Archivist) -> None:
        self.canvas, self.me = canvas, me
        self.shift = scene.setting(SHIFT.name, me.shift) * MILLISECOND
        self.stretch = scene.setting(STRETCH.name, me.stretch)
        self.number = me.number
        self.left, self.right = NAMES, canvas.width - 1
        self.thick = canvas.height // 6 if canvas.height >= ROOMY else 0
        self.top = 2 + self.thick
        self.bottom = canvas.height - 4 - self.thick if self.thick else max(4, min(8, canvas.height - 3))
        self.span = SPAN
        self.middle = self._middle()

    def _middle(self) -> int:
        """The time (µs, by the first tape) in the middle of what is seen."""
        pair = self.me.notes.get(self.number, {})
        if len(pair) == 2:
            mine, theirs = pair[self.me.one], self.place(pair[self.me.other])
            self.span = max(SPAN, 3 * abs(mine - theirs) // 2)
            return (mine + theirs) // 2
        stamps = [time for pair in self.me.notes.values() for name, time in pair.items() if name == self.me.one]
        stamps += [arrow.early if arrow.forth else arrow.late for arrow in self.me.arrows]
        return max(stamps, default=0)

    def place(self, stamp: int) -> int:
        """Where a stamp of the second tape lies on the first (µs)."""
        return stretched(stamp, self.stretch) + self.shift

    def x(self, time: int) -> int:
        """The column of a time by the first tape."""
        return (self.left + self.right) // 2 + (time - self.middle) * (self.right - self.left) // self.span

    def draw(self) -> None:
        """Tapes, arrows, notes, and the slack."""
        canvas, me = self.canvas, self.me
        for y, name in ((self.top, me.one), (self.bottom, me.other)):
            canvas.put(0, y, cut(name.upper(), NAMES - 1), Ink.STRONG)
            canvas.put(self.left, y, "─" * (self.right - self.left), Ink.QUIET)
        self._draw_bodies()
        beyond = 0
        for arrow in me.arrows:
            above = self.x(arrow.early if arrow.forth else arrow.late)
            below = self.x(self.place(arrow.late if arrow.forth else arrow.early))
            leans = leaning([arrow], self.shift, self.stretch)
            ink, glyph = (Ink.BAD, "x") if leans else (Ink.GOOD, "·")
            if max(above, below) < self.left or min(above, below) > self.right:
                beyond += leans
                continue
            canvas.line(above, self.top + 1, below, self.bottom - 1, glyph, ink)
            here, y = (below, self.bottom - 1) if arrow.forth else (above, self.top + 1)
            canvas.put(here, y, "v" if arrow.forth else "^", ink)
        for y in range(self.top + 1, self.bottom):  # an arrow from beyond the edge does not run on below the names
            canvas.put(0, y, " " * self.left)
        self._draw_notes()
        back = leaning(me.arrows, self.shift, self.stretch)
        push = counted(
            "{count} of {all} letters leans back: push {node}'s tape",
            "{count} of {all} letters lean back: push {node}'s tape",
            back,
            all=len(me.arrows),
            node=me.other,
        )
        push = push if back else ""
        if not slack_at(me.arrows, self.stretch).fits:
            push = said("no shift fits: stretch {node}'s tape", node=me.other)
        if me.asks:
            words = said(
                "{one} {stamp}, {other} {stamp_of_other}: who was first?",
                one=me.one,
                stamp=self._stamp(me.one),
                other=me.other,
                stamp_of_other=self._stamp(me.other),
            )
            x = canvas.put(0, 0, cut(words, canvas.width), Ink.ACCENT)
            if canvas.width - x > len(push) + 2:
                canvas.right(0, push, Ink.BAD)
        else:
            words = self._waiting_words()
            x = canvas.put(0, 0, cut(words, canvas.width), Ink.ACCENT if me.may_ask else Ink.QUIET)
            if canvas.width - x > len(push) + 2:
                canvas.right(0, push, Ink.BAD)
        if beyond:
            words = counted("{count} more leans back beyond the edge", "{count} more lean back beyond the edge", beyond)
            canvas.right(self.bottom, words, Ink.BAD)
        self._draw_slack(self.bottom + self.thick + 1)

    def _waiting_words(self) -> str:
        """What is waited for while nobody asks who was first."""
        me = self.me
        open_pairs = said("open: {pairs}", pairs=", ".join(map(str, me.open))) if me.open else ""
        if me.may_ask and me.open:
            return said("{open}. Ask for letters, or let time go on", open=open_pairs)
        if me.expects_lines:
            return ", ".join(filter(None, (open_pairs, said("letters are under way"))))
        return open_pairs or said("no two notes to compare yet")

    def _draw_bodies(self) -> None:
        """Where there is room, the tapes themselves, outwards from their edges, with what their clocks say on them."""
        if not self.thick:
            return
        canvas = self.canvas
        for first in (self.top - self.thick, self.bottom + 1):
            canvas.tint(self.left, first, self.right - self.left, self.thick, Ink.WORLD, 0.18)
        begin = max(0, (self.middle - abs(self.shift) - self.span) // MARK * MARK)
        for stamp in range(begin, self.middle + abs(self.shift) + self.span, MARK):
            words = str(stamp // MILLISECOND)
            for time, edge, row, glyph in (
                (stamp, self.top, self.top - 2, "┴"),
                (self.place(stamp), self.bottom, self.bottom + 2, "┬"),
            ):
                if self.left <= self.x(time) < self.right - len(words):
                    canvas.put(self.x(time), edge, glyph, Ink.QUIET)
                    canvas.put(self.x(time), row, words, Ink.QUIET)

    def _stamp(self, name: str) -> int:
        """The stamp (ms) of the note that is asked about."""
        return int(self.me.notes[self.number][name] // MILLISECOND)

    def _draw_notes(self) -> None:
        """The notes on their tapes, by their numbers; those of the pair in question stand out."""
        canvas, me = self.canvas, self.me
        for number, pair in me.notes.items():
            ink = Ink.CHOSEN if number == self.number else Ink.PLAIN
            for name, stamp in pair.items():
                still = name == me.one
                column = self.x(stamp if still else self.place(stamp))
                if self.left <= column <= self.right:
                    canvas.put(column, self.top if still else self.bottom, str(number), ink)
                    if number == self.number:
                        words = str(stamp // MILLISECOND)
                        canvas.centre(column, self.top - 1 if still else self.bottom + 1, words, Ink.QUIET)

    def _draw_slack(self, y: int) -> None:
        """How the tape lies in what fits: `#` leans, dots fit, the pointer is now."""
        canvas, me = self.canvas, self.me
        slack = slack_at(me.arrows, self.stretch)
        y = min(canvas.height - 1, y + 1)
        canvas.put(0, y, said("slack"), Ink.QUIET)
        shift = self.shift // MILLISECOND
        lies = said("at {shift} ms", shift=shift)
        if self.stretch != EVEN:
            lies = said("at {shift} ms, stretched to {stretch}", shift=shift, stretch=self.stretch)
        room = max(12, canvas.width - NAMES - len(lies) - 2)
        if not me.arrows:
            canvas.put(NAMES, y, said("no letter yet; {shift}", shift=lies), Ink.QUIET)
            return
        if not slack.fits:
            canvas.put(NAMES, y, cut(said("no shift fits; {shift}", shift=lies), canvas.width - NAMES), Ink.BAD)
            return
        scale = 100 * MILLISECOND * 2
        for column in range(room):
            shift = self.shift + (column - room // 2) * scale // room
            fits = slack.low <= shift <= slack.high
            canvas.put(NAMES + column, y, "." if fits else "#", Ink.GOOD if fits else Ink.QUIET)
        fits = slack.low <= self.shift <= slack.high
        canvas.put(NAMES + room // 2, y, "▲", Ink.CHOSEN if fits else Ink.BAD)
        if slack.low > self.shift + scale // 2 and slack.low > -FREE:
            canvas.put(NAMES + room - 2, y, ">>", Ink.ACCENT)
        if slack.high < self.shift - scale // 2 and slack.high < FREE:
            canvas.put(NAMES, y, "<<", Ink.ACCENT)
        canvas.put(NAMES + room + 1, y, lies, Ink.PLAIN if fits else Ink.BAD)
