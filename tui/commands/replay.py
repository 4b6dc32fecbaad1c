"""`ackademy replay`: open a recorded run in the game, or read it as lines."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.commands.screen_options import add_screen_arguments, refuse_without_terminal, run_app
from tui.platform import EXIT_USAGE, error_words

if TYPE_CHECKING:
    from core.record import Run

SUMMARY = "open a recorded run in the game"
EXAMPLES = """\
  ackademy replay mine.run
  ackademy replay mine.run --plain | less     what happened, as lines; for programs: ackademy export RUN --jsonl -

It is checked first: whether it was changed, and comes to the end that it claims.
exit status: 0 shown, 1 shown, but it is not what it claims to be, 2 could not be shown
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
    refused, words = _checked(args.run, run)
    print(f"{args.run}: {words}", file=sys.stderr)
    status = 1 if refused else 0
    try:
        if args.plain and is_only_watched(level.scenario):
            from core.record import Replay
            from tui.plain import tell_replay

            level = replace(level, scenario=with_journal(level.scenario, (), run.until))
            replay = Replay(level.scenario.reseeded(run.header.seed), run.answers, journal_in(args.run))
            tell_replay(level, replay, cut=run.cut_words)
            return status
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
        return status
    refuse_without_terminal(f"read the run with: ackademy replay {args.run} --plain")
    from tui.app import AckademyApp, Options
    from tui.stage import Stage

    title = next((world.title for world in campaign() if world.id == level.world), level.world)
    opens = None if run.header.explored is None else run.header.explored.opens
    world = CampaignWorld(level.world, title, "", (level,))
    said = f"{'This run is not what it claims to be.' if refused else 'This run was checked.'} {words}"
    stage = Stage([world], tape=run.answers, cut=run.cut_words, opens=opens, said=said, doubted=refused)
    app = AckademyApp(
        Options.from_arguments(args),
        entries=stage.entries(),
        stage=stage,
        first_level=level.id,
        seed=run.header.seed,
    )
    stage.app = app
    return run_app(app, args) or status


def _checked(path: str, run: Run) -> tuple[bool, str]:
    """Was the run changed, or does it claim what is not so? And in words what was found. A live one is not executed
    twice: an evening of it takes its time."""
    from core.grading import Standing, grade_run
    from core.record import EXPLORED, PLAYED, IdentityError, Sealed, clean, sealing_of, verify
    from levels.explored import scenario_found
    from levels.graded import compiled_to_grade

    signed = f"signed by {run.header.player}" if run.header.player else "unsigned"
    if run.header.kind == PLAYED:
        row = grade_run(path, compiled_to_grade)
        if not row.verified:
            return row.standing is Standing.REFUSED, f"{row.standing.value}: {row.why}"
        sealed = "" if row.sealed is not Sealed.NONE else ", and of an older format, which has no seal"
        return False, f"verified: its answers come to the end that it claims; {signed}{sealed}"
    try:
        problem = sealing_of(run).problem
    except IdentityError as error:
        return False, f"not checked: {error}"
    if problem:
        return bool(run.seals) or run.over, f"not verified: {problem}"
    if run.header.kind == EXPLORED:
        found = verify(run, lambda text, seed: scenario_found(run.header))
        if not found.verified:
            return run.result is not None, f"not verified: {clean(found.why, 400)}"
        return False, "verified: an explorer found it, and it comes to the end that it claims"
    return False, f"nothing in it was changed since it was written; {signed}"
