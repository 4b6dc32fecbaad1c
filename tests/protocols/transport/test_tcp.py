"""TCP's facts, by section: opening, closing, numbers, windows (RFC 9293), delayed ACKs (RFC 1122), the textbook's."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kernel.scenario import Crash, Forge, Happening, LinkSpec, Lose, NodeSpec, PlayerSeat, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.protocols.transport.tcp import PROTOCOL, Connection, Endpoint, Segment, State
from core.protocols.transport.tcp.connection import initial_window
from core.protocols.transport.tcp.messages import NUMBERS, Abort, Close, Flags, Open, Write, number_of, offset_of

A, B = "a", "b"
SYN, ACK, FIN, RST = Flags.SYN, Flags.ACK, Flags.FIN, Flags.RST


def scenario(
    a: dict[str, Any],
    b: dict[str, Any],
    *happenings: Happening,
    win: tuple[Any, ...] = (),
    limit: int = 600 * SECOND,
    latency: int = 10 * MILLISECOND,
    **more: Any,
) -> Scenario:
    return Scenario(
        name="a test",
        protocols={"tcp": PROTOCOL},
        nodes=(
            NodeSpec(A, "tcp", "endpoint", {"peer": B, "msl": 4 * SECOND, **a}),
            NodeSpec(B, "tcp", "endpoint", {"peer": A, "msl": 4 * SECOND, **b}),
        ),
        default_link=LinkSpec(latency=latency),
        happenings=happenings,
        win=win,
        limit=limit,
        **more,
    )


def played(*args: Any, **more: Any) -> World:
    world = World(scenario(*args, **more))
    world.run()
    return world


def sent(world: World, node: str | None = None) -> list[Segment]:
    return [e.detail for e in world.trace if e.kind == "send" and node in (None, e.node)]


def figure(world: World) -> list[tuple[str, int, int, Flags]]:
    """The segments of a figure in the RFC: who, SEQ, ACK, CTL."""
    return [
        (e.node, e.detail.sequence, e.detail.acknowledgment, e.detail.flags)
        for e in world.trace
        if e.kind == "send" and isinstance(e.detail, Segment)
    ]


def endpoint(world: World, name: str) -> Endpoint:
    machine = world.nodes[name].machine
    assert isinstance(machine, Endpoint)
    return machine


def main(world: World, name: str) -> Connection:
    conn = endpoint(world, name).main
    assert conn is not None
    return conn


def test_rfc_9293_3_5_figure_6_basic_handshake() -> None:
    world = played({"isn": 100, "opens": True, "closes": False}, {"isn": 300, "closes": False})
    assert figure(world) == [(A, 100, 0, SYN), (B, 300, 101, SYN | ACK), (A, 101, 301, ACK)]
    assert main(world, A).state is main(world, B).state is State.ESTABLISHED


def test_rfc_9293_3_5_figure_7_simultaneous_open_takes_four_segments() -> None:
    world = played({"isn": 100, "opens": True, "closes": False}, {"isn": 300, "opens": True, "closes": False})
    rows = figure(world)
    assert len(rows) == 4
    assert set(rows) == {(A, 100, 0, SYN), (B, 300, 0, SYN), (A, 100, 301, SYN | ACK), (B, 300, 101, SYN | ACK)}
    assert main(world, A).state is main(world, B).state is State.ESTABLISHED


def test_rfc_9293_3_5_figure_8_an_old_duplicate_syn_is_recovered_from_by_reset() -> None:
    old = Segment(80, 80, 90, 0, SYN, 1000)
    world = played(
        {"isn": 100, "opens": True, "closes": False},
        {"closes": False},
        Forge(5 * MILLISECOND, A, B, old),
        player=(PlayerSeat(B, ("tcp.isn",)),),
    )
    # B gives the number 300 to the ghost and 400 to the guest.
    for number in (300, 400):
        world.run()
        world.answer(number)
    world.run()
    assert figure(world) == [
        (A, 100, 0, SYN),
        (B, 300, 91, SYN | ACK),
        (B, 301, 91, ACK),  # the real SYN meets the half-open ghost, and is challenged
        (A, 91, 0, RST),
        (A, 91, 0, RST),
        (A, 100, 0, SYN),  # after its alarm
        (B, 400, 101, SYN | ACK),
        (A, 101, 401, ACK),
    ]
    assert main(world, A).state is main(world, B).state is State.ESTABLISHED
    assert endpoint(world, B).accepted == [(A, 100)], "the ghost was never taken for open"


def test_rfc_9293_3_5_1_figure_9_a_crashed_end_discovers_the_half_open_connection() -> None:
    world = played({"opens": True, "closes": False}, {"isn": 300, "closes": False}, Crash(SECOND, A, back=SECOND))
    first = figure(world)[0][1]
    rest = figure(world)[3:]
    assert rest[1] == (B, 301, number_of(first, 1), ACK), "the SYN inside is challenged by an ACK"
    assert rest[2] == (A, number_of(first, 1), 0, RST), "and the ACK of nothing sent by a reset"
    assert endpoint(world, B).ended == [(A, "reset")]
    assert main(world, B).state is State.ESTABLISHED, "the SYN that A repeats opens a new one"


def test_rfc_9293_3_4_3_a_host_that_lost_its_numbers_keeps_quiet() -> None:
    crash = Crash(SECOND, A, back=SECOND)
    world = played({"opens": True, "closes": False, "quiet": 3 * SECOND}, {"closes": False}, crash)
    times = [e.time for e in world.trace if e.kind == "send" and e.node == A]
    assert [time for time in times if SECOND < time < 5 * SECOND] == []
    assert times[2] == 5 * SECOND, "its SYN, as at the start"
    assert main(world, A).state is State.ESTABLISHED
    silent = played(
        {"opens": True, "closes": False, "quiet": 3 * SECOND},
        {"closes": False},
        crash,
        Forge(3 * SECOND, B, A, Segment(80, 80, 700, 0, SYN, 0)),
    )
    assert not [e for e in silent.trace if e.kind == "send" and e.node == A and SECOND < e.time < 5 * SECOND]


def test_what_is_read_on_another_connection_after_a_crash_is_in_order_of_its_own() -> None:
    law = PROTOCOL.goal("every user reads only what its peer wrote, in order, once")
    sender = {"isn": 0, "opens": True, "data": b"abcd"}
    world = played(sender, {"isn": 0}, Crash(150 * MILLISECOND, A, back=SECOND), win=(law,))
    assert endpoint(world, B).heard == {A: b"abcdabcd"}
    assert world.outcome is not None
    assert world.outcome.won


def test_rfc_9293_3_5_2_a_stray_ack_gets_rst_with_its_own_number_and_a_stray_syn_an_acknowledged_rst() -> None:
    world = played(
        {"listens": False},
        {"listens": False},
        Forge(SECOND, A, B, Segment(80, 80, 700, 4242, ACK, 0)),
        Forge(2 * SECOND, A, B, Segment(80, 80, 700, 0, SYN, 0)),
        Forge(3 * SECOND, A, B, Segment(80, 80, 700, 4242, RST, 0)),
    )
    assert figure(world) == [(B, 4242, 0, RST), (B, 0, 701, RST | ACK)]


def test_rfc_9293_3_5_3_a_reset_in_the_window_but_not_at_its_edge_is_challenged() -> None:
    start = {"standing": True, "isn": 0}
    world = played(start, start, Forge(SECOND, A, B, Segment(80, 80, 2, 1, RST, 0)))
    assert endpoint(world, B).ended == []
    assert figure(world)[0] == (B, 1, 1, ACK)
    world = played(start, start, Forge(SECOND, A, B, Segment(80, 80, 1, 1, RST, 0)))
    assert endpoint(world, B).ended == [(A, "reset")]
    world = played(start, start, Forge(SECOND, A, B, Segment(80, 80, NUMBERS - 1, 1, RST, 0)))
    assert endpoint(world, B).ended == []
    assert figure(world) == []


def test_rfc_9293_3_6_closing_takes_three_segments_when_the_fin_rides_on_the_ack_and_four_when_not() -> None:
    data = {"isn": 0, "standing": True, "msl": SECOND}
    three = played({**data, "data": b"x"}, data)
    assert [row[3] & (FIN | ACK) for row in figure(three)] == [FIN | ACK, FIN | ACK, ACK]
    assert endpoint(three, A).ended == [(B, "closed")]
    assert endpoint(three, B).ended == [(A, "closed")]
    four = played({**data, "data": b"x"}, {**data, "closes": False}, Request(SECOND, B, Close()))
    assert [(who, flags & (FIN | ACK)) for who, _, _, flags in figure(four)] == [
        (A, FIN | ACK), (B, ACK), (B, FIN | ACK), (A, ACK),
    ]  # fmt: skip


def test_rfc_9293_3_6_figure_13_both_close_at_once() -> None:
    data = {"isn": 0, "standing": True, "closes": False, "msl": SECOND}
    world = World(scenario(data, data, Request(SECOND, A, Close()), Request(SECOND, B, Close())))
    world.run(until=SECOND + 15 * MILLISECOND)
    assert main(world, A).state is main(world, B).state is State.CLOSING
    world.run(until=SECOND + 25 * MILLISECOND)
    assert main(world, A).state is main(world, B).state is State.TIME_WAIT
    world.run()
    assert endpoint(world, A).ended == [(B, "closed")]
    assert endpoint(world, B).ended == [(A, "closed")]


def test_rfc_9293_3_6_1_time_wait_lasts_two_msl_and_answers_a_repeated_fin() -> None:
    data = {"isn": 0, "standing": True, "msl": 10 * SECOND}
    world = played({**data, "data": b"x"}, data, Lose(A, B, 2))
    ends = [e.time for e in world.trace if e.kind == "timer" and e.detail[0] == "linger"]
    # The FIN of B left at 10 ms, its copy after the RTO of 1 s; it restarts the wait of 20 s.
    assert ends == [10 * MILLISECOND + SECOND + 10 * MILLISECOND + 20 * SECOND]
    assert endpoint(world, B).ended == [(A, "closed")]


def test_rfc_9293_3_6_half_close_lets_the_other_end_say_all_it_has() -> None:
    world = played(
        {"isn": 0, "standing": True, "data": b"ask"},
        {"isn": 0, "standing": True, "data": b"a long answer", "mss": 4, "first_window": 1},
    )
    assert endpoint(world, A).heard[B] == b"a long answer"
    assert endpoint(world, B).heard[A] == b"ask"


def test_rfc_9293_3_10_5_abort_resets_the_other_end() -> None:
    data = {"isn": 0, "standing": True}
    world = played(data, data, Request(SECOND, A, Abort()))
    assert endpoint(world, A).ended == [(B, "aborted")]
    assert endpoint(world, B).ended == [(A, "reset")]


def test_rfc_9293_3_10_the_user_opens_writes_and_closes() -> None:
    world = played(
        {}, {}, Request(SECOND, A, Open()), Request(2 * SECOND, A, Write("hello")), Request(3 * SECOND, A, Close())
    )
    assert endpoint(world, B).heard == {A: b"hello"}
    assert endpoint(world, A).ended == [(B, "closed")]


@given(st.integers(0, NUMBERS - 1), st.integers(0, 1 << 40), st.integers(-(1 << 30), 1 << 30))
def test_rfc_9293_3_4_numbers_wrap_and_mean_the_nearest_place(first: int, near: int, off: int) -> None:
    place = near + off
    assert offset_of(first, number_of(first, place), near) == place


def test_rfc_9293_3_4_a_stream_crosses_the_end_of_the_numbers() -> None:
    world = played({"isn": NUMBERS - 8, "opens": True, "data": b"the quick brown fox", "mss": 4}, {"isn": NUMBERS - 1})
    assert endpoint(world, B).heard[A] == b"the quick brown fox"
    assert any(segment.sequence < 100 for segment in sent(world, A))


def test_rfc_9293_3_4_syn_and_fin_take_one_number_each() -> None:
    world = played({"isn": 100, "opens": True, "data": b"abc"}, {"isn": 300})
    assert [row[1:] for row in figure(world) if row[0] == A][-1] == (105, 302, ACK)
    assert (B, 301, 105, FIN | ACK) in figure(world)


def test_rfc_9293_3_7_1_the_mss_option_bounds_segments_and_its_absence_means_536() -> None:
    world = played({"opens": True, "data": b"x", "length": 2000, "mss": 1000}, {"mss": 700})
    assert max(len(segment.payload) for segment in sent(world, A)) == 700
    bare = Segment(80, 80, 9, 0, SYN, 65535)
    world = World(scenario({"listens": False}, {"mss": 1000}, Forge(MILLISECOND, "x", B, bare)))
    world.run(until=SECOND)
    assert main(world, B).mss == 536


def test_rfc_9293_3_10_7_4_an_ack_of_something_never_sent_is_answered_and_dropped() -> None:
    data = {"isn": 0, "standing": True}
    world = played(data, data, Forge(SECOND, A, B, Segment(80, 80, 1, 999, ACK, 77)))
    assert figure(world)[0] == (B, 1, 1, ACK)
    assert main(world, B).una == 1
    assert main(world, B).window != 77


def test_rfc_9293_3_10_7_4_an_old_segment_is_answered_by_an_ack_and_read_once() -> None:
    data = {"isn": 0, "standing": True, "closes": False}
    old = Segment(80, 80, 1, 1, ACK, 65535, payload=b"abc")
    world = played({**data, "data": b"abc"}, data, Forge(2 * SECOND, A, B, old))
    assert endpoint(world, B).heard == {A: b"abc"}
    assert [row[2] for row in figure(world) if row[0] == B] == [4, 4]
    assert endpoint(world, B).seen_twice == 1


def test_rfc_5961_7_two_ends_that_disagree_do_not_answer_each_other_for_ever() -> None:
    data = {"isn": 0, "standing": True, "closes": False}
    never_sent = Segment(80, 80, 1, 1, ACK, 65535, payload=b"abc")
    world = played(data, data, Forge(SECOND, A, B, never_sent))
    assert 10 <= len(figure(world)) <= 25


def test_rfc_9293_3_1_a_bad_checksum_is_met_with_silence() -> None:
    data = {"isn": 0, "standing": True}
    world = played({**data, "data": b"abcdef", "mss": 3, "closes": False}, {**data, "ack_delay": 0},
                   Lose(A, B, 2, "garbled"))  # fmt: skip
    garbled = next(e for e in world.trace if e.kind == "garbled")
    assert not [e for e in world.trace if e.kind == "send" and e.cause == garbled.number]
    assert endpoint(world, B).heard == {A: b"abcdef"}


def test_rfc_9293_3_8_6_the_window_stops_the_sender_and_the_update_starts_it_again() -> None:
    data = {"isn": 0, "standing": True, "mss": 100}
    world = played(
        {**data, "data": b"z", "length": 1000, "closes": False, "offered": 200},
        {**data, "buffer": 200, "read_every": 3 * SECOND},
        limit=40 * SECOND,
    )
    assert endpoint(world, B).heard == {A: b"z" * 1000}
    assert endpoint(world, B).bounced == 0
    windows = [segment.window for segment in sent(world, B)]
    assert 0 in windows
    assert 200 in windows
    assert all(len(segment.payload) in (0, 1, 100) for segment in sent(world, A)), "no silly segments"


def test_rfc_9293_3_8_6_1_a_shut_window_is_probed_with_growing_pauses_and_every_probe_is_answered() -> None:
    data = {"isn": 0, "standing": True, "mss": 100}
    world = played(
        {**data, "data": b"z", "length": 300, "closes": False, "offered": 100},
        {**data, "buffer": 100, "read_every": 20 * SECOND},
        limit=19 * SECOND,
    )
    probes = [e for e in world.trace if e.kind == "send" and e.node == A and len(e.detail.payload) == 1]
    gaps = [later.time - sooner.time for sooner, later in itertools.pairwise(probes)]
    round_trip = 20 * MILLISECOND
    assert gaps == [2 * SECOND + round_trip, 4 * SECOND + round_trip, 8 * SECOND + round_trip][: len(gaps)]
    assert len(probes) >= 3
    answered = [e for e in world.trace if e.kind == "send" and e.node == B and e.detail.window == 0]
    assert len(answered) == 1 + len(probes)


def test_rfc_9293_3_8_6_1_a_lost_window_update_does_not_stop_the_stream() -> None:
    data = {"isn": 0, "standing": True, "mss": 100}
    build = scenario(
        {**data, "data": b"z", "length": 300, "closes": False, "offered": 100},
        {**data, "buffer": 100, "read_every": 3 * SECOND},
        limit=120 * SECOND,
    )
    world = World(build)
    world.run()
    updates = [e for e in world.trace if e.kind == "move"]
    assert updates
    nth = 1 + sum(1 for e in world.trace if e.kind == "send" and e.node == B and e.number < updates[0].number)
    world = World(scenario(
        {**data, "data": b"z", "length": 300, "closes": False, "offered": 100},
        {**data, "buffer": 100, "read_every": 3 * SECOND}, Lose(B, A, nth), limit=120 * SECOND,
    ))  # fmt: skip
    world.run()
    assert any(e.kind == "drop" for e in world.trace)
    assert endpoint(world, B).heard == {A: b"z" * 300}


def test_rfc_9293_3_8_6_2_2_a_window_opens_by_a_segment_or_half_the_buffer_and_never_shrinks() -> None:
    conn = Connection("p", 1, mss=100, expected=101, edge=201)
    conn.unread = b"x" * 150
    assert conn.good_window(250) == 100, "100 free, as promised"
    conn.unread = b"x" * 100
    assert conn.good_window(250) == 100, "50 more are less than a segment"
    conn.unread = b"x" * 50
    assert conn.good_window(250) == 200
    conn.unread = b"x" * 250
    assert conn.good_window(250) == 100, "a promise is kept"


def test_rfc_1122_4_2_3_2_acks_wait_for_a_second_segment_and_less_than_500_ms() -> None:
    data = {"isn": 0, "standing": True, "mss": 10, "closes": False}
    world = played({**data, "data": b"d", "length": 40, "first_window": 4}, {**data, "ack_delay": 200 * MILLISECOND})
    assert [segment.acknowledgment for segment in sent(world, B)] == [21, 41], "every second segment"
    world = played({**data, "data": b"d", "length": 10}, {**data, "ack_delay": 200 * MILLISECOND})
    (answer,) = [e for e in world.trace if e.kind == "send" and e.node == B]
    assert answer.time == 10 * MILLISECOND + 200 * MILLISECOND
    (parameter,) = [p for p in PROTOCOL.parameters if p.name == "ack_delay"]
    assert parameter.high < 500 * MILLISECOND


def test_rfc_5681_4_2_out_of_order_segments_and_filled_holes_are_acknowledged_at_once() -> None:
    data = {"isn": 0, "standing": True, "mss": 10, "closes": False}
    world = played({**data, "data": b"d", "length": 50, "first_window": 5}, data, Lose(A, B, 2))
    numbers = [segment.acknowledgment for segment in sent(world, B)]
    # 1 in order (waits), 3 beyond the hole: at once 11; 4: 11; 5: 11; then the filler: 51.
    assert numbers == [11, 11, 11, 51]


def test_curriculum_ack_timeout_retransmit_five_packets_take_eight_data_and_six_acks() -> None:
    """Two lost data, one lost ACK, one packet under way at a time: 5 + 2 + 1 data segments, 5 + 1 ACKs."""
    data = {"isn": 0, "standing": True, "mss": 4, "closes": False}
    world = played(
        {**data, "data": b"the old fox ran off ", "offered": 4},
        {**data, "buffer": 4, "ack_delay": 0},
        Lose(A, B, 2),
        Lose(A, B, 4),
        Lose(B, A, 3),
    )
    assert endpoint(world, B).heard == {A: b"the old fox ran off "}
    assert (len(sent(world, A)), len(sent(world, B))) == (8, 6)


def test_curriculum_handshake_design_three_messages_are_enough_and_two_are_not() -> None:
    """After SYN+ACK the server cannot know that its own number arrived: only the third message tells it."""
    world = World(scenario({"isn": 1, "opens": True, "closes": False}, {"isn": 2, "closes": False}))
    world.run(until=15 * MILLISECOND)
    assert endpoint(world, B).accepted == []
    world.run(until=25 * MILLISECOND)
    assert endpoint(world, A).accepted == [(B, 2)]
    assert endpoint(world, B).accepted == []
    world.run(until=35 * MILLISECOND)
    assert endpoint(world, B).accepted == [(A, 1)]
    assert len(figure(world)) == 3


def test_curriculum_sequence_dedup_reorder_numbers_sort_and_thin_out_what_arrives() -> None:
    data = {"isn": 0, "standing": True, "mss": 4, "first_window": 4}
    world = played(
        {**data, "data": b"the old fox ran "},
        data,
        Lose(A, B, 1, "late", 30 * MILLISECOND),
        Lose(A, B, 2, "twice", 5 * MILLISECOND),
    )
    assert endpoint(world, B).heard == {A: b"the old fox ran "}
    assert endpoint(world, B).seen_twice == 1
    assert endpoint(world, B).shelf_peak == 4


def test_rfc_9293_mux_20_a_sender_gives_up_after_r2_retransmissions() -> None:
    data = {"isn": 0, "standing": True}
    world = World(scenario({**data, "data": b"x", "retries": 3}, data, *[Lose(A, B, n) for n in range(1, 20)]))
    world.run()
    assert endpoint(world, A).ended == [(B, "gave up")]
    times = [e.time for e in world.trace if e.kind == "send" and e.node == A]
    assert times == [0, SECOND, 3 * SECOND, 7 * SECOND], "the wait doubles"


def test_rfc_9293_3_10_7_2_a_full_backlog_is_met_with_silence() -> None:
    syns = [Forge(SECOND, f"x{n}", B, Segment(1000, 80, n, 0, SYN, 100)) for n in range(3)]
    world = World(scenario({"listens": False}, {"backlog": 2, "retries": 1}, *syns))
    world.run(until=SECOND)
    assert len(endpoint(world, B).connections) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 40), st.sampled_from(["lost", "twice", "late", "garbled"])),
             max_size=12),
    st.integers(0, NUMBERS - 1),
    st.integers(1, 7),
)  # fmt: skip
def test_any_bounded_misfortune_delivers_every_byte_once(
    misfortunes: list[tuple[bool, int, str]], isn: int, mss: int
) -> None:
    happenings = [
        Lose(*((A, B) if forth else (B, A)), nth, fate, 150 * MILLISECOND)
        for forth, nth, fate in {(forth, nth): (forth, nth, fate) for forth, nth, fate in misfortunes}.values()
    ]
    win = (
        PROTOCOL.goal(f"{B} has every byte, in order, once"),
        PROTOCOL.goal(f"{A} knows that every byte arrived"),
        PROTOCOL.goal(f"{B} delivers only bytes that were sent, in order, once"),
    )
    world = played(
        {"isn": isn, "opens": True, "listens": False, "mss": mss, "data": b"the quick brown fox", "retries": 14},
        {"mss": mss, "retries": 14, "data": b"yes"},
        *happenings,
        win=win,
    )
    assert world.outcome is not None
    assert world.outcome.won, world.outcome


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (b"Content-Length: 0\r\n", b"200"),
        (b"Content-Length:\t0 \r\n", b"200"),
        (b"Content-Length: \x0b0\r\n", b"400"),
        (b"Content-Length: \xa00\r\n", b"400"),
        (b"Content-Length : 0\r\n", b"400"),
        (b"Transfer-Encoding : chunked\r\n", b"400"),
        (b"X: a\r\n Transfer-Encoding: chunked\r\n", b"400"),
        (b"Transfer-Encoding: \x0cchunked\r\n", b"501"),
    ],
)
def test_rfc_9112_5_1_the_little_web_takes_nothing_but_sp_and_htab_for_blanks(fields: bytes, status: bytes) -> None:
    web = NodeSpec(B, "tcp", "web", {"msl": SECOND, "data": b"page"})
    asked = {"opens": True, "closes": False, "data": b"PUT / HTTP/1.0\r\n" + fields + b"\r\n"}
    plain = scenario(asked, {}, limit=5 * SECOND)
    world = World(replace(plain, nodes=(plain.nodes[0], web)))
    world.run()
    assert endpoint(world, A).heard[B].split(b" ")[1] == status


_FAR = st.integers(70_000, NUMBERS // 2 - 1)
_STRAYS = st.builds(
    lambda when, seq, ack, flags, window, payload: (*when, seq, ack, flags, window, payload),
    # a's end is gone after 0.6 s, and where there is no connection a SYN asks for a new one.
    st.one_of(st.tuples(st.integers(0, 600 * MILLISECOND), st.just(A)), st.tuples(st.integers(0, SECOND), st.just(B))),
    st.one_of(_FAR, _FAR.map(lambda off: NUMBERS - off)),
    st.one_of(st.integers(0, 25), st.integers(0, NUMBERS - 1)),
    st.one_of(st.just(int(ACK)), st.integers(0, 255)),
    st.sampled_from([0, 1, 4, 65535]),
    st.binary(max_size=5),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_STRAYS, max_size=40))
def test_no_stray_from_outside_the_window_changes_what_is_read_or_stops_it(strays: list[tuple[Any, ...]]) -> None:
    """Any flags, any ACK, any window, any text: RFC 9293 3.10.7.4, first and second check."""
    forged = [
        Forge(at, B if to == A else A, to, Segment(80, 80, seq, ack, Flags(flags), window, payload=payload))
        for at, to, seq, ack, flags, window, payload in strays
    ]
    data = {"isn": 0, "standing": True, "mss": 4, "msl": SECOND}
    world = played(
        {**data, "data": b"the quick brown fox", "first_window": 1, "offered": 8},
        {**data, "data": b"jumps over", "buffer": 8, "read_every": 300 * MILLISECOND},
        *forged,
    )
    assert endpoint(world, A).heard == {B: b"jumps over"}
    assert endpoint(world, B).heard == {A: b"the quick brown fox"}
    assert endpoint(world, A).ended == [(B, "closed")]
    assert endpoint(world, B).ended == [(A, "closed")]


def test_initial_window_is_two_three_or_four_segments() -> None:
    assert [initial_window(mss) // mss for mss in (2191, 2190, 1096, 1095, 536)] == [2, 3, 3, 4, 4]


@pytest.mark.parametrize("delay", [0, 50 * MILLISECOND, 200 * MILLISECOND, 499 * MILLISECOND])
def test_an_ack_that_is_due_takes_the_window_along_however_long_it_waits(delay: int) -> None:
    """As in `wire/bring-me-the-ack`, where every tile fills the shelf: no update leaves before the ACK, without it."""
    data = {"isn": 0, "standing": True, "mss": 4, "closes": False}
    world = played(
        {**data, "data": b"the old fox ran off ", "offered": 4, "retries": 4},
        {**data, "buffer": 4, "ack_delay": delay},
        Lose(A, B, 2),
        Lose(A, B, 4),
        Lose(B, A, 3),
        win=(PROTOCOL.goal(f"{A} knows that every byte arrived"),),
        limit=16 * SECOND,
    )
    assert world.outcome is not None
    assert world.outcome.won
    assert [(segment.acknowledgment, segment.window) for segment in sent(world, B)] == [
        (number, 4) for number in (5, 9, 13, 13, 17, 21)
    ]


def test_a_window_update_by_hand_says_what_is_expected_next_and_is_the_ack_that_is_due() -> None:
    data = {"isn": 0, "standing": True, "mss": 4, "closes": False}
    world = World(
        scenario(
            {**data, "data": b"the ", "offered": 4},
            {**data, "buffer": 4, "ack_delay": 400 * MILLISECOND},
            player=(PlayerSeat(B, ("tcp.update",)),),
        )
    )
    world.run(until=20 * MILLISECOND)
    assert sent(world, B) == []
    world.move(B, "tcp.update", 4)
    world.run()
    assert [(segment.acknowledgment, segment.window) for segment in sent(world, B)] == [(5, 4)]


def test_a_probe_carries_the_ack_that_is_due() -> None:
    data = {"isn": 0, "standing": True, "mss": 4, "closes": False}
    hello = Segment(80, 80, 1, 1, ACK, 0, payload=b"hi")
    world = World(
        scenario(
            {**data, "listens": False},
            {**data, "data": b"abcd", "offered": 0, "ack_delay": 400 * MILLISECOND, "rto_first": 100 * MILLISECOND},
            Forge(50 * MILLISECOND, A, B, hello),
        )
    )
    world.run(until=155 * MILLISECOND)
    assert [(segment.payload, segment.acknowledgment) for segment in sent(world, B)] == [(b"a", 3)]
