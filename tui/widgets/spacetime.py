"""The space-time diagram: time to the right, a row a node, messages as slanting lines.

In the fog there is one row, the own, and every message is half an arrow: leaving, or arriving. With everything in
sight each arrow goes from its sender's row to its receiver's, and what was lost ends on the way. What lasts a while is
a bar on the row, with its name: `━reigning━`; a node that is down has dots in place of its line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from core.kernel import trace as kinds
from core.kernel.shown import DOWN, Span
from core.kernel.told import message_words
from core.kernel.trace import Entry
from tui.clock import nice
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cells_between, cut
from tui.widgets.spacetime_scale import Scale, Window

Place = tuple[int, int]

MARKS = {
    kinds.TIMER: ("'", Ink.QUIET),
    kinds.CRASH: ("X", Ink.BAD),
    kinds.RESTART: ("R", Ink.GOOD),
    kinds.SAVE: ("S", Ink.STRONG),
    kinds.MOVE: ("*", Ink.ACCENT),
    kinds.DELIVER: ("o", Ink.GOOD),
    kinds.REQUEST: ("?", Ink.PLAIN),
}
"""What stands on a node's line for an event that is no message; messages stand as `o`."""
FARTHEST = 7
"""Rows from one node's line to the next, at most."""
_LINES = frozenset("─━·-=.")
"""What a node's line is drawn with, also in ASCII."""


@dataclass(frozen=True)
class Diagram:
    """What is drawn.

    entries    known entries, in order; `nodes` the rows, in order; `you` the player's.
    now        where the line of time ends (µs); `lifted`: draw whole arrows.
    answered   events (entry numbers) at which the player answered; `wrong`: those of them that were mistakes.
    at         the entry that is pointed at; -1 for none.
    show       an answer to a choice, as a person reads it.
    spans      the known times of nodes in their room's intervals, and down.
    shown      entries that stand out, as the lift shows them; of an interval, the one that opened it.
    latency    a median link delay (µs): what a diagram that is too long for the screen is scaled by.
    keeps      choices whose answers stay in force: those are shown when they change only.
    yours      the choices that the player answers, None for all: what the seat answers by itself is not shown.
    """

    entries: Sequence[Entry]
    nodes: Sequence[str]
    you: str
    now: int
    lifted: bool
    answered: Collection[int] = ()
    wrong: Collection[int] = ()
    at: int = -1
    show: Callable[[str, Any], str] = lambda choice, value: str(value)
    keeps: Collection[str] = ()
    yours: Collection[str] | None = None
    spans: Sequence[Span] = ()
    latency: int = 0
    shown: Collection[int] = ()


def window_for(width: int, now: int, latency: int, back: int = 0, zoom: float = 1.0) -> Window:
    """The window of a running level: twelve link delays wide or so (fewer by `zoom`), now near its right edge, `back`
    µs scrolled."""
    scale = max(1, nice(max(1, round(12 * latency / zoom) // max(20, width))))
    span = scale * max(1, width - 4)
    return Window(max(0, now - span) - min(back, max(0, now - span)), scale)


def whole(width: int, end: int) -> Window:
    """The window that shows a run from its start to `end`."""
    return Window(0, max(1, -(-max(1, end) // max(1, width - 2))))


def around(width: int, diagram: Diagram, moment: int) -> Window:
    """The whole run if its messages can be told apart so, else the part of it around `moment`."""
    window = whole(width, diagram.now)
    finest = max(1, diagram.latency // 4)
    if not diagram.latency or window.scale <= finest:
        return window
    start = moment - finest * width * 2 // 3
    return Window(max(0, min(start, diagram.now - finest * (width - 2))), finest)


def name_width(nodes: Sequence[str]) -> int:
    """Columns that the names of the rows take."""
    return min(12, max((len(name) for name in nodes), default=0)) + 2


def draw(canvas: Canvas, diagram: Diagram, window: Scale) -> None:
    """Draw the diagram in the window, an axis of time at the bottom."""
    names = name_width(diagram.nodes)
    axis = canvas.height - 1
    rows = _rows(diagram, axis)
    for name, y in rows.items():
        ink = Ink.YOU if name == diagram.you else Ink.QUIET
        canvas.put(0, y, cut(name, names - 1), ink)
        end = min(canvas.width - names, max(0, window.column(diagram.now)))
        canvas.put(names, y, "─" * end, ink)
        if end < canvas.width - names:
            canvas.put(names + end, y, ">", ink)
    bars = _draw_bars(canvas, diagram, window, rows, names)
    if diagram.lifted:
        _draw_arrows(canvas, diagram, window, rows, names)
    else:
        _draw_halves(canvas, diagram, window, rows, names)
    _name_bars(canvas, bars)
    _draw_axis(canvas, window, axis, names)


def _draw_bars(
    canvas: Canvas, diagram: Diagram, window: Scale, rows: dict[str, int], names: int
) -> list[tuple[int, int, int, str]]:
    """The intervals, on the rows of their nodes; (first column, last, row, name) of each that is to be seen."""
    bars = []
    for span in diagram.spans:
        if span.node not in rows:
            continue
        closed = diagram.now if span.closed is None else span.closed
        first, last = max(0, window.column(span.opened)), min(window.column(closed), canvas.width - names - 1)
        if last < first:
            continue
        glyph, ink = ("·", Ink.BAD) if span.interval is DOWN else ("━", Ink.GOOD)
        ink = Ink.HINT if span.entry in diagram.shown else ink
        canvas.put(names + first, rows[span.node], glyph * (last - first + 1), ink)
        bars.append((names + first, names + last, rows[span.node], span.interval.name))
    return bars


def _name_bars(canvas: Canvas, bars: Sequence[tuple[int, int, int, str]]) -> None:
    """Each bar's name, on it where nothing happens for long enough, else not at all."""
    for first, last, y, name in bars:
        room = canvas.text(y)[first : last + 1]
        for glyph in ("━", "=", "·", "."):
            place = room.find(glyph * (len(name) + 2))
            if place >= 0:
                canvas.put(first + place + 1, y, name, canvas.inks[y][first + place + 1])
                break


def _rows(diagram: Diagram, height: int) -> dict[str, int]:
    nodes = list(diagram.nodes) if diagram.lifted else [name for name in diagram.nodes if name == diagram.you]
    if not nodes:
        return {}
    if len(nodes) == 1:
        return {nodes[0]: min(1, max(0, height - 1))}
    if len(nodes) > height:  # the player's row and those nearest to it in the level's order
        middle = nodes.index(diagram.you) if diagram.you in nodes else 0
        first = max(0, min(middle - height // 2, len(nodes) - height))
        nodes = nodes[first : first + max(1, height)]
    step = (height - 1) / max(1, len(nodes) - 1)
    step = min(step, FARTHEST)
    return {name: round(place * step) for place, name in enumerate(nodes)}


def _draw_halves(canvas: Canvas, diagram: Diagram, window: Scale, rows: dict[str, int], names: int) -> None:
    """The own line only: `\\` leaves it, `/` comes to it; the words below, in as many lines as there are."""
    if diagram.you not in rows:
        return
    y = rows[diagram.you]
    last = canvas.height - 2
    words: list[tuple[int, str]] = []
    for entry in diagram.entries:
        x = names + window.column(entry.time)
        if not names <= x < canvas.width:
            continue
        _mark(canvas, diagram, entry, x, y)
        if entry.kind not in (kinds.SEND, kinds.RECEIVE):
            continue
        leaving = entry.kind == kinds.SEND
        side = x + 1 if leaving else x - 1
        if y + 1 <= last and side >= names:
            canvas.put(side, y + 1, "\\" if leaving else "/", Ink.PACKET)
        text = later("{words} to {peer}") if leaving else later("{words} from {peer}")
        words.append((side, cut(said(text, words=message_words(entry.detail), peer=entry.peer), 26)))
    for side, text in reversed(words):  # the newest first: they are what is looked for
        spots = [(side + 2, y + 1), *((side, row) for row in range(y + 2, last + 1))]
        spots += [(side - 1 - len(text), row) for row in range(y + 1, last + 1)]
        for x, row in spots:
            if row <= last and x >= names and canvas.free(x - 1, row, min(len(text) + 2, canvas.width - x + 1)):
                if x + len(text) > canvas.width:
                    continue
                canvas.put(x, row, text, Ink.PLAIN)
                break
    if y > 0:
        _draw_answers(canvas, diagram, window, names, y - 1)


def _draw_answers(canvas: Canvas, diagram: Diagram, window: Scale, names: int, y: int) -> None:
    """Above the line: what the player answered there."""
    free = names
    last: dict[str, Any] = {}
    for entry in diagram.entries:
        if not entry.answers or entry.node != diagram.you:
            continue
        given = [one for one in entry.answers if diagram.yours is None or one[0] in diagram.yours]
        fresh = [one for one in given if one[0] not in diagram.keeps or last.get(one[0]) != one[1]]
        last.update(given)
        x = names + window.column(entry.time)
        words = cut(", ".join(diagram.show(choice, value) for choice, value in fresh), 16)
        if words and x >= max(free, names) and x + len(words) <= canvas.width:
            canvas.put(x, y, words, Ink.ACCENT)
            free = x + len(words) + 1


def _says_more(kind: str) -> str:
    """The marks of whose place an entry of this kind does not take."""
    return "*!XR" if kind == kinds.SAVE else "" if kind in MARKS else "*!XRS'"


_UNMARKED = frozenset(
    {kinds.DROP, kinds.CLOCK, kinds.FORWARD, kinds.CUT, kinds.HEAL, kinds.WAVE, kinds.CALM, kinds.KEEP, kinds.BET}
)


def is_marked(entry: Entry) -> bool:
    """Does this entry have a mark of its own on a node's line?"""
    return entry.kind not in _UNMARKED


def _mark(canvas: Canvas, diagram: Diagram, entry: Entry, x: int, y: int) -> None:
    glyph, ink = MARKS.get(entry.kind, ("o", Ink.PLAIN))
    if not is_marked(entry):
        return
    if entry.number in diagram.wrong:
        glyph, ink = "!", Ink.BAD
    elif entry.number in diagram.answered:
        glyph, ink = "*", Ink.ACCENT
    elif 0 <= y < canvas.height and canvas.chars[y][min(x, canvas.width - 1)] in _says_more(entry.kind):
        return  # what happened says more than that something was sent, or saved, because of it
    if entry.number in diagram.shown:
        ink = Ink.HINT
    if entry.number == diagram.at:
        ink = Ink.CHOSEN
    canvas.put(x, y, glyph, ink)
    canvas.hot(x - 1, y, 3, ("entry", entry.number))


def _draw_arrows(canvas: Canvas, diagram: Diagram, window: Scale, rows: dict[str, int], names: int) -> None:
    by_number = {entry.number: entry for entry in diagram.entries}
    labels: list[tuple[list[Place], str]] = []
    for entry in diagram.entries:
        if entry.kind == kinds.RECEIVE and entry.cause in by_number:
            sending = by_number[entry.cause]
            _arrow(canvas, window, rows, names, sending, entry.node, entry.time, labels, False)
        elif entry.kind == kinds.DROP and entry.cause in by_number:
            _arrow(
                canvas,
                window,
                rows,
                names,
                by_number[entry.cause],
                entry.peer,
                entry.time,
                labels,
                True,
                entry.number in diagram.shown,
            )
    for cells, words in labels:
        _label(canvas, cells, words)
    for entry in diagram.entries:
        x = names + window.column(entry.time)
        if entry.node in rows and names <= x < canvas.width:
            _mark(canvas, diagram, entry, x, rows[entry.node])


def _arrow(
    canvas: Canvas,
    window: Scale,
    rows: dict[str, int],
    names: int,
    sending: Entry,
    to: str,
    arrival: int,
    labels: list[tuple[list[Place], str]],
    lost: bool,
    stands_out: bool = False,
) -> None:
    if sending.node not in rows or to not in rows:
        return
    x0, x1 = names + window.column(sending.time), names + window.column(arrival)
    y0, y1 = rows[sending.node], rows[to]
    if x1 < names or x0 >= canvas.width:
        return
    down = 1 if y1 > y0 else -1
    slant = "\\" if down > 0 else "/"
    ends = {y0, y1}
    if lost:
        x1, y1 = x0 + max(2, (x1 - x0) // 2), y0 + down * max(1, abs(y1 - y0) // 2)
    cells = cells_between(x0, y0, x1, y1)[1 : None if lost else -1]
    if abs(y1 - y0) <= 1 and not lost:
        cells = [(x0 + 1, y0), (x1 - 1, y1)] if x1 - x0 > 2 else []
    by_row: dict[int, list[int]] = {}
    for x, y in cells:
        by_row.setdefault(y, []).append(x)
    for y, run in by_row.items():
        on_line = y in rows.values()
        middle = run[len(run) // 2] if y not in ends else (run[0] if y == y0 else run[-1])
        for x in run:
            glyph = slant if x == middle else "·"
            if x < names or (on_line and (x != middle or canvas.chars[y][min(x, canvas.width - 1)] not in _LINES)):
                continue
            if x == middle or len(run) > 4:
                canvas.put(x, y, glyph, Ink.PACKET)
    if lost and x1 >= names:
        canvas.put(x1, y1, "x", Ink.HINT if stands_out else Ink.BAD)
    inside = [cell for cell in cells if cell[1] not in ends] or cells
    if inside:
        labels.append((inside, cut(message_words(sending.detail), 22)))


def _label(canvas: Canvas, cells: Sequence[Place], words: str) -> None:
    """What a message says, beside its line, the nearer to the middle the better; nowhere, if that would hide a line or
    other words."""
    middle = len(cells) // 2
    for x, y in sorted(cells, key=lambda cell: abs(cells.index(cell) - middle)):
        for start in (x + 2, x - 1 - len(words)):
            if canvas.free(start - 1, y, len(words) + 2):
                canvas.put(start, y, words, Ink.PLAIN)
                return


def _draw_axis(canvas: Canvas, window: Scale, y: int, names: int) -> None:
    for x, words in window.ticks(canvas.width - names):
        canvas.put(names + x, y, f"'{words}", Ink.QUIET)
