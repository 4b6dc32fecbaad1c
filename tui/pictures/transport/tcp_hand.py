"""Guests of a server as the network's hand sees them: their segments, who has left, who sits there in either row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.kernel.scenario import NodeSpec
from core.kernel.time import show_duration
from core.protocols.transport.tcp.connection import State
from core.protocols.transport.tcp.messages import Flags, Segment
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import draw_lane, fuse_words
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
        canvas.put(span[0], y + 1, "·" * (span[1] - span[0]), Ink.QUIET)
        mine, there = (states.get(guest.name, "") for states in (chairs, others))
        known = scene.second is not None and there not in ("", State.SYN_RECEIVED.value)
        ghost = bool(down) and not coming and not known  # whoever sits there, too, did come
        _draw_chair(canvas, y + 1, guest.name, mine, ghost and mine == State.ESTABLISHED.value)
        if there != mine:
            canvas.put(span[1] - 7, y + 2, "row 2:", Ink.QUIET)
            _draw_chair(canvas, y + 2, guest.name, there, False)
        draw_lane(canvas, scene, (guest.name, server), y + 1, span)
        draw_lane(canvas, scene, (server, guest.name), y + 1, span, forth=False)


def _draw_chair(canvas: Canvas, y: int, name: str, state: str, ghost: bool) -> None:
    """Who sits there: nobody, somebody who is asked whether he is there, a guest, or one that is none."""
    waits = state in (State.SYN_RECEIVED.value, "")
    who = "" if not state else f"{name}?" if waits else "GHOST" if ghost else name
    ink = Ink.QUIET if waits else Ink.BAD if ghost else Ink.GOOD
    canvas.put(canvas.width - CHAIR, y, f"[{cut(who, CHAIR - 2):^{CHAIR - 2}}]", ink)


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
