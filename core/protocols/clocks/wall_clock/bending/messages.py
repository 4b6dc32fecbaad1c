"""What two machines that live by their clocks say to each other."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import LongLong, ULong


@dataclass(frozen=True)
class Beat:
    """I live: my `number`th sign of it."""

    number: ULong


@dataclass(frozen=True)
class Reading:
    """My clock, which is right, read so many µs when this left."""

    at: LongLong


@dataclass(frozen=True)
class Obituary:
    """You had been silent for so many µs of mine: I had taken you for dead."""

    waited: LongLong


# Requests


@dataclass(frozen=True)
class Tell:
    """The user of a machine whose clock is right wants the other one to know what it reads."""


# What happened at a machine, for its user


@dataclass(frozen=True)
class Grave:
    """The other one was taken for dead, and lives; by the own clock (µs) it was silent for `waited`."""

    who: str
    waited: int


@dataclass(frozen=True)
class Job:
    """The job with this number has run: for the first time, or once more."""

    number: int
    again: bool = False


@dataclass(frozen=True)
class Shut:
    """The auction is shut."""
