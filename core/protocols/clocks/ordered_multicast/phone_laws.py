"""What must hold of walls whose notes are about others, and what it costs to say after which they hang."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.ready_laws import sometimes_one
from core.kernel.trace import DELIVER, Entry
from core.protocols.clocks.ordered_multicast.phone import Caller, Sheet
from core.protocols.clocks.ordered_multicast.phone_messages import Shown

SENSE = "no note of {writer:node} hangs before what it is about"
SOON = "notes of {writer:node} are held back for nothing {time:duration} in all at most"
EVERY_WALL = "{count:number} notes of {writer:node} hang on every wall"


@dataclass
class Notes:
    """What hangs on each wall, and whether one of the writer's hung on another's too soon."""

    on: dict[str, set[str]] = field(default_factory=dict)
    absurd: bool = False


def _watch(evidence: Evidence, entry: Entry, writer: str) -> None:
    if entry.kind != DELIVER or not isinstance(entry.detail, Shown):
        return
    notes, name = evidence.recall(Notes), entry.detail.name
    wall = notes.on.setdefault(entry.node, set())
    author = evidence.machine(writer, Caller)
    # He who wrote it has heard what it is about, if only on the phone.
    if author is not None and entry.node != writer and not set(author.meant.get(name, ())) <= wall:
        notes.absurd = True
    wall.add(name)


def _everywhere(evidence: Evidence, writer: str) -> int:
    walls = [sum(sheet.author == writer for sheet in member.wall) for member in evidence.running(Caller)]
    return 0 if evidence.unstarted else min(walls, default=0)


def _how_many(evidence: Evidence, count: int, writer: str) -> Tally:
    return Tally(min(count, _everywhere(evidence, writer)), count)


def held_back(evidence: Evidence, node: str) -> int:
    """Local µs that notes lay on shelves though all that they are about hung there, or waited for a needless word."""
    callers = evidence.running(Caller)
    meant = {name: names for caller in callers for name, names in caller.meant.items() if node in ("", caller.name)}
    total = sum(caller.delayed for caller in callers if node in ("", caller.name))
    for caller in callers:
        hung = {sheet.name: sheet.hung for sheet in caller.wall}
        now = evidence.clock(caller.name)
        lying = [(sheet, sheet.hung) for sheet in caller.wall] + [(sheet, now) for sheet in caller.shelf]
        for sheet, until in lying:
            if sheet.name in meant and sheet.author != caller.name:
                total += max(0, until - _from(sheet, [hung.get(name, until) for name in meant[sheet.name]]))
    return total


def _from(sheet: Sheet, others: list[int]) -> int:
    """When it could have been hung."""
    return max(sheet.came, *others) if others else sheet.came


MAKES_SENSE = always(
    SENSE, lambda evidence, writer: not evidence.recall(Notes).absurd, watch=_watch, assumes=("no_crash",)
)
HANG = eventually(
    EVERY_WALL, lambda evidence, count, writer: _everywhere(evidence, writer) >= count, assumes=("no_crash",),
    tally=_how_many,
)  # fmt: skip
NOT_LONG = always(SOON, lambda evidence, writer, time: held_back(evidence, writer) <= time, assumes=("no_crash",))
HELD = sometimes_one("a note waits for one that it names", Caller, lambda me: bool(me.shelf))
LAWS = (MAKES_SENSE, HANG, NOT_LONG, HELD)


def _ink(evidence: Evidence, node: str) -> int:
    return sum(caller.ink for caller in evidence.running(Caller) if node in ("", caller.name))


MEASURES = (
    Measure("ink", "names under your notes", _ink, known=OWN, roles=(Caller,)),
    Measure("needless", "how long your notes were held back for nothing", held_back, "µs"),
)
