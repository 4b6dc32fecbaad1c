"""`ackademy present`: a level before a lecture."""

from __future__ import annotations

import argparse
import sys

from tui.commands.numbers import seed
from tui.commands.screen_options import add_screen_arguments, refuse_without_terminal, run_app
from tui.platform import EXIT_USAGE

SUMMARY = "a level before a lecture: the room votes by hands, two futures play"
EXAMPLES = """\
  ackademy present pipe/next-byte-please      in a terminal with letters as large as the last row needs: 60x20 do
  ackademy present my-level.toml --seed 3
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("level", metavar="LEVEL|FILE", help="an id of `ackademy list`, or a level file")
    parser.add_argument("--seed", type=seed, metavar="N", help="another seed than the level's own")
    add_screen_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    from levels.loader import load
    from levels.schema import LevelError, UnknownLevelError
    from tui.presenting import NoQuestionError, Presenting

    try:
        presenting = Presenting(load(args.level), args.seed)
    except (LevelError, UnknownLevelError, NoQuestionError) as error:
        print(f"ackademy present: {error}", file=sys.stderr)
        return EXIT_USAGE
    refuse_without_terminal()
    from tui.app import AckademyApp, Options
    from tui.screens.present import PresentScreen

    return run_app(AckademyApp(Options.from_arguments(args), opens=PresentScreen(presenting)), args)
