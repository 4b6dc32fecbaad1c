"""Arrivals from outside a live world: where they may happen, what becomes of them, and that a replay is the same."""

from dataclasses import dataclass, field, replace

import pytest

from core.kernel.protocol import Context, Machine, Protocol
from core.kernel.scenario import Arrival, LinkSpec, NodeSpec, PlayerSeat, Scenario
from core.kernel.time import SECOND
from core.kernel.world import World, replayed
from core.protocols.premise import echo
from core.wire.cdr import ULong, codec_for


@dataclass(frozen=True)
class Note:
    """A number."""

    number: ULong


@dataclass
class Keeper(Machine):
    """Writes down all that happens to it, and says every note again; `later` after its timer."""

    log: list[str] = field(default_factory=list)
    later: int = 0

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        self.log.append(f"open {peer}")

    def on_message(self, ctx: Context, source: str, message: Note) -> None:
        self.log.append(f"note {message.number} on {ctx.connection}")
        if ctx.connection is None:
            ctx.send(source, message)
        elif self.later:
            ctx.set_timer(("say", ctx.connection), self.later)
        else:
            ctx.send_on(ctx.connection, message)

    def on_timer(self, ctx: Context, key: tuple[str, str]) -> None:
        self.log.append("timer")
        ctx.send_on(key[1], Note(0))
        ctx.close(key[1])

    def on_garbled(self, ctx: Context, source: str, data: bytes) -> None:
        self.log.append(f"garbled {data.hex()} on {ctx.connection}")

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        self.log.append("reset" if reset else "close")


ROOM = Protocol("note", "Note", {"keeper": Keeper}, (Note,), codec_for(Note))
STREAM = "peer>keeper#1"


def scenario(*arrivals, **parameters):
    nodes = (NodeSpec("keeper", "note", "keeper", parameters), NodeSpec("peer", "note", outside=True))
    return Scenario("live", {"note": ROOM}, nodes, default_link=LinkSpec(0), limit=10 * SECOND, happenings=arrivals)


def arrival(at, what, data=b"", connection=STREAM):
    return Arrival(at, "peer", "keeper", what, data, "" if what == "datagram" else connection)


def encoded(number):
    return ROOM.codec.encode(Note(number), World(scenario()).envelope("peer", "keeper"))


def entries(world, node):
    return [(entry.time, entry.kind, entry.note) for entry in world.trace if entry.node == node]


def test_a_scenario_with_somebody_outside_is_live_and_another_one_for_its_digest():
    one = scenario()
    assert one.live
    assert not replace(one, nodes=one.nodes[:1]).live
    inside = replace(one, nodes=(one.nodes[0], NodeSpec("peer", "note", "keeper")))
    assert inside.digest() != one.digest()


def test_a_datagram_is_decoded_and_answered_in_the_same_microsecond():
    world = World(scenario(arrival(5, "datagram", encoded(7))))
    world.run(until=100)
    assert world.nodes["keeper"].machine.log == ["note 7 on None"]
    assert entries(world, "peer")[1:] == [(5, "send", ""), (5, "receive", "")]


def test_what_the_codec_refuses_is_garbled_with_its_connection():
    world = World(
        scenario(arrival(5, "datagram", b"\1"), arrival(6, "open"), arrival(7, "data", b"\2\3"), arrival(8, "close"))
    )
    world.run(until=100)
    assert world.nodes["keeper"].machine.log == [
        "garbled 01 on None", "open peer", f"garbled 0203 on {STREAM}", "close"
    ]  # fmt: skip


def test_what_comes_on_no_connection_is_nothing():
    world = World(scenario(arrival(5, "data", encoded(1)), arrival(6, "end"), arrival(7, "reset")))
    world.run(until=100)
    assert world.nodes["keeper"].machine.log == []


def test_after_an_end_our_node_may_still_speak_and_after_a_close_it_may_not():
    for what, said in (("end", [(1_000_008, "receive", STREAM), (1_000_008, "closed", "")]), ("close", [])):
        arrivals = (arrival(6, "open"), arrival(8, "data", encoded(1)), arrival(9, what))
        world = World(scenario(*arrivals, later=SECOND))
        world.run(until=2 * SECOND)
        assert world.nodes["keeper"].machine.log == ["open peer", f"note 1 on {STREAM}", "close", "timer"]
        assert [entry for entry in entries(world, "peer") if entry[0] > 9] == said


def test_a_reset_ends_both_directions():
    world = World(scenario(arrival(6, "open"), arrival(8, "data", encoded(1)), arrival(9, "reset"), later=SECOND))
    world.run(until=2 * SECOND)
    assert world.nodes["keeper"].machine.log[-2:] == ["reset", "timer"]
    assert not world.connections


def test_only_a_free_microsecond_of_the_future_may_be_taken():
    world = World(scenario(arrival(50, "datagram", encoded(1))))
    world.run(until=20)
    for at in (0, 20, 50):
        with pytest.raises(ValueError, match="is not free"):
            world.happen(arrival(at, "datagram", encoded(2)))
        with pytest.raises(ValueError, match="is not free"):
            world.end(at)
    assert [world.moment(wanted) for wanted in (0, 21, 50)] == [21, 21, 51]


def driven(world, plan):
    """Let arrivals happen as a driver does: just before its time the world is run, then it is planned."""
    journal = []
    for wanted, what, data in plan:
        at = wanted
        while True:
            at = world.moment(at)
            world.run(until=at - 1)
            if world.moment(at) == at:
                break
        journal.append(arrival(at, what, data))
        world.happen(journal[-1])
        world.run(until=at)
    return journal


def test_what_was_driven_runs_the_same_way_again_also_where_timers_ring_at_the_same_moment():
    plan = [(6, "open", b"")]
    plan += [(6 + step // 2, "data", encoded(step)) for step in range(40)]
    plan += [(at, "data", encoded(at)) for at in (1_000, 1_007, 1_008, 1_009, 1_010)]
    world = World(scenario(later=1_000))
    journal = driven(world, plan)
    assert len({each.at for each in journal}) == len(journal)
    world.run(until=5_000)
    world.end(6_000)
    world.run()
    again = replayed(replace(scenario(*journal, later=1_000), limit=6_000), ())
    assert again.trace_sha256() == world.trace_sha256()
    assert again.outcome == world.outcome
    assert world.outcome.won  # no goal was set, and it was ended in order


def test_a_question_does_not_stop_a_live_world_and_its_answer_is_replayed_in_its_place():
    nodes = (NodeSpec("keeper", "echo", "server"), NodeSpec("peer", "echo", outside=True))
    live = Scenario(
        "live", {"echo": echo.PROTOCOL}, nodes, default_link=LinkSpec(0), limit=10 * SECOND,
        player=(PlayerSeat("keeper", ("echo.number",)),),
    )  # fmt: skip
    world = World(live)
    pings = [echo.PROTOCOL.codec.encode(echo.Ping(number), world.envelope("peer", "keeper")) for number in range(3)]
    journal = driven(world, [(10 * (place + 1), "datagram", ping) for place, ping in enumerate(pings)])
    assert world.now == 30  # three came, though the first one's question is open
    assert not world.stopped
    world.run(until=77)
    for number in (0, 1, 1):
        world.answer(number)
        world.run(until=world.now + 5)
    world.end(1_000)
    world.run()
    assert [(given.at, given.value) for given in world.answers] == [(77, 0), (82, 1), (87, 1)]
    again = replayed(replace(live, happenings=tuple(journal), limit=1_000), world.answers)
    assert again.trace_sha256() == world.trace_sha256()


def test_a_node_that_waits_for_its_run_starts_when_that_begins_and_once():
    """Until then it is down, and hears nothing; what a run file says twice happens once."""
    plain = scenario(
        Arrival(100, "peer", "keeper", "datagram", ROOM.codec.encode(Note(1), None)),
        Arrival(300, "peer", "keeper", "start"),
        Arrival(400, "peer", "keeper", "start"),
        Arrival(500, "peer", "keeper", "datagram", ROOM.codec.encode(Note(2), None)),
    )
    keeper, peer = plain.nodes
    world = World(replace(plain, nodes=(replace(keeper, starts=plain.limit), peer)))
    world.run(until=SECOND)
    assert [entry.time for entry in world.trace if entry.kind == "start" and entry.node == "keeper"] == [300]
    assert world.nodes["keeper"].machine.log == ["note 2 on None"]
