"""When two worlds are in the same state: if all that their futures depend on is the same, relative to now.

A state is known by canonical bytes: node states, packets and timers relative to now, open questions and budgets; never
by absolute time, sequence numbers or trace. How often chance was asked is part of it where a node's own seat threw
dice, as the next throw depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from core.kernel.agenda import DEADLINE, DOWNLINK, GRACE, HOP, LIMIT, RECEIVE, TIMER, Event
from core.kernel.choice import Choice
from core.kernel.data import canonical, clone
from core.kernel.network import Packet
from core.kernel.node import Node
from core.kernel.protocol import Normal, State
from core.kernel.scenario import NETWORK
from core.kernel.world import World

__all__ = ["Normal", "State", "state_key"]

_CARRIES = (RECEIVE, HOP, DOWNLINK)
"""Planned events that are a message on its way."""
_ELSEWHERE = (TIMER, LIMIT, DEADLINE, GRACE)
"""Planned events that are known by their nodes' timers and questions, or that decide nothing here."""


def state_key(world: World, normal: Normal | None = None) -> bytes:
    """The canonical bytes of all that the future of this world depends on, relative to now.

    `normal` changes a copy of it before: see `Protocol.normal`.
    """
    roster = world.nodes
    roster.seal()
    if normal is not None:
        return _normalised(world, normal)
    now = world.now
    parts: list[bytes] = []
    for node in roster.nodes:
        if node.memo is None:
            node.memo = canonical((node.machine if node.up else None, node.stored, *_rest_of(node)))
        parts.append(node.memo)
        parts.append(_timing(node, now))
    parts.append(canonical((_under_way(world, _plainly), *_between(world))))
    return b"".join(parts)


def _normalised(world: World, normal: Normal) -> bytes:
    nodes = world.nodes.nodes
    messages: list[Any] = []

    def outline(event: Event) -> Any:
        return tuple(_outline(event[4], messages.append)) if event[2] in _CARRIES else _plain(event[4])

    under_way = _under_way(world, outline)  # in the order of arrival, as it hands the messages over
    state = State([clone(node.machine) if node.up else None for node in nodes],
                  [dict(node.stored) for node in nodes], messages)  # fmt: skip
    normal(state)
    rest = [(_rest_of(node), _timing(node, world.now)) for node in nodes]
    return canonical((state.machines, state.stored, state.messages, rest, under_way, _between(world)))


def _rest_of(node: Node) -> tuple[Any, ...]:
    """What of a node's state is not its machine's, and does not change with time."""
    question = node.question
    asking = None
    if question is not None:
        asking = (question.kind, _plain(question.payload), question.given, question.asked.choice.name)
    inbox = [(kind, _plain(payload[:1] if kind == "timer" else payload)) for kind, payload, *_ in node.inbox]
    strikes = [(blow.effect, blow.what, blow.before, left) for blow, left in node.strikes]
    return (node.up, node.machine is None, node.delivered, asking, inbox, node.kept, node.strike, strikes)


def _timing(node: Node, now: int) -> bytes:
    """Timers, clock, access link and what waits, relative to now."""
    clock = node.clock
    if clock.perfect:
        if node.question is None and not node.timers and node.up_free <= now and node.down_free <= now:
            return b"-"
        reading, wrong = now, (0, 0, 0)
    else:
        reading = clock.read(now)
        wrong = (reading - now, clock.drift, clock.slewing)
    timers = {key: target - reading for key, (_, target, _) in node.timers.items()}
    waited = () if node.question is None else (reading - node.question.came, *(reading - one[3] for one in node.inbox))
    return canonical((timers, wrong, max(0, node.up_free - now), max(0, node.down_free - now), *waited))


def _plainly(event: Event) -> Any:
    return _plain(event[4])


def _under_way(world: World, outline: Callable[[Event], Any]) -> list[Any]:
    """What is planned, and what the network's hand keeps back."""
    now = world.now
    found = [
        (event[0] - now, event[2], event[3], outline(event)) for event in world.agenda if event[2] not in _ELSEWHERE
    ]
    if world.hand is not None:
        found += [(rest, -1 - event[2], event[3], outline(event)) for rest, event in world.hand.kept_back()]
    return found


def _between(world: World) -> tuple[Any, ...]:
    fates = [_plain(question.payload) for question in world.questions if question.node == NETWORK]
    return (fates, world.network_key())


def _plain(payload: tuple[Any, ...]) -> tuple[Any, ...]:
    """A planned event's payload without the numbers of trace entries."""
    return tuple(
        (item.source, item.destination, item.message, item.ttl, item.flips)
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
