"""`ackademy list`: list the levels, in the campaign's order."""

from __future__ import annotations

import argparse
import json
import sys

SUMMARY = "list the levels, in the campaign's order"
EXAMPLES = """\
  ackademy list
  ackademy list --json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--json", action="store_true", help="one JSON array on standard output")


def main(args: argparse.Namespace) -> int:
    """Print the levels; return 0, or 2 if one of the campaign's files is broken (the others are listed)."""
    from levels.loader import campaign

    worlds = campaign()
    if args.json:
        rows = [
            {
                "id": level.id,
                "title": level.title,
                "world": level.world,
                "protocol": level.protocol,
                "covers": list(level.covers),
                "path": level.path,
            }
            for world in worlds
            for level in world.levels
        ]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        width = max((len(level.id) for world in worlds for level in world.levels), default=0)
        for world in worlds:
            print(f"{world.title}: {world.summary}")
            for level in world.levels:
                print(f"  {level.id:<{width}}  {level.title}: {level.summary}")
    problems = [problem for world in worlds for problem in world.problems]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 2 if problems else 0
