"""Moves that nobody asks for, and settings, on the screen and in lines: the bell's mark, what was left out, from when a
change holds, a lever on the picture."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.scenario import NodeSpec, PlayerSeat
from levels.loader import every_act, load
from levels.schema import Level
from tests.patience import until
from tests.session.test_moves import WAITS, Tower
from tests.tui.helpers import drive, shown
from tests.tui.test_play import level_of, make, play_screen
from tui.bridge import Bridge, session_of
from tui.plain import play
from tui.screens.play import PlayScreen
from tui.screens.play_header import PlayHeader, title_in
from tui.widgets.canvas import Canvas
from tui.widgets.view import CanvasView


def tower(**more: object) -> Level:
    """A level in which a tower is to be rung in every third round of 100 ms; whoever is late by 50 ms is told."""
    level = level_of(say="at-once")
    echo = level.scenario.protocols["echo"]
    protocol = replace(echo, roles={"ringer": Tower}, choices=(WAITS,), personas=(), laws=())
    scenario = replace(
        level.scenario, protocols={"echo": protocol}, nodes=(NodeSpec("tower", "echo", "ringer"),), happenings=(),
        player=(PlayerSeat("tower", ("*",)),), win=(), par=(), limit=1_250_000,
    )  # fmt: skip
    return replace(level, scenario=scenario, play=replace(level.play, **more))


def standing(home: Path, level: Level, steps: Callable[[Pilot[None], PlayScreen], Awaitable[None]]) -> None:
    """Open the level, stop it at once, and drive `steps`: only they move the world."""
    app = make(home, level)

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.pause()
        await pilot.pause()
        await steps(pilot, screen)

    drive(app, body)


def test_the_header_names_the_node_at_which_something_is_due(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        head = screen.query_one("#head", CanvasView)
        rung = []
        while session.world.now < 1_000_000:
            session.step()
            await pilot.pause()
            due = bool(session.world.due("tower"))
            assert ("! tower" in str(head.canvas)) == due == bool(session.rings), session.world.now
            if due:
                rung.append(session.world.now)
                session.move("echo.ring", True)
                await pilot.pause()
                assert "! tower" not in str(head.canvas)
        assert rung[-1] == 900_000

    standing(tmp_path, tower(), steps)


def test_a_level_without_a_bell_shows_no_mark(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        while not screen.bridge.session.world.due("tower"):
            screen.bridge.session.step()
        await pilot.pause()
        assert screen.bridge.session.world.due("tower")
        assert "! tower" not in shown(screen.game)

    standing(tmp_path, tower(bell=False), steps)


def test_what_was_left_out_is_told_as_such(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        while not screen.bridge.session.world.verdicts:
            screen.bridge.session.step()
        await pilot.pause()
        assert "Left out: Nobody rang." in shown(screen.game)

    standing(tmp_path, tower(), steps)
    told: list[str] = []
    play(tower(), record=tmp_path / "a.run", lines=io.StringIO("\n" * 40), out=told.append)
    assert any(line.startswith("_ Left out: Nobody rang.") for line in told)
    assert any(line.startswith("! tower: something is due") for line in told)


HOLDS = "a probe that is out keeps the alarm it has"


def test_a_setting_says_from_when_it_holds_and_stands_on_the_picture(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        while session.world.now < 1_500_000:
            session.step()
        await pilot.pause()
        doing = screen.bridge.doing
        assert doing is not None
        assert doing.asked.choice.name == "election_bully.alarm"
        assert f"({HOLDS})" in shown(screen.game)
        picture = screen.query_one("#picture", CanvasView)
        levers = [hot for hot in picture.canvas.hots if hot.target == ("setting", "election_bully.alarm")]
        rulers = [hot for hot in picture.canvas.hots if isinstance(hot.target, tuple) and hot.target[0] == "ruler"]
        assert levers
        screen.post_message(CanvasView.Clicked(picture, rulers[30].target))
        await pilot.pause()
        assert doing.control.draft == rulers[30].target[1]
        screen.bridge.doing = None
        screen.post_message(CanvasView.Clicked(picture, levers[0].target))
        await pilot.pause()
        assert screen.bridge.doing is not None
        assert screen.bridge.doing.how == "keep"
        await pilot.press(*"900", "space", *"ms", "enter")
        await pilot.pause()
        assert any(f"alarm: 900 ms, {HOLDS}" in words.text for words in screen.bridge.words)

    standing(tmp_path, load("crown/two-kings"), steps)


def test_a_setting_says_so_in_lines(tmp_path: Path) -> None:
    told: list[str] = []
    lines = io.StringIO("\n\n\nalarm 900 ms\nquit\n")
    play(load("crown/two-kings"), record=tmp_path / "a.run", lines=lines, out=told.append)
    assert f". alarm: 900 ms, {HOLDS}" in told


def test_a_click_on_a_picture_that_nothing_takes_does_nothing(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        picture = screen.query_one("#picture", CanvasView)
        screen.bridge.doing = None
        for target in (("handle", "x", 3), ("in", "w1"), (1, 2, 3, 4), ("setting", "no such"), ()):
            screen.post_message(CanvasView.Clicked(picture, target))
        await pilot.pause()
        assert screen.bridge.doing is None

    standing(tmp_path, tower(), steps)


def test_a_control_that_the_picture_carries_has_no_second_one_and_says_what_it_stands_at(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        picture = screen.query_one("#picture", CanvasView)
        below = screen.query_one("#control", CanvasView)
        screen.bridge.session.pause()
        await until(lambda: screen.bridge.doing is not None and "until you change it" in str(below.canvas))
        assert any(isinstance(hot.target, tuple) and hot.target[0] == "ruler" for hot in picture.canvas.hots)
        assert not any(isinstance(hot.target, tuple) and hot.target[0] == "ruler" for hot in below.canvas.hots)
        assert "until you change it: 10 s" in str(below.canvas)
        await pilot.press("left")
        assert "until you change it: 10 s" not in str(below.canvas)
        assert "until you change it:" in str(below.canvas)
        await pilot.press("7", "0", "0")
        assert "until you change it: 700_" in str(below.canvas)
        await pilot.press("m", "s", "enter")
        assert screen.bridge.session.kept["p6", "election_bully.alarm"] == 700_000

    standing(tmp_path, load("crown/two-kings"), steps)


@pytest.mark.parametrize("level", [level.id for level in every_act() if ": " in level.title and not level.play.bare])
def test_the_title_of_an_act_is_whole_in_the_header_of_a_small_screen(level: str) -> None:
    bridge = Bridge(load(level), session_of(load(level), paused=True))
    bridge.session.run_to(123_000)
    canvas = Canvas(80, 1)
    PlayHeader(bridge, "The wire", lambda: "i", ascii_only=False).draw(canvas)
    own = bridge.level.title.partition(": ")[2]
    assert own[1:] in str(canvas), str(canvas)


def test_of_a_title_without_room_an_act_keeps_what_is_its_own() -> None:
    title = "The the quick: the wrong order"
    assert title_in(title, 40) == title
    assert title_in(title, 20) == "The wrong order"
    assert title_in("A title without an act", 10) == "A title .."
