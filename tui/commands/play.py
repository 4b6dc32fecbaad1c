"""`ackademy play`: play one level."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.numbers import seed
from tui.commands.screen_options import add_screen_arguments, refuse_without_terminal, run_app
from tui.commands.unfit import say_if_unfit
from tui.platform import EXIT_USAGE

if TYPE_CHECKING:
    from levels.schema import CampaignWorld, Level

SUMMARY = "play one level"
EXAMPLES = """\
  ackademy play premise/echo
  ackademy play my-level.toml --seed 3 --record mine.run
  ackademy play my-course/
  ackademy play premise/echo --plain
  ackademy play premise/echo --player script:policy.py     watch your own policy play
  ackademy play inspect:tcp                 who does not play by the book? Made from any room with personas
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "level", metavar="LEVEL|FILE|COURSE", help="an id of `ackademy list`, a file, a folder, or inspect:PROTOCOL"
    )
    parser.add_argument("--seed", type=seed, metavar="N", help="another seed than the level's own")
    parser.add_argument("--record", metavar="FILE.run", help="write the run to this file")
    parser.add_argument("--player", metavar="script:FILE.py", help="let a script answer in your place, and watch it")
    parser.add_argument("--plain", action="store_true", help="lines of text instead of a screen")
    add_screen_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    from levels.schema import LevelError, UnknownLevelError

    try:
        worlds, first = find(args.level)
    except (LevelError, UnknownLevelError) as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    if first is not None:
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
    if args.plain:
        from tui.plain import play_acts

        return play_acts(first or worlds[0].levels[0], seed=args.seed, record=record)
    refuse_without_terminal()
    from tui.app import AckademyApp, Options
    from tui.stage import Stage

    stage = Stage(worlds, record, script=script)
    level = first.id if first is not None else None
    app = AckademyApp(
        Options.from_arguments(args), entries=stage.entries(), stage=stage, first_level=level, seed=args.seed
    )
    stage.app = app
    return run_app(app, args)


def find(name: str) -> tuple[list[CampaignWorld], Level | None]:
    """The levels of a map, and the one to begin with: None for a course, whose map comes first.

    Raises LevelError, UnknownLevelError.
    """
    from levels.inspected import PREFIX, inspect_level
    from levels.loader import campaign, course, every_act_of, load
    from levels.schema import CampaignWorld, LevelError

    path = Path(name)
    if os.path.isdir(path):
        world = course(path)
        if not world.levels:
            raise LevelError(*world.problems)
        return [world], None
    level = inspect_level(name) if name.startswith(PREFIX) else load(name)
    worlds = campaign()
    acts = (act for world in worlds for other in world.levels for act in every_act_of(other))
    if not any(level.id == act.id and level.path == act.path for act in acts):
        worlds = [CampaignWorld(level.world, level.world, "", (level,))]
    return worlds, level
