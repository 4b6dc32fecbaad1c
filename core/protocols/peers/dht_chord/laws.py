"""What must hold of a ring, and by what numbers a run is scored.

Messages of a lookup are counted as in the textbooks: every message from node to node until the owner has it, the last
hop to the owner included; the answer to whoever asked is not counted, nor are receipts.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from core.kernel.laws import OWN, PART, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import Roll, roll_call, sometimes_one
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


def _note_kept(told: Told, evidence: Evidence, entry: Entry) -> None:
    if entry.kind == DELIVER and isinstance(entry.detail, Kept):
        told.kept.add(entry.detail.key)
    if not told.begun and not evidence.unstarted:
        told.begun = True
        for node in members(evidence):
            told.kept |= set(node.store)


@dataclass
class Held:
    """What lies at every node that is not gone, by how many nodes with which value; and what was told of it.

    Looked at again only for the node that changed, as all that follows here: a ring of a thousand costs no more.
    """

    told: Told = field(default_factory=Told)
    at: dict[str, dict[int, str]] = field(default_factory=dict)
    copies: dict[int, dict[str, int]] = field(default_factory=dict)
    """By key: how many nodes have which value."""
    split: set[int] = field(default_factory=set)
    """Keys with more than one value."""

    def put(self, node: str, store: dict[int, str]) -> None:
        """This lies at the node from now on."""
        before = self.at.get(node, {})
        if before == store:
            return
        for key, value in before.items() - store.items():
            values = self.copies[key]
            values[value] -= 1
            if not values[value]:
                del values[value]
            self._look(key)
        for key, value in store.items() - before.items():
            values = self.copies.setdefault(key, {})
            values[value] = values.get(value, 0) + 1
            self._look(key)
        self.at[node] = dict(store)

    def _look(self, key: int) -> None:
        values = self.copies[key]
        if len(values) > 1:
            self.split.add(key)
        else:
            self.split.discard(key)
        if not values:
            del self.copies[key]


def _watch_held(evidence: Evidence, entry: Entry, **_: int) -> None:
    """What lies at members."""
    machine = evidence.machine(entry.node, Node)
    if machine is not None and entry.kind != SEND:
        member = evidence.up(entry.node) and machine.joined and not machine.gone
        evidence.recall(Held).put(entry.node, machine.store if member else {})


def _watch_lost(evidence: Evidence, entry: Entry) -> None:
    """What lies at nodes that are not gone, members or not; and what was told to callers."""
    held = evidence.recall(Held)
    machine = evidence.machine(entry.node, Node)
    if machine is not None and entry.kind != SEND:
        held.put(entry.node, machine.store if evidence.up(entry.node) and not machine.gone else {})
    _note_kept(held.told, evidence, entry)


def _none_lost(evidence: Evidence) -> bool:
    held = evidence.recall(Held)
    return held.told.kept <= held.copies.keys()


def _watch_empty(evidence: Evidence, entry: Entry) -> None:
    _note_kept(evidence.recall(Told), evidence, entry)
    if entry.kind == DELIVER and isinstance(entry.detail, Answer) and entry.detail.value is None:
        evidence.recall(Told).empty.add(entry.detail.key)


def _none_empty(evidence: Evidence) -> bool:
    told = evidence.recall(Told)
    return not told.empty & told.kept


def _one_value(evidence: Evidence) -> bool:
    return not evidence.recall(Held).split


def _done(node: Node) -> bool:
    waiting = any(search.purpose in ("lookup", "put") for search in node.searches.values())
    return node.asked == len(node.asks) and not waiting and not node.lost and not node.puts


def _all_answered(evidence: Evidence) -> bool:
    found = evidence.recall(Roll).count
    return all(done for _, done in found) and any(answered for answered, _ in found)


def _answered(evidence: Evidence, node: str) -> bool:
    machine = evidence.machine(node)
    return machine is not None and bool(machine.answers) and _done(machine)


def _answering(evidence: Evidence, node: str) -> Tally | None:
    machine = evidence.machine(node)
    return None if machine is None else Tally(len(machine.answers), len(machine.asks))


def _total(evidence: Evidence) -> int:
    """The sum of what a roll holds."""
    return sum(value * nodes for value, nodes in evidence.recall(Roll).count.items())


def lost_callers(evidence: Evidence) -> int:
    """How many callers hung up, at whichever node."""
    return sum(len(node.lost) for node in evidence.running(Node))


@dataclass
class Ring:
    """The members in the order of the circle, and of which it is so that they and the next one know each other."""

    of: dict[str, tuple[int, int | None, int | None]] = field(default_factory=dict)
    """By name: its id, its first successor, its predecessor."""
    order: list[tuple[int, str]] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)

    def put(self, name: str, links: tuple[int, int | None, int | None] | None) -> None:
        """The member has these links from now on; None: it is none."""
        before = self.of.get(name)
        if links == before:
            return
        if before is not None:
            place = bisect_left(self.order, (before[0], name))
            del self.order[place], self.of[name]
            self.linked.discard(name)
            self._look(place - 1)
        if links is not None:
            place = bisect_left(self.order, (links[0], name))
            self.order.insert(place, (links[0], name))
            self.of[name] = links
            self._look(place - 1)
            self._look(place)

    def _look(self, place: int) -> None:
        if not self.order:
            return
        (here, name), (following, other) = (self.order[one % len(self.order)] for one in (place, place + 1))
        if self.of[name][1] == following and self.of[other][2] == here:
            self.linked.add(name)
        else:
            self.linked.discard(name)

    @property
    def whole(self) -> bool:
        """Does following first successors from any member visit every member once, in the order of the circle?"""
        return bool(self.order) and len(self.linked) == len(self.order)


def _links(node: Node) -> tuple[int, int | None, int | None]:
    return node.id, node.first, node.predecessor


def ring_is_whole(evidence: Evidence) -> bool:
    """Is the ring of all members whole now?"""
    ring = Ring()
    for node in members(evidence):
        ring.put(node.name, _links(node))
    return ring.whole


def _watch_ring(evidence: Evidence, entry: Entry, **_: int) -> None:
    machine = evidence.machine(entry.node, Node)
    if machine is not None and entry.kind != SEND:
        member = evidence.up(entry.node) and machine.joined and not machine.gone
        evidence.recall(Ring).put(entry.node, _links(machine) if member else None)


def _whole_after(evidence: Evidence, time: int) -> bool:
    return evidence.now >= time and evidence.recall(Ring).whole


def _cut_off(evidence: Evidence, node: str) -> bool:
    """All its successors are gone, and it knows nobody further round."""
    machine = evidence.machine(node)
    if machine is None or not machine.joined or not evidence.up(node) or machine.gone:
        return False
    ahead_of_it = [other for other in machine.known() if other != machine.predecessor]
    return not any(evidence.up(str(other)) or evidence.machine(str(other)) is None for other in ahead_of_it)


def _wrapped(node: Node) -> bool:
    return any(answer.owner < answer.key and answer.hops > 0 for answer in node.answers)


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


_LOST = roll_call(Node, lambda node: len(node.lost))

LAWS = (
    always(OWNER, lambda evidence: evidence.recall(Told).wrong is None, watch=_watch_owner, assumes=("bounded_delay",)),
    always(KEPT, _none_lost, watch=_watch_lost, assumes=("no_crash",)),
    always(EMPTY, _none_empty, watch=_watch_empty, assumes=("no_crash", "bounded_delay")),
    always(TWO, _one_value, watch=_watch_held, assumes=("bounded_delay",)),
    always("no caller is lost", lambda evidence: not _total(evidence), watch=_LOST, assumes=("no_loss", "no_crash")),
    always(
        "at most {number:number} callers are lost",
        lambda evidence, number: _total(evidence) <= number,
        watch=_LOST,
    ),
    sometimes_one("a lookup wraps round zero", Node, _wrapped),
    sometimes(
        "key {key:number} lies at two nodes with different values",
        lambda evidence, key: key in evidence.recall(Held).split,
        watch=_watch_held,
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
    eventually(
        ANSWERED,
        _all_answered,
        watch=roll_call(Node, lambda node: (bool(node.answers), _done(node))),
        assumes=("no_loss", "no_crash"),
    ),
    eventually(
        "every lookup of {node:node} is answered",
        _answered,
        assumes=("no_loss", "no_crash"),
        known="node",
        tally=_answering,
    ),
    eventually(
        "{number:number} lookups are answered",
        lambda evidence, number: _total(evidence) >= number,
        watch=roll_call(Node, lambda node: len(node.answers)),
        tally=lambda evidence, number: Tally(_total(evidence), number),
        assumes=("no_loss", "no_crash"),
    ),
    eventually(WHOLE, _whole_after, watch=_watch_ring, assumes=("no_loss", "crashes <= 1")),
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
