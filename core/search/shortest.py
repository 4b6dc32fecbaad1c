"""The shortest list of a player's answers that wins or loses a level."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from hashlib import blake2b

from core.kernel.choice import Value
from core.kernel.data import canonical
from core.kernel.scenario import Scenario
from core.kernel.world import Answered, World
from core.search.explorer import Progress, moves
from core.search.inspecting import falsely_settled, settled
from core.search.states import state_key


def find_win(scenario: Scenario, bound: int = 20_000, progress: Progress | None = None) -> list[Answered] | None:
    """The fewest answers of the player that win, chance being what the seed makes it; None if there are none within the
    bound (see `find`)."""
    if scenario.inspector is not None:
        return settled(scenario)
    found = find(scenario, lambda world: world.outcome is not None and world.outcome.won, bound, progress)
    return None if found is None else found.answers


def find_loss(scenario: Scenario, bound: int = 20_000, progress: Progress | None = None) -> list[Answered] | None:
    """The fewest answers of the player that lose; None if there are none within the bound."""
    if scenario.inspector is not None:
        return falsely_settled(scenario)
    found = find(scenario, lambda world: world.outcome is not None and not world.outcome.won, bound, progress)
    return None if found is None else found.answers


def find(
    scenario: Scenario, wanted: Callable[[World], bool], bound: int = 20_000, progress: Progress | None = None
) -> World | None:
    """The first world, by number of answers, that is `wanted`, over all candidates of the player's choices (standing
    offers are taken up at the earliest after an event of the player's node); None after `bound` worlds."""
    waiting = deque([World(scenario, intervals=False)])
    seen: set[bytes] = set()
    tried = 0
    while waiting:
        world = waiting.popleft()
        for option in _options(world):
            if tried >= bound:
                return None
            tried += 1
            if progress is not None and tried % 64 == 0:
                progress(tried, len(waiting))
            fork = world.fork()
            option(fork)
            if wanted(fork):
                return fork
            if fork.over:
                continue
            key = blake2b(state_key(fork) + canonical(fork.now), digest_size=16).digest()
            if key not in seen:
                seen.add(key)
                waiting.append(fork)
    return None


def _options(world: World) -> list[Callable[[World], None]]:
    """What the player can do at the next point of decision; passing runs the world to the point after it."""
    while not world.questions and not world.over:
        if moves(world):
            break
        world.step()
    if world.over:
        return [lambda fork: None]
    if world.questions:
        asked = world.questions[0].asked
        good = [value for value in asked.candidates if asked.choice.domain.problem(asked, value) is None]
        return [partial(_after_answer, value=value) for value in good]
    return [_pass, *(partial(_take_up, name=name, choice=choice, value=value) for name, choice, value in moves(world))]


def _take_up(world: World, name: str, choice: str, value: Value) -> None:
    world.move(name, choice, value)


def _after_answer(world: World, value: Value) -> None:
    world.answer(value)
    while not world.questions and not world.over and not moves(world):
        world.step()


def _pass(world: World) -> None:
    """Let time go on until something happens at the player's node."""
    while not world.over and not world.questions:
        before = len(world.trace)
        world.step()
        played = {seat.node for seat in world.scenario.player}
        seen = world.hand is not None or any(entry.node in played for entry in world.trace.since(before))
        if seen and moves(world):
            return
