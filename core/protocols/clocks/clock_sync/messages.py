"""What a daemon of time and its members say to each other."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import LongLong, ULong


@dataclass(frozen=True)
class Ask:
    """What does your clock read? The `number` comes back with the answer."""

    number: ULong


@dataclass(frozen=True)
class Mine:
    """My clock read so much (µs) when your question came."""

    number: ULong
    reading: LongLong


@dataclass(frozen=True)
class Adjust:
    """A letter of one round: move your clock by `time` µs, or (`absolute`) set it to read `time` µs."""

    round: ULong
    absolute: bool
    time: LongLong


@dataclass(frozen=True)
class Please:
    """Fire once more."""


@dataclass(frozen=True)
class Pulse:
    """A shot, heard by all at almost the same time. `stamp`: when its sender says it was fired (µs), None: it does not
    say."""

    number: ULong
    stamp: LongLong | None = None


@dataclass(frozen=True)
class Bang:
    """Something happens: whoever is near enough hears it."""

    number: ULong


@dataclass(frozen=True)
class Heard:
    """I heard shot (or, if not a `shot`, bang) so-and-so when my clock read so much (µs)."""

    shot: bool
    number: ULong
    reading: LongLong


@dataclass(frozen=True)
class Fire:
    """A request to a beacon: let it bang. It never travels."""
