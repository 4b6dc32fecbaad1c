"""The framing picture: the bytes held, one cell a byte, and the messages found so far."""

from __future__ import annotations

from core.kernel.choice import Asked
from core.protocols.transport.framing import END, Receiver, formats_of, shown
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.flights import glide_off
from tui.pictures.octets import draw_octets


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
    for sender, name in formats_of(me.formats).items():
        said = me.got.get(sender, ())
        canvas.put(1, y, sender, Ink.STRONG if at_hand is not None and at_hand.source == sender else Ink.PLAIN)
        held = me.held.get(sender, b"")
        x = canvas.put(6, y, f"{name:<10}", Ink.QUIET)
        for message in said[-4:]:
            x = canvas.put(x, y, f"[{shown(message)}]", Ink.GOOD) + 1
        if held and (at_hand is None or at_hand.source != sender):
            canvas.put(x, y, f"{shown(held)} ...", Ink.PACKET)
        y += 1
    for flight in scene.flights[-3:]:
        glide_off(canvas, scene, flight, 1, y, f"> {scene.words(flight.message)}")
        y += 1


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Where a message ends is the cut through its bytes."""
    return asked.choice.name == END.name and isinstance(scene.me, Receiver)
