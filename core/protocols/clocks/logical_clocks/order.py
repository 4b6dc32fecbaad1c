"""What led to what: events, the relation between them, and beads on lines that are pushed by what precedes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[str, int]
"""An event: where it happened, and its stamp. No two in one place have the same."""

BEFORE, AFTER, BESIDE = "->", "<-", "||"
"""The first led to the second; the second to the first; neither to the other."""


class Event(NamedTuple):
    """Something that happened in a place: its stamp, what the clock on the wall read (µs), and, if it was a letter that
    was read, who had sent it and with which stamp."""

    place: str
    stamp: int
    reading: int
    source: str = ""
    sent: int = 0

    @property
    def key(self) -> Key:
        """Where, and with which stamp."""
        return self.place, self.stamp

    @property
    def letter(self) -> Key | None:
        """The event that sent what is read here; None if nothing is."""
        return (self.source, self.sent) if self.source else None


Causes: TypeAlias = Mapping[Key, tuple[Key, ...]]
"""Of every event what led to it at once. Whatever leads to an event stands before it."""


@lru_cache(maxsize=64)
def causes_of(events: tuple[Event, ...]) -> Causes:
    """What led to each event at once: the one before it in the same place, and the one that sent what it reads.

    Of a letter whose sending is not among these events nothing is known. Where what is told contradicts itself, so that
    an event would lead to itself, the letter that does so is not believed.
    """
    known = {event.key for event in events}
    before: dict[Key, list[Key]] = {event.key: [] for event in events}
    for place in dict.fromkeys(event.place for event in events):
        here = sorted(event.key for event in events if event.place == place)
        for earlier, later in pairwise(here):
            before[later].append(earlier)
    letters = {event.key: event.letter for event in events if event.letter in known}
    found: dict[Key, tuple[Key, ...]] = {}
    left = sorted(known)
    while left:
        ready = [key for key in left if all(cause in found for cause in before[key])]
        fitting = [key for key in ready if letters.get(key) is None or letters[key] in found]
        for key in fitting:
            letter = letters.get(key)
            found[key] = (*before[key], letter) if letter is not None else tuple(before[key])
        if not fitting:
            del letters[ready[0]]
        left = [key for key in left if key not in found]
    return found


def pasts_of(causes: Causes) -> dict[Key, frozenset[Key]]:
    """Of every event all that led to it, itself not among them."""
    found: dict[Key, frozenset[Key]] = {}
    for key, direct in causes.items():
        found[key] = frozenset(direct).union(*(found[cause] for cause in direct))
    return found


def relation(pasts: Mapping[Key, frozenset[Key]], one: Key, other: Key) -> str:
    """Which of two events led to the other, if one did."""
    if one in pasts[other]:
        return BEFORE
    return AFTER if other in pasts[one] else BESIDE


def way(causes: Causes, start: Key, end: Key) -> tuple[Key, ...]:
    """A chain from one event to another that it led to, by as few letters as possible, both ends included; () if it
    did not."""
    best: dict[Key, tuple[int, tuple[Key, ...]]] = {start: (0, (start,))}
    for key, direct in causes.items():
        found = [(best[cause][0] + (cause[0] != key[0]), (*best[cause][1], key)) for cause in direct if cause in best]
        if found and key != start:
            best[key] = min(found)
    return best.get(end, (0, ()))[1]


def letters_on(chain: Sequence[Key]) -> int:
    """How many letters there are on a chain."""
    return sum(one[0] != other[0] for one, other in pairwise(chain))


def laid(causes: Causes, wished: Mapping[Key, int]) -> dict[Key, int]:
    """Where every bead comes to lie, in ticks: where it is wished, or as little further right as it must, so that it is
    right of all that led to it. So a bead that is pushed takes along whatever it led to."""
    found: dict[Key, int] = {}
    for key, direct in causes.items():
        found[key] = max([wished[key], *(found[cause] + 1 for cause in direct)])
    return found


def laid_by(causes: Causes, times: Mapping[Key, int], ticks: int) -> dict[Key, int]:
    """Beads laid out by times (µs), on about so many ticks, none of which is left empty."""
    if not times:
        return {}
    first, last = min(times.values()), max(times.values())
    rough = laid(causes, {key: (time - first) * ticks // (last - first + 1) for key, time in times.items()})
    rank = {tick: place for place, tick in enumerate(sorted(set(rough.values())))}
    return {key: rank[tick] for key, tick in rough.items()}


NUDGE = 2
"""So many ticks at least whatever is pushed goes on, and all that goes along: so it is seen to have moved."""


def slid(causes: Causes, places: Mapping[Key, int], bead: Key) -> dict[Key, int]:
    """A bead pushed to the right of everything that it did not lead to. What it led to is pushed along; all else stays
    where it is: it can have happened before."""
    pasts = pasts_of(causes)
    moving = {key for key in causes if key == bead or bead in pasts[key]}
    beyond = max((places[key] + 1 for key in causes if key not in moving), default=0)
    wished = {key: place + NUDGE if key in moving else place for key, place in places.items()}
    return laid(causes, {**wished, bead: max(wished[bead], beyond)})
