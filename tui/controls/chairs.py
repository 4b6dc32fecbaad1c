"""Chairs: some of the options. They persist; a round without a change costs no key."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import SomeOf
from tui.controls.base import Control, Press, Setting
from tui.widgets.canvas import Canvas, Ink, cut


class ChairsControl(Control):
    """Arrows walk along the rows, space seats or unseats one, Enter keeps what stands."""

    keys: ClassVar[str] = "arrows walk   space takes, or takes back   Enter keep"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, SomeOf)
        self.options: tuple[Value, ...] = ()
        self.freshen(setting)
        previous = setting.previous if isinstance(setting.previous, tuple) else ()
        self.seated = {option for option in previous if option in self.options}
        self.at = 0
        self._down = max(1, len(self.options))

    def freshen(self, setting: Setting) -> None:
        super().freshen(setting)
        assert isinstance(self.domain, SomeOf)
        self.asked = setting.asked
        self.options = tuple(self.domain.of(self.asked))
        self.most = self.domain.most(self.asked)
        self.taken = self.domain.taken

    @property
    def draft(self) -> Value | None:
        return tuple(option for option in self.options if option in self.seated)

    def key(self, key: str, character: str | None) -> Press:
        step = {"up": -1, "down": 1, "left": -self._down, "right": self._down}.get(key)
        if step is not None:
            if not 0 <= self.at + step < len(self.options):
                return Press.CHANGED
            self.at += step
            return Press.CHANGED
        if key == "space" and self.options:
            return self._swap(self.at)
        return Press.NOT_MINE

    def press(self, key: str, character: str | None = None) -> Press:
        full = self.key(key, character) if key == "space" else None
        if full is not None:  # its problem, "all taken", must stay
            return full
        return super().press(key, character)

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta and self.options:
            self.at = max(0, min(len(self.options) - 1, self.at + delta))
            return Press.CHANGED
        place = target[1] if isinstance(target, tuple) and target[0] == "option" else None
        if place is None and target in self.options:
            place = self.options.index(target)
        if not isinstance(place, int):
            return Press.NOT_MINE
        self.at = place
        return self._swap(place)

    def _swap(self, place: int) -> Press:
        option = self.options[place]
        self.problem = ""
        if option in self.seated:
            self.seated.remove(option)
        elif len(self.seated) < self.most:
            self.seated.add(option)
        else:
            self.problem = f"{self.most} of {self.most} {self.taken}: take one back first (space)"
        return Press.CHANGED

    def _columns(self, width: int) -> int:
        widest = max((len(self._row(option)) for option in self.options), default=1) + 2
        return max(1, min(width // widest, -(-len(self.options) // 3)))

    def rows(self, width: int) -> int:
        return 1 + -(-max(1, len(self.options)) // self._columns(width))

    def draw(self, canvas: Canvas) -> None:
        free = self.most - len(self.seated)
        canvas.put(0, 0, f"{len(self.seated)} of {self.most} {self.taken}", Ink.STRONG)
        if free:
            canvas.put(canvas.width // 3 + 4, 0, f"{free} free", Ink.QUIET)
        room = max(1, canvas.height - 1)
        columns = max(self._columns(canvas.width), -(-len(self.options) // room))
        self._down = -(-max(1, len(self.options)) // columns)
        width = canvas.width // columns
        for place, option in enumerate(self.options):
            x, y = place // self._down * width, 1 + place % self._down
            ink = Ink.CHOSEN if place == self.at else Ink.STRONG if option in self.seated else Ink.PLAIN
            text = cut(("> " if place == self.at else "  ") + self._row(option), width - 1)
            canvas.put(x, y, text.ljust(width - 1) if place == self.at else text, ink)
            canvas.hot(x, y, width - 1, ("option", place))

    def _row(self, option: Value) -> str:
        widest = max(len(str(other)) for other in self.options)
        mark = "[x]" if option in self.seated else "[ ]"
        return f"{mark} {option!s:<{widest}}  {self.setting.notes.get(option, '')}".rstrip()
