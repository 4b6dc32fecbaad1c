"""Random keys, clicks, pastes and sizes on every screen: nothing crashes, nothing hangs, nothing is drawn outside.

Always a small troop; with --soak ten thousand keys a screen.
"""

from __future__ import annotations

import asyncio
import random
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.errors import NoWidget
from textual.pilot import Pilot

from levels.loader import campaign
from tests.patience import ENOUGH, until
from tests.tui.helpers import drive
from tui.app import AckademyApp, Options
from tui.keymap import ACTIONS
from tui.platform import find_paths
from tui.progress import Progress
from tui.stage import Play, Stage

SIZES = [(80, 24), (120, 40), (160, 50), (60, 20), (60, 16), (20, 5), (1, 1), (59, 24), (80, 15), (250, 90), (97, 31)]
KEYS = sorted(
    {key for action in ACTIONS for key in action.keys}
    | set("abcdefghijklmnopqrstuvwxyz0123456789")
    | {"enter", "escape", "space", "tab", "shift+tab", "up", "down", "left", "right", "backspace", "delete", "home",
       "end", "pageup", "pagedown", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "=",
       "[", "]", "/", "\\", "<", ">", "é", "日", "H"}
)  # fmt: skip
NEVER = {"ctrl+q"}
"""It ends the game, as it should."""
PASTES = ("", "1001", "a\nb", "[bold]x[/]", "\x1b[2J", "日本語" * 30, "x" * 5000, "\x00\x07")

LEVELS = (
    "premise/wrong-turn", "premise/the-audit", "premise/echo", "premise/two-tapes", "wire/scissors",
    "pipe/next-byte-please", "pipe/patience", "sockets/coat-check", "swarm/quid-pro-quo", "swarm/last-copy",
    "ring/fingers-crossed", "crown/two-kings", "clocks/what-time-is-it-there",
)  # fmt: skip
"""A level of every chair, control and picture."""


def debriefed(app: AckademyApp) -> None:
    """The debrief of a level that was lost: whatever comes first is answered."""
    stage = app.stage
    assert isinstance(stage, Stage)
    screen = stage.play("pipe/next-byte-please", None)
    session = screen.bridge.session
    for _ in range(10_000):
        question = session.question
        if session.over:
            break
        if question is None:
            session.step()
        else:
            session.answer(question.asked.candidates[0], question)
    ending = stage.finish(screen, Play("The Pipe"))
    assert ending is not None
    screen.bridge.close()
    app.show_debrief(ending.debrief)


Opens = Callable[[AckademyApp], Any]
SCREENS: dict[str, Opens] = {
    "title": lambda app: None,  # it lies below all others
    "map": lambda app: app.show_map(),
    "toolbox": lambda app: app.show_toolbox(),
    "help": lambda app: app.action_help(),
    "own keys": lambda app: app.show_keys(),
    "brief": lambda app: app.start_level("wire/scissors"),
    "debrief": debriefed,
    **{level: (lambda app, level=level: app.start_level(level, brief=False, anew=True)) for level in LEVELS},
}


def game(home: Path, *, ascii_only: bool = False) -> AckademyApp:
    """The whole campaign, in a home in which nobody begins any more."""
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    with_play = Progress(paths.progress)
    with_play.begin("premise/wrong-turn", 1)
    with_play.close()
    stage = Stage(campaign())
    app = AckademyApp(Options(ascii=ascii_only), entries=stage.entries(), stage=stage, paths=paths)
    stage.app = app
    return app


async def settled(pilot: Pilot[None], told: Callable[[], str]) -> None:
    """Wait until all that was sent has been taken up; a game that hangs is found here."""
    try:
        await asyncio.wait_for(pilot.pause(), ENOUGH)
    except TimeoutError:
        raise AssertionError(f"it hangs after {told()}") from None


def character_of(key: str) -> str | None:
    """What a key types; None for one that types nothing."""
    if len(key) == 1:
        return key
    try:
        return unicodedata.lookup(key.replace("_", " ").upper())
    except KeyError:
        return {"space": " ", "minus": "-", "plus": "+"}.get(key)


def is_drawn(app: AckademyApp) -> bool:
    """Has the screen that is on top its lines, none of them longer or shorter than it is wide? A new one comes soon."""
    strips = app.screen._compositor.render_strips(app.size)
    return len(strips) == app.size.height and all(strip.cell_length == app.size.width for strip in strips)


async def one_act(pilot: Pilot[None], dice: random.Random, storms: bool) -> str:
    """Do something at random; what."""
    app = pilot.app
    kind = dice.random()
    if storms and kind < 0.15:
        width, height = dice.choice(SIZES)
        await pilot.resize_terminal(width, height)
        return f"{width}x{height}"
    if kind < 0.18:
        text = dice.choice(PASTES)
        app.post_message(events.Paste(text))
        return f"paste {text[:9]!r}"
    if kind < 0.25 and app.size.width > 1:
        x, y = dice.randrange(app.size.width), dice.randrange(app.size.height)
        with suppress(NoWidget):  # a screen that is only coming has nothing there yet
            await pilot.click(offset=(x, y))
        return f"click {x},{y}"
    key = dice.choice(KEYS)
    if key in NEVER:
        return ""
    assert app._driver is not None
    app._driver.send_message(events.Key(key, character_of(key)))  # as a terminal does: nobody waits until it is done
    return key


def let_loose(home: Path, screen: str, seed: int, acts: int, *, storms: bool = False, ascii_only: bool = False) -> None:
    """Let a monkey at this screen; if it leaves for another, it is brought back now and then."""
    dice = random.Random(f"{screen} {seed}")
    app = game(home, ascii_only=ascii_only)
    left: list[object] = []
    app.exit = lambda *words, **how: left.append(words)  # type: ignore[method-assign, assignment]
    done: list[str] = []

    async def steps(pilot: Pilot[None]) -> None:
        for number in range(acts):
            if number % 100 == 0:
                if storms:
                    await pilot.resize_terminal(80, 24)
                app.workers.cancel_all()
                while len(app.screen_stack) > 1:
                    app.pop_screen()
                    await settled(pilot, lambda: str(done[-30:]))
                SCREENS[screen](app)
            done.append(await one_act(pilot, dice, storms))
            if number % 10 == 0:
                await settled(pilot, lambda: str(done[-30:]))
                await until(lambda: is_drawn(app))
        await settled(pilot, lambda: str(done[-30:]))

    try:
        drive(app, steps)
    except BaseException as error:
        raise AssertionError(f"{screen}, seed {seed}: {type(error).__name__} {error} after {done[-30:]}") from error
    assert app.crash_note is None, (app.crash_note, done[-30:])
    assert not (home / "reports").exists()
    again = Progress(find_paths({"ACKADEMY_HOME": str(home)}).progress)
    assert again.problem is None
    again.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_monkey_at_every_screen(tmp_path: Path, screen: str) -> None:
    let_loose(tmp_path, screen, 0, 60, storms=True)


@pytest.mark.soak
@pytest.mark.parametrize("screen", SCREENS)
def test_ten_thousand_keys(tmp_path: Path, screen: str) -> None:
    for seed in range(20):
        let_loose(tmp_path / str(seed), screen, seed, 500, storms=seed % 2 == 1, ascii_only=seed % 4 == 2)
