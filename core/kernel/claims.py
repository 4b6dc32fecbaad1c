"""A claim: the player of the network's hand may swear that no hand within its budget brings about what is wanted.

Whether that is so an explorer says (core.search.claims), who is handed in: nothing here knows one. The oath is right
only if everything was tried; if it is wrong there is a run that does it, the shortest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, Self

BOUND = 6_000
"""Worlds that are tried at most: an oath is judged while somebody waits."""


class Claimed(Protocol):
    """A scenario, as far as it is used here: core.kernel.scenario knows this file, and this one not that."""

    @property
    def seed(self) -> int: ...
    def digest(self) -> str:
        """What tells it from all others."""

    def unclaimed(self) -> Self:
        """The same, and nothing may be sworn."""


class Found(NamedTuple):
    """What was found.

    answers   the fewest (`Answered`) that do it; None if none do.
    complete  was everything tried?
    tried     how many worlds were.
    """

    answers: tuple[Any, ...] | None
    complete: bool
    tried: int

    @property
    def holds(self) -> bool:
        """Is the oath right?"""
        return self.answers is None and self.complete


@dataclass(frozen=True)
class Claim:
    """That an oath may be sworn, and who knows whether it is right.

    explore  called with a scenario without a claim and how many worlds may be tried.
    memo     what is known already, by scenario and seed.
    """

    explore: Callable[[Any, int], Found] = field(compare=False)
    bound: int = BOUND
    memo: dict[tuple[str, int], Found] = field(default_factory=dict, compare=False, repr=False)

    def found(self, scenario: Claimed) -> Found:
        """What the explorer says of this scenario."""
        key = (scenario.digest(), scenario.seed)
        if key not in self.memo:
            self.memo[key] = self.explore(scenario.unclaimed(), self.bound)
        return self.memo[key]
