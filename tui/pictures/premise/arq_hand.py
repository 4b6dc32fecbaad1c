"""Texts over a wire as the network's hand sees them: tiles, what the sender was told, and what both readers read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.kernel.scenario import NodeSpec
from core.kernel.trace import Entry
from core.protocols.premise.arq import PROTOCOL
from core.protocols.premise.arq.laws import as_read
from core.protocols.premise.arq.machine import texts_of
from tui.language import later, said
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import draw_fuses
from tui.pictures.lanes import TALLEST, draw_lanes
from tui.pictures.premise.arq_ground import read_by

ABOVE, BELOW = 3, 1
"""Rows above the lanes, for the sender, its texts and its ticks, and below them, for what is read in each world."""
TOLD, SENT = later("ok"), ".."
"""What stands below a text that was answered, and below one that was not yet."""


def draw_hand(canvas: Canvas, scene: Scene, sender: NodeSpec, reader: NodeSpec) -> None:
    """The sender's texts and ticks above, the wire in the middle, below what its reader reads in either row."""
    canvas.put(1, 0, sender.name.upper(), Ink.STRONG)
    candles = [alarm for alarm in scene.alarms if isinstance(alarm.key, tuple)]  # not its rest between two texts
    draw_fuses(canvas, replace(scene, alarms=candles), {sender.name: (canvas.width // 2, 0)})
    _draw_ticks(canvas, scene, sender)
    readers = BELOW * (1 if scene.second is None else 2)
    room = canvas.height - ABOVE - readers
    rows = max(2, min(TALLEST, room // 2))
    draw_lanes(canvas, scene, sender.name, reader.name, ABOVE + max(0, room - 2 * rows) // 2, rows)
    _draw_read(
        canvas,
        said("{reader} reads", reader=reader.name.upper()),
        scene.entries,
        reader,
        canvas.height - readers,
        Ink.STRONG,
    )
    if scene.second is not None:
        _draw_read(canvas, said("row 2 reads"), scene.second.entries(), reader, canvas.height - 1, Ink.PLAIN)


def _draw_ticks(canvas: Canvas, scene: Scene, sender: NodeSpec) -> None:
    """The sender's texts, and below each what it knows of it."""
    plan = texts_of(str(sender.parameters.get("texts", PROTOCOL.defaults("sender")["texts"])))
    view = scene.view_of(sender.name)
    answered = str(view.get("answered", "")).split(", ")
    sent = int(str(view.get("sent", "0")).split()[0])
    x = 1
    for place, text in enumerate(plan, 1):
        told = str(place) in answered
        canvas.put(x, 1, text, Ink.DONE if told else Ink.PACKET if place <= sent else Ink.QUIET)
        canvas.put(x, 2, TOLD if told else SENT if place <= sent else "", Ink.GOOD if told else Ink.QUIET)
        x += max(len(text), len(TOLD)) + 1


def _draw_read(canvas: Canvas, name: str, entries: Iterable[Entry], reader: NodeSpec, y: int, ink: Ink) -> None:
    """What a reader has read so far; of more than there is room for the end."""
    x = canvas.put(1, y, f"{name}: ", Ink.QUIET)
    line = as_read(read_by(entries, reader))
    canvas.put(x, y, line[-max(1, canvas.width - x) :] or said("nothing yet"), ink if line else Ink.QUIET)
