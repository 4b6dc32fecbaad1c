"""The player's controls: plain calls from the session's thread."""

from __future__ import annotations

from core.kernel.choice import Asked, Value, Verdict
from core.kernel.world import Question
from core.session import notices
from core.session.mastery import Case, case_of
from core.session.notices import Consequence
from core.session.questions import Questions

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
MOST_STEPS = 100_000
"""Unseen events that one step of the player's may pass."""


class Controls(Questions):
    """Pause, pace, answers, moves, hints."""

    def pause(self) -> None:
        """Stop the clock."""
        self._set_paused(True)

    def resume(self) -> None:
        """Let the clock run."""
        self._set_paused(False)

    def toggle(self) -> None:
        """Pause or resume."""
        self._set_paused(not self._paused)

    def _set_paused(self, paused: bool) -> None:
        self._paused = paused
        if paused:
            self._flat_out = False
        self._tell(notices.Paced(self._paused, self._speed, self._flat_out))
        self._rouse()

    def set_speed(self, speed: float) -> None:
        """The nearest of SPEEDS."""
        self._speed = min(SPEEDS, key=lambda offered: abs(offered - speed))
        self._tell(notices.Paced(self._paused, self._speed, self._flat_out))
        self._rouse()

    def faster(self) -> None:
        """Twice as fast."""
        self.set_speed(min(self._speed * 2, SPEEDS[-1]))

    def slower(self) -> None:
        """Half as fast."""
        self.set_speed(max(self._speed / 2, SPEEDS[0]))

    def to_question(self) -> None:
        """As fast as it goes, until the next question (or the end)."""
        self._flat_out = True
        self._set_paused(False)

    def step(self) -> bool:
        """To the next thing that can be seen (in the fog, what goes on elsewhere is passed), then pause.

        False if a question stops the world or the run is over.
        """
        if not self._paused:
            self._set_paused(True)
        first = self._world.count
        went = False
        for _ in range(MOST_STEPS):
            due = self._due()
            if due is not None:
                self._take_from_tape(due)
                went = True
                break
            if self._stands_for_seat():
                went = self._urge() or went
                break
            if self._world.over or self._world.stopped:
                break
            went = True
            if self._event():
                break
        self._mark_time()
        if went:
            self._tell(notices.Stepped(first, self._world.count, self._world.now))
        return went

    def _stands_for_seat(self) -> bool:
        return not self._world.over and (self._held() or (self._world.stopped and bool(self._at_seats())))

    def _urge(self) -> bool:
        """Let a seat be asked although the clock is stopped; is there anybody to do it?"""
        self._urged = True
        self._rouse()
        return self._running

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """Answer an open question (the oldest, if none is named).

        Raises LookupError if none is open, ValueError in words for a value out of the question.
        """
        found = question or self.question
        if found is None or found.number not in {q.number for q in self._world.questions}:
            raise LookupError("no question is open" if question is None else "that question is no longer open")
        problem = found.asked.choice.domain.problem(found.asked, value)
        if problem:
            raise ValueError(problem)
        self._watching = False
        self._by = "you"
        first_time = not self._went_back
        verdict = self._put(value, found)
        if first_time:
            self._count(found.asked, verdict)
        self._mark_time()
        self._rouse()
        return verdict

    def _count(self, asked: Asked, verdict: Verdict) -> None:
        """Three right first answers in a row: the case runs by itself from now on."""
        case = self._mastery.count(asked, verdict)
        if case is None:
            return
        self._tell(notices.Mastered(*case))
        for waiting in list(self._world.questions):
            if case_of(waiting.asked) == case and any(waiting is other for other in self._world.questions):
                self._settle_by("autopilot", waiting, waiting.asked.book)

    def undo(self) -> Case | None:
        """Take back the latest case that went to run by itself: it is asked again, for the rest of this session.
        None if there is none."""
        case = self._mastery.undo()
        if case is not None:
            self._tell(notices.Released(*case))
        return case

    def take_over(self) -> None:
        """Stop watching recorded answers: from here on the person plays. Nothing happens if none are watched."""
        if self._watching:
            self._stop_watching()
            self._mark_time()
            self._rouse()

    def move(self, choice: str, value: Value, node: str = "") -> Verdict:
        """Take up a standing offer now, between events. Raises LookupError, ValueError in words."""
        self.take_over()
        self._by = "you"
        place = len(self._world.verdicts)
        self._world.move(node or self.player, choice, value)
        verdict = self._world.verdicts[place]
        self._after_change()
        self._mark_time()
        self._rouse()
        return verdict

    def keep(self, choice: str, value: Value, node: str = "") -> None:
        """From now on `value` answers this choice without a question. An open question of it is answered with it.

        Raises LookupError if the choice is not the player's, ValueError in words if it cannot answer the open question.
        """
        name = node or self.player
        if name not in self._world.nodes or choice not in self._world.nodes[name].played:
            raise LookupError(f"{choice} is not yours to keep")
        self.take_over()
        waiting = [q for q in self._world.questions if q.node == name and q.asked.choice.name == choice]
        for question in waiting:
            problem = question.asked.choice.domain.problem(question.asked, value)
            if problem:
                raise ValueError(problem)
        self._by = "you"
        self._words.kept_anew(name, choice)
        self._world.keep(name, choice, value)
        self._after_change()
        for question in waiting:
            self._put(value, question)
        self._mark_time()
        self._rouse()

    def hint(self) -> str | None:
        """The next staged hint; None if there are no more."""
        if self.hints_used >= len(self.hints):
            return None
        words = self.hints[self.hints_used]
        self.hints_used += 1
        self._tell(notices.Hinted(self.hints_used, len(self.hints), words))
        return words

    def why(self) -> Consequence | None:
        """The words on the latest answer that have not been said, now, with the difference that the book playing on
        from here would soon show. None if everything is said. Logged."""
        consequence = self._words.why(self._world)
        self.whys += consequence is not None
        return consequence
