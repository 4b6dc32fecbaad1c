"""Ready-made laws: what most rooms promise, each looked at again only for the node that an entry is about.

So a law about a thousand nodes costs no more than one about two. `role` is a machine's class; nodes of other roles do
not count. What a law reads of a machine must be able to be a key: a number, a name, a flag, None, a tuple of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core.kernel.effects import Key
from core.kernel.language import later, said
from core.kernel.laws import Evidence, Law, Tally, always, eventually, sometimes
from core.kernel.trace import DELIVER, SAVE, SEND, START, Entry

M = TypeVar("M")

# Nodes that are so now


@dataclass
class Roll:
    """One value of every node of a role, and how many have each: see `roll_call`."""

    of: dict[str, Any] = field(default_factory=dict)
    count: dict[Any, int] = field(default_factory=dict)
    unstarted: set[str] | None = None
    """Nodes, of whatever role, that have not started yet; None before anything has happened."""

    def put(self, name: str, value: Any) -> None:
        """The node has this value from now on."""
        if name in self.of and self.of[name] == value:
            return
        self.drop(name)
        self.of[name] = value
        self.count[value] = self.count.get(value, 0) + 1

    def drop(self, name: str) -> None:
        """The node has no value any more."""
        if name in self.of:
            value = self.of.pop(name)
            self.count[value] -= 1
            if not self.count[value]:
                del self.count[value]

    @property
    def complete(self) -> bool:
        """Have all nodes started? Before that nothing can be said of everybody."""
        return self.unstarted is not None and not self.unstarted


def roll_call(role: type[M], read: Callable[[M], Any], fallen: bool = False) -> Callable[..., None]:
    """A law's `watch` that keeps its `Roll`: what `read` says of every machine of this role that is up.

    `fallen`: who is down stays in it, with what it was.
    """

    def watch(evidence: Evidence, entry: Entry, **places: Any) -> None:
        roll = evidence.recall(Roll)
        if roll.unstarted is None:
            roll.unstarted = set(evidence.unstarted)
        elif entry.kind == START:
            roll.unstarted.discard(entry.node)
        elif entry.kind == SEND:
            return  # follows from a handler whose entry has been looked at, when all that it changed was changed
        machine = evidence.machine(entry.node, role)
        if machine is None:
            return
        if fallen or evidence.up(entry.node):
            roll.put(entry.node, read(machine))
        else:
            roll.drop(entry.node)

    return watch


NAMED = 2
"""So many of those who are missing are named."""


def _tally_of(evidence: Evidence, missing: Any, words: str) -> Tally | None:
    """Of a `Roll`: how many nodes do not have the value `missing`, and who does; None before all have started."""
    roll = evidence.recall(Roll)
    if not roll.complete or not roll.of:
        return None
    left = [name for name, value in roll.of.items() if value == missing]
    named = ", ".join(left[:NAMED])
    if len(left) > NAMED:
        named = said("{names} and {count} more", names=named, count=len(left) - NAMED)
    return Tally(len(roll.of) - len(left), len(roll.of), f"{said(words)} {named}".strip() if left else "")


def always_each(name: str, role: type[M], holds: Callable[[M], bool], *, assumes: tuple[str, ...] = ()) -> Law:
    """Of no node that is up it is ever untrue."""
    return always(name, lambda evidence: not evidence.recall(Roll).count.get(False), watch=roll_call(role, holds),
                  assumes=assumes)  # fmt: skip


def sometimes_one(name: str, role: type[M], holds: Callable[[M], bool], *, assumes: tuple[str, ...] = ()) -> Law:
    """In some run it is true of a node that is up."""
    return sometimes(name, lambda evidence: bool(evidence.recall(Roll).count.get(True)), watch=roll_call(role, holds),
                     assumes=assumes)  # fmt: skip


def eventually_each(
    name: str, role: type[M], holds: Callable[[M], bool], *, fallen: bool = False, assumes: tuple[str, ...] = ()
) -> Law:
    """All have started, and it is true of everybody who is up (with `fallen`: also of who is down, as it was)."""

    def all_of_them(evidence: Evidence) -> bool:
        roll = evidence.recall(Roll)
        return roll.complete and set(roll.count) == {True}

    return eventually(
        name, all_of_them, watch=roll_call(role, holds, fallen), assumes=assumes,
        tally=lambda evidence: _tally_of(evidence, False, later("not yet")),
    )  # fmt: skip


def everybody_gets(
    role: type[M],
    wanted: Callable[[M], int],
    got: Callable[[M], int],
    *,
    name: str = "everybody who asks gets",
    assumes: tuple[str, ...] = (),
) -> Law:
    """Somebody has asked, and whoever has asked (so many times) has got (as many times): nobody starves."""

    def nobody_waits(evidence: Evidence) -> bool:
        roll = evidence.recall(Roll)
        return roll.complete and "waits" not in roll.count and "served" in roll.count

    def state(machine: M) -> str:
        if not wanted(machine):
            return "content"
        return "waits" if got(machine) < wanted(machine) else "served"

    return eventually(
        name, nobody_waits, watch=roll_call(role, state), assumes=assumes,
        tally=lambda evidence: _tally_of(evidence, "waits", later("not yet")),
    )  # fmt: skip


def at_most_one(
    role: type[M],
    inside: Callable[[M], bool],
    *,
    name: str = "at most one is inside at a time",
    assumes: tuple[str, ...] = (),
) -> Law:
    """Never are two inside at once. Who is down is not inside."""
    return always(name, lambda evidence: evidence.recall(Roll).count.get(True, 0) <= 1, watch=roll_call(role, inside),
                  assumes=assumes)  # fmt: skip


# Outcomes


@dataclass
class Outcomes:
    """What every node ever came to: the first outcome of each, and whether one has changed."""

    of: dict[str, Any] = field(default_factory=dict)
    known: set[Any] = field(default_factory=set)
    changed: bool = False


def _note_outcomes(role: type[M], outcome: Callable[[M], Any]) -> Callable[..., None]:
    def watch(evidence: Evidence, entry: Entry) -> None:
        machine = evidence.machine(entry.node, role)
        value = None if machine is None else outcome(machine)
        if value is None:
            return
        outcomes = evidence.recall(Outcomes)
        outcomes.known.add(value)
        if outcomes.of.setdefault(entry.node, value) != value:
            outcomes.changed = True

    return watch


def agreement(
    role: type[M],
    outcome: Callable[[M], Any],
    *,
    name: str = "no two come to different outcomes",
    assumes: tuple[str, ...] = (),
) -> Law:
    """No two nodes ever have different outcomes, those that crashed later included (uniform agreement).

    `outcome` is None of a machine that has none yet.
    """
    return always(name, lambda evidence: len(evidence.recall(Outcomes).known) <= 1,
                  watch=_note_outcomes(role, outcome), assumes=assumes)  # fmt: skip


def for_good(
    role: type[M],
    outcome: Callable[[M], Any],
    *,
    name: str = "an outcome is for good",
    assumes: tuple[str, ...] = (),
) -> Law:
    """A node that has an outcome never has another, not even after a crash; while it does not know (None) it asks."""
    return always(name, lambda evidence: not evidence.recall(Outcomes).changed, watch=_note_outcomes(role, outcome),
                  assumes=assumes)  # fmt: skip


# Stable storage


@dataclass
class Disks:
    """What has been written where, entry by entry, and whether something was said that was not there yet."""

    of: dict[str, dict[Key, Any]] = field(default_factory=dict)
    unwritten: bool = False


def written_before_said(
    said: type | tuple[type, ...],
    written: Callable[[Mapping[Key, Any], Any], bool],
    *,
    name: str = "what is said was written before",
    assumes: tuple[str, ...] = (),
) -> Law:
    """Whoever sends, or hands to its user, one of the types `said` has it in stable storage by then.

    written: of the storage of who says it, at that moment, and of what it says.
    """

    def watch(evidence: Evidence, entry: Entry) -> None:
        disks = evidence.recall(Disks)
        if entry.kind == SAVE:
            key, value = entry.detail
            disks.of.setdefault(entry.node, {})[key] = value
        elif entry.kind in (SEND, DELIVER) and isinstance(entry.detail, said):
            disks.unwritten |= not written(disks.of.get(entry.node, {}), entry.detail)

    return always(name, lambda evidence: not evidence.recall(Disks).unwritten, watch=watch, assumes=assumes)
