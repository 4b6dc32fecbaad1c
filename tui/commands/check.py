"""`ackademy check`: prove that levels can be won, lost and understood."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE

if TYPE_CHECKING:
    from levels.check import Effort, Progress, Report
    from levels.schema import Level

SUMMARY = "prove that levels can be won, lost and understood"
EXAMPLES = """\
  ackademy check my-level.toml
  ackademy check my-course/ --json                 its course.toml, too; also of a zip
  ackademy check my-level.toml --quick --watch     again at every save, until Ctrl+C
"""
WATCH_S = 0.3
SLOW_S = 10.0
"""A check that takes longer says that it is still at it, with what, and at last why."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "paths", nargs="+", metavar="FILE|FOLDER|COURSE", help="level files, folders of them, or courses: folder or zip"
    )
    parser.add_argument("--json", action="store_true", help="the findings as JSON on standard output")
    parser.add_argument("--quick", action="store_true", help="a first look: fewer seeds, the last hint untried")
    parser.add_argument("--watch", action="store_true", help="check again whenever a file changes")


def main(args: argparse.Namespace) -> int:
    """Check; return 0 if every level is sound, 1 if one fails, 2 if a file is broken or cannot be read."""
    paths = [Path(path) for path in args.paths]
    status = _check_all(paths, args)
    while args.watch:
        before = _changes(paths)
        while _changes(paths) == before:
            time.sleep(WATCH_S)
        status = _check_all(paths, args)
    return status


def _changes(paths: list[Path]) -> dict[str, int]:
    from levels.check import level_files
    from levels.courses.course import is_course

    found = {}
    for path in paths:
        course = sorted(path.rglob("*.*")) if path.is_dir() and is_course(path) else []
        for file in course or level_files(path):
            try:
                found[str(file)] = file.stat().st_mtime_ns
            except OSError:
                found[str(file)] = 0
    return found


def _check_all(paths: list[Path], args: argparse.Namespace) -> int:
    from levels.check import QUICK, Status, left_out, level_files
    from levels.courses.checking import check_course
    from levels.courses.course import is_course
    from levels.schema import UnknownLevelError

    reports: list[Report] = []
    unread = False
    for path in paths:
        if is_course(path):
            found = check_course(path, _checked(args.quick))
            reports += found
            if not args.json:
                for report in found:
                    _print(report)
            continue
        files = level_files(path)
        if not files:
            print(f"ackademy check: there are no level files in {path}", file=sys.stderr)
            unread = True
        for file in files:
            try:
                report = _check_one(file, args.quick)
            except UnknownLevelError as error:
                print(f"ackademy check: {error}", file=sys.stderr)
                unread = True
                continue
            reports.append(report)
            if not args.json:
                _print(report)
    if args.json:
        print(json.dumps([report.as_json() for report in reports], ensure_ascii=False), flush=True)
    elif len(reports) > 1:
        counts = {status: sum(report.status is status for report in reports) for status in Status}
        print(", ".join(f"{count} {status}" for status, count in counts.items() if count), flush=True)
    if args.quick and reports and not args.json:
        print(f"--quick: {left_out(QUICK)}", file=sys.stderr, flush=True)
    statuses = {report.status for report in reports}
    return EXIT_USAGE if unread or Status.BROKEN in statuses else int(Status.FAILS in statuses)


def _check_one(path: Path, quick: bool) -> Report:
    """The report on a file."""
    from levels.check import check_file

    return _with_progress(path.name, quick, lambda effort, progress: check_file(path, effort, progress))


def _checked(quick: bool) -> Callable[[Level], Report]:
    """What makes the report on a level of a course."""
    from levels.check import check

    return lambda level: _with_progress(level.id, quick, lambda effort, progress: check(level, effort, progress))


def _with_progress(name: str, quick: bool, made: Callable[[Effort, Progress], Report]) -> Report:
    """One report; a bar on standard error, where that is a terminal, while it is made."""
    from levels.check import FULL, QUICK

    effort = QUICK if quick else FULL
    patience = Patience(name)
    if not sys.stderr.isatty():
        report = made(effort, patience.note)
        patience.explain(report)
        return report
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(name), total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=escape(f"{name}: {what}"), completed=done, total=total)

        report = made(effort, show)
    patience.explain(report)
    return report


class Patience:
    """Says of a check that takes long that it goes on, every SLOW_S, where no bar does; and when it is over, why."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._began = self._said = clock()

    def note(self, what: str, done: int, total: int) -> None:
        """What is being tried now."""
        if self._clock() - self._said >= SLOW_S:
            self._said = self._clock()
            seconds = self._said - self._began
            print(f"{self._name}: {seconds:.0f} s so far, now {what}, {done} of {total}", file=sys.stderr, flush=True)

    def explain(self, report: Report) -> None:
        """What took so long, if anything did."""
        seconds = self._clock() - self._began
        if seconds < SLOW_S or not report.work:
            return
        part, work = max(report.work.items(), key=lambda one: (one[1].events, one[0]))
        runs = f"{work.worlds:,} runs of {work.events // max(1, work.worlds):,} events each"
        print(f"{self._name}: this took {seconds:.0f} s, most of it {part}: {runs}", file=sys.stderr, flush=True)


def _print(report: Report) -> None:
    print(f"{report.path}: {report.status}")
    for finding in report.findings:
        print(f"  {finding}", flush=True)
