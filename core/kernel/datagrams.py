"""Datagrams in a world: their fate, their links, queues and routers, their flipped bits."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import Any

from core.kernel import trace as kinds
from core.kernel.choice import Value
from core.kernel.data import canonical
from core.kernel.dice import Dice
from core.kernel.network import (
    AS_IT_IS,
    FATE,
    INTACT,
    Fate,
    LinkState,
    Packet,
    fate_of,
    rolled_fate,
    transmission_time,
)
from core.kernel.node import DOWNLINK, HOP, RECEIVE, Node, Question
from core.kernel.protocol import Protocol
from core.kernel.scenario import (
    NETWORK,
    DiceSpec,
    NetworkSeat,
)
from core.kernel.state import WorldState


class Datagrams(WorldState):
    """How a datagram gets from node to node, or does not."""

    def _size(self, protocol: Protocol | None, message: Any, source: str, destination: str) -> int:
        size = getattr(message, "size", None)
        if isinstance(size, int):
            return size
        assert protocol is not None
        return len(protocol.codec.encode(message, self.envelope(source, destination)))

    def _drop(self, source: str, destination: str, message: Any, cause: int, reason: str) -> None:
        self._note(source, kinds.DROP, message, destination, cause, reason)

    def _send(self, node: Node, to: str, message: Any, number: int) -> None:
        destination = self.nodes.get(to)
        if destination is None:
            self._drop(node.name, to, message, number, "no node has this name")
            return
        if self._plain:
            link = self._link(node.name, to)
            if link is not None and link.spec.rate is None and link.spec.mtu is None:
                node.links[to] = (destination.index, link.spec.latency)
                self._push(self.now + link.spec.latency, RECEIVE, destination.index, (node.name, message, None), number)
                return
        packet = Packet(node.name, to, message, number)
        fate = self._fate(packet)
        if fate is not None:
            self._hop(node.name, packet._replace(flips=fate.flips), fate)

    def _fate(self, packet: Packet) -> Fate | None:
        """What becomes of the packet; None while the network's seat is thinking."""
        pair = (packet.source, packet.destination)
        rules = self._rules.get(pair)
        if rules is not None:
            nth = self.passed[pair] = self.passed.get(pair, 0) + 1
            rule = rules.get(nth)
            if rule is not None:
                return fate_of(rule.fate, rule.late)
        network = self.scenario.network
        if network is None:
            return INTACT
        if isinstance(network, DiceSpec):
            content = blake2b(canonical((*pair, packet.message)), digest_size=16).digest()
            times = self.seen.get(content, 0)
            self.seen[content] = times + 1
            return rolled_fate(Dice(self.seed, NETWORK, FATE.name, content, times), network)
        if not any(self.left.values()) or (network.only and pair not in network.only):
            return INTACT
        for place, question in enumerate(self.questions):
            if question.node == NETWORK:
                self.questions[place] = replace(question, payload=(*question.payload, packet))
                return None
        self._ask_fate((packet,))
        return None

    def _ask_fate(self, packets: tuple[Packet, ...]) -> None:
        """Ask what becomes of the first of these packets; the others wait for their turn, in the order of sending.

        It is asked when the event is over, whoever sits there: a run by a seat and its replay go alike.
        """
        packet = packets[0]
        subject = {
            "source": packet.source,
            "destination": packet.destination,
            "message": packet.message,
            "left": dict(self.left),
        }
        asked = self._asked(NETWORK, FATE, None, subject, self.now)
        _ = asked.dice_key
        self.seq += 1
        self.questions.append(
            Question(self.seq, asked, NETWORK, kinds.SEND, packets, -1, (), True, self.count, None, AS_IT_IS)
        )

    def _spend(self, value: Value) -> Fate:
        network = self.scenario.network
        assert isinstance(network, NetworkSeat)
        if value in self.left:
            self.left[value] -= 1
        return fate_of(value, network.late)

    def _settle_fate(self, question: Question, value: Value) -> None:
        packet, *waiting = question.payload
        fate = self._spend(value)
        self._hop(packet.source, packet._replace(flips=fate.flips), fate)
        if any(self.left.values()):
            if waiting:
                self._ask_fate(tuple(waiting))
        else:
            for packet in waiting:
                self._hop(packet.source, packet, INTACT)

    def _link(self, here: str, there: str) -> LinkState | None:
        state = self.link_states.get((here, there))
        if state is None:
            spec = self.scenario.links.get((here, there), self.scenario.default_link)
            if spec is None:
                return None
            state = self.link_states[here, there] = LinkState(spec)
        return state

    def _hop(self, here: str, packet: Packet, fate: Fate) -> None:
        """One link further: over the access link, the queue, the wire."""
        pair = (packet.source, packet.destination)
        there = packet.destination
        if self._hops and (here, there) not in self.scenario.links:
            hop = self._hops.get((here, there))
            if hop is None and self.nodes[here].spec.router:
                self._drop(*pair, packet.message, packet.sent, f"{here} has no route to {there}")
                return
            there = hop or there
        if here != packet.source:
            if packet.ttl <= 1:
                self._drop(*pair, packet.message, packet.sent, f"its time to live ran out at {here}")
                return
            packet = packet._replace(ttl=packet.ttl - 1)
            self._note(here, kinds.FORWARD, packet.message, there, packet.sent)
        link = self._link(here, there)
        if link is None:
            self._drop(*pair, packet.message, packet.sent, f"no link from {here} to {there}")
            return
        if link.cuts or (self._pair_cut(pair) and here == packet.source):
            self._drop(*pair, packet.message, packet.sent, f"the link from {here} to {there} is cut")
            return
        if not fate.delays:
            self._drop(*pair, packet.message, packet.sent, "lost on the way")
            return
        departure = self._departure(here, link, packet)
        if departure is None:
            return
        node = self.nodes[there]
        for delay in fate.delays:
            arrival = departure + link.spec.latency + delay
            if there != packet.destination:
                self._push(arrival, HOP, node.index, (packet,), packet.sent)
            elif node.spec.down is not None or packet.flips:
                self._push(arrival, DOWNLINK, node.index, (packet,), packet.sent)
            else:
                self._push(arrival, RECEIVE, node.index, (packet.source, packet.message, None), packet.sent)

    def _pair_cut(self, pair: tuple[str, str]) -> bool:
        state = self.link_states.get(pair)
        return state is not None and state.cuts > 0

    def _departure(self, here: str, link: LinkState, packet: Packet) -> int | None:
        """When the packet's last bit leaves; None if it was dropped."""
        node = self.nodes[here]
        now = self.now
        spec = link.spec
        if spec.rate is None and spec.mtu is None and node.spec.up is None:
            return now
        size = self._size(self.nodes[packet.source].protocol, packet.message, packet.source, packet.destination)
        if spec.mtu is not None and size > spec.mtu:
            self._drop(
                packet.source, packet.destination, packet.message, packet.sent,
                f"{size} bytes are more than the MTU of {spec.mtu}",
            )  # fmt: skip
            return None
        if node.spec.up is not None:
            now = node.up_free = max(now, node.up_free) + transmission_time(size, node.spec.up)
        departure = link.depart(now, size)
        if departure is None:
            self._drop(packet.source, packet.destination, packet.message, packet.sent, f"the queue at {here} is full")
        return departure

    def _downlink(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        if len(payload) == 1:
            packet: Packet = payload[0]
            source, message, connection, flips = packet.source, packet.message, None, packet.flips
        else:
            source, message, connection = payload
            flips = ()
        arrival = self.now
        if node.spec.down is not None:
            protocol = self.nodes[source].protocol
            size = self._size(protocol, message, source, node.name)
            arrival = node.down_free = max(arrival, node.down_free) + transmission_time(size, node.spec.down)
        if not flips:
            self._push(arrival, RECEIVE, node.index, (source, message, connection), cause)
            return
        self._garble(node, source, message, flips, cause)

    def _garble(self, node: Node, source: str, message: Any, flips: tuple[int, ...], cause: int) -> None:
        protocol = node.protocol
        assert protocol is not None
        envelope = self.envelope(source, node.name)
        data = bytearray(protocol.codec.encode(message, envelope))
        for flip in flips:
            bit = flip % (len(data) * 8)
            data[bit // 8] ^= 0x80 >> bit % 8
        if not node.up:
            self._drop(source, node.name, message, cause, "the node is down")
            return
        try:
            received = protocol.codec.decode(bytes(data), envelope)
        except ValueError:
            self._handle(node, kinds.GARBLED, (source, bytes(data)), cause)
        else:
            self._handle(node, kinds.RECEIVE, (source, received, None), cause)
