"""What is typed is told of before anything is done about it, and pictures wait for it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from textual import events
from textual.driver import Driver
from textual.message import Message
from textual.pilot import Pilot

from tests.tui.helpers import drive
from tests.tui.test_play import level_of, make, play_screen
from tui.input_first import input_first

order: list[object] = []


class Recording(Driver):
    """A driver without a terminal."""

    def __init__(self) -> None:
        """Nothing of the terminal's."""

    def send_message(self, message: Message) -> None:
        order.append(type(message))

    def write(self, data: str) -> None: ...
    def start_application_mode(self) -> None: ...
    def disable_input(self) -> None: ...
    def stop_application_mode(self) -> None: ...


MOUSE = (None, 0, 0, 0, 0, 1, False, False, False)


@pytest.mark.parametrize("message", [events.Key("a", "a"), events.MouseDown(*MOUSE), events.MouseScrollUp(*MOUSE)])
def test_keys_and_clicks_are_told_of_first(message: Message) -> None:
    order.clear()
    input_first(Recording, lambda: order.append("heard"))().send_message(message)
    assert order == ["heard", type(message)]


@pytest.mark.parametrize("message", [events.MouseMove(*MOUSE), events.Paste("abc")])
def test_what_goes_on_and_on_is_not(message: Message) -> None:
    order.clear()
    input_first(Recording, lambda: order.append("heard"))().send_message(message)
    assert order == [type(message)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The pump's own clock: it stands."""
    made = SimpleNamespace(now=1000.0, perf_counter=lambda: made.now)
    monkeypatch.setattr("core.session.pump.time", made)
    return made


def test_a_level_at_play_hears_of_input_and_no_longer(tmp_path: Path, clock: SimpleNamespace) -> None:
    app = make(tmp_path, level_of())
    assert "InputFirst" in app.driver_class.__name__

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        session = screen.bridge.session
        assert session.aside < 0
        app._input_came()
        assert session.aside > 0
        clock.now += 1.0
        await pilot.press("q")
        await pilot.press("q")
        await pilot.pause()
        clock.now += 1.0
        assert app.screen is not screen
        app._input_came()
        assert session.aside < 0

    drive(app, body)


def test_pictures_of_a_running_world_wait(tmp_path: Path, clock: SimpleNamespace) -> None:
    app = make(tmp_path, level_of())

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        session = screen.bridge.session
        session.stand_aside()
        screen.frames.draw_in_slices([("head",)])
        screen.frames.draw_slice()
        assert screen.frames.stale
        clock.now += 1.0
        screen.frames.draw_slice()
        assert not screen.frames.stale

    drive(app, body)
