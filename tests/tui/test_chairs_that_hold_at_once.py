"""Chairs that hold with every push: who comes later, and where the cursor stays."""

from pathlib import Path

from textual.pilot import Pilot

from levels.loader import load
from tests.tui.test_bare import on_stage
from tui.app import Options
from tui.screens.play import PlayScreen

SELDOM = Options(fps=1)
"""Hardly a frame is drawn by the clock: what is seen comes of what has happened."""


def test_whoever_answers_in_the_next_round_is_seated_where_everybody_counts(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        bridge = screen.bridge
        session = bridge.session
        session.pause()
        session.run_to(2_500_000)
        await pilot.pause()
        assert session.world.due("daemon")
        await pilot.press("enter")
        await pilot.press("1", "enter")
        await pilot.pause()
        session.run_to(243_000_000)
        await pilot.pause()
        assert bridge.doing is not None
        assert bridge.doing.control.draft == ("daemon", "b", "d", "f", "g", "z")
        await pilot.press("down", "down", "space")
        assert bridge.doing.control.draft == ("daemon", "b", "f", "g", "z")
        assert bridge.doing.control.at_hand == "d"

    on_stage(tmp_path, load("clocks/parliament-of-clocks"), steps, options=SELDOM)
