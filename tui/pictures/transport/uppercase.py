"""The picture of sockets: a door a socket, who stands before it, and what came through; else the general picture."""

from __future__ import annotations

from core.kernel.scenario import NETWORK
from core.protocols.transport.uppercase.choices import CALL, SOCKET
from core.protocols.transport.uppercase.messages import shown
from core.protocols.transport.uppercase.server import TcpServer
from core.protocols.transport.uppercase.sockets import LISTENING, NONE, WELCOME, split, waiting
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

STREET = 14
"""Columns before the doors: there stands what has just come, or the call to be made."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """A server of streams sees its doors; everybody else the nodes."""
    if isinstance(scene.me, TcpServer) and not scene.lifted:
        _draw_doors(canvas, scene, scene.me)
        return
    general.draw(canvas, scene)
    if scene.you == NETWORK:
        blocking = [name for name in scene.nodes if "it blocks" in str(scene.view_of(name).get("time-out", ""))]
        for row, name in enumerate(blocking):
            canvas.put(0, row, f"{name}: recvfrom blocks, no time-out", Ink.ACCENT)


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
