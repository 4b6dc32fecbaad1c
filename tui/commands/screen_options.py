"""The options of every command that draws a screen, and the one way to start the game."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from core import collector
from tui.platform import EXIT_CRASH, EXIT_USAGE, why_no_screen

if TYPE_CHECKING:
    from tui.app import AckademyApp

FPS_RANGE = range(1, 61)


def add_screen_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --ascii, --fps, --reduced-motion, --theme and --no-mouse. One that is not given is absent from the result."""
    group = parser.add_argument_group("the screen")
    absent = argparse.SUPPRESS  # so that a command's defaults do not undo `ackademy --ascii play LEVEL`
    group.add_argument("--ascii", action="store_true", default=absent, help="draw with ASCII only")
    group.add_argument(
        "--fps", type=_fps, default=absent, metavar="N", help="pictures a second while the world runs, 1 to 60"
    )
    group.add_argument(
        "--reduced-motion", action="store_true", default=absent, help="no tails, no flicker, packets in steps"
    )
    themes = "ackademy-dark, ackademy-light, ackademy-contrast, ackademy-16, ackademy-plain"
    group.add_argument("--theme", default=absent, metavar="NAME", help=themes)
    group.add_argument("--no-mouse", action="store_true", default=absent, help="leave the mouse to the terminal")


def refuse_without_terminal(instead: str = "play with: ackademy run LEVEL") -> None:
    """Leave with status 2 and one sentence if no screen can be drawn here; `instead` is what can be done then."""
    if (reason := why_no_screen()) is not None:
        print(
            f"ackademy: the game needs a terminal, and {reason}; without one, {instead}",
            file=sys.stderr,
        )
        raise SystemExit(EXIT_USAGE)


TURN = 0.0002
"""Seconds that a thread may keep the interpreter while another wants it. Textual reads keys and writes the screen in
threads of their own: at Python's 5 ms what a key changed would lie there while the next picture is drawn."""


def run_app(app: AckademyApp, args: argparse.Namespace) -> int:
    """Run the game until it is left; return the exit status of the process."""
    collector.spare()
    sys.setswitchinterval(TURN)
    app.run(mouse=not getattr(args, "no_mouse", False))
    if app.crash_note is not None:
        print(app.crash_note, file=sys.stderr)
        return EXIT_CRASH
    return app.ended_by or app.return_code or 0


def _fps(text: str) -> int:
    if not text.isdigit() or int(text) not in FPS_RANGE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 60")
    return int(text)
