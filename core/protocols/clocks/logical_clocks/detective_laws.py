"""What stamps promise, what they do not, and what is counted of a detective."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import always_each
from core.kernel.trace import SEND, Entry
from core.protocols.clocks.logical_clocks.detective import Detective
from core.protocols.clocks.logical_clocks.order import Key
from core.protocols.clocks.logical_clocks.process import Process

CALM = ("no_crash", "no_loss")


@dataclass
class Stamps:
    """All events so far: of each how many there were before it, and which of those led to it, a bit for each. Whether
    one had a stamp that is not larger than that of what led to it; whether one had a larger stamp than another that did
    not lead to it, nor it to that."""

    of: dict[Key, int] = field(default_factory=dict)
    pasts: list[int] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    late: bool = False
    loose: bool = False


def _watch(evidence: Evidence, entry: Entry, **places: object) -> None:
    process = evidence.machine(entry.node, Process) if entry.kind != SEND else None
    if process is None:
        return
    stamps = evidence.recall(Stamps)
    seen = stamps.counted.get(entry.node, 0)
    for place, event in enumerate(process.log[seen:], seen):
        direct = [process.log[place - 1].key] if place else []
        if event.letter in stamps.of:
            direct.append(event.letter)
        past = 0
        for key in direct:
            past |= stamps.pasts[stamps.of[key]] | 1 << stamps.of[key]
        stamps.late |= any(key[1] >= event.stamp for key in direct) or event.sent >= event.stamp
        stamps.loose |= any(
            key[1] < event.stamp and not past >> number & 1 for key, number in stamps.of.items()
        )  # fmt: skip
        stamps.of[event.key] = len(stamps.pasts)
        stamps.pasts.append(past)
    stamps.counted[entry.node] = len(process.log)


CLOCK_CONDITION = always(
    "whatever led to an event has a smaller stamp", lambda evidence: not evidence.recall(Stamps).late, watch=_watch,
    assumes=("no_crash",),
)  # fmt: skip
"""Lamport 1978, the Clock Condition: a → b only with C(a) < C(b)."""
NO_CONVERSE = sometimes(
    "a smaller stamp, and yet neither led to the other", lambda evidence: evidence.recall(Stamps).loose, watch=_watch
)
TRUE = always_each(
    "no verdict is false", Detective, lambda detective: not detective.false, assumes=("no_crash",)
)  # fmt: skip


def _given(evidence: Evidence, detective: str, count: int) -> bool:
    machine = evidence.machine(detective, Detective)
    return machine is not None and len(machine.given) >= count


def _giving(evidence: Evidence, detective: str, count: int) -> Tally | None:
    machine = evidence.machine(detective, Detective)
    return None if machine is None else Tally(min(len(machine.given), count), count)


def _few_false(evidence: Evidence, detective: str, count: int) -> bool:
    machine = evidence.machine(detective, Detective)
    return machine is None or machine.false <= count


LAWS = (
    CLOCK_CONDITION,
    NO_CONVERSE,
    TRUE,
    eventually(
        "{detective:node} has given {count:number} verdicts", _given, assumes=CALM, known="detective", tally=_giving
    ),
    always("{detective:node} gives at most {count:number} false verdicts", _few_false, assumes=("no_crash",)),
)


def _of(evidence: Evidence, node: str) -> list[Detective]:
    return [each for each in evidence.running(Detective) if node in ("", each.name)]


MEASURES = (
    Measure("pushes", "beads that were pushed", lambda evidence, node: sum(each.pushed for each in _of(evidence, node)),
            known=OWN, roles=(Detective,)),
    Measure("false", "verdicts that were false", lambda evidence, node: sum(each.false for each in _of(evidence, node)),
            known=OWN, roles=(Detective,)),
)  # fmt: skip
