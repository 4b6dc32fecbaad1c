"""`ackademy schema`: the JSON Schema of level files, or of a course's, for editors."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tui.platform import EXIT_USAGE, error_words

SUMMARY = "the JSON Schema of level files, or of a course.toml, for editors"
EXAMPLES = """\
  ackademy schema                          on standard output
  ackademy schema course                   that of a course.toml
  ackademy schema --write my-course/       the file that `#:schema` lines of new levels name
"""
LEVEL, COURSE = "level", "course"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "of", nargs="?", choices=(LEVEL, COURSE), default=LEVEL, help="of a level (default), or a course"
    )
    parser.add_argument("--write", metavar="FOLDER", help="write it into this folder, under the name that files name")


def main(args: argparse.Namespace) -> int:
    """Print or write the schema; return 0, or 2 if it cannot be written."""
    name, text = schema_of(args.of)
    if args.write is None:
        print(text)
        return 0
    path = Path(args.write) / name
    try:
        path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        print(f"ackademy schema: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    beside = "a level" if args.of == LEVEL else "the course.toml"
    print(f"wrote {path}; first line of {beside} beside it: #:schema ./{name}", file=sys.stderr)
    return 0


def schema_of(kind: str) -> tuple[str, str]:
    """The name of the schema's file, and its text."""
    if kind == COURSE:
        from levels.courses.json_schema import course_schema
        from levels.courses.keys import NAME as COURSE_NAME

        return COURSE_NAME, json.dumps(course_schema(), ensure_ascii=False, indent=1)
    from core.protocols import BY_NAME
    from levels.json_schema import NAME, level_schema

    return NAME, json.dumps(level_schema(BY_NAME), ensure_ascii=False, indent=1)
