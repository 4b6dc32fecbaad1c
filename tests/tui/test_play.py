"""The play screen, driven by keys and clicks on a real session. The clock stands (`paused`) but where it is stepped,
so that a pilot's presses are quick and nothing depends on how fast this machine is."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import core.protocols.premise.echo as echo
from core.kernel.choice import RESERVED_KEYS
from core.kernel.scenario import NetworkSeat
from core.kernel.seats import Book
from core.kernel.world import World
from core.record import read
from core.script import Script
from core.session import Session
from levels.loader import from_text, load
from levels.schema import CampaignWorld, Level
from tests.patience import until
from tests.tui.helpers import SIZES, drive, make_debrief, resize, shown
from tui.app import AckademyApp, Options
from tui.bridge import Bridge, session_of, with_keys
from tui.bridge.moves import moves_of
from tui.debriefing import alike, axes_of, beats, ghosts, point_of
from tui.keymap import Keymap, Scope, in_scope
from tui.model import Judging
from tui.pictures import general_delays
from tui.platform import find_paths
from tui.screens.debrief import DebriefScreen
from tui.screens.play import PlayScreen
from tui.screens.play_panels import BOOK, BYTES, DISK, LOG, PANELS, POLICY, SPACE_TIME, policy_lines
from tui.stage import Stage
from tui.widgets.canvas import Ink
from tui.widgets.disk import NOTHING_SAVED
from tui.widgets.view import CanvasView

ECHO = """
[level]
title = "Anybody there?"
summary = "Answer pings."
seed = 4
[nodes]
client = { runs = "echo.client", count = 4, patience = "200ms" }
server = { runs = "echo.server" }
[seats]
SEAT
[play]
PLAY
[[happens]]
lose = "server -> client"
nth = 2
[goal]
win = ["client has every answer, in order, once", "no answer is believed that was not asked for"]
limit = "5s"
[par]
messages = "book"
time = "book + 20%"
[text]
brief = "Answer."
hints = ["one", "two", "three"]
debrief = "It was lost."
sources = ["RFC 862"]
"""
SERVER = 'server = { player = ["echo.number"] }'
CLIENT = 'client = { player = ["echo.patience"] }'


def level_of(seat: str = SERVER, **play: str) -> Level:
    settings = "\n".join(f'{name} = "{value}"' for name, value in play.items())
    return from_text(ECHO.replace("SEAT", seat).replace("PLAY", settings), "test/echo.toml")


def make(home: Path, level: Level, options: Options | None = None, **stage: Any) -> AckademyApp:
    made = Stage([CampaignWorld("test", "The test", "", (level,))], **stage)
    app = AckademyApp(
        options,
        entries=made.entries(),
        stage=made,
        paths=find_paths({"ACKADEMY_HOME": str(home)}),
        first_level=level.id,
    )
    made.app = app
    return app


def play_screen(app: AckademyApp) -> PlayScreen:
    screen = app.screen
    assert isinstance(screen, PlayScreen)
    return screen


def playing(
    home: Path,
    level: Level,
    steps: Callable[[Pilot[None], PlayScreen], Awaitable[None]],
    size: tuple[int, int] = (80, 24),
    options: Options | None = None,
) -> None:
    """Open the level, let it run flat out to its first question, and drive `steps`."""
    app = make(home, level, options)

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.to_question()
        await until(lambda: screen.bridge.session.waiting)
        await pilot.pause()
        await steps(pilot, screen)

    drive(app, body, size)


async def answer(pilot: Pilot[None], screen: PlayScreen, *keys: str) -> None:
    """Press keys, then let the world run flat out to where it stands next."""
    await pilot.press(*keys)
    screen.bridge.session.to_question()
    await until(lambda: screen.bridge.session.waiting)
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
def test_a_level_is_won_by_typing_and_the_debrief_follows(tmp_path: Path, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        app = screen.game
        text = shown(app)
        assert "Which number goes back?" in text
        assert "you are server" in text
        assert "client has every answer, in order, once" in text
        for number in "1223":
            await answer(pilot, screen, number, "enter")
            assert "Nobody asked" not in shown(app)
        await answer(pilot, screen, "4", "enter")
        assert screen.bridge.session.over
        assert " WON " in shown(app)
        assert "won within par" in shown(app)
        assert screen.ending is not None
        run = read(screen.ending.run_file)
        assert run.result is not None
        assert run.result.won
        assert app.progress.level("test/echo").stars == 2
        await pilot.press("enter")
        assert isinstance(app.screen, DebriefScreen)
        debrief = app.screen
        await until(lambda: not debrief.working)
        assert {"book", "counts on its own (lost)"} <= {ghost.name for ghost in debrief.ghosts}
        who = str(debrief.query_one("#who").visual)
        star = " ".join(line.strip() for line in shown(app).splitlines())
        assert "counts on its own (lost): answers with the next number of its own count" in who
        assert "the same once more (key s), with no hint" in debrief._painting.star_words  # alike on every seed
        assert "asks for the same once" in star
        debrief.query_one("#story").scroll_visible(animate=False, top=True, immediate=True)
        await pilot.pause()
        assert re.search(
            r"^ *client +o.*\n(.*\n)+.* x .*\n", shown(app), re.MULTILINE
        )  # the fog has lifted: the lost one
        await pilot.press("left", "right", "down", "pagedown", "pageup", "up")

    playing(tmp_path, level_of(asks="type", say="at-once"), steps, size)


def test_a_wrong_answer_happens_and_its_words_come_with_what_it_did(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.session.pause()  # however long this machine takes to look
        await pilot.press("9", "enter")
        assert "Nobody asked 9" not in shown(screen.game)
        assert "number: 9. What comes of it, you will see." in shown(screen.game)
        await pilot.press("w")
        assert "number 9 at 0.040 s: Nobody asked 9" in shown(screen.game)
        assert screen.bridge.session.whys == 1
        await answer(pilot, screen)
        assert " LOST " in shown(screen.game)
        assert "broken: no answer is believed" in shown(screen.game)
        assert "✗ no answer is believed" in shown(screen.game)
        await pilot.press("enter")
        debrief = screen.game.screen
        assert isinstance(debrief, DebriefScreen)
        await until(lambda: debrief.turn is not None and debrief.turn.event >= 0)
        await pilot.press("j")
        jumped = play_screen(screen.game)
        await pilot.pause()
        question = jumped.bridge.reading.question
        assert question is not None
        assert question.asked.number == 1
        assert "Which number goes back?" in shown(screen.game)
        await pilot.press("1", "enter")
        assert jumped.bridge.session.rewinds == 1

    playing(tmp_path, level_of(asks="type", sight="all"), steps)


def test_a_setting_of_two_words_has_an_initial_for_its_key() -> None:
    bridge = Bridge(bully := load("crown/cant-hear-you"), session_of(bully))
    assert {one.label: one.key for one in bridge.reading.standing} == {"alarm": "a", "wait ok": "o", "cry": "c"}
    bridge.close()


def test_words_that_are_long_get_the_rows_they_need(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.say("~", "word " * 40 + "end.", Ink.COSTLY)
        await pilot.pause()
        await pilot.pause()
        assert "word end." in shown(screen.game)
        assert "Which number goes back?" in shown(screen.game)

    playing(tmp_path, level_of(asks="choose"), steps)


def test_while_a_value_is_typed_letters_are_no_commands(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        await pilot.press("1", "h", "r", "q", "comma")
        assert play_screen(screen.game) is screen
        assert session.hints_used == 0
        await pilot.press("enter")
        assert "is not a whole number" in shown(screen.game)
        assert session.question is not None
        await pilot.press("f2")
        assert session.hints_used == 1
        await pilot.press("escape", "1", "enter")
        assert len(session.world.answers) == 1

    playing(tmp_path, level_of(asks="type"), steps)


@pytest.mark.parametrize("size", SIZES)
def test_every_key_of_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session, app = screen.bridge.session, screen.game
        await pilot.press("full_stop")
        assert "answer first" in shown(app)
        await pilot.press("plus")
        assert session.speed == 2
        await pilot.press("minus", "minus")
        assert session.speed == 0.5
        if size == (80, 24):
            await pilot.press("tab")  # none lies there yet
        assert screen.panels.open == SPACE_TIME
        for number, words in ((BYTES, "8 bytes"), (LOG, "PING number 1"), (BOOK, "RFC 862"), (POLICY, "def answer")):
            await pilot.press("tab")
            assert screen.panels.open == number
            assert words in shown(app)
        await pilot.press("tab")
        assert screen.panels.open == DISK
        assert NOTHING_SAVED.split(":")[0][:30] in shown(app)
        await pilot.press("tab")
        assert screen.panels.open == SPACE_TIME
        await pilot.press("shift+tab")
        assert screen.panels.open == DISK
        await pilot.press("i")
        assert screen.panels.open == BOOK
        await pilot.press("tab")
        assert screen.panels.open == POLICY
        await pilot.press("y", "right")
        assert screen.panels.open == BYTES
        assert screen.panels.field == 1
        await pilot.press("up", "down", "escape")
        assert not screen.panels.in_bytes
        side, picture = screen.query_one("#side"), screen.query_one("#picture")
        await pilot.press("z")
        await pilot.pause()
        assert side.region == picture.region or side.region.height == picture.region.height
        await pilot.press("z", "pageup", "pagedown")
        await pilot.pause()
        assert side.region.area < picture.region.area
        if size == (80, 24):
            await pilot.press("escape")
            assert not side.display
            for close in ("i", "escape"):  # what opened it closes it, and so does Esc
                await pilot.press("i")
                assert side.display
                await pilot.press(close)
                assert not side.display
        else:
            await pilot.press("escape")
            before = screen.panels.open
            for close in ("i", "escape"):  # there one stands always: the one from before is back
                await pilot.press("i")
                assert screen.panels.open == BOOK
                await pilot.press(close)
                assert screen.panels.open == before
        for place, words in enumerate(("one", "two", "three"), 1):
            await pilot.press("h")
            assert f"Hint {place} of 3: {words}" in shown(app)
        await pilot.press("h")
        assert "no more hints" in shown(app)
        await pilot.press("w")
        assert "nothing left to say" in shown(app)
        await pilot.press("u")
        assert "Nothing runs by itself" in shown(app)
        await pilot.press("1", "enter")  # the first option of a list: 0 … so any answer will do here
        await pilot.press("space")
        assert session.paused or session.question is not None
        while session.question is None:
            before = session.position[0]
            await pilot.press("full_stop")
            assert session.position[0] > before
        assert session.paused
        before = session.position[0]
        await pilot.press("comma")
        assert session.position[0] < before
        await pilot.press("comma")
        assert "Paused." in shown(app)
        await pilot.press("enter")  # nothing is asked: on
        assert not session.paused
        await pilot.press("g")
        await until(lambda: session.waiting)
        await pilot.press("question_mark")
        assert app.screen is not screen
        await pilot.press("escape")
        assert app.screen is screen
        await pilot.press("r")
        again = play_screen(app)
        assert again is not screen
        await pilot.press("escape")
        assert app.screen is again, "one press never leaves a level"
        await pilot.press("escape")
        assert app.screen is not again
        await until(lambda: not [job for job in app.host.jobs if not job.done and "test/echo" in job.name])

    playing(tmp_path, level_of(asks="type", sight="all"), steps, size)


def test_a_list_while_the_level_lists_and_numbers_are_typed_to_choose(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert re.search(r"> \d +\d", shown(screen.game).replace("\n", " "))
        await pilot.press("2")
        assert re.search(r"> 2", shown(screen.game))
        assert screen.panels.open == SPACE_TIME
        await pilot.press("escape", "up", "enter")
        assert len(screen.bridge.session.world.answers) == 1

    playing(tmp_path, level_of(asks="choose"), steps)


def test_what_an_explorer_asks_of_packets_is_decided_by_words(tmp_path: Path) -> None:
    """Its runs can be branched off from."""
    level = level_of()
    scenario = replace(level.scenario, player=(), network=NetworkSeat({"lost": 1, "late": 1}))

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        text = shown(screen.game)
        assert "PING number 1 to server. What becomes of it?" in text
        assert "may be lost" in text
        await answer(pilot, screen, *"lo", "enter")
        assert screen.bridge.session.world.left["lost"] == 0

    playing(tmp_path, replace(level, scenario=scenario), steps)


def test_in_a_level_in_which_nobody_asks_the_alarm_is_the_control(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        pass

    app = make(tmp_path, level_of(CLIENT, asks="notice"))

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        session = screen.bridge.session
        session.pause()
        await pilot.pause()
        assert "patience" in shown(app).lower()
        assert screen.bridge.doing is not None
        assert screen.bridge.doing.always
        await pilot.press(*"300", "space", *"ms", "enter")
        assert session.kept["client", "echo.patience"] == 300_000
        await pilot.press("left", "enter")
        assert session.kept["client", "echo.patience"] < 300_000
        session.to_question()
        await until(lambda: session.over)

    drive(app, body)


def test_the_mouse_does_what_the_keys_do(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        app = screen.game

        async def click(text: str) -> None:
            row = next(y for y, line in enumerate(shown(app).splitlines()) if text in line)
            await pilot.click(offset=(shown(app).splitlines()[row].index(text) + 1, row))
            await pilot.pause()
            await pilot.pause()  # what has just got its room is drawn

        await click("panel")
        for place, name in list(enumerate(PANELS))[1:]:
            await click(name)
            assert screen.panels.open == place
        await click("disk")  # the one that lies there is closed
        assert not screen.panels.shown
        await click("[Enter]")
        assert "!! type an answer first" in shown(app)
        await click("[Enter]")  # still there beside a problem
        await pilot.press("1")
        await click("[Enter]")
        assert len(screen.bridge.session.world.answers) == 1
        await click("pause")  # the key bar
        assert screen.bridge.session.paused
        clock = re.search(r"\d\.\d{3} s", shown(app))
        assert clock is not None
        await click(clock[0])
        assert not screen.bridge.session.paused

    playing(tmp_path, level_of(asks="type"), steps)


def test_a_setting_that_was_opened_can_be_left_as_it_is(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        app, bridge = screen.game, screen.bridge
        before = bridge.session.kept["p6", "election_bully.wait_ok"]
        for leave in ("key", "mouse"):
            await pilot.press("o", "left")
            assert bridge.doing is not None
            assert bridge.doing.asked.choice.name == "election_bully.wait_ok"
            lines = shown(app).splitlines()
            row = next(y for y, line in enumerate(lines) if "[Esc]" in line)
            assert "[Enter]" in lines[row]
            if leave == "key":
                await pilot.press("escape")
            else:
                await pilot.click(offset=(lines[row].index("[Esc]") + 1, row))
            await pilot.pause()
            assert bridge.doing is not None
            assert bridge.doing.always
        assert bridge.session.kept["p6", "election_bully.wait_ok"] == before

    app = make(tmp_path, load("crown/cant-hear-you"))

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.pause()
        await pilot.pause()
        await steps(pilot, screen)

    drive(app, body)


def test_any_size_at_any_moment(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        for size in ((120, 40), (200, 60), (60, 20), (80, 24), (81, 50), (150, 24)):
            await resize(pilot, *size)
            await pilot.pause()
            shown(screen.game)  # asserts that every line has the screen's width
        assert "Which number goes back?" in shown(screen.game)

    playing(tmp_path, level_of(asks="type"), steps)


def test_in_the_fog_nothing_is_shown_that_the_node_does_not_know(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        for number in "12":
            await answer(pilot, screen, number, "enter")
        screen.action_panel(LOG + 1)
        await pilot.pause()
        text = shown(screen.game)
        assert "PONG number 2 sent to client" in text
        assert "lost" not in text
        assert "PING number 2 sent" not in text
        assert "handed up" not in text
        screen.action_panel(SPACE_TIME + 1)
        await pilot.pause()
        assert not re.search(r"^ *client +[o─]", shown(screen.game), re.MULTILINE)

    playing(tmp_path, level_of(asks="type"), steps)


def test_ascii_only_is_ascii_only(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        for _ in PANELS:
            assert shown(screen.game).isascii()
            await pilot.press("tab")
        await answer(pilot, screen, "9", "enter")
        assert shown(screen.game).isascii()
        await pilot.press("enter")
        assert shown(screen.game).isascii()

    playing(tmp_path, level_of(asks="type", say="at-once"), steps, options=Options(ascii=True))


def test_a_screen_at_rest_paints_nothing(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.pause()
        assert not screen.frames.timer._active.is_set()  # Textual's own word for a paused timer
        assert sum(view.redraw() for view in screen.query(CanvasView)) == 0

    playing(tmp_path, level_of(asks="type"), steps)


def test_leaving_keeps_what_was_played_and_nothing_that_was_not(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        runs = screen.game.paths.runs
        journals = screen.game.paths.journals
        assert len(list(journals.iterdir())) == 1
        await pilot.press("escape", "escape")
        assert not [*runs.iterdir(), *journals.iterdir()]
        screen.game.start_level("test/echo", brief=False)
        await pilot.pause()
        again = play_screen(screen.game)
        again.bridge.session.to_question()
        await until(lambda: again.bridge.session.question)
        await pilot.pause()
        await pilot.press("1", "enter", "escape")
        assert "Once more, and you leave this level" in shown(screen.game)
        await pilot.press("h", "escape")  # something else in between: it asks again
        assert play_screen(screen.game) is again
        await pilot.press("escape")
        assert screen.game.screen is not again
        (run,) = runs.iterdir()
        assert len(read(run).answers) == 1

    playing(tmp_path, level_of(asks="type"), steps)


GOLDEN = """\
 THE TEST Anybody there?  0.040 s       messages ▍  |  1/10  time ▎  |  0.624 s
 ◇ client has every answer, in order, once (0 of 4)   ✓ no answer is believed
 that was not asked for





                                            [PING number 1]
    client ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ server

    asks 1                                                             you



 you are server   highest number heard 0   answers sent 0
 you   ──◂PING number 1──?
   i Answer pings. (the whole brief: key i)

 client asks with number 1. Which number goes back?
 number _             a number from 0 to 4294967295
 type   Enter answer   Esc clear                                       [Enter]

 space pause  , back  +/- speed  tab panel  h hint  F7 words  ? help"""


def test_the_key_to_the_brief_is_told_in_one_piece(tmp_path: Path) -> None:
    """Where one page does not hold who you are, no page is the end of a bracket."""

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.session.to_question()
        await until(lambda: screen.bridge.session.question)
        await pilot.pause()
        seen: set[str] = set()
        for _ in range(4):
            seen |= {line.strip() for line in shown(screen.game).splitlines()}
            await pilot.press("m")
            await pilot.pause()
        assert any("(the whole brief: key i)" in line for line in seen)
        assert not any(line.removeprefix("i ").startswith(("i)", "key i)", "brief:")) for line in seen)

    playing(tmp_path, load("stamps/stamp-office"), steps)


def test_the_screen_as_a_person_sees_it(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert "\n".join(line.rstrip() for line in shown(screen.game).splitlines()) == GOLDEN

    playing(tmp_path, level_of(asks="type", sight="all"), steps)


@pytest.fixture
def gamble(monkeypatch: pytest.MonkeyPatch) -> Level:
    """The client's patience judged by value: pings answered within two seconds, a message costs a tenth of one."""

    def worth(evidence: Any, node: str) -> int:
        return 10 * len(evidence.machine(node).heard) - int(evidence.sent(node))

    patience = replace(echo.PATIENCE, value=worth, horizon=2_000_000)
    monkeypatch.setattr(echo, "PATIENCE", patience)
    level = level_of(CLIENT, asks="type")
    protocol = replace(level.scenario.protocols["echo"], choices=(echo.NUMBER, patience))
    return replace(level, scenario=replace(level.scenario, protocols={"echo": protocol}))


def test_what_comes_of_each_answer_is_computed_while_the_debrief_is_read(tmp_path: Path, gamble: Level) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        bridge, app = screen.bridge, screen.game
        session = bridge.session
        values = iter([200_000, 2_900_000])  # the second ping is the one that is lost
        while not session.over:
            if session.question is not None:
                session.answer(next(values, session.question.asked.book))
            session.to_question()
            await until(lambda: session.waiting)
        await pilot.press("enter")
        debrief = app.screen
        assert isinstance(debrief, DebriefScreen)
        await until(lambda: debrief.judging is not None and not debrief.judging.progress)
        assert debrief.judging is not None
        assert "1 costly" in debrief.judging.summary
        assert "costly, by" in debrief.judging.lines[0]
        assert not debrief.judging.beaten
        await pilot.press("pagedown")
        assert "1 costly" in shown(app) or "costly" in str(debrief.query_one("#judging").render())
        await pilot.press("pageup", "escape")
        assert app.screen is not debrief

    playing(tmp_path, gamble, steps)


def test_a_debrief_that_is_left_judges_no_more(tmp_path: Path) -> None:
    computed: list[int] = []

    def forever() -> Iterator[Judging | None]:
        while True:
            computed.append(1)
            yield Judging(("- one",), "answer 1 of 2, future 3 of 20")

    app = make(tmp_path, level_of())

    async def steps(pilot: Pilot[None]) -> None:
        app.show_debrief(make_debrief(level="test/echo", waiting_values=forever))
        await until(lambda: len(computed) > 5)
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, DebriefScreen)
        assert "future 3 of 20" in str(screen.query_one("#judging").render())
        await pilot.press("down", "escape")
        assert app.screen is not screen
        count = len(computed)
        await pilot.pause(0.1)
        assert len(computed) <= count + 1

    drive(app, steps)


def test_where_a_run_beat_the_book_on_the_same_seed(tmp_path: Path) -> None:
    level = level_of(CLIENT, asks="type")
    book, quick = World(level.scenario, player=Book()), World(level.scenario)
    book.run()
    while not quick.over and (quick.questions or quick.step()):
        if quick.questions:
            quick.answer(100_000)
    assert quick.now < book.now
    assert re.search(r"^You beat the book on this seed: .*time \S+ (ms|s) against ", beats(quick, book))
    assert beats(book, book) == ""
    assert next(ghost.beaten[:12] for ghost in ghosts(level.scenario, mine=quick) if ghost) == "You beat the"
    assert all(not ghost.beaten for ghost in ghosts(level.scenario) if ghost)


TO_BREAK = """
[level]
title = "Break it"
proof = { answers = [{ move = "network.lose", value = "Pong server -> client", at = "50ms" }] }
[nodes]
client = { runs = "echo.client", count = 4, patience = "200ms" }
server = { runs = "echo.server" }
[seats]
server = { persona = "counts on its own" }
network = { hand = { lose = 1 } }
[play]
sight = "all"
[goal]
win = ["broken: no answer is believed that was not asked for"]
limit = "3s"
"""


def test_where_nothing_was_done_or_set_leaving_asks_too_and_speaks_of_no_run(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert not screen.bridge.acted
        await pilot.press("escape")
        assert "you leave this level." in shown(screen.game)
        assert screen.game.screen is screen
        await pilot.press("escape")
        assert screen.game.screen is not screen

    playing(tmp_path, level_of(), steps)


def test_a_goals_mark_stands_with_its_first_word(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        for width in range(20, 120):
            for line in screen._header.goal_lines(width):
                words = "".join(text for text, _ in line).split()
                assert words[-1] not in ("◇", "✓", "?"), width

    playing(tmp_path, level_of(sight="all"), steps)


def test_a_law_that_is_to_be_broken_is_said_as_the_task_that_it_is(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert "◇ break this: no answer is believed" in shown(screen.game)
        screen.bridge.session.pause()
        screen.bridge.session.run_to(screen.bridge.session.scenario.limit)
        await pilot.pause()
        assert "time is up, and this still holds: no answer" in shown(screen.game)
        # The diagram shows the last messages, not the silence until the limit.
        assert "PONG" in "".join(line[84:] for line in shown(screen.game).splitlines())
        await pilot.press("enter")
        assert isinstance(screen.game.screen, DebriefScreen)
        assert screen.game.screen.debrief.reason.startswith("time is up, and this still holds: ")

    playing(tmp_path, from_text(TO_BREAK, "course/to-break.toml"), steps, (120, 40))


def test_the_answer_at_hand_is_a_dot_on_the_ruler() -> None:
    bridge = Bridge(level := level_of(CLIENT), session_of(level))
    world = bridge.session.world
    dots = []
    while len(world.answers) < 2:
        world.run(limit=1)
        while world.questions:
            bridge.refresh_doing()
            asked = world.questions[0].asked
            dots.append(general_delays(replace(bridge.scene(), question=world.questions[0])))
            world.answer(asked.book)
    assert dots == [[], [80_000]]
    bridge.close()


def test_whether_a_level_goes_alike_on_every_seed() -> None:
    *_, found = alike(level_of().scenario)
    assert found
    *_, found = alike(load("pipe/patience").scenario)
    assert not found
    *_, found = alike(load("premise/silence").scenario)  # other packets are lost
    assert not found
    *_, found = alike(load("swarm/bad-apple").scenario)  # no dice on the wire, but chance in the swarm
    assert not found


def test_a_brief_says_every_par_in_its_own_measure() -> None:
    level = load("ring/mind-the-gap")
    brief = Stage([CampaignWorld("ring", "The ring", "", (level,))]).brief(level.id)
    assert len(brief.pars) == len(level.scenario.par) == 2
    assert brief.pars[1].endswith("callers who hung up")


def test_the_policy_shown_plays_a_level_to_its_end(tmp_path: Path) -> None:
    level = level_of()
    cases = [("echo.number", case) for case in level.scenario.protocols["echo"].choices[0].cases]
    for handed_over in ([], cases):
        session = Session(level.scenario, handed_over=handed_over)
        bridge = Bridge(level, session)
        text = "\n".join(line for line, _ in policy_lines(bridge))
        assert all(len(line) <= 80 for line in text.splitlines())
        assert all(f"runs by itself: {case!r}" in text for _, case in handed_over)
        path = tmp_path / "mine.py"
        path.write_text(text + "\n", encoding="utf-8")
        with Script(path) as seat:
            world = World(level.scenario, player=seat)
            world.run()
        assert world.over
        assert world.answers
        bridge.close()


def test_u_hands_a_case_over_and_takes_it_back(tmp_path: Path) -> None:
    level = level_of()

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        while not session.offered:
            if session.question is None:
                session.step()
            else:
                session.answer(session.question.asked.book)
        await pilot.pause()
        assert "It may run by itself now: u" in shown(screen.app)
        await pilot.press("u")
        assert session.handed_over == (("echo.number", "a new ping"),)
        assert "runs by itself from now on (u takes it back)" in shown(screen.app)
        await pilot.press("u")
        assert session.handed_over == ()
        assert "yours again" in shown(screen.app)

    playing(tmp_path, level, steps, SIZES[-1])


def test_a_level_or_a_line_of_text_may_offer_nothing(tmp_path: Path) -> None:
    by_hand = from_text(ECHO.replace("SEAT", SERVER).replace("PLAY", "hand_over = false"), "test/echo.toml")
    for session in (session_of(by_hand), session_of(level_of(), by_hand=True)):
        while not session.over:
            if session.question is None:
                session.step()
            else:
                session.answer(session.question.asked.book)
        assert not session.offered
    assert session_of(level_of()).hand_over() is None


TURNS = from_text(
    """
[level]
title = "Cry"
summary = "Cry when you like."
[nodes]
"p0..p2" = { runs = "election_bully.process" }
[seats]
p1 = { player = ["election_bully.cry", "election_bully.alarm"] }
[goal]
win = ["at 2 s every living process obeys one king"]
limit = "3s"
[text]
brief = "Press {key:cry} to cry, {key:alarm} for the alarm."
hints = ["{key:cry}", "two", "three"]
debrief = "It was {key:cry}."
""",
    "test/cry.toml",
)


def with_key(level: Level, name: str, key: str) -> Level:
    """The level with this key declared for a move."""
    room = level.scenario.protocols["election_bully"]
    choices = tuple(replace(choice, key=key) if choice.name == name else choice for choice in room.choices)
    protocols = {"election_bully": replace(room, choices=choices)}
    return replace(level, scenario=replace(level.scenario, protocols=protocols))


def test_a_moves_own_key_is_its_own_and_texts_name_it() -> None:
    level = with_key(TURNS, "election_bully.cry", "i")
    assert {one.label: one.key for one in moves_of(level)} == {"alarm": "a", "cry": "i"}
    assert with_keys(level.texts.brief, level) == "Press i to cry, a for the alarm."
    assert with_keys(level.texts.brief, level, typed=True) == "Press cry to cry, alarm for the alarm."
    bar = {action.id: key for action, key, _ in Keymap().bar(Scope.PLAY, ["i"])}
    assert bar["play.brief"] == "F5"
    assert bar["play.hint"] == "h"


def test_every_command_while_playing_has_a_key_that_no_move_can_have() -> None:
    for action in in_scope(Scope.PLAY):
        assert any(len(key) > 1 or key in RESERVED_KEYS or key.isdigit() for key in action.keys), action.id


def test_a_move_takes_a_commands_letter_and_the_command_its_other_key(tmp_path: Path) -> None:
    level = with_key(TURNS, "election_bully.cry", "e")
    app = make(tmp_path, level)

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        session = screen.bridge.session
        while not session.offers():
            session.step()
        await pilot.press("e")
        assert [given.choice for given in session.world.answers if given.how == "move"] == ["election_bully.cry"]
        asked: list[str] = []
        app.show_script = lambda level, bridge=None: asked.append(level)  # type: ignore[method-assign]
        await pilot.press("f6")
        assert asked == [level.id]
        await pilot.press("h")
        await until(lambda: "Hint 1 of 3: e" in shown(app))  # it comes letter by letter

    drive(app, body, SIZES[-1])


def test_space_pauses_while_a_question_is_open_too_and_f9_always(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        assert session.question is not None
        session.resume()
        await pilot.press("space")
        assert session.paused
        await pilot.pause()
        assert "space go on" in shown(screen.app), "the bar says what the key does now"
        await pilot.press("space")
        assert not session.paused
        await pilot.pause()
        assert "space pause" in shown(screen.app)
        await pilot.press("1", "space")  # a text is being typed
        assert not session.paused
        await pilot.press("f9")
        assert session.paused

    playing(tmp_path, level_of(asks="type"), steps)


def test_the_plane_counts_what_the_level_does() -> None:
    level = load("ring/mind-the-gap")
    axes = axes_of(level.scenario)
    assert [axis.name for axis in axes] == ["pings", "callers lost"]
    assert [axis.name for axis in axes_of(load("ring/hearsay").scenario)] == ["hops", "time"]
    assert [axis.name for axis in axes_of(load("crown/two-kings").scenario)] == ["floor", "forked"]
    world = World(level.scenario, player=Book())
    world.run()
    assert point_of(world, axes) == tuple(world.measures().values())
    book = next(ghost for ghost in ghosts(level.scenario) if ghost is not None)
    assert (book.across, book.upward) == point_of(world, axes)


@pytest.mark.parametrize("stands", [True, False])
def test_where_nobody_asks_the_clock_may_stand_until_it_is_let_run(tmp_path: Path, stands: bool) -> None:
    level = load("pipe/nobody-asks-you")
    assert level.play.stands
    app = make(tmp_path, replace(level, play=replace(level.play, stands=stands)))

    async def body(pilot: Pilot[None]) -> None:
        session = play_screen(app).bridge.session
        assert session.paused == stands
        if stands:
            await pilot.pause()
            assert session.world.now == 0  # whoever begins has begun, and no more
            assert "Enter lets it run" in shown(app)
            await pilot.press("enter")
            assert not session.paused
        await until(lambda: session.world.now > 0)

    drive(app, body)
