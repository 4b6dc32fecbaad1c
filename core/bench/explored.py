"""The explorer, room by room: states per second, and how many states it takes until each planted fault is found."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace

from core import collector
from core.bench.measuring import Figure, measured
from core.kernel.laws import BoundLaw
from core.kernel.protocol import Protocol
from core.kernel.scenario import Scenario
from core.protocols import BY_NAME, PROTOCOLS
from core.search import ANYTIME, Budget, explore, recovers

MISFORTUNES = (Budget(), Budget(lost=1), Budget(twice=1), Budget(late=1), Budget(crashes=1, back=ANYTIME))
BOUND, QUICK = 3_000, 300
"""States that each exploration visits at most."""


def speed(name: str, bound: int) -> dict[str, float]:
    """States and states per second of CPU time over the smallest scenario of a room, with each misfortune by itself."""
    scenario = BY_NAME[name].scenarios[0]
    budgets = [budget for budget in MISFORTUNES if not budget.crashes or recovers(scenario)]
    explore(scenario, bound=50)  # what is made when first met is made
    collector.relax()
    began = time.process_time()
    states = sum(explore(scenario, budget=budget, bound=bound, laws=[]).states for budget in budgets)
    return {"states": states, "rate": states / (time.process_time() - began)}


def faults(name: str, bound: int) -> dict[str, float]:
    """Persona → states until it breaks its law, with the first misfortune that shows it; -1 if none does."""
    room = BY_NAME[name]
    return {persona.name: _states_to(room, persona.name, persona.fault, bound) for persona in room.personas
            if persona.fault}  # fmt: skip


def _states_to(room: Protocol, persona: str, fault: str, bound: int) -> int:
    law = next(law for law in room.laws if law.name == fault)
    if law.places:
        return -1
    spent = 0
    for budget in MISFORTUNES:
        for scenario in _seated(room, persona):
            found = explore(scenario, budget=budget, bound=bound, laws=[BoundLaw(law)])
            spent += found.states
            if found.broken:
                return spent
    return -1


def _seated(room: Protocol, persona: str) -> list[Scenario]:
    """The smallest scenario with the persona at each node in turn."""
    smallest: Scenario = room.scenarios[0]
    return [replace(smallest, seats={node.name: persona}) for node in smallest.nodes if node.role]


def bench(quick: bool) -> list[Figure]:
    """Of every room in a process of its own."""
    bound = QUICK if quick else BOUND
    figures: list[Figure] = []
    for room in PROTOCOLS:
        found = measured("core.bench.explored", "speed", room.name, str(bound))
        figures.append(Figure("explore", f"{room.name}: states per second", round(found["rate"]), "/s"))
        for persona, states in measured("core.bench.explored", "faults", room.name, str(bound)).items():
            skipped = "not found in the smallest scenario within the bound" if states < 0 else ""
            figures.append(Figure("explore", f"{room.name}: states until {persona!r}", states, "", skipped=skipped))
    return figures


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.explored speed|faults ROOM BOUND`."""
    what = {"speed": speed, "faults": faults}[sys.argv[1]]
    print(json.dumps(what(sys.argv[2], int(sys.argv[3]))))


if __name__ == "__main__":
    main()
