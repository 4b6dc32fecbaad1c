"""What a level says of an end is said where it ends."""

from pathlib import Path

from textual.pilot import Pilot

from levels.loader import load
from tests.patience import until
from tests.tui.helpers import shown
from tests.tui.test_bare import on_stage
from tui.screens.play import PlayScreen


def test_a_loss_is_told_in_the_words_of_the_level(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        session.pause()
        session.move("network.push_clock", ("ana", 200_000))
        session.run_to(4_500_000)
        await until(lambda: screen.bridge.over is not None)
        await pilot.pause()
        text = " ".join(shown(pilot.app).split())
        assert "LOST The date of out.c is later than that of out.o" in text
        assert "finds" not in text

    on_stage(tmp_path, load("clocks/stale-build"), steps)
