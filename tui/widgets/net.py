"""The net of lines: where the levels of all lines lie on a map of any size.

The course has fourteen lines, and a place for each whether it has levels yet or not: the trunk, Premise and Wire, fans
out; Ring and Ownership meet in Crown; all end in Finals. Lines of other names, installed courses, lie below that, each
in a row of its own; a map of such lines alone, an instructor's course, has them below one another. Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tui.language import later
from tui.look.dots import Dot, bent, middle, polyline

Cell = tuple[int, int]


class Place(NamedTuple):
    """Where a line lies in a net of 80 columns: its row of six, its first column, and how long it will be."""

    row: int
    x: int
    length: int


PLACES: Mapping[str, Place] = {
    later("Premise"): Place(2, 2, 7),
    later("Wire"): Place(2, 12, 13),
    later("Pipe"): Place(0, 28, 17),
    later("Doors"): Place(0, 48, 20),
    later("Call"): Place(1, 28, 21),
    later("Shape"): Place(1, 52, 20),
    later("Rumour"): Place(2, 28, 18),
    later("Stream"): Place(2, 49, 12),
    later("Swarm"): Place(3, 28, 14),
    later("Ring"): Place(3, 45, 14),
    later("Crown"): Place(4, 56, 12),
    later("Time"): Place(5, 28, 19),
    later("Ownership"): Place(5, 50, 18),
    later("Finals"): Place(3, 72, 5),
}
TRUNK = ("Premise", "Wire")
ROWS = (("Pipe", "Doors"), ("Call", "Shape"), ("Rumour", "Stream"), ("Swarm", "Ring"), ("Crown",),
        ("Time", "Ownership"))  # fmt: skip
FAN = 26
"""The column of 80 in which the lines fan out; further to the left where the trunk is folded."""
GAP = 3
"""Columns between two lines of a row, at least."""
EDGE = 2
LEAST_HEIGHT = 2 * len(ROWS)
"""Rows that the campaign's lines need."""
TITLE = 24
"""Columns of a course's title before its stars and levels."""
STARS = 6


@dataclass(frozen=True)
class Laid:
    """A line as it lies: a cell for each level, the last cell of its track, and where its name stands."""

    name: str
    beads: tuple[Cell, ...]
    end: Cell
    label: Cell
    hidden: int = 0
    """Levels for which there was no room."""


class Link(NamedTuple):
    """A way between two lines, as dots; every so many dots one. It has the colour of the line that it leads to."""

    way: Sequence[Dot]
    line: str
    every: int = 2


@dataclass(frozen=True)
class Net:
    """A map laid out."""

    lines: Mapping[str, Laid]
    links: Sequence[Link] = ()
    advised: Sequence[Link] = ()
    """Short cuts from the end of Premise to the lines that are advised before their turn."""
    rows: int = 0
    """How high it is: more than there is room for where lines lie below one another."""
    height: int = 0
    """The rows of the campaign's lines; below them lie the courses that are installed beside it."""


def lay_out(levels: Mapping[str, int], width: int, height: int, early: Sequence[str] = ()) -> Net:
    """The net of these lines, each with so many levels; `early`: those that are advised before their turn."""
    courses = {name: count for name, count in levels.items() if name not in PLACES}
    if courses and len(courses) == len(levels):
        return _below_one_another(levels, width)
    beside = _courses(courses, width)
    height = max(LEAST_HEIGHT, height - beside.rows - 1) if courses else height
    net = _campaign({name: count for name, count in levels.items() if name in PLACES}, width, height, early)
    moved = {name: _moved(laid, height) for name, laid in beside.lines.items()}
    return Net({**net.lines, **moved}, net.links, net.advised, height + beside.rows, height)


def _campaign(levels: Mapping[str, int], width: int, height: int, early: Sequence[str]) -> Net:
    """The net of the campaign's lines."""
    scale = width / 80
    pitch = 2 if scale >= 1.5 and _fits(levels, width, 2) else 1
    folded = EDGE + sum(_length(name, levels, pitch) for name in TRUNK) + GAP >= round(FAN * scale)
    fan = round((FAN - 2) * scale) if folded else round(FAN * scale)
    step = max(2, height // len(ROWS))
    first = 1 if step < 3 else step // 2

    def level_row(row: int) -> int:
        return first + row * step

    laid: dict[str, Laid] = {}
    x, y = EDGE, level_row(PLACES["Premise"].row)
    if folded:
        y -= step // 2
    for name in TRUNK:
        laid[name] = _line(name, x, y, levels.get(name, 0), pitch, 0, fan - 1)
        if folded:
            y += step
        else:
            x = laid[name].end[0] + 1 + GAP
    finals = levels.get("Finals", 0)
    finals_at = min(round(PLACES["Finals"].x * scale), width - 1 - finals * pitch)
    for row, names in enumerate(ROWS):
        least = fan + 2
        right = (finals_at if row == PLACES["Finals"].row else width) - EDGE
        rest = sum(_length(name, levels, pitch) + GAP for name in names)
        for name in names:
            rest -= _length(name, levels, pitch) + GAP
            x = max(least, min(round(PLACES[name].x * scale), right - rest - _length(name, levels, pitch)))
            track = round(PLACES[name].length * scale)
            laid[name] = _line(name, x, level_row(row), levels.get(name, 0), pitch, track, right - rest)
            least = laid[name].end[0] + 1 + GAP
    laid["Finals"] = _line(
        "Finals", finals_at, level_row(3), finals, pitch, 5 * pitch, width - 1, below=step < 3
    )  # fmt: skip
    shortcuts = []
    for names in ROWS:  # what lies behind another one of these is on the way of that
        if (found := next((name for name in names if name in early), None)) is not None:
            shortcuts.append(_shortcut(laid, found))
    return Net(laid, _links(laid, fan, folded), shortcuts)


def _length(name: str, levels: Mapping[str, int], pitch: int) -> int:
    return max(len(name), levels.get(name, 0) * pitch)


def _fits(levels: Mapping[str, int], width: int, pitch: int) -> bool:
    room = width - round(FAN * width / 80) - 2 - EDGE
    return all(sum(_length(name, levels, pitch) for name in names) + GAP <= room for names in ROWS)


def _line(
    name: str, x: int, y: int, count: int, pitch: int, track: int, stop: int, *, below: bool = False
) -> Laid:  # fmt: skip
    """A line from x to the right, its levels first and its track to its end."""
    shown = max(0, min(count, (stop - x + pitch - 1) // pitch))
    beads = tuple((x + place * pitch, y) for place in range(shown))
    last = max((shown - 1) * pitch, min(max(track, len(name)), stop - x) - 1)
    return Laid(name, beads, (x + last, y), (x, y + 1 if below else y - 1), count - shown)


def _links(laid: Mapping[str, Laid], fan: int, folded: bool) -> list[Link]:
    """All ways between lines."""
    premise, wire = laid["Premise"], laid["Wire"]
    links = []
    if folded:
        (x, y), (_, below) = middle(*_before(premise)), middle(*_before(wire))
        links.append(Link(polyline([(x + 1, y), (x - 1, y + 2), (x - 1, below - 2), (x + 1, below)]), "Wire", 1))
    else:
        links.append(Link(polyline([middle(premise.end[0] + 1, premise.end[1]), middle(*_before(wire))]), "Wire", 1))
    root = wire.end[0] + 1, wire.end[1]
    for names in ROWS:
        if names[0] == "Crown":
            continue
        way = _bracket(root, fan, _before(laid[names[0]]))
        links.append(Link(way, names[0], 1))
    for one, two in (("Pipe", "Doors"), ("Call", "Shape"), ("Rumour", "Stream"), ("Swarm", "Ring"),
                     ("Time", "Ownership")):  # fmt: skip
        links.append(Link(polyline([middle(laid[one].end[0] + 1, laid[one].end[1]), middle(*_before(laid[two]))]), two))
    crown = laid["Crown"]
    for name in ("Ring", "Ownership"):
        from_x = max(laid[name].label[0] + 4, min(laid[name].label[0] + 6, crown.label[0] - 4))
        start = from_x, laid[name].end[1] + (1 if name == "Ring" else -2)
        links.append(Link(bent(middle(*start), middle(*_before(crown)), 0.14 if name == "Ring" else -0.14), "Crown"))
    finals = laid["Finals"]
    for name in ("Doors", "Shape", "Stream", "Ring", "Crown", "Ownership"):
        start = laid[name].end[0] + 1, laid[name].end[1]
        end = finals.label[0] + 1, finals.end[1] + (-2 if start[1] < finals.end[1] else 2)
        if name == "Ring":
            end = _before(finals)
        links.append(Link(bent(middle(*start), middle(*end), 0.12 * _side(start, end)), "Finals", 4))
    return links


def _side(start: Cell, end: Cell) -> int:
    return 0 if start[1] == end[1] else -1 if end[1] > start[1] else 1


def _bracket(root: Cell, fan: int, end: Cell) -> list[Dot]:
    """From the trunk to the column of the fan, along it, and on to a line: round corners."""
    (x0, y0), (x1, y1) = middle(*root), middle(*end)
    across = 2 * fan
    if y0 == y1:
        return polyline([(x0, y0), (x1, y1)])
    turn = 3 if y1 > y0 else -3
    bend = [(across - 1, y0), (across, y0 + turn // 3), (across, y1 - turn), (across + 2, y1)]
    return polyline([(x0, y0), *bend, (x1, y1)])


def _shortcut(laid: Mapping[str, Laid], name: str) -> Link:
    """From below the end of Premise, under the trunk, to the start of a line."""
    x0, y0 = middle(laid["Premise"].end[0] - 1, laid["Premise"].end[1] + 1)
    x1, y1 = middle(*_before(laid[name]))
    return Link(polyline([(x0, y0), (x0, y1 - 3), (x0 + 3, y1), (x1, y1)]), name, 3)


def _before(line: Laid) -> Cell:
    """The cell before the first one of a line."""
    x = line.beads[0][0] if line.beads else line.label[0]
    return x - 1, line.end[1]


def _below_one_another(levels: Mapping[str, int], width: int) -> Net:
    """Lines below one another, each in as many rows as its levels need."""
    laid = {}
    y = 0
    room = max(1, (width - 2 * EDGE) // 2)
    for name, count in levels.items():
        beads = tuple((EDGE + place % room * 2, y + 1 + place // room) for place in range(count))
        end = beads[-1] if beads else (EDGE, y + 1)
        laid[name] = Laid(name, beads, end, (EDGE, y))
        y = end[1] + 2
    return Net(laid, rows=y)


def _courses(levels: Mapping[str, int], width: int) -> Net:
    """Courses beside the campaign: each a row, its levels behind its title and its stars; more rows for more levels."""
    laid = {}
    start = EDGE + TITLE + STARS
    y = 0
    for name, count in levels.items():
        pitch = 2 if 2 * count <= width - start - EDGE else 1
        room = max(1, (width - start - EDGE) // pitch)
        beads = tuple((start + place % room * pitch, y + place // room) for place in range(count))
        end = beads[-1] if beads else (start, y)
        laid[name] = Laid(name, beads, end, (EDGE, y))
        y = end[1] + 1
    return Net(laid, rows=y)


def _moved(laid: Laid, rows: int) -> Laid:
    """The line so many rows further down."""
    beads = tuple((x, y + rows) for x, y in laid.beads)
    return replace(
        laid, beads=beads, end=(laid.end[0], laid.end[1] + rows), label=(laid.label[0], laid.label[1] + rows)
    )
