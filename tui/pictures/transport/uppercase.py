"""The picture of sockets: a door a socket, who stands before it, and what came through; else the general picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.kernel.scenario import NodeSpec
from core.protocols.transport.uppercase.choices import CALL, SOCKET
from core.protocols.transport.uppercase.messages import shown
from core.protocols.transport.uppercase.server import TcpServer
from core.protocols.transport.uppercase.sockets import LISTENING, NONE, WELCOME, split, waiting
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.lanes import TALL, draw_lane
from tui.widgets.canvas import cut

ROWS = 3
"""Rows of a client that the network's hand sees, at least."""
FUSES, PRINTS = 6, 21
"""Columns of its fuse, and of what it has printed."""
STREET = 14
"""Columns before the doors: there stands what has just come, or the call to be made."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """A server of streams sees its doors; everybody else the nodes."""
    if isinstance(scene.me, TcpServer) and not scene.lifted:
        _draw_doors(canvas, scene, scene.me)
        return
    clients = [node for node in scene.scenario.nodes if node.role == "udp_client"]
    if scene.has_hand and clients and canvas.height >= ROWS * len(clients):
        _draw_clients(canvas, scene, clients)
        return
    general.draw(canvas, scene)


def _draw_clients(canvas: Canvas, scene: Scene, clients: Sequence[NodeSpec]) -> None:
    """For the network's hand: of every client its fuse, what it has printed, and its packets on their way; at its
    right, or below it, what the second row has printed where that is something else."""
    pitch = canvas.height // len(clients)
    apart = pitch > 2 * TALL  # there is room for two tall lanes, one for each direction
    for place, client in enumerate(clients):
        y = place * pitch
        server = str(client.parameters.get("server", "server"))
        canvas.put(1, y, cut(client.name, FUSES - 2), Ink.STRONG)
        soonest = min((alarm.left for alarm in scene.alarms if alarm.node == client.name), default=None)
        canvas.put(FUSES, y, "" if soonest is None else general.fuse_words(soonest), Ink.COSTLY)
        printed = _printed(scene.view_of(client.name))
        canvas.put(PRINTS, y, cut(printed, canvas.width - PRINTS), Ink.STRONG)
        span = (1, canvas.width - len(server) - 2)
        canvas.put(span[1] + 1, y + (2 if apart else 1), server, Ink.QUIET)
        second = printed if scene.second is None else _printed(scene.second.view(client.name))
        if second != printed:
            words = f"row 2: {second or 'nothing'}"
            beside = canvas.width - len(words) - 1  # below it what is held would lie on it
            x, down = (beside, 0) if beside > PRINTS + len(printed) + 1 else (PRINTS - 7, 2 * TALL if apart else 2)
            canvas.put(x, y + down, words, Ink.QUIET)
        forth, back = (client.name, server), (server, client.name)
        if apart:
            draw_lane(canvas, scene, y + 1, span, forth=forth, rows=TALL)
            draw_lane(canvas, scene, y + 1 + TALL, span, back=back, rows=TALL)
        else:
            draw_lane(canvas, scene, y + 1, span, forth=forth, back=back)


def _printed(view: Mapping[str, str | int]) -> str:
    """What a client has printed, line by line, without quotes."""
    return str(view.get("printed", "")).replace('"', "").replace("nothing", "")


def _draw_doors(canvas: Canvas, scene: Scene, me: TcpServer) -> None:
    """The welcome socket above, a connection socket a line below it; the pointer is at the door that is meant."""
    below = scene.asked is not None and scene.asked.choice.name == SOCKET.name
    calls = scene.asked is not None and scene.asked.choice.name == CALL.name
    names = [WELCOME, *(name for name, socket in me.sockets.items() if below or socket.accepted)]
    verb, meant = "", ""
    if isinstance(scene.draft, str) and (below or calls):
        verb, meant = ("", scene.draft) if below else split(scene.draft)
    street = min(STREET, canvas.width // 3)
    wide = max(map(len, names))
    canvas.put(street, 0, "port 12000" if me.welcome == LISTENING else "", Ink.QUIET)
    for row, name in enumerate(_in_sight(names, meant, canvas.height - 2), 1):
        door = _door(name, wide, me)
        chosen = name == meant
        canvas.put(street, row, door, Ink.CHOSEN if chosen else Ink.YOU if name == WELCOME else Ink.PLAIN)
        canvas.put(street + len(door) + 1, row, *_behind(name, me, below))
        if chosen:
            words = cut(verb or _arrival(scene), street - 2)
            canvas.put(street - 2 - len(words), row, words, Ink.CHOSEN if verb else Ink.PACKET)
            canvas.put(street - 1, row, ">", Ink.CHOSEN)
    _draw_leaving(canvas, scene, canvas.height - 1)


def _in_sight(names: list[str], meant: str, room: int) -> list[str]:
    """As many of the doors as there is room for, the one that is meant among them."""
    first = names.index(meant) if meant in names else 0
    start = max(0, min(first - room // 2, len(names) - room))
    return names[start : start + max(1, room)]


def _door(name: str, wide: int, me: TcpServer) -> str:
    frame = "╌╌" if name == WELCOME and me.welcome == NONE else "──"
    return f"{frame}┤ {name:<{wide}} ├"


def _behind(name: str, me: TcpServer, below: bool) -> tuple[str, Ink]:
    """What is on the other side of a door."""
    if name == WELCOME:
        queue = waiting(me)
        return (f"{len(queue)} in the queue", Ink.ACCENT) if queue else (me.welcome, Ink.QUIET)
    socket = me.sockets[name]
    arrived = socket.held + socket.unread if below else socket.held
    if arrived:
        return shown(arrived), Ink.STRONG
    if socket.hung_up or (below and socket.ended):
        return "hung up", Ink.QUIET
    return ("answered" if socket.answered else "nothing yet"), Ink.QUIET


def _arrival(scene: Scene) -> str:
    """What has come, in a word."""
    what = str(scene.asked.news) if scene.asked is not None else ""
    return {"a connection request": "may I?", "its end": "(gone)"}.get(what, what.removeprefix("the bytes "))


def _draw_leaving(canvas: Canvas, scene: Scene, row: int) -> None:
    """The answers that have just left."""
    x = 0
    for flight in scene.flights[-3:]:
        if flight.source == scene.you:
            x = canvas.put(x, row, f"< {cut(scene.words(flight.message), 14)} to {flight.destination}", Ink.PACKET) + 2
