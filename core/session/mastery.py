"""Mastery: after three right first answers in a row a case may be handed over, and then runs by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from core.kernel.choice import Asked, Choice, Kind, Verdict
from core.kernel.scenario import NETWORK

FIRST_ANSWERS = 3
"""Right first answers in a row after which a case is offered to be handed over."""

Case = tuple[str, str]
"""(choice, case)."""


def case_of(asked: Asked) -> Case:
    """Which case a question is."""
    return (asked.choice.name, asked.case)


class Mastery:
    """Which cases may be handed over, and which are. It is an offer: nothing runs by itself unasked.

    What runs by itself never ends a run: its last question is the player's (`core.session.play`). Never handed over
    are gambles (judged by value), chance, fates of packets, what a room keeps for the player (`Choice.by_hand`: what is
    scarce), and what the level does (`allowed`). Where the book itself rolls dice the player is asked all the same:
    there is no right answer to give in his place.
    """

    def __init__(self, handed_over: Iterable[Case] = (), allowed: bool | Collection[str] = True) -> None:
        """`allowed`: whether cases may be handed over in this level at all, or of which choices."""
        self._handed_over = list(handed_over)
        self._offered: list[Case] = []
        self._streaks: dict[Case, int] = {}
        self._allowed = allowed

    @property
    def handed_over(self) -> tuple[Case, ...]:
        """The cases that run by themselves, the latest last."""
        return tuple(self._handed_over)

    @property
    def offered(self) -> tuple[Case, ...]:
        """The cases that may be handed over, the latest last."""
        return tuple(self._offered)

    def runs(self, asked: Asked) -> bool:
        """Does this question answer itself?"""
        return (
            bool(self._handed_over)
            and asked.node != NETWORK
            and case_of(asked) in self._handed_over
            and not asked.book_draws
        )

    def count(self, asked: Asked, verdict: Verdict) -> Case | None:
        """Count a first answer; the case, if it is offered by it."""
        if asked.node == NETWORK or not self._may(asked.choice) or asked.book_draws:
            return None
        return self._count(verdict)

    def recount(self, choice: Choice | None, verdict: Verdict, by: str) -> None:
        """The same for an answer of a play that goes on; what answered itself last goes on to. `choice` is None for the
        network's."""
        if choice is None or not self._may(choice):
            return
        case = (verdict.choice, verdict.case)
        if by == "autopilot":
            self._forget(case)
            self._handed_over.append(case)
        elif by == "you":
            if case in self._handed_over:
                self._forget(case)
            self._count(verdict)

    def _count(self, verdict: Verdict) -> Case | None:
        case = (verdict.choice, verdict.case)
        right = verdict.kind in (Kind.BOOK, Kind.FINE)
        self._streaks[case] = self._streaks.get(case, 0) + 1 if right else 0
        if not right and case in self._offered:
            self._offered.remove(case)
        if self._streaks[case] < FIRST_ANSWERS or case in self._offered or case in self._handed_over:
            return None
        self._offered.append(case)
        return case

    def _forget(self, case: Case) -> None:
        for cases in (self._offered, self._handed_over):
            if case in cases:
                cases.remove(case)
        self._streaks[case] = 0

    def _may(self, choice: Choice) -> bool:
        if choice.chance or choice.by_hand or choice.value is not None:
            return False
        return self._allowed if isinstance(self._allowed, bool) else choice.name in self._allowed

    def hand_over(self, case: Case | None = None) -> Case | None:
        """Let an offered case (the latest, if none is named) run by itself from now on; None if it is not offered."""
        case = case if case is not None or not self._offered else self._offered[-1]
        if case is None or case not in self._offered:
            return None
        self._forget(case)
        self._handed_over.append(case)
        return case

    def take_back(self) -> Case | None:
        """The latest case that was handed over is asked again; it is offered anew after as many right answers. None if
        there is none."""
        if not self._handed_over:
            return None
        case = self._handed_over[-1]
        self._forget(case)
        return case
