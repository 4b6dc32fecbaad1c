"""`ackademy list`: list the levels, in the campaign's order, and those of installed courses; or those of one course."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tui.platform import EXIT_USAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levels.courses.course import Course
    from levels.schema import CampaignWorld, Level

SUMMARY = "list the levels, in the campaign's order, and those of courses"
EXAMPLES = """\
  ackademy list
  ackademy list --json
  ackademy list my-course/       what is handed in by when, too
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("course", nargs="?", metavar="COURSE", help="a course alone: its name, folder or zip")
    parser.add_argument("--json", action="store_true", help="one JSON array on standard output")


def main(args: argparse.Namespace) -> int:
    """Print the levels; return 0, or 2 if a file is broken (of the campaign the others are listed)."""
    from levels.courses.tree import TreeError
    from levels.schema import LevelError
    from tui.courses import find_course

    if args.course is None:
        return _everything(args.json)
    with ExitStack() as stack:
        try:
            course = find_course(args.course, stack)
        except (LevelError, TreeError) as error:
            print(error, file=sys.stderr)
            return EXIT_USAGE
        if course is None:
            print(f"ackademy list: there is no course {args.course!r}: its name, folder or zip", file=sys.stderr)
            return EXIT_USAGE
        if args.json:
            rows = [{**_row(level), **_handed_in(course, name)} for name, level in course.levels.items()]
            print(json.dumps(rows, ensure_ascii=False))
        else:
            _print_course(course)
    return 0


def _everything(as_json: bool) -> int:
    from levels.packages import troubles
    from tui.courses import library

    found = library()
    if as_json:
        print(json.dumps([_row(level) for world in found.worlds for level in world.all], ensure_ascii=False))
    else:
        _print_worlds(found.worlds)
    problems = [str(problem) for world in found.worlds for problem in world.problems]
    problems += [*found.problems, *(str(trouble) for trouble in troubles())]
    for problem in problems:
        print(problem, file=sys.stderr)
    return EXIT_USAGE if problems else 0


def _row(level: Level) -> dict[str, Any]:
    return {
        "id": level.id,
        "title": level.title,
        "world": level.world,
        "protocol": level.protocol,
        "covers": list(level.covers),
        "path": level.path,
        "program": level.program,
    }


def _handed_in(course: Course, name: str) -> dict[str, Any]:
    """With what a level is handed in."""
    one = course.manifest.assignment_of(name)
    if one is None:
        return {"assignment": None, "points": None, "due": None, "seed": None}
    due = None if one.due is None else one.due.isoformat()
    return {"assignment": one.id, "points": float(one.points[name]), "due": due, "seed": course.seeds.get(name)}


def _print_worlds(worlds: Sequence[CampaignWorld]) -> None:
    width = max((len(level.id) for world in worlds for level in world.all), default=0)
    for world in worlds:
        print(f"{world.title}: {world.summary}" if world.summary else world.title)
        for level in world.all:
            print(f"  {level.id:<{width}}  {level.title}: {level.summary}")


def _print_course(course: Course) -> None:
    manifest = course.manifest
    print(f"{manifest.title} ({manifest.id}){': ' + manifest.summary if manifest.summary else ''}")
    _print_worlds(course.worlds())
    for one in manifest.assignments:
        due = "whenever" if one.due is None else f"by {one.due:%Y-%m-%d %H:%M} {one.due.tzname()}"
        levels = ", ".join(f"{name} {float(points):g}" for name, points in one.points.items())
        late = "" if one.due is None else f"; what is late {one.late.words}"
        print(f"{one.id}, {one.title}: {float(one.total):g} points, {due}{late}: {levels}")
    if course.student:
        print(f"played as {course.student}")
