"""The picture of texts over a wire: what was sent and told, the wire with its haze, the rover's ground or the sheet.

A sender sees its plan, a stub under each text that was answered, the candle of the one that is out, and the rover where
receipts say that it is; what is beyond the haze it does not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.kernel.scenario import NETWORK, NodeSpec
from core.kernel.trace import DELIVER
from core.protocols.premise.arq import PROTOCOL
from core.protocols.premise.arq.ground import PLAIN, START, Spot, pit_at, rows_of, start_of, stepped
from core.protocols.premise.arq.machine import ASSUMED, OUT, SILENT, TOLD, Receiver, Rover, Sender, texts_of
from core.protocols.premise.arq.messages import Complaint, Frame
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

CANDLE = 10
"""Cells of a candle that is whole."""
HAZE = 0.4
"""From this share of the way on a sender sees its own texts no more."""
STUBS = {TOLD: ("ACK", Ink.GOOD), ASSUMED: ("?", Ink.COSTLY), OUT: ("..", Ink.QUIET), SILENT: ("--", Ink.BAD)}
"""What stands under a text, by what its sender knows of it."""
LEAST = 24
"""Columns below which there is no room for a wire."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """The sender's desk on the left, the ground (or the sheet) on the right, the wire between them."""
    if canvas.width < LEAST or canvas.height < 3:
        return
    ends = _ends(scene)
    if ends is None:
        return
    sender, reader = ends
    ground = _Ground.of(scene, sender, reader, canvas)
    right = canvas.width - (ground.width + 2 if ground is not None else 0)
    _draw_plan(canvas, scene, sender, right)
    wire = min(canvas.height - 2, 4 if canvas.height < 12 else canvas.height // 2)
    _draw_wire(canvas, scene, sender, reader, wire, right)
    if isinstance(scene.me, Sender) and not scene.lifted:
        _draw_candle(canvas, scene, scene.me, wire + 2, right)
    if ground is not None:
        ground.draw(canvas)
    else:
        _draw_sheet(canvas, scene, reader)


def _ends(scene: Scene) -> tuple[NodeSpec, NodeSpec] | None:
    """The sender that the picture is of, yours if you are one, and its reader."""
    room = [node for node in scene.scenario.nodes if node.protocol == PROTOCOL.name]
    senders = [node for node in room if node.role == "sender"]
    senders.sort(key=lambda node: node.name != scene.you)
    for sender in senders:
        for node in room:
            if node.name == sender.parameters.get("receiver", "receiver"):
                return sender, node
    return None


def _hidden(scene: Scene) -> bool:
    """Is the far end in the fog?"""
    return not scene.lifted and scene.you not in ("", NETWORK) and not scene.sight.everything


def _plan(scene: Scene, sender: NodeSpec) -> Sequence[str]:
    me = scene.me
    if isinstance(me, Sender) and me.name == sender.name:
        return me.plan
    return texts_of(str(sender.parameters.get("texts", PROTOCOL.defaults("sender")["texts"])))


def _read_by(scene: Scene, reader: NodeSpec) -> list[str]:
    """What the far end has read, as far as it may be seen."""
    return [str(entry.detail) for entry in scene.entries if entry.kind == DELIVER and entry.node == reader.name]


# The sender's desk


def _draw_plan(canvas: Canvas, scene: Scene, sender: NodeSpec, right: int) -> None:
    """The texts in a row, under each what its sender knows of it."""
    canvas.put(1, 0, sender.name.upper(), Ink.YOU if sender.name == scene.you else Ink.STRONG)
    if isinstance(scene.me, Receiver) and _hidden(scene):
        return
    plan = _plan(scene, sender)
    me = scene.me if isinstance(scene.me, Sender) else None
    wide = max(4, *(len(text) + 2 for text in plan)) if plan else 4
    room = max(1, (right - 8) // wide)
    first = 0 if me is None else max(0, min(me.base - room // 2, len(plan) - room))
    x = 7
    canvas.put(1, 1, "plan", Ink.QUIET)
    for place in range(first, min(len(plan), first + room)):
        told = "" if me is None else me.told[place]
        due = me is not None and place == me.top and not me.owed and not me.crowded
        ink = Ink.CHOSEN if due or told == SILENT else Ink.PACKET if told == OUT else Ink.PLAIN
        canvas.put(x, 1, plan[place], Ink.DONE if told == TOLD else ink)
        stub, shade = STUBS.get(told, ("", Ink.QUIET))
        canvas.put(x, 2, stub, shade)
        x += wide
    if me is not None:
        canvas.put(1, 2, "told", Ink.QUIET)


def _draw_candle(canvas: Canvas, scene: Scene, me: Sender, y: int, right: int) -> None:
    """How long the oldest text that is out is still waited for; what can be done now, in words."""
    out = me.outstanding
    if out and not me.owed:
        burnt = (scene.now - me.lit[out[0] - 1]) / me.patience
        left = max(0, min(CANDLE, round(CANDLE * (1 - burnt))))
        x = canvas.put(1, y, "candle |", Ink.QUIET)
        canvas.put(x, y, "▓" * left, Ink.ACCENT)
        canvas.put(x + left, y, "." * (CANDLE - left) + "|", Ink.QUIET)
        return
    words, ink = "", Ink.ACCENT
    if me.owed:
        words = "Nothing came. Again, or next?"
    elif me.heard == "old receipt":
        words, ink = "That receipt tells nothing new.", Ink.QUIET
    elif not me.top:
        words, ink = "It is at S. You cannot see it.", Ink.QUIET
    canvas.wrap(1, y, words, max(10, right - 2), 2, ink)


# The wire


def _draw_wire(canvas: Canvas, scene: Scene, sender: NodeSpec, reader: NodeSpec, y: int, right: int) -> None:
    """The wire with what is on it; in the fog only what you have sent, until the haze has it."""
    left, end = 1, right - 2
    for x in range(left, end):
        canvas.put(x, y, "·", Ink.QUIET)
    hidden = _hidden(scene)
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
        share = scene.progress(flight)
        if hidden and share > HAZE:
            continue
        words = _tile(scene, flight.message)
        place = share if forth else 1 - share
        x = left + round((end - left - len(words)) * place)
        canvas.put(max(left, x), y if forth else y + 1, words, Ink.PACKET if forth else Ink.ACCENT)
    _draw_stub(canvas, scene, y + 1, left)


def _tile(scene: Scene, message: object) -> str:
    if isinstance(message, Frame):
        return f"[{cut(scene.words(message), 12)}]"
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
        words = f"{_tile(scene, last.detail)}{' on the floor' if old else ''}"
        canvas.put(left, y, words, Ink.QUIET if old else Ink.GOOD)


# The far end


@dataclass
class _Ground:
    """A rover's map, where it stands (or where receipts say it does), and its track."""

    map: str
    spot: Spot
    track: list[Spot]
    seen: bool
    pitch: int
    rise: int
    name: str

    @staticmethod
    def of(scene: Scene, sender: NodeSpec, reader: NodeSpec, canvas: Canvas) -> _Ground | None:
        """The ground, if the reader is a rover."""
        if reader.role != "rover":
            return None
        ground = str(reader.parameters.get("map", PROTOCOL.defaults("rover")["map"]))
        rows = rows_of(ground)
        pitch = 5 if canvas.width >= 70 else 3
        rise = 2 if canvas.height >= 2 * len(rows) + 1 else 1
        hidden = _hidden(scene)
        if isinstance(scene.me, Rover) and reader.name == scene.you:
            steps, hidden = scene.me.read, False
        elif hidden and isinstance(scene.me, Sender):
            told = [place for place, told in enumerate(scene.me.told) if told in (TOLD, ASSUMED)]
            steps = [scene.me.plan[place] for place in told]
        else:
            steps = [] if hidden else _read_by(scene, reader)
        track = [start_of(ground)]
        for step in steps:
            track.append(stepped(ground, track[-1], step))
        return _Ground(ground, track[-1], track, not hidden, pitch, rise, reader.name)

    @property
    def width(self) -> int:
        """Its columns."""
        return len(rows_of(self.map)[0]) * self.pitch

    def draw(self, canvas: Canvas) -> None:
        """The ground at the right edge: pits and flag by their letters, the rover `R` (as believed: `r`)."""
        rows = rows_of(self.map)
        left = canvas.width - self.width
        canvas.put(left, 0, cut(f"{self.name.upper()}{'' if self.seen else ' (photo)'}", self.width), Ink.STRONG)
        for row, letters in enumerate(rows):
            for column, letter in enumerate(letters):
                spot = Spot(column, len(rows) - 1 - row)
                x, y = left + column * self.pitch + 1, 1 + row * self.rise
                ink = Ink.QUIET if letter in (PLAIN, START) else Ink.BAD if pit_at(self.map, spot) else Ink.GOOD
                glyph = letter
                if letter == PLAIN and spot in self.track:
                    glyph, ink = ":", Ink.PLAIN
                if spot == self.spot:
                    glyph, ink = ("R" if self.seen else "r"), Ink.CHOSEN
                canvas.put(x, y, glyph, ink)
        if pit_at(self.map, self.spot):
            canvas.put(left, 1 + len(rows) * self.rise, f"fell into {pit_at(self.map, self.spot)}", Ink.BAD)


def _draw_sheet(canvas: Canvas, scene: Scene, reader: NodeSpec) -> None:
    """What the far end has read, as far as it may be seen; for its own node the numbers with the awaited one."""
    y = canvas.height - 2
    canvas.put(1, y - 1, reader.name.upper(), Ink.YOU if reader.name == scene.you else Ink.STRONG)
    if isinstance(scene.me, Receiver) and reader.name == scene.you:
        me = scene.me
        _draw_texts(canvas, me.read, y)
        count = 1 << min(me.bits, 4)
        x = canvas.put(1, y + 1, "numbers ", Ink.QUIET)
        for number in range(count):
            awaited = number == me.awaited % count
            x = canvas.put(x, y + 1, f"[{number}]" if awaited else f" {number} ", Ink.CHOSEN if awaited else Ink.QUIET)
    elif not _hidden(scene):
        _draw_texts(canvas, _read_by(scene, reader), y)
    else:
        canvas.put(1, y, "in the haze", Ink.QUIET)


def _draw_texts(canvas: Canvas, texts: Sequence[str], y: int) -> None:
    """The last texts that fit, each in its box."""
    line = "|".join(texts)
    canvas.put(1, y, f"|{line[-(canvas.width - 4) :]}|" if texts else "|   |", Ink.PLAIN)
