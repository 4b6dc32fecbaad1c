"""Dots of two ears that hear one gun: the difference of their clocks over time, the bang, and the line that is laid."""

from __future__ import annotations

from core.kernel.choice import Asked
from core.kernel.time import SECOND, LocalClock
from core.kernel.trace import SEND
from core.protocols.clocks.clock_sync.fitting import Dot
from core.protocols.clocks.clock_sync.messages import Heard
from core.protocols.clocks.clock_sync.sensor import Sensor
from core.protocols.clocks.clock_sync.sensor_choices import LEVER, LINE, PULSE
from tui.look.dots import curve, middle
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

SHOWN = {"shots", "dots", "bangs placed"}
LEAST = (40, 7)
"""Columns and rows below which there is no room."""
NAMES = 8
"""Columns before the axis of time, for what the dots say."""
SEEN = 75 * SECOND
"""So much of the past is seen."""
LEAST_SPAN = 120
"""µs from the lowest to the highest that are seen at least."""


def sensor_of(scene: Scene) -> Sensor | None:
    """The player's machine, in the middle of the event in which it asks, if it is a sensor that compares."""
    me = scene.own(Sensor)
    return me if me is not None and me.friend else None


def fits(canvas: Canvas) -> bool:
    """Is there room?"""
    return canvas.width >= LEAST[0] and canvas.height >= LEAST[1]


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The line's handles are on it."""
    return asked.choice.name == LINE.name and sensor_of(scene) is not None and width >= LEAST[0]


def draw(canvas: Canvas, scene: Scene, me: Sensor) -> None:
    """All that it has heard."""
    _Range(canvas, scene, me).draw()


class _Range:
    """One drawing: time to the right, how far the friend's clock is ahead upwards."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Sensor) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        draft = scene.draft if scene.asked is not None and scene.asked.choice.name == LINE.name else None
        self.line: tuple[int, int] | None = draft if isinstance(draft, tuple) else None
        self.left, self.right = NAMES, canvas.width - 2
        self.top, self.bottom = 1, canvas.height - 3
        self.now = scene.now
        self.since = 0 if scene.lifted else max(0, self.now - SEEN)
        self.truth = _true_bangs(scene, me) if scene.lifted else []
        seen = [dot.ahead for dot in (*me.dots, *self.truth) if dot.at >= self.since]
        if self.line is not None:
            seen.append(self._near(me.placed_by(self.line), seen))
        low, high = min(seen, default=0), max(seen, default=0)
        pad = max(LEAST_SPAN - (high - low), (high - low) // 4) // 2
        self.low, self.high = low - pad, high + pad

    @staticmethod
    def _near(place: int, seen: list[int]) -> int:
        """A place as far as it stretches the picture: a line that is far off must not flatten the dots."""
        if not seen:
            return place
        reach = max(LEAST_SPAN, max(seen) - min(seen))
        return max(min(seen) - reach, min(max(seen) + reach, place))

    def x(self, at: int) -> int:
        """The column of a time by one's own clock."""
        return self.left + (at - self.since) * (self.right - self.left) // max(1, self.now - self.since)

    def y(self, ahead: float) -> int:
        """The row of so many µs."""
        share = (ahead - self.low) / max(1, self.high - self.low)
        return self.bottom - round(share * (self.bottom - self.top))

    def draw(self) -> None:
        """Axes, dots, the bang, the line, and what is known in words."""
        canvas, me = self.canvas, self.me
        canvas.put(0, 0, cut(f"{me.friend} ahead of you, µs", canvas.width), Ink.QUIET)
        canvas.tint(self.left, self.top, self.right - self.left + 1, self.bottom - self.top + 1, Ink.WORLD, 0.14)
        for row in range(self.top, self.bottom + 1):
            canvas.put(self.left - 1, row, "│", Ink.FAINT)
        canvas.put(self.left - 1, self.bottom + 1, "└" + "─" * (self.right - self.left + 1), Ink.FAINT)
        if self.line is not None:
            self._draw_line(self.line)
        if me.bang:
            self._draw_bang(me.bang_at)
        for place, dot in enumerate(self.truth):
            self._draw_truth(dot, me.placed[place] if place < len(me.placed) else None)
        used = set(me.near) if me.bang else set()
        labelled: list[int] = []
        for dot in me.dots[::-1]:
            if dot.at < self.since:
                continue
            x, y = self.x(dot.at), self.y(dot.ahead)
            canvas.pool(x, y, 3, 1, Ink.YOU, 0.25)
            canvas.put(x, y, "●", Ink.YOU if dot in used or not me.bang else Ink.QUIET)
            if y not in labelled:
                canvas.put(0, y, f"{dot.ahead:>{NAMES - 2}}", Ink.QUIET)
                labelled.append(y)
            if self.line is not None:
                self._draw_miss(dot, x, y)
        if not me.dots:
            words = "a shot is on its way" if me.awaited else "no dot yet: buy a shot"
            canvas.centre((self.left + self.right) // 2, (self.top + self.bottom) // 2, words, Ink.QUIET)
        self._draw_words()

    def _height(self, at: int) -> float:
        """Where the line is at a time: so many µs ahead."""
        assert self.line is not None
        offset, slope = self.line
        return self.me.base + offset + slope * (at - self.me.bang_at + LEVER * SECOND) / SECOND

    def _draw_miss(self, dot: Dot, x: int, y: int) -> None:
        """By how many µs the line passes above a dot (below, if negative): no row is so fine."""
        words = f"{round(self._height(dot.at)) - dot.ahead:+d}"
        words = "0" if words == "+0" else words
        y += 1 if y < self.bottom else -1
        x = min(x, self.right - len(words))
        if self.top <= y and self.canvas.free(x - 1, y, len(words) + 2):
            self.canvas.put(x, y, words, Ink.CHOSEN)

    def _draw_truth(self, dot: Dot, placed: int | None) -> None:
        """How far the friend's clock was ahead at a bang, and what was said of it."""
        self._draw_bang(dot.at)
        canvas, x, y = self.canvas, self.x(dot.at), self.y(dot.ahead)
        canvas.put(x, y, "×", Ink.GOOD)
        words = "not placed" if placed is None else f"{placed - dot.ahead:+d} µs" if placed != dot.ahead else "exact"
        canvas.put(max(self.left, x - len(words) - 1), y, words, Ink.GOOD)

    def _draw_bang(self, at: int) -> None:
        """When it banged, from top to bottom."""
        canvas, x = self.canvas, self.x(at)
        for row in range(self.top, self.bottom + 1):
            canvas.put(x, row, "┃", Ink.ACCENT)
        canvas.tint(x, self.top, 1, self.bottom - self.top + 1, Ink.ACCENT, 0.3)
        canvas.put(max(0, min(x - 2, canvas.width - 6)), self.bottom + 1, "bang!", Ink.ACCENT)

    def _draw_line(self, line: tuple[int, int]) -> None:
        """The line, its two handles, and where it crosses the bang."""
        canvas, me = self.canvas, self.me
        start = me.bang_at - LEVER * SECOND
        height = self._height
        shown = [
            middle(column, self.y(height(at)))
            for column in range(self.left, self.right + 1)
            if self.low <= height(at := self._at(column)) <= self.high
        ]
        if len(shown) > 1:
            curve(canvas, shown, Ink.CHOSEN)
        self._draw_handle("offset", self.x(start), self.y(height(start)))
        crossing = me.placed_by(line)
        x, y = self.x(me.bang_at), self.y(height(me.bang_at))
        self._draw_handle("slope", self.right, self.y(height(self.now)))
        if self.top <= y <= self.bottom:
            words = f" {crossing} "
            canvas.put(x - len(words) if x - len(words) >= self.left else x + 1, y, words, Ink.ON, fill=Ink.CHOSEN)

    def _draw_handle(self, name: str, x: int, y: int) -> None:
        canvas = self.canvas
        if self.left <= x <= self.right and self.top <= y <= self.bottom:
            canvas.put(x, y, "◆" if self.scene.at_hand == name else "◇", Ink.CHOSEN)

    def _at(self, column: int) -> int:
        """The time at a column."""
        return self.since + (column - self.left) * (self.now - self.since) // max(1, self.right - self.left)

    def _draw_words(self) -> None:
        """The handles while they are pushed; else what is bought, and what is told."""
        canvas, me = self.canvas, self.me
        y = canvas.height - 1
        if self.line is not None:
            x = 0
            for place, (name, unit) in enumerate((("offset", "µs"), ("slope", "µs/s"))):
                typed = self.scene.written.get(name, "")
                words = f"{name} {f'{typed}_' if typed else f'{self.line[place]:+d}'} {unit}"
                x = canvas.put(x, y, words, Ink.CHOSEN if self.scene.at_hand == name else Ink.PLAIN) + 2
                if name == "offset":
                    x = canvas.put(x - 1, y, f"from {me.base}", Ink.QUIET) + 2
            said = f"at the bang {me.placed_by(self.line)}"
        else:
            x = canvas.put(0, y, f"shots {me.shots}", Ink.PLAIN) + 3
            canvas.hot(0, y, x, ("setting", PULSE.name))
            said = "a shot is on its way" if me.awaited and me.dots else ""
        if x + len(said) < canvas.width:
            canvas.right(y, said, Ink.CHOSEN if self.line is not None else Ink.ACCENT, 1)
        if self.line is not None and me.told is None:
            words = "below a dot: how far above it the line is"
            if self.canvas.free(canvas.width - len(words) - 2, 0, len(words) + 2):
                canvas.right(0, words, Ink.QUIET, 1)
        if me.told is not None:
            words = f"the beacon says when it meant to fire: by that {me.friend} is {me.told} ahead"
            if canvas.width > len(words) + 24:
                canvas.right(0, words, Ink.COSTLY, 1)
            else:
                canvas.put(0, 0, " " * canvas.width)
                canvas.put(0, 0, cut(words, canvas.width), Ink.COSTLY)


def _true_bangs(scene: Scene, me: Sensor) -> list[Dot]:
    """Of every bang when it was by the player's clock, and how far the friend's was ahead then: by the friend's note,
    and by the player's own clock, which nobody has adjusted, at the same true time."""
    spec = next(node for node in scene.scenario.nodes if node.name == scene.you)
    clock = LocalClock(0, spec.clock, spec.drift)
    return [
        Dot(clock.read(entry.time), entry.detail.reading - clock.read(entry.time))
        for entry in scene.entries
        if entry.kind == SEND and entry.node == me.friend and isinstance(entry.detail, Heard) and not entry.detail.shot
    ]
