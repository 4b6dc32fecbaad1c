"""Several fields at once: a header's own figure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import BudgetedFields, Fields, Number, OneOf, beginning, listed
from tui.controls.base import TAB, Control, Press, Setting, number_in
from tui.controls.line import CARET, Line
from tui.language import later, said
from tui.widgets.canvas import Canvas, Ink, cut

MOST_BANDS = 2
"""Bands of fields that are shown at a time."""


class FieldsControl(Control):
    """Left and right go from field to field, typing fills one, up and down change a number or an option. Where blanks
    are allowed, what is empty is blank."""

    keys: ClassVar[str] = later("left right field   type   up down change   Enter answer")
    longest: ClassVar[int] = 200

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        assert isinstance(self.domain, Fields)
        self.fields = self.domain
        self.parts = self.domain.parts
        self.blanks = isinstance(self.domain, BudgetedFields)
        self.lines = [Line(longest=self.longest) for _ in self.parts]
        previous = setting.previous
        if isinstance(previous, tuple) and len(previous) == len(self.parts):
            for place, (line, value) in enumerate(zip(self.lines, previous, strict=True)):
                line.set("" if value is None else self.domain.write_part(place, value))
        self.at = 0
        self.wrong = 0

    @property
    def at_hand(self) -> Value | None:
        return self.parts[self.at][0]

    @property
    def typing(self) -> bool:
        return any(line.text for line in self.lines)

    @property
    def written(self) -> Mapping[str, str]:
        return {name: line.text for (name, _), line in zip(self.parts, self.lines, strict=True)}

    def _parsed(self) -> tuple[list[Value], str]:
        values: list[Value] = []
        for place, ((name, _), line) in enumerate(zip(self.parts, self.lines, strict=True)):
            try:
                if not line.text.strip() and not self.blanks:
                    raise ValueError(said("type a value"))
                values.append(self.fields.read_part(self.asked, place, line.text))
            except ValueError as error:
                self.wrong = place
                return values, f"{name}: {error}"
        return values, self.domain.problem(self.asked, tuple(values)) or ""

    @property
    def draft(self) -> Value | None:
        values, problem = self._parsed()
        return None if problem else tuple(values)

    def check(self) -> str:
        self.wrong = self.at
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
        if not self.typing and character and not self.may_begin(character):
            return Press.NOT_MINE
        return Press.CHANGED if line.press(key, character) else Press.NOT_MINE

    def may_begin(self, character: str) -> bool:
        """May a value begin so? Letters are commands where only numbers can stand."""
        domain = self.parts[self.at][1]
        if not isinstance(domain, Number):
            return not character.isspace()
        return character.isdigit() or (character == "-" and domain.bounds(self.asked)[0] < 0)

    def take_character(self, character: str) -> Press:
        self.problem = ""
        return Press.CHANGED if self.lines[self.at].press(character, character) else Press.NOT_MINE

    @property
    def status(self) -> str:
        found = self._found()
        if not found or found[0] == self.lines[self.at].text:
            return self.keys
        return f"= {found[0]}   {TAB}" if len(found) == 1 else f"{listed(found, 'or')}   {TAB}"

    def _found(self) -> list[str]:
        """What the field at hand may become, if something is typed there."""
        return list(self.parts[self.at][1].completions(self.asked, self.lines[self.at].text))

    def _complete(self) -> None:
        if found := self._found():
            self.lines[self.at].set(beginning(found))

    def _turn(self, step: int) -> None:
        domain, line = self.parts[self.at][1], self.lines[self.at]
        try:
            value = self.fields.read_part(self.asked, self.at, line.text)
            value = None if value is None else domain.step(self.asked, value, step)
        except ValueError:
            value = None
        if value is None:  # nothing stands there that one could go on from
            candidates = domain.default_candidates(self.asked)
            value = candidates[0] if candidates else None
        if value is not None:
            line.set(self.fields.write_part(self.at, value))

    def click(self, target: Hashable, delta: int = 0) -> Press:
        if delta:
            self._turn(-delta)
            return Press.CHANGED
        if (place := number_in(target, "option", len(self.parts))) is not None:
            self.at = place
            return Press.CHANGED
        return Press.NOT_MINE

    def rows(self, width: int) -> int:
        count = 1 if self.blanks else 0
        return count + 3 * min(MOST_BANDS, max(place[1] for place in self._laid(width)) + 1)

    def _laid(self, width: int) -> list[tuple[int, int]]:
        """Of every field its column, and its band of three rows."""
        found = []
        x = band = 0
        for wide in self._widths():
            if x and x + wide + 1 > width:
                x, band = 0, band + 1
            found.append((x, band))
            x += wide
        return found

    def _widths(self) -> list[int]:
        return [
            max(len(name), len(line.text) + 1, 8) + 3 for (name, _), line in zip(self.parts, self.lines, strict=True)
        ]

    def draw(self, canvas: Canvas) -> None:
        top = 0
        if self.blanks:
            self._draw_count(canvas)
            top = 1
        laid = self._laid(canvas.width)
        room = max(1, (canvas.height - top) // 3)
        first = laid[self.at][1] // room * room
        x = y = 0
        for place, (((name, _), line), width) in enumerate(
            zip(zip(self.parts, self.lines, strict=True), self._widths(), strict=True)
        ):
            x, band = laid[place]
            if not first <= band < first + room:
                continue
            y = top + 3 * (band - first)
            here = place == self.at
            ink = Ink.STRONG if here else Ink.QUIET
            canvas.put(x, y, f"│ {name}", ink)
            canvas.put(x, y + 1, "│ ", Ink.QUIET)
            canvas.put(x + 2, y + 1, line.text, Ink.ACCENT if here else Ink.PLAIN)
            if here:
                at = line.at
                canvas.put(x + 2 + at, y + 1, line.text[at] if at < len(line.text) else CARET, Ink.CHOSEN)
            elif self.blanks and not line.text:
                canvas.put(x + 2, y + 1, "·", Ink.QUIET)
            canvas.put(x, y + 2, ("┴" if x else "└") + "─" * (width - 1), Ink.QUIET)
            canvas.hot(x, y, width, ("option", place), 3)
            x += width
            canvas.put(x, y, "│", Ink.QUIET)
            canvas.put(x, y + 1, "│", Ink.QUIET)
            canvas.put(x, y + 2, "┘", Ink.QUIET)
        if not self.blanks and x + 4 < canvas.width and max(band for _, band in laid) == 0:
            canvas.put(x + 3, y + 1, self._wanted(), Ink.QUIET)

    def _draw_count(self, canvas: Canvas) -> None:
        assert isinstance(self.domain, BudgetedFields)
        filled = sum(bool(line.text.strip()) for line in self.lines)
        least, most = self.domain.limits(self.asked)
        words = said("{count} of {most} filled in", count=filled, most=most)
        if least:
            words = said("{words}, at least {least}", words=words, least=least)
        words = said("{words}; the others stay {blank}", words=words, blank=said(self.domain.blank))
        ink = Ink.COSTLY if filled > most else Ink.STRONG
        x = canvas.put(0, 0, words, ink)
        canvas.put(x + 3, 0, cut(self._wanted(), canvas.width - x - 3), Ink.QUIET)

    def _wanted(self) -> str:
        """What can stand in the field at hand."""
        domain = self.parts[self.at][1]
        if isinstance(domain, Number):
            low, high = domain.bounds(self.asked)
            return said("{least} to {most}", least=domain.show(low), most=domain.show(high))
        if isinstance(domain, OneOf):
            options = [domain.show(option) for option in domain.of(self.asked)]
            return (", " if any(" " in option for option in options) else " ").join(options)
        return domain.how(self.asked)
