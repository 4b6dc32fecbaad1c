"""A sender's tiles under way, the knocks on the first that is missing, and the line at which it is sent again."""

from __future__ import annotations

from core.kernel.time import SECOND
from core.protocols.transport.tcp import Connection, Endpoint
from core.protocols.transport.tcp.choices import DUP_THRESHOLD, MOST_KNOCKS, RESEND
from core.protocols.transport.tcp.connection import FILLED, LATE, NEEDLESS
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

CELL = (5, 11)
"""Columns of a tile, at least and at most."""
UNDER_WAY = 12
"""Tiles that are to have room in a row."""
LEAST_COLUMNS, LEAST_ROWS = 60, MOST_KNOCKS + 4
"""Below this there is no room for the knocks."""
AROUND = 8
"""Rows above and below the knocks, where tiles are tall."""
PAST = 26
"""Columns for what became of earlier holes."""
SAID = {LATE: "only late", NEEDLESS: "late: copied in vain", FILLED: "the copy filled it"}
INKS = {LATE: Ink.GOOD, NEEDLESS: Ink.COSTLY, FILLED: Ink.PLAIN}


def draw_knocks(canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection) -> bool:
    """The knocks over the tiles, the line, and what became of earlier holes; False if there is no room."""
    if canvas.width < LEAST_COLUMNS or canvas.height < LEAST_ROWS:
        return False
    _Desk(canvas, scene, me, conn).draw()
    return True


class _Desk:
    """One drawing of it: a knock is so many rows (`step`) high, and what stands there may be three rows tall."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Endpoint, conn: Connection) -> None:
        self.canvas, self.scene, self.me, self.conn = canvas, scene, me, conn
        self.step = max(1, (canvas.height - AROUND) // MOST_KNOCKS)
        self.tall = self.step > 1 and not canvas.ascii_only and canvas.palette.mixes
        self.floor = MOST_KNOCKS * self.step + 2
        self.cell = max(CELL[0], min(CELL[1], (canvas.width - 4) // UNDER_WAY))

    def draw(self) -> None:
        """All of it."""
        canvas, scene, conn = self.canvas, self.scene, self.conn
        self._draw_line()
        self._draw_tiles()
        whole = -(-(conn.end - 1) // conn.mss)
        x = canvas.put(1, 0, f"{(conn.una - 1) // conn.mss} of {whole} tiles are there", Ink.STRONG)
        x = canvas.put(x + 3, 0, f"{scene.now / SECOND:.2f} s", Ink.STRONG)
        canvas.put(x + 3, 0, f"sent twice {self.me.retransmissions}",
                   Ink.STRONG if self.me.retransmissions else Ink.QUIET)  # fmt: skip
        self._draw_past()
        below = self.floor + (4 if self.tall else 2)
        if conn.tail_silent:
            canvas.put(1, below, "Nothing comes for the last tile, and nothing is behind it.", Ink.ACCENT)
        elif conn.duplicates > MOST_KNOCKS:
            canvas.put(1, below, f"{conn.duplicates} knocks", Ink.QUIET)

    def _draw_line(self) -> None:
        """The line, as it is being pushed, else as it is kept; a click pushes it."""
        canvas, scene = self.canvas, self.scene
        moving = scene.asked is not None and scene.asked.choice.name == DUP_THRESHOLD.name
        line = scene.draft if moving and isinstance(scene.draft, int) else scene.kept.get(DUP_THRESHOLD.name, 3)
        width = canvas.width - PAST
        for knocks in range(1, MOST_KNOCKS + 1):
            y = self.floor - knocks * self.step
            if knocks == line:
                canvas.put(1, y, "─" * width, Ink.YOU)
                canvas.put(width + 2, y, f"{knocks}", Ink.YOU)
            else:
                canvas.put(width + 2, y, f"{knocks}", Ink.FAINT if not canvas.ascii_only else Ink.QUIET)
            target = ("ruler", knocks) if moving else ("setting", DUP_THRESHOLD.name)
            canvas.hot(1, y - self.step + 1, width + 3, target, self.step)

    def _draw_tiles(self) -> None:
        """The tiles under way, the first that is missing first, with the knocks on it."""
        canvas, scene, conn = self.canvas, self.scene, self.conn
        choosing = scene.asked is not None and scene.asked.choice.name == RESEND.name
        places = list(range(conn.una, min(conn.top, conn.end), conn.mss))
        for at, place in enumerate(places[: max(1, (canvas.width - 4) // self.cell)]):
            number = _number(conn, place)
            ink = Ink.BAD if not at and conn.duplicates else Ink.PACKET
            words = f"{number}+" if place in conn.copied else str(number)
            self._draw_tile(1 + at * self.cell, words, ink, meant=choosing and scene.draft == number)
            canvas.hot(1 + at * self.cell, self.floor, self.cell - 1,
                       number if choosing else ("setting", RESEND.name), 3 if self.tall else 1)  # fmt: skip
        if not places:
            canvas.put(1, self.floor, "nothing is under way", Ink.QUIET)
        for knock in range(1, min(conn.duplicates, MOST_KNOCKS) + 1):
            y = self.floor - knock * self.step
            if self.tall:
                canvas.put(1, y, " ● ", Ink.ON, fill=Ink.BAD)
            else:
                canvas.put(2, y, "●", Ink.BAD)
        if conn.duplicates:
            words = f"{_number(conn, conn.una)} is missing: knocked for"
            canvas.put(4 + self.tall, self.floor - 1, words, Ink.BAD)

    def _draw_tile(self, x: int, words: str, ink: Ink, *, meant: bool) -> None:
        """One tile: solid where there are colours, `>..<` where it is meant."""
        canvas, y = self.canvas, self.floor + self.tall
        if meant:
            words = f">{words}<"
        elif canvas.ascii_only or not canvas.palette.mixes:
            words = f"[{words}]"
        else:
            words = f" {words} "
        if canvas.ascii_only or not canvas.palette.mixes:
            canvas.put(x, y, words, Ink.CHOSEN if meant else ink)
            return
        ink = Ink.YOU if meant else ink
        wide = max(len(words), self.cell - 1 if self.tall else 0)
        canvas.put(x, y, f"{words:^{wide}}", Ink.ON, fill=ink)
        if self.tall:
            canvas.put(x, y - 1, "▄" * wide, ink)
            canvas.put(x, y + 1, "▀" * wide, ink)

    def _draw_past(self) -> None:
        """The last holes: which tile, how many knocks, and how it was filled."""
        canvas = self.canvas
        x = canvas.width - 21
        canvas.put(x - 1, 1, "tile knocks", Ink.QUIET)
        rows = (self.floor - 2) // 2
        for row, (place, knocks, how) in enumerate(self.conn.healed[-rows:]):
            y = 2 + 2 * row
            canvas.put(x - 1, y, f"{_number(self.conn, place):4} {knocks}", Ink.STRONG)
            canvas.put(x, y + 1, cut(SAID[how], 21), INKS[how])


def _number(conn: Connection, place: int) -> int:
    """Which tile, from 1, begins at this place of the stream."""
    return 1 + (place - 1) // conn.mss
