"""The picture of a sender whose alarm is set by hand: one tile under way, and a ruler with the round trips so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DROP, SEND
from core.protocols.transport.tcp import Connection, Endpoint, Segment
from core.protocols.transport.tcp.dots import mark
from tui.language import said
from tui.look.blocks import big, big_width
from tui.look.dots import fog
from tui.look.parts import along, tile, waiting
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide, lane
from tui.widgets.canvas import cut

MOST = SECOND
"""The ruler's end: what lies beyond is said in figures."""
LEFT = 4
BESIDE = 22
"""Columns beside the ruler, for the silence in big digits."""
ROWS = 14
LEAST = 60
"""Columns below which there is no room for a ruler."""
LATEST = 12
"""So many of the dots that stand are drawn: the wire of long ago is another."""


def draw(canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection) -> None:
    """The tile on its way, the ruler, and all tiles in a row."""
    gap = max(0, canvas.height - ROWS) // 3  # it grows with the screen: the heaps of dots, and the tiles below
    at = gap // 2 + gap + 5
    tiles = -(-(conn.end - 1) // conn.mss)
    here = min(tiles, (conn.una - 1) // conn.mss + 1)
    width = max(31, min(101, canvas.width - LEFT - BESIDE) // 10 * 10 + 1)
    kept = scene.kept.get("tcp.rto", me.rto_most)
    alarm = kept if isinstance(kept, int) else me.rto_most
    elapsed = scene.now - me.data_at if conn.flight and not scene.lifted else None
    _draw_way(canvas, scene, conn, here, gap // 2)
    dots = me.dots[-LATEST:]
    step = 200 * MILLISECOND if width > 45 else 500 * MILLISECOND
    guess = mark(me.dots)
    copy = conn.tries + 1
    words = said("silent, copy {number}", number=copy) if conn.tries else said("silent")
    waiting(
        canvas, LEFT, at, width, MOST, [(value, f"{value // MILLISECOND}") for value in range(0, MOST + 1, step)],
        alarm=alarm, elapsed=elapsed, dots=[dot.length for dot in dots if not dot.doubtful],
        doubtful=[dot.length for dot in dots if dot.doubtful],
        marks=[] if guess is None else [(guess, "^", Ink.BOOK)], words="" if scene.lifted else words,
    )  # fmt: skip
    _draw_heaps(canvas, [along(dot.length, MOST, width) for dot in dots if not dot.doubtful], at, gap)
    for column in range(width):
        value = max(10 * MILLISECOND, round(column * MOST / (width - 1) / (10 * MILLISECOND)) * 10 * MILLISECOND)
        canvas.hot(LEFT + column, at - 2, 1, ("ruler", value), 5)
    if elapsed is not None:
        ms = str(max(0, elapsed) // MILLISECOND // 10 * 10)
        x = big(canvas, max(LEFT + width + 3, canvas.width - 4 - big_width(ms) - 3), at + 1, ms, Ink.STRONG)
        canvas.put(x + 1, at + 3, "ms", Ink.QUIET)
    told = [f"A {_ms(alarm)}"] + ([] if guess is None else [f"^ mean and four spreads of your dots: {_ms(guess)}"])
    canvas.put(LEFT, at + 5, cut("   ".join(told), canvas.width - LEFT), Ink.QUIET)
    if any(dot.doubtful for dot in dots):
        canvas.put(LEFT + width + 2, at - 1, cut("o  whose copy?", canvas.width - LEFT - width - 2), Ink.COSTLY)
    _draw_row(canvas, scene, me, tiles, here, at + 7 + gap, tall=gap > 1)


def _draw_heaps(canvas: Canvas, columns: Sequence[int], at: int, room: int) -> None:
    """Where there is the height for it heaps of dots are as high as they are: the spread of all is seen."""
    for column, heap in Counter(columns).items():
        for up in range(2, min(heap, 2 + room) + 1) if room else ():
            canvas.put(LEFT + column, at - up, ".", Ink.QUIET)


def _ms(duration: int) -> str:
    return f"{duration // MILLISECOND} ms" if duration < 2 * SECOND else f"{duration / SECOND:.1f} s"


def _draw_way(canvas: Canvas, scene: Scene, conn: Connection, here: int, y: int) -> None:
    """The tile as it leaves, until the mist has it."""
    misty = range(canvas.width - 20, canvas.width - 2)
    x = tile(canvas, 2, y + 1, f"tile {here}", Ink.YOU)
    lane(canvas, x, misty.start - 1, y + 1)
    for flight in scene.flights:
        if not isinstance(flight.message, Segment):
            continue
        forth = flight.source == scene.you
        ends = ((x, y + 1), (misty.stop - 3, y + 1))
        way = between(*(ends if forth else ends[::-1]))
        seen = 1.0 if scene.lifted else max(0.1, (misty.start - x) / max(1, misty.stop - 3 - x))
        glide(canvas, scene, flight, way, "", first=0.0, last=1.0, until=seen)
    if scene.lifted:
        canvas.put(misty.start + 6, y + 1, conn.peer, Ink.STRONG)
        return
    canvas.put(misty.start + 6, y + 1, "?  ?  ?", Ink.QUIET)
    fog(canvas, 0.25, [(column, row) for column in misty for row in range(y, y + 3)])
    canvas.settle()


def _draw_row(canvas: Canvas, scene: Scene, me: Endpoint, tiles: int, here: int, y: int, *, tall: bool = False) -> None:
    """All tiles, and how often tiles left; with the fog lifted, what became of each."""
    sent: dict[int, int] = {}
    lost: set[int] = set()
    for entry in scene.sight.entries():
        segment = entry.detail
        if not isinstance(segment, Segment):
            continue
        if entry.kind == SEND and entry.node == scene.you and segment.payload:
            sent[segment.sequence] = sent.get(segment.sequence, 0) + 1
        elif entry.kind == DROP:
            lost.add(segment.sequence if segment.payload else segment.acknowledgment - len(me.data[: me.mss]))
    pitch = max(1, min(4, (canvas.width - LEFT - 2) // max(1, tiles)))
    wide = pitch - 1 if tall and pitch > 2 else 1
    first = max(0, me.isn) + 1
    for number in range(1, tiles + 1):
        sequence = first + (number - 1) * me.mss
        done = number < here or scene.lifted
        sign, ink = ("■", Ink.GOOD) if done else ("?", Ink.YOU) if number == here else ("·", Ink.FAINT)
        if scene.lifted and sequence in lost:
            sign, ink = "╳", Ink.BAD
        elif scene.lifted and sent.get(sequence, 0) > 1:
            sign, ink = "o", Ink.COSTLY
        canvas.put(LEFT + (number - 1) * pitch, y, sign * wide, ink)
    words = f"{sum(sent.values())} tiles sent, {scene.now // (100 * MILLISECOND) / 10:.1f} s"
    if scene.lifted:
        words += "   ╳ lost, itself or its ACK   o sent twice for nothing"
    canvas.put(LEFT, y + 1, cut(words, canvas.width - LEFT), Ink.QUIET)
