"""Own keys: an action gets the key that is pressed next, at once and for good; by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.patience import until
from tests.tui.helpers import drive, make_app, shown
from tui.app import AckademyApp
from tui.keymap import ACTIONS, Keymap, Scope, load_keymap, with_key, write_keymap
from tui.screens.help import HelpScreen
from tui.screens.keys import FIXED, HELP_AT, KeyPrompt, KeysScreen


async def opened(app: AckademyApp, pilot: Pilot[None]) -> OptionList:
    """The screen of own keys, from the help."""
    await pilot.press("question_mark")
    await until(lambda: isinstance(app.screen, HelpScreen))
    await pilot.press("o")
    await until(lambda: isinstance(app.screen, KeysScreen))
    await pilot.pause()
    return app.screen.query_one(OptionList)


def place(keys: OptionList, action: str) -> int:
    return next(at for at in range(keys.option_count) if keys.get_option_at_index(at).id == action)


def test_an_action_gets_a_key_which_holds_at_once_and_is_kept(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        keys = await opened(app, pilot)
        assert {keys.get_option_at_index(at).id for at in range(keys.option_count)} - {None} == {
            action.id for action in ACTIONS if action.id not in FIXED
        }
        keys.highlighted = place(keys, "campaign.zoom")
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyPrompt))
        await pilot.press("ctrl+p")  # what is a command elsewhere is only a key here
        await until(lambda: isinstance(app.screen, KeysScreen))
        assert "campaign.zoom" not in app.keymap.overrides  # it is another's
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyPrompt))
        await pilot.press("x")
        await until(lambda: app.keymap.keys_of("campaign.zoom") == ("x",))
        assert load_keymap(app.paths.keys) == app.keymap
        await pilot.press("escape", "escape")
        app.show_map()
        await pilot.pause()
        assert "x zoom" in shown(app)
        before = app.screen.zoom  # type: ignore[attr-defined]
        await pilot.press("x")
        assert app.screen.zoom is not before  # type: ignore[attr-defined]
        keys = await opened(app, pilot)
        keys.highlighted = place(keys, "campaign.zoom")
        await pilot.press("delete")
        await until(lambda: not app.keymap.overrides)
        assert not app.paths.keys.exists()

    drive(app, steps)


@pytest.mark.parametrize("columns", [80, 100])
def test_what_an_action_does_stays_in_its_column(tmp_path: Path, columns: int) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        keys = await opened(app, pilot)
        room = keys.scrollable_content_region.width
        several = 0
        for at in range(keys.option_count):
            option = keys.get_option_at_index(at)
            lines = str(option.prompt).split("\n")
            assert all(len(line) <= room for line in lines), lines
            assert all(line.startswith(" " * HELP_AT) for line in lines[1:]), lines
            several += len(lines) > 1
        assert several or columns > 80, "some need two lines, or nothing is tried here"

    drive(app, steps, (columns, 24))


def test_by_mouse_and_escape_changes_nothing(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        keys = await opened(app, pilot)
        await pilot.click(OptionList, offset=(4, place(keys, "title.campaign")))
        await until(lambda: isinstance(app.screen, KeyPrompt))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, KeysScreen))
        assert not app.keymap.overrides
        await pilot.click(OptionList, offset=(4, place(keys, "title.campaign")))
        await until(lambda: isinstance(app.screen, KeyPrompt))
        await pilot.press("f9")
        await until(lambda: app.keymap.keys_of("title.campaign") == ("f9",))

    drive(app, steps)


def test_of_two_keys_in_one_burst_the_first_one_counts(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        keys = await opened(app, pilot)
        keys.highlighted = place(keys, "title.campaign")
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, KeyPrompt))
        for key in ("f9", "f10"):
            app.screen.post_message(events.Key(key, None))
        await until(lambda: app.keymap.keys_of("title.campaign") == ("f9",))
        await pilot.pause()
        assert isinstance(app.screen, KeysScreen)

    drive(app, steps)


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.id not in FIXED], ids=lambda one: one.id)
def test_what_is_kept_is_read_again_and_two_never_share_a_key(tmp_path: Path, action: object) -> None:
    made, problem = with_key(Keymap(), action.id, "ctrl+b")  # type: ignore[attr-defined]
    assert not problem
    write_keymap(tmp_path / "keys.toml", made)
    assert load_keymap(tmp_path / "keys.toml") == made
    scope = action.scope  # type: ignore[attr-defined]
    for other in ACTIONS:
        if (
            other is not action
            and other.id not in FIXED
            and (other.scope is scope or Scope.EVERYWHERE in (other.scope, scope))
        ):
            same, problem = with_key(made, other.id, "ctrl+b")
            assert same is made
            assert "already" in problem
