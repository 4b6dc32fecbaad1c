"""`ackademy list`: list the levels, in the campaign's order."""

from __future__ import annotations

import argparse

SUMMARY = "list the levels, in the campaign's order"
EXAMPLES = """\
  ackademy list
  ackademy list --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--json", action="store_true", help="one JSON array on standard output")


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    raise SystemExit("ackademy list: not built yet")
