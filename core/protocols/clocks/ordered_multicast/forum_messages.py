"""What members of a forum write to each other. A vector has an entry for every member, in the order of their names: how
many of his posts hang on the writer's wall, and, of the writer himself, which of his own this is."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import ULong

Vector = tuple[int, ...]


@dataclass(frozen=True)
class Post:
    """Words for everybody's wall. It is a datagram: it may be lost, late or overtaken."""

    vector: tuple[ULong, ...]
    words: str


@dataclass(frozen=True)
class Again:
    """Send me your post with this number once more: I lack it."""

    number: ULong


@dataclass(frozen=True)
class Sent:
    """I have none with that number: I have sent so many posts in all."""

    count: ULong


@dataclass(frozen=True)
class Hung:
    """Handed to the readers: this post of the author's hangs on the wall now."""

    author: str
    number: ULong
    words: str


@dataclass(frozen=True)
class Write:
    """A request: post these words. It never travels."""

    words: str


def vector_words(vector: Vector) -> str:
    """A vector as it stands on a post: `(1,1,0,0)`."""
    return f"({','.join(map(str, vector))})"
