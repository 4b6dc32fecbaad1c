"""Text that came from elsewhere, made fit to be read: a peer's bytes, a file of another person's."""

from __future__ import annotations

import unicodedata

_OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Control, format and surrogate characters and the separators of lines (Unicode's general categories): a terminal might
obey them, a reader does not see them."""


def is_obeyed(letter: str) -> bool:
    """Is this a character that a terminal might obey?"""
    return unicodedata.category(letter) in _OBEYED


def harmless(text: str, instead: str = "?", kept: str = "") -> str:
    """The text with `instead` for every character that a terminal might obey, but for those `kept`."""
    if text.isprintable():
        return text
    return "".join(instead if is_obeyed(letter) and letter not in kept else letter for letter in text)
