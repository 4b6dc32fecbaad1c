"""The network: links with physics (latency, rate, queue, MTU), routers, partitions; a packet's fate is a choice."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from core.kernel.agenda import Event
from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.dice import Dice
from core.kernel.domains import OneOf
from core.kernel.scenario import DiceSpec, LinkSpec, NetworkSeat, Scenario

AS_IT_IS = "as it is"
LOST = "lost"
TWICE = "twice"
LATE = "late"
GARBLED = "garbled"
FATES = (AS_IT_IS, LOST, TWICE, LATE, GARBLED)

TIME_TO_LIVE = 64
"""Hops that a packet survives: enough for every topology here (RFC 1700 gives this default)."""


class Packet(NamedTuple):
    """A datagram under way."""

    source: str
    destination: str
    message: Any
    sent: int
    """Number of the trace entry of its sending."""
    ttl: int = TIME_TO_LIVE
    flips: tuple[int, ...] = ()


class Fate(NamedTuple):
    """What becomes of a packet: the extra delays (µs) of the copies that arrive, and the bits that flip in them."""

    delays: tuple[int, ...] = (0,)
    flips: tuple[int, ...] = ()


INTACT = Fate()


def fate_of(word: Value, late: int) -> Fate:
    """The fate that a person's word names."""
    return {
        AS_IT_IS: INTACT,
        LOST: Fate(()),
        TWICE: Fate((0, late)),
        LATE: Fate((late,)),
        GARBLED: Fate((0,), (77,)),
    }[word]


def rolled_fate(dice: Dice, spec: DiceSpec) -> Fate:
    """The fate that chance gives a packet."""
    if dice.chance(spec.loss):
        return Fate(())
    low, high = spec.jitter
    copies = 2 if dice.chance(spec.duplicate) else 1
    delays = tuple(dice.between(low, high) for _ in range(copies))
    flips = (dice.below(1 << 16),) if dice.chance(spec.garble) else ()
    return Fate(delays, flips)


def _allowed(asked: Asked) -> Sequence[Value]:
    left: Mapping[str, int] = asked.left
    return [AS_IT_IS, *(fate for fate in FATES[1:] if left.get(fate, 0) > 0)]


FATE = Choice(
    name="network.fate",
    question="{source} sent {message} to {destination}. What becomes of it?",
    domain=OneOf(
        _allowed,
        {
            AS_IT_IS: "it arrives",
            LOST: "it never arrives",
            TWICE: "a copy comes later",
            LATE: "what is sent after it may overtake it",
            GARBLED: "a bit flips",
        },
    ),
    book=lambda asked: AS_IT_IS,
    inaction=AS_IT_IS,
    judge=lambda asked, value: "book" if value == AS_IT_IS else "fault",
    answers={
        "book": Answer(Kind.BOOK, "It passes as it is: what best effort usually does."),
        "fault": Answer(
            Kind.FINE, "Best effort promises nothing: {answer} is a fate that packets meet.", "RFC 791 §1.2"
        ),
    },
    cases=("a packet",),
    source="RFC 791 §1.2",
)


class LinkState:
    """One one-way link at work: when it is free again, who waits, how often it is cut."""

    __slots__ = ("cuts", "free_at", "loss", "owner", "plain", "spec", "waiting", "waves")

    def __init__(self, spec: LinkSpec, owner: object) -> None:
        self.owner = owner
        self.plain = self.spec = spec
        """What it is when no wave goes over it, and what it is now."""
        self.loss = 0
        self.waves: tuple[tuple[int, tuple[tuple[str, Any], ...]], ...] = ()
        """(its number, what it changes) of every wave that goes over it, the latest last."""
        self.free_at = 0
        self.waiting: deque[int] = deque()
        self.cuts = 0

    def copy(self, owner: object) -> LinkState:
        """The same link, for another owner to write to."""
        copy = LinkState(self.plain, owner)
        copy.spec, copy.loss, copy.waves = self.spec, self.loss, self.waves
        copy.free_at, copy.waiting, copy.cuts = self.free_at, self.waiting.copy(), self.cuts
        return copy

    def rough(self, waves: tuple[tuple[int, tuple[tuple[str, Any], ...]], ...]) -> None:
        """These waves go over it now, the latest above the others."""
        self.waves = waves
        changes = {name: value for _, changed in waves for name, value in changed}
        self.loss = changes.pop("loss", 0)
        self.spec = replace(self.plain, **changes)

    def depart(self, now: int, size: int) -> int | None:
        """When the last bit of `size` bytes leaves; None if the queue is full."""
        spec = self.spec
        if spec.rate is None:
            return now
        waiting = self.waiting
        while waiting and waiting[0] <= now:
            waiting.popleft()
        start = max(now, self.free_at)
        if start > now and spec.queue is not None and len(waiting) >= spec.queue:
            return None
        if start > now:
            waiting.append(start)
        self.free_at = start + transmission_time(size, spec.rate)
        return self.free_at


def transmission_time(size: int, rate: int) -> int:
    """µs that `size` bytes take at `rate` bit/s."""
    return -(-size * 8 * 1_000_000 // rate)


def next_hops(scenario: Scenario) -> dict[tuple[str, str], str]:
    """(here, destination) → next hop, along the least latency over the declared links; {} without routers.

    Ties go to the path found first in the order of the nodes, so that every machine finds the same.
    """
    routers = {node.name for node in scenario.nodes if node.router}
    if not routers:
        return {}
    neighbours: dict[str, list[tuple[str, int]]] = {node.name: [] for node in scenario.nodes}
    for (source, destination), link in scenario.links.items():
        neighbours[source].append((destination, link.latency))
    hops: dict[tuple[str, str], str] = {}
    order = {node.name: place for place, node in enumerate(scenario.nodes)}
    for start in neighbours:
        heap: list[tuple[int, int, str, str]] = [(0, order[start], start, "")]
        done: set[str] = set()
        while heap:
            far, _, here, first = heapq.heappop(heap)
            if here in done:
                continue
            done.add(here)
            if first:
                hops[start, here] = first
            if here != start and here not in routers:
                continue
            for there, latency in neighbours[here]:
                if there not in done:
                    heapq.heappush(heap, (far + latency, order[there], there, first or there))
    return hops


class Connection:
    """A stream: reliable, ordered, both ways. Loss is delay; no segments exist."""

    __slots__ = ("a", "b", "dams", "last", "name", "open_at", "owner", "parked")

    def __init__(self, name: str, a: str, b: str, owner: object) -> None:
        self.owner = owner
        self.name = name
        self.a, self.b = a, b
        self.open_at = {a: False, b: False}
        self.last = {a: 0, b: 0}
        """By receiver: when the last thing on its way will have arrived."""
        self.parked: dict[str, list[tuple[Any, int]]] = {a: [], b: []}
        """By receiver: (message, send entry) that wait for a partition to heal."""
        self.dams: dict[str, list[tuple[Event, bool]]] = {}
        """By receiver: what waits since something was taken off its way here, in order, each with whether it is held
        itself. It was planned as it stands here."""

    def peer(self, node: str) -> str:
        """The other end."""
        return self.b if node == self.a else self.a

    def copy(self, owner: object) -> Connection:
        """The same stream, for another owner to write to."""
        copy = Connection(self.name, self.a, self.b, owner)
        copy.open_at, copy.last = dict(self.open_at), dict(self.last)
        copy.parked = {node: list(parked) for node, parked in self.parked.items()}
        copy.dams = {node: list(dam) for node, dam in self.dams.items()}
        return copy


__all__ = [
    "FATE", "FATES", "INTACT", "Connection", "Fate", "LinkState", "NetworkSeat", "Packet", "fate_of", "next_hops",
    "rolled_fate", "transmission_time",
]  # fmt: skip
