"""`ackademy submit`: put all that was played of a course into one file, to be handed in by hand."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE, error_words, find_paths

if TYPE_CHECKING:
    from levels.courses.course import Course

SUMMARY = "put your runs of a course into one file, which you hand in yourself: nothing is sent"
EXAMPLES = """\
  ackademy submit distsys-24                    writes distsys-24-ID.ackademy
  ackademy submit distsys-24 --assignment a1 --as s123 -o mine.ackademy

The file holds the runs as they are, with their lost and given-up attempts: look
into it, it is a zip. Upload it where your instructor wants it.
"""
MOST_RUN = 64 * 1024 * 1024


class SubmitError(Exception):
    """Why nothing can be handed in, in words."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("course", metavar="COURSE", help="an installed course, or its folder or zip")
    parser.add_argument("--assignment", action="append", default=[], metavar="ID", help="of this one (default: of all)")
    parser.add_argument("--as", dest="student", metavar="ID", help="who you are in the class: your id in its roster")
    parser.add_argument("--runs", metavar="FOLDER", help="where the runs are (default: where the game keeps them)")
    parser.add_argument("-o", "--output", metavar="FILE.ackademy", help="where to write it")


def main(args: argparse.Namespace) -> int:
    """Write the file; return 0, or 2 if that cannot be done."""
    from levels.courses.releasing import ReleaseError
    from levels.courses.tree import TreeError
    from levels.schema import LevelError
    from tui.courses import find_course

    with ExitStack() as stack:
        try:
            course = find_course(args.course, stack, args.student)
            if course is None:
                raise SubmitError(f"there is no course {args.course!r}: its name, folder or zip")
            return _submit(course, args)
        except (SubmitError, ReleaseError, TreeError, LevelError, OSError) as error:
            print(f"ackademy submit: {error_words(error)}", file=sys.stderr)
            return EXIT_USAGE


def _submit(course: Course, args: argparse.Namespace) -> int:
    from levels.courses.course import digest_of
    from levels.courses.releasing import assignments_of
    from levels.courses.submission import MOST_RUNS, SUFFIX, written
    from levels.courses.tree import put_zip

    assignments = assignments_of(course, args.assignment)
    wanted = {course.levels[name].last.id: name for one in assignments for name in one.points}
    found = runs_of(Path(args.runs) if args.runs else find_paths().runs, set(wanted))
    if not found:
        raise SubmitError(f"you have played nothing of {', '.join(one.id for one in assignments)} to its end yet")
    kept = dict(sorted(found.items(), key=lambda one: one[1][1])[-MOST_RUNS:])
    student = course.student or "me"
    name = "-".join([course.id, *args.assignment, "".join(letter for letter in student if letter.isalnum())])
    path = Path(args.output or f"{name}{SUFFIX}")
    edition = digest_of({file: (course.folder / file).read_bytes() for file in course.files.values()})
    put_zip(path, written(course.id, course.student, edition, {run: data for run, (data, _, _) in kept.items()}))
    print(f"wrote {path}", file=sys.stderr)
    for level, slug in wanted.items():
        count = sum(one == level for _, _, one in kept.values())
        print(
            f"  {slug}: {count} run{'' if count == 1 else 's'}{'' if count else ', which is missing'}", file=sys.stderr
        )
    if not course.student and course.manifest.salt:
        print(f"  it does not say who you are: ackademy install {course.id} --as ID", file=sys.stderr)
    print("nothing was sent: hand it in where your instructor wants it", file=sys.stderr)
    return 0


def runs_of(folder: Path, levels: set[str]) -> dict[str, tuple[bytes, float, str]]:
    """The runs of these levels in a folder: a file's name → what is in it, when it was written, and its level."""
    from levels.courses.submission import header_of

    found: dict[str, tuple[bytes, float, str]] = {}
    if not folder.is_dir():
        return found
    for path in sorted(folder.glob("*.run")):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_RUN:
            continue
        data = path.read_bytes()
        level = header_of(data).get("level")
        if isinstance(level, str) and level in levels and b'"result"' in data:
            found[path.name] = (data, path.stat().st_mtime, level)
    return found
