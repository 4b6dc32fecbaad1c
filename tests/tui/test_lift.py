"""The lift on the screen: the fog is wiped off, the sentence typed in, and what `show` names stands out."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.loader import from_text
from levels.schema import Level
from tests.levels.helpers import SOUND
from tests.patience import until
from tests.tui.helpers import shown
from tests.tui.test_play import playing
from tui.app import Options
from tui.bridge import Bridge, session_of
from tui.look.wipe import EDGE, FRAMES, typed_letters, wipe
from tui.plain import play
from tui.screens import play_lift
from tui.screens.play import PlayScreen
from tui.widgets.canvas import Canvas, Ink
from tui.widgets.spacetime import draw, whole

FOG = '[play]\nsight = "mine"\nasks = "type"\n'
LIFT = 'lift = "The second answer was lost, and nobody knew."'


def foggy(more: str = 'show = ["lost"]') -> Level:
    text = SOUND.replace("[[happens]]", f"{FOG}[[happens]]", 1).replace(LIFT, f"{LIFT}\n{more}")
    return from_text(text, "test/lift.toml")


def bridge_at_the_end() -> Bridge:
    bridge = Bridge(foggy(), session_of(foggy(), paused=True))
    while not bridge.session.over:
        question = bridge.session.question
        if question is not None:
            bridge.session.answer(question.asked.book)
        else:
            bridge.session.step()
    return bridge


@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_edge_walks_from_left_to_right(ascii_only: bool) -> None:
    for frame in range(1, FRAMES + 1):
        canvas, fog = (Canvas(40, 3, ascii_only=ascii_only) for _ in range(2))
        for y in range(3):
            canvas.put(0, y, "t" * 40)
            fog.put(0, y, "f" * 40)
        wipe(canvas, fog, frame)
        edge = round((40 + EDGE) * frame / FRAMES)
        for y in range(3):
            line = canvas.text(y)
            assert line[edge:] == "f" * (40 - edge)
            assert set(line[: max(0, edge - EDGE)]) <= {"t"}
            assert not ascii_only or line.isascii()
    assert "f" not in canvas.text(0)


def test_the_sentence_is_typed_in() -> None:
    assert [typed_letters("eighteen letters !", frame) for frame in (1, 9, FRAMES, 0)] == [1, 9, 18, 18]


def test_what_is_shown_stands_out_in_the_diagram_once_the_run_is_over() -> None:
    bridge = bridge_at_the_end()
    diagram = bridge.reading.diagram()
    assert len(diagram.shown) == 1
    canvas = Canvas(100, 8)
    draw(canvas, diagram, whole(90, diagram.now))
    inks = {canvas.inks[y][x] for y in range(8) for x in range(100) if canvas.chars[y][x] == "x"}
    assert inks == {Ink.HINT}


def test_until_the_run_is_over_nothing_is_shown() -> None:
    bridge = Bridge(foggy(), session_of(foggy(), paused=True))
    assert bridge.reading.lifted_things == []
    assert not bridge.reading.diagram().shown


def test_before_the_edge_the_picture_is_as_it_was_in_the_fog() -> None:
    scene = bridge_at_the_end().reading.scene_in_fog()
    assert scene.view_of("client") == {}
    assert not scene.lifted


def play_by_the_book(screen: PlayScreen) -> None:
    session = screen.bridge.session
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()


def test_on_the_screen_the_fog_goes_and_the_sentence_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play_lift, "LIFT_FRAMES", FRAMES)

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        play_by_the_book(screen)
        await until(lambda: screen._painting.lift > 0)
        await until(lambda: screen._painting.lift == 0)
        await until(lambda: "The second answer was lost, and nobody knew." in shown(pilot.app))
        assert "lost: PONG number 2" in shown(pilot.app)

    playing(tmp_path, foggy(), steps)


def test_with_few_pictures_a_second_the_lift_is_one_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play_lift, "LIFT_FRAMES", FRAMES)

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        play_by_the_book(screen)
        await until(lambda: "nobody knew." in shown(pilot.app))
        assert screen._painting.lift == 0

    playing(tmp_path, foggy(), steps, options=Options(fps=5))


def test_plain_play_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    out: list[str] = []
    answers = tmp_path / "answers"
    answers.write_text("1\n2\n2\n3\n4\n", "utf-8")
    with answers.open() as lines:
        play(foggy(), lines=lines, out=out.append)
    told = "\n".join(out)
    assert "The second answer was lost, and nobody knew." in told
    assert "lost: PONG number 2 to client" in told
