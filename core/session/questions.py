"""Questions, and what follows from an event: whom they are put to, what is told of them, and the tape of recorded
answers that are given ahead of everybody else's."""

from __future__ import annotations

from core.kernel.choice import Choice, Value, Verdict
from core.kernel.domains import SomeOf
from core.kernel.sight import INWARD
from core.kernel.world import Answered, DivergedError, Question, World
from core.session import notices
from core.session.lines import until
from core.session.state import SessionState


class Questions(SessionState):
    """What follows from an event or an answer, and who is asked."""

    def _settle_in(self) -> None:
        """At the start of a run: what is kept, and who sits."""
        self._floor = 0
        if not self._watching:
            self._keep_defaults()
            self._floor = self._world.count
        self._sit_down()

    def _sit_down(self) -> None:
        if self._policy is not None and not self._watching:
            self._by = "policy"
            self._world.sit(self._policy)
            self._after_change()
        elif not self._watching:
            self._by = "you"
            self._told_questions = {}
            self._after_change()

    # One event, and what follows from it

    def _event(self) -> bool:
        """Run one event; was anything seen of it?"""
        if not self._world.step():
            return False
        self._history.remember(self._world)
        self._lines.reached(self._world.count)
        return self._after_change()

    def _after_change(self) -> bool:
        """Tell what is new in the world; was anything seen?"""
        world = self._world
        seen = self._note_seen()
        self._tell_answers()
        self._tell_verdicts()
        self._tell_questions()
        if world is not self._world:
            return True
        if self._watching and self._seats and self._lines.next(len(world.answers)) is None:
            self._stop_watching()
        self._words.look(world.now, self._inward)
        if world.over and not self._told_over:
            self._tell_over()
        return seen

    def _note_seen(self) -> bool:
        new = list(self._sight.entries(self._told_entries))
        self._told_entries += len(new)
        self._inward += sum(1 for entry in new if entry.kind in INWARD)
        opened = any(question.number not in self._told_questions for question in self._world.questions)
        if not new and not opened and not self._world.over:
            return False
        if not self._visible or self._visible[-1] < self._world.count:
            self._visible.append(self._world.count)
        return True

    def _tell_answers(self) -> None:
        for given in self._world.answers[self._told_answers :]:
            self._told_answers += 1
            self._follow_tape(given)
            self._tell(notices.Answered(given, self._by, self._told_answers - 1))

    def _tell_verdicts(self) -> None:
        for place in range(self._told_verdicts, len(self._world.verdicts)):
            self._told_verdicts = place + 1
            self._tell(notices.Judged(self._world.verdicts[place]))
            self._words.judged(self._world, place, self._inward, self._world_before)

    def _world_before(self) -> World | None:
        """The world before the present event, made anew."""
        before = self._world.count - 1
        try:
            return self._history.at(until(self._world.answers, before), before)
        except DivergedError:
            return None

    def _tell_questions(self) -> None:
        """Tell of questions that went; answer those that nobody need be asked; tell of the rest."""
        world = self._world
        open_now = {question.number for question in world.questions}
        for number in [number for number in self._told_questions if number not in open_now]:
            self._let_go(number)
            self._tell_gone(self._told_questions.pop(number))
        for question in list(world.questions):
            if question.number in self._told_questions or all(question is not other for other in world.questions):
                continue
            self._told_questions[question.number] = question
            self._meet(question)
            if world is not self._world:
                return

    def _tell_gone(self, question: Question) -> None:
        """A question went: was it answered, did its deadline pass, did its node crash?"""
        world = self._world
        name = question.asked.choice.name
        for given in reversed(world.answers):
            if given.after < question.opened:
                break
            if given.how == "answer" and (given.node, given.choice) == (question.node, name):
                return
        if question.deadline is not None and question.deadline <= world.now:
            self._tell(notices.Expired(question, question.fallback))
        else:
            self._tell(notices.Withdrawn(question))

    def _meet(self, question: Question) -> None:
        """A new question: one that answers itself, or one to ask."""
        asked = question.asked
        due = self._due()
        if due is not None and due.how == "answer":
            return
        if self._watching and self._lines.next(len(self._world.answers)) is None:
            self._stop_watching()
            return
        if question.node in self._seats:
            self._rouse()
        elif self.asks == "notice" and asked.choice.keeps:
            self._settle_kept(question)
        elif self._mastery.runs(asked):
            self._settle_by("autopilot", question, asked.book)
        else:
            self._flat_out = False
            self._tell(notices.Asked(question, asked.case, self.asks == "choose"))

    def _settle_by(self, by: str, question: Question, value: Value) -> None:
        before, self._by = self._by, by
        try:
            self._world.answer(value, question)
            self._after_change()
        finally:
            self._by = before

    def _settle_kept(self, question: Question) -> None:
        """Nobody asks what is kept. What was kept does not fit this question: what is left of it does (chairs of peers
        who went stay empty), else inaction; inaction is kept where nothing was."""
        asked = question.asked
        name = asked.choice.name
        node = self._world.nodes[question.node]
        value = asked.inaction
        if name not in node.kept:
            before, self._by = self._by, "kept"
            self._world.keep(question.node, name, value)
            self._by = before
        elif isinstance(asked.choice.domain, SomeOf) and isinstance(node.kept[name], tuple):
            options = list(asked.choice.domain.of(asked))
            left = tuple(item for item in node.kept[name] if item in options)[: asked.choice.domain.most(asked)]
            if asked.choice.domain.problem(asked, left) is None:
                value = left
        self._settle_by("kept", question, value)

    def _keep_defaults(self) -> None:
        """With `asks = "notice"`: what the player keeps starts as inaction, where inaction needs no question."""
        if self.asks != "notice":
            return
        self._by = "kept"
        for name, choice in self._kept_choices():
            if name not in self._seats and not callable(choice.inaction):
                self._world.keep(name, choice.name, choice.inaction)
        self._after_change()
        self._by = "you"

    def _kept_choices(self) -> list[tuple[str, Choice]]:
        return [
            (node.name, choice)
            for node in self._world.nodes.values()
            if node.protocol is not None
            for choice in node.protocol.choices
            if choice.name in node.played and choice.keeps
        ]

    def _tell_over(self) -> None:
        self._told_over = self._ended = True
        self._flat_out = False
        if self._lines.next(len(self._world.answers)) is not None:
            self._branch_off(self._world.count, len(self._world.answers))
        self._watching = False
        rest = self._words.rest(self._world.now)
        assert self._world.outcome is not None
        self._tell(notices.Over(self._world.outcome, rest))
        for event in self._over_waiters:
            event.set()
        self._over_waiters = []

    # The tape: recorded answers ahead

    def _take_from_tape(self, given: Answered) -> None:
        before, self._by = self._by, "tape"
        try:
            if given.how == "answer":
                self._put(given.value, self._question_of(given))
            else:
                self._world.take(given)
                self._after_change()
        except (DivergedError, LookupError, ValueError):
            self._stop_watching()
        finally:
            self._by = before

    def _question_of(self, given: Answered) -> Question:
        for question in self._world.questions:
            if (question.node, question.asked.choice.name) == (given.node, given.choice):
                return question
        raise LookupError(f"{given.node} is not asked {given.choice}")

    def _stop_watching(self) -> None:
        """The person takes over from the recorded answers: open questions are theirs."""
        self._watching = False
        self._sit_down()

    def _follow_tape(self, given: Answered) -> None:
        """Note an answer just given: along the known answers, or off them on a branch of its own."""
        place = self._told_answers - 1
        if self._went_back and self._by == "you":
            self._went_back = False
            self.rewinds += 1
        known = self._lines.next(place)
        if known is not None and known != given:
            self._branch_off(given.after, place)
        self._lines.given(place, given, self._by)
        self._lines.reached(self._world.count)

    def _branch_off(self, at: int, answers: int) -> None:
        self._watching = False
        self._tell(notices.Branched(self._lines.leave(answers, at, self._world.count), at))

    def _put(self, value: Value, question: Question) -> Verdict:
        problem = question.asked.choice.domain.problem(question.asked, value)
        if problem:  # a tape's answer may be anything, and none but answers can be judged
            raise ValueError(problem)
        self._words.prepare(self._world, question, value)
        try:
            verdict = self._world.answer(value, question)
        except (LookupError, ValueError):
            self._words.unprepare()
            raise
        self._after_change()
        return verdict
