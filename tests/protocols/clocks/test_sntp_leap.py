"""A leap night: what is told, what is seen of it, and that every named mistake loses it (RFC 8633, RFC 5905)."""

from dataclasses import replace

import pytest

from core.kernel.choice import Kind, judge
from core.kernel.node import WorldAsked
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.seats import Book, Idle, Keeping
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import SEND
from core.kernel.world import World
from core.protocols.clocks.sntp import PROTOCOL
from core.protocols.clocks.sntp.leap import (
    GENTLY,
    HALF,
    LEAP,
    LONGER,
    NONE,
    OWN_LEAP,
    SHORTER,
    SLOPE,
    STEEPEST,
    Night,
    Told,
)
from core.protocols.clocks.sntp.machine import Server
from core.protocols.clocks.sntp.times import EPOCH, difference, timestamp
from core.wire.sntp import Leap
from levels.loader import load

LEVEL = load("clocks/leap-night").scenario
EVENING = 50 * SECOND


def asked_every_two_seconds(persona="", *, played=True, limit=120 * SECOND):
    """The level's server, laws and par, before a client of the kernel that asks every two seconds."""
    server = next(node for node in LEVEL.nodes if node.name == "server")
    return Scenario(
        "test", {"sntp": PROTOCOL},
        (
            replace(server, parameters={**server.parameters, "epoch": EPOCH}),
            NodeSpec("client", "sntp", "client", {"poll": 2 * SECOND}),
        ),
        default_link=LinkSpec(MILLISECOND), seats={"server": persona} if persona else {},
        player=LEVEL.player if played else (), win=LEVEL.win, lose=LEVEL.lose, par=LEVEL.par, limit=limit,
    )  # fmt: skip


def night(persona="", player=None, limit=120 * SECOND):
    """That world at its end."""
    world = World(asked_every_two_seconds(persona, played=player is not None, limit=limit), player or Book())
    world.run()
    return world


def test_the_book_wins_within_par():
    world = night()
    assert world.outcome.won, world.outcome
    measures = world.measures()
    assert all(measures[par.measure.name] <= par.number for par in LEVEL.par)
    assert measures["jump"] <= 2 * (GENTLY + 1) * MILLISECOND
    assert measures["astray"] == pytest.approx(2 * HALF, abs=10 * MILLISECOND)


@pytest.mark.parametrize(
    ("persona", "law"),
    [
        ("leaps", "server tells nobody of a jump of more than 200 ms"),
        ("warns as well", "no client that leaps when server warns it sees a jump of more than 200 ms"),
        ("too late", "server never tells a time more than 600 ms off UTC"),
        ("forgets the night", "server never tells a time more than 600 ms off UTC"),
    ],
)
def test_every_named_mistake_loses_by_its_own_law(persona, law):
    world = night(persona)
    assert not world.outcome.won
    assert law in world.outcome.reason


@pytest.mark.parametrize("slope", [-STEEPEST, -100, -50, -25, -GENTLY, -5, 0, 5, GENTLY, STEEPEST])
def test_a_slope_that_is_set_at_the_start_and_left_loses(slope):
    """Early is as wrong as late: the second must be half in when midnight comes."""

    assert not night(player=Keeping((("server", SLOPE.name, slope),))).outcome.won


def test_whoever_does_nothing_loses():
    assert not night(player=Idle()).outcome.won


# What is told


def test_rfc5905_7_3_the_warning_is_in_every_answer_until_midnight_and_in_none_after():
    world = night("warns as well", limit=EVENING + 1)
    before = [entry.detail.leap for entry in world.trace if entry.kind == SEND and entry.node == "server"]
    assert before
    assert set(before) == {Leap.LAST_MINUTE_61}
    told = Night(midnight=100, leap=LONGER)
    assert (told.leap_at(99), told.leap_at(100)) == (LONGER, NONE)


def test_rfc8633_3_7_1_a_smearing_server_announces_nothing():
    world = night()
    assert {entry.detail.leap for entry in world.trace if entry.kind == SEND and entry.node == "server"} == {0}


def test_what_is_sent_is_the_clock_less_what_is_in():
    world = night()
    for entry in world.trace:
        if entry.kind == SEND and entry.node == "server":
            behind = difference(timestamp(EPOCH + entry.time), entry.detail.transmit)
            gone = max(0, entry.time - (EVENING - HALF)) * GENTLY // 1000
            assert abs(behind - min(SECOND, gone)) <= 50
    assert behind == SECOND


def test_a_second_goes_in_once_however_long_it_is_bent():
    told = Night(midnight=10 * SECOND, slope=-100)
    assert told.inserted_at(4 * SECOND) == 400 * MILLISECOND
    assert told.inserted_at(40 * SECOND) == SECOND
    assert told.full_at() == 10 * SECOND
    assert replace(told, slope=100).inserted_at(40 * SECOND) == -SECOND
    assert replace(told, slope=100).full_at() is None


def test_how_long_it_is_astray_is_counted_to_the_microsecond():
    told = Night(midnight=5 * SECOND)
    told.pass_to(2 * SECOND)
    assert told.astray == 0
    told.slope = -200
    told.pass_to(4 * SECOND)
    assert (told.astray, told.inserted) == (2 * SECOND, 400 * MILLISECOND)
    told.pass_to(5 * SECOND)
    told.pass_to(30 * SECOND)
    assert (told.astray, told.inserted) == (5 * SECOND, SECOND)
    told.pass_to(40 * SECOND)
    assert told.astray == 5 * SECOND


def test_right_is_who_tells_utc_after_midnight_to_the_millisecond():
    answers = [Told(99, SECOND, NONE), Told(100, SECOND, NONE), Told(101, SECOND - 2 * MILLISECOND, NONE)]
    assert Night(midnight=100, told=answers).right_after == 1
    assert Night(told=answers).right_after == 0


@pytest.mark.parametrize(
    ("leap", "inserted", "minds", "jump"),
    [
        (NONE, 0, False, 0),
        (NONE, SECOND, False, SECOND),
        (NONE, SECOND, True, SECOND),
        (LONGER, SECOND, True, 0),  # both leap at the same moment: so it was meant
        (LONGER, SECOND, False, SECOND),
        (LONGER, 0, True, SECOND),
        (SHORTER, SECOND, True, 2 * SECOND),
    ],
)
def test_rfc5905_7_3_who_minds_the_warning_has_leapt_when_the_next_answer_comes(leap, inserted, minds, jump):
    told = Night(midnight=100, told=[Told(99, 0, leap), Told(101, inserted, NONE)])
    assert told.jump(minds=minds) == jump


def test_a_client_that_minds_it_is_two_seconds_back_where_the_server_bends_too():
    """What the mistake's words say: one second from the bend, one of its own."""
    world = night("warns as well")
    told = world.evidence().machine("server").night
    crossing = next(place for place, answer in enumerate(told.told) if answer.at >= told.midnight)
    assert told.told[crossing].inserted + OWN_LEAP[LONGER] == pytest.approx(1.5 * SECOND, abs=40_000)
    assert SECOND + OWN_LEAP[LONGER] == 2 * SECOND  # once the second is in
    assert "2.0 s" in LEAP.answers[LONGER].words


# Judged


@pytest.mark.parametrize(
    ("now", "slope", "label", "kind"),
    [
        (0, 0, "book", Kind.BOOK), (0, -15, "early", Kind.COSTLY), (0, 15, "wrong way", Kind.WRONG),
        (40, -15, "book", Kind.BOOK), (40, -20, "near", Kind.FINE), (40, 0, "late", Kind.COSTLY),
        (40, -250, "steep", Kind.WRONG),
    ],
)  # fmt: skip
def test_a_slope_is_judged_by_the_hour(now, slope, label, kind):
    server = Server(evening=EVENING, night=Night(midnight=EVENING))
    asked = WorldAsked(None, SLOPE, "server", server, {}, now * SECOND)
    verdict = judge(asked, slope, 0, 0)
    assert (verdict.label, verdict.kind) == (label, kind)


def test_without_such_a_night_nothing_of_it_is_asked():
    for scenario in PROTOCOL.scenarios[:-1]:
        world = World(scenario, Book())
        world.run()
        assert not [given for given in world.answers if given.choice in (LEAP.name, SLOPE.name)]
        assert world.evidence().machine("server").night == Night()
