"""Text that came from elsewhere, made fit to be read: a peer's bytes, a file of another person's."""

from __future__ import annotations

import unicodedata

_OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Control, format and surrogate characters and the separators of lines (Unicode's general categories): a terminal might
obey them, a reader does not see them."""


_JOINERS = "\u200c\u200d"
"""They join letters, or keep them apart: within emoji, and in scripts such as Persian or Hindi, they are text."""
_VISIBLE = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2"
"""Signs of the Arabic and Syriac scripts that are seen, though they are counted among the format characters."""


def is_obeyed(letter: str) -> bool:
    """Is this a character that a terminal might obey?"""
    return letter not in _VISIBLE and unicodedata.category(letter) in _OBEYED


def obeyed_at(text: str, place: int) -> bool:
    """Is this character of a text one that a terminal might obey? A joiner is none where it joins what needs it."""
    letter = text[place]
    if letter in _JOINERS and place > 0:
        after = text[place + 1 : place + 2]
        return not (_joins(text[place - 1]) and (_joins(after) or (letter == _JOINERS[0] and after in ("", " "))))
    return is_obeyed(letter)


def _joins(letter: str) -> bool:
    """Is this a letter or a mark of a script that knows joiners, or a part of an emoji?"""
    return not letter.isascii() and unicodedata.category(letter) in ("Lo", "Mn", "Mc", "So", "Sk")


def harmless(text: str, instead: str = "?", kept: str = "") -> str:
    """The text with `instead` for every character that a terminal might obey, but for those `kept`."""
    if text.isprintable():
        return text
    return "".join(
        instead if letter not in kept and obeyed_at(text, place) else letter for place, letter in enumerate(text)
    )


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for wide letters, none for what joins or marks another."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(letter: str) -> int:
    if letter in _JOINERS or unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
