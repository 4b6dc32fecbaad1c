"""What must hold of a forum's walls, and how long its readers wait."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.ready_laws import always_each, sometimes_one
from core.kernel.trace import DELIVER, Entry
from core.protocols.clocks.ordered_multicast.forum import Place, Reader
from core.protocols.clocks.ordered_multicast.forum_messages import Hung

CAUSAL = "no answer hangs before what its author had read"
HUNG = "{reader:node} has hung {count:number} posts"
RIGHTLY = "only a false number is called false"


@dataclass
class Walls:
    """What hangs on each wall, what hung on its author's when he wrote each post, and whether one hangs too soon."""

    on: dict[str, set[Place]] = field(default_factory=dict)
    read: dict[Place, frozenset[Place]] = field(default_factory=dict)
    absurd: bool = False


def _watch(evidence: Evidence, entry: Entry) -> None:
    if entry.kind != DELIVER or not isinstance(entry.detail, Hung):
        return
    walls = evidence.recall(Walls)
    post, wall = (entry.detail.author, entry.detail.number), walls.on.setdefault(entry.node, set())
    if entry.node == entry.detail.author:
        walls.read[post] = frozenset(wall)
    else:
        walls.absurd |= not walls.read.get(post, frozenset()) <= wall
    wall.add(post)


def _has_hung(evidence: Evidence, reader: str, count: int) -> bool:
    machine = evidence.machine(reader, Reader)
    return machine is not None and len(machine.hung) >= count


def _how_many(evidence: Evidence, reader: str, count: int) -> Tally | None:
    machine = evidence.machine(reader, Reader)
    return None if machine is None else Tally(min(count, len(machine.hung)), count)


NO_ABSURD = always(CAUSAL, lambda evidence: not evidence.recall(Walls).absurd, watch=_watch, assumes=("no_crash",))
ALL_HUNG = eventually(HUNG, _has_hung, assumes=("no_crash",), known="reader", tally=_how_many)
NAMED_RIGHTLY = always_each(RIGHTLY, Reader, lambda reader: not reader.wronged)
WAITS = sometimes_one("an answer has come before its question", Reader, lambda reader: bool(reader.missing))
FALSE = sometimes_one("a number is greater than what its author has sent", Reader, lambda reader: bool(reader.false))
LAWS = (NO_ABSURD, ALL_HUNG, NAMED_RIGHTLY, WAITS, FALSE)


def _shelved(evidence: Evidence, node: str) -> int:
    readers = [reader for reader in evidence.running(Reader) if node in ("", reader.name)]
    return sum(reader.waited_until(evidence.clock(reader.name)) for reader in readers)


MEASURES = (Measure("shelved", "how long posts lay on your shelf", _shelved, "µs", known=OWN, roles=(Reader,)),)
