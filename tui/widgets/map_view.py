"""The map of all lines: the net with one bead a level, and the line that the player stands on unrolled below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from tui.language import said
from tui.look import dots
from tui.look.palette import DEFAULT, Ink, mix
from tui.model import CampaignEntry
from tui.widgets.canvas import Canvas, cut
from tui.widgets.line_view import LEGEND, LINE_WORLDS, Standing, bead, colour_of, dye, fill
from tui.widgets.net import PLACES, TITLE, Laid, Link, Net

TALL = 3
"""Rows between two lines from which on their stars stand beside their names."""


def lines_of(entries: Sequence[CampaignEntry]) -> dict[str, list[CampaignEntry]]:
    """The lines in the campaign's order, each with its levels."""
    found: dict[str, list[CampaignEntry]] = {}
    for entry in entries:
        found.setdefault(entry.line or entry.world, []).append(entry)
    return found


def draw_net(canvas: Canvas, net: Net, lines: Mapping[str, Sequence[CampaignEntry]], standing: Standing) -> None:
    """The net over the whole canvas."""
    for link in net.links:
        _draw_link(canvas, link, 0.55 if lines.get(link.line) else 0.75)
    for link in net.advised:
        _draw_link(canvas, link, 0.0, Ink.YOU)
    campaign = {name: laid for name, laid in net.lines.items() if name in PLACES}
    rows = sorted({laid.end[1] for laid in (campaign or net.lines).values()})
    is_tall = len(rows) > 1 and min(b - a for a, b in pairwise(rows)) >= TALL
    for name, laid in net.lines.items():
        if campaign and name not in campaign:
            _draw_course(canvas, laid, lines.get(name, ()), standing)
        else:
            _draw_line(canvas, laid, lines.get(name, ()), standing)
    if is_tall:
        shown = campaign or net.lines
        _draw_marks(canvas, shown, {name: lines.get(name, ()) for name in shown}, standing)
        legend = f"{said(LEGEND)}  {said('◆ live  dotted: to come')}"
        canvas.put(2, (net.height or canvas.height) - 1, legend, Ink.QUIET)


def _draw_link(canvas: Canvas, link: Link, dim: float, ink: Ink = Ink.FAINT) -> None:
    dots.curve(canvas, link.way, ink, 0, link.every)
    canvas.flush()
    if ink is not Ink.FAINT:
        return
    colour = canvas.palette.colour(Ink.WORLD, 0, DEFAULT, LINE_WORLDS.get(link.line, link.line.lower()))
    if canvas.palette.mixes:
        for x, y in {(x >> 1, y >> 2) for x, y in link.way}:
            if 0 <= x < canvas.width and 0 <= y < canvas.height and not canvas.owned[y][x]:
                canvas.fores[y][x] = mix(colour, canvas.ground(x, y), dim)


def _draw_line(
    canvas: Canvas, laid: Laid, entries: Sequence[CampaignEntry], standing: Standing
) -> None:  # fmt: skip
    colour = colour_of(canvas, laid.name)
    name = said(laid.name).upper()
    x, y = laid.label
    if not entries:
        _draw_promise(canvas, laid, colour)
        canvas.put(x, y, name, Ink.QUIET)
        return
    if any(entry.id == standing.here for entry in entries):
        if canvas.palette.mixes:
            canvas.put(x - 1, y, f" {name} ", Ink.ON)
            fill(canvas, x - 1, y, len(name) + 2, colour)
        else:
            canvas.put(x - 1, y, f"[{name}]", Ink.STRONG)
    else:
        canvas.put(x, y, name, Ink.STRONG)
        dye(canvas, x, y, len(name), colour)
    canvas.hot(x, y, len(name), ("line", laid.name))
    for entry, (column, row) in zip(entries, laid.beads, strict=False):
        bead(canvas, column, row, entry, standing)
    if laid.hidden:
        canvas.put(x + len(name) + 1, y, f"+{laid.hidden}", Ink.QUIET)


def _draw_course(canvas: Canvas, laid: Laid, entries: Sequence[CampaignEntry], standing: Standing) -> None:
    """A course beside the campaign, in a row: its title, its stars and its levels."""
    colour = colour_of(canvas, laid.name)
    x, y = laid.label
    name = cut(entries[0].world if entries else laid.name, TITLE - 2)
    if any(entry.id == standing.here for entry in entries):
        if canvas.palette.mixes:
            canvas.put(x - 1, y, f" {name} ", Ink.ON)
            fill(canvas, x - 1, y, len(name) + 2, colour)
        else:
            canvas.put(x - 1, y, f"[{name}]", Ink.STRONG)
    else:
        canvas.put(x, y, name, Ink.STRONG)
        dye(canvas, x, y, len(name), colour)
    canvas.put(x + TITLE, y, f"★{sum(entry.stars for entry in entries)}", Ink.QUIET)
    canvas.hot(x, y, TITLE, ("line", laid.name))
    for entry, (column, row) in zip(entries, laid.beads, strict=False):
        bead(canvas, column, row, entry, standing)


def _draw_promise(canvas: Canvas, laid: Laid, colour: int) -> None:
    """A line that has no levels yet: its way, and nothing to choose."""
    way = dots.polyline([dots.middle(laid.label[0], laid.end[1]), dots.middle(*laid.end)])
    dots.curve(canvas, way, Ink.FAINT, 0, 4)
    canvas.flush()
    if canvas.palette.mixes:
        for x in range(laid.label[0], laid.end[0] + 1):
            dye(canvas, x, laid.end[1], 1, mix(colour, canvas.ground(x, laid.end[1]), 0.6))


def _draw_marks(
    canvas: Canvas, laid: Mapping[str, Laid], lines: Mapping[str, Sequence[CampaignEntry]], standing: Standing
) -> None:
    """Behind the names their stars; below the beads where the player stands, what is advised next, and what is new."""
    for name, entries in lines.items():
        stars = f"★{sum(entry.stars for entry in entries)}"
        x, y = laid[name].label[0] + len(name) + 2, laid[name].label[1]
        if len(stars) > 2 - (stars != "★0") and _clear(canvas, x, y, len(stars) + 1):
            canvas.put(x, y, stars, Ink.QUIET)
            dye(canvas, x, y, len(stars), colour_of(canvas, name))
    marks = ((standing.here, said("here"), Ink.YOU), (standing.advised, said("next"), Ink.YOU),
             *((level, said("new"), Ink.STRONG) for level in sorted(standing.new)))  # fmt: skip
    for level, word, ink in marks:
        for name, entries in lines.items():
            for entry, (x, y) in zip(entries, laid[name].beads, strict=False):
                words = f"▲ {word}"
                if entry.id == level and _clear(canvas, x, y + 1, len(words)):
                    canvas.put(x, y + 1, words, ink)


def _clear(canvas: Canvas, x: int, y: int, width: int) -> bool:
    """Is no text there? Dots may be."""
    return 0 <= y < canvas.height and x + width <= canvas.width and not any(canvas.owned[y][x : x + width])
