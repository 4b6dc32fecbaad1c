"""The framing room: what is special about it. Its shared promises are in tests/test_every_protocol.py."""

from dataclasses import replace

import pytest

from core.kernel.choice import Kind
from core.kernel.scenario import Crash, LinkSpec, NodeSpec, PlayerSeat, Scenario
from core.kernel.seats import Book
from core.kernel.time import SECOND
from core.kernel.trace import RECEIVE
from core.kernel.world import World
from core.protocols.transport.framing import (
    NO_GHOST,
    PROTOCOL,
    Piece,
    formats_of,
    messages_of,
    shown,
    true_end,
)


def scenario(form, messages, most=12, seed=1):
    return Scenario(
        name="one stream",
        protocols={"framing": PROTOCOL},
        nodes=(
            NodeSpec("sender", "framing", "sender", {"format": form, "messages": messages, "most": most}),
            NodeSpec("receiver", "framing", "receiver", {"formats": f"sender {form}"}),
        ),
        default_link=LinkSpec(latency=40_000),
        win=(PROTOCOL.goal("receiver has every message, whole, in order"),),
        lose=(),
        limit=60_000_000,
        seed=seed,
    )


def played(one, choice, answer, node="receiver"):
    world = World(replace(one, player=(PlayerSeat(node, (choice,)),)))
    for _ in range(2_000):
        if world.questions:
            world.answer(answer(world.questions[0].asked))
        elif not world.step():
            break
    return world


def persona(name, choice="framing.end"):
    return PROTOCOL.persona(name).answers[choice]


def got(world):
    return world.nodes["receiver"].machine.got.get("sender", ())


@pytest.mark.parametrize("form", ["netstring", "flag", "dot"])
@pytest.mark.parametrize("seed", range(20))
def test_however_the_stream_is_cut_every_message_arrives(form, seed):
    text = "a~b}c\n5:spam,\n.\nx\\r\\n.\\r\\ny\nend"
    world = World(scenario(form, text, most=1 + seed % 7, seed=seed), Book())
    world.run(limit=5_000)
    assert world.outcome.won
    assert got(world) == messages_of(text)


def test_cuts_differ_with_the_seed_and_fall_inside_lengths_and_marks():
    def pieces(seed):
        world = World(scenario("netstring", "hello\nworld, and all", seed=seed), Book())
        world.run(limit=5_000)
        return [entry.detail.data for entry in world.trace if entry.kind == RECEIVE]

    found = [pieces(seed) for seed in range(10)]
    assert all(b"".join(cut) == b"5:hello,14:world, and all," for cut in found)
    assert len({tuple(cut) for cut in found}) == 10
    assert any(piece.endswith(b":") for cut in found for piece in cut)


def test_a_piece_taken_for_a_message_is_a_ghost():
    world = played(scenario("netstring", "hello there"), "framing.end", persona("a piece is a message"))
    assert got(world)[0] != b"hello there"
    assert world.verdicts[0].kind is Kind.WRONG
    assert world.verdicts[0].persona == "a piece is a message"
    assert not world.outcome.won


def test_the_first_mark_may_be_one_inside():
    world = played(scenario("netstring", "yes, no", most=40), "framing.end", persona("the first mark"))
    assert got(world) == (b"7:yes,", b" no,")


def test_the_number_does_not_count_its_envelope():
    world = played(scenario("netstring", "hello", most=40), "framing.end", persona("forgets the envelope"))
    assert got(world)[0] == b"5:hel"


def test_waiting_for_more_delivers_all_but_the_last():
    world = played(scenario("flag", "one\ntwo", most=40), "framing.end", persona("waits for more"))
    assert got(world) == (b"one",)
    assert {verdict.kind for verdict in world.verdicts} == {Kind.BOOK, Kind.COSTLY}


def test_a_mark_that_is_not_disguised_splits_a_message():
    world = played(scenario("flag", "up~down"), "framing.escape", lambda asked: "as it is", "sender")
    assert got(world) == (b"up", b"down")


def test_who_is_out_of_step_gets_rid_of_what_no_frame_can_begin_with():
    assert true_end("netstring", b"lo,5:x") == 6
    assert true_end("netstring", b"5:x") == 0


def test_half_a_message_is_none_and_what_comes_on_another_connection_is_not_its_rest():
    one = replace(scenario("flag", "a~b\nhi", most=1), happenings=(Crash(350_000, "sender", back=100_000),))
    world = World(one, Book())
    world.run(limit=1_000, until=400_000)
    assert world.nodes["receiver"].machine.held == {}
    world.run(limit=1_000)
    assert got(world) == (b"a~b", b"hi")
    assert world.outcome.won


def test_what_was_sent_before_a_crash_was_sent():
    goal = PROTOCOL.goal("no message is delivered that was not sent")
    after = replace(scenario("netstring", "a\nb"), happenings=(Crash(100_000, "sender", back=SECOND),), win=(goal,))
    world = World(after, Book())
    world.run(limit=1_000)
    assert len(got(world)) > 1
    assert world.outcome.won


def test_overhead_counts_what_is_no_message():
    one = scenario("netstring", "hello\nhi")
    world = World(one, Book())
    world.run(limit=1_000)
    measure = next(measure for measure in PROTOCOL.measures if measure.name == "overhead")
    assert measure.of(world.evidence(), "receiver") == 6
    assert NO_GHOST.holds(world.evidence())


def test_texts():
    assert shown(b"a\r\n\x00'\"") == "a\\r\\n\\x00'\""
    assert str(Piece(b"hi\r\n")) == "4 bytes hi\\r\\n"
    assert formats_of("a flag, b dot") == {"a": "flag", "b": "dot"}
    for wrong in ("", "a", "a morse"):
        with pytest.raises(ValueError, match="not a node"):
            formats_of(wrong)
    with pytest.raises(ValueError, match="without"):
        messages_of("\n")


def test_a_sender_to_whom_another_opens_a_stream_sends_on_its_own_only():
    one = scenario("netstring", "hello")
    other = NodeSpec("other", "framing", "sender", {"receiver": "sender"}, starts=30_000_000)
    world = World(replace(one, nodes=(*one.nodes, other)))
    world.run()
    assert world.nodes["receiver"].machine.got == {"sender": (b"hello",)}
