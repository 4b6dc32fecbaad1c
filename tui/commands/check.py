"""`ackademy check`: prove that levels can be won, lost and understood."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE

if TYPE_CHECKING:
    from levels.check import Report

SUMMARY = "prove that levels can be won, lost and understood"
EXAMPLES = """\
  ackademy check my-level.toml
  ackademy check my-course/ --json
  ackademy check my-level.toml --quick --watch     again at every save, until Ctrl+C
"""
WATCH_S = 0.3


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="level files, or folders of them")
    parser.add_argument("--json", action="store_true", help="the findings as JSON on standard output")
    parser.add_argument("--quick", action="store_true", help="fewer seeds, for a first look")
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

    found = {}
    for path in paths:
        for file in level_files(path):
            try:
                found[str(file)] = file.stat().st_mtime_ns
            except OSError:
                found[str(file)] = 0
    return found


def _check_all(paths: list[Path], args: argparse.Namespace) -> int:
    from levels.check import Status, level_files
    from levels.schema import UnknownLevelError

    reports: list[Report] = []
    unread = False
    for path in paths:
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
    statuses = {report.status for report in reports}
    return EXIT_USAGE if unread or Status.BROKEN in statuses else int(Status.FAILS in statuses)


def _check_one(path: Path, quick: bool) -> Report:
    """One report; a bar on standard error, where that is a terminal, while it is made."""
    from levels.check import FULL, QUICK, check_file

    effort = QUICK if quick else FULL
    if not sys.stderr.isatty():
        return check_file(path, effort)
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(path.name), total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=escape(f"{path.name}: {what}"), completed=done, total=total)

        return check_file(path, effort, show)


def _print(report: Report) -> None:
    print(f"{report.path}: {report.status}")
    for finding in report.findings:
        print(f"  {finding}", flush=True)
