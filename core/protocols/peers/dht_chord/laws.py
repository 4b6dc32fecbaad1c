"""What must hold of a ring, and by what numbers a run is scored.

Messages of a lookup are counted as in the textbooks: every message from node to node until the owner has it, the last
hop to the owner included; the answer to whoever asked is not counted, nor are receipts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import OWN, PART, Evidence, Measure, always, eventually, sometimes
from core.kernel.trace import DELIVER, SEND, Entry
from core.protocols.peers.dht_chord.circle import ahead
from core.protocols.peers.dht_chord.machine import Node
from core.protocols.peers.dht_chord.messages import Answer, Ask, Find, Kept, Keys, Ping

OWNER = "no lookup names a wrong owner"
KEPT = "no key is lost"
EMPTY = "no stored key is denied"
TWO = "no key lies at two nodes with different values"
ANSWERED = "every lookup is answered"
WHOLE = "the ring is whole after {time:duration}"


def members(evidence: Evidence) -> list[Node]:
    """The nodes that are fully in the ring and up."""
    return [node for node in evidence.running(Node) if node.joined and not node.gone]


@dataclass
class Told:
    """What was told to callers, and is kept in the ring."""

    wrong: tuple[int, int, int] | None = None
    """(key, the owner that was named, a member that it passed over)."""
    kept: set[int] = field(default_factory=set)
    """Keys that somebody was told are stored, and those that were there when all had started."""
    begun: bool = False
    """Have all nodes started?"""
    empty: set[int] = field(default_factory=set)
    """Keys that somebody was told do not exist."""


def _watch_owner(evidence: Evidence, entry: Entry) -> None:
    if entry.kind == DELIVER and isinstance(entry.detail, Answer):
        answer = entry.detail
        for node in members(evidence):
            between = ahead(answer.key, node.id, node.size) < ahead(answer.key, answer.owner, node.size)
            if between and node.since <= answer.started:
                evidence.recall(Told).wrong = (answer.key, answer.owner, node.id)


def _watch_kept(evidence: Evidence, entry: Entry) -> None:
    told = evidence.recall(Told)
    if entry.kind == DELIVER and isinstance(entry.detail, Kept):
        told.kept.add(entry.detail.key)
    if not told.begun and not evidence.unstarted:
        told.begun = True
        for node in members(evidence):
            told.kept |= set(node.store)


def _none_lost(evidence: Evidence) -> bool:
    here = {key for node in evidence.running(Node) if not node.gone for key in node.store}
    return evidence.recall(Told).kept <= here


def _watch_empty(evidence: Evidence, entry: Entry) -> None:
    _watch_kept(evidence, entry)
    if entry.kind == DELIVER and isinstance(entry.detail, Answer) and entry.detail.value is None:
        evidence.recall(Told).empty.add(entry.detail.key)


def _none_empty(evidence: Evidence) -> bool:
    told = evidence.recall(Told)
    return not told.empty & told.kept


def _values(evidence: Evidence, key: int) -> set[str]:
    return {node.store[key] for node in members(evidence) if key in node.store}


def _one_value(evidence: Evidence) -> bool:
    keys = {key for node in members(evidence) for key in node.store}
    return all(len(_values(evidence, key)) == 1 for key in sorted(keys))


def _done(node: Node) -> bool:
    waiting = any(search.purpose in ("lookup", "put") for search in node.searches.values())
    return node.asked == len(node.asks) and not waiting and not node.lost and not node.puts


def _all_answered(evidence: Evidence) -> bool:
    nodes = evidence.running(Node)
    return any(node.answers for node in nodes) and all(_done(node) for node in nodes)


def _answered(evidence: Evidence, node: str) -> bool:
    machine = evidence.machine(node)
    return machine is not None and bool(machine.answers) and _done(machine)


def _count_answers(evidence: Evidence, number: int) -> bool:
    return sum(len(node.answers) for node in evidence.running(Node)) >= number


def lost_callers(evidence: Evidence) -> int:
    """How many callers hung up, at whichever node."""
    return sum(len(node.lost) for node in evidence.running(Node))


def ring_is_whole(evidence: Evidence) -> bool:
    """Following first successors from any member visits every member once, in the order of the circle."""
    ring = sorted(members(evidence), key=lambda node: node.id)
    return bool(ring) and all(
        node.first == following.id and following.predecessor == node.id
        for node, following in zip(ring, ring[1:] + ring[:1], strict=True)
    )


def _whole_after(evidence: Evidence, time: int) -> bool:
    return evidence.now >= time and ring_is_whole(evidence)


def _cut_off(evidence: Evidence, node: str) -> bool:
    """All its successors are gone, and it knows nobody further round."""
    machine = evidence.machine(node)
    if machine is None or not machine.joined or not evidence.up(node) or machine.gone:
        return False
    ahead_of_it = [other for other in machine.known() if other != machine.predecessor]
    return not any(evidence.up(str(other)) or evidence.machine(str(other)) is None for other in ahead_of_it)


def _wrapped(evidence: Evidence) -> bool:
    return any(
        answer.owner < answer.key and answer.hops > 0 for node in evidence.running(Node) for answer in node.answers
    )


def _reads_back(evidence: Evidence, node: str) -> bool:
    """Of one key it was told some value, then another, then the first one again."""
    machine = evidence.machine(node)
    told: dict[int, list[str | None]] = {}
    for answer in machine.answers if machine is not None else ():
        values = told.setdefault(answer.key, [])
        if answer.value in values[:-1] and answer.value != values[-1]:
            return True
        values.append(answer.value)
    return False


def _in_ring(evidence: Evidence, node: str) -> bool:
    machine = evidence.machine(node)
    return machine is not None and machine.joined


@dataclass
class Pinged:
    """How many pings a node has sent."""

    count: int = 0


def _watch_pings(evidence: Evidence, entry: Entry, node: str, number: int) -> None:
    if entry.kind == SEND and entry.node == node and isinstance(entry.detail, Ping):
        evidence.recall(Pinged).count += 1


LAWS = (
    always(OWNER, lambda evidence: evidence.recall(Told).wrong is None, watch=_watch_owner, assumes=("bounded_delay",)),
    always(KEPT, _none_lost, watch=_watch_kept, assumes=("no_crash",)),
    always(EMPTY, _none_empty, watch=_watch_empty, assumes=("no_crash", "bounded_delay")),
    always(TWO, _one_value, assumes=("bounded_delay",)),
    always("no caller is lost", lambda evidence: not lost_callers(evidence), assumes=("no_loss", "no_crash")),
    always("at most {number:number} callers are lost", lambda evidence, number: lost_callers(evidence) <= number),
    sometimes("a lookup wraps round zero", _wrapped),
    sometimes(
        "key {key:number} lies at two nodes with different values",
        lambda evidence, key: len(_values(evidence, key)) > 1,
    ),
    sometimes("{node:node} reads the old value after the new one", _reads_back),
    always(
        "{node:node} never comes back with empty hands",
        lambda evidence, node: (
            all(answer.value is not None for answer in evidence.machine(node).answers)
            if evidence.machine(node)
            else True
        ),
    ),
    sometimes("{node:node} is cut off", _cut_off),
    always(
        "{node:node} sends no more than {number:number} pings",
        lambda evidence, node, number: evidence.recall(Pinged).count <= number,
        watch=_watch_pings,
    ),
    eventually(ANSWERED, _all_answered, assumes=("no_loss", "no_crash")),
    eventually("every lookup of {node:node} is answered", _answered, assumes=("no_loss", "no_crash"), known="node"),
    eventually("{number:number} lookups are answered", _count_answers, assumes=("no_loss", "no_crash")),
    eventually(WHOLE, _whole_after, assumes=("no_loss", "crashes <= 1")),
    eventually("{node:node} is in the ring", _in_ring, assumes=("no_loss", "no_crash"), known="node"),
)


def _moved(evidence: Evidence, node: str) -> int:
    return sum(
        len(entry.detail.records)
        for entry in evidence.trace
        if entry.kind == SEND and isinstance(entry.detail, Keys) and entry.detail.records
    )


MEASURES = (
    Measure("hops", "messages of lookups", lambda evidence, node: evidence.sent(None, (Find, Ask)), known=PART),
    Measure("callers lost", "callers who hung up", lambda evidence, node: lost_callers(evidence), known=PART),
    Measure("keys moved", "records sent to new owners", _moved, known=PART),
    Measure("pings", "pings of your node", lambda evidence, node: evidence.sent(node or None, Ping), known=OWN),
)
