"""Guests of a server as the network's hand sees them: their segments, who has left, who sits there in either row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.kernel.scenario import NodeSpec
from core.kernel.time import show_duration
from core.protocols.transport.tcp.connection import State
from core.protocols.transport.tcp.messages import Flags, Segment
from tui.look.parts import Tile, tile
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import fuse_words
from tui.pictures.lanes import TALL, draw_lane
from tui.widgets.canvas import cut

ROWS = 3
"""Rows of a guest, at least."""
CHAIR = 9
"""Columns of a chair."""


def guests_of(scene: Scene) -> tuple[str, list[NodeSpec]]:
    """The server that most hosts open a connection to, and those hosts."""
    asked: dict[str, list[NodeSpec]] = {}
    for node in scene.scenario.nodes:
        if node.role == "sender":
            asked.setdefault(str(node.parameters.get("peer", "receiver")), []).append(node)
    return max(asked.items(), key=lambda pair: len(pair[1]), default=("", []))


def draw_guests(canvas: Canvas, scene: Scene, server: str, guests: Sequence[NodeSpec]) -> None:
    """Three rows a guest: whether it is here and its alarm; its segments, and its chair; what is held of them, and the
    chair in the second row where that is another."""
    names = [guest.name for guest in guests]
    chairs = _connections(scene.view_of(server), names)
    others = chairs if scene.second is None else _connections(scene.second.view(server), names)
    pitch = canvas.height // len(guests)
    apart = pitch > 2 * TALL  # there is room for two tall lanes, one for each direction
    span = (1, canvas.width - CHAIR - 1)
    canvas.right(0, server.upper(), Ink.STRONG)
    for place, guest in enumerate(guests):
        y = place * pitch
        down = scene.look_of(guest.name).absence
        coming = scene.now < guest.starts
        here = f"comes at {show_duration(guest.starts)}" if coming else "has left" if down else "is here"
        x = canvas.put(1, y, guest.name, Ink.STRONG)
        canvas.put(x + 1, y, here, Ink.QUIET if coming or down else Ink.GOOD)
        soonest = min((alarm.left for alarm in scene.alarms if alarm.node == guest.name), default=None)
        canvas.put(span[1] // 2, y, "" if soonest is None else fuse_words(soonest), Ink.COSTLY)
        mine, there = (states.get(guest.name, "") for states in (chairs, others))
        known = scene.second is not None and there not in ("", State.SYN_RECEIVED.value)
        ghost = bool(down) and not coming and not known  # whoever sits there, too, did come
        seat, second = (y + 2, y + 2 + TALL) if apart else (y + 1, y + 2)
        _draw_chair(canvas, seat, guest.name, mine, ghost and mine == State.ESTABLISHED.value, tall=apart)
        if there != mine:
            canvas.put(span[1] - 7, second - apart, "row 2:", Ink.QUIET)
            _draw_chair(canvas, second, guest.name, there, False, tall=apart)
        forth, back = (guest.name, server), (server, guest.name)
        if apart:
            draw_lane(canvas, scene, y + 1, span, forth=forth, rows=TALL)
            draw_lane(canvas, scene, y + 1 + TALL, (span[0], span[1] - 8), back=back, rows=TALL)
        else:
            draw_lane(canvas, scene, y + 1, span, forth=forth, back=back)


def _draw_chair(canvas: Canvas, y: int, name: str, state: str, ghost: bool, *, tall: bool = False) -> None:
    """Who sits there: nobody, somebody who is asked whether he is there, a guest, or one that is none."""
    waits = state in (State.SYN_RECEIVED.value, "")
    who = "" if not state else f"{name}?" if waits else "GHOST" if ghost else name
    ink = Ink.QUIET if waits else Ink.BAD if ghost else Ink.GOOD
    x, words = canvas.width - CHAIR, f"{cut(who, CHAIR - 2):^{CHAIR - 2}}"
    if tall and not canvas.ascii_only and canvas.palette.mixes:
        tile(canvas, x, y, words, ink, Tile.FULL if state else Tile.MISSING)
    else:
        canvas.put(x, y, f"[{words}]", ink)


def _connections(view: Mapping[str, str | int], guests: Sequence[str]) -> dict[str, str]:
    """The state of the server's connection with each guest that it has one with."""
    if "peer" in view:
        return {str(view["peer"]): str(view["state"])}
    return {guest: str(view[guest]) for guest in guests if guest in view}


def packet_words(message: object) -> str:
    """A segment in a word: its text, or else its flags."""
    if not isinstance(message, Segment):
        return str(message)
    if message.payload:
        return f'"{message.payload.decode("ascii", "replace")}"'
    syn, fin, ack = (bool(message.flags & flag) for flag in (Flags.SYN, Flags.FIN, Flags.ACK))
    return "SYN+ACK" if syn and ack else "SYN" if syn else "FIN" if fin else "ACK" if ack else str(message)
