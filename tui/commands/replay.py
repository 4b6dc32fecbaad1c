"""`ackademy replay`: open a recorded run in the game, or read it as lines."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from tui.commands.screen_options import add_screen_arguments, refuse_without_terminal, run_app
from tui.platform import EXIT_USAGE, error_words

SUMMARY = "open a recorded run in the game"
EXAMPLES = """\
  ackademy replay mine.run
  ackademy replay mine.run --plain | less     what happened, as lines; for programs: ackademy export RUN --jsonl -
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("run", metavar="RUN", help="a run file")
    parser.add_argument("--plain", action="store_true", help="the run as lines of text instead of a screen")
    add_screen_arguments(parser)


def main(args: argparse.Namespace) -> int:
    """Do it; return the exit status."""
    from core.kernel.world import DivergedError
    from core.record import RunFileError, is_only_watched, journal_in, read_but_journal, with_journal
    from levels.explored import level_found
    from levels.loader import campaign, of_run
    from levels.schema import CampaignWorld, LevelError

    try:
        run = read_but_journal(args.run)
        level = of_run(run.header.text, run.header.level) if run.header.explored is None else level_found(run)
    except (OSError, ValueError, LevelError) as error:
        print(f"ackademy replay: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    if level.scenario.digest() != run.header.scenario:
        print(
            "ackademy replay: this run was played by other rules than this version's; it may go another way",
            file=sys.stderr,
        )
    try:
        if args.plain and is_only_watched(level.scenario):
            from core.record import Replay
            from tui.plain import tell_replay

            level = replace(level, scenario=with_journal(level.scenario, (), run.until))
            replay = Replay(level.scenario.reseeded(run.header.seed), run.answers, journal_in(args.run))
            tell_replay(level, replay, cut=run.cut_words)
            return 0
        journal = tuple(journal_in(args.run))
        level = replace(level, scenario=with_journal(level.scenario, journal, run.until))
    except DivergedError as error:
        print(f"ackademy replay: {args.run}: it does not fit: {error}", file=sys.stderr)
        return EXIT_USAGE
    except (OSError, RunFileError, ValueError) as error:
        print(f"ackademy replay: {args.run}: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    if args.plain:
        from tui.plain import tell_run

        tell_run(level, run.answers, run.header.seed, cut=run.cut_words)
        return 0
    refuse_without_terminal(f"read the run with: ackademy replay {args.run} --plain")
    from tui.app import AckademyApp, Options
    from tui.stage import Stage

    title = next((world.title for world in campaign() if world.id == level.world), level.world)
    opens = None if run.header.explored is None else run.header.explored.opens
    stage = Stage([CampaignWorld(level.world, title, "", (level,))], tape=run.answers, cut=run.cut_words, opens=opens)
    app = AckademyApp(
        Options.from_arguments(args),
        entries=stage.entries(),
        stage=stage,
        first_level=level.id,
        seed=run.header.seed,
    )
    stage.app = app
    return run_app(app, args)
