"""How an inspector settles everybody, found by trying every blow; and the shortest false signature or accusation."""

from __future__ import annotations

from core.kernel.inspector import ACCUSE_MOVE, HIT_MOVE, SIGN_MOVE, Trials, entries_of
from core.kernel.scenario import Scenario
from core.kernel.suspects import ACCUSE, HIT, INSPECTOR, SIGN
from core.kernel.world import Answered, World


def settled(scenario: Scenario) -> list[Answered] | None:
    """The fewest moves with which everybody is settled rightly, when the free run has ended; None if there are none, or
    not so many blows."""
    world, trials = _at_the_end(scenario)
    inspector = scenario.inspector
    assert inspector is not None
    for suspect in inspector.suspects:
        if not trials.unsound(suspect):
            continue
        blow = trials.refuting(suspect) if HIT in inspector.acts and inspector.apart else None
        if blow is not None and world.inspection is not None and world.inspection.left:
            world.move(INSPECTOR, HIT_MOVE.name, tuple(blow))
            continue
        proofs = trials.evidence() if ACCUSE in inspector.acts else {}
        entry = next(((node, min(proofs[node])) for node in suspect.nodes if proofs.get(node)), None)
        if entry is None or world.over:
            return None
        world.move(INSPECTOR, ACCUSE_MOVE.name, entry)
    for suspect in inspector.suspects if SIGN in inspector.acts else ():
        if not trials.unsound(suspect) and not world.over:
            world.move(INSPECTOR, SIGN_MOVE.name, suspect.name)
    return list(world.answers) if world.outcome is not None and world.outcome.won else None


def falsely_settled(scenario: Scenario) -> list[Answered] | None:
    """One false signature, or a false accusation; None if nothing can be done falsely."""
    world, trials = _at_the_end(scenario)
    inspector = scenario.inspector
    assert inspector is not None
    for suspect in inspector.suspects:
        if SIGN in inspector.acts and trials.unsound(suspect):
            world.move(INSPECTOR, SIGN_MOVE.name, suspect.name)
            return list(world.answers)
        if ACCUSE in inspector.acts and not trials.unsound(suspect):
            node = next((name for name in suspect.nodes if any(True for _ in entries_of(world.trace, name))), None)
            if node is not None:
                world.move(INSPECTOR, ACCUSE_MOVE.name, (node, 1))
                return list(world.answers)
    return None


def _at_the_end(scenario: Scenario) -> tuple[World, Trials]:
    """The free run at its end, where a person would sit, and what can be tried."""
    world = World(scenario, intervals=False)
    while not world.free_run_is_over and world.step():
        pass
    return world, Trials(scenario, lambda one: World(one, intervals=False))
