"""The picture of rings that look for the greatest: each node with its number and what it names, and who tells whom.

Nodes whose names begin alike are a ring (a1 to a6); several rings stand beside each other, in boxes of one size. What
has just been told is bright, what was told before is faint: who needs whom, and when, is all that betrays a ring.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from core.kernel.time import MILLISECOND
from core.kernel.trace import SEND
from core.protocols.premise.maxfind import Best
from tui.language import said
from tui.look.dots import middle, stroke
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import Place, draw_flights
from tui.widgets.canvas import cut

LEAST_WIDTH, LEAST_HEIGHT = 18, 6
"""Of the box of a ring."""
ROOMY = 46, 9
"""From this size of a box on packets carry their numbers."""
NAMED = 30
"""From this width of a box on a node bears its name before its number."""
LABEL = 4
"""Columns that half a node's words take."""
_TIE = 1e-6
"""What stands halfway between two rows is in the upper one, on both sides."""
FRESH = 500 * MILLISECOND
"""For so long what was told is bright."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """Every ring in a box; the greatest number that is named stands in its middle, a stranger in a corner."""
    rings = _rings(scene)
    if not rings or canvas.width < LEAST_WIDTH or canvas.height < 3:
        return
    across = max(1, min(len(rings), canvas.width // LEAST_WIDTH))
    while across > 1 and -(-len(rings) // (across - 1)) * LEAST_HEIGHT <= canvas.height:
        across -= 1  # as few beside each other as there is height for: rings are round
    down = -(-len(rings) // across)
    width, height = canvas.width // across, max(1, canvas.height // down)
    where: dict[str, Place] = {}
    for place, (name, nodes) in enumerate(rings):
        left, top = place % across * width, place // across * height
        box = _places([node for node in nodes if node not in _strangers(scene)], width - 1, height)
        box |= {node: (width - LABEL - 2, 0) for node in nodes if node in _strangers(scene)}
        where |= {node: (left + x, top + y) for node, (x, y) in box.items()}
        _draw_told(canvas, scene, nodes, where)
        if len(rings) > 1:
            canvas.put(left, top, name, Ink.QUIET)
        _draw_named(canvas, scene, nodes, left + (width - 1) // 2, top + (height - 1) // 2)
    roomy = width >= ROOMY[0] and height >= ROOMY[1]
    draw_flights(canvas, scene, where, labels=roomy)
    for node, (x, y) in where.items():
        _draw_node(canvas, scene, node, x, y, named=width >= NAMED)
    canvas.settle()


def _places(names: Sequence[str], width: int, height: int) -> dict[str, Place]:
    """Where the nodes of a ring stand, on an ellipse as large as it goes, the first at the bottom."""
    if len(names) == 1:
        return {names[0]: (width // 2, height // 2)}
    across, down = max(2.0, width / 2 - LABEL - 1), (height - 1) / 2
    found = {}
    for place, name in enumerate(names):
        angle = math.pi / 2 - 2 * math.pi * place / len(names)
        x, y = width / 2 + across * math.cos(angle), down + down * math.sin(angle)
        found[name] = (round(x - _TIE), round(y - _TIE))
    return found


def _strangers(scene: Scene) -> set[str]:
    """Of whom nobody was told."""
    return {node.name for node in scene.scenario.nodes if node.unannounced}


def _rings(scene: Scene) -> list[tuple[str, list[str]]]:
    """The rings by what the names of their nodes begin with, in the level's order; an auditor is in none."""
    found: dict[str, list[str]] = {}
    for node in scene.scenario.nodes:
        if node.role == "node":
            found.setdefault(re.sub(r"\d+$", "", node.name), []).append(node.name)
    return list(found.items())


def _draw_told(canvas: Canvas, scene: Scene, nodes: Sequence[str], where: dict[str, Place]) -> None:
    """Who has told whom, bright while it is fresh."""
    told: dict[tuple[str, str], int] = {}
    for entry in scene.entries:
        if entry.kind == SEND and isinstance(entry.detail, Best) and entry.node in nodes:
            told[entry.node, entry.peer] = entry.time
    for (source, target), time in sorted(told.items(), key=lambda pair: pair[1]):
        if source in where and target in where:
            fresh = scene.now - time < FRESH
            ink, every = (Ink.WORLD, 1) if fresh else (Ink.FAINT, 3)
            stroke(canvas, middle(*where[source]), middle(*where[target]), ink, 0, every)


def _draw_named(canvas: Canvas, scene: Scene, nodes: Sequence[str], x: int, y: int) -> None:
    """What the living name, if it may be seen: one number, or that they do not agree."""
    named = {str(view.get("names", "")) for node in nodes if (view := scene.view_of(node))}
    words = sorted(named - {"", "nothing yet"})
    if words:
        agreed = len(words) == 1 and "nothing yet" not in named
        canvas.centre(x, y, f" {words[0]} " if agreed else " ? ", Ink.GOOD if agreed else Ink.COSTLY)


def _draw_node(canvas: Canvas, scene: Scene, node: str, x: int, y: int, named: bool) -> None:
    """Its number, and what it names: the greatest (✓), or another. Where there is room its name stands before it."""
    view, look = scene.view_of(node), scene.look_of(node)
    number, says = str(view.get("own number", "")), str(view.get("names", "nothing yet"))
    bare = not named and bool(number) and not look.absence
    words = number if bare else f"{node} {look.words}" if look.absence else f"{node}: {number}" if number else node
    ink = Ink.YOU if node == scene.you else Ink.BAD if look.absence else Ink.PLAIN
    if says != "nothing yet" and not look.absence:
        most = _greatest(scene, node)
        right = says == most
        words += "✓" if right else " " + said("says {number}", number=says)
        if node != scene.you:
            ink = Ink.GOOD if right else Ink.COSTLY
    words = cut(words, 15)
    left = max(0, min(x - len(words) // 2, canvas.width - len(words)))
    canvas.put(left, y, words, ink)
    canvas.hot(left, y, len(words), node)


def _greatest(scene: Scene, node: str) -> str:
    """The greatest number of the living of this ring, as far as it may be seen."""
    nodes = next((nodes for _, nodes in _rings(scene) if node in nodes), [node])
    numbers = [int(view["own number"]) for name in nodes if (view := scene.view_of(name))]
    named = [int(view["names"]) for name in nodes if str((view := scene.view_of(name)).get("names", "")).isdigit()]
    return str(max([*numbers, *named])) if scene.lifted or not scene.you else str(max(named))
