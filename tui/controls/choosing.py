"""What every control of options shares: one is at hand, and what is typed finds one by its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from core.kernel.choice import Value
from core.kernel.domains import beginning, listed, matching, not_recognised, told
from tui.controls.base import CLEAR, TAB, Control, Press, Setting
from tui.controls.line import CARET, Line
from tui.language import said

FEW = 9
"""Options that can have a digit each; more are found by typing."""
MOST_ROWS = 6
"""Rows of options at most: what does not fit is on another page."""


class Choosing(Control):
    """Options, one of them at hand (`at`). A subclass says what the keys do while nothing is typed (`walk`), and draws.

    A character is typed if an option begins so; if there are more options than digits, any letter where one begins
    with a letter, and any digit where one begins with a digit; until then letters are commands. While something is
    typed only the options that it may mean are `visible`, and Enter takes none but the one that is meant: the only one
    left, or the one that the arrows went to.
    """

    def __init__(self, setting: Setting, options: Sequence[Value]) -> None:
        super().__init__(setting)
        self.options = tuple(options)
        self.at = 0
        self.line = Line()
        self._found: list[Value] = []
        self._walked = False  # the arrows have gone to one of those found

    def renew(self, options: Sequence[Value]) -> None:
        """Other options than before, while one is at hand: it stays so, or else what has come to its place."""
        here = self.options[self.at] if self.options else None
        self.options = tuple(options)
        place = self.options.index(here) if here in self.options else min(self.at, len(self.options) - 1)
        self.at = max(0, place)
        if self.typing:
            self.look()

    def resume(self, before: Control) -> None:
        if before.at_hand in self.options:
            self.at = self.options.index(before.at_hand)

    # What subclasses say and ask

    def walk(self, key: str, character: str | None) -> Press:
        """A key while nothing is typed."""
        raise NotImplementedError

    @property
    def visible(self) -> Sequence[Value]:
        """The options to draw: while something is typed, those that it may mean."""
        if self.typing and self._found:
            return self._found
        return () if self.setting.unlisted and self.many else self.options

    @property
    def many(self) -> bool:
        """Are there more options than digits?"""
        return len(self.options) > FEW

    @property
    def meant(self) -> Value | None:
        """The option at hand; while something is typed, the one that it means, None if that is not clear."""
        if not self.options or (self.typing and len(self._found) != 1 and not self._walked):
            return None
        return self.options[self.at]

    def name_of(self, option: Value) -> str:
        """An option as it is typed."""
        return told(option)

    @property
    def at_hand(self) -> Value | None:
        return self.meant

    def point(self, place: int) -> None:
        """Have another option at hand; what was typed is done with."""
        self.at = place
        self.clear()

    def clear(self) -> None:
        """Nothing is typed any more."""
        self.line.set("")
        self.look()

    def page(self, room: int) -> range:
        """The places, among those visible, of one page of `room` options: the page of the one at hand."""
        visible = self.visible
        at = visible.index(self.options[self.at]) if visible and self.options[self.at] in visible else 0
        first = at // max(1, room) * max(1, room)
        return range(first, min(len(visible), first + max(1, room)))

    # Typing

    @property
    def typed(self) -> str:
        return self.line.text

    @property
    def status(self) -> str:
        if self.typing:
            found = [self.name_of(option) for option in self._found]
            before, after = self.line.text[: self.line.at], self.line.text[self.line.at :]
            typed = f"{before}{CARET}{after}"
            whole = self.spelled_out
            if whole is not None:
                return f"{typed}  = {self.domain.show(whole)}   {self.taking}   {CLEAR}"
            if not found:
                return f"{typed}  {said('nothing here begins so')}   {CLEAR}"
            if len(found) == 1 or self._walked:
                return f"{typed}  = {self.name_of(self.options[self.at])}   {TAB}   {self.taking}   {CLEAR}"
            return f"{typed}  {listed(found, said('or'))}   {TAB}   {CLEAR}"
        if self.many and not self.setting.carried:
            return f"{self.keys_here}   {said('or type one of {count}').format(count=len(self.options))}"
        return self.keys_here

    @property
    def taking(self) -> str:
        """What Enter does with what is typed."""
        return said("Enter answer")

    @property
    def spelled_out(self) -> Value | None:
        """The whole answer that is typed, where one is of several options; None if it is none, or not yet."""
        return None

    def key(self, key: str, character: str | None) -> Press:
        if not self.typing:
            if character is not None and self.begins(character):
                return self.take_character(character)
            return self.walk(key, character)
        if key == "escape":
            self.clear()
        elif key == "tab" or (key == "right" and self.line.at == len(self.line.text)):
            self._complete()
        elif key in ("up", "down"):
            self._step(1 if key == "down" else -1)
        elif self.line.press(key, character):
            self.look()
        else:
            return Press.NOT_MINE
        return Press.CHANGED

    def take_character(self, character: str) -> Press:
        self.line.press(character, character)
        self.look()
        self.problem = ""
        return Press.CHANGED

    def goes_on(self, character: str) -> bool:
        """Would an option go on so after what is typed?"""
        text = (self.line.text + character).lower()
        return any(self.name_of(option).lower().startswith(text) for option in self.options)

    def begins(self, character: str) -> bool:
        """Is this character typed, while nothing is typed yet?"""
        if character.isspace() or not character.isprintable():
            return False
        if self.many and character.isalnum():  # digits where something begins with one, letters where with one
            return any(self.name_of(option)[:1].isdigit() is character.isdigit() for option in self.options)
        if character.isdigit():  # where one begins with a digit, digits are no places in a list
            return any(self.name_of(option)[:1].isdigit() for option in self.options)
        return self.goes_on(character)

    def look(self) -> None:
        """Find what may be meant, and have the first of it at hand."""
        self._walked = False
        names = {self.name_of(option): option for option in self.options} if self.line.text.strip() else {}
        self._found = [names[name] for name in matching(list(names), self.line.text)]
        if self._found:
            self.at = self.options.index(self._found[0])

    def _step(self, step: int) -> None:
        if self._found:
            here = self.options[self.at]
            place = self._found.index(here) if here in self._found else 0
            place = place + step if self._walked or len(self._found) == 1 else (0 if step > 0 else -1)
            self.at = self.options.index(self._found[place % len(self._found)])
            self._walked = True

    def _complete(self) -> None:
        """Type on as far as all that may be meant agree."""
        if not self._found:
            return
        names = [self.name_of(option) for option in self._found]
        if self._walked:
            names = [self.name_of(self.options[self.at])]
        self.line.set(beginning(names))
        self.look()

    def check(self) -> str:
        if self.typing and self.meant is None:
            return not_recognised([self.name_of(option) for option in self.options], self.line.text)
        return super().check()


class Taking(Choosing):
    """Options of which several are taken: space takes the one at hand, or takes it back; while something is typed Enter
    does so with what is meant. `separators`: signs behind which a blank is typed and takes nothing."""

    separators: ClassVar[str] = ""

    def take(self) -> Press:
        """Take what is at hand or typed, or take it back."""
        raise NotImplementedError

    def press(self, key: str, character: str | None = None) -> Press:
        if key == "space" and self.options and not (self.typing and self._typed_on()):
            return self.take()
        if key == "enter" and self.typing:
            return self.take()
        return super().press(key, character)

    def _typed_on(self) -> bool:
        return self.goes_on(" ") or any(sign in self.line.text for sign in self.separators)
