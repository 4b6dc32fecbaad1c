"""The title: a world runs on it, digits and Enter answer it, and what is said is played out; other keys lead on."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from levels.check import check_file
from levels.loader import HOME, campaign, load
from levels.report import Status
from tests.patience import until
from tests.tui.helpers import drive, resize, shown
from tests.tui.test_opening import game
from tui.app import AckademyApp, Options
from tui.bridge import Bridge, session_of
from tui.look import logo, stars
from tui.look.palette import DARK, LIGHT, NONE
from tui.look.places import Box
from tui.screens.brief import BriefScreen
from tui.screens.campaign import CampaignScreen
from tui.screens.title import TitleScreen
from tui.screens.title_sky import boxes, draw_sky
from tui.screens.title_world import TitleWorld
from tui.screens.too_small import TooSmallScreen
from tui.stage import Stage
from tui.widgets.canvas import Canvas

P = Pilot[None]
SIZES = [(80, 24), (120, 40), (160, 50)]


def second_start(home: Path, options: Options | None = None) -> AckademyApp:
    app = game(home, options)
    app.progress.begin("premise/wrong-turn", 1)
    return app


def world() -> TitleWorld:
    """The title's world as it stands at the player's question."""
    level = load(HOME / "title.toml")
    made = TitleWorld(Bridge(level, session_of(level)))
    on(made)
    return made


def on(made: TitleWorld) -> None:
    """To the player's question, or to the end."""
    while not made.asks and not made.over:
        made.go_on()
        if not made.asks:
            made.bridge.session.step()


def text_of(made: TitleWorld, width: int = 80, height: int = 23, frame: int = 99, **how: bool) -> str:
    canvas = Canvas(width, height, ascii_only=how.get("ascii_only", False))
    still = how.get("still", True)
    draw_sky(canvas, frame, has_world=True, still=still)
    made.draw(canvas, frame, still=still)
    canvas.flush()
    return str(canvas)


async def asked(pilot: P) -> TitleWorld:
    screen = pilot.app.screen
    assert isinstance(screen, TitleScreen)
    await until(lambda: screen.world is not None and screen.world.asks)
    await until(lambda: "Some page is missing" in shown(pilot.app))
    assert screen.world is not None
    return screen.world


def test_its_level_is_a_sound_one_of_no_world() -> None:
    report = check_file(HOME / "title.toml")
    assert report.status is Status.SOUND, report.findings
    assert "title" not in {world.id for world in campaign()}


def test_what_the_title_shows_at_its_question() -> None:
    text = text_of(world())
    assert "You are bob. Some page is missing." in text
    assert "Type the number of the byte that you want next." in text
    rows = text.splitlines()
    (tiles,) = (row for row in rows if "1501" in row)
    assert tiles.split("▀")[-1].split()[-6:] == ["1", "501", "┊", "?", "┊", "1501"]
    assert "1001" not in text, "no answer is printed beside its question"
    assert "alice" in text
    assert "bob: you" in text


def test_the_lost_pages_number_stands_nowhere_once_it_is_lost() -> None:
    level = load(HOME / "title.toml")
    made = TitleWorld(Bridge(level, session_of(level)))
    seen = []
    for time in range(0, 200_000, 2_000):
        made.go_on()
        made.bridge.session.run_to(time)
        text = text_of(made)
        seen.append(("LOST" in text, "1001" in text))
        assert "Type the number" not in text or made.asks
    assert made.asks
    assert (False, True) in seen, "it is under way with its number"
    assert (True, False) in seen
    assert (True, True) not in seen


@pytest.mark.parametrize(
    ("number", "won", "said"),
    [
        ("1001", True, "The number of the byte expected next: everything before it is here."),
        ("2001", False, "Byte 1001 is missing, and 2001 says that it is here: alice forgets it for ever."),
        ("501", True, "501 says less than you have: bytes 501 to 1000 may come again."),
    ],
)
def test_each_answer_plays_its_consequence(number: str, won: bool, said: str) -> None:
    made = world()
    for digit in number:
        made.type(digit)
    made.give()
    assert made.said == said
    assert f"You said {number}." in text_of(made)
    on(made)
    assert made.bridge.session.outcome.won is won
    assert ("Every page has arrived." if won else "Alice gives up.") in text_of(made)
    assert said in " ".join(text_of(made).split())


def test_what_is_no_number_is_no_answer() -> None:
    made = world()
    made.give()
    assert "Type a number first." in text_of(made)
    for digit in "999999999999":
        made.type(digit)
    assert made.typed == "9999999999"
    made.give()
    assert made.asks, "too large: it is still asked"
    assert made.problem in text_of(made)
    made.type("1")
    made.erase()
    assert (made.typed, made.problem) == ("", "")


@pytest.mark.parametrize("size", SIZES)
def test_digits_and_enter_answer_it(tmp_path: Path, size: tuple[int, int]) -> None:
    app = second_start(tmp_path)

    async def steps(pilot: P) -> None:
        made = await asked(pilot)
        await pilot.press("2", "0", "0", "7", "backspace", "1")
        assert "ack 2001" in shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, TitleScreen), "Enter answers, and does nothing else"
        assert "You said 2001." in shown(app)
        assert "alice forgets it for" in shown(app)
        made.bridge.session.set_speed(64)
        await until(lambda: made.over)
        await pilot.pause()
        await until(lambda: "Alice gives up." in shown(app))
        await pilot.press("r")
        again = await asked(pilot)
        assert again is not made
        await pilot.press(*"1001", "enter")
        again.bridge.session.set_speed(64)
        await until(lambda: "Every page has arrived." in shown(app))
        assert app.progress.levels().keys() == {"premise/wrong-turn"}, "nothing of it is written down"
        assert not list(app.paths.runs.glob("*"))

    drive(app, steps, size)


def test_the_other_keys_are_in_the_footer_and_do_what_it_says(tmp_path: Path) -> None:
    app = second_start(tmp_path)

    async def steps(pilot: P) -> None:
        made = await asked(pilot)
        footer = shown(app).splitlines()[-1]
        for words in ("space go on: Wrong turn", "m map", "r again", "c colours", "q quit", "? help"):
            assert words in footer
        await pilot.press("c")
        assert app.theme == "ackademy-light"
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(app.screen, CampaignScreen)
        assert made.bridge.session.paused, "under another screen the world waits"
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(app.screen, TitleScreen)
        assert not made.bridge.session.paused
        assert (await asked(pilot)) is made
        await pilot.press("question_mark")
        assert "this little world once more" in shown(app)
        await pilot.press("escape", "q")
        await until(lambda: app.return_code is not None)

    drive(app, steps)


def test_space_goes_on_with_the_level_that_is_advised(tmp_path: Path) -> None:
    app = second_start(tmp_path)
    for number in ("", "#2", "#3"):
        play = app.progress.begin(f"premise/wrong-turn{number}", 1)
        app.progress.finish(play, won=True, stars=1, messages=1, time_us=1)

    async def steps(pilot: P) -> None:
        await asked(pilot)
        await pilot.press("space")
        await pilot.pause()
        title = app.entries[1].title
        assert isinstance(app.screen, BriefScreen) or title.upper() in shown(app).upper()

    drive(app, steps)


def test_the_mouse_answers(tmp_path: Path) -> None:
    app = second_start(tmp_path)

    async def steps(pilot: P) -> None:
        made = await asked(pilot)
        await pilot.press(*"1001")
        box = boxes(80, 23)[2]
        await pilot.click("#title", offset=(40, box.y + 3))
        assert made.said

    drive(app, steps)


@pytest.mark.parametrize(
    "options", [Options(ascii=True), Options(no_color=True), Options(fps=5), Options(theme="ackademy-16"), Options()]
)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_it_is_whole_without_colours_motion_and_unicode(
    tmp_path: Path, options: Options, size: tuple[int, int]
) -> None:  # fmt: skip
    app = second_start(tmp_path, options)

    async def steps(pilot: P) -> None:
        await asked(pilot)
        text = shown(app)
        assert text.isascii() or not options.ascii
        assert all(cell_len(glyph) == 1 for glyph in set(text) - {"\n"})
        for words in ("alice", "bob: you", "1501", "You are bob. Some page is missing.", "ack", "enter"):
            assert words in text
        await pilot.press(*"1001", "enter")
        assert "You said 1001." in shown(app)

    drive(app, steps, size)


def test_with_little_motion_nothing_moves_by_itself() -> None:
    made = world()
    assert text_of(made, frame=0) == text_of(made, frame=7) == text_of(made, frame=1000)
    moving = {text_of(made, 120, 39, frame, still=False) for frame in range(24)}
    assert len(moving) > 10


@pytest.mark.parametrize("size", [(60, 20), (20, 5), (79, 24), (10, 2)])
def test_on_a_small_terminal_it_says_so_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    app = second_start(tmp_path)

    async def steps(pilot: P) -> None:
        await resize(pilot, *size)
        await until(lambda: isinstance(app.screen, TooSmallScreen))
        await pilot.pause()
        if size[0] >= 20:
            assert f"{size[0]} x {size[1]}" in shown(app)
            assert "80 x 24" in shown(app)
            assert "^q" in shown(app)
        await pilot.press("1", "enter", "m", "q")
        assert isinstance(app.screen, TooSmallScreen)
        await resize(pilot, 80, 24)
        await until(lambda: isinstance(app.screen, TitleScreen))
        await asked(pilot)

    drive(app, steps)


def lit(frame: int) -> list[int]:
    """The columns of the name that are bright."""
    canvas = Canvas(logo.WIDTH, logo.ROWS, palette=DARK)
    logo.draw(canvas, 0, 0, frame)
    bright = []
    for x in range(logo.WIDTH):
        colours = [canvas.fores[y][x] for y in range(logo.ROWS)] + [canvas.grounds[y][x] for y in range(logo.ROWS)]
        if any(colour >> 16 > 0xC0 for colour in colours if colour > 0):
            bright.append(x)
    return bright


def test_the_name_is_lit_from_left_to_right() -> None:
    assert lit(0) == []
    for frame in range(1, logo.FRAMES + 1):
        assert set(lit(frame - 1)) < set(lit(frame))
        assert max(lit(frame)) < logo.WIDTH * frame // logo.FRAMES
    assert {0, logo.WIDTH - 1} <= set(lit(logo.FRAMES))


def test_the_name_as_text() -> None:
    canvas = Canvas(logo.WIDTH, logo.ROWS, palette=NONE)
    logo.draw(canvas, 0, 0)
    assert str(canvas).splitlines()[0] == "███████ ███████ ██  ███ ███████ ███████ ███████ ███ ███ ██   ██"
    assert str(canvas).splitlines()[4].startswith("██   ██ ███████")


def test_nodes_of_the_sky_keep_off_what_stands_there() -> None:
    box = Box(20, 5, 80, 25)
    ways, nodes = stars.links(120, 39, (box,))
    assert len(nodes) > 15
    assert len(ways) > 10
    for x, y in [*nodes, *(dot for way in ways for dot in way)]:
        assert not (box.x <= x // 2 < box.x + box.width and box.y <= y // 4 < box.y + box.height)
    dark, light = (Canvas(120, 39, palette=palette) for palette in (DARK, LIGHT))
    for canvas in (dark, light):
        stars.draw(canvas, (box,), 3)
        canvas.flush()
    assert str(dark) == str(light)


@pytest.mark.parametrize("size", [(80, 23), (100, 29), (120, 39), (160, 49), (200, 60)])
def test_its_parts_lie_beside_one_another(size: tuple[int, int]) -> None:
    name, scene, words = boxes(*size)
    assert 0 < name.y < name.y + name.height < scene.y
    assert scene.y + scene.height <= words.y
    assert words.y + 4 <= size[1]
    assert scene.x >= 0
    assert scene.x + scene.width <= size[0]
    assert name.width == logo.WIDTH


def words_of(text: str) -> list[str]:
    """What can be read of a screen: without dots, which move, and without how many levels there are today."""
    rows = ["".join(" " if "\u2800" <= glyph < "\u2900" else glyph for glyph in row) for row in text.splitlines()]
    return [" ".join(row.replace("ACK", "").split()) for row in rows[:-2]]


def test_the_picture_in_the_readme_is_the_title_as_it_is_today(tmp_path: Path) -> None:
    """Beside the picture lies its text, as the tool that made it saves both; it prints no answer."""
    saved = (Path(__file__).parents[2] / ".pictures" / "title.txt").read_text("utf-8")
    assert "1001" not in saved
    app = second_start(tmp_path)

    async def steps(pilot: P) -> None:
        await asked(pilot)
        assert words_of(shown(app)) == words_of(saved)

    drive(app, steps, (100, 30))


def test_a_course_opens_no_level_by_itself(tmp_path: Path) -> None:
    """Only the game from its title does, on the very first start: whoever names what he wants to play gets that."""
    stage = Stage(campaign())
    app = AckademyApp(entries=stage.entries(), stage=stage, paths=game(tmp_path).paths)

    async def steps(pilot: P) -> None:
        await asked(pilot)
        assert isinstance(app.screen, TitleScreen)
        assert app.progress.is_first_start

    drive(app, steps)
