"""Trio as a guest on Textual's event loop.

One guest lives as long as the app and runs any number of jobs, one a level being played. Both loops share one thread,
so a job may call widgets' plain methods and `post_message`, and Textual's handlers may call `cancel` and trio's
`send_nowait`; neither may await the other's futures.

    job = app.host.start(session.run, name="session")   # in a handler of Textual's
    job.cancel()
    await job.wait()                                     # in Textual; the session's own `finally` blocks have run

A job that raises does not bring down the others: its error goes to `on_crash`.

Trio is imported when the first job starts, so that the title screen does not wait for it.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import outcome
    import trio

AsyncMain = Callable[[], Awaitable[None]]
OnCrash = Callable[["GuestJob", BaseException], None]


class GuestJob:
    """One async function running under trio. `error` is what it raised, once `done`."""

    def __init__(self, main: AsyncMain, name: str, loop: asyncio.AbstractEventLoop, scope: trio.CancelScope) -> None:
        self.name = name
        self.error: BaseException | None = None
        self._main = main
        self._scope = scope
        self._ended: asyncio.Future[None] = loop.create_future()
        # The widgets that the job talks to find their app in the context of whoever started it, not of whoever started
        # the guest.
        self._context = contextvars.copy_context()

    @property
    def done(self) -> bool:
        """Whether the job has ended, in whatever way."""
        return self._ended.done()

    def cancel(self) -> None:
        """Ask the job to end at its next checkpoint. Harmless when it has ended."""
        self._scope.cancel()

    async def wait(self) -> None:
        """Wait, in Textual, until the job has ended. Does not raise the job's error."""
        await asyncio.shield(self._ended)

    def _end(self, error: BaseException | None) -> None:
        if not self._ended.done():
            self.error = error
            self._ended.set_result(None)


class GuestHost:
    """Starts trio jobs from Textual, and stops them all. `stop` must be awaited before the event loop closes."""

    def __init__(self, on_crash: OnCrash) -> None:
        self._on_crash = on_crash
        self._done: asyncio.Future[outcome.Outcome[None]] | None = None
        self._scope: trio.CancelScope | None = None
        self._inbox: trio.MemorySendChannel[GuestJob] | None = None
        self._jobs: list[GuestJob] = []

    @property
    def running(self) -> bool:
        """Whether a trio guest is alive in this thread because of this host."""
        return self._done is not None and not self._done.done()

    @property
    def jobs(self) -> tuple[GuestJob, ...]:
        """The jobs that have not ended."""
        return tuple(job for job in self._jobs if not job.done)

    def start(self, main: AsyncMain, *, name: str = "session") -> GuestJob:
        """Run `main` under trio, beside any job already running.

        Raises RuntimeError if this thread already runs trio by other means, or no event loop is running.
        """
        import trio

        if not self.running:
            self._start_guest()
        assert self._inbox is not None
        job = GuestJob(main, name, asyncio.get_running_loop(), trio.CancelScope())
        self._jobs = [*self.jobs, job]
        self._inbox.send_nowait(job)
        return job

    async def stop(self) -> None:
        """Cancel every job and wait until trio has let go of the thread. May be called twice, or without a start."""
        if self._done is None:
            return
        if self._scope is not None and not self._done.done():
            self._scope.cancel()
        # Shielded: an abandoned guest poisons every later trio run of this process.
        result = await asyncio.shield(self._done)
        self._done = self._scope = self._inbox = None
        for job in self._jobs:
            job._end(None)  # one that was cancelled before it began
        self._jobs = []
        result.unwrap()

    def _start_guest(self) -> None:
        import trio

        loop = asyncio.get_running_loop()
        done: asyncio.Future[outcome.Outcome[None]] = loop.create_future()
        scope = trio.CancelScope()
        send, receive = trio.open_memory_channel[GuestJob](float("inf"))

        async def root() -> None:
            with scope:
                async with trio.open_nursery() as nursery, receive:
                    async for job in receive:
                        job._context.run(nursery.start_soon, self._run, job)

        def ended(result: outcome.Outcome[None]) -> None:
            if not done.done():
                done.set_result(result)

        trio.lowlevel.start_guest_run(
            root,
            done_callback=ended,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            run_sync_soon_not_threadsafe=loop.call_soon,
            host_uses_signal_set_wakeup_fd=True,  # asyncio owns it
        )
        # Set only now: a start that failed leaves nothing for `stop` to wait for.
        self._done, self._scope, self._inbox = done, scope, send

    async def _run(self, job: GuestJob) -> None:
        import trio

        try:
            with job._scope:
                await job._main()
        except trio.Cancelled:  # the whole host is stopping
            job._end(None)
            raise
        except BaseExceptionGroup as group:  # a nursery that was stopping, and failed while it did
            stopping, errors = group.split(trio.Cancelled)
            self._crashed(job, errors)
            if stopping is not None:
                raise stopping from None
        except Exception as error:
            self._crashed(job, error)
        else:
            job._end(None)

    def _crashed(self, job: GuestJob, error: BaseException | None) -> None:
        job._end(error)
        if error is not None:
            self._on_crash(job, error)
