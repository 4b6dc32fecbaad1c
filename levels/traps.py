"""What `check` says of a fair trap as a trap: that some grabs spring it, and not all."""

from __future__ import annotations

from core.kernel.scenario import NETWORK, Scenario
from core.kernel.world import World

MOST_GRABS = 24
"""So many packets are tried, the first that are sent."""
MOST_EVENTS = 100_000
UNSPRUNG = "a longer hold, another persona or alarm, or a law that one packet can break"
"""What may help where nothing springs a trap."""


def grabs(scenario: Scenario) -> list[tuple[str, bool]]:
    """Each packet of a run that nobody else touches, taken as soon as it flies and kept: (its name, does that win?)."""
    world = World(scenario, intervals=False)
    found: list[tuple[str, bool]] = []
    met: set[int] = set()
    while not world.over and len(found) < MOST_GRABS and world.count < MOST_EVENTS:
        hand = world.hand
        takes = [asked for asked in world.offers(NETWORK) if asked.choice.name == f"{NETWORK}.take"]
        for tile in hand.tiles() if hand is not None and takes else ():
            if tile.event[5] in met or tile.name not in takes[0].options:
                continue
            met.add(tile.event[5])
            fork = world.fork()
            fork.move(NETWORK, f"{NETWORK}.take", tile.name)
            fork.run(limit=MOST_EVENTS)
            found.append((tile.name, fork.outcome is not None and fork.outcome.won))
        if not world.step():
            break
    return found


def problem_of(scenario: Scenario) -> str:
    """That whatever one takes springs the trap; "" if it takes the right packet."""
    if scenario.twin is None or scenario.hand is None or not scenario.hand.pockets:
        return ""
    tried = grabs(scenario)
    if len(tried) < 2 or not all(won for _, won in tried):
        return ""
    return f"every grab springs this trap: each of the first {len(tried)} packets, taken and kept, wins"
