"""The hooks, as a thing of their own: so that one can ask what another ticket would have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from core.protocols.transport.demultiplexing.messages import FIELDS, SEQ, Segment, price_of, ticket_of

WRONG_COAT, STRANGER = "wrong coat", "stranger"


@dataclass
class Hooks:
    """Coats by their tickets, and what happens when a segment comes.

    of      of every ticket that hangs, whose coat it is.
    texts   of every coat, whose words are in it, in their order.
    begun   who has spoken; `ended`: who has said its last; `anew`: whose coat is hung by a ticket just punched.
    """

    of: dict[tuple[str, ...], str] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    anew: list[str] = field(default_factory=list)

    @property
    def left(self) -> bool:
        """Has everybody gone who came?"""
        return bool(self.begun) and len(self.begun) == len(self.ended)

    def clear(self) -> None:
        """A new crowd: the hooks are empty."""
        self.of, self.texts, self.begun, self.ended, self.anew = {}, {}, [], [], []

    def punch(self) -> None:
        """Another ticket: every coat is hung by it at its guest's next segment."""
        self.of, self.texts = {}, {}
        self.anew = list(self.begun)

    def take(self, segment: Segment, fields: Sequence[str]) -> str:
        """One segment; what came of it: "" (its own coat), WRONG_COAT, STRANGER."""
        ticket, guest = ticket_of(segment, fields), segment.guest
        expected = segment.begins or guest in self.anew
        stranger = ticket not in self.of and not expected
        owner = self.of.setdefault(ticket, guest)
        if guest not in self.begun:
            self.begun.append(guest)
        if guest in self.anew:
            self.anew.remove(guest)
        if segment.ends:
            self.ended.append(guest)
        words = self.texts.setdefault(owner, [])
        if stranger:
            words.clear()
        if guest not in words:
            words.append(guest)
        return STRANGER if stranger else "" if owner == guest else WRONG_COAT


@lru_cache(maxsize=4096)
def mishaps_of(segments: tuple[Segment, ...], fields: tuple[str, ...]) -> tuple[int, int]:
    """(wrong coats, strangers) if these segments of one crowd had come to this ticket from the first one on."""
    hooks = Hooks()
    found = [hooks.take(segment, fields) for segment in segments]
    return (found.count(WRONG_COAT), found.count(STRANGER))


STEADY = tuple(name for name in FIELDS if name != SEQ)
"""Fields that can stay the same from one segment to the next."""
TICKETS = tuple(some for count in range(len(STEADY) + 1) for some in combinations(STEADY, count))
"""Every ticket of these."""


@lru_cache(maxsize=4096)
def best_of(segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """The cheapest ticket with which these segments would have come to their own coats, as far as that can be."""
    return min(TICKETS, key=lambda fields: (sum(mishaps_of(segments, fields)), price_of(fields)))
