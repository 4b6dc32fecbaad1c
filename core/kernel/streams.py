"""Streams in a world: reliable, ordered; loss is delay, a cut link waits, a crash resets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import CLOSED, DOWNLINK, OPENED, RECEIVE, RETRY, Event
from core.kernel.chance import Chance
from core.kernel.course import Course
from core.kernel.effects import Open
from core.kernel.links import Links
from core.kernel.network import Connection, transmission_time
from core.kernel.node import Node, Roster
from core.kernel.scenario import NETWORK, DiceSpec, Scenario

STREAM_PATIENCE = 3_000_000
"""µs after which a stream that cannot be opened is given up."""
STREAM_RETRY = 1_000_000
"""µs after which a stream tries a cut link again."""
STREAM_LOSS_DELAY = 200_000
"""µs that a stream loses by one lost packet underneath."""
END = "the stream's end"
"""What stands for it among parked messages."""
LONGEST_BACKOFF = 60_000_000
"""µs beyond which the wait for a lost packet underneath is not doubled any more."""


class Streams:
    """How streams open, carry and end. Forks share a stream until one of them changes it."""

    __slots__ = ("_chance", "_connections", "_course", "_dice", "_links", "_roster", "_token")

    def __init__(self, scenario: Scenario, course: Course, roster: Roster, links: Links, chance: Chance) -> None:
        self._dice = scenario.network if isinstance(scenario.network, DiceSpec) else None
        self._course, self._roster, self._links, self._chance = course, roster, links, chance
        self._connections: dict[str, Connection] = {}
        self._token = object()

    def fork(self, course: Course, roster: Roster, links: Links, chance: Chance) -> Streams:
        """The same streams, among the parts of a fork."""
        self._token = object()
        copy = object.__new__(Streams)
        copy._dice = self._dice
        copy._course, copy._roster, copy._links, copy._chance = course, roster, links, chance
        copy._connections, copy._token = self._connections.copy(), object()
        return copy

    def standing(self) -> dict[str, tuple[str, str]]:
        """All streams by name: who opened each, and to whom."""
        return {name: (connection.a, connection.b) for name, connection in self._connections.items()}

    def ends(self, name: str) -> tuple[str, str] | None:
        """Who opened the stream, and to whom; None if there is none of this name."""
        connection = self._connections.get(name)
        return None if connection is None else (connection.a, connection.b)

    def _own(self, name: str) -> Connection | None:
        """The stream of this name, to change it."""
        connection = self._connections.get(name)
        if connection is not None and connection.owner is not self._token:
            connection = self._connections[name] = connection.copy(self._token)
        return connection

    def _latency(self, here: str, there: str) -> int:
        return self._links.latency_now(here, there)

    def key(self, now: int, told: Callable[[Any], Any]) -> dict[str, Any]:
        """All that the future depends on, relative to `now`. `told`: what stands for a message that is parked."""
        return {
            name: (
                connection.open_at,
                {node: max(0, last - now) for node, last in connection.last.items()},
                {
                    node: [END if message is None else told(message) for message, _ in parked]
                    for node, parked in connection.parked.items()
                },
            )
            for name, connection in self._connections.items()
        }

    # Opening

    def open(self, node: Node, effect: Open, cause: int) -> None:
        """The node begins a stream."""
        course = self._course
        to, name = effect.to, effect.connection
        node.opened += 1
        number = course.note(node.name, kinds.OPEN, name, to, cause)
        peer = self._roster.get(to)
        self._connections[name] = connection = Connection(name, node.name, to, self._token)
        reachable = self._links.reachable
        if peer is None or not reachable(node.name, to) or not reachable(to, node.name):
            course.agenda.plan(course.now + STREAM_PATIENCE, CLOSED, node.index, (name, to, True), number)
            return
        there = course.now + self._latency(node.name, to)
        back = there + self._latency(to, node.name)
        connection.last[to], connection.last[node.name] = there, back
        course.agenda.plan(there, OPENED, peer.index, (name, node.name), number)
        course.agenda.plan(back, OPENED, node.index, (name, to), number)

    def opened(self, node: Node, payload: tuple[Any, ...], cause: int) -> bool:
        """A stream stands at this node; is there anything for it to handle?"""
        connection = self._own(payload[0])
        if connection is None:
            return False
        if not node.up:
            self._reset(node, connection, cause)
            return False
        connection.open_at[node.name] = True
        return True

    def _reset(self, node: Node, connection: Connection, cause: int) -> None:
        """The stream is gone; its other end hears of it."""
        course = self._course
        self._forget(connection)
        peer = connection.peer(node.name)
        other = self._roster.get(peer)
        if other is not None:
            arrival = course.now + self._latency(node.name, peer)
            course.agenda.plan(arrival, CLOSED, other.index, (connection.name, node.name, True), cause)

    def _forget(self, connection: Connection) -> None:
        """The stream is no more. What waited on it for something that is held goes on, to be heard by nobody."""
        course = self._course
        del self._connections[connection.name]
        for dam in connection.dams.values():
            for (time, _, kind, index, payload, cause), held in dam:
                if not held:
                    course.agenda.plan(max(time, course.now), kind, index, payload, cause)

    # Held on the way

    def hold(self, event: Event) -> None:
        """A message was taken off its way: what comes behind it on its stream waits, as streams keep their order."""
        agenda = self._course.agenda
        name, peer = event[4][2], self._roster.nodes[event[3]].name
        connection = self._own(name)
        if connection is None:
            return
        behind = [
            other for other in agenda if other[3] == event[3] and other[5] > event[5] and _comes_on(other) == name
        ]
        for other in behind:
            agenda.take(other)
        connection.dams[peer] = [(event, True), *((other, False) for other in behind), *connection.dams.get(peer, ())]

    def let_go(self, event: Event, arrival: int) -> None:
        """What was held goes on, to arrive at `arrival`; with it what waited for nothing else."""
        course = self._course
        _, number, kind, index, payload, cause = event
        peer = self._roster.nodes[index].name
        connection = self._own(payload[2])
        dam = None if connection is None else connection.dams.get(peer)
        if connection is None or dam is None or (event, True) not in dam:
            course.agenda.plan(arrival, kind, index, payload, cause)
            return
        dam[dam.index((event, True))] = ((arrival, number, kind, index, payload, cause), False)
        last = course.now
        while dam and not dam[0][1]:
            time, _, kind, index, payload, cause = dam.pop(0)[0]
            last = max(last, time)
            course.agenda.plan(last, kind, index, payload, cause)
            connection.last[peer] = max(connection.last[peer], last)

    def waiting(self) -> list[Event]:
        """What waits behind something that is held, stream by stream."""
        return [
            event
            for connection in self._connections.values()
            for dam in connection.dams.values()
            for event, held in dam
            if not held
        ]

    # Carrying

    def send(self, node: Node, name: str, message: Any, cause: int) -> None:
        """The node sends on a stream; nothing if that is gone."""
        connection = self._connections.get(name)
        if connection is None or not connection.open_at[node.name]:
            node.sent -= 1
            return
        peer = connection.peer(node.name)
        number = self._course.note(node.name, kinds.SEND, message, peer, cause, name)
        if connection.parked[peer] or not self._links.reachable(node.name, peer):
            self._park(node, name, message, number)
        else:
            self._carry(node, name, message, number)

    def _carry(self, node: Node, name: str, message: Any, number: int) -> None:
        course = self._course
        connection = self._own(name)
        assert connection is not None
        peer = connection.peer(node.name)
        target = self._roster[peer]
        departure = course.now
        links = self._links
        spec = links.spec(node.name, peer)
        rate = spec.rate if spec else None
        if node.spec.up is not None or rate is not None:
            size = self._roster.size(node.protocol, message, node.name, peer)
            if node.spec.up is not None:
                departure = node.up_free = max(departure, node.up_free) + transmission_time(size, node.spec.up)
            link = None if rate is None else links.own(node.name, peer)
            if link is not None and rate is not None:
                departure = link.free_at = max(departure, link.free_at) + transmission_time(size, rate)
        way = links.latency(node.name, peer) if spec is None or links.routed else spec.latency
        arrival = departure + way
        if self._dice is not None:
            arrival += self._delay(self._dice, node.name, peer, message)
        arrival = connection.last[peer] = max(arrival, connection.last[peer])
        kind = RECEIVE if target.spec.down is None else DOWNLINK
        self._plan(connection, peer, arrival, kind, target.index, (node.name, message, connection.name), number)

    def _plan(
        self, connection: Connection, peer: str, time: int, kind: int, index: int, payload: tuple[Any, ...], cause: int
    ) -> None:
        """Plan what comes to `peer` on a stream; behind what is held on its way there it waits."""
        dam = connection.dams.get(peer)
        if dam:
            dam.append(((time, self._course.agenda.number(), kind, index, payload, cause), False))
        else:
            self._course.agenda.plan(time, kind, index, payload, cause)

    def _delay(self, spec: DiceSpec, source: str, destination: str, message: Any) -> int:
        """Loss under a stream is delay above it."""
        dice = self._chance.dice(NETWORK, "stream", source, destination, message)
        delay = dice.between(*spec.jitter)
        backoff = STREAM_LOSS_DELAY
        while dice.chance(spec.loss) and backoff < LONGEST_BACKOFF:
            delay += backoff
            backoff *= 2
        return delay

    def hears(self, node: Node, name: str) -> bool:
        """Does what comes on this stream reach the node?"""
        connection = self._connections.get(name)
        return connection is not None and (connection.open_at[node.name] or node.spec.outside) and node.up

    def _park(self, node: Node, name: str, message: Any, number: int) -> None:
        """What cannot leave waits for the cut to heal; None is the stream's end."""
        connection = self._own(name)
        assert connection is not None
        parked = connection.parked[connection.peer(node.name)]
        if not parked:
            course = self._course
            course.agenda.plan(course.now + STREAM_RETRY, RETRY, node.index, (name,), number)
        parked.append((message, number))

    def retry(self, node: Node, name: str) -> None:
        """Does what is parked get through now?"""
        course = self._course
        connection = self._own(name)
        if connection is None:
            return
        peer = connection.peer(node.name)
        if not self._links.reachable(node.name, peer):
            course.agenda.plan(course.now + STREAM_RETRY, RETRY, node.index, (name,))
            return
        parked, connection.parked[peer] = connection.parked[peer], []
        for message, number in parked:
            if message is None:
                self._finish(node, name, number)
            else:
                self._carry(node, name, message, number)

    # Ending

    def close(self, node: Node, name: str, reset: bool, cause: int) -> None:
        """The node ends a stream: after all that was sent on it, or (`reset`) at once."""
        connection = self._own(name)
        if connection is None or not connection.open_at[node.name]:
            return
        peer = connection.peer(node.name)
        connection.open_at[node.name] = False
        number = self._course.note(node.name, kinds.CLOSE, name, peer, cause, "reset" if reset else "")
        if reset:
            self._reset(node, connection, number)
        elif connection.parked[peer] or not self._links.reachable(node.name, peer):
            self._park(node, name, None, number)
        else:
            self._finish(node, name, number)

    def _finish(self, node: Node, name: str, number: int, half: bool = False) -> None:
        """The end of a stream goes out, behind all that was sent on it; of one direction only, if `half`."""
        course = self._course
        connection = self._own(name)
        assert connection is not None
        peer = connection.peer(node.name)
        arrival = max(course.now + self._latency(node.name, peer), connection.last[peer])
        payload = (name, node.name, False, True) if half else (name, node.name, False)
        self._plan(connection, peer, arrival, CLOSED, self._roster[peer].index, payload, number)

    def closed(self, node: Node, payload: tuple[Any, ...]) -> bool:
        """A stream's end has come to this node; is there anything for it to handle?"""
        name, _, reset, *half = payload
        connection = self._connections.get(name)
        if connection is not None and not half:
            self._forget(connection)
        return node.up and (connection is None or connection.open_at[node.name] or reset or node.spec.outside)

    def break_all(self, node: Node, cause: int) -> None:
        """The node is down: so are its streams."""
        for connection in [c for c in self._connections.values() if node.name in (c.a, c.b)]:
            self._reset(node, connection, cause)

    # From outside a live world

    def break_off(self, source: Node, name: str) -> None:
        """The stream is gone: also one on which who is outside had nothing more to say."""
        connection = self._own(name)
        if connection is not None:
            connection.open_at[source.name] = True
            self.close(source, name, True, -1)

    def end_direction(self, source: Node, name: str) -> None:
        """Who is outside will say no more on this stream, and still listens until our node closes it."""
        connection = self._own(name)
        if connection is None or not connection.open_at[source.name]:
            return
        connection.open_at[source.name] = False
        peer = connection.peer(source.name)
        self._finish(source, name, self._course.note(source.name, kinds.CLOSE, name, peer, -1, "one direction"), True)


def _comes_on(event: Event) -> str | None:
    """The stream that an event is a message on, or the end of in order; None if it is neither."""
    kind, payload = event[2], event[4]
    if kind == CLOSED:
        return None if payload[2] else str(payload[0])
    return payload[2] if kind in (RECEIVE, DOWNLINK) and len(payload) == 3 else None
