"""Lanes: the packets between two nodes as the network's hand sees them, each a tile at its share of the way.

No tile lies on another one: those that would are pushed apart, and what they say is cut where not all of it fits. Where
a lane has the rows for it tiles are three rows tall. What is held hangs under its lane.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tui.pictures import Canvas, Grab, Ink, Scene, packet_words
from tui.widgets.canvas import Hot, cut

LONGEST = 14
"""Letters on a tile at most."""
LEAST = 4
"""Columns of a tile whose words are cut, with its marks."""
TALL = 4
"""Rows of a lane from which on its tiles are tall: three for a tile, one for what is held."""
TALLEST = 8
"""Rows of a lane at most: seven for a tile."""
CUT = ".."
"""Stands for what has no room."""
WIRE = "·."
"""What a lane is made of."""
TAIL = "━━──╌╌"
"""What a tile that flies draws after it, over its lane, from near to far: each sign a shade fainter."""


@dataclass(frozen=True)
class Wanted:
    """A tile and the column that its middle would be at if it were alone."""

    grab: Grab
    x: int


def shortened(text: str, room: int) -> str:
    """As much of a tile's text as has room. No number ends before its last digit: half of one is another number. Where
    its words must go to keep it whole they go, and of one that is wider than the tile its last digits stay, which tell
    it from its neighbours."""
    if len(text) <= room:
        return text
    kept = max(0, room - len(CUT))
    for found in re.finditer(r"\d+", text):
        first, last = found.span()
        if first < kept < last or first == kept:
            if last - first <= kept:
                return f"{text[first:last]}{CUT}" if last < len(text) else text[first:last]
            return f"{CUT}{text[last - kept : last]}" if kept else cut(text, room)
    return cut(text, room)


def tile_words(scene: Scene, grab: Grab, room: int = LONGEST + 2) -> str:
    """What stands on a packet of the hand's, in so many columns: `>..<` in the frame, `(..)` in a pocket, `[..]` else;
    nothing in an empty pocket, `(  )`."""
    said = shortened(packet_words(scene.scenario, grab.message), max(LEAST, min(LONGEST + 2, room)) - 2)
    if grab.hollow:
        return f"({' ' * len(said)})"
    open_, close = "><" if grab.framed else "()" if grab.held else "[]"
    return f"{open_}{said}{close}"


def tile_rows(rows: int) -> int:
    """How many rows a tile has on a lane of so many: an odd number, and a row is left for what is held."""
    return 1 if rows < TALL else (min(rows, TALLEST) - 2) // 2 * 2 + 1


def draw_tile(canvas: Canvas, start: int, y: int, said: str, grab: Grab, *, rows: int = 1) -> Hot:
    """One packet of the hand's from a column on, its middle at `y`, so many `rows` tall: of three the first and the
    last are half ones. Returns the part on which a click brings the frame there."""
    ink = Ink.BAD if grab.hollow else Ink.CHOSEN if grab.framed else Ink.YOU if grab.held else Ink.PACKET
    if rows < 3 or canvas.ascii_only or not canvas.palette.mixes:
        canvas.put(start, y, said, ink)
        return Hot(start, y, len(said), 1, grab)
    ink = Ink.YOU if grab.framed else ink  # the frame's own ink is no colour to fill with
    reach = rows // 2
    canvas.put(start, y - reach, "▄" * len(said), ink)
    for row in range(y - reach + 1, y + reach):
        canvas.put(start, row, said if row == y else " " * len(said), Ink.ON, fill=ink)
    canvas.put(start, y + reach, "▀" * len(said), ink)
    return Hot(start, y - reach, len(said), rows, grab)


def _draw_tail(canvas: Canvas, start: int, end: int, y: int, grab: Grab, *, forth: bool) -> None:
    """What a flying tile leaves behind it, as far as its lane is free there."""
    ink = Ink.YOU if grab.framed else Ink.PACKET
    for step, sign in enumerate(TAIL):
        x = start - 1 - step if forth else end + step
        if not (0 <= x < canvas.width and 0 <= y < canvas.height) or canvas.chars[y][x] not in WIRE:
            return
        canvas.put(x, y, sign, ink, min(5, 1 + step))


def spread(widths: Sequence[int], middles: Sequence[int], left: int, right: int) -> list[int]:
    """Where things so wide begin between two columns, in this order, none on another and each as near to the middle
    that it is wanted at as that allows. Of more than there is room for the last ones lie on each other."""
    starts: list[int] = []
    free = left
    for wide, middle in zip(widths, middles, strict=True):
        starts.append(max(free, middle - wide // 2))
        free = starts[-1] + wide
    end = right
    for place in range(len(starts) - 1, -1, -1):
        starts[place] = max(left, min(starts[place], end - widths[place]))
        end = starts[place]
    return starts


def draw_tiles(
    canvas: Canvas, scene: Scene, wanted: Sequence[Wanted], y: int, span: tuple[int, int], *, rows: int = 1
) -> list[Hot]:
    """Tiles so tall, in a row between two columns. Returns the parts on which a click brings the frame there."""
    left, right = span
    order = sorted(wanted, key=lambda one: one.x)
    said = [tile_words(scene, one.grab) for one in order]
    if sum(map(len, said)) > right - left:
        room = (right - left) // max(1, len(order))
        said = [tile_words(scene, one.grab, room) for one in order]
    starts = spread([len(words) for words in said], [one.x for one in order], left, right)
    laid = sorted(zip(starts, said, order, strict=True), key=lambda each: each[2].grab.framed)  # the framed one on top
    return [draw_tile(canvas, start, y, words, one.grab, rows=rows) for start, words, one in laid]


def draw_lane(
    canvas: Canvas,
    scene: Scene,
    y: int,
    span: tuple[int, int],
    forth: tuple[str, str] | None = None,
    back: tuple[str, str] | None = None,
    rows: int = 2,
) -> None:
    """A lane from the row `y` on, so many rows high, between two columns: what goes `forth` from one node to another
    glides to the right, what goes `back` to the left; what is held hangs in the row below."""
    left, right = span
    tall = tile_rows(rows)
    middle = y + tall // 2
    canvas.put(left, middle, "·" * (right - left), Ink.QUIET)
    flying: list[Wanted] = []
    held: list[Wanted] = []
    for grab in scene.grabs:
        way = (grab.source, grab.destination)
        if way not in (forth, back):
            continue
        wide = len(tile_words(scene, grab))
        share = grab.part if way == forth else 1 - grab.part
        one = Wanted(grab, left + round((right - left - wide) * share) + wide // 2)
        (held if grab.held else flying).append(one)
    laid = draw_tiles(canvas, scene, flying, middle, span, rows=tall)
    for hot in laid:
        if isinstance(hot.target, Grab) and not hot.target.hollow:
            goes_forth = (hot.target.source, hot.target.destination) == forth
            _draw_tail(canvas, hot.x, hot.x + hot.width, middle, hot.target, forth=goes_forth)
    canvas.hots += laid
    canvas.hots += draw_tiles(canvas, scene, held, middle + tall // 2 + 1, span)
    if tall > 1:
        canvas.tint(left, y, right - left, tall, Ink.WORLD, 0.1)


def draw_lanes(canvas: Canvas, scene: Scene, here: str, there: str, y: int, rows: int = 2) -> None:
    """The packets between two nodes: those to `there` from the row `y` on, those back so many rows below them."""
    span = (1, canvas.width - 2)
    draw_lane(canvas, scene, y, span, forth=(here, there), rows=rows)
    draw_lane(canvas, scene, y + rows, span, back=(there, here), rows=rows)
