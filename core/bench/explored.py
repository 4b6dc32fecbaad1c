"""The explorer, room by room: states per second, and how many states it takes until each planted fault is found.

The figure that is held against a limit is that of a two-phase commit (`core.bench.two_phase`), on which it began: the
explorer that copied whole worlds saw some 700 states a second of one.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from itertools import product

from core import collector
from core.bench import two_phase
from core.bench.measuring import Figure, SkippedError, measured
from core.kernel.laws import BoundLaw, Law
from core.kernel.protocol import Protocol
from core.kernel.scenario import Scenario
from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols import BY_NAME, PROTOCOLS
from core.search import ANYTIME, Budget, explore, recovers

MISFORTUNES = (Budget(), Budget(lost=1), Budget(twice=1), Budget(late=1), Budget(crashes=1, back=ANYTIME))
BOUND, QUICK = 3_000, 300
"""States that each exploration visits at most."""
MOST_EVENTS = 20_000
"""Of a run by the book."""
WHOLE_COPIES = 700
"""States of a two-phase commit per second when every branch was a copy of the whole world."""
TIMES = 5
"""By so much the cheap forks are to be faster at least."""
SEARCHES = 200
"""Of one scenario, here and by a worker of a cluster."""
CRASHES = Budget(crashes=2, back=ANYTIME)


def speed(name: str, bound: int) -> dict[str, float]:
    """States and states per second of CPU time over the smallest scenario of a room, with each misfortune by itself."""
    scenario = BY_NAME[name].scenarios[0]
    budgets = [budget for budget in MISFORTUNES if not budget.crashes or recovers(scenario)]
    explore(scenario, bound=50)  # what is made when first met is made
    collector.relax()
    began = time.process_time()
    states = sum(explore(scenario, budget=budget, bound=bound, laws=[]).states for budget in budgets)
    return {"states": states, "rate": states / (time.process_time() - began)}


def commit(bound: int) -> dict[str, float]:
    """States and states per second of CPU time of a two-phase commit with two crashes, its law watched."""
    (scenario,) = two_phase.PROTOCOL.scenarios
    explore(scenario, bound=50)
    collector.relax()
    began = time.process_time()
    states = explore(scenario, budget=CRASHES, bound=bound).states
    return {"states": states, "rate": states / (time.process_time() - began)}


def faults(name: str, bound: int) -> dict[str, float]:
    """Persona → states until it breaks its law, with the first misfortune that shows it; -1 if none does."""
    room = two_phase.PROTOCOL if name == two_phase.PROTOCOL.name else BY_NAME[name]
    return {persona.name: _states_to(room, persona.name, persona.fault, bound) for persona in room.personas
            if persona.fault}  # fmt: skip


def _states_to(room: Protocol, persona: str, fault: str, bound: int) -> int:
    """In the smallest scenario with each misfortune by itself, then in the others, which bring their own."""
    law = next(law for law in room.laws if law.name == fault)
    spent = 0
    for place, scenario in enumerate(room.scenarios):
        for goal in _bound(law, scenario):
            for budget in MISFORTUNES if place == 0 else MISFORTUNES[:1]:
                for seated in _seated(scenario, persona):
                    found = explore(seated, budget=budget, bound=bound, laws=[goal])
                    spent += found.states
                    if found.broken:
                        return spent
    return -1


def _bound(law: Law, scenario: Scenario) -> list[BoundLaw]:
    """The law as the scenario's goals have it, or of each of its nodes, where the book keeps it."""
    found = [goal for goal in (*scenario.win, *scenario.lose) if goal.law.name == law.name]
    if all(kind == "node" for _, kind in law.places):
        nodes = [node.name for node in scenario.nodes if node.role]
        places = [name for name, _ in law.places]
        found += [law.bind(**dict(zip(places, chosen, strict=True))) for chosen in product(nodes, repeat=len(places))]
    return [goal for goal in found if _kept(replace(scenario, win=(goal,), lose=()))]


def _kept(scenario: Scenario) -> bool:
    world = World(scenario, Book(), intervals=False)
    try:
        world.run(limit=MOST_EVENTS)
    except AttributeError:
        return False  # a node of another role than the law speaks of
    return world.outcome is None or world.outcome.won


def _seated(scenario: Scenario, persona: str) -> list[Scenario]:
    """The scenario with the persona at each node in turn."""
    return [replace(scenario, seats={**scenario.seats, node.name: persona}) for node in scenario.nodes if node.role]


def bench(quick: bool) -> list[Figure]:
    """Of every room in a process of its own."""
    bound = QUICK if quick else BOUND
    found = measured("core.bench.explored", "commit", two_phase.PROTOCOL.name, str(bound))
    name = f"two-phase commit: states per second, {TIMES} times the {WHOLE_COPIES} of whole copies"
    figures = [Figure("explore", name, round(found["rate"]), "/s", TIMES * WHOLE_COPIES)]
    for room in (two_phase.PROTOCOL, *PROTOCOLS):
        if room is not two_phase.PROTOCOL:
            found = measured("core.bench.explored", "speed", room.name, str(bound))
            figures.append(Figure("explore", f"{room.name}: states per second", round(found["rate"]), "/s"))
        for persona, states in measured("core.bench.explored", "faults", room.name, str(bound)).items():
            skipped = f"not found within {bound:,} states an exploration" if states < 0 else ""
            figures.append(Figure("explore", f"{room.name}: states until {persona!r}", states, "", skipped=skipped))
    return [*figures, *_spread(quick)]


def _spread(quick: bool) -> list[Figure]:
    """What a search takes here and by a worker of a cluster; the difference is what the cluster costs."""
    count = str(SEARCHES // 10 if quick else SEARCHES)
    here = measured("levels.explored_many", "here", count)["ms"]
    figures = [Figure("explore", "a search of echo, on one core", round(here, 1), "ms")]
    name, costs = "a search of echo, by one worker of a dask cluster", "what the cluster costs a search"
    try:
        there = measured("levels.explored_many", "cluster", count)["ms"]
    except SkippedError as error:
        return figures + [Figure("explore", one, 0, "ms", skipped=str(error)) for one in (name, costs)]
    figures.append(Figure("explore", name, round(there, 1), "ms"))
    return [*figures, Figure("explore", costs, round(there - here, 1), "ms")]


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.explored commit|speed|faults ROOM BOUND`."""
    what, room, bound = sys.argv[1], sys.argv[2], int(sys.argv[3])
    found = commit(bound) if what == "commit" else {"speed": speed, "faults": faults}[what](room, bound)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
