"""`ackademy live tcp`: our TCP against the kernel's, on a TUN device."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.commands.live_runs import Recording, say

if TYPE_CHECKING:
    from core.live.facing import Faced
    from core.live.path import Shape
    from core.live.session import LiveSession
    from core.live.tun import Tun
    from levels.schema import Level

Read = Callable[[str], Any]


def arguments(tcp: argparse.ArgumentParser, size: Read, share: Read) -> None:
    """Add what the subcommand takes. `size` and `share` read a size and a probability."""
    who = tcp.add_mutually_exclusive_group()
    who.add_argument("--curl", action="store_true", help="run curl against it, on a network apart, and end with it")
    who.add_argument("--fetch", action="store_true", help="fetch from a server that stands on the kernel's TCP")
    tcp.add_argument("--play", action="store_true", help="you are the TCP to which curl puts a text")
    tcp.add_argument("--size", type=size, default=100_000, metavar="SIZE", help="of the page (default: 100KB)")
    tcp.add_argument("--loss", type=share, default=0.0, metavar="P", help="packets lost, either way, such as 2%%")
    tcp.add_argument("--reorder", type=share, default=0.0, metavar="P", help="packets that others overtake")
    tcp.add_argument("--waits", action="store_true", help="our end lets the other close first")


def main(args: argparse.Namespace) -> int:
    """Run it; return the exit status. Raises LiveError, OSError and ValueError with words for people."""
    from core.live import tun
    from core.live.path import Shape
    from levels.live import tcp_client, tcp_server

    shape = Shape(loss=args.loss, reorder=args.reorder)
    if args.play:
        return _tcp_play(args, shape)
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        if args.fetch:
            return _tcp_fetch(args, shape, Path(folder), tcp_client("/page", waits=args.waits, seed=args.seed))
        level = tcp_server(args.size, waits=args.waits, seed=args.seed)
        recording = Recording(level, args.record)
        if not args.curl:
            with tun.here() as device:

                def ready() -> None:
                    say(f"{_welcome(device, args)}\n{recording.words}")

                faced = _face(level, device, shape, args, recording, ready=ready)
            return _tell(args, recording, faced, {})
        got = Path(folder) / "page"
        command = ["curl", "-sS", "--max-time", str(args.patience or 300), "-w", "%{stderr}", "http://{ours}/"]
        with got.open("wb") as output, tun.apart(command, output=output.fileno()) as device:
            faced = _face(level, device, shape, args, recording)
        from core.protocols.transport.tcp.web import noise

        return _tell(args, recording, faced, _compared("curl", got.read_bytes(), noise(args.size), faced.status))


def _tcp_play(args: argparse.Namespace, shape: Shape) -> int:
    """The player is the TCP."""
    from core.live import programs, tun
    from core.wire.ipv4 import dotted
    from levels.live import tcp_played
    from tui.commands.screen_options import refuse_without_terminal
    from tui.live import play_live

    if args.fetch or args.json:
        raise ValueError("--play is for a screen, and for a server")
    tun.installed("curl")
    tun.apart(["true"]).close()  # what cannot be had here is said before the screen opens
    refuse_without_terminal()
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:

        def attach(session: LiveSession) -> Callable[[], None]:
            return programs.curl_puts(session.live, Path(folder), shape, args.seed)

        return play_live(tcp_played(f"{dotted(tun.FIRST + 2)}, port 80", seed=args.seed), attach, args)


def _tcp_fetch(args: argparse.Namespace, shape: Shape, folder: Path, level: Level) -> int:
    """Our TCP is the client."""
    import re
    import subprocess

    from core.kernel import trace as kinds
    from core.live import tun
    from core.protocols.transport.tcp.web import noise

    (folder / "page").write_bytes(noise(args.size))
    server = [sys.executable, "-I", "-c", _SERVER, "{kernel}", str(folder)]
    with tun.apart(server, output=subprocess.PIPE) as device:
        assert device.peer is not None
        assert device.peer.stdout is not None
        device.peer.stdout.readline()  # it listens now, or it is dead
        recording = Recording(level, args.record)
        faced = _face(level, device, shape, args, recording, one=True)
    rows = faced.live.world.trace
    heard = b"".join(entry.detail for entry in rows if entry.kind == kinds.DELIVER)
    head, _, body = heard.partition(b"\r\n\r\n")
    status = 0 if re.match(rb"HTTP/1\.[01] 200 ", head) else 1
    return _tell(args, recording, faced, _compared("our client", body, noise(args.size), status))


_SERVER = """
import functools, http.server, sys
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass
make = functools.partial(Quiet, directory=sys.argv[2])
server = http.server.ThreadingHTTPServer((sys.argv[1], 80), make)
print("ready", flush=True)
server.serve_forever()
"""


def _welcome(device: Tun, args: argparse.Namespace) -> str:
    from core.wire.ipv4 import dotted

    ours, kernel = dotted(device.ours), dotted(device.kernel)
    faults = [f"{share:.1%} {what}" for share, what in ((args.loss, "lost"), (args.reorder, "overtaken")) if share]
    return (
        f"Our TCP is {ours}, port 80, on the network {kernel}/30 (device {device.name}), which nothing leaves"
        f"{'; of its packets ' + ', '.join(faults) if faults else ''}.\n"
        f"It has a page of {args.size:,} bytes. Fetch it:  curl -o page http://{ours}/\n"
        f"It answers ping, too:  ping {ours}\n"
        "Ctrl-C ends it."
    )


def _face(
    level: Level,
    device: Tun,
    shape: Shape,
    args: argparse.Namespace,
    recording: Recording,
    one: bool = False,
    ready: Callable[[], object] | None = None,
) -> Faced:
    """Let our node face the device; `one`: until its first connection has ended."""
    import trio

    from core.kernel.world import World
    from core.live.facing import face
    from core.protocols.transport.tcp import State

    world = World(level.scenario)
    machines = [node for node in world.nodes.values() if not node.spec.outside]

    def ended() -> bool:
        connections = machines[0].machine.connections.values()
        gone = bool(machines[0].machine.ended)
        return gone or (bool(connections) and all(conn.state is State.TIME_WAIT for conn in connections))

    return trio.run(
        lambda: face(
            world,
            device,
            shape=shape,
            seed=args.seed,
            patience=args.patience,
            done=ended if one else None,
            ready=ready,
            recorded=recording.of,
        )
    )


def _compared(who: str, got: bytes, wanted: bytes, status: int | None) -> dict[str, Any]:
    """What the other program got, against what it should have."""
    from hashlib import md5

    return {
        "by": who,
        "status": status,
        "bytes": len(got),
        "md5": md5(got, usedforsecurity=False).hexdigest(),
        "md5_equal": got == wanted,
    }


def _tell(args: argparse.Namespace, recording: Recording, faced: Faced, got: dict[str, Any]) -> int:
    """Say what came of it; the exit status."""
    live, port = faced.live, faced.port
    world = live.world
    machine = next(node.machine for node in world.nodes.values() if not node.spec.outside)
    result = recording.result()
    figures = {
        "connections": len(machine.ended) + len(machine.connections),
        "ended": [how for _, how in machine.ended],
        "segments": machine.segments,
        "retransmissions": machine.retransmissions,
        "packets_in": port.arrived,
        "packets_out": port.left,
        "lost_in": port.inward.lost,
        "lost_out": port.outward.lost,
        "seconds": round(faced.seconds, 3),
        "got": got or None,
        "trace_sha256": result.trace_sha256,
        "run": str(recording.path),
    }
    if args.json:
        print(json.dumps(figures))
    else:
        if got:
            same = "equal" if got["md5_equal"] else "NOT equal"
            print(f"{got['by']}: {got['bytes']:,} bytes in {faced.seconds:.2f} s, MD5 {got['md5']} {same}")
        print(
            f"segments sent {machine.segments}, again {machine.retransmissions}; packets in {port.arrived}, "
            f"lost by the path {port.inward.lost} in, {port.outward.lost} out"
        )
        print(f"connections {figures['connections']}: {', '.join(figures['ended']) or 'none has ended'}")
    say(f"The run is saved as {recording.path}")
    return 1 if got and not (got["md5_equal"] and got["status"] == 0) else 0
