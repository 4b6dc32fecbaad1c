"""One meaning at a time: numbers of options stay, clocks start on a key, and the footer has what works now."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.domains import Fields, OneOf
from levels.loader import every_act, load
from levels.schema import Asks, Stops
from tests.patience import ENOUGH, until
from tests.tui.helpers import shown
from tests.tui.test_play import level_of, playing
from tests.tui.walking import walk
from tui.bridge import Bridge, session_of
from tui.keymap import KEY_NAMES
from tui.screens import play_keys
from tui.screens.debrief import DebriefScreen
from tui.screens.play import PlayScreen
from tui.widgets.bars import KeyBar
from tui.widgets.view import CanvasView

LEVELS = {level.id: level for level in every_act()}
LISTED = [name for name, level in LEVELS.items() if any(isinstance(one.domain, OneOf) for one in level.choices)]


@pytest.mark.parametrize("name", LISTED)
def test_an_option_keeps_its_number_from_one_question_to_the_next_of_its_kind(name: str) -> None:
    before: dict[str, Mapping[object, int]] = {}
    for walked, _ in walk(LEVELS[name], "right"):
        doing = walked.bridge.doing
        if doing is None or not isinstance(doing.asked.choice.domain, OneOf):
            continue
        choice, numbers = doing.asked.choice.name, walked.bridge.numbers(doing.asked)
        last = before.get(choice, {})
        assert {option: last[option] for option in numbers if option in last} == {
            option: number for option, number in numbers.items() if option in last
        }
        before[choice] = numbers


@pytest.mark.parametrize("name", [name for name, level in LEVELS.items() if level.play.asks is Asks.NOTICE])
def test_where_nobody_asks_the_clock_starts_on_a_key_or_stops_by_itself_before_the_first_move(name: str) -> None:
    play = LEVELS[name].play
    assert play.stands or play.stops is Stops.DUE


KEYS = {words: key for key, words in KEY_NAMES.items()}
UNSEEN = {"app.commands", "app.quit"}
"""Of Textual's own, or the end."""


async def tried(pilot: Pilot[None], screen: PlayScreen) -> list[str]:
    """The keys of the footer that do something one can see, as they stand there."""
    found = []
    for action, key, _ in screen.query_one(KeyBar).entries:
        still = [one.id for one, _, _ in screen.query_one(KeyBar).entries]
        if action.id in UNSEEN or action.id not in still:  # what was pressed before may have ended its use
            continue
        first = key.split("/")[0].lower() if key[:1] == "F" or "/" in key else key
        before = shown(screen.game)
        await pilot.press(KEYS.get(first, first))
        await pilot.pause()
        after, top = shown(screen.game), screen.app.screen is screen
        assert not top or after != before, f"{key} does nothing"
        found.append(action.id)
        if not top:
            await pilot.press("escape")
            await pilot.pause()
        assert screen.app.screen is screen
    return found


@pytest.mark.parametrize("state", ["asked", "typing", "panel", "paused", "pages"])
def test_every_key_of_the_footer_does_something(tmp_path: Path, state: str) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        if state == "typing":
            await pilot.press("7")
        elif state == "panel":
            await pilot.press("i")
        elif state == "paused":
            await pilot.press("1", "space", "enter")
        elif state == "pages":
            screen.bridge.say("!!", "It was wrong, and there is much to say. " * 30)
            await pilot.pause()
        await pilot.pause()
        entries = {action.id: key for action, key, _ in screen.query_one(KeyBar).entries}
        assert ("play.leave" in entries) is (state == "panel")
        assert ("play.more" in entries) is (state == "pages")
        assert ("play.step" in entries) is (state == "paused")
        if state == "typing":
            assert all(len(key) > 1 for key in entries.values()), "letters are typed"
        if state == "pages":
            before = shown(screen.game)
            await pilot.press("m")
            assert shown(screen.game) != before
        assert await tried(pilot, screen)

    playing(tmp_path, level_of(asks="type", sight="all"), steps)


def test_no_key_of_the_footer_is_typed_where_a_letter_may_begin_an_answer(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await until(lambda: screen.bridge.doing is not None)
        await pilot.pause()
        doing = screen.bridge.doing
        assert doing is not None
        assert isinstance(doing.asked.choice.domain, Fields)
        assert "key F5" in shown(screen.game)
        assert "key i" not in shown(screen.game)
        entries = {action.id: key for action, key, _ in screen.query_one(KeyBar).entries}
        assert {"play.hint", "play.brief", "play.pause"} <= set(entries), "each has a key that is not typed"
        for action, key in entries.items():
            if action in UNSEEN:
                continue
            first = key.lower() if key[:1] == "F" else key
            await pilot.press(KEYS.get(first, first))
            await pilot.pause()
            assert screen.bridge.doing is doing
            assert not any(doing.control.written.values()), f"{key} is typed"
            if screen.app.screen is not screen:
                await pilot.press("escape")
                await pilot.pause()
        screen.bridge.say("!!", "It was wrong, and there is much to say. " * 30)
        await pilot.pause()
        before = shown(screen.game)
        assert "page down more" in before
        await pilot.press("pagedown")
        assert shown(screen.game) != before
        await pilot.press("m")
        assert doing.control.written["datagram"] == "m"

    playing(tmp_path, load("wire/jigsaw"), steps)


def test_the_record_of_a_play_does_not_answer_the_question_that_one_went_back_to(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        while not session.over:
            session.answer(9)  # never what was asked for
            session.to_question()
            await until(lambda: session.waiting)
        await pilot.pause()
        await pilot.press("enter")
        debrief = screen.app.screen
        assert isinstance(debrief, DebriefScreen)
        await pilot.press("j")
        await until(lambda: isinstance(screen.app.screen, PlayScreen) and screen.app.screen is not screen)
        back = screen.app.screen
        assert isinstance(back, PlayScreen)
        await pilot.pause()
        question = back.bridge.reading.question
        assert question is not None
        answers = len(back.bridge.session.world.answers)
        await pilot.press("space")
        await pilot.pause()
        assert back.bridge.reading.question is question
        assert len(back.bridge.session.world.answers) == answers

    playing(tmp_path, level_of(asks="type", sight="all"), steps)


@pytest.mark.parametrize("key", ["enter", "7"])
def test_what_is_typed_while_a_question_comes_up_is_no_answer_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(play_keys, "AHEAD", ENOUGH)
    monkeypatch.setattr(play_keys, "MEANT", ENOUGH)

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        await pilot.press("space", "1", "enter")  # the clock stands; that is the answer
        await pilot.pause()
        assert session.question is None
        assert len(session.world.answers) == 1
        await pilot.press("5")  # typed while nothing is asked: a digit opens a panel
        await pilot.pause()
        session.to_question()
        await until(lambda: session.waiting)
        await pilot.pause()
        doing = screen.bridge.doing
        assert doing is not None
        stood = doing.control.draft
        await pilot.press(key)
        await pilot.pause()
        assert len(session.world.answers) == 1
        assert screen.bridge.doing is doing
        assert doing.control.draft == stood
        assert "typed before this question came" in shown(screen.game)
        monkeypatch.setattr(play_keys, "AHEAD", 0.0)  # a pause, and it is read
        monkeypatch.setattr(play_keys, "MEANT", 0.0)
        await pilot.press("7", "enter")
        await pilot.pause()
        assert [str(answer.value) for answer in session.world.answers][-1] == str(doing.control.draft) != str(stood)

    playing(tmp_path, load("sockets/doorman"), steps)


def test_what_is_typed_into_one_thing_and_then_another_belongs_to_the_first_until_enter_or_a_pause() -> None:
    now = [10.0]
    bridge = Bridge(level := load("sockets/doorman"), session_of(level, paused=True), {})
    bridge.session.step()
    bridge.refresh_doing()
    asked = bridge.doing
    assert asked is not None

    def typed(*keys: str) -> list[bool]:
        """Was each key meant for something else? First the keys before the question, then those at it."""
        ahead = play_keys.TypedAhead(lambda: now[0])
        found = []
        for key in keys:
            if key in ("wait", "a little"):
                now[0] += play_keys.MEANT if key == "wait" else play_keys.AHEAD
                continue
            if key.startswith("before "):
                before = key.removeprefix("before ")
                assert not ahead.has(None, before, None if before == "enter" else before)
                continue
            found.append(ahead.has(asked, key, None if key in ("enter", "down") else key))
        return found

    assert typed("7", "enter") == [False, False]
    assert typed("before 7", "enter", "enter") == [True, True], "Enter again and again reads nothing"
    assert typed("before 7", "wait", "enter") == [False]
    assert typed("before 7", "a little", "enter", "2", "enter") == [True, False, False]
    assert typed("before 7", "1", "a little", "2", "enter") == [True, False, False]
    assert typed("before 7", "down", "enter") == [False, False], "who moves an arrow looks at it"
    assert typed("before 7", "before enter", "7") == [False], "an Enter has ended it"
    bridge.close()


def test_the_next_page_of_what_was_wrong_comes_to_rest_as_the_first_one_does(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        view = screen.query_one("#control", CanvasView)
        screen.bridge.say("!!", "It was wrong, and there is much to say. " * 30)
        await pilot.pause()
        await until(lambda: not view.is_lively)
        for page in range(2, 5):
            await pilot.press("m")
            await pilot.pause()
            await until(lambda: not view.is_lively)
            rows = shown(screen.game).splitlines()
            assert any(row.rstrip().endswith(f"m more {page}/{pages(rows)}") for row in rows), rows
            assert not any(row.startswith("  █") for row in rows), "nothing stays shaken"

    def pages(rows: list[str]) -> str:
        return next(row.rstrip().rpartition("/")[2] for row in rows if "m more " in row)

    playing(tmp_path, level_of(asks="type", sight="all"), steps)
