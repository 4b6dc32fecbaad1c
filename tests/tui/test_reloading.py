"""A level that is edited while it is played: the game reads it anew, and stands where it stood."""

import asyncio
from contextlib import ExitStack

from levels.loader import load
from tests.levels.helpers import SOUND
from tests.patience import until
from tests.tui.helpers import drive
from tui.app import AckademyApp
from tui.courses import find
from tui.platform import find_paths
from tui.reloading import WatchedFile
from tui.screens.play import PlayScreen
from tui.stage import Stage


def opened(tmp_path, watches=True):
    file = tmp_path / "course" / "a-level.toml"
    file.parent.mkdir()
    file.write_text(SOUND, encoding="utf-8")
    with ExitStack() as stack:
        found = find(str(file), stack)
    level = found.first
    stage = Stage(found.worlds, watches=watches)
    app = AckademyApp(
        entries=stage.entries(), stage=stage, first_level=level.id,
        paths=find_paths({"ACKADEMY_HOME": str(tmp_path / "home")}),
    )  # fmt: skip
    stage.app = app
    said = []
    app.notify = lambda message, **more: said.append(message)
    app.said = said
    return app, file


def write(file, old, new):
    """As editors do it: another file in its place."""
    text = file.read_text("utf-8")
    assert old in text
    other = file.with_suffix(".new")
    other.write_text(text.replace(old, new), encoding="utf-8")
    other.replace(file)


def test_it_is_read_anew_at_the_same_place(tmp_path):
    app, file = opened(tmp_path)

    async def steps(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen))
        first = app.screen
        session = first.bridge.session
        await until(lambda: session.question is not None)
        session.answer(session.question.asked.book)
        await until(lambda: session.question is not None)
        at, asked = session.world.now, len(session.world.answers)
        write(file, 'title = "Anybody there?"', 'title = "Anybody at home?"')
        await until(lambda: app.screen is not first and isinstance(app.screen, PlayScreen) and app.screen.is_attached)
        now = app.screen.bridge
        assert now.level.title == "Anybody at home?"
        assert now.session.world.now == at
        assert len(now.session.world.answers) == asked
        assert now.session.question is not None
        assert app.entries[0].title == "Anybody at home?"
        assert app.said == ["Read anew."]
        now.session.answer(now.session.question.asked.book)  # it goes on from there
        await until(lambda: now.session.question is not None and len(now.session.world.answers) == asked + 1)

    drive(app, steps)


def test_what_is_broken_is_said_and_played_on_and_its_mend_is_read(tmp_path):
    app, file = opened(tmp_path)

    async def steps(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen))
        first = app.screen
        write(file, '"echo.server"', '"echo.servant"')
        await until(lambda: app.said)
        assert "nothing is called 'echo.servant': did you mean 'echo.server'?" in app.said[0]
        assert "as it was" in app.said[0]
        assert app.screen is first
        write(file, '"echo.servant"', '"echo.server"')
        await until(lambda: app.screen is not first)

    drive(app, steps)


def test_answers_that_do_not_fit_any_more_are_said(tmp_path):
    app, file = opened(tmp_path)

    async def steps(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen))
        first = app.screen
        session = first.bridge.session
        for _ in range(2):
            await until(lambda: session.question is not None)
            session.answer(session.question.asked.book)
        await until(lambda: session.question is not None)
        write(file, 'lose = "server -> client"\nnth = 2', 'lose = "client -> server"\nnth = 1')
        await until(lambda: app.screen is not first and isinstance(app.screen, PlayScreen) and app.screen.is_attached)
        assert "your answers do not fit any more" in app.said[0]
        assert app.screen.bridge.session.world.answers == []

    drive(app, steps)


def test_a_level_of_the_campaign_is_not_looked_at(tmp_path):
    app, file = opened(tmp_path, watches=False)

    async def steps(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen))
        first = app.screen
        write(file, 'title = "Anybody there?"', 'title = "Anybody at home?"')
        await asyncio.sleep(0)
        first._look_at_file()
        assert app.screen is first

    drive(app, steps)
    assert load(file).title == "Anybody at home?"


def test_begun_again_it_is_what_the_file_says_now(tmp_path):
    app, file = opened(tmp_path)
    stage = app.stage

    async def steps(pilot):
        await until(lambda: isinstance(app.screen, PlayScreen))
        write(file, 'title = "Anybody there?"', 'title = "Anybody at home?"')
        assert stage.brief(app.entries[0].id).title == "Anybody at home?"

    drive(app, steps)


def test_a_file_that_is_away_for_a_moment_has_not_changed(tmp_path):
    file = tmp_path / "x"
    file.write_text("1")
    watched = WatchedFile(file)
    assert not watched.changed()
    file.unlink()
    assert not watched.changed()
    file.write_text("12")
    assert watched.changed()
    assert not watched.changed()
