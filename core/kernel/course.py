"""The course of a world: the present, what is planned, and what has happened."""

from __future__ import annotations

from typing import Any

from core.kernel.agenda import LIMIT, NOBODY, Agenda
from core.kernel.trace import Trace


class Course:
    """What all parts of a world stand on: they read the time here, plan what follows, and note what they did."""

    __slots__ = ("agenda", "count", "now", "trace")

    def __init__(self) -> None:
        self.now = 0
        """True time (µs)."""
        self.count = 0
        """How many events there were."""
        self.agenda = Agenda()
        self.trace = Trace()

    def fork(self) -> Course:
        """The same past and the same plans, to go on apart."""
        copy = object.__new__(Course)
        copy.now, copy.count = self.now, self.count
        copy.agenda = self.agenda.copy()
        copy.trace = self.trace.fork()
        return copy

    def note(self, node: str, kind: str, detail: Any, peer: str = "", cause: int = -1, note: str = "") -> int:
        """Write an entry into the trace, now; its number."""
        trace = self.trace
        rows = trace.tail
        rows.append((self.now, node, kind, peer, detail, cause, (), note, self.count))
        return trace.base + len(rows) - 1

    # What comes in from outside a live world must have its microsecond for itself

    def plan_alone(self, at: int, kind: int, index: int, payload: tuple[Any, ...]) -> None:
        """Plan what nobody knew of. For a replay to put it in the same place, nothing else may happen in its
        microsecond: raises ValueError if the clock has reached that already, or if something is planned then."""
        if at <= self.now or self.agenda.at(at):
            raise ValueError(f"{at} µs is not free")
        self.agenda.plan(at, kind, index, payload)

    def end(self, at: int) -> None:
        """Plan the end of the run. Raises ValueError as `plan_alone`."""
        self.plan_alone(at, LIMIT, NOBODY, ())

    def moment(self, wanted: int) -> int:
        """The first free time from `wanted` on."""
        at = max(wanted, self.now + 1)
        while self.agenda.at(at):
            at += 1
        return at
