"""Which keys are commands at a question, and which are typed into its control."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from tui.bridge import Doing
from tui.controls.base import Control
from tui.keymap import Keymap, key_name, works_while_typing

AHEAD = 0.4
"""Seconds after a key in which what is typed still belongs to the same."""
MEANT = 1.0
"""Seconds after a key in which an Enter is about that key."""


def is_typed(control: Control, key: str) -> bool:
    """Does this key, by Textual's name, type a character here and now? Then it is no command, not even where nothing
    is typed yet but a value may begin so."""
    if control.typing:
        return not works_while_typing(key)
    character = " " if key == "space" else key_name(key)
    return len(character) == 1 and control.may_begin(character)


def command_key(keymap: Keymap, action: str, doing: Doing | None) -> str:
    """The first key of a command that is one now, by Textual's name; its first, if each of them is typed."""
    keys = keymap.keys_of(action)
    return next((key for key in keys if doing is None or not is_typed(doing.control, key)), keys[0])


class TypedAhead:
    """Whoever types while a question comes up has not read it: the rest of what he types, and its Enter, is no answer.

    It was meant for what stood there before: another setting, or nothing, where a digit opens a panel. An Enter ends
    what is typed; so does a pause.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._at = -MEANT
        self._into: Control | None = None

    def has(self, doing: Doing | None, key: str, character: str | None) -> bool:
        """A key: does it belong to what was typed before this question came?"""
        control = None if doing is None else doing.control
        printed = character is not None and character.isprintable() and not character.isspace()
        now = self._clock()
        since, enters = now - self._at, key == "enter"
        going_on = since < MEANT if enters else printed and since < AHEAD
        if going_on and control is not self._into and doing is not None and doing.question is not None:
            self._at = self._at if enters else now
            return True
        if enters:
            self._at = now - MEANT
        elif not printed:
            self._into = control  # an arrow: it is looked at
        elif character is not None and (character.isdigit() or (control is not None and control.typing)):
            self._at, self._into = now, control
        return False
