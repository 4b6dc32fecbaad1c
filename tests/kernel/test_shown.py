"""Badges, shades and intervals: what a room declares is seen of the own node, or of all where nothing is hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.kernel import trace as kinds
from core.kernel.scenario import ClockJump, Crash
from core.kernel.seats import Book
from core.kernel.shown import DOWN, Interval, Look, Shade
from core.kernel.sight import Sight
from core.kernel.world import World, replayed
from core.protocols.elections.election_bully import PROTOCOL as BULLY
from core.protocols.peers.bittorrent import PROTOCOL as BITTORRENT
from tests.kernel.crowd import ROOM, counted, crowd

SPREAD = 3_000_000
"""By then everybody in a crowd of sixteen has heard, and has told all whom it has to tell."""


def run(scenario, until=SPREAD):
    world = World(scenario, player=Book())
    world.run(until)
    return world


def test_with_everything_in_sight_every_node_has_its_look():
    sight = Sight(run(crowd(16), 150_000), "", True)
    assert sight.look("n0") == Look("told 1", 1)
    assert sight.look("n1") == Look("told 0", 1)
    assert sight.look("n9") == Look("", 0)
    assert sight.looks().keys() == {f"n{number}" for number in range(16)}


def test_in_the_fog_nothing_of_another_node_is_seen():
    sight = Sight(run(crowd(16)), "n5")
    assert sight.look("n5") == Look("told 4", 1)
    for name in ("n0", "n1", "n15"):
        assert sight.look(name) == Look(hidden=True)
    assert sight.looks().keys() == {"n5"}
    assert {span.node for span in sight.spans()} == {turn.node for turn in sight.turns()} == {"n5"}


@pytest.mark.parametrize(
    "blow", [Crash(1, "n9"), Crash(600_000, "n9", back=100_000), ClockJump(100_000, "n9", 700_000)], ids=str
)
def test_a_blow_elsewhere_changes_nothing_that_is_seen(blow):
    """n9 is not on the way of what n1 hears or tells."""

    def seen(scenario):
        world = World(scenario, player=Book())
        sight = Sight(world, "n1")
        shown = []
        for now in range(0, 700_000, 10_000):
            world.run(now)
            shown.append((dict(sight.looks()), sight.spans(), sight.turns(), [sight.look(f"n{n}") for n in range(16)]))
        return shown, Sight(world, "", True)

    (plain, _), (struck, truth) = seen(crowd(16)), seen(crowd(16, blow))
    assert plain == struck
    hit = truth.look("n9").absence or [span for span in truth.spans() if span.interval is DOWN]
    assert hit or isinstance(blow, ClockJump)


def test_intervals_open_and_close_with_the_event_that_did_it():
    world = run(crowd(16))
    sight = Sight(world, "", True)
    spans = {(span.node, span.interval.name): span for span in sight.spans()}
    knowing, telling = spans["n1", "knowing"], spans["n1", "telling"]
    assert (knowing.opened, knowing.closed) == (120_000, None)
    assert (telling.opened, telling.closed) == (120_000, 520_000)
    assert world.trace[knowing.entry].kind == kinds.RECEIVE
    assert world.trace[knowing.entry].node == "n1"
    assert [turn.words for turn in sight.turns() if turn.node == "n1"] == [
        "n1 has heard", "n1 tells", "n1: telling is over",
    ]  # fmt: skip


def test_a_crash_ends_what_lasted_and_the_restart_begins_anew():
    sight = Sight(run(crowd(16, Crash(200_000, "n1", back=300_000))), "", True)
    spans = [(span.interval.name, span.opened, span.closed) for span in sight.spans() if span.node == "n1"]
    assert spans == [
        ("knowing", 120_000, 200_000), ("telling", 120_000, 200_000), ("down", 200_000, 500_000),
        ("knowing", 500_000, None), ("telling", 500_000, None),
    ]  # fmt: skip


def test_who_is_down_or_not_there_yet_is_told_so_in_words():
    world = run(crowd(4, Crash(50_000, "n2"), starts=10_000), 5_000)
    fog, clear = Sight(world, "n2"), Sight(world, "", True)
    assert fog.look("n2").absence == clear.look("n3").absence == "starts at 10 ms"
    world.run(60_000)
    assert fog.look("n2").absence == clear.look("n2").absence == "down since 50 ms"
    assert fog.look("n2").words == "down"
    assert fog.look("n3") == Look(hidden=True)
    assert clear.look("n3").absence == ""


def test_in_the_fog_times_are_of_the_own_clock():
    world = run(crowd(4, Crash(50_000, "n2"), starts=10_000, clock=7_000_000), 5_000)
    fog = Sight(world, "n2")
    assert fog.look("n2").absence == "starts at 7.01 s"
    world.run(60_000)
    assert fog.look("n2").absence == "down since 7.05 s"
    assert [(span.interval, span.opened) for span in fog.spans()] == [(DOWN, 7_050_000)]


def test_read_piece_by_piece_or_at_once_it_is_the_same_and_so_it_is_in_a_fork_and_a_replay():
    scenario = crowd(16, Crash(200_000, "n1", back=300_000))
    world = World(scenario, player=Book())
    often = [Sight(world, "n1"), Sight(world, "", True)]
    while world.now < 400_000 and world.step():
        for sight in often:
            sight.looks()
    fork = world.fork()
    other = replayed(scenario, world.answers, world.count)
    for one in (world, fork, other):
        one.run(SPREAD)
    for sight in often:
        for one in (world, fork, other):
            fresh = Sight(one, sight.node, sight.everything)
            assert fresh.spans() == sight.spans()
            assert fresh.looks() == sight.looks()


def test_of_a_crowd_only_those_are_looked_at_anew_to_whom_something_happened():
    asked = []
    world = run(crowd(1_000, protocol=counted(asked)), 450_000)
    sight = Sight(world, "", True)
    sight.looks()
    assert len(asked) == 1_000
    asked.clear()
    sight.looks()
    assert asked == []
    before = len(world.trace)
    world.run(550_000)
    touched = {entry.node for entry in world.trace.since(before)}
    sight.looks()
    assert sorted(asked) == sorted(touched)
    assert len(touched) < 40


def test_a_room_without_intervals_pays_nothing_for_them():
    assert World(crowd(4, protocol=replace(ROOM, intervals=()))).changes is None


def test_intervals_of_a_world_that_nobody_sees_are_not_looked_at():
    looked = []

    def knows(machine):
        looked.append(machine.name)
        return machine.knows

    room = replace(ROOM, intervals=(Interval("knowing", "has heard", knows),))
    seen, unseen = (World(crowd(4, protocol=room), Book(), intervals=follow) for follow in (True, False))
    seen.run(SPREAD)
    assert len(looked) > 4
    looked.clear()
    unseen.run(SPREAD // 2)
    fork = unseen.fork()
    for world in (unseen, fork):
        world.run(SPREAD)
        assert world.trace_sha256() == seen.trace_sha256()
        with pytest.raises(LookupError, match="does not follow"):
            Sight(world, "", True).spans()
    assert looked == []


def test_intervals_are_no_part_of_the_trace():
    plain = replace(ROOM, intervals=(), shade=None)
    assert run(crowd(16)).trace_sha256() == run(crowd(16, protocol=plain)).trace_sha256()


def test_a_shade_is_within_its_scale_and_has_a_word_for_every_value():
    shade = Shade("share", lambda one: one, top=4)
    assert [shade.value(number) for number in (-1, 0, 3, 9)] == [0, 0, 3, 4]
    assert shade.said(3) == "3 of 4"
    with pytest.raises(ValueError, match="has 1 words for 2 values"):
        Shade("share", lambda one: one, steps=("none",))


def test_a_king_reigns_until_a_higher_one_proclaims_himself():
    scenario = replace(BULLY.scenarios[0], win=(), happenings=(Crash(1, "p2", back=3_000_000),))
    sight = Sight(run(scenario, 2_000_000), "p2", True)
    assert sight.look("p2").absence.startswith("down since")
    assert sight.look("p0").badge == "obeys 2"
    world = run(scenario, 9_000_000)
    reigns = [(span.node, span.closed is None) for span in Sight(world, "", True).spans() if span.interval is not DOWN]
    assert reigns == [("p2", False), ("p2", True)]
    assert Sight(world, "", True).look("p2").badge == "reigns"


def test_a_seed_has_every_piece_and_the_others_their_share():
    scenario = BITTORRENT.scenarios[0]
    world = World(scenario, player=Book())
    world.run(1_000)
    sight = Sight(world, "", True)
    before = {name: look.shade for name, look in sight.looks().items()}
    world.run()
    after = {name: look.shade for name, look in sight.looks().items()}
    peers = [node.name for node in scenario.nodes if node.role == "peer"]
    assert min(before[name] for name in peers) == 0
    assert {after[name] for name in peers} == {100}
    assert {span.node for span in sight.spans()} == set(peers)
