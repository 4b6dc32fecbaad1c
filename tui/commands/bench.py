"""`ackademy bench`: measure speed, each figure beside its peer or limit."""

from __future__ import annotations

import argparse

SUMMARY = "measure speed, each figure beside its peer or limit"
EXAMPLES = """\
  ackademy bench
  ackademy bench kernel --quick --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    raise SystemExit("ackademy bench: not built yet")
