"""`ackademy live uppercase|sntp|http`: rooms on plain sockets of loopback, for the programs that everybody has."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.commands.live_runs import Recording, say

if TYPE_CHECKING:
    from core.live.seam import Live
    from core.live.session import LiveSession
    from core.live.sockets import StreamPort, UdpPort
    from levels.schema import Level


@dataclass(frozen=True)
class App:
    """What a subcommand runs. `began`: the time of day (s) that is the world's time 0, where it matters."""

    level: Level
    port: Callable[[Live], UdpPort | StreamPort]
    welcome: Callable[[str, int], str]
    began: float | None = None
    done: Callable[[Live], bool] | None = None
    up: Callable[[Live], bool] | None = None
    """Is the server ready for its first client?"""


def arguments(kinds: Any) -> list[argparse.ArgumentParser]:
    """Add the subcommands."""
    upper = kinds.add_parser("uppercase", help="the lecture's server: your lines come back in capitals")
    upper.add_argument("--udp", action="store_true", help="datagrams instead of streams")
    upper.set_defaults(live=lambda args: main(args, _uppercase(args)))
    clock = kinds.add_parser("sntp", help="a server of the time, or with --ask a client")
    clock.add_argument("--ask", type=_address, metavar="PORT", help="ask the server at this port of 127.0.0.1")
    clock.add_argument("--ahead", type=_offset, default=0, metavar="TIME", help="how wrong our clock is: 2.5s, =-2.5s")
    clock.set_defaults(live=lambda args: main(args, _sntp(args)))
    web = kinds.add_parser("http", help="a web server")
    web.add_argument("--site", metavar="FILE", help="its pages: `= /path key=value ...`, then the body")
    web.set_defaults(live=lambda args: main(args, _http(args)))
    for kind in (upper, clock, web):
        kind.description = f"{kind.prog.rpartition(' ')[2]}: on a socket of 127.0.0.1, for any program of this machine."
        kind.add_argument("--port", type=_port, default=0, metavar="N", help="our port (default: a free one)")
        kind.add_argument("--play", action="store_true", help="the server's decision is yours")
    return [upper, clock, web]


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def _address(text: str) -> int:
    port = _port(text)
    if port == 0:
        raise argparse.ArgumentTypeError("nobody can be asked at port 0")
    return port


def _offset(text: str) -> int:
    from levels.values import parse_signed_duration

    try:
        return parse_signed_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


# The three


def _uppercase(args: argparse.Namespace) -> App:
    from core.live.programs import uppercase_port
    from core.live.sockets import UdpPort
    from core.protocols.transport.uppercase.sockets import LISTENING
    from levels.live_apps import GUESTS, uppercase_tcp, uppercase_udp

    if args.udp:
        return App(
            uppercase_udp(args.play, args.seed),
            lambda live: UdpPort(live, "server", GUESTS, port=args.port),
            lambda host, port: f"echo hello | nc -u -w 1 {host} {port}",
        )

    return App(
        uppercase_tcp(args.play, args.seed),
        lambda live: uppercase_port(live, args.port),
        lambda host, port: f"echo hello | nc -N {host} {port}",
        up=lambda live: bool(live.world.nodes["server"].machine.welcome == LISTENING),
    )


def _sntp(args: argparse.Namespace) -> App:
    import time

    from core.live.sockets import LOOPBACK, UdpPort
    from levels.live_apps import GUESTS, time_client, time_server

    now = time.time_ns() // 1000
    began = now / 1e6
    if args.ask is None:
        return App(
            time_server(now + args.ahead, args.play, args.seed),
            lambda live: UdpPort(live, "server", GUESTS, port=args.port),
            lambda host, port: (
                f"python3 -c \"import ntplib; print(ntplib.NTPClient().request('{host}', port={port}).offset)\""
            ),
            began,
        )
    if args.play:
        raise ValueError("--play is for the server")
    return App(
        time_client(now, args.ahead, 1, args.seed),
        lambda live: UdpPort(live, "client", ["server"], port=args.port, peers={"server": (LOOPBACK, args.ask)}),
        lambda host, port: "",
        began,
        lambda live: bool(live.world.nodes["client"].delivered),
    )


def _http(args: argparse.Namespace) -> App:
    import time

    from core.live.sockets import StreamPort
    from levels.live_apps import GUESTS, SITE, web_server

    site = Path(args.site).read_text(encoding="utf-8") if args.site else SITE
    began = int(time.time())
    return App(
        web_server(began, site, args.play, args.seed),
        lambda live: StreamPort(live, "server", GUESTS, port=args.port),
        lambda host, port: f"curl -i http://{host}:{port}/",
        began,
    )


# Running


def main(args: argparse.Namespace, app: App) -> int:
    """Run it; return the exit status. Raises LiveError, OSError and ValueError with words for people."""
    import trio

    from core.kernel.world import World
    from core.live.seam import Live
    from core.live.serving import serve

    if args.play:
        return _play(args, app)
    live = Live(World(app.level.scenario))
    port = app.port(live)
    ended, up = app.done, app.up
    recording = Recording(app.level, args.record)
    with recording.of(live):
        trio.run(
            lambda: serve(
                live,
                patience=args.patience,
                done=(lambda: ended(live)) if ended is not None else None,
                began=app.began,
                ready=lambda: say(f"{_welcome(app, *port.address)}\n{recording.words}"),
                up=(lambda: up(live)) if up is not None else None,
            )
        )
    return _tell(args, app, live, port.address, recording)


def _welcome(app: App, host: str, port: int) -> str:
    words = app.welcome(host, port)
    if not words:
        return f"We ask from {host} port {port}."
    return f"Our server is at {host}, port {port}, for this machine only. Try:  {words}\nCtrl-C ends it."


def _play(args: argparse.Namespace, app: App) -> int:
    """The server's decision is the player's."""
    import socket
    from dataclasses import replace

    from core.live.sockets import LOOPBACK, free_port
    from tui.commands.screen_options import refuse_without_terminal
    from tui.live import play_live

    if args.json:
        raise ValueError("--play is for a screen")
    refuse_without_terminal()
    # The brief says where to meet it: so the port is chosen before the screen opens, and kept for every play.
    datagrams = getattr(args, "udp", app.level.protocol == "sntp")
    args.port = free_port(socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM, args.port)

    def attach(session: LiveSession) -> Callable[[], None]:
        session.began = app.began
        app.port(session.live)
        return lambda: None  # it closes with the session's run

    texts = replace(app.level.texts, brief=f"{app.level.texts.brief}\n\n{_welcome(app, LOOPBACK, args.port)}")
    return play_live(replace(app.level, texts=texts), attach, args)


def _tell(args: argparse.Namespace, app: App, live: Live, address: tuple[str, int], recording: Recording) -> int:
    result = recording.result()
    came = Counter(arrival.what for arrival in live.journal)
    node = next(node for node in live.world.nodes.values() if not node.spec.outside)
    figures: dict[str, Any] = {
        "address": list(address),
        "came": dict(came),
        "sent": node.sent,
        "trace_sha256": result.trace_sha256,
        "run": str(recording.path),
    }
    if app.done is not None:
        figures["offsets_us"] = list(node.delivered)
    if args.json:
        print(json.dumps(figures))
    else:
        words = ", ".join(f"{what} {count}" for what, count in came.items()) or "nothing"
        print(f"came: {words}; sent {node.sent}")
        for offset in node.delivered if app.done is not None else ():
            print(f"our clock was {abs(offset) / 1e6:.6f} s {'behind' if offset > 0 else 'ahead'}")
    say(f"The run is saved as {recording.path}")
    return 0 if app.done is None or node.delivered else 1
