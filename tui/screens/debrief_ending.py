"""What a debrief shows first: how it ended and why, this play and a better one from the last winnable moment on, what
each mistake cost, and the key that goes there."""

from __future__ import annotations

from collections.abc import Sequence

from tui.costs import LOST_ALREADY
from tui.language import later, said
from tui.look import fork, parts, plane
from tui.look.blocks import big, big_width
from tui.look.palette import node_ink
from tui.model import STAR_WORDS, Debrief, Turn, star_glyphs
from tui.progress import STARS
from tui.prose import prose, to_ascii
from tui.widgets.canvas import Canvas, Ink, cut, wrapped

LEAST_ROWS = 22
"""The whole of a screen of 24 rows."""
MOST_ROWS = 30
REASON_ROWS = 2
LEAST_COSTS = 2
"""So many mistakes have their rows before what the fog hid has any."""
CAUSE_ROWS = 3
NOTHING_MORE = later("nothing more")
"""What a mistake cost where all was lost before; below it stands in full."""
BESIDE = 110
"""Columns from which on the plane of results stands beside what it cost."""
PLANE = (36, 11)
"""Columns and rows of it."""
HERO_LEAST, HERO_ROWS = 70, 4
"""Columns from which on there is one big number, and the first row below it."""
MOST_TRUTHS = 4
"""So many nodes have a bar of what was so."""
ENOUGH = 14
"""Rows for what follows the bars."""
LOST_SKY, WON_SKY = "lost", "won"


class EndingPainting:
    """Draws the head of one debrief. It changes nothing.

    turn        the last winnable moment, as far as it has been looked for; None where nothing was lost.
    costs       what each of the debrief's mistakes cost, as far as that is known.
    star_words  what the next star asks for.
    used        the rows that the last picture took.
    points      the plane of results, the player's own first.
    luck        what is to be said of a win that was a lucky one; "" for nothing.
    """

    def __init__(self, debrief: Debrief, again: str, jump: str, *, ascii_only: bool) -> None:
        """`again`, `jump`: the keys that begin the level again, and that go to the moment."""
        self._again, self._jump = again, jump
        self.turn: Turn | None = None
        self.costs: tuple[str, ...] = ()
        self.luck = ""
        self.points: Sequence[plane.Point] = ()
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
        self._sky(inner)
        y = self._verdict(inner, 1)
        turn = self.turn
        if turn is not None and turn.fork is not None:
            fork.draw(inner, y, turn.fork)
            y += fork.ROWS + 1
            y = self._truth(inner, y, inner.height - y - ENOUGH)
        elif turn is not None and (words := turn.progress or said(turn.head)):
            y += inner.wrap(0, y, words, inner.width, 2, Ink.QUIET) + 1
        below = inner.height - 3
        room = below - y - (2 + min(LEAST_COSTS, len(end.signs)) if end.signs else 0)
        rows = [row for line in end.lifted for row in wrapped(self._text(line), inner.width, 2)]
        for row in rows[: max(0, room)]:
            inner.put(0, y, row, Ink.HINT)
            y += 1
        if rows[: max(0, room)]:
            y += 1
        aside = PLANE[0] + 2 if self.has_plane(canvas.width) else 0
        narrow = inner.window(0, y, inner.width - aside, below - y)
        last = y + self._costs(narrow, 0, narrow.height)
        inner.blit(narrow, 0, y)
        if aside and (high := min(PLANE[1], inner.height - 2 - y)) >= plane.LEAST[1]:
            end = self._end
            plane.draw_plane(
                inner, inner.width - PLANE[0], y, (PLANE[0], high), self.points, end.par,
                (said(end.axes[0].name), said(end.axes[1].name)),
            )  # fmt: skip
            last = max(last, y + high)
        y = min(last + 1, inner.height - 2)
        self._keys(inner, y)
        self.used = y + 2
        canvas.blit(inner, 2, 0)

    def has_plane(self, width: int) -> bool:
        """Is the plane of results drawn on a head so wide?"""
        return width >= BESIDE and len(self.points) > 1

    def _truth(self, canvas: Canvas, y: int, room: int) -> int:
        """What was so while it was decided: of each node its times in what its room calls so, and down; the row
        after them. Only after the fog, and where there is room."""
        story, turn = self._end.story, self.turn
        if story is None or turn is None or turn.fork is None:
            return y
        ends = [span.closed for span in story.spans if span.closed is not None]
        end = max([turn.at + 1, *(entry.time for entry in story.entries[-1:]), *ends])
        begin = max(0, turn.at - (end - turn.at) // 2)
        names = [name for name in story.nodes if any(
            span.node == name and (span.closed is None or span.closed > begin) for span in story.spans)]  # fmt: skip
        names = names[: min(MOST_TRUTHS, room - 1)]
        if not names:
            return y
        left = min(16, max(len(name) for name in names) + 8)
        width = canvas.width - left

        def at(time: int) -> int:
            return left + max(0, min(width, round((time - begin) * width / max(1, end - begin))))

        for row, name in enumerate(names, y):
            ink = node_ink(name, tuple(story.nodes), story.you)
            canvas.put(0, row, cut(said("{node}, truly").format(node=name), left - 1), ink)
            canvas.tint(left, row, width, 1, ink, 0.25)
            for span in story.spans:
                start, stop = at(span.opened), at(end if span.closed is None else span.closed)
                if span.node != name or stop <= start or (span.closed is not None and span.closed <= begin):
                    continue
                mixes = canvas.palette.mixes and not canvas.ascii_only
                word = span.interval.name if len(span.interval.name) + 2 <= stop - start else ""
                text = f" {word}".ljust(stop - start) if mixes else f"[{word.ljust(max(0, stop - start - 2), '-')}]"
                canvas.put(start, row, text[: stop - start], Ink.ON if mixes else ink, fill=ink if mixes else None)
        canvas.put(at(turn.at), y + len(names), "◆", Ink.LIVE)
        canvas.put(min(at(turn.at) + 2, canvas.width - len(turn.when)), y + len(names), turn.when, Ink.QUIET)
        return y + len(names) + 2

    def _sky(self, canvas: Canvas) -> None:
        if canvas.palette.mixes and not canvas.palette.light:
            canvas.sky(canvas.palette.sky_top(WON_SKY if self._end.won else LOST_SKY))

    def _verdict(self, canvas: Canvas, y: int) -> int:
        """How it ended, and why; the row after it."""
        end = self._end
        word = said("CUT SHORT") if end.cut else said("WON") if end.won else said("LOST")
        whole, beside = canvas, self._hero(canvas)
        canvas = whole.window(0, 0, whole.width - beside, whole.height)
        x = parts.chip(canvas, 0, y, word, Ink.BOOK if end.cut else Ink.GOOD if end.won else Ink.BAD) + 2
        y += canvas.wrap(x, y, self._text(end.cut or end.reason), canvas.width - x, REASON_ROWS, Ink.STRONG)
        if end.won:
            stars = star_glyphs(end.stars).replace("*", "★").replace(".", "☆")
            canvas.put(0, y, stars, Ink.YOU)
            words = self.star_words if end.stars < STARS else ""
            earned = said(STAR_WORDS[end.stars])
            line = f"{earned[:1].upper()}{earned[1:]}. {words}".strip()
            y += canvas.wrap(len(stars) + 2, y, line, canvas.width - len(stars) - 2, 3, Ink.PLAIN)
        whole.blit(canvas, 0, 0)
        canvas, y = whole, max(y, HERO_ROWS if whole.height > LEAST_ROWS else HERO_ROWS - 1) if beside else y
        if self.luck:
            y = parts.words(canvas, y, "hint", [self._text(self.luck)], rows=CAUSE_ROWS)
        if end.near:
            words = cut(f"{self._text(end.near)}: {said('again?')}", canvas.width - 5)
            canvas.hot(0, y, len(words) + 4, ("key", "again"))
            canvas.put(canvas.put(0, y, words, Ink.YOU) + 1, y, f"[{self._again}]", Ink.STRONG)
            y += 1
        turn = self.turn
        if turn is not None and turn.cause:
            sign = end.signs[turn.place] if 0 <= turn.place < len(end.signs) else "wrong"
            y = parts.words(canvas, y, sign, [self._text(turn.cause)], rows=CAUSE_ROWS)
        return y + 1

    def _hero(self, canvas: Canvas) -> int:
        """The one number, in big digits at the right; the columns that it takes, 0 where there is no room."""
        number, counts = self._end.hero
        counts = self._text(counts)
        wide = max(big_width(number), 0) + 1 + len(counts)
        if not number or canvas.width < HERO_LEAST or wide > 2 * canvas.width // 5:
            return 0
        x = canvas.width - wide
        ink = Ink.GOOD if self._end.won else Ink.BAD
        y = 0 if canvas.height <= LEAST_ROWS else 1
        end = big(canvas, x, y, number, ink)
        canvas.put(end + 1, y + 2, counts, Ink.QUIET)
        return wide + 2

    def _costs(self, canvas: Canvas, y: int, rows: int) -> int:
        """What each mistake cost, that of the moment first, as far as there is room; the row after them."""
        end, turn = self._end, self.turn
        order = list(range(len(end.signs)))
        if turn is not None and 0 < turn.place < len(order):
            order.insert(0, order.pop(turn.place))
        if not order or rows < 2:
            return y
        canvas.put(0, y, said("what it cost"), Ink.STRONG)
        room = rows - 1 if len(order) <= rows - 1 else rows - 2
        for row, place in enumerate(order[:room], 1):
            signs, plain, ink = parts.STATES[end.signs[place]]
            stripe, glyph = list(plain if canvas.ascii_only else signs)
            cost = self.costs[place] if place < len(self.costs) else ""
            cost = said(NOTHING_MORE if cost == LOST_ALREADY else cost).removeprefix(f"{said('cost')} ")
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
        canvas.put(7, y + room + 1, said("and {count} more, below").format(count=len(order) - room), Ink.QUIET)
        return y + 2 + room

    def _keys(self, canvas: Canvas, y: int) -> None:
        """The key that goes to the moment, the largest of all; what lies below."""
        turn = self.turn
        if turn is not None and turn.event >= 0:
            go = said("go to {when} and play on").format(when=turn.when)
            words = f" {self._jump}  {go} "
            end = canvas.put(0, y, words, Ink.CHOSEN)
            canvas.hot(0, y, end, ("key", "jump"))
            canvas.put(end + 2, y, cut(said(turn.head), canvas.width - end - 2), Ink.QUIET)
        below = f"▼ {said('what there is to learn')}"
        canvas.right(y + 1, below, Ink.QUIET)
        canvas.hot(canvas.width - len(below), y + 1, len(below), ("key", "more"))
