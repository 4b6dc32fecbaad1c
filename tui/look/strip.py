"""The occupancy strip: who is inside, as the seat believes; once the fog has lifted, as it was, below it.

A room declares it by an interval with `believed` (core.kernel.shown). One cell is a stretch of time and says who was in
the interval then by a letter of the name: two at once are a clash.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.shown import Interval, Span
from core.kernel.time import SECOND, show_duration
from tui.language import later, said
from tui.look.palette import Ink
from tui.pictures import Scene
from tui.widgets.canvas import Canvas

LABEL = 11
"""Columns for what a line is."""
FIRST = 2 * SECOND
"""What a strip shows at first; twice as much whenever that has passed."""
CLASH, EMPTY = "!", "·"
MOST_TOLD = 8
"""Stretches that are told in plain play."""


def interval_of(scene: Scene) -> Interval | None:
    """The interval that a strip is about; None if the level's rooms declare none."""
    rooms = scene.scenario.protocols.values()
    return next((one for room in rooms for one in room.intervals if one.believed is not None), None)


def lines_of(scene: Scene) -> list[tuple[str, list[Span]]]:
    """What each line is, and its stretches: what the seat believes, and how it is, as far as each may be seen."""
    interval = interval_of(scene)
    if interval is None:
        return []
    lines = []
    if scene.me is not None or scene.sight.believed():
        lines.append(
            (later("believed"), [span for span in scene.sight.believed() if span.interval.name == interval.name])
        )
    if scene.sight.everything:
        lines.append((later("as it was") if lines else interval.name,
                      [span for span in scene.sight.spans() if span.interval.name == interval.name]))  # fmt: skip
    return lines


def rows_of(scene: Scene) -> int:
    """Rows that the strip takes; 0 if there is none."""
    lines = lines_of(scene)
    return len(lines) + 1 if lines else 0


def draw(canvas: Canvas, scene: Scene) -> None:
    """The strip over the whole canvas: what it is about and its scale, and its lines."""
    interval = interval_of(scene)
    lines = lines_of(scene)
    if interval is None or canvas.width < LABEL + 12:
        return
    whole = FIRST
    while whole < scene.now:
        whole *= 2
    cells = canvas.width - LABEL - 1
    canvas.put(1, 0, said("who {does}", does=said(interval.words))[: canvas.width - 12], Ink.QUIET)
    canvas.right(0, f"{show_duration(whole)} ", Ink.QUIET)
    letters = letters_of(scene.nodes)
    for y, (label, spans) in enumerate(lines, 1):
        canvas.put(1, y, said(label)[: LABEL - 1], Ink.QUIET)
        now = min(cells, scene.now * cells // whole + 1)
        for x in range(now):
            there = _within(spans, x * whole // cells, (x + 1) * whole // cells, scene.now)
            if not there:
                canvas.put(LABEL + x, y, EMPTY, Ink.QUIET)
            elif _clashes(there, x * whole // cells, (x + 1) * whole // cells):
                canvas.put(LABEL + x, y, CLASH, Ink.BAD)
            else:
                node = there[-1].node
                ink = Ink.YOU if node == scene.you else Ink.STRONG
                canvas.put(LABEL + x, y, letters.get(node, "?"), ink)


def _within(spans: Sequence[Span], start: int, end: int, now: int) -> list[Span]:
    """Stretches that lie in this time, at least in part."""
    return [span for span in spans if span.opened < end and (now + 1 if span.closed is None else span.closed) > start]


def _clashes(spans: Sequence[Span], start: int, end: int) -> bool:
    """Are two different nodes in it at once, at some moment of this time?"""
    for place, one in enumerate(spans):
        for other in spans[place + 1 :]:
            first = max(one.opened, other.opened, start)
            last = min(end if each.closed is None else each.closed for each in (one, other))
            if one.node != other.node and first < last:
                return True
    return False


def letters_of(names: Sequence[str]) -> dict[str, str]:
    """A letter for each name: the last or the first of them, if that tells all apart, else a to z in their order."""
    for place in (-1, 0):
        found = [name[place] for name in names]
        if len(set(found)) == len(found):
            return dict(zip(names, found, strict=True))
    return {name: chr(ord("a") + place % 26) for place, name in enumerate(names)}


def told(scene: Scene) -> list[str]:
    """The strip as lines of text."""
    interval = interval_of(scene)
    found = []
    for label, spans in lines_of(scene):
        times = [
            said("{node} from {start}", node=span.node, start=show_duration(span.opened))
            if span.closed is None
            else said(
                "{node} from {start} to {end}",
                node=span.node,
                start=show_duration(span.opened),
                end=show_duration(span.closed),
            )
            for span in spans
        ]
        if len(times) > MOST_TOLD:
            times[:-MOST_TOLD] = [said("{count} before", count=len(times) - MOST_TOLD)]
        same = interval is None or label == interval.name
        what = said(label) if same or interval is None else f"{said(interval.name)}, {said(label)}"
        found.append(f"{what}: {'; '.join(times) or said('nobody')}")
    return found
