"""The parts of a screen: one function each, so that like things look alike everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from tui.language import said
from tui.look.palette import Ink
from tui.widgets.canvas import Canvas, clip, wrapped

SPARKS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"


class Tile(StrEnum):
    """What a tile stands for: what is there, what has gone, what is missing, promised or held."""

    FULL = "full"
    DONE = "done"
    HELD = "held"
    MISSING = "missing"
    PROMISED = "promised"


def chip(canvas: Canvas, x: int, y: int, name: str, ink: Ink) -> int:
    """A node: its name in a solid area of its colour, `▐ 7 ▌`; the column after it."""
    if canvas.ascii_only or not canvas.palette.mixes:
        return canvas.put(x, y, f"[ {name} ]", ink)
    return canvas.put(x, y, f" {name} ", Ink.ON, fill=ink)


def chip_width(canvas: Canvas, name: str) -> int:
    """How many columns `chip` takes."""
    return len(name) + (4 if canvas.ascii_only or not canvas.palette.mixes else 2)


def tile(canvas: Canvas, x: int, y: int, text: str, ink: Ink, state: Tile = Tile.FULL, *, tall: bool = True) -> int:
    """A thing with a text on it, its middle row at `y`, half a cell taller above and below if `tall`; the column
    after it. What is missing has a dashed frame and no text, what is promised a thin one."""
    width = len(text) + 2
    if state in (Tile.MISSING, Tile.PROMISED):
        top, side = ("╭┄╮", "┊") if state is Tile.MISSING else ("╭─╮", "│")
        low = "╰" + top[1] + "╯"
        inside = " " * len(text) if state is Tile.MISSING else text
        canvas.put(x, y - 1, top[0] + top[1] * (width - 2) + top[2], ink)
        canvas.put(x, y, side + inside + side, ink)
        return canvas.put(x, y + 1, low[0] + low[1] * (width - 2) + low[2], ink)
    if state is Tile.FULL:
        canvas.thing(x, y - tall, width, 1 + 2 * tall, text)
    if canvas.ascii_only or not canvas.palette.mixes:
        edges = ("(", ")") if state is Tile.HELD else ("[", "]")
        return canvas.put(x, y, f"{edges[0]}{text}{edges[1]}", ink)
    shade = 3 if state is Tile.DONE else 0
    if tall:
        canvas.put(x, y - 1, "▄" * width, ink, shade)
        canvas.put(x, y + 1, "▀" * width, ink, shade)
    end = canvas.put(x, y, f" {text} ", Ink.ON, fill=ink)
    if shade:
        behind = canvas.palette.colour(ink, shade, canvas.palette.ground, canvas.world)
        if 0 <= y < canvas.height:
            for column in range(max(0, x), min(canvas.width, x + width)):
                canvas.grounds[y][column] = behind
    return end


def gauge(
    canvas: Canvas,
    x: int,
    y: int,
    width: int,
    share: float,
    ink: Ink = Ink.YOU,
    book: float | None = None,
    ghost: float | None = None,
) -> int:
    """A bar that is full to `share` (0 to 1), with the book's mark `|` and the best ghost's `*`; the column after
    it. A share beyond 1 fills it and is shown as costly."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    shown = Ink.COSTLY if share > 1 else ink
    for place in range(width):
        part = min(8, max(0, eighths - 8 * place))
        if canvas.ascii_only:
            canvas.put(x + place, y, "#" if part >= 4 else "-", shown if part >= 4 else Ink.FAINT)
        else:
            canvas.put(x + place, y, _EIGHTHS[part], shown)
    if not canvas.ascii_only:
        canvas.tint(x, y, width, 1, Ink.FAINT, 0.45)
    books = None if book is None else _mark(book, width)
    ghosts = None if ghost is None else _mark(ghost, width)
    if ghosts is not None and ghosts == books:  # neither hides the other
        ghosts += 1 if ghosts + 1 < width and (ghost or 0) >= (book or 0) else -1
    for mark, at, colour in (("|", books, Ink.BOOK), ("*", ghosts, Ink.STRONG)):
        if at is not None:
            canvas.put(x + at, y, mark, colour)
    return x + width


def _mark(share: float, width: int) -> int:
    """The column of a mark on a gauge of so many."""
    return min(width - 1, max(0, round(share * (width - 1))))


def spark(canvas: Canvas, x: int, y: int, values: Sequence[float], rows: int, peak: float, ink: Ink) -> None:
    """A chart of columns, its lowest row at `y`, `rows` high, on a scale whose top is `peak`."""
    for place, value in enumerate(values):
        eighths = 0 if peak <= 0 else round(max(0.0, min(1.0, value / peak)) * rows * 8)
        for row in range(rows):
            part = min(8, max(0, eighths - 8 * row))
            if part:
                canvas.put(x + place, y - row, SPARKS[part], ink)


def ruler(
    canvas: Canvas,
    y: int,
    most: int,
    labels: Sequence[tuple[int, str]],
    dots: Sequence[int] = (),
    blade: int | None = None,
    elapsed: int | None = None,
    x: int = 0,
    width: int | None = None,
    doubtful: Sequence[int] = (),
) -> None:
    """A ruler from 0 to `most`: past answers stacked as dots above it, time elapsed as a wave that climbs to the blade.
    What is `doubtful` of them is hollow.

    It takes the row `y`, that of its labels below, and as many above as there are dots in one place (two at most).
    """
    width = canvas.width - x if width is None else width

    def at(value: int) -> int:
        return x + along(value, most, width)

    canvas.put(x, y, "─" * width, Ink.FAINT)
    for value, words in labels:
        canvas.put(at(value), y, "┴", Ink.FAINT)
        canvas.put(max(x, min(at(value) - len(words) // 2, x + width - len(words))), y + 1, words, Ink.QUIET)
    if elapsed is not None:
        stop = at(elapsed)
        canvas.put(x, y, "━" * (stop - x + 1), Ink.LIVE)
    heaps: dict[int, int] = {}
    for value in dots:
        column = at(value)
        heap = heaps[column] = heaps.get(column, 0) + 1
        canvas.put(column, y - (2 if heap > 1 else 1), ":" if heap > 2 else ".", Ink.QUIET)
    for value in doubtful:
        column = at(value)
        heap = heaps[column] = heaps.get(column, 0) + 1
        canvas.put(column, y - (2 if heap > 1 else 1), "o", Ink.COSTLY)
    if blade is not None:
        canvas.put(at(blade), y - 1, "▼", Ink.YOU)
        canvas.put(at(blade), y, "│", Ink.YOU)


def along(value: int, most: int, width: int) -> int:
    """The column, of so many, at which a value stands on a ruler from 0 to `most`; what lies beyond is at its end."""
    return min(width - 1, max(0, value * (width - 1) // max(1, most)))


def waiting(
    canvas: Canvas,
    x: int,
    y: int,
    width: int,
    most: int,
    labels: Sequence[tuple[int, str]],
    *,
    alarm: int,
    elapsed: int | None,
    dots: Sequence[int] = (),
    doubtful: Sequence[int] = (),
    marks: Sequence[tuple[int, str, Ink]] = (),
    words: str | None = None,
) -> None:
    """How long one waits for an answer: a ruler with the dots of those that came, on it the alarm `A`, and below it the
    bar of the wait under way (None: there is none), which grows towards the alarm. Marks stand on the ruler.

    It takes six rows, two of dots, the ruler in the row `y`, its labels, the bar, and the words on it ("silent").
    """
    ruler(canvas, y, most, labels, dots, x=x, width=width, doubtful=doubtful)
    for value, sign, ink in marks:
        canvas.put(x + along(value, most, width), y, sign, ink)
    blade = x + along(alarm, most, width)
    canvas.put(blade, y, "A", Ink.YOU)
    canvas.put(blade + 1, y, ">" if alarm > most else "", Ink.YOU)
    if elapsed is None:
        return
    canvas.put(blade, y + 2, "│", Ink.YOU)
    canvas.put(blade, y + 3, "│", Ink.YOU)
    end = x + along(elapsed, most, width)
    near = elapsed * 5 >= alarm * 4
    canvas.put(x, y + 2, "━" * (end - x), Ink.COSTLY if near else Ink.LIVE)
    canvas.put(end, y + 2, ">", Ink.COSTLY if near else Ink.LIVE)
    canvas.put(x, y + 3, said("silent") if words is None else words, Ink.QUIET)


WORDS_AT = 4
"""Columns of stripe and glyph before words."""
STATES = {
    "right": ("▌✓", "|+", Ink.GOOD),
    "costly": ("▒~", "=~", Ink.COSTLY),
    "wrong": ("█✗", "#x", Ink.BAD),
    "omitted": ("░…", "._", Ink.BOOK),
    "hint": ("│?", "!h", Ink.HINT),
    "pending": ("┊◌", ":?", Ink.QUIET),
}
"""The states of words: stripe and glyph, the same in ASCII, and the ink."""


def pages(lines: Sequence[str], width: int, rows: int, more: int) -> list[list[tuple[str, bool]]]:
    """Lines of words on pages of so many rows: each row with whether it is of the first line. Where one page does not
    hold them each row leaves `more` columns for the sign that says so."""
    whole = [(piece, not number) for number, line in enumerate(lines) for piece in wrapped(line, width - WORDS_AT)]
    if len(whole) <= rows or rows <= 0:
        return [whole[: max(0, rows)]]
    if not more:
        return [whole[start : start + rows] for start in range(0, len(whole), rows)]
    narrow = width - WORDS_AT - more
    cut = [(piece, not number) for number, line in enumerate(lines) for piece in wrapped(line, narrow)]
    return [cut[start : start + rows] for start in range(0, len(cut), rows)]


def words(canvas: Canvas, y: int, state: str, lines: Sequence[str], x: int = 0, rows: int = 1_000) -> int:
    """What has happened, and below it why, with the stripe, glyph and ink of its state, in so many rows at most; the
    row after it."""
    found = pages(lines, canvas.width - x, rows, 0)
    if len(found) > 1:
        text, first = found[0][-1]
        found[0][-1] = clip(text, canvas.width - x - WORDS_AT - 4).rstrip() + " ...", first
    return page_of_words(canvas, y, state, found[0], x)


def page_of_words(canvas: Canvas, y: int, state: str, rows: Sequence[tuple[str, bool]], x: int = 0) -> int:
    """The same of one page of them."""
    signs, plain, ink = STATES[state]
    stripe, glyph = list(plain if canvas.ascii_only else signs)
    for text, first in rows:
        canvas.put(x, y, stripe, ink)
        canvas.put(x + 2, y, glyph, ink)
        canvas.put(x + WORDS_AT, y, text, Ink.PLAIN if first else Ink.QUIET)
        canvas.tint(x, y, canvas.width - x, 1, ink, 0.10)
        canvas.hot(x, y, canvas.width - x, ("words", state))
        glyph = " "
        y += 1
    return y


def keycaps(canvas: Canvas, y: int, keys: Sequence[tuple[str, str]], x: int = 1) -> int:
    """The keys that work now, each as a cap with its words; the column after them. What has no room is left out. A key
    is said in the reader's language; a click means it by its own name."""
    for key, words in keys:
        cap = f" {said(key)} " if not canvas.ascii_only and canvas.palette.mixes else f"[{said(key)}]"
        if x + len(cap) + len(words) + 1 > canvas.width:
            break
        start = x
        x = canvas.put(x, y, cap, Ink.STRONG, fill=Ink.FAINT)
        x = canvas.put(x + 1, y, words, Ink.QUIET)
        canvas.hot(start, y, x - start, ("key", key))
        x += 2
    return x
