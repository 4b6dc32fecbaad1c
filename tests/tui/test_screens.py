"""Every screen at both sizes, every key of every screen, and a terminal that changes its size."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.command import CommandList
from textual.pilot import Pilot

from levels.loader import campaign, every_act
from tests.patience import until
from tests.tui.helpers import ENTRIES, SIZES, FakePlay, drive, make_app, make_debrief, resize, shown
from tui.app import AckademyApp, Options
from tui.clock import seconds
from tui.keymap import Scope, in_scope
from tui.model import Brief, Ghost, Turn
from tui.platform import find_paths
from tui.prose import to_ascii
from tui.screens.brief import BriefScreen, facts
from tui.screens.campaign import CampaignScreen
from tui.screens.debrief import DebriefScreen, plane
from tui.screens.help import HelpScreen
from tui.screens.title import TitleScreen
from tui.screens.too_small import TooSmallScreen
from tui.screens.toolbox import ToolboxScreen
from tui.stage import Stage
from tui.widgets.view import CanvasView

P = Pilot[None]


def test_on_the_first_start_one_key_leads_to_the_first_move(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        assert "begin: Level 0 of The Wire" in shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, FakePlay)
        assert (app.screen.level, app.screen.seed) == ("wire/0", None)

    drive(app, steps)


def test_later_it_goes_on_at_the_first_level_not_won(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    play = app.progress.begin("wire/0", 7)
    app.progress.finish(play, won=True, stars=2, messages=3, time_us=4)

    async def steps(pilot: P) -> None:
        assert "go on: Level 1 of The Wire" in shown(app)
        assert "2 of 69 stars" in shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, BriefScreen)
        assert app.screen.brief.level == "wire/1"

    drive(app, steps)


def test_the_map_says_it_of_a_level_of_which_only_the_first_task_is_won(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    app.progress.finish(app.progress.begin("wire/0", 7), won=True, stars=0, messages=3, time_us=4)

    async def steps(pilot: P) -> None:
        await pilot.press("m")
        await pilot.pause()
        await pilot.press("home")
        assert "not all of its tasks are won" in shown(app)

    drive(app, steps)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("options", [Options(), Options(ascii=True), Options(no_color=True), Options(theme="nord")])
def test_every_screen_fills_the_terminal_with_certain_glyphs(
    tmp_path: Path, size: tuple[int, int], options: Options
) -> None:
    app = make_app(tmp_path, options)

    async def steps(pilot: P) -> None:
        for words, show in (
            ("space begin: Level 0 of The Wire", lambda: None),
            ("Level 0 of The Wire", app.show_map),
            ("you are     bob", lambda: app.start_level("wire/0")),
            ("saved as /x/y [1].run", lambda: app.show_debrief(make_debrief())),
            ("Everywhere", app.action_help),
        ):
            show()
            await pilot.pause()
            text = shown(app)
            if "saved" in words:
                assert " WON " in text
            else:
                assert words in text
            for glyph in set(text) - {"\n"}:
                assert cell_len(glyph) == 1, glyph
                assert glyph.isascii() or not options.ascii

    drive(app, steps, size)


def test_the_keys_of_the_campaign(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        await pilot.press("m")
        screen = app.screen
        assert isinstance(screen, CampaignScreen)
        for key, place in [
            ("right", 1), ("l", 2), ("left", 1), ("h", 0), ("left", 0), ("end", 22), ("right", 22), ("home", 0),
            ("down", 3), ("j", 3), ("up", 0), ("k", 0), ("G", 22), ("g", 0), ("pagedown", 1), ("ctrl+d", 2),
            ("pageup", 1), ("ctrl+u", 0), ("G", 22), ("n", 0),
        ]:  # fmt: skip
            await pilot.press(key)
            assert screen.here == ENTRIES[place].id, key
            assert ENTRIES[place].title in shown(app)  # its card
        for key in ("enter", "space"):
            await pilot.press("g", key)
            assert isinstance(app.screen, BriefScreen)
            await pilot.press("escape")
            assert isinstance(app.screen, CampaignScreen)
        await pilot.press("escape", "escape", "escape")
        assert isinstance(app.screen, CampaignScreen)
        await pilot.press("q")
        assert isinstance(app.screen, TitleScreen)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, TitleScreen)
        assert app.return_code is None

    drive(app, steps)


def test_the_mouse_chooses_and_opens(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        await pilot.press("m")
        screen = app.screen
        assert isinstance(screen, CampaignScreen)
        cells = {hot.target: (hot.x, hot.y) for hot in screen.query_one(CanvasView).canvas.hots}
        await pilot.click(CanvasView, offset=cells["level", "wire/1"])
        assert screen.here == "wire/1"
        await pilot.click(CanvasView, offset=cells["line", "The Ring"])
        assert screen.here == "ring/0"
        await pilot.click(CanvasView, offset=cells["level", "wire/1"])
        await pilot.click(CanvasView, offset=cells["level", "wire/1"])
        assert isinstance(app.screen, BriefScreen)
        assert app.screen.brief.level == "wire/1"
        await pilot.click("KeyBar", offset=(2, 0))  # "enter play"
        assert isinstance(app.screen, FakePlay)

    drive(app, steps)


def test_the_keys_of_brief_and_debrief(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        for key in ("enter", "space"):
            app.start_level("wire/1", seed=5)
            await pilot.press(key)
            assert isinstance(app.screen, FakePlay)
            assert (app.screen.level, app.screen.seed) == ("wire/1", 5)
        app.progress.begin("wire/0", 1)
        for key, level, seed in [("r", "wire/0", 7), ("s", "wire/0", 2), ("j", "wire/0", 7)]:
            app.show_debrief(make_debrief(waiting_turn=lambda enough: iter([Turn(event=3, when="40 ms")])))
            screen = app.screen
            assert isinstance(screen, DebriefScreen)
            await until(lambda screen=screen: screen.turn.event == 3)
            await pilot.press(key)
            assert isinstance(app.screen, FakePlay), key
            assert (app.screen.level, app.screen.seed) == (level, seed)
        for key in ("enter", "n"):
            app.show_debrief(make_debrief())
            await pilot.press(key)
            assert isinstance(app.screen, BriefScreen)
            assert app.screen.brief.level == "wire/1"
        for key in ("escape", "q", "m"):
            app.show_debrief(make_debrief())
            await pilot.press(key)
            assert isinstance(app.screen, CampaignScreen)
            assert len(app.screen_stack) == 2
        assert app.stage.jumped == [("wire/0", 3)]
        app.show_debrief(make_debrief(ENTRIES[-1].id, won=False, stars=0))
        await pilot.press("j")
        assert isinstance(app.screen, DebriefScreen)
        assert " LOST " in shown(app)
        assert "go there" not in shown(app)
        await pilot.press("enter")  # after the last level comes what is advised
        assert isinstance(app.screen, BriefScreen)
        assert app.screen.brief.level == "wire/0"

    drive(app, steps)


def test_every_key_of_the_play_screen_reaches_its_action(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        await pilot.press("enter")
        screen = app.screen
        assert isinstance(screen, FakePlay)
        for action in in_scope(Scope.PLAY):
            for key in action.keys:
                screen.done.clear()
                app.simulate_key(key)
                await until(lambda screen=screen: screen.done)
                assert screen.done == [f"panel {key}" if action.action == "panel" else action.action], key

    drive(app, steps)


@pytest.mark.parametrize("size", SIZES)
def test_help_opens_everywhere_closes_and_scrolls(tmp_path: Path, size: tuple[int, int]) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        for opening, closing in [("question_mark", "escape"), ("f1", "q"), ("f1", "enter"), ("f1", "f1")]:
            await pilot.press(opening)
            assert isinstance(app.screen, HelpScreen)
            assert "begin, or go on" in shown(app)
            await pilot.press(closing)
            assert isinstance(app.screen, TitleScreen)
        await pilot.press("m", "f1")
        page = app.screen.query_one("#page")
        for key, down in [("j", 1), ("down", 1), ("k", -1), ("up", -1), ("pagedown", 1), ("pageup", -1),
                          ("space", 1), ("b", -1)]:  # fmt: skip
            before = page.scroll_y
            await pilot.press(key)
            assert (page.scroll_y - before) * down > 0, key

    drive(app, steps, size)


def test_a_small_terminal_is_said_eats_keys_and_returns_by_itself(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        await pilot.press("m")
        await resize(pilot, 79, 24)
        assert isinstance(app.screen, TooSmallScreen)
        assert "This terminal is 79 x 24." in shown(app)
        await resize(pilot, 60, 20)
        assert "60 x 20" in shown(app)
        await pilot.press("j", "q", "escape", "question_mark", "enter")
        assert isinstance(app.screen, TooSmallScreen)
        app.show_debrief(make_debrief())  # a level may end meanwhile
        await pilot.pause()
        assert isinstance(app.screen, TooSmallScreen)
        await resize(pilot, 120, 40)
        await pilot.pause()
        assert isinstance(app.screen, DebriefScreen)
        assert not any(isinstance(screen, TooSmallScreen) for screen in app.screen_stack)
        assert app.screen.has_class("-wide")

    drive(app, steps)


def test_starting_in_a_small_terminal(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        assert isinstance(app.screen, TooSmallScreen)
        await resize(pilot, 80, 24)
        await pilot.pause()
        assert isinstance(app.screen, TitleScreen)

    drive(app, steps, (40, 10))


def test_own_keys_agree_in_footer_help_and_effect(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "keys.toml").write_text(
        '"campaign.right" = "x"\n"campaign.advised" = "?"\nnonsense = 3\n"brief.start" = "[/]"\n'
    )
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        assert len(app._notifications) == 2  # a key that is taken, and an unknown action
        await pilot.press("m", "x", "l")
        assert isinstance(app.screen, CampaignScreen)
        assert app.screen.here == "wire/1"
        await pilot.press("f1")
        assert "x                 the level after, along the line" in shown(app)
        await pilot.press("escape", "enter")
        assert "[/] to play" in shown(app)

    drive(app, steps)


def test_a_broken_progress_file_is_said_in_a_toast(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "progress.sqlite").write_bytes(b"[b]broken" * 1000)
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        (toast,) = app._notifications
        assert "broken" in toast.message
        await pilot.press("m")

    drive(app, steps)


def test_the_chosen_theme_is_kept(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        app.theme = "ackademy-light"
        await pilot.pause()

    drive(app, steps)
    again = make_app(tmp_path)
    assert again.theme == "ackademy-light"
    again.progress.close()


def test_without_levels_the_screens_say_so(tmp_path: Path) -> None:
    app = make_app(tmp_path, entries=())

    async def steps(pilot: P) -> None:
        assert "no levels were found" in shown(app)
        await pilot.press("enter", "j", "n", "enter", "G", "pagedown")
        assert "No levels were found" in shown(app)

    drive(app, steps)


def offered(app: AckademyApp) -> list[str]:
    """What the palette lists, as far as it has looked."""
    if not app.screen.query(CommandList):
        return []
    found = app.screen.query_one(CommandList)
    return [str(found.get_option_at_index(place).prompt) for place in range(found.option_count)]


def test_the_palette_offers_every_level(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: P) -> None:
        await pilot.press("ctrl+p")
        await pilot.press(*"2ofthewire")
        await until(lambda: offered(app)[:1] == ["Play: Level 2 of The Wire\nAbout 2 [b]."])
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, BriefScreen)
        assert app.screen.brief.level == "wire/2"

    drive(app, steps)


def test_the_palette_takes_a_levels_words_for_no_markup(tmp_path: Path) -> None:
    title = "[/x] [bold Evil [@click=app.quit]q[/]"
    entry = replace(ENTRIES[0], title=title, summary="[red]boom[/] [/nope]")
    app = make_app(tmp_path, entries=[entry])

    async def steps(pilot: P) -> None:
        await pilot.press("ctrl+p")
        await until(lambda: f"Play: {title}\n[red]boom[/] [/nope]" in offered(app))
        await pilot.press(*"evil")
        await until(lambda: f"Play: {title}\n[red]boom[/] [/nope]" in offered(app)[:1])
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, BriefScreen)

    drive(app, steps)


def test_the_plane_puts_every_result_where_its_figures_say() -> None:
    rows = plane([Ghost("you", 10, 100), Ghost("book", 5, 50), Ghost("twin", 10, 100), Ghost("zero", 0, 0)], 60, 7)
    place = {
        name: (row.index(name), y) for y, row in enumerate(rows) for name in ("you", "book", "zero") if name in row
    }
    assert place["you"][0] > place["book"][0] > place["zero"][0]  # messages to the right
    assert place["you"][1] < place["book"][1] < place["zero"][1]  # time upwards
    assert any("o twin" in row for row in rows)  # below the one it coincides with
    assert all(len(row) <= 60 for row in rows)
    rows = plane([Ghost("you", 10, 100), Ghost("book", 10, 100), Ghost("hasty", 30, 50)], 60, 7)
    assert any("# you, book" in row for row in rows)  # beside it, where there is room
    names = ["whitewasher (lost)", "never gambles (lost)", "gambles on old faces (lost)"]
    rows = plane([Ghost("you", 10, 90), *(Ghost(name, 10, 100) for name in names)], 60, 7)
    assert all(any(name in row for row in rows) for name in ["you", *names])  # three on one spot, too long for one line
    assert all(len(row) <= 60 for row in rows)


def test_figures_and_text_for_people() -> None:
    assert [seconds(t) for t in (0, 850_000, 3_214_000, 60_000_000)] == ["0 ms", "850 ms", "3.214 s", "60 s"]
    assert to_ascii("Crème — “x” → 10 µs ≤ 3×4 世") == 'Creme - "x" -> 10 us <= 3x4 ?'


def test_long_facts_of_a_brief_go_on_below_themselves() -> None:
    brief = Brief(
        "w/a", "W", "T", "bob", "", "every byte is here, and each of them is here once only", 5_000_000, ("4 coins",)
    )
    lines = facts(brief, 40).plain.splitlines()
    assert [line[:12].strip() for line in lines] == ["you are", "goal", "", "limit", "par"]
    assert all(len(line) <= 40 for line in lines)
    assert lines[2] == " " * 12 + "of them is here once only"


def test_signs_of_levels_have_a_spelling_in_ascii() -> None:
    assert (
        to_ascii("RFC 9293 §3.4, ½ log2 N, r = Ω(log N), Größe")
        == "RFC 9293 sec.3.4, 1/2 log2 N, r = Omega(log N), Grosse"
    )
    for level in every_act():
        texts = level.texts
        more = (texts.task, texts.line, texts.nudge, texts.lift, *(words for _, words in texts.ends))
        shown = (level.title, level.summary, texts.brief, texts.debrief, *texts.hints, *texts.sources, *more)
        for text in shown:
            assert to_ascii(text).count("?") == text.count("?"), (level.id, text)


def test_the_toolbox_opens_its_pages_with_the_worlds_that_are_won(tmp_path: Path) -> None:
    """Every world has pages; who has won one reads its own, and of the others how many there are."""
    worlds = campaign()
    assert all(world.cards for world in worlds)
    stage = Stage(worlds)
    app = AckademyApp(
        Options(), entries=stage.entries(), stage=stage, paths=find_paths({"ACKADEMY_HOME": str(tmp_path)})
    )
    stage.app = app

    async def steps(pilot: Pilot[None]) -> None:
        app.show_map()
        await pilot.pause()
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(app.screen, ToolboxScreen)
        assert "5 cards: to read, win every level of this world." in shown(app)
        assert "ask again" not in shown(app)
        await pilot.press("escape")
        for entry in stage.entries():
            if entry.world == worlds[0].title:
                play = app.progress.begin(entry.counts, 1)
                app.progress.finish(play, won=True, stars=1, messages=1, time_us=1, hints=0, run_file="")
        await pilot.press("t")
        await pilot.pause()
        assert "5 of" in shown(app).splitlines()[0]
        assert "ask again" in shown(app)
        assert "+    What was lost comes after all." in shown(app)
        await pilot.press("pagedown", "escape")
        assert isinstance(app.screen, CampaignScreen)

    drive(app, steps, (80, 24))


@pytest.mark.parametrize(("won", "stands"), [(True, "premise/show-and-tell"), (False, "premise/silence")])
def test_the_map_stands_at_what_follows_a_level_that_was_won(tmp_path: Path, won: bool, stands: str) -> None:
    """Also for whoever began in the middle, and has won nothing before."""
    stage = Stage(campaign())
    app = AckademyApp(
        Options(), entries=stage.entries(), stage=stage, paths=find_paths({"ACKADEMY_HOME": str(tmp_path)})
    )
    stage.app = app

    def here() -> str:
        assert isinstance(app.screen, CampaignScreen)
        return app.screen.here

    async def steps(pilot: Pilot[None]) -> None:
        for _ in range(2):  # a map that is opened now, and one that lies below
            app.show_debrief(make_debrief(level="premise/silence", won=won))
            await pilot.pause()
            await pilot.press("m")
            await pilot.pause()
            assert here() == stands
            app.screen.action_first()
        app.show_map("premise/wrong-turn#2", won=True)
        assert here() == "premise/wrong-turn", "its last task is still to be done"
        app.show_map("test/nowhere", won=True)
        assert here() == "premise/wrong-turn"

    drive(app, steps, (80, 24))
