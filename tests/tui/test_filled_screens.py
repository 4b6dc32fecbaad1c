"""Screens that list things fill a large terminal, too; and what is written on them can be read, dark and light."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.node import Answered
from levels.daily import SITUATIONS, Mark, situations
from levels.loader import campaign, load
from levels.sweeping import Kind, Outcome, Player, Tally
from tests.patience import until
from tests.tui.helpers import drive, shown
from tests.tui.test_daily import DAY, few
from tests.tui.test_monkeys import game
from tui.app import AckademyApp
from tui.daily import Played, count, in_a_row
from tui.keymap import BY_ID, Keymap, Scope, in_scope
from tui.look.palette import contrast
from tui.policies import PolicyFile
from tui.progress import Progress
from tui.rival import Tape
from tui.screens.daily import DailyScreen
from tui.screens.ghosts import GhostsScreen, busy_of
from tui.screens.keyboard import base_of, draw_keyboard, free_keys
from tui.screens.sweep import Mine, SweepScreen
from tui.screens.toolbox import PageCard
from tui.widgets.canvas import Canvas

SIZES = [(120, 40), (160, 50)]
LEAST = 0.5
"""So much of a screen is drawn on, or lies within a row and two columns of what is."""
READABLE = 4.5
"""WCAG 2.2, contrast of text."""


def filled(app: AckademyApp) -> float:
    """The share of the screen, between its header and its keys, on which something is: signs, or another ground than at
    the left edge of the row."""
    width, height = app.size
    there: set[tuple[int, int]] = set()
    for y, strip in enumerate(app.screen._compositor.render_strips(app.size)):
        x, edge = 0, None
        for segment in strip:
            ground = segment.style.bgcolor if segment.style is not None else None
            edge = ground if x == 0 else edge
            for sign in segment.text:
                if not sign.isspace():
                    there |= {(x + across, y + down) for across in range(-2, 3) for down in (-1, 0, 1)}
                elif ground != edge:
                    there.add((x, y))
                x += 1
    return sum(0 <= x < width and 1 <= y < height - 1 for x, y in there) / (width * (height - 2))


def hard_to_read(app: AckademyApp) -> set[str]:
    """Letters and digits that do not stand out from their ground, with what stands beside them."""
    found = set()
    for strip in app.screen._compositor.render_strips(app.size):
        for segment in strip:
            style = segment.style
            if style is None or style.color is None or style.bgcolor is None or not segment.text.strip():
                continue
            pair = [int.from_bytes(bytes(one.get_truecolor()), "big") for one in (style.color, style.bgcolor)]
            if any(sign.isalnum() for sign in segment.text) and contrast(*pair) < READABLE:
                found.add(segment.text)
    return found


def test_an_empty_screen_is_not_filled(tmp_path: Path) -> None:
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        app.show_keys()
        await pilot.pause()
        app.screen.query_one("#keyboard").display = False
        app.screen.query_one("#keys").display = False
        await pilot.pause()
        assert filled(app) < 0.1

    drive(app, steps, SIZES[0])


async def daily(app: AckademyApp) -> None:
    for back in range(1, 9):
        marks = [list(Mark)[(back + place) % 3] for place in range(SITUATIONS)]
        count(app.progress, DAY - timedelta(back), [Played(mark, "messages", 9) for mark in marks])
    count(app.progress, DAY, [Played(mark, "messages", 9) for mark in Mark])
    app.show_daily()
    await until(lambda: isinstance(app.screen, DailyScreen) and len(app.screen.situations) == SITUATIONS)


async def sweep(app: AckademyApp) -> None:
    level = load("crown/two-kings")
    policy = PolicyFile(app.paths.policies, level.id, "text", Progress(None))
    screen = SweepScreen(level, policy, watch=lambda *_: None, today=DAY, mine=Mine(True, 50), edits=False)
    screen.begin = lambda: None  # type: ignore[method-assign]
    await app.push_screen(screen)
    screen.tallies = [Tally(Player(Kind.SCRIPT, "x.py")), Tally(Player(Kind.BOOK)), Tally(Player(Kind.PERSONA, "p"))]
    for place, tally in enumerate(screen.tallies):
        for seed in range(300):
            floor = 60 + 20 * place + seed % 17 * (seed % 5)
            tally.add(Outcome(seed, seed % (place + 9) > 0, "it is so", 3000, {"floor": floor}))
    screen.on_screen_resume()


async def nothing_swept(app: AckademyApp) -> None:
    level = load("crown/two-kings")
    policy = PolicyFile(app.paths.policies, level.id, "text", Progress(None))
    screen = SweepScreen(level, policy, watch=lambda *_: None, today=DAY, edits=False)
    screen.begin = lambda: None  # type: ignore[method-assign]
    await app.push_screen(screen)


async def drawn(app: AckademyApp) -> None:
    """Ghosts' picture is made beside the screen."""
    screen = app.screen
    assert isinstance(screen, GhostsScreen)
    await until(lambda: screen._glimpses.of(screen.level) is not None)


async def ghosts(app: AckademyApp) -> None:
    answers = tuple(Answered(place * place, place, "p6", "alarm", 1) for place in range(30))
    tapes = [Tape(f"a run {number}", number, answers, "won, 24 messages") for number in range(5)]
    await app.push_screen(GhostsScreen("crown/two-kings", "Two kings", tapes, app.paths.runs))
    await drawn(app)


async def no_ghosts(app: AckademyApp) -> None:
    await app.push_screen(GhostsScreen("crown/two-kings", "Two kings", [], app.paths.runs))
    await drawn(app)


async def own_keys(app: AckademyApp) -> None:
    app.show_keys()


async def toolbox(app: AckademyApp) -> None:
    app.won_worlds = lambda: {world.title for world in campaign()[:3]}  # type: ignore[method-assign]
    app.show_toolbox()


async def closed_toolbox(app: AckademyApp) -> None:
    app.show_toolbox()


SCREENS = (daily, sweep, nothing_swept, ghosts, no_ghosts, own_keys, toolbox, closed_toolbox)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("opened", SCREENS)
def test_no_screen_floats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[AckademyApp], object], size: tuple[int, int]
) -> None:
    app = game(tmp_path)
    monkeypatch.setattr("tui.screens.daily.situations", lambda day: situations(day, few()))
    monkeypatch.setattr(app, "today", lambda: DAY)

    async def steps(pilot: Pilot[None]) -> None:
        for theme in ("ackademy-dark", "ackademy-light"):
            app.theme = theme
            while len(app.screen_stack) > 1:
                await app.pop_screen()
            await opened(app)  # type: ignore[misc]
            await pilot.pause(0.2)
            assert filled(app) >= LEAST, (theme, filled(app))
            assert not hard_to_read(app), theme

    drive(app, steps, size)


def test_the_days_and_the_answers_stand_on_the_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = game(tmp_path)
    monkeypatch.setattr("tui.screens.daily.situations", lambda day: situations(day, few()))
    monkeypatch.setattr(app, "today", lambda: DAY)

    async def steps(pilot: Pilot[None]) -> None:
        await daily(app)
        await pilot.pause()
        text = shown(app)
        screen = app.screen
        assert isinstance(screen, DailyScreen)
        for place, one in enumerate(screen.situations):
            assert f" {place + 1}  {one.level.title.split()[0]}" in text
        assert "days in a row" in text
        for words in ("✓ as good", "~ costly", "✗ wrong", "enter  play"):
            assert words in text
        assert text.count(" ✓ ") > 12  # those of eight days, and today's
        row = next(y for y, line in enumerate(text.splitlines()) if "enter  play" in line)
        column = text.splitlines()[row].index("enter  play")
        await pilot.click(offset=(column, row))  # a card is a button
        await until(lambda: app.screen is not screen)

    drive(app, steps, (120, 40))


def test_days_in_a_row_end_where_one_was_left_out() -> None:
    progress = Progress(None)
    assert in_a_row(progress, DAY) == 0
    whole = [Played(Mark.WRONG, "messages", 9)] * SITUATIONS
    for back in (1, 2, 4):
        count(progress, DAY - timedelta(back), whole)
    assert in_a_row(progress, DAY) == 2  # today may still be played
    count(progress, DAY, whole[:-1])
    assert in_a_row(progress, DAY) == 2
    count(progress, DAY, whole)
    assert in_a_row(progress, DAY) == 3
    assert in_a_row(progress, DAY + timedelta(2)) == 0
    assert in_a_row(progress, date(2026, 11, 24)) == 1


def test_how_busy_a_run_was_is_told_part_by_part() -> None:
    answers = [Answered(after, after, "a", "x", 1) for after in (0, 1, 50, 99)]
    assert busy_of(answers, 10) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert busy_of([], 4) == [0, 0, 0, 0]


def test_the_keyboard_shows_what_an_action_could_be_given() -> None:
    keymap, zoom = Keymap(), BY_ID["campaign.zoom"]
    taken = {key for one in in_scope(Scope.CAMPAIGN) for key in keymap.keys_of(one.id)}
    free = free_keys(keymap, zoom)
    assert "x" in free
    assert not set(free) & taken
    assert [base_of(key) for key in ("ctrl+u", "G", "question_mark", "shift+tab", "plus", "f9")] == [
        "u", "g", "slash", "tab", "equals_sign", "f9",
    ]  # fmt: skip
    for ascii_only in (False, True):
        canvas = Canvas(42, 38, ascii_only=ascii_only)
        draw_keyboard(canvas, keymap, zoom)
        text = str(canvas)
        assert zoom.help.split(",")[0] in text
        assert "free here" in text
        assert ("<z>" in text) is ascii_only
        draw_keyboard(Canvas(3, 2, ascii_only=ascii_only), keymap, zoom)
        draw_keyboard(Canvas(42, 38), keymap, None)


def test_a_card_of_the_toolbox_is_wrapped_to_its_width(tmp_path: Path) -> None:
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        await toolbox(app)
        await pilot.pause()
        cards = list(app.screen.query(PageCard))
        assert len({card.region.x for card in cards}) > 1
        await pilot.resize_terminal(80, 24)
        await until(lambda: len({card.region.x for card in cards}) == 1)

    drive(app, steps, (120, 40))
