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


def test_what_has_not_come_about_is_said_only_when_time_is_up(tmp_path: Path) -> None:
    """An answer hung too early ends the run long before its time: that readers still wait is not why."""

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        session.pause()
        session.run_to(2_500_000)
        session.move("ordered_multicast.hang", ("p2", 1))
        await until(lambda: screen.bridge.over is not None)
        assert screen.bridge.end_words().startswith("An answer hangs on your wall")
        await pilot.pause()
        await pilot.press("enter")
        await until(lambda: "what there is to learn" in shown(pilot.app))
        assert "LOST An answer hangs on your wall" in " ".join(shown(pilot.app).split())

    on_stage(tmp_path, load("stamps/the-answer-before-the-question"), steps)


def test_a_letter_that_is_never_let_go_is_why_two_books_do_not_count(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        session.pause()
        session.run_to(210_000)
        (taking,) = (asked for asked in session.offers() if asked.choice.name == "network.take")
        session.move("network.take", taking.options[0])
        session.run_to(2_600_000)
        await until(lambda: screen.bridge.over is not None)
        assert screen.bridge.end_words().startswith("A letter that you held has never come")

    on_stage(tmp_path, load("stamps/eleven-ten"), steps)
