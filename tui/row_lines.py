"""Worlds side by side as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.language import later, said
from tui.pictures import Grab, Scene, packet_name
from tui.pictures.rows import Row

ALONE = later("There is one world here, and none beside it.")


def row_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Each world: its title and how it stands; what is known of its nodes; for the network's hand what is under way,
    and of what it is the twin."""
    if not rows:
        yield said(ALONE)
    for row in rows:
        ended = "" if row.ended is None else f", {said('won') if row.ended else said('lost')}"
        yield f"{row.title}{ended}{f': {row.state}' if row.state else ''}"
        scene = row.scene
        for name in scene.nodes:
            if not scene.look_of(name).hidden and (words := scene.said_of(name)):
                yield f"   {name}: {words}"
        for alarm in scene.alarms:
            yield "   " + said("{node}: its alarm rings in {time} ms", node=alarm.node, time=alarm.left // 1000)
        for grab in scene.grabs:
            yield f"   {_grab_words(scene, grab)}"


def _grab_words(scene: Scene, grab: Grab) -> str:
    """By which name it is taken, of what it is the twin, and what it says."""
    if grab.hollow:
        return said("an empty pocket: there is no {packet} here", packet=grab.thread)
    words = said("{packet}, the twin of {other}", packet=grab.name, other=grab.thread) if grab.thread else grab.name
    return f"{words}: {packet_name(scene.scenario, grab.message)}"
