"""What there is to choose from as a picture carries it: one below the other, each with the digit that picks it."""

from __future__ import annotations

from core.kernel.domains import SomeOf
from tui.controls import Option
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut, wrapped

NOTE_ROWS = 3
"""Rows below them for what is to be said of the one at hand, at most."""


def draw_listed(canvas: Canvas, scene: Scene, x: int, y: int, width: int, rows: int) -> int:
    """The options of what is asked, in so many columns and rows; how many rows they took. Each has what is to be said
    of it below, where there is room for all; else only the one at hand."""
    options = scene.listed
    if not options or width < 4 or rows < 1:
        return 0
    several = scene.asked is not None and isinstance(scene.asked.choice.domain, SomeOf)
    noted = any(option.note for option in options)
    beside = max((_head(option, several) + len(option.note) for option in options), default=0) <= width
    noted = noted and not beside
    here = next((place for place, option in enumerate(options) if option.here), 0)
    each = 2 if noted and rows >= 2 * len(options) else 1
    room = max(1, min(len(options), rows // each))
    first = here // room * room
    for place, option in enumerate(options[first : first + room]):
        _draw_option(canvas, option, (x, y + each * place), width, several)
        if beside and option.note and not option.here:
            canvas.put(x + _head(option, several), y + place, option.note, Ink.QUIET)
        elif beside and option.note:
            canvas.put(x + _head(option, several), y + place, option.note, Ink.CHOSEN)
        if each > 1:
            canvas.put(x + 4, y + 2 * place + 1, cut(option.note, width - 4), Ink.QUIET)
    used = each * min(room, len(options) - first)
    if each == 1 and options[here].note and rows > used and not beside:
        said = wrapped(options[here].note, width - 4, min(NOTE_ROWS, rows - used))
        for line in said:
            canvas.put(x + 4, y + used, line, Ink.QUIET)
            used += 1
    return used


def _head(option: Option, several: bool) -> int:
    """The columns before what is said of an option, where that stands beside it."""
    return len(option.name) + (2 if option.number else 0) + (4 if several else 0) + 4


def _draw_option(canvas: Canvas, option: Option, place: tuple[int, int], width: int, several: bool) -> None:
    (x, y), mark = place, ""
    if several:
        mark = "[x] " if option.taken else "[ ] "
    number = f"{option.number} " if option.number else ""
    text = cut(f"{'>' if option.here else ' '} {number}{mark}{option.name}", width)
    ink = Ink.CHOSEN if option.here else Ink.STRONG if option.taken else Ink.PLAIN
    canvas.put(x, y, text.ljust(width) if option.here else text, ink)
    canvas.hot(x, y, width, option.value)
