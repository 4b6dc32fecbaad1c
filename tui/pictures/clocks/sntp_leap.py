"""The picture of a leap night: what a server tells, bent around midnight, and every answer that it gave.

Time runs to the right. Up is the server's own clock, down a second behind it; UTC falls from the one to the other at
midnight. What is told may be anywhere in the lit ground, and should get down there without a jump.
"""

from __future__ import annotations

from dataclasses import replace

from core.kernel.time import SECOND
from core.protocols.clocks.sntp.leap import SLOPE
from core.protocols.clocks.sntp.machine import Server
from core.protocols.clocks.sntp.personas import NEAR_UTC
from tui.look.blocks import big, big_width
from tui.look.dots import curve
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

NAMES = 7
"""Columns before the plane."""
BELOW = 4
"""Rows below it: the times, and what two kinds of clients have seen."""
LEAST = (40, 9)
"""Columns and rows below which there is no room for it."""
WIDE = 76
"""Columns from which on the one number stands beside it."""
SIDE = 22
"""Columns of that."""
MARGIN = 200_000
"""µs of the plane above the server's clock and below UTC's last second."""


def draw_night(canvas: Canvas, scene: Scene, me: Server) -> None:
    """A server's night, as it is and as it would go on."""
    _Plane(canvas, scene, me).draw()


class _Plane:
    """One drawing of the plane of times and what is told."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Server) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.now = scene.now
        night = me.night
        self.night = night if night.midnight else replace(night, midnight=self.now + me.evening, since=self.now)
        self.middle = self.night.midnight
        self.right = canvas.width - 1 - (SIDE if canvas.width >= WIDE else 0)
        self.bottom = canvas.height - 1 - BELOW
        self.slope = scene.setting(SLOPE.name, me.night.slope)

    def x(self, time: int) -> float:
        """The column of a time by the server's clock: as much after midnight as before it."""
        part = (time - self.middle + self.me.evening) / (2 * self.me.evening)
        return NAMES + part * (self.right - NAMES)

    def y(self, inserted: int) -> float:
        """The row of what is told, by how much of the second is in it."""
        return 1 + (inserted + MARGIN) / (SECOND + 2 * MARGIN) * (self.bottom - 1)

    def dot(self, time: int, inserted: int) -> tuple[int, int]:
        """The dot of both."""
        return round(2 * self.x(time)), round(4 * self.y(inserted))

    def draw(self) -> None:
        """The lit ground, UTC, what was told and what will be, and what clients saw."""
        self._draw_ground()
        self._draw_told()
        self._draw_words()
        self._draw_clients()

    def _draw_ground(self) -> None:
        canvas = self.canvas
        most = _most_off(self.scene)
        for column in range(NAMES, self.right + 1):
            time = self.middle + round((column + 0.5 - (NAMES + self.right) / 2) * 2 * self.me.evening
                                       / (self.right - NAMES))  # fmt: skip
            utc = self.night.utc_at(time)
            top = max(1, round(self.y(utc - most))) if utc - most > -MARGIN else 1
            low = min(self.bottom, round(self.y(utc + most))) if utc + most < SECOND + MARGIN else self.bottom
            canvas.tint(column, top, 1, low - top + 1, Ink.GOOD, 0.14)
        early, late = self.middle - self.me.evening, self.middle + self.me.evening
        corners = ((early, 0), (self.middle, 0), (self.middle, SECOND), (late, SECOND))
        curve(canvas, [self.dot(time, behind) for time, behind in corners], Ink.QUIET, every=2)
        canvas.put(0, round(self.y(0)), "clock", Ink.QUIET)
        canvas.put(0, round(self.y(SECOND)), "-1 s", Ink.QUIET)
        canvas.put(self.right - 3, round(self.y(SECOND)) + 1, "UTC", Ink.QUIET)
        row = self.bottom + 1
        canvas.put(NAMES, row, f"-{self.me.evening // SECOND} s", Ink.QUIET)
        canvas.centre(round(self.x(self.middle)), row, "midnight", Ink.STRONG)
        canvas.put(self.right - 4, row, f"+{self.me.evening // SECOND} s", Ink.QUIET)

    def _draw_told(self) -> None:
        """The past through every answer, and the future, if the slope stays."""
        canvas, night = self.canvas, self.night
        late = self.middle + self.me.evening
        past = [self.dot(told.at, told.inserted) for told in night.told]
        here = self.dot(self.now, night.inserted_at(self.now))
        begin = self.dot(max(self.middle - self.me.evening, 0), 0) if not past else past[0]
        curve(canvas, [begin, *past, here], Ink.YOU)
        ahead = replace(night, slope=self.slope, since=self.now, inserted=night.inserted_at(self.now), told=[])
        if self.now < late:
            full = ahead.full_at()
            bend = [self.dot(full, SECOND)] if full is not None and self.now < full < late else []
            curve(canvas, [here, *bend, self.dot(late, ahead.inserted_at(late))], Ink.YOU, every=4)
        for told in night.told:
            column, row = round(self.x(told.at)), round(self.y(told.inserted))
            if NAMES <= column <= self.right and 0 < row <= self.bottom:
                canvas.put(column, row, "o", Ink.PACKET)
        if NAMES <= self.x(self.now) <= self.right:
            row = max(1, min(self.bottom, round(self.y(night.inserted_at(self.now)))))
            canvas.put(round(self.x(self.now)), row, "O", Ink.YOU)
        canvas.hot(NAMES, 1, self.right - NAMES, ("setting", SLOPE.name), self.bottom)

    def _draw_words(self) -> None:
        """How long it is to midnight; how much of the second is in, large where there is room."""
        canvas, night = self.canvas, self.night
        left = self.middle - self.now
        when = f"midnight in {left // SECOND} s" if left > 0 else f"{-left // SECOND} s after midnight"
        bits = "LI ?" if not self.me.night.midnight else f"LI {night.leap_at(self.now)}"
        inserted = f"{night.inserted_at(self.now) / SECOND:.3f}"
        canvas.put(0, 0, cut(f"{when}   {bits}   slope {self.slope} ms/s", canvas.width), Ink.ACCENT)
        x = self.right + 3
        if self.right + SIDE > canvas.width or big_width(inserted) > canvas.width - x:
            canvas.right(0, f"{inserted} s are in", Ink.YOU)
            return
        big(canvas, x, 2, inserted, Ink.YOU)
        canvas.put(x, 5, "s are in", Ink.QUIET)

    def _draw_clients(self) -> None:
        """What those saw who leap by themselves when they are warned, and those who do not."""
        canvas, night = self.canvas, self.night
        row = self.bottom + 2
        for minds, who in ((False, "who minds no leap indicator"), (True, "who minds it")):
            jump = night.jump(minds=minds)
            words = f"{who}: largest jump {jump // 1000} ms in {len(night.told)} answers"
            canvas.put(0, row + minds, cut(words, canvas.width), Ink.BAD if jump > SECOND // 5 else Ink.QUIET)


def _most_off(scene: Scene) -> int:
    """How far (µs) from UTC the level lets it be told."""
    for law in (*scene.scenario.win, *scene.scenario.lose):
        if law.law.name.endswith(NEAR_UTC):
            return int(law.arguments["most"])
    return SECOND
