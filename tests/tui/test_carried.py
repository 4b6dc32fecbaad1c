"""Pictures that carry the control: at 80x24 they have at least twelve rows, nothing that stands on them stands again
below, and the keys act on them. Each as a text, beside this file in `shots`."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.kernel.choice import Value
from levels.loader import load
from levels.schema import CampaignWorld
from tests.tui.helpers import drive, shown
from tests.tui.snapshots import same
from tui.app import AckademyApp, Options
from tui.pictures import hook
from tui.platform import find_paths
from tui.screens.play import PlayScreen
from tui.stage import Stage
from tui.widgets.view import CanvasView

CARRIED: list[tuple[str, int, str, Value, str]] = [
    ("wire/roundabout", 2, "3", 3, "dies, or arrives|far away"),
    ("wire/signposts", 1, "right", "west", "it wants to go to"),
    ("wire/customs", 2, "2", "complain", "TTL 64"),
    ("wire/scissors", 2, "2 8 0", 280, "the link takes 300 bytes"),
    ("wire/jigsaw", 2, "down right 0", None, "at hand"),
    ("wire/policy-desk", 2, "space", ("numbers",), ">[x] numbers<"),
    ("wire/black-hole", 2, "7 3 4", 734, "who knows"),
    ("wire/doors", 2, "down", None, "programs listen at"),
    ("sockets/doorman", 2, "5", "listen", ">5 listen<"),
    ("sockets/shout", 2, "right", None, "nobody"),
    ("clocks/what-time-is-it-there", 0, "2", "use", "T1"),
    ("clocks/what-time-is-it-there", 2, "2", "slew", "there after"),
    ("ring/round-the-ring", 1, "right", None, "key"),
    ("ring/fingers-crossed", 2, "right", None, "finger 3"),
    ("web/front-page", 2, "5 0", 501, "BREW /coffee"),
    ("web/front-page", 5, "1 2", 12, "bytes, by you"),
    ("web/ten-pictures", 2, "down", "1", "round trips"),
    ("web/where-does-it-end", 2, "2", 2, "from ana, netstring"),
    ("wire/smith-of-london", 2, "6", 6, "the record so far"),
    ("web/second-hand", 2, "down", None, "your copy of"),
]
"""Level, answers by the book before, keys, what Enter then gives (None: whatever it is), and words of the picture."""
NAMES = [f"{name.replace('/', '-')}-{before}" for name, before, *_ in CARRIED]


def at_question(home: Path, name: str, before: int, options: Options | None = None) -> tuple[AckademyApp, PlayScreen]:
    """The game, and the level's play screen at the question after so many that were answered by the book."""
    level = load(name)
    stage = Stage([CampaignWorld("test", "The test", "", (level,))])
    app = AckademyApp(options, entries=stage.entries(), stage=stage, paths=find_paths({"ACKADEMY_HOME": str(home)}))
    stage.app = app
    screen = stage.play(level.id, None)
    assert isinstance(screen, PlayScreen)
    session = screen.bridge.session
    session.pause()
    left = before
    while session.question is None or left:
        if session.question is not None:
            session.answer(session.question.asked.book, session.question)
            left -= 1
        else:
            assert session.step()
    screen.bridge.refresh_doing()
    return app, screen


def rows_of(screen: PlayScreen, name: str) -> str:
    return str(screen.query_one(f"#{name}", CanvasView).canvas)


@pytest.mark.parametrize(("name", "before", "keys", "given", "words"), CARRIED, ids=NAMES)
def test_the_picture_carries_the_control(
    tmp_path: Path, name: str, before: int, keys: str, given: Value, words: str
) -> None:
    app, screen = at_question(tmp_path, name, before)

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.pause()
        for key in keys.split():
            await pilot.press(key)
        await pilot.pause()
        assert screen.query_one("#picture", CanvasView).size.height >= 12
        assert screen.query_one("#control", CanvasView).size.height <= 8
        picture, below = rows_of(screen, "picture"), rows_of(screen, "control")
        assert any(one in picture for one in words.split("|")), picture
        doing = screen.bridge.doing
        assert doing is not None
        for option in doing.control.listed:  # whatever can be chosen is seen on it, and not below
            if len(doing.control.listed) > 1:
                assert option.name.partition(" ")[0] in picture
                assert f"> {option.name}" not in below
        same(f"carried-{name.replace('/', '-')}-{before}", shown(app))
        question = screen.bridge.session.question
        draft = doing.control.draft
        assert draft is not None
        assert given is None or draft == given
        await pilot.press("enter")
        await pilot.pause()
        assert screen.bridge.session.question is not question
        assert screen.bridge.session.world.answers[-1].value == draft

    drive(app, steps)


def test_under_an_open_panel_the_control_stands_below_again(tmp_path: Path) -> None:
    app, screen = at_question(tmp_path, "wire/customs", 2)

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.pause()
        assert "2 complain" not in rows_of(screen, "control")
        await pilot.press("tab")
        await pilot.pause()
        assert "2 complain" in rows_of(screen, "control")
        await pilot.press("escape")
        await pilot.pause()
        assert "2 complain" not in rows_of(screen, "control")
        assert screen.query_one("#picture", CanvasView).size.height >= 12

    drive(app, steps)


def test_where_the_picture_has_no_room_for_it_the_control_is_not_on_it(tmp_path: Path) -> None:
    _, screen = at_question(tmp_path, "wire/customs", 2)
    scene = screen.bridge.scene()
    assert scene.asked is not None
    carries = hook("ip", "carries")
    assert carries is not None
    assert carries(scene, scene.asked, 80)
    assert not carries(scene, scene.asked, 60)
    screen.bridge.close()


def test_a_click_on_the_picture_chooses(tmp_path: Path) -> None:
    app, screen = at_question(tmp_path, "wire/signposts", 1)

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.pause()
        canvas = screen.query_one("#picture", CanvasView).canvas
        y = next(y for y in range(canvas.height) if "10.0.0.0/8" in canvas.text(y))
        await pilot.click("#picture", offset=(canvas.text(y).index("10.0.0.0/8") + 2, y))
        await pilot.pause()
        assert screen.bridge.doing is not None
        assert screen.bridge.doing.control.draft == "dan"

    drive(app, steps)


def test_what_is_typed_stands_in_its_field_of_the_header(tmp_path: Path) -> None:
    app, screen = at_question(tmp_path, "wire/customs", 0)

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.pause()
        while screen.bridge.doing is None or screen.bridge.doing.asked.choice.name != "ip.header":
            question = screen.bridge.session.question
            if question is not None:
                screen.bridge.session.answer(question.asked.book, question)
            else:
                assert screen.bridge.session.step()
            screen.bridge.refresh_doing()
        screen.post_message(PlayScreen.Changed())
        await pilot.press(*"63", "right", *"fa")
        await pilot.pause()
        picture = rows_of(screen, "picture")
        assert "63" in picture
        assert "fa_" in picture
        same("carried-wire-customs-header", shown(app))

    drive(app, steps)


def test_ascii_and_no_colour_say_the_same(tmp_path: Path) -> None:
    app, screen = at_question(tmp_path, "wire/customs", 2, Options(ascii=True))

    async def steps(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.pause()
        text = shown(app)
        assert text.isascii()
        assert "TTL 64" in text
        assert "adds up to" in text
        same("carried-wire-customs-ascii", text)

    drive(app, steps)
