"""Trio as a guest: it starts, stops, restarts and fails without leaving anything behind in the thread."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
from textual.pilot import Pilot

from tests.patience import ENOUGH, until
from tests.tui.helpers import drive, make_app
from tui.guest import GuestHost, GuestJob


async def _nothing() -> None:
    await trio.lowlevel.checkpoint()


@pytest.fixture(autouse=True)
def thread_is_clean() -> None:
    """Fail here, and not in some later test, if the test before left a guest behind."""
    trio.run(_nothing)


def host_test(body: Callable[[GuestHost], Awaitable[None]]) -> list[tuple[str, BaseException]]:
    """Run `body` with a host on a fresh event loop; return the crashes it was told of."""
    crashes: list[tuple[str, BaseException]] = []

    async def run() -> None:
        host = GuestHost(lambda job, error: crashes.append((job.name, error)))
        try:
            await body(host)
        finally:
            await asyncio.wait_for(host.stop(), ENOUGH)
        assert not host.running

    asyncio.run(run())
    trio.run(_nothing)
    return crashes


def test_jobs_run_side_by_side_and_end_one_by_one() -> None:
    log: list[str] = []

    async def body(host: GuestHost) -> None:
        def make(name: str) -> Callable[[], Awaitable[None]]:
            async def main() -> None:
                log.append(f"{name} begins")
                try:
                    await trio.sleep_forever()
                finally:
                    log.append(f"{name} ends")

            return main

        one, two = host.start(make("one"), name="one"), host.start(make("two"), name="two")
        await until(lambda: len(log) == 2)
        assert sorted(log) == ["one begins", "two begins"]
        one.cancel()
        await asyncio.wait_for(one.wait(), ENOUGH)
        assert log[2:] == ["one ends"]
        assert (one.done, two.done) == (True, False)
        assert host.jobs == (two,)

    assert host_test(body) == []
    assert log[3:] == ["two ends"]


def test_a_crash_is_told_and_leaves_the_other_jobs_running() -> None:
    async def body(host: GuestHost) -> None:
        async def bad() -> None:
            await trio.lowlevel.checkpoint()
            raise ValueError("bad")

        good = host.start(trio.sleep_forever, name="good")
        crashed = host.start(bad, name="bad")
        await asyncio.wait_for(crashed.wait(), ENOUGH)
        assert isinstance(crashed.error, ValueError)
        assert not good.done

    ((name, error),) = host_test(body)
    assert name == "bad"
    assert str(error) == "bad"


def test_a_job_that_fails_while_it_is_being_stopped_is_told_too() -> None:
    async def body(host: GuestHost) -> None:
        async def main() -> None:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(trio.sleep_forever)
                begun.append(True)
                try:
                    await trio.sleep_forever()
                finally:
                    raise ValueError("in the clean-up")

        host.start(main)
        await until(lambda: begun)

    begun: list[bool] = []
    ((_, error),) = host_test(body)
    assert isinstance(error, BaseExceptionGroup)
    assert error.subgroup(ValueError) is not None
    assert error.subgroup(trio.Cancelled) is None


def test_stopping_twice_before_the_start_and_starting_again() -> None:
    async def body(host: GuestHost) -> None:
        await host.stop()
        for _ in range(2):
            job = host.start(trio.sleep_forever)
            await host.stop()  # before trio has run at all
            await host.stop()
            assert job.done
            await asyncio.wait_for(job.wait(), ENOUGH)

    assert host_test(body) == []


def test_a_start_that_fails_hangs_nothing() -> None:
    async def body(host: GuestHost) -> None:
        other = GuestHost(lambda job, error: None)
        host.start(trio.sleep_forever)
        await asyncio.sleep(0.01)
        with pytest.raises(RuntimeError, match="inside"):
            other.start(trio.sleep_forever)  # the thread has a trio already
        assert not other.running
        await asyncio.wait_for(other.stop(), ENOUGH)

    assert host_test(body) == []


def test_the_app_stops_the_guest_when_it_is_left(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    log: list[str] = []

    async def main() -> None:
        try:
            app.screen.add_class("from-trio")
            await trio.sleep_forever()
        finally:
            log.append("ended")

    async def steps(pilot: Pilot[None]) -> None:
        app.host.start(main)
        await pilot.pause(0.05)
        await pilot.press("q")

    drive(app, steps)
    assert log == ["ended"]
    trio.run(_nothing)


@pytest.mark.parametrize("where", ["engine", "screen"])
def test_a_crash_writes_a_report_and_stops_the_guest(tmp_path: Path, where: str) -> None:
    app = make_app(tmp_path)
    app.crash_context["seed"] = 4711
    jobs: list[GuestJob] = []

    async def bad() -> None:
        await trio.lowlevel.checkpoint()
        raise ZeroDivisionError("in the [engine]")

    def fail() -> None:
        raise ZeroDivisionError("in the [screen]")

    async def steps(pilot: Pilot[None]) -> None:
        jobs.append(app.host.start(trio.sleep_forever))
        if where == "engine":
            app.host.start(bad, name="session")
        else:
            app.call_later(fail)
        await until(lambda: app.crash_note is not None)

    with pytest.raises(BaseException) as caught:
        drive(app, steps)
    group = caught.value
    assert isinstance(group, ZeroDivisionError) or (
        isinstance(group, BaseExceptionGroup) and group.subgroup(ZeroDivisionError)
    )
    assert app.crash_note is not None
    assert jobs[0].done
    trio.run(_nothing)
    (report,) = (tmp_path / "reports").iterdir()
    text = report.read_text()
    assert f"ZeroDivisionError: in the [{where}]" in text
    assert "Traceback" in text
    for line in ("seed: 4711", "textual: ", "trio: ", "python: ", "size: 80x24"):
        assert line in text
