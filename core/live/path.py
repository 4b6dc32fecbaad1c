"""A path with the faults of a real one, on the way between a transport and a world: loss, order, delay, rate.

Its dice are seeded, but it is outside of the world: what comes through it is journalled, so no replay needs it.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from core.kernel.dice import Dice
from core.kernel.time import MILLISECOND

REORDER_DELAY = (1 * MILLISECOND, 6 * MILLISECOND)
"""µs by which a packet is held back that others shall overtake."""


@dataclass(frozen=True)
class Shape:
    """What a path does to packets: probabilities of loss and of being overtaken, latency µs, rate bit/s and the queue
    before it (packets), a second copy's probability."""

    loss: float = 0.0
    reorder: float = 0.0
    duplicate: float = 0.0
    latency: int = 0
    rate: int | None = None
    queue: int = 100

    @property
    def plain(self) -> bool:
        """Does it do nothing?"""
        return not (self.loss or self.reorder or self.duplicate or self.latency or self.rate)


class Path:
    """One direction: packets go in, and come out later, in another order, or never."""

    def __init__(self, shape: Shape, seed: int, name: str) -> None:
        self.shape = shape
        self.lost = 0
        self.overtaken = 0
        self.passed = 0
        self._seed = seed
        self._name = name
        self._count = 0
        self._free_at = 0
        self._waiting: list[tuple[int, int, bytes]] = []

    def put(self, now: int, packet: bytes) -> None:
        """A packet enters at the time `now` (µs)."""
        shape = self.shape
        self._count += 1
        delay = shape.latency
        copies = 1
        if shape.loss or shape.reorder or shape.duplicate:
            dice = Dice(self._seed, "path", self._name, self._count)
            if dice.chance(shape.loss):
                self.lost += 1
                return
            if dice.chance(shape.reorder):
                self.overtaken += 1
                delay += dice.between(*REORDER_DELAY)
            copies += dice.chance(shape.duplicate)
        if shape.rate is not None:
            takes = len(packet) * 8 * 1_000_000 // shape.rate
            if self._free_at - now > takes * shape.queue:
                self.lost += 1
                return
            self._free_at = max(now, self._free_at) + takes
            delay += self._free_at - now
        for copy in range(copies):
            heapq.heappush(self._waiting, (now + delay, 2 * self._count + copy, packet))

    def due(self) -> int | None:
        """When (µs) the next packet comes out; None if none is on its way."""
        return self._waiting[0][0] if self._waiting else None

    def take(self, now: int) -> list[bytes]:
        """The packets that have come out by `now`, in order."""
        out: list[bytes] = []
        while self._waiting and self._waiting[0][0] <= now:
            out.append(heapq.heappop(self._waiting)[2])
        self.passed += len(out)
        return out
