"""Packets on a picture: each glides along the way that the picture gives it, and what becomes of it is drawn alike
everywhere: one that is lost bursts, where that may be seen; in the fog each sinks into the mist, whatever becomes of
it; a late one stays behind its ring; a second copy leaves the way of the first."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.sight import Flight
from tui.look.dots import Dot, curve
from tui.look.flight import Flight as Way
from tui.look.flight import Glide
from tui.look.palette import node_ink
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

LABEL = 18
"""Letters on a packet."""
MOST = 200
"""The latest so many packets are drawn."""


def glide(
    canvas: Canvas,
    scene: Scene,
    flight: Flight,
    way: Sequence[Dot],
    label: str | None = None,
    *,
    ink: Ink | None = None,
    first: float = 0.06,
    last: float = 0.94,
    until: float = 1.0,
) -> None:
    """Put a packet on its way from end to end of these dots, in its sender's colour, with its words as its label (or
    another, "" for none); seen from the share `first` of the way to `last`: not on what stands at the ends. Where mist
    begins within the picture it is seen `until` that share of its time."""
    canvas.fly(
        Glide(
            (flight.number, flight.source, is_again(scene, flight)),
            Way(way, flight.departed, flight.arrival),
            scene.drawn_at,
            node_ink(flight.source, scene.nodes, scene.you) if ink is None else ink,
            cut(scene.words(flight.message), LABEL) if label is None else label,
            first=first,
            last=last,
            lost=flight.lost,
            planned=flight.planned if is_late(scene, flight) else None,
            again=is_again(scene, flight),
            sinks=not scene.sight.everything,
            until=until,
        )
    )


def is_again(scene: Scene, flight: Flight) -> bool:
    """Is the same packet under way already?"""
    return scene.first_copies.get((flight.number, flight.source)) is not flight


def is_late(scene: Scene, flight: Flight) -> bool:
    """Does it take half as long again as it should? Waiting in a queue is no delay of its own."""
    link = scene.scenario.links.get((flight.source, flight.destination), scene.scenario.default_link)
    slack = (flight.planned - flight.departed) // 2
    return (link is None or link.rate is None) and flight.arrival - flight.planned > slack


def glide_off(canvas: Canvas, scene: Scene, flight: Flight, x: int, y: int, words: str) -> None:
    """A packet as words at (x, y), from where it flies off to the right edge."""
    x = canvas.put(x, y, words, Ink.PACKET)
    if canvas.width - x > 6:
        glide(canvas, scene, flight, between((x + 1, y), (canvas.width - 2, y)), "")


def lane(canvas: Canvas, left: int, right: int, y: int, ink: Ink = Ink.FAINT) -> None:
    """A wire on the row `y`, from column to column: dots, over which packets glide."""
    if right > left:
        curve(canvas, between((left, y), (right, y)), ink, every=4)
