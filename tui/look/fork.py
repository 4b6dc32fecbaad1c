"""The fork: one line of events up to a moment, two after it, yours above and another's below, the first difference lit.

Spaced by events and not by time, as the ribbon is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.language import said
from tui.look import dots
from tui.look.palette import Ink
from tui.look.parts import chip, chip_width
from tui.look.ribbon import Moment
from tui.widgets.canvas import Canvas, cut

ROWS = 6
"""Yours and what it was, the line of both, the other's and what it was."""
NAME = 9
"""Columns for the name of a line."""
BEND = 5
"""Columns in which the lines part."""
LEAST_LINK, MOST_LINK = 2, 9
"""Columns of line between two events."""


@dataclass(frozen=True)
class Side:
    """One of the two lines after the moment.

    name      whose it is.
    moments   its events, from the first that the other has not.
    said      what that first one was, in words.
    won       was it won at its end?
    """

    name: str
    moments: tuple[Moment, ...]
    said: str
    won: bool


@dataclass(frozen=True)
class Fork:
    """What both have, the moment (as its time is read), and what each made of it."""

    both: tuple[Moment, ...]
    when: str
    yours: Side
    other: Side


def fork_of(
    when: str, before: Sequence[Moment], yours: Sequence[Moment], theirs: Sequence[Moment], name: str,
    won: tuple[bool, bool],
) -> Fork:  # fmt: skip
    """A fork of two lists of events after a moment: what is the same at their beginning belongs to both."""
    same = 0
    while same < min(len(yours), len(theirs)) and yours[same].said == theirs[same].said:
        same += 1
    mine, other = (tuple(line[same:]) for line in (yours, theirs))
    return Fork(
        (*before, *yours[:same]), when,
        Side(said("YOU"), mine, _first(mine), won[0]), Side(name.upper(), other, _first(other), won[1]),
    )  # fmt: skip


def _first(moments: Sequence[Moment]) -> str:
    return f"{moments[0].mark.value} {moments[0].word}".strip() if moments else said("nothing more")


def draw(canvas: Canvas, y: int, fork: Fork) -> None:
    """Draw it over the whole width, in ROWS rows from `y` on."""
    trunk = y + 2
    x = NAME
    room = canvas.width // 3 - NAME
    shown: list[Moment] = []
    for moment in reversed(fork.both):
        wide = len(moment.said) + LEAST_LINK
        if wide > room:
            break
        room -= wide
        shown.insert(0, moment)
    knot = NAME + sum(len(moment.said) + LEAST_LINK for moment in shown) + LEAST_LINK
    _line(canvas, NAME, knot, trunk, Ink.QUIET)
    canvas.put(1, trunk, said("both"), Ink.QUIET)
    for moment in shown:
        x = canvas.put(x + LEAST_LINK, trunk, moment.said, moment.ink)
    canvas.put(knot, trunk, "◆", Ink.LIVE)
    canvas.put(max(0, knot + 1 - len(fork.when)), trunk - 1, fork.when, Ink.STRONG)
    for side, row, ink in ((fork.yours, y, Ink.YOU), (fork.other, y + 4, Ink.BOOK)):
        start = knot + BEND
        up = (4 * row + 2) - (4 * trunk + 2)
        dots.curve(
            canvas,
            [(2 * knot + 3, 4 * trunk + 2 + (1 if up > 0 else -1)), (2 * knot + 6, 4 * trunk + 2 + up // 2),
             (2 * start, 4 * row + 2)],
            ink,
        )  # fmt: skip
        canvas.put(1, row, cut(side.name, NAME + 4), ink)
        _side(canvas, start, row, side, ink)
        words = cut(side.said, canvas.width - start - 1)
        canvas.put(start + 1, row + 1, words, Ink.PLAIN)


def _line(canvas: Canvas, start: int, end: int, row: int, ink: Ink) -> None:
    """A line of two rows of dots."""
    for down in (1, 2):
        dots.stroke(canvas, (2 * start, 4 * row + down), (2 * end, 4 * row + down), ink)


def _side(canvas: Canvas, start: int, row: int, side: Side, ink: Ink) -> None:
    """One line's events, as many as have room, and how it ended."""
    end = canvas.width - 3
    shown: list[Moment] = []
    used = 0
    for place, moment in enumerate(side.moments):
        wide = (chip_width(canvas, moment.said) if place == 0 else len(moment.said)) + LEAST_LINK
        if start + used + wide > end - LEAST_LINK:
            break
        used += wide
        shown.append(moment)
    link = min(MOST_LINK, LEAST_LINK + (end - LEAST_LINK - start - used) // (len(shown) + 1))
    _line(canvas, start, end - 1, row, ink)
    x = start + 1
    for place, moment in enumerate(shown):
        x = chip(canvas, x, row, moment.said, ink) if place == 0 else canvas.put(x, row, moment.said, moment.ink)
        x += link
    if len(shown) < len(side.moments):
        canvas.put(end - 1, row, "…", Ink.QUIET)
    canvas.put(end + 1, row, "✓" if side.won else "✗", Ink.GOOD if side.won else Ink.BAD)
