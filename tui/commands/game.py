"""`ackademy` alone: the game, from its title screen."""

from __future__ import annotations

import argparse

from tui.commands.screen_options import refuse_without_terminal, run_app


def main(args: argparse.Namespace) -> int:
    """Open the game; return the exit status."""
    refuse_without_terminal()
    from levels.loader import campaign
    from tui.app import AckademyApp, Options
    from tui.stage import Stage

    stage = Stage(campaign())
    app = AckademyApp(Options.from_arguments(args), entries=stage.entries(), stage=stage)
    stage.app = app
    return run_app(app, args)
