"""What is special to the bully election: the textbook's counts, and the silences."""

from dataclasses import replace

import pytest

from core.kernel.scenario import Crash, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.protocols.elections.election_bully import PROTOCOL
from core.protocols.elections.election_bully.choices import ALARM
from core.protocols.elections.election_bully.machine import Process
from core.protocols.elections.election_bully.messages import Alive, Coordinator, Election, Ok, Probe, Suspect


def realm(count, *happenings, limit=10 * SECOND, **parameters):
    return Scenario(
        name="realm",
        protocols={"election_bully": PROTOCOL},
        nodes=tuple(NodeSpec(f"p{n}", "election_bully", "process", {"period": 0, **parameters}) for n in range(count)),
        default_link=LinkSpec(40 * MILLISECOND),
        happenings=happenings,
        limit=limit,
    )


def run(scenario):
    world = World(scenario)
    world.run()
    return world


def sent(world, message):
    return world.evidence().sent(None, message)


def kings(world):
    return {node.name: node.machine.coordinator for node in world.nodes.values() if node.up}


def test_tanenbaum_6_5_1_eight_processes_7_dead_4_detecting_takes_15_messages():
    world = run(realm(8, Crash(1, "p7"), Request(2, "p4", Suspect())))
    assert [sent(world, kind) for kind in (Election, Ok, Coordinator)] == [6, 3, 6]
    assert set(kings(world).values()) == {6}


@pytest.mark.parametrize("count", range(3, 9))
def test_garcia_molina_3_worst_case_is_n_squared_minus_n_minus_1(count):
    """The lowest notices: every living process asks all above it, the corpse too; everybody below is told."""
    world = run(realm(count, Crash(1, f"p{count - 1}"), Request(2, "p0", Suspect())))
    living = count - 1
    elections = sum(count - 1 - number for number in range(living))
    assert sent(world, (Election, Ok, Coordinator)) == elections + living * (living - 1) // 2 + living - 1
    assert sent(world, (Election, Ok, Coordinator)) == count * count - count - 1


@pytest.mark.parametrize("count", range(3, 9))
def test_garcia_molina_3_best_case_is_n_minus_1_with_the_probe_of_the_dead(count):
    world = run(realm(count, Crash(1, f"p{count - 1}"), Request(2, f"p{count - 2}", Suspect())))
    assert sent(world, (Election, Ok, Coordinator)) == count - 1


def test_tanenbaum_6_5_1_a_returning_process_bullies_its_way_back():
    world = run(realm(4, Crash(1, "p3", back=3 * SECOND), Request(2, "p1", Suspect())))
    proclaimed = [(e.node, e.time) for e in world.trace if e.kind == "send" and isinstance(e.detail, Coordinator)]
    assert {name for name, _ in proclaimed} == {"p2", "p3"}
    assert set(kings(world).values()) == {3}


def test_a_silence_shorter_than_the_alarm_makes_no_election_and_a_longer_one_does():
    for freeze, elections in ((0, 0), (1000, 1)):
        scenario = realm(3, limit=3 * SECOND)
        nodes = tuple(
            replace(node, parameters={"period": 500 * MILLISECOND, "alarm": 300 * MILLISECOND, "freezes": freeze})
            for node in scenario.nodes
        )
        world = run(replace(scenario, nodes=nodes))
        assert sent(world, Probe) > 1
        assert min(sent(world, Election), 1) == elections
        assert sent(world, Alive) > 0


def test_delays_that_were_seen_are_kept_for_the_ruler():
    scenario = realm(
        2,
        limit=5 * SECOND,
    )
    scenario = replace(
        scenario, nodes=tuple(replace(n, parameters={"period": 500 * MILLISECOND}) for n in scenario.nodes)
    )
    process = run(scenario).nodes["p0"].machine
    assert isinstance(process, Process)
    assert process.delays
    assert set(process.delays) == {80 * MILLISECOND}


def test_a_late_alarm_is_not_told_whether_the_coordinator_lives():
    """It may live: nobody but the fog knows. And what the book's alarm is, is the answer itself."""
    words = ALARM.answers["late"].words
    assert words.startswith("If ")
    assert "{book}" not in words
