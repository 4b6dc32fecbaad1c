"""`ackademy replay`: open a recorded run in the game."""

from __future__ import annotations

import argparse

from tui.commands.screen_options import add_screen_arguments

SUMMARY = "open a recorded run in the game"
EXAMPLES = """\
  ackademy replay mine.run
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("run", metavar="RUN", help="a run file")
    add_screen_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    raise SystemExit("ackademy replay: not built yet")
