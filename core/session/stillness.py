"""How little is left to do for whoever plays, so that nobody need wait for the end of it.

The network's hand sees everything, of both rows of a fair trap: a clock that hurries tells it nothing. Elsewhere it
hurries by what can be seen from the player's chair alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from core.kernel.language import later
from core.kernel.sight import Sight
from core.kernel.world import World
from core.search.held import wins_by_letting_go

ON_PACKETS = ("take", "lose", "copy", "garble")
ELSEWHERE = ("crash", "cut", "push_clock", "swear")
"""Acts for which nothing need be under way."""


class Stillness(Enum):
    """Why nothing is to be done now but to wait."""

    WATCHING = later("all has been done that could be: what is under way comes in by itself")
    HOLDING = later("nothing is under way but what is held, and no alarm runs")
    QUIET = later("nothing is under way, and nothing is held")
    IDLE = later("there is no move to be made, and nothing is under way that could be seen")


GRACE = {Stillness.HOLDING: 6.0, Stillness.QUIET: 0.8, Stillness.IDLE: 2.0}
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


class Vain:
    """Is what the hand holds held in vain: does it win at no time any more to let go of it, and can nothing else be
    done? Found out a slice at a time, while nothing moves; until then it is not."""

    def __init__(self) -> None:
        self._of: tuple[World | None, int] = (None, 0)
        self._work: Iterator[bool | None] | None = None
        self._found = False

    def look(self, world: World) -> bool:
        """Do a slice of the work for this world, in which nothing is under way but what is held; what is known by now.
        It stays so until something is done."""
        if self._of != (now := (world, len(world.answers))):
            hand = world.hand
            only = hand is not None and not any(hand.left.get(act, 0) != 0 for act in ON_PACKETS)
            self._of, self._found, self._work = now, False, wins_by_letting_go(world) if only else None
        if self._work is not None and (wins := next(self._work, True)) is not None:
            self._found, self._work = not wins, None
        return self._found


def idle(world: World, sight: Sight) -> Stillness | None:
    """Stillness.IDLE if whoever sits at nodes has no move to make and waits for nothing by an alarm of its own, and
    nothing is under way as far as is known there; None if not, and where the network's hand or an inspector plays."""
    scenario = world.scenario
    if scenario.hand is not None or scenario.inspector is not None or scenario.live or not scenario.player:
        return None
    if world.over or world.questions or sight.flights():
        return None
    for seat in scenario.player:
        node = world.nodes[seat.node]
        waits = not sight.everything and bool(node.timers)  # who sees everything sees that nothing flies
        if waits or not node.up or world.offers(seat.node):
            return None
        if world.betting is not None and world.betting.open(seat.node):
            return None
    return Stillness.IDLE


def is_over(world: World) -> bool:
    """Will nothing ever be under way again, in any row?"""
    coming = [row.next_time() for row in (world, *(side.world for side in world.sides if not side.world.over))]
    quiet = stillness(world) is Stillness.QUIET
    return quiet and all(time is None or time >= world.scenario.limit for time in coming)
