"""Letters, the lines of diaries and their pages; what is asked of diarists."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import LongLong, ULong

SENT, GOT, NOTE = "sent", "got", "note"


@dataclass(frozen=True)
class Letter:
    """A letter, and whether it answers the other's letter of the same number."""

    number: ULong
    answer: bool


@dataclass(frozen=True)
class Line:
    """A line of a diary: when, by the writer's clock (µs), what, and which letter or note."""

    stamp: LongLong
    what: str
    number: ULong


@dataclass(frozen=True)
class Page:
    """New lines of a diary, for the archive."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Please:
    """The archivist asks for one more exchange of letters."""


@dataclass(frozen=True)
class Write:
    """A request: write a letter to your friend. It never travels."""


@dataclass(frozen=True)
class Jot:
    """A request: something happens, and is noted under this number. It never travels."""

    number: int = 1
