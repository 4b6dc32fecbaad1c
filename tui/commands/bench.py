"""`ackademy bench`: measure speed, each figure beside its peer or limit."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE

if TYPE_CHECKING:
    from core.bench import Bench, Figure

SUMMARY = "measure speed, each figure beside its peer or limit"
EXAMPLES = """\
  ackademy bench
  ackademy bench relay scale --quick --json
  ackademy bench start keys idle                the screen, beside a bare Textual app

exit status: 0 every limit that was measured is met, 1 one is not
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Measure; return 0 if every limit that was measured is met, 1 if not, 2 for an unknown name.

    A benchmark that fails counts as a limit that is not met; one that is absent here is skipped, with the reason.
    """
    from core.bench import benches

    every = benches()
    names = list(dict.fromkeys(args.names)) or list(every)
    for name in names:
        if name not in every:
            print(f"ackademy bench: no benchmark is called {name!r}: {_mend(name, list(every))}", file=sys.stderr)
            return EXIT_USAGE
    figures, failures = _measure({name: every[name] for name in names}, quick=args.quick)
    if args.json:
        failed = [{"bench": name, "failed": reason, "met": False} for name, reason in failures.items()]
        print(json.dumps([*(figure.as_json() for figure in figures), *failed], indent=2))
    else:
        _print(figures, failures)
    return 1 if failures or any(figure.met is False for figure in figures) else 0


def _mend(name: str, names: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"


def _measure(wanted: dict[str, Bench], *, quick: bool) -> tuple[list[Figure], dict[str, str]]:
    """The figures, and why the benchmarks that gave none failed."""
    import subprocess

    from rich.console import Console

    from core.bench import Figure, SkippedError

    figures: list[Figure] = []
    failures: dict[str, str] = {}
    console = Console(stderr=True)
    with console.status("") as status:
        for place, (name, bench) in enumerate(wanted.items(), 1):
            status.update(f"measuring {name} ({place} of {len(wanted)})")
            try:
                figures += bench(quick)
            except SkippedError as reason:
                figures.append(Figure(name, name, 0, "", skipped=str(reason)))
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                failures[name] = str(error)
    return figures, failures


def _print(figures: list[Figure], failures: dict[str, str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    table = Table("bench", "figure", Column("value", justify="right"), "limit", "", box=box.SIMPLE_HEAD)
    for figure in figures:
        limit = "" if figure.limit is None else f"{figure.kind} {_number(figure.limit)} {figure.unit}"
        table.add_row(*map(Text, _row(figure, limit)), style="dim" if figure.skipped else "")
    for name, reason in failures.items():
        table.add_row(name, Text(reason), "", "", Text("failed", style="bold red"))
    console = Console()
    if not console.is_terminal:
        console.width = 160  # a file has no edge at which to wrap
    console.print(table)


def _row(figure: Figure, limit: str) -> tuple[str, ...]:
    if figure.skipped:
        return figure.bench, figure.name, "-", limit, f"skipped: {figure.skipped}"
    word = {None: "", True: "met", False: "NOT MET"}[figure.met]
    return figure.bench, figure.name, f"{_number(figure.value)} {figure.unit}", limit, word


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"
