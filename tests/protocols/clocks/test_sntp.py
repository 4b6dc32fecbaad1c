"""SNTP: four timestamps, what is believed, how a clock is mended, when to ask again (RFC 4330, RFC 5905)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.choice import Kind, judge
from core.kernel.node import WorldAsked
from core.kernel.scenario import Crash, DiceSpec, Forge, LinkSpec, Lose, NodeSpec, Scenario
from core.kernel.seats import Book, Idle
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import CLOCK, SEND
from core.kernel.world import World
from core.protocols.clocks.sntp import PROTOCOL
from core.protocols.clocks.sntp.choices import OFFSET
from core.protocols.clocks.sntp.personas import ASKED_FOR, UNHURRIED
from core.protocols.clocks.sntp.times import EPOCH, offset_and_delay, slew_time
from core.wire.sntp import ERA, UNIX_EPOCH, Leap, Mode, Packet, difference, short, timestamp
from levels.loader import load


def world_of(client=None, server=None, *, clock=0, drift=0, seats=None, happenings=(), links=None, network=None,
             win=(), limit=300 * SECOND, extra=()):  # fmt: skip
    scenario = Scenario(
        "test", {"sntp": PROTOCOL},
        (
            NodeSpec("client", "sntp", "client", client or {}, clock=clock, drift=drift),
            NodeSpec("server", "sntp", "server", server or {}),
            *extra,
        ),
        links=links or {}, default_link=LinkSpec(40 * MILLISECOND), seats=seats or {}, happenings=happenings,
        network=network, win=win, limit=limit,
    )  # fmt: skip
    world = World(scenario, Book())
    world.run()
    return world


def machine(world):
    return world.evidence().machine("client")


def apart(world):
    return world.evidence().clock("client") - world.evidence().clock("server")


def sent(world, who):
    return [(entry.time, entry.detail) for entry in world.trace if entry.kind == SEND and entry.node == who]


def answer_to(request, **changed):
    """The server's answer to one packet, out of a world with nothing else in it."""
    scenario = Scenario(
        "test", {"sntp": PROTOCOL},
        (NodeSpec("server", "sntp", "server", changed), NodeSpec("other", "sntp", "server")),
        happenings=(Forge(SECOND, "other", "server", request),), limit=2 * SECOND,
    )  # fmt: skip
    world = World(scenario, Book())
    world.run()
    return [packet for _, packet in sent(world, "server")]


# Offset and delay


def test_rfc5905_8_offset_and_delay_by_hand():
    """The client's clock is 2.5 s behind; 40 ms there, 10 ms at the server, 60 ms back."""
    t1 = timestamp(EPOCH)
    t2, t3 = timestamp(EPOCH + 2_540_000), timestamp(EPOCH + 2_550_000)
    t4 = timestamp(EPOCH + 110_000)
    assert offset_and_delay(t1, t2, t3, t4) == (2_490_000, 100_000)


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_rfc5905_8_the_offset_is_off_by_half_of_what_the_ways_differ_in(behind, there, work, back):
    t1 = timestamp(EPOCH)
    t2, t3 = timestamp(EPOCH + behind + there), timestamp(EPOCH + behind + there + work)
    offset, delay = offset_and_delay(t1, t2, t3, timestamp(EPOCH + there + work + back))
    assert delay == there + back
    assert abs(offset - behind) <= delay // 2 + 1
    assert offset == behind + (there - back) // 2


def test_rfc5905_6_offset_over_the_end_of_an_era():
    end = (ERA - UNIX_EPOCH) * SECOND
    t1, t2 = timestamp(end - 50_000), timestamp(end + 10_000)
    assert offset_and_delay(t1, t2, t2, timestamp(end + 30_000)) == (20_000, 80_000)


def test_one_question_mends_the_clock():
    world = world_of({"requests": 1}, {"work": 10 * MILLISECOND}, clock=-2500 * MILLISECOND)
    assert machine(world).samples[0].offset == 2_500_000
    assert machine(world).samples[0].delay == 80_000
    assert apart(world) == 0


def test_a_longer_way_back_is_a_mistake_that_nobody_sees():
    links = {("client", "server"): LinkSpec(20 * MILLISECOND), ("server", "client"): LinkSpec(100 * MILLISECOND)}
    world = world_of({"requests": 1}, clock=-2500 * MILLISECOND, links=links)
    assert apart(world) == -40 * MILLISECOND


# Step or slew


def test_rfc5905_11_3_beyond_128_ms_a_step():
    world = world_of({"requests": 1}, clock=-129 * MILLISECOND)
    clocks = [entry for entry in world.trace if entry.kind == CLOCK]
    assert [(entry.detail, entry.note) for entry in clocks] == [(129_000, "stepped")]


def test_rfc5905_11_3_up_to_128_ms_a_slew_of_500_ppm():
    world = world_of({"requests": 1}, clock=128 * MILLISECOND)
    clocks = [entry for entry in world.trace if entry.kind == CLOCK]
    assert [entry.detail for entry in clocks] == [-128_000]
    assert slew_time(128_000) == 256 * SECOND
    assert "256000000" in clocks[0].note
    assert abs(apart(world)) <= 100, "the clock's own rate is whole parts per million"


def test_a_slew_is_finished_before_the_next_begins():
    world = world_of(clock=100 * MILLISECOND)
    clocks = [entry.time for entry in world.trace if entry.kind == CLOCK]
    assert len(machine(world).samples) >= 4
    assert all(later - earlier >= slew_time(100_000) * 0.99 for earlier, later in pairwise(clocks))


def test_a_drifting_clock_is_held():
    world = world_of(clock=-SECOND, drift=60, limit=3600 * SECOND)
    assert abs(apart(world)) < 20 * MILLISECOND
    alone = 3600 * SECOND * 60 // 1_000_000
    assert alone == 216 * MILLISECOND, "what it would have drifted"


# What is believed


def test_rfc4330_5_a_second_copy_of_an_answer_is_not_used():
    world = world_of({"requests": 1}, happenings=(Lose("server", "client", 1, "twice"),))
    assert len(machine(world).samples) == 1


FORGED = Packet(Mode.SERVER, stratum=1, receive=timestamp(EPOCH), transmit=timestamp(EPOCH + 10**9))


@pytest.mark.parametrize(
    ("source", "packet"),
    [
        ("server", FORGED),
        ("server", replace(FORGED, originate=timestamp(EPOCH + 1))),
        ("mallory", replace(FORGED, originate=timestamp(EPOCH))),
        ("server", replace(FORGED, originate=timestamp(EPOCH), mode=Mode.BROADCAST)),
        ("server", replace(FORGED, originate=timestamp(EPOCH), leap=Leap.UNSYNCHRONIZED)),
        ("server", replace(FORGED, originate=timestamp(EPOCH), stratum=16)),
        ("server", replace(FORGED, originate=timestamp(EPOCH), transmit=0)),
        ("server", replace(FORGED, originate=timestamp(EPOCH), root_delay=1 << 16)),
        ("server", replace(FORGED, originate=timestamp(EPOCH), root_dispersion=1 << 16)),
    ],
    ids=["no question", "another question", "a stranger", "a broadcast", "not synchronized", "stratum 16",
         "no transmit timestamp", "root delay", "root dispersion"],
)  # fmt: skip
def test_rfc4330_5_what_fails_a_check_is_not_used(source, packet):
    extra = (NodeSpec("mallory", "sntp", "server"),)
    forged = Forge(60 * MILLISECOND, source, "client", packet)
    world = world_of({"requests": 1}, happenings=(forged,), extra=extra)
    assert [sample.offset for sample in machine(world).samples] == [0]
    believing = world_of(
        {"requests": 1}, happenings=(forged,), extra=extra, seats={"client": "believes everybody"},
        win=(PROTOCOL.goal(ASKED_FOR),),
    )  # fmt: skip
    assert not believing.outcome.won


def test_rfc4330_5_an_answer_with_the_right_marks_is_used_whoever_made_it():
    """The checks find mistakes, not attackers: whoever sees the question can answer it."""
    packet = replace(FORGED, originate=timestamp(EPOCH))
    world = world_of({"requests": 1}, happenings=(Forge(60 * MILLISECOND, "server", "client", packet),))
    assert machine(world).samples[0].valid
    assert machine(world).samples[0].offset > 400 * SECOND


# When to ask again


def test_rfc4330_10_after_every_silence_the_pause_doubles():
    world = world_of(
        {"poll": 16 * SECOND, "greatest": 100 * SECOND}, happenings=(Crash(1, "server"),), limit=500 * SECOND
    )
    times = [time for time, _ in sent(world, "client")]
    pauses = [later - earlier - SECOND for earlier, later in pairwise(times)]
    assert pauses == [32 * SECOND, 64 * SECOND, 100 * SECOND, 100 * SECOND, 100 * SECOND]


def test_rfc4330_10_an_answer_ends_the_back_off():
    world = world_of(
        {"poll": 16 * SECOND}, happenings=tuple(Lose("client", "server", nth) for nth in (2, 3)), limit=200 * SECOND
    )
    times = [time // SECOND for time, _ in sent(world, "client")]
    assert times[:5] == [0, 16, 49, 114, 130]


def test_rfc4330_10_never_below_15_seconds():
    assert not world_of(seats={"client": "impatient"}, win=(PROTOCOL.goal(UNHURRIED),)).outcome.won
    assert world_of(win=(PROTOCOL.goal(UNHURRIED),)).outcome.won


# Kisses


def test_rfc4330_8_deny_ends_it():
    world = world_of(server={"deny": ("client",)})
    assert len(sent(world, "client")) == 1
    assert machine(world).stopped == "DENY"
    [(_, kiss)] = sent(world, "server")
    assert (kiss.stratum, kiss.leap, kiss.kiss, kiss.mode) == (0, Leap.UNSYNCHRONIZED, "DENY", Mode.SERVER)


def test_rfc5905_7_4_rate_makes_it_slower():
    world = world_of({"poll": 16 * SECOND}, {"least": 30 * SECOND}, limit=400 * SECOND)
    assert world.evidence().machine("server").kissed == 1
    assert machine(world).poll == 32 * SECOND
    times = [time for time, _ in sent(world, "client")]
    assert times[-1] - times[-2] >= 32 * SECOND


def test_rfc5905_7_4_rstr_ends_it_too():
    assert kissed("RSTR").stopped == "RSTR"
    assert kissed("RSTR").sent == 1


@pytest.mark.parametrize("code", ["STEP", "INIT", "ACST", "CRYP", "XYZZ", "DENy", ""])
def test_rfc5905_7_4_any_other_kiss_is_thrown_away(code):
    """The question stays open: an answer that comes behind the kiss is used, and the pauses are what they were."""
    client = kissed(code, answered=True)
    assert (client.stopped, client.denied, client.used) == ("", False, 1)
    client = kissed(code)
    assert (client.stopped, client.denied, client.poll, client.interval) == ("", False, 64 * SECOND, 128 * SECOND)


def kissed(code, *, answered=False):
    """The client, after a kiss came for its first question, and perhaps an answer behind it."""
    kiss = Packet(
        Mode.SERVER, leap=Leap.UNSYNCHRONIZED, reference_id=code.encode().ljust(4, b"\0"), originate=timestamp(EPOCH)
    )
    lost = () if answered else (Lose("server", "client", 1),)
    return machine(world_of(happenings=(Forge(20 * MILLISECOND, "server", "client", kiss), *lost), limit=30 * SECOND))


@pytest.mark.parametrize(
    ("code", "value", "label"),
    [
        ("DENY", "ask on", "deaf"), ("DENY", "slow down", "still"), ("RSTR", "stop", "book"), ("RATE", "stop", "meek"),
        ("STEP", "ask on", "book"), ("STEP", "stop", "obedient"), ("STEP", "slow down", "obedient"),
    ],
)  # fmt: skip
def test_rfc5905_7_4_a_kiss_is_judged_by_its_code(code, value, label):
    asked = WorldAsked(None, PROTOCOL.choice("sntp.kiss"), "client", None, {"code": code}, 0)
    assert judge(asked, value, 0, 0).label == label


def test_rfc5905_7_4_a_kiss_for_another_question_is_none():
    kiss = Packet(Mode.SERVER, leap=Leap.UNSYNCHRONIZED, reference_id=b"DENY", originate=timestamp(EPOCH + 5))
    world = world_of(happenings=(Forge(60 * MILLISECOND, "server", "client", kiss),))
    assert machine(world).stopped == ""
    assert len(machine(world).samples) > 3


# The server


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_rfc4330_6_the_version_is_the_questions(version):
    [answer] = answer_to(Packet(Mode.CLIENT, version, transmit=77))
    assert answer.version == version


@pytest.mark.parametrize(
    ("mode", "answered"),
    [(Mode.CLIENT, Mode.SERVER), (Mode.SYMMETRIC_ACTIVE, Mode.SYMMETRIC_PASSIVE)],
)
def test_rfc4330_6_mode_3_gets_4_and_mode_1_gets_2(mode, answered):
    [answer] = answer_to(Packet(mode, transmit=77))
    assert answer.mode == answered


@pytest.mark.parametrize("mode", [Mode.RESERVED, Mode.SYMMETRIC_PASSIVE, Mode.SERVER, Mode.BROADCAST])
def test_rfc4330_6_other_modes_get_nothing(mode):
    assert answer_to(Packet(mode, transmit=77)) == []


@pytest.mark.parametrize("version", [0, 5, 7])
def test_unknown_versions_get_nothing(version):
    assert answer_to(Packet(Mode.CLIENT, version, transmit=77)) == []


def test_rfc4330_6_originate_receive_and_transmit():
    [answer] = answer_to(Packet(Mode.CLIENT, poll=6, originate=5, transmit=77), work=10 * MILLISECOND)
    assert answer.originate == 77
    assert answer.poll == 6
    assert difference(answer.receive, timestamp(EPOCH)) == SECOND
    assert difference(answer.transmit, answer.receive) == 10 * MILLISECOND
    assert (answer.stratum, answer.reference_id, answer.precision) == (1, b"GPS\0", -20)
    assert 0 < answer.reference <= answer.receive


def test_rfc4330_6_a_server_without_the_time_says_so_and_nobody_uses_it():
    world = world_of(server={"leap": 3, "stratum": 16})
    assert machine(world).samples == []
    assert all(packet.leap == Leap.UNSYNCHRONIZED for _, packet in sent(world, "server"))


def test_real_dates_are_as_good_as_any_epoch():
    """What a live driver does: the clock's 0 is the time of day at the start."""
    world = world_of({"epoch": 1_000 * SECOND}, {"epoch": 1_700_000_000 * SECOND}, clock=-7 * SECOND)
    assert machine(world).samples[0].offset == 1_699_999_000 * SECOND + 7 * SECOND


# Judged


@pytest.mark.parametrize(
    ("wrong", "label"),
    [
        (lambda offset, delay: offset, "book"),
        (lambda offset, delay: offset + delay // 2, "one way"),
        (lambda offset, delay: offset - delay // 2, "one way"),
        (lambda offset, delay: -offset, "sign"),
        (lambda offset, delay: delay, "delay"),
        (lambda offset, delay: offset + 3_000, "near"),
        (lambda offset, delay: offset + delay // 4, "within"),
        (lambda offset, delay: offset + 2 * delay, "far"),
    ],
    ids=["book", "the way there", "the way back", "sign", "delay", "near", "within", "far"],
)
def test_every_mistake_with_the_offset_has_its_words(wrong, label):
    t1 = timestamp(EPOCH)
    times = (t1, timestamp(EPOCH + 2_540_000), timestamp(EPOCH + 2_550_000), timestamp(EPOCH + 90_000))
    subject = {"times": times, "t1": "", "t2": "", "t3": "", "t4": ""}
    asked = WorldAsked(None, OFFSET, "client", None, subject, 0)
    verdict = judge(asked, wrong(*offset_and_delay(*times)), 0, 0)
    assert verdict.label == label
    kinds = {"book": Kind.BOOK, "near": Kind.FINE, "within": Kind.COSTLY}
    assert verdict.kind is kinds.get(label, Kind.WRONG)


def test_loss_and_doubles_hurt_nobody():
    for seed in range(3):
        scenario = replace(
            PROTOCOL.scenarios[2],
            seed=seed,
            win=(PROTOCOL.goal(ASKED_FOR),),
            network=DiceSpec(0.3, 0.3),
            limit=7200 * SECOND,
        )
        world = World(scenario, Book())
        world.run()
        assert world.outcome.won
        assert abs(apart(world)) < 60 * MILLISECOND


def test_what_a_server_says_of_itself_fits_its_packets():
    every = {parameter.name: parameter for parameter in PROTOCOL.parameters}
    assert short(every["root_dispersion"].high) < 1 << 32
    check = every["reference"].check
    assert check("GPS") == b"GPS\0"
    for wrong in ("clock", "é"):
        with pytest.raises(ValueError, match="four ASCII letters"):
            check(wrong)


@pytest.mark.parametrize(("held", "behind"), [("client", False), ("server", True)])
def test_rfc5905_10_the_shortest_round_trip_is_gone_by(held, behind):
    """An exchange of which one way is held up makes half of that a mistake, unless a faster one is known."""
    level = load("clocks/the-long-way-round")
    other = {"client": "server", "server": "client"}[held]
    for filter_, wrong in ((1, 150_000), (8, 0)):
        scenario = replace(level.scenario, sides=(), win=())
        nodes = [replace(node, parameters={**node.parameters, "filter": filter_}) if node.name == "client" else node
                 for node in scenario.nodes]  # fmt: skip
        world = World(replace(scenario, nodes=tuple(nodes)), Idle())
        name = f"Packet {held} -> {other}"
        time = 2_000_000
        while name not in [tile.name for tile in world.hand.tiles()]:
            time += 10_000
            world.run(until=time)
        world.hand.move("network.take", name)
        world.run(until=time + 300_000)
        world.hand.move("network.let_go", f"{name}, held")
        world.run(until=time + 700_000)
        client = world.evidence().machine("client")
        assert client.used == 2
        apart = world.evidence().clock("server") - world.evidence().clock("client")
        assert abs(apart - (wrong if behind else -wrong)) < 1_000
