"""Nobody waits for the end of what the network's hand can change no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from core.kernel.choice import PASS
from core.session import Session
from core.session.pace import Pace
from core.session.stillness import GRACE, HASTE, Stillness, Vain, idle, is_over, stillness
from levels.loader import load
from tui.bridge import session_of

Clock = trio.testing.MockClock


def wrong_turn(act: str = "") -> Session:
    return session_of(load(f"premise/wrong-turn{act}"))


def take(session: Session, place: int) -> None:
    session.move("network.take", session.world.hand.tiles()[place].name)
    session.resume()


@asynccontextmanager
async def running(session: Session) -> AsyncIterator[None]:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        yield
        session.close()


async def seconds_to(session: Session, time: int) -> float:
    """Screen seconds until the world has come to this time (µs), or is over."""
    began = trio.current_time()
    while session.world.now < time and not session.over:  # noqa: ASYNC110 - the pump has no event for a time
        await trio.sleep(0.05)
    return trio.current_time() - began


def test_before_the_first_act_there_is_all_to_do() -> None:
    assert stillness(wrong_turn().world) is None


async def test_what_is_held_alone_has_its_time_and_then_the_rest_passes_fast(autojump_clock: Clock) -> None:
    """Of four the second is taken: let go of it later, the rover falls."""
    session = wrong_turn("#2")
    arrived = session.world.hand.tiles()[-1].time
    take(session, 1)
    assert stillness(session.world) is None, "others are on their way"
    async with running(session):
        began = session.world.now
        assert await seconds_to(session, arrived) == pytest.approx((arrived - began) / 1e6, abs=0.2), "not hurried"
        await trio.sleep(0.1)
        assert stillness(session.world) is Stillness.HOLDING
        await trio.sleep(3.0)
        assert not session.over
    assert session.world.now == pytest.approx(arrived + 3_100_000, abs=200_000)


async def test_what_is_held_in_vain_is_not_waited_for(autojump_clock: Clock) -> None:
    """Of four the last is taken: held or let go of, it makes nobody fall, and nothing else is left to be done."""
    session = wrong_turn()
    arrived = session.world.hand.tiles()[-2].time
    take(session, -1)
    async with running(session):
        await seconds_to(session, arrived)
        await trio.sleep(0.1)
        assert stillness(session.world) is Stillness.HOLDING
        assert await seconds_to(session, session.scenario.limit) < 2.5
    assert session.over


@pytest.mark.parametrize(
    ("act", "place", "vain"), [("", 3, True), ("#2", 0, False), ("#2", 1, False), ("#2", 3, True), ("#3", 3, False)]
)
def test_held_in_vain_is_what_wins_at_no_time_and_where_nothing_else_can_be_done(
    act: str, place: int, vain: bool
) -> None:
    """Of the third act any number may be taken: what is let go of there can be taken again."""
    session = wrong_turn(act)
    take(session, place)
    while stillness(session.world) is not Stillness.HOLDING:
        assert session.step()
    before, found = session.world.count, Vain()
    assert [found.look(session.world) for _ in range(20)][-1] is vain
    assert session.world.count == before
    session.move("network.let_go", session.world.hand.pockets()[0].name)
    assert not found.look(session.world), "something was done: it is found out anew"


async def test_the_one_take_of_two_truths_wasted_leaves_no_dead_seconds(autojump_clock: Clock) -> None:
    """Each of three silences was waited out for six seconds."""
    session = session_of(load("ring/two-truths"), paused=True)
    session.move("network.take", session.world.hand.tiles()[0].name)
    session.resume()
    async with running(session):
        assert await seconds_to(session, session.scenario.limit) < 30
    assert session.outcome is not None
    assert not session.outcome.won


async def test_where_all_stands_still_the_end_is_near(autojump_clock: Clock) -> None:
    session = wrong_turn("#2")
    take(session, 0)
    async with running(session):
        last = session.world.hand.tiles()[-1].time
        await seconds_to(session, last)
        rest = await seconds_to(session, session.scenario.limit)
    assert session.over
    assert rest < (session.scenario.limit - last) / 1e6


async def test_when_all_is_let_go_what_is_under_way_comes_in_twice_as_fast(autojump_clock: Clock) -> None:
    session = wrong_turn("#2")
    take(session, 1)
    async with running(session):
        await trio.sleep(1)
        session.move("network.let_go", session.world.hand.pockets()[0].name)
        assert stillness(session.world) is Stillness.WATCHING
        began = session.world.now
        await trio.sleep(1)
        assert session.world.now - began == pytest.approx(HASTE * 1e6, rel=0.1)


async def test_after_the_last_act_there_is_but_to_watch_and_then_nothing(autojump_clock: Clock) -> None:
    session = session_of(load("premise/show-and-tell"))
    session.move("network.copy", session.world.hand.tiles()[0].name)
    session.resume()
    seen = []
    async with running(session):
        while not session.over:
            seen.append((stillness(session.world), is_over(session.world)))
            await trio.sleep(0.05)
    assert seen[-1] == (Stillness.QUIET, True), "what is over says nothing more"
    assert seen.count((Stillness.QUIET, True)) < 40


def test_a_grace_shortens_a_silence_where_the_level_shortens_none() -> None:
    scenario = load("premise/wrong-turn").scenario
    pace = Pace(1_000_000, scenario)
    assert pace.passed(20.0) == 20_000_000
    assert pace.passed(6.0, GRACE[Stillness.HOLDING]) == 6_000_000
    assert pace.passed(7.0, GRACE[Stillness.HOLDING]) > 100_000_000
    for passed in (1e6, 5e6, 9e6, 1e9):
        for grace in (None, 0.8, 6.0):
            assert pace.passed(pace.seconds(passed, grace), grace) == pytest.approx(passed)


def test_alarms_that_run_and_acts_elsewhere_are_waited_for() -> None:
    """In two kings the held word is let go of against a running alarm."""
    session = session_of(load("crown/make-two-kings"))
    hand = session.world.hand
    while hand.tiles():
        session.move("network.take", hand.tiles()[0].name)
        if len(hand.held) == session.scenario.hand.pockets:
            break
    session.run_to(session.world.now + 100_000)
    assert hand.held
    assert hand.fuses()
    assert stillness(session.world) is not Stillness.HOLDING


def rover(**settings: int) -> Session:
    session = session_of(load("premise/did-you-get-it#2"))
    for name, value in settings.items():
        session.keep(f"arq.{name}", value, "earth")
    return session


async def test_who_has_no_move_left_does_not_wait_out_the_limit(autojump_clock: Clock) -> None:
    """Whoever always goes on has sent every arrow after half a minute: one is missing, and there is nothing to do."""
    session = rover(bits=1)
    session.resume()
    async with running(session):
        while not session.over and idle(session.world, session.sight) is None:
            if session.stands_for_move:
                asked = max(session.offers(), key=lambda asked: asked.choice.name)  # next, as long as there is a next
                session.move(asked.choice.name, next(one for one in asked.candidates if one is not PASS), "earth")
            await trio.sleep(0.2)
        assert session.world.now < 40_000_000
        assert await seconds_to(session, session.scenario.limit) < 6
    assert session.over


def test_idle_is_nobody_who_can_move_or_waits_by_an_alarm() -> None:
    session = rover()
    session.run_to(0)
    assert idle(session.world, session.sight) is None, "the first arrow is to be sent"
    session.move("arq.next", "next", "earth")
    assert idle(session.world, session.sight) is None, "it is under way, and a candle burns"
    hand = session_of(load("premise/wrong-turn"))
    assert idle(hand.world, hand.sight) is None, "the hand's stillness is another"


async def test_who_reads_while_a_move_is_due_does_not_lose_by_the_clock(autojump_clock: Clock) -> None:
    """Two tapes stops for its first question; whoever lets the clock run all the same has minutes, and no seconds."""
    session = session_of(load("premise/two-tapes"))
    session.resume()
    async with running(session):
        while not session.stands_for_move:  # noqa: ASYNC110 - the pump has no event for it
            await trio.sleep(0.1)
        session.toggle()
        began = session.world.now
        await trio.sleep(60)
        assert not session.over
        assert session.world.now - began < 1_000_000


async def test_a_second_row_that_waits_by_an_alarm_is_not_over(autojump_clock: Clock) -> None:
    """In the second trap the first row is quiet long before the other repeats what it lost."""
    session = session_of(load("premise/show-and-tell#3"))
    session.move("network.lose", session.world.hand.tiles()[3].name)
    session.resume()
    over = []
    async with running(session):
        while not session.over:
            if is_over(session.world):
                over.append(session.world.sides[0].world.next_time())
            await trio.sleep(0.05)
    assert session.world.outcome.won
    assert all(time is None or time >= session.scenario.limit for time in over)
