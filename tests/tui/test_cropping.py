"""Of a change a terminal gets the cells that changed and nothing else, and shows what the screen is meant to show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import textual
from rich.console import Console
from textual._compositor import ChopsUpdate
from textual.pilot import Pilot
from textual.strip import Strip

from core.bench.frames import PACKETS
from core.bench.screen import pinging_level
from levels.loader import from_text
from levels.schema import Level
from tests.tui.helpers import drive, shown
from tests.tui.test_play import make, play_screen
from tui.app import AckademyApp
from tui.cropping import CHECKED, Cropped, cropped, is_checked
from tui.look.moving import Placed
from tui.widgets.view import CanvasView

CONSOLE = Console(force_terminal=True, color_system="truecolor", width=120)


def twenty(folder: Path) -> Level:
    """The level of the bench of frames, that stands at first."""
    text = pinging_level(folder / "twenty.toml", "Twenty packets", PACKETS, "36000s").read_text("utf-8")
    return from_text(text.replace("[play]", "[play]\nstands = true"), "test/twenty.toml")


class Glass:
    """A terminal's glass: it moves its cursor, and shows letters; colours it leaves aside."""

    def __init__(self, width: int, height: int) -> None:
        self.rows = [[" "] * width for _ in range(height)]
        self.bytes = 0

    def take(self, text: str) -> None:
        self.bytes += len(text.encode())
        x = y = 0
        for place, escape, char in re.findall(r"\x1b\[(\d+;\d+)H|(\x1b\[[\d;]*m)|([^\x1b])", text):
            if place:
                y, x = (int(number) - 1 for number in place.split(";"))
            elif char == "\n":
                x, y = 0, y + 1
            elif not escape:
                self.rows[y][x] = char
                x += 1

    def __str__(self) -> str:
        return "\n".join("".join(row) for row in self.rows)


def watch(monkeypatch: pytest.MonkeyPatch, width: int, height: int) -> Glass:
    """The glass on which everything is painted that an app sends."""
    glass = Glass(width, height)

    def display(app: AckademyApp, screen: object, update: Any) -> None:
        update = cropped(update)
        if update is not None:
            glass.take(update.render_segments(CONSOLE))

    monkeypatch.setattr(AckademyApp, "_display", display)
    return glass


def test_the_terminal_shows_what_is_meant_after_sixty_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glass = watch(monkeypatch, 120, 40)
    app = make(tmp_path, twenty(tmp_path))

    async def steps(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        session = screen.bridge.session
        session.pause()
        session.run_to(30)
        await pilot.pause()
        view = screen.query_one("#picture", CanvasView)
        moving: list[Placed] = view.canvas.moving
        assert len(moving) == 20
        screen.frames.redraw()
        await pilot.pause()
        glass.bytes, cells = 0, []
        for frame in range(1, 61):
            cells.append(view.advance(frame * 2_500 % 40_000))  # 20 frames a second at x1
            await pilot.pause()
        await pilot.pause()
        assert str(glass) == shown(app)
        assert any(cell.char in str(glass) for row in view._over.values() for cell in row.values())
        assert 60 < sum(cells) / 60 <= 150
        assert 60 * 200 < glass.bytes <= 60 * 6_000

    drive(app, steps, (120, 40))


def update_of(left: int, right: int) -> ChopsUpdate:
    """One row of 60 letters, of which these columns have changed."""
    from rich.segment import Segment

    row = Strip([Segment("." * 60)], 60)
    return ChopsUpdate([{0: row, 60: row}], [(0, left, right)], [[60, 120]])


def test_of_a_span_both_ends_are_cropped() -> None:
    for left, right in ((50, 53), (0, 2), (58, 62), (119, 120)):
        glass = Glass(120, 1)
        update = cropped(update_of(left, right))
        assert isinstance(update, Cropped)
        glass.take(update.render_segments(CONSOLE))
        assert str(glass).rstrip() == " " * left + "." * (right - left)
    whole, part = update_of(50, 53).render_segments(CONSOLE), update_of(50, 53)
    assert len(whole) > 50, "Textual crops it itself now: ours may go"
    assert len(cropped(part).render_segments(CONSOLE)) < 20  # type: ignore[union-attr]


def test_only_a_textual_that_was_checked_is_cropped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_checked(textual.__version__), f"look whether {textual.__version__} still sends too much, then say so here"
    assert is_checked(f"{CHECKED[0]}.99")
    assert not is_checked("9.0.1")
    assert not is_checked("8.20.0")
    monkeypatch.setattr("tui.cropping.CHECKED", ())
    update = update_of(50, 53)
    assert cropped(update) is update
    assert cropped(None) is None


def test_a_screen_that_is_covered_has_nothing_painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make(tmp_path, twenty(tmp_path))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.pause()
        below = app.screen_stack[0]
        assert below is not app.screen
        assert not below.is_current
        painted: list[Any] = []
        monkeypatch.setattr(AckademyApp, "_display", lambda app, screen, update: painted.append(update))
        below.refresh()
        for view in below.query(CanvasView):
            view.refresh()
        for _ in range(5):
            await pilot.pause()
        assert not [update for update in painted if update is not None]
        app.action_help()  # a page above is opaque, too; the palette is not
        await pilot.pause()
        assert not below.is_current

    drive(app, steps, (80, 24))
