"""`ackademy paths`: where everything is."""

from __future__ import annotations

import argparse
import json

from tui.platform import HOME_VARIABLE, find_paths

SUMMARY = "show where progress, settings, runs and reports are"
EXAMPLES = f"""\
  ackademy paths
  {HOME_VARIABLE}=/tmp/try ackademy paths --json      everything below one folder of your own
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def main(args: argparse.Namespace) -> int:
    """Print the paths, one a line, whether they exist or not; return 0."""
    paths = find_paths()
    rows = {
        "progress": paths.progress,
        "settings": paths.progress,  # in the same file
        "identity": paths.identity,
        "keys": paths.keys,
        "runs": paths.runs,
        "journals": paths.journals,
        "traps": paths.traps,
        "courses": paths.courses,
        "pictures": paths.pictures,
        "reports": paths.reports,
    }
    if args.json:
        print(json.dumps({name: str(path) for name, path in rows.items()}))
        return 0
    for name, path in rows.items():
        print(f"{name:<10}{path}{'' if path.exists() else '   (not there yet)'}")
    return 0
