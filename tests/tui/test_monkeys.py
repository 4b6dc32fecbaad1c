"""Random keys, clicks, pastes and sizes on every screen: nothing crashes, nothing hangs, nothing is drawn outside.

Always a small troop; with --soak ten thousand keys a screen.
"""

from __future__ import annotations

import asyncio
import random
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from textual import events
from textual.errors import NoWidget
from textual.pilot import Pilot, WaitForScreenTimeout

from core.kernel.node import Answered
from levels.daily import Mark, Situation, situations
from levels.loader import campaign, load
from tests.patience import ENOUGH, until
from tests.tui.helpers import drive
from tui.app import AckademyApp, Options
from tui.daily import Played, count
from tui.keymap import ACTIONS
from tui.live import LiveStage
from tui.pictures.signs import signs_of
from tui.platform import find_paths
from tui.presenting import Presenting
from tui.progress import Progress
from tui.rival import Tape
from tui.screens.debrief import DebriefScreen
from tui.screens.ghosts import GhostsScreen
from tui.screens.present import PresentScreen
from tui.screens.sweep import SweepScreen
from tui.screens.terms import TermsScreen
from tui.stage import Stage
from tui.written import Play

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

DAY = date(2026, 11, 28)
NOT_HERE = "curl is not on this machine"
"""No monkey starts a program outside."""
FEW_SEEDS = 3
"""Seeds of a sweep here: nobody waits for a thousand."""

LEVELS = (
    "premise/wrong-turn", "premise/the-audit", "premise/echo", "premise/two-tapes", "wire/scissors",
    "pipe/next-byte-please", "pipe/patience", "sockets/coat-check", "swarm/quid-pro-quo", "swarm/last-copy",
    "ring/fingers-crossed", "crown/two-kings", "clocks/what-time-is-it-there", "premise/silence", "wire/doors",
    "wire/shuffle", "wire/signposts", "pipe/fair-share", "pipe/whose-line", "sockets/shout", "web/where-does-it-end",
    "crown/long-live",
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


@cache
def of_the_day(day: date) -> list[Situation]:
    """The daily of a few levels, found once."""
    return situations(day, [load(name) for name in ("premise/echo", "pipe/next-byte-please", "ring/fingers-crossed")])


def daily(app: AckademyApp) -> None:
    """The daily of a day after some others."""
    for back in range(4):
        count(app.progress, DAY - timedelta(back), [Played(mark, "messages", 9) for mark in Mark][: 3 - back])
    app.show_daily()


def sweep(app: AckademyApp) -> None:
    """The script of the moves of nobody yet."""
    app.show_script("ring/fingers-crossed")


def ghosts(app: AckademyApp) -> None:
    answers = tuple(Answered(place, place, "p6", "alarm", 1) for place in range(9))
    tapes = [Tape(f"run {number} [1]", number, answers, "won, 24 messages") for number in range(60)]
    app.push_screen(GhostsScreen("crown/two-kings", "Two kings", tapes, app.paths.runs))


def lines(app: AckademyApp) -> None:
    """The lines of a play that was lost, beside each other."""
    debriefed(app)
    assert isinstance(app.screen, DebriefScreen)
    app.show_lines(app.screen.debrief)


def words_and_signs(app: AckademyApp) -> None:
    app.push_screen(
        TermsScreen("Next byte", {"ACK": "It names the byte that is wanted next."}, signs_of("tcp", hand=True))
    )


def lecture(app: AckademyApp) -> None:
    app.push_screen(PresentScreen(Presenting(load("pipe/next-byte-please"), None)))


Opens = Callable[[AckademyApp], Any]
SCREENS: dict[str, Opens] = {
    "title": lambda app: None,  # it lies below all others
    "map": lambda app: app.show_map(),
    "toolbox": lambda app: app.show_toolbox(),
    "help": lambda app: app.action_help(),
    "own keys": lambda app: app.show_keys(),
    "brief": lambda app: app.start_level("wire/scissors"),
    "debrief": debriefed,
    "daily": daily,
    "sweep": sweep,
    "ghosts": ghosts,
    "no ghosts": lambda app: app.show_ghosts("crown/two-kings"),
    "lines": lines,
    "words and signs": words_and_signs,
    "lecture": lecture,
    "commands": lambda app: app.action_command_palette(),
    "live": lambda app: app.start_level("pipe/live"),
    **{level: (lambda app, level=level: app.start_level(level, brief=False, anew=True)) for level in LEVELS},
}


def game(home: Path, *, ascii_only: bool = False) -> AckademyApp:
    """The whole campaign, in a home in which nobody begins any more."""
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    with_play = Progress(paths.progress)
    with_play.begin("premise/wrong-turn", 1)
    with_play.close()
    stage = LiveStage(campaign())
    app = AckademyApp(Options(ascii=ascii_only), entries=stage.entries(), stage=stage, paths=paths)
    stage.app = app
    app.today = lambda: DAY  # type: ignore[method-assign]
    return app


async def settled(pilot: Pilot[None], told: Callable[[], str]) -> None:
    """Wait until all that was sent has been taken up; a game that hangs is found here."""

    async def rest() -> None:
        while True:
            with suppress(WaitForScreenTimeout):  # Textual's own patience is too short for a busy machine
                await pilot.pause()
                return

    try:
        await asyncio.wait_for(rest(), ENOUGH)
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


@contextmanager
def few() -> Iterator[None]:
    """The daily is found once, a sweep is over soon, in this process, and no program comes from outside."""
    plain = SweepScreen.__init__

    def fewer(self: SweepScreen, *words: object, **how: object) -> None:
        plain(self, *words, **{**how, "seeds": FEW_SEEDS, "jobs": 1})  # type: ignore[arg-type]

    here = patch.object(LiveStage, "missing", lambda stage, level: NOT_HERE if level.endswith("/live") else "")
    with here, patch("tui.screens.daily.situations", of_the_day), patch.object(SweepScreen, "__init__", fewer):
        yield


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
                    with suppress(WaitForScreenTimeout):
                        await pilot.resize_terminal(80, 24)
                app.workers.cancel_all()
                while len(app.screen_stack) > 1:
                    app.pop_screen()
                    await settled(pilot, lambda: str(done[-30:]))
                SCREENS[screen](app)
            with suppress(WaitForScreenTimeout):  # whether it hangs is asked right below
                done.append(await one_act(pilot, dice, storms))
            if number % 10 == 0:
                await settled(pilot, lambda: str(done[-30:]))
                await until(lambda: is_drawn(app))
        await settled(pilot, lambda: str(done[-30:]))

    try:
        with few():
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
