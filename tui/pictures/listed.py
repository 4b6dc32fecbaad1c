"""What there is to choose from as a picture carries it: one below the other, each with the digit that picks it."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.domains import SomeOf
from tui.controls import Option
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut, wrapped


def draw_listed(canvas: Canvas, scene: Scene, x: int, y: int, width: int, rows: int) -> int:
    """The options of what is asked, in so many columns and rows; how many rows they took. What is to be said of each
    stands beside it where that has room for all, else whole below each, else whole below the one at hand."""
    options = scene.listed
    if not options or width < 4 or rows < 1:
        return 0
    several = scene.asked is not None and isinstance(scene.asked.choice.domain, SomeOf)
    if all(_head(option, several) + len(option.note) <= width for option in options):
        room = min(len(options), rows)
        for place, option in enumerate(_page(options, room)):
            _draw_option(canvas, option, (x, y + place), width, several)
            ink = Ink.CHOSEN if option.here else Ink.QUIET
            canvas.put(x + _head(option, several), y + place, option.note, ink)
        return min(room, len(_page(options, room)))
    notes = [wrapped(option.note, width - 4) if option.note else [] for option in options]
    everywhere = len(options) + sum(map(len, notes)) <= rows
    room = min(len(options), rows)  # that an option is there comes before what is said of it
    used = y
    for option in _page(options, room):
        _draw_option(canvas, option, (x, used), width, several)
        used += 1
        for line in notes[options.index(option)] if everywhere else []:
            canvas.put(x + 4, used, line, Ink.QUIET)
            used += 1
    here = next((option for option in options if option.here), None)
    if here is not None and here.note and not everywhere and used < y + rows:
        for line in wrapped(here.note, width - 4, y + rows - used):
            canvas.put(x + 4, used, line, Ink.QUIET)
            used += 1
    return used - y


def _page(options: Sequence[Option], room: int) -> Sequence[Option]:
    """So many of the options: the page on which the one at hand is."""
    here = next((place for place, option in enumerate(options) if option.here), 0)
    first = here // room * room
    return options[first : first + room]


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
