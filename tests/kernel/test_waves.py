"""Waves: physics of links, or parameters of a node, that are others for a while."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.kernel import trace as kinds
from core.kernel.scenario import Crash, Cut, LinkSpec, Mark, MarkedWave, Wave
from core.kernel.seats import Book
from core.kernel.sight import Sight
from core.kernel.time import LocalClock
from core.kernel.told import entry_words
from core.kernel.world import World, replayed
from core.protocols import BY_NAME
from levels.loader import from_text, load
from tests.levels.helpers import SOUND, changed, problems_of

MS = 1_000
BOTH = (("client", "server"), ("server", "client"))
QUIET = replace(
    BY_NAME["echo"].scenarios[0],
    happenings=(),
    network=None,
    win=(),
    limit=2_000 * MS,
    default_link=LinkSpec(latency=40 * MS),
)


def run(*happenings, **changes):
    world = World(replace(QUIET, happenings=happenings, **changes))
    world.run()
    return world


def flights(world):
    """(sent, how long it flew) of every datagram that arrived."""
    return [
        (world.trace[entry.cause].time, entry.time - world.trace[entry.cause].time)
        for entry in world.trace
        if entry.kind == kinds.RECEIVE
    ]


def test_a_link_is_slow_while_a_wave_goes_over_it():
    found = flights(run(Wave(100 * MS, (("latency", 70 * MS),), BOTH, length=200 * MS)))
    assert {length for sent, length in found if 100 * MS <= sent < 300 * MS} == {70 * MS}
    assert {length for sent, length in found if not 100 * MS <= sent < 300 * MS} == {40 * MS}


def test_what_is_under_way_keeps_its_time_and_what_changes_is_one_way():
    found = flights(run(Wave(10 * MS, (("latency", 70 * MS),), BOTH[1:])))
    assert found[0] == (0, 40 * MS)
    assert found[1] == (40 * MS, 70 * MS)


def test_waves_lie_on_one_another_and_each_passes_alone():
    world = World(
        replace(QUIET, happenings=(
            Wave(0, (("latency", 50 * MS), ("rate", 1_000_000)), BOTH, length=400 * MS),
            Wave(100 * MS, (("latency", 90 * MS),), BOTH, length=500 * MS),
        ))
    )  # fmt: skip
    spec = world._links.spec
    for until, want in ((0, (50, 1_000_000)), (100, (90, 1_000_000)), (400, (90, None)), (600, (40, None))):
        world.run(until * MS)
        assert (spec("client", "server").latency // MS, spec("client", "server").rate) == want, until


def test_a_rough_link_loses_so_many_and_the_same_ones_each_time():
    def lost(seed):
        nodes = tuple(
            replace(node, parameters={**node.parameters, **({"count": 30} if node.role == "client" else {})})
            for node in QUIET.nodes
        )
        world = run(Wave(0, (("loss", 300),), BOTH), seed=seed, limit=60_000 * MS, nodes=nodes)
        return [entry.number for entry in world.trace if entry.kind == kinds.DROP], world.evidence().sent()

    drops, sent = zip(*(lost(seed) for seed in range(40)), strict=True)
    assert 0.2 < sum(map(len, drops)) / sum(sent) < 0.4
    assert lost(3) == lost(3)
    assert len({tuple(one) for one in drops}) > 10
    assert not any(entry.kind == kinds.DROP for entry in run(Wave(0, (("loss", 0),), BOTH)).trace)


def test_what_a_stream_carries_is_slow_as_well_and_loses_nothing():
    level = load("web/second-hand").scenario
    calm, rough = (
        World(replace(level, happenings=happenings, win=(), limit=3_000 * MS), intervals=False)
        for happenings in ((), (Wave(0, (("latency", 90 * MS), ("loss", 500)), (("browser", "museum"),)),))
    )
    for world in (calm, rough):
        world.run()
    way = [entry.time - rough.trace[entry.cause].time for entry in rough.trace if entry.kind == kinds.RECEIVE]
    assert min(way) >= 40 * MS
    came = [
        next(entry.time for entry in world.trace if entry.kind == kinds.RECEIVE and entry.node == "museum")
        for world in (calm, rough)
    ]
    assert came[1] - came[0] == 2 * 50 * MS  # of the opening, and of what is said on it
    opened = [next(e.time for e in world.trace if e.kind == kinds.OPENED) for world in (calm, rough)]
    assert opened == [40 * MS, 90 * MS]
    assert not any(entry.kind == kinds.DROP for entry in rough.trace)


def test_a_nodes_parameter_changes_and_comes_back():
    world = World(replace(QUIET, happenings=(Wave(10 * MS, (("patience", 999 * MS),), (), "client", 50 * MS),)))
    before = world.nodes["client"].spec.parameters.get("patience", BY_NAME["echo"].defaults("client")["patience"])
    world.run(10 * MS)
    assert world.nodes["client"].machine.patience == 999 * MS
    world.run(60 * MS)
    assert world.nodes["client"].machine.patience == before


def test_forks_and_replays_go_alike():
    happenings = (Wave(50 * MS, (("latency", 90 * MS), ("loss", 200)), BOTH, length=300 * MS),)
    world = World(replace(QUIET, happenings=happenings))
    world.run(120 * MS)
    fork = world.fork()
    world.run()
    fork.run()
    assert fork.trace_sha256() == world.trace_sha256()
    assert replayed(world.scenario, world.answers).trace_sha256() == world.trace_sha256()


def test_a_state_with_a_wave_is_another_state():
    plain, rough = (
        World(replace(QUIET, happenings=happenings)) for happenings in ((), (Wave(0, (("latency", 90 * MS),), BOTH),))
    )
    for world in (plain, rough):
        world.run(1)
    assert plain._links.key(1) != rough._links.key(1)
    cut = World(replace(QUIET, happenings=(Cut(0, BOTH),)))
    cut.run(1)
    assert cut._links.key(1) != rough._links.key(1)


def test_in_the_fog_nobody_is_told_and_packets_glide_by_plan():
    world = World(replace(QUIET, happenings=(Wave(0, (("latency", 900 * MS),), BOTH),)))
    world.run(20 * MS)
    sight = Sight(world, "client")
    assert not [entry for entry in sight.entries() if entry.kind == kinds.WAVE]
    assert [flight.arrival - flight.departed for flight in sight.flights()] == [40 * MS]
    everything = Sight(world, "client", everything=True).entries()
    told = [entry_words(entry) for entry in everything if entry.kind == kinds.WAVE]
    assert told == ["from now on latency 900 ms: client -> server, server -> client"]


WAVE = """
[[happens]]
at = "1s"
link = "client <-> server"
set = { latency = "300ms", rate = "1Mbit/s", loss = 0.25 }
for = "2s"

[[happens]]
at = "2s"
node = "client"
set = { patience = "1s" }
"""


def test_a_level_says_it():
    scenario = from_text(SOUND + WAVE, "course/wave.toml").scenario
    changes = (("latency", 300 * MS), ("rate", 1_000_000), ("loss", 250))
    assert scenario.happenings[1] == Wave(1_000 * MS, changes, BOTH, "", 2_000 * MS)
    assert scenario.happenings[2] == Wave(2_000 * MS, (("patience", 1_000 * MS),), (), "client", None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('set = { latency = "300ms", rate = "1Mbit/s", loss = 0.25 }\n', "", "there is no [set]"),
        ("loss = 0.25", "loss = 2.5", "loss is 2.5: a share from 0 to 1"),
        ('latency = "300ms", rate = "1Mbit/s", loss = 0.25', "", "nothing changes"),
        ('latency = "300ms"', 'latencyy = "300ms"', "has no 'latencyy'"),
        ('link = "client <-> server"', 'link = "client <-> nobody"', "nobody"),
        ('patience = "1s"', 'patiense = "1s"', "patiense"),
        ('node = "client"', 'node = "clint"', "clint"),
        ('at = "1s"\n', "", "when does this happen?"),
    ],
)
def test_what_is_no_wave(old, new, words):
    assert old in WAVE
    problems = problems_of(SOUND + WAVE.replace(old, new, 1))
    assert any(words in problem for problem in problems), problems


def test_a_wave_may_go_from_one_message_to_another():
    begins, ends = (Mark("client", "server", "Ping", (number,)) for number in (2, 3))
    wave = MarkedWave(begins, ends, (("latency", 90 * MS),), BOTH)
    four = (replace(QUIET.nodes[0], parameters={"count": 4}), QUIET.nodes[1])
    world = run(wave, nodes=four)
    asks = [entry for entry in world.trace if entry.kind == kinds.SEND and entry.node == "client"]
    times = {entry.detail.number: entry.time for entry in asks}
    assert times[2] - times[1] == 2 * 40 * MS
    assert times[3] - times[2] == 2 * 90 * MS, "the message with which it begins is under it"
    noted = [(entry.kind, entry.time) for entry in world.trace if entry.kind in (kinds.WAVE, kinds.CALM)]
    assert noted == [(kinds.WAVE, times[2]), (kinds.CALM, times[3])]
    fork = World(replace(QUIET, happenings=(wave,), nodes=four), Book())
    fork.run(until=times[2] + 1)
    twin = fork.fork()
    for one in (fork, twin):
        one.run()
        assert one.trace_sha256() == world.trace_sha256()


def test_a_level_says_from_which_message_to_which():
    text = changed(
        ('[[happens]]\nlose = "server -> client"\nnth = 2\n',
         '[[happens]]\nlink = "client <-> server"\nset = { latency = "300ms" }\n'
         'from = { sent = "client -> server", message = "Ping", key = [2] }\n'
         'until = { sent = "client -> server", message = "Ping", key = [3] }\n'),
    )  # fmt: skip
    (wave,) = from_text(text, "course/wave.toml").scenario.happenings
    assert wave == MarkedWave(
        Mark("client", "server", "Ping", (2,)), Mark("client", "server", "Ping", (3,)), (("latency", 300 * MS),), BOTH
    )
    for old, new, words in (
        ('message = "Ping", key = [2]', 'message = "Pin", key = [2]', "did you mean 'Ping'?"),
        ('from = { sent = "client -> server", ', "from = { ", "who sends it to whom?"),
        ('link = "client <-> server"', 'at = "1s"\nlink = "client <-> server"', "has no at"),
        (
            'sent = "client -> server", message = "Ping", key = [3]',
            'sent = "clint -> server", message = "Ping"',
            "clint",
        ),
    ):
        assert any(words in problem for problem in problems_of(text.replace(old, new))), words


def test_what_does_not_change_of_a_node_need_not_be_said_again():
    """A parameter that names a node by another name than its default is as the level has it."""
    level = load("wire/sorting-office#2")
    (wave,) = (one for one in level.scenario.happenings if isinstance(one, Wave))
    assert dict(wave.changes) == {"price": 5, "width": 2, "shelf": True}


# A clock that grows warm


def warm(*waves, drift=20):
    """Client's clock at the end of 2 s of truth."""
    client = replace(QUIET.nodes[0], drift=drift)
    world = World(replace(QUIET, happenings=waves, nodes=(client, QUIET.nodes[1])))
    world.run(until=2_000 * MS)
    return world


def drift(at, ppm, length=None, node="client"):
    return Wave(at * MS, (("drift", ppm),), (), node, length)


def test_a_clock_drifts_otherwise_for_a_while():
    """2 s at 20 parts per million; then half a second of them at 300 instead."""
    assert warm().evidence().clock("client") == 2_000 * MS + 40
    assert warm(drift(1_000, 300, 500 * MS)).evidence().clock("client") == 2_000 * MS + 30 + 150
    assert warm(drift(1_000, 300)).evidence().clock("client") == 2_000 * MS + 20 + 300


def test_alarms_ring_by_the_drift_as_it_is_by_then():
    """A clock that runs at half its speed from 10 ms on rings an alarm of 100 ms at 190 ms."""
    client = replace(QUIET.nodes[0], parameters={"patience": 100 * MS})
    dead = replace(QUIET, nodes=(client, QUIET.nodes[1]), happenings=(Cut(0, BOTH), drift(10, -500_000)))
    world = World(dead)
    world.run(until=300 * MS)
    ring = next(entry for entry in world.trace if entry.kind == kinds.TIMER)
    assert ring.time == 190 * MS


def test_a_slew_ends_at_the_same_reading_whatever_the_drift():
    clock = LocalClock()
    clock.slew(0, 100_000)
    clock.slew_ends = clock.true_at(1_100)
    assert clock.slew_ends == 1_000
    assert clock.rush(500, -600_000) == clock.slew_ends == 500 + 1_100
    assert clock.read(clock.slew_ends) == 1_100


def test_who_sits_there_reads_the_clock_as_it_is_and_is_not_told_why():
    world = warm(drift(0, 200_000, 1_000 * MS), drift=0)
    sight = Sight(world, "client")
    last = [entry for entry in sight.entries() if entry.kind == kinds.RECEIVE][-1]
    true = [entry for entry in world.trace if entry.kind == kinds.RECEIVE and entry.node == "client"][-1]
    assert last.time == true.time + true.time * 200_000 // 1_000_000
    assert not [entry for entry in sight.entries() if entry.kind in (kinds.WAVE, kinds.CALM)]


def test_a_node_that_is_down_has_a_clock_all_the_same():
    world = warm(Crash(100 * MS, "client"), drift(1_000, 100, 500 * MS), drift=0)
    assert world.evidence().clock("client") == 2_000 * MS + 50


def test_a_level_says_how_a_clock_drifts_from_then_on():
    text = SOUND + WAVE.replace('patience = "1s"', 'patience = "1s", drift = 90')
    assert from_text(text, "course/wave.toml").scenario.happenings[2].changes == (
        ("drift", 90),
        ("patience", 1_000 * MS),
    )
    only = SOUND + WAVE.replace('patience = "1s"', "drift = -90")
    assert from_text(only, "course/wave.toml").scenario.happenings[2].changes == (("drift", -90),)
    for wrong in ('"fast"', "1000000"):
        assert any(
            "drift" in problem for problem in problems_of(SOUND + WAVE.replace('patience = "1s"', f"drift = {wrong}"))
        )
