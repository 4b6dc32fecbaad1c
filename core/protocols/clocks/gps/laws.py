"""What must hold of a boat's log, and what is counted."""

from __future__ import annotations

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.ready_laws import always_each, sometimes_one
from core.kernel.time import SECOND
from core.protocols.clocks.gps.geometry import SHUT
from core.protocols.clocks.gps.machine import Receiver

CALM = ("bounded_delay", "no_loss", "no_crash")
RELIABLE = ("no_crash", "no_loss")

NO_REEF = always_each(
    "no boat runs on a reef", Receiver, lambda receiver: not receiver.reefs,
    assumes=CALM,
)  # fmt: skip
NOT_MISLED = always_each("no harbour is told another time than UTC", Receiver, lambda receiver: not receiver.misled)


def _few_reefs(evidence: Evidence, receiver: str, count: int) -> bool:
    machine = evidence.machine(receiver, Receiver)
    return machine is None or machine.reefs <= count


def _fixed(evidence: Evidence, receiver: str, count: int) -> bool:
    machine = evidence.machine(receiver, Receiver)
    return machine is not None and len(machine.log) >= count


def _fixing(evidence: Evidence, receiver: str, count: int) -> Tally | None:
    machine = evidence.machine(receiver, Receiver)
    return None if machine is None else Tally(len(machine.log), count)


def _within(evidence: Evidence, receiver: str, count: int, metres: int) -> bool:
    machine = evidence.machine(receiver, Receiver)
    return machine is not None and sum(entry.off <= metres for entry in machine.log) >= count


def _told(evidence: Evidence, receiver: str) -> bool:
    machine = evidence.machine(receiver, Receiver)
    return machine is not None and machine.told is not None


def _disagree(receiver: Receiver) -> bool:
    gap = receiver.gap(receiver.fresh) if receiver.waits and len(receiver.fresh) > 3 else None
    return gap is not None and gap > SHUT


LAWS = (
    NO_REEF,
    NOT_MISLED,
    always("{receiver:node} runs on at most {count:number} reefs", _few_reefs,
           assumes=CALM),
    eventually(
        "{receiver:node} has {count:number} places in the log", _fixed, assumes=RELIABLE,
        known="receiver", tally=_fixing,
    ),
    eventually(
        "{receiver:node} has {count:number} places in the log that are right to {metres:number} m", _within,
        assumes=RELIABLE,
    ),
    eventually(
        "{receiver:node} has told the harbour what UTC is", _told, assumes=RELIABLE, known="receiver"
    ),
    sometimes_one("four circles that no push shuts", Receiver, _disagree),
)  # fmt: skip


def _of(evidence: Evidence, node: str) -> list[Receiver]:
    return [each for each in evidence.running(Receiver) if node in ("", each.name)]


MEASURES = (
    Measure("metres", "metres between the log and the truth",
            lambda evidence, node: sum(entry.off for each in _of(evidence, node) for entry in each.log), "m",
            roles=(Receiver,)),
    Measure("waited", "seconds that the skipper waited",
            lambda evidence, node: sum(each.waited for each in _of(evidence, node)) // SECOND, "s",
            known=OWN, roles=(Receiver,)),
)  # fmt: skip
