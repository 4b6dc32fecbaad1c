"""What must hold of sensors that place a bang, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.trace import DELIVER, RECEIVE, Entry
from core.protocols.clocks.clock_sync.messages import Bang
from core.protocols.clocks.clock_sync.sensor import Sensor

CALM = ("no_loss", "no_crash")
PLACED = "{sensor:node} has placed {bangs:number} bangs"
NEAR = "{sensor:node} is off by at most {most:duration} in all"


@dataclass
class Bangs:
    """How far the clocks were apart at every bang that was heard (µs), by whom it was told to; who has placed one, in
    order; by how much each was off."""

    true: tuple[tuple[str, int], ...] = ()
    placed: tuple[str, ...] = ()
    off: tuple[tuple[str, int], ...] = ()

    def off_of(self, sensor: str) -> int:
        """By how much it was off in all (µs)."""
        return sum(off for name, off in self.off if name == sensor)


def _watch(evidence: Evidence, entry: Entry, **places: object) -> None:
    """What is true at a bang, and what is said of it later: the n-th placed is the n-th that was told."""
    if entry.kind == RECEIVE and isinstance(entry.detail, Bang):
        hearer = evidence.machine(entry.node, Sensor)
        if hearer is not None and hearer.tell:
            ahead = evidence.clock(entry.node) - evidence.clock(hearer.tell)
            bangs = evidence.recall(Bangs)
            bangs.true = (*bangs.true, (hearer.tell, ahead))
    elif entry.kind == DELIVER and evidence.machine(entry.node, Sensor) is not None:
        bangs = evidence.recall(Bangs)
        true = [ahead for name, ahead in bangs.true if name == entry.node]
        place = bangs.placed.count(entry.node)
        bangs.placed = (*bangs.placed, entry.node)
        if place < len(true):
            bangs.off = (*bangs.off, (entry.node, abs(entry.detail - true[place])))


def _placed(evidence: Evidence, sensor: str, bangs: int) -> bool:
    machine = evidence.machine(sensor, Sensor)
    return machine is not None and len(machine.placed) >= bangs


def _placing(evidence: Evidence, sensor: str, bangs: int) -> Tally | None:
    machine = evidence.machine(sensor, Sensor)
    return None if machine is None else Tally(min(len(machine.placed), bangs), bangs)


ALL_PLACED = eventually(PLACED, _placed, assumes=CALM, known="sensor", tally=_placing)
ALL_NEAR = always(
    NEAR, lambda evidence, sensor, most: evidence.recall(Bangs).off_of(sensor) <= most, watch=_watch, assumes=CALM
)
LAWS = (ALL_PLACED, ALL_NEAR)

MEASURES = (
    Measure(
        "shots",
        "shots that were bought",
        lambda evidence, node: sum(each.shots for each in evidence.running(Sensor) if node in ("", each.name)),
        known=OWN,
        roles=(Sensor,),
    ),
    Measure(
        "error",
        "by how much bangs were placed wrong",
        lambda evidence, node: sum(off for name, off in evidence.recall(Bangs).off if node in ("", name)),
        "microseconds",  # spelt out: a time would be shown in ms, and the error is less than one
        watch=_watch,
    ),
)
