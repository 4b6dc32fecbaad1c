"""What a debrief shows first: how it ended and why, this play and a better one from the last winnable moment on, what
each mistake cost, and the key that goes there."""

from __future__ import annotations

from tui.costs import LOST_ALREADY
from tui.look import fork, parts
from tui.model import STAR_WORDS, STARS, Debrief, Turn, star_glyphs
from tui.prose import prose, to_ascii
from tui.widgets.canvas import Canvas, Ink, cut, wrapped

LEAST_ROWS = 22
"""The whole of a screen of 24 rows."""
MOST_ROWS = 30
REASON_ROWS = 2
LEAST_COSTS = 2
"""So many mistakes have their rows before what the fog hid has any."""
CAUSE_ROWS = 3
NOTHING_MORE = "nothing more"
"""What a mistake cost where all was lost before; below it stands in full."""
LOST_SKY, WON_SKY = "lost", "won"


class EndingPainting:
    """Draws the head of one debrief. It changes nothing.

    turn        the last winnable moment, as far as it has been looked for; None where nothing was lost.
    costs       what each of the debrief's mistakes cost, as far as that is known.
    star_words  what the next star asks for.
    used        the rows that the last picture took.
    luck        what is to be said of a win that was a lucky one; "" for nothing.
    """

    def __init__(self, debrief: Debrief, again: str, jump: str, *, ascii_only: bool) -> None:
        """`again`, `jump`: the keys that begin the level again, and that go to the moment."""
        self._again, self._jump = again, jump
        self.turn: Turn | None = None
        self.costs: tuple[str, ...] = ()
        self.luck = ""
        self.star_words = ""
        self.used = 0
        self._end = debrief
        self._ascii = ascii_only

    def _text(self, text: str) -> str:
        plain = prose(text).plain
        return to_ascii(plain) if self._ascii else plain

    def draw(self, canvas: Canvas) -> None:
        """The head, on as many rows as there are."""
        end = self._end
        self._sky(canvas)
        inner = canvas.part(canvas.width - 4, canvas.height)
        y = self._verdict(inner, 1)
        turn = self.turn
        if turn is not None and turn.fork is not None:
            fork.draw(inner, y, turn.fork)
            y += fork.ROWS + 1
        elif turn is not None and (words := turn.progress or turn.head):
            y += inner.wrap(0, y, words, inner.width, 2, Ink.QUIET) + 1
        below = inner.height - 3
        room = below - y - (2 + min(LEAST_COSTS, len(end.signs)) if end.signs else 0)
        rows = [row for line in end.lifted for row in wrapped(self._text(line), inner.width, 2)]
        for row in rows[: max(0, room)]:
            inner.put(0, y, row, Ink.HINT)
            y += 1
        if rows[: max(0, room)]:
            y += 1
        y = self._costs(inner, y, below - y)
        y = min(y + 1, inner.height - 2)
        self._keys(inner, y)
        self.used = y + 2
        canvas.blit(inner, 2, 0)

    def _sky(self, canvas: Canvas) -> None:
        if canvas.palette.mixes and not canvas.palette.light:
            canvas.sky(canvas.palette.sky_top(WON_SKY if self._end.won else LOST_SKY))

    def _verdict(self, canvas: Canvas, y: int) -> int:
        """How it ended, and why; the row after it."""
        end = self._end
        word = "CUT SHORT" if end.cut else "WON" if end.won else "LOST"
        x = parts.chip(canvas, 0, y, word, Ink.BOOK if end.cut else Ink.GOOD if end.won else Ink.BAD) + 2
        y += canvas.wrap(x, y, self._text(end.cut or end.reason), canvas.width - x, REASON_ROWS, Ink.STRONG)
        if end.won:
            stars = star_glyphs(end.stars).replace("*", "★").replace(".", "☆")
            canvas.put(0, y, stars, Ink.YOU)
            words = self.star_words if end.stars < STARS else ""
            said = f"{STAR_WORDS[end.stars].capitalize()}. {words}".strip()
            y += canvas.wrap(len(stars) + 2, y, said, canvas.width - len(stars) - 2, 3, Ink.PLAIN)
        if self.luck:
            y = parts.words(canvas, y, "hint", [self._text(self.luck)], rows=CAUSE_ROWS)
        if end.near:
            words = cut(f"{self._text(end.near)}: again?", canvas.width - 5)
            canvas.hot(0, y, len(words) + 4, ("key", "again"))
            canvas.put(canvas.put(0, y, words, Ink.YOU) + 1, y, f"[{self._again}]", Ink.STRONG)
            y += 1
        turn = self.turn
        if turn is not None and turn.cause:
            sign = end.signs[turn.place] if 0 <= turn.place < len(end.signs) else "wrong"
            y = parts.words(canvas, y, sign, [self._text(turn.cause)], rows=CAUSE_ROWS)
        return y + 1

    def _costs(self, canvas: Canvas, y: int, rows: int) -> int:
        """What each mistake cost, that of the moment first, as far as there is room; the row after them."""
        end, turn = self._end, self.turn
        order = list(range(len(end.signs)))
        if turn is not None and 0 < turn.place < len(order):
            order.insert(0, order.pop(turn.place))
        if not order or rows < 2:
            return y
        canvas.put(0, y, "what it cost", Ink.STRONG)
        room = rows - 1 if len(order) <= rows - 1 else rows - 2
        for row, place in enumerate(order[:room], 1):
            signs, plain, ink = parts.STATES[end.signs[place]]
            stripe, glyph = list(plain if canvas.ascii_only else signs)
            cost = self.costs[place] if place < len(self.costs) else ""
            cost = NOTHING_MORE if cost == LOST_ALREADY else cost.removeprefix("cost ")
            cost = self._text(cost)
            if len(cost) > canvas.width // 2:
                cost = cut(cost, canvas.width // 2)
            canvas.put(0, y + row, stripe, ink)
            canvas.put(2, y + row, f"{glyph} {row}", ink)
            canvas.put(7, y + row, cut(self._text(end.mistakes[place]), canvas.width - 9 - len(cost)), Ink.PLAIN)
            canvas.right(y + row, cost, ink)
            canvas.tint(0, y + row, canvas.width, 1, ink, 0.10)
        if room >= len(order):
            return y + 1 + len(order)
        canvas.put(7, y + room + 1, f"and {len(order) - room} more, below", Ink.QUIET)
        return y + 2 + room

    def _keys(self, canvas: Canvas, y: int) -> None:
        """The key that goes to the moment, the largest of all; what lies below."""
        turn = self.turn
        if turn is not None and turn.event >= 0:
            words = f" {self._jump}  go to {turn.when} and play on "
            end = canvas.put(0, y, words, Ink.CHOSEN)
            canvas.hot(0, y, end, ("key", "jump"))
            canvas.put(end + 2, y, cut(turn.head, canvas.width - end - 2), Ink.QUIET)
        canvas.right(y + 1, "▼ what there is to learn", Ink.QUIET)
        canvas.hot(canvas.width - 24, y + 1, 24, ("key", "more"))
