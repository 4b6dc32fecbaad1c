"""What must hold of headquarters and silos, and what is counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import OWN, Evidence, Measure, always, eventually, sometimes
from core.kernel.ready_laws import always_each
from core.kernel.trace import DELIVER, RECEIVE, Entry
from core.protocols.clocks.wall_clock.silo.machine import Exchange, Headquarters, Silo


@dataclass
class Launches:
    """Silos that have fired, by name: while headquarters lived, or after all of them had fallen; and the silence (µs of
    true time) after which each fired that fired rightly."""

    false: set[str] = field(default_factory=set)
    right: dict[str, int] = field(default_factory=dict)
    heard: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of each silo how many resets counted, and when the last of these came."""


def _alive(evidence: Evidence) -> bool:
    return any(not headquarters.fallen for headquarters in evidence.running(Headquarters))


def _watch(evidence: Evidence, entry: Entry, **places: str) -> None:
    if entry.kind not in (DELIVER, RECEIVE):
        return
    silo = evidence.machine(entry.node, Silo)
    if silo is None:
        return
    launches = evidence.recall(Launches)
    count, last = launches.heard.get(entry.node, (0, 0))
    if entry.kind == RECEIVE and silo.resets > count:
        launches.heard[entry.node] = (silo.resets, evidence.now)
    elif entry.kind == DELIVER and _alive(evidence):
        launches.false.add(entry.node)
    elif entry.kind == DELIVER:
        launches.right[entry.node] = evidence.now - last


NO_FALSE = always(
    "no silo fires while headquarters live",
    lambda evidence: not evidence.recall(Launches).false,
    watch=_watch,
    assumes=("no_loss", "no_crash"),
)
FIRES = sometimes(
    "{silo:node} fires while headquarters live",
    lambda evidence, silo: silo in evidence.recall(Launches).false,
    watch=_watch,
)
ANSWERED = eventually(
    "{silo:node} fires after headquarters have fallen",
    lambda evidence, silo: silo in evidence.recall(Launches).right,
    watch=_watch,
    assumes=("no_loss", "no_crash"),
)
RIGHT_IN_TIME = always_each(
    "a clock of headquarters that was wrong is right in time",
    Headquarters,
    lambda headquarters: not headquarters.overdue,
)
LAWS = (NO_FALSE, FIRES, ANSWERED, RIGHT_IN_TIME)


def _coins(evidence: Evidence, node: str) -> int:
    return sum(each.sent for each in evidence.running(Headquarters) if node in ("", each.name))


def _lie(evidence: Evidence, node: str) -> int:
    return sum(each.lie for each in evidence.running(Exchange) if node in ("", each.name))


def _silence(evidence: Evidence, node: str) -> int:
    """In minutes of the story; the longest, where several silos have fired."""
    minute = next((each.minute for each in evidence.running(Headquarters)), 1)
    return max(evidence.recall(Launches).right.values(), default=0) // minute


MEASURES = (
    Measure("coins", "resets that were paid for", _coins, known=OWN, roles=(Headquarters,)),
    Measure("silence", "minutes of silence until a dead headquarters is noticed", _silence, "min", watch=_watch),
    Measure("lie", "seconds by which the time was told wrong", _lie, "s", known=OWN, roles=(Exchange,)),
)
