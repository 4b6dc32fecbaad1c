"""What is looked at after every event: whether it wins or loses, and who came into which of its room's intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.kernel.data import clone
from core.kernel.facts import Facts
from core.kernel.language import later, written
from core.kernel.laws import BoundLaw, Evidence, LawKind, Measure, Tally
from core.kernel.node import Outcome
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.shown import Changes
from core.kernel.suspects import INSPECTOR


class Goals:
    """How a run ends, and by what it is scored."""

    __slots__ = (
        "_facts", "_fallen", "_gauges", "_monitors", "_reached", "_scenario", "_shared", "_watched", "_watchers",
        "active", "changes", "judge", "outcome", "unfollowed",
    )  # fmt: skip

    def __init__(self, scenario: Scenario, facts: Facts, intervals: bool) -> None:
        """`intervals`: will anybody look at them? Nobody follows them otherwise."""
        self._scenario = scenario
        self._facts = facts
        self._monitors: list[tuple[BoundLaw, Evidence, bool | None]] = [
            *((bet.law, Evidence(facts), None) for bet in scenario.bets if bet.law is not None),
            *((law, Evidence(facts), True) for law in scenario.win),
            *((law, Evidence(facts), False) for law in scenario.lose),
        ]
        """Each law with what it remembers, and whether it wins or loses; None: it is only bet on."""
        self._gauges: list[tuple[Measure, Evidence]] = [
            (par.measure, Evidence(facts)) for par in scenario.par if par.measure.watch
        ]
        self._watchers = self._watchers_of()
        self._reached: set[int] = set()
        self._fallen: set[int] = set()
        """Of the laws that are only bet on, those that were to hold always and did not."""
        self._watched = 0
        self._shared = False
        """Are the memories those of another world, too?"""
        changes = _changes_of(facts)
        self.changes = changes if intervals else None
        """Which nodes came into which of their room's intervals, or left them; None if no room here has any, or if
        nobody follows them."""
        self.unfollowed = changes is not None and not intervals
        """Are there intervals that nobody follows?"""
        self.active = bool(self._monitors or self._gauges or self.changes)
        """Is there anything to look at after an event?"""
        self.outcome: Outcome | None = None
        self.judge: Callable[[Outcome | None, int], Outcome | None] | None = None
        """Who has the last word on how the run has ended, if anybody has: see core.kernel.beside."""

    def fork(self, facts: Facts) -> Goals:
        """The same, in a fork. Both remember the same until one of them sees more."""
        copy = object.__new__(Goals)
        copy._scenario, copy._facts = self._scenario, facts
        copy._monitors = [(law, Evidence(facts, seen.memory), wins) for law, seen, wins in self._monitors]
        copy._gauges = [(measure, Evidence(facts, seen.memory)) for measure, seen in self._gauges]
        copy._watchers = copy._watchers_of()
        copy._reached, copy._fallen = self._reached.copy(), self._fallen.copy()
        copy._watched = self._watched
        copy.active, copy.outcome, copy.unfollowed = self.active, self.outcome, self.unfollowed
        copy.changes = None if self.changes is None else self.changes.copy()
        copy._shared = self._shared = True
        copy.judge = None
        return copy

    def look(self) -> None:
        """Something happened: does it decide the run?"""
        if self.changes is not None:
            self.changes.look(self._facts.trace, self._machine_up)
        if self.outcome is not None:
            return
        self._decide()
        if self.judge is not None:
            self.outcome = self.judge(self.outcome, self._facts.now)

    def _decide(self) -> None:
        self._watch()
        now = self._facts.now
        wanted = won = 0
        for place, (law, evidence, wins) in enumerate(self._monitors):
            if wins is None:
                self._look_at_bet(place, law, evidence)
            elif not wins:
                if law.holds(evidence):
                    self.outcome = Outcome(False, law.text, now)
                    return
            elif law.law.kind is LawKind.ALWAYS:
                if not law.holds(evidence):
                    self.outcome = Outcome(False, written("broken: {law}", law=law.text), now)
                    return
            else:
                wanted += 1
                if place not in self._reached and law.holds(evidence):
                    self._reached.add(place)
                won += place in self._reached
        if wanted and won == wanted:
            self.outcome = Outcome(True, "; ".join(law.text for law, _, wins in self._monitors if wins), now)

    def _look_at_bet(self, place: int, law: BoundLaw, evidence: Evidence) -> None:
        """A law that decides nothing: has it come about, or been broken?"""
        if law.law.kind is not LawKind.ALWAYS:
            if place not in self._reached and law.holds(evidence):
                self._reached.add(place)
        elif place not in self._fallen and not law.holds(evidence):
            self._fallen.add(place)

    def stands(self, law: BoundLaw) -> bool:
        """Of a law that is only bet on: has it come about (always: was it kept) so far?"""
        place = next(place for place, (other, _, wins) in enumerate(self._monitors) if wins is None and other is law)
        return place not in self._fallen if law.law.kind is LawKind.ALWAYS else place in self._reached

    def _machine_up(self, name: str) -> Any:
        node = self._facts.nodes[name]
        return node.machine if node.up else None

    def _watchers_of(self) -> list[tuple[Any, Evidence]]:
        """Who folds entries into a memory, with that memory."""
        laws: list[tuple[Any, Evidence]] = [
            (law.watch, evidence) for law, evidence, _ in self._monitors if law.law.watch is not None
        ]
        return laws + [(measure.watch, evidence) for measure, evidence in self._gauges]

    def _watch(self) -> None:
        """Fold what is new into the memories."""
        watchers = self._watchers
        if not watchers:
            return
        if self._shared:
            self._shared = False
            for _, evidence in watchers:
                evidence.memory = clone(evidence.memory)
        for entry in self._facts.trace.since(self._watched):
            for watch, evidence in watchers:
                watch(evidence, entry)
        self._watched = len(self._facts.trace)

    def end_at_limit(self) -> None:
        """The run's time is up."""
        self.look()
        if self.outcome is None:
            self._end()
            if self.judge is not None:
                self.outcome = self.judge(self.outcome, self._facts.now)

    def _end(self) -> None:
        missing = [
            law.text
            for place, (law, _, wins) in enumerate(self._monitors)
            if wins and law.law.kind is not LawKind.ALWAYS and place not in self._reached
        ]
        now = self._facts.now
        if missing:
            self.outcome = Outcome(False, written("time is up: {laws}", laws="; ".join(missing)), now)
            return
        words = "; ".join(law.text for law, _, wins in self._monitors if wins)
        # A live run without a goal is one that nothing went wrong in: whoever ran it ended it.
        live = self._scenario.live
        self.outcome = Outcome(
            bool(self._scenario.win) or live, words or (later("ended") if live else later("time is up")), now
        )

    # How it stands

    def measures(self) -> dict[str, int]:
        """The scenario's par measures, as they stand."""
        node = self._scenario.seat_of_player
        node = "" if node in (NETWORK, INSPECTOR) else node
        watching = {measure.name: evidence for measure, evidence in self._gauges}
        return {
            par.measure.name: par.measure.of(watching.get(par.measure.name) or Evidence(self._facts), node)
            for par in self._scenario.par
        }

    def tallies(self) -> list[Tally | None]:
        """How far each law of win is that is not reached yet, in the order of `goals`; None where nobody can say."""
        return [
            None if place in self._reached or law.law.kind is LawKind.ALWAYS else law.tally(evidence)
            for place, (law, evidence, wins) in enumerate(self._monitors)
            if wins
        ]

    def goals(self) -> list[tuple[BoundLaw, bool]]:
        """Every law of win with whether it is reached (eventually, sometimes) or unbroken (always)."""
        return [
            (law, place in self._reached if law.law.kind is not LawKind.ALWAYS else law.holds(evidence))
            for place, (law, evidence, wins) in enumerate(self._monitors)
            if wins
        ]


def _changes_of(facts: Facts) -> Changes | None:
    watched = {
        node.name: tuple(one for one in node.protocol.intervals if not one.roles or node.spec.role in one.roles)
        for node in facts.nodes.values()
        if node.protocol is not None and node.protocol.intervals and not node.spec.outside
    }
    return Changes(watched) if any(watched.values()) else None
