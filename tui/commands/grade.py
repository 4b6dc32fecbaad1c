"""`ackademy grade`: are these runs what they say they are, and how good?"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.numbers import seed
from tui.marking import course_arguments, mark, misplaced
from tui.platform import EXIT_USAGE, error_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.grading import Row, Wanted

SUMMARY = "execute recorded runs again: verified or why not, stars, figures, mistakes"
EXAMPLES = """\
  ackademy grade mine.run
  ackademy grade handed-in/ --level my-level.toml --roster class.csv --csv grades.csv
  ackademy grade handed-in/ --signed --json
  ackademy grade *.run --gradescope results.json --junit runs.xml
  ackademy grade download.zip --course my-course/ --csv marks.csv
  ackademy grade download.zip --course my-course/ --assignment a1 --moodle grades.csv --template sheet.csv
  ackademy grade download.zip --course my-course/ --report class.svg --histogram

What a verified run proves: these answers come to this end on this level and seed,
and if it is signed, nobody but the owner of that key has put them there. What it
does not: who typed them. What is claimed only stands under "claimed".

--roster: a CSV file with the columns student, key and, if you gave some out, seed.

exit status: 0 all are verified, 1 one is not, 2 wrong usage or nothing to grade
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("runs", nargs="+", metavar="RUN|FOLDER", help="run files, or folders of them")
    parser.add_argument("--level", metavar="FILE|ID", help="the level that they are to be of: another text is refused")
    parser.add_argument("--seed", type=seed, metavar="N", help="the seed that they are to be of: another is reported")
    parser.add_argument("--roster", metavar="FILE.csv", help="whose key is whose, and who was given which seed")
    parser.add_argument("--signed", action="store_true", help="refuse what nobody has signed")
    parser.add_argument("--csv", metavar="FILE", help="write a line a run as CSV")
    parser.add_argument("--gradescope", metavar="FILE", help="write the results.json of a Gradescope autograder")
    parser.add_argument("--junit", metavar="FILE", help="write a test a run as JUnit's XML")
    parser.add_argument("--dask", metavar="ADDRESS", default="", help="let the workers of this dask scheduler do it")
    parser.add_argument("--json", action="store_true", help="everything as JSON on standard output")
    course_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Grade; return 0 if all runs are verified, 1 if one is not, 2 if there was nothing to grade."""
    from core.cluster import ClusterError
    from core.grading import Roster, RosterError, as_csv, as_gradescope, as_junit, read_roster
    from levels.schema import LevelError, UnknownLevelError

    if (problem := misplaced(args)) is not None:
        print(f"ackademy grade: {problem}", file=sys.stderr)
        return EXIT_USAGE
    if args.course is not None:
        return mark(args)
    try:
        files = run_files(args.runs)
        roster = read_roster(args.roster) if args.roster else Roster()
        wanted = _wanted(args)
    except (OSError, RosterError, LevelError, UnknownLevelError) as error:
        print(f"ackademy grade: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    if not files:
        print(f"ackademy grade: there are no run files in {', '.join(args.runs)}", file=sys.stderr)
        return EXIT_USAGE
    try:
        found = graded([(file, wanted) for file in files], args.dask)
    except ClusterError as error:
        print(f"ackademy grade: {error}", file=sys.stderr)
        return EXIT_USAGE
    rows = same_files_noted([roster.named(row) if args.roster else row for row in found])
    for path, text_of in ((args.csv, as_csv), (args.gradescope, as_gradescope), (args.junit, as_junit)):
        if path is not None and not _write(path, text_of(rows)):
            return EXIT_USAGE
    if args.json:
        print(json.dumps([row.as_json() for row in rows]))
    elif "-" not in (args.csv, args.gradescope, args.junit):
        _print(rows)
    return 0 if all(row.verified for row in rows) else 1


def run_files(names: Sequence[str]) -> list[Path]:
    """The files that are named, and in folders every *.run below them, each once. Raises OSError for what is not
    there."""
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            found.update(dict.fromkeys(sorted(one for one in path.rglob("*.run") if one.is_file())))
        else:
            path.stat()
            found[path] = None
    return list(found)


def _wanted(args: argparse.Namespace) -> Wanted:
    from core.grading import Wanted
    from levels.graded import level_digest
    from levels.loader import load, whole_text

    level = level_digest(whole_text(load(args.level).text)) if args.level else ""
    return Wanted(level=level, seed=args.seed, signed=args.signed, digest_of=level_digest)


def graded(tasks: Sequence[tuple[Path | str, Wanted | None]], dask: str = "") -> list[Row]:
    """The rows of these files, in order; a bar on standard error, where that is a terminal, while they are made.
    `dask`: the address of a scheduler whose workers make them; raises ClusterError."""
    from core.grading import grade_runs
    from levels.graded import compiled_to_grade

    rows: dict[int, Row] = {}
    with bar(len(tasks), "executing runs") as advance:
        for place, row in grade_runs(tasks, compiled_to_grade, dask=dask):
            rows[place] = row
            advance()
    return [rows[place] for place in range(len(tasks))]


@contextmanager
def bar(total: int, doing: str) -> Iterator[Callable[[], None]]:
    """What lets a bar advance by one."""
    if not sys.stderr.isatty() or total < 2:
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def same_files_noted(rows: Sequence[Row]) -> list[Row]:
    """The rows, with a remark where one file was handed in twice, byte for byte. Equal answers are no copies: a seed
    has only so many good ways; and what tells no time of day may well be equal byte for byte."""
    first: dict[str, str] = {}
    noted = []
    for row in rows:
        other = first.setdefault(row.id, row.file) if row.began else row.file
        same = () if other == row.file else (f"byte for byte the same file as {other}",)
        noted.append(replace(row, remarks=(*row.remarks, *same)))
    return noted


def _write(path: str, text: str) -> bool:
    """Write a file, or standard output if that is "-"; False if that could not be done."""
    if path == "-":
        sys.stdout.write(text)
        return True
    try:
        Path(path).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        print(f"ackademy grade: {error_words(error)}", file=sys.stderr)
        return False
    return True


def _print(rows: Sequence[Row]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(
        "run", "player", "level", "won", Column("messages", justify="right"), Column("time", justify="right"),
        "mistakes", "claimed", box=box.SIMPLE_HEAD,
    )  # fmt: skip
    console = Console()
    if not console.is_terminal:
        console.width = 160  # a file has no edge at which to wrap
    for row in rows:
        table.add_row(*map(Text, _cells(row)))
    console.print(table)
    for row in rows:
        said = [row.why, *row.remarks] if row.why else list(row.remarks)
        if not row.verified or said:
            words = "; ".join([f"{row.standing.value}: {row.why}" if row.why else row.standing.value, *row.remarks])
            console.print(Text(f"{_name(row)}: {words}"), soft_wrap=True)
    verified = sum(row.verified for row in rows)
    console.print(Text(f"{verified} of {len(rows)} verified"))


def _cells(row: Row) -> list[str]:
    from core.grading import by_words, mistakes_words
    from core.kernel.time import show_duration
    from tui.model import star_glyphs

    player = row.student or (f"{row.player[:12]}…" if row.player else "unsigned")
    if not row.verified:
        return [_name(row), player, row.level, row.standing.value, "", "", "", ""]
    won = f"{star_glyphs(row.stars)} won" if row.won else "lost"
    figures = []
    for name, shown in (("messages", str), ("time", show_duration)):
        one = row.figures.get(name)
        figures.append("" if one is None else f"{shown(one.value)} / {'-' if one.par is None else shown(one.par)}")
    claimed = f"by {by_words(row) or 'nobody'}"
    claimed += f", hints {row.hints}" * bool(row.hints) + f", rewinds {row.rewinds}" * bool(row.rewinds)
    return [_name(row), player, row.level, won, *figures, mistakes_words(row) or "none", claimed]


def _name(row: Row) -> str:
    from core.record import clean

    return clean(Path(row.file).name, 60)
