"""Which keys are commands at a question, and which are typed into its control."""

from __future__ import annotations

from tui.bridge import Doing
from tui.controls.base import Control
from tui.keymap import Keymap, key_name, works_while_typing


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
