"""A play that is cut short: its journal on the disk, and the offer to go on with it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.record import read
from levels.loader import campaign
from tests.patience import ENOUGH
from tests.tui.helpers import shown
from tui.app import AckademyApp
from tui.platform import find_paths
from tui.screens.brief import BriefScreen
from tui.screens.campaign import CampaignScreen
from tui.screens.play import PlayScreen
from tui.stage import Stage

LEVEL = "premise/echo"


async def settle(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait for something that an engine at work brings about; a pilot would wait for the engine to rest."""
    until = time.monotonic() + ENOUGH
    while not condition():
        assert time.monotonic() < until, "it does not come about"
        await asyncio.sleep(0.01)


async def leave(pilot: Pilot[None], screen: PlayScreen) -> None:
    """To the map; a play that is under way may want to be told twice."""
    for _ in range(2):
        if pilot.app.screen is screen:
            screen.action_leave()
            await asyncio.sleep(0.05)
    await settle(pilot, lambda: isinstance(pilot.app.screen, CampaignScreen) and pilot.app.screen.here)
    await settle(pilot, lambda: not screen.is_attached)


def app_at(home: Path, **more: Path) -> AckademyApp:
    stage = Stage(campaign(), **more)
    app = AckademyApp(entries=stage.entries(), stage=stage, paths=find_paths({"ACKADEMY_HOME": str(home)}))
    stage.app = app
    return app


def answers_in(folder: Path) -> int:
    journals = list(folder.glob("*.run"))
    return sum(1 for line in journals[0].read_text().splitlines() if '"choice"' in line) if journals else 0


def killed(home: Path, answers: int) -> Path:
    """A real game in a real terminal, in which so many answers are given, ends by SIGKILL; its journal."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "ACKADEMY_HOME": str(home), "TERM": "xterm-256color"}
    child = subprocess.Popen(
        [sys.executable, "-m", "tui", "play", LEVEL],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=Path(__file__).parents[2],
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    os.set_blocking(ours, False)
    folder = find_paths({"ACKADEMY_HOME": str(home)}).journals
    until = time.monotonic() + ENOUGH
    pressed = 0.0
    try:
        while answers_in(folder) < answers:
            assert time.monotonic() < until, "the game does not get on"
            assert child.poll() is None, "the game has ended"
            try:
                while os.read(ours, 65536):
                    pass
            except BlockingIOError:
                pass
            if time.monotonic() - pressed > 0.4:
                pressed = time.monotonic()
                os.write(ours, b"1\r")  # an answer, right or not
            time.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        os.close(ours)
    (journal,) = folder.glob("*.run")
    return journal


def test_what_a_script_began_stays_the_scripts_whoever_goes_on_with_it(tmp_path):
    policy = tmp_path / "mine.py"
    policy.write_text("def answer(question, memory):\n    return question.subject['number']\n")

    async def begin() -> None:
        app = app_at(tmp_path, script=policy)
        async with app.run_test(size=(80, 24)) as pilot:
            app.start_level(LEVEL, brief=False)
            await settle(pilot, lambda: answers_in(app.paths.journals) >= 1)
            app.exit()

    async def go_on() -> None:
        app = app_at(tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            assert app.stage is not None
            assert app.stage.unfinished(LEVEL, None).endswith(" given, by a script")
            app.go_on(LEVEL)
            await settle(pilot, lambda: isinstance(app.screen, PlayScreen) and app.screen.is_mounted)
            screen = app.screen
            assert isinstance(screen, PlayScreen)
            session = screen.bridge.session
            while not session.over:
                session.to_question()
                await settle(pilot, lambda: session.question is not None or session.over)
                if session.question is not None:
                    session.answer(session.question.asked.book)
            await settle(pilot, lambda: screen.ending is not None)
            assert screen.ending is not None
            assert screen.ending.debrief.won
            assert "the script's, not yours" in screen.ending.stars_words
            assert app.progress.levels() == {}

    asyncio.run(begin())
    asyncio.run(go_on())


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_after_kill_9_one_key_goes_on_where_the_player_was(tmp_path):
    journal = killed(tmp_path, 2)
    with journal.open("ab") as file:
        file.write(b'{"after": 9, "at"')  # as if the kill had hit a line
    before = read(journal)
    assert before.torn
    assert len(before.answers) == 2

    async def body() -> None:
        app = app_at(tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            app.start_level(LEVEL, brief=False)
            await settle(pilot, lambda: isinstance(app.screen, BriefScreen) and app.screen.query("#go"))
            assert "2 answers given" in str(app.screen.query_one("#go").render())
            assert app.screen.query_one("#go").region.y < 8  # above the fold, whatever the rest takes
            app.simulate_key("enter")
            await settle(pilot, lambda: isinstance(app.screen, PlayScreen) and app.screen.is_mounted)
            screen = app.screen
            assert isinstance(screen, PlayScreen)
            session = screen.bridge.session
            assert tuple(session.world.answers) == before.answers
            assert not session.watching
            assert session.rewinds == 0
            session.to_question()
            while not session.over:
                await settle(pilot, lambda: session.question is not None or session.over)
                if session.question is not None:
                    session.answer(session.question.asked.book)
                    session.to_question()
            await settle(pilot, lambda: screen.ending is not None)
            assert screen.ending is not None
            run = read(screen.ending.run_file)
            assert run.answers[:2] == before.answers
            assert run.answers == tuple(session.world.answers)
            assert run.by[:2] == before.by
            assert run.result is not None
            assert not run.torn
            assert not list(app.paths.journals.glob("*"))
            # One play, begun once and finished: not two.
            standing = app.progress.level(LEVEL)
            assert standing.attempts == 1
            assert standing.wins == int(run.result.won)

    asyncio.run(body())


def test_the_map_marks_a_level_that_can_be_gone_on_with(tmp_path):
    journal = killed(tmp_path, 1)

    async def marked() -> tuple[str, str, int]:
        app = app_at(tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            app.show_map()
            await settle(pilot, lambda: isinstance(app.screen, CampaignScreen) and app.screen.here)
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, CampaignScreen)
            screen.choose(LEVEL)
            await pilot.pause()
            card = shown(app)
            await pilot.press("z")
            rows = [row.rstrip() for row in shown(app).splitlines()[1:18]]  # the line, level by level, above the card
            (row,) = (row for row in rows if "Anybody there?" in row)
            return row, card, sum(row.endswith("go on") for row in rows)

    row, record, many = asyncio.run(marked())
    assert row.endswith("go on")
    assert many == 1
    assert "enter  go on: 1 answer given" in record
    journal.unlink()
    row, record, many = asyncio.run(marked())
    assert many == 0
    assert "enter  play again" in record


def test_beginning_anew_puts_the_journal_away_as_a_run(tmp_path):
    killed(tmp_path, 1)

    async def body() -> None:
        app = app_at(tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            app.start_level(LEVEL)
            await settle(pilot, lambda: isinstance(app.screen, BriefScreen) and app.screen.query("#go"))
            app.simulate_key("n")
            await settle(pilot, lambda: isinstance(app.screen, PlayScreen) and app.screen.is_mounted)
            screen = app.screen
            assert isinstance(screen, PlayScreen)
            assert not screen.bridge.session.world.answers
            runs = list(app.paths.runs.glob("*.run"))
            assert [len(read(path).answers) for path in runs] == [1]
            # Left without an answer, it leaves nothing behind.
            await leave(pilot, screen)
        assert not list(app.paths.journals.glob("*"))
        assert len(list(app.paths.runs.glob("*.run"))) == 1

    asyncio.run(body())


def play_one(app: AckademyApp, how: str) -> None:
    """One answer is given, and the play or the game is left."""

    async def body() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            app.start_level(LEVEL, brief=False)
            await settle(pilot, lambda: isinstance(app.screen, PlayScreen) and app.screen.is_mounted)
            screen = app.screen
            assert isinstance(screen, PlayScreen)
            session = screen.bridge.session
            session.to_question()
            await settle(pilot, lambda: session.question is not None)
            session.answer(session.question.asked.book)  # type: ignore[union-attr]
            await settle(pilot, lambda: answers_in(app.paths.journals) == 1)  # while it is played, not afterwards
            # Another game sees that somebody plays this one, and offers nothing.
            assert app.stage is not None
            assert app.stage.unfinished(LEVEL, None) == ""
            if how == "left":
                await leave(pilot, screen)
            elif how == "again":
                screen.action_restart()
                await settle(pilot, lambda: app.screen is not screen and isinstance(app.screen, PlayScreen))
            else:
                app.exit()

    asyncio.run(body())


@pytest.mark.parametrize("how", ["left", "again", "quit"])
def test_a_play_that_is_left_is_a_run_and_one_in_a_game_that_quits_can_be_gone_on_with(tmp_path, how):
    app = app_at(tmp_path)
    play_one(app, how)
    journals, runs = (list(folder.glob("*.run")) for folder in (app.paths.journals, app.paths.runs))
    later = app_at(tmp_path)
    assert later.stage is not None
    if how == "quit":
        assert len(journals) == 1
        assert not runs
        assert later.stage.unfinished(LEVEL, None) == "1 answer given"
        assert later.stage.unfinished(LEVEL, 12345) == ""
    else:
        assert not journals
        assert [len(read(path).answers) for path in runs] == [1]
        assert later.stage.unfinished(LEVEL, None) == ""
    later.progress.close()
