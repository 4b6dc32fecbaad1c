"""A value that is typed: a number, or a word."""

from __future__ import annotations

from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Number
from tui.controls.base import Control, Press, Setting
from tui.controls.line import CARET, Line
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink


class TypedControl(Control):
    """A field to type in. Up and down change a number by one, the one in force if none is typed. Esc empties it."""

    keys: ClassVar[str] = later("type   Enter answer   Esc clear")
    name = "answer"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.line = Line()
        self.name = said(self.asked.choice.name.rpartition(".")[2].replace("_", " "))

    @property
    def typed(self) -> str:
        return self.line.text

    @property
    def draft(self) -> Value | None:
        try:
            return self.domain.parse(self.asked, self.line.text) if self.line.text.strip() else None
        except ValueError:
            return None

    def check(self) -> str:
        if not self.line.text.strip():
            return f"{said('type an answer first')}{self._wanted(': ')}"
        try:
            self.domain.parse(self.asked, self.line.text)
        except ValueError as error:
            return str(error)
        return ""

    def key(self, key: str, character: str | None) -> Press:
        if key == "escape" and self.line.text:
            self.line.set("")
            return Press.CHANGED
        if key in ("up", "down") and isinstance(self.domain, Number):
            return self._by(1 if key == "up" else -1)
        if not self.line.text and (key in ("left", "right", "home", "end", "backspace", "delete", "ctrl+u")):
            return Press.NOT_MINE
        if not self.line.text and character and not self.may_begin(character):
            return Press.NOT_MINE
        return Press.CHANGED if self.line.press(key, character) else Press.NOT_MINE

    def take_character(self, character: str) -> Press:
        self.problem = ""
        return Press.CHANGED if self.line.press(character, character) else Press.NOT_MINE

    def may_begin(self, character: str) -> bool:
        """May a value begin so? Before the first character letters are still commands, if none can begin a value."""
        if isinstance(self.domain, Number):
            return character.isdigit() or (character == "-" and self.domain.bounds(self.asked)[0] < 0)
        return not character.isspace()

    def _by(self, step: int) -> Press:
        assert isinstance(self.domain, Number)
        value = self.setting.previous if self.draft is None and not self.line.text else self.draft
        if not isinstance(value, int) or isinstance(value, bool):
            return Press.CHANGED
        low, high = self.domain.bounds(self.asked)
        self.line.set(str(max(low, min(high, value + step))))
        return Press.CHANGED

    def rows(self, width: int) -> int:
        return 1

    def draw(self, canvas: Canvas) -> None:
        x = canvas.put(0, 0, f"{self.name} ", Ink.STRONG)
        text = self.line.text
        canvas.put(x, 0, text[: self.line.at], Ink.ACCENT)
        canvas.put(x + self.line.at, 0, text[self.line.at] if self.line.at < len(text) else CARET, Ink.CHOSEN)
        canvas.put(x + self.line.at + 1, 0, text[self.line.at + 1 :], Ink.ACCENT)
        end = x + max(len(text) + 1, 12) + 2
        note = self.setting.notes.get(self.draft, "") if self.draft is not None else ""
        canvas.put(end, 0, note or self._wanted(""), Ink.QUIET)

    def _wanted(self, before: str) -> str:
        if isinstance(self.domain, Number):
            low, high = self.domain.bounds(self.asked)
            wanted = said("a number from {low} to {high}").format(low=low, high=self.domain.show(high))
            return f"{before}{wanted}"
        return ""
