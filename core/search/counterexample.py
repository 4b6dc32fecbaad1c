"""A law that broke in an exploration, as a run that can be played again: its scenario, answers, decisive move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.kernel.laws import BoundLaw
from core.kernel.scenario import Scenario
from core.kernel.seats import Book
from core.kernel.world import Answered, World, replayed
from core.search.explorer import within
from core.search.misfortune import Budget

MOST_EVENTS = 100_000
"""A run that has not ended after so many more events by the book goes on for ever."""


@dataclass(frozen=True)
class Counterexample:
    """A run in which a law breaks.

    scenario  won by that law alone, within the budget of misfortune; all that chance decides is in the answers.
    answers   the player's and chance's, the fates of packets, crashes, and orders of simultaneous events.
    decisive  the place among them of the last that is not what the book does, or what happens anyway; None if all are.
    world     where it has ended, lost; if the law is one that must come about some time, and the run goes on for ever
              without it, where that was seen: then it has no outcome.
    """

    scenario: Scenario
    answers: tuple[Answered, ...]
    decisive: int | None
    world: World


def counterexample(
    scenario: Scenario, budget: Budget | None, law: BoundLaw, answers: Sequence[Answered]
) -> Counterexample:
    """The run of these answers; a budget of None: it breaks by itself, in the scenario's own dice. Raises DivergedError
    if they do not fit."""
    explored = scenario_within(scenario, budget, law)
    last = max((answered.after for answered in answers), default=0)
    world = replayed(explored, answers, last)
    for answered in answers:
        if answered.after == last:
            world.take(answered)
    seen = world.fork()
    world.sit(Book())
    world.run(limit=MOST_EVENTS)
    lost = world.outcome is not None and not world.outcome.won
    return Counterexample(explored, tuple(answers), _decisive(explored, answers), world if lost else seen)


def scenario_within(scenario: Scenario, budget: Budget | None, law: BoundLaw) -> Scenario:
    """The scenario as it is explored, won by this law alone; with no budget, as it is."""
    explored = replace(scenario, lose=(), par=()) if budget is None else within(scenario, budget)
    return replace(explored, win=(law,))


def _decisive(scenario: Scenario, answers: Sequence[Answered]) -> int | None:
    """The place of the last answer that is neither the book's nor what happens anyway; of an order of events only if
    there is no other."""
    world = World(scenario)
    found: int | None = None
    order: int | None = None
    for place, answered in enumerate(answers):
        while world.count < answered.after and world.step():
            pass
        verdicts = len(world.verdicts)
        world.take(answered)
        judged = world.verdicts[verdicts] if len(world.verdicts) > verdicts else None
        if answered.how == "order":
            order = place
        elif answered.how != "answer" or judged is None or judged.value != judged.book:
            found = place
    return order if found is None else found
