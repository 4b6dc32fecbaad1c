"""Mastery: after three right first answers in a row a case runs by itself."""

from __future__ import annotations

from collections.abc import Iterable

from core.kernel.choice import Asked, Choice, Kind, Verdict
from core.kernel.scenario import NETWORK

FIRST_ANSWERS = 3
"""Right first answers in a row after which a case runs by itself."""

Case = tuple[str, str]
"""(choice, case)."""


def case_of(asked: Asked) -> Case:
    """Which case a question is."""
    return (asked.choice.name, asked.case)


class Mastery:
    """Which cases run by themselves. Gambles (judged by value), chance and fates of packets never do."""

    def __init__(self, mastered: Iterable[Case] = ()) -> None:
        self._mastered = list(mastered)
        self._streaks: dict[Case, int] = {}
        self._refused: set[Case] = set()

    @property
    def cases(self) -> frozenset[Case]:
        """The cases that run by themselves."""
        return frozenset(self._mastered)

    def runs(self, asked: Asked) -> bool:
        """Does this question answer itself?"""
        return bool(self._mastered) and asked.node != NETWORK and case_of(asked) in self._mastered

    def count(self, asked: Asked, verdict: Verdict) -> Case | None:
        """Count a first answer; the case, if it is mastered by it."""
        return self.count_verdict(asked.choice, verdict) if asked.node != NETWORK else None

    def count_verdict(self, choice: Choice | None, verdict: Verdict) -> Case | None:
        """The same for an answer that was given before; `choice` is None for the network's."""
        case = (verdict.choice, verdict.case)
        if choice is None or choice.chance or choice.value is not None or case in self._refused:
            return None
        right = verdict.kind in (Kind.BOOK, Kind.FINE)
        self._streaks[case] = self._streaks.get(case, 0) + 1 if right else 0
        if self._streaks[case] < FIRST_ANSWERS or case in self._mastered:
            return None
        self._mastered.append(case)
        return case

    def undo(self) -> Case | None:
        """Take back the latest: it is asked again from now on, however well it is answered. None if there is none."""
        if not self._mastered:
            return None
        case = self._mastered.pop()
        self._refused.add(case)
        return case
