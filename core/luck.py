"""Was a win a lucky one? The same run from after a mistake on, in reseeded futures, the book playing on.

What was set stays set. Where no dice fall all futures are alike, and nobody was lucky.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.judging import FUTURES, MOST_EVENTS
from core.kernel.choice import Kind
from core.kernel.dice import Dice
from core.kernel.seats import Book, Player
from core.kernel.world import World

SLICE = 400
MOST_MOMENTS = 3
"""Of so many mistakes, the first and the last among them, the futures are looked at."""


@dataclass(frozen=True)
class Luck:
    """What became of `of` futures from `at` (µs) on: so many were won, with the means of the level's measures."""

    at: int
    won: int
    of: int
    means: Mapping[str, Fraction]

    @property
    def was_needed(self) -> bool:
        """Are fewer than half of them won?"""
        return 2 * self.won < self.of


def luck_of(run: World, *, futures: int = FUTURES, slice_events: int = SLICE) -> Iterator[Luck | None]:
    """Of a run that was won: what usually comes of that mistake in it of which the least is won; None after every
    `slice_events` events of the work. Nothing at all if there was no mistake.

    Raises DivergedError if the run's answers do not fit its scenario.
    """
    moments: list[World] = []
    for world in _after_mistakes(run):
        if world is not None:
            moments.append(world)
        yield None
    chosen = moments if len(moments) <= MOST_MOMENTS else [moments[0], moments[len(moments) // 2], moments[-1]]
    worst: Luck | None = None
    for moment in chosen:
        ended: list[World] = []
        for number in range(futures):
            future = moment.fork(player=Player(), seed=Dice(moment.seed, "luck", number).below(1 << 48))
            future.sit(Book())
            done = 0
            while done < MOST_EVENTS and (ran := future.run(limit=slice_events)):
                done += ran
                yield None
            ended.append(future)
        won = sum(1 for world in ended if world.outcome is not None and world.outcome.won)
        measured = [world.measures() for world in ended]
        means = {name: Fraction(sum(one[name] for one in measured), futures) for name in measured[0]}
        found = Luck(moment.now, won, futures, means)
        worst = found if worst is None or found.won < worst.won else worst
    if worst is not None:
        yield worst


def _after_mistakes(run: World) -> Iterator[World | None]:
    """The run again: a fork after each mistake; None after every slice of events without one."""
    world, done = World(run.scenario, intervals=False), 0
    for given in (*run.answers, None):
        while world.count < (run.count if given is None else given.after):
            before = len(world.verdicts)
            if not world.step():
                break
            done += 1
            if _mistaken(world, before):
                yield world.fork(player=Player())
            elif done % SLICE == 0:
                yield None
        if given is None:
            return
        world.advance(given.at)
        before = len(world.verdicts)
        world.take(given)
        if _mistaken(world, before) and not world.over:
            yield world.fork(player=Player())


def _mistaken(world: World, before: int) -> bool:
    return any(verdict.kind in (Kind.WRONG, Kind.COSTLY) for verdict in world.verdicts[before:])
