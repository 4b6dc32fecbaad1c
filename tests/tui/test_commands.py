"""The palette of commands, and what becomes of a search that outlives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.css.query import NoMatches
from textual.pilot import Pilot

from tests.tui.helpers import drive, make_app
from tui.screens.commands import CommandsScreen


async def find_no_list() -> None:
    raise NoMatches("no list")


def test_ctrl_p_finds_a_command_by_its_name(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p")
        assert isinstance(pilot.app.screen, CommandsScreen)
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, CommandsScreen)

    drive(make_app(tmp_path), steps)


def test_a_search_that_outlives_its_palette_ends_no_game(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, CommandsScreen)
        palette.run_worker(find_no_list())
        palette.dismiss()
        await pilot.pause()
        assert not isinstance(pilot.app.screen, CommandsScreen)

    drive(make_app(tmp_path), steps)


def test_another_error_of_a_search_is_one(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p")
        pilot.app.screen.run_worker(find_no_list())
        await pilot.pause()

    with pytest.raises(NoMatches):
        drive(make_app(tmp_path), steps)
