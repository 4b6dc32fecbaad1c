"""TCP's arithmetic by hand: the retransmission timer (RFC 6298) and congestion control (RFC 5681)."""

from __future__ import annotations

from core.kernel.scenario import LinkSpec, Lose
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.kernel.world import World
from core.protocols.transport.tcp import Connection
from tests.protocols.transport.test_tcp import A, B, endpoint, main, played, scenario, sent

MS = MILLISECOND


def after(*round_trips: int, least: int = 0) -> Connection:
    conn = Connection("p", 1)
    for round_trip in round_trips:
        conn.measured(round_trip * MS, least, MINUTE)
    return conn


def test_rfc_6298_2_1_the_first_time_out_is_one_second() -> None:
    assert Connection("p", 1).rto == SECOND


def test_rfc_6298_2_2_the_first_measurement() -> None:
    conn = after(100)
    # SRTT = 100, RTTVAR = 50, RTO = 100 + 4 * 50
    assert (conn.srtt, conn.rttvar, conn.rto) == (100 * MS, 50 * MS, 300 * MS)


def test_rfc_6298_2_3_later_measurements_change_rttvar_before_srtt() -> None:
    conn = after(100, 200)
    # RTTVAR = 3/4 * 50 + 1/4 * |100 - 200| = 62.5; SRTT = 7/8 * 100 + 1/8 * 200 = 112.5; RTO = 112.5 + 250
    assert (conn.srtt, conn.rttvar, conn.rto) == (112_500, 62_500, 362_500)
    conn = after(100, 200, 120)
    # RTTVAR = 3/4 * 62.5 + 1/4 * |112.5 - 120| = 48.75; SRTT = 7/8 * 112.5 + 1/8 * 120 = 113.4375
    assert (conn.srtt, conn.rttvar, conn.rto) == (113_437, 48_750, 113_437 + 4 * 48_750)


def test_rfc_6298_2_3_a_steady_round_trip_leaves_the_clock_granularity() -> None:
    conn = after(*[100] * 60)
    assert conn.srtt == 100 * MS
    assert conn.rto == 101 * MS, "max(G, 4 * RTTVAR) with G = 1 ms"


def test_rfc_6298_2_4_the_floor_is_one_second_and_2_5_the_ceiling() -> None:
    assert after(100, 120, least=SECOND).rto == SECOND
    conn = Connection("p", 1)
    conn.measured(90 * SECOND, SECOND, MINUTE)
    assert conn.rto == MINUTE


def test_rfc_6298_5_5_the_time_out_doubles_and_falls_back_when_something_new_is_measured() -> None:
    data = {"isn": 0, "standing": True, "mss": 1, "closes": False}
    build = scenario(
        {**data, "data": b"xy", "first_window": 1},
        {**data, "ack_delay": 0},
        *[Lose(A, B, n) for n in (1, 2, 3)],
        latency=50 * MS,
    )
    world = World(build)
    world.run()
    times = [e.time for e in world.trace if e.kind == "send" and e.node == A]
    assert times[:4] == [0, SECOND, 3 * SECOND, 7 * SECOND]
    conn = main(world, A)
    assert conn.srtt == 100 * MS, "measured on the second byte, which went out once"
    assert conn.rto == SECOND, "the floor again"


def test_rfc_6298_3_karn_no_measurement_of_what_was_sent_twice() -> None:
    data = {"isn": 0, "standing": True, "mss": 1, "closes": False}
    world = played({**data, "data": b"x"}, {**data, "ack_delay": 0}, Lose(A, B, 1), latency=50 * MS)
    assert endpoint(world, A).retransmissions == 1
    assert main(world, A).srtt == -1
    assert main(world, A).rto == 2 * SECOND, "the backed-off value stays until something is measured"


def test_rfc_6298_3_karn_holds_for_fast_retransmissions_too() -> None:
    data = {"isn": 0, "standing": True, "mss": 100, "closes": False}
    world = played(
        {**data, "data": b"k", "length": 400, "first_window": 8},
        {**data, "ack_delay": 0},
        Lose(A, B, 1),
        latency=50 * MS,
    )
    assert endpoint(world, A).retransmissions == 1
    assert main(world, A).srtt == -1, "the timed segment went out twice, and nothing after it was timed"


def test_rfc_6298_5_1_5_2_5_3_the_timer_runs_from_the_first_segment_and_anew_from_every_new_ack() -> None:
    data = {"isn": 0, "standing": True, "mss": 1, "closes": False}
    world = played(
        {**data, "data": b"xyz", "first_window": 3}, {**data, "ack_delay": 0}, Lose(A, B, 3), latency=300 * MS
    )
    alarms = [e.time for e in world.trace if e.kind == "timer" and e.detail[0] == "alarm"]
    conn = main(world, A)
    assert conn.srtt == 600 * MS, "RTO 600 + 4 * 300 ms"
    # The ACKs of the first two arrive at 600 ms; the timer is started anew with the RTO measured then.
    assert alarms == [600 * MS + 1800 * MS]


def test_rfc_6298_5_7_after_a_repeated_syn_data_start_with_three_seconds() -> None:
    world = World(scenario({"opens": True, "data": b"x", "closes": False}, {}, Lose(A, B, 1)))
    world.run(until=SECOND + 25 * MS)
    assert main(world, A).rto == 3 * SECOND
    assert main(world, A).cwnd == main(world, A).mss, "and with one segment (RFC 5681, 3.1)"
    world = World(scenario({"opens": True, "data": b"x", "closes": False}, {}))
    world.run(until=25 * MS)
    assert main(world, A).rto == SECOND


def test_rfc_5681_3_1_slow_start_adds_what_was_acknowledged_but_a_segment_at_most() -> None:
    conn = Connection("p", 1, mss=1000, cwnd=2000, ssthresh=65535)
    assert [conn.grown(n) for n in (1, 1000, 2000)] == [2001, 3000, 3000]


def test_rfc_5681_3_1_congestion_avoidance_adds_a_segment_a_round_trip() -> None:
    conn = Connection("p", 1, mss=1000, cwnd=4000, ssthresh=4000)
    assert conn.grown(1000) == 4250
    for _ in range(4):
        conn.cwnd = conn.grown(1000)
    assert 4900 <= conn.cwnd <= 5000
    huge = Connection("p", 1, mss=10, cwnd=100_000, ssthresh=1)
    assert huge.grown(10) == 100_001, "one byte at least"


def test_rfc_5681_3_1_equation_4_half_of_what_is_under_way_and_two_segments_at_least() -> None:
    assert Connection("p", 1, mss=1000, una=1, top=8001).half() == 4000
    assert Connection("p", 1, mss=1000, una=1, top=1001).half() == 2000


def test_rfc_5681_3_1_a_window_doubles_every_round_trip_in_slow_start() -> None:
    data = {"isn": 0, "standing": True, "mss": 100, "closes": False}
    world = played(
        {**data, "data": b"s", "length": 1500, "first_window": 1}, {**data, "ack_delay": 0}, latency=100 * MS
    )
    bursts: dict[int, int] = {}
    for entry in world.trace:
        if entry.kind == "send" and entry.node == A:
            bursts[entry.time] = bursts.get(entry.time, 0) + 1
    assert list(bursts.values()) == [1, 2, 4, 8]


def test_rfc_5681_3_2_the_third_duplicate_resends_and_inflates_and_a_new_ack_deflates() -> None:
    data = {"isn": 0, "standing": True, "mss": 100, "closes": False}
    world = World(
        scenario({**data, "data": b"f", "length": 800, "first_window": 8}, {**data, "ack_delay": 0}, Lose(A, B, 1))
    )
    seen = []
    while world.step():
        conn = main(world, A)
        state = (conn.duplicates, conn.cwnd, conn.ssthresh, endpoint(world, A).retransmissions)
        if not seen or seen[-1] != state:
            seen.append(state)
    assert (2, 800, 65535, 0) in seen, "two duplicates: wait"
    assert (3, 400 + 300, 400, 1) in seen, "ssthresh = 800 / 2, cwnd = ssthresh + 3 segments, the first again"
    assert (4, 800, 400, 1) in seen, "each further duplicate: a segment more"
    assert seen[-1][:3] == (0, 400, 400), "the new ACK takes cwnd back to ssthresh"
    assert len(sent(world, A)) == 9


def test_rfc_5681_3_2_limited_transmit_sends_new_data_on_the_first_two_duplicates() -> None:
    data = {"isn": 0, "standing": True, "mss": 100, "closes": False}
    world = played({**data, "data": b"f", "length": 600, "first_window": 4}, {**data, "ack_delay": 0}, Lose(A, B, 1))
    assert [segment.sequence for segment in sent(world, A)] == [1, 101, 201, 301, 401, 501, 1]


def test_rfc_5681_3_1_a_time_out_shrinks_the_window_to_one_segment() -> None:
    data = {"isn": 0, "standing": True, "mss": 100, "closes": False}
    world = World(
        scenario(
            {**data, "data": b"t", "length": 800, "first_window": 8},
            {**data, "ack_delay": 0},
            *[Lose(A, B, n) for n in range(1, 9)],
        )
    )
    world.run(until=SECOND)
    conn = main(world, A)
    assert (conn.cwnd, conn.ssthresh, conn.nxt) == (100, 400, 101)
    world.run()
    assert endpoint(world, B).heard == {A: b"t" * 800}


def test_a_full_queue_drops_and_congestion_control_finds_the_rate_of_the_bottleneck() -> None:
    data = {"isn": 0, "standing": True, "mss": 1000, "closes": False}
    wire = LinkSpec(latency=20 * MS, rate=1_000_000, queue=8)
    world = played(
        {**data, "data": b"q", "length": 400_000}, data, links={(A, B): wire}, limit=60 * SECOND,
    )  # fmt: skip
    assert endpoint(world, B).heard[A] == b"q" * 400_000
    last = max(e.time for e in world.trace if e.kind == "deliver")
    ideal = 400 * 1040 * 8  # µs: 400 segments with headers at 1 bit/µs
    assert last < 2 * ideal
    assert any("queue" in e.note for e in world.trace if e.kind == "drop")


def test_an_alarm_below_the_round_trip_sends_everything_twice() -> None:
    data = {"isn": 0, "standing": True, "mss": 1, "closes": False}
    build = scenario(
        {**data, "data": b"abcdef", "first_window": 1},
        {**data, "ack_delay": 0},
        seats={A: "impatient"},
        latency=60 * MS,
    )
    world = World(build)
    world.run()
    assert endpoint(world, A).retransmissions >= 6


def test_without_back_off_copies_follow_each_other_as_fast_as_the_first() -> None:
    data = {"isn": 0, "standing": True, "closes": False}
    build = scenario({**data, "data": b"x"}, data, *[Lose(A, B, n) for n in (1, 2, 3)], seats={A: "never backs off"})
    world = World(build)
    world.run()
    assert [e.time for e in world.trace if e.kind == "send" and e.node == A] == [0, SECOND, 2 * SECOND, 3 * SECOND]
