"""`ackademy grade … --course C`: a class's marks from what a platform handed out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE, error_words

if TYPE_CHECKING:
    from levels.courses.course import Course
    from levels.courses.manifest import Assignment
    from levels.courses.marking import Marked
    from levels.courses.platforms import Handed
    from levels.courses.roster import Student

OF_CLASS = ("assignment", "worksheet", "moodle", "canvas", "template", "report", "histogram")
"""What is asked of a class only."""
OF_RUNS = ("level", "seed", "junit")
"""What is asked of runs only: a course says of which level and seed each is to be."""
MOST_SHEET = 32 * 1024 * 1024


class MarkingError(Exception):
    """Why a class cannot be graded, in words."""


def course_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what grading a class takes."""
    group = parser.add_argument_group("a class", "with --course RUN is a folder or zip that Moodle, Canvas or "
                                      "Gradescope handed out, or a folder with a file for each student")  # fmt: skip
    group.add_argument("--course", metavar="COURSE", help="grade a class: a row a student, a column a level")
    group.add_argument("--assignment", action="append", default=[], metavar="ID", help="of this one (default: of all)")
    group.add_argument("--worksheet", metavar="FILE.csv", help="Moodle's grading worksheet, which has the times")
    group.add_argument("--moodle", metavar="FILE.csv", help="write a grading worksheet that Moodle takes as it is")
    group.add_argument("--canvas", metavar="FILE.csv", help="write a gradebook that Canvas imports as it is")
    group.add_argument("--template", metavar="FILE.csv", help="the platform's own export, into which marks are written")
    group.add_argument("--report", metavar="FILE", help="which rules were broken by how many: .txt, .csv, .svg, or -")
    group.add_argument("--histogram", action="store_true", help="with the points of the class, in the report")


def misplaced(args: argparse.Namespace) -> str | None:
    """What was asked of a class without a course, or of runs with one, in words; None if nothing was."""
    if args.course is None:
        found = next((name for name in OF_CLASS if getattr(args, name)), None)
        return None if found is None else f"--{found} is for a class: name its course by --course"
    found = next((name for name in OF_RUNS if getattr(args, name) is not None), None)
    return None if found is None else f"--{found} does not go with --course, which says what each run is to be of"


def mark(args: argparse.Namespace) -> int:
    """Grade a class; return 0 if every run in it is verified, 1 if one is not, 2 if it could not be graded."""
    from core.cluster import ClusterError
    from levels.courses.packing import PackError
    from levels.courses.platforms import PlatformError
    from levels.courses.releasing import ReleaseError
    from levels.courses.roster import RosterError
    from levels.courses.tree import TreeError
    from levels.schema import LevelError

    with ExitStack() as stack:
        try:
            return _mark(args, stack)
        except (
            MarkingError, PlatformError, ReleaseError, RosterError, PackError, TreeError, LevelError, OSError,
            ClusterError,
        ) as error:  # fmt: skip
            print(f"ackademy grade: {error_words(error)}", file=sys.stderr)
            return EXIT_USAGE


def _mark(args: argparse.Namespace, stack: ExitStack) -> int:
    from core.grading import Standing
    from levels.courses.marking import mark_class
    from levels.courses.platforms import handed_in
    from levels.courses.releasing import assignments_of
    from levels.courses.tree import OF_CLASS, open_tree
    from tui.courses import find_course

    if len(args.runs) != 1:
        raise MarkingError("with --course one folder or zip is graded at a time, as the platform handed it out")
    course = find_course(args.course, stack)
    if course is None:
        raise MarkingError(f"there is no course {args.course!r}: its name, folder or zip")
    assignments = assignments_of(course, args.assignment)
    students = _class(course, args.roster)
    tree = stack.enter_context(open_tree(args.runs[0], OF_CLASS, portable=False))
    worksheet = _sheet(args.worksheet)
    handed = handed_in(tree, course.manifest.timezone, worksheet)
    if not handed.hand_ins:
        raise MarkingError(f"{args.runs[0]}: nobody handed in anything there")
    with _bar() as advance:
        marked = mark_class(
            course, tree, handed, students, assignments, signed=args.signed, advance=advance, dask=args.dask
        )
    _write_all(args, course, handed, marked, assignments)
    for remark in (*handed.remarks, *(f"not looked at: {name}" for name in tree.left_out[:20])):
        print(f"ackademy grade: {remark}", file=sys.stderr)
    unread = any(not one.missing and not one.rows for one in marked)
    return int(unread or any(row.standing is not Standing.VERIFIED for one in marked for row in one.rows))


def _class(course: Course, path: str | None) -> list[Student]:
    """The class: as the file says that was named, else as the course does; [] if neither does. Raises OSError,
    RosterError, MarkingError."""
    from levels.courses.releasing import class_of
    from levels.courses.roster import read_roster

    sheet = _sheet(path)
    if sheet is not None:
        return read_roster(sheet[1], sheet[0])
    return class_of(course) if course.manifest.roster and "roster" not in course.manifest.packed else []


def _sheet(path: str | None) -> tuple[str, bytes] | None:
    """A platform's CSV. Raises OSError, MarkingError."""
    if path is None:
        return None
    with Path(path).open("rb") as file:
        data = file.read(MOST_SHEET + 1)
    if len(data) > MOST_SHEET:
        raise MarkingError(f"{path}: more than {MOST_SHEET // 1024 // 1024} MiB is no list of a class")
    return path, data


def _write_all(
    args: argparse.Namespace,
    course: Course,
    handed: Handed,
    marked: Sequence[Marked],
    assignments: Sequence[Assignment],
) -> None:
    """Write what was asked for; the table, if nothing goes to standard output. Raises OSError, MarkingError."""
    from levels.courses import classreport, marksheets

    if args.template and not (args.moodle or args.canvas):
        raise MarkingError("--template is the export into which --moodle or --canvas writes: name one of them")
    template = _sheet(args.template)
    written: list[tuple[str, str]] = []
    if args.csv:
        written.append((args.csv, marksheets.class_csv(marked, assignments)))
    if args.moodle:
        written.append((args.moodle, marksheets.moodle_csv(marked, assignments, template)))
    if args.canvas:
        written.append((args.canvas, marksheets.canvas_csv(marked, assignments, template)))
    if args.gradescope:
        written.append((args.gradescope, _gradescope(args.gradescope, marked, assignments)))
    report = classreport.report_of(marked, marksheets.total_of(assignments))
    if args.report:
        kind = Path(args.report).suffix.lower()
        if kind == ".svg":
            text = classreport.as_svg(report, course.manifest.title, with_histogram=args.histogram)
        elif kind == ".csv":
            text = classreport.as_csv(report)
        else:
            text = classreport.as_text(report, with_histogram=args.histogram)
        written.append((args.report, text))
    for path, text in written:
        if path == "-":
            sys.stdout.write(text)
        else:
            Path(path).write_text(text, "utf-8", newline="")
    if args.json:
        print(json.dumps(marksheets.class_json(marked, assignments, handed.platform), ensure_ascii=False))
    elif "-" not in [path for path, _ in written]:
        _print(marked, assignments, handed.platform)
        if args.histogram and not args.report:
            print(classreport.as_text(report, with_histogram=True))


def _gradescope(path: str, marked: Sequence[Marked], assignments: Sequence[Assignment]) -> str:
    """Of one student the results.json of an autograder; of a class, as .csv, the columns of Gradescope's grades."""
    from levels.courses import marksheets

    if Path(path).suffix.lower() == ".csv":
        return marksheets.gradescope_csv(marked, assignments)
    handed = [one for one in marked if not one.missing]
    if len(handed) != 1:
        raise MarkingError(f"{path}: a results.json is of one student, and here are {len(handed)}: write a .csv")
    return marksheets.gradescope_results(handed[0], assignments)


def _print(marked: Sequence[Marked], assignments: Sequence[Assignment], platform: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    from levels.courses.marksheets import late_words, number, total_of

    levels = [level for one in assignments for level in one.points]
    table = Table(
        "student", *(Column(level, justify="right") for level in levels), Column("total", justify="right"), "late",
        box=box.SIMPLE_HEAD,
    )  # fmt: skip
    console = Console()
    if not console.is_terminal:
        console.width = 160  # a file has no edge at which to wrap
    for one in marked:
        cells = [number(one.marks[level].points) for level in levels]
        late = "missing" if one.missing else late_words(one)
        table.add_row(*map(Text, [one.student.shown, *cells, number(one.total), late]))
    console.print(table)
    for one in marked:
        said = [f"{mark.level}: {mark.why}" for mark in one.marks.values() if mark.why and not one.missing]
        for words in [*said, *one.remarks]:
            console.print(Text(f"{one.student.shown}: {words}"), soft_wrap=True)
    handed = sum(not one.missing for one in marked)
    missing = sum(one.missing for one in marked)
    said_of = f"{handed} handed in by {platform}" if platform not in ("a folder", "a file") else f"{handed} handed in"
    print(f"{said_of}, {missing} missing, of {number(total_of(assignments))} points")


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """What is told how many runs are executed, of how many."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("executing runs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
