"""Worlds side by side: a world of its own beside the first, fed by the same seed, requests and blows. Every act of the
network's hand hits its packet there, too. The second row of a fair trap is one that must keep its laws.

The twin of a packet has the same sender, receiver and type, the same `Protocol.twin_key`, and is the n-th of these that
was sent, as the packet is in its row. Where no such packet flies (or is held, if it is let go of) the act misses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, Protocol, Self, TypeVar

from core.kernel import trace as kinds
from core.kernel.choice import Value
from core.kernel.hand import NetworkHand, Tile
from core.kernel.language import later
from core.kernel.node import Outcome
from core.kernel.protocol import Protocol as Room
from core.kernel.scenario import Side
from core.kernel.trace import Entry, Trace

SECOND_ROW = "in the second row, "
"""What the reason begins with of a run that was lost because the second row did not keep its laws."""
MOST_EVENTS = 1_000_000
"""A second row that has not ended after so many more events keeps nothing to its end."""


class Row(Protocol):
    """A world, as far as it is used here: core.kernel.world knows this file, and this one not that."""

    @property
    def hand(self) -> NetworkHand | None: ...
    @property
    def trace(self) -> Trace: ...
    @property
    def now(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def outcome(self) -> Outcome | None: ...
    def run(self, until: int | None = None, limit: int = ...) -> int:
        """Run events."""

    def fork(self) -> Self:
        """A copy that goes on apart."""

    def protocol_of(self, entry: Entry) -> Room | None:
        """The protocol of a message's entry."""


R = TypeVar("R", bound=Row)


class Beside(Generic[R]):
    """A world beside the first, at the same time as that."""

    __slots__ = ("_first", "missed", "side", "world")

    def __init__(self, first: R, world: R, side: Side) -> None:
        self._first = first
        self.side = side
        self.world = world
        """To read."""
        self.missed: tuple[tuple[int, str, Value], ...] = ()
        """(event of the first row, choice, value) of acts that had nothing to hit here."""

    def fork(self, first: R) -> Beside[R]:
        """The same, beside a fork of the first row."""
        copy = Beside(first, self.world.fork(), self.side)
        copy.missed = self.missed
        return copy

    def catch_up(self, now: int) -> None:
        """Let it go on to the true time `now`."""
        self.world.run(until=now)

    def judge(self, outcome: Outcome | None, now: int) -> Outcome | None:
        """How the run has ended, if that is how the first row has: lost as soon as this row has broken, and won only if
        this one, left to itself from here on, keeps its laws to its end."""
        self.catch_up(now)
        mine = self.world.outcome
        if (outcome is None or outcome.won) and mine is not None and not mine.won:
            return Outcome(False, f"{SECOND_ROW}too: {mine.reason}", now)
        if outcome is not None and outcome.won:
            rest = self.world.fork()
            rest.run(limit=MOST_EVENTS)
            end = rest.outcome
            if end is None or not end.won:
                reason = later("it does not end") if end is None else end.reason
                return Outcome(False, f"{SECOND_ROW}later, too: {reason}", now)
        return outcome

    def act(self, choice: str, value: Value, tile: Tile | None) -> None:
        """Do what was done to the first row, there to `tile` if it is about a packet."""
        hand = self.world.hand
        assert hand is not None
        self.catch_up(self._first.now)
        if tile is not None:
            twin = self.counterpart(tile)
            if twin is None:
                self._miss(choice, value)
                return
            value = twin.name
        try:
            hand.move(choice, value)
        except (LookupError, ValueError):
            self._miss(choice, value)

    def _miss(self, choice: str, value: Value) -> None:
        self.missed = (*self.missed, (self._first.count, choice, value))

    def counterpart(self, tile: Tile) -> Tile | None:
        """The twin of a packet of the first row; None if there is none now."""
        mine, hand = self._first.hand, self.world.hand
        assert mine is not None
        assert hand is not None
        sent = tile.event[5]
        kind, rank = kind_of(self._first, sent)
        number = next((entry.number for place, entry in enumerate(_alike(self.world, kind)) if place == rank), None)
        for ours, theirs in ((mine.tiles(), hand.tiles()), (mine.pockets(), hand.pockets())):
            copies = [one for one in ours if one.event[5] == sent]
            place = next((place for place, one in enumerate(copies) if one.event is tile.event), None)
            if place is not None:
                twins = [one for one in theirs if one.event[5] == number]
                return twins[place] if place < len(twins) else None
        return None


def kind_of(world: Row, sent: int) -> tuple[tuple[Any, ...], int]:
    """Of the packet whose sending is entry number `sent`: what it has in common with its twins, (sender, receiver,
    type, twin key), and how many of these were sent before it."""
    kind = _kind(world, world.trace[sent])
    return kind, sum(1 for entry in _alike(world, kind) if entry.number < sent)


def _kind(world: Row, entry: Entry) -> tuple[Any, ...]:
    room = world.protocol_of(entry)
    key = () if room is None or room.twin_key is None else room.twin_key(entry.detail)
    return (entry.node, entry.peer, type(entry.detail).__name__, key)


def _alike(world: Row, kind: tuple[Any, ...]) -> Iterator[Entry]:
    """What was sent of this kind, in order."""
    return (entry for entry in world.trace if entry.kind == kinds.SEND and _kind(world, entry) == kind)
