"""The screen of a script on many seeds: editor, progress, charts, the worst seed as a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.loader import load
from levels.schema import CampaignWorld
from levels.sweeping import Kind, Outcome, Player, Tally
from tests.patience import until
from tests.tui.helpers import SIZES, drive, shown
from tui.app import AckademyApp, Options
from tui.editor import NoEditorError, editor_of
from tui.look.histogram import bars, counts, scale_of
from tui.platform import find_paths
from tui.policies import PolicyFile
from tui.progress import Progress
from tui.screens.debrief import DebriefScreen
from tui.screens.play import PlayScreen
from tui.screens.sweep import Mine, SweepScreen
from tui.stage import Stage
from tui.sweeps import Kept, Sweeps, named
from tui.widgets.canvas import Canvas

LEVEL = "ring/fingers-crossed"
SCRIPT = "def answer(question, memory):\n    return question.candidates[0]\n"


def make(home: Path, options: Options | None = None, level: str = LEVEL) -> AckademyApp:
    found = load(level)
    stage = Stage([CampaignWorld(found.world, "The test", "", (found,))])
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    app = AckademyApp(options, entries=stage.entries(), stage=stage, paths=paths, first_level=level)
    stage.app = app
    return app


def play_screen(app: AckademyApp) -> PlayScreen:
    screen = app.screen
    assert isinstance(screen, PlayScreen)
    return screen


def sweep_screen(app: AckademyApp) -> SweepScreen:
    screen = app.screen
    assert isinstance(screen, SweepScreen)
    return screen


def few(app: AckademyApp, monkeypatch: pytest.MonkeyPatch, edits: Callable[[Path], str]) -> None:
    """The editor does this, and a few seeds in one process are enough."""
    monkeypatch.setattr(app, "edit", edits)
    plain = SweepScreen.__init__

    def fewer(self: SweepScreen, *words: object, **how: object) -> None:
        plain(self, *words, **{**how, "seeds": 12, "jobs": 1})  # type: ignore[arg-type]

    monkeypatch.setattr(SweepScreen, "__init__", fewer)


async def played_by_the_book(screen: PlayScreen) -> None:
    session = screen.bridge.session
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        elif not session.step():
            break
    await until(lambda: screen.ending is not None)


@pytest.mark.parametrize("size", SIZES)
def test_moves_become_a_script_that_is_edited_and_run_on_many_seeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = make(tmp_path)
    edited: list[Path] = []

    def edit(path: Path) -> str:
        edited.append(path)
        return ""

    few(app, monkeypatch, edit)

    async def steps(pilot: Pilot[None]) -> None:
        await played_by_the_book(play_screen(app))
        await until(lambda: not play_screen(app)._is_deaf)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, DebriefScreen))
        await pilot.press("e")
        await until(lambda: isinstance(app.screen, SweepScreen))
        screen = sweep_screen(app)
        await until(lambda: len(screen.tallies) > 1 and not screen.runs)
        await pilot.pause(0.3)
        (path,) = edited
        assert path.parent == tmp_path / "data" / "policies"
        assert "if question.choice ==" in path.read_text()
        text = shown(app)
        assert "your script" in text
        assert "the book" in text
        assert "100.0%" in text
        assert f"{screen.sweep.of if screen.sweep else 0} of" in text
        assert "Worst seed" in text
        assert "you, by hand" in text
        await pilot.press("enter")  # the worst seed opens as a run
        await until(lambda: isinstance(app.screen, PlayScreen))
        run = play_screen(app)
        assert run.bridge.session.watching
        assert run.bridge.session.scenario.seed == (screen.worst.seed if screen.worst else 0)
        await pilot.press("e")  # no script of a script's run
        assert app.screen is run
        await pilot.press("escape", "escape")
        await until(lambda: isinstance(app.screen, SweepScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, DebriefScreen))

    drive(app, steps, size)


def test_in_the_midst_of_a_play_it_lies_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make(tmp_path)
    few(app, monkeypatch, lambda path: "there is no editor here: set EDITOR to the one that you want")

    async def steps(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.to_question()
        await until(lambda: screen.bridge.session.question is not None)
        question = screen.bridge.session.question
        assert question is not None
        await pilot.press("f6")
        await until(lambda: isinstance(app.screen, SweepScreen))
        swept = sweep_screen(app)
        await until(lambda: swept.tallies and not swept.runs)
        await pilot.pause(0.3)
        assert "set EDITOR" in swept.note
        assert str(swept.policy.path) in swept.note
        await pilot.press("space")  # once more
        assert swept.runs
        await pilot.press("space")  # stopped
        assert not swept.runs
        await pilot.pause(0.3)
        assert "stopped" in shown(app)
        await pilot.press("escape")
        await until(lambda: app.screen is screen)
        assert screen.bridge.session.question is question

    drive(app, steps)


def test_what_the_player_has_written_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make(tmp_path)
    words = ["# mine\n" + SCRIPT]

    def edit(path: Path) -> str:
        if words:
            path.write_text(words.pop(), "utf-8")
        return ""

    few(app, monkeypatch, edit)

    async def steps(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.to_question()
        await until(lambda: screen.bridge.session.question is not None)
        for _ in range(2):
            await pilot.press("f6")
            await until(lambda: isinstance(app.screen, SweepScreen))
            swept = sweep_screen(app)
            await until(lambda swept=swept: bool(swept.tallies))
            assert swept.policy.path.read_text().startswith("# mine")
            assert swept.policy.is_own
            await pilot.press("escape")
            await until(lambda: app.screen is screen)
        await pilot.press("f6")
        await until(lambda: isinstance(app.screen, SweepScreen))
        swept = sweep_screen(app)
        await until(lambda: bool(swept.tallies))
        await pilot.press("n")
        assert not swept.policy.is_own
        assert swept.policy.path.read_text().startswith("# Your moves")
        assert (swept.policy.path.parent / f"{swept.policy.path.stem}-1.py").read_text().startswith("# mine")

    drive(app, steps)


def test_a_script_that_fails_says_its_line_on_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make(tmp_path)

    def edit(path: Path) -> str:
        path.write_text("def answer(question, memory):\n    return question.nothing['[b]x']\n", "utf-8")
        return ""

    few(app, monkeypatch, edit)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("f6")
        await until(lambda: isinstance(app.screen, SweepScreen))
        swept = sweep_screen(app)
        await until(lambda: swept.tallies and not swept.runs)
        await pilot.pause(0.3)
        text = shown(app)
        assert "line 2: AttributeError" in text
        assert "given up" in text
        assert "worst seed" not in text  # no key for what is not there

    drive(app, steps)


def test_a_visitor_starts_no_script(tmp_path: Path) -> None:
    app = make(tmp_path, Options(visitor=True))

    async def steps(pilot: Pilot[None]) -> None:
        screen = app.screen
        await pilot.press("f6")
        await pilot.pause()
        assert app.screen is screen
        assert not (tmp_path / "data" / "policies").exists()

    drive(app, steps)


# Its parts


def test_yesterdays_script_is_laid_beside_todays(tmp_path: Path) -> None:
    sweeps = Sweeps(tmp_path, "a/b#2")
    kept = Kept("2026-11-28", "one", "digest", 1, 10, 5, "messages", (1, 2))
    assert sweeps.before(kept) is None
    sweeps.keep(kept)
    today = dataclasses.replace(kept, day="2026-11-29", script="two", won=6)
    sweeps.keep(today)
    later = dataclasses.replace(today, script="three")
    assert sweeps.before(later) == kept  # yesterday's comes before today's other one
    assert sweeps.before(dataclasses.replace(kept, script="four")) == kept  # the same day's other script
    assert sweeps.before(kept) is None
    assert sweeps.before(dataclasses.replace(later, scenario="other rules")) is None
    assert sweeps.before(dataclasses.replace(later, seeds=20)) is None
    assert named(kept, date(2026, 11, 29)) == "yesterday's you"
    assert named(kept, date(2026, 12, 1)) == "you, 3 days ago"
    assert named(kept, date(2026, 11, 28)) == "your script before"
    sweeps.keep(dataclasses.replace(kept, won=7))
    assert [one.won for one in sweeps.entries()] == [6, 7]


@pytest.mark.parametrize("text", ["", "[", "{}", '[{"day": 3}]', '[{"day": "x", "values": [1]}]', "[[1]]"])
def test_a_broken_file_of_sweeps_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "a-b.json").write_text(text)
    assert Sweeps(tmp_path, "a/b").entries() == []


def test_a_policy_is_made_anew_until_it_is_changed(tmp_path: Path) -> None:
    progress = Progress(None)
    first = PolicyFile(tmp_path, "a/b", "one\n", progress)
    first.prepare()
    assert first.path.name == "a-b.py"
    second = PolicyFile(tmp_path, "a/b", "two\n", progress)
    second.prepare()
    assert second.path.read_text() == "two\n"
    assert not second.is_own
    second.path.write_text("mine\n")
    third = PolicyFile(tmp_path, "a/b", "three\n", progress)
    third.prepare()
    assert third.is_own
    assert third.path.read_text() == "mine\n"
    assert [third.anew(), third.anew()] == [tmp_path / "a-b-1.py", None]
    assert third.path.read_text() == "three\n"


def test_which_editor_is_opened(tmp_path: Path) -> None:
    for name in ("code", "nano"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    here = {"PATH": str(tmp_path)}
    assert editor_of({**here, "EDITOR": "code --wait"}) == ["code", "--wait"]
    assert editor_of({**here, "EDITOR": "nano", "VISUAL": "code"}) == ["code"]
    assert editor_of(here) == ["nano"]
    with pytest.raises(NoEditorError, match="no such program"):
        editor_of({**here, "EDITOR": "nowhere"})
    with pytest.raises(NoEditorError, match="EDITOR is"):
        editor_of({**here, "EDITOR": "'open"})
    with pytest.raises(NoEditorError, match="set EDITOR"):
        editor_of({"PATH": str(tmp_path / "empty")})


def test_charts_share_their_columns() -> None:
    scale = scale_of([[0, 10], [5], []], 11)
    assert (scale.least, scale.most) == (0, 10)
    assert counts([0, 0, 10, 5], scale) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    assert bars([0] * 100 + [10], scale) == "█         ▁"  # what came at all is never as low as nothing
    assert bars([], scale) == " " * 11
    same = scale_of([[7, 7]], 5)
    assert counts([7, 7], same) == [0, 0, 2, 0, 0]
    assert sum(counts(range(-50, 50), scale)) == 100


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize(("width", "height"), [(80, 22), (120, 38), (60, 12)])
def test_every_player_has_a_line_and_nothing_leaves_the_canvas(
    tmp_path: Path, ascii_only: bool, width: int, height: int
) -> None:
    app = make(tmp_path, Options(ascii=ascii_only))
    level = load("crown/two-kings")

    async def steps(pilot: Pilot[None]) -> None:
        policy = PolicyFile(tmp_path, "x", "text", Progress(None))
        screen = SweepScreen(
            level, policy, watch=lambda *_: None, today=date(2026, 11, 29), mine=Mine(True, 50), edits=False
        )
        screen.begin = lambda: None  # type: ignore[method-assign]
        await app.push_screen(screen)
        screen.tallies = [Tally(Player(Kind.SCRIPT, "x.py")), Tally(Player(Kind.BOOK))]
        screen.tallies += [Tally(Player(Kind.PERSONA, f"persona {place} of a long name")) for place in range(4)]
        for place, tally in enumerate(screen.tallies):
            for seed in range(40):
                tally.add(Outcome(seed, seed % (place + 2) > 0, "it is so", 3000, {"floor": seed * (place + 1)}))
        canvas = Canvas(width, height, ascii_only=ascii_only)
        screen._paint(canvas)
        text = str(canvas)
        assert "your script" in text
        assert "won 20 of 40" in text or "50.0%" in text  # where there is room the share stands in big digits
        if height > 20:
            assert "persona 3" in text
            assert "floor" in text
            assert "Worst seed 0" in text
        assert text.isascii() or not ascii_only

    drive(app, steps)
