"""What must hold of those who live by a clock that is mended, and what it costs them."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import PART, Evidence, Measure, always, eventually
from core.kernel.ready_laws import always_each
from core.kernel.time import MILLISECOND
from core.kernel.trace import DELIVER, Entry
from core.protocols.clocks.wall_clock.bending.machines import Clockwork
from core.protocols.clocks.wall_clock.bending.messages import Shut

CALM = ("no_loss", "bounded_delay", "no_crash")
WRONG = 100 * MILLISECOND
"""More than this a clock is wrong."""


@dataclass
class Clocks:
    """Of each machine: when (µs, true time) its clock was last wrong, and by how much it was when its auction shut."""

    wrong: dict[str, int] = field(default_factory=dict)
    shut: dict[str, int] = field(default_factory=dict)


def _watch(evidence: Evidence, entry: Entry, **places: object) -> None:
    if evidence.machine(entry.node, Clockwork) is None:
        return
    clocks, off = evidence.recall(Clocks), evidence.clock(entry.node) - entry.time
    if abs(off) > WRONG:
        clocks.wrong[entry.node] = entry.time
    if entry.kind == DELIVER and isinstance(entry.detail, Shut):
        clocks.shut[entry.node] = off


def _shuts_in_time(evidence: Evidence, machine: str, error: int) -> bool:
    off = evidence.recall(Clocks).shut.get(machine)
    return off is not None and abs(off) <= error


def _shuts_out_of_time(evidence: Evidence, machine: str, error: int) -> bool:
    off = evidence.recall(Clocks).shut.get(machine)
    return off is not None and abs(off) > error


STAMPS_RISE = always_each("stamps rise", Clockwork, lambda machine: not machine.fallen)
NOBODY_BURIED = always_each("nobody who lives is buried", Clockwork, lambda machine: not machine.graves, assumes=CALM)
JOBS_ONCE = always_each("every job runs once", Clockwork, lambda machine: not machine.again and not machine.skipped)
IN_TIME = always(
    "the auction of {machine:node} never shuts more than {error:duration} off its time",
    lambda evidence, machine, error: not _shuts_out_of_time(evidence, machine, error),
    watch=_watch,
    assumes=CALM,
)
SHUTS = eventually(
    "the auction of {machine:node} shuts within {error:duration} of its time",
    _shuts_in_time,
    watch=_watch,
    assumes=CALM,
)
LAWS = (STAMPS_RISE, NOBODY_BURIED, JOBS_ONCE, IN_TIME, SHUTS)


def _casualties(evidence: Evidence, node: str) -> int:
    return sum(each.graves + each.again + each.skipped + each.fallen for each in evidence.running(Clockwork))


def _wrong(evidence: Evidence, node: str) -> int:
    return max(evidence.recall(Clocks).wrong.values(), default=0)


MEASURES = (
    Measure(
        "casualties",
        "who was buried alive, and jobs that ran twice or never",
        _casualties,
        known=PART,
        roles=(Clockwork,),
    ),
    Measure("wrong", "until its clock was right to 0.1 s", _wrong, "µs", watch=_watch),
)
