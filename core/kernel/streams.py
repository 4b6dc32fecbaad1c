"""Streams in a world: reliable, ordered; loss is delay, a cut link waits, a crash resets."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from core.kernel import trace as kinds
from core.kernel.data import canonical
from core.kernel.datagrams import Datagrams
from core.kernel.dice import Dice
from core.kernel.effects import (
    Open,
)
from core.kernel.network import (
    Connection,
    transmission_time,
)
from core.kernel.node import CLOSED, DOWNLINK, OPENED, RECEIVE, RETRY, Node
from core.kernel.scenario import (
    NETWORK,
    DiceSpec,
)

STREAM_PATIENCE = 3_000_000
"""µs after which a stream that cannot be opened is given up."""
STREAM_RETRY = 1_000_000
"""µs after which a stream tries a cut link again."""
STREAM_LOSS_DELAY = 200_000
"""µs that a stream loses by one lost packet underneath."""


class Streams(Datagrams):
    """How streams open, carry and end."""

    def _latency(self, here: str, there: str) -> int:
        if self._hops and (here, there) not in self.scenario.links:
            total, place = 0, here
            while place != there:
                hop = self._hops.get((place, there))
                if hop is None:
                    break
                total += self.scenario.links[place, hop].latency
                place = hop
            else:
                return total
        link = self._link(here, there)
        return link.spec.latency if link else 0

    def _reachable(self, here: str, there: str) -> bool:
        link = self._link(here, there)
        return (link is not None and not link.cuts) or bool(self._hops.get((here, there)))

    def _open(self, node: Node, effect: Open, cause: int) -> None:
        to, name = effect.to, effect.connection
        node.opened += 1
        self._ctx._opened = 0
        number = self._note(node.name, kinds.OPEN, name, to, cause)
        peer = self.nodes.get(to)
        self.connections[name] = connection = Connection(name, node.name, to)
        if peer is None or not self._reachable(node.name, to) or not self._reachable(to, node.name):
            self._push(self.now + STREAM_PATIENCE, CLOSED, node.index, (name, to, True), number)
            return
        there = self.now + self._latency(node.name, to)
        back = there + self._latency(to, node.name)
        connection.last[to], connection.last[node.name] = there, back
        self._push(there, OPENED, peer.index, (name, node.name), number)
        self._push(back, OPENED, node.index, (name, to), number)

    def _opened(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        name, peer = payload
        connection = self.connections.get(name)
        if connection is None or not node.up:
            if connection is not None:
                del self.connections[name]
                other = self.nodes[peer]
                self._push(
                    self.now + self._latency(node.name, peer), CLOSED, other.index, (name, node.name, True), cause
                )
            return
        connection.open_at[node.name] = True
        self._handle(node, kinds.OPENED, payload, cause)

    def _closed(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        name, peer, reset, *half = payload
        connection = self.connections.get(name)
        if connection is not None and not half:
            del self.connections[name]
        if node.up and (connection is None or connection.open_at[node.name] or reset or node.spec.outside):
            self._handle(node, kinds.CLOSED, (name, peer, reset), cause)

    def _close(self, node: Node, name: str, reset: bool, cause: int) -> None:
        connection = self.connections.get(name)
        if connection is None or not connection.open_at[node.name]:
            return
        peer = connection.peer(node.name)
        connection.open_at[node.name] = False
        number = self._note(node.name, kinds.CLOSE, name, peer, cause, "reset" if reset else "")
        if reset:
            del self.connections[name]
            arrival = self.now + self._latency(node.name, peer)
            self._push(arrival, CLOSED, self.nodes[peer].index, (name, node.name, True), number)
        elif connection.parked[peer] or not self._reachable(node.name, peer):
            self._park(node, connection, None, number)
        else:
            self._finish(node, connection, number)

    def _finish(self, node: Node, connection: Connection, number: int) -> None:
        """The end of a stream goes out, behind all that was sent on it."""
        peer = connection.peer(node.name)
        arrival = max(self.now + self._latency(node.name, peer), connection.last[peer])
        self._push(arrival, CLOSED, self.nodes[peer].index, (connection.name, node.name, False), number)

    def _park(self, node: Node, connection: Connection, message: Any, number: int) -> None:
        """What cannot leave waits for the cut to heal; None is the stream's end."""
        parked = connection.parked[connection.peer(node.name)]
        if not parked:
            self._push(self.now + STREAM_RETRY, RETRY, node.index, (connection.name,), number)
        parked.append((message, number))

    def _send_on(self, node: Node, name: str, message: Any, cause: int) -> None:
        connection = self.connections.get(name)
        if connection is None or not connection.open_at[node.name]:
            node.sent -= 1
            return
        peer = connection.peer(node.name)
        number = self._note(node.name, kinds.SEND, message, peer, cause, name)
        if connection.parked[peer] or not self._reachable(node.name, peer):
            self._park(node, connection, message, number)
            return
        self._stream(node, connection, message, number)

    def _stream(self, node: Node, connection: Connection, message: Any, number: int) -> None:
        peer = connection.peer(node.name)
        target = self.nodes[peer]
        departure = self.now
        link = self._link(node.name, peer)
        rate = link.spec.rate if link else None
        if node.spec.up is not None or rate is not None:
            size = self._size(node.protocol, message, node.name, peer)
            if node.spec.up is not None:
                departure = node.up_free = max(departure, node.up_free) + transmission_time(size, node.spec.up)
            if link is not None and rate is not None:
                departure = link.free_at = max(departure, link.free_at) + transmission_time(size, rate)
        arrival = departure + self._latency(node.name, peer)
        if isinstance(self.scenario.network, DiceSpec):
            arrival += self._stream_delay(node.name, peer, message)
        arrival = connection.last[peer] = max(arrival, connection.last[peer])
        kind = RECEIVE if target.spec.down is None else DOWNLINK
        self._push(arrival, kind, target.index, (node.name, message, connection.name), number)

    def _stream_delay(self, source: str, destination: str, message: Any) -> int:
        """Loss under a stream is delay above it."""
        spec = self.scenario.network
        assert isinstance(spec, DiceSpec)
        content = blake2b(canonical((source, destination, message)), digest_size=16).digest()
        times = self.seen.get(content, 0)
        self.seen[content] = times + 1
        dice = Dice(self.seed, NETWORK, "stream", content, times)
        delay = dice.between(*spec.jitter)
        backoff = STREAM_LOSS_DELAY
        while dice.chance(spec.loss) and backoff < 60_000_000:
            delay += backoff
            backoff *= 2
        return delay

    def _receive_on_stream(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        connection = self.connections.get(payload[2])
        if connection is None or not (connection.open_at[node.name] or node.spec.outside) or not node.up:
            self._drop(payload[0], node.name, payload[1], cause, "the stream is closed")
            return
        self._handle(node, kinds.RECEIVE, payload, cause)

    def _retry(self, node: Node, name: str) -> None:
        connection = self.connections.get(name)
        if connection is None:
            return
        peer = connection.peer(node.name)
        if not self._reachable(node.name, peer):
            self._push(self.now + STREAM_RETRY, RETRY, node.index, (name,))
            return
        parked, connection.parked[peer] = connection.parked[peer], []
        for message, number in parked:
            if message is None:
                self._finish(node, connection, number)
            else:
                self._stream(node, connection, message, number)
