"""`ackademy reference`: every key of a level file and of a course's, and of every room all that a file can name."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tui.platform import EXIT_USAGE, error_words

SUMMARY = "every key of a level file, and of a room all that a file can name"
EXAMPLES = """\
  ackademy reference echo                              parameters, choices, personas, laws, requests of one room
  ackademy reference keys                              the keys of a file
  ackademy reference course                            the keys of a course.toml
  ackademy reference curriculum                        the rows for `covers`
  ackademy reference --write levels/README.md          anew in a file that has its marks
"""
KEYS, ROWS, COURSE = "keys", "curriculum", "course"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("part", nargs="?", metavar="ROOM|keys|course|curriculum", help="only this part (default: all)")
    parser.add_argument("--write", metavar="FILE", help="put all of it between the marks in this file")


def main(args: argparse.Namespace) -> int:
    """Print or write the reference; return 0, or 2 if that cannot be done."""
    from core.protocols import BY_NAME
    from levels.reference import (
        UnmarkedError,
        course_reference,
        keys_reference,
        reference,
        room_reference,
        rows_reference,
        with_reference,
    )
    from levels.values import did_you_mean

    if args.write is not None:
        path = Path(args.write)
        try:
            path.write_text(with_reference(path.read_text("utf-8"), BY_NAME), encoding="utf-8", newline="\n")
        except (OSError, UnicodeDecodeError, UnmarkedError) as error:
            words = error_words(error) if isinstance(error, OSError) else f"{path}: {error}"
            print(f"ackademy reference: {words}", file=sys.stderr)
            return EXIT_USAGE
        return 0
    if args.part is None:
        print(reference(BY_NAME), end="")
    elif args.part == KEYS:
        print(keys_reference(), end="")
    elif args.part == ROWS:
        print(rows_reference(), end="")
    elif args.part == COURSE:
        print(course_reference(), end="")
    elif args.part in BY_NAME:
        print(room_reference(BY_NAME[args.part]), end="")
    else:
        mend = did_you_mean(args.part, [KEYS, COURSE, ROWS, *BY_NAME])
        print(f"ackademy reference: no room is called {args.part!r}: {mend}", file=sys.stderr)
        return EXIT_USAGE
    return 0
