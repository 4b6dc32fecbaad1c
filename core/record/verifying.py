"""Run files: does a run end as it claims?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from core.kernel.scenario import Arrival, Scenario
from core.kernel.world import DivergedError, World, replayed
from core.record.reading import clean
from core.record.run import Result, Run, result_of

Compile = Callable[[str, int], Scenario]
"""A level's text and a seed → its scenario. Raises ValueError in words."""


class OtherRulesError(ValueError):
    """A run was played by rules that this engine does not have."""


@dataclass(frozen=True)
class Verification:
    """What re-executing a run showed. `why` in words if it is not verified; `world` where it stands at the end."""

    verified: bool
    why: str = ""
    world: World | None = field(default=None, compare=False)


def scenario_of(run: Run, compile_level: Compile) -> Scenario:
    """The scenario that a run was played on, from the level inside it. Raises ValueError in words if it is not to be
    had: the level does not compile, or it is another one under this engine's rules."""
    scenario = compile_level(run.header.text, run.header.seed)
    for name, version in run.header.rules.items():
        here = scenario.protocols.get(name)
        if here is not None and here.rules != version:
            raise OtherRulesError(f"played by version {version} of the rules of {name}; this engine has {here.rules}")
    if scenario.digest() != run.header.scenario:
        raise ValueError("the level in it compiles to another scenario than the one that was played")
    return with_journal(scenario, run.journal, run.until)


def with_journal(scenario: Scenario, journal: Sequence[Arrival], until: int | None = None) -> Scenario:
    """A live scenario with all that came from outside, up to the end that is known (Run.until): it runs as it ran then.
    Raises ValueError in words if the journal is not this scenario's."""
    if not journal and until is None:
        return scenario
    journal = tuple(checked(scenario, journal))
    limit = scenario.limit if until is None else until
    return replace(scenario, happenings=(*scenario.happenings, *journal), limit=limit)


def checked(scenario: Scenario, journal: Iterable[Arrival]) -> Iterator[Arrival]:
    """The same arrivals. Raises ValueError in words at one that cannot be in the journal of this scenario."""
    outside = {node.name for node in scenario.nodes if node.outside}
    inside = {node.name for node in scenario.nodes if not node.outside and not node.router}
    for arrival in journal:
        if arrival.source not in outside or arrival.destination not in inside:
            raise ValueError(f"in its journal something comes from {arrival.source} to {arrival.destination}")
        yield arrival


def verify(run: Run, compile_level: Compile) -> Verification:
    """Re-execute a run: does it end as its last line claims?"""
    try:
        scenario = scenario_of(run, compile_level)
    except ValueError as error:
        return Verification(False, clean(str(error), 400))
    try:
        world = replayed(scenario, run.answers, intervals=False)
    except DivergedError as error:
        return Verification(False, f"its answers do not fit: {clean(str(error), 200)}")
    claimed = run.result
    if claimed is None:
        why = run.cut_words or "the game was ended early"
        return Verification(False, f"it has no result: {why}", world)
    if world.outcome is None:
        return Verification(False, "its answers end before the run does", world)
    if claimed.hints < run.hints:
        return Verification(False, f"it claims {claimed.hints} hints, but {run.hints} were taken", world)
    why = contradiction(world, claimed)
    return Verification(not why, why, world)


def contradiction(world: World, claimed: Result) -> str:
    """What of a claimed result this world, which stands at the end of the run, contradicts, in words; "" if nothing."""
    found = result_of(world, hints=claimed.hints, rewinds=claimed.rewinds, unseen=claimed.unseen)
    for name in ("trace_sha256", "won", "stars", "messages", "time_us", "answers", "mistakes", "measures"):
        said, true = getattr(claimed, name), getattr(found, name)
        if said != true:
            words = "its trace is another one" if name == "trace_sha256" else f"it claims {name} {said}, it is {true}"
            return clean(words, 200)
    return ""
