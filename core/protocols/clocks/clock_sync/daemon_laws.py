"""What must hold of clocks that a daemon brings together, and what it costs those that were right."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import sometimes_one
from core.kernel.time import MILLISECOND
from core.kernel.trace import MOVE, TIMER, Entry
from core.protocols.clocks.clock_sync.daemon import Daemon, Member
from core.protocols.clocks.clock_sync.daemon_choices import TO, WRITE

RIGHT = 100 * MILLISECOND
"""A clock no farther from true time was right."""
CALM = ("no_loss", "bounded_delay", "no_crash")

TOGETHER = "in {rounds:number} rounds of {daemon:node} all clocks came within {error:duration}"
AFTER_EVERY = "after every round of {daemon:node} all clocks are within {error:duration}"
LITTLE = "{daemon:node} moves right clocks by at most {most:duration} in all"


@dataclass
class Rounds:
    """From the least to the greatest of all clocks once each round's letters had come (µs), and by how much right ones
    were moved."""

    apart: tuple[int, ...] = ()
    moved: int = 0


def _clocks_of(evidence: Evidence, daemon: str) -> list[str]:
    """Whose clocks a daemon brings together: its own, and those of the members that are up."""
    machine = evidence.machine(daemon, Daemon)
    if machine is None:
        return []
    members = [name for name in machine.peers if evidence.machine(name, Member) is not None and name != machine.watch]
    return [daemon, *(name for name in members if evidence.up(name))]


def _watch(evidence: Evidence, entry: Entry, daemon: str, **places: int) -> None:
    if entry.node != daemon:
        return
    if entry.kind == TIMER and entry.detail == "settled":
        read = [evidence.clock(name) for name in _clocks_of(evidence, daemon)]
        rounds = evidence.recall(Rounds)
        rounds.apart = (*rounds.apart, max(read) - min(read))
    elif entry.kind == MOVE and entry.detail[0] == WRITE.name:
        evidence.recall(Rounds).moved += _moved_of_right(evidence, daemon)


def _moved_of_right(evidence: Evidence, daemon: str) -> int:
    """By how much the letters that leave now move clocks that were right (µs). They have moved the daemon's own."""
    machine = evidence.machine(daemon, Daemon)
    if machine is None:
        return 0
    total = 0
    for name, by in machine.moved.items():
        was = evidence.clock(name) - (by if name == daemon else 0)
        if machine.form == TO and name != daemon:  # less what it will be on its way: that is not known yet
            by = evidence.clock(daemon) - was
        if abs(was - evidence.now) <= RIGHT:
            total += abs(by)
    return total


def _rounds_within(evidence: Evidence, error: int) -> int:
    return sum(apart <= error for apart in evidence.recall(Rounds).apart)


def _agreed(evidence: Evidence, rounds: int, daemon: str, error: int) -> bool:
    return _rounds_within(evidence, error) >= rounds


def _agreeing(evidence: Evidence, rounds: int, daemon: str, error: int) -> Tally | None:
    return Tally(min(rounds, _rounds_within(evidence, error)), rounds)


def _stands_apart(daemon: Daemon) -> bool:
    return daemon.ready and daemon.name not in daemon.camp


def _is_tied(daemon: Daemon) -> bool:
    return daemon.ready and len(daemon.camps) > 1


AGREED = eventually(TOGETHER, _agreed, watch=_watch, assumes=CALM, tally=_agreeing)
ALWAYS_AGREED = always(
    AFTER_EVERY,
    lambda evidence, daemon, error: all(apart <= error for apart in evidence.recall(Rounds).apart),
    watch=_watch,
    assumes=CALM,
)
MOVED_LITTLE = always(
    LITTLE, lambda evidence, daemon, most: evidence.recall(Rounds).moved <= most, watch=_watch, assumes=CALM
)
STANDS_APART = sometimes_one("a daemon's own clock stands apart", Daemon, _stands_apart)
TIED = sometimes_one("as many clocks stand here as there", Daemon, _is_tied)
OLD = sometimes(
    "a clock is {error:duration} off {daemon:node} after its letters",
    lambda evidence, error, daemon: any(apart >= error for apart in evidence.recall(Rounds).apart),
    watch=_watch,
    assumes=("unbounded_delay",),
)


LAWS = (AGREED, ALWAYS_AGREED, MOVED_LITTLE, STANDS_APART, TIED, OLD)


def _of_daemons(evidence: Evidence, node: str) -> list[Daemon]:
    return [daemon for daemon in evidence.running(Daemon) if node in ("", daemon.name)]


def _watch_all(evidence: Evidence, entry: Entry) -> None:
    if evidence.machine(entry.node, Daemon) is not None:
        _watch(evidence, entry, entry.node)


MEASURES = (
    Measure(
        "letters",
        "letters of the daemon, and what its watch cost",
        lambda evidence, node: sum(daemon.letters for daemon in _of_daemons(evidence, node)),
        known=OWN,
        roles=(Daemon,),
    ),
    Measure(
        "moved",
        "by how much clocks were moved that were right",
        lambda evidence, node: evidence.recall(Rounds).moved,
        "µs",
        watch=_watch_all,
    ),
)
