"""`ackademy release`: give a class the answers after the due date, or its seeds at the start."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE, error_words

if TYPE_CHECKING:
    from levels.courses.course import Course

SUMMARY = "give a class the answers after the due date, or its seeds at the start"
EXAMPLES = """\
  ackademy release my-course/ --assignment a1          the course, with the proofs and solutions of a1
  ackademy release my-course/ --seeds --assignment a1  everybody's seeds in one file
  ackademy release my-course/ --seeds --each seeds/    or a file for each student

Students take either with: ackademy install FILE
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("course", metavar="COURSE", help="a course: its folder or zip, or an installed one")
    parser.add_argument("--assignment", action="append", default=[], metavar="ID", help="of this one (default: of all)")
    parser.add_argument("--early", action="store_true", help="although it can still be handed in")
    parser.add_argument("--seeds", action="store_true", help="the seeds of every student in the roster")
    parser.add_argument("--each", metavar="FOLDER", help="with --seeds: a file for each student, by his id")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write it")


def main(args: argparse.Namespace) -> int:
    """Write it; return 0, or 2 if that cannot be done."""
    from levels.courses.packing import PackError
    from levels.courses.releasing import ReleaseError
    from levels.courses.roster import RosterError
    from levels.courses.tree import TreeError
    from levels.schema import LevelError
    from tui.courses import find_course

    with ExitStack() as stack:
        try:
            course = find_course(args.course, stack)
            if course is None:
                raise ReleaseError(f"there is no course {args.course!r}: its name, folder or zip")
            if course.manifest.packed:
                raise ReleaseError(f"{args.course} is a file for students: release from the course that it was made of")
            said = _seeds(course, args) if args.seeds else _answers(course, args)
        except (ReleaseError, PackError, RosterError, TreeError, LevelError, OSError) as error:
            print(f"ackademy release: {error_words(error)}", file=sys.stderr)
            return EXIT_USAGE
    print(said, file=sys.stderr)
    return 0


def _answers(course: Course, args: argparse.Namespace) -> str:
    from levels.courses.packing import packed
    from levels.courses.releasing import assignments_of, class_of, refuse_early
    from levels.courses.tree import put_zip

    given = assignments_of(course, args.assignment)
    if not args.early:
        refuse_early(given, class_of(course) if course.manifest.roster else [], datetime.now(UTC))
    path = Path(args.output or f"{course.id}-answers.zip")
    names = [one.id for one in given]
    put_zip(path, dict(packed(course, released=names).files))
    return f"wrote {path}: with the answers of {', '.join(names)}; students take it with: ackademy install {path}"


def _seeds(course: Course, args: argparse.Namespace) -> str:
    from levels.courses.releasing import assignments_of, class_of, seeds_for
    from levels.courses.seeds import seed_file
    from levels.courses.tree import TreeError, name_problem

    seeds = seeds_for(course, class_of(course), assignments_of(course, args.assignment))
    if args.each is None:
        path = Path(args.output or f"{course.id}-seeds.json")
        path.write_text(seed_file(course.id, seeds), "utf-8")
        return f"wrote {path}: the seeds of {len(seeds)} students; they take it with: ackademy install {path} --as ID"
    folder = Path(args.each)
    folder.mkdir(parents=True, exist_ok=True)
    for student, own in seeds.items():
        name = f"{course.id}-seeds-{student}.json"
        if "/" in name or (problem := name_problem(name)):
            raise TreeError(f"no file can be called by the id {student!r}{': ' + problem if '/' not in name else ''}")
        (folder / name).write_text(seed_file(course.id, {student: own}), "utf-8")
    return f"wrote {len(seeds)} files into {folder}, one for each student"
