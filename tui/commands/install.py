"""`ackademy install`: keep a course beside the campaign, to be played by its name."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tui.platform import EXIT_USAGE, error_words

SUMMARY = "keep a course beside the campaign, to be played by its name"
EXAMPLES = """\
  ackademy install distsys-24.zip               then: ackademy play distsys-24
  ackademy install distsys-24.zip --as s123     and say who you are in its class: your id in the roster
  ackademy install seeds-a1.json                the seeds that were handed out for it
  ackademy install --list
  ackademy install --remove distsys-24          what was played in it stays
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "course", nargs="?", metavar="COURSE|SEEDS", help="a course (folder, zip, or an installed one), or its seeds"
    )
    parser.add_argument("--as", dest="student", metavar="ID", help="who you are in the class: your id in its roster")
    parser.add_argument("--list", action="store_true", help="the installed courses")
    parser.add_argument("--remove", metavar="NAME", help="take an installed course away")
    parser.add_argument("--json", action="store_true", help="the installed courses as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Do it; return 0, or 2 if it cannot be done."""
    from levels.courses.seeds import SeedFileError
    from levels.courses.shelf import ShelfError
    from levels.courses.tree import TreeError
    from levels.schema import LevelError
    from tui.courses import shelf

    if args.remove is None and args.course is None and not args.list and not args.json:
        print("ackademy install: what? A course's folder or zip (see ackademy install --help)", file=sys.stderr)
        return EXIT_USAGE
    installed = shelf()
    try:
        if args.remove is not None:
            installed.remove(args.remove)
            print(f"{args.remove} is gone; what was played in it stays", file=sys.stderr)
        if args.course is not None:
            _install(args)
    except (ShelfError, SeedFileError, TreeError, LevelError, OSError, UnicodeDecodeError) as error:
        words = error.args[0] if isinstance(error, ShelfError) else error_words(error)
        print(f"ackademy install: {words}", file=sys.stderr)
        return EXIT_USAGE
    if args.list or args.json:
        _list(args.json)
    return 0


def _install(args: argparse.Namespace) -> None:
    from tui.courses import shelf

    installed = shelf()
    if args.course in installed.names() and args.student is not None and not Path(args.course).exists():
        installed.enrol(args.course, args.student)
        print(f"you are {args.student} in {args.course}", file=sys.stderr)
        return
    path = Path(args.course)
    if path.suffix == ".json":
        if path.stat().st_size > 16 * 1024 * 1024:
            raise OSError(0, "this is too large for a file of seeds", args.course)
        name, enrolled = installed.take_seeds(path.read_text("utf-8"), args.student)
        print(f"seeds of {', '.join(sorted(enrolled.seeds))} for {enrolled.student} in {name}", file=sys.stderr)
        return
    course, replaced = installed.install(path, args.student)
    what = "in the place of an older one" if replaced else "beside the campaign"
    print(f"installed {course.id}, {what}; next: ackademy play {course.id}", file=sys.stderr)
    if course.manifest.assignments and not installed.enrolled(course.id).student:
        print(f"say who you are in its class: ackademy install {course.id} --as ID", file=sys.stderr)


def _list(as_json: bool) -> None:
    from contextlib import ExitStack

    from levels.courses.tree import TreeError
    from levels.schema import LevelError
    from tui.courses import shelf

    installed = shelf()
    rows = []
    for name in installed.names():
        enrolled = installed.enrolled(name)
        row = {"id": name, "title": "", "levels": 0, "student": enrolled.student, "problem": ""}
        try:
            with ExitStack() as stack:
                course = installed.open(name, stack)
                row |= {"title": course.manifest.title, "levels": len(course.levels)}
        except (LevelError, TreeError) as error:
            row["problem"] = str(error)
        rows.append(row)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        said = row["problem"] or f"{row['title']}, {row['levels']} levels"
        print(f"{row['id']}: {said}{', as ' + str(row['student']) if row['student'] else ''}")
