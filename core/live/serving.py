"""A live world at work for as long as somebody is there: until it is done, told to end, or out of patience."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable

import trio

from core.live.seam import Live


async def serve(
    live: Live,
    *,
    patience: float | None = None,
    done: Callable[[], bool] | None = None,
    beside: Callable[[], Awaitable[object]] | None = None,
    ready: Callable[[], object] | None = None,
    up: Callable[[], bool] | None = None,
    began: float | None = None,
) -> None:
    """Run a live world and its ports until `done` holds, until `beside` returns, until a signal to end (Ctrl-C), or
    for `patience` seconds. `ready` is called once signals are minded and `up` holds; `began` as for Live.run.

    Raises LiveError if a port fails.
    """

    async def watch() -> None:
        if beside is not None:
            await beside()
        else:
            assert done is not None
            await live.until(done)
        live.end()

    async def mind_signals(task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            task_status.started()
            async for _ in signals:
                live.end()

    async def announce() -> None:
        assert up is not None
        assert ready is not None
        await live.until(up)
        ready()

    async with trio.open_nursery() as nursery:
        await nursery.start(mind_signals)
        if ready is not None and up is not None:
            nursery.start_soon(announce)
        elif ready is not None:
            ready()
        if done is not None or beside is not None:
            nursery.start_soon(watch)
        await live.run(patience, began)
        nursery.cancel_scope.cancel()
    if live.failed is not None:
        raise live.failed
