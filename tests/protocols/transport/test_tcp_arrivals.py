"""RFC 9293, 3.10.7 (SEGMENT ARRIVES), sentence by sentence: one endpoint, and segments that come out of nowhere.

The other end is no node: nobody answers, so each test shows what one segment does. Both streams begin at 0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.kernel.choice import Asked, Value
from core.kernel.scenario import Forge, Happening, LinkSpec, NodeSpec, PlayerSeat, Request, Scenario
from core.kernel.seats import Book
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.protocols.transport.tcp import PROTOCOL, Connection, Endpoint, Segment, State
from core.protocols.transport.tcp.host import CHALLENGES, LEAST_MSS
from core.protocols.transport.tcp.messages import NUMBERS, Abort, Close, Flags, MaximumSegmentSize, Write

ME, PEER = "me", "peer"
SYN, ACK, FIN, RST, URG = Flags.SYN, Flags.ACK, Flags.FIN, Flags.RST, Flags.URG
STANDING = {"standing": True, "isn": 0, "closes": False, "mss": 100, "msl": 4 * SECOND, "ack_delay": 0}


def segment(
    seq: int, ack: int = 0, flags: Flags = ACK, window: int = 1000, payload: bytes = b"", **more: Any
) -> Segment:
    return Segment(80, 80, seq % NUMBERS, ack % NUMBERS, flags, window, payload=payload, **more)


class Stage:
    """An endpoint, and what came to it: a segment or a request every 10 ms."""

    def __init__(self, *events: Segment | object, **parameters: Any) -> None:
        happenings: list[Happening] = []
        for number, event in enumerate(events, 1):
            at = 10 * MILLISECOND * number
            happenings.append(Forge(at, PEER, ME, event) if isinstance(event, Segment) else Request(at, ME, event))
        self.world = World(
            Scenario(
                name="a test",
                protocols={"tcp": PROTOCOL},
                nodes=(NodeSpec(ME, "tcp", "endpoint", {"peer": PEER, **parameters}),),
                default_link=LinkSpec(latency=MILLISECOND),
                happenings=tuple(happenings),
                win=(),
                limit=600 * SECOND,
            )
        )
        self.last = 10 * MILLISECOND * len(events)
        self.world.run(until=self.last)

    @property
    def me(self) -> Endpoint:
        machine = self.world.nodes[ME].machine
        assert isinstance(machine, Endpoint)
        return machine

    @property
    def line(self) -> Connection:
        return self.me.connections[f"{PEER}:80"]

    def answers(self, since: int | None = None) -> list[tuple[int, int, Flags]]:
        """(SEQ, ACK, CTL) of what was sent in answer to the last event, or since a time."""
        first = self.last if since is None else since
        return [
            (e.detail.sequence, e.detail.acknowledgment, e.detail.flags)
            for e in self.world.trace
            if e.kind == "send" and e.time >= first
        ]


def reach(state: State) -> tuple[dict[str, Any], list[Segment | object], int, int]:
    """Parameters and events that lead to a state; SND.NXT and RCV.NXT there."""
    close, fin, late = Close(), segment(1, 1, FIN | ACK), segment(1, 2, FIN | ACK)
    return {
        State.SYN_SENT: ({"isn": 0, "opens": True, "listens": False}, [], 1, 0),
        State.SYN_RECEIVED: ({"isn": 0, "closes": False}, [segment(0, flags=SYN)], 1, 1),
        State.ESTABLISHED: (STANDING, [], 1, 1),
        State.FIN_WAIT_1: (STANDING, [close], 2, 1),
        State.FIN_WAIT_2: (STANDING, [close, segment(1, 2)], 2, 1),
        State.CLOSE_WAIT: (STANDING, [fin], 1, 2),
        State.CLOSING: (STANDING, [close, fin], 2, 2),
        State.LAST_ACK: ({**STANDING, "closes": True}, [fin], 2, 2),
        State.TIME_WAIT: (STANDING, [close, late], 2, 2),
    }[state]  # type: ignore[return-value]


SYNCHRONIZED = [state for state in State if state not in (State.CLOSED, State.SYN_SENT, State.SYN_RECEIVED)]


def staged(state: State, *events: Segment | object, **more: Any) -> Stage:
    parameters, before, _, _ = reach(state)
    return Stage(*before, *events, **{**parameters, **more})


@pytest.mark.parametrize("state", [State.SYN_SENT, State.SYN_RECEIVED, *SYNCHRONIZED])
def test_the_states_are_reached(state: State) -> None:
    _, _, sent, received = reach(state)
    line = staged(state).line
    assert (line.state, line.front, line.expected) == (state, sent, received)


# 3.10.7.1 CLOSED


@pytest.mark.parametrize(
    ("came", "answer"),
    [
        (segment(700, 4242, RST), []),
        (segment(700, 4242, ACK, payload=b"abc"), [(4242, 0, RST)]),
        (segment(700, 0, SYN), [(0, 701, RST | ACK)]),
        (segment(700, 0, FIN, payload=b"abc"), [(0, 704, RST | ACK)]),
    ],
)
def test_3_10_7_1_a_reset_that_its_sender_will_take(came: Segment, answer: list[Any]) -> None:
    shut = Stage(came, listens=False)
    assert shut.answers() == answer
    assert not shut.me.connections


# 3.10.7.2 LISTEN


def test_3_10_7_2_first_an_incoming_rst_is_ignored() -> None:
    assert Stage(segment(7, 0, RST)).answers() == []


@pytest.mark.parametrize("flags", [ACK, SYN | ACK, FIN | ACK])
def test_3_10_7_2_second_any_acknowledgment_is_bad(flags: Flags) -> None:
    assert Stage(segment(7, 42, flags)).answers() == [(42, 0, RST)]


def test_3_10_7_2_third_a_syn_is_answered_by_syn_ack() -> None:
    stage = Stage(segment(700, 0, SYN), isn=300)
    assert stage.answers() == [(300, 701, SYN | ACK)]
    line = stage.line
    assert (line.state, line.irs, line.expected) == (State.SYN_RECEIVED, 700, 1)
    assert (line.iss, line.nxt, line.una) == (300, 1, 0)


def test_3_10_7_2_third_text_with_a_syn_is_not_taken_so_it_comes_again_and_is_read_once() -> None:
    stage = Stage(segment(0, 0, SYN, payload=b"abc"), segment(1, 1, payload=b"abc"), isn=0)
    assert stage.me.heard == {PEER: b"abc"}


def test_3_10_7_2_fourth_anything_else_is_dropped() -> None:
    stage = Stage(segment(7, 0, FIN, payload=b"abc"))
    assert stage.answers() == []
    assert not stage.me.connections


# 3.10.7.3 SYN-SENT


@pytest.mark.parametrize("ack", [0, 2, NUMBERS - 1])
def test_3_10_7_3_first_an_ack_of_nothing_sent_is_reset(ack: int) -> None:
    stage = staged(State.SYN_SENT, segment(7, ack, SYN | ACK))
    assert stage.answers() == [(ack, 0, RST)]
    assert stage.line.state is State.SYN_SENT
    assert staged(State.SYN_SENT, segment(7, ack, RST | ACK)).answers() == [], "unless the RST bit is set"


def test_3_10_7_3_second_a_rst_counts_only_with_an_acceptable_ack() -> None:
    assert staged(State.SYN_SENT, segment(7, 1, RST | ACK)).me.ended == [(PEER, "refused")]
    stage = staged(State.SYN_SENT, segment(7, 0, RST))
    assert (stage.line.state, stage.answers()) == (State.SYN_SENT, [])


def test_3_10_7_3_fourth_a_syn_with_an_ack_opens() -> None:
    stage = staged(State.SYN_SENT, segment(700, 1, SYN | ACK, 77), closes=False)
    assert stage.answers() == [(1, 701, ACK)]
    line = stage.line
    assert (line.state, line.irs, line.expected, line.una, line.window) == (State.ESTABLISHED, 700, 1, 1, 77)


def test_3_10_7_3_fourth_a_bare_syn_is_a_simultaneous_open() -> None:
    stage = staged(State.SYN_SENT, segment(700, 0, SYN, 77))
    assert stage.answers() == [(0, 701, SYN | ACK)]
    assert (stage.line.state, stage.line.window) == (State.SYN_RECEIVED, 77)


def test_3_10_7_3_fifth_neither_syn_nor_rst_is_dropped() -> None:
    stage = staged(State.SYN_SENT, segment(7, 1, ACK, payload=b"abc"))
    assert (stage.line.state, stage.answers()) == (State.SYN_SENT, [])


# 3.10.7.4, first: the sequence number

UNACCEPTABLE = [
    (0, b"", "below"),
    (1 + 300 + 1, b"", "above"),
    (1 + 500_000, b"", "far above"),
    (1 + 300, b"abc", "text at the edge"),
    (NUMBERS - 5, b"abc", "text below"),
]


@pytest.mark.parametrize(("seq", "payload", "where"), UNACCEPTABLE)
@pytest.mark.parametrize("flags", [ACK, FIN | ACK, Flags(0)])
def test_3_10_7_4_first_an_unacceptable_segment_is_answered_and_nothing_of_it_counts(
    seq: int, payload: bytes, where: str, flags: Flags
) -> None:
    if where == "below" and flags & FIN:
        seq -= 1  # else the FIN itself would be in the window
    stage = Stage(Write("hello"), segment(seq, 6, flags, 0, payload), **STANDING, buffer=300, offered=1000)
    line = stage.line
    assert stage.answers() == [(6, 1, ACK)]
    assert (line.una, line.window, line.window_seq) == (1, 1000, 0), "neither its ACK nor its window"
    assert (line.expected, line.state, stage.me.heard, line.shelf) == (1, State.ESTABLISHED, {}, {})


@pytest.mark.parametrize(
    ("seq", "payload"), [(1, b""), (300, b""), (301, b""), (1, b"abc"), (300, b"abc"), (0, b"abc")]
)
def test_3_10_7_4_first_an_acceptable_segment_counts(seq: int, payload: bytes) -> None:
    stage = Stage(Write("hello"), segment(seq, 6, ACK, 7, payload), **STANDING, buffer=300, offered=1000)
    assert (stage.line.una, stage.line.window) == (6, 7)


def test_appendix_a_2_an_empty_segment_at_the_edge_of_a_window_full_of_losses_still_acknowledges() -> None:
    stage = Stage(Write("hello"), segment(301, 6), **STANDING, buffer=300)
    assert (stage.line.una, stage.answers()) == (6, [])


SHUT = {**STANDING, "buffer": 3, "read_every": 100 * SECOND}


@pytest.mark.parametrize(("payload", "flags"), [(b"", ACK), (b"x", ACK), (b"", FIN | ACK)])
def test_3_10_7_4_first_a_shut_window_still_takes_valid_acks(payload: bytes, flags: Flags) -> None:
    stage = Stage(Write("hello"), segment(1, 1, payload=b"abc"), segment(4, 6, flags, 7, payload), **SHUT)
    assert stage.line.promised == 0
    assert (stage.line.una, stage.line.window) == (6, 7)
    assert (stage.line.expected, stage.line.state) == (4, State.ESTABLISHED)
    assert stage.answers() == ([(6, 4, ACK)] if payload or flags & FIN else [])


@pytest.mark.parametrize("seq", [3, 5])
def test_3_10_7_4_first_a_shut_window_takes_no_acks_but_at_its_place(seq: int) -> None:
    stage = Stage(Write("hello"), segment(1, 1, payload=b"abc"), segment(seq, 6, ACK, 7, b"x"), **SHUT)
    assert (stage.line.una, stage.line.window) == (1, 1000)


def test_3_10_7_4_first_a_shut_window_takes_resets() -> None:
    stage = Stage(segment(1, 1, payload=b"abc"), segment(4, 1, RST), **SHUT)
    assert stage.me.ended == [(PEER, "reset")]


@pytest.mark.parametrize("state", [State.SYN_RECEIVED, *SYNCHRONIZED])
def test_3_10_7_4_first_holds_in_every_state(state: State) -> None:
    _, _, sent, received = reach(state)
    stage = staged(state, segment(received - 9, sent, ACK, 7))
    assert stage.answers() == [(sent, received, ACK)]
    assert stage.line.state is state


def test_3_10_7_4_first_of_a_segment_that_straddles_the_boundary_only_the_new_part_is_read() -> None:
    stage = Stage(segment(1, 1, payload=b"abc"), segment(2, 1, payload=b"bcdef"), **STANDING)
    assert stage.me.heard == {PEER: b"abcdef"}


def test_3_10_7_4_first_what_lies_beyond_the_window_is_cut_off() -> None:
    stage = Stage(segment(1, 1, FIN | ACK, payload=b"abcdef"), **{**SHUT, "buffer": 4})
    assert (stage.line.unread, stage.line.state) == (b"abcd", State.ESTABLISHED)


def test_shld_31_a_segment_beyond_a_hole_is_held() -> None:
    stage = Stage(segment(4, 1, payload=b"def"), segment(1, 1, payload=b"abc"), **STANDING)
    assert stage.me.heard == {PEER: b"abcdef"}


def test_3_10_7_4_first_a_stray_does_not_freeze_the_stream() -> None:
    """A segment far beyond the window, with window 0, while data are under way: later updates count."""
    window_shut = segment(1 + 499_982, 1, ACK, 0)
    stage = Stage(Write("x" * 2000), window_shut, segment(1, 301, ACK, 5000), **{**STANDING, "mss": 100}, offered=300)
    assert (stage.line.window, stage.line.window_seq) == (5000, 1)
    assert [seq for seq, _, _ in stage.answers()] == [301, 401, 501, 601, 701], "and more is sent"


# 3.10.7.4, second: RST


@pytest.mark.parametrize("off", [-1, 65_535, 500_000])
@pytest.mark.parametrize("payload", [b"", b"abc"])
def test_3_10_7_4_second_a_rst_outside_the_window_is_dropped_silently(off: int, payload: bytes) -> None:
    stage = staged(State.ESTABLISHED, segment(1 + off, 1, RST, payload=payload))
    assert (stage.answers(), stage.line.state) == ([], State.ESTABLISHED)


@pytest.mark.parametrize("state", [State.SYN_RECEIVED, *SYNCHRONIZED])
def test_3_10_7_4_second_a_rst_inside_the_window_is_challenged(state: State) -> None:
    _, _, sent, received = reach(state)
    stage = staged(state, segment(received + 1, sent, RST))
    assert (stage.answers(), stage.line.state) == ([(sent, received, ACK)], state)


@pytest.mark.parametrize(
    ("state", "how"),
    [
        (State.SYN_RECEIVED, "refused"),
        (State.ESTABLISHED, "reset"),
        (State.FIN_WAIT_1, "reset"),
        (State.FIN_WAIT_2, "reset"),
        (State.CLOSE_WAIT, "reset"),
        (State.CLOSING, "reset"),
        (State.LAST_ACK, "cut off"),
        (State.TIME_WAIT, "closed"),
    ],
)
def test_3_10_7_4_second_a_rst_at_rcv_nxt_ends_the_connection(state: State, how: str) -> None:
    stage = staged(state, segment(reach(state)[3], 0, RST))
    assert (stage.me.ended, stage.answers(), stage.me.connections) == ([(PEER, how)], [], {})


# 3.10.7.4, fourth: SYN


@pytest.mark.parametrize("state", SYNCHRONIZED)
@pytest.mark.parametrize("off", [0, 100, -500, 500_000])
def test_3_10_7_4_fourth_a_syn_is_challenged_whatever_its_number(state: State, off: int) -> None:
    _, _, sent, received = reach(state)
    stage = staged(state, segment(received + off, 0, SYN))
    assert (stage.answers(), stage.line.state) == ([(sent, received, ACK)], state)


def test_rfc_5961_4_2_a_syn_on_a_half_open_line_is_challenged_too() -> None:
    """3.10.7.4 would have a passive opener go back to LISTEN without a word; a challenge finds out who is right."""
    stage = staged(State.SYN_RECEIVED, segment(100, 0, SYN))
    assert (stage.answers(), stage.line.state) == ([(1, 1, ACK)], State.SYN_RECEIVED)


# 3.10.7.4, fifth: ACK


def test_3_10_7_4_fifth_without_the_ack_bit_a_segment_is_dropped() -> None:
    stage = staged(State.ESTABLISHED, segment(1, 0, Flags(0), payload=b"abc"))
    assert (stage.answers(), stage.me.heard, stage.line.expected) == ([], {}, 1)


@pytest.mark.parametrize("ack", [2, 999, 1 - 1001, 1 - 100_000])
def test_rfc_5961_5_2_an_ack_out_of_range_is_answered_and_its_segment_dropped(ack: int) -> None:
    stage = Stage(segment(1, ack, ACK, 77, b"abc"), **STANDING, offered=1000)
    assert stage.answers() == [(1, 1, ACK)]
    assert (stage.me.heard, stage.line.window, stage.line.una) == ({}, 1000, 1)


@pytest.mark.parametrize("ack", [1, 1 - 1000])
def test_rfc_5961_5_2_an_ack_as_old_as_the_widest_window_is_no_reason_to_drop(ack: int) -> None:
    assert Stage(segment(1, ack, ACK, 77, b"abc"), **STANDING, offered=1000).me.heard == {PEER: b"abc"}


def test_3_10_7_4_fifth_syn_received_becomes_established_with_the_window_of_the_ack() -> None:
    stage = staged(State.SYN_RECEIVED, segment(1, 1, ACK, 77))
    line = stage.line
    assert (line.state, line.window, line.window_seq, line.window_ack) == (State.ESTABLISHED, 77, 1, 1)


@pytest.mark.parametrize("ack", [0, 2])
def test_3_10_7_4_fifth_syn_received_resets_an_unacceptable_ack(ack: int) -> None:
    stage = staged(State.SYN_RECEIVED, segment(1, ack, ACK))
    assert (stage.answers(), stage.line.state) == ([(ack, 0, RST)], State.SYN_RECEIVED)


def test_3_10_7_4_fifth_an_ack_removes_what_it_acknowledges_and_a_duplicate_is_ignored() -> None:
    assert Stage(Write("hello"), segment(1, 4), **STANDING).line.una == 4
    assert Stage(Write("hello"), segment(1, 4), segment(1, 2), **STANDING).line.una == 4


@pytest.mark.parametrize(
    ("newer", "window"),
    [
        (segment(5, 1, ACK, 50), 50),  # WL1 < SEG.SEQ
        (segment(4, 1, ACK, 50), 50),  # WL1 = SEG.SEQ, WL2 = SEG.ACK
        (segment(4, 3, ACK, 50), 50),  # WL1 = SEG.SEQ, WL2 < SEG.ACK
        (segment(3, 3, ACK, 50, b"c"), 40),  # an old segment: RCV.NXT is 1, so it lies in the window
    ],
)
def test_3_10_7_4_fifth_only_newer_segments_update_the_window(newer: Segment, window: int) -> None:
    assert Stage(Write("hello"), segment(4, 1, ACK, 40), newer, **STANDING).line.window == window


def test_3_10_7_4_fifth_an_acknowledged_fin_leads_on() -> None:
    assert staged(State.FIN_WAIT_1, segment(1, 2)).line.state is State.FIN_WAIT_2
    assert staged(State.FIN_WAIT_1, segment(1, 1)).line.state is State.FIN_WAIT_1
    assert staged(State.CLOSING, segment(2, 2)).line.state is State.TIME_WAIT
    assert staged(State.CLOSING, segment(2, 1)).line.state is State.CLOSING
    assert staged(State.LAST_ACK, segment(2, 2)).me.ended == [(PEER, "closed")]
    assert staged(State.LAST_ACK, segment(2, 1)).line.state is State.LAST_ACK


def test_3_10_7_4_fifth_time_wait_acknowledges_a_repeated_fin_and_starts_its_wait_anew() -> None:
    stage = staged(State.TIME_WAIT, segment(1, 2, FIN | ACK))
    assert stage.answers() == [(2, 2, ACK)]
    stage.world.run()
    assert [e.time - stage.last for e in stage.world.trace if e.kind == "timer"] == [8 * SECOND]


def test_time_wait_is_not_prolonged_by_a_fin_that_was_never_the_last() -> None:
    stage = staged(State.TIME_WAIT, segment(NUMBERS - 3, 2, FIN | ACK))
    stage.world.run()
    assert [e.time - stage.last for e in stage.world.trace if e.kind == "timer"] == [8 * SECOND - 10 * MILLISECOND]


# 3.10.7.4, sixth to eighth: URG, text, FIN


def test_3_10_7_4_sixth_urgent_data_are_read_like_any() -> None:
    assert staged(State.ESTABLISHED, segment(1, 1, ACK | URG, payload=b"abc", urgent=2)).me.heard == {PEER: b"abc"}


@pytest.mark.parametrize("state", [State.ESTABLISHED, State.FIN_WAIT_1, State.FIN_WAIT_2])
def test_3_10_7_4_seventh_text_is_delivered_and_acknowledged_with_the_window_that_is_left(state: State) -> None:
    _, _, sent, _ = reach(state)
    stage = staged(state, segment(1, sent, payload=b"abc"), buffer=300, read_every=100 * SECOND)
    assert (stage.line.unread, stage.answers()) == (b"abc", [(sent, 4, ACK)])
    assert stage.line.expected + stage.line.promised == 301, "RCV.NXT + RCV.WND is not reduced"


@pytest.mark.parametrize("state", [State.CLOSE_WAIT, State.CLOSING, State.LAST_ACK, State.TIME_WAIT])
def test_3_10_7_4_seventh_text_after_the_peers_fin_is_ignored(state: State) -> None:
    received = reach(state)[3]
    stage = staged(state, segment(received, 1, payload=b"abc"))
    assert (stage.me.heard, stage.line.expected, stage.line.state) == ({}, received, state)


@pytest.mark.parametrize(
    ("before", "ack", "after"),
    [
        (State.ESTABLISHED, 1, State.CLOSE_WAIT),
        (State.SYN_RECEIVED, 1, State.CLOSE_WAIT),
        (State.FIN_WAIT_1, 2, State.TIME_WAIT),
        (State.FIN_WAIT_1, 1, State.CLOSING),
        (State.FIN_WAIT_2, 2, State.TIME_WAIT),
        (State.CLOSE_WAIT, 1, State.CLOSE_WAIT),
        (State.CLOSING, 1, State.CLOSING),
        (State.LAST_ACK, 1, State.LAST_ACK),
        (State.TIME_WAIT, 2, State.TIME_WAIT),
    ],
)
def test_3_10_7_4_eighth_a_fin_is_acknowledged_and_leads_on(before: State, ack: int, after: State) -> None:
    _, _, sent, _ = reach(before)
    stage = staged(before, segment(1, ack, FIN | ACK))
    assert stage.line.state is after
    assert stage.answers() == [(sent, 2, ACK)]
    assert stage.line.expected == 2


def test_3_10_7_4_eighth_text_with_the_fin_is_read_first() -> None:
    stage = staged(State.ESTABLISHED, segment(1, 1, FIN | ACK, payload=b"abc"))
    assert (stage.me.heard, stage.answers()) == ({PEER: b"abc"}, [(1, 5, ACK)])


@pytest.mark.parametrize("early", [True, False])
def test_nothing_behind_a_fin_is_part_of_the_stream(early: bool) -> None:
    """A FIN beyond a hole, at 7, and bytes past its place, come before the FIN or after it."""
    fin, past = segment(4, 1, FIN | ACK, payload=b"def"), segment(5, 1, payload=b"efGHI")
    beyond = [past, fin] if early else [fin, past]
    stage = Stage(*beyond, segment(1, 1, payload=b"abc"), **STANDING)
    assert stage.me.heard == {PEER: b"abcdef"}
    assert (stage.line.state, stage.line.expected) == (State.CLOSE_WAIT, 8)
    assert stage.answers() == [(1, 8, ACK)]


def test_bytes_wholly_behind_a_fin_are_answered_by_what_is_expected() -> None:
    stage = Stage(segment(4, 1, FIN | ACK, payload=b"def"), segment(9, 1, payload=b"xyz"), **STANDING)
    assert (stage.answers(), stage.line.highest) == ([(1, 1, ACK)], 8)


def test_of_two_fins_the_first_place_counts() -> None:
    stage = Stage(segment(6, 1, FIN | ACK), segment(4, 1, FIN | ACK), segment(1, 1, payload=b"abc"), **STANDING)
    assert (stage.me.heard, stage.line.expected, stage.line.state) == ({PEER: b"abc"}, 5, State.CLOSE_WAIT)


# Around it


def test_an_ack_inside_a_segment_is_heard_and_the_rest_is_sent_again() -> None:
    """As mbed-os 4140 has it: a copy that was cut otherwise is acknowledged in the middle of ours."""
    stage = Stage(Write("x" * 150 + "y" * 50), segment(1, 151), **STANDING)
    stage.world.run(until=stage.last + 2 * SECOND)
    again = [e.detail for e in stage.world.trace if e.kind == "send" and e.time > stage.last]
    assert [(sent.sequence, sent.payload) for sent in again] == [(151, b"y" * 50)]


def test_a_reset_that_was_challenged_comes_again_with_the_number_that_ends_it() -> None:
    """As FreeRTOS-Plus-TCP 1235 has it: an endless exchange, if the challenge told anything but our own numbers."""
    challenge = staged(State.ESTABLISHED, segment(5, 1, RST)).answers()
    assert challenge == [(1, 1, ACK)]
    assert staged(State.ESTABLISHED, segment(5, 1, RST), segment(challenge[0][1], 0, RST)).me.ended == [(PEER, "reset")]


def test_an_end_that_has_closed_still_reads_what_the_other_says() -> None:
    """As zephyr 61181 has it: what is acknowledged after our FIN must also be read."""
    stage = staged(State.FIN_WAIT_2, segment(1, 2, payload=b"abc"), segment(4, 2, FIN | ACK, payload=b"def"))
    assert (stage.me.heard, stage.line.state, stage.answers()) == ({PEER: b"abcdef"}, State.TIME_WAIT, [(2, 8, ACK)])


@pytest.mark.parametrize(("announced", "kept"), [(1, LEAST_MSS), (0, 536), (27, 28), (28, 28), (400, 400), (9000, 536)])
def test_an_mss_option_below_the_least_of_all_links_is_not_followed(announced: int, kept: int) -> None:
    stage = Stage(segment(0, 0, SYN, options=(MaximumSegmentSize(announced),)), isn=0)
    assert stage.line.mss == kept


def test_3_10_4_a_close_in_syn_sent_deletes_the_tcb_and_what_was_queued() -> None:
    """ "Delete the TCB and return "error: closing" responses to any queued SENDs, or RECEIVEs." No segment tells of it;
    a SYN-ACK that comes later belongs to no connection."""
    stage = staged(State.SYN_SENT, Write("abc"), Close())
    assert (stage.me.connections, stage.me.ended, stage.answers()) == ({}, [(PEER, "closed unopened")], [])
    assert stage.me.known == 0
    stage = staged(State.SYN_SENT, Write("abc"), Close(), segment(7, 1, SYN | ACK))
    assert stage.answers() == [(1, 0, RST)]
    stage.world.run(until=stage.last + 600 * SECOND)
    assert not stage.answers(since=stage.last + 1)  # no alarm is left that would ask again


def test_3_10_4_a_close_in_syn_received_waits_for_the_third_segment_and_is_not_forgotten() -> None:
    stage = staged(State.SYN_RECEIVED, Close(), segment(1, 1))
    assert (stage.line.state, stage.answers()) == (State.FIN_WAIT_1, [(1, 1, FIN | ACK)])


def test_3_10_5_an_abort_tells_only_a_peer_that_may_still_want_the_connection() -> None:
    told = {state: staged(state, Abort()).answers() for state in [State.SYN_SENT, State.SYN_RECEIVED, *SYNCHRONIZED]}
    silent = {State.SYN_SENT, State.CLOSING, State.LAST_ACK, State.TIME_WAIT}
    assert {state for state, answers in told.items() if not answers} == silent
    for state in told.keys() - silent:
        _, _, sent, received = reach(state)
        assert told[state] == [(sent, received, RST | ACK)]


def test_rfc_5961_7_strays_are_answered_again_after_a_rest() -> None:
    """Ten a time: a peer that probes a shut window, or only asks whether we live, is not left alone for good."""
    strays = [segment(0, 1)] * (CHALLENGES + 3)
    stage = Stage(*strays, **STANDING)
    assert len(stage.answers(since=0)) == CHALLENGES
    rested = stage.last + 5 * SECOND
    later = [Forge(at, PEER, ME, segment(0, 1)) for at in (stage.last + SECOND, rested, rested + 100 * SECOND)]
    stage.world = World(_with(stage.world.scenario, later))
    stage.world.run(until=rested + 101 * SECOND)
    assert len(stage.answers(since=stage.last + SECOND)) == 2


def _with(scenario: Scenario, more: list[Forge]) -> Scenario:
    return replace(scenario, happenings=(*scenario.happenings, *more))


def test_after_a_time_out_an_ack_still_stands_after_all_that_was_sent() -> None:
    """RFC 9293 never takes SND.NXT back: an ACK with an old number would be unacceptable to the peer."""
    stage = Stage(Write("x" * 300), **STANDING, offered=300)
    stage.world.run(until=3 * SECOND)
    assert stage.line.nxt < stage.line.top == 301
    stage.world.run(until=3 * SECOND)
    at = 3 * SECOND + MILLISECOND
    world = World(_with(stage.world.scenario, [Forge(at, PEER, ME, segment(1, 1, payload=b"abc"))]))
    world.run(until=at)
    stage.world = world
    assert stage.answers(since=at) == [(301, 4, ACK)]


@pytest.mark.parametrize("cwnd", [1, 3 << 28, (1 << 30) - 1, 1 << 30])
@pytest.mark.parametrize("threshold", [1, 1 << 31])
def test_every_congestion_window_that_is_listed_can_be_given(cwnd: int, threshold: int) -> None:
    problems: list[str | None] = []

    class Looks(Book):
        def answer(self, asked: Asked) -> Value:
            problems.extend(asked.choice.domain.problem(asked, value) for value in (asked.book, *asked.candidates))
            return asked.book

    scenario = Stage(Write("x" * 50), segment(1, 51), **STANDING).world.scenario
    world = World(replace(scenario, player=(PlayerSeat(ME, ("tcp.cwnd",)),)), Looks())
    world.run(until=15 * MILLISECOND)
    line = world.nodes[ME].machine.connections[f"{PEER}:80"]
    line.cwnd, line.ssthresh = cwnd, threshold
    world.run(until=SECOND)
    assert problems == [None] * len(problems) != []
