"""`ackademy sweep`: a level on many seeds, by a script, the book and the personas."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.commands.numbers import positive, seed, whole
from tui.commands.unfit import say_if_unfit
from tui.platform import EXIT_USAGE, error_words, find_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levels.schema import Level
    from levels.sweep_cluster import ClusterSweep
    from levels.sweeping import Outcome, Player, Sweep, Tally

SUMMARY = "a level on many seeds: your script beside the book and the personas"
EXAMPLES = """\
  ackademy sweep crown/two-kings --script mine.py
  ackademy sweep crown/two-kings --script mine.py --seeds 200 --alone --json
  ackademy sweep crown/two-kings --script mine.py --worst worst.run      for: ackademy replay worst.run
  ackademy sweep crown/two-kings --script mine.py --alone --least 90     fails below 90 % won
  ackademy sweep crown/two-kings                                         the book and the personas alone

A script is a file with  def answer(question, memory): ...  (ackademy script RUN makes one of a run of yours).

exit status: 0 done, 1 fewer won than --least, 2 wrong usage, or the script failed
"""
SEEDS = 1_000
COLUMNS = 40
"""Columns of a chart."""
TICK = 0.2
"""Seconds between two looks at how far it is."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("level", metavar="LEVEL|FILE", help="an id from `ackademy list`, or a level file")
    parser.add_argument("--script", metavar="FILE.py", help="your script")
    parser.add_argument(
        "--seeds", type=positive, default=SEEDS, metavar="N", help=f"on so many seeds (default: {SEEDS})"
    )
    parser.add_argument("--first", type=seed, default=1, metavar="N", help="the first of them (default: 1)")
    parser.add_argument("--alone", action="store_true", help="the script alone, without the book and the personas")
    parser.add_argument("--jobs", type=positive, metavar="N", help="so many processes (default: one a processor)")
    parser.add_argument("--dask", metavar="ADDRESS", default="", help="let the workers of this dask scheduler play")
    parser.add_argument("--worst", metavar="FILE.run", help="write the script's run on its worst seed to this file")
    parser.add_argument("--least", type=_percent, metavar="PERCENT", help="exit 1 if the script won fewer seeds")
    parser.add_argument("--json", action="store_true", help="the result as JSON on standard output")


def _percent(text: str) -> int:
    number = whole(text)
    if number > 100:
        raise argparse.ArgumentTypeError(f"{text!r} is more than 100 per cent")
    return number


def main(args: argparse.Namespace) -> int:
    """Play; return 0 if it was done, 1 if too few were won, 2 if it could not be done."""
    from levels.loader import load
    from levels.schema import LevelError, UnknownLevelError
    from levels.sweeping import players_of, why_not

    try:
        level = load(args.level)
        say_if_unfit(args.level, level)
        if problem := _problem(args) or why_not(level):
            print(f"ackademy sweep: {problem}", file=sys.stderr)
            return EXIT_USAGE
        players = players_of(level, args.script, others=not args.alone)
        seeds = range(args.first, args.first + args.seeds)
        sweep = _sweep(args, level, players, seeds)
        with sweep:
            _follow(sweep)
    except KeyboardInterrupt:
        print("\nstopped: what had come until then follows", file=sys.stderr)
    except (LevelError, UnknownLevelError, OSError, ValueError) as error:
        print(f"ackademy sweep: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    return _report(args, level, sweep)


def _sweep(args: argparse.Namespace, level: Level, players: Sequence[Player], seeds: range) -> Sweep | ClusterSweep:
    """The work, here or on a cluster."""
    from levels.sweep_cluster import ClusterSweep
    from levels.sweeping import Sweep

    if args.dask:
        return ClusterSweep(level, players, seeds, args.dask)
    return Sweep(level, players, seeds, args.jobs)


def _problem(args: argparse.Namespace) -> str:
    """What is wrong with the command line, in words."""
    if args.script is None and (args.alone or args.worst or args.least is not None):
        return "--alone, --worst and --least are about a script: name one with --script"
    if args.script is not None and not Path(args.script).is_file():
        return f"{args.script}: there is no such file"
    return ""


def _follow(sweep: Sweep | ClusterSweep) -> None:
    """Wait until it is done, and say how far it is to whoever sits at a terminal."""
    shows = sys.stderr.isatty()
    while sweep.left:
        sweep.heard(TICK)
        if shows:
            print(f"\r{sweep.done:,} of {sweep.of:,} runs ", end="", file=sys.stderr, flush=True)
    if shows:
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)


def _report(args: argparse.Namespace, level: Level, sweep: Sweep | ClusterSweep) -> int:
    from levels.sweeping import main_measure

    measure = main_measure(level.scenario)
    mine = sweep.tallies[0] if args.script is not None else None
    worst = mine.worst(measure) if mine is not None else None
    before = _remembered(args, level, mine, measure.name) if mine is not None and not mine.failures else None
    status = 0
    if mine is not None and args.least is not None and mine.wins * 100 < args.least * max(1, mine.seeds):
        status = 1
    if sweep.failed or (mine is not None and mine.failures):
        status = EXIT_USAGE
    if args.worst and worst is not None:
        try:
            _write_worst(args, level, worst)
        except OSError as error:
            print(f"ackademy sweep: {error_words(error)}", file=sys.stderr)
            status = EXIT_USAGE
    if args.json:
        print(json.dumps(_figures(args, level, sweep, worst, before), indent=2))
    else:
        _print(level, sweep, before)
        if worst is not None:
            print(f"worst seed {worst.seed}: {_ended(worst)}")
    for words in _failures(args.script, mine):
        print(f"ackademy sweep: {words}", file=sys.stderr)
    if sweep.failed:
        print(f"ackademy sweep: {sweep.failed}", file=sys.stderr)
    return status


def _ended(outcome: Outcome) -> str:
    """How a run ended, for people."""
    from core.kernel.time import show_duration

    return f"{'won' if outcome.won else 'lost'} after {show_duration(outcome.time_us)}, {outcome.reason}"


def _failures(script: str, mine: Tally | None) -> list[str]:
    """That a script failed, where and why, for people."""
    if mine is None or not mine.failures:
        return []
    first = mine.failures[0]
    where = f"{script}, line {first.line}" if first.line else script
    return [f"{where}: {first.failure} (on seed {first.seed}; on {len(mine.failures)} of {mine.seeds} seeds in all)"]


def _remembered(args: argparse.Namespace, level: Level, mine: Tally, measure: str) -> Any:
    """What an earlier script of the player's did on the same seeds, if there was one; this one is kept."""
    from tui.sweeps import Kept, Sweeps, digest_of

    if mine.seeds < args.seeds:
        return None
    try:
        kept = Kept(
            _today().isoformat(), digest_of(Path(args.script)), level.scenario.digest(), args.first, args.seeds,
            mine.wins, measure, tuple(mine.values(measure)),
        )  # fmt: skip
        sweeps = Sweeps(find_paths().sweeps, level.id)
        before = sweeps.before(kept)
        sweeps.keep(kept)
    except OSError as error:
        print(f"this sweep is not kept: {error_words(error)}", file=sys.stderr)
        return None
    return before


def _today() -> date:
    return datetime.now(UTC).date()


def _write_worst(args: argparse.Namespace, level: Level, worst: Outcome) -> None:
    """Play the worst seed once more, and write it down. Raises OSError."""
    from core.record import header_of, result_of, write
    from core.script import Script, hidden_of
    from levels.proofs import play, with_par_figures

    scenario = with_par_figures(level, worst.seed)
    with Script(Path(args.script), seed=worst.seed, hidden=hidden_of(scenario)) as seat:
        world = play(scenario, seat)
    write(args.worst, header_of(world.scenario, level.id, level.text), world.answers, result_of(world), by="policy")
    print(f"the worst run is recorded in {args.worst}", file=sys.stderr)


def _figures(
    args: argparse.Namespace, level: Level, sweep: Sweep | ClusterSweep, worst: Outcome | None, before: Any
) -> Any:
    from levels.sweeping import main_measure

    measure = main_measure(level.scenario)
    found: dict[str, Any] = {
        "level": level.id, "first": args.first, "seeds": args.seeds, "measure": measure.name,
        "higher_is_better": measure.higher,
        "complete": sweep.done == sweep.of,
        "players": [tally.as_json(measure.name) for tally in sweep.tallies],
        "worst": None if worst is None else {
            "seed": worst.seed, "won": worst.won, "reason": worst.reason, "time_us": worst.time_us,
            "measures": dict(worst.measures),
        },
        "before": None if before is None else {"day": before.day, "won": before.won, "seeds": before.seeds},
    }  # fmt: skip
    if args.script is not None:
        found["failures"] = [
            {"seed": one.seed, "line": one.line, "failure": one.failure} for one in sweep.tallies[0].failures
        ]
    return found


def _print(level: Level, sweep: Sweep | ClusterSweep, before: Any) -> None:
    """The same as lines, each with its chart."""
    from levels.sweeping import main_measure, quantile
    from tui.look.histogram import bars, scale_of
    from tui.model import Axis
    from tui.prose import to_ascii
    from tui.sweeps import named

    measure = main_measure(level.scenario)
    axis = Axis(measure.name, measure.unit, measure.higher)
    rows = [(tally.player.words, tally.wins, tally.seeds, tally.values(measure.name)) for tally in sweep.tallies]
    if before is not None:
        rows.insert(1, (named(before, _today()), before.won, before.seeds, list(before.values)))
    scale = scale_of([values for *_, values in rows], COLUMNS)
    wide = max(len(name) for name, *_ in rows)
    utf8 = (sys.stdout.encoding or "").lower().startswith("utf")
    print(f"{level.id}, {axis.name}{', more is better' if axis.higher else ''}; lost runs are in no chart")
    for name, won, seeds, values in rows:
        median = quantile(values, 0.5)
        chart = bars(values, scale)
        share = f"{won / seeds:6.1%} won" if seeds else "not played"
        middle = "" if median is None else axis.scale(median)
        print(f"{name:<{wide}}  {share:>10}  {chart if utf8 else to_ascii(chart)}  {middle}".rstrip())
    if scale.most > scale.least or any(values for *_, values in rows):
        ends = f"{axis.scale(scale.least)} ... {axis.scale(scale.most)}"
        print(f"{'':<{wide}}  {'':>10}  {ends:^{COLUMNS}}")
