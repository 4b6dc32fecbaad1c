"""Worlds side by side as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.pictures import Grab
from tui.pictures.rows import Row

ALONE = "There is one world here, and none beside it."


def row_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Each world: its title and how it stands; what is known of its nodes; for the network's hand what is under way,
    and of what it is the twin."""
    if not rows:
        yield ALONE
    for row in rows:
        ended = "" if row.ended is None else ", won" if row.ended else ", lost"
        yield f"{row.title}{ended}{f': {row.state}' if row.state else ''}"
        scene = row.scene
        for name in scene.nodes:
            if not scene.look_of(name).hidden and (said := scene.said_of(name)):
                yield f"   {name}: {said}"
        for alarm in scene.alarms:
            yield f"   {alarm.node}: its alarm rings in {alarm.left // 1000} ms"
        for grab in scene.grabs:
            yield f"   {_grab_words(grab)}"


def _grab_words(grab: Grab) -> str:
    if grab.hollow:
        return f"an empty pocket: there is no {grab.thread} here"
    return f"{grab.name}{f', the twin of {grab.thread}' if grab.thread else ''}"
