"""What a level leans on beyond one segment: users who write on, full houses, coins, windows set once a round trip."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.kernel.choice import Asked, Value
from core.kernel.scenario import Crash, Forge, Happening, LinkSpec, NodeSpec, PlayerSeat, Request, Scenario
from core.kernel.seats import Book
from core.kernel.sight import Sight
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.protocols.transport.tcp import PROTOCOL, Endpoint, Segment
from core.protocols.transport.tcp import choices as c
from core.protocols.transport.tcp.messages import Close, Flags, Write

ANN, BOB = "ann", "bob"
LETTER = b"dear ann"
PS = "P.S. write soon"


def world_of(
    ann: dict[str, Any], bob: dict[str, Any], *happenings: Happening, seat: Any = None, choices: tuple[str, ...] = ()
) -> World:
    """A world of two ends at its end; Bob's choices are answered by `seat`."""
    world = World(
        Scenario(
            name="a test",
            protocols={"tcp": PROTOCOL},
            nodes=(
                NodeSpec(ANN, "tcp", "endpoint", {"peer": BOB, "isn": 0, "msl": SECOND, **ann}),
                NodeSpec(BOB, "tcp", "endpoint", {"peer": ANN, "isn": 0, "msl": SECOND, **bob}),
            ),
            default_link=LinkSpec(latency=10 * MILLISECOND),
            happenings=happenings,
            player=(PlayerSeat(BOB, choices),) if choices else (),
            win=(),
            limit=60 * SECOND,
        ),
        seat,
    )
    world.run()
    return world


def end(world: World, name: str) -> Endpoint:
    machine = world.nodes[name].machine
    assert isinstance(machine, Endpoint)
    return machine


def holds(world: World, law: str) -> bool:
    return bool(PROTOCOL.goal(law).holds(world.evidence()))


class Says:
    """Answers one choice with one value, all else by the book."""

    waits = False

    def __init__(self, choice: str, value: Value) -> None:
        self.choice, self.value = choice, value

    def answer(self, asked: Asked) -> Value:
        return self.value if asked.choice.name == self.choice else Book().answer(asked)


@pytest.mark.parametrize(
    ("answer", "read", "kind"),
    [
        (c.WAIT, LETTER + PS.encode(), "half open"),
        ("finish", LETTER, "cut short"),
        (c.CUT, LETTER, "cut short"),
        (c.ABORT, LETTER, "abort"),
    ],
)
def test_rfc_9293_3_6_who_has_said_fin_still_hears_what_the_other_user_writes(
    answer: str, read: bytes, kind: str
) -> None:
    world = world_of(
        {"opens": True, "closes": False, "listens": False},
        {"data": LETTER, "still_writes": (ANN,)},
        Request(SECOND, ANN, Close()),
        Request(2 * SECOND, BOB, Write(PS, ANN)),
        Request(3 * SECOND, BOB, Close(ANN)),
        seat=Says("tcp.close", answer),
        choices=("tcp.close",),
    )
    assert end(world, ANN).heard == {BOB: read}
    assert [verdict.label for verdict in world.verdicts] == [kind]
    assert holds(world, "ann has every byte of bob") == (answer == c.WAIT)
    assert holds(world, "bob has closed every line in order") == (answer != c.ABORT)


def test_a_letter_is_not_whole_while_its_user_writes_on() -> None:
    """Ann has all that was said so far: it is not all."""
    happenings = Request(SECOND, ANN, Close()), Request(2 * SECOND, BOB, Write("", ANN))
    ann, bob = {"opens": True, "closes": False}, {"data": LETTER, "still_writes": (ANN,)}
    assert not holds(world_of(ann, bob, *happenings), "ann has every byte of bob")
    assert holds(world_of(ann, bob, *happenings, Request(3 * SECOND, BOB, Close(ANN))), "ann has every byte of bob")


def test_nothing_is_written_behind_a_fin() -> None:
    """RFC 9293, 3.10.2: "error: connection closing"."""
    world = world_of(
        {"opens": True, "data": b"hi"}, {}, Request(SECOND // 2, ANN, Close()), Request(SECOND, ANN, Write("more"))
    )
    assert end(world, BOB).heard == {ANN: b"hi"}
    assert not holds(world, "bob has every byte of ann")


def test_at_a_full_house_a_syn_ack_leaves_no_line() -> None:
    """A guest who gets one believes in it, and its next word is a stranger's."""

    def half_open(backlog: int) -> tuple[list[Segment], Endpoint]:
        ghosts = [
            Forge(number * MILLISECOND, "cat", BOB, Segment(4000 + number, 80, number, 0, Flags.SYN, 1000))
            for number in range(1, 4)
        ]
        world = world_of(
            {}, {"backlog": backlog, "retries": 0}, *ghosts, seat=Says("tcp.answer", c.SYN_ACK), choices=("tcp.answer",)
        )
        return [entry.detail for entry in world.trace if entry.kind == "send"], end(world, BOB)

    answers, bob = half_open(backlog=2)
    assert [str(answer.flags) for answer in answers] == [str(Flags.SYN | Flags.ACK)] * 3
    assert bob.ended == [("cat", "gave up")] * 2
    assert half_open(backlog=3)[1].ended == [("cat", "gave up")] * 3


def test_every_bare_ack_costs_a_coin() -> None:
    world = world_of(
        {"standing": True, "data": b"x" * 10, "mss": 1, "closes": False}, {"standing": True, "closes": False}
    )
    coins = end(world, BOB).acks
    assert coins > 2
    assert holds(world, f"bob pays more than {coins - 1} coins for ACKs")
    assert not holds(world, f"bob pays more than {coins} coins for ACKs")


def windows(**more: Any) -> list[tuple[str, int]]:
    """(case, congestion window) of every time that Bob set it, over a clean wire."""
    world = world_of(
        {"standing": True, "ack_delay": 0, "closes": False},
        {
            "standing": True,
            "data": b"x" * 6000,
            "mss": 100,
            "threshold": 1600,
            "first_window": 4,
            "closes": False,
            **more,
        },
        seat=Book(),
        choices=("tcp.cwnd",),
    )
    assert end(world, ANN).heard[BOB] == b"x" * 6000
    return [(verdict.case, verdict.value) for verdict in world.verdicts]


def test_rfc_5681_3_1_a_window_set_once_a_round_trip_doubles_and_then_grows_by_a_segment() -> None:
    by_rounds, by_acks = windows(by_rounds=True), windows()
    assert by_rounds[:2] == [("slow start", 800), ("slow start", 1600)]
    assert by_rounds[2:4] == [("congestion avoidance", 1700), ("congestion avoidance", 1800)]
    assert len(by_acks) > 50 > 4 * len(by_rounds)


def test_rfc_5681_2_an_ack_that_repeats_itself_at_a_hole_repeats_its_window() -> None:
    """Another window would make it no duplicate, and there is nothing to decide: nobody is asked."""
    tiles = [
        Forge(
            10 * number * MILLISECOND,
            ANN,
            BOB,
            Segment(80, 80, 100 * number + 1, 1, Flags.ACK, 1000, payload=b"x" * 100),
        )
        for number in (1, 2, 3)
    ]
    world = world_of(
        {"standing": True}, {"standing": True, "mss": 100, "buffer": 1000}, *tiles, seat=Book(), choices=("tcp.window",)
    )
    said = [entry.detail for entry in world.trace if entry.kind == "send" and entry.node == BOB]
    assert [(each.acknowledgment, each.window) for each in said] == [(1, 1000)] * 3
    assert not world.verdicts


def test_what_is_listed_for_an_ack_does_not_tell_whether_it_is_a_surprise() -> None:
    """The book's delay is among the candidates where the book would not wait, too."""
    tiles = [
        Forge(number * SECOND, ANN, BOB, Segment(80, 80, seq, 1, Flags.ACK, 1000, payload=b"x" * 100))
        for number, seq in enumerate((1, 301, 101), 1)
    ]
    seen: list[tuple[str, frozenset[int]]] = []

    class Notes(Book):
        def answer(self, asked: Asked) -> Value:
            seen.append((asked.case, frozenset(asked.candidates)))
            return super().answer(asked)

    world_of({"standing": True}, {"standing": True, "mss": 100}, *tiles, seat=Notes(), choices=("tcp.ack_time",))
    assert [case for case, _ in seen] == ["first segment", "beyond a hole", "fills the hole"]
    assert len({options for _, options in seen}) == 1


def test_a_receiver_knows_that_it_has_every_byte_when_the_end_of_all_of_them_is_here() -> None:
    """In the fog its own part is shown: not reached, then reached by the FIN; and never what is not so in truth."""
    scenario = replace(PROTOCOL.scenarios[0], player=(PlayerSeat("receiver", ("tcp.ack",)),), win=())
    law = PROTOCOL.goal("receiver has every byte, in order, once")
    world = World(replace(scenario, win=(law, PROTOCOL.goal("sender knows that every byte arrived"))), Book())
    own, truth = Sight(world, "receiver"), Sight(world, "receiver", everything=True)
    told = []
    while world.step():
        (known, other), (true, _) = ([reached for _, reached in sight.goals()] for sight in (own, truth))
        assert other is None
        assert known in (False, True)
        assert true or not known
        told.append(known)
    assert told[0] is False
    assert told[-1] is True


# Ghosts


TEA = "every guest of server has had its answer"


def served(at: int, left: int, persona: str = "trusts the first SYN") -> World:
    """A guest's SYN comes once more, at `at`; the guest leaves at `left` (ms)."""
    guest = {"peer": "server", "isn": 100, "msl": MILLISECOND, "data": b"one tea"}
    again = Forge(at * MILLISECOND, ANN, "server", Segment(80, 80, 100, 0, Flags.SYN, 65535))
    world = World(
        Scenario(
            name="tea",
            protocols={"tcp": PROTOCOL},
            nodes=(
                NodeSpec(ANN, "tcp", "sender", guest),
                NodeSpec("server", "tcp", "server", {"data": b"coming", "isn": 300, "msl": MILLISECOND}),
            ),
            default_link=LinkSpec(latency=10 * MILLISECOND),
            happenings=(again, Crash(left * MILLISECOND, ANN)),
            seats={"server": persona} if persona else {},
            win=(PROTOCOL.goal("1 ghosts sit at server"), PROTOCOL.goal(TEA)),
            limit=500 * MILLISECOND,
        )
    )
    world.run()
    return world


@pytest.mark.parametrize(
    ("at", "left", "persona", "won"),
    [
        (200, 150, "trusts the first SYN", True),
        (200, 150, "", False),  # nobody answers the server's number
        (200, 300, "trusts the first SYN", False),  # its owner is there, and disowns it
        (20, 300, "trusts the first SYN", False),  # it is on a line that stands
        (200, 15, "trusts the first SYN", False),  # the guest never had its tea
    ],
)
def test_a_ghost_is_a_guest_whose_word_came_again_when_it_had_gone(at: int, left: int, persona: str, won: bool) -> None:
    world = served(at, left, persona)
    assert world.outcome is not None
    assert world.outcome.won is won
    missing = "" if won else TEA if left == 15 else "1 ghosts sit at server"
    assert missing in world.outcome.reason


def test_a_segment_has_its_twin_where_other_numbers_were_chosen() -> None:
    one, other = (Segment(80, 80, number, 0, Flags.SYN, 65535) for number in (100, 200))
    assert PROTOCOL.twin_key is not None
    assert PROTOCOL.twin_key(one) == PROTOCOL.twin_key(other)
    assert PROTOCOL.twin_key(one) != PROTOCOL.twin_key(replace(one, flags=Flags.ACK))
