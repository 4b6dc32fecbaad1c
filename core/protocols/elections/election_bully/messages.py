"""What processes say to one another."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import ULong, codec_for


@dataclass(frozen=True)
class Probe:
    """Are you there, coordinator? Number `number`."""

    number: ULong


@dataclass(frozen=True)
class Alive:
    """The coordinator's answer to probe `number`."""

    number: ULong


@dataclass(frozen=True)
class Election:
    """I hold an election: is anybody higher alive?"""


@dataclass(frozen=True)
class Ok:
    """I am higher and alive: leave it to me."""


@dataclass(frozen=True)
class Coordinator:
    """I am the coordinator now."""


Message = Probe | Alive | Election | Ok | Coordinator


@dataclass(frozen=True)
class Suspect:
    """The user above has noticed that the coordinator is gone."""


MESSAGES = (Probe, Alive, Election, Ok, Coordinator)
CODEC = codec_for(*MESSAGES)
