"""What comes in from outside a live world, and what goes out to it.

A live world is an ordinary world in which some nodes run nothing: they stand for those at the other end of a real
transport. A driver (core.live) lets arrivals happen there at the present time, and writes what reaches such a node to
the transport. The scenario with these arrivals among its happenings runs the same way again, without a transport.
"""

from __future__ import annotations

from core.kernel import trace as kinds
from core.kernel.course import Course
from core.kernel.datagrams import Datagrams
from core.kernel.effects import Open
from core.kernel.node import Roster
from core.kernel.runner import Runner
from core.kernel.scenario import Arrival
from core.kernel.streams import Streams


class Outside:
    """How arrivals happen."""

    __slots__ = ("_course", "_datagrams", "_roster", "_runner", "_streams")

    def __init__(self, course: Course, roster: Roster, datagrams: Datagrams, streams: Streams, runner: Runner) -> None:
        self._course, self._roster = course, roster
        self._datagrams, self._streams, self._runner = datagrams, streams, runner

    def arrive(self, arrival: Arrival) -> None:
        """It comes in, now."""
        if arrival.what == "start":
            self._start(arrival.destination)
            return
        name = arrival.connection
        ends = self._streams.ends(name)
        if ends is not None and (arrival.what == "open" or set(ends) != {arrival.source, arrival.destination}):
            return  # no transport does that: somebody wrote it into a run file
        source = self._roster.own_named(arrival.source)
        if arrival.what == "open":
            self._streams.open(source, Open(arrival.destination, name), -1)
        elif arrival.what == "end":
            self._streams.end_direction(source, name)
        elif arrival.what == "close":
            self._streams.close(source, name, False, -1)
        elif arrival.what == "reset":
            self._streams.break_off(source, name)
        else:
            self._carry(arrival)

    def _start(self, name: str) -> None:
        """Our node starts. Nothing if it did before: somebody wrote that into a run file."""
        node = self._roster.own_named(name)
        if not node.up:
            self._runner.start(node, -1)

    def _carry(self, arrival: Arrival) -> None:
        """Bytes come in: a message goes its way, what the codec refuses is there at once."""
        source = self._roster.own_named(arrival.source)
        destination = self._roster.own_named(arrival.destination)
        name = arrival.connection
        assert destination.protocol is not None
        envelope = self._roster.envelope(source.name, destination.name)
        try:
            message = destination.protocol.codec.decode(arrival.data, envelope)
        except ValueError:
            payload = (source.name, arrival.data, name) if name else (source.name, arrival.data)
            self._runner.handle(destination, kinds.GARBLED, payload, -1)
            return
        source.sent += 1
        if name:
            self._streams.send(source, name, message, -1)
        else:
            number = self._course.note(source.name, kinds.SEND, message, destination.name)
            self._datagrams.send(source, destination.name, message, number)
