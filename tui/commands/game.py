"""`ackademy` alone: the game, from its title screen."""

from __future__ import annotations

import argparse

from tui.commands.screen_options import refuse_without_terminal, run_app


def main(args: argparse.Namespace) -> int:
    """Open the game; return the exit status."""
    refuse_without_terminal()
    from tui.app import AckademyApp, Options

    return run_app(AckademyApp(Options.from_arguments(args)), args)
