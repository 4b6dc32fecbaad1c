"""What a level says of an end is said where it ends."""

from pathlib import Path

from textual.pilot import Pilot

from levels.loader import load
from tests.patience import until
from tests.tui.helpers import shown
from tests.tui.test_bare import on_stage
from tui.bridge import Bridge, session_of
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


def test_a_run_that_is_won_is_not_told_as_a_loss() -> None:
    """What watches clocks cannot be looked up at the end: then they read something else."""
    level = load("clocks/starters-pistol")
    bridge = Bridge(level, session_of(level))
    session = bridge.session
    while bridge.over is None:
        if session.question is not None:
            offset, slope = session.question.asked.book
            session.answer((offset + 18, slope), session.question)
        elif (me := session.world.nodes["p"].machine) is not None and me.needs_shot:
            session.move("clock_sync.pulse", "pulse")
        else:
            session.step()
    assert session.world.outcome is not None
    assert session.world.outcome.won
    assert session.world.measures()["error"] > 45
    assert bridge.end_words() == ""


def test_a_law_of_win_that_is_broken_has_its_words() -> None:
    level = load("clocks/starters-pistol")
    bridge = Bridge(level, session_of(level))
    session = bridge.session
    while bridge.over is None:
        if session.question is not None:
            session.answer((0, 0), session.question)
        else:
            session.step()
    assert bridge.end_words().startswith("Your lines crossed the bangs too far")
