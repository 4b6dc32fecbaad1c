"""A level that stands at its start: what Enter does there is what the line under the control says."""

from pathlib import Path

from textual.pilot import Pilot

from levels.loader import every_act
from tests.tui.helpers import shown
from tests.tui.test_bare import on_stage
from tui.screens.play import PlayScreen


def test_before_the_clock_runs_enter_lets_it_run_and_says_so_and_then_it_makes_the_move(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        assert session.paused
        assert "Enter go on" in shown(pilot.app)
        assert "Enter reset" not in shown(pilot.app)
        await pilot.press("left")
        assert "Enter go on" in shown(pilot.app)
        await pilot.press("enter")
        assert not session.paused
        assert not [given for given in session.world.answers if given.how == "move"]
        session.pause()
        session.run_to(session.world.now + 10_000)
        await pilot.pause()
        await pilot.press("left")
        assert "Enter reset" in shown(pilot.app)
        await pilot.press("enter")
        assert session.world.answers[-1].choice == "wall_clock.reset"

    nights = next(level for level in every_act() if level.title == "2:59: five nights")
    on_stage(tmp_path, nights, steps)
