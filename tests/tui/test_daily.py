"""The daily: five situations of a day, one answer each, counted once, and a line to tell others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.kernel.choice import Kind
from levels.daily import BLOCKS, PLAIN, SITUATIONS, Mark, Situation, share_line, situations
from levels.loader import load
from levels.schema import CampaignWorld, Level
from tests.patience import ENOUGH, until
from tests.tui.helpers import SIZES, drive, shown
from tui.app import AckademyApp, Options
from tui.bridge import session_at
from tui.daily import Played, count, counted
from tui.plain import play_situation
from tui.platform import find_paths
from tui.progress import Progress
from tui.screens.campaign import CampaignScreen
from tui.screens.daily import DailyScreen
from tui.screens.play import PlayScreen
from tui.screens.title import TitleScreen
from tui.stage import Stage

DAY = date(2026, 11, 28)
LEVELS = ("premise/echo", "pipe/next-byte-please", "ring/fingers-crossed", "wire/doors", "sockets/shout")


def few() -> list[Level]:
    return [load(name) for name in LEVELS]


def make(home: Path, monkeypatch: pytest.MonkeyPatch, options: Options | None = None, **more: Any) -> AckademyApp:
    levels = few()
    stage = Stage([CampaignWorld("test", "The test", "", tuple(levels))])
    monkeypatch.setattr("tui.screens.daily.situations", lambda day: situations(day, levels))
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    app = AckademyApp(options, entries=stage.entries(), stage=stage, paths=paths, **more)
    stage.app = app
    monkeypatch.setattr(app, "today", lambda: DAY)
    return app


def key(one: Situation) -> tuple[object, ...]:
    return one.level.id, one.seed, one.event, one.choice, one.case


def test_a_day_has_five_situations_the_same_for_everybody() -> None:
    found = situations(DAY)
    assert len(found) == SITUATIONS
    assert [key(one) for one in found] == [key(one) for one in situations(DAY)]
    assert len({one.level.id for one in found}) == SITUATIONS
    assert [key(one) for one in found] != [key(one) for one in situations(DAY + timedelta(1))]


def test_another_python_finds_the_same() -> None:
    """Nothing of it hangs on the order in which a process hashes."""
    code = (
        "from datetime import date; from levels.daily import situations; from levels.loader import load;"
        f"print([(s.level.id, s.seed, s.event) for s in situations({DAY!r}, [load(n) for n in {LEVELS!r}])])"
    ).replace("datetime.date(", "date(")
    told = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=ENOUGH, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert told == {f"{[(one.level.id, one.seed, one.event) for one in situations(DAY, few())]}\n"}


@pytest.mark.parametrize("back", range(6))
def test_at_every_situation_its_question_is_open_and_the_book_wins_from_it(back: int) -> None:
    for one in situations(DAY - timedelta(back)):
        session = session_at(one)
        question = session.question
        assert question is not None, key(one)
        assert (question.asked.choice.name, question.asked.case, question.asked.words) == (
            one.choice, one.case, one.words,
        )  # fmt: skip
        assert one.verdict(session.world) is None
        assert one.mark(session.world) is Mark.WRONG  # whoever says nothing
        session.answer(question.asked.book)
        verdict = one.verdict(session.world)
        assert verdict is not None
        assert verdict.kind in (Kind.BOOK, Kind.FINE)
        while not session.over:
            if session.question is not None:
                session.answer(session.question.asked.book)
            elif not session.step():
                break
        assert one.mark(session.world) is Mark.GOOD
        assert session.outcome is not None
        assert session.outcome.won, key(one)


def test_a_wrong_answer_is_marked() -> None:
    one = next(one for one in situations(DAY, few()) if one.choice == "echo.number")
    session = session_at(one)
    question = session.question
    assert question is not None
    session.answer(next(value for value in question.asked.candidates if value != question.asked.book))
    assert one.mark(session.world) is not Mark.GOOD


def test_the_line_to_tell_others_is_plain_text() -> None:
    last = situations(DAY, few())[-1]
    slug = last.level.id.partition("/")[2]
    marks = [Mark.GOOD, Mark.GOOD, Mark.WRONG, Mark.COSTLY, Mark.GOOD]
    assert share_line(DAY, last, marks, ("floor", 158), plain=False) == f"{slug} 28 Nov ▇▇▁▄▇ floor 158"
    assert share_line(DAY, last, marks, ("floor", 158), plain=True) == f"{slug} 28 Nov ##_=# floor 158"
    assert set(BLOCKS) == set(PLAIN) == set(Mark)


def test_only_the_first_time_counts_and_a_broken_note_is_none() -> None:
    progress = Progress(None)
    assert counted(progress, DAY) == []
    played = [Played(Mark.GOOD, "messages", 9), Played(Mark.WRONG, "time", 12)]
    count(progress, DAY, played)
    assert counted(progress, DAY) == played
    assert counted(progress, DAY + timedelta(1)) == []
    for note in ("[", "{}", '[["best", "x", 1]]', "[[1]]", '[["good", "x", "y"]]'):
        progress.set_setting(f"daily {DAY.isoformat()}", note)
        assert counted(progress, DAY) == []


async def answered(app: AckademyApp, pilot: Pilot[None], right: bool) -> None:
    """One situation: its answer, its end, and back to the list."""
    await pilot.press("enter")
    await until(lambda: isinstance(app.screen, PlayScreen))
    screen = app.screen
    assert isinstance(screen, PlayScreen)
    session = screen.bridge.session
    await until(lambda: session.question is not None)
    question = session.question
    assert question is not None
    wrong = [value for value in question.asked.candidates if value != question.asked.book]
    session.answer(question.asked.book if right else wrong[0])
    await until(lambda: screen.ending is not None)
    await until(lambda: not screen._is_deaf)
    given = len(session.world.answers)
    await pilot.press("r", "comma", "j")  # there is no second try
    assert app.screen is screen
    assert len(session.world.answers) == given
    assert "Enter  go on" in shown(app)
    await pilot.press("enter")
    await until(lambda: isinstance(app.screen, DailyScreen))


@pytest.mark.parametrize("size", SIZES)
def test_five_answers_are_given_and_the_line_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = make(tmp_path, monkeypatch)
    copied: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)

    async def steps(pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, TitleScreen)
        await pilot.press("d")
        await until(lambda: isinstance(app.screen, DailyScreen))
        screen = app.screen
        assert isinstance(screen, DailyScreen)
        await until(lambda: len(screen.situations) == SITUATIONS)
        await pilot.pause()
        assert "28 Nov 2026" in shown(app)
        assert "copy" not in shown(app).splitlines()[-1]
        for place in range(SITUATIONS):
            await answered(app, pilot, right=place != 2)
            assert len(screen.played) == place + 1
            assert len(counted(app.progress, DAY)) == place + 1
        assert [one.mark for one in screen.played].count(Mark.GOOD) == 4
        assert screen.played[2].mark is not Mark.GOOD
        await pilot.pause()
        assert screen.share in shown(app)
        assert re.fullmatch(r"[a-z-]+ 28 Nov ▇▇[▄▁]▇▇ [\w ]+ \d+", screen.share)
        await pilot.press("c")
        assert copied == [screen.share]
        first = list(screen.played)
        await pilot.press("enter")  # once more
        assert screen.again
        await pilot.pause()
        assert "counts for nothing" in shown(app)
        await answered(app, pilot, right=False)
        assert len(screen.played) == 1
        assert counted(app.progress, DAY) == first
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, TitleScreen))
        assert app.progress.levels() == {}  # no level was played by it

    drive(app, steps, size)


def test_who_leaves_after_the_answer_has_given_it_and_before_has_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(tmp_path, monkeypatch)

    async def steps(pilot: Pilot[None]) -> None:
        app.show_map()
        await until(lambda: isinstance(app.screen, CampaignScreen))
        await pilot.press("d")
        await until(lambda: isinstance(app.screen, DailyScreen))
        screen = app.screen
        assert isinstance(screen, DailyScreen)
        await until(lambda: bool(screen.situations))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, PlayScreen))
        await pilot.press("escape", "escape")
        await until(lambda: app.screen is screen)
        assert screen.played == []
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, CampaignScreen))

    drive(app, steps)


def test_in_ascii_nothing_else_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make(tmp_path, monkeypatch, Options(ascii=True))
    count(app.progress, DAY, [Played(Mark.GOOD, "messages", 9)] * SITUATIONS)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("d")
        await until(lambda: isinstance(app.screen, DailyScreen))
        screen = app.screen
        assert isinstance(screen, DailyScreen)
        await until(lambda: bool(screen.situations))
        await pilot.pause()
        assert "28 Nov ##### messages 9" in shown(app)
        assert shown(app).isascii()

    drive(app, steps)


# By lines, and for programs


def test_a_situation_is_played_by_lines() -> None:
    one = next(one for one in situations(DAY, few()) if one.choice == "echo.number")
    said: list[str] = []
    session = session_at(one)
    assert session.question is not None
    answer = str(session.question.asked.book)
    world = play_situation(one, lines=StringIO(f"{answer}\n"), out=said.append)
    assert world is not None
    assert world.over
    assert one.mark(world) is Mark.GOOD
    assert any(line.startswith("? ") for line in said)
    assert any(line.startswith("WON") for line in said)
    assert play_situation(one, lines=StringIO(""), out=said.append) is None


def command(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", "daily", *words], input=typed, capture_output=True, text=True, timeout=ENOUGH,
        env={**os.environ, "ACKADEMY_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_the_command_says_which_they_are(tmp_path: Path) -> None:
    done = command(tmp_path, "--date", "2026-11-28", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["day"] == "2026-11-28"
    assert [one["level"] for one in told["situations"]] == [one.level.id for one in situations(DAY)]
    assert told["marks"] == []
    assert told["share"] is None


def test_the_command_plays_by_lines_and_another_day_counts_for_nothing(tmp_path: Path) -> None:
    done = command(tmp_path, "--date", "2026-11-28", "--plain", typed="1\n" * 200)
    assert "counts for nothing" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    assert command(tmp_path, "--date", "2026-11-28", "--plain").returncode == 1  # left at once


def test_a_day_that_is_none_is_said(tmp_path: Path) -> None:
    done = command(tmp_path, "--date", "yesterday")
    assert done.returncode == 2
    assert "is no day" in done.stderr
