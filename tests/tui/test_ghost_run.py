"""A recorded run as a ghost beside the player: same level and seed, never ahead of what the player knows."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.seats import Book
from core.record import header_of, result_of, write
from core.session import Session
from levels.loader import load
from levels.proofs import play, with_par_figures
from levels.schema import CampaignWorld
from tests.patience import ENOUGH, until
from tests.tui.helpers import SIZES, drive, shown
from tests.tui.test_sweep import played_by_the_book
from tui.app import AckademyApp
from tui.bridge import session_of
from tui.platform import find_paths
from tui.rival import NoGhostError, Rival, Tape, tape_of, tapes_in
from tui.screens.brief import BriefScreen
from tui.screens.debrief import DebriefScreen
from tui.screens.ghosts import GhostsScreen
from tui.screens.play import PlayScreen
from tui.stage import Stage

LEVEL = "ring/fingers-crossed"


def recorded(path: Path, seed: int | None = None, level: str = LEVEL) -> Path:
    """A friend's run by the book."""
    found = load(level)
    scenario = with_par_figures(found, seed)
    world = play(scenario, Book())
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, header_of(world.scenario, found.id, found.text), world.answers, result_of(world), by="you")
    return path


def make(home: Path, first: str | None = LEVEL, **more: object) -> tuple[AckademyApp, Stage]:
    found = load(LEVEL)
    stage = Stage([CampaignWorld(found.world, "The test", "", (found,))])
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    app = AckademyApp(entries=stage.entries(), stage=stage, paths=paths, first_level=first, **more)  # type: ignore[arg-type]
    stage.app = app
    return app, stage


def tape(tmp_path: Path, level: str = LEVEL, seed: int | None = None) -> Tape:
    return tape_of(recorded(tmp_path / "friend.run", seed, level), load(level), None)


def test_it_is_never_ahead_and_comes_to_the_same_end(tmp_path: Path) -> None:
    for level in (LEVEL, "pipe/next-byte-please", "crown/two-kings", "pipe/nobody-asks-you"):
        session = session_of(load(level), paused=True)
        rival = Rival(tape(tmp_path, level), session)
        while not session.over:
            rival.follow()
            assert rival.world.now <= session.world.now
            if session.question is not None:
                asked_each_time = not session.kept
                assert not asked_each_time or rival.answered <= len(session.world.answers), "it answers first"
                session.answer(session.question.asked.book)
                continue
            due = session.world.due(session.player) if session.player in session.world.nodes else []
            offers = {asked.choice.name: asked for asked in session.offers()}
            if due and due[0] in offers and offers[due[0]].book is not None:
                session.move(due[0], offers[due[0]].book)
                continue
            if not session.step():
                break
        rival.follow()
        assert not rival.trouble
        assert rival.world.over
        assert rival.world.outcome is not None
        assert rival.world.outcome.won
        assert rival.words().startswith("won at")


def test_it_goes_back_with_the_player(tmp_path: Path) -> None:
    session = session_of(load(LEVEL), paused=True)
    rival = Rival(tape(tmp_path), session)
    _answer(session, 4)
    rival.follow()
    far = rival.answered
    assert far >= 3
    for _ in range(12):
        session.back()
    rival.follow()
    assert rival.answered < far
    assert rival.world.now <= session.world.now


def _answer(session: Session, times: int) -> None:
    while times:
        if session.question is not None:
            session.answer(session.question.asked.book)
            times -= 1
        else:
            session.step()
    while session.question is None:
        session.step()


def test_what_is_seen_of_it_is_what_its_player_knew(tmp_path: Path) -> None:
    session = session_of(load(LEVEL), paused=True)
    rival = Rival(tape(tmp_path), session)
    _answer(session, 6)
    rival.follow()
    nodes = {entry.node for entry in rival.entries(1000)}
    assert nodes == {session.player}


def test_another_level_seed_or_rules_are_refused_in_words(tmp_path: Path) -> None:
    level = load(LEVEL)
    path = recorded(tmp_path / "a.run", 9)
    assert tape_of(path, level, 9).seed == tape_of(path, level, None).seed == 9
    with pytest.raises(NoGhostError, match="played on seed 9, and this is seed 3"):
        tape_of(path, level, 3)
    with pytest.raises(NoGhostError, match="a run of ring/fingers-crossed, and this is premise/echo"):
        tape_of(path, load("premise/echo"), None)
    other = replace(level, scenario=replace(level.scenario, limit=level.scenario.limit + 1))
    with pytest.raises(NoGhostError, match="other rules"):
        tape_of(path, other, None)
    with pytest.raises(NoGhostError, match="no such file"):
        tape_of(tmp_path / "none.run", level, None)
    (tmp_path / "bad.run").write_text("{}\n")
    with pytest.raises(NoGhostError, match=r"bad\.run"):
        tape_of(tmp_path / "bad.run", level, None)
    recorded(tmp_path / "b.run", None, "premise/echo")
    assert [one.name for one in tapes_in(tmp_path, level)] == ["a"]


@pytest.mark.parametrize("size", SIZES)
def test_it_is_seen_beside_you_and_in_the_debrief(tmp_path: Path, size: tuple[int, int]) -> None:
    app, stage = make(tmp_path)
    stage.race(LEVEL, tape(tmp_path))

    async def steps(pilot: Pilot[None]) -> None:
        screen = app.screen
        assert isinstance(screen, PlayScreen)
        session = screen.bridge.session
        for _ in range(5):
            session.to_question()
            await until(lambda: session.question is not None)
            assert session.question is not None
            session.answer(session.question.asked.book)
        session.to_question()
        await until(lambda: session.question is not None)
        await pilot.pause()
        text = shown(app)
        assert "ghost" in text
        assert "friend: " in text
        assert "answers" in text
        await played_by_the_book(screen)
        assert screen.ending is not None
        assert [ghost.name for ghost in screen.ending.debrief.ghosts] == ["friend"]
        await pilot.pause()
        assert "friend: won at" in shown(app)
        await until(lambda: not screen._is_deaf)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, DebriefScreen))
        await pilot.press("g")  # this run beside the next one
        await until(lambda: isinstance(app.screen, PlayScreen))
        again = app.screen
        assert isinstance(again, PlayScreen)
        rival = again.bridge.reading.rival
        assert rival is not None
        assert rival.name == "you, before"
        assert again.bridge.session.scenario.seed == session.scenario.seed

    drive(app, steps, size)


def test_a_run_is_chosen_before_a_level(tmp_path: Path) -> None:
    app, _ = make(tmp_path, None)
    recorded(tmp_path / "runs" / "mine.run", 4)
    recorded(tmp_path / "runs" / "friends [b].run", 11)
    recorded(tmp_path / "runs" / "other.run", 11, "premise/echo")

    async def steps(pilot: Pilot[None]) -> None:
        app.start_level(LEVEL)
        await until(lambda: isinstance(app.screen, BriefScreen))
        await pilot.press("g")
        await until(lambda: isinstance(app.screen, GhostsScreen))
        screen = app.screen
        assert isinstance(screen, GhostsScreen)
        assert {one.name for one in screen.tapes} == {"mine", "friends [b]"}
        await pilot.pause()
        text = shown(app)
        assert "friends [b]" in text
        assert "seed 11" in text
        assert "--ghost FILE.run" in text
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, BriefScreen))
        await pilot.press("g")
        await until(lambda: isinstance(app.screen, GhostsScreen))
        await pilot.press("down", "up", "down", "enter")
        await until(lambda: isinstance(app.screen, PlayScreen))
        play_screen = app.screen
        assert isinstance(play_screen, PlayScreen)
        chosen = screen.tapes[1]
        assert play_screen.bridge.session.scenario.seed == chosen.seed
        rival = play_screen.bridge.reading.rival
        assert rival is not None
        assert rival.name == chosen.name

    drive(app, steps)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ghost", "nowhere.run"], "nowhere.run"),
        (["--ghost", "a.run", "--plain"], "needs a screen"),
        (["--ghost", "a.run", "--seed", "3"], "played on seed 9, and this is seed 3"),
    ],
)
def test_the_command_refuses_in_words(tmp_path: Path, words: list[str], said: str) -> None:
    recorded(tmp_path / "a.run", 9)
    done = subprocess.run(
        [sys.executable, "-m", "tui", "play", LEVEL, *words], cwd=tmp_path, capture_output=True, text=True,
        timeout=ENOUGH, env={**os.environ, "ACKADEMY_HOME": str(tmp_path)}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
