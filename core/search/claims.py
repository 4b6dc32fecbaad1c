"""Whether no hand within a budget brings about what a level wants: every act at every time that makes a difference.

Where nothing happens between two acts, they may as well be made at once: so acts are tried right after each event. What
is held may be let go of at any time; only what it comes before and behind tells two such times apart, so it is tried to
come right behind each thing that is planned.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from hashlib import blake2b

from core.kernel.choice import Value
from core.kernel.claims import Found
from core.kernel.data import canonical
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.world import World
from core.search.explorer import moves
from core.search.states import state_key


def refute(scenario: Scenario, bound: int) -> Found:
    """The shortest run of the hand's that wins, over all that it can do; `bound`: worlds that are tried at most."""
    first = World(scenario, intervals=False)
    waiting, seen, tried = deque([first]), {_key(first)}, 0
    while waiting:
        world = waiting.popleft()
        for fork in _futures(world):
            tried += 1
            if fork.outcome is not None and fork.outcome.won:
                return Found(tuple(fork.answers), False, tried)
            if tried >= bound:
                return Found(None, False, tried)
            if fork.over:
                continue
            key = _key(fork)
            if key not in seen:
                seen.add(key)
                waiting.append(fork)
    return Found(None, True, tried)


def _key(world: World) -> bytes:
    return blake2b(state_key(world) + canonical(world.now), digest_size=16).digest()


def _futures(world: World) -> Iterator[World]:
    """Every act that can be made now, letting go later but before the next event, and the next event itself."""
    for node, choice, value in moves(world):
        fork = world.fork()
        fork.move(node, choice, value)
        yield fork
    yield from let_go_later(world)
    fork = world.fork()
    fork.step()
    yield fork


def let_go_later(world: World) -> Iterator[World]:
    """What is held, let go of before the next event so that it comes right behind something that is planned."""
    hand, upcoming = world.hand, world.next_time()
    if hand is None or upcoming is None or not hand.held:
        return
    planned = sorted({event[0] for event in world.agenda})
    for tile in hand.pockets():
        rest = tile.time - world.now
        for time in {moment + 1 - rest for moment in planned if world.now < moment + 1 - rest < upcoming}:
            fork = world.fork()
            fork.advance(time)
            fork.move(NETWORK, "network.let_go", _name_of(fork, tile.event))
            yield fork


def _name_of(world: World, event: object) -> Value:
    """What a held packet is called in this world."""
    assert world.hand is not None
    return next(tile.name for tile in world.hand.pockets() if tile.event is event)
