"""The language of the screens: what they mark, from the same catalogues as levels and rooms (core.kernel.language).

That file is a leaf, and this one loads nothing else: the title is painted before anything of the kernel is there.
"""

from __future__ import annotations

from core.kernel.language import counted, later, retold, said, written

__all__ = ["counted", "later", "retold", "said", "said_each", "speak", "written"]


def said_each(text: str) -> str:
    """What several keys do, set apart by three blanks: each said by itself."""
    return "   ".join(map(said, text.split("   ")))


def speak(code: str) -> str:
    """Say everything in this language from now on: the one that was found, "" for English."""
    from levels import languages

    return languages.speak(code)
