"""Packets on a link as the network's hand sees them: what pieces of letters say, and what both readers make of them."""

from __future__ import annotations

from collections.abc import Iterable

from core.kernel.trace import DELIVER, RECEIVE, Entry
from core.protocols.internet.ip.host import Arrival
from core.protocols.internet.ip.messages import Frame
from core.wire import udp
from core.wire.ipv4 import unpack_unchecked
from core.wire.table import CodecError
from tui.look.parts import tile
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import draw_fuses
from tui.pictures.lanes import TALL, TALLEST, draw_lane

ROOMY = 12
"""Rows from which on pieces are drawn three rows tall."""
NAMES = 7
"""Columns before what came and what was read."""


def draw_hand(canvas: Canvas, scene: Scene, here: str, there: str) -> None:
    """The link between two nodes with its packets, what came over it, and what was read in either row."""
    rows = min(TALLEST, canvas.height - ROOMY + TALL) if canvas.height >= ROOMY else 2
    canvas.put(1, 0, here.upper(), Ink.STRONG)
    canvas.right(0, there.upper(), Ink.STRONG, 1)
    draw_fuses(canvas, scene, {there: (canvas.width // 2, 0)})
    y = 2 + max(0, canvas.height - ROOMY - rows + TALL) // 2
    draw_lane(canvas, scene, y, (1, canvas.width - 2), forth=(here, there), rows=rows)
    _draw_came(canvas, scene, there, y + rows + (2 if rows >= TALL else 1), tall=rows >= TALL)
    _draw_read(canvas, there.upper(), scene.entries, there, canvas.height - 2, Ink.STRONG)
    if scene.second is not None:
        _draw_read(canvas, "row 2", scene.second.entries(), there, canvas.height - 1, Ink.PLAIN)


def _draw_came(canvas: Canvas, scene: Scene, node: str, y: int, *, tall: bool) -> None:
    """What has come to a node, piece by piece; what is lost of more than there is room for is the first."""
    canvas.put(1, y, "came", Ink.QUIET)
    came = [packet_words(entry.detail) for entry in scene.entries if entry.kind == RECEIVE and entry.node == node]
    while came and sum(len(words) + 3 for words in came) > canvas.width - NAMES:
        del came[0]
    x = NAMES
    for words in came:
        plain = canvas.ascii_only or not canvas.palette.mixes or not tall
        x = 1 + (canvas.put(x, y, f"[{words}]", Ink.PACKET) if plain else tile(canvas, x, y, words, Ink.PACKET))


def packet_words(message: object) -> str:
    """What a piece of a letter says; of what is none, what it is."""
    if not isinstance(message, Frame):
        return str(message)
    try:
        packet = unpack_unchecked(message.data)
    except CodecError:
        return str(message)
    if packet.protocol != udp.PROTOCOL:
        return str(message)
    text = packet.payload[0 if packet.fragment_offset else udp.HEADER :].decode("ascii", "replace")
    return " ".join(text.split()) if text.isprintable() else str(message)


def _draw_read(canvas: Canvas, name: str, entries: Iterable[Entry], node: str, y: int, ink: Ink) -> None:
    """The letter that was read last; of more than there is room for the end."""
    read = [entry.detail for entry in entries if entry.kind == DELIVER and entry.node == node]
    last = read[-1].words if read and isinstance(read[-1], Arrival) else ""
    canvas.put(1, y, name, Ink.QUIET)
    canvas.put(NAMES, y, last[-(canvas.width - NAMES) :] or "has read nothing yet", ink if last else Ink.QUIET)
