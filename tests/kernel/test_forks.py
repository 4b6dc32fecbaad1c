"""Forks share what neither changes, and nothing that one of them does is seen in the other."""

from dataclasses import dataclass, field

import pytest

from core.kernel.chance import Tally
from core.kernel.choice import Answer, Choice, Kind
from core.kernel.data import canonical
from core.kernel.domains import OneOf
from core.kernel.laws import eventually
from core.kernel.machines import Peers
from core.kernel.protocol import Machine, Protocol
from core.kernel.scenario import Cut, DiceSpec, LinkSpec, NodeSpec, PlayerSeat, Scenario
from core.kernel.seats import Book
from core.kernel.trace import Trace
from core.kernel.world import World
from core.wire.cdr import codec_for
from tests.kernel.actors import MILLISECOND, Note, scenario, sends

NAMES = " ".join(f"n{number}" for number in range(20))


def ring(**more):
    """Twenty nodes that pass a note on for ever; the first sends one."""

    def on_message(self, ctx, source, message):
        self.log.append(message.number)
        ctx.save("last", message.number)
        ctx.deliver(message.number)
        ctx.set_timer("quiet", 10 * MILLISECOND)
        ctx.send(f"n{(int(self.name[1:]) + 1) % 20}", Note(message.number + 1))

    roles = {name: {"on_message": on_message} for name in NAMES.split()}
    roles["n0"] |= sends(0, to="n1")
    return scenario(NAMES, roles=roles, **more)


def states(world):
    return [
        canonical((node.up, node.machine, node.stored, node.delivered, node.timers, node.sent))
        for node in world.nodes.values()
    ]


def test_an_event_copies_the_node_that_it_touches_and_no_other():
    world = World(ring(), Book())
    world.run(limit=30)
    before = list(world.nodes.values())
    fork = world.fork()
    assert list(fork.nodes.values()) == before
    fork.step()
    fork.step()
    touched = [place for place, node in enumerate(fork.nodes.values()) if node is not before[place]]
    assert 1 <= len(touched) <= 2
    assert list(world.nodes.values()) == before


@pytest.mark.parametrize("network", [None, DiceSpec(loss=0.05, jitter=(0, 30_000))])
def test_what_one_world_does_is_not_seen_in_the_other(network):
    world = World(ring(network=network, happenings=(Cut(2_000_000, (("n3", "n4"),), 500_000),)), Book())
    for _ in range(8):
        world.run(limit=15)
        fork = world.fork()
        was, rows = states(world), list(world.trace)
        fork.run(limit=40)
        assert states(world) == was
        assert list(world.trace) == rows
        fork, ahead = world.fork(), fork
        was, there = states(ahead), len(ahead.trace)
        world.run(limit=10)
        fork.run(limit=50)
        assert states(ahead) == was
        assert len(ahead.trace) == there


def test_a_fork_goes_on_as_the_world_itself_does():
    whole = World(ring(network=DiceSpec(loss=0.02, jitter=(0, 30_000))), Book())
    whole.run(limit=200)
    world = World(whole.scenario, Book())
    for _ in range(20):
        world.run(limit=7)
        world = world.fork()
    world.run(limit=200 - 20 * 7)
    assert world.trace_sha256() == whole.trace_sha256()
    assert states(world) == states(whole)


@dataclass
class Kinds:
    """What a law remembers."""

    seen: list[str] = field(default_factory=list)


def test_law_memories_go_apart():
    def watch(evidence, entry):
        evidence.recall(Kinds).seen.append(entry.kind)

    seen = []
    law = eventually("never", lambda evidence: seen.append(len(evidence.recall(Kinds).seen)), watch=watch)
    world = World(ring(win=(law.bind(),)), Book())
    world.run(limit=25)
    fork = world.fork()
    fork.run(limit=25)
    count = len(world.trace)
    seen.clear()
    world.step()
    assert seen[-1] == len(world.trace) > count


ASK = Choice(
    name="stage.side", question="Which side?", domain=OneOf(("left", "right")), book=lambda asked: "left",
    answers={"book": Answer(Kind.BOOK, "Left."), "other": Answer(Kind.WRONG, "Right.")}, source="here",
    inaction="left",
)  # fmt: skip


def test_an_open_question_is_answered_in_each_world_for_itself():
    def on_message(self, ctx, source, message):
        self.log.append("asked")
        ctx.deliver(ctx.choose(ASK, number=message.number))

    world = World(
        scenario("c a", choices=(ASK,), roles={"c": sends(1, 2, to="a"), "a": {"on_message": on_message}},
                 player=(PlayerSeat("a", ("*",)),))
    )  # fmt: skip
    world.run()
    left, right = world.fork(), world.fork()
    left.answer("left")
    right.answer("right")
    right.run()
    right.answer("right")
    assert world.nodes["a"].machine.log == []
    assert (left.nodes["a"].delivered, right.nodes["a"].delivered) == (["left"], ["right", "right"])
    assert (len(world.questions), len(left.questions)) == (1, 0)


def test_what_is_kept_is_kept_in_one_world_and_forgotten_in_another():
    world = World(scenario("c a", choices=(ASK,), player=(PlayerSeat("a", ("*",)),)))
    world.keep("a", "stage.side", "right")
    fork = world.fork()
    fork.forget("a", "stage.side")
    assert (world.nodes["a"].kept, fork.nodes["a"].kept) == ({"stage.side": "right"}, {})


# What is shared


def test_a_trace_that_is_forked_often_has_few_blocks_and_all_entries():
    trace, whole = Trace(), []
    for number in range(500):
        row = (number, "a", "timer", "", number, -1, (), "", number)
        trace.tail.append(row)
        whole.append(row)
        if number % 3 == 0:
            trace = trace.fork()
        if number == 250:
            other, half = trace.fork(), list(whole)
    other.tail.append(("other",))
    assert trace.rows == whole
    assert other.rows == [*half, ("other",)]
    assert [trace[number].detail for number in range(500)] == list(range(500))
    assert trace[-1].detail == 499
    assert [entry.number for entry in trace.since(123)] == list(range(123, 500))
    with pytest.raises(IndexError):
        trace[500]
    with pytest.raises(IndexError):
        trace[-501]


def test_tallies_go_on_apart():
    tally = Tally()
    for number in range(300):
        tally.count(bytes([number % 7]))
        if number % 10 == 0:
            tally, other = tally.fork(), tally
            other.count(b"elsewhere")
    assert {thing[0]: times for thing, times in tally.items().items()} == {
        number: 300 // 7 + (number < 300 % 7) for number in range(7)
    }
    assert tally.get(b"elsewhere") == 0


# Peers


@dataclass
class Gossip(Machine):
    """Knows all others."""

    peers: tuple[str, ...] = ()
    heard: list[int] = field(default_factory=list)


ROOM = Protocol("gossip", "Gossip", {"villager": Gossip}, (Note,), codec_for(Note))


def village(count):
    specs = tuple(NodeSpec(f"h{number}", "gossip", "villager") for number in range(count))
    world = World(Scenario("village", {"gossip": ROOM}, specs, default_link=LinkSpec()), Book())
    world.run(limit=count)
    return world


def test_peers_are_all_others_in_order():
    world = village(4)
    peers = [node.machine.peers for node in world.nodes.values()]
    assert [tuple(names) for names in peers] == [
        ("h1", "h2", "h3"), ("h0", "h2", "h3"), ("h0", "h1", "h3"), ("h0", "h1", "h2"),
    ]  # fmt: skip
    third = peers[2]
    assert third == ("h0", "h1", "h3")
    assert hash(third) == hash(("h0", "h1", "h3"))
    assert [third[place] for place in (0, 2, -1)] == ["h0", "h3", "h3"]
    assert third[1:] == ("h1", "h3")
    assert ("h1" in third, "h2" in third, 7 in third) == (True, False, False)
    assert third.index("h3") == 2
    assert third + ("x",) == ("h0", "h1", "h3", "x")  # noqa: RUF005
    assert third != peers[1]
    with pytest.raises(IndexError):
        third[3]


def test_peers_have_the_canonical_bytes_of_a_tuple():
    for node in village(3).nodes.values():
        assert isinstance(node.machine.peers, Peers)
        assert canonical(node.machine.peers) == canonical(tuple(node.machine.peers))


def test_peers_that_the_level_names_stay_what_they_are():
    spec = NodeSpec("a", "gossip", "villager", {"peers": ()})
    world = World(Scenario("two", {"gossip": ROOM}, (spec, NodeSpec("b", "gossip", "villager"))), Book())
    world.run(limit=2)
    assert (world.nodes["a"].machine.peers, tuple(world.nodes["b"].machine.peers)) == ((), ("a",))


def test_the_names_of_a_crowd_are_kept_once(allocated):
    """Eight times the nodes take about eight times the memory, not sixty-four times."""
    small, large = allocated(lambda: village(100)), allocated(lambda: village(800))
    assert large < 8 * small * 1.5
