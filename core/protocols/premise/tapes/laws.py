"""What must hold of what is filed, and what is counted."""

from __future__ import annotations

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.ready_laws import always_each, sometimes_one
from core.protocols.premise.tapes.machine import Archivist
from core.protocols.premise.tapes.slack import EVEN, slack_at

NO_LEANING = always_each("no arrow leans back", Archivist, lambda archivist: not archivist.leaned)
NO_GUESS = always_each(
    "no order is filed that the letters do not prove", Archivist, lambda archivist: not archivist.guesses
)


FEW_WRONG = always(
    "{archivist:node} has at most {times:number} verdicts handed back",
    lambda evidence, archivist, times: _handed_back(evidence, archivist) <= times,
)


def _filed(evidence: Evidence, archivist: str, orders: int) -> bool:
    machine = evidence.machine(archivist, Archivist)
    return machine is not None and machine.orders >= orders


def _filing(evidence: Evidence, archivist: str, orders: int) -> Tally | None:
    machine = evidence.machine(archivist, Archivist)
    return None if machine is None else Tally(machine.orders, orders)


ALL_FILED = eventually(
    "{archivist:node} has filed {orders:number} orders",
    _filed,
    assumes=("no_crash", "no_loss"),
    known="archivist",
    tally=_filing,
)
UNKNOWN = sometimes_one("nobody knows who was first", Archivist, lambda archivist: bool(archivist.open))
DRIFTED = sometimes_one(
    "no shift fits", Archivist, lambda archivist: not slack_at(archivist.arrows, EVEN).fits
)  # fmt: skip
LAWS = (NO_LEANING, NO_GUESS, FEW_WRONG, ALL_FILED, UNKNOWN, DRIFTED)


def _letters(evidence: Evidence, node: str) -> int:
    """Of an archivist those whose lines it has, or has asked for; else all that were written."""
    found = [each for each in evidence.running(Archivist) if node in ("", each.name)]
    return sum(2 * (len(each.stamps) + each.waits) for each in found)


def _handed_back(evidence: Evidence, node: str) -> int:
    return sum(each.wrong for each in evidence.running(Archivist) if node in ("", each.name))


MEASURES = (
    Measure("letters", "letters that were written for the archive", _letters, known=OWN, roles=(Archivist,)),
    Measure("wrong", "verdicts that were handed back", _handed_back, known=OWN, roles=(Archivist,)),
)
