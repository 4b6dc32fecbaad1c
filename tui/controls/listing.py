"""A list of options: only while a case is new."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import OneOf
from tui.controls.base import Control, Press, Setting, shown
from tui.widgets.canvas import Canvas, Ink, cut


class ListControl(Control):
    """Up and down, or an option's number, choose; Enter gives. A second click gives, too."""

    keys: ClassVar[str] = "up down choose   Enter answer"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        options = setting.options
        if not options and isinstance(self.domain, OneOf):
            options = self.domain.of(self.asked)
        self.options = tuple(options)
        self.at = self.options.index(setting.previous) if setting.previous in self.options else 0

    @property
    def draft(self) -> Value | None:
        return self.options[self.at] if self.options else None

    def key(self, key: str, character: str | None) -> Press:
        columns = self._columns
        moves = {"up": -1, "down": 1, "left": -self._down, "right": self._down if columns > 1 else 1}
        if key in moves and self.options:
            step = moves[key] if columns > 1 or key in ("up", "down") else (1 if key == "right" else -1)
            self.at = (self.at + step) % len(self.options) if abs(step) == 1 else self._clamp(self.at + step)
            return Press.CHANGED
        if character and character.isdigit() and 0 < int(character) <= len(self.options):
            self.at = int(character) - 1
            return Press.CHANGED
        return Press.NOT_MINE

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta and self.options:
            self.at = (self.at + delta) % len(self.options)
            return Press.CHANGED
        if isinstance(target, tuple) and target[0] == "option":
            return self._choose(int(target[1]))
        if target in self.options:
            return self._choose(self.options.index(target))
        return Press.NOT_MINE

    def _choose(self, place: int) -> Press:
        if place == self.at:
            return self.press("enter")
        self.at = place
        self.problem = ""
        return Press.CHANGED

    def _clamp(self, place: int) -> int:
        return place if 0 <= place < len(self.options) else self.at

    _columns = 1
    _down = 1

    def _lay_out(self, width: int, rows: int | None = None) -> int:
        """Fix columns and rows; the width of a column."""
        widest = max((len(self._words(option)) for option in self.options), default=1) + 7
        most = max(1, width // widest)
        wanted = min(len(self.options), 4 if rows is None else max(1, rows))
        self._columns = min(most, -(-len(self.options) // max(1, wanted)))
        self._down = -(-len(self.options) // max(1, self._columns))
        return width // max(1, self._columns)

    def rows(self, width: int) -> int:
        self._lay_out(width)
        return max(1, self._down)

    def draw(self, canvas: Canvas) -> None:
        column = self._lay_out(canvas.width, canvas.height)
        for place, option in enumerate(self.options):
            x, y = place // self._down * column, place % self._down
            chosen = place == self.at
            number = str(place + 1) if place < 9 else " "
            ink = Ink.CHOSEN if chosen else Ink.PLAIN
            text = cut(f"{'>' if chosen else ' '} {number} {self._words(option)}", column - 1)
            canvas.put(x, y, text + (" " if chosen else ""), ink)
            canvas.hot(x, y, column - 1, ("option", place))

    def _words(self, option: Value) -> str:
        words = shown(self.asked, option)
        more = self.setting.notes.get(option, "")
        if not more and isinstance(self.domain, OneOf):
            more = self.domain.words.get(option, "")
        return f"{words}  {more}" if more else words
