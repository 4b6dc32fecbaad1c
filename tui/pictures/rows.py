"""Worlds side by side: the room's picture once for each, under each other or beside each other, and of the network's
hand a thread from what is framed or held to the same packet in the other world.

Where there is no room for two whole pictures under each other the further worlds are lanes: what is under way, each at
its share of the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.pictures import Canvas, Draw, Grab, Ink, Scene
from tui.pictures.lanes import Wanted, draw_tiles, tile_words
from tui.widgets.canvas import Hot, cells_between, cut

LEAST = 6
"""Rows of a whole picture below its title."""
LYING, LYING_FURTHER = 14, 13
"""Rows of a picture that lies, with its title, in which its tiles are three rows tall: of the first, which says a line
of the second world, too, and of a further one."""
SIDE_BY_SIDE = 110
"""Columns of a screen from which on worlds lie beside each other."""
LANE = 3
"""Rows of a world that is only a lane: title, what goes to the right, what goes to the left."""


@dataclass(frozen=True)
class Row:
    """One of the worlds: its title, how it stands in a few words, and what a picture may draw of it."""

    title: str
    scene: Scene
    state: str = ""
    ended: bool | None = None


def draw_rows(canvas: Canvas, draw: Draw, rows: Sequence[Row], *, wide: bool, lies: bool = False) -> None:
    """All worlds: beside each other if `wide`, else under each other; a picture that `lies` wants width, and is under
    the others where there is the height for it."""
    if wide and not (lies and canvas.height >= lying_rows(len(rows))):
        _beside_each_other(canvas, draw, rows)
    elif all(row.scene.has_hand for row in rows) and canvas.height < len(rows) * (LEAST + 3):
        _first_and_lanes(canvas, draw, rows)
    else:
        _under_each_other(canvas, draw, rows)
    _draw_threads(canvas, rows)


def lying_rows(worlds: int) -> int:
    """The rows that so many worlds take under each other where their pictures lie."""
    return LYING + LYING_FURTHER * (worlds - 1)


def lies(rows: Sequence[Row]) -> bool:
    """Is a world of these two ends and a wire between them? Such a picture is as wide as can be, and low."""
    return any(len(_ends(row.scene)) == 2 for row in rows)


def _ends(scene: Scene) -> set[str]:
    """The nodes between which the network's hand may do anything; without a hand all of them."""
    hand = scene.scenario.hand
    only = {name for pair in hand.only for name in pair} if scene.has_hand and hand is not None else set()
    return only or set(scene.nodes)


def _beside_each_other(canvas: Canvas, draw: Draw, rows: Sequence[Row]) -> None:
    width = (canvas.width - len(rows) + 1) // len(rows)
    for place, row in enumerate(rows):
        x = place * (width + 1)
        if place:
            for y in range(canvas.height):
                canvas.put(x - 1, y, "│", Ink.QUIET)
        part = canvas.window(x, 0, width, canvas.height)
        _draw_whole(part, draw, row)
        canvas.blit(part, x, 0)


def _under_each_other(canvas: Canvas, draw: Draw, rows: Sequence[Row]) -> None:
    y = 0
    for place, row in enumerate(rows):
        height = -(-(canvas.height - y) // (len(rows) - place))  # a row that is over is the first one's
        part = canvas.window(0, y, canvas.width, height)
        _draw_whole(part, draw, row)
        canvas.blit(part, 0, y)
        y += height


def _first_and_lanes(canvas: Canvas, draw: Draw, rows: Sequence[Row]) -> None:
    height = max(LEAST, canvas.height - LANE * (len(rows) - 1))
    first = canvas.window(0, 0, canvas.width, height)
    _draw_whole(first, draw, rows[0])
    canvas.blit(first, 0, 0)
    for place, row in enumerate(rows[1:]):
        part = canvas.part(canvas.width, LANE)
        _draw_title(part, row)
        _draw_lane(part, row.scene)
        canvas.blit(part, 0, height + LANE * place)


def _draw_whole(part: Canvas, draw: Draw, row: Row) -> None:
    inner = part.window(0, 1, part.width, max(0, part.height - 1))
    draw(inner, row.scene)
    part.blit(inner, 0, 1)
    _draw_title(part, row)


def _draw_title(part: Canvas, row: Row) -> None:
    sign = "" if row.ended is None else " WON " if row.ended else " LOST "
    room = part.width - len(sign) - 1
    x = part.put(0, 0, cut(row.title, room), Ink.STRONG)
    if sign:
        part.put(x + 1, 0, sign, Ink.CHOSEN)
        x += 1 + len(sign)
    if row.state and part.width - x > 8:
        part.right(0, cut(row.state, part.width - x - 2), Ink.QUIET)


def _draw_lane(part: Canvas, scene: Scene) -> None:
    """What is under way: to a later node of the level on the first lane, to an earlier one on the second."""
    order = {name: place for place, name in enumerate(scene.nodes)}
    lanes: dict[int, list[Wanted]] = {1: [], 2: []}
    for grab in scene.grabs:
        forth = order.get(grab.source, 0) < order.get(grab.destination, 0)
        wide = len(tile_words(scene, grab))
        share = grab.part if forth else 1 - grab.part
        lanes[1 if forth else 2].append(Wanted(grab, round((part.width - wide) * share) + wide // 2))
    for y, wanted in lanes.items():
        part.put(0, y, "·" * part.width, Ink.QUIET)
        part.hots += draw_tiles(part, scene, wanted, y, (0, part.width))


def _draw_threads(canvas: Canvas, rows: Sequence[Row]) -> None:
    """From each framed or held packet of the first world to its twin in each of the others, over empty cells only."""
    names = {id(grab): place for place, row in enumerate(rows) for grab in row.scene.grabs}
    tiles: list[dict[str, Hot]] = [{} for _ in rows]
    for hot in canvas.hots:
        grab = hot.target
        if isinstance(grab, Grab) and (place := names.get(id(grab))) is not None and (grab.thread or not place):
            tiles[place][grab.thread if place else grab.name] = hot
    taken = [hot for hot in canvas.hots if isinstance(hot.target, Grab)]
    for further in tiles[1:]:
        for name, there in further.items():
            if name in tiles[0]:
                _draw_thread(canvas, tiles[0][name], there, taken)
    # Only the player's own packets may be touched: a click on a twin is one on what it is the twin of.
    for place, hot in enumerate(canvas.hots):
        if isinstance(hot.target, Grab) and names.get(id(hot.target)):
            own = tiles[0].get(hot.target.thread)
            canvas.hots[place] = hot._replace(target=own.target if own is not None else None)


def _draw_thread(canvas: Canvas, here: Hot, there: Hot, taken: Sequence[Hot]) -> None:
    grab = there.target
    assert isinstance(grab, Grab)
    ink = Ink.YOU if grab.framed else Ink.QUIET
    if here.y + here.height <= there.y:  # below
        ends = (here.x + here.width // 2, here.y + here.height - 1), (there.x + there.width // 2, there.y)
    else:
        ends = (here.x + here.width, here.y), (there.x - 1, there.y)
    (x0, y0), (x1, y1) = ends
    glyph = "┊" if abs(y1 - y0) >= abs(x1 - x0) else "┄"
    free = [(x, y) for x, y in cells_between(x0, y0, x1, y1) if _is_free(canvas, x, y, taken)]
    for x, y in free:
        canvas.put(x, y, glyph, ink)


def _is_free(canvas: Canvas, x: int, y: int, taken: Sequence[Hot]) -> bool:
    """Is nothing there but ground or a wire, on neither side either, and no packet?"""
    if not (0 <= x < canvas.width and 0 <= y < canvas.height):
        return False
    if any(hot.x <= x < hot.x + hot.width and hot.y <= y < hot.y + hot.height for hot in taken):
        return False
    return not canvas.text(y)[max(0, x - 1) : x + 2].strip(" ·.-│|")
