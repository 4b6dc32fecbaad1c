"""What an explorer found, as a run file and as a level in which it is watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from core.kernel.laws import BoundLaw
from core.kernel.protocol import Protocol
from core.kernel.scenario import Scenario
from core.protocols import BY_NAME
from core.record import Explored, Header, Run, header_of, result_of, write
from core.search import Budget, Counterexample, laws_of, scenario_within
from levels.loader import of_run
from levels.schema import Level, LevelError, Play, Proof, Say, Sight, Texts


def save(
    path: Path | str, found: Counterexample, subject: Level | str, personas: Mapping[str, str], budget: Budget | None
) -> None:
    """Write a counterexample into a run file. `subject`: the level that was explored, or the name of the room; the
    `personas` sit at its nodes. Raises OSError."""
    scenario, world = found.scenario, found.world
    opens = max(0, world.count - 1) if found.decisive is None else found.answers[found.decisive].after
    name = "" if isinstance(subject, Level) else scenario.name
    room, level, text = (subject, subject, "") if isinstance(subject, str) else ("", subject.id, subject.text)
    tried = {} if budget is None else asdict(budget)
    explored = Explored(room, name, dict(personas), tried, scenario.win[0].text, opens)
    result = None if world.outcome is None else result_of(world)
    write(path, header_of(scenario, level, text, explored), found.answers, result, by="explorer")


def scenario_found(header: Header, rooms: Mapping[str, Protocol] = BY_NAME) -> Scenario:
    """The scenario of a run that an explorer found, in one of these rooms. Raises ValueError in words if there is none
    here."""
    explored = header.explored
    if explored is None:
        raise ValueError("no explorer found this run")
    scenario = replace(_scenario_of(header, explored, rooms), seed=header.seed)
    scenario = replace(scenario, seats={**scenario.seats, **explored.personas})
    for node, persona in scenario.seats.items():
        room = next((scenario.protocols[spec.protocol] for spec in scenario.nodes if spec.name == node), None)
        if room is None or persona not in [known.name for known in room.personas]:
            raise ValueError(f"there is no persona {persona!r} for a node {node!r}")
    return scenario_within(scenario, _budget(explored), _law(scenario, explored.law))


def _scenario_of(header: Header, explored: Explored, rooms: Mapping[str, Protocol]) -> Scenario:
    if not explored.room:
        try:
            return of_run(header.text, header.level).scenario.reseeded(header.seed)
        except LevelError as error:
            raise ValueError(str(error)) from None
    room = rooms.get(explored.room)
    if room is None:
        raise ValueError(f"there is no protocol {explored.room!r}")
    for scenario in room.scenarios:
        if scenario.name == explored.scenario:
            found: Scenario = scenario
            return found
    raise ValueError(f"{explored.room} has no scenario {explored.scenario!r}")


def _budget(explored: Explored) -> Budget | None:
    if not explored.budget:
        return None
    try:
        budget = Budget(**explored.budget)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError("its budget of misfortune is not one of this engine") from None
    counts = (budget.lost, budget.twice, budget.late, budget.crashes)
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError("its budget of misfortune counts nothing")
    return budget


def _law(scenario: Scenario, text: str) -> BoundLaw:
    for known in laws_of(scenario):
        if known.text == text:
            return known
    nodes = {node.name for node in scenario.nodes}
    for room in scenario.protocols.values():
        for law in room.laws:
            bound = law.read(text)
            if bound is not None and all(bound.arguments[name] in nodes for name, kind in law.places if kind == "node"):
                return bound
    raise ValueError(f"no law says {text!r}")


def level_found(run: Run, rooms: Mapping[str, Protocol] = BY_NAME) -> Level:
    """A level to watch the run in: nothing is hidden, verdicts are said at once. Raises ValueError in words."""
    header, scenario = run.header, scenario_found(run.header, rooms)
    explored = header.explored
    assert explored is not None
    title = f"{header.level}: found by exploring"
    brief = f"An explorer tried every order and misfortune. Here this breaks: {explored.law}."
    name = f"explored/{header.level.replace('/', '-')}"
    return Level(
        name, "explored", title, f"Breaks: {explored.law}", (), {}, Texts(brief), Play(Sight.ALL, Say.AT_ONCE), Proof(),
        replace(scenario, name=name), header.text, str(run.path), {}, "",
    )  # fmt: skip
