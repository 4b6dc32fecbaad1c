"""What must hold of offices, and what a conviction costs."""

from __future__ import annotations

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.ready_laws import agreement
from core.kernel.time import SECOND
from core.protocols.clocks.logical_clocks.office import Office

CALM = ("no_crash", "no_loss")

ONE_ORDER = agreement(
    Office, lambda office: office.strung or None, name="no two offices string the parcels in different orders",
    assumes=("no_crash", "no_loss", "bounded_delay"),
)  # fmt: skip


def _not_early(evidence: Evidence, office: str) -> bool:
    machine = evidence.machine(office, Office)
    return machine is None or not machine.early


def _convicted(evidence: Evidence, office: str) -> bool:
    machine = evidence.machine(office, Office)
    return machine is not None and bool(machine.convicted)


def _few_letters(evidence: Evidence, office: str, count: int) -> bool:
    machine = evidence.machine(office, Office)
    return machine is None or machine.letters <= count


def wasted(evidence: Evidence, office: str) -> int:
    """By how many numbers it has pushed its clock beyond what had to be: what whoever it has convicted counts in one
    and a half of his longest round trips; nothing, if his clock is slower than its own. 0 before that."""
    machine = evidence.machine(office, Office)
    liar = evidence.machine(machine.convicted, Office) if machine is not None and machine.convicted else None
    if machine is None or liar is None:
        return 0
    longest = max(query.came - query.left for query in machine.queries if query.whom == liar.name and query.came)
    needed = 3 * liar.rate * longest // (2 * SECOND) if liar.rate > machine.rate else 0
    return max(0, machine.burnt - needed)


def _strung(evidence: Evidence, count: int) -> bool:
    return sum(bool(office.strung) for office in evidence.running(Office)) >= count


def _convicting(evidence: Evidence, office: str) -> Tally | None:
    machine = evidence.machine(office, Office)
    return None if machine is None else Tally(int(bool(machine.convicted)), 1)


CONVICTED = eventually(
    "{office:node} convicts who forgets", _convicted, assumes=CALM, known="office", tally=_convicting
)
LAWS = (
    ONE_ORDER,
    always("{office:node} gives no stamp that is not larger than what it has read", _not_early),
    CONVICTED,
    always("{office:node} asks at most {count:number} letters", _few_letters),
    always(
        "{office:node} wastes at most {count:number} numbers",
        lambda evidence, office, count: wasted(evidence, office) <= count,
    ),
    eventually("{count:number} offices have strung the parcels", _strung, assumes=CALM),
)


def _of(evidence: Evidence, node: str) -> list[Office]:
    return [each for each in evidence.running(Office) if node in ("", each.name)]


MEASURES = (
    Measure("burnt", "numbers that were burnt", lambda evidence, node: sum(each.burnt for each in _of(evidence, node)),
            known=OWN, roles=(Office,)),
    Measure("waste", "numbers that were burnt beyond what the bait had to be",
            lambda evidence, node: sum(wasted(evidence, each.name) for each in _of(evidence, node)), roles=(Office,)),
    Measure("letters", "letters of questions, and fines",
            lambda evidence, node: sum(each.letters for each in _of(evidence, node)), known=OWN, roles=(Office,)),
)  # fmt: skip
