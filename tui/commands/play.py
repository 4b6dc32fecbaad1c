"""`ackademy play`: play one level."""

from __future__ import annotations

import argparse

from tui.commands.screen_options import add_screen_arguments

SUMMARY = "play one level"
EXAMPLES = """\
  ackademy play wire/bathtub
  ackademy play my-level.toml --seed 3 --record mine.run
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("level", metavar="LEVEL|FILE|COURSE", help="an id of `ackademy list`, a file, or a folder")
    parser.add_argument("--seed", type=int, metavar="N", help="another seed than the level's own")
    parser.add_argument("--record", metavar="FILE.run", help="write the run to this file")
    add_screen_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    raise SystemExit("ackademy play: not built yet")
