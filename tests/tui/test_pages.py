"""Pages to read use a large screen: keys stand in two halves, and a brief shows how its level looks."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.loader import campaign
from tests.patience import until
from tests.tui.helpers import drive, make_app, shown
from tui.app import Options
from tui.keymap import Keymap, Scope, in_scope
from tui.screens.brief import LEAST_PICTURE, BriefScreen
from tui.screens.help import HelpScreen
from tui.stage import Stage
from tui.widgets.view import CanvasView

LARGE = [(120, 40), (160, 50)]


@pytest.mark.parametrize("size", LARGE)
def test_on_a_large_screen_all_keys_of_the_play_and_of_everywhere_are_seen_at_once(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        app.push_screen(HelpScreen(Scope.PLAY))
        await pilot.pause()
        text = " ".join(shown(app).split())
        for scope in (Scope.PLAY, Scope.EVERYWHERE):
            for action in in_scope(scope):
                assert f"{Keymap().shown(action)} {action.help.split()[0]}" in text
        lines = [line for line in shown(app).splitlines() if line.strip()]
        assert sum(len(line.rstrip()) > size[0] * 0.6 for line in lines) > len(lines) / 2

    drive(app, steps, size)


def test_on_a_small_screen_they_are_one_column_and_none_is_missing(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        app.push_screen(HelpScreen(Scope.TITLE))
        await pilot.pause()
        rows = [line.strip() for line in shown(app).splitlines()]
        for action in in_scope(Scope.TITLE):
            assert f"{Keymap().shown(action):<18}{action.help}" in rows

    drive(app, steps)


@pytest.mark.parametrize(
    ("size", "options", "pictured"),
    [
        ((80, 24), Options(), False),
        ((120, 40), Options(), True),
        ((160, 50), Options(), True),
        ((160, 50), Options(ascii=True), False),
    ],
)
def test_a_brief_shows_how_its_level_looks_where_the_words_leave_room(
    tmp_path: Path, size: tuple[int, int], options: Options, pictured: bool
) -> None:
    stage = Stage(campaign())
    brief = stage.brief("wire/shuffle")
    app = make_app(tmp_path, options, stage=stage, entries=stage.entries())

    async def steps(pilot: Pilot[None]) -> None:
        app.push_screen(BriefScreen(brief))
        await pilot.pause()
        assert "Turn his orders round" in shown(app)
        picture = app.screen.query_one("#glimpse", CanvasView)
        if not pictured:
            await pilot.pause()
            assert not picture.display
            return
        await until(lambda: picture.display and picture.canvas.height > 0)
        assert picture.region.height >= LEAST_PICTURE
        assert app.screen.query_one("#page").max_scroll_y == 0
        assert "enter to play" in shown(app)
        colours = {
            picture.canvas.ground(x, y) for x in range(picture.canvas.width) for y in range(picture.canvas.height)
        }
        assert len(colours) > 4, "it is no empty sky"

    drive(app, steps, size)
