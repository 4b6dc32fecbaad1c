"""`ackademy schema`: the JSON Schema of level files, for editors."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tui.platform import EXIT_USAGE, error_words

SUMMARY = "the JSON Schema of level files, for editors"
EXAMPLES = """\
  ackademy schema                          on standard output
  ackademy schema --write my-course/       the file that `#:schema` lines of new levels name
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--write", metavar="FOLDER", help="write it into this folder, under the name that levels name")


def main(args: argparse.Namespace) -> int:
    """Print or write the schema; return 0, or 2 if it cannot be written."""
    from core.protocols import BY_NAME
    from levels.json_schema import NAME, level_schema

    text = json.dumps(level_schema(BY_NAME), ensure_ascii=False, indent=1)
    if args.write is None:
        print(text)
        return 0
    path = Path(args.write) / NAME
    try:
        path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        print(f"ackademy schema: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    print(f"wrote {path}; first line of a level beside it: #:schema ./{NAME}", file=sys.stderr)
    return 0
