"""The picture of two clocks that part: what their sheet allows opens as a cone from the last sync, what was measured is
dots in it, and the alarm stands on the same ruler."""

from __future__ import annotations

from core.kernel.choice import Asked
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.wall_clock.ground import MILLION
from core.protocols.clocks.wall_clock.syncing.choices import RESYNC
from core.protocols.clocks.wall_clock.syncing.machines import Builder
from core.protocols.clocks.wall_clock.syncing.messages import Dot
from tui.look.blocks import big, big_width
from tui.look.dots import stroke
from tui.look.palette import node_ink
from tui.look.parts import ruler, spark
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

RULER = 240 * SECOND
"""The ruler's right end: an alarm beyond it stands there."""
LABELS = (0, 60, 120, 180, 240)
TOP = 12 * MILLISECOND
"""So far from right clocks are seen, either way."""
DOTS = 12
"""So many rounds are seen as dots; the older, the fainter."""
NAMES = 5
"""Columns before the plot."""
SIDE = 20
"""Columns of the numbers beside it."""
WIDE = 66
"""Columns from which on there is room for them."""
LEAST = 40
"""Columns below which there is no room for a plot."""


def suits(scene: Scene) -> bool:
    """For a builder who sets clocks."""
    return isinstance(_me(scene), Builder) and scene.plays(RESYNC.name)


def _me(scene: Scene) -> object:
    """Your machine, in the middle of the event that asks you something: a setting that is only open goes on."""
    asked = scene.question.asked if scene.question is not None else None
    return asked.me if asked is not None and isinstance(asked.me, Builder) else scene.me


def draw(canvas: Canvas, scene: Scene) -> None:
    """Cone, dots, the alarm; beside them how fast the clocks part."""
    me = _me(scene)
    if not isinstance(me, Builder) or canvas.width < LEAST or canvas.height < 7:
        general.draw(canvas, scene)
        return
    side = SIDE if canvas.width >= WIDE else 0
    _Plot(canvas, scene, me, canvas.width - side).draw()
    if side:
        _draw_side(canvas, me, canvas.width - side + 2)


class _Plot:
    """Time since a sync to the right, how far ahead a clock is upwards."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Builder, width: int) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.left, self.right = NAMES, width - 1
        self.top, self.bottom = 1, canvas.height - 4
        self.alarm = scene.setting(RESYNC.name, me.pause)

    def x(self, time: int) -> int:
        """The dot's column of a time after a sync (µs)."""
        return 2 * self.left + min(RULER, max(0, time)) * 2 * (self.right - self.left) // RULER

    def y(self, ahead: int) -> int:
        """The dot's row of a clock that is so far ahead (µs)."""
        high = 4 * (self.bottom - self.top)
        return 4 * self.top + high // 2 - max(-TOP, min(TOP, ahead)) * high // (2 * TOP)

    def _time_at(self, column: int) -> int:
        """How long after a sync a column is (µs)."""
        return (column - self.left) * RULER // max(1, self.right - self.left)

    def draw(self) -> None:
        """All of it, from the ground up."""
        canvas, me = self.canvas, self.me
        sheet = f"sheet says ±{me.sheet} ppm"
        canvas.put(0, 0, f"sync errs ±{me.error // MILLISECOND} ms, {sheet}", Ink.QUIET)
        self._draw_cone()
        for ahead in (me.apart, -me.apart):
            stroke(canvas, (2 * self.left, self.y(ahead)), (2 * self.right, self.y(ahead)), Ink.BAD, every=4)
            canvas.put(0, self.y(ahead) // 4, f"{'+' if ahead > 0 else '-'}{me.apart // MILLISECOND}", Ink.BAD)
        stroke(canvas, (2 * self.left, self.y(0)), (2 * self.right, self.y(0)), Ink.FAINT)
        canvas.put(0, self.y(0) // 4, "0 ms", Ink.QUIET)
        for age, dot in reversed([*enumerate(reversed(me.dots[-DOTS:]))]):
            self._draw_dot(dot, age)
        self._draw_alarm()

    def _draw_cone(self) -> None:
        """How far one clock may be off by its sheet."""
        canvas, me = self.canvas, self.me
        for column in range(self.left, self.right + 1):
            time = self._time_at(column)
            off = me.error + time * me.sheet // MILLION
            top, low = self.y(off) // 4, self.y(-off) // 4
            canvas.tint(column, top, 1, low - top + 1, Ink.WORLD, 0.2 if time <= self.alarm else 0.1)
        end = (self.x(RULER), me.error + RULER * me.sheet // MILLION)
        for sign in (1, -1):
            stroke(canvas, (self.x(0), self.y(sign * me.error)), (end[0], self.y(sign * end[1])), Ink.QUIET, every=2)

    def _draw_dot(self, dot: Dot, age: int) -> None:
        """What a round has measured: each clock where it was when it was asked."""
        canvas, scene = self.canvas, self.scene
        if not dot.since:
            return
        column = self.x(dot.since) // 2
        for laptop, ahead in dot.ahead:
            ink = node_ink(laptop, scene.nodes, scene.you)
            if age == 0:
                stroke(canvas, (self.x(0), self.y(0)), (self.x(dot.since), self.y(ahead)), ink)
                canvas.put(column, self.y(ahead) // 4, "●", ink)
                canvas.put(column + 2, self.y(ahead) // 4, cut(laptop, self.right - column - 2), ink)
            else:
                canvas.put(column, self.y(ahead) // 4, "o" if age < 4 else "·", ink, min(3, age // 3))

    def _draw_alarm(self) -> None:
        """The ruler, with the alarm on it, and how much of it has passed."""
        canvas, scene, me = self.canvas, self.scene, self.me
        y, width = canvas.height - 2, self.right - self.left + 1
        asks = scene.asked is not None and scene.asked.choice.name == RESYNC.name
        ink = Ink.CHOSEN if asks else Ink.YOU
        column = self.x(self.alarm) // 2
        for row in range(self.top, y - 1):
            if canvas.free(column, row, 1):
                canvas.put(column, row, "┊", ink)
        labels = [(second * SECOND, f"{second} s") for second in LABELS]
        ruler(canvas, y, RULER, labels, (), self.alarm, max(0, scene.now - me.asked), self.left, width)
        words = f"[{self.alarm // SECOND} s]{' >' if self.alarm > RULER else ''}"
        canvas.put(max(self.left, min(column - len(words) // 2, self.right - len(words))), y - 1, words, ink)
        for column in range(self.left, self.right + 1):
            second = max(1, round(self._time_at(column) / SECOND / 5) * 5)
            canvas.hot(column, y - 1, 1, ("ruler", second * SECOND) if asks else ("setting", RESYNC.name), 3)


def _draw_side(canvas: Canvas, me: Builder, x: int) -> None:
    """How far apart the clocks were last, how fast they part from sync to sync, and what it has cost."""
    last = me.dots[-1] if me.dots else None
    y = 0
    if last is not None and last.since:
        number = f"{last.apart / MILLISECOND:.1f}"
        ink = Ink.BAD if last.apart >= me.apart else Ink.STRONG
        if canvas.height >= 16 and big_width(number) <= SIDE - 3:
            big(canvas, x, 0, number, ink)
            y = 3
        else:
            canvas.put(x, 0, number, ink)
        canvas.put(x + (0 if y else len(number) + 1), y, "ms apart", Ink.QUIET)
        canvas.put(x, y + 1, f"{last.since // SECOND} s after a sync", Ink.QUIET)
        y += 2
    rates = [dot.apart * 1000 / dot.since for dot in me.dots if dot.since][-(SIDE - 3) :]
    rows = max(2, min(8, canvas.height - y - 5))
    if rates:
        peak = max(0.25, *rates)
        spark(canvas, x, y + rows, rates, rows, peak, Ink.ACCENT)
        canvas.put(x, y + rows + 1, f"{rates[-1]:.2f} ms a second", Ink.PLAIN)
        if y + rows + 2 < canvas.height - 2:
            canvas.put(x, y + rows + 2, f"sheet: up to {2 * me.sheet / 1000:.2f}", Ink.QUIET)
        y += rows + 2
    canvas.put(x, canvas.height - 2, f"syncs {me.syncs}", Ink.STRONG)
    canvas.put(x, canvas.height - 1, f"edits missing {me.missing}", Ink.BAD if me.missing else Ink.QUIET)


def delays(scene: Scene, asked: Asked) -> tuple[int, ...]:
    """No dots on the ruler of the alarm: what is measured here is no delay."""
    return ()


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The alarm is on the picture."""
    return asked.choice.name == RESYNC.name and width >= LEAST


def shows(scene: Scene) -> tuple[str, ...]:
    """What it says of the own view by itself."""
    return ("syncs", "next after", "edits missing")
