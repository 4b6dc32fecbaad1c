"""The language in which texts are said: a catalogue of English texts and what stands for each.

Everything is written in English, and English is what falls back. A text is looked up at the moment at which it is
shown, by itself; what levels, runs and traces know texts by (the name of a law, an option) stays as it is written.
Nothing here reads files: whoever knows where catalogues lie passes one in (levels.languages).
"""

from __future__ import annotations

from collections.abc import Mapping

_catalogue: dict[str, str] = {}


def use(texts: Mapping[str, str]) -> None:
    """From now on these texts are said otherwise; {} is English."""
    _catalogue.clear()
    _catalogue.update(texts)


def said(text: str) -> str:
    """The text in the language that is used; itself, if that has nothing for it."""
    return _catalogue.get(text, text)


def is_english() -> bool:
    """Is nothing said otherwise?"""
    return not _catalogue
