"""`ackademy daily`: five situations of the day."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tui.commands.screen_options import add_screen_arguments, refuse_without_terminal, run_app
from tui.platform import find_paths

if TYPE_CHECKING:
    from levels.daily import Situation
    from tui.progress import Progress

SUMMARY = "five situations of the day, the same for everybody: one answer each"
EXAMPLES = """\
  ackademy daily
  ackademy daily --plain                    by lines
  ackademy daily --json                     which they are, and what came of them
  ackademy daily --date 2026-11-28          another day's; it counts for nothing

The day is that of UTC. Only the first time counts; in the end there is one line to tell others.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--date", type=_date, metavar="YYYY-MM-DD", help="another day than today")
    parser.add_argument("--plain", action="store_true", help="lines of text instead of a screen")
    parser.add_argument("--json", action="store_true", help="the situations as JSON on standard output")
    add_screen_arguments(parser)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2026-11-28") from None


def today() -> date:
    """The day by the world's clock."""
    return datetime.now(UTC).date()


def main(args: argparse.Namespace) -> int:
    """Open the daily, or write it down; return 0, or by lines 1 if it was left."""
    day = args.date or today()
    if args.json or args.plain:
        from levels.daily import situations
        from tui.progress import Progress

        with closing(Progress(find_paths().progress)) as progress:
            found = situations(day)
            return _tell(found, day, progress) if args.json else _by_lines(found, day, progress)
    refuse_without_terminal("by lines it is: ackademy daily --plain")
    from tui.app import AckademyApp, Options
    from tui.commands.game import load_campaign
    from tui.screens.daily import DailyScreen

    return run_app(AckademyApp(Options.from_arguments(args), load=load_campaign, opens=DailyScreen(args.date)), args)


def _tell(found: list[Situation], day: date, progress: Progress) -> int:
    from levels.daily import share_line
    from tui.daily import counted

    played = counted(progress, day)
    whole = bool(found) and len(played) >= len(found)
    marks = [one.mark for one in played]
    figures = {
        "day": day.isoformat(),
        "situations": [
            {
                "level": one.level.id, "seed": one.seed, "event": one.event, "at_us": one.at, "node": one.node,
                "choice": one.choice, "case": one.case, "question": one.words,
            }
            for one in found
        ],
        "marks": [str(mark) for mark in marks],
        "share": share_line(day, found[-1], marks, played[-1].figure, plain=False) if whole else None,
    }  # fmt: skip
    print(json.dumps(figures, indent=2))
    return 0


def _by_lines(found: list[Situation], day: date, progress: Progress) -> int:
    from levels.daily import share_line
    from tui.daily import Played, count, counted
    from tui.plain import play_situation
    from tui.screens.daily_cards import WORDS

    before = [] if day != today() else counted(progress, day)
    again = day != today() or len(before) >= len(found)
    if again and found:
        print("This counts for nothing: it is another day's, or today's was played.")
    played: list[Played] = [] if again else list(before)
    for place, one in enumerate(found):
        if place < len(played):
            continue
        print(f"\n{place + 1} of {len(found)}: ", end="")
        world = play_situation(one)
        if world is None:
            return 1
        mark = one.mark(world)
        played.append(Played(mark, *one.figure(world)))
        print(f"That was {WORDS[mark]}.")
        if not again:
            count(progress, day, played)
    if not found:
        print("There is no level here that could be asked of.")
        return 0
    utf8 = (sys.stdout.encoding or "").lower().startswith("utf")
    line = share_line(day, found[-1], [one.mark for one in played], played[-1].figure, plain=not utf8)
    print(f"\n{line}{' (again)' if again else ''}")
    return 0
