"""Links, fates, partitions, routers, streams."""

from itertools import pairwise

import pytest

from core.kernel.scenario import (
    Crash,
    Cut,
    DiceSpec,
    Forge,
    LinkSpec,
    Lose,
    LoseMessage,
    NetworkSeat,
    NodeSpec,
    Request,
)
from core.kernel.world import World
from tests.kernel.actors import Load, Note, scenario, sends

MS, S = 1_000, 1_000_000


def run(*args, until=None, **more):
    world = World(scenario(*args, **more))
    world.run(until)
    return world


def log(world, node="b"):
    return world.nodes[node].machine.log


def drops(world):
    return [(entry.detail.number, entry.note) for entry in world.trace if entry.kind == "drop"]


def times(world, node="b"):
    return [entry[0] for entry in log(world, node)]


A = {"a": sends(1, 2, 3)}
LOADS = {"a": sends(1, 2, 3, message=Load)}


def test_latency():
    assert log(run(roles=A)) == [(40 * MS, 1, "a"), (40 * MS, 2, "a"), (40 * MS, 3, "a")]


def test_rate_spreads_packets():
    world = run(roles=LOADS, default_link=LinkSpec(10 * MS, rate=8_000_000))
    assert times(world) == [11 * MS, 12 * MS, 13 * MS]


def test_a_full_queue_drops_the_last():
    world = run(roles=LOADS, default_link=LinkSpec(10 * MS, rate=8_000_000, queue=1))
    assert [entry[1] for entry in log(world)] == [1, 2]
    assert drops(world) == [(3, "the queue at a is full")]


def test_mtu():
    world = run(roles=LOADS, default_link=LinkSpec(mtu=999))
    assert drops(world)[0] == (1, "1000 bytes are more than the MTU of 999")
    assert len(log(run(roles=LOADS, default_link=LinkSpec(mtu=1000)))) == 3


def test_access_rates_of_both_ends():
    nodes = (NodeSpec("a", "stage", "a", up=8_000_000), NodeSpec("b", "stage", "actor", down=4_000_000))
    assert times(run(nodes=nodes, roles=LOADS, latency=10 * MS)) == [13 * MS, 15 * MS, 17 * MS]
    nodes = (NodeSpec("a", "stage", "a", up=4_000_000), NodeSpec("b", "stage", "actor"))
    assert times(run(nodes=nodes, roles=LOADS, latency=10 * MS)) == [12 * MS, 14 * MS, 16 * MS]


@pytest.mark.parametrize(
    ("fate", "arrivals"),
    [
        ("lost", [(40, 1), (40, 3)]),
        ("twice", [(40, 1), (40, 2), (40, 3), (240, 2)]),
        ("late", [(40, 1), (40, 3), (240, 2)]),
    ],
)
def test_the_second_packet_meets_its_fate(fate, arrivals):
    world = run(roles=A, happenings=(Lose("a", "b", 2, fate),))
    assert [(at // MS, number) for at, number, _ in log(world)] == arrivals


def test_flipped_bits_are_another_message_or_refused():
    world = run(roles=A, happenings=(Lose("a", "b", 2, "garbled"),))
    arrived = [entry[1] for entry in log(world)]
    assert len(arrived) == 3
    assert 2 not in arrived


def test_a_cut_is_one_way_and_heals():
    def on_start(self, ctx):
        for n in range(4):
            ctx.set_timer(n, n * S)

    def on_timer(self, ctx, key):
        ctx.send("b" if self.name == "a" else "a", Note(key))

    both = {"on_start": on_start, "on_timer": on_timer}
    world = run(roles={"a": both, "b": both}, happenings=(Cut(S // 2, (("a", "b"),), 2 * S),))
    assert [entry[1] for entry in log(world)] == [0, 3]
    assert [entry[1] for entry in log(world, "a")] == [0, 1, 2, 3]
    assert drops(world) == [(1, "the link from a to b is cut"), (2, "the link from a to b is cut")]


def chain(length, last="b"):
    names = ["a", *(f"r{n}" for n in range(length)), last]
    nodes = tuple(
        NodeSpec(name, router=True) if name[0] == "r" else NodeSpec(name, "stage", "a" if name == "a" else "actor")
        for name in names
    )
    links = {pair: LinkSpec(10 * MS) for pair in pairwise(names)}
    return {"nodes": nodes, "links": links, "default_link": None, "roles": {"a": sends(1)}}


def test_routers_forward():
    world = run(**chain(3))
    assert log(world) == [(40 * MS, 1, "a")]
    assert [entry.node for entry in world.trace if entry.kind == "forward"] == ["r0", "r1", "r2"]


def test_time_to_live_runs_out():
    assert len(log(run(**chain(63)))) == 1
    world = run(**chain(64))
    assert log(world) == []
    assert drops(world) == [(1, "its time to live ran out at r63")]


def test_no_link_no_name_no_node():
    assert "no link" in drops(run(roles=A, default_link=None))[0][1]
    assert "no node" in drops(run(roles={"a": sends(1, to="nobody")}))[0][1]
    assert drops(run(roles=A, happenings=(Crash(1, "b"),)))[0] == (1, "the node is down")
    assert log(run(happenings=(Forge(5, "ghost", "b", Note(9)),))) == [(5, 9, "ghost")]


def test_one_more_packet_shifts_nobodys_luck():
    """What becomes of a packet depends on itself, not on how many went before it."""

    def fates(*numbers):
        world = run(roles={"a": sends(*numbers)}, network=DiceSpec(loss=0.4, duplicate=0.3, jitter=(0, 99 * MS)))
        return {n: [entry for entry in log(world) if entry[1] == n] for n in range(40)}

    plain, with_one_more = fates(*range(40)), fates(99, *range(40))
    assert plain == with_one_more
    assert {len(copies) for copies in plain.values()} == {0, 1, 2}
    again = run(roles={"a": sends(*[7] * 40)}, network=DiceSpec(loss=0.5))
    assert 5 < len(log(again)) < 35  # the same packet, sent again, has luck of its own


def test_the_network_as_a_seat_spends_its_budget():
    world = World(scenario(roles=A, network=NetworkSeat({"lost": 1, "late": 1})))
    world.run()
    assert world.stopped
    assert world.questions[0].asked.candidates == ("as it is", "lost", "late")
    with pytest.raises(ValueError, match="not one of"):
        world.answer("twice")
    for word in ("late", "lost"):
        world.answer(word)
    world.run()
    assert not world.questions  # the budget is spent: nobody is asked about the third
    assert [(at // MS, number) for at, number, _ in log(world)] == [(40, 3), (240, 1)]


# Streams


def stream(then=(), **handlers):
    """`a` opens a stream at once; when it stands: sends 1, 2, 3 and does what `then` says."""

    def on_start(self, ctx):
        ctx.open("b")

    def on_open(self, ctx, connection, peer):
        self.log.append((ctx.now, "open", peer))
        for number in (1, 2, 3):
            ctx.send_on(connection, Note(number))
        for what in then:
            getattr(ctx, what)(connection)

    return {"roles": {"a": {"on_start": on_start, "on_open": on_open, **handlers}}}


def what(world, node="b"):
    return [entry[1] for entry in log(world, node)]


def test_a_stream_stands_after_one_way_and_after_both():
    world = run(**stream(["close"]))
    assert log(world) == [(40 * MS, "open", "a"), *((120 * MS, n, "a") for n in (1, 2, 3)), (120 * MS, "closed", "a")]
    assert log(world, "a")[0] == (80 * MS, "open", "b")


@pytest.mark.parametrize("seed", range(8))
def test_loss_under_a_stream_is_delay_and_order_stays(seed):
    world = run(**stream(), network=DiceSpec(loss=0.6, duplicate=0.5, jitter=(0, 50 * MS)), seed=seed)
    assert what(world) == ["open", 1, 2, 3]
    assert times(world)[-1] > 120 * MS
    assert times(world) == sorted(times(world))


def test_a_cut_parks_what_is_sent_and_healing_brings_it():
    world = run(**stream(), happenings=(Cut(60 * MS, (("a", "b"),), 2 * S),))
    assert what(world) == ["open", 1, 2, 3]
    assert times(world)[1] > 2 * S


def test_close_comes_after_what_waits_for_a_cut_to_heal():
    world = run(**stream(["close"]), happenings=(Cut(60 * MS, (("a", "b"),), 2 * S),))
    assert what(world) == ["open", 1, 2, 3, "closed"]


def test_a_reset_outruns_what_is_under_way():
    world = run(**stream(["reset"]), default_link=LinkSpec(40 * MS))
    assert what(world) == ["open", "reset"]
    assert [note for _, note in drops(world)] == ["the stream is closed"] * 3
    assert world.connections == {}


def test_a_crash_resets_the_other_end():
    world = run(**stream(), happenings=(Crash(S, "a"),))
    assert log(world)[-1] == (S + 40 * MS, "reset", "a")


def test_a_stream_to_nobody_is_given_up():
    world = run(**stream(), happenings=(Cut(0, (("b", "a"),)),))
    assert what(world, "a") == ["reset"]


# Messages lost by what they carry

MIXED = {
    "a": {
        "on_start": lambda self, ctx: [ctx.send("b", kind(n)) for n, kind in enumerate((Note, Load, Note, Load, Note))],
        "on_timer": lambda self, ctx, key: None,
    }
}


@pytest.mark.parametrize(
    ("rules", "lost"),
    [
        ([LoseMessage("a", "b", "Load")], [1]),
        ([LoseMessage("a", "b", "Load", nth=2), LoseMessage("a", "b", "Note")], [0, 3]),
        ([LoseMessage("a", "b", "Note", nth=3), Lose("a", "b", 1)], [0, 4]),
        ([LoseMessage("a", "b", "Note", after=1)], []),
        ([LoseMessage("b", "a", "Note")], []),
        ([LoseMessage("a", "b", "Note", fate="twice")], []),
    ],
)
def test_the_nth_message_of_a_type_is_lost(rules, lost):
    world = run(roles=MIXED, happenings=tuple(rules))
    assert [number for number, _ in drops(world)] == lost
    if rules[0].fate == "twice":
        assert sorted(entry[1] for entry in log(world)) == [0, 0, 1, 2, 3, 4]


def test_messages_are_counted_from_a_time_on():
    says = {"a": {"on_request": lambda self, ctx, request: ctx.send("b", Note(request))}}
    requests = tuple(Request(second * S, "a", second) for second in range(1, 6))
    world = run(roles=says, happenings=(LoseMessage("a", "b", "Note", nth=2, after=3 * S), *requests))
    assert drops(world)[0][0] == 4
    assert len(drops(world)) == 1


def test_what_is_met_is_met_in_a_fork_too():
    says = {"a": {"on_request": lambda self, ctx, request: ctx.send("b", Note(request))}}
    requests = tuple(Request(second * S, "a", second) for second in range(1, 6))
    world = World(scenario(roles=says, happenings=(LoseMessage("a", "b", "Note", nth=3), *requests)))
    world.run(until=2 * S)
    fork = world.fork()
    for one in (fork, world):
        one.run()
        assert [number for number, _ in drops(one)] == [3]
