"""A word is explained where it first comes up for this player, and by a key ever after; long words have pages."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.helpers import shown
from tests.tui.test_play import level_of, playing
from tui.screens import play_terms
from tui.screens.play import PlayScreen
from tui.screens.terms import TermsScreen
from tui.widgets.canvas import Ink

pytestmark = pytest.mark.usefixtures("words_are_new")
PING = "ping: a short message that asks"


@pytest.fixture
def words_are_new(monkeypatch: pytest.MonkeyPatch, read_at_once: None) -> None:
    """Here they do not."""
    monkeypatch.setattr(play_terms, "MOST", 3)


def test_a_word_is_explained_once_and_then_by_its_key(tmp_path: Path) -> None:
    async def first(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert PING in shown(screen.game)
        await pilot.press("1", "enter")
        await pilot.pause()
        assert PING not in shown(screen.game), "it has been read"
        for key in ("f7", "ctrl+g"):
            await pilot.press("f7")
            await pilot.pause()
            assert isinstance(screen.app.screen, TermsScreen)
            text = shown(screen.game)
            assert "a short message that asks: are you there?" in text
            assert "what was said: right" in text
            await pilot.press(key)  # what opened it closes it
            await pilot.pause()
            assert screen.app.screen is screen

    async def again(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert PING not in shown(screen.game)
        await pilot.press("f7")
        await pilot.pause()
        assert "a short message that asks: are you there?" in shown(screen.game)
        await pilot.press("escape")
        await pilot.pause()
        assert screen.app.screen is screen

    playing(tmp_path, level_of(asks="type", sight="all"), first)
    playing(tmp_path, level_of(asks="type", sight="all"), again)


def test_a_click_on_an_explained_word_opens_the_page_of_words(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        row = next(y for y, line in enumerate(shown(screen.game).splitlines()) if PING in line)
        await pilot.click(offset=(3, row))
        await pilot.pause()
        assert isinstance(screen.app.screen, TermsScreen)

    playing(tmp_path, level_of(asks="type", sight="all"), steps)


LONG = " ".join(f"Sentence {number} of what there is to say about it." for number in range(20))


def test_the_name_of_a_world_explains_no_word(tmp_path: Path) -> None:
    """STAMPS stands above a wall of posts that have none."""

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        for _ in range(3):
            assert "THE TEST" in shown(screen.game)
            assert "a trial of something" not in shown(screen.game)
            await pilot.press("1", "backspace")  # what was explained has been read: the next words
            await pilot.pause()

    level = level_of(asks="type")
    terms = {**level.texts.terms, "test": "a trial of something."}
    playing(tmp_path, replace(level, texts=replace(level.texts, terms=terms)), steps, (120, 40))


def test_what_is_too_long_to_be_said_at_once_has_pages(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.say("!!", LONG, Ink.BAD)
        await pilot.pause()
        said = shown(screen.game)
        assert "m more 1/" in said
        assert "Sentence 19 " not in said
        for key in ("m", "pagedown"):
            for _ in range(12):
                await pilot.press(key)
                if "Sentence 19 " in shown(screen.game):
                    break
            assert "m back" in shown(screen.game)
            assert "of what there is to say about it." in shown(screen.game)
            await pilot.press(key)
            assert "Sentence 0 " in shown(screen.game), "after the last page comes the first"
        await pilot.press("7")  # while a number is typed letters are none of the game's
        assert "page down more 1/" in shown(screen.game)
        await pilot.press("pagedown")
        assert "page down more 2/" in shown(screen.game) or "page down back 2/" in shown(screen.game)
        assert screen.bridge.doing is not None
        assert screen.bridge.doing.control.typed == "7"

    playing(tmp_path, level_of(asks="type", sight="all"), steps)
