"""Run files: a run that happens again, entry by entry, and is not held.

A live run of an evening has more arrivals and entries than a memory. What comes from outside is read from the file when
its time has come, and of a run that nobody looks back at each entry is let go of once it was handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.kernel.scenario import Arrival, Scenario
from core.kernel.trace import Entry, TraceHash
from core.kernel.world import Answered, DivergedError, World
from core.record.verifying import checked

KEPT = 4096
"""Entries of a run that is only watched that are let go of at a time."""


def is_only_watched(scenario: Scenario) -> bool:
    """Does nobody look back at what happened: no player, no goal, no measure, no router that knows packets by their
    sending?"""
    looks = scenario.win or scenario.lose or scenario.par or scenario.player or scenario.network is not None
    return not looks and not any(node.router for node in scenario.nodes)


class Replay:
    """A recorded run that happens again: what `core.kernel.world.replayed` would come to, on the way there.

    scenario  with the limit of the run (see `scenario_of`), and without what came from outside.
    journal   that, in order; it is read on as the run goes on.

    If the run is only watched, an entry is gone from `world.trace` some time after it was handed out; not while it
    `keeps` the trace.
    """

    def __init__(
        self, scenario: Scenario, answers: Sequence[Answered], journal: Iterable[Arrival] = (), *, keeps: bool = False
    ) -> None:
        self.world = World(scenario)
        self._answers = answers
        self._journal = checked(scenario, journal)
        self._upcoming: Arrival | None = None
        self._watched = is_only_watched(scenario)
        self._forgets = self._watched and not keeps
        self._hash = TraceHash(self.world.bytes_of)

    def steps(self) -> Iterator[list[Entry]]:
        """The entries of the trace, in order, those of one event at a time.

        Raises DivergedError if the answers, or what came from outside, do not fit; ValueError in words if the latter
        is not this scenario's.
        """
        world = self.world
        self._upcoming = next(self._journal, None)
        told = forgotten = 0
        for _ in self._events():
            entries = list(world.trace.since(told))
            told += len(entries)
            for entry in entries:
                self._hash.take(entry)
            if entries:
                yield entries
            if self._forgets and told - forgotten >= KEPT:
                world.trace.forget(told)
                forgotten = told

    def let_go(self) -> None:
        """Keep the trace no longer, if the run is only watched."""
        self._forgets = self._watched

    def trace_sha256(self) -> str:
        """The hash of the entries that were handed out."""
        return self._hash.hexdigest()

    def _events(self) -> Iterator[None]:
        """Let one event or answer after the other happen."""
        world = self.world
        for answered in self._answers:
            while world.count < answered.after and self._step():
                yield
            if world.count != answered.after:
                raise DivergedError(f"no event {answered.after}: the run stands at event {world.count}")
            world.take(answered)
            yield
        while self._step():
            yield

    def _step(self) -> bool:
        """One event, with all that comes from outside before it."""
        world = self.world
        while (arrival := self._upcoming) is not None and not world.over and not world.stopped:
            upcoming = world.next_time()
            if upcoming is not None and upcoming < arrival.at:
                break
            try:
                world.happen(arrival)
            except ValueError as error:
                raise DivergedError(f"what came from {arrival.source} at {error}") from None
            self._upcoming = next(self._journal, None)
        return world.step()
