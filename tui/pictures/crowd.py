"""The field: a crowd as cells, row by row in the level's order, each shaded by what its room declares.

One cell a node as long as there are enough of them (1,024 at 120x40); else neighbours share one, and the legend says
how many. In the fog a cell tells only whom the own node has met.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from core.kernel.shown import Look, Shade
from core.kernel.trace import RECEIVE, SEND
from tui.language import retold, said
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

SHADES, ASCII_SHADES = "░▒▓█", ":=%#"
"""None, less than half, more, all of what a shade is a number of."""
_INKS = (Ink.QUIET, Ink.PLAIN, Ink.PLAIN, Ink.STRONG)
LEGEND = 2
"""Rows below the field."""
NAMES = 40
"""From so many columns on, each row begins with the name of its first node."""

Cell = tuple[str, Ink]

_HIDDEN: Cell = ("·", Ink.QUIET)
_DOWN: Cell = ("x", Ink.BAD)
_NOT_YET: Cell = ("_", Ink.QUIET)
_THERE: Cell = ("o", Ink.PLAIN)


class Layout(NamedTuple):
    """Where the cells lie: `columns` of them in a row, `step` columns of the canvas apart, from `left` on; `group`
    nodes in each."""

    left: int
    columns: int
    step: int
    group: int


def layout(count: int, width: int, height: int, names: int = 0) -> Layout:
    """A field for so many nodes in a canvas of this size, as near to a square as it can be."""
    left = names + 1 if names and width >= NAMES else 0
    room, rows = max(1, width - left), max(1, height - LEGEND)
    group = max(1, math.ceil(count / (room * rows)))
    cells = math.ceil(count / group)
    step = 2 if cells <= (room // 2) * rows else 1
    most = max(1, room // step)
    columns = max(math.ceil(cells / rows), math.ceil(math.sqrt(cells * 2 / step)))
    return Layout(left, min(most, math.ceil(columns / 10) * 10), step, group)


def grade(shade: Shade, value: int, nodes: int = 1) -> int:
    """Which of the SHADES: the first and the last mean none and all."""
    top = shade.top * nodes
    return 0 if value <= 0 else 3 if value >= top else 1 + 2 * value // top


def draw(canvas: Canvas, scene: Scene) -> None:
    """Draw every node as a cell, and the legend."""
    names, looks = scene.nodes, scene.looks
    field = layout(len(names), canvas.width, canvas.height, min(8, max(map(len, names), default=0)))
    shades = ASCII_SHADES if canvas.ascii_only else SHADES
    glyphs = _Glyphs(_special(scene), scene.shade, shades)
    across = field.columns * field.group
    for row, start in enumerate(range(0, len(names), across)):
        if row >= canvas.height - LEGEND:
            break
        if field.left:
            canvas.put(0, row, cut(names[start], field.left - 1), Ink.QUIET)
        cells: list[Cell] = []
        x = field.left
        for first in range(start, min(start + across, len(names)), field.group):
            some = names[first : first + field.group]
            cells.append(glyphs.one(some[0], looks) if field.group == 1 else glyphs.of(some, looks))
            canvas.hot(x, row, field.step, some[0])
            x += field.step
        x = field.left
        for ink, run in groupby(cells, key=itemgetter(1)):
            text = (" " * (field.step - 1)).join([glyph for glyph, _ in run])
            x = canvas.put(x, row, text, ink) + field.step - 1
    _legend(canvas, scene, shades, field.group)


def _special(scene: Scene) -> dict[str, Cell]:
    """What stands in a cell in place of its shade: you, whom the needle points at, and in the fog whom you know."""
    found: dict[str, Cell] = {}
    if not scene.sight.everything:
        for entry in scene.entries_at_hand:
            if entry.kind in (SEND, RECEIVE):
                found[entry.peer] = ("o", Ink.PLAIN)
        for flight in scene.flights:
            found[flight.destination] = (">", Ink.PACKET)
    question = scene.question
    if question is not None and question.kind == RECEIVE and question.node == scene.you:
        found[question.payload[0]] = ("<", Ink.ACCENT)
    found[scene.you] = ("@", Ink.YOU)
    if isinstance(scene.draft, str) and scene.draft in scene.nodes:
        found[scene.draft] = ("*", Ink.CHOSEN)
    return found


class _Glyphs:
    """The cell of a node, or of some."""

    def __init__(self, special: dict[str, Cell], shade: Shade | None, shades: str) -> None:
        self._special, self._shade, self._shades = special, shade, shades
        self._cells: dict[tuple[int, int], Cell] = {}

    def one(self, name: str, looks: Mapping[str, Look]) -> Cell:
        """Of one node."""
        found = self._special.get(name)
        if found is not None:
            return found
        look = looks.get(name)
        if look is None or look.hidden:
            return _HIDDEN
        if look.absence:
            return _DOWN if look.is_down else _NOT_YET
        return _THERE if look.shade is None else self._shaded(look.shade, 1)

    def of(self, names: Sequence[str], looks: Mapping[str, Look]) -> Cell:
        """Of some nodes: who is special among them, else the mean of those that are there."""
        values: list[int] = []
        cells: list[Cell] = []
        for name in names:
            if name in self._special:
                return self._special[name]
            look = looks.get(name)
            if look is not None and look.shade is not None:
                values.append(look.shade)
            else:
                cells.append(self.one(name, looks))
        return self._shaded(sum(values), len(values)) if values else cells[0]

    def _shaded(self, value: int, nodes: int) -> Cell:
        found = self._cells.get((value, nodes))
        if found is None:
            assert self._shade is not None
            place = grade(self._shade, value, nodes)
            found = self._cells[value, nodes] = (self._shades[place], _INKS[place])
        return found


def _legend(canvas: Canvas, scene: Scene, shades: str, group: int) -> None:
    y = canvas.height - LEGEND
    parts = counts(scene, shades)
    if group > 1:
        parts.append(said("{count} a cell", count=group))
    canvas.put(0, y, cut("  ".join(parts), canvas.width), Ink.QUIET)
    words, ink = _own_line(scene)
    canvas.put(0, y + 1, cut(words, canvas.width), ink)


def counts(scene: Scene, glyphs: str = "") -> list[str]:
    """How many nodes are how, as far as it may be known; with the glyph of each, where `glyphs` are the four shades."""
    if not scene.sight.everything:
        return [f"· {said('unknown')}", f"o {said('met')}", f"> {said('sent to')}"] if glyphs else []
    looks, shade = scene.looks.values(), scene.shade
    parts: list[tuple[str, str]] = []
    there = [look for look in looks if not look.absence]
    values = [look.shade for look in there if look.shade is not None]
    if shade is not None and shade.steps:
        numbers = Counter(values)
        for value in range(shade.top + 1):
            glyph = glyphs[grade(shade, value)] if glyphs else ""
            parts.append((glyph, f"{shade.said(value)} {numbers[value]}"))
    elif shade is not None and values:
        name = said(shade.words)
        if glyphs:
            name = said(
                "{name}: {least} none, {most} {top}", name=name, least=glyphs[0], most=glyphs[-1], top=shade.top
            )
        parts.append(("", said("{name}; {mean} on average", name=name, mean=sum(values) // len(values))))
    else:
        badges = Counter(look.badge for look in there if look.badge)
        parts += [("", f"{retold(badge)} {count}") for badge, count in badges.most_common(4)]
    absent = Counter(look.is_down for look in looks if look.absence)
    for down, glyph, words in ((True, "x", said("down")), (False, "_", said("not started"))):
        if absent[down]:
            parts.append((glyph if glyphs else "", f"{words} {absent[down]}"))
    return [f"{glyph} {words}".lstrip() for glyph, words in parts]


def _own_line(scene: Scene) -> tuple[str, Ink]:
    """The last line: who is pointed at, else what is at hand, else who you are."""
    question = scene.question
    if isinstance(scene.draft, str) and scene.draft in scene.nodes:
        return _named(scene, "*", scene.draft, scene.draft), Ink.CHOSEN
    if question is not None and question.kind == RECEIVE and question.node == scene.you:
        source, message = question.payload[:2]
        return "< " + said("{words} from {peer}", words=scene.words(message), peer=source), Ink.ACCENT
    if scene.you in scene.nodes:
        you = said("you") if scene.you == "you" else f"{scene.you}, {said('you')}"
        return _named(scene, "@", scene.you, you), Ink.YOU
    return "", Ink.PLAIN


def _named(scene: Scene, glyph: str, node: str, label: str) -> str:
    said = scene.said_of(node)
    return f"{glyph} {label}{': ' if said else ''}{said}"
