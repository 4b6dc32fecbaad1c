"""The picture of IP: the header's own figure, the pieces of datagrams, a path with its hops, a desk's services."""

from __future__ import annotations

from itertools import pairwise

from core.kernel.trace import RECEIVE
from core.protocols.internet.ip.choices import HEADER, NEXT_HOP, PLACE, TTL, WHOSE
from core.protocols.internet.ip.host import Host, Prober, label_of, udp_sum
from core.protocols.internet.ip.messages import Frame
from core.protocols.internet.ip.router import with_header
from core.protocols.internet.ip.routing import header_bytes, sum_of
from core.protocols.internet.ip.services import SERVICES, Desk
from core.protocols.internet.ip.surveyor import SIZE, Surveyor
from core.wire import udp
from core.wire.fragments import Reassembly, place_of
from core.wire.ipv4 import PROTOCOLS, dotted, unpack_unchecked
from core.wire.table import CodecError
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.internet.ip_hand import draw_hand, packet_words

__all__ = ["draw", "packet_words"]
FIGURE_ROWS = 6
LEAST_MAP = 6
"""Rows that the picture of the nodes needs below a figure."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """What is at hand above, the nodes below, as far as there is room."""
    if isinstance(scene.me, Prober) or (scene.lifted and _prober(scene) and not scene.me):
        _path(canvas, scene)
        return
    if isinstance(scene.me, Desk):
        _services(canvas, scene, scene.me)
        return
    if scene.has_hand and scene.scenario.hand is not None and len(scene.scenario.hand.only) == 1:
        draw_hand(canvas, scene, *scene.scenario.hand.only[0])
        return
    at_hand = _at_hand(scene)
    rows = 0
    if isinstance(scene.me, Surveyor):
        rows = _ruler(canvas, scene, scene.me)
    elif isinstance(scene.me, Host) and (scene.me.buffers or _asks(scene, PLACE.name) or _asks(scene, WHOSE.name)):
        rows = _jigsaw(canvas, scene, at_hand)
    elif at_hand is not None and not (_asks(scene, NEXT_HOP.name) and canvas.height < FIGURE_ROWS + LEAST_MAP):
        rows = _udp_figure(canvas, at_hand) if _asks(scene, "ip.accept") else _figure(canvas, scene, at_hand)
    if canvas.height - rows >= LEAST_MAP:
        below = Canvas(canvas.width, canvas.height - rows, ascii_only=canvas.ascii_only)
        general.draw(below, scene)
        canvas.blit(below, 0, rows)


def _asks(scene: Scene, choice: str) -> bool:
    return scene.asked is not None and scene.asked.choice.name == choice


def _prober(scene: Scene) -> str:
    """The node that probes; "" if there is none."""
    return next((node.name for node in scene.scenario.nodes if node.role == "prober"), "")


def _at_hand(scene: Scene) -> Frame | None:
    """The frame that the open question is about."""
    question = scene.question
    if question is None or question.kind != RECEIVE or question.node != scene.you:
        return None
    message = question.payload[1]
    return message if isinstance(message, Frame) else None


# The header


def _word(data: bytes, at: int) -> str:
    return data[at : at + 2].hex().ljust(4, "?") + " " + data[at + 2 : at + 4].hex().ljust(4, "?")


def _figure(canvas: Canvas, scene: Scene, frame: Frame) -> int:
    """The five words of the header in hexadecimal and in words, and their sum; how many rows that took."""
    data = frame.data
    draft = scene.draft if _asks(scene, HEADER.name) else None
    shown = with_header(data, *draft) if isinstance(draft, tuple) else data
    for row, words in enumerate(_words(shown)):
        typed = row == 2 and shown is not data
        canvas.put(1, row, _word(shown, row * 4), Ink.CHOSEN if typed else Ink.ACCENT)
        canvas.put(12, row, words, Ink.CHOSEN if typed else Ink.PLAIN)
    total = sum_of(shown)
    ink = Ink.GOOD if total == 0xFFFF else Ink.BAD
    more = header_bytes(data) - 20
    options = f", with {more} bytes of options" if more > 0 else ""
    canvas.put(1, 5, f"adds up to {total:#06x}{options}", ink)
    if shown is not data:
        canvas.right(5, "as typed", Ink.CHOSEN, 1)
    return FIGURE_ROWS


def _words(data: bytes) -> tuple[str, ...]:
    """The five words of a header, each in words; what is not there is a question mark."""
    d = data.ljust(20, b"\0")
    length = int.from_bytes(d[2:4], "big")
    there = "" if length == len(data) else f", {len(data)} came"
    flags = [name for bit, name in ((0x40, "don't fragment"), (0x20, "more fragments")) if d[6] & bit]
    offset = (int.from_bytes(d[6:8], "big") & 0x1FFF) * 8
    if offset:
        flags.append(f"from byte {offset}")
    return (
        f"v{d[0] >> 4}, header {(d[0] & 15) * 4} of {length} bytes{there}",
        ", ".join([f"number {int.from_bytes(d[4:6], 'big')}", *flags]),
        f"TTL {d[8]}, {PROTOCOLS.get(d[9], f'protocol {d[9]}')}, checksum {int.from_bytes(d[10:12], 'big'):#06x}",
        f"from {dotted(int.from_bytes(d[12:16], 'big'))}",
        f"to   {dotted(int.from_bytes(d[16:20], 'big'))}",
    )


def _udp_figure(canvas: Canvas, frame: Frame) -> int:
    """The two words of a UDP header and the sum over all that its checksum covers; rows taken."""
    try:
        packet = unpack_unchecked(frame.data)
    except CodecError:
        return 0
    data = packet.payload
    if packet.protocol != udp.PROTOCOL or packet.fragmented or len(data) < udp.HEADER:
        return 0
    canvas.put(1, 0, f"from {dotted(packet.source)} to {dotted(packet.destination)}", Ink.QUIET)
    canvas.put(1, 1, _word(data, 0), Ink.ACCENT)
    ports = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    canvas.put(12, 1, f"port {ports[0]} to port {ports[1]}")
    canvas.put(1, 2, _word(data, 4), Ink.ACCENT)
    told = int.from_bytes(data[6:8], "big")
    canvas.put(12, 2, f"{int.from_bytes(data[4:6], 'big')} bytes, checksum {told:#06x}")
    canvas.put(1, 3, f"adds up to {udp_sum(packet):#06x}")
    return 5


# The pieces


def _jigsaw(canvas: Canvas, scene: Scene, frame: Frame | None) -> int:
    """Each datagram as a line of its bytes: there, missing, and where the piece at hand would go; rows taken."""
    asked = scene.asked if _asks(scene, PLACE.name) or _asks(scene, WHOSE.name) else None
    buffers = {label_of(key): found for key, found in scene.me.buffers.items()}
    labels = list(asked.labels) if asked is not None else list(buffers)
    piece = len(asked.data) if asked is not None and "data" in asked.subject else 0
    if asked is not None:
        piece = asked.length
    names = max((len(label) for label in labels), default=0)
    line = canvas.width - names - 10
    if line < 8:
        return 0
    longest = max([1, piece, *(_end(found) for found in buffers.values())])
    draft = scene.draft if asked is not None and isinstance(scene.draft, tuple) else None
    if asked is not None and asked.choice is WHOSE and isinstance(scene.draft, str):
        draft = (scene.draft, asked.first_byte)
    if draft is not None:
        longest = max(longest, draft[1] + piece)
    for row, label in enumerate(labels):
        found = buffers.get(label, Reassembly())
        canvas.put(1, row, label, Ink.PLAIN)
        left = names + 2
        canvas.put(left, row, "│" + "░" * line, Ink.QUIET)
        for at, data in found.pieces:
            _span(canvas, left + 1, row, line, longest, at, len(data), "▓", Ink.PACKET)
        if draft is not None and draft[0] == label:
            _span(canvas, left + 1, row, line, longest, draft[1], piece, "█", Ink.CHOSEN)
        end = f"│{found.length}" if found.length is not None else "│?"
        canvas.put(left + 1 + line, row, end, Ink.QUIET)
    rows = len(labels)
    if frame is not None and asked is not None:
        packet = unpack_unchecked(frame.data)
        words = f"at hand: {len(packet.payload)} bytes, offset {place_of(packet) // 8}"
        canvas.put(1, rows, f"{words}{', more fragments' if packet.more_fragments else ', the last'}", Ink.ACCENT)
    return rows + 1


def _end(found: Reassembly) -> int:
    return found.length or max((at + len(data) for at, data in found.pieces), default=0)


def _span(
    canvas: Canvas, left: int, row: int, line: int, longest: int, at: int, size: int, glyph: str, ink: Ink
) -> None:
    first, last = at * line // longest, max(at * line // longest + 1, (at + size) * line // longest)
    canvas.put(left + first, row, glyph * (min(last, line) - first), ink)


# The path


STATION = 6
"""Columns of a station on the path, at least: its name, or the time to live that found it."""


def _path(canvas: Canvas, scene: Scene) -> None:
    """The stations in a row: those that answered, those that must be there, and the target.

    Where there may be more than fit (a probe of 30 arrived), those between the last one shown and the target are left
    out, and the line is broken there."""
    me = _own_prober(scene)
    lifted = scene.lifted
    stations = [(place, name) for place, name in enumerate(scene.nodes)]
    if not lifted:
        stations = _known_stations(me, max(4, (canvas.width - 4) // STATION))
    if not stations:
        return
    y = max(1, canvas.height // 2)
    step = max(STATION, (canvas.width - 4) // len(stations))
    xs = {ttl: 2 + step // 2 + place * step for place, (ttl, _) in enumerate(stations)}
    gap = _gap(list(xs))
    last = max(xs)
    canvas.put(xs[0], y, "─" * (xs[last] - xs[0]), Ink.QUIET)
    if gap is not None:
        canvas.put(xs[gap] + 2, y, "· " * ((xs[last] - xs[gap] - 2) // 2), Ink.QUIET)
    for ttl, name in stations:
        you = ttl == 0
        canvas.put(xs[ttl], y, "@" if you else "o", Ink.YOU if you else Ink.PLAIN)
        whole = len(name) < step or (ttl == last and len(name) < 2 * step - len("?"))
        label = name if whole else name.rpartition(".")[2]
        canvas.centre(xs[ttl], y + 1, f"{label} you" if you else label, Ink.YOU if you else Ink.QUIET)
        if me is not None and ttl:
            answered = me.hops.get(ttl)
            words = answered if answered and lifted and step > 13 else f"TTL {ttl}" if answered else ""
            if me.reached == ttl:
                words = "arrived" if gap is None or ttl != last else f"TTL {ttl}"
            canvas.centre(xs[ttl], y + 2, words, Ink.GOOD)
    if _asks(scene, TTL.name) and isinstance(scene.draft, int):
        _arrow(canvas, scene, xs, gap, y)
    _flights(canvas, scene, {name: xs[ttl] for ttl, name in stations} if lifted else {}, y)


def _gap(ttls: list[int]) -> int | None:
    """The station after which some are left out; None if none are."""
    return next((one for one, other in pairwise(ttls) if other > one + 1), None)


def _arrow(canvas: Canvas, scene: Scene, xs: dict[int, int], gap: int | None, y: int) -> None:
    """Where the probe that is being typed would end, as far as that is known."""
    ttl, last = int(str(scene.draft)), max(xs)
    reached = last if scene.lifted else getattr(_own_prober(scene), "reached", 0)
    if reached and ttl >= reached:
        x, words = xs[last], "arrives"
    elif ttl in xs:
        x, words = xs[ttl], "dies here"
    elif gap is not None:
        x, words = (xs[gap] + xs[last]) // 2, "dies, or arrives"
    else:
        x, words = xs[last], "far away"
    canvas.put(x, y - 1, "▼", Ink.CHOSEN)
    canvas.centre(x, y - 2, words, Ink.CHOSEN)


def _own_prober(scene: Scene) -> Prober | None:
    """Your machine: as it stands within the event that asks you something, or else as it is."""
    asked = scene.asked.me if scene.asked is not None and scene.asked.node == scene.you else None
    me = asked if isinstance(asked, Prober) else scene.me
    return me if isinstance(me, Prober) else None


def _known_stations(me: Prober | None, room: int) -> list[tuple[int, str]]:
    """The time to live that ends there, and the name, of as many stations as there is `room` for; 0 is the prober."""
    if me is None:
        return []
    far = max([me.reached, *me.hops, 1])
    ttls = list(range(1, far + 1))
    if far + 1 > room:
        ttls = [*ttls[: room - 2], far]
    names = {ttl: me.hops.get(ttl, "?") if ttl != me.reached else me.target for ttl in ttls}
    return [(0, me.name), *names.items()]


def _flights(canvas: Canvas, scene: Scene, columns: dict[str, int], y: int) -> None:
    """Probes above the line, answers below it."""
    for flight in scene.flights[-8:]:
        if flight.source not in columns or flight.destination not in columns:
            continue
        start, end = columns[flight.source], columns[flight.destination]
        x = round(start + (end - start) * scene.progress(flight))
        forth = end > start
        words = scene.words(flight.message)
        ttl = words[words.find("ttl") :].split(" 1")[0] if "ttl" in words else ""
        kind = words.partition(" ttl")[0]
        shown = ttl if forth else kind
        row = y - 1 if forth else y + 3
        if flight.lost and scene.progress(flight) > 0.5:
            canvas.put(x, row, "x", Ink.BAD)
            continue
        canvas.put(x, row, ">" if forth else "<", Ink.PACKET)
        canvas.put(x + 2 if forth else max(0, x - len(shown) - 1), row, shown, Ink.PACKET)


# The desk


def _services(canvas: Canvas, scene: Scene, desk: Desk) -> None:
    """What was built for each service, how much of it went out, and, where it may be seen, how much of it was of use;
    below, a lane for each with its datagrams under way."""
    other = next((name for name in scene.nodes if name != scene.you), "")
    used = scene.view_of(other)
    chosen = scene.draft if _asks(scene, "ip.policy") and isinstance(scene.draft, tuple) else None
    at_hand = scene.asked.service if chosen is not None and scene.asked is not None else ""
    given = scene.question.given if at_hand and scene.question is not None else ()
    lanes = canvas.height >= 3 * len(SERVICES) and canvas.width >= 30
    pitch = max(1, canvas.height // len(SERVICES))
    for place, (port, service) in enumerate(SERVICES.items()):
        row = place * pitch
        before = given[place] if place < len(given) else None
        features = chosen if service == at_hand else desk.policies.get(service, before)
        words = "?" if features is None else ", ".join(features) or "send and forget"
        canvas.put(1, row, f"{service:<10}", Ink.STRONG)
        canvas.put(12, row, words, Ink.CHOSEN if service == at_hand else Ink.PLAIN)
        sent = f"{desk.serials.get(service, 0)} of {desk.plan(service)[0]} sent"
        canvas.right(row, sent, Ink.QUIET, 1)
        if pitch > 1 and service in used:
            canvas.put(12, row + 1, f"of use to the {other}: {used[service]}", Ink.GOOD)
        if lanes:
            _lane(canvas, scene, port, row + 2, other)


def _lane(canvas: Canvas, scene: Scene, port: int, row: int, other: str) -> None:
    """The datagrams of one service under way: items to the right, receipts to the left, lost ones as x."""
    left, right = 3, canvas.width - 3
    canvas.put(left, row, "·" * (right - left), Ink.QUIET)
    for flight in scene.flights[-200:]:
        if not isinstance(flight.message, Frame) or {flight.source, flight.destination} != {scene.you, other}:
            continue
        data = flight.message.data
        if len(data) < 28 or int.from_bytes(data[22:24], "big") != port:
            continue
        part = scene.progress(flight)
        forth = flight.source == scene.you
        x = round(left + (right - left - 1) * (part if forth else 1 - part))
        lost = flight.lost and part > 0.5
        canvas.put(x, row, "x" if lost else ">" if forth else "<", Ink.BAD if lost else Ink.PACKET)


# The surveyor


def _ruler(canvas: Canvas, scene: Scene, me: Surveyor) -> int:
    """Sizes from nothing to the own link's: what arrives, what does not, and the probe that is being typed; rows."""
    width = canvas.width - 4
    asked = scene.asked if _asks(scene, SIZE.name) else None
    most = asked.most if asked is not None else max(me.fails - 1, me.arrives)
    arrives, fails = (asked.arrives, asked.fails) if asked is not None else (me.arrives, me.fails)
    if width < 20 or most <= 0:
        return 0

    def column(size: int) -> int:
        return 2 + min(width - 1, max(0, size * width // (most + 1)))

    y = 2
    canvas.put(2, y, "░" * width, Ink.QUIET)
    canvas.put(2, y, "▓" * (column(arrives) - 2 + 1), Ink.GOOD)
    for x in range(column(fails), 2 + width):
        canvas.put(x, y, "x", Ink.BAD)
    canvas.put(2, y + 1, f"▓ {arrives} arrives   ░ who knows   x {fails} does not", Ink.QUIET)
    draft = scene.draft if isinstance(scene.draft, int) else 0
    size = draft if asked is not None else me.under_way
    if size:
        x = column(size)
        words = f"{size} ▼" if x > width // 2 else f"▼ {size}"
        canvas.put(x - len(words) + 1 if x > width // 2 else x, y - 1, words, Ink.CHOSEN)
    return y + 2
