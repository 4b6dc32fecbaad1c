"""`ackademy live bittorrent`: our tracker and one of our peers, in a swarm with real clients."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.commands.live_runs import Recording, say

if TYPE_CHECKING:
    from core.live.seam import Live
    from core.live.session import LiveSession
    from core.live.swarm import SwarmPort
    from levels.schema import Level


def arguments(parser: argparse.ArgumentParser, size: Any) -> None:
    """Add what the subcommand takes. `size`: reads a size."""
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--aria2", action="store_true", help="run aria2c against it, and end with it")
    who.add_argument("--fetch", action="store_true", help="our peer downloads; a real client must have the file")
    parser.add_argument("--play", action="store_true", help="you deal our peer's chairs and gambles")
    parser.add_argument(
        "--clients", type=int, default=3, choices=range(1, 9), metavar="N", help="with --play --aria2: how many (3)"
    )
    parser.add_argument("--size", type=size, default=4 << 20, metavar="SIZE", help="of the file (default: 4 MB)")
    parser.add_argument("--poisoner", action="store_true", help="one more peer of ours, which sends noise")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="of the tracker (default: a free one)")
    parser.add_argument("--folder", metavar="FOLDER", help="where the torrent file is written (default: here)")


def main(args: argparse.Namespace) -> int:
    """Run it; return the exit status. Raises LiveError and OSError with words for people."""
    from levels.live import swarm

    if not 0 <= args.port < 65536:
        raise ValueError(f"{args.port} is no port: 0 to 65535")
    if args.aria2 and shutil.which("aria2c") is None:
        raise ValueError("aria2c is not installed (Debian: apt install aria2)")
    level = swarm(args.size, liar=args.poisoner, fetch=args.fetch, played=args.play, seed=args.seed)
    if args.play:
        return _play(args, level)
    if args.aria2:
        with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
            return _run(args, level, Path(folder))
    return _run(args, level, Path(args.folder or "."))


def _play(args: argparse.Namespace, level: Level) -> int:
    """The player seats the clients."""
    import socket

    from core.live.programs import end, leech, swarm_port, torrent_in
    from core.live.sockets import free_port
    from core.live.swarm import metainfo
    from tui.commands.screen_options import refuse_without_terminal
    from tui.live import play_live

    if args.json:
        raise ValueError("--play is for a screen")
    refuse_without_terminal()
    # One tracker for every play, and what cannot be had is said before the screen opens.
    args.port = free_port(socket.SOCK_STREAM, args.port)
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        path = Path(args.folder or folder) / f"{torrent_in(level.scenario).name}.torrent"

        def attach(session: LiveSession) -> Callable[[], None]:
            port = swarm_port(session.live, args.port)
            path.write_bytes(metainfo(torrent_in(level.scenario), port.announce))
            clients = [leech(Path(folder), path, number) for number in range(args.clients if args.aria2 else 0)]

            return partial(end, clients)

        return play_live(with_meeting(level, path, args.aria2), attach, args)


def with_meeting(level: Level, path: Path, there: bool) -> Level:
    """The level, whose brief says how clients come, unless they are `there` from the start."""
    if there:
        return level
    brief = f"{level.texts.brief}\n\n{meeting(level, path)}"
    return replace(level, texts=replace(level.texts, brief=brief))


def _with_us() -> str:
    """The word that has aria2 end when this process has, be it killed."""
    return f"--stop-with-process={os.getpid()}"


def _run(args: argparse.Namespace, level: Level, folder: Path) -> int:
    import trio

    from core.kernel.world import World
    from core.live.programs import ARIA2, swarm_port, torrent_in
    from core.live.seam import Live
    from core.live.serving import serve
    from core.live.swarm import content, metainfo

    live = Live(World(level.scenario))
    port = swarm_port(live, args.port)
    name, torrent = peer_of(level), torrent_in(level.scenario)
    path = folder / f"{torrent.name}.torrent"
    path.write_bytes(metainfo(torrent, port.announce))
    status: list[int] = []

    async def aria2() -> None:
        words = [*ARIA2, f"--dir={folder}", "--seed-time=0", _with_us(), str(path)]
        ended = await trio.run_process(words, check=False)
        status.append(ended.returncode)

    def complete() -> bool:
        return bool(live.world.nodes[name].machine.complete)

    recording = Recording(level, args.record)
    with recording.of(live):
        trio.run(
            lambda: serve(
                live,
                patience=args.patience,
                beside=aria2 if args.aria2 else None,
                done=complete if args.fetch else None,
                ready=None if args.aria2 else lambda: say(f"{welcome(port, level, path)}\n{recording.words}"),
            )
        )
    wanted = content(torrent)
    got: bytes | None = None
    if args.aria2:
        file = folder / torrent.name
        got = file.read_bytes() if file.exists() else b""
    elif args.fetch:
        stored = live.world.nodes[name].machine.stored
        got = b"".join(block for index in sorted(stored) for block in stored[index])
    return _tell(args, recording, live, got, wanted, status)


def peer_of(level: Level) -> str:
    """Our honest peer."""
    return next(node.name for node in level.scenario.nodes if node.role == "peer")


def welcome(port: SwarmPort, level: Level, path: Path) -> str:
    """What there is, and how to meet it."""
    return (
        f"{level.summary}\nOur tracker is {port.announce}, on this machine only. The torrent file: {path}\n"
        f"{meeting(level, path)}\nCtrl-C ends it."
    )


def meeting(level: Level, path: Path) -> str:
    """How a client comes into the swarm, as a command for another terminal."""
    from core.live.programs import ARIA2

    words = ["--check-integrity=true", "--seed-ratio=0.0"] if peer_of(level) == "leech" else ["--seed-time=0"]
    return f"In another terminal:  {' '.join([*ARIA2, *words, str(path)])}"


def _tell(
    args: argparse.Namespace, recording: Recording, live: Live, got: bytes | None, wanted: bytes, status: list[int]
) -> int:
    world = live.world
    result = recording.result()
    ours = {
        name: {"sent": node.machine.sent, "received": node.machine.received, "banned": list(node.machine.banned)}
        for name, node in world.nodes.items()
        if node.spec.role == "peer"
    }
    figures = {
        "announces": world.nodes["tracker"].machine.announces,
        "peers": ours,
        "bytes": None if got is None else len(got),
        "equal": None if got is None else got == wanted,
        "client_status": status[0] if status else None,
        "trace_sha256": result.trace_sha256,
        "run": str(recording.path),
    }
    if args.json:
        print(json.dumps(figures))
    else:
        if got is not None:
            print(f"{len(got):,} bytes arrived, {'equal' if got == wanted else 'NOT equal'} to the file")
        print(f"announces heard by our tracker: {figures['announces']}")
        for name, peer in ours.items():
            banned = f", banned {', '.join(peer['banned'])}" if peer["banned"] else ""
            print(f"{name}: sent {peer['sent']:,} bytes, received {peer['received']:,}{banned}")
    say(f"The run is saved as {recording.path}")
    return 1 if got is not None and got != wanted else 0
