"""`ackademy script`: what was done in a run, as a Python policy."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tui.platform import EXIT_USAGE, error_words

SUMMARY = "the moves of a recorded run as a Python policy, to change and to run on many seeds"
EXAMPLES = """\
  ackademy script mine.run                              on standard output
  ackademy script mine.run --out mine.py                into a file
  ackademy sweep premise/echo --script mine.py          on 1,000 seeds, beside the book and the personas
  ackademy play premise/echo --player script:mine.py    watch it play
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("run", metavar="RUN", help="a run file")
    parser.add_argument("--out", metavar="FILE.py", help="write it there; a file that is there already is left alone")


def main(args: argparse.Namespace) -> int:
    """Write the policy; return 0, or 2 if the run cannot be read or no policy can be made of it."""
    from core.kernel.world import DivergedError
    from core.policy import NoPolicyError, policy_of
    from core.record import read
    from levels.loader import from_text
    from levels.proofs import with_par_figures
    from levels.schema import LevelError

    try:
        run = read(args.run)
        if run.header.explored is not None:
            raise NoPolicyError("an explorer found this run: nobody played it")
        level = from_text(run.header.text, run.header.level)
        scenario = with_par_figures(level, run.header.seed)
        text = policy_of(scenario, run.answers, level.title, run.header.level)
        if args.out is None:
            sys.stdout.write(text)
        else:
            with Path(args.out).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            print(f"{args.out}: {text.count(chr(10))} lines", file=sys.stderr)
    except DivergedError as error:
        print(f"ackademy script: {args.run}: it does not fit this version's rules: {error}", file=sys.stderr)
        return EXIT_USAGE
    except NoPolicyError as error:
        print(f"ackademy script: {args.run}: {error}", file=sys.stderr)
        return EXIT_USAGE
    except (OSError, ValueError, LevelError) as error:
        print(f"ackademy script: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    return 0
