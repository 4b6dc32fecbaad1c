"""Playing levels without a screen: by their proof, by nobody, by chance, by a persona; par figures and stars."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.kernel.choice import PASS, Asked, Persona, Value
from core.kernel.hand import MOVE_BY_NAME as HAND_MOVES
from core.kernel.inspector import MOVE_BY_NAME as INSPECTOR_MOVES
from core.kernel.scenario import NETWORK, Par, Scenario
from core.kernel.seats import Book, Pending, PersonaSeat, Seat
from core.kernel.suspects import INSPECTOR
from core.kernel.time import show_duration
from core.kernel.world import Answered, DivergedError, World, replayed
from levels.schema import Does, How, Level, Proof, ProofStep

SEARCH_BOUND = 20_000
"""Worlds that a proof by search may look at."""
MOST_EVENTS = 2_000_000
"""A level that needs more events than this is not one that a person plays."""


UNASKED = (Does.MOVE, Does.KEEP, Does.BET)
"""What a proof does without having been asked."""


class ProofError(Exception):
    """A proof does not fit its level; in words."""


class ProofSeat:
    """The steps of a proof, in order; the book for all that no step is about."""

    waits = False

    def __init__(self, proof: Proof) -> None:
        self.left = list(proof.steps)
        self._fitting = 0

    @property
    def head(self) -> ProofStep | None:
        """The next step."""
        return self.left[0] if self.left else None

    def done(self) -> ProofStep:
        """Tick off the next step."""
        self._fitting = 0
        return self.left.pop(0)

    def answer(self, asked: Asked) -> Value | Pending:
        choice = asked.choice
        if choice.standing:  # the book makes the moves that the list makes none of any more
            listed = any(step.does is Does.MOVE and step.choice == choice.name for step in self.left)
            return PASS if listed else asked.book
        step = self.head
        if step is None or step.does in UNASKED or not self._fits(step, asked):
            return asked.book
        self._fitting += 1
        if self._fitting < step.nth:
            return asked.book
        self.done()
        return _value(asked, step)

    def _fits(self, step: ProofStep, asked: Asked) -> bool:
        if not step.choice:
            return not asked.choice.chance
        return (
            step.choice == asked.choice.name
            and step.case in ("", asked.case)
            and step.node in ("", asked.node)
        )  # fmt: skip


def _value(asked: Asked, step: ProofStep) -> Value:
    """The step's value, parsed by the choice's domain if it is a text for something else."""
    value = step.value
    problem = asked.choice.domain.problem(asked, value)
    if problem and isinstance(value, str):
        try:
            return asked.choice.domain.parse(asked, value)
        except ValueError as error:
            problem = str(error)
    if problem:
        raise ProofError(f"the proof answers {asked.choice.name} with {step.value!r}: {problem}")
    return value


def prove(level: Level, seed: int | None = None) -> World:
    """The world in which the level was played by its proof (on another seed than its own, if one is given).

    Raises ProofError if the proof does not fit, or is not found.
    """
    return prove_scenario(level, level.scenario if seed is None else level.scenario.reseeded(seed))


def prove_scenario(level: Level, scenario: Scenario) -> World:
    """The same for a scenario that differs a little from the level's own. Raises ProofError."""
    how = level.proof.how
    if how is How.BOOK:
        return play(scenario, Book())
    if how is How.WITHHELD:
        raise ProofError("its proof is withheld: this is a course's file for students")
    if how is How.ANSWERS:
        return _play_steps(scenario, level.proof)
    answers = _found(level, scenario) if how is How.SEARCH else _recorded(level)
    try:
        world = replayed(scenario, answers, intervals=False)
    except DivergedError as error:
        raise ProofError(f"the proof does not fit: {error}") from None
    world.sit(Book())
    _finish(world)
    return world


def play(scenario: Scenario, seat: Seat) -> World:
    """The world at its end, with this seat (one that never waits) in the player's place."""
    world = World(scenario, seat, intervals=False)
    _finish(world)
    return world


def persona_seat(persona: Persona) -> Seat:
    """The persona in the player's place: the book, but for its own answers."""
    return PersonaSeat(persona)


def personas_of(level: Level) -> tuple[Persona, ...]:
    """All personas that answer one of the player's choices otherwise than the book."""
    found: list[Persona] = []
    rooms = {node.name: level.scenario.protocols[node.protocol] for node in level.scenario.nodes if node.protocol}
    for seat in level.scenario.player:
        room = rooms[seat.node]
        played = {choice.name for choice in room.choices} if "*" in seat.choices else set(seat.choices)
        found += [persona for persona in room.personas if played & set(persona.answers) and persona not in found]
    return tuple(found)


def _finish(world: World) -> None:
    world.run(limit=MOST_EVENTS)
    if world.outcome is None:
        raise ProofError(f"the run does not end within {MOST_EVENTS:,} events")


def _play_steps(scenario: Scenario, proof: Proof) -> World:
    seat = ProofSeat(proof)
    world = World(scenario, seat, intervals=False)
    for _ in range(MOST_EVENTS):
        if world.over:
            return world
        if not _take_step(world, seat) and not world.step():
            break
    if world.outcome is None:
        raise ProofError(f"the run does not end within {MOST_EVENTS:,} events")
    return world


def _take_step(world: World, seat: ProofSeat) -> bool:
    """Take the proof's next move or setting if its time has come."""
    step = seat.head
    if step is None or step.does not in UNASKED:
        return False
    node = step.node or _mover(world, step.choice)
    if step.at is not None:
        upcoming = world.next_time()
        if upcoming is not None and upcoming <= step.at:
            return False
        world.advance(step.at)
    offers = {asked.choice.name: asked for asked in world.offers(node)} if step.does is Does.MOVE else {}
    if step.does is Does.MOVE and step.choice not in offers and step.at is None:
        return False
    seat.done()
    try:
        if step.does is Does.BET:
            open_now = {asked.choice.name: asked for asked in world.betting.open(node)} if world.betting else {}
            asked = open_now.get(step.choice)
            world.bet(node, step.choice, step.value if asked is None else _value(asked, step))
        elif step.does is Does.KEEP:
            world.keep(node, step.choice, step.value)
        elif step.choice not in offers:
            raise ProofError(f"the proof's move {step.choice} cannot be made at {show_duration(step.at or 0)}")
        else:
            world.move(node, step.choice, _value(offers[step.choice], step))
    except (LookupError, ValueError) as error:
        raise ProofError(f"the proof's {step.does} {step.choice}: {error}") from None
    return True


def _mover(world: World, choice: str) -> str:
    """Who makes a move of this name, where the proof does not say it."""
    if choice in HAND_MOVES:
        return NETWORK
    return INSPECTOR if choice in INSPECTOR_MOVES else world.scenario.player[0].node


def _found(level: Level, scenario: Scenario) -> list[Answered]:
    key = (level.text, level.path, scenario.seed)
    if key not in _searched:
        from core.search import find_win

        found = find_win(level.scenario.reseeded(scenario.seed), SEARCH_BOUND)
        _searched[key] = None if found is None else tuple(found)
    answers = _searched[key]
    if answers is None:
        raise ProofError(f"the search found no win among {SEARCH_BOUND:,} tries")
    return list(answers)


_searched: dict[tuple[str, str, int], tuple[Answered, ...] | None] = {}
"""What searches have found, by the level's text and path and the seed."""


def _recorded(level: Level) -> list[Answered]:
    from core import record

    path = Path(level.path).parent / level.proof.run
    try:
        return list(record.read(path).answers)
    except (OSError, ValueError) as error:
        raise ProofError(f"the proof {level.proof.run} cannot be read: {error}") from None


# Par and stars


def with_par_figures(level: Level, seed: int | None = None) -> Scenario:
    """The level's scenario with every par as a figure: "book + 20%" is 20 % above what the proof needs on that seed.

    A proof that does not win on another seed is taken on the level's own; without one that wins (and for proofs by
    search, which take long) the pars stay as they are.
    """
    scenario = level.scenario if seed is None else level.scenario.reseeded(seed)
    world = par_proof(level, scenario)
    return scenario if world is None else with_figures_of(scenario, world)


def par_proof(level: Level, scenario: Scenario) -> World | None:
    """The run of the proof whose figures the pars of this scenario are; None if its pars stay as they are."""
    if all(par.number is not None for par in scenario.par) or level.proof.how is How.SEARCH:
        return None
    return _won(level, scenario) or _won(level, level.scenario)


def with_figures_of(scenario: Scenario, world: World) -> Scenario:
    """The scenario with every par as a figure above what this run of the proof needed."""
    figures = world.measures()
    return replace(scenario, par=tuple(_figure(par, figures[par.measure.name]) for par in scenario.par))


def _won(level: Level, scenario: Scenario) -> World | None:
    try:
        world = prove_scenario(level, scenario)
    except ProofError:
        return None
    return world if world.outcome is not None and world.outcome.won else None


def _figure(par: Par, proved: int) -> Par:
    if par.number is not None:
        return par
    margin = abs(proved) * par.over_book // 100
    return replace(par, number=proved - margin if par.measure.higher else proved + margin)
