"""On a large screen a picture grows with its stage: it does not float in the dark."""

from __future__ import annotations

import re

import pytest

from levels.loader import campaign, load
from levels.schema import Level
from tests.tui.snapshots import same
from tui.bridge import Bridge, session_of
from tui.pictures.transport.tcp import draw, shows
from tui.screens.play_painting import PlayPainting
from tui.widgets.canvas import Canvas

STAGES = {"120x40": (84, 26), "160x50": (124, 36)}
"""The stage of such a screen, a panel beside it."""
LEAST = 0.4
"""So much of a stage is drawn on, or lies within a row and two columns of what is."""
EVENTS = 20
"""The level is looked at after so many events, or at its first question."""


def filled(level: Level, width: int, height: int) -> float:
    """The share of the stage on which something is."""
    session = session_of(level)
    session.run_to(EVENTS)
    painting = PlayPainting(Bridge(level, session), ascii_only=False)
    painting.beside = painting.wide = True
    canvas, sky = Canvas(width, height, world=level.world), Canvas(width, height, world=level.world)
    painting.draw_picture(canvas)
    canvas.flush()
    sky.sky()
    there: set[tuple[int, int]] = set()
    for y in range(height):
        for x in range(width):
            if canvas.chars[y][x] != " ":
                there |= {(x + across, y + down) for across in range(-2, 3) for down in (-1, 0, 1)}
            elif canvas.grounds[y][x] != sky.grounds[y][x]:
                there.add((x, y))
    return sum(0 <= x < width and 0 <= y < height for x, y in there) / (width * height)


def test_what_is_drawn_is_counted_with_what_lies_around_it() -> None:
    level = next(level for world in campaign() for level in world.levels if level.id == "swarm/quid-pro-quo")
    assert 0.5 < filled(level, *STAGES["120x40"]) < 1.0


@pytest.mark.parametrize("size", STAGES)
def test_no_picture_floats(size: str) -> None:
    levels = [level for world in campaign() for level in world.levels if not level.play.bare]
    assert not {level.id for level in levels if filled(level, *STAGES[size]) < LEAST}


@pytest.mark.parametrize(("name", "answers"), [("web/where-does-it-end", 6), ("wire/signposts", 1)])
def test_what_grew_says_on_a_large_stage_what_it_says_on_a_small_one(name: str, answers: int) -> None:
    level = load(name)
    session = session_of(level)
    left = answers
    while session.question is None or left:
        if session.question is None:
            assert session.step()
        else:
            session.answer(session.question.asked.book, session.question)
            left -= 1
    bridge = Bridge(level, session)
    bridge.refresh_doing()
    words: list[set[str]] = []
    for width, height in ((80, 12), STAGES["120x40"]):
        painting = PlayPainting(bridge, ascii_only=False)
        painting.beside = True
        canvas = Canvas(width, height, world=level.world)
        painting.draw_picture(canvas)
        canvas.flush()
        words.append(set(re.findall(r"\w[\w./:]*", str(canvas))))
    assert words[0] <= words[1], words[0] - words[1]
    same(f"filled-{name.replace('/', '-')}", str(canvas))


def test_what_a_sender_sees_on_its_bars_stands_in_no_list_beside_them() -> None:
    level = load("pipe/fair-share")
    session = session_of(level)
    while session.question is None:
        assert session.step()
    bridge = Bridge(level, session)
    bridge.refresh_doing()
    scene = bridge.scene()
    said = set(shows(scene)) & set(scene.view)
    assert said == {"peer", "acknowledged", "under way", "cwnd", "round trip", "time-out"}
    canvas = Canvas(80, 12, world=level.world)
    draw(canvas, scene)
    for name in said:
        assert str(scene.view[name]).partition(" ")[0] in str(canvas), name


@pytest.mark.parametrize("size", [(66, 5), (66, 7), (80, 12), (84, 26), (124, 36)])
@pytest.mark.parametrize("answers", [0, 1, 5])
def test_every_chair_can_be_taken_on_the_picture(size: tuple[int, int], answers: int) -> None:
    """Quid pro quo: the chairs stand on the picture and in no list, so each option is there, once and to be clicked."""
    level = load("swarm/quid-pro-quo")
    session = session_of(level)
    while session.question is None or answers:
        if session.question is None:
            assert session.step()
        else:
            session.answer(session.question.asked.book, session.question)
            answers -= 1
    bridge = Bridge(level, session)
    bridge.refresh_doing()
    assert bridge.carried(session.question.asked)
    scene = bridge.scene()
    painting = PlayPainting(bridge, ascii_only=False)
    painting.beside = True
    canvas = Canvas(*size, world=level.world)
    painting.draw_picture(canvas)
    text = str(canvas)
    clicked = {hot.target for hot in canvas.hots}
    for option in scene.listed:
        assert option.value in clicked
        assert option.name in text
        assert not option.number or option.here or re.search(rf"{option.number} ?{option.name}", text)
    chosen = next(option.name for option in scene.listed if option.here)
    assert len(re.findall(rf"> ?{chosen}", text)) == 1
