"""Back and forth: stepping back, jumping, branching off, starting anew."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Choice, Verdict
from core.kernel.world import Answered, DivergedError, World
from core.session import notices
from core.session.controls import Controls
from core.session.lines import until


class Rewinding(Controls):
    """Going back to any moment of any line of play, and on from there."""

    def back(self) -> bool:
        """One seen event (or answer) back, and pause. False at the start."""
        answers = self._world.answers
        event = self._world.count
        given = answers[-1] if answers else None
        by_hand = given is not None and self._lines.now.by[len(answers) - 1] in ("you", "tape")
        if given is not None and by_hand and given.how == "answer" and given.after == event > self._floor:
            self._go_to(event, answers[:-1])
            return True
        earlier = [seen for seen in self._visible if self._floor <= seen < event]
        if event <= self._floor:
            return False
        target = earlier[-1] if earlier else self._floor
        self._go_to(target, until(answers, target))
        return True

    def jump(self, event: int, answered: bool = False) -> None:
        """To just after event number `event` (see World.count) of this line of play, back or forth, and pause.

        A question that came with that event is open again, unless `answered` or nothing is known after it: to stand
        before the answer that a verdict is about, jump to `verdict.event`.
        """
        target = min(max(event, self._floor), self.position[1])
        answers = until(self._lines.now.tape, target)
        if not answered and self._floor < target < self.position[1]:
            while answers and answers[-1].after == target and answers[-1].how == "answer":
                answers.pop()
        self._go_to(target, answers)

    def forward(self) -> bool:
        """One seen event forth along the known answers, and pause. False at the end of the known."""
        before, self._watching = self._watching, True
        if self.position[0] >= self._lines.now.end and self._due() is None:
            self._watching = before
            return False
        went = self.step()
        self._watching = self._watching and before
        return went

    def restart(self) -> None:
        """From the start, with the clock running; what was played stays as a branch. Counts as going back."""
        self._lines.leave(0, 0, 0)
        self.rewinds += 1
        self._ended = self._watching = self._went_back = self._paused = self._flat_out = False
        self._words.forget()
        self._begin(World(self.scenario))
        self._tell(notices.Branched(self.branch, 0))
        self._tell(notices.Jumped(0, 0))
        self._settle_in()
        self._rouse()

    def go_on(self, by: Sequence[str] = (), *, hints: int = 0, whys: int = 0, rewinds: int = 0) -> None:
        """Go on where the recorded answers end, as if they had just been given here: none of them is watched. `by`: who
        gave each. What was mastered by them is; hints, whys and rewinds count on.

        Raises DivergedError if the answers do not fit the scenario.
        """
        answers = list(self._lines.now.tape)
        self._lines.now.by[:] = [*by, *["you"] * len(answers)][: len(answers)]
        paused, count = self._paused, max((given.after for given in answers), default=0)
        self._go_to(count + (answers[-1].how != "answer" if answers else 0), answers)
        self._went_back = self._watching = False
        self._paused = paused
        self._floor = next((place for place, who in enumerate(self._lines.now.by) if who != "kept"), len(answers))
        self.hints_used, self.whys, self.rewinds = hints, whys, rewinds
        given = {(each.after, each.node, each.choice) for each, who in zip(answers, by, strict=False) if who == "you"}
        for verdict in self._world.verdicts:
            if (verdict.event, verdict.node, verdict.choice) in given:
                self._mastery.count_verdict(self._choice_of(verdict), verdict)
        self._sit_down()

    def _choice_of(self, verdict: Verdict) -> Choice | None:
        node = self._world.nodes.get(verdict.node)
        return node.protocol.choice(verdict.choice) if node is not None and node.protocol is not None else None

    def go(self, branch: int) -> None:
        """To the end of another line of play, and pause. Raises IndexError if there is none of that number."""
        self._lines.go(branch)
        self._watching = False
        self.jump(self._lines.now.end, answered=True)

    def _go_to(self, event: int, answers: Sequence[Answered]) -> None:
        try:
            world = self._history.at(answers, event)
        except DivergedError:
            # The last answer itself led on (an automated move of the node followed at once): there is no moment after
            # it at that event, only the one at which it was asked.
            if not answers or answers[-1].after != event:
                raise
            answers = answers[:-1]
            world = self._history.at(answers, event)
        self._paused, self._flat_out = True, False
        self._went_back = self._went_back or event < self._world.count or len(answers) < len(self._world.answers)
        self._begin(world)
        if self._policy is not None and not self._watching:
            world.sit(self._policy)
            self._after_change()
        self._tell(notices.Jumped(event, world.now))
        self._rouse()
