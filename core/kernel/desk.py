"""The desk: questions that are open, who answers them, what was answered and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import DEADLINE
from core.kernel.chance import Chance, WorldAsked
from core.kernel.choice import Asked, Choice, Persona, Value, Verdict, judge, omission
from core.kernel.course import Course
from core.kernel.handling import Host
from core.kernel.node import Answered, Node, Question, Roster
from core.kernel.scenario import NETWORK
from core.kernel.seats import PENDING, Pending, Seat


class Desk:
    """How choices reach their seats, and answers the record."""

    __slots__ = (
        "_asked", "_chance", "_course", "_decided", "_live", "_roster", "answers", "player", "questions", "verdicts",
    )  # fmt: skip

    def __init__(self, course: Course, roster: Roster, chance: Chance, player: Seat, decided: bool, live: bool) -> None:
        """`player` has the seat that the scenario gives to the player; if it is `decided`, the place of dice, too."""
        self._course, self._roster, self._chance = course, roster, chance
        self._live = live
        self._asked: WorldAsked
        """What was asked last: if its seat has no answer yet, the handler ends with it."""
        self.player = player
        self._decided = decided
        self.questions: list[Question] = []
        """The open ones, the oldest first."""
        self.answers: list[Answered] = []
        """All that the player's seat has answered."""
        self.verdicts: list[Verdict] = []
        """All that is said of it, and of answers that were kept."""

    def fork(self, course: Course, roster: Roster, chance: Chance) -> Desk:
        """The same, among the parts of a fork, from whose chance the open questions draw."""
        copy = object.__new__(Desk)
        copy._course, copy._roster, copy._chance, copy._live = course, roster, chance, self._live
        copy.player, copy._decided = self.player, self._decided
        copy.answers, copy.verdicts = self.answers.copy(), self.verdicts.copy()
        copy.questions = [replace(question, asked=question.asked.rebound(chance)) for question in self.questions]
        for question in copy.questions:
            if question.node != NETWORK:
                roster.own_named(question.node).question = question
        return copy

    @property
    def waits(self) -> bool:
        """May a question stay open?"""
        return self.player.waits

    @property
    def stopped(self) -> bool:
        """Does the clock stand still for an open question?"""
        return any(question.stops for question in self.questions)

    # Asking

    def asked(self, node: str, choice: Choice, machine: Any, subject: Mapping[str, Any], now: int) -> WorldAsked:
        """The question, for a seat; `now` by the clock of whoever asks."""
        return WorldAsked(self._chance, choice, node, machine, subject, now)

    def ask(self, host: Host, choice: Choice, subject: Mapping[str, Any]) -> Value | Pending:
        """Put a question to its seat. The answer must lie in the choice's domain."""
        node = self._roster[host.name]
        self._asked = asked = self.asked(node.name, choice, node.machine, subject, node.clock.read(self._course.now))
        name = choice.name
        if name in node.kept and not asked.is_odd:
            value = node.kept[name]
            if choice.domain.problem(asked, value) is None:
                self._judge(asked, value, node.personas)
                return value
        if name not in node.played and not (choice.chance and self._decided):
            value = node.seat.answer(asked)
            self.answered_by_node(asked)
            return value
        if name in node.played:
            # Seen now, whether or not a screen reads its candidates: a run and its replay must draw alike.
            _ = asked.dice_key
        value = self.player.answer(asked)
        if isinstance(value, Pending):
            return PENDING
        self.check(asked, value)
        self.record(asked, value, "answer", node.personas)
        return value

    def open(
        self, node: Node, kind: str, payload: tuple[Any, ...], cause: int, given: tuple[Value, ...], came: int
    ) -> None:
        """What was asked last has no answer yet; `given` are those that its handler had before, `came` what the node's
        clock read when the event came."""
        asked = self._asked
        course = self._course
        choice = asked.choice
        if asked.fixed is None:
            asked.peek()  # chance's, decided by a seat: whoever looks at what could be answered throws no dice by it
        patience = choice.deadline(asked) if choice.deadline else None
        deadline = None if patience is None else node.clock.true_at(asked.now + patience)
        question = Question(
            course.agenda.number(), asked, node.name, kind, payload, cause, given,
            deadline is None and not self._live, course.count, deadline, asked.inaction, came,
        )  # fmt: skip
        node.question = question
        self.questions.append(question)
        if deadline is not None:
            course.agenda.plan(deadline, DEADLINE, node.index, (question.number,))

    def ask_network(
        self, choice: Choice, subject: Mapping[str, Any], payload: tuple[Any, ...], inaction: Value
    ) -> None:
        """Ask the network's seat, when the event is over. `payload` is what it is about, and what waits behind it."""
        course = self._course
        asked = self.asked(NETWORK, choice, None, subject, course.now)
        _ = asked.dice_key
        number = course.agenda.number()
        self.questions.append(
            Question(number, asked, NETWORK, kinds.SEND, payload, -1, (), True, course.count, None, inaction)
        )

    def wait_for_network(self, item: Any) -> bool:
        """Let this wait behind what the network is asked already; False if it is asked nothing."""
        for place, question in enumerate(self.questions):
            if question.node == NETWORK:
                self.questions[place] = replace(question, payload=(*question.payload, item))
                return True
        return False

    def answered_by_node(self, asked: Asked) -> None:
        """A node's own seat has answered this."""
        self._chance.answered(asked)

    # Answering

    def find(self, number: int) -> Question | None:
        """The open question of this number."""
        for question in self.questions:
            if question.number == number:
                return question
        return None

    def answer(self, value: Value, question: Question | None) -> tuple[Question, Verdict]:
        """Answer an open question (the oldest, if none is named): it is open no more.

        Raises LookupError if no question is open, ValueError in words if the value is not in the domain.
        """
        if not self.questions and question is None:
            raise LookupError("no question is open")
        found = self.questions[0] if question is None else self.find(question.number)
        if found is None:
            raise LookupError("that question is no longer open")
        self.check(found.asked, value)
        node = self._roster.get(found.node)
        verdict = self.record(found.asked, value, "answer", node.personas if node else ())
        self.close(found)
        return found, verdict

    def close(self, question: Question) -> None:
        """The question is open no more."""
        self.questions.remove(question)
        if question.node != NETWORK:
            self._roster.own_named(question.node).question = None

    def check(self, asked: Asked, value: Value) -> None:
        """Raises ValueError in words if the value is not in the domain."""
        problem = asked.choice.domain.problem(asked, value)
        if problem:
            raise ValueError(problem)

    def taken(self, offers: Iterable[Asked], name: str, value: Value) -> Asked:
        """The offer of these by its choice's name, to be answered so. Raises LookupError if there is none now,
        ValueError in words if the value is not in its domain."""
        asked = next((asked for asked in offers if asked.choice.name == name), None)
        if asked is None:
            raise LookupError(f"{name} cannot be done now")
        self.check(asked, value)
        return asked

    def record(self, asked: Asked, value: Value, how: str, personas: Sequence[Persona]) -> Verdict:
        """Write down an answer of the player's seat, and what is said of it."""
        course = self._course
        self.answers.append(Answered(course.count, course.now, asked.node, asked.choice.name, value, how))
        return self._judge(asked, value, personas)

    def note_act(self, how: str, node: str, value: Value) -> None:
        """Write down what nobody's choice is: an order of events, a crash."""
        self.answers.append(Answered(self._course.count, self._course.now, node, how, value, how))

    def note_bet(self, node: str, bet: str, share: Value) -> None:
        """Write down a wager: it answers nothing, and nothing is said of it before the end."""
        self.answers.append(Answered(self._course.count, self._course.now, node, bet, share, "bet"))

    def omit(self, asked: Asked, personas: Sequence[Persona]) -> None:
        """Write down that a move was due and was not made in time."""
        self.verdicts.append(omission(asked, self._course.count, self._course.now, personas))

    def _judge(self, asked: Asked, value: Value, personas: Sequence[Persona]) -> Verdict:
        verdict = judge(asked, value, self._course.count, self._course.now, personas)
        self.verdicts.append(verdict)
        return verdict

    # Kept answers

    def keep(self, name: str, choice_name: str, value: Value) -> None:
        """From now on `value` answers this choice without a question. Raises as `World.keep`."""
        node = self._roster.get(name)
        if node is None or choice_name not in node.played:
            raise LookupError(f"{choice_name} of {name} is not the player's to keep")
        assert node.protocol is not None
        try:
            node.protocol.choice(choice_name).domain.show(value)
        except (TypeError, ValueError):
            raise ValueError(f"{value!r} answers no {choice_name}") from None
        course = self._course
        self.answers.append(Answered(course.count, course.now, name, choice_name, value, "keep"))
        course.count += 1
        self._roster.own(node.index).kept[choice_name] = value

    def forget(self, name: str, choice_name: str) -> None:
        """The choice is asked again, whatever was kept."""
        self._roster.own_named(name).kept.pop(choice_name, None)
