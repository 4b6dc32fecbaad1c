"""The framing picture: the bytes held, one cell a byte, and the messages found so far."""

from __future__ import annotations

from core.kernel.choice import Asked
from core.protocols.transport.framing import END, Receiver, formats_of, shown
from tui.look.palette import node_ink
from tui.look.parts import tile
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.flights import glide_off
from tui.pictures.octets import draw_octets

TALL, TALLEST = 4, 10
"""Rows of a sender's band: at least, where it is more than a line, and at most."""
SPARE = 4
"""Rows below the bands for what comes in."""
BAND = 0.14
"""So much of a sender's colour is on its band."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """What each sender has said, and the bytes that a question is about, cut where the draft would cut them."""
    if not isinstance(scene.me, Receiver):
        general.draw(canvas, scene)
        return
    asked = scene.asked
    at_hand = asked if asked is not None and asked.choice.name == END.name else None
    me = at_hand.me if at_hand is not None else scene.me  # what was found a moment ago, in the same piece, is there too
    y = 0
    if at_hand is not None:
        canvas.put(1, 0, f"from {at_hand.source}, {at_hand.format}: {len(at_hand.held)} bytes", Ink.ACCENT)
        draft = scene.draft if isinstance(scene.draft, int) else None
        y = draw_octets(canvas, 1, at_hand.held, draft) + (canvas.height > 10)
    senders = formats_of(me.formats)
    step = (canvas.height - y - SPARE) // max(1, len(senders))
    step = min(step, TALLEST) if step >= TALL else 1
    for sender, name in senders.items():
        said = me.got.get(sender, ())
        top, y = y, y + (step - 1) // 2
        if step > 1:
            canvas.tint(1, top, canvas.width - 2, step - 1, node_ink(sender, scene.nodes, scene.you), BAND)
        canvas.put(
            1 if step == 1 else 2,
            y,
            sender,
            Ink.STRONG if at_hand is not None and at_hand.source == sender else Ink.PLAIN,
        )
        held = me.held.get(sender, b"")
        x = canvas.put(6 if step == 1 else 8, y, f"{name:<10}", Ink.QUIET)
        for message in said[-4:]:
            said_so = shown(message)
            x = 1 + (canvas.put(x, y, f"[{said_so}]", Ink.GOOD) if step == 1 else tile(canvas, x, y, said_so, Ink.GOOD))
        if held and (at_hand is None or at_hand.source != sender):
            canvas.put(x, y, f"{shown(held)} ...", Ink.PACKET)
        y = top + step
    for flight in scene.flights[-3:]:
        glide_off(canvas, scene, flight, 1, y, f"> {scene.words(flight.message)}")
        y += 1


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Where a message ends is the cut through its bytes."""
    return asked.choice.name == END.name and isinstance(scene.me, Receiver)
