"""`ackademy live`: a machine on a real transport, facing software that nobody here wrote."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.platform import EXIT_USAGE, find_paths

if TYPE_CHECKING:
    from core.live.facing import Faced
    from core.live.path import Shape
    from core.live.tun import Tun
    from levels.schema import Level

SUMMARY = "a machine on a real transport, facing real software"
EXAMPLES = """\
  ackademy live tcp                             our TCP has a page for every program on this machine (needs root)
  ackademy live tcp --curl --size 10MB          curl fetches it, on a network apart (root, or user namespaces)
  ackademy live tcp --curl --loss 10% --reorder 5%
  ackademy live tcp --fetch --size 1MB          our TCP fetches from a server that stands on the kernel's

exit status: 0 all went well, 1 the bytes that arrived are others, 2 wrong usage, or not to be had here (it says why)
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    kinds = parser.add_subparsers(title="protocols", metavar="PROTOCOL", required=True, parser_class=type(parser))
    tcp = kinds.add_parser(
        "tcp",
        help="our TCP against the kernel's, on a TUN device",
        description="Our TCP against the kernel's, on a TUN device: a network 10.201.x.x inside this machine.",
    )
    who = tcp.add_mutually_exclusive_group()
    who.add_argument("--curl", action="store_true", help="run curl against it, on a network apart, and end with it")
    who.add_argument("--fetch", action="store_true", help="fetch from a server that stands on the kernel's TCP")
    tcp.add_argument("--size", type=_size, default=100_000, metavar="SIZE", help="of the page (default: 100KB)")
    tcp.add_argument("--loss", type=_share, default=0.0, metavar="P", help="packets lost, either way, such as 2%%")
    tcp.add_argument("--reorder", type=_share, default=0.0, metavar="P", help="packets that others overtake")
    tcp.add_argument("--waits", action="store_true", help="our end lets the other close first")
    tcp.add_argument("--seed", type=_whole, default=1, metavar="N", help="of the dice (default: 1)")
    tcp.set_defaults(live=_tcp)
    for kind in (tcp,):
        kind.add_argument("--for", dest="patience", type=_seconds, metavar="SECONDS", help="end after so long")
        kind.add_argument("--record", metavar="FILE.run", help="write the run to this file")
        kind.add_argument("--json", action="store_true", help="what came of it as JSON on standard output")


def _size(text: str) -> int:
    from levels.values import parse_size

    try:
        size = int(text) if text.isascii() and text.isdigit() else parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if size > 16_000_000:
        raise argparse.ArgumentTypeError(f"{text} is more than 16 MB")
    return size


def _share(text: str) -> float:
    number = text.removesuffix("%")
    try:
        share = float(number) / (100 if number != text else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: write 2% or 0.02, less than 1")
    return share


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 0")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds up to a day")
    return seconds


def main(args: argparse.Namespace) -> int:
    """Run it; return the exit status."""
    from core.live import LiveError

    try:
        return int(args.live(args))
    except (LiveError, OSError, ValueError) as error:
        print(f"ackademy live: {error}", file=sys.stderr)
        return EXIT_USAGE


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# TCP against the kernel's


def _tcp(args: argparse.Namespace) -> int:
    import tempfile

    from core.live import tun
    from core.live.path import Shape
    from levels.live import tcp_client, tcp_server

    shape = Shape(loss=args.loss, reorder=args.reorder)
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        if args.fetch:
            return _tcp_fetch(args, shape, Path(folder), tcp_client("/page", waits=args.waits, seed=args.seed))
        level = tcp_server(args.size, waits=args.waits, seed=args.seed)
        if not args.curl:
            with tun.here() as device:
                _say(_welcome(device, args))
                faced = _face(level, device, shape, args)
            return _tell(args, level, faced, {})
        got = Path(folder) / "page"
        command = ["curl", "-sS", "--max-time", str(args.patience or 300), "-w", "%{stderr}", "http://{ours}/"]
        with got.open("wb") as output, tun.apart(command, output=output.fileno()) as device:
            faced = _face(level, device, shape, args)
        from core.protocols.tcp.web import noise

        return _tell(args, level, faced, _compared("curl", got.read_bytes(), noise(args.size), faced.status))


def _tcp_fetch(args: argparse.Namespace, shape: Shape, folder: Path, level: Level) -> int:
    """Our TCP is the client."""
    import re
    import subprocess

    from core.kernel import trace as kinds
    from core.live import tun
    from core.protocols.tcp.web import noise

    (folder / "page").write_bytes(noise(args.size))
    server = [sys.executable, "-I", "-c", _SERVER, "{kernel}", str(folder)]
    with tun.apart(server, output=subprocess.PIPE) as device:
        assert device.peer is not None
        assert device.peer.stdout is not None
        device.peer.stdout.readline()  # it listens now, or it is dead
        faced = _face(level, device, shape, args, one=True)
    rows = faced.live.world.trace
    heard = b"".join(entry.detail for entry in rows if entry.kind == kinds.DELIVER)
    head, _, body = heard.partition(b"\r\n\r\n")
    status = 0 if re.match(rb"HTTP/1\.[01] 200 ", head) else 1
    return _tell(args, level, faced, _compared("our client", body, noise(args.size), status))


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
        "Ctrl-C ends it."
    )


def _face(level: Level, device: Tun, shape: Shape, args: argparse.Namespace, one: bool = False) -> Faced:
    """Let our node face the device; `one`: until its first connection has ended."""
    import trio

    from core.kernel.world import World
    from core.live.facing import face
    from core.protocols.tcp import State

    world = World(level.scenario)
    machines = [node for node in world.nodes.values() if not node.spec.outside]

    def ended() -> bool:
        connections = machines[0].machine.connections.values()
        gone = bool(machines[0].machine.ended)
        return gone or (bool(connections) and all(conn.state is State.TIME_WAIT for conn in connections))

    return trio.run(
        lambda: face(world, device, shape=shape, seed=args.seed, patience=args.patience, done=ended if one else None)
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


def _tell(args: argparse.Namespace, level: Level, faced: Faced, got: dict[str, Any]) -> int:
    """Write the run down, say what came of it; the exit status."""
    from core.record import header_of, result_of, write
    from tui.stage import free_name

    live, port = faced.live, faced.port
    world = live.world
    machine = next(node.machine for node in world.nodes.values() if not node.spec.outside)
    path = Path(args.record) if args.record else free_name(find_paths().runs, level.id, level.scenario.seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    result = result_of(world)
    header = header_of(level.scenario, level.id, level.text)
    write(path, header, world.answers, result, journal=live.journal, ended=live.ended)
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
        "run": str(path),
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
    _say(f"The run is saved as {path}")
    return 1 if got and not (got["md5_equal"] and got["status"] == 0) else 0
