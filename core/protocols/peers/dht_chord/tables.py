"""What a node of the ring knows: its state, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.kernel.parameters import parameter
from core.kernel.protocol import Machine
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.peers.dht_chord.circle import ahead, in_half_open
from core.protocols.peers.dht_chord.messages import Answer, Find, Record

MOST_HOPS = 32
"""Messages after which a lookup that runs in circles is dropped."""
BESIDE = " / "
"""Between two values under one key."""
NOBODY = -1
JOIN = 0
"""The number of the lookup by which a node finds its place."""


@dataclass
class Search:
    """One lookup that this node has begun and not finished."""

    key: int
    purpose: str
    started: int
    entry: int = 0
    value: str = ""
    tries: int = 0
    hops: int = 0
    asked: tuple[int, ...] = ()
    learned: tuple[int, ...] = ()
    waiting: int = NOBODY
    since: int = 0


@dataclass
class Waiting:
    """A lookup handed on to `target`, whose receipt is not here yet."""

    find: Find
    target: int
    since: int


@dataclass
class Tables(Machine):
    """All that a node knows; its name is its identifier in decimal."""

    bits: int = parameter(6, "m: the circle has 2^m identifiers", low=1, high=32)
    ring: tuple[int, ...] = parameter((), "who is in the ring at the start; () for all nodes of the level")
    peers: Sequence[str] = ()
    route: str = parameter("fingers", "which table it keeps", options=("successors", "fingers", "shortcuts", "mesh"))
    style: str = parameter("recursive", "who carries a lookup on", options=("recursive", "iterative"))
    contact: int = parameter(NOBODY, "the node by which it joins; -1: it is in the ring at the start", low=-1)
    holds: tuple[int, ...] = parameter((), "keys stored in the ring at the start; every node keeps its own of them")
    asks: tuple[int, ...] = parameter((), "keys that its own callers look up, one after another")
    asks_after: int = parameter(SECOND, "when the first of them calls", kind="duration", low=0)
    every: int = parameter(2 * SECOND, "time between its callers", kind="duration", low=1)
    caller: int = parameter(5 * SECOND, "how long a caller waits before hanging up", kind="duration", low=1)
    retries: int = parameter(0, "how often it looks again before the caller is lost", low=0, high=100)
    receipts: bool = parameter(False, "are lookups acknowledged from node to node?")
    patience: int = parameter(300 * MILLISECOND, "the book's wait for an answer", kind="duration", low=1)
    round_trip: int = parameter(80 * MILLISECOND, "the shortest round trip", kind="duration", low=1)
    period: int = parameter(0, "the book's time between two rounds of pings; 0: no pings", kind="duration", low=0)
    misses: int = parameter(2, "silences in a row that the book believes", low=1, high=100)
    shortcuts: int = parameter(2, "how many, where the route is shortcuts", low=0, high=16)
    neighbours: int = parameter(2, "how many successors it knows", low=1, high=2)
    fixes: bool = parameter(False, "does every round of pings also look one finger up again?")

    predecessor: int | None = None
    successors: list[int] = field(default_factory=list)
    fingers: list[int] = field(default_factory=list)
    store: dict[int, str] = field(default_factory=dict)
    searches: dict[int, Search] = field(default_factory=dict)
    pending: dict[tuple[int, int], Waiting] = field(default_factory=dict)
    puts: dict[int, Record] = field(default_factory=dict)
    silences: dict[int, int] = field(default_factory=dict)
    unanswered: list[int] = field(default_factory=list)
    buried: set[int] = field(default_factory=set)
    second_from: int = NOBODY
    rhythm: int = 0
    number: int = 0
    asked: int = 0
    fixing: int = 0
    answers: list[Answer] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    joined: bool = False
    since: int = 0
    leaving: bool = False
    gone: bool = False
    step: int = NOBODY
    cards: tuple[str, ...] = ()
    place: tuple[int, int, int] = (NOBODY, NOBODY, NOBODY)
    """While joining: predecessor, successor and the successor's successor."""

    # What it knows

    @property
    def id(self) -> int:
        """Its identifier."""
        return int(self.name)

    @property
    def size(self) -> int:
        """How many identifiers the circle has: 2^m."""
        return 1 << self.bits

    @property
    def last(self) -> int:
        """The greatest identifier."""
        return self.size - 1

    @property
    def first(self) -> int | None:
        """Its immediate successor."""
        return self.successors[0] if self.successors else None

    @property
    def arc(self) -> str:
        """The keys it owns, in words."""
        return f"({'?' if self.predecessor is None else self.predecessor}, {self.id}]"

    def members(self) -> tuple[int, ...]:
        """Who is in the ring at the start, as far as this node was told."""
        return self.ring or tuple(sorted({self.id, *map(int, self.peers)}))

    def table(self) -> tuple[int, ...]:
        """Every other node in its tables, the buried too."""
        near = () if self.predecessor is None else (self.predecessor,)
        far = self.members() if self.route == "mesh" and self.joined else ()
        return tuple(sorted({*near, *self.successors, *self.fingers, *far, *self.buried} - {self.id}))

    def known(self) -> tuple[int, ...]:
        """Every other node in its tables that it has not buried."""
        return tuple(node for node in self.table() if node not in self.buried)

    def owns(self, key: int) -> bool:
        """Does the key lie in (predecessor, me]? A node that left owns nothing."""
        if self.gone or self.predecessor is None:
            return False
        return in_half_open(key, self.predecessor, self.id, self.size)

    def next_owns(self, key: int) -> bool:
        """Does the key lie in (me, successor]?"""
        return self.first is not None and in_half_open(key, self.id, self.first, self.size)

    def in_order(self, *nodes: int) -> list[int]:
        """The nearest of these nodes ahead of me, each once: as many as a successor list has."""
        order = sorted({*nodes} - {self.id}, key=lambda node: ahead(self.id, node, self.size))
        return order[: self.neighbours]

    # What a person reads

    def badge(self) -> str:
        return "has left" if self.gone else self.arc

    def view(self) -> dict[str, str | int]:
        before = "?" if self.predecessor is None else self.predecessor
        shown: dict[str, str | int] = {
            "you are": self.id,
            "your keys": self.arc,
            "predecessor": before,
            "successors": ", ".join(map(str, self.successors)) or "none",
        }
        if self.fingers:
            shown["fingers" if self.route == "fingers" else "shortcuts"] = " ".join(map(str, self.fingers))
        if self.store:
            shown["holds keys"] = " ".join(map(str, sorted(self.store)))
            told = [f"{key} {value}" for key, value in sorted(self.store.items()) if value != f"v{key}"]
            if told:
                shown["records"] = ", ".join(told)
        if self.silences:
            shown["silent"] = ", ".join(f"{node} ({count}x)" for node, count in sorted(self.silences.items()))
        if self.buried:
            shown["buried"] = ", ".join(map(str, sorted(self.buried)))
        if self.searches:
            shown["looking for"] = ", ".join(str(search.key) for search in self.searches.values())
        shown["answered"] = len(self.answers)
        if self.lost:
            shown["callers lost"] = len(self.lost)
        return shown
