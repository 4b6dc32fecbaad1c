"""Whether it still wins to let go of what the network's hand holds, where nothing else is left to it."""

from __future__ import annotations

from collections.abc import Iterator

from core.kernel.scenario import NETWORK
from core.kernel.seats import Player
from core.kernel.world import World
from core.search.claims import let_go_later

SLICE = 40
"""Events of the work that are done at once: a screen breathes in between."""


def wins_by_letting_go(world: World) -> Iterator[bool | None]:
    """Is there a time, and an order, in which to let go of what is held, that wins? None after every slice of the work,
    the answer last. The world is not touched; what its hand may do besides is not tried."""
    waiting = [world.fork(player=Player())]
    while waiting:
        here = waiting.pop()
        hand = here.hand
        if here.over or hand is None or not hand.held:
            while here.run(limit=SLICE):
                yield None
            if here.outcome is not None and here.outcome.won:
                yield True
                return
            continue
        waiting += let_go_later(here)
        for tile in hand.pockets():
            fork = here.fork()
            fork.move(NETWORK, "network.let_go", tile.name)
            waiting.append(fork)
        here.step()
        waiting.append(here)
        yield None
    yield False
