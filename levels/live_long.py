"""A live run of any length, without anybody outside: 57 connections through the same seam as sockets, on a clock that
is told the time. For tests and benchmarks of what reads long runs: `python -m levels.live_long RUN MESSAGES`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.kernel.world import World
from core.live.recording import LiveRecorder
from core.live.seam import Departure, Live
from core.protocols.peers.bittorrent.messages import peer_id_of
from core.wire import peerwire
from levels import live, live_apps

LINES = 57
"""Connections, all open from the beginning to the end."""
BETWEEN = 100_000
"""µs between two arrivals, so that timers that were taken back go by, too."""


class _Nobody:
    """A transport to nobody."""

    def __init__(self, nodes: Sequence[str]) -> None:
        self.nodes = tuple(nodes)

    def depart(self, departure: Departure) -> None:
        pass

    async def run(self) -> None:
        pass

    def close(self) -> None:
        pass


def _asked_of_http(world: World, number: int) -> bytes:
    return b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"nowhere" if number % 7 else b"")


def _asked_of_bittorrent(world: World, number: int) -> bytes:
    torrent = world.nodes["seed"].machine.torrent
    if number < LINES:
        return peerwire.encode(peerwire.Handshake(torrent.info_hash, peer_id_of(f"p{number}")))
    if number < 2 * LINES:
        return peerwire.encode(peerwire.Interested())
    return peerwire.encode(peerwire.Request(number % torrent.count, 0, 16384))


KINDS: dict[str, tuple[str, Callable[[World, int], bytes]]] = {
    "http": ("server", _asked_of_http),
    "bittorrent": ("seed", _asked_of_bittorrent),
}
"""By name: the node that is asked, and what it is asked the how-manieth time."""


def record(path: Path, kind: str, arrivals: int, *, ends: bool = True) -> int:
    """Write the file of a run in which so much is asked; how many messages were sent in it. Without `ends` it is one
    that was cut short."""
    level = live_apps.web_server(1_700_000_000) if kind == "http" else live.swarm(1 << 20)
    inside, asked = KINDS[kind]
    guests = [node.name for node in level.scenario.nodes if node.outside]
    made = Live(World(level.scenario))
    now = 0
    made.now = lambda: now  # type: ignore[method-assign]
    made.attach(_Nobody(guests))
    with LiveRecorder(path, made, level=level.id, text=level.text):
        names = [made.arrive(guests[number % len(guests)], inside, "open") for number in range(LINES)]
        for number in range(arrivals):
            now += BETWEEN
            name = names[number % LINES]
            made.arrive(name.partition(">")[0], inside, "data", asked(made.world, number), name)
        now += 1000
        if ends:
            made.end()
    return made.world.evidence().sent()


def main() -> None:
    """Record a run of so many messages with a web server, half of them questions; print what it took as JSON."""
    path, messages = sys.argv[1:]
    began = time.process_time()
    sent = record(Path(path), "http", int(messages) // 2)
    print(json.dumps({"messages": sent, "seconds": time.process_time() - began}))


if __name__ == "__main__":
    main()
