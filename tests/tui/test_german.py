"""Everything that is shown in a German game: no English of the catalogue is left on it, and nothing is cut at 80x24."""

import asyncio

import pytest
from textual.geometry import Size

from levels.loader import campaign, every_act_of
from tests.german import Looked, words_of
from tests.tui.helpers import shown
from tests.tui.test_words_on_screen import Cuts
from tests.tui.walking import HOW, walk
from tui.app import AckademyApp
from tui.keymap import Scope
from tui.language import speak
from tui.platform import find_paths
from tui.screens.brief import BriefScreen
from tui.screens.help import HelpScreen
from tui.screens.play_panels import BOOK, LOG, PANELS
from tui.screens.too_small import TooSmallScreen
from tui.stage import Stage
from tui.widgets.canvas import Canvas

(PREMISE,) = (world for world in campaign() if world.id == "premise")
ACTS = [act.id for level in PREMISE.levels for act in every_act_of(level)]
CALLED = {"premise/two-tapes": ("page", "letter", "line", "write", "true", "false", "got", "sent", "note")}
"""What messages of a level are called, and say: it is the same in every language."""
CODE = frozenset({"policy", "bytes"})
"""Panels of what is code: a script, and the names of fields as the codec has them."""


@pytest.fixture
def german():
    assert speak("de") == "de"
    yield
    speak("")


def acts_in_german():
    (premise,) = (world for world in campaign() if world.id == "premise")
    return {act.id: act for level in premise.levels for act in every_act_of(level)}


@pytest.mark.parametrize("name", ACTS)
def test_no_english_is_left_in_a_level_of_the_premise_and_nothing_is_cut(name, german, monkeypatch):
    act = acts_in_german()[name]
    looked = Looked([*(node.name for node in act.scenario.nodes), *CALLED.get(name, ())])
    cuts = Cuts(monkeypatch)
    for how in HOW:
        for walked, drawn in walk(act, how):
            walked.header._world_title = PREMISE.title  # the walk's own is English
            for part, canvas in drawn.items():
                if part != "head":
                    looked.at(f"{how} {part}", str(canvas))
            for panel, title in enumerate(PANELS):
                if panel != BOOK and title not in CODE:
                    walked.panels.show(panel)
                    canvas = Canvas(80, 200 if panel == LOG else 40)
                    with monkeypatch.context() as unheard:
                        unheard.setattr(cuts, "say", lambda *args, **options: None)
                        walked.panels.draw(canvas)
                    looked.at(f"{how} {title}", str(canvas))
            looked.at(f"{how} words", "\n".join(words.text for words in walked.bridge.words))
            looked.at(f"{how} keys", "\n".join(walked.words.keys_here()) if hasattr(walked.words, "keys_here") else "")
    assert looked.found == {}
    assert not cuts.found


def app_of(home, level=None, **more):
    (premise,) = (world for world in campaign() if world.id == "premise")
    stage = Stage([premise])
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    app = AckademyApp(entries=stage.entries(), stage=stage, paths=paths, first_level=level, **more)
    stage.app = app
    return app, stage


def play_on(session, wrong):
    """The level to its end, by the book, or by what is not."""
    for _ in range(20_000):
        if session.over:
            return
        if session.question is None:
            session.step()
            continue
        asked = session.question.asked
        others = [value for value in asked.candidates if value != asked.book]
        session.answer(others[0] if wrong and others else asked.book)


async def look_at(pilot, looked, where):
    await pilot.pause()
    looked.at(where, shown(pilot.app))


def nodes_of_all():
    return {node.name for level in PREMISE.levels for act in every_act_of(level) for node in act.scenario.nodes}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_no_english_is_left_on_any_screen(tmp_path, german, size):
    others = [level for world in campaign() if world is not PREMISE for level in world.levels]
    names = {*nodes_of_all(), *(str(tmp_path).split("/")), "fake"}
    looked = Looked(names)
    daily = Looked({*names, *words_of(" ".join(f"{one.title} {one.summary} {one.texts.brief}" for one in others))})

    async def steps(pilot):
        await look_at(pilot, looked, "title")
        app.show_map()
        for place in range(len(PREMISE.levels)):
            await look_at(pilot, looked, f"map {place}")
            await pilot.press("right")
        for act in ACTS:
            app.push_screen(BriefScreen(stage.brief(act)))
            await look_at(pilot, looked, f"brief {act}")
            app.pop_screen()
        for scope in Scope:
            app.push_screen(HelpScreen(scope))
            for _ in range(9):
                await look_at(pilot, looked, f"help {scope.value}")
                await pilot.press("pagedown")
            app.pop_screen()
        for name, show in (
            ("keys", app.show_keys),
            ("toolbox", app.show_toolbox),
            ("daily", app.show_daily),
            ("ghosts", lambda: app.show_ghosts("premise/echo")),
            ("too small", lambda: app.push_screen(TooSmallScreen(Size(80, 24)))),
        ):
            show()
            for _ in range(6):
                await look_at(pilot, daily if name == "daily" else looked, name)
                await pilot.press("pagedown")
            app.pop_screen()

    app, stage = app_of(tmp_path)
    drive_at(app, steps, size)
    assert looked.found == {}
    assert daily.found == {}, "but for what it says of levels of other worlds, which are in English still"


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("level", ["premise/echo", "premise/silence", "premise/the-audit"])
def test_no_english_is_left_in_play_and_after_it(tmp_path, german, level, wrong):
    looked = Looked({*nodes_of_all(), *(str(tmp_path).split("/"))})
    app, stage = app_of(tmp_path)

    async def steps(pilot):
        app.push_screen(stage.play(level, None))
        await look_at(pilot, looked, "play")
        await pilot.press("question_mark")
        await look_at(pilot, looked, "words and signs")
        await pilot.press("escape", "f1")
        await look_at(pilot, looked, "after f1")
        await pilot.press("escape")
        while app.screen.id != "play" and not hasattr(app.screen, "bridge"):
            app.pop_screen()
        play = app.screen
        play_on(play.bridge.session, wrong)
        await look_at(pilot, looked, "the end")
        if play.ending is None:
            return
        debrief = play.ending.debrief
        app.show_debrief(debrief)
        for _ in range(4):
            for _ in range(40):
                await asyncio.sleep(0.05)
            await look_at(pilot, looked, "debrief")
            await pilot.press("pagedown")
        app.push_screen(stage.lines(debrief))
        await look_at(pilot, looked, "lines")

    drive_at(app, steps, (80, 24))
    assert looked.found == {}


def drive_at(app, steps, size):
    async def body():
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot)

    asyncio.run(body())
