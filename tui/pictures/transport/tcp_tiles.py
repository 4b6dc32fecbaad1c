"""A receiver's byte line as tiles that carry the text itself: read, in order, held beyond a hole, missing, promised.
The number that is typed stands at its boundary, and what comes glides in from the sender."""

from __future__ import annotations

from enum import Enum, auto

from core.kernel.trace import RECEIVE
from core.protocols.transport.tcp import Connection, Endpoint
from core.protocols.transport.tcp.messages import Segment, offset_of
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide
from tui.pictures.general import draw_mist
from tui.widgets.canvas import cut

PITCH = 9
"""Columns of a tile and the gap behind it."""
WIDE = PITCH - 1
LEFT = 3
ROOMY = 11
"""Rows from which on what leaves has a lane of its own."""
SHELF = 12
"""Places of a shelf that are drawn one by one."""


class State(Enum):
    """What a tile is."""

    READ = auto()
    HERE = auto()
    HELD = auto()
    ARRIVING = auto()
    MISSING = auto()
    MIXED = auto()
    PROMISED = auto()
    BEYOND = auto()


SHADES = {State.READ: 4, State.HERE: 0, State.HELD: 2, State.MIXED: 2}
"""How far a filled tile's gold is dimmed."""


def draw_receiver(canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection) -> None:
    """The sender in the mist, the tiles, what is typed, and the shelf."""
    spare = canvas.height - ROOMY
    top = 1 if spare < 0 else 2 + min(8, spare // 2)
    arriving = _arriving(scene, conn)
    theirs = node_ink(conn.peer, scene.nodes, scene.you)
    reach = max([conn.edge, conn.highest, *(place + len(data) for place, data in conn.shelf.items())])
    first = _first(canvas, conn, reach)
    count = (canvas.width - LEFT) // PITCH
    heard = me.heard.get(conn.peer, b"")
    canvas.pool(canvas.width // 3, top + 3, 26, 7, Ink.YOU, 0.14)
    for place in range(count):
        byte = 1 + (first + place) * conn.mss
        _draw_tile(canvas, LEFT + place * PITCH, top + 1, byte, conn, heard, arriving, theirs)
    _draw_reader(canvas, conn, me, heard, top)
    _draw_claim(canvas, scene, conn, first, count, top + 5)
    _draw_shelf(canvas, me, conn, top + 7 + (2 if spare > 3 else 1 if spare > 1 else 0))
    _draw_way(canvas, scene, conn)


def _first(canvas: Canvas, conn: Connection, reach: int) -> int:
    """The first tile shown: the place at which things happen is a third from the left."""
    count = (canvas.width - LEFT) // PITCH
    at = max(0, conn.expected - 1) // conn.mss
    tiles = -(-max(0, reach - 1) // conn.mss)
    return max(0, min(at - count // 3, tiles + 2 - count))


def _state(byte: int, conn: Connection, arriving: tuple[int, bytes] | None) -> State:
    """What the tile that begins at this place is."""
    kinds = set()
    for place in (byte, byte + conn.mss // 2, byte + conn.mss - 1):
        if arriving is not None and arriving[0] <= place < arriving[0] + len(arriving[1]):
            kinds.add(State.ARRIVING)
        elif any(at <= place < at + len(data) for at, data in conn.shelf.items()):
            kinds.add(State.HELD)
        elif place < conn.expected - len(conn.unread):
            kinds.add(State.READ)
        elif place < conn.expected:
            kinds.add(State.HERE)
        elif place < conn.highest:
            kinds.add(State.MISSING)
        elif place < conn.edge:
            kinds.add(State.PROMISED)
        else:
            kinds.add(State.BEYOND)
    if len(kinds) == 1:
        return kinds.pop()
    return State.PROMISED if kinds <= {State.PROMISED, State.BEYOND} else State.MIXED


def _draw_tile(
    canvas: Canvas, x: int, y: int, byte: int, conn: Connection, heard: bytes, arriving: tuple[int, bytes] | None,
    theirs: Ink,
) -> None:  # fmt: skip
    """One tile, four rows: half of the first and of the last, its number, its text."""
    state = _state(byte, conn, arriving)
    number = short_number(conn.theirs(byte), WIDE - 2, canvas.ascii_only)
    if state is State.BEYOND:
        canvas.centre(x + WIDE // 2, y + 1, number, Ink.QUIET)
        canvas.centre(x + WIDE // 2, y + 2, "· · ·", Ink.FAINT)
        return
    if state in (State.MISSING, State.PROMISED):
        _frame(canvas, x, y, "" if state is State.MISSING else number, missing=state is State.MISSING)
        return
    text = _letters(byte, conn, heard, arriving)
    ink = theirs if state is State.ARRIVING else Ink.YOU
    shade = SHADES.get(state, 0)
    if state in (State.READ, State.HERE, State.HELD):
        canvas.thing(x, y, WIDE, 4, byte)
    if canvas.ascii_only or not canvas.palette.mixes:
        canvas.put(x, y + 1, f"[{number:^{WIDE - 2}}]", ink)
        canvas.put(x, y + 2, f"{'>' if state is State.ARRIVING else '['}{text}]", ink)
        return
    canvas.put(x, y, "▄" * WIDE, ink, shade)
    canvas.put(x, y + 3, "▀" * WIDE, ink, shade)
    behind = canvas.palette.colour(ink, shade, canvas.palette.ground, canvas.world)
    on = Ink.ON if shade < 3 else Ink.PLAIN
    for row, words in ((y + 1, f" {number}"), (y + 2, f" {text}")):
        canvas.put(x, row, f"{words:{WIDE}}"[:WIDE], on)
        for column in range(max(0, x), min(canvas.width, x + WIDE)):
            if 0 <= row < canvas.height:
                canvas.grounds[row][column] = behind


def short_number(number: int, room: int, ascii_only: bool = False) -> str:
    """A number for a tile: of one that is wider its last digits, which tell it from its neighbours."""
    text = str(number)
    mark = ".." if ascii_only else "…"
    return text if len(text) <= room else f"{mark}{text[len(text) + len(mark) - room :]}"


def _frame(canvas: Canvas, x: int, y: int, number: str, *, missing: bool) -> None:
    ink = Ink.BAD if missing else Ink.YOU
    shade = 0 if missing else 3
    top, side, bottom = ("╭┄╮", "┊", "╰┄╯") if missing else ("╭─╮", "│", "╰─╯")
    canvas.put(x, y, top[0] + top[1] * (WIDE - 2) + top[2], ink, shade)
    for row in (y + 1, y + 2):
        canvas.put(x, row, side + " " * (WIDE - 2) + side, ink, shade)
    canvas.put(x, y + 3, bottom[0] + bottom[1] * (WIDE - 2) + bottom[2], ink, shade)
    if number:
        canvas.centre(x + WIDE // 2, y + 1, number, Ink.QUIET)
    if missing:
        canvas.centre(x + WIDE // 2, y + 1, "?", Ink.BAD)


def _letters(byte: int, conn: Connection, heard: bytes, arriving: tuple[int, bytes] | None) -> str:
    """The beginning of the tile's text."""
    room = WIDE - 2
    data = b""
    for at, held in ([arriving] if arriving is not None else []) + sorted(conn.shelf.items()):
        if at <= byte < at + len(held):
            data = held[byte - at :]
            break
    else:
        stream = heard + conn.unread
        if byte <= len(stream):
            data = stream[byte - 1 :]
    text = "".join(chr(code) if 32 <= code < 127 else "." for code in data[: min(room, conn.mss)])
    return f"{text:{room}}"


def _draw_reader(canvas: Canvas, conn: Connection, me: Endpoint, heard: bytes, y: int) -> None:
    """Who reads, and how far."""
    text = "".join(chr(code) if 32 <= code < 127 else "." for code in heard)
    x = canvas.put(LEFT, y, "reader", Ink.QUIET) + 1
    room = canvas.width - x - 26
    words = f'"{text}"' if len(text) + 2 <= room else f'.."{text[len(text) - room + 4 :]}"'
    canvas.put(x, y, words if heard else "nothing yet", Ink.PLAIN if heard else Ink.QUIET)
    canvas.right(y, f"coins {me.acks}", Ink.ACCENT, 1)


def _place(byte: int, conn: Connection, first: int, count: int) -> int | None:
    """The column of the boundary before this byte; None if it is not in view."""
    off = byte - 1 - first * conn.mss
    if off < 0 or off > count * conn.mss:
        return None
    return LEFT + off // conn.mss * PITCH + off % conn.mss * WIDE // conn.mss


def _draw_claim(canvas: Canvas, scene: Scene, conn: Connection, first: int, count: int, y: int) -> None:
    """The number or window that is being typed, under the tiles, with what it says."""
    asked, draft = scene.asked, scene.draft
    edge = _place(conn.edge, conn, first, count)
    if asked is None or type(draft) is not int:
        arriving = _arriving(scene, conn)
        if arriving is not None and len(str(conn.theirs(arriving[0]))) > WIDE - 2:  # no tile has all of its number
            begins, ends = conn.theirs(arriving[0]), conn.theirs(arriving[0] + len(arriving[1]) - 1)
            canvas.put(LEFT, y, f"here: bytes {begins} to {ends}", Ink.PLAIN)
        if edge is not None:
            canvas.put(max(0, edge - 1), y, "]", Ink.ACCENT)
        return
    if asked.choice.name in ("tcp.window", "tcp.update"):
        start, end = _place(conn.expected, conn, first, count), _place(conn.expected + draft, conn, first, count)
        if start is not None:
            stop = canvas.width - 1 if end is None else max(start + 1, end)
            canvas.put(start, y, "╰" + "─" * max(0, stop - start - 2) + "▲", Ink.YOU)
            canvas.put(min(start, canvas.width - 16), y + 1, f" window {draft} ", Ink.ON, fill=Ink.YOU)
        return
    if asked.choice.name != "tcp.ack":
        return
    place = offset_of(conn.irs, draft, conn.expected)
    column = _place(place, conn, first, count)
    words = f" ACK {draft} "
    if column is None:
        side = "beyond the right edge >" if place > conn.expected else "< long ago"
        canvas.put(LEFT, y, f"ACK {draft}: {side}", Ink.CHOSEN)
        return
    at = max(LEFT, column - 1)
    canvas.put(LEFT, y, "╰" + "─" * max(0, at - LEFT - 1), Ink.YOU)
    canvas.put(at, y, "▲", Ink.YOU)
    start = max(0, min(at - 1, canvas.width - len(words)))
    canvas.put(start, y + 1, words, Ink.ON, fill=Ink.YOU)
    said = f"everything before {draft} is here"
    if start + len(words) + 1 + len(said) <= canvas.width:
        canvas.put(start + len(words) + 1, y + 1, said, Ink.PLAIN)
    elif len(said) + 2 < start:
        canvas.put(start - len(said) - 1, y + 1, said, Ink.PLAIN)


def _draw_shelf(canvas: Canvas, me: Endpoint, conn: Connection, y: int) -> None:
    """The room for bytes that nobody has read: what is taken, and by what."""
    if y >= canvas.height:
        return
    tiles = me.buffer // max(1, conn.mss)
    unread = -(-len(conn.unread) // conn.mss)
    held = sorted(conn.shelf)
    if tiles > SHELF:
        words = f"on the shelf {len(held)} beyond the hole, {unread} unread"
        canvas.put(LEFT, y, words if held or unread else "", Ink.QUIET)
        return
    x = canvas.put(LEFT, y, "shelf  ", Ink.STRONG)
    start = conn.expected - len(conn.unread)
    taken = [(start + place * conn.mss, 0) for place in range(unread)] + [(place, 2) for place in held]
    for place in range(tiles):
        if x + 6 > canvas.width:
            break
        if place < len(taken):
            number = f"{conn.theirs(taken[place][0]):^6}"
            chip_like = canvas.put(x, y, number[:6], Ink.ON, fill=Ink.YOU) if canvas.palette.mixes else x
            if canvas.ascii_only or not canvas.palette.mixes:
                chip_like = canvas.put(x, y, f"[{number[1:5]}]", Ink.YOU)
            x = chip_like + 1
        else:
            x = canvas.put(x, y, "┊    ┊", Ink.FAINT if canvas.palette.mixes else Ink.QUIET) + 1
    words = f"{unread} unread, {len(held)} held"
    if x + len(words) < canvas.width:
        canvas.put(x + 1, y, words, Ink.QUIET)


def _draw_way(canvas: Canvas, scene: Scene, conn: Connection) -> None:
    """The sender at the right edge, and what may be seen of what is under way."""
    wide = chip_width(canvas, conn.peer)
    x = canvas.width - wide - 1
    chip(canvas, x, 0, conn.peer, node_ink(conn.peer, scene.nodes, scene.you))
    canvas.hot(x, 0, wide, conn.peer)
    for flight in scene.flights[-20:]:
        forth = flight.source == scene.you
        if conn.peer not in (flight.source, flight.destination):
            continue
        start, end = (LEFT + 24, x - 2) if forth else (x - 2, LEFT + 2)
        row = 1 if forth and canvas.height >= ROOMY else 0
        glide(canvas, scene, flight, between((start, row), (end, row)), cut(scene.words(flight.message), 22))
    draw_mist(canvas, scene, {scene.you: (LEFT + 10, canvas.height // 2)})


def _arriving(scene: Scene, conn: Connection) -> tuple[int, bytes] | None:
    """The tile that the open question is about."""
    question = scene.question
    if question is None or question.node != scene.you or question.kind != RECEIVE:
        return None
    segment = question.payload[1]
    if not isinstance(segment, Segment) or not segment.payload:
        return None
    return conn.theirs_at(segment.sequence), segment.payload
