"""What replicas of one account say to each other, and what they hand to their users.

A stamp is a logical time and the name of whoever wrote it: of two equal times the name that comes first in the alphabet
is earlier. A message's sender is known by the line on which it came.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import Long, ULong

Stamp = tuple[int, str]
"""(logical time, who)."""


@dataclass(frozen=True)
class Update:
    """Apply this to the account: first so many per cent more, then so many dollars more (less, if negative)."""

    clock: ULong
    dollars: Long
    percent: Long


@dataclass(frozen=True)
class Ack:
    """I hold the update with the stamp (`time`, `origin`). My own stamp, `clock`, is later."""

    clock: ULong
    time: ULong
    origin: str


@dataclass(frozen=True)
class Held:
    """An update of somebody who is struck, as whoever strikes him holds it."""

    time: ULong
    dollars: Long
    percent: Long


@dataclass(frozen=True)
class Strike:
    """I ask `who` no more, and heed nothing of him from now on. Of his updates I have these, applied or not."""

    clock: ULong
    who: str
    held: tuple[Held, ...]


Letter = Update | Ack | Strike


@dataclass(frozen=True)
class Applied:
    """Handed to the user above: this update is in the book, which stands at so many cents now."""

    time: ULong
    origin: str
    cents: Long


@dataclass(frozen=True)
class Deposit:
    """A request: so many dollars more (less, if negative). It never travels."""

    dollars: Long


@dataclass(frozen=True)
class Interest:
    """A request: so many per cent more. It never travels."""

    percent: Long


def stamp_words(stamp: Stamp) -> str:
    """A stamp as it is written on a card: `12.SF`."""
    return f"{stamp[0]}.{stamp[1]}"


def update_words(dollars: int, percent: int) -> str:
    """What an update does: `+100`, `-40`, `x1.01`."""
    factor = f"x{(100 + percent) / 100:.2f}" if percent else ""
    return factor + (f"{dollars:+d}" if dollars or not factor else "")


def money(cents: int) -> str:
    """So many cents in dollars: `1,110`, or `1,070.60`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}{f'.{rest:02d}' if rest else ''}"
