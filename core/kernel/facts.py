"""What is true of a world: the one way in which laws, measures, screens and exports read it."""

from __future__ import annotations

from core.kernel import trace as kinds
from core.kernel.agenda import DEADLINE, GRACE, LIMIT, TIMER, Event
from core.kernel.course import Course
from core.kernel.desk import Desk
from core.kernel.node import Roster
from core.kernel.protocol import Protocol
from core.kernel.trace import Entry, Trace, TraceHash


class Facts:
    """Reads the parts of one world; changes nothing."""

    __slots__ = ("_course", "_desk", "nodes")

    def __init__(self, course: Course, roster: Roster, desk: Desk) -> None:
        self._course = course
        self._desk = desk
        self.nodes = roster
        """All nodes by name, in the scenario's order."""

    @property
    def now(self) -> int:
        """True time (µs)."""
        return self._course.now

    @property
    def trace(self) -> Trace:
        """Everything that happened."""
        return self._course.trace

    @property
    def idle(self) -> bool:
        """Is nothing under way, no timer set and nobody asked?"""
        if self._desk.questions:
            return False
        return all(event[2] == LIMIT or self.is_stale(event) for event in self._course.agenda)

    def is_stale(self, event: Event) -> bool:
        """Was this planned event taken back: a timer that was cancelled, the deadline of a question that was answered,
        the grace of a move that is due no more?

        Such an event never happens, and is not counted.
        """
        if event[2] == TIMER:
            timer = self.nodes.nodes[event[3]].timers.get(event[4][0])
            return timer is None or timer[0] != event[1]
        if event[2] == GRACE:
            return self.nodes.nodes[event[3]].due.get(event[4][0].name) != event[1]
        return event[2] == DEADLINE and self._desk.find(event[4][0]) is None

    # Messages in the trace

    def protocol_of(self, entry: Entry) -> Protocol | None:
        """The protocol of a message's entry."""
        for name in (entry.node, entry.peer):
            node = self.nodes.get(name)
            if node is not None and node.protocol is not None:
                return node.protocol
        # Forwarded from router to router: neither speaks the protocol, but whoever sent it does.
        return self.protocol_of(self.trace[entry.cause]) if entry.kind == kinds.FORWARD else None

    def ends(self, entry: Entry) -> tuple[str, str]:
        """(source, destination) of an entry that carries a message."""
        return (entry.peer, entry.node) if entry.kind in (kinds.RECEIVE, kinds.GARBLED) else (entry.node, entry.peer)

    def bytes_of(self, entry: Entry) -> bytes:
        """The bytes of the message in this entry; b"" if it carries none."""
        if entry.kind not in kinds.CARRIES_MESSAGE:
            return entry.detail if isinstance(entry.detail, bytes) else b""
        protocol = self.protocol_of(entry)
        assert protocol is not None
        return protocol.codec.encode(entry.detail, self.nodes.envelope(*self.ends(entry)))

    def trace_sha256(self) -> str:
        """The hash of the whole trace, hex; see core.kernel.trace for the format."""
        total = TraceHash(self.bytes_of)
        for entry in self.trace:
            total.take(entry)
        return total.hexdigest()
