"""What a room declares to be seen of its nodes without a picture of its own: badge, shade and intervals.

    badge      `Machine.badge()`: a word or two of the node's state, beside its name.
    Shade      a number of the node's state, as a shade of grey: who has heard, how much of the file.
    Interval   a state that lasts a while, as a bar in the diagram: inside, reigning. That a node is down is known
               without a declaration.

All are read through `core.kernel.sight` only: of the own node, or of every node where nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.kernel.language import later, retold, said
from core.kernel.trace import Trace


@dataclass(frozen=True)
class Shade:
    """A number between 0 and `top` of a machine's state.

    words   what it is a number of: "share of the file, in %".
    of      called with a machine of any role; None: this one has no such number.
    steps   a few words on each value from 0 on, where there are few: ("in the dark", "has heard").
    """

    words: str
    of: Callable[[Any], int | None]
    top: int = 1
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.top < 1 or (self.steps and len(self.steps) != self.top + 1):
            raise ValueError(f"the shade {self.words!r} has {len(self.steps)} words for {self.top + 1} values")

    def value(self, machine: Any) -> int | None:
        """The machine's number, within 0 and `top`."""
        found = self.of(machine)
        return None if found is None else max(0, min(self.top, found))

    def said(self, value: int) -> str:
        """A value in words."""
        return said(self.steps[value]) if self.steps else said("{part} of {whole}", part=value, whole=self.top)


@dataclass(frozen=True)
class Interval:
    """A state of a machine that lasts from one event to another.

    name    one word: "inside".
    words   what a node in it does: "is inside".
    holds   looked at after every event of a node; called with its machine.
    roles   the roles that can be in it; () for all.
    believed  called with a machine: the names of the nodes that it takes to be in it now, itself too. With it the
            interval has an occupancy strip: who is inside, as the seat believes; after the lift, as it was.
    """

    name: str
    words: str
    holds: Callable[[Any], bool]
    roles: tuple[str, ...] = ()
    believed: Callable[[Any], Collection[str]] | None = None


DOWN = Interval(later("down"), later("is down"), lambda machine: False)
"""Between a crash and the restart. The kernel notes it by itself."""


class Change(NamedTuple):
    """A node came into an interval, or left it, in the entry `number` of the trace."""

    number: int
    node: str
    interval: Interval
    opened: bool


class Belief(NamedTuple):
    """From the entry `number` on, `holder` takes `node` to be in an interval, or no more."""

    number: int
    holder: str
    node: str
    interval: Interval
    opened: bool


class Changes:
    """The intervals of a world so far: appended to after each event, shared by nobody.

    `machine_of(node)` is the machine of a node that is up, else None.
    """

    __slots__ = ("_believed", "_open", "_read", "_watched", "beliefs", "rows")

    def __init__(self, watched: Mapping[str, tuple[Interval, ...]]) -> None:
        """`watched`: the intervals of each node that has any."""
        self._watched = watched
        self._open: dict[tuple[str, str], bool] = {}
        self._believed: dict[tuple[str, str], frozenset[str]] = {}
        self._read = 0
        self.rows: list[Change] = []
        self.beliefs: list[Belief] = []

    def look(self, trace: Trace, machine_of: Callable[[str], Any]) -> None:
        """Look at the nodes of the trace's entries that are new."""
        start, self._read = self._read, len(trace)
        last = ""
        for number, row in trace.rows_since(start):
            node = row[1]
            if node == last or node not in self._watched:
                continue  # an event's entries are those of one node, but for a few that the network adds
            last = node
            machine = machine_of(node)
            for interval in self._watched[node]:
                key = (node, interval.name)
                holds = machine is not None and interval.holds(machine)
                if holds != self._open.get(key, False):
                    self._open[key] = holds
                    self.rows.append(Change(number, node, interval, holds))
                if interval.believed is not None:
                    self._look_at_belief(number, node, interval, machine)

    def _look_at_belief(self, number: int, holder: str, interval: Interval, machine: Any) -> None:
        before = self._believed.get((holder, interval.name), frozenset())
        assert interval.believed is not None
        now = frozenset() if machine is None else frozenset(interval.believed(machine))
        if now != before:
            self._believed[holder, interval.name] = now
            self.beliefs += [Belief(number, holder, node, interval, False) for node in sorted(before - now)]
            self.beliefs += [Belief(number, holder, node, interval, True) for node in sorted(now - before)]

    def copy(self) -> Changes:
        """The same, to be continued apart."""
        twin = Changes(self._watched)
        twin._open = self._open.copy()
        twin._believed = self._believed.copy()
        twin._read = self._read
        twin.rows, twin.beliefs = self.rows.copy(), self.beliefs.copy()
        return twin


@dataclass(frozen=True)
class Span:
    """A node's time in an interval, on the watcher's clock (µs); `closed` None: it goes on.

    `entry` is the number of the entry that opened it, as the watcher's entries are numbered.
    """

    node: str
    interval: Interval
    opened: int
    closed: int | None
    entry: int


class Turn(NamedTuple):
    """A node came into an interval, or left it, at `time` on the watcher's clock (µs)."""

    time: int
    node: str
    interval: Interval
    opened: bool

    @property
    def words(self) -> str:
        """What a log says of it: "p3 reigns", "p3: reigning is over"."""
        if self.opened:
            return f"{self.node} {said(self.interval.words)}"
        return said("{node}: {interval} is over", node=self.node, interval=said(self.interval.name))


class Look(NamedTuple):
    """What is to be seen of a node at once.

    badge     a word or two of its state; "" for none.
    shade     its number on the room's scale; None if it has none.
    absence   why there is nothing of it: "down since 1.2 s", "starts at 10 ms"; "" while it is up.
    hidden    nothing may be known of it.
    """

    badge: str = ""
    shade: int | None = None
    absence: str = ""
    hidden: bool = False

    @property
    def is_down(self) -> bool:
        """Has it crashed, and not come back yet?"""
        return self.absence.startswith("down")

    @property
    def words(self) -> str:
        """What stands beside the node's name: the badge, or that it is not there."""
        return said("down") if self.is_down else retold(self.absence or self.badge)


HIDDEN = Look(hidden=True)
