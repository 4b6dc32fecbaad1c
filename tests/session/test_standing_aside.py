"""A key press goes first: the pump stands aside, and the world catches up."""

from __future__ import annotations

from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
import trio
import trio.testing

from core.kernel.seats import Book
from core.kernel.world import World
from core.session import Session
from core.session.pump import ASIDE, SLICE


@asynccontextmanager
async def two_at_play(scenario, monkeypatch):
    """Two sessions of a scenario side by side; for them the time between events is the test's own."""
    monkeypatch.setattr("core.session.pump.time", SimpleNamespace(perf_counter=trio.current_time))
    sessions = [Session(scenario, policy=Book(), pace=100_000) for _ in range(2)]
    async with trio.open_nursery() as nursery:
        for session in sessions:
            nursery.start_soon(session.run)
        yield sessions
        for session in sessions:
            session.close()


async def test_the_pump_stands_aside_and_the_world_catches_up(client, autojump_clock, monkeypatch):
    async with two_at_play(client, monkeypatch) as (session, other):
        await trio.sleep(0.2)
        assert session.aside <= 0
        others = other.world.now
        for _ in range(50):
            before = session.world.now
            session.stand_aside()
            assert session.aside == pytest.approx(ASIDE)
            await trio.sleep(ASIDE * 0.9)
            assert session.world.now == before
            await trio.sleep(ASIDE * 0.1 + SLICE * 1.5)
        assert session.aside < 0
        assert other.world.now > others
        # What it did not do meanwhile it has done: both clocks show what the time on the screen says.
        assert abs(session.world.now - other.world.now) <= 100_000 / 30 + 1
        assert session.world.now > before


async def test_who_types_without_end_does_not_stop_the_world(client, autojump_clock, monkeypatch):
    async with two_at_play(client, monkeypatch) as (session, other):
        for _ in range(1000):
            session.stand_aside()
            await trio.sleep(SLICE / 2)
        assert session.world.now > 40_000
        assert abs(session.world.now - other.world.now) <= 100_000 / 30 + 1


async def test_a_slice_at_work_ends_with_the_event_at_hand(client, autojump_clock, monkeypatch, nursery):
    monkeypatch.setattr("core.session.pump.time", SimpleNamespace(perf_counter=trio.current_time))
    monkeypatch.setattr("core.session.pump.SLICE", 60.0)
    session = Session(client, policy=Book())
    session.to_question()  # in one slice, if nobody comes
    counts = []
    step = World.step

    def key_comes_at_the_fifth(world: World) -> bool:
        went = step(world)
        if world.count == 5 and not counts:
            session.stand_aside()
            counts.append(world.count)
        return went

    monkeypatch.setattr(World, "step", key_comes_at_the_fifth)
    nursery.start_soon(session.run)
    await trio.testing.wait_all_tasks_blocked()
    assert session.world.count == 5
    await trio.sleep(0.01)  # and is soon gone on with
    assert session.over
    session.close()
