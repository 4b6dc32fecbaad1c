"""`ackademy serve`: the game in browsers."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tui.commands.numbers import positive
from tui.platform import EXIT_USAGE, error_words

SUMMARY = "the game in browsers, each visitor with a session of his own"
EXAMPLES = """\
  ackademy serve                            for browsers on this machine: http://localhost:8000/
  ackademy serve --host 0.0.0.0 --visitors 40      for a whole class, who need nothing but the address
  ackademy serve --keep visitors/           progress is kept from one lesson to the next
"""
NEEDED = "it needs textual-serve: pip install 'ackademy[web]'"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--host", default="localhost", metavar="ADDRESS",
        help="the address to be reached at (default: localhost, which only this machine reaches); 0.0.0.0: all",
    )  # fmt: skip
    parser.add_argument("--port", type=_port, default=8000, metavar="N", help="default: 8000; 0: any that is free")
    parser.add_argument("--visitors", type=positive, default=20, metavar="N", help="at once (default: 20)")
    parser.add_argument(
        "--idle", type=positive, default=30, metavar="MIN", help="minutes without a key until one leaves (30)"
    )
    parser.add_argument(
        "--keep", metavar="FOLDER", help="keep what visitors have reached in this folder, instead of until the end"
    )


def main(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C; return 0, or 2 if that cannot be done."""
    try:
        import textual_serve  # noqa: F401 - is it there?
    except ImportError:
        print(f"ackademy serve: {NEEDED}", file=sys.stderr)
        return EXIT_USAGE
    import asyncio

    with ExitStack() as stack:
        try:
            if args.keep is None:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ackademy-")))
            else:
                folder = Path(args.keep).absolute()
                folder.mkdir(parents=True, exist_ok=True)
            asyncio.run(_serve(args, folder))
        except OSError as error:
            print(f"ackademy serve: {error_words(error)}", file=sys.stderr)
            return EXIT_USAGE
    return 0


async def _serve(args: argparse.Namespace, folder: Path) -> None:
    import asyncio
    import signal
    from contextlib import suppress

    from tui.served.server import Bounds, House, is_this_machine, serve

    alone = is_this_machine(args.host)
    stop = asyncio.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(AttributeError, NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), stop.set)

    def ready(address: str) -> None:
        print(f"Ackademy is at {address} ({args.visitors} visitors at most). Ctrl-C ends it.", flush=True)
        if not alone:
            print(
                "Whoever reaches this address may play; nothing that is typed is encrypted, and no password is asked.",
                file=sys.stderr, flush=True,
            )  # fmt: skip

    house = House(folder, Bounds(args.visitors, 60.0 * args.idle), alone=alone)
    await serve(house, args.host, args.port, ready, stop)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 65535")
    return int(text)
