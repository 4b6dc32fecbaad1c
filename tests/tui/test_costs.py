"""What each mistake cost, in words: on the debrief's screen while it is read, and in plain play."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from core.costing import Cost
from levels.loader import load
from levels.schema import Level
from tests.patience import until
from tests.tui.helpers import drive, make_debrief, shown
from tests.tui.test_play import answer, level_of, make, playing
from tui.bridge import Bridge, session_of
from tui.costs import (
    ABOVE,
    LOST_ALREADY,
    NOTHING,
    TAKEN_BACK,
    THE_LEVEL,
    TOO_LONG,
    cost_lines,
    cost_words,
    costs,
    mistakes_of,
)
from tui.plain import play
from tui.screens.debrief import DebriefScreen
from tui.screens.play import PlayScreen


def test_the_debrief_says_what_each_mistake_cost(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        for number in "011234":
            await answer(pilot, screen, number, "enter")
        await until(lambda: screen.ending is not None)
        await pilot.press("enter")
        await until(lambda: isinstance(screen.game.screen, DebriefScreen))
        (mistake,) = screen.game.screen.query(".mistake").results(Static)
        await until(lambda: "- Cost 2 messages and 200 ms. number, a new ping: 0" in str(mistake.render()))
        await pilot.press("pagedown")
        await pilot.pause()
        assert "- Cost 2 messages and 200 ms." in shown(screen.game)

    playing(tmp_path, level_of(asks="type", say="at-once"), steps, (120, 40))


def test_it_is_reckoned_while_the_debrief_is_read(tmp_path: Path) -> None:
    left: list[int] = []

    def slowly() -> Iterator[tuple[str, ...] | None]:
        while not left:
            yield None
        yield ("cost the level",)

    app = make(tmp_path, level_of())

    async def steps(pilot: Pilot[None]) -> None:
        app.show_debrief(make_debrief(level="test/echo", waiting_costs=slowly))
        await pilot.pause()
        mistake = next(iter(app.screen.query(".mistake").results(Static)))
        assert str(mistake.render()) == "- you said 1501"
        await pilot.press("down")
        left.append(1)
        await until(lambda: str(mistake.render()) == "- Cost the level. you said 1501")

    drive(app, steps)


def played(level: Level, *answers: int) -> Bridge:
    """A play with these answers; the book's, where they are used up."""
    session, left = session_of(level), list(answers)
    bridge = Bridge(level, session, {})
    while not session.over and (session.question is not None or session.step()):
        if session.question is not None:
            session.answer(left.pop(0) if left else session.question.asked.book)
    return bridge


def words(bridge: Bridge, **more: int) -> tuple[str, ...]:
    last: tuple[str, ...] = ()
    for found in costs(bridge, **more):
        last = found or last
    return last


def test_a_move_left_out_stands_under_what_it_cost() -> None:
    """Nobody who asks you: who never moves loses by it, and that is said of the omission."""
    bridge = played(load("pipe/nobody-asks-you"))
    (line,) = cost_lines(bridge)
    assert line.startswith("- Cost the level. Left out: ack now")
    assert ", always" not in line  # a choice that has one case is not told by it
    assert all(", always" not in mistake.text for mistake in bridge.mistakes)


def test_what_was_taken_back_cost_nothing() -> None:
    level = level_of()
    bridge = played(level, 0)
    assert words(bridge) == ("cost 2 messages and 200 ms",)
    session = bridge.session
    session.jump(0)
    while not session.over and (session.question is not None or session.step()):
        if session.question is not None:
            session.answer(session.question.asked.book)
    assert words(bridge) == (TAKEN_BACK,)


def test_the_bound_is_said() -> None:
    assert words(played(level_of(), 0), most=5) == (TOO_LONG,)


def test_a_setting_is_counted_once() -> None:
    """Two kings: an alarm that is set once is judged at every probe, in two cases; the second costs nothing more."""
    level = load("crown/two-kings")
    session = session_of(level)
    bridge = Bridge(level, session, {})
    while not session.over and (session.question is not None or session.step()):
        if session.question is not None:
            session.answer(session.question.asked.inaction)
    alarm = [cost for text, cost in zip(mistakes_of(bridge), words(bridge), strict=True) if text.startswith("alarm")]
    assert alarm == [THE_LEVEL, ABOVE]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([(3, 0)], "cost 3 messages"),
        ([(1, -40_000)], "cost 1 message, saved 40 ms"),
        ([(0, 400)], NOTHING),
        ([(1, 40_000), (2, 60_000)], "2 times, in all: cost 3 messages and 100 ms"),
    ],
)
def test_costs_in_words(found: list[tuple[int, int]], said: str) -> None:
    scenario = level_of().scenario
    assert cost_words(scenario, [Cost(messages, time, True, True) for messages, time in found]) == said


def test_who_wins_counts_first() -> None:
    scenario = level_of().scenario
    cost = Cost(3, 0, True, True)
    assert cost_words(scenario, [cost, replace(cost, won=False)]) == THE_LEVEL
    assert cost_words(scenario, [replace(cost, won=False, book_won=False)]) == LOST_ALREADY
    assert cost_words(scenario, [replace(cost, won=False, book_won=False)], won=True) == NOTHING
    assert "won the level" in cost_words(scenario, [replace(cost, book_won=False)])


def test_plain_play_says_it_at_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    lines: list[str] = []
    play(level_of(say="at-once"), lines=io.StringIO("0\n1\n1\n2\n3\n4\n"), out=lines.append)
    text = "\n".join(lines)
    assert "What cost you:" in text
    assert "- Cost 2 messages and 200 ms. number, a new ping: 0" in text
