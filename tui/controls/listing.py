"""A list of options: only while a case is new."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import OneOf
from tui.controls.base import Option, Press, Setting, number_in, shown
from tui.controls.choosing import MOST_ROWS, Choosing
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut

ROWS = 2
"""Rows before a second column is begun."""


class ListControl(Choosing):
    """Up and down, an option's number, or its beginning, choose; Enter gives. A second click gives, too."""

    keys: ClassVar[str] = later("up down choose   Enter answer")
    by_digit: ClassVar[bool] = True
    """Do digits pick?"""

    def __init__(self, setting: Setting) -> None:
        domain = setting.asked.choice.domain
        options = setting.options
        if not options and isinstance(domain, OneOf):
            options = domain.of(setting.asked)
        super().__init__(setting, options)
        if setting.previous in self.options:
            self.at = self.options.index(setting.previous)
        self._numbered = not self.many and not any(self.name_of(option)[:1].isdigit() for option in self.options)
        self._columns = 1
        self._down = 1

    def freshen(self, setting: Setting) -> None:
        super().freshen(setting)
        self.asked = setting.asked
        self.renew(setting.options or (self.domain.of(self.asked) if isinstance(self.domain, OneOf) else self.options))

    @property
    def draft(self) -> Value | None:
        return self.meant

    def name_of(self, option: Value) -> str:
        return shown(self.asked, option)

    @property
    def listed(self) -> Sequence[Option]:
        numbered = self.by_digit and self._numbered and not self.typing
        return [
            Option(
                option, self.name_of(option), self._number_at(self.options.index(option)) if numbered else 0,
                self.note_of(option), option == self.meant, option == self.meant,
            )
            for option in self.visible
        ]  # fmt: skip

    def _number_at(self, place: int) -> int:
        """The number by which the option at this place is picked."""
        return self.setting.numbers.get(self.options[place], place + 1)

    def walk(self, key: str, character: str | None) -> Press:
        columns = self._columns
        moves = {"up": -1, "down": 1, "left": -self._down, "right": self._down if columns > 1 else 1}
        if key in moves and self.options:
            step = moves[key] if columns > 1 or key in ("up", "down") else (1 if key == "right" else -1)
            self.at = (self.at + step) % len(self.options) if abs(step) == 1 else self._clamp(self.at + step)
            return Press.CHANGED
        if self._numbered and character and character.isdigit():
            found = [place for place in range(len(self.options)) if self._number_at(place) == int(character)]
            if found:
                self.at = found[0]
                return Press.CHANGED
        return Press.NOT_MINE

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta and self.options:
            self.point((self.at + delta) % len(self.options))
            return Press.CHANGED
        place = self.options.index(target) if target in self.options else number_in(target, "option", len(self.options))
        return Press.NOT_MINE if place is None else self._choose(place)

    def _choose(self, place: int) -> Press:
        if place == self.at and self.meant is not None:
            return self.press("enter")
        self.point(place)
        self.problem = ""
        return Press.CHANGED

    def _clamp(self, place: int) -> int:
        return place if 0 <= place < len(self.options) else self.at

    def _lay_out(self, width: int, rows: int) -> int:
        """Fix columns and rows; the width of a column."""
        count = len(self.visible)
        widest = max((len(self.words_of(option)) for option in self.visible), default=1) + 7
        most = max(1, width // widest)
        self._columns = max(1, min(most, -(-count // max(1, rows))))
        self._down = -(-count // self._columns)
        return width // self._columns

    def rows(self, width: int) -> int:
        self._lay_out(width, ROWS)
        return max(1, min(self._down, MOST_ROWS))

    def draw(self, canvas: Canvas) -> None:
        column = self._lay_out(canvas.width, canvas.height)
        self._down = min(self._down, max(1, canvas.height))
        visible = self.visible
        for spot, place in enumerate(self.page(self._columns * self._down)):
            x, y = spot // self._down * column, spot % self._down
            option = visible[place]
            chosen = option == self.meant
            number = f"{self._number_at(place)} " if self._numbered and not self.typing else ""
            text = cut(f"{'>' if chosen else ' '} {number}{self.words_of(option)}", column - 1)
            canvas.put(x, y, text + (" " if chosen else ""), Ink.CHOSEN if chosen else Ink.PLAIN)
            canvas.hot(x, y, column - 1, ("option", self.options.index(option)))
        if not visible:
            canvas.put(0, 0, said("type the beginning of one of {count}").format(count=len(self.options)), Ink.QUIET)

    def words_of(self, option: Value) -> str:
        """An option, and what is to be said of it."""
        words, more = self.name_of(option), self.note_of(option)
        return f"{words}  {more}" if more else words

    def note_of(self, option: Value) -> str:
        """What is to be said of an option; "" if nothing is."""
        more = self.setting.notes.get(option, "")
        if not more and isinstance(self.domain, OneOf):
            return said(self.domain.words.get(option, ""))
        return more
