"""Several fields at once: a header's own figure."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import Duration, Fields, Number, OneOf, beginning, listed, matching
from tui.controls.base import Control, Press, Setting
from tui.controls.line import CARET, Line
from tui.widgets.canvas import Canvas, Ink


class FieldsControl(Control):
    """Left and right go from field to field, typing fills one, up and down change a number or an option."""

    keys: ClassVar[str] = "left right field   type   up down change   Enter answer"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, Fields)
        self.parts = self.domain.parts
        self.lines = [Line() for _ in self.parts]
        previous = setting.previous
        if isinstance(previous, tuple) and len(previous) == len(self.parts):
            for line, (_, domain), value in zip(self.lines, self.parts, previous, strict=True):
                line.set(domain.show(value))
        self.at = 0

    @property
    def typing(self) -> bool:
        return any(line.text for line in self.lines)

    def _parsed(self) -> tuple[list[Value], str]:
        values: list[Value] = []
        for place, ((name, domain), line) in enumerate(zip(self.parts, self.lines, strict=True)):
            try:
                if not line.text.strip():
                    raise ValueError("type a value")
                values.append(domain.parse(self.asked, line.text))
            except ValueError as error:
                self.wrong = place
                return values, f"{name}: {error}"
        return values, ""

    wrong = 0

    @property
    def draft(self) -> Value | None:
        values, problem = self._parsed()
        return None if problem else tuple(values)

    def check(self) -> str:
        problem = self._parsed()[1]
        if problem:
            self.at = self.wrong
        return problem

    def key(self, key: str, character: str | None) -> Press:
        line = self.lines[self.at]
        if key in ("left", "right"):
            self.at = (self.at + (1 if key == "right" else -1)) % len(self.parts)
            return Press.CHANGED
        if key in ("up", "down"):
            self._turn(1 if key == "up" else -1)
            return Press.CHANGED
        if key == "escape":
            if not self.typing:
                return Press.NOT_MINE
            (line if line.text else next(line for line in self.lines if line.text)).set("")
            return Press.CHANGED
        if key == "tab" and line.text:
            self._complete()
            return Press.CHANGED
        if not self.typing and character and isinstance(self.parts[self.at][1], Number) and not character.isdigit():
            return Press.NOT_MINE
        return Press.CHANGED if line.press(key, character) else Press.NOT_MINE

    def take_character(self, character: str) -> Press:
        self.problem = ""
        return Press.CHANGED if self.lines[self.at].press(character, character) else Press.NOT_MINE

    @property
    def status(self) -> str:
        found = self._found()
        if not found or str(found[0]) == self.lines[self.at].text:
            return self.keys
        return f"= {found[0]}   Tab complete" if len(found) == 1 else f"{listed(found, 'or')}   Tab complete"

    def _found(self) -> list[Value]:
        """The options that the field at hand may mean, if it is one of options and something is typed."""
        domain = self.parts[self.at][1]
        return matching(domain.of(self.asked), self.lines[self.at].text) if isinstance(domain, OneOf) else []

    def _complete(self) -> None:
        if found := self._found():
            self.lines[self.at].set(beginning([str(option) for option in found]))

    def _turn(self, step: int) -> None:
        domain, line = self.parts[self.at][1], self.lines[self.at]
        if isinstance(domain, OneOf):
            options = [str(option) for option in domain.of(self.asked)]
            place = options.index(line.text) + step if line.text in options else 0
            line.set(options[place % len(options)])
        elif isinstance(domain, Number) and not isinstance(domain, Duration):
            low, high = domain.bounds(self.asked)
            try:
                value = domain.parse(self.asked, line.text) + step
            except ValueError:
                value = low
            line.set(str(max(low, min(high, value))))

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self._turn(-delta)
            return Press.CHANGED
        if isinstance(target, tuple) and target[0] == "option":
            self.at = int(target[1])
            return Press.CHANGED
        return Press.NOT_MINE

    def rows(self, width: int) -> int:
        return 3 * max(1, -(-sum(self._widths()) // max(1, width)))

    def _widths(self) -> list[int]:
        return [
            max(len(name), len(line.text) + 1, 8) + 3 for (name, _), line in zip(self.parts, self.lines, strict=True)
        ]

    def draw(self, canvas: Canvas) -> None:
        x = y = 0
        for place, (((name, _), line), width) in enumerate(
            zip(zip(self.parts, self.lines, strict=True), self._widths(), strict=True)
        ):
            if x + width > canvas.width and x:
                x, y = 0, y + 3
            here = place == self.at
            canvas.put(x, y, f"│ {name}", Ink.STRONG if here else Ink.QUIET)
            canvas.put(x, y + 1, "│ ", Ink.QUIET)
            canvas.put(x + 2, y + 1, line.text, Ink.ACCENT if here else Ink.PLAIN)
            if here:
                canvas.put(x + 2 + len(line.text), y + 1, CARET, Ink.CHOSEN)
            canvas.put(x, y + 2, ("┴" if x else "└") + "─" * (width - 1), Ink.QUIET)
            canvas.hot(x, y, width, ("option", place), 3)
            x += width
            canvas.put(x, y, "│", Ink.QUIET)
            canvas.put(x, y + 1, "│", Ink.QUIET)
            canvas.put(x, y + 2, "┘", Ink.QUIET)
        domain = self.parts[self.at][1]
        if x + 4 < canvas.width and y == 0:
            canvas.put(x + 3, y + 1, _range_of(domain, self), Ink.QUIET)


def _range_of(domain: object, control: FieldsControl) -> str:
    if isinstance(domain, Number):
        low, high = domain.bounds(control.asked)
        return f"{domain.show(low)} to {domain.show(high)}"
    if isinstance(domain, OneOf):
        options = [str(option) for option in domain.of(control.asked)]
        return (", " if any(" " in option for option in options) else " ").join(options)
    return ""
