"""The timeline of a session: where it can go back to, what is known ahead (the tape), and the lines of play."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.scenario import Scenario
from core.kernel.world import Answered, DivergedError, World
from core.session.history import History
from core.session.lines import Branch, Lines


class Timeline:
    """All moments of all lines of play of one scenario.

    watching  are the answers that are known ahead given by themselves?
    rewinds   times that play went on from where the player had gone back to.
    ended     has some line of play been seen to its end since the start?
    floor     the event at which play begins (what is kept at the start comes before it).
    """

    def __init__(self, scenario: Scenario, answers: Sequence[Answered]) -> None:
        """`answers`: recorded ones, known from the start and watched."""
        self._history = History(scenario)
        self._lines = Lines(answers)
        self.watching = bool(answers)
        self.rewinds = 0
        self.ended = False
        self.floor = 0
        self._gone_back = False

    # The tape

    def watch(self, watching: bool) -> None:
        """Let the answers that are known ahead be given, or not."""
        self.watching = watching

    def known(self, world: World) -> Answered | None:
        """The answer that came next here, if one is known."""
        return self._lines.next(len(world.answers))

    def due(self, world: World) -> Answered | None:
        """The next answer that is watched, if it is to be given before the next event."""
        given = self.known(world) if self.watching else None
        return given if given is not None and given.after == world.count else None

    # Going on

    @property
    def gone_back(self) -> bool:
        """Has the player gone back, and done nothing since?"""
        return self._gone_back

    def reached(self, world: World) -> None:
        """The world has run an event."""
        self._history.remember(world)
        self._lines.reached(world.count)

    def follow(self, world: World, place: int, given: Answered, by: str) -> int | None:
        """An answer was given, along the known ones or off them; the number of the branch that begins with it, if one
        does."""
        if self._gone_back and by == "you":
            self._gone_back = False
            self.rewinds += 1
        known = self._lines.next(place)
        branch = self.leave(world, place, given.after) if known is not None and known != given else None
        self._lines.given(place, given, by)
        self._lines.reached(world.count)
        return branch

    def leave(self, world: World, answers: int, at: int) -> int:
        """Leave the present line at event `at` with its first `answers` answers; the number of the new one. What was
        known ahead is watched no longer."""
        self.watching = False
        return self._lines.leave(answers, at, world.count)

    def end(self) -> None:
        """The run has ended."""
        self.ended = True
        self.watching = False

    def began(self, event: int) -> None:
        """Play begins at this event."""
        self.floor = event

    # Going back

    def restart(self) -> None:
        """A run from the start, on a line of its own. Counts as going back."""
        self._lines.leave(0, 0, 0)
        self.rewinds += 1
        self.ended = self.watching = self._gone_back = False
        self.floor = 0

    def moment(self, world: World, event: int, answers: Sequence[Answered]) -> World:
        """The world right after event number `event` with these answers given, for a session that stood at `world`.

        Raises DivergedError if they do not fit.
        """
        try:
            found = self._history.at(answers, event)
        except DivergedError:
            # The last answer itself led on (an automated move of the node followed at once): there is no moment after
            # it at that event, only the one at which it was asked.
            if not answers or answers[-1].after != event:
                raise
            answers = answers[:-1]
            found = self._history.at(answers, event)
        self._gone_back = self._gone_back or event < world.count or len(answers) < len(world.answers)
        return found

    def before(self, world: World) -> World | None:
        """The world before its present event, made anew; None if it cannot be."""
        event = world.count - 1
        try:
            return self._history.at(_until(world.answers, event), event)
        except DivergedError:
            return None

    def step_back(self, world: World, seen: Sequence[int]) -> tuple[int, list[Answered]] | None:
        """Where one step back leads: event and answers; None at the start. `seen`: the events before this one at which
        something was seen."""
        answers, event = world.answers, world.count
        given = answers[-1] if answers else None
        by_hand = given is not None and self._lines.now.by[len(answers) - 1] in ("you", "tape")
        if given is not None and by_hand and given.how == "answer" and given.after == event > self.floor:
            return event, answers[:-1]
        if event <= self.floor:
            return None
        earlier = [place for place in seen if place >= self.floor]
        target = earlier[-1] if earlier else self.floor
        return target, _until(answers, target)

    def way_to(self, world: World, event: int, answered: bool) -> tuple[int, list[Answered]]:
        """Where a jump to just after this event leads: event and answers. A question that came with it is open again,
        unless `answered` or nothing is known after it."""
        target = min(max(event, self.floor), self.last(world))
        answers = _until(self._lines.now.tape, target)
        if not answered and self.floor < target < self.last(world):
            while answers and answers[-1].after == target and answers[-1].how == "answer":
                answers.pop()
        return target, answers

    def way_with(self, event: int, answers: int) -> tuple[int, list[Answered]]:
        """Where a jump to just after this event, with the first so many answers given, leads: event and answers.

        Whoever stands before answers that are known has gone back, even if this world never came so far.
        """
        self._gone_back = self._gone_back or answers < len(self._lines.now.tape)
        return max(event, self.floor), list(self._lines.now.tape[:answers])

    def known_end(self, by: Sequence[str]) -> tuple[int, list[Answered]]:
        """Where the known answers end: event and answers. `by`: who gave each."""
        answers = list(self._lines.now.tape)
        self._lines.now.by[:] = [*by, *["you"] * len(answers)][: len(answers)]
        count = max((given.after for given in answers), default=0)
        return count + (answers[-1].how != "answer" if answers else 0), answers

    def resume(self, rewinds: int) -> None:
        """Go on from there, as if the known answers had just been given: none is watched, nobody has gone back but
        `rewinds` times."""
        given_by = self._lines.now.by
        self.floor = next((place for place, who in enumerate(given_by) if who != "kept"), len(given_by))
        self.rewinds = rewinds
        self.watching = self._gone_back = False

    # Lines of play

    def last(self, world: World) -> int:
        """The last event known on this line."""
        return max(self._lines.now.end, world.count)

    @property
    def branch(self) -> int:
        """The number of the present line."""
        return self._lines.now.number

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All lines, by number."""
        return self._lines.branches()

    def go(self, branch: int) -> int:
        """Make another line the present one; its last event. Raises IndexError if there is none of that number."""
        self._lines.go(branch)
        self.watching = False
        return self._lines.now.end

    def rescript(self, scenario: Scenario) -> None:
        """What has been played was a run of this scenario: what is gone back to is re-executed in it."""
        self._history = History(scenario)


def _until(answers: Sequence[Answered], event: int) -> list[Answered]:
    """The answers that are given by the state right after event number `event`; a move after it leads on from it."""
    return [given for given in answers if given.after < event or (given.after == event and given.how == "answer")]
