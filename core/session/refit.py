"""The answers of a run in a scenario that has changed since: as far as they fit, each at its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.kernel.scenario import Scenario
from core.kernel.world import Answered, DivergedError, World


@dataclass(frozen=True)
class Refit:
    """Where a run stands in another scenario.

    answers  those that fit, as that scenario takes them.
    event    after which event it stands.
    at       the true time (µs) there.
    whole    did all of them fit?
    """

    answers: tuple[Answered, ...]
    event: int
    at: int
    whole: bool


def refit(scenario: Scenario, answers: Sequence[Answered], until: int) -> Refit:
    """Give the answers again, and let it run up to the true time `until` (µs), or to the first that does not fit."""
    world = World(scenario)
    fitted: list[Answered] = []
    for given in answers:
        while world.count < given.after and _step_by(world, given.at):
            pass
        while not _open(world, given) and _step_by(world, given.at):
            pass
        one = replace(given, after=world.count, at=max(given.at, world.now))
        try:
            world.take(one)
        except DivergedError:
            return Refit(tuple(fitted), world.count, world.now, False)
        fitted.append(one)
    while _step_by(world, until):
        pass
    return Refit(tuple(fitted), world.count, max(world.now, min(until, world.next_time() or until)), True)


def _step_by(world: World, time: int) -> bool:
    """One event, if it is not later than that. False if there is none."""
    upcoming = world.next_time()
    return upcoming is not None and upcoming <= time and world.step()


def _open(world: World, given: Answered) -> bool:
    """Can it be given now, as far as that is seen without trying?"""
    return given.how != "answer" or any(
        question.node == given.node and question.asked.choice.name == given.choice for question in world.questions
    )
