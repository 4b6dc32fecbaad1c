"""`ackademy pack`: a course's file for students, without what would give it away."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from tui.platform import EXIT_USAGE, error_words

SUMMARY = "write a course's file for students: without proofs, solutions, comments and roster"
EXAMPLES = """\
  ackademy pack my-course/                          writes my-course-students.zip, by the course's id
  ackademy pack my-course/ -o week-1.zip --without-debriefs

Every level has the same hash as before, so that runs of it are verified. What a
student can still do: the book is open source, and what it would answer can be
asked. Seeds of their own help, and so do typed answers, and talking about a run.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("course", metavar="COURSE", help="a course: its folder or zip, or an installed one")
    parser.add_argument("-o", "--output", metavar="FILE.zip", help="where to write it")
    parser.add_argument("--without-debriefs", action="store_true", help="take out what is said after a level, too")


def main(args: argparse.Namespace) -> int:
    """Write it; return 0, or 2 if that cannot be done."""
    from levels.courses.packing import PackError, packed
    from levels.courses.tree import TreeError, put_zip
    from levels.schema import LevelError
    from tui.courses import find_course

    with ExitStack() as stack:
        try:
            course = find_course(args.course, stack)
            if course is None:
                raise PackError(f"there is no course {args.course!r}: its name, folder or zip")
            if course.manifest.packed:
                raise PackError(f"{args.course} was packed before: pack the course that it was made of")
            made = packed(course, debriefs=not args.without_debriefs)
            path = Path(args.output or f"{course.id}-students.zip")
            put_zip(path, dict(made.files))
        except (PackError, TreeError, LevelError, OSError) as error:
            print(f"ackademy pack: {error_words(error)}", file=sys.stderr)
            return EXIT_USAGE
    print(f"wrote {path}: {len(course.levels)} levels; students play it with: ackademy install {path}", file=sys.stderr)
    if made.left_out:
        more = f" and {len(made.left_out) - 8} more" if made.left_out[8:] else ""
        print(f"left out: {', '.join(made.left_out[:8])}{more}", file=sys.stderr)
    return 0
