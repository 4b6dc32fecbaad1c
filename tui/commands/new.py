"""`ackademy new`: write a level that already passes the check, to change."""

from __future__ import annotations

import argparse

SUMMARY = "write a level that already passes the check, to change"
EXAMPLES = """\
  ackademy new my-level.toml
  ackademy new my-level.toml --protocol tcp
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", metavar="FILE", help="the level file to write")
    parser.add_argument("--protocol", metavar="P", help="the protocol it plays (default: echo)")


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    raise SystemExit("ackademy new: not built yet")
