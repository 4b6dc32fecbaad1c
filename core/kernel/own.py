"""What a node knows of goals and measures: laws read on evidence in which there is nobody but itself.

A law or measure says who may know it (`known`). For whoever sits at a node it is read off that node's machine, its own
entries and its own clock: the other nodes are not there to be read, so nothing of them can show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from core.kernel.effects import Key
from core.kernel.laws import ALL, BoundLaw, Evidence, LawKind, Measure, Tally
from core.kernel.node import Node
from core.kernel.time import LocalClock
from core.kernel.trace import Entry, Trace
from core.kernel.world import World


class Seen(Protocol):
    """What a node has seen, in its own time: a `Sight` in the fog."""

    node: str

    def entries(self, since: int = 0) -> Iterator[Entry]:
        """The known entries, from the one numbered `since` on."""

    def clock(self) -> int:
        """The node's own clock (µs)."""


class OwnNode:
    """What is true of the node itself. Its clock reads what the evidence's time already is: its own."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self.name = name
        self.clock = LocalClock()

    @property
    def _node(self) -> Node:
        """The node as it is now: a world puts another in its place when it is written to."""
        return self._world.nodes[self.name]

    @property
    def runs(self) -> bool:
        """Does anything run on it?"""
        return self._node.runs

    @property
    def machine(self) -> Any:
        """Its machine; None before it has started."""
        return self._node.machine

    @property
    def up(self) -> bool:
        """Is it running?"""
        return self._node.up

    @property
    def stored(self) -> dict[Key, Any]:
        """Its stable storage."""
        return self._node.stored

    @property
    def delivered(self) -> list[Any]:
        """What it has handed to its user."""
        return self._node.delivered

    @property
    def sent(self) -> int:
        """Messages that it has sent."""
        return self._node.sent


class OwnTruth:
    """A world of one node, as laws and measures look at it: its own time, its own entries."""

    def __init__(self, seen: Seen, world: World) -> None:
        self._seen = seen
        self._trace = Trace()
        self.nodes: Mapping[str, OwnNode] = {seen.node: OwnNode(world, seen.node)}

    @property
    def now(self) -> int:
        """The own clock (µs)."""
        return self._seen.clock()

    @property
    def trace(self) -> Trace:
        """The own entries, numbered among themselves."""
        for entry in self._seen.entries(len(self._trace)):
            self._trace.tail.append(tuple(entry)[1:])
        return self._trace

    @property
    def idle(self) -> bool:
        """Whether nothing is under way anywhere cannot be known."""
        return False


class Own:
    """The goals and measures of a world as one node knows them."""

    def __init__(self, seen: Seen, world: World) -> None:
        self._truth = OwnTruth(seen, world)
        self._node = seen.node
        self._world = world
        self._evidence: dict[object, Evidence] = {}
        self._watched: dict[object, int] = {}
        self._reached: set[object] = set()

    def measure(self, measure: Measure) -> int | None:
        """The measure, or the node's part of it, as far as the node knows it; None if it does not."""
        if not measure.known:
            return None
        if measure.known == ALL:
            return measure.of(Evidence(self._world), self._node)
        if measure.roles and not isinstance(self._truth.nodes[self._node].machine, measure.roles):
            return None
        evidence = self._evidence_of(measure, measure.watch)
        return measure.of(evidence, self._node)

    def goal(self, law: BoundLaw, stands: bool) -> bool | None:
        """Is the law reached (always: unbroken), as far as the node knows? None if it does not.

        `stands`: whether it is, in truth. An always law that is broken ends the run, so that one is unbroken while the
        run goes on is known to all.
        """
        if law.law.kind is LawKind.ALWAYS or law.law.known == ALL:
            return stands
        if not law.law.known or law.arguments[law.law.known] != self._node:
            return None
        evidence = self._evidence_of(law, law.watch if law.law.watch is not None else None)
        if law not in self._reached and law.holds(evidence):
            self._reached.add(law)
        return law in self._reached

    def tally(self, law: BoundLaw) -> Tally | None:
        """How far the law is, as far as the node can count that from itself alone; None if it cannot."""
        counted = law.law.counted
        if not counted or law.arguments[counted] != self._node or self.goal(law, False):
            return None
        return law.tally(self._evidence_of(law, law.watch if law.law.watch is not None else None))

    def _evidence_of(self, subject: object, watch: Any) -> Evidence:
        """The evidence of a law or measure, all own entries folded into what it remembers."""
        evidence = self._evidence.setdefault(subject, Evidence(self._truth))
        if watch is not None:
            trace = self._truth.trace
            for entry in trace.since(self._watched.get(subject, 0)):
                watch(evidence, entry)
            self._watched[subject] = len(trace)
        return evidence
