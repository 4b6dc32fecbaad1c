"""What is special to the ledger: what a crash takes, between two effects and after, and what a restart gives back."""

from dataclasses import replace

import pytest

from core.kernel.scenario import Crash, Lose
from core.kernel.time import MILLISECOND
from core.kernel.world import World
from core.protocols.premise.ledger import PROTOCOL, entries_of
from core.search import explore

ONE, LOST, BETWEEN, CLERK, _ = PROTOCOL.scenarios
ALWAYS = [law.bind() for law in PROTOCOL.laws if law.kind.value == "always"]


def books(world):
    return [number for _, number, _ in entries_of(world.nodes["keeper"].stored)]


def broken(scenario, persona):
    """The laws that a keeper of this kind breaks there, each looked at by itself."""
    found = set()
    for law in ALWAYS:
        world = World(replace(scenario, seats={"keeper": persona}, win=(law,)))
        world.run()
        if not world.outcome.won:
            found.add(law.text)
    return found


@pytest.mark.parametrize("effects", range(4))
def test_a_crash_between_any_two_effects_loses_nothing_and_doubles_nothing(effects):
    """Nothing done; written only; written and confirmed (two orders later: the crash falls into the second one)."""
    crash = Crash(2 * MILLISECOND, "keeper", back=300 * MILLISECOND, effects=effects)
    world = World(replace(BETWEEN, happenings=(*BETWEEN.happenings[:2], crash), win=()))
    world.run()
    assert books(world) == [1, 2]
    assert world.nodes["clerk"].delivered == [1, 2]
    assert world.nodes["keeper"].machine.balance == 5 + 6
    assert any(entry.kind == "crash" for entry in world.trace)


def test_a_clerk_that_crashes_goes_on_where_it_was():
    world = World(CLERK)
    world.run()
    assert world.outcome.won
    assert world.nodes["clerk"].machine.orders == [5, 6]
    assert books(world) == [1, 2]


def test_an_order_is_on_the_clerks_disk_before_it_leaves():
    world = World(replace(ONE, happenings=(*ONE.happenings, Crash(MILLISECOND, "clerk", back=MILLISECOND, effects=1))))
    world.run()
    assert world.outcome.won
    assert world.evidence().sent("clerk") == 1


RECOVERY = "remembers the sum alone", "begins anew"


@pytest.mark.parametrize("persona", RECOVERY)
@pytest.mark.parametrize("scenario", [ONE, LOST, CLERK], ids=lambda scenario: scenario.name)
def test_a_fault_of_recovery_does_not_show_while_the_keeper_stays_up(persona, scenario):
    assert broken(scenario, persona) == set()


@pytest.mark.parametrize("persona", RECOVERY)
def test_a_fault_of_recovery_shows_after_a_crash(persona):
    assert PROTOCOL.persona(persona).fault in broken(BETWEEN, persona)


def test_no_order_of_events_shows_a_fault_of_recovery_without_a_crash():
    seated = replace(ONE, seats={"keeper": "remembers the sum alone"})
    assert explore(seated, bound=5_000).verdict == "sound"


def test_who_logs_after_answering_loses_what_was_confirmed():
    assert "what a clerk was told is in the books" in broken(BETWEEN, "logs after answering")
    assert "what a clerk was told is in the books" not in broken(ONE, "logs after answering")


def test_who_books_every_copy_is_found_where_a_confirmation_is_lost():
    assert broken(ONE, "books every copy") == set()
    assert broken(LOST, "books every copy") == {"no order is booked twice"}
    assert isinstance(LOST.happenings[-1], Lose)
