"""Standing offers: moves that may be started unprompted, put to their seats after a node's events, and taken up."""

from __future__ import annotations

from collections.abc import Generator

from core.kernel import trace as kinds
from core.kernel.agenda import GRACE
from core.kernel.chance import WorldAsked
from core.kernel.choice import PASS, Asked, Choice, Value, Verdict
from core.kernel.course import Course
from core.kernel.desk import Desk
from core.kernel.goals import Goals
from core.kernel.node import Node, Roster
from core.kernel.runner import Runner
from core.kernel.seats import Pending

MOVES_IN_A_ROW = 8
"""Standing offers that one automated node may take up after one event: a bound against a seat that never passes."""


class Offers:
    """Who may move when, and what of it has still to be put to the player's seat."""

    __slots__ = ("_course", "_desk", "_goals", "_roster", "_runner", "after", "at")

    def __init__(self, course: Course, roster: Roster, desk: Desk, runner: Runner, goals: Goals) -> None:
        self._course, self._roster = course, roster
        self._desk, self._runner, self._goals = desk, runner, goals
        self.at = ""
        """The node whose offers have still to be put to the player's seat; "" if there are none."""
        self.after = 0
        """After which event."""

    def fork(self, course: Course, roster: Roster, desk: Desk, runner: Runner, goals: Goals) -> Offers:
        """The same, among the parts of a fork."""
        copy = Offers(course, roster, desk, runner, goals)
        copy.at, copy.after = self.at, self.after
        return copy

    # What could be done

    def of(self, name: str) -> list[Asked]:
        """The standing offers that the node `name` can take up now and that its player may."""
        node = self._roster[name]
        if not self._can_move(node):
            return []
        return [
            asked
            for choice in node.offers
            if choice.name in node.played and choice.available(asked := self._look(node, choice))
        ]

    def _can_move(self, node: Node) -> bool:
        return node.up and node.question is None and self._goals.outcome is None

    def _asked(self, node: Node, choice: Choice) -> WorldAsked:
        return self._desk.asked(node.name, choice, node.machine, {}, node.clock.read(self._course.now))

    def _look(self, node: Node, choice: Choice) -> WorldAsked:
        """The offer, without a mark in the world: screens look as often as they like, and a person declines in
        silence, which changes nothing."""
        asked = self._asked(node, choice)
        asked.peek()
        return asked

    # Moves

    def move(self, name: str, choice_name: str, value: Value) -> Verdict:
        """Take up a standing offer of the node `name`, now; the verdict. Raises as `World.move`."""
        asked = self._desk.taken(self.of(name), choice_name, value)
        place = len(self._desk.verdicts)
        self._take_up(name, asked.choice, value)
        if self._desk.waits:
            self._put_off(name)  # one move may follow another, as an automated seat's do
        return self._desk.verdicts[place]

    def _take_up(self, name: str, choice: Choice, value: Value) -> None:
        """The player's move, and what the node's own seat does then."""
        node = self._roster[name]
        self._desk.record(self._look(node, choice), value, "move", node.personas)
        self._roster.own_named(name).due.pop(choice.name, None)
        self._move(name, choice, value)
        self._put_to_node(name)
        self._mind(name)

    def _move(self, name: str, choice: Choice, value: Value) -> None:
        self._course.count += 1
        self._runner.handle(self._roster.own_named(name), kinds.MOVE, (choice, value), -1)
        if self._goals.active:
            self._goals.look()

    # After an event

    def put(self, node: Node) -> None:
        """After an event of its own, every automated seat is asked whether it takes up a standing offer: first those of
        the node itself, whoever plays (so that a run and its replay go alike), then the player's."""
        self._put_to_node(node.name)
        if any(choice.name in node.played for choice in node.offers):
            self._mind(node.name)
            if self._desk.waits:
                self._put_off(node.name)
            else:
                for _ in self._put_to_player(node.name):
                    pass

    # What is due

    def due(self, name: str) -> list[str]:
        """The player's moves at the node `name` that the book would make now: their choices."""
        return list(self._roster[name].due)

    def _mind(self, name: str) -> None:
        """Something happened at a node: which of the player's moves there are due now, and which no more?"""
        node = self._roster[name]
        if node.question is not None:  # what was due still is, when it is answered
            return
        for choice in node.offers:
            if choice.name not in node.played or (choice.grace is None and not self._desk.waits):
                continue
            asked = self._look(node, choice) if self._can_move(node) else None
            if asked is None or not asked.is_due:
                if choice.name in node.due:
                    del self._roster.own_named(name).due[choice.name]
            elif choice.name not in node.due:
                node = self._roster.own_named(name)
                grace, number = asked.grace, 0
                if grace is not None:
                    end = max(self._course.now, node.clock.true_at(asked.now + grace))
                    number = self._course.agenda.plan(end, GRACE, node.index, (choice,))
                node.due[choice.name] = number

    def omitted(self, name: str, choice: Choice) -> None:
        """The grace of a move that is due has passed."""
        node = self._roster.own_named(name)
        node.due[choice.name] = 0
        if self._can_move(node):
            asked = self._look(node, choice)
            if asked.is_due:
                self._desk.omit(asked, node.personas)

    def _put_off(self, name: str) -> None:
        self.at, self.after = name, self._course.count

    @property
    def wait(self) -> bool:
        """Did the last event leave its node with offers for the player, which were not put to anybody yet?"""
        return bool(self.at) and self.after == self._course.count and self._goals.outcome is None

    def round(self) -> Generator[Asked, Value, None]:
        """Put the offers that wait to the player's seat: see `World.offer_round`."""
        name, self.at = self.at, ""
        yield from self._put_to_player(name)

    def _put_to_node(self, name: str) -> None:
        """Put the standing offers that are not the player's to the node's own seat."""
        for _ in range(MOVES_IN_A_ROW):
            for choice in self._roster[name].offers:
                node = self._roster[name]
                if choice.name in node.played:
                    continue
                if not self._can_move(node):
                    return
                asked = self._asked(node, choice)
                if not choice.available(asked):
                    continue
                value = node.seat.answer(asked)
                self._desk.answered_by_node(asked)
                if value is not PASS and not isinstance(value, Pending):
                    self._move(name, choice, value)
                    break
            else:
                return

    def _put_to_player(self, name: str) -> Generator[Asked, Value, None]:
        for _ in range(MOVES_IN_A_ROW):
            if not (yield from self._put_once(name)):
                return

    def _put_once(self, name: str) -> Generator[Asked, Value, bool]:
        desk = self._desk
        for choice in self._roster[name].offers:
            node = self._roster[name]
            if choice.name not in node.played:
                continue
            if not self._can_move(node):
                return False
            asked = self._asked(node, choice)
            if not choice.available(asked):
                continue
            value: Value | Pending = (yield asked) if desk.player.waits else desk.player.answer(asked)
            if value is PASS or isinstance(value, Pending):
                continue
            desk.check(asked, value)
            self._take_up(name, choice, value)
            return True
        return False
