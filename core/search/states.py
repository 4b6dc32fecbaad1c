"""When two worlds are in the same state: if all that their futures depend on is the same, relative to now.

A state is known by bytes: node states, packets and timers relative to now, open questions and budgets; never
by absolute time, sequence numbers or trace. How often chance was asked is part of it where a node's own seat threw
dice, as the next throw depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from core.kernel.agenda import DEADLINE, DOWNLINK, GRACE, HOP, LIMIT, RECEIVE, TIMER, Event, stream_of
from core.kernel.choice import Choice
from core.kernel.data import clone, packed, packed_with
from core.kernel.network import Packet
from core.kernel.node import Node
from core.kernel.protocol import Normal, State
from core.kernel.scenario import NETWORK
from core.kernel.trace import RECEIVE as RECEIVED
from core.kernel.trace import TIMER as RANG
from core.kernel.world import World

__all__ = ["Normal", "State", "StateKeys", "state_key"]

_Timers: TypeAlias = "list[tuple[bytes, int]]"
_Told: TypeAlias = "Callable[[Any], Any]"
"""How a message is told of in a key: as it is; or handed over to be made normal, with nothing in its place."""
MOST_PAYLOADS = 50_000
"""So many payloads are known by their bytes at a time."""

_CARRIES = (RECEIVE, HOP, DOWNLINK)
"""Planned events that are a message on its way."""
_ELSEWHERE = (TIMER, LIMIT, DEADLINE, GRACE)
"""Planned events that are known by their nodes' timers and questions, or that decide nothing here."""


def state_key(world: World, normal: Normal | None = None) -> bytes:
    """Bytes, good in this process only, of all that the future of this world depends on, relative to now.

    `normal` changes a copy of it before: see `Protocol.normal`.
    """
    return StateKeys(normal).of(world)


class StateKeys:
    """The keys of many states that have much in common: what is known of a node, or of what is on its way, is made into
    bytes once, as long as nothing happens to it.

    `orderless`: whatever comes at one moment may come in any order, so the order in which it was planned tells nothing.
    What comes on one stream keeps its order.
    """

    def __init__(self, normal: Normal | None = None, *, orderless: bool = False) -> None:
        self._normal = normal
        self._orderless = orderless
        self._payloads: dict[int, tuple[tuple[Any, ...], bytes]] = {}
        """By identity, each with its bytes."""

    def of(self, world: World) -> bytes:
        """The key of a world's state, see `state_key`. Each of its parts tells where it ends."""
        if self._normal is not None:
            return _normalised(world, self._normal)
        roster, now = world.nodes, world.now
        parts: list[bytes] = []
        for node in roster.nodes:
            if node.memo is None:
                roster.note(node, _memo_of(node))
            state, timers = node.memo
            parts.append(state)
            _add_timing(parts, node, timers, now)
        events = [event for event in world.agenda if event[2] not in _ELSEWHERE]
        if self._orderless and len(events) > 1:
            events.sort(key=self._order)
        for event in events:
            parts.append(b"%d %d %d;" % (event[0] - now, event[2], event[3]))
            parts.append(self._outline(event))
        if between := _between(world, self._outline):
            parts.append(packed(between))
        if world.beside is not None:
            parts.append(self.of(world.beside.world))
        return b"".join(parts)

    def _order(self, event: Event) -> tuple[Any, ...]:
        """Where order tells nothing, by what to sort events: by all of them; what comes on a stream stays in its."""
        time, _, kind, index, _, _ = event
        stream = stream_of(event)
        return (time, index, stream) if stream is not None else (time, index, "", kind, self._outline(event))

    def _outline(self, event: Event) -> bytes:
        payload = event[4]
        known = self._payloads.get(id(payload))
        if known is None:
            if len(self._payloads) >= MOST_PAYLOADS:
                self._payloads.clear()
            known = self._payloads[id(payload)] = (payload, packed(_plain(payload)))
        return known[1]


def _normalised(world: World, normal: Normal) -> bytes:
    nodes = world.nodes.nodes
    messages: list[Any] = []
    hand_over = messages.append

    def outline(event: Event) -> Any:
        return tuple(_outline(event[4], hand_over)) if event[2] in _CARRIES else _plain(event[4], hand_over)

    now = world.now
    under_way = [  # in the order of arrival, in which the messages are handed over, too
        (event[0] - now, event[2], event[3], outline(event)) for event in world.agenda if event[2] not in _ELSEWHERE
    ]
    between = _between(world, outline, hand_over)
    rest = [_rest_of(node, hand_over) for node in nodes]
    state = State([clone(node.machine) if node.up else None for node in nodes],
                  [dict(node.stored) for node in nodes], messages,
                  [node.clock.read(now) for node in nodes])  # fmt: skip
    normal(state)
    timings: list[bytes] = []
    ringing: list[Any] = []
    for node in nodes:
        _add_timing(timings, node, [] if state.nameless else _timers_of(node), now)
        if state.nameless:
            reading = node.clock.read(now)
            rings = [(target - reading, packed(key), key) for key, (_, target, _) in node.timers.items()]
            ringing.append([(left, key) for left, _, key in sorted(rings, key=lambda ring: ring[:2])])
    found = (state.machines, state.stored, state.messages, rest, timings, ringing, under_way, between)
    return packed_with(found, _Anew({node.name for node in nodes})) if state.nameless else packed(found)


class _Anew:
    """Streams by the order in which they occur: all names of one stream are still one, and of two still two."""

    def __init__(self, nodes: set[str]) -> None:
        self._nodes = nodes
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> Any:
        if "#" not in text:
            return text
        ends, _, number = text.rpartition("#")
        if not number.isdecimal() or ends.partition(">")[0] not in self._nodes:
            return text
        return (..., "stream", ends, self._numbers.setdefault(text, len(self._numbers)))


def _memo_of(node: Node) -> tuple[bytes, _Timers]:
    """What of a node's state is the same whenever it is."""
    return packed((node.machine if node.up else None, node.stored, *_rest_of(node))), _timers_of(node)


def _timers_of(node: Node) -> _Timers:
    """The bytes of each timer's key, with the local reading at which it rings."""
    return sorted((packed(key), target) for key, (_, target, _) in node.timers.items())


def _as_it_is(message: Any) -> Any:
    return message


def _rest_of(node: Node, told: _Told = _as_it_is) -> tuple[Any, ...]:
    """What of a node's state is not its machine's, and does not change with time. Most nodes have none of the last
    things, and then that is all that is said of them."""
    plain = (node.up, node.machine is None, node.delivered)
    question = node.question
    if question is None and node.strike is None and not (node.inbox or node.kept or node.strikes):
        return plain
    asking = None
    if question is not None:
        came = _came(question.kind, question.payload, told)
        asking = (question.kind, came, question.given, question.asked.choice.name)
    inbox = [(kind, _came(kind, payload, told)) for kind, payload, *_ in node.inbox]
    strikes = [(blow.effect, blow.what, blow.before, left) for blow, left in node.strikes]
    return (*plain, asking, inbox, node.kept, node.strike, strikes)


def _add_timing(parts: list[bytes], node: Node, timers: _Timers, now: int) -> None:
    """Timers, clock, access link and what waits, relative to now."""
    clock = node.clock
    if clock.perfect:
        reading = now
    else:
        reading = clock.read(now)
        parts.append(b"%d %d %d;" % (reading - now, clock.drift, clock.slewing))
    for key, target in timers:
        parts.append(b"%d;" % (target - reading))
        parts.append(key)
    if node.up_free > now or node.down_free > now:
        parts.append(b"/%d %d" % (max(0, node.up_free - now), max(0, node.down_free - now)))
    if node.question is not None:
        waited = [node.question.came, *(one[3] for one in node.inbox)]
        parts.append(b"".join([b"?%d" % (reading - came) for came in waited]))
    parts.append(b".")


def _came(kind: str, payload: tuple[Any, ...], told: _Told) -> tuple[Any, ...]:
    """What came to a node, and waits there: a timer without its number, a message as it is told of."""
    if kind == RECEIVED:
        source, message, connection = payload
        return source, told(message), connection
    return _plain(payload[:1] if kind == RANG else payload, told)


def _between(world: World, outline: Callable[[Event], Any], told: _Told = _as_it_is) -> list[Any]:
    """Of the network what is not under way: nothing, where it is as at the beginning."""
    found: list[Any] = world.network_key(told)
    if world.questions:
        found.append([_plain(question.payload, told) for question in world.questions if question.node == NETWORK])
    if world.hand is not None:
        found.append([(rest, event[2], event[3], outline(event)) for rest, event in world.hand.kept_back()])
    return found


def _plain(payload: tuple[Any, ...], told: _Told = _as_it_is) -> tuple[Any, ...]:
    """A planned event's payload without the numbers of trace entries."""
    return tuple(
        (item.source, item.destination, told(item.message), item.ttl, item.flips)
        if isinstance(item, Packet)
        else item.name
        if isinstance(item, Choice)
        else item
        for item in payload
    )


def _outline(payload: tuple[Any, ...], held: Callable[[Any], None]) -> Iterator[Any]:
    """The payload of a message on its way, without the message: that is handed to `held`."""
    if len(payload) == 1:
        packet: Packet = payload[0]
        held(packet.message)
        yield (packet.source, packet.destination, packet.ttl, packet.flips)
    else:
        source, message, connection = payload
        held(message)
        yield (source, connection)
