"""The picture of sockets: a door a socket, who stands before it, and what came through; else the general picture."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.kernel.choice import Asked
from core.kernel.scenario import NodeSpec
from core.protocols.transport.uppercase.choices import CALL, REPLY_TO, SOCKET
from core.protocols.transport.uppercase.messages import shown
from core.protocols.transport.uppercase.server import TcpServer
from core.protocols.transport.uppercase.sockets import BOUND, LISTENING, NONE, WELCOME, split, waiting
from tui.controls import Option
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.flights import glide_off
from tui.pictures.lanes import TALL, draw_lane
from tui.widgets.canvas import cut

ROWS = 3
"""Rows of a client that the network's hand sees, at least."""
FUSES, PRINTS = 6, 21
"""Columns of its fuse, and of what it has printed."""
ROOM = 0.08
"""So much of a door's colour is on what lies behind it; of the world's, where there is no door yet."""
LOOSE = ("wait",)
"""Calls that are made on no door."""
NARROW = 72
"""Columns below which there is no room for a street, a door and what is called on it."""


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
    """A band a door: before it the street with who waits or what has just come, behind it what came through, and, where
    the next call is asked, the calls that can be made on that door."""
    below = _asks(scene, SOCKET.name)
    names = [WELCOME, *(name for name, socket in me.sockets.items() if below or socket.accepted)]
    shown_names = _in_sight(names, _meant(scene), max(1, canvas.height // 2))
    loose = _loose_calls(scene)
    room = canvas.height - (2 if loose else 0)
    pitch = max(1, room // len(shown_names))
    street = max(8, canvas.width // 5)
    wide = max(max(map(len, names)) + 4, min(2 * pitch, canvas.width // 5))
    for place, name in enumerate(shown_names):
        _draw_door(canvas, scene, me, name, (place * pitch, pitch, street, wide))
    if loose:
        x = canvas.put(1, room + 1, "on none of them", Ink.QUIET) + 2
        for option in loose:
            x = _draw_call(canvas, option, x, room + 1, option.name) + 1
    _draw_leaving(canvas, scene, canvas.height - 1 if not loose else room)


def _draw_door(canvas: Canvas, scene: Scene, me: TcpServer, name: str, where: tuple[int, int, int, int]) -> None:
    """One door in its band of rows."""
    y, pitch, street, wide = where
    below = _asks(scene, SOCKET.name)
    meant = name == _meant(scene)
    tall = max(1, pitch - 1)
    ink = Ink.YOU if name == WELCOME else node_ink(name.partition(":")[0], scene.nodes, scene.you)
    open_ = name != WELCOME or me.welcome == LISTENING
    middle = y + tall // 2
    canvas.put(0, middle, "·" * (street - 1), Ink.FAINT)
    there = name != WELCOME or me.welcome != NONE
    canvas.tint(street + wide, y, canvas.width - street - wide, tall, ink if there else Ink.WORLD, ROOM)
    if there:
        for row in range(tall):
            canvas.tint(street, y + row, wide, 1, ink, 0.30 if not meant else 0.55)
            canvas.put(street, y + row, "┃" if canvas.palette.mixes else "│", ink)
            canvas.put(street + wide - 1, y + row, "│" if open_ else "┃", ink)
        canvas.centre(street + wide // 2, middle, name, Ink.CHOSEN if meant else Ink.STRONG)
    else:
        for row in range(tall):
            canvas.put(street, y + row, "┊", Ink.FAINT)
            canvas.put(street + wide - 1, y + row, "┊", Ink.FAINT)
        canvas.centre(street + wide // 2, middle, "no door", Ink.QUIET)
    _draw_street(canvas, scene, me, name, middle, street)
    x = street + wide + 1
    words, words_ink = _behind(name, me, below)
    if pitch > 1 and name == WELCOME and me.welcome == LISTENING:  # in a single row the calls follow
        words = f"{BOUND}, {words}"
    top = max(y, middle - 1)
    canvas.put(x, top, cut(words, canvas.width - x), words_ink)
    if below:
        canvas.hot(0, y, canvas.width, name, pitch)
        return
    call_y = top + 1 if pitch > 1 else y
    x = x if pitch > 1 else x + len(words) + 2
    for option in scene.listed:
        verb, on = split(str(option.value))
        if on == name and verb not in LOOSE:
            if x + len(verb) + 5 > canvas.width:
                x, call_y = street + wide + 1, call_y + 1
            x = _draw_call(canvas, option, x, call_y, verb) + 1


def _loose_calls(scene: Scene) -> list[Option]:
    """Those of the calls that are asked."""
    listed = scene.listed if _asks(scene, CALL.name) else ()
    return [option for option in listed if split(str(option.value))[0] in LOOSE]


def _draw_call(canvas: Canvas, option: Option, x: int, y: int, verb: str) -> int:
    """A call that can be made, with its number; the column after it."""
    number = f"{option.number} " if option.number else ""
    text = f">{number}{verb}<" if option.here else f" {number}{verb} "
    canvas.hot(x, y, len(text), option.value)
    return canvas.put(x, y, text, Ink.CHOSEN if option.here else Ink.PLAIN)


def _draw_street(canvas: Canvas, scene: Scene, me: TcpServer, name: str, y: int, street: int) -> None:
    """Who waits before the welcome door; or what has just come, before the door that is meant."""
    if _asks(scene, SOCKET.name):
        if name == _meant(scene):
            words = cut(_arrival(scene), street - 3)
            canvas.put(street - 3 - len(words), y, f"{words} >", Ink.CHOSEN)
        return
    if name != WELCOME:
        canvas.put(0, y, cut(name.partition(":")[0], street - 2), node_ink(name.partition(":")[0], scene.nodes, ""))
        return
    x = street - 1
    for other in waiting(me):
        host = other.partition(":")[0]
        x -= chip_width(canvas, host) + 1
        if x < 0:
            canvas.put(0, y, f"+{len(waiting(me))}", Ink.ACCENT)
            break
        chip(canvas, x, y, host, node_ink(host, scene.nodes, scene.you))


def _asks(scene: Scene, choice: str) -> bool:
    return scene.asked is not None and scene.asked.choice.name == choice


def _meant(scene: Scene) -> str:
    """The door that the answer under construction is about; "" if there is none."""
    if not isinstance(scene.draft, str):
        return ""
    if _asks(scene, SOCKET.name):
        return scene.draft
    return split(scene.draft)[1] if _asks(scene, CALL.name) and split(scene.draft)[0] not in LOOSE else ""


def _in_sight(names: list[str], meant: str, room: int) -> list[str]:
    """As many of the doors as there is room for, the one that is meant among them."""
    first = names.index(meant) if meant in names else 0
    start = max(0, min(first - room // 2, len(names) - room))
    return names[start : start + max(1, room)]


def _behind(name: str, me: TcpServer, below: bool) -> tuple[str, Ink]:
    """What is on the other side of a door."""
    if name == WELCOME:
        queue = waiting(me)
        return (f"{me.welcome}, {len(queue)} in the queue", Ink.ACCENT) if queue else (me.welcome, Ink.QUIET)
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
    mine = [flight for flight in scene.flights if flight.source == scene.you][-3:]
    for place, flight in enumerate(mine):
        words = f"< {cut(scene.words(flight.message), 14)} to {flight.destination}"
        part = canvas.part(canvas.width // len(mine), 1)
        glide_off(part, scene, flight, 0, 0, words)
        canvas.blit(part, place * part.width, row)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The next call stands on its door, and what has come before the door that it is for; a name is pointed at."""
    if asked.choice.name == REPLY_TO.name:
        return not isinstance(scene.me, TcpServer) and general.carries(scene, asked, width)
    return asked.choice.name in (CALL.name, SOCKET.name) and isinstance(scene.me, TcpServer) and width >= NARROW


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    if not isinstance(scene.me, TcpServer):
        return ()
    counts = {"errors"} if not scene.me.errors else set()
    return {"welcome socket", "at the door", *scene.me.sockets, *counts}
