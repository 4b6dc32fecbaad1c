"""A sky that is a network: nodes, links between neighbours, and now and then a pulse along one of them."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from tui.look import dots
from tui.look.dots import Dot
from tui.look.flight import Flight, comet
from tui.look.palette import Ink
from tui.look.places import Box
from tui.widgets.canvas import Canvas

ACROSS, DOWN = 13, 5
"""Columns and rows of sky for each node."""
PULSE = 40
"""Pictures from one pulse to the next."""
LENGTH = 24
"""Pictures that a pulse is under way."""


@lru_cache(maxsize=8)
def links(width: int, height: int, without: tuple[Box, ...]) -> tuple[tuple[tuple[Dot, ...], ...], tuple[Dot, ...]]:
    """The links of a sky of this size as ways of dots, and its nodes; nothing lies `without`, where something is."""
    nodes: dict[tuple[int, int], Dot] = {}
    for row in range(-(-height // DOWN)):
        for column in range(-(-width // ACROSS)):
            mixed = (column * 7919 + row * 104729 + column * row * 31) % 997
            cell = column * ACROSS + 1 + mixed % (ACROSS - 2), row * DOWN + (mixed // 13) % DOWN
            if cell[0] < width and cell[1] < height and not _within(cell, without):
                nodes[column, row] = dots.middle(*cell)
    ways = []
    for (column, row), start in nodes.items():
        for other in ((column + 1, row), (column, row + 1), (column + 1, row + 1)):
            end = nodes.get(other)
            if end is None or (column * 3 + row * 5 + other[0] * 2 + other[1]) % 5 == 0:
                continue
            way = tuple(dots.straight(start, end))
            if not any(_within((x // 2, y // 4), without) for x, y in way):
                ways.append(way)
    return tuple(ways), tuple(nodes.values())


def _within(cell: tuple[int, int], boxes: Collection[Box]) -> bool:
    return any(box.x <= cell[0] < box.x + box.width and box.y <= cell[1] < box.y + box.height for box in boxes)


def draw(canvas: Canvas, without: tuple[Box, ...], frame: int = 0, *, still: bool = False) -> None:
    """The network in the sky; with every picture the pulse is further on, unless all is to stand `still`."""
    ways, nodes = links(canvas.width, canvas.height, without)
    for way in ways:
        dots.curve(canvas, way, Ink.FOG, 0, 3)
    for x, y in nodes:
        for dot in ((x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)):
            canvas.dot(*dot, Ink.FAINT)
    if ways and not still:
        way = ways[frame // PULSE * 5 % len(ways)]
        since = frame % PULSE
        if since < LENGTH:
            comet(canvas, Flight(way, 0, 1), since / LENGTH, Ink.QUIET)
