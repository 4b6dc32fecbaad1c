"""What processes write to each other, and what they tell a detective."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import LongLong, ULong


@dataclass(frozen=True)
class Letter:
    """A letter between processes, with the stamp of its sending."""

    stamp: ULong


@dataclass(frozen=True)
class Tell:
    """The detective's: what has happened to you after your event with this stamp?"""

    after: ULong


@dataclass(frozen=True)
class Line:
    """A line of a testimony: an event's stamp, what the clock on the wall read (µs), and whose letter with which stamp
    was read then; nobody's, if none was."""

    stamp: ULong
    reading: LongLong
    source: str
    sent: ULong


@dataclass(frozen=True)
class Deposition:
    """All that has happened since, in its order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Question:
    """An office's: please answer this. With the stamp of its sending."""

    stamp: ULong


@dataclass(frozen=True)
class Reply:
    """The answer to the question with the stamp `to`, with its own."""

    stamp: ULong
    to: ULong


@dataclass(frozen=True)
class Closing:
    """The day is over: post your parcel."""

    stamp: ULong


@dataclass(frozen=True)
class Parcel:
    """One to each office: all are to string the day's parcels in the same order."""

    stamp: ULong


@dataclass(frozen=True)
class Version:
    """A cart: its vector, one number for each store, and what is in it."""

    vector: tuple[ULong, ...]
    items: tuple[str, ...]


@dataclass(frozen=True)
class Get:
    """A customer's: what is in my cart?"""


@dataclass(frozen=True)
class Got:
    """All versions on the shelf."""

    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Put:
    """A customer's: this is in my cart now. `context`: of all that had been read the largest number of each store; all
    0 if nothing had."""

    items: tuple[str, ...]
    context: tuple[ULong, ...]


@dataclass(frozen=True)
class Copy:
    """A store's to the others: a version that it has made."""

    version: Version


@dataclass(frozen=True)
class Shop:
    """A request: read the cart, put this in beside what is there, write it back. `unread`: write without reading."""

    item: str = ""
    unread: bool = False


@dataclass(frozen=True)
class Chat:
    """A request: do so many things, one after another: a letter to somebody, or something of your own."""

    events: int = 1


@dataclass(frozen=True)
class Write:
    """A request: write to this process now."""

    to: str = ""


@dataclass(frozen=True)
class Night:
    """A request: something has happened. Find out what could have led to it."""
