"""Facing the kernel's TCP: a world on a TUN device, for as long as somebody is there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import trio

from core.kernel.world import World
from core.live.packets import TunPort
from core.live.path import Shape
from core.live.seam import Live
from core.live.serving import serve
from core.live.tun import Tun

GRACE = 5.0
"""Seconds that our end has, after the other program left, to close its connections."""


@dataclass(frozen=True)
class Faced:
    """What came of it: the run, and what the path did."""

    live: Live
    port: TunPort
    seconds: float
    """Until there was nobody left to face: what our end took to forget its connections is not in it."""
    status: int | None = None
    """The exit status of the program apart; None if there is none, or if it had to be stopped."""


async def face(
    world: World,
    tun: Tun,
    *,
    shape: Shape | None = None,
    seed: int = 1,
    patience: float | None = None,
    done: Callable[[], bool] | None = None,
    ready: Callable[[], object] | None = None,
    recorded: Callable[[Live], AbstractContextManager[object]] = nullcontext,
) -> Faced:
    """Let the world's one node face what is behind the TUN device.

    It ends when `done` says so, when the program apart has left and our connections are closed, by a signal to end
    (Ctrl-C), or after `patience` seconds. `recorded` gives what is to write the run down. Raises LiveError.
    """
    (inside,) = (node.name for node in world.scenario.nodes if not node.outside)
    (outside,) = (node.name for node in world.scenario.nodes if node.outside)
    live = Live(world)
    port = TunPort(live, tun, inside, outside, shape=shape, seed=seed)
    status: list[int] = []
    took: list[float] = []
    began = trio.current_time()

    async def watch() -> None:
        """Until there is nobody left to face, and our end has closed its connections."""
        if done is not None:
            await live.until(done)
        else:
            assert tun.peer is not None
            status.append(await gone(tun.peer))
        took.append(trio.current_time() - began)
        with trio.move_on_after(GRACE):
            await live.until(lambda: not world.nodes[inside].machine.connections)

    alone = done is None and tun.peer is None
    with recorded(live):
        await serve(live, patience=patience, beside=None if alone else watch, ready=ready)
    seconds = took[0] if took else trio.current_time() - began
    return Faced(live, port, seconds, status[0] if status else None)


async def gone(program: subprocess.Popen[bytes]) -> int:
    """Wait until a program has ended; its exit status."""
    ended = program.poll()
    if ended is not None:
        return ended
    descriptor = os.pidfd_open(program.pid)
    try:
        await trio.lowlevel.wait_readable(descriptor)
    finally:
        os.close(descriptor)
    return program.wait()
