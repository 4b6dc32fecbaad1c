"""The game of one visitor, as the server starts it: `python -m tui.served.visitor`, in the folder named by the
environment. It paints for the page at the other end of its pipes, and ends when they are closed."""

from __future__ import annotations

import argparse
import sys

from tui.platform import find_paths
from tui.served.guard import enter


def main() -> int:
    """Play until the visitor leaves; the exit status."""
    home = find_paths().data.parent
    enter(home)
    from tui.app import AckademyApp, Options
    from tui.commands.game import load_campaign
    from tui.commands.screen_options import run_app

    return run_app(AckademyApp(Options(visitor=True), load=load_campaign), argparse.Namespace())


if __name__ == "__main__":
    sys.exit(main())
