"""An alarm, pushed along a ruler on which past delays are dots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import ClassVar

from core.kernel.domains import Duration, Number
from core.kernel.time import MICROSECOND, MILLISECOND, SECOND, show_duration
from tui.clock import nice
from tui.controls.base import Press, Setting, number_in
from tui.controls.pushed import PushedControl
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink

DOTS = " .:|#"


class AlarmControl(PushedControl):
    """Left and right push the alarm, up and down by a tenth of that; a click puts it there; or type "900 ms"."""

    keys: ClassVar[str] = later("left right push   up down finely   Enter set   or type 900 ms")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, Number)
        self.low, self.high = self.domain.bounds(self.asked)
        self.freshen(setting)
        delays = self.delays
        if isinstance(setting.previous, int) and not isinstance(setting.previous, bool):
            start = setting.previous
        else:
            start = nice(2 * max(delays)) if delays else (SECOND if self.high >= SECOND else self.high)
        self.value = max(self.low, min(self.high, start))

    def freshen(self, setting: Setting) -> None:
        super().freshen(setting)
        self.delays = [delay for delay in setting.delays if delay >= 0]

    @property
    def scale(self) -> int:
        """The ruler's right end (µs): where past delays are, the ruler is; an alarm far beyond stands at its end."""
        if self.delays:
            return min(nice(max(4 * max(self.delays), 100 * MILLISECOND)), self.high)
        return min(nice(self.value * 5 // 4), self.high)

    @property
    def coarse(self) -> int:
        """What left and right push by (µs)."""
        return max(MICROSECOND, nice(max(self.scale, self.value) // 40))

    def push(self, key: str) -> bool:
        pushes = {"left": -10, "right": 10, "down": -1, "up": 1, "shift+left": -1, "shift+right": 1}
        if key not in pushes:
            return False
        fine = self.domain.fine if isinstance(self.domain, Duration) else 0
        if fine and isinstance(self.domain, Duration):
            steps = {"left": -fine, "right": fine, "down": -self.domain.coarse, "up": self.domain.coarse}
            self._set(self.value + steps.get(key, pushes[key] * fine))
        else:
            self._set(self.value + pushes[key] * max(1, self.coarse // 10))
        return True

    @property
    def status(self) -> str:
        domain = self.domain
        if not isinstance(domain, Duration):
            return super().status
        if self.line.text or not domain.fine:
            return super().status.replace("900 ms", domain.example(self.asked))
        fine, coarse = show_duration(domain.fine), show_duration(domain.coarse)
        push = said("left right push by {fine}   up down by {coarse}   Enter set   or type {example}")
        return push.format(fine=fine, coarse=coarse, example=domain.example(self.asked))

    def _set(self, value: int) -> None:
        self.value = max(self.low, min(self.high, value))

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self._set(self.value - delta * self.coarse)
            return Press.CHANGED
        if (where := number_in(target, "ruler")) is not None:
            self.line.set("")
            self._set(where)
            return Press.CHANGED
        return Press.NOT_MINE

    def rows(self, width: int) -> int:
        return 3

    def draw(self, canvas: Canvas) -> None:
        scale = self.scale
        end = show_duration(scale)
        width = max(10, canvas.width - len(end) - 3)
        self._draw_dots(canvas, width, scale)
        canvas.put(0, 1, "|" + "─" * (width - 1) + "|", Ink.QUIET)
        for tick in range(1, 10):
            canvas.put(round(tick * width / 10), 1, "┬" if tick != 5 else "┼", Ink.QUIET)
        canvas.put(width + 2, 1, end, Ink.QUIET)
        value = self.draft if self.line.text else self.value
        if isinstance(value, int):
            x = min(width, round(min(value, scale) * width / scale))
            label = f"[{show_duration(value)}]{' >' if value > scale else ''}"
            left = max(0, min(x - len(label) // 2, width + 1 - len(label)))
            canvas.put(left, 1, label, Ink.CHOSEN)
            canvas.put(x, 2, "▲", Ink.ACCENT)
        if self.line.text:
            canvas.put(0, 2, self.line.text + "_", Ink.ACCENT)
        for column in range(width + 1):
            value = column * scale // width
            step = max(1, self.coarse // 10)
            canvas.hot(column, 0, 1, ("ruler", round(value / step) * step), 3)

    def _draw_dots(self, canvas: Canvas, width: int, scale: int) -> None:
        if not self.delays:
            canvas.put(0, 0, said("nothing has been measured yet: no dots on the ruler"), Ink.QUIET)
            return
        columns = Counter(min(width, round(delay * width / scale)) for delay in self.delays)
        for column, count in columns.items():
            canvas.put(column, 0, DOTS[min(count, len(DOTS) - 1)], Ink.PACKET)
        last = max(columns)
        longest = show_duration(max(self.delays) // MILLISECOND * MILLISECOND)
        many = said("{count} past delays, the longest {longest}")
        label = (said("{count} past delay, the longest {longest}") if len(self.delays) == 1 else many).format(
            count=len(self.delays), longest=longest
        )
        if last + 2 + len(label) < canvas.width:
            canvas.right(0, label, Ink.QUIET)
