"""A text being typed: letters, bits, bytes, a pattern."""

from __future__ import annotations

from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Form, Text, beginning, listed
from tui.controls.base import CLEAR, TAB, Control, Press, Setting, number_in
from tui.controls.line import CARET, Line
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut


class TextControl(Control):
    """What is typed is the text; tab completes one of the stock, up and down go through it. Esc empties it."""

    keys: ClassVar[str] = later("type   left right caret   Enter answer   Esc clear")
    longest: ClassVar[int] = 1_000

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, Text)
        self.text_domain = self.domain
        self.line = Line(longest=self.longest)
        if setting.previous is not None and self.domain.problem(self.asked, setting.previous) is None:
            self.line.set(self.domain.write(setting.previous))
        self.name = said(self.asked.choice.name.rpartition(".")[2].replace("_", " "))

    @property
    def typed(self) -> str:
        return self.line.text

    @property
    def draft(self) -> Value | None:
        try:
            return self.domain.parse(self.asked, self.line.text)
        except ValueError:
            return None

    def check(self) -> str:
        try:
            self.domain.parse(self.asked, self.line.text)
        except ValueError as error:
            return str(error)
        return ""

    @property
    def status(self) -> str:
        found = self._found()
        if found:
            words = f"= {found[0]}" if len(found) == 1 else listed(found, "or")
            return f"{words}   {TAB}   {CLEAR}"
        stock = f"{self.keys}   {said('up down stock')}"
        return stock if self.domain.step(self.asked, None, 1) is not None else self.keys

    def _found(self) -> list[str]:
        text = self.line.text.strip()
        return [one for one in self.domain.completions(self.asked, text) if one != text]

    def key(self, key: str, character: str | None) -> Press:
        line = self.line
        if key == "escape":
            if not line.text:
                return Press.NOT_MINE
            line.set("")
        elif key == "tab" and self.typing:
            if found := self._found():
                line.set(beginning(found))
        elif key in ("up", "down"):
            value = self.domain.step(self.asked, self.draft, 1 if key == "down" else -1)
            if value is not None:
                line.set(self.domain.write(value))
        else:
            mine = bool(line.text) or (character is not None and self.may_begin(character))
            return Press.CHANGED if mine and line.press(key, character) else Press.NOT_MINE
        return Press.CHANGED

    def take_character(self, character: str) -> Press:
        self.problem = ""
        return Press.CHANGED if self.line.press(character, character) else Press.NOT_MINE

    def may_begin(self, character: str) -> bool:
        """May a text begin so? Where only digits can stand, letters are commands until one does."""
        form = self.text_domain.form
        if form is Form.BITS:
            return character in "01"
        if form is Form.HEX:
            return character in "0123456789abcdefABCDEF"
        return not character.isspace() and (not self.text_domain.alphabet or character in self.text_domain.alphabet)

    def rows(self, width: int) -> int:
        return 2

    def draw(self, canvas: Canvas) -> None:
        x = canvas.put(0, 0, f"{self.name} ", Ink.STRONG)
        text, at = self.line.text, self.line.at
        room = max(4, canvas.width - x - 2)
        first = max(0, min(at - room * 3 // 4, len(text) + 1 - room))
        if first:
            canvas.put(x - 1, 0, "<", Ink.QUIET)
        canvas.put(x, 0, text[first : first + room], Ink.ACCENT)
        canvas.put(x + at - first, 0, text[at] if at < len(text) else CARET, Ink.CHOSEN)
        if len(text) > first + room:
            canvas.put(x + room, 0, ">", Ink.QUIET)
        for column in range(room):
            canvas.hot(x + column, 0, 1, ("letter", first + column))
        draft = self.draft
        wanted = self.domain.how(self.asked)
        if draft is not None and text:
            count = f"{len(draft)} {self.text_domain.form.unit}"
            canvas.put(
                x, 1, cut(f"{count[:-1] if len(draft) == 1 else count}   ({wanted})", canvas.width - x), Ink.QUIET
            )
        else:
            canvas.put(x, 1, cut(wanted, canvas.width - x), Ink.QUIET)

    def click(self, target: object, delta: int = 0) -> Press:
        place = number_in(target, "letter")
        if place is None or delta:
            return Press.NOT_MINE
        self.line.at = max(0, min(len(self.line.text), place))
        return Press.CHANGED
