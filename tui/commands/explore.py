"""`ackademy explore`: try every answer, order, crash and loss of a protocol's smallest scenario, or of a level."""

from __future__ import annotations

import argparse

SUMMARY = "try every answer, order, crash and loss of a protocol's smallest scenario, or of a level"
EXAMPLES = """\
  ackademy explore echo
  ackademy explore wire/bathtub --bound 100000 --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("subject", metavar="PROTOCOL|LEVEL", help="a protocol's name, or a level")
    parser.add_argument("--bound", type=int, metavar="N", help="give up after so many states, and say so")
    parser.add_argument("--json", action="store_true", help="the result as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    raise SystemExit("ackademy explore: not built yet")
