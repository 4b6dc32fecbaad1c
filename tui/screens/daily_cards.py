"""What the daily looks like where there is room: a card for each situation, and below them the days before, a column a
day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from levels.daily import SITUATIONS, Mark
from tui.language import later, said
from tui.look.blocks import big, big_width
from tui.look.palette import DEFAULT, Ink, legible
from tui.look.parts import chip
from tui.widgets.canvas import Canvas, cut, wrapped
from tui.widgets.level_card import Glimpse
from tui.widgets.line_view import dye, fill

ROOM = 100, 28
"""Columns and rows from which on there are cards."""
LEAST_CARD = 15
"""Rows of a card below which it is more than the days before: these are left out then."""
GAP = 2
DAY = 4
"""Columns of a day."""
STREAK = 24
"""Columns of how many days in a row it was played."""
SIGNS = {Mark.GOOD: ("✓", Ink.GOOD, 3), Mark.COSTLY: ("~", Ink.COSTLY, 2), Mark.WRONG: ("✗", Ink.BAD, 1)}
"""Each mark's sign and ink, and how many rows high it stands on its card."""
WORDS = {
    Mark.GOOD: later("as good as the book's answer"),
    Mark.COSTLY: later("costly"),
    Mark.WRONG: later("wrong"),
}


@dataclass(frozen=True)
class Card:
    """One situation: its level's title, what that is about, the colour of its world, its picture in small if that is
    known; how it was answered and what its run came to, in words; `key`: what plays it, "" if it is not its turn."""

    title: str
    world: str
    place: str
    about: str
    glimpse: Glimpse | None = None
    mark: Mark | None = None
    figure: str = ""
    key: str = ""


@dataclass(frozen=True)
class Day:
    """How a day's situations were answered, none if it was not played."""

    day: date
    marks: Sequence[Mark] = ()


def has_room(canvas: Canvas) -> bool:
    """Are there cards on this canvas?"""
    return canvas.width >= ROOM[0] and canvas.height >= ROOM[1]


def days_shown(canvas: Canvas) -> int:
    """How many days have their column."""
    return max(0, (canvas.width - STREAK - 4) // DAY)


def draw(canvas: Canvas, y: int, cards: Sequence[Card], days: Sequence[Day], streak: int) -> None:
    """All of it, from the row `y` to the last; `days`: the oldest first."""
    high = 1 + (canvas.height >= 44)
    below = high * SITUATIONS + 3
    if canvas.height - y - below < LEAST_CARD:
        below = 0
    height = canvas.height - y - below - (1 if below else 0)
    if below:
        _draw_days(canvas, canvas.height - below, high, days, streak)
    room = canvas.width - 4 + GAP
    for place, card in enumerate(cards):
        left, right = (2 + room * at // len(cards) for at in (place, place + 1))
        _draw_card(canvas, (left, y, right - left - GAP, height), place + 1, card)


def _draw_card(canvas: Canvas, box: tuple[int, int, int, int], number: int, card: Card) -> None:
    x, y, width, height = box
    inner = width - 4
    mixes = canvas.palette.mixes
    if mixes:
        fill(canvas, x, y, width, canvas.palette.raised, 1.0, height)
    own = legible(canvas.palette.colour(Ink.WORLD, 0, DEFAULT, card.world), canvas.palette.raised)
    for row in range(y, y + height):
        canvas.put(x, row, "▌", Ink.YOU if card.key else Ink.FAINT)
        if not card.key:
            dye(canvas, x, row, 1, own)
    left = chip(canvas, x + 2, y + 1, str(number), Ink.YOU if card.key else Ink.QUIET) + 1
    for row, line in enumerate(wrapped(card.title, x + width - 2 - left, 2)):
        canvas.put(left, y + 1 + row, line, Ink.STRONG if card.key or card.mark is not None else Ink.PLAIN)
    canvas.put(x + 2, y + 3, cut(card.place, inner), Ink.QUIET)
    dye(canvas, x + 2, y + 3, inner, own)
    foot = _draw_foot(canvas, box, card)
    top = y + 5
    rows = min(foot - top - 3, inner * 26 * 4 // (84 * 3))
    if rows >= 3 and mixes and not canvas.ascii_only:
        picture = canvas.part(inner, rows)
        picture.grounds = [[canvas.palette.ground] * inner for _ in range(rows)]
        if card.glimpse is not None:
            card.glimpse(picture)
        canvas.blit(picture, x + 2, top)
        top += rows + 1
    canvas.wrap(x + 2, top, card.about, inner, max(0, foot - top - 1), Ink.QUIET)


def _draw_foot(canvas: Canvas, box: tuple[int, int, int, int], card: Card) -> int:
    """How it was answered, as high as it was good; the first row that is taken."""
    x, y, width, height = box
    end = y + height
    if card.mark is None:
        if card.key:
            canvas.put(x + 2, end - 2, f" {card.key}  {said('play')} ", Ink.CHOSEN)
            canvas.hot(x, y, width, ("play",), height)
        return end - 2
    sign, ink, rows = SIGNS[card.mark]
    words = wrapped(f"{sign} {said(WORDS[card.mark])}", width - 4, 3)
    rows = max(rows, len(words))
    for row in range(rows):
        canvas.put(x, end - rows + row, " " * width, Ink.ON, fill=ink)
    for row, line in enumerate(words):
        canvas.put(x + 2, end - len(words) + row, line, Ink.ON, fill=ink)
    canvas.put(x + 2, end - rows - 1, cut(card.figure, width - 4), Ink.PLAIN)
    return end - rows - 1


def _draw_days(canvas: Canvas, y: int, high: int, days: Sequence[Day], streak: int) -> None:
    """The days, a column each with a cell for every mark; left of them how many in a row were played."""
    floor = y + 1 + high * SITUATIONS
    if streak:
        one = said("day in a row") if streak == 1 else said("days in a row")
        big(canvas, 3, y + 1, str(streak), Ink.YOU)
        wide = big_width(str(streak)) if canvas.palette.mixes and not canvas.ascii_only else len(str(streak))
        canvas.put(4 + wide, y + 2, one, Ink.QUIET)
    else:
        canvas.wrap(3, y + 1, said("Play five, and the days begin to count."), STREAK - 4, 3, Ink.QUIET)
    for place, day in enumerate(days):
        x = STREAK + 2 + place * DAY
        is_last = place == len(days) - 1
        for row in range(SITUATIONS):
            top = y + 1 + row * high
            if row < len(day.marks):
                sign, ink, _ = SIGNS[day.marks[row]]
                for line in range(high):
                    canvas.put(x, top + line, f" {sign if not line else ' '} ", Ink.ON, fill=ink)
            else:
                canvas.tint(x, top, 3, high, Ink.FAINT, 0.3)
                canvas.put(x + 1, top, "·", Ink.YOU if is_last else Ink.QUIET)
        canvas.put(x, floor, f"{day.day.day:>2}", Ink.YOU if is_last else Ink.QUIET)
