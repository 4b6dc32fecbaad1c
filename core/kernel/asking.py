"""Questions in a world: asked, answered, withdrawn; standing offers; kept answers; verdicts."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from core.kernel import trace as kinds
from core.kernel.choice import PASS, Asked, Choice, Persona, Value, Verdict, judge
from core.kernel.data import canonical
from core.kernel.node import DEADLINE, Answered, DivergedError, Node, Question, WorldAsked
from core.kernel.scenario import NETWORK
from core.kernel.seats import PENDING, Pending
from core.kernel.state import WorldState

MOVES_IN_A_ROW = 8
"""Standing offers that one automated node may take up after one event: a bound against a seat that never passes."""


class Asking(WorldState):
    """How choices reach their seats, and answers the record."""

    def ask(self, node: Node, choice: Choice, machine: Any, subject: Mapping[str, Any], place: int) -> Value | Pending:
        """Put a question to its seat; only contexts call it. The answer must lie in the choice's domain."""
        asked = self._asked(node.name, choice, machine, subject, node.clock.read(self.now))
        self.last_asked = asked
        name = choice.name
        if name in node.kept:
            value = node.kept[name]
            if choice.domain.problem(asked, value) is None:
                self.verdicts.append(judge(asked, value, self.count, self.now, node.personas))
                return value
        if name in node.played:
            # Seen now, whether or not a screen reads its candidates: a run and its replay must draw alike.
            _ = asked.dice_key
        seat = node.seats.get(name, node.seat)
        value = seat.answer(asked)
        if isinstance(value, Pending):
            return PENDING
        if name in node.played:
            self._check(asked, value)
            self._record(Answered(self.count, self.now, node.name, name, value), asked, node.personas)
        return value

    def _asked(self, name: str, choice: Choice, machine: Any, subject: Mapping[str, Any], now: int) -> WorldAsked:
        return WorldAsked(self, choice, name, machine, subject, now)

    def dice_key(self, asked: Asked, counted: bool = True) -> tuple[Any, ...]:
        """(seed, asker, choice, content, how often seen): what the dice of a question depend on.

        `counted`: from now on it has been seen once more.
        """
        content = blake2b(canonical((asked.node, asked.choice.name, dict(asked.subject))), digest_size=16).digest()
        # Seats that are put an offer may decline it for ever, a person is not even asked: that has a count of its own.
        counter = b"offered " + content if counted and asked.choice.standing else content
        times = self.seen.get(counter, 0)
        if counted:
            self.seen[counter] = times + 1
        return (self.seed, asked.node, asked.choice.name, content, times)

    def _check(self, asked: Asked, value: Value) -> None:
        problem = asked.choice.domain.problem(asked, value)
        if problem:
            raise ValueError(problem)

    def _record(self, answered: Answered, asked: Asked, personas: Sequence[Persona]) -> None:
        self.answers.append(answered)
        self.verdicts.append(judge(asked, answered.value, self.count, self.now, personas))

    def _open_question(
        self,
        node: Node,
        asked: WorldAsked,
        kind: str,
        payload: tuple[Any, ...],
        cause: int,
        answers: list[tuple[str, Value]],
    ) -> None:
        choice = asked.choice
        patience = choice.deadline(asked) if choice.deadline else None
        deadline = None if patience is None else node.clock.true_at(asked.now + patience)
        given = tuple(value for _, value in answers)
        self.seq += 1
        question = Question(
            self.seq,
            asked,
            node.name,
            kind,
            payload,
            cause,
            given,
            deadline is None and not self.live,
            self.count,
            deadline,
            asked.inaction,
        )
        node.question = question
        self.questions.append(question)
        if deadline is not None:
            self._push(deadline, DEADLINE, node.index, (question.number,))

    def _deadline(self, number: int) -> None:
        question = self._find(number)
        if question is None:
            return
        self._settle(question, question.fallback)

    def _find(self, number: int) -> Question | None:
        for question in self.questions:
            if question.number == number:
                return question
        return None

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """Answer an open question (the oldest, if none is named); the verdict on it.

        Raises LookupError if no question is open, ValueError in words if the value is not in the domain.
        """
        if question is None:
            if not self.questions:
                raise LookupError("no question is open")
            question = self.questions[0]
        else:
            found = self._find(question.number)
            if found is None:
                raise LookupError("that question is no longer open")
            question = found
        self._check(question.asked, value)
        self.answers.append(Answered(self.count, self.now, question.node, question.asked.choice.name, value))
        node = self.nodes.get(question.node)
        verdict = judge(question.asked, value, self.count, self.now, node.personas if node else ())
        self.verdicts.append(verdict)
        self._settle(question, value)
        return verdict

    def _settle(self, question: Question, value: Value) -> None:
        self.questions.remove(question)
        if question.node == NETWORK:
            self._settle_fate(question, value)
            node = None
        else:
            node = self.nodes[question.node]
            node.question = None
            self._handle(node, question.kind, question.payload, question.cause, (*question.given, value))
        if self._monitors or self._gauges:
            self._monitor()
        if self.changes is not None:
            self._note_changes()
        if node is not None and node.offers:
            self._offer(node)

    # Standing offers and kept answers

    def offers(self, name: str) -> list[Asked]:
        """The standing offers that the node `name` can take up now and that its player may."""
        node = self.nodes[name]
        if not node.up or node.question is not None or self.outcome is not None:
            return []
        return [
            asked
            for choice in node.offers
            if choice.name in node.played and choice.available(asked := self._offer_asked(node, choice, counted=False))
        ]

    def _offer_asked(self, node: Node, choice: Choice, counted: bool = True) -> WorldAsked:
        asked = self._asked(node.name, choice, node.machine, {}, node.clock.read(self.now))
        if not counted:
            # Looking at an offer leaves no mark in the world: screens look as often as they like.
            asked.peek()
        return asked

    def move(self, name: str, choice_name: str, value: Value) -> Verdict:
        """Take up a standing offer of the node `name`, now; the verdict.

        Raises LookupError if it cannot be taken up now, ValueError in words if the value is not in the domain.
        """
        for asked in self.offers(name):
            if asked.choice.name == choice_name:
                break
        else:
            raise LookupError(f"{choice_name} cannot be done now")
        self._check(asked, value)
        place = len(self.verdicts)
        self._take_up(self.nodes[name], asked.choice, value)
        if self.player.waits:
            self.offered = (name, self.count)  # one move may follow another, as an automated seat's do
        else:
            self._answer_all()
        return self.verdicts[place]

    def _move(self, node: Node, choice: Choice, value: Value) -> None:
        self.count += 1
        self._handle(node, kinds.MOVE, (choice, value), -1)
        if self._monitors or self._gauges:
            self._monitor()
        if self.changes is not None:
            self._note_changes()

    def _offer(self, node: Node) -> None:
        """After an event of its own, every automated seat is asked whether it takes up a standing offer: first those of
        the node itself, whoever plays (so that a run and its replay go alike), then the player's."""
        self._offer_to_node(node)
        player = self.player
        if not any(choice.name in node.played for choice in node.offers):
            return
        if player.waits:
            self.offered = (node.name, self.count)
        else:
            for _ in self._offer_to_player(node):
                pass

    @property
    def offers_wait(self) -> bool:
        """Did the last event leave its node with offers for the player, which were not put to anybody yet?"""
        return bool(self.offered[0]) and self.offered[1] == self.count and self.outcome is None

    def offer_round(self) -> Generator[Asked, Value, None]:
        """Put the standing offers that wait (`offers_wait`) to their seats, as after an event of an automated node:
        yields each, if the player's seat is one that answers later, and takes the answer; PASS declines. The world must
        not go on meanwhile.

        Raises ValueError in words for an answer that is not in the domain.
        """
        name, self.offered = self.offered[0], ("", 0)
        yield from self._offer_to_player(self.nodes[name])

    def _offer_to_node(self, node: Node) -> None:
        """Put the standing offers that are not the player's to the node's own seat."""
        for _ in range(MOVES_IN_A_ROW):
            for choice in node.offers:
                if choice.name in node.played:
                    continue
                if not self._can_move(node):
                    return
                asked = self._offer_asked(node, choice)
                if not choice.available(asked):
                    continue
                value = node.seat.answer(asked)
                if value is not PASS and not isinstance(value, Pending):
                    self._move(node, choice, value)
                    break
            else:
                return

    def _offer_to_player(self, node: Node) -> Generator[Asked, Value, None]:
        for _ in range(MOVES_IN_A_ROW):
            if not (yield from self._offer_once(node)):
                return

    def _offer_once(self, node: Node) -> Generator[Asked, Value, bool]:
        for choice in node.offers:
            if choice.name not in node.played:
                continue
            if not self._can_move(node):
                return False
            asked = self._offer_asked(node, choice)
            if not choice.available(asked):
                continue
            seat = node.seats[choice.name]
            value: Value | Pending = (yield asked) if seat.waits else seat.answer(asked)
            if value is PASS or isinstance(value, Pending):
                continue
            self._check(asked, value)
            self._take_up(node, choice, value)
            return True
        return False

    def _can_move(self, node: Node) -> bool:
        return node.up and node.question is None and self.outcome is None

    def _take_up(self, node: Node, choice: Choice, value: Value) -> None:
        """The player's move. It is judged as an offer that is looked at: how often it was declined before, which a
        person does in silence, changes nothing."""
        asked = self._offer_asked(node, choice, counted=False)
        self._record(Answered(self.count, self.now, node.name, choice.name, value, "move"), asked, node.personas)
        self._move(node, choice, value)
        self._offer_to_node(node)

    def keep(self, name: str, choice_name: str, value: Value) -> None:
        """From now on `value` answers this choice of the node `name` without a question (chairs, an alarm).

        Raises LookupError if that is not the player's: in a run file, whoever wrote it would answer for the others;
        ValueError in words if it is no answer at all. One that does not fit a question is asked for there.
        """
        node = self.nodes.get(name)
        if node is None or choice_name not in node.played:
            raise LookupError(f"{choice_name} of {name} is not the player's to keep")
        assert node.protocol is not None
        try:
            node.protocol.choice(choice_name).domain.show(value)
        except (TypeError, ValueError):
            raise ValueError(f"{value!r} answers no {choice_name}") from None
        self.answers.append(Answered(self.count, self.now, name, choice_name, value, "keep"))
        self.count += 1
        node.kept[choice_name] = value
        self._note(name, kinds.KEEP, (choice_name, value))

    def take(self, answered: Answered) -> None:
        """Take a recorded answer, move or kept answer, as it was given. Raises DivergedError if it does not fit."""
        self.advance(answered.at)
        try:
            if answered.how == "move":
                self.move(answered.node, answered.choice, answered.value)
            elif answered.how == "keep":
                self.keep(answered.node, answered.choice, answered.value)
            else:
                for question in self.questions:
                    if question.node == answered.node and question.asked.choice.name == answered.choice:
                        self.answer(answered.value, question)
                        return
                raise LookupError(f"{answered.node} is not asked {answered.choice}")
        except (LookupError, ValueError) as error:
            raise DivergedError(f"after event {answered.after}: {error}") from None
