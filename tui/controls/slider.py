"""A share: a bar that is pushed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.bets import EVEN
from core.kernel.domains import Odds, Slider
from tui.controls.base import Press, Setting, number_in
from tui.controls.pushed import PushedControl
from tui.language import later
from tui.widgets.canvas import Canvas, Ink


class SliderControl(PushedControl):
    """Left and right push the share, up and down by one step; a click puts it there; or it is typed."""

    keys: ClassVar[str] = later("left right push   up down finely   Enter set   or type")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, Slider)
        self.slider = self.domain
        self.low, self.high = self.domain.bounds(self.asked)
        previous = setting.previous
        middle = self.slider.near(self.asked, (self.low + self.high) // 2)
        self.value = middle if self.domain.problem(self.asked, previous) else previous

    def push(self, key: str) -> bool:
        coarse = max(1, self.slider.coarse // self.slider.by)
        pushes = {"left": -coarse, "right": coarse, "down": -1, "up": 1, "shift+left": -1, "shift+right": 1}
        if key in ("home", "end"):
            self.value = self.slider.near(self.asked, self.low if key == "home" else self.high)
            return True
        if key not in pushes:
            return False
        self.value = self.domain.step(self.asked, self.value, pushes[key])
        return True

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self.value = self.domain.step(self.asked, self.value, -delta)
            return Press.CHANGED
        if (where := number_in(target, "ruler")) is not None:
            self.line.set("")
            self.value = self.slider.near(self.asked, where)
            return Press.CHANGED
        return Press.NOT_MINE

    def may_begin(self, character: str) -> bool:
        return super().may_begin(character) or (character == "-" and self.low < 0)

    def rows(self, width: int) -> int:
        return 2

    def draw(self, canvas: Canvas) -> None:
        low, high = self.domain.show(self.low), self.domain.show(self.high)
        start = len(low) + 1
        width = max(4, canvas.width - start - len(high) - 2)
        canvas.put(0, 0, low, Ink.QUIET)
        canvas.put(start + width + 1, 0, high, Ink.QUIET)
        span = max(1, self.high - self.low)
        value = self.draft
        if isinstance(value, int):
            full = (value - self.low) * width // span
            canvas.put(start, 0, "█" * full, Ink.ACCENT)
            canvas.put(start + full, 0, "░" * (width - full), Ink.QUIET)
            label = f"▲ {self.domain.show(value)}"
            x = start + min(full, width - 1)
            if x + len(label) > canvas.width:
                label = f"{self.domain.show(value)} ▲"
                x -= len(label) - 1
            canvas.put(x, 1, label, Ink.CHOSEN)
        else:
            canvas.put(start, 0, "░" * width, Ink.QUIET)
        if self.line.text:
            typed = f"{self.line.text}_"
            left = start if not isinstance(value, int) or x > start + len(typed) + 2 else canvas.width - len(typed)
            canvas.put(left, 1, typed, Ink.ACCENT)
        for column in range(width):
            canvas.hot(start + column, 0, 1, ("ruler", self.low + (column * span + span // 2) // width), 2)


class OddsControl(SliderControl):
    """A chance between two sides, each at its end of the bar: pushed in tens, or typed as "lost 70 %"."""

    keys: ClassVar[str] = later("left right push   Enter bet   or type")

    def may_begin(self, character: str) -> bool:
        assert isinstance(self.domain, Odds)
        words = (*self.domain.sides, self.domain.show(EVEN))
        return super().may_begin(character) or any(word.startswith(character.lower()) for word in words)
