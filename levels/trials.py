"""A level in others' hands, over seeds: what came of it and what it took. What no die decided is run once."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.kernel.choice import Persona
from core.kernel.scenario import Par, Scenario
from core.kernel.seats import Seat
from core.kernel.world import World
from core.session import scoring
from levels.players import Blind, Survey, Surveyed
from levels.proofs import par_proof, persona_seat, play, prove, with_figures_of
from levels.report import Work
from levels.schema import Asks, Level


@dataclass(frozen=True)
class Run:
    """What came of one run. `starred`: won within par; `alike`: every answer was the book's."""

    won: bool
    starred: bool
    alike: bool
    acts: int


@dataclass
class Count:
    """Runs of one player over seeds.

    starred  wins within par; `thrice`: how often the next seed was won within par as well, which earns three stars.
    acts     of all runs together.
    """

    wins: int = 0
    starred: int = 0
    thrice: int = 0
    seeds: int = 0
    acts: int = 0
    _before: bool = False

    def add(self, run: Run) -> None:
        """One more run."""
        self.wins += run.won
        self.starred += run.starred
        self.thrice += run.starred and self._before
        self._before = run.starred
        self.seeds += 1
        self.acts += run.acts

    def as_json(self) -> dict[str, Any]:
        """The count as a report has it, with the acts of a run."""
        return {
            "wins": self.wins, "starred": self.starred, "seeds": self.seeds,
            "acts a run": round(self.acts / max(1, self.seeds), 1),
        }  # fmt: skip


@dataclass
class Tally:
    """Runs of one persona over seeds, by what came of them."""

    loses: int = 0
    pays: int = 0
    passes: int = 0
    alike: int = 0

    def add(self, run: Run) -> None:
        """One more run."""
        if not run.won:
            self.loses += 1
        elif not run.starred:
            self.pays += 1
        elif run.alike:
            self.alike += 1
        else:
            self.passes += 1

    @property
    def bad(self) -> int:
        """On how many seeds it lost, or paid more than par."""
        return self.loses + self.pays

    @property
    def seeds(self) -> int:
        """On how many seeds it answered otherwise than the book, or lost."""
        return self.bad + self.passes

    def settled(self, left: int) -> bool:
        """Whatever comes of so many more seeds, does the majority stand?"""
        return 2 * self.bad > self.seeds + left or 2 * (self.bad + left) <= self.seeds + left

    def as_json(self) -> dict[str, int]:
        """The tally as a report has it."""
        return asdict(self)


@dataclass
class Trials:
    """Runs a level in others' hands. Of a run in which no die of the world was thrown the outcome stands for every seed
    on which the same happens."""

    level: Level
    work: dict[str, Work] = field(default_factory=dict)
    survey: Survey = field(default_factory=Survey)
    _part: str = "proof"
    _scenario: Scenario = field(init=False)
    """The level's, without the intervals of its rooms: nobody looks at these runs, and only they need the intervals."""
    _known: dict[tuple[Hashable, Hashable], Run] = field(default_factory=dict)
    _pars: dict[tuple[int | None, Hashable], tuple[Par, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        scenario = self.level.scenario
        rooms = {name: replace(room, intervals=()) for name, room in scenario.protocols.items()}
        self._scenario = replace(scenario, protocols=rooms)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What runs within is work of this part."""
        self._part = name
        work = self.work.setdefault(name, Work())
        began = time.process_time()
        try:
            yield
        finally:
            work.seconds = round(work.seconds + time.process_time() - began, 3)

    def note(self, world: World) -> World:
        """Count a world that ran."""
        work = self.work.setdefault(self._part, Work())
        work.worlds += 1
        work.events += world.count
        return world

    @property
    def once(self) -> bool:
        """Is what keeps set once? Nobody is asked again where the level asks by notice."""
        return self.level.play.asks is Asks.NOTICE

    def proved(self, seed: int) -> World:
        """The level played by its proof on this seed. Raises ProofError."""
        return self.note(prove(self.level, seed))

    def blind(self, player: Blind, number: int, name: Hashable = None) -> Run:
        """The run of a blind player on the `number`-th seed. `name`: of a player who does the same on every seed."""
        return self._run(lambda: Surveyed(player, self.survey), number, name, lambda world: player.acts)

    def persona(self, persona: Persona, number: int) -> Run:
        """The run of a persona on the `number`-th seed."""
        return self._run(
            lambda: persona_seat(persona), number, ("persona", persona.name), lambda world: len(world.answers)
        )

    def followed(self, seat: Seat, number: int) -> Run:
        """The run of a seat made for it on the `number`-th seed."""
        return self._run(lambda: seat, number, None, lambda world: len(world.answers))

    def _run(self, seat: Callable[[], Seat], number: int, name: Hashable, acts: Callable[[World], int]) -> Run:
        seed = self.level.scenario.seed + number
        scenario = self._scenario.reseeded(seed)
        key = (name, scenario.variant)
        if name is not None and key in self._known:
            return self._known[key]
        world = self.note(play(scenario, seat()))
        won = world.outcome is not None and world.outcome.won
        starred = won and self.within_par(seed, world)
        run = Run(won, starred, all(verdict.value == verdict.book for verdict in world.verdicts), acts(world))
        if name is not None and not world.rolled:
            self._known[key] = run
        return run

    def within_par(self, seed: int, world: World) -> bool:
        """Did a run on this seed keep every par?"""
        return scoring.within_par(self.with_pars(seed), world.measures())

    def with_pars(self, seed: int) -> Scenario:
        """The scenario of that seed, its pars as figures: worked out once, and once for all seeds where no die of the
        proof was thrown."""
        scenario = self._scenario.reseeded(seed)
        for key in ((None, scenario.variant), (seed, scenario.variant)):
            if key in self._pars:
                return replace(scenario, par=self._pars[key])
        world = par_proof(self.level, scenario)
        if world is None:
            self._pars[None, scenario.variant] = scenario.par
            return scenario
        found = with_figures_of(scenario, self.note(world))
        self._pars[seed if world.rolled else None, scenario.variant] = found.par
        return found
