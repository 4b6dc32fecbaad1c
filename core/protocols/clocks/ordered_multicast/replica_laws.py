"""What must hold of replicas, and what it costs their customers."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import PART, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import sometimes_one
from core.kernel.trace import DELIVER, Entry
from core.protocols.clocks.ordered_multicast.messages import Applied, Stamp
from core.protocols.clocks.ordered_multicast.replica import Replica

ALIVE = ("no_crash",)
"""Whoever is cut off may be struck; whoever comes back from a crash would begin an empty book."""
SAME = "all replicas apply the same updates in the same order"
EVERYWHERE = "{count:number} updates are applied at every replica that is not struck"


@dataclass
class Order:
    """The one order so far, how far each replica is in it, and whether one has left it."""

    stamps: list[Stamp] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    broken: bool = False


def _watch_order(evidence: Evidence, entry: Entry) -> None:
    if entry.kind != DELIVER or not isinstance(entry.detail, Applied):
        return
    order = evidence.recall(Order)
    stamp, place = (entry.detail.time, entry.detail.origin), order.done.get(entry.node, 0)
    if place == len(order.stamps):
        order.stamps.append(stamp)
    order.broken |= order.stamps[place] != stamp
    order.done[entry.node] = place + 1


def _counts(evidence: Evidence) -> list[int]:
    """How many updates each has applied whom nobody asks no more; [] before all have started."""
    replicas = evidence.running(Replica)
    gone = {name for replica in replicas for name in replica.gone}
    return [] if evidence.unstarted else [len(replica.applied) for replica in replicas if replica.name not in gone]


def _everywhere(evidence: Evidence, count: int) -> bool:
    return min(_counts(evidence), default=-1) >= count


def _how_many(evidence: Evidence, count: int) -> Tally | None:
    counts = _counts(evidence)
    return Tally(min(count, *counts), count) if counts else None


def _differ(evidence: Evidence, books: int, updates: int) -> bool:
    replicas = evidence.running(Replica)
    return len({replica.cents for replica in replicas if len(replica.applied) == updates}) >= books


SAME_ORDER = always(SAME, lambda evidence: not evidence.recall(Order).broken, watch=_watch_order, assumes=ALIVE)
APPLIED = eventually(EVERYWHERE, _everywhere, assumes=ALIVE, tally=_how_many)
DIFFERENT = sometimes("after {updates:number} updates {books:number} books differ", _differ)
BY_STAMP = sometimes_one("a later stamp stands for an acknowledgement", Replica, lambda me: me.safe and bool(me.dark))
AWAITED = sometimes_one("a card waits for somebody who has said nothing later", Replica, lambda me: bool(me.missing))
LAWS = (SAME_ORDER, APPLIED, DIFFERENT, BY_STAMP, AWAITED)


def _waited(evidence: Evidence, node: str) -> int:
    replicas = evidence.running(Replica)
    gone = {name for replica in replicas for name in replica.gone}
    return sum(replica.waited_until(evidence.clock(replica.name)) for replica in replicas if replica.name not in gone)


MEASURES = (Measure("waiting", "how long customers waited for the books", _waited, "µs", known=PART, roles=(Replica,)),)
