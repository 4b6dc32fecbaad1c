"""`ackademy run`: play a level without a screen."""

from __future__ import annotations

import argparse

SUMMARY = "play a level without a screen"
EXAMPLES = """\
  ackademy run wire/bathtub                     by the level's proof
  ackademy run wire/bathtub --player idle       what happens if nobody acts
  ackademy run my-level.toml --player script:policy.py --seed 3 --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("level", metavar="LEVEL|FILE", help="an id from `ackademy list`, or a level file")
    parser.add_argument(
        "--player",
        default="book",
        metavar="WHO",
        help="who answers: book (default), idle, random, persona:NAME, script:FILE.py",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="another seed than the level's own")
    parser.add_argument("--record", metavar="FILE.run", help="write the run to this file")
    parser.add_argument("--json", action="store_true", help="the result as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    raise SystemExit("ackademy run: not built yet")
