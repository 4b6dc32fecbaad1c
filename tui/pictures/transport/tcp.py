"""The TCP picture: the byte line with its tiles, shelf, window and coins; a sender's line; a host's table of lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from core.kernel.choice import Asked
from core.kernel.scenario import NETWORK
from core.kernel.time import MILLISECOND, show_duration
from core.kernel.trace import DELIVER, RECEIVE, SEND
from core.protocols.transport.tcp import Connection, Endpoint
from core.protocols.transport.tcp.choices import DUP_THRESHOLD, RESEND
from core.protocols.transport.tcp.messages import Flags, Segment
from tui.look.palette import node_ink
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.transport import tcp_patience
from tui.pictures.transport.tcp_hand import ROWS, draw_guests, guests_of, packet_words
from tui.pictures.transport.tcp_knocks import LEAST_COLUMNS, draw_knocks
from tui.pictures.transport.tcp_tiles import draw_receiver
from tui.widgets.canvas import cut

__all__ = ["carries", "delays", "draw", "packet_words", "shows"]
SENDER = frozenset({"tcp.rto", "tcp.repeat", "tcp.cwnd", "tcp.burst", "tcp.again", "tcp.dup_threshold", "tcp.resend"})
HOST = frozenset({"tcp.answer", "tcp.close", "tcp.linger"})
OTHERWISE = frozenset({"tcp.rto", DUP_THRESHOLD.name})
"""Who plays these has another picture than a sender's bars."""
SENT = frozenset({"peer", "acknowledged", "under way", "cwnd", "round trip", "time-out"})
"""What a sender's bars say of the own view."""
ROOMY = 20
"""Rows from which on tiles, bars and lines are several rows tall."""
BANDS = (9, 8, 7, 6, 5, 4, 3)
"""Rows of a line, the most that there is room for."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """What the player's chair is: the network, a receiver, a sender, or a host with many lines."""
    me = scene.me
    if scene.asked is not None and isinstance(scene.asked.me, Endpoint) and scene.asked.node == scene.you:
        me = scene.asked.me  # in the middle of its handler: what just arrived is there already
    if scene.has_hand:
        server, guests = guests_of(scene)
        if len(guests) > 1 and canvas.height >= ROWS * len(guests):
            draw_guests(canvas, scene, server, guests)
            return
    if scene.you == NETWORK or not isinstance(me, Endpoint):
        _network(canvas, scene)
        return
    played = {name for seat in scene.scenario.player if seat.node == scene.you for name in seat.choices}
    if DUP_THRESHOLD.name in played and me.main is not None and draw_knocks(canvas, scene, me, me.main):
        return
    room = canvas.width >= tcp_patience.LEAST and canvas.height >= tcp_patience.ROWS
    if room and me.keeps_dots and "tcp.rto" in played and me.main is not None:
        tcp_patience.draw(canvas, scene, me, me.main)
    elif played & HOST or me.main is None:
        _host(canvas, scene, me)
    elif played & SENDER:
        _sender(canvas, scene, me, me.main)
    else:
        draw_receiver(canvas, scene, me, me.main)


# The network's chair


def _network(canvas: Canvas, scene: Scene) -> None:
    """The nodes with packets between them, and what every reader has read so far."""
    texts: dict[str, bytes] = {}
    for entry in scene.entries:
        if entry.kind == DELIVER and isinstance(entry.detail, bytes):
            texts[entry.node] = texts.get(entry.node, b"") + entry.detail
    rows = len(scene.nodes) if texts else 0
    upper = Canvas(canvas.width, max(3, canvas.height - rows), ascii_only=canvas.ascii_only)
    general.draw(upper, scene)
    canvas.blit(upper, 0, 0)
    y = canvas.height - rows
    for node in scene.nodes:
        if node in texts:
            start = canvas.put(1, y, f"{node} reads ", Ink.QUIET)
            canvas.put(start, y, _tail(_text(texts[node]), canvas.width - start - 1), Ink.STRONG)
            y += 1


def _text(data: bytes) -> str:
    """Bytes as a person reads them, blanks visible at the ends."""
    return '"' + "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data) + '"'


def _tail(text: str, width: int) -> str:
    return text if len(text) <= width else ".." + text[len(text) - width + 2 :]


# The receiver


class _Line:
    """A byte line: tiles of `mss` bytes in columns, so many as there is room for, with `focus` well in view."""

    def __init__(self, canvas: Canvas, mss: int, focus: int, last: int, number_width: int) -> None:
        self.canvas = canvas
        self.mss = max(1, mss)
        self.width = max(number_width + 1, min(self.mss + 2, 8))
        self.count = max(1, (canvas.width - 2) // self.width)
        tile = max(0, focus - 1) // self.mss
        tiles = -(-max(0, last - 1) // self.mss)
        self.first = max(0, min(tile - self.count // 3, tiles + 2 - self.count))

    def places(self) -> list[tuple[int, int]]:
        """(column, first place of the tile) of every tile shown."""
        return [(1 + n * self.width, 1 + (self.first + n) * self.mss) for n in range(self.count)]

    def column(self, place: int) -> int | None:
        """The column at which the byte `place` begins; None if it is not in view."""
        off = place - 1 - self.first * self.mss
        if off < 0 or off > self.count * self.mss:
            return None
        return 1 + off // self.mss * self.width + off % self.mss * (self.width - 1) // self.mss


def _letter(code: int) -> str:
    """A byte as one cell; a blank is a dot in the middle."""
    return "·" if code == 32 else chr(code) if 32 < code < 127 else "."


def _face(data: bytes, wide: int, glyph: str) -> str:
    """A tile: its text if it is short enough to be read, else a pattern."""
    if data and len(data) <= wide:
        shown = "".join(map(_letter, data))
        return shown.ljust(wide)
    return glyph * wide


def _said(canvas: Canvas, scene: Scene, y: int, rows: int) -> None:
    """The newest of what went out and came in, newest first."""
    lines: list[tuple[str, str]] = []
    for entry in reversed(scene.entries[-60:]):
        if len(lines) >= rows:
            break
        if entry.kind in (SEND, RECEIVE) and entry.node == scene.you:
            arrow = f"> {entry.peer}" if entry.kind == SEND else f"{entry.peer} >"
            lines.append((f"{show_duration(entry.time // 1000 * 1000):>8}", f"{arrow:10} {scene.words(entry.detail)}"))
    for row, (when, words) in enumerate(lines):
        canvas.put(1, y + row, when, Ink.QUIET)
        canvas.put(11, y + row, cut(words, canvas.width - 12), Ink.PLAIN if row == 0 else Ink.QUIET)


# The sender


def _sender(canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection) -> None:
    line = _Line(canvas, conn.mss, conn.una, conn.end, len(str(conn.ours(conn.end))))
    tight = canvas.height < 12
    tall = 1 if canvas.height < ROOMY else min(6, canvas.height // 6)
    thick = 1 if canvas.height < ROOMY else min(5, canvas.height // 8)
    y = 0 if tight else 1
    canvas.put(1, y, f"{me.name} you > {conn.peer}", Ink.YOU)
    canvas.right(y, f"sent again {me.retransmissions}", Ink.ACCENT, 1)
    y += 1 if tight else 2
    if tall > 1:
        canvas.tint(1, y, canvas.width - 2, tall + 1, Ink.WORLD, 0.12)
    for x, place in line.places():
        if place >= conn.end:
            break
        wide = line.width - 1
        canvas.put(x, y, str(conn.ours(place)), Ink.QUIET)
        data = conn.written[place - 1 : place - 1 + conn.mss]
        glyph, ink = ("." if place < conn.una else "▓" if place < conn.top else "░"), Ink.QUIET
        if place < conn.top:
            ink = Ink.DONE if place < conn.una else Ink.PACKET
        for row in range(tall):
            canvas.put(x, y + 1 + row, _face(data, wide, glyph) if row == tall // 2 else glyph * wide, ink)
    y += tall - 1
    start = line.column(conn.una)
    if start is not None:
        canvas.put(start, y + 2, f"^ {conn.peer} wants {conn.ours(conn.una)}", Ink.ACCENT)
    # How often is for whoever is asked what that means to count.
    repeats = ", the same again" if conn.duplicates else ""
    canvas.put(1, y + 3, f"under way {conn.flight} bytes{repeats}", Ink.COSTLY if conn.duplicates else Ink.PLAIN)
    cwnd = conn.cwnd
    if scene.asked is not None and scene.asked.choice.name == "tcp.cwnd" and isinstance(scene.draft, int):
        cwnd = scene.draft
    room = max(10, canvas.width - 30)
    scale = max(1, conn.window if conn.window < 60_000 else 0, conn.flight, cwnd, min(conn.ssthresh, 60_000) // 8)
    _bar(canvas, y + 4, "network ", cwnd, conn.flight, scale, room, thick)
    y += thick + (thick > 1)
    if conn.window < 60_000:
        _bar(canvas, y + 4, "receiver", conn.window, conn.flight, scale, room, thick)
        y += thick + (thick > 1)
    round_trip = show_duration((conn.srtt + 500) // 1000 * 1000)
    measured = f"round trip {round_trip}" if conn.srtt >= 0 else "round trip not measured"
    canvas.put(1, y + 4, f"{measured}, time-out {show_duration(conn.rto // 1000 * 1000)}", Ink.QUIET)
    if not tight:
        _said(canvas, scene, y + 6, canvas.height - y - 6)


def _bar(canvas: Canvas, y: int, name: str, limit: int, used: int, scale: int, room: int, thick: int) -> None:
    """What is used of a limit, a bar of so many rows."""
    taken, whole = min(room, used * room // scale), min(room, limit * room // scale)
    for row in range(y, y + thick):
        x = canvas.put(1, row, f"{name if row == y + thick // 2 else '':8} ", Ink.QUIET)
        canvas.put(x, row, "▓" * min(taken, whole), Ink.PACKET)
        canvas.put(x + taken, row, "░" * max(0, whole - taken), Ink.QUIET)
        if taken > whole:
            canvas.put(x + whole, row, "!" * (taken - whole), Ink.BAD)
    if thick > 1:
        canvas.tint(x, y, room, thick, Ink.FAINT, 0.3)
    canvas.put(x + max(taken, whole) + 1, y + thick // 2, str(limit), Ink.PLAIN)


# A host with many lines


def _host(canvas: Canvas, scene: Scene, me: Endpoint) -> None:
    tight = canvas.height < 10
    door = "listening" if me.listens else "no door"
    canvas.put(1, 0, f"{me.name} you, {door}", Ink.YOU)
    half = sum(conn.state.value == "SYN-RECEIVED" for conn in me.connections.values())
    canvas.right(0, f"half open {half} of {me.backlog}", Ink.ACCENT, 1)
    y = 1 if tight else 2
    knocking = _knocking(scene)
    if knocking:
        canvas.put(1, y, cut(f"> {knocking}", canvas.width - 2), Ink.PACKET)
        y += 1 if tight else 2
    free = max(0, me.backlog - half) if me.listens and canvas.height >= ROOMY else 0
    bands = max(1, len(me.connections) + min(free, 2))
    room = canvas.height - y - max(4, canvas.height // 4)
    step = next((rows for rows in BANDS if rows * bands <= room), 1) if canvas.height >= ROOMY else 1
    for conn in me.connections.values():
        if y >= canvas.height:
            break
        _draw_connection(canvas, scene, me, conn, y, step)
        y += step
    shown = min(free, max(0, canvas.height - 4 - y) // step) if step > 2 else 0
    for _ in range(shown):
        for row in range(step - 1):
            canvas.put(1, y + row, "┊", Ink.FAINT)
            canvas.put(canvas.width - 2, y + row, "┊", Ink.FAINT)
        canvas.tint(2, y, canvas.width - 4, step - 1, Ink.FAINT, 0.16)
        canvas.put(3, y + (step - 2) // 2, "free: room for one that is half open", Ink.QUIET)
        y += step
    if me.ended and y < canvas.height:
        gone = ", ".join(f"{peer} {how}" for peer, how in me.ended[-4:])
        canvas.put(1, y if tight else y + 1, cut(f"gone: {gone}", canvas.width - 2), Ink.DONE)
        y += 2
    if canvas.height >= 14:
        _said(canvas, scene, y + 1, canvas.height - y - 1)


def _draw_connection(canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection, y: int, step: int) -> None:
    """A line with its state, and how much of what it says and hears is through; where there is room a band of several
    rows, filled as far as what was written is acknowledged."""
    left = f"to say {max(0, conn.end - conn.una)}/{len(conn.written)}" if conn.written else "nothing to say"
    said = f"{left}, heard {len(me.heard.get(conn.peer, b'')) + len(conn.unread)}"
    row = y
    if step > 2:
        row += (step - 2) // 2
        ink = node_ink(conn.peer, scene.nodes, scene.you)
        canvas.tint(1, y, canvas.width - 2, step - 1, ink, 0.16)
        if conn.written:
            through = min(len(conn.written), max(0, conn.una - 1))
            canvas.tint(1, y, (canvas.width - 2) * through // len(conn.written), step - 1, ink, 0.18)
    x = canvas.put(1, row, f"{cut(conn.peer, 8):8} ", Ink.STRONG)
    x = canvas.put(x, row, f"{conn.state.value:12} ", Ink.PLAIN)
    canvas.put(x, row, cut(said, max(0, canvas.width - x - 1)), Ink.QUIET)


def _knocking(scene: Scene) -> str:
    """The segment that the open question is about: who, what, its numbers."""
    question = scene.question
    if question is None or question.node != scene.you or question.kind != RECEIVE:
        return ""
    source, segment = question.payload[0], question.payload[1]
    if not isinstance(segment, Segment):
        return ""
    words = f"{source}: {segment}"
    if segment.flags & Flags.ACK and (segment.payload or segment.flags & (Flags.SYN | Flags.FIN)):
        words += f", ACK {segment.acknowledgment}"
    return f"{words}, SEQ {segment.sequence}" if not segment.payload else words


def delays(scene: Scene, asked: Asked) -> Sequence[int]:
    """For a sender's alarm: the round trips seen, from every segment sent once to the first ACK beyond it. For the
    delay of an ACK: the pauses between arrivals."""
    if asked.choice.name == "tcp.ack_time":
        times = [entry.time for entry in scene.entries_at_hand if entry.kind == RECEIVE and entry.node == scene.you]
        return [later - sooner for sooner, later in pairwise(times) if later - sooner >= 20 * MILLISECOND]
    open_at: dict[int, int] = {}
    twice: set[int] = set()
    found = []
    for entry in scene.entries_at_hand:
        if entry.node != scene.you or not isinstance(entry.detail, Segment):
            continue
        segment = entry.detail
        if entry.kind == SEND and segment.length:
            if segment.sequence in open_at:
                twice.add(segment.sequence)  # Karn: nobody knows which copy an ACK is for
            open_at[segment.sequence] = entry.time
        elif entry.kind == RECEIVE and segment.flags & Flags.ACK:
            for sequence in [s for s in open_at if (segment.acknowledgment - s - 1) % (1 << 32) < 1 << 31]:
                sent = open_at.pop(sequence)
                if sequence not in twice:
                    found.append(entry.time - sent)
    return found


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The line of knocks is pushed where it lies, and a tile that is to go out again is pointed at."""
    played = {name for seat in scene.scenario.player if seat.node == scene.you for name in seat.choices}
    roomy = width >= LEAST_COLUMNS
    return roomy and DUP_THRESHOLD.name in played and asked.choice.name in (DUP_THRESHOLD.name, RESEND.name)


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    if not isinstance(scene.me, Endpoint):
        return {"held", "unread", "room", "promised"}
    played = {name for seat in scene.scenario.player if seat.node == scene.you for name in seat.choices}
    lines = {conn.peer for conn in scene.me.connections.values()}
    sends = played & SENDER and not played & (HOST | OTHERWISE)
    return {"held", "unread", "room", "promised", *lines, *(SENT if sends and scene.me.main is not None else ())}
