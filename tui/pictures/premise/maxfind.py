"""The picture of rings that look for the greatest: each node with its number, what it names, and who tells whom.

Nodes whose names begin alike are a ring (a1 to a6); several rings stand beside each other, in boxes of one size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.kernel.trace import SEND
from core.protocols.premise.maxfind import Best
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import Place, draw_flights, places
from tui.widgets.canvas import cut

LEAST_WIDTH, LEAST_HEIGHT = 18, 6
"""Of the box of a ring."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """Every ring in a box; the greatest number that is named stands in its middle."""
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
        box = places(nodes, width - 2, height)
        where |= {node: (left + x, top + y) for node, (x, y) in box.items()}
        _draw_told(canvas, scene, nodes, where)
        if len(rings) > 1:
            canvas.put(left, top, name, Ink.QUIET)
        _draw_named(canvas, scene, nodes, left + width // 2 - 1, top + height // 2)
    draw_flights(canvas, scene, where)
    for node, (x, y) in where.items():
        _draw_node(canvas, scene, node, x, y)


def _rings(scene: Scene) -> list[tuple[str, list[str]]]:
    """The rings by what the names of their nodes begin with, in the level's order; an auditor is in none."""
    found: dict[str, list[str]] = {}
    for node in scene.scenario.nodes:
        if node.role == "node":
            found.setdefault(re.sub(r"\d+$", "", node.name), []).append(node.name)
    return list(found.items())


def _draw_told(canvas: Canvas, scene: Scene, nodes: Sequence[str], where: dict[str, Place]) -> None:
    """Who has told whom so far: the arrows that betray what a ring is."""
    told = {(entry.node, entry.peer) for entry in scene.entries
            if entry.kind == SEND and isinstance(entry.detail, Best) and entry.node in nodes}  # fmt: skip
    for source, target in sorted(told):
        if source in where and target in where:
            canvas.line(*where[source], *where[target], "·", Ink.QUIET, 2)


def _draw_named(canvas: Canvas, scene: Scene, nodes: Sequence[str], x: int, y: int) -> None:
    """What the nodes name, if it may be seen: one number, or how many differ."""
    named = {str(scene.view_of(node).get("names", "")) for node in nodes if scene.view_of(node)}
    words = sorted(named - {"", "nothing yet"})
    if words:
        agreed = len(words) == 1 and "nothing yet" not in named
        canvas.centre(x, y, words[0] if agreed else "?", Ink.GOOD if agreed else Ink.COSTLY)


def _draw_node(canvas: Canvas, scene: Scene, node: str, x: int, y: int) -> None:
    view, look = scene.view_of(node), scene.look_of(node)
    number = str(view.get("own number", ""))
    words = f"{node} {number}".strip() if not look.absence else f"{node} {look.words}"
    named = str(view.get("names", "nothing yet"))
    ink = Ink.YOU if node == scene.you else Ink.BAD if look.absence else Ink.PLAIN
    if named != "nothing yet" and not look.absence and node != scene.you:
        ink = Ink.STRONG
    canvas.centre(x, y, cut(words, 14), ink)
    canvas.hot(x - len(words) // 2, y, len(words), node)
