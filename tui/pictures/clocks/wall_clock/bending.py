"""The picture of a clock that is mended: how far it is ahead, where its slope leads, and who lives by it.

Time runs to the right, by clocks that are right. The level line is UTC; above it a clock is fast, below it is slow.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from core.kernel.time import SECOND, show_duration
from core.protocols.clocks.wall_clock.bending.choices import SLOPE
from core.protocols.clocks.wall_clock.bending.machines import Clockwork
from tui.look.dots import curve
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

LEAST = (44, 7)
"""Columns and rows below which there is no room for it."""
SIDE = 34
"""Columns of those who live by the clock."""
BAR = 16
"""Columns of a bar as long as the silence after which somebody is taken for dead."""
BEFORE = 2 * SECOND
"""µs of the plane before the start: a clock that is less fast than it was told believes to be there."""
MOST = 4_500_000
"""µs that the plane has above UTC and below it."""


def suits(scene: Scene) -> bool:
    """Is a machine played whose programs live by one clock?"""
    return scene.own(Clockwork) is not None


def draw(canvas: Canvas, scene: Scene) -> None:
    """The plane of time, and beside it the programs."""
    me = scene.own(Clockwork)
    if me is None or canvas.width < LEAST[0] or canvas.height < LEAST[1]:
        general.draw(canvas, scene)
        return
    _Plane(canvas, scene, me).draw()


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    return {"slope", "peer", "auction"}


class _Plane:
    """One drawing of a clock's way, with the slope as it is or as it is being pushed."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Clockwork) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        # With everything in sight the watcher's clock is not the machine's: what that read last is near enough.
        self.now = me.stamps[-1][0] if scene.sight.everything and me.stamps else scene.now
        self.ahead = me.ahead_at(self.now)
        self.right = canvas.width - SIDE - 2
        self.slope = scene.setting(SLOPE.name, me.slope)
        self.end = max(me.shuts + 2 * SECOND, 12 * SECOND)

    def x(self, utc: int) -> float:
        """The column of a right time."""
        return 5 + (utc + BEFORE) / (self.end + BEFORE) * (self.right - 5)

    def y(self, ahead: int) -> float:
        """The row of a clock that is so far ahead."""
        return 1 + (MOST - max(-MOST, min(MOST, ahead))) / (2 * MOST) * (self.canvas.height - 3)

    def dot(self, utc: int, ahead: int) -> tuple[int, int]:
        """The dot of both."""
        return round(2 * self.x(utc)), round(4 * self.y(ahead)) + 2

    def draw(self) -> None:
        """The plane, the way so far and to come, and who lives by it."""
        canvas, me = self.canvas, self.me
        level = round(self.y(0))
        canvas.put(0, 0, "fast", Ink.QUIET)
        canvas.put(0, level, "UTC", Ink.STRONG)
        canvas.put(0, canvas.height - 2, "slow", Ink.QUIET)
        canvas.put(5, level, "─" * (self.right - 5), Ink.FAINT)
        if me.shuts:
            shut = round(self.x(me.shuts))
            for row in range(1, canvas.height - 1):
                canvas.put(shut, row, "│", Ink.FAINT)
            canvas.centre(shut - 3, canvas.height - 1, f"auction {me.shuts // SECOND} s", Ink.QUIET)
        self._tint_wrong(level)
        self._draw_way()
        self._draw_programs(self.right + 3)

    def _tint_wrong(self, level: int) -> None:
        """What lies between the clock and UTC, so far and to come: it is to become nothing."""
        way = [(reading - ahead, ahead) for reading, ahead in self.me.stamps]
        utc = self.now - self.ahead
        way += [(utc, self.ahead), (self.end, self.ahead + (self.end - utc) * self.slope // 100)]
        for (start, here), (stop, there) in pairwise(way):
            for column in range(max(5, round(self.x(start))), min(self.right, round(self.x(stop)))):
                part = (column - self.x(start)) / max(1.0, self.x(stop) - self.x(start))
                row = round(self.y(round(here + (there - here) * part)))
                self.canvas.tint(column, min(row, level), 1, abs(level - row) + 1, Ink.YOU, 0.12)

    def _draw_way(self) -> None:
        canvas, me = self.canvas, self.me
        past = [self.dot(reading - ahead, ahead) for reading, ahead in me.stamps]
        utc = self.now - self.ahead
        here = self.dot(utc, self.ahead)
        curve(canvas, [*past, here], Ink.YOU)
        if utc < self.end:
            left = self.end - utc
            curve(canvas, [here, self.dot(self.end, self.ahead + left * self.slope // 100)], Ink.YOU, every=4)
        column, row = round(self.x(utc)), round(self.y(self.ahead))
        canvas.put(column, row, "O", Ink.YOU)
        side = "fast" if self.ahead > 0 else "slow"
        words = f"{abs(self.ahead) / SECOND:.1f} s {side}" if abs(self.ahead) >= SECOND // 20 else "right"
        canvas.put(min(column + 2, self.right - len(words)), max(1, row - 1), words, Ink.YOU)
        canvas.hot(5, 1, self.right - 5, ("setting", SLOPE.name), canvas.height - 2)

    def _draw_programs(self, x: int) -> None:
        """Each with what the clock makes of it: a bar that must not come to its end."""
        canvas, me, slope = self.canvas, self.me, self.slope
        lasts = me.beat * 100 // (100 + slope)
        looks = me.theirs * (100 + slope) // 100
        canvas.put(x, 0, f"slope {slope:+} %" if slope else "slope 0", Ink.ACCENT)
        row = 1 if canvas.height < 12 else 2
        buried = f"buried: {me.missed / SECOND:.2f} s" if me.mourned else ""
        row = self._bar(x, row, f"your {me.beat / SECOND:.1f} s last", lasts, me.dead, buried)
        buried = "you bury it" if me.buries else f"{me.graves} buried alive" if me.graves else ""
        row = self._bar(x, row, f"peer's {me.theirs / SECOND:.1f} s look", looks, me.late, buried)
        stamps = " ".join(f"{reading / SECOND:.1f}" for reading, _ in me.stamps[-4:])
        canvas.put(x, row, cut(f"stamps {stamps}", SIDE - 1), Ink.BAD if me.fallen else Ink.QUIET)
        if me.every:
            bad = [words for count, words in ((me.again, "twice"), (me.skipped, "never")) if count]
            words = f"job {me.job}, every {show_duration(me.every)}" + (f": {' and '.join(bad)}!" if bad else "")
            canvas.put(x, row + 1, cut(words, SIDE - 1), Ink.BAD if bad else Ink.QUIET)
        if me.shuts:
            left = me.shuts - self.now
            words = "auction shut" if me.shut else f"auction shuts in {max(0, left) / SECOND:.1f} of your s"
            canvas.put(x, row + 2, cut(words, SIDE - 1), Ink.STRONG)

    def _bar(self, x: int, row: int, words: str, value: int, most: int, buried: str) -> int:
        """How long something lasts, on a bar that ends where somebody is taken for dead, and who has been; the row
        after it."""
        canvas = self.canvas
        over = value * (1000 + self.me.jitter) > most * 1000
        ink = Ink.BAD if buried or value > most else Ink.COSTLY if over else Ink.GOOD
        canvas.put(x, row, cut(f"{words} {value / SECOND:.2f}, dead {most / SECOND:.1f}", SIDE - 1), ink)
        length = min(BAR, value * BAR // most)
        end = canvas.put(x, row + 1, "█" * length + "░" * (BAR - length), ink)
        canvas.put(end, row + 1, "│", Ink.STRONG)
        canvas.put(end + 2, row + 1, buried, Ink.BAD)
        return row + (2 if canvas.height < 12 else 3)
