"""What the player answered, in words."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any, Self

from core.export.spool import Entries
from core.kernel import trace as kinds
from core.kernel.choice import Value
from core.kernel.network import AS_IT_IS, FATE
from core.kernel.scenario import NETWORK, Lose, LoseMessage, NetworkSeat
from core.kernel.trace import Entry
from core.kernel.world import World


class Move(str):
    """The words for a move of the player; `entry` is the number of the trace's entry that holds the answer."""

    entry: int

    def __new__(cls, name: str, value: str, entry: int, where: str = "") -> Self:
        """`where` the move belongs, if that is another place than where it is told."""
        made = super().__new__(cls, f"move of the player: {name} = {value}{where}")
        made.entry = entry
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_back, (str(self), self.entry)


def _read_back(words: str, entry: int) -> Move:
    made = str.__new__(Move, words)
    made.entry = entry
    return made


def moves_in(world: World, entry: Entry) -> list[tuple[str, str]]:
    """(choice, value as people read it) for every answer in this entry that was the player's to give."""
    node = world.nodes.get(entry.node)
    if node is None or not node.played:
        return []
    given: list[tuple[str, Value]] = list(entry.answers)
    if entry.kind in (kinds.MOVE, kinds.KEEP):
        given.insert(0, entry.detail)
    assert node.protocol is not None
    return [(name, shown(node.protocol.choice(name).domain.show(value), value)) for name, value in given if
            name in node.played]  # fmt: skip


def shown(words: str, value: Value) -> str:
    """The words of a value; "nothing" for one that declines."""
    return "nothing" if value is None else words


def short(name: str) -> str:
    """A choice's name without its protocol: "tcp.ack_time" is "ack time" where the protocol is plain to see."""
    return name.rpartition(".")[2].replace("_", " ")


def fates_in(world: World, entries: Entries) -> dict[int, str]:
    """By the number of a sending: what the player, being the network, did to it; what went as it is is left out.

    Within an event the network is asked packet by packet, in the order of sending.
    """
    seat = world.scenario.network
    if not isinstance(seat, NetworkSeat):
        return {}
    given: dict[int, deque[Value]] = defaultdict(deque)
    for answer in world.answers:
        if answer.node == NETWORK and answer.choice == FATE.name:
            given[answer.after].append(answer.value)
    settled = {(happening.source, happening.destination, happening.nth) for happening in world.scenario.happenings
               if isinstance(happening, Lose)}  # fmt: skip
    named = [happening for happening in world.scenario.happenings if isinstance(happening, LoseMessage)]
    met: dict[LoseMessage, int] = defaultdict(int)
    passed: dict[tuple[str, str], int] = defaultdict(int)
    found: dict[int, str] = {}
    for entry in entries.since(0):
        if entry.kind != kinds.SEND or entry.note or entry.peer not in world.nodes:
            continue
        pair = (entry.node, entry.peer)
        passed[pair] += 1
        strikes = [
            rule for rule in named
            if (rule.source, rule.destination, rule.message) == (*pair, type(entry.detail).__name__)
            and entry.time >= rule.after
        ]  # fmt: skip
        for rule in strikes:
            met[rule] += 1
        fixed = (*pair, passed[pair]) in settled or any(met[rule] == rule.nth for rule in strikes)
        if fixed or (seat.only and pair not in seat.only) or not given[entry.event]:
            continue
        value = given[entry.event].popleft()
        if value != AS_IT_IS:
            found[entry.number] = str(value)
    return found
