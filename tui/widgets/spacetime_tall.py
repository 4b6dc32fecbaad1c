"""The space-time diagram where there is more height than width: time runs down, a column a node, spaced by events.

In the fog only the own events stand in it, each message as half an arrow; with everything in sight every message goes
from its sender's column to its receiver's, and what was lost ends on the way.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel import trace as kinds
from core.kernel.told import message_words
from core.kernel.trace import Entry
from tui.clock import show_clock
from tui.look.dots import middle, stroke
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.widgets.canvas import Canvas, Ink, cut
from tui.widgets.spacetime import MARKS, Diagram

CLOCK = 8
"""Columns for the time of an event."""
LEAST_LANE = 8
"""Columns from one node to the next, at least."""
NARROW = 60
"""A canvas of fewer columns has time run down."""
WORDS = 10
"""Columns for what a message says, at least."""
_MESSAGES = frozenset({kinds.SEND, kinds.RECEIVE, kinds.DROP})
_SHOWN = _MESSAGES | frozenset(MARKS)


def draw(canvas: Canvas, diagram: Diagram, back: int = 0) -> None:
    """Draw the latest events that have room; `back` of them scrolled away."""
    entries = [entry for entry in diagram.entries if entry.kind in _SHOWN]
    entries = entries[: len(entries) - back] if back else entries
    columns = _columns(canvas, diagram, entries)
    each = 1 if diagram.lifted else 2
    room = max(1, (canvas.height - 2) // each)
    shown = entries[-room:]
    rows = {entry.number: 2 + place * each for place, entry in enumerate(shown)}
    end = min(canvas.height - 1, 2 + len(shown) * each)
    for name, x in columns.items():
        wide = chip_width(canvas, cut(name, LEAST_LANE - 2))
        chip(
            canvas,
            max(0, x - wide // 2),
            0,
            cut(name, LEAST_LANE - 2),
            node_ink(name, tuple(diagram.nodes), diagram.you),
        )
        ink = Ink.YOU if name == diagram.you else Ink.FAINT
        stroke(canvas, middle(x, 1), middle(x, end), ink, every=1 if name == diagram.you else 3)
    last = max(columns.values(), default=CLOCK)
    clock = ""
    for entry in shown:
        y = rows[entry.number]
        time = show_clock(entry.time)
        canvas.put(0, y, "" if time == clock else time.removesuffix(" s"), Ink.QUIET)
        clock = time
        if entry.number == diagram.at:
            canvas.tint(0, y, canvas.width, 1, Ink.YOU, 0.25)
            canvas.put(CLOCK - 1, y, ">", Ink.CHOSEN)
        _event(canvas, diagram, entry, y, columns, rows)
        if entry.kind in _MESSAGES and (entry.kind != kinds.RECEIVE or not diagram.lifted):
            words = message_words(entry.detail)
            ink = Ink.BAD if entry.kind == kinds.DROP else Ink.PLAIN if entry.node == diagram.you else Ink.QUIET
            canvas.put(last + 3, y, cut(words, canvas.width - last - 3), ink)
        canvas.hot(0, y, canvas.width, ("entry", entry.number), each)


def _columns(canvas: Canvas, diagram: Diagram, entries: Sequence[Entry]) -> dict[str, int]:
    """Where each node's line is: the own first, then those of whom there is something to tell, the latest first."""
    names = [diagram.you] if diagram.you in diagram.nodes else []
    for entry in reversed(entries):
        for name in (entry.peer, entry.node):
            if name in diagram.nodes and name not in names:
                names.append(name)
    room = canvas.width - CLOCK - WORDS
    names = names[: max(1, room // LEAST_LANE)]
    lane = max(LEAST_LANE, min(12, room // max(1, len(names))))
    return {name: CLOCK + 1 + place * lane for place, name in enumerate(names)}


def _event(
    canvas: Canvas, diagram: Diagram, entry: Entry, y: int, columns: dict[str, int], rows: dict[int, int]
) -> None:
    """One event: its mark on its node's line, and the way of its message."""
    x = columns.get(entry.node)
    if x is None:
        return
    peer = columns.get(entry.peer)
    mine = entry.number in diagram.answered
    if entry.kind in _MESSAGES:
        mark, ink = ("●", Ink.YOU if mine else node_ink(entry.node, tuple(diagram.nodes), diagram.you))
        if entry.kind == kinds.DROP:
            mark, ink = "╳", Ink.BAD
    else:
        mark, ink = MARKS[entry.kind]
    if entry.number in diagram.wrong:
        mark, ink = "✗", Ink.BAD
    canvas.put(x, y, mark, ink)
    if peer is None:
        return
    if entry.kind == kinds.RECEIVE:
        ink = node_ink(entry.peer, tuple(diagram.nodes), diagram.you)
        start = rows.get(entry.cause, y - 1) if diagram.lifted else y - 1
        stroke(canvas, middle(peer, max(1, start)), middle(x, y), ink, 1, every=2)
    elif entry.kind == kinds.SEND and not diagram.lifted:
        stroke(canvas, middle(x, y), middle(peer, min(canvas.height - 1, y + 1)), Ink.YOU, 2, every=2)
