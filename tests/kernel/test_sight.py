"""Sight: what a node knows, and that nothing else leaks through."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from core.kernel import trace as kinds
from core.kernel.effects import Key
from core.kernel.laws import OWN, Measure
from core.kernel.protocol import Context, Machine
from core.kernel.scenario import (
    ClockJump,
    Crash,
    Cut,
    DiceSpec,
    Forge,
    LinkSpec,
    Lose,
    NetworkSeat,
    NodeSpec,
    PlayerSeat,
    Scenario,
)
from core.kernel.seats import Book
from core.kernel.sight import Sight
from core.kernel.told import entry_words, message_words
from core.kernel.world import World
from core.protocols.premise.echo import PROTOCOL, Ping, Pong
from core.wire.peerwire import NotInterested

BASE = replace(
    PROTOCOL.scenarios[0],
    nodes=(
        NodeSpec("client", "echo", "client", {"count": 4}),
        NodeSpec("server", "echo", "server"),
        NodeSpec("other", "echo", "client", {"count": 9}),
    ),
    win=(),
    limit=4_000_000,
)


def seen_until(scenario: Scenario, node: str, time: int) -> list[object]:
    """Everything that sight shows of a node, at every millisecond until `time`."""
    world = World(scenario, player=Book())
    sight = Sight(world, node)
    shown: list[object] = []
    for now in range(0, time, 1_000):
        world.run(now)
        shown.append((sight.clock(), sight.view(), sight.flights(), list(sight.entries()), sight.inbox()))
        shown.append([(name, sight.up(name), sight.view(name)) for name in world.nodes if name != node])
    return shown


@pytest.mark.parametrize(
    ("what", "happening", "until"),
    [
        # The answer to ping 2 (sent at 80 ms) is missed at 160 ms.
        ("the ping is lost", Lose("client", "server", 2), 160_000),
        ("the answer is lost", Lose("server", "client", 2), 160_000),
        ("the ping comes twice", Lose("client", "server", 2, "twice"), 160_000),
        ("the ping is garbled", Lose("client", "server", 2, "garbled"), 160_000),
        ("the server dies", Crash(100_000, "server"), 160_000),
        ("a link is cut", Cut(81_000, (("client", "server"), ("server", "client"))), 160_000),
        ("another link is cut", Cut(10_000, (("other", "server"), ("server", "other"))), 2_000_000),
        ("another node dies", Crash(100_000, "other"), 2_000_000),
        ("another clock jumps", ClockJump(100_000, "server", 5_000_000), 2_000_000),
    ],
)
def test_what_happens_elsewhere_is_not_seen_before_its_consequences(what, happening, until):
    truth = replace(BASE, happenings=(happening,))
    assert seen_until(truth, "client", until) == seen_until(BASE, "client", until)
    # The two worlds do differ, and it is not for want of looking.
    lifted = [len(list(Sight(run(scenario), "client", True).entries())) for scenario in (truth, BASE)]
    assert lifted[0] != lifted[1] or "clock" in what


def test_the_consequence_is_seen():
    lost = replace(BASE, happenings=(Lose("client", "server", 2),))
    assert seen_until(lost, "client", 170_000) != seen_until(BASE, "client", 170_000)


def run(scenario: Scenario) -> World:
    world = World(scenario, player=Book())
    world.run()
    return world


def test_own_entries_only_numbered_anew():
    world = run(replace(BASE, network=DiceSpec(loss=0.3, duplicate=0.2, jitter=(0, 90_000)), seed=5))
    sight = Sight(world, "client")
    entries = list(sight.entries())
    assert {entry.node for entry in entries} == {"client"}
    assert not {entry.kind for entry in entries} & {kinds.DROP, kinds.CRASH, kinds.CUT, kinds.HEAL, kinds.FORWARD}
    assert [entry.number for entry in entries] == list(range(len(entries)))
    assert {entry.event for entry in entries} == set(range(1, entries[-1].event + 1))
    assert all(-1 <= entry.cause < entry.number for entry in entries)
    assert all(entry.cause == -1 for entry in entries if entry.kind == kinds.RECEIVE)
    assert len(list(sight.entries(3))) == len(entries) - 3


def test_entries_read_piece_by_piece_are_the_same():
    world = World(BASE, player=Book())
    sight = Sight(world, "client")
    read = []
    while world.step():
        read += list(sight.entries(len(read)))
    assert read == list(Sight(world, "client").entries())


@dataclass
class Adjuster(Machine):
    """Rings every 100 ms of its own clock, steps it once and slews it once."""

    rung: int = 0

    def on_start(self, ctx: Context) -> None:
        ctx.set_timer("tick", 100_000)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self.rung += 1
        ctx.deliver(ctx.now)
        if self.rung == 3:
            ctx.adjust_clock(-250_000)
        if self.rung == 6:
            ctx.adjust_clock(90_000, 300_000)
        ctx.set_timer("tick", 100_000)


def test_times_are_readings_of_the_own_clock_steps_and_slews_included():
    protocol = replace(PROTOCOL, roles={**PROTOCOL.roles, "adjuster": Adjuster})
    nodes = (NodeSpec("odd", "echo", "adjuster", {}, clock=7_000_000, drift=-40_000), *BASE.nodes)
    jump = ClockJump(1_450_000, "odd", 600_000)
    scenario = replace(BASE, protocols={"echo": protocol}, nodes=nodes, happenings=(jump,), limit=3_000_000)
    for read_often in (True, False):
        world = World(scenario, player=Book())
        sight = Sight(world, "odd")
        while world.step():
            if read_often:
                _ = len(sight)
        delivered = [entry for entry in sight.entries() if entry.kind == kinds.DELIVER]
        assert len(delivered) > 20
        assert [entry.time for entry in delivered] == [entry.detail for entry in delivered]
        assert delivered[0].time > 7_000_000
        # Its own adjustments are known to it; the jump from outside is not.
        assert len([entry for entry in sight.entries() if entry.kind == kinds.CLOCK]) == 2
        assert sight.clock() == world.nodes["odd"].clock.read(world.now) != world.now


def test_views_of_others_only_with_everything_in_sight():
    world = run(BASE)
    fog, clear = Sight(world, "client"), Sight(world, "client", True)
    assert fog.view() == fog.view("client") == clear.view() != {}
    assert fog.view("server") == {}
    assert clear.view("server")["answers sent"] > 0
    assert fog.up("server") is None
    assert clear.up("server") is True


def test_the_network_sees_everything():
    scenario = replace(PROTOCOL.scenarios[0], network=NetworkSeat({"lost": 1}))
    world = World(scenario)
    sight = Sight(world, scenario.seat_of_player)
    assert sight.everything
    world.step()
    world.answer("lost")
    (flight,) = sight.flights()
    assert (flight.source, flight.destination, flight.lost, flight.why) == ("client", "server", True, "lost on the way")
    assert (flight.departed, flight.arrival) == (0, 40_000)
    world.run()
    assert len(sight) == len(world.trace)


def test_flights_of_all_with_everything_in_sight():
    world = World(replace(BASE, happenings=(Lose("client", "server", 1),)), player=Book())
    clear = Sight(world, "client", True)
    world.run(20_000)
    flights = {(flight.source, flight.lost): flight for flight in clear.flights()}
    assert set(flights) == {("client", True), ("other", False)}
    assert flights["other", False].arrival == 40_000
    world.run(50_000)
    assert [(flight.source, flight.destination) for flight in clear.flights()] == [("server", "other")]


def test_a_flight_over_a_router_is_on_one_leg_at_a_time():
    links = {
        (a, b): LinkSpec(latency=10_000)
        for a, b in (("client", "r"), ("r", "client"), ("r", "server"), ("server", "r"))
    }
    nodes = (*BASE.nodes[:2], NodeSpec("r", router=True))
    world = World(replace(BASE, nodes=nodes, links=links, default_link=None), player=Book())
    clear, fog = Sight(world, "client", True), Sight(world, "client")
    world.run(5_000)
    assert [(f.source, f.destination, f.arrival) for f in clear.flights()] == [("client", "r", 10_000)]
    assert [(f.source, f.destination, f.arrival) for f in fog.flights()] == [("client", "server", 20_000)]
    world.run(15_000)
    assert [(f.source, f.destination, f.departed) for f in clear.flights()] == [("r", "server", 10_000)]
    assert [(f.source, f.destination) for f in fog.flights()] == [("client", "server")]


def test_a_forgery_looks_like_any_other_message():
    world = run(replace(BASE, happenings=(Forge(50_000, "server", "client", Pong(1)),)))
    forged, answer = [entry for entry in Sight(world, "client").entries() if entry.kind == kinds.RECEIVE][:2]
    differing = {"number": 0, "time": 0, "event": 0, "answers": ()}
    assert forged._replace(**differing) == answer._replace(**differing)


def test_what_waits_in_the_inbox_of_a_thinking_node():
    scenario = replace(BASE, player=(PlayerSeat("server", ("*",)),))
    world = World(scenario)
    world.run()
    assert world.stopped
    assert Sight(world, "server").inbox() == []
    world.nodes["server"].inbox.append((kinds.RECEIVE, ("other", Ping(1), None), -1))
    assert Sight(world, "server").inbox() == [(kinds.RECEIVE, Ping(1))]


def test_words():
    world = run(replace(BASE, happenings=(Lose("client", "server", 1), Crash(2_000_000, "other", back=10_000))))
    words = [entry_words(entry) for entry in Sight(world, "", True).entries()]
    assert "PING number 1 to server lost: lost on the way" in words
    assert "PONG number 1 from server" in words
    assert "the timer silence rang" in words
    assert message_words(Ping(7)) == "PING number 7"
    assert message_words(NotInterested()) == "NOT INTERESTED"
    assert all(words)


def test_who_sits_at_a_node_sees_its_crash_and_what_it_tore_and_nobody_else_does():
    crash = Crash(70_000, "server", back=200_000, effects=0)  # the second ping's answer never leaves
    world = run(replace(BASE, nodes=BASE.nodes[:2], happenings=(crash,)))
    words = {name: [entry_words(entry) for entry in Sight(world, name).entries()] for name in ("client", "server")}
    assert "server crashed; done: nothing; not done: PONG number 2 to client" in words["server"]
    assert "server restarted" in words["server"]
    assert not any("server" in line and ("crashed" in line or "restarted" in line) for line in words["client"])


def test_a_measure_of_ones_own_is_read_off_the_node_as_it_is_now():
    """A fork of the world, as for a keyframe, leaves the old node to the fork and writes to another."""
    pings = Measure("pings", "", lambda evidence, node: evidence.machine(node).number, known=OWN)
    world = World(BASE, player=Book())
    sight = Sight(world, "client")
    world.run(60_000)
    before = sight.measure(pings)
    kept = world.fork()
    world.run(300_000)
    assert sight.measure(pings) > before
    assert kept.nodes["client"].machine.number == before
