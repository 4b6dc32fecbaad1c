"""A sender's tiles under way, the knocks on the first that is missing, and the line at which it is sent again."""

from __future__ import annotations

from core.kernel.time import SECOND
from core.protocols.transport.tcp import Connection, Endpoint
from core.protocols.transport.tcp.choices import DUP_THRESHOLD, MOST_KNOCKS, RESEND
from core.protocols.transport.tcp.connection import FILLED, LATE, NEEDLESS
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

CELL = 5
"""Columns of a tile."""
LEAST_COLUMNS, LEAST_ROWS = 60, MOST_KNOCKS + 4
"""Below this there is no room for the knocks."""
SAID = {LATE: "only late", NEEDLESS: "late: copied in vain", FILLED: "the copy filled it"}
INKS = {LATE: Ink.GOOD, NEEDLESS: Ink.COSTLY, FILLED: Ink.PLAIN}


def draw_knocks(canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection) -> bool:
    """The knocks over the tiles, the line, and what became of earlier holes; False if there is no room."""
    if canvas.width < LEAST_COLUMNS or canvas.height < LEAST_ROWS:
        return False
    desk = canvas.part(canvas.width, min(canvas.height, LEAST_ROWS + 4))  # what belongs together stands together
    _draw_desk(desk, scene, me, conn)
    canvas.blit(desk, 0, (canvas.height - desk.height) // 2)
    return True


def _draw_desk(canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection) -> None:
    """All of it."""
    floor = MOST_KNOCKS + 2
    _draw_line(canvas, scene, me, floor)
    _draw_tiles(canvas, scene, conn, floor)
    whole = -(-(conn.end - 1) // conn.mss)
    x = canvas.put(1, 0, f"{(conn.una - 1) // conn.mss} of {whole} tiles are there", Ink.STRONG)
    x = canvas.put(x + 3, 0, f"{scene.now / SECOND:.2f} s", Ink.STRONG)
    canvas.put(x + 3, 0, f"sent twice {me.retransmissions}", Ink.STRONG if me.retransmissions else Ink.QUIET)
    _draw_past(canvas, conn, floor)
    if conn.tail_silent:
        canvas.put(1, floor + 2, "Nothing comes for the last tile, and nothing is behind it.", Ink.ACCENT)
    elif conn.duplicates > MOST_KNOCKS:
        canvas.put(1, floor + 2, f"{conn.duplicates} knocks", Ink.QUIET)


def _number(conn: Connection, place: int) -> int:
    """Which tile, from 1, begins at this place of the stream."""
    return 1 + (place - 1) // conn.mss


def _draw_line(canvas: Canvas, scene: Scene, me: Endpoint, floor: int) -> None:
    """The line, as it is being pushed, else as it is kept; a click pushes it."""
    moving = scene.asked is not None and scene.asked.choice.name == DUP_THRESHOLD.name
    line = scene.draft if moving and isinstance(scene.draft, int) else scene.kept.get(DUP_THRESHOLD.name, 3)
    width = canvas.width - 26
    for knocks in range(1, MOST_KNOCKS + 1):
        y = floor - knocks
        if knocks == line:
            canvas.put(1, y, "─" * width, Ink.YOU)
            canvas.put(width + 2, y, f"{knocks}", Ink.YOU)
        else:
            canvas.put(width + 2, y, f"{knocks}", Ink.FAINT if not canvas.ascii_only else Ink.QUIET)
        canvas.hot(1, y, width + 3, ("ruler", knocks) if moving else ("setting", DUP_THRESHOLD.name))


def _draw_tiles(canvas: Canvas, scene: Scene, conn: Connection, floor: int) -> None:
    """The tiles under way, the first that is missing first, with the knocks on it."""
    choosing = scene.asked is not None and scene.asked.choice.name == RESEND.name
    places = list(range(conn.una, min(conn.top, conn.end), conn.mss))
    room = max(1, (canvas.width - 4) // CELL)
    for at, place in enumerate(places[:room]):
        number = _number(conn, place)
        x = 1 + at * CELL
        words = f"{number}+" if place in conn.copied else str(number)
        meant = choosing and scene.draft == number
        ink = Ink.CHOSEN if meant else Ink.BAD if not at and conn.duplicates else Ink.PACKET
        if canvas.ascii_only or not canvas.palette.mixes or meant:
            canvas.put(x, floor, f"[{words}]", ink)
        else:
            canvas.put(x, floor, f" {words} ", Ink.ON, fill=ink)
        canvas.hot(x, floor, CELL - 1, number if choosing else ("setting", RESEND.name))
    if not places:
        canvas.put(1, floor, "nothing is under way", Ink.QUIET)
    for knock in range(1, min(conn.duplicates, MOST_KNOCKS) + 1):
        canvas.put(2, floor - knock, "●", Ink.BAD)
    if conn.duplicates:
        canvas.put(4, floor - 1, f"{_number(conn, conn.una)} is missing: knocked for", Ink.BAD)


def _draw_past(canvas: Canvas, conn: Connection, floor: int) -> None:
    """The last holes: which tile, how many knocks, and how it was filled."""
    x = canvas.width - 21
    canvas.put(x - 1, 1, "tile knocks", Ink.QUIET)
    rows = (floor - 2) // 2
    for row, (place, knocks, how) in enumerate(conn.healed[-rows:]):
        y = 2 + 2 * row
        canvas.put(x - 1, y, f"{_number(conn, place):4} {knocks}", Ink.STRONG)
        canvas.put(x, y + 1, cut(SAID[how], 21), INKS[how])
