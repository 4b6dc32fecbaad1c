"""What members of a forum write to each other where no vector is kept: a note says itself after which others it hangs.
A note's name is its author's, and which of his own it is: `ana.3`."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import ULong


@dataclass(frozen=True)
class Note:
    """Words for everybody's wall, the author's own with this number; it hangs after those that it names."""

    number: ULong
    after: tuple[str, ...]
    words: str

    def __str__(self) -> str:
        named = f" after {', '.join(self.after)}" if self.after else ""
        return f'NOTE {self.number}{named} "{self.words}"'


@dataclass(frozen=True)
class Lacking:
    """Send me your note with this number once more: another names it, and I lack it."""

    number: ULong


@dataclass(frozen=True)
class Shown:
    """Handed to the readers: this note hangs on the wall now."""

    name: str


@dataclass(frozen=True)
class Say:
    """A request: post these words, which make no sense without those notes. What they are about nobody is told."""

    words: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """A request: somebody phones, and means that note of his. It never travels: no network sees a phone."""

    caller: str
    words: str
    note: str = ""


def name_of(author: str, number: int) -> str:
    """What a note is called."""
    return f"{author}.{number}"


def author_of(name: str) -> str:
    """Whose note it is."""
    return name.rpartition(".")[0]
