"""Lines of play: the answers that are known ahead (the tape), and the branches that left one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.kernel.world import Answered


@dataclass(frozen=True)
class Branch:
    """One line of play: the answers on it, and the last event known. `parent`, `at` (event): where it left another;
    -1, 0 for the first."""

    number: int
    answers: tuple[Answered, ...]
    end: int
    parent: int = -1
    at: int = 0


@dataclass
class Line:
    """A line of play at work: its answers, who gave them, and its last event, as far as they are known."""

    number: int = 0
    tape: list[Answered] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    end: int = 0
    parent: int = -1
    at: int = 0

    def branch(self) -> Branch:
        """As others see it."""
        return Branch(self.number, tuple(self.tape), self.end, self.parent, self.at)


class Lines:
    """All lines of play of a session; one is the present one. None is ever lost."""

    def __init__(self, answers: Sequence[Answered]) -> None:
        """`answers`: recorded ones, known from the start."""
        end = max((given.after for given in answers), default=0)
        self._all = [Line(0, list(answers), ["tape"] * len(answers), end)]
        self.now = self._all[0]
        """The present line."""

    def branches(self) -> tuple[Branch, ...]:
        """All, by number."""
        return tuple(line.branch() for line in self._all)

    def leave(self, answers: int, at: int, end: int) -> int:
        """Leave the present line at event `at`, with its first `answers` answers; the number of the new line."""
        old = self.now
        self.now = Line(len(self._all), old.tape[:answers], old.by[:answers], end, old.number, at)
        self._all.append(self.now)
        return self.now.number

    def go(self, number: int) -> None:
        """Make another line the present one. Raises IndexError if there is none of that number."""
        if not 0 <= number < len(self._all):
            raise IndexError(f"no branch {number}: there are {len(self._all)}")
        self.now = self._all[number]

    def next(self, place: int) -> Answered | None:
        """The answer number `place`, if it is known."""
        return self.now.tape[place] if place < len(self.now.tape) else None

    def given(self, place: int, given: Answered, by: str) -> None:
        """The answer number `place` was given; it is on this line (see `next`) or goes on from its end."""
        if place == len(self.now.tape):
            self.now.tape.append(given)
            self.now.by.append(by)

    def reached(self, event: int) -> None:
        """This event is known now."""
        self.now.end = max(self.now.end, event)
