"""What must hold of calendars and of UTC, and what is counted."""

from __future__ import annotations

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.ready_laws import always_each
from core.protocols.clocks.wall_clock.bureau.machine import Bureau

HOUR = 3600
"""s"""


def _kept(evidence: Evidence, bureau: str) -> int:
    machine = evidence.machine(bureau, Bureau)
    return machine.kept if machine is not None else 0


def _beyond(evidence: Evidence, bureau: str) -> int:
    machine = evidence.machine(bureau, Bureau)
    return machine.beyond if machine is not None else 0


def _seen(evidence: Evidence, bureau: str) -> int:
    machine = evidence.machine(bureau, Bureau)
    return machine.equinoxes[-1] if machine is not None and machine.equinoxes else 0


CALENDARS = always_each(
    "no calendar that was mended is ever more than half a day off", Bureau, lambda bureau: not bureau.spoilt
)
LASTS = eventually(
    "{bureau:node} has kept calendars until {year:number}",
    lambda evidence, bureau, year: _seen(evidence, bureau) >= year,
    assumes=("no_loss", "no_crash"),
    known="bureau",
)
WITHIN = always(
    "UTC of {bureau:node} is over 0.9 s off the Earth in at most {most:number} half-years",
    lambda evidence, bureau, most: _beyond(evidence, bureau) <= most,
    assumes=("no_loss", "no_crash", "bounded_delay"),
)
KEPT = eventually(
    "{bureau:node} has kept UTC for {count:number} half-years",
    lambda evidence, bureau, count: _kept(evidence, bureau) >= count,
    assumes=("no_loss", "no_crash", "bounded_delay"),
    known="bureau",
    tally=lambda evidence, bureau, count: Tally(min(count, _kept(evidence, bureau)), count),
    counted="bureau",
)
LAWS = (CALENDARS, LASTS, WITHIN, KEPT)


def _total(evidence: Evidence, node: str, name: str) -> int:
    return sum(getattr(each, name) for each in evidence.running(Bureau) if node in ("", each.name))


def _slid(evidence: Evidence, node: str) -> int:
    """In whole hours, of the calendar that is farthest off."""
    return max(
        (
            abs(calendar.off(each.equinoxes[-1])) // HOUR
            for each in evidence.running(Bureau)
            for calendar in each.calendars
            if each.equinoxes and node in ("", each.name)
        ),
        default=0,
    )


MEASURES = (
    Measure("slid", "hours by which a calendar is off the sun", _slid, "h", known=OWN, roles=(Bureau,)),
    Measure("riots", "days that were dropped, each a riot", lambda evidence, node: _total(evidence, node, "dropped"),
            known=OWN, roles=(Bureau,)),
    Measure("fallen", "machines that fell", lambda evidence, node: _total(evidence, node, "fallen"),
            known=OWN, roles=(Bureau,)),
    Measure("beyond", "half-years with UTC over 0.9 s off the Earth",
            lambda evidence, node: _total(evidence, node, "beyond"), known=OWN, roles=(Bureau,)),
)  # fmt: skip
