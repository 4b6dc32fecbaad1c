"""What comes in from outside a live world, and what goes out to it.

A live world is an ordinary world in which some nodes run nothing: they stand for those at the other end of a real
transport. A driver (core.live) lets arrivals happen there at the present time, and writes what reaches such a node to
the transport. The scenario with these arrivals among its happenings runs the same way again, without a transport.
"""

from __future__ import annotations

from core.kernel import trace as kinds
from core.kernel.effects import Open
from core.kernel.node import CLOSED, LIMIT, Node
from core.kernel.scenario import Arrival
from core.kernel.streams import Streams


class Outside(Streams):
    """How arrivals happen."""

    def happen(self, arrival: Arrival) -> None:
        """Plan an arrival that the scenario did not know of.

        For a replay to put it in the same place, nothing else may happen in its microsecond: raises ValueError if the
        clock has reached that already, or if something is planned then. `moment` finds a free one.
        """
        if arrival.at <= self.now or self.agenda.at(arrival.at):
            raise ValueError(f"{arrival.at} µs is not free")
        self._schedule(arrival)

    def end(self, at: int) -> None:
        """Plan the end of the run, as `Scenario.limit` does. Raises ValueError as `happen`."""
        if at <= self.now or self.agenda.at(at):
            raise ValueError(f"{at} µs is not free")
        self._push(at, LIMIT, 0, ())

    def moment(self, wanted: int) -> int:
        """The first free time from `wanted` on. Run the world to just before it, then ask again until it stays."""
        at = max(wanted, self.now + 1)
        while self.agenda.at(at):
            at += 1
        return at

    def _arrive(self, arrival: Arrival) -> None:
        source, destination = self.nodes[arrival.source], self.nodes[arrival.destination]
        name = arrival.connection
        known = self.connections.get(name)
        if known is not None and (arrival.what == "open" or {known.a, known.b} != {source.name, destination.name}):
            return  # no transport does that: somebody wrote it into a run file
        if arrival.what == "open":
            self._open(source, Open(arrival.destination, name), -1)
        elif arrival.what == "end":
            self._end_direction(source, name)
        elif arrival.what == "close":
            self._close(source, name, False, -1)
        elif arrival.what == "reset":
            self._break(source, name)
        else:
            assert destination.protocol is not None
            try:
                message = destination.protocol.codec.decode(
                    arrival.data, self.envelope(arrival.source, arrival.destination)
                )
            except ValueError:
                if destination.up:
                    payload = (arrival.source, arrival.data)
                    self._handle(destination, kinds.GARBLED, (*payload, name) if name else payload, -1)
                return
            source.sent += 1
            if name:
                self._send_on(source, name, message, -1)
            else:
                number = self._note(source.name, kinds.SEND, message, destination.name)
                self._send(source, destination.name, message, number)

    def _break(self, source: Node, name: str) -> None:
        """The stream is gone: also one on which who is outside had nothing more to say."""
        connection = self.connections.get(name)
        if connection is not None:
            connection.open_at[source.name] = True
            self._close(source, name, True, -1)

    def _end_direction(self, source: Node, name: str) -> None:
        """Who is outside will say no more on this stream, and still listens until our node closes it."""
        connection = self.connections.get(name)
        if connection is None or not connection.open_at[source.name]:
            return
        peer = connection.peer(source.name)
        connection.open_at[source.name] = False
        number = self._note(source.name, kinds.CLOSE, name, peer, -1, "one direction")
        arrival = max(self.now + self._latency(source.name, peer), connection.last[peer])
        self._push(arrival, CLOSED, self.nodes[peer].index, (name, source.name, False, True), number)
