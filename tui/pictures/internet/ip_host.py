"""What a host has before it: pieces of datagrams to be put together, a datagram at its ports, sizes that it tries."""

from __future__ import annotations

from core.protocols.internet.ip.choices import ACCEPT, LATE, PLACE, WHOSE
from core.protocols.internet.ip.host import Host, label_of, udp_sum
from core.protocols.internet.ip.messages import Frame
from core.protocols.internet.ip.surveyor import SIZE, Surveyor
from core.wire import udp
from core.wire.fragments import Reassembly, place_of
from core.wire.ipv4 import Packet, dotted, unpack_unchecked
from core.wire.table import CodecError
from tui.look.blocks import big, big_width
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.internet.ip_header import draw_figure, draw_sum, figure_width, udp_words
from tui.pictures.listed import draw_listed

NARROW = 72
"""Columns below which there is no room for two things beside each other."""
CARRIED = (PLACE.name, WHOSE.name, ACCEPT.name, LATE.name, SIZE.name)
"""What is answered on the picture."""
LEAST_LINE = 8
"""Columns of a line of bytes, at least."""
CARET = "_"


def carries(scene: Scene, choice: str, width: int = NARROW) -> bool:
    """Is this answered on the picture?"""
    return isinstance(scene.me, Host) and choice in CARRIED and width >= NARROW


def asks(scene: Scene, *choices: str) -> bool:
    """Is it one of these that is asked?"""
    return scene.asked is not None and scene.asked.choice.name in choices


# A datagram at the ports


def draw_ports(canvas: Canvas, scene: Scene, frame: Frame) -> int:
    """The header of a UDP datagram at the left with the sum over all that its checksum covers; at the right the ports,
    and what can be done; rows taken, 0 if it is no such datagram."""
    try:
        packet = unpack_unchecked(frame.data)
    except CodecError:
        return 0
    if packet.protocol == udp.PROTOCOL and not packet.fragmented and len(packet.payload) >= udp.HEADER:
        return _draw_datagram(canvas, scene, packet)
    canvas.put(1, 0, scene.words(frame), Ink.ACCENT)
    return 1 + draw_listed(canvas, scene, 1, 1, canvas.width - 2, canvas.height - 1)


def _draw_datagram(canvas: Canvas, scene: Scene, packet: Packet) -> int:
    width = figure_width(canvas)
    rows = min(canvas.height, 14)
    canvas.put(1, 0, f"from {dotted(packet.source)} to {dotted(packet.destination)}", Ink.QUIET)
    y = 1 + draw_figure(canvas, udp_words(packet.payload), 1, 1, width, max(2, rows - 6))
    draw_sum(canvas, 1, y, udp_sum(packet), rows - y)
    x = width + 3
    port = int.from_bytes(packet.payload[2:4], "big")
    canvas.put(x, 0, "programs listen at", Ink.QUIET)
    y = 1
    for door in scene.me.ports[: max(1, rows // 3)]:
        canvas.put(x, y, f"┤ {door} ├", Ink.STRONG if door == port else Ink.QUIET)
        y += 1
    draw_listed(canvas, scene, x, y + 1, canvas.width - x - 1, canvas.height - y - 1)
    return rows


# The pieces


def draw_jigsaw(canvas: Canvas, scene: Scene, frame: Frame | None) -> int:
    """Each datagram as a line of its bytes: there, missing, and where the piece at hand would go; rows taken."""
    asked = scene.asked if asks(scene, PLACE.name, WHOSE.name) else None
    buffers = {label_of(key): found for key, found in scene.me.buffers.items()}
    labels = list(asked.labels) if asked is not None else list(buffers)
    piece = asked.length if asked is not None else 0
    names = max((len(label) for label in labels), default=0)
    line = canvas.width - names - 11
    if line < LEAST_LINE:
        return 0
    label, at = _placed(scene)
    longest = max([1, piece, *(_end(found) for found in buffers.values())])
    if at is not None:
        longest = max(longest, at + piece)
    head = _draw_piece(canvas, scene, frame, names + 3, line, piece / longest) if asked is not None else 0
    pitch = max(1, min(5, (canvas.height - head) // max(1, len(labels))))
    tall = max(1, pitch - 1)
    for place, name in enumerate(labels):
        found = buffers.get(name, Reassembly())
        y = head + place * pitch
        if y >= canvas.height:
            break
        _draw_line(canvas, (names, line, longest, tall), y, found, name, name == label)
        if at is not None and name == label:
            for row in range(tall):
                _span(canvas, names + 3, y + row, line, longest, at, piece, "█", Ink.YOU)
        if asked is not None:
            canvas.hot(0, y, canvas.width, name, pitch)
    used = head + pitch * len(labels)
    if asks(scene, LATE.name):
        used += draw_listed(canvas, scene, 1, used, canvas.width - 2, canvas.height - used)
    return used


def _placed(scene: Scene) -> tuple[str, int | None]:
    """To which datagram the piece at hand goes by what is typed, and from which byte on; None while nobody can say."""
    asked = scene.asked
    if asked is None:
        return "", None
    if asked.choice is WHOSE:
        return (str(scene.draft), asked.first_byte) if isinstance(scene.draft, str) else ("", None)
    if isinstance(scene.draft, tuple):
        return str(scene.draft[0]), int(scene.draft[1])
    typed = scene.written.get("datagram", "").strip()
    found = [label for label in asked.subject.get("labels", ()) if typed and label.startswith(typed)]
    return (found[0] if len(found) == 1 else ""), None


def _draw_piece(canvas: Canvas, scene: Scene, frame: Frame | None, x: int, line: int, share: float) -> int:
    """The piece at hand, as wide as it is long, with what is said of it and what is typed; rows taken."""
    words = ""
    if frame is not None:
        packet = unpack_unchecked(frame.data)
        more = "more fragments" if packet.more_fragments else "the last"
        words = f" {len(packet.payload)} bytes, offset {place_of(packet) // 8}, {more} "
    canvas.put(1, 0, "at hand", Ink.ACCENT)
    wide = max(len(words), min(line, round(line * share)))
    canvas.put(x, 0, words.ljust(wide), Ink.ON, fill=Ink.YOU)
    if canvas.ascii_only or not canvas.palette.mixes:
        canvas.put(x, 0, f"[{words.strip()}]", Ink.YOU)
    column = x
    for place, (name, text) in enumerate(scene.written.items()):
        if not name:
            continue
        here = scene.at_hand == name
        column = canvas.put(column, 1, f"{name} ", Ink.STRONG if here else Ink.QUIET)
        shown = f"{text}{CARET}" if here else text or "·"
        end = canvas.put(column, 1, shown, Ink.CHOSEN if here else Ink.YOU)
        canvas.hot(column - len(name) - 1, 1, end - column + len(name) + 1, ("option", place))
        column = end + 4
    if not any(scene.written):
        canvas.put(x, 1, "up and down, or a click: which line it goes to", Ink.QUIET)
    return 3 if canvas.height > 6 else 2


def _draw_line(
    canvas: Canvas, measures: tuple[int, int, int, int], y: int, found: Reassembly, label: str, chosen: bool
) -> None:
    """One datagram: its name, what is there of it, and its end."""
    names, line, longest, tall = measures
    canvas.put(1, y, f"{label}", Ink.CHOSEN if chosen else Ink.PLAIN)
    left = names + 2
    for row in range(tall):
        canvas.put(left, y + row, "│" + "░" * line, Ink.QUIET)
        for at, data in found.pieces:
            _span(canvas, left + 1, y + row, line, longest, at, len(data), "▓", Ink.PACKET)
        canvas.put(left + 1 + line, y + row, "│", Ink.QUIET)
    canvas.put(left + 2 + line, y, str(found.length) if found.length is not None else "?", Ink.QUIET)
    if tall > 1 and canvas.palette.mixes and not canvas.ascii_only:
        for at, data in found.pieces:
            first = left + 1 + at * line // longest
            said = f"{at} to {at + len(data) - 1}"
            if len(said) + 1 < len(data) * line // longest:
                canvas.put(first + 1, y, said, Ink.ON, fill=Ink.PACKET)


def _end(found: Reassembly) -> int:
    return found.length or max((at + len(data) for at, data in found.pieces), default=0)


def _span(
    canvas: Canvas, left: int, row: int, line: int, longest: int, at: int, size: int, glyph: str, ink: Ink
) -> None:
    first, last = at * line // longest, max(at * line // longest + 1, (at + size) * line // longest)
    canvas.put(left + first, row, glyph * (min(last, line) - first), ink)


# The surveyor


def draw_sizes(canvas: Canvas, scene: Scene, me: Surveyor) -> int:
    """Sizes from nothing to the own link's: what arrives, what does not, and the probe that is being typed; rows."""
    width = canvas.width - 4
    asked = scene.asked if asks(scene, SIZE.name) else None
    most = asked.most if asked is not None else max(me.fails - 1, me.arrives)
    arrives, fails = (asked.arrives, asked.fails) if asked is not None else (me.arrives, me.fails)
    if width < 20 or most <= 0:
        return 0

    def column(size: int) -> int:
        return 2 + min(width - 1, max(0, size * width // (most + 1)))

    typed = scene.draft if isinstance(scene.draft, int) else 0
    size = typed if asked is not None else me.under_way
    large = canvas.height >= 12
    x = column(size)
    if large:
        words = str(size) if size else "?"
        start = max(1, min(x - big_width(words) // 2, canvas.width - big_width(words) - 8))
        end = big(canvas, start, 0, words, Ink.YOU)
        canvas.put(end + 1, 2, "bytes" if size else "", Ink.QUIET)
    y = 4 if large else 2
    tall = 1 if canvas.height < 12 else min(6, canvas.height // 8 + 1)
    for row in range(tall):
        canvas.put(2, y + row, "░" * width, Ink.QUIET)
        canvas.put(2, y + row, "▓" * (column(arrives) - 2 + 1), Ink.GOOD)
        for at in range(column(fails), 2 + width):
            canvas.put(at, y + row, "x", Ink.BAD)
    if size:
        words = "▼" if large else f"{size} ▼" if x > width // 2 else f"▼ {size}"
        canvas.put(x - len(words) + 1 if x > width // 2 else x, y - 1, words, Ink.CHOSEN)
        if large:
            for row in range(tall):
                canvas.put(x, y + row, "│", Ink.YOU)
    y += tall
    canvas.put(2, y, f"▓ {arrives} arrives   ░ who knows   x {fails} does not", Ink.QUIET)
    return y + 1
