"""What holds on every screen: pictures to keep, text to copy, settings that stay, colours for all eyes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.loader import campaign
from tests.tui.helpers import drive, make_app
from tui.app import AckademyApp, Options
from tui.stage import Stage
from tui.widgets.canvas import Canvas
from tui.widgets.line_view import Standing, draw_line


def test_a_screenshot_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        picture = app.export_screenshot()
        assert "</svg>" in picture
        assert "Fira Code" in picture  # where it is installed, it is used
        assert "@font-face" not in picture
        found = set(re.findall(r"https?://[\w./]+", picture))
        assert found <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}

    drive(app, steps)


def notes(app: AckademyApp) -> list[str]:
    return [str(toast.message) for toast in app._notifications]


def test_a_picture_of_the_screen_is_kept_by_a_key(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        for _ in range(2):  # in the same second, too
            await pilot.press("ctrl+s")
        pictures = list(app.paths.pictures.iterdir())
        assert len(pictures) == 2
        assert all(picture.read_text("utf-8").rstrip().endswith("</svg>") for picture in pictures)
        assert any(str(pictures[0]) in note for note in notes(app))
        assert app.paths.pictures.is_relative_to(tmp_path)

    drive(app, steps)


def test_a_picture_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pictures").write_text("in the way")
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+s")
        assert any(note.startswith("The picture cannot be kept: ") for note in notes(app))

    drive(app, steps)


def test_the_screen_is_copied_as_text_by_a_key(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        app.show_map()
        await pilot.pause()
        await pilot.press("ctrl+y")
        assert "The Wire" in app.clipboard
        assert not any(line.endswith(" ") for line in app.clipboard.splitlines())
        assert "Copied" in notes(app)[-1]

    drive(app, steps)


def test_what_was_chosen_on_the_command_line_stays(tmp_path: Path) -> None:
    async def nothing(pilot: Pilot[None]) -> None: ...

    drive(make_app(tmp_path, Options(fps=24, theme="ackademy-light")), nothing)
    app = make_app(tmp_path)
    assert (app.fps, app.theme) == (24, "ackademy-light")
    drive(app, nothing)


@pytest.mark.parametrize("width", [0, 1, 3, 5, 20])
def test_the_maps_line_may_be_shrunk_to_nothing(width: int) -> None:
    entries = Stage(campaign()).entries()
    line = [entry for entry in entries if entry.line == entries[-1].line]
    for entry in (line[0], line[-1]):
        draw_line(Canvas(width, 5), line, Standing(here=entry.id))
