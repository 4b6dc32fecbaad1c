"""`ackademy` alone: the game, from its title screen."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from core import collector
from tui.commands.screen_options import refuse_without_terminal, run_app

if TYPE_CHECKING:
    from tui.app import AckademyApp
    from tui.model import CampaignEntry
    from tui.stage import Stage


def main(args: argparse.Namespace) -> int:
    """Open the game; return the exit status."""
    refuse_without_terminal()
    from tui.app import AckademyApp, Options

    return run_app(AckademyApp(Options.from_arguments(args), load=load_campaign), args)


def load_campaign(app: AckademyApp) -> tuple[list[CampaignEntry], Stage]:
    """The campaign and the installed courses, once the title has been painted: it takes as long to import as the rest
    of the game. A course that is broken is said to be, and left out."""
    from tui.courses import library
    from tui.live import LiveStage

    found = library()
    for problem in found.problems:
        app.notify(f"{problem}\nThis course is left out.", severity="warning", timeout=12, markup=False)
    stage = LiveStage(found.worlds, app=app, seeds=found.seeds, handed_in=found.handed_in)
    collector.spare()
    return stage.entries(), stage
