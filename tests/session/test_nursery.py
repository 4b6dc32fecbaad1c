"""The session's nursery: seats that take their time, taps that take theirs, deadlines, cancellation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
import trio
import trio.lowlevel

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import OneOf
from core.kernel.effects import Key
from core.kernel.protocol import Context, Machine
from core.kernel.scenario import Crash, NodeSpec, PlayerSeat, Scenario
from core.kernel.seats import Book
from core.kernel.world import World, replayed
from core.session import AsyncTap, Lag, Session, for_player, notices


class Slow:
    """A seat that thinks for some seconds and answers by the book, or as it is told to."""

    name = "policy"
    stops = True

    def __init__(self, seconds: float = 0.3, think: Callable[[Asked], Awaitable[Value]] | None = None) -> None:
        self.seconds = seconds
        self.think = think
        self.asked: list[Asked] = []
        self.cancelled = 0
        self.closed = 0

    async def answer(self, asked: Asked) -> Value:
        self.asked.append(asked)
        try:
            if self.think is not None:
                return await self.think(asked)
            await trio.sleep(self.seconds)
        except trio.Cancelled:
            self.cancelled += 1
            raise
        return asked.book

    def close(self) -> None:
        self.closed += 1


def heard(session: Session, kind: type = notices.Notice) -> list:
    told: list = []
    session.tap(lambda notice: told.append(notice) if isinstance(notice, kind) else None)
    return told


def seated(scenario: Scenario, seat: Slow, **settings) -> Session:
    return Session(scenario, seats=for_player(scenario, seat), **settings)


def book_hash(scenario: Scenario) -> str:
    world = World(scenario, player=Book())
    world.run()
    return world.trace_sha256()


async def play_out(session: Session, seconds: float = 600) -> None:
    with trio.fail_after(seconds):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await session.until_over()
            session.close()


async def until(condition: Callable[[], object]) -> None:
    with trio.fail_after(600):
        while not condition():  # noqa: ASYNC110
            await trio.sleep(0.01)


# Standing offers: a node that asks whoever sits there after each of its events

RING = Choice(
    name="echo.ring",
    question="Ring?",
    domain=OneOf((True,), {True: "ring"}),
    book=lambda asked: True if asked.me.rounds % 3 == 0 and asked.me.rung < asked.me.rounds else PASS,
    candidates=lambda asked: (True,),
    inaction=PASS,
    judge=lambda asked, value: "book" if asked.book else "idle",
    answers={"book": Answer(Kind.BOOK, "Right."), "idle": Answer(Kind.COSTLY, "Hm.")},
    source="none",
    standing=True,
)


@dataclass
class Ringer(Machine):
    """Ticks every 100 ms; may be rung at any moment, and answers a ring with a tick of its own."""

    offers = (RING,)
    rounds: int = 0
    rung: int = 0

    def on_start(self, ctx: Context) -> None:
        ctx.set_timer("tick", 100_000)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self.rounds += 1
        ctx.set_timer("tick", 100_000)

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self.rung += 1
        ctx.deliver(f"rung in round {self.rounds}")

    def view(self) -> dict[str, str | int]:
        return {"rounds": self.rounds, "rung": self.rung}


@pytest.fixture
def ringer(server: Scenario) -> Scenario:
    protocol = replace(server.protocols["echo"], roles={"ringer": Ringer}, choices=(RING,))
    return replace(
        server,
        protocols={"echo": protocol},
        nodes=(NodeSpec("tower", "echo", "ringer"),),
        player=(PlayerSeat("tower", ("*",)),),
        win=(),
        par=(),
        limit=1_250_000,
    )


HUSH = replace(
    RING,
    name="echo.hush",
    book=lambda asked: True if asked.me.rounds % 3 == 0 and asked.me.hushed < asked.me.rounds // 3 else PASS,
)


@dataclass
class HushedRinger(Ringer):
    """It has an offer of its own, too, which the book takes up: after the player was asked, not before."""

    offers = (RING, HUSH)
    hushed: int = 0

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice.name == "echo.ring":
            super().on_move(ctx, choice, value)
        else:
            self.hushed += 1
            ctx.deliver(f"hushed in round {self.rounds}")


# The same trace, however it is played


@pytest.mark.parametrize("who", ["server", "client", "ringer"])
async def test_a_seat_that_takes_its_time_plays_the_same_trace_as_one_that_does_not(who, request, autojump_clock):
    scenario = request.getfixturevalue(who)
    want = book_hash(scenario)

    paced = seated(scenario, Slow())
    started = trio.current_time()
    await play_out(paced)
    assert trio.current_time() - started > 1.0
    assert paced.world.trace_sha256() == want
    assert {given.how for given in paced.world.answers} == {"move" if who == "ringer" else "answer"}

    unpaced = seated(scenario, Slow(0.0), paused=True)
    unpaced.to_question()
    started = trio.current_time()
    await play_out(unpaced)
    assert trio.current_time() - started < 1.0
    assert unpaced.world.trace_sha256() == want

    # Killed after any answer, and gone on with from those that were given by then.
    for given in range(len(paced.world.answers)):
        cut = seated(scenario, Slow())
        async with trio.open_nursery() as nursery:
            nursery.start_soon(cut.run)
            await until(lambda cut=cut, given=given: len(cut.world.answers) >= given)
            nursery.cancel_scope.cancel()
        answers, rows = list(cut.world.answers), [tuple(row) for row in cut.world.trace.rows]
        assert len(answers) == given
        assert paced.world.answers[:given] == answers
        assert [tuple(row) for row in paced.world.trace.rows][: len(rows)] == rows
        again = seated(scenario, Slow(), answers=answers)
        await play_out(again)
        assert again.world.trace_sha256() == want
    assert replayed(scenario, paced.world.answers).trace_sha256() == want


async def test_the_order_of_offers_is_an_automated_seats(ringer, autojump_clock):
    protocol = replace(ringer.protocols["echo"], roles={"ringer": HushedRinger}, choices=(RING, HUSH))
    scenario = replace(ringer, protocols={"echo": protocol}, player=(PlayerSeat("tower", ("echo.ring",)),))
    session = seated(scenario, Slow())
    await play_out(session)
    assert "hushed in round 3" in session.world.nodes["tower"].delivered
    assert session.world.trace_sha256() == book_hash(scenario)


async def test_cancelled_after_any_event_the_trace_is_a_prefix(client, autojump_clock, monkeypatch):
    monkeypatch.setattr("core.session.pump.SLICE", -1.0)  # the pump naps after every single event
    whole = seated(client, Slow(0.001))
    await play_out(whole)
    rows = [tuple(row) for row in whole.world.trace.rows]
    before = trio.lowlevel.current_statistics().tasks_living
    lengths = set()
    for milliseconds in range(150):
        session = seated(client, Slow(0.001))
        session.to_question()
        with trio.move_on_after(milliseconds / 1000):
            await session.run()
        assert trio.lowlevel.current_statistics().tasks_living == before
        cut = session.world
        mine = [tuple(row) for row in cut.trace.rows]
        assert mine == rows[: len(mine)]
        lengths.add(len(mine))
        assert replayed(client, cut.answers, until=cut.count).trace_sha256() == cut.trace_sha256()
    assert len(lengths) > 8


async def test_a_session_runs_again_after_it_was_cancelled(server, autojump_clock):
    seat = Slow()
    session = seated(server, seat)
    with trio.move_on_after(1.5):
        await session.run()
    assert seat.closed == 1
    assert not session.over
    await play_out(session)
    assert session.world.trace_sha256() == book_hash(server)


# Seats


async def test_the_screen_is_told_who_thinks_and_is_not_asked_itself(server, autojump_clock):
    session = seated(server, Slow(5.0))
    told = heard(session, notices.Asked)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await trio.sleep(2)
        assert session.waiting == "seat"
        assert session.question is None
        assert len(session.world.questions) == 1
        assert session.offers() == []
        session.close()
    assert not told


async def test_a_paused_seat_is_not_asked_until_the_clock_runs_or_a_step_is_made(server, autojump_clock):
    seat = Slow(0.1)
    session = seated(server, seat, paused=True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        while not session.world.questions:
            session.step()
        await trio.sleep(5)
        assert not seat.asked
        assert session.waiting == "paused"
        assert session.step()
        await trio.sleep(5)
        assert len(seat.asked) == 1
        assert len(session.world.answers) == 1
        session.resume()
        await session.until_over()
        session.close()
    assert session.world.trace_sha256() == book_hash(server)


def hurried(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """The client's patience is asked for with a deadline of 100 ms; inaction is 300 ms."""
    import core.protocols.premise.echo as echo

    choice = replace(echo.PATIENCE, deadline=lambda asked: 100_000, inaction=300_000)
    monkeypatch.setattr(echo, "PATIENCE", choice)
    protocol = replace(scenario.protocols["echo"], choices=(echo.NUMBER, choice))
    return replace(scenario, protocols={"echo": protocol}, network=None)


async def test_a_deadline_cancels_the_seat_that_waits(client, autojump_clock, monkeypatch):
    seat = Slow(3600)
    seat.stops = False
    session = seated(hurried(client, monkeypatch), seat)
    told = heard(session, notices.Expired)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        with trio.fail_after(60):
            await until(lambda: told)
        await trio.lowlevel.checkpoint()
        assert seat.cancelled == 1
        assert told[0].value == 300_000
        assert session.world.now < 1_000_000
        session.close()
    assert not session.world.answers


async def test_a_script_has_the_worlds_time_even_where_there_is_a_deadline(client, autojump_clock, monkeypatch):
    scenario = hurried(client, monkeypatch)
    session = seated(scenario, Slow(30))
    told = heard(session, notices.Expired)
    await play_out(session, 3600)
    assert not told
    assert session.world.trace_sha256() == book_hash(scenario)


async def test_a_crash_cancels_the_seat_that_waits(server, autojump_clock):
    def crashing(at: int) -> Scenario:
        return replace(server, happenings=(Crash(at, "server", 5_000_000),))

    seat = Slow(0.0)
    probe = seated(server, seat)
    while not probe.world.questions:
        probe.step()
    # The crash comes while the server is asked: a person elsewhere does not stop the world where there is a deadline.
    number = server.protocols["echo"].choice("echo.number")
    patient = replace(number, deadline=lambda asked: 60_000_000)
    import core.protocols.premise.echo as echo

    original, echo.NUMBER = echo.NUMBER, patient
    try:
        scenario = crashing(probe.world.now + 50_000)
        scenario = replace(scenario, protocols={"echo": replace(server.protocols["echo"], choices=(patient,))})
        seat = Slow(3600)
        seat.stops = False
        session = seated(scenario, seat)
        told = heard(session, notices.Withdrawn)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            with trio.fail_after(60):
                await until(lambda: told)
            await trio.lowlevel.checkpoint()
            assert seat.cancelled == 1
            session.close()
    finally:
        echo.NUMBER = original


@pytest.mark.parametrize("how", ["back", "restart", "answered", "taken over", "closed"])
async def test_whatever_takes_the_question_away_cancels_the_seat(server, how, autojump_clock):
    seat = Slow(3600)
    session = seated(server, seat)
    asked = heard(session, notices.Asked)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await trio.sleep(5)
        assert len(seat.asked) == 1
        if how == "back":
            assert session.back()
        elif how == "restart":
            session.restart()
            session.pause()
        elif how == "answered":
            session.answer(1, session.world.questions[0])
            session.pause()
        elif how == "taken over":
            session.take_over()
            assert session.question is not None
            assert len(asked) == 1
        else:
            session.close()
        await trio.sleep(0.01)
        assert seat.cancelled == 1
        assert len(seat.asked) == 1
        session.close()
    assert not session.troubles


async def test_after_going_back_the_seat_plays_on_along_the_same_line(ringer, server, autojump_clock):
    for scenario in (server, ringer):
        session = seated(scenario, Slow(0.0))
        await play_out(session)
        session = seated(scenario, Slow(0.0))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await until(lambda session=session: len(session.world.answers) >= 3)
            for _ in range(4):
                assert session.back()
            session.resume()
            await session.until_over()
            session.close()
        assert session.world.trace_sha256() == book_hash(scenario)
        assert len(session.branches) == 1


async def failing(asked: Asked) -> Value:
    await trio.sleep(0.1)
    raise RuntimeError("no idea")


async def impossible(asked: Asked) -> Value:
    return -7


@pytest.mark.parametrize(("think", "words"), [(failing, "RuntimeError: no idea"), (impossible, "-7 is no answer")])
async def test_a_seat_that_fails_is_told_once_and_the_person_plays_on(server, think, words, autojump_clock):
    seat = Slow(think=think)
    session = seated(server, seat)
    told = heard(session)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        with trio.fail_after(60):
            while not session.over:
                if session.question is not None:
                    session.answer(session.question.asked.book)
                await trio.sleep(0.05)
        session.close()
    troubles = [notice for notice in told if isinstance(notice, notices.Trouble)]
    assert len(troubles) == 1
    assert troubles[0].who == "policy"
    assert words in troubles[0].words
    assert troubles[0].error is not None
    assert session.troubles == troubles
    assert len(seat.asked) == 1
    assert seat.closed
    assert [notice for notice in told if isinstance(notice, notices.Asked)]
    assert session.world.trace_sha256() == book_hash(server)


async def test_a_seat_that_fails_over_an_offer_leaves_the_moves_to_the_person(ringer, autojump_clock):
    session = seated(ringer, Slow(think=failing))
    await play_out(session)
    assert [trouble.who for trouble in session.troubles] == ["policy"]
    assert session.over
    assert not session.world.answers


async def test_an_answer_that_breaks_the_engine_does_not_pass_for_the_seats_fault(server, autojump_clock, monkeypatch):
    def broken(self, value, question=None):
        raise ZeroDivisionError("the engine's own")

    session = seated(server, Slow())
    monkeypatch.setattr(World, "answer", broken)
    with pytest.raises(ZeroDivisionError, match="own"):
        await session.run()
    assert not session.troubles


# Taps


async def test_a_tap_gets_all_in_order_and_what_is_told_before_the_session_runs(server, autojump_clock):
    session = seated(server, Slow(0.0))
    plain = heard(session)
    taken: list = []

    async def take(notice):
        await trio.sleep(0.02)
        taken.append(notice)

    session.attach(AsyncTap("notes", lambda notice: notice, take))
    session.set_speed(8)
    await play_out(session)
    assert len(taken) == len(plain) > 20
    assert all(mine is theirs for mine, theirs in zip(taken, plain, strict=True))


async def test_the_world_waits_for_a_tap_that_may_lose_nothing(server, autojump_clock):
    session = seated(server, Slow(0.0))
    plain = heard(session, notices.Answered)
    taken: list = []
    behind = 0

    async def take(notice):
        nonlocal behind
        await trio.sleep(3)
        taken.append(notice)
        behind = max(behind, len(plain) - len(taken))

    tap = AsyncTap("recorder", lambda n: n if isinstance(n, notices.Answered) else None, take, room=1)
    session.attach(tap)
    told = heard(session, notices.Trouble)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await session.until_over()
        await until(lambda: not tap.pending)
        session.close()
    assert taken == plain
    assert len(taken) == 6
    assert behind <= 3  # one at hand, one in the channel, one for which the world waits
    assert tap.missed == 0
    assert [trouble.who for trouble in told] == ["recorder"]
    assert "slow" in told[0].words
    assert session.world.trace_sha256() == book_hash(server)


async def test_a_screen_that_lags_gets_the_newest(server, autojump_clock):
    session = seated(server, Slow(0.0))
    plain = heard(session, notices.Answered)
    taken: list = []

    async def take(notice):
        await trio.sleep(2)
        taken.append(notice)

    tap = AsyncTap(
        "screen", lambda n: n if isinstance(n, notices.Answered) else None, take, lag=Lag.NEWEST, room=2
    )  # fmt: skip
    session.attach(tap)
    started = trio.current_time()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        session.to_question()
        await session.until_over()
        assert trio.current_time() - started < 2  # nobody waited for it
        await until(lambda: not tap.pending)
        session.close()
    assert tap.missed == 6 - len(taken) > 0
    assert taken[-2:] == plain[-2:]
    assert not session.troubles


async def test_a_tap_that_fails_is_told_once_and_the_level_goes_on(server, autojump_clock):
    session = seated(server, Slow(0.0))
    told = heard(session, notices.Trouble)
    calls = 0

    async def take(notice):
        nonlocal calls
        calls += 1
        raise OSError(28, "No space left on device")

    session.attach(AsyncTap("recorder", lambda notice: notice, take))
    await play_out(session)
    assert calls == 1
    assert [(trouble.who, "No space left" in trouble.words) for trouble in told] == [("recorder", True)]
    assert session.world.trace_sha256() == book_hash(server)


async def test_a_callback_that_fails_is_told_once_and_still_called(server, autojump_clock):
    session = seated(server, Slow(0.0))
    calls = 0

    def broken(notice):
        nonlocal calls
        calls += 1
        raise KeyError("oops")

    session.tap(broken)
    told = heard(session, notices.Trouble)
    await play_out(session)
    assert calls > 10
    assert len(told) == len(session.troubles) == 1
    assert "KeyError" in told[0].words
    assert session.world.trace_sha256() == book_hash(server)


async def test_what_a_tap_did_not_take_is_left_when_the_session_is_cancelled(server, autojump_clock):
    session = seated(server, Slow(0.0))
    plain = heard(session, notices.Answered)
    taken: list = []

    async def take(notice):
        await trio.sleep(0.4)
        taken.append(notice)

    tap = AsyncTap("recorder", lambda n: n if isinstance(n, notices.Answered) else None, take, room=1)
    session.attach(tap)
    session.to_question()
    before = trio.lowlevel.current_statistics().tasks_living
    with trio.move_on_after(1.0):
        await session.run()
    assert trio.lowlevel.current_statistics().tasks_living == before
    assert 0 < len(taken) < len(plain)
    assert taken + tap.rest() == plain


async def test_a_tap_that_goes_before_its_task_has_begun_is_no_trouble(server, autojump_clock):
    """Whoever detaches it (a screen that closes) may come between two turns of trio's."""

    class Leaving(trio.abc.Instrument):
        def task_spawned(self, task: trio.lowlevel.Task) -> None:
            if task.name == "notes":
                detach()

    async def take(notice: notices.Notice) -> None:
        raise AssertionError("it has gone")

    session = Session(server, policy=Book())
    detach = session.attach(AsyncTap("notes", lambda notice: notice, take))
    trio.lowlevel.add_instrument(leaving := Leaving())
    try:
        await play_out(session)
    finally:
        trio.lowlevel.remove_instrument(leaving)
    assert session.over
    assert session.troubles == []


async def test_a_tap_that_leaves_is_told_no_more(server, autojump_clock):
    session = seated(server, Slow(0.0))
    taken: list = []

    async def take(notice):
        taken.append(notice)

    detach = session.attach(AsyncTap("notes", lambda notice: notice, take))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await trio.sleep(0.5)
        detach()
        count = len(taken)
        assert count
        await session.until_over()
        session.close()
    assert len(taken) == count


async def test_cancellation_leaves_no_task_while_seats_and_taps_are_at_work(server, autojump_clock):
    before = trio.lowlevel.current_statistics().tasks_living
    for moment in (0.0, 0.8, 1.2, 3.0):
        session = seated(server, Slow(3600))

        async def take(notice):
            await trio.sleep(3600)

        session.attach(AsyncTap("notes", lambda notice: notice, take, room=1))
        session.attach(AsyncTap("screen", lambda notice: notice, take, lag=Lag.NEWEST, room=1))
        with trio.move_on_after(moment):
            await session.run()
        assert trio.lowlevel.current_statistics().tasks_living == before
        # And it can be read and played on by hand.
        session.take_over()
        session.pause()
        while session.question is None:
            session.step()
        session.answer(session.question.asked.book)
        assert session.world.answers
