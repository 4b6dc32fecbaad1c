"""Lines of play beside each other: this run, the better way, and the branches that were left."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.seats import Idle, PersonaSeat
from core.search import has_won
from levels.loader import load
from levels.proofs import personas_of
from tests.patience import until
from tests.tui.helpers import shown
from tests.tui.test_ending import at_its_end
from tests.tui.test_play import answer, level_of, play_screen, playing
from tui.ending import Decided
from tui.screens.debrief import DebriefScreen
from tui.screens.lines import LinesScreen
from tui.screens.play import PlayScreen


async def ended(pilot: Pilot[None], screen: PlayScreen) -> DebriefScreen:
    """The debrief of this play, when the moment has been looked for."""
    await until(lambda: screen.ending is not None)
    await pilot.press("enter")
    debrief = screen.game.screen
    assert isinstance(debrief, DebriefScreen)
    await until(lambda: debrief.turn is None or not debrief.turn.progress)
    return debrief


@pytest.mark.parametrize("name", ["crown/two-kings", "crown/cant-hear-you", "swarm/leech"])
def test_the_better_way_is_followed_to_the_end_that_was_found(name: str) -> None:
    level = load(name)
    for seat in (Idle(), PersonaSeat(personas_of(level)[0])):
        bridge = at_its_end(level, seat)
        decided = Decided(bridge)
        for _ in decided.turns(lambda: False):
            pass
        mine, other = decided.lines()
        assert mine.name == "this run"
        assert not mine.won
        assert other.won
        assert decided.found.world is not None
        assert list(other.steps[-1].world.trace) == list(decided.found.world.trace)
        assert list(mine.steps[-1].world.trace) == list(bridge.session.world.trace)
        assert mine.steps[0].time == other.steps[0].time == other.parts
        assert [step.time for step in other.steps] == sorted(step.time for step in other.steps)


def test_both_are_shown_at_the_same_time_whatever_happened_elsewhere() -> None:
    """Two kings: 7 dies while this run's player only waits; beside it the book has noticed."""
    level = load("crown/two-kings")
    decided = Decided(at_its_end(level, PersonaSeat(next(p for p in personas_of(level) if p.name == "never suspects"))))
    for _ in decided.turns(lambda: False):
        pass
    mine, other = decided.lines()
    time = other.parts + 1_000_000
    one, two = mine.world(time), other.world(time)
    assert one.now == two.now == time
    assert not one.nodes["p7"].up
    assert not two.nodes["p7"].up
    assert mine.at(time).world.now < time  # its player has done nothing since


def test_what_does_it_in_a_hand_is_not_laid_open() -> None:
    decided = Decided(at_its_end(load("premise/wrong-turn"), Idle()))
    for _ in decided.turns(lambda: False):
        pass
    assert decided.found.world is not None
    assert has_won(decided.found.world)
    assert decided.lines() == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_two_lines_are_walked_through_step_by_step(tmp_path: Path, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await answer(pilot, screen, "9", "enter")
        debrief = await ended(pilot, screen)
        await pilot.press("b")
        lines = screen.game.screen
        assert isinstance(lines, LinesScreen)
        await pilot.pause()
        text = shown(screen.game)
        assert "✗ this run" in text
        assert "✓ by the book from 40 ms" in text
        assert "here they part" in text
        assert "step 1 of" in text
        await pilot.press("right")
        text = shown(screen.game)
        assert "PONG number 9 sent to client" in text
        assert "PONG number 1 sent to client" in text
        assert "the first difference" in text
        both = [row for row in text.splitlines() if "this run" in row and "by the book from 40 ms" in row]
        assert bool(both) == (size[0] >= 110)  # beside each other, or below
        await pilot.press("f")
        assert "PONG number 1 sent to client" not in shown(screen.game)
        await pilot.press("f")
        text = shown(screen.game)
        assert "PONG number 9 sent to client" not in text
        assert "PONG number 1 sent to client" in text
        await pilot.press("f", "end")
        text = shown(screen.game)
        assert " LOST " in text
        assert " WON " in text
        await pilot.press("home", "left", "down", "up")
        assert "step 1 of" in shown(screen.game)
        await pilot.press("escape")
        assert screen.game.screen is debrief

    playing(tmp_path, level_of(asks="type", sight="all"), steps, size)


def test_a_branch_that_was_left_is_listed_by_its_move_and_both_are_kept(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await answer(pilot, screen, "9", "enter")
        await ended(pilot, screen)
        await pilot.press("j")
        again = play_screen(screen.game)
        await answer(pilot, again, "8", "enter")
        debrief = await ended(pilot, again)
        assert len(again.bridge.session.branches) == 2
        assert debrief.turn is not None
        await pilot.press("b")
        await pilot.pause()
        text = shown(screen.game)
        assert "✗ branch 1: number 9, 40 ms" in text
        await pilot.press("down")
        await pilot.press("right")
        text = shown(screen.game)
        assert "PONG number 9 sent to client" in text
        assert "PONG number 8 sent to client" in text

    playing(tmp_path, level_of(asks="type", sight="all"), steps, (120, 40))


def test_a_run_is_watched_again_without_the_fog_and_is_nobodys_play(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await answer(pilot, screen, "9", "enter")
        await ended(pilot, screen)
        app = screen.app
        plays = len(app.progress.seeds("test/echo"))  # type: ignore[attr-defined]
        await pilot.press("w")
        watched = play_screen(screen.game)
        assert watched is not screen
        assert watched.bridge.session.sight.everything
        assert watched.bridge.session.watching
        await until(lambda: watched.bridge.over is not None)
        assert len(app.progress.seeds("test/echo")) == plays  # type: ignore[attr-defined]

    playing(tmp_path, level_of(asks="type", sight="mine"), steps)
