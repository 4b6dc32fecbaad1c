"""How little is left to do for the network's hand, so that nobody need wait for the end of it.

The hand sees everything, of both rows of a fair trap: a clock that hurries tells it nothing.
"""

from __future__ import annotations

from enum import Enum

from core.kernel.world import World

ON_PACKETS = ("take", "lose", "copy", "garble")
ELSEWHERE = ("crash", "cut", "push_clock", "swear")
"""Acts for which nothing need be under way."""


class Stillness(Enum):
    """Why nothing is to be done now but to wait."""

    WATCHING = "all has been done that could be: what is under way comes in by itself"
    HOLDING = "nothing is under way but what is held, and no alarm runs"
    QUIET = "nothing is under way, and nothing is held"


GRACE = {Stillness.HOLDING: 6.0, Stillness.QUIET: 0.8}
"""Screen seconds after which such a silence is shortened."""
HASTE = 2.0
"""So many times as fast what comes in by itself does."""


def stillness(world: World) -> Stillness | None:
    """Why the hand has nothing to do but to wait; None if it has, and where there is no hand."""
    hand, scenario = world.hand, world.scenario
    if hand is None or scenario.hand is None or world.over or world.now < scenario.hand.since:
        return None
    if any(hand.left.get(act, 0) != 0 for act in ELSEWHERE):
        return None
    for side in world.sides:
        side.catch_up(world.now)
    rows = [hand, *(side.world.hand for side in world.sides if side.world.hand is not None)]
    flying = any(row.tiles() for row in rows)
    if hand.held:
        return None if flying or any(row.fuses() for row in rows) else Stillness.HOLDING
    if not flying:
        return Stillness.QUIET
    return None if any(hand.left.get(act, 0) != 0 for act in ON_PACKETS) else Stillness.WATCHING


def is_over(world: World) -> bool:
    """Will nothing ever be under way again?"""
    upcoming = world.next_time()
    return stillness(world) is Stillness.QUIET and (upcoming is None or upcoming >= world.scenario.limit)
