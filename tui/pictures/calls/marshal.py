"""The marshalling picture: the record as the textbooks draw it, four bytes a row, with what is about to be written."""

from __future__ import annotations

from core.kernel.choice import Asked, Value
from core.kernel.trace import SEND
from core.protocols.calls.marshal.choices import GAP, LENGTH, OCTETS
from core.protocols.calls.marshal.messages import Deposit
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide, lane

ACROSS = 4
"""Bytes a row: then a number that is where it belongs has a row of its own."""
ROOMY, TALL, WIDEST = 16, 3, 24
"""Rows from which on the record is a page of cells, so many rows each, and the columns of one at most."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """The bytes that stand, the draft behind them, and the packets under way in the last row."""
    _packets(canvas, scene, canvas.height - 1)
    data, draft, title = _bytes(scene)
    canvas.put(1, 0, title, Ink.QUIET)
    room = canvas.height - 3
    if room < 1:
        return
    cells = [(f"{octet:02x}", chr(octet) if 32 < octet < 127 else "." if octet else "0") for octet in data]
    new = [(text, "") for text in draft]
    total = len(cells) + len(new)
    tall = TALL if room >= ROOMY else 1
    wide = max(4, min(WIDEST, (canvas.width - 28) // ACROSS)) if tall > 1 else 4
    rows = room // tall
    top = max(0, -(-total // ACROSS) - rows) if total else 0
    sent = title.startswith("sent")
    for row in range(rows):
        first, y = (top + row) * ACROSS, 1 + row * tall + (tall - 1) // 2
        here = first < total or (first == total and not (total and draft == [] and sent))
        for place in range(ACROSS if tall > 1 else 0):  # the page on which it is written
            written = first + place < total
            shade = (0.3 if first + place >= len(cells) else 0.2) if written else 0.07
            ink = Ink.YOU if written and first + place >= len(cells) else Ink.WORLD
            canvas.tint(8 + place * wide, y - 1, wide - 1, tall - 1, ink, shade)
        if not here:
            continue
        canvas.put(1, y, f"{first:>4}", Ink.QUIET)
        for place in range(ACROSS):
            at = first + place
            x = 8 + place * wide + (wide - 3) // 2
            if at < len(cells):
                canvas.put(x, y, cells[at][0], Ink.PLAIN)
                canvas.put(12 + ACROSS * wide + place * 2, y, cells[at][1], Ink.QUIET)
            elif at < total:
                canvas.put(x, y, new[at - len(cells)][0], Ink.CHOSEN)
            elif at == total and not draft and scene.asked is not None and not sent:
                canvas.put(x, y, "__", Ink.ACCENT)


def _bytes(scene: Scene) -> tuple[bytes, list[str], str]:
    """What stands, the draft's bytes as text, and what to call it."""
    asked = scene.asked
    if asked is not None and asked.choice in (GAP, LENGTH, OCTETS):
        stands: bytes = asked.stands
        return (
            stands,
            _draft(asked, scene.draft, bool(getattr(scene.me, "little", False))),
            f"the record so far: {len(stands)} byte{'' if len(stands) == 1 else 's'}",
        )
    for entry in reversed(scene.entries):
        if entry.kind == SEND and isinstance(entry.detail, Deposit):
            return entry.detail.record, [], f"sent as record {entry.detail.number}: {len(entry.detail.record)} bytes"
    return b"", [], "nothing is written yet"


def _draft(asked: Asked, draft: Value, little: bool) -> list[str]:
    """The bytes that Enter would write."""
    if draft is None or asked.choice.domain.problem(asked, draft) is not None:
        return []
    if asked.choice is GAP:
        return ["--"] * int(draft)
    if asked.choice is LENGTH:
        return [f"{octet:02x}" for octet in int(draft).to_bytes(4, "little" if little else "big")]
    return str(draft).split()


def _packets(canvas: Canvas, scene: Scene, y: int) -> None:
    """You on the left, the archive on the right, messages between them."""
    left, right = "clerk", "archive"
    others = [name for name in scene.nodes if name != scene.you]
    if scene.you in scene.nodes and others:
        left, right = scene.you, others[0]
    canvas.put(1, y, left, Ink.YOU)
    canvas.right(y, right, Ink.PLAIN, 1)
    canvas.hot(canvas.width - 1 - len(right), y, len(right), right)
    first, last = len(left) + 3, canvas.width - len(right) - 4
    if last <= first:
        return
    lane(canvas, first, last, y, Ink.QUIET)
    for flight in scene.flights:
        ends = ((first, y), (last, y))
        glide(canvas, scene, flight, between(*(ends if flight.source == left else ends[::-1])), first=0.0, last=1.0)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """A number that is typed stands behind the bytes of the record."""
    return asked.choice in (GAP, LENGTH)
