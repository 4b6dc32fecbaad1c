"""The history ribbon: a node's own line of events, spaced by events and not by time, so that a long wait takes as much
room as a short one. The mark of each event says what it was, its word to whom or what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tui.language import said
from tui.look.palette import Ink
from tui.widgets.canvas import Canvas, cut

NAME = 6
"""Columns for the name of a line."""
LINK = 2
"""Columns of line between two events; twice as many, dotted, where a long while passed."""
WORD = 14
"""The longest word beside a mark, where there is no room for all of it."""
NEWEST = 40
"""The longest word of the newest event, on which the eye rests."""
GROWS = 12
"""Columns that the open end grows at most."""


class Mark(StrEnum):
    """What an event was."""

    SENT = "▸"
    GOT = "◂"
    DECIDED = "■"
    STARTED = "●"
    FELL = "╳"


@dataclass(frozen=True)
class Moment:
    """One event of a line.

    mark     what it was; `word`: to or from whom, or what, in a few letters; `ink`: theirs.
    waited   did a long while pass before it?
    book     what the book said there, once that has been said; "" otherwise. `differs`: it was something else.
    """

    mark: Mark
    word: str
    ink: Ink = Ink.QUIET
    waited: bool = False
    book: str = ""
    differs: bool = False

    @property
    def said(self) -> str:
        """The mark and its word."""
        return self.within(WORD)

    def within(self, room: int) -> str:
        """The mark and as much of its word as so many columns hold."""
        return f"{self.mark}{cut(self.word, room)}"


def draw(
    canvas: Canvas,
    you: str,
    moments: Sequence[Moment],
    *,
    asked: bool = False,
    silent: int = 0,
    ink: Ink = Ink.YOU,
) -> None:
    """Draw the latest events that have room, the last at the right of them; below, on a canvas of two rows or more, the
    book's line, if it said something else at one of these.

    `asked`: the end waits for an answer; else it is dotted and `silent` columns long. `ink`: of the name `you`.
    """
    if not canvas.height:
        return
    end = LINK + (1 if asked else min(GROWS, max(0, silent)))
    room = canvas.width - NAME - end - 1
    shown, texts = _shown(moments, room)
    canvas.put(0, 0, cut(you, NAME - 1), ink)
    x, columns = NAME, []
    for moment, text in zip(shown, texts, strict=True):
        link = _link(moment)
        x = canvas.put(x, 0, ("┄" if moment.waited else "─") * link, Ink.FAINT)
        columns.append((x - link, x))
        x = canvas.put(x, 0, text, moment.ink)
    last = x
    if asked:
        x = canvas.put(x, 0, "─" * LINK, Ink.FAINT)
        canvas.put(x, 0, "?", Ink.YOU)
    else:
        canvas.put(x, 0, "┄" * end, Ink.FAINT)
    if canvas.height > 1 and any(moment.differs for moment in shown):
        _draw_book(canvas, shown, columns, last)


def _shown(moments: Sequence[Moment], room: int) -> tuple[list[Moment], list[str]]:
    """The latest events that have room, and what stands of each: the newest whole, and of the others as much as there
    is room for when all of them are there, the later ones first."""
    shown: list[Moment] = []
    texts: list[str] = []
    for moment in reversed(moments):
        text = moment.said if shown else moment.within(min(NEWEST, max(WORD, room // 2)))
        wide = _link(moment) + len(text)
        if wide > room:
            break
        room -= wide
        shown.insert(0, moment)
        texts.insert(0, text)
    for place in range(len(shown) - 1, -1, -1):
        whole = shown[place].within(NEWEST)
        if len(whole) - len(texts[place]) <= room:
            room -= len(whole) - len(texts[place])
            texts[place] = whole
    return shown, texts


def _draw_book(canvas: Canvas, shown: Sequence[Moment], columns: Sequence[tuple[int, int]], last: int) -> None:
    """The book's line, up to the last answer of which its word is known."""
    judged = [place for place, moment in enumerate(shown) if moment.book]
    canvas.put(0, 1, said("book"), Ink.BOOK)
    for place in range(judged[-1] + 1):
        moment, (start, at) = shown[place], columns[place]
        stop = columns[place + 1][0] if place + 1 < len(columns) else last
        canvas.put(start, 1, "─" * (stop - start), Ink.FAINT, 2)
        if moment.book:
            words = f"{moment.mark}{moment.book}"
            room = (columns[place + 1][1] if place + 1 < len(columns) else canvas.width) - at - 1
            canvas.put(at, 1, cut(words, max(2, room)), Ink.BOOK, 0 if moment.differs else 2)


def _link(moment: Moment) -> int:
    return 2 * LINK if moment.waited else LINK
