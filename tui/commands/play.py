"""`ackademy play`: play one level."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.numbers import seed
from tui.commands.screen_options import add_screen_arguments, refuse_without_terminal, run_app
from tui.commands.unfit import say_if_unfit
from tui.platform import EXIT_USAGE

if TYPE_CHECKING:
    from tui.courses import Found

SUMMARY = "play one level"
EXAMPLES = """\
  ackademy play premise/echo
  ackademy play my-level.toml --seed 3 --record mine.run
  ackademy play my-course/                  or a zip of it, or by its name once it is installed
  ackademy play premise/echo --plain
  ackademy play premise/echo --player script:policy.py     watch your own policy play
  ackademy play premise/echo --ghost friend.run            on its seed, the friend's run beside you
  ackademy play inspect:tcp                 who does not play by the book? Made from any room with personas
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "level",
        metavar="LEVEL|FILE|COURSE",
        help="an id of `ackademy list`, a file, a course by its name, folder or zip, or inspect:PROTOCOL",
    )
    parser.add_argument("--seed", type=seed, metavar="N", help="another seed than the level's own")
    parser.add_argument("--as", dest="student", metavar="ID", help="in a course: whose seeds, by the class's roster")
    parser.add_argument("--record", metavar="FILE.run", help="write the run to this file")
    parser.add_argument("--player", metavar="script:FILE.py", help="let a script answer in your place, and watch it")
    parser.add_argument("--ghost", metavar="FILE.run", help="a run of this level, a friend's, say, plays beside you")
    parser.add_argument("--plain", action="store_true", help="lines of text instead of a screen")
    add_screen_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    from levels.courses.tree import TreeError
    from levels.schema import LevelError, UnknownLevelError
    from tui.courses import find

    with ExitStack() as stack:
        try:
            found = find(args.level, stack, args.student)
        except (LevelError, UnknownLevelError, TreeError) as error:
            print(error, file=sys.stderr)
            return EXIT_USAGE
        return _play(args, found)


def _play(args: argparse.Namespace, found: Found) -> int:
    """Play what was found, while it is there."""
    worlds, first = found.worlds, found.first
    for problem in found.problems:
        print(problem, file=sys.stderr)
    if first is not None and found.course is None:
        say_if_unfit(args.level, first)
    record = Path(args.record) if args.record else None
    script: Path | None = None
    if args.player is not None:
        kind, _, name = args.player.partition(":")
        if kind != "script" or not name or args.plain:
            what = "needs a screen" if args.plain else f"is script:FILE.py here, not {args.player!r}"
            print(f"ackademy play: --player {what}; `ackademy run` has other players, without one", file=sys.stderr)
            return EXIT_USAGE
        script = Path(name)
        if not os.path.isfile(script):
            print(f"ackademy play: {script}: there is no such file", file=sys.stderr)
            return EXIT_USAGE
    ghost = None
    if args.ghost is not None:
        from tui.rival import NoGhostError, tape_of

        if args.plain or first is None or script is not None:
            what = "a screen" if args.plain else "a player" if script is not None else "one level"
            print(f"ackademy play: --ghost needs {what}", file=sys.stderr)
            return EXIT_USAGE
        try:
            ghost = tape_of(Path(args.ghost), first, args.seed)
        except NoGhostError as error:
            print(f"ackademy play: {error}", file=sys.stderr)
            return EXIT_USAGE
    if args.plain:
        begun = first or worlds[0].levels[0]
        if begun.scenario.live:
            from tui import plain_live

            return plain_live.play(begun, seed=args.seed, record=record)
        from tui.plain import play_acts

        return play_acts(begun, seed=found.seed(begun) if args.seed is None else args.seed, record=record)
    refuse_without_terminal()
    from tui.app import AckademyApp, Options
    from tui.live import LiveStage

    stage = LiveStage(
        worlds,
        record,
        script=script,
        seeds=found.seeds,
        handed_in=found.handed_in,
        watches=os.path.exists(args.level),
    )
    level = first.id if first is not None else None
    if ghost is not None and level is not None:
        stage.race(level, ghost)
        args.seed = ghost.seed
    app = AckademyApp(
        Options.from_arguments(args), entries=stage.entries(), stage=stage, first_level=level, seed=args.seed
    )
    stage.app = app
    return run_app(app, args)
