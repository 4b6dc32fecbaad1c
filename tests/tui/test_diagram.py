"""The space-time diagram at play: spaced by events or by time, nearer or farther, an event pointed at with its message
and cause; no words on other words or on lines."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.kernel.trace import RECEIVE, SEND
from levels.loader import load
from tests.tui.helpers import drive
from tests.tui.snapshots import same
from tests.tui.test_carried import at_question, rows_of
from tui.bridge import Bridge, session_of
from tui.screens.play import PlayScreen
from tui.widgets import spacetime
from tui.widgets.canvas import Canvas, Ink
from tui.widgets.spacetime_scale import PITCHES, Scale, Window, spaced


def ended(name: str) -> spacetime.Diagram:
    """The whole run by the book, the fog lifted."""
    level = load(name)
    bridge = Bridge(level, session_of(level, paused=True))
    session = bridge.session
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book, session.question)
        else:
            assert session.step()
    return bridge.reading.diagram()


def scales(diagram: spacetime.Diagram, width: int) -> list[Scale]:
    times = [entry.time for entry in diagram.entries if spacetime.is_marked(entry)]
    found: list[Scale] = [spaced(width, times, pitch, back) for pitch in PITCHES for back in (0, 9, 30)]
    return [*found, spacetime.around(width, diagram, diagram.now), spacetime.whole(width, diagram.now)]


@pytest.mark.parametrize("name", ["wire/signposts", "ring/round-the-ring", "crown/cant-hear-you", "web/keep-in-line"])
@pytest.mark.parametrize("size", [(80, 9), (80, 14), (120, 30)])
def test_no_words_lie_on_lines_or_on_other_words(name: str, size: tuple[int, int]) -> None:
    diagram = ended(name)
    mute = replace(
        diagram, entries=[one._replace(detail="") if one.kind in (SEND, RECEIVE) else one for one in diagram.entries]
    )
    for scale in scales(diagram, size[0]):
        said, unsaid = Canvas(*size), Canvas(*size)
        spacetime.draw(said, diagram, scale)
        spacetime.draw(unsaid, mute, scale)
        for y in range(size[1]):
            for x in range(size[0]):
                if unsaid.inks[y][x] is Ink.PACKET and unsaid.chars[y][x] != " ":
                    assert said.chars[y][x] == unsaid.chars[y][x], (x, y, scale)


def test_by_events_a_long_wait_takes_no_more_room_than_a_short_one() -> None:
    scale = spaced(80, [0, 10, 1_000_000, 1_000_010], 9)
    assert [scale.column(time) for time in (0, 10, 1_000_000, 1_000_010)] == [0, 9, 18, 27]
    assert scale.column(-5) < 0
    assert scale.column(500_000) in (13, 14)
    assert scale.column(2_000_000) > 27
    assert [x for x, _ in scale.ticks(80)] == [0, 18]
    assert spaced(20, range(0, 100, 10), 9).column(90) == 9  # the latest is in sight, with room for its words
    assert spaced(20, range(0, 100, 10), 9, back=3).column(60) == 9
    assert Window(0, 1_000).ticks(80)[0] == (0, "0 ms")


def test_an_event_is_pointed_at_with_its_cause(tmp_path: Path) -> None:
    app, screen = at_question(tmp_path, "pipe/next-byte-please", 4)

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.pause()

        async def pressed(*keys: str) -> str:
            await pilot.press(*keys)
            await pilot.pause()
            return rows_of(screen, "panel")

        first = await pressed("tab")
        assert "[ ] event" in first
        last = await pressed("left_square_bracket")
        assert "because of" in last
        before = await pressed("left_square_bracket")
        assert before != last
        assert await pressed("right_square_bracket") == last
        by_events = last
        by_time = await pressed("equals_sign")
        assert screen.panels.by_time
        assert by_time != by_events
        wider = await pressed("greater_than_sign")
        assert wider != by_time
        await pressed("less_than_sign")
        same("diagram-next-byte-please", await pressed("equals_sign"))

    drive(app, steps)


def test_a_click_points_and_a_second_one_shows_the_bytes(tmp_path: Path) -> None:
    app, screen = at_question(tmp_path, "pipe/next-byte-please", 4)

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.press("tab")
        await pilot.pause()
        canvas = screen.query_one("#panel").canvas  # type: ignore[attr-defined]
        hot = next(
            one for one in reversed(canvas.hots) if isinstance(one.target, tuple) and one.target[0] == "entry"
            and any(entry.number == one.target[1] for entry in screen.bridge.reading.messages())
        )  # fmt: skip
        at = (hot.x + hot.width // 2, hot.y)
        await pilot.click("#panel", offset=at)
        await pilot.pause()
        assert " s  bob: " in rows_of(screen, "panel")
        screen.panels.point_at(hot.target[1])
        screen.post_message(PlayScreen.Changed())
        await pilot.pause()
        assert screen.panels.open == 1

    drive(app, steps)
