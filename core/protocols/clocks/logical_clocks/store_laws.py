"""What vectors promise, and what a shelf costs."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import always_each
from core.kernel.trace import RECEIVE, Entry
from core.protocols.clocks.logical_clocks.messages import Got, Put
from core.protocols.clocks.logical_clocks.store import Store
from core.protocols.clocks.logical_clocks.vectors import Vector, covers

CALM = ("bounded_delay", "no_loss", "no_crash", "no_duplicates")


@dataclass
class Histories:
    """Of every version (its vector and its things) those that led to it; what each customer has read last; whether
    vectors have ever said otherwise."""

    of: dict[tuple[Vector, tuple[str, ...]], frozenset[tuple[Vector, tuple[str, ...]]]] = field(default_factory=dict)
    read: dict[str, tuple[tuple[Vector, tuple[str, ...]], ...]] = field(default_factory=dict)
    wrong: bool = False
    pruned: set[tuple[Vector, tuple[str, ...]]] = field(default_factory=set)
    """Of these vectors a number was forgotten: they say less than they could."""


def _watch(evidence: Evidence, entry: Entry) -> None:
    if entry.kind != RECEIVE:
        return
    if isinstance(entry.detail, Got):
        read = tuple((version.vector, version.items) for version in entry.detail.versions)
        evidence.recall(Histories).read[entry.node] = read
    elif isinstance(entry.detail, Put):
        store = evidence.machine(entry.node, Store)
        histories = evidence.recall(Histories)
        if store is None or not store.made:
            return
        new = (store.made[-1].vector, store.made[-1].items)
        read = histories.read.get(entry.peer, ()) if any(entry.detail.context) else ()
        past = frozenset(read).union(*(histories.of.get(each, frozenset()) for each in read))
        if store.made[-1] in store.pruned:
            histories.pruned.add(new)
        for other, before in histories.of.items():
            if histories.pruned & {new, other}:
                continue
            histories.wrong |= covers(new[0], other[0]) != (other in past)
            histories.wrong |= covers(other[0], new[0]) != (new in before) or other[0] == new[0]
        histories.of[new] = past


CONDITION = always(
    "a version's vector is smaller than another's just if it led to that",
    lambda evidence: not evidence.recall(Histories).wrong,
    watch=_watch, assumes=CALM,
)  # fmt: skip
"""Mattern 1989, theorem 10; Fidge 1988: a → b if and only if V(a) < V(b)."""
NOTHING_LOST = always_each(
    "no store throws away what no other version has", Store, lambda store: not store.lost, assumes=("no_crash",)
)


def _none_lost(evidence: Evidence, store: str) -> bool:
    machine = evidence.machine(store, Store)
    return machine is None or not machine.lost


def _keeps_two(evidence: Evidence, store: str) -> bool:
    machine = evidence.machine(store, Store)
    return machine is not None and len(machine.shelf) > 1


def _made(evidence: Evidence, store: str, count: int) -> bool:
    machine = evidence.machine(store, Store)
    return machine is not None and len(machine.made) >= count


def _making(evidence: Evidence, store: str, count: int) -> Tally | None:
    machine = evidence.machine(store, Store)
    return None if machine is None else Tally(min(len(machine.made), count), count)


LAWS = (
    CONDITION,
    NOTHING_LOST,
    always("{store:node} throws away nothing that no other version has", _none_lost),
    eventually(
        "{count:number} carts are written at {store:node}", _made, assumes=("no_crash", "no_loss"), known="store",
        tally=_making,
    ),
    sometimes("{store:node} keeps two versions", _keeps_two),
)  # fmt: skip


def _of(evidence: Evidence, node: str) -> list[Store]:
    return [each for each in evidence.running(Store) if node in ("", each.name)]


MEASURES = (
    Measure("frowns", "versions beside one that customers got",
            lambda evidence, node: sum(each.frowns for each in _of(evidence, node)), known=OWN, roles=(Store,)),
    Measure("lost", "things that were thrown away",
            lambda evidence, node: sum(len(each.lost) for each in _of(evidence, node)), known=OWN, roles=(Store,)),
)  # fmt: skip
