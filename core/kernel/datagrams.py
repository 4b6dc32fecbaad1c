"""Datagrams in a world: their fate, their links, queues and routers, their flipped bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import CALM, DOWNLINK, HOP, NOBODY, RECEIVE
from core.kernel.chance import Chance
from core.kernel.choice import Value
from core.kernel.course import Course
from core.kernel.desk import Desk
from core.kernel.language import later, written
from core.kernel.links import Links
from core.kernel.network import (
    AS_IT_IS,
    FATE,
    INTACT,
    Fate,
    Packet,
    fate_of,
    rolled_fate,
    transmission_time,
)
from core.kernel.node import Node, Question, Roster
from core.kernel.scenario import (
    NETWORK,
    Cut,
    DiceSpec,
    LinkSpec,
    Lose,
    LoseAlike,
    LoseMessage,
    LoseWhere,
    Mark,
    MarkedWave,
    NetworkSeat,
    Scenario,
    Wave,
)

LOST_ON_THE_WAY = later("lost on the way")
"""Why a message is lost for which nothing else is to blame."""


class Datagrams:
    """How a datagram gets from node to node, or does not."""

    __slots__ = (
        "_chance",
        "_course",
        "_desk",
        "_left",
        "_links",
        "_marked",
        "_met",
        "_named",
        "_network",
        "_passed",
        "_plain",
        "_roster",
        "_rules",
    )

    def __init__(
        self, scenario: Scenario, course: Course, roster: Roster, links: Links, chance: Chance, desk: Desk
    ) -> None:
        self._network = network = scenario.network
        self._course, self._roster, self._links = course, roster, links
        self._chance, self._desk = chance, desk
        self._left: dict[str, int] = dict(network.budget) if isinstance(network, NetworkSeat) else {}
        self._passed: dict[tuple[str, str], int] = {}
        """How many packets went where the fate of the n-th is fixed."""
        self._rules: dict[tuple[str, str], dict[int, Lose]] = {}
        for happening in scenario.happenings:
            if isinstance(happening, Lose):
                self._rules.setdefault((happening.source, happening.destination), {})[happening.nth] = happening
        self._named = tuple(happening for happening in scenario.happenings if isinstance(happening, LoseMessage))
        self._marked = tuple(happening for happening in scenario.happenings if isinstance(happening, MarkedWave))
        self._met: dict[int, int] = {}
        """How often each of these was met, by its place; of waves, by -1 less their place: 1 since it began, 2 since it
        ended."""
        self._plain = (
            not links.routed
            and network is None
            and not self._rules
            and not self._named
            and not any(isinstance(happening, Cut | Wave | MarkedWave) for happening in scenario.happenings)
            and not (scenario.hand is not None and scenario.hand.cut)
            and not any(node.up is not None or node.down is not None for node in scenario.nodes)
        )
        """Can nothing befall a packet?"""

    def fork(self, course: Course, roster: Roster, links: Links, chance: Chance, desk: Desk) -> Datagrams:
        """The same, among the parts of a fork."""
        copy = object.__new__(Datagrams)
        copy._network, copy._rules, copy._plain = self._network, self._rules, self._plain
        copy._course, copy._roster, copy._links = course, roster, links
        copy._chance, copy._desk = chance, desk
        copy._left, copy._passed = self._left, self._passed.copy()
        copy._named, copy._marked, copy._met = self._named, self._marked, self._met.copy()
        return copy

    @property
    def left(self) -> Mapping[str, int]:
        """How often the network's seat may still do what, by the word for it."""
        return self._left

    def key(self) -> tuple[dict[Any, int], dict[Any, int], dict[Any, int]]:
        """All that the future depends on."""
        return self._left, self._passed, self._met

    # Sending

    def send(self, node: Node, to: str, message: Any, number: int) -> None:
        """A datagram leaves `node`; `number` is the entry of its sending."""
        destination = self._roster.get(to)
        if destination is None:
            self.drop(node.name, to, message, number, later("no node has this name"))
            return
        if self._plain:
            spec = self._links.spec(node.name, to)
            if spec is not None and spec.rate is None and spec.mtu is None:
                node.links[to] = (destination.index, spec.latency)
                course = self._course
                payload = (node.name, message, None)
                course.agenda.plan(course.now + spec.latency, RECEIVE, destination.index, payload, number)
                return
        packet = Packet(node.name, to, message, number)
        if self._marked:
            self._mark(packet)
        fate = self._fate(packet)
        if fate is not None:
            self.hop(node.name, packet._replace(flips=fate.flips), fate)

    def drop(self, source: str, destination: str, message: Any, cause: int, reason: str) -> None:
        """A message does not arrive."""
        self._course.note(source, kinds.DROP, message, destination, cause, reason)

    def _mark(self, packet: Packet) -> None:
        """Does a wave begin or end with this message?"""
        for place, wave in enumerate(self._marked):
            number = -1 - place
            state = self._met.get(number, 0)
            mark = (wave.begins, wave.ends, None)[state]
            if mark is None or not self._fits(mark, packet):
                continue
            self._met[number] = state + 1
            if state:
                self._links.calm(wave.pairs, number)
            else:
                self._links.wave(wave.pairs, number, wave.changes)
            course, kind = self._course, kinds.CALM if state else kinds.WAVE
            noted = course.note(NETWORK, kind, (wave.pairs, wave.changes), cause=packet.sent)
            if not state and wave.length is not None:
                calm = (wave.pairs, wave.changes, (), number)
                course.agenda.plan(course.now + wave.length, CALM, NOBODY, calm, noted)

    def _fits(self, mark: Mark, packet: Packet) -> bool:
        ends = (packet.source, packet.destination, _type(packet))
        if (mark.source, mark.destination, mark.message) != ends or not _has(packet.message, mark.fields):
            return False
        return bool(mark.fields) or mark.key == self._twin_key(packet)

    # Fates

    def _fate(self, packet: Packet) -> Fate | None:
        """What becomes of the packet; None while the network's seat is thinking."""
        pair = (packet.source, packet.destination)
        named = self._fate_of_named(packet)
        rules = self._rules.get(pair)
        if rules is not None:
            nth = self._passed[pair] = self._passed.get(pair, 0) + 1
            rule = rules.get(nth)
            if rule is not None:
                return fate_of(rule.fate, rule.late)
        if named is not None:
            return named
        network = self._network
        if network is None:
            return INTACT
        if isinstance(network, DiceSpec):
            return rolled_fate(self._chance.dice(NETWORK, FATE.name, *pair, packet.message), network)
        if not any(self._left.values()) or (network.only and pair not in network.only):
            return INTACT
        if not self._desk.wait_for_network(packet):
            self._ask_fate((packet,))
        return None

    def _fate_of_named(self, packet: Packet) -> Fate | None:
        """What befalls the n-th message of a type, or of those alike; None if it is not this one."""
        fate = None
        for place, rule in enumerate(self._named):
            if (rule.source, rule.destination, rule.message) != (packet.source, packet.destination, _type(packet)):
                continue
            if isinstance(rule, LoseAlike) and rule.key != self._twin_key(packet):
                continue
            if isinstance(rule, LoseWhere) and not _has(packet.message, rule.fields):
                continue
            if self._course.now >= rule.after:
                self._met[place] = self._met.get(place, 0) + 1
                if self._met[place] == rule.nth:
                    fate = fate_of(rule.fate, rule.late)
        return fate

    def _twin_key(self, packet: Packet) -> tuple[Any, ...]:
        room = self._roster[packet.source].protocol
        return () if room is None or room.twin_key is None else room.twin_key(packet.message)

    def _ask_fate(self, packets: tuple[Packet, ...]) -> None:
        """Ask what becomes of the first of these packets; the others wait for their turn, in the order of sending.

        It is asked when the event is over, whoever sits there: a run by a seat and its replay go alike.
        """
        packet = packets[0]
        subject = {
            "source": packet.source,
            "destination": packet.destination,
            "message": packet.message,
            "left": dict(self._left),
        }
        self._desk.ask_network(FATE, subject, packets, AS_IT_IS)

    def settle(self, question: Question, value: Value) -> None:
        """The network's seat has answered what becomes of a packet."""
        packet, *waiting = question.payload
        network = self._network
        assert isinstance(network, NetworkSeat)
        if value in self._left:
            self._left = {**self._left, value: self._left[value] - 1}
        fate = fate_of(value, network.late)
        self.hop(packet.source, packet._replace(flips=fate.flips), fate)
        if any(self._left.values()):
            if waiting:
                self._ask_fate(tuple(waiting))
        else:
            for packet in waiting:
                self.hop(packet.source, packet, INTACT)

    # On the way

    def hop(self, here: str, packet: Packet, fate: Fate = INTACT) -> None:
        """One link further: over the access link, the queue, the wire."""
        course, links = self._course, self._links
        pair = (packet.source, packet.destination)
        there = links.hop(here, packet.destination)
        if there is None:
            if self._roster[here].spec.router:
                self.drop(
                    *pair,
                    packet.message,
                    packet.sent,
                    written("{node} has no route to {peer}", node=here, peer=packet.destination),
                )
                return
            there = packet.destination
        if here != packet.source:
            if packet.ttl <= 1:
                self.drop(*pair, packet.message, packet.sent, written("its time to live ran out at {node}", node=here))
                return
            packet = packet._replace(ttl=packet.ttl - 1)
            course.note(here, kinds.FORWARD, packet.message, there, packet.sent)
        spec = links.spec(here, there)
        if spec is None:
            self.drop(
                *pair, packet.message, packet.sent, written("no link from {node} to {peer}", node=here, peer=there)
            )
            return
        if links.is_cut(here, there) or (here == packet.source and links.is_cut(*pair)):
            self.drop(
                *pair,
                packet.message,
                packet.sent,
                written("the link from {node} to {peer} is cut", node=here, peer=there),
            )
            return
        if not fate.delays:
            self.drop(*pair, packet.message, packet.sent, LOST_ON_THE_WAY)
            return
        loss = links.loss(here, there)
        if loss and self._chance.dice(NETWORK, "loss", here, there, packet.message).below(1_000) < loss:
            self.drop(*pair, packet.message, packet.sent, LOST_ON_THE_WAY)
            return
        departure = self._departure(here, there, spec, packet)
        if departure is None:
            return
        node = self._roster[there]
        for delay in fate.delays:
            arrival = departure + spec.latency + delay
            if there != packet.destination:
                course.agenda.plan(arrival, HOP, node.index, (packet,), packet.sent)
            elif node.spec.down is not None or packet.flips:
                course.agenda.plan(arrival, DOWNLINK, node.index, (packet,), packet.sent)
            else:
                payload = (packet.source, packet.message, None)
                course.agenda.plan(arrival, RECEIVE, node.index, payload, packet.sent)

    def _departure(self, here: str, there: str, spec: LinkSpec, packet: Packet) -> int | None:
        """When the packet's last bit leaves; None if it was dropped."""
        node = self._roster[here]
        now = self._course.now
        if spec.rate is None and spec.mtu is None and node.spec.up is None:
            return now
        ends = (packet.source, packet.destination)
        size = self._roster.size(self._roster[packet.source].protocol, packet.message, *ends)
        if spec.mtu is not None and size > spec.mtu:
            self.drop(
                *ends,
                packet.message,
                packet.sent,
                written("{size} bytes are more than the MTU of {most}", size=size, most=spec.mtu),
            )
            return None
        rate = node.spec.up
        if rate is not None:
            node = self._roster.own(node.index)
            now = node.up_free = max(now, node.up_free) + transmission_time(size, rate)
        if spec.rate is None:
            return now
        link = self._links.own(here, there)
        assert link is not None
        departure = link.depart(now, size)
        if departure is None:
            self.drop(*ends, packet.message, packet.sent, written("the queue at {node} is full", node=here))
        return departure

    def downlink(self, index: int, payload: tuple[Any, ...], cause: int) -> tuple[str, tuple[Any, ...]] | None:
        """A message has come to the access link of the node at `index`, or its flipped bits to the codec: (kind,
        payload) of what the node handles now; None if that comes later, or if the node is down."""
        if len(payload) == 1:
            packet: Packet = payload[0]
            source, message, connection, flips = packet.source, packet.message, None, packet.flips
        else:
            source, message, connection = payload
            flips = ()
        node = self._roster.nodes[index]
        arrival = self._course.now
        rate = node.spec.down
        if rate is not None:
            size = self._roster.size(self._roster[source].protocol, message, source, node.name)
            time = transmission_time(size, rate)
            node = self._roster.own(index)
            arrival = node.down_free = max(arrival, node.down_free) + time
        if flips:
            return self._garble(node, source, message, flips, cause)
        self._course.agenda.plan(arrival, RECEIVE, index, (source, message, connection), cause)
        return None

    def _garble(
        self, node: Node, source: str, message: Any, flips: tuple[int, ...], cause: int
    ) -> tuple[str, tuple[Any, ...]] | None:
        protocol = node.protocol
        assert protocol is not None
        envelope = self._roster.envelope(source, node.name)
        data = bytearray(protocol.codec.encode(message, envelope))
        for flip in flips:
            bit = flip % (len(data) * 8)
            data[bit // 8] ^= 0x80 >> bit % 8
        if not node.up:
            self.drop(source, node.name, message, cause, later("the node is down"))
            return None
        try:
            received = protocol.codec.decode(bytes(data), envelope)
        except ValueError:
            return kinds.GARBLED, (source, bytes(data))
        return kinds.RECEIVE, (source, received, None)


def _has(message: Any, fields: tuple[tuple[str, Any], ...]) -> bool:
    """Are these fields of the message so?"""
    return all(getattr(message, name) == value for name, value in fields)


def _type(packet: Packet) -> str:
    return type(packet.message).__name__
