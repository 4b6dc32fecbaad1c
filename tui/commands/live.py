"""`ackademy live`: a machine on a real transport, facing software that nobody here wrote."""

from __future__ import annotations

import argparse
import sys

from tui.commands import live_bittorrent, live_sockets, live_tcp
from tui.commands.numbers import seed
from tui.commands.screen_options import add_screen_arguments
from tui.platform import EXIT_USAGE, error_words

SUMMARY = "a machine on a real transport, facing real software"
EXAMPLES = """\
  ackademy live tcp                             our TCP has a page for every program on this machine (needs root)
  ackademy live tcp --curl --size 10MB          curl fetches it, on a network apart (root, or user namespaces)
  ackademy live tcp --curl --loss 10% --reorder 5%
  ackademy live tcp --fetch --size 1MB          our TCP fetches from a server that stands on the kernel's
  ackademy live bittorrent                      our tracker and seed; the torrent file is written here
  ackademy live bittorrent --aria2 --poisoner   aria2 downloads from our seed, with a poisoner in the swarm
  ackademy live bittorrent --play --aria2       you seat three real clients on its chairs
  ackademy live tcp --play                      you are that TCP: curl waits for the ACK that you type

  ackademy live uppercase --udp                 the lecture's server, for nc and your own client
  ackademy live http --port 8080                pages for curl and your browser
  ackademy live sntp --ahead 2.5s               a wrong clock, for an NTP client to find

exit status: 0 all went well, 1 the bytes that arrived are others, 2 wrong usage, or not to be had here (it says why)
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    kinds = parser.add_subparsers(title="protocols", metavar="PROTOCOL", required=True, parser_class=type(parser))
    tcp = kinds.add_parser(
        "tcp",
        help="our TCP against the kernel's, on a TUN device",
        description="Our TCP against the kernel's, on a TUN device: a network 10.201.x.x inside this machine. Its host"
        " answers ping as well, and says which ports and protocols are not there.",
    )
    live_tcp.arguments(tcp, _size, _share)
    tcp.set_defaults(live=live_tcp.main)
    add_screen_arguments(tcp)
    swarm = kinds.add_parser(
        "bittorrent",
        help="our tracker and seed in a swarm with real clients",
        description="Our tracker, and a seed or a downloader of ours, in a swarm with real clients on this machine.",
    )
    live_bittorrent.arguments(swarm, _size)
    swarm.set_defaults(live=live_bittorrent.main)
    add_screen_arguments(swarm)
    plain = live_sockets.arguments(kinds)
    for kind in plain:
        add_screen_arguments(kind)
    for kind in (tcp, swarm, *plain):
        kind.add_argument("--seed", type=seed, default=1, metavar="N", help="of the dice (default: 1)")
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
    from levels.schema import LevelError

    try:
        if getattr(args, "play", False) and args.patience is not None:
            raise ValueError("--for is for runs without a screen: leave a played one when you like")
        return int(args.live(args))
    except (LevelError, LiveError, OSError, ValueError) as error:
        print(f"ackademy live: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
