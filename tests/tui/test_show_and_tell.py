"""Show and tell: what is cured is the trap that was set, and the trap stays behind as a level."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.loader import load
from tests.patience import until
from tests.tui.helpers import SIZES, drive, shown
from tests.tui.test_opening import game, next_act, opened, to
from tui.bridge import Bridge, session_of
from tui.pictures.premise.arq_ground import drawn
from tui.screens.brief import BriefScreen
from tui.widgets.canvas import Canvas

SECOND = 1_000_000
LOSE_THE_SECOND = ("left", "x")
"""Another loss than the proof's: the level's own fourth text is as good."""


@pytest.mark.parametrize("size", SIZES)
def test_the_trap_that_was_set_is_the_one_that_is_to_be_cured(tmp_path: Path, size: tuple[int, int]) -> None:
    app = game(tmp_path)
    traps = tmp_path / "data" / "traps"

    async def steps(pilot: Pilot[None]) -> None:
        app.start_level("premise/show-and-tell", brief=False)
        await until(lambda: bool(getattr(app.screen, "bridge", None)))
        screen = await opened(pilot)
        await to(pilot, screen, 900_000)
        assert "rover 1 must fall" in shown(app)
        await pilot.press("left", "c")
        await to(pilot, screen, 3 * SECOND)
        assert "It counted an arrival." in shown(app)
        screen = await next_act(pilot, screen)
        assert [trap.name for trap in traps.iterdir()] == ["premise-show-and-tell-2.toml"]
        await until(lambda: screen.bridge.doing is not None)
        await pilot.pause()
        assert "number" in shown(app)
        assert "longer alarm" in shown(app), "the rack is whole"
        await pilot.press("space", "enter")
        await to(pilot, screen, 5 * SECOND)
        screen = await next_act(pilot, screen)
        await to(pilot, screen, 900_000)
        await pilot.press(*LOSE_THE_SECOND)
        await to(pilot, screen, 5 * SECOND)
        assert "It stands there still." in shown(app)
        screen = await next_act(pilot, screen)
        struck = screen.bridge.session.scenario.happenings[0]
        proved = load("premise/show-and-tell#4").scenario.happenings[0]
        assert (struck.key, proved.key) == ((">",), (">>",)), "what was struck here, not what the proof strikes"
        await until(lambda: screen.bridge.doing is not None)
        await pilot.press("space", "down", "space", "enter")
        await to(pilot, screen, 8 * SECOND)
        assert "it was said again" in shown(app)
        kept = load(str(traps / "premise-show-and-tell-4.toml"))
        assert kept.scenario.happenings == screen.bridge.session.scenario.happenings

    drive(app, steps, size)
    later = game(tmp_path)

    async def on_another_day(pilot: Pilot[None]) -> None:
        later.start_level("premise/show-and-tell#4", brief=False)
        await until(lambda: bool(getattr(later.screen, "bridge", None)))
        screen = await opened(pilot)
        assert screen.bridge.session.scenario.happenings[0].key == (">",), "still what was struck, by the kept run"

    drive(later, on_another_day, size)


def test_a_trap_into_which_both_fall_is_not_said_to_have_spared_one(tmp_path: Path) -> None:
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        app.start_level("premise/show-and-tell", brief=False)
        await until(lambda: bool(getattr(app.screen, "bridge", None)))
        screen = await opened(pilot)
        await to(pilot, screen, 900_000)
        await pilot.press("enter")  # the first text is held until the run ends: neither rover goes its first step
        await to(pilot, screen, 3 * SECOND)
        assert not screen.bridge.over.outcome.won
        assert "Row 2 was not spared: there mars falls" in shown(app)
        assert "The other one looked at the number" not in shown(app)
        await pilot.press("j")
        await until(lambda: screen.bridge.over is None)
        await pilot.pause()
        world = screen.bridge.session.world
        assert world.now >= screen.bridge.level.scenario.hand.since, "before that there is nothing to be done"
        assert "Enter  take   x  lose   c  copy" in shown(app)

    drive(app, steps, SIZES[0])


def test_whoever_left_between_two_tasks_goes_on_there_or_begins_anew(tmp_path: Path) -> None:
    app = game(tmp_path)
    name = "premise/show-and-tell"
    for act in (name, f"{name}#2"):
        app.progress.finish(app.progress.begin(act, 1), won=True, stars=0, messages=3, time_us=4)

    async def steps(pilot: Pilot[None]) -> None:
        assert app.reached(name) == f"{name}#3"
        app.show_map(name)
        await pilot.pause()
        assert "go on: task 3 of 6" in shown(app)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, BriefScreen))
        await pilot.pause()
        assert "You were in the middle of this level: task 3 of 6." in shown(app)
        await pilot.press("enter")
        screen = await opened(pilot)
        assert screen.bridge.level.act == 3
        acts = [name, *(f"{name}#{act}" for act in range(2, 7))]
        assert app.progress.tries_since_won(acts, 0) == 3, "this one, too"
        app.show_map(name)
        await pilot.pause()
        app.start_level(name)
        await until(lambda: isinstance(app.screen, BriefScreen))
        await pilot.pause()
        await pilot.press("n")
        screen = await opened(pilot)
        assert screen.bridge.level.act == 1
        assert app.reached(name) == name
        app.progress.finish(app.progress.begin("premise/wrong-turn", 1), won=True, stars=1, messages=3, time_us=4)
        assert app.reached("premise/wrong-turn") == "premise/wrong-turn#2"
        for act in (2, 3):
            play = app.progress.begin(f"premise/wrong-turn#{act}", 1)
            app.progress.finish(play, won=True, stars=1, messages=3, time_us=4)
        assert app.reached("premise/wrong-turn") == "premise/wrong-turn", "all are won: from the start"

    drive(app, steps, SIZES[0])


def test_texts_of_several_steps_are_drawn_as_arrows() -> None:
    canvas = Canvas(20, 2)
    assert [drawn(canvas, text) for text in ("^^", "2 >>", "*", "tea", "")] == ["↑↑", "2 →→", "*", "tea", ""]


def test_both_rows_are_drawn_with_a_thread_from_tile_to_twin_and_a_hollow_where_there_is_none() -> None:
    def stood(act: int) -> Bridge:
        level = load(f"premise/show-and-tell#{act}") if act > 1 else load("premise/show-and-tell")
        bridge = Bridge(level, session_of(level))
        bridge.session.run_to(900_000)
        return bridge

    bridge = stood(1)
    scene = bridge.scene()
    assert [scene.words(grab.message) for grab in scene.grabs_of_second] == ["0 ^", "1 >", "2 ^^", "3 >>", "4 *"]
    assert scene.twin is not None
    assert scene.words(scene.twin.message) == "0 ^"
    bridge = stood(5)  # there the second row has said but one text so far
    assert bridge.holding is not None
    assert bridge.scene().twin is not None
    bridge.holding.walk(1)
    assert bridge.scene().twin is None
