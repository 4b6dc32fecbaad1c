"""The language of the screens: what they mark by `said("…")`, from the same catalogues as levels and rooms.

A lookup of its own, because the title is painted before anything of the kernel is loaded (core.kernel.language).
"""

from __future__ import annotations

_catalogue: dict[str, str] = {}


def said(text: str) -> str:
    """The text in the language that is used; itself, if that has nothing for it."""
    return _catalogue.get(text, text)


def later(text: str) -> str:
    """The text as it is: one of a table, said when it is shown, as a whole or by `said_each`."""
    return text


def said_each(text: str) -> str:
    """What several keys do, set apart by three blanks: each said by itself."""
    return "   ".join(map(said, text.split("   ")))


def speak(code: str) -> str:
    """Say everything in this language from now on, also levels and rooms: the one that was found, "" for English."""
    from levels import languages

    found = languages.speak(code)
    _catalogue.clear()
    if found:
        _catalogue.update(languages.catalogue(found))
    return found
