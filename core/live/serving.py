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
) -> None:
    """Run a live world and its ports until `done` holds, until `beside` returns, until a signal to end (Ctrl-C), or
    for `patience` seconds. Raises LiveError if a port fails."""

    async def watch() -> None:
        if beside is not None:
            await beside()
        else:
            assert done is not None
            await live.until(done)
        live.end()

    async def mind_signals() -> None:
        with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async for _ in signals:
                live.end()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(mind_signals)
        if done is not None or beside is not None:
            nursery.start_soon(watch)
        await live.run(patience)
        nursery.cancel_scope.cancel()
