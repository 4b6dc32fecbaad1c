"""The picture of texts over a wire: what was sent and told, the wire with its haze, the rover's ground or the sheet.

A sender sees its plan, a stub under each text that was answered, the candle of the one that is out, and the rover where
receipts say that it is; what is beyond the haze it does not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.kernel.choice import Asked, Value
from core.kernel.scenario import NodeSpec
from core.protocols.premise.arq import PROTOCOL
from core.protocols.premise.arq.choices import CARD_WORDS, CARDS
from core.protocols.premise.arq.machine import OUT, SILENT, TOLD, Receiver, Sender, texts_of
from core.protocols.premise.arq.messages import Complaint, Frame
from tui.language import said
from tui.look.places import between
from tui.pictures import BELOW, Canvas, Ink, Scene
from tui.pictures.flights import glide, lane
from tui.pictures.premise.arq_ground import STUBS, Ground, draw_candle, drawn, ends_of, is_hidden, read_by
from tui.pictures.premise.arq_hand import draw_hand
from tui.pictures.premise.arq_office import draw_office, is_office
from tui.pictures.premise.arq_stage import draw_bare as draw_stage
from tui.widgets.canvas import cut

HAZE = 0.4
"""From this share of the way on a sender sees its own texts no more."""
LEAST = 24
"""Columns below which there is no room for a wire."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """The sender's desk on the left, the ground (or the sheet) on the right, the wire between them."""
    if canvas.width < LEAST or canvas.height < 3:
        return
    ends = ends_of(scene)
    if ends is None:
        return
    sender, reader = ends
    if scene.has_hand and reader.role != "rover":
        draw_hand(canvas, scene, sender, reader)
        return
    if is_office(scene) and draw_office(canvas, scene, sender, reader):
        return
    ground = Ground.of(scene, sender, reader, canvas)
    right = canvas.width - (ground.width + 2 if ground is not None else 0)
    _draw_plan(canvas, scene, sender, right)
    wire = min(canvas.height - 2, 4 if canvas.height < 12 else canvas.height // 2)
    _draw_wire(canvas, scene, sender, reader, wire, right)
    if isinstance(scene.me, Sender) and not scene.lifted:
        draw_candle(canvas, scene, scene.me, 1, wire + 2, right - 2)
    if ground is not None:
        ground.draw(canvas)
    else:
        _draw_sheet(canvas, scene, reader)


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """What each card does."""
    return CARD_WORDS if asked.choice is CARDS else {}


def draw_bare(canvas: Canvas, scene: Scene) -> None:
    """The whole of a bare stage: a rover's planet, or an office above the words."""
    ends = ends_of(scene)
    if ends is None or ends[1].role == "rover":
        draw_stage(canvas, scene)
        return
    stage = canvas.part(canvas.width, max(0, canvas.height - BELOW))
    draw(stage, scene)
    canvas.blit(stage, 0, 0)


def _plan(scene: Scene, sender: NodeSpec) -> Sequence[str]:
    me = scene.me
    if isinstance(me, Sender) and me.name == sender.name:
        return me.plan
    return texts_of(str(sender.parameters.get("texts", PROTOCOL.defaults("sender")["texts"])))


# The sender's desk


def _draw_plan(canvas: Canvas, scene: Scene, sender: NodeSpec, right: int) -> None:
    """The texts in a row, under each what its sender knows of it."""
    canvas.put(1, 0, sender.name.upper(), Ink.YOU if sender.name == scene.you else Ink.STRONG)
    if isinstance(scene.me, Receiver) and is_hidden(scene):
        return
    plan = _plan(scene, sender)
    me = scene.me if isinstance(scene.me, Sender) else None
    wide = max(4, *(len(text) + 2 for text in plan)) if plan else 4
    room = max(1, (right - 8) // wide)
    first = 0 if me is None else max(0, min(me.base - room // 2, len(plan) - room))
    x = 7
    canvas.put(1, 1, said("plan"), Ink.QUIET)
    for place in range(first, min(len(plan), first + room)):
        told = "" if me is None or not me.told else me.told[place]  # not yet, while it is asked at its start
        due = me is not None and place == me.top and not me.owed and not me.crowded
        ink = Ink.CHOSEN if due or told == SILENT else Ink.PACKET if told == OUT else Ink.PLAIN
        canvas.put(x, 1, drawn(canvas, plan[place]), Ink.DONE if told == TOLD else ink)
        stub, shade = STUBS.get(told, ("", Ink.QUIET))
        canvas.put(x, 2, stub, shade)
        x += wide
    if me is not None:
        canvas.put(1, 2, said("told"), Ink.QUIET)


# The wire


def _draw_wire(canvas: Canvas, scene: Scene, sender: NodeSpec, reader: NodeSpec, y: int, right: int) -> None:
    """The wire with what is on it; in the fog only what you have sent, until the haze has it."""
    left, end = 1, right - 2
    lane(canvas, left, end - 1, y, Ink.QUIET)
    hidden = is_hidden(scene)
    if hidden:
        yours = sender.name == scene.you
        first = left + round((end - left) * HAZE) if yours else left
        last = end if yours else left + round((end - left) * (1 - HAZE))
        for x in range(first, last):
            canvas.put(x, y, ":", Ink.QUIET)
    for flight in scene.flights:
        forth = flight.source == sender.name
        if {flight.source, flight.destination} != {sender.name, reader.name}:
            continue
        row = y if forth else y + 1
        ends = ((left, row), (end - 1, row))
        label = _tile(canvas, scene, flight.message)
        way = between(*(ends if forth else ends[::-1]))
        glide(canvas, scene, flight, way, label, first=0.0, last=1.0, until=HAZE if hidden else 1.0)
    _draw_stub(canvas, scene, y + 1, left)


def _tile(canvas: Canvas, scene: Scene, message: object) -> str:
    if isinstance(message, Frame):
        return f"[{cut(drawn(canvas, scene.words(message)), 12)}]"
    return f"<{scene.words(message)}" if isinstance(message, Complaint) else f"({scene.words(message)})"


def _draw_stub(canvas: Canvas, scene: Scene, y: int, left: int) -> None:
    """What came back last, as it lies before the sender."""
    me = scene.me
    if not isinstance(me, Sender) or not me.heard or scene.lifted:
        return
    last = next((entry for entry in reversed(scene.entries_at_hand)
                 if entry.kind == "receive" and entry.node == scene.you), None)  # fmt: skip
    if last is not None:
        old = me.heard == "old receipt"
        words = _tile(canvas, scene, last.detail)
        if old:
            words = said("{message} on the floor", message=words)
        canvas.put(left, y, words, Ink.QUIET if old else Ink.GOOD)


# The far end


def _draw_sheet(canvas: Canvas, scene: Scene, reader: NodeSpec) -> None:
    """What the far end has read, as far as it may be seen; for its own node the numbers with the awaited one."""
    y = canvas.height - 2
    canvas.put(1, y - 1, reader.name.upper(), Ink.YOU if reader.name == scene.you else Ink.STRONG)
    if isinstance(scene.me, Receiver) and reader.name == scene.you:
        me = scene.me
        _draw_texts(canvas, me.read, y)
        count = 1 << min(me.bits, 4)
        x = canvas.put(1, y + 1, f"{said('numbers')} ", Ink.QUIET)
        for number in range(count):
            awaited = number == me.awaited % count
            x = canvas.put(x, y + 1, f"[{number}]" if awaited else f" {number} ", Ink.CHOSEN if awaited else Ink.QUIET)
    elif not is_hidden(scene):
        _draw_texts(canvas, read_by(scene.entries, reader), y)
    else:
        canvas.put(1, y, said("in the haze"), Ink.QUIET)


def _draw_texts(canvas: Canvas, texts: Sequence[str], y: int) -> None:
    """The last texts that fit, each in its box."""
    line = "|".join(drawn(canvas, text) for text in texts)
    canvas.put(1, y, f"|{line[-(canvas.width - 4) :]}|" if texts else "|   |", Ink.PLAIN)
