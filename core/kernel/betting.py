"""Betting: the bets of one world at work. What may be bet on now, what was laid, and what it came to at the end."""

from __future__ import annotations

from core.kernel import trace as kinds
from core.kernel.bets import Bet, Settled, Subject, Wager
from core.kernel.chance import WorldAsked
from core.kernel.choice import Asked, Value
from core.kernel.course import Course
from core.kernel.desk import Desk
from core.kernel.facts import Facts
from core.kernel.goals import Goals
from core.kernel.language import said
from core.kernel.laws import Evidence
from core.kernel.node import Roster
from core.kernel.scenario import Scenario


class Betting:
    """The bets of one world: what could be bet on so far, and what was."""

    __slots__ = ("_course", "_desk", "_facts", "_goals", "_nodes", "_roster", "_scenario", "met", "wagers")

    def __init__(
        self, scenario: Scenario, course: Course, roster: Roster, desk: Desk, facts: Facts, goals: Goals
    ) -> None:
        self._scenario = scenario
        self._nodes = tuple(dict.fromkeys(seat.node for seat in scenario.player))
        self._course, self._roster, self._desk, self._facts, self._goals = course, roster, desk, facts, goals
        self.met: dict[tuple[Bet, str, Subject], None] = {}
        """All that could have been bet on, in order: (bet, node, subject)."""
        self.wagers: tuple[Wager, ...] = ()
        """What was laid, the latest on a subject in place of what was laid on it before."""

    def fork(self, course: Course, roster: Roster, desk: Desk, facts: Facts, goals: Goals) -> Betting:
        """The same, among the parts of a fork."""
        copy = Betting(self._scenario, course, roster, desk, facts, goals)
        copy.met, copy.wagers = self.met.copy(), self.wagers
        return copy

    @property
    def chips(self) -> int:
        """How many more subjects may be bet on."""
        return self._scenario.chips - len(self.wagers)

    def look(self) -> None:
        """Something happened: what could be bet on now?"""
        for node in self._nodes:
            for bet, subject in self._subjects(node):
                self.met.setdefault((bet, node, subject))

    def _subjects(self, name: str) -> list[tuple[Bet, Subject]]:
        node = self._roster[name]
        if not node.up or node.machine is None or self._goals.outcome is not None:
            return []
        now = node.clock.read(self._course.now)
        found = []
        for bet in self._scenario.bets:
            if not bet.roles or isinstance(node.machine, bet.roles):
                parts = bet.about(node.machine, now)
                if parts is not None:
                    found.append((bet, tuple(parts.items())))
        return found

    def open(self, name: str) -> list[Asked]:
        """What may be bet on at the node `name` now: with chips left, or with one that lies there already."""
        if name not in self._nodes or self._roster[name].question is not None:
            return []
        return [
            self._asked(name, bet, subject)
            for bet, subject in self._subjects(name)
            if self.chips > 0 or self.on(bet.name, name, subject) is not None
        ]

    def _asked(self, name: str, bet: Bet, subject: Subject) -> WorldAsked:
        node = self._roster[name]
        asked = self._desk.asked(name, bet.choice, node.machine, dict(subject), node.clock.read(self._course.now))
        asked.peek()
        return asked

    def on(self, bet: str, node: str, subject: Subject) -> Wager | None:
        """What lies on this; None if nothing does."""
        for wager in self.wagers:
            if (wager.bet.name, wager.node, wager.subject) == (bet, node, subject):
                return wager
        return None

    def lay(self, name: str, bet_name: str, share: Value) -> None:
        """Give a chance now, in place of what was given on the same before.

        Raises LookupError if there is nothing to bet on, or no chip left; ValueError in words for what is no chance.
        """
        asked = next((asked for asked in self.open(name) if asked.choice.name == bet_name), None)
        if asked is None:
            if self.chips <= 0 and any(bet.name == bet_name for bet, _ in self._subjects(name)):
                raise LookupError(said("all chips lie already"))
            raise LookupError(f"there is nothing to bet on now: {bet_name}")
        self._desk.check(asked, share)
        course = self._course
        subject = tuple(asked.subject.items())
        bet = next(bet for bet in self._scenario.bets if bet.name == bet_name)
        wager = Wager(bet, name, subject, share, course.now)
        before = self.on(bet_name, name, subject)
        self.wagers = (*(other for other in self.wagers if other is not before), wager)
        self._desk.note_bet(name, bet_name, share)
        course.count += 1
        course.note(name, kinds.BET, (bet_name, share))

    def settled(self) -> list[Settled]:
        """All that could have been bet on, with what was true, bet by bet. Raises LookupError while the run goes on."""
        if self._goals.outcome is None:
            raise LookupError("what a bet was about is known when the run is over")
        evidence = Evidence(self._facts)
        return [
            Settled(bet, node, subject, self._true(bet, evidence, node, subject), self.on(bet.name, node, subject))
            for wanted in self._scenario.bets
            for bet, node, subject in self.met
            if bet is wanted
        ]

    def _true(self, bet: Bet, evidence: Evidence, node: str, subject: Subject) -> bool | None:
        if bet.law is not None:
            return self._goals.stands(bet.law)
        assert bet.truth is not None
        return bet.truth(evidence, node, **dict(subject))
