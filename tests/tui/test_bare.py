"""The bare stage, and the network's hand at the screen: driven by keys and clicks on real sessions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.scenario import Hand
from core.kernel.seats import Idle
from levels.loader import from_text, load
from levels.proofs import play, prove
from levels.schema import Level
from tests.patience import until
from tests.tui.helpers import SIZES, drive, shown
from tests.tui.test_play import ECHO, SERVER, make, play_screen
from tui.app import Options
from tui.bridge import Bridge, Figure, reason_words, session_of
from tui.debriefing import beats
from tui.pictures import Grab
from tui.pictures.premise.arq_stage import draw_bare as draw_stage
from tui.screens import play_nudges
from tui.screens.play import PlayScreen
from tui.widgets.canvas import Canvas
from tui.widgets.view import CanvasView

TEXTS = """
[text]
task = "Send the number back."
line = "You are the server."
nudge = "Type it, then Enter."
lift = "Nobody knew."
ends = { "client has every answer, in order, once" = "It has all four.", "a ping is answered twice" = "It came twice." }
"""
ACT = """
[[act]]
title = "Another"
[act.text]
task = "Once more."
[act.goal]
win = ["client has every answer, in order, once"]
limit = "58s"
"""


def bare(play: str = "bare = true", more: str = "") -> Level:
    text = ECHO.replace("SEAT", SERVER).replace("PLAY", play).replace("[text]\n", TEXTS.lstrip())
    return from_text(text + more, "test/echo.toml")


def handed(level: Level, hand: Hand) -> Level:
    """The level with the player in the network's chair."""
    return replace(level, scenario=replace(level.scenario, player=(), hand=hand))


def on_stage(home: Path, level: Level, steps, size=(80, 24), options: Options | None = None) -> None:
    app = make(home, level, options)

    async def body(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await steps(pilot, play_screen(app))

    drive(app, body, size)


async def asked(pilot: Pilot[None], screen: PlayScreen) -> None:
    screen.bridge.session.to_question()
    await until(lambda: screen.bridge.session.waiting)
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
def test_a_bare_stage_has_picture_task_line_and_keys_and_nothing_else(tmp_path: Path, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.session.pause()
        await pilot.pause()
        rows = shown(pilot.app).splitlines()
        text = "\n".join(rows)
        assert rows[0].split() == ["THE", "TEST", "Anybody", "there?"]
        assert rows[size[1] - 7].strip() == "Send the number back."
        assert rows[size[1] - 6].strip() == "You are the server."
        for word in ("space-time", "commands", "messages", "until"):
            assert word not in text
        await asked(pilot, screen)
        assert "Which number goes back?" in shown(pilot.app)
        assert shown(pilot.app).splitlines()[-1].split()[:3] == ["↑", "↓", "choose"]

    on_stage(tmp_path, bare(), steps, size)


def test_the_nudge_comes_to_whoever_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play_nudges, "NUDGE_AFTER", 0.05)

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.session.pause()
        await until(lambda: "Type it, then Enter." in shown(pilot.app))

    on_stage(tmp_path, bare(), steps)


def test_a_film_is_shown_first_and_any_key_ends_it_and_the_level_stands_as_it_was(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert shown(pilot.app).splitlines()[-1].split() == ["any", "key", "my", "turn"]
        assert "Send the number back." not in shown(pilot.app)
        before = len(screen.bridge.session.world.answers)
        await pilot.press("1")
        await until(lambda: "my turn" not in shown(pilot.app))
        assert len(screen.bridge.session.world.answers) == before == 0
        assert screen.bridge.over is None

    on_stage(tmp_path, bare('bare = true\nfilm = "20ms"'), steps)


def test_another_key_makes_the_keys_blink_and_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play_nudges, "BLINK", 1000.0)  # no machine is too slow to look while it lasts

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.session.pause()
        for key in ("z", "tab", "b", "g", "comma", "full_stop", "e", "r"):
            count = screen.bridge.session.world.count
            await pilot.press(key)
            assert screen._bare.blinks, key
            assert screen.bridge.session.world.count == count
            screen._bare.blinks = False
        monkeypatch.setattr(play_nudges, "BLINK", 0.01)
        await pilot.press("z")
        await until(lambda: not screen._bare.blinks)
        await pilot.press("space")
        assert not screen._bare.blinks

    on_stage(tmp_path, bare(), steps)


async def play_all(pilot: Pilot[None], screen: PlayScreen, number: str = "") -> None:
    """Answer every ping with its own number, or always with this one, to the end."""
    for _ in range(40):
        await asked(pilot, screen)
        if screen.bridge.over is not None:
            return
        question = screen.bridge.session.question
        assert question is not None
        await pilot.press(*(number or str(question.payload[1].number)), "enter")


def test_whoever_wins_reads_how_it_ended_and_goes_on_to_the_next_act(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert "task" in shown(pilot.app).splitlines()[0]
        assert "● ○" in shown(pilot.app).splitlines()[0]
        await play_all(pilot, screen)
        text = shown(pilot.app)
        assert "It has all four." in text
        assert "Nobody knew." in text
        assert text.splitlines()[-1].split() == ["Enter", "go", "on"]
        await pilot.press("enter")
        await until(lambda: pilot.app.screen is not screen)
        again = play_screen(pilot.app)
        assert again.bridge.level.id == "test/echo#2"
        again.bridge.session.pause()
        await pilot.pause()
        assert "Once more." in shown(pilot.app)
        assert "● ●" in shown(pilot.app).splitlines()[0]

    on_stage(tmp_path, bare(more=ACT), steps)


def test_whoever_loses_begins_the_same_act_again(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await play_all(pilot, screen, "0")
        assert not screen.bridge.over.outcome.won
        assert shown(pilot.app).splitlines()[-1].split()[:3] == ["Enter", "again", "j"]
        assert "Nobody knew." not in shown(pilot.app)
        await pilot.press("enter")
        await until(lambda: pilot.app.screen is not screen)
        assert play_screen(pilot.app).bridge.level.id == "test/echo"

    on_stage(tmp_path, bare(more=ACT), steps)


def test_two_escapes_leave_it(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await asked(pilot, screen)
        await pilot.press("1", "enter")
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen

    on_stage(tmp_path, bare(), steps)


# The hand

HANDS = Hand(pockets=2, takes=3, copy=1, lose=1)


@pytest.mark.parametrize("play", ["", "bare = true"])
def test_the_world_stands_until_the_hand_has_done_something(tmp_path: Path, play: str) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        assert session.paused
        while not screen.bridge.holding.framed:
            session.step()
        await pilot.pause()
        assert ">" in shown(pilot.app)
        name = screen.bridge.holding.framed.name
        await pilot.press("enter")
        assert [given.choice for given in session.world.answers] == ["network.take"]
        assert session.world.answers[0].value == name
        assert not session.paused
        session.pause()
        await pilot.pause()
        assert screen.bridge.holding.pockets == (1, 2)
        assert screen.bridge.holding.framed.name.endswith("held")
        await pilot.press("enter")
        assert [given.choice for given in session.world.answers] == ["network.take", "network.let_go"]
        assert screen.bridge.holding.pockets == (0, 2)
        assert "held" not in screen.bridge.holding.framed.name, "the frame stays with what was let go of"

    on_stage(tmp_path, handed(bare(play), HANDS), steps)


def test_the_arrows_move_the_frame_round_over_what_is_under_way(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session, holding = screen.bridge.session, screen.bridge.holding
        while not holding.framed:
            session.step()
        await pilot.press("c")  # a copy follows: now there are two
        session.pause()
        await pilot.pause()
        grabs = holding.grabs(session.sight.clock())
        assert [grab.framed for grab in grabs] == [True, False]
        assert grabs[0].part > grabs[1].part
        for want in ([False, True], [True, False], [False, True]):
            await pilot.press("right")
            assert [grab.framed for grab in holding.grabs(session.sight.clock())] == want
        await pilot.press("left")
        assert [grab.framed for grab in holding.grabs(session.sight.clock())] == [True, False]
        await pilot.press("c")
        assert "Nothing more can be copied" in screen.bridge.passing.text
        await pilot.press("x")
        assert session.world.answers[-1].choice == "network.lose"
        assert len(holding.grabs(0)) == 1

    on_stage(tmp_path, handed(bare(""), HANDS), steps)


def test_an_enter_that_was_meant_for_what_lay_there_before_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the frame was moved, or a second has passed."""
    monkeypatch.setattr(play_nudges, "READ_AFTER", 1e9)

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        while not screen.bridge.holding.framed:
            session.step()
        await pilot.press("enter")
        assert not session.world.answers
        assert "The frame is on PING" in screen.bridge.words[-1].text
        await pilot.press("right", "enter")
        assert session.world.answers[-1].choice == "network.take"

    on_stage(tmp_path, handed(bare(""), HANDS), steps)


def test_a_second_after_it_is_there_a_screen_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play_nudges, "READ_AFTER", 1.0)
    moments = iter((0.0, 0.0, 0.9, 1.1))
    monkeypatch.setattr(play_nudges, "monotonic", lambda: next(moments))

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        while not screen.bridge.holding.framed:
            session.step()
        await pilot.press("enter")
        assert not session.world.answers
        await pilot.press("enter")
        assert session.world.answers[-1].choice == "network.take"

    on_stage(tmp_path, handed(bare(""), HANDS), steps)


def test_full_pockets_are_said_so_and_a_click_is_as_good_as_a_key(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session, holding = screen.bridge.session, screen.bridge.holding
        picture = screen.query_one("#picture", CanvasView)

        async def click(framed: bool) -> None:
            hot = next(one for one in picture.canvas.hots if getattr(one.target, "framed", None) is framed)
            await pilot.click("#picture", offset=(picture.gutter.left + hot.x, hot.y))
            await pilot.pause()

        await pilot.press("enter")  # it hangs below the wire
        session.pause()
        await pilot.press("c")  # and a copy of it flies
        session.pause()
        await pilot.pause()
        assert [grab.held for grab in holding.grabs(0)] == [True, False]
        assert holding.pockets == (1, 1)
        await click(framed=False)
        assert not holding.framed.name.endswith("held")
        await click(framed=True)
        assert "pockets are full" in screen.bridge.passing.text
        assert holding.pockets == (1, 1)

    on_stage(tmp_path, handed(bare(""), replace(HANDS, pockets=1)), steps)


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_the_hand_is_seen_with_its_pockets_and_fuses(tmp_path: Path, size: tuple[int, int], ascii_only: bool) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session, holding = screen.bridge.session, screen.bridge.holding
        while not holding.framed:
            session.step()
        screen._something_changed()
        await pilot.pause()
        text = shown(pilot.app)
        assert "* " in text
        assert "200 ms" in text
        assert "0 of 2 full" in text
        assert not ascii_only or text.isascii()

    on_stage(tmp_path, handed(bare(""), HANDS), steps, size, Options(ascii=ascii_only))


def test_a_setting_stands_below_what_is_to_be_done(tmp_path: Path) -> None:
    """Where nobody asks, the task, the setting and the keys of the moves are there at once."""

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await until(lambda: screen.bridge.session.waiting)
        await pilot.pause()
        text = shown(pilot.app)
        assert "Bring it to F, for 19 coins; an O is a pit." in text
        assert "How many bits" in text
        for key in ("bits", "so be it, and go", "next"):
            assert key in text.splitlines()[-1]
        await pilot.press("right", "enter")
        assert screen.bridge.session.kept["earth", "arq.bits"] == 1
        await pilot.press("n")
        assert screen.bridge.session.world.answers[-1].choice == "arq.next"

    on_stage(tmp_path, load("premise/did-you-get-it#2"), steps)


@pytest.mark.parametrize("level", ["sockets/coat-check", "pipe/say-it-thrice"])
def test_where_the_clock_stands_at_first_giving_the_setting_lets_it_run(tmp_path: Path, level: str) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert screen.bridge.session.paused
        assert "so be it, and go" in shown(pilot.app).splitlines()[-1]
        await pilot.press("enter")
        assert not screen.bridge.session.paused

    on_stage(tmp_path, load(level), steps)


def test_one_escape_too_many_does_not_end_a_play_of_settings(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("enter", "escape")
        assert pilot.app.screen is screen
        await until(lambda: "Once more, and you leave this level" in shown(pilot.app))
        await pilot.press("x")
        await until(lambda: "Once more" not in shown(pilot.app))  # it is not so any more
        await pilot.press("escape", "escape")
        assert pilot.app.screen is not screen

    on_stage(tmp_path, load("sockets/coat-check"), steps)


def test_in_a_later_task_one_escape_does_not_throw_the_earlier_ones_away(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("escape")
        assert pilot.app.screen is screen
        assert "Once more, and you leave this level" in shown(pilot.app)

    on_stage(tmp_path, load("premise/did-you-get-it#2"), steps)


def test_the_arrows_move_the_frame_to_the_side_that_they_point_to(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        def column() -> int:
            hots = screen.query_one("#picture", CanvasView).canvas.hots
            return next(hot.x for hot in hots if isinstance(hot.target, Grab) and hot.target.framed)

        screen.bridge.session.run_to(900_000)
        screen.bridge.session.pause()
        await pilot.pause()
        await until(lambda: len(screen.bridge.holding.grabs(900_000)) > 2)
        columns = [column()]
        for key in ("left", "left", "right"):
            await pilot.press(key)
            await pilot.pause()
            columns.append(column())
        assert columns[0] > columns[1] > columns[2]
        assert columns[3] == columns[1]

    on_stage(tmp_path, load("premise/show-and-tell"), steps)


def test_the_end_says_which_of_its_figures_is_par() -> None:
    assert Figure("sent", 7, 5).spelt == "sent 7 (par 5)"
    assert Figure("time", 1_500_000, 900_000, "µs").spelt == "time 1.5 s (par 900 ms)"
    assert Figure("size", 20_000, 10_000, "B").spelt == "size 20 KB (par 10 KB)"
    assert Figure("sent", 7, None).spelt == "sent 7"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("in the second row, too: time is up: a is b", "row 2 was not spared: this never came there: a is b"),
        ("in the second row, too: broken: never: a is b", "row 2 was not spared: there a is b"),
        ("in the second row, later, too: broken: a is b", "row 2 was not spared: later, too, broken: a is b"),
    ],
)
def test_a_second_row_that_was_hit_is_said_as_the_screen_calls_it(reason: str, words: str) -> None:
    assert reason_words(reason) == words


def test_where_the_clock_stands_for_a_move_space_is_to_wait(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        def line() -> str:
            return " ".join(shown(pilot.app).splitlines()[-1].split())

        await pilot.press("n")
        screen.bridge.session.run_to(3_000_000)
        await until(lambda: screen.bridge.session.paused)
        await until(lambda: "space wait on" in line())
        await pilot.press("space")
        await until(lambda: "space stop the clock" in line())
        await pilot.press("space")
        await until(lambda: "space go on" in line())

    on_stage(tmp_path, load("premise/did-you-get-it"), steps)


def test_the_keys_of_an_alarm_say_which_of_them_goes_far(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        def keys() -> str:
            return " ".join(shown(pilot.app).splitlines()[-1].split())

        await until(lambda: screen.bridge.doing is not None)
        await until(lambda: "← → A by 50 ms ↑ ↓ 500 ms" in keys())
        assert "Enter so be it, and go" in keys(), "the clock stands until a key lets it run"
        await pilot.press("enter")
        await until(lambda: "stop the clock" in keys())

    on_stage(tmp_path, load("pipe/patience"), steps)


def test_a_field_that_was_lit_is_lit_still_when_the_clock_stops_at_a_mishap(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        await pilot.press("right", "space")
        assert screen.bridge.doing.control.draft == ("spt", "dpt")
        assert "spt: port it comes from, 1 ns" in shown(pilot.app), "the field at hand is told in words"
        session.to_question()
        await until(lambda: session.question is not None)
        await pilot.pause()
        assert screen.bridge.doing.question is not None
        assert screen.bridge.doing.control.draft == ("spt", "dpt")
        await pilot.press("f9")
        await until(lambda: "when you have answered" in shown(pilot.app))
        await pilot.press("enter")
        await until(lambda: session.question is None)
        await pilot.pause()
        assert "when you have answered" not in shown(pilot.app), "that is so no more"

    on_stage(tmp_path, load("sockets/coat-check"), steps)


def test_what_may_be_pointed_at_is_what_is_there_now_and_the_picture_carries_it(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session, bridge = screen.bridge.session, screen.bridge
        await pilot.press("up")
        assert session.kept["alice", "tcp.dup_threshold"] == 4, "the line holds with every push"
        assert "line" in shown(pilot.app).splitlines()[-1]
        assert "threshold" not in shown(pilot.app)
        await pilot.press("a")
        assert bridge.doing.control.options == (1, 2, 3, 4)
        assert "[1]" in shown(pilot.app) or ">1<" in shown(pilot.app)
        session.pause()
        session.run_to(200_000)
        screen.frames.tick()
        await pilot.pause()
        first = bridge.doing.control.options[0]
        assert first > 1
        assert bridge.doing.control.draft == first, "it is on a tile that is under way"
        assert f">{first}<" in shown(pilot.app)
        await pilot.press("right", "enter")
        assert session.world.answers[-1].value == first + 1

    on_stage(tmp_path, load("pipe/say-it-thrice"), steps)


HANDS_ON_A_WIRE = ["wire/the-the-quick", "pipe/two-is-not-enough", "crown/make-two-kings", "ring/two-truths"]


@pytest.mark.parametrize("level", HANDS_ON_A_WIRE)
def test_what_the_hand_does_is_said_whole_on_a_small_screen(tmp_path: Path, level: str) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        words = " ".join(shown(pilot.app).split())
        assert "The world stands until you touch something: arrows choose a packet, Enter takes it," in words
        assert "space lets it run." in words
        await pilot.press("enter", "space")
        words = " ".join(shown(pilot.app).split())
        assert "Paused. space on" in words, "Enter takes and lets go, whether the clock stands or not"
        assert "t take" in words

    on_stage(tmp_path, load(level), steps)


def test_of_worlds_below_each_other_the_first_has_its_room_s_picture_while_it_is_played(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("enter", "space")
        for _ in range(4):
            screen.bridge.session.run_to(screen.bridge.session.world.now + 400_000)
            await pilot.pause()
            assert "server reads" not in shown(pilot.app), "the picture of any room"

    on_stage(tmp_path, load("pipe/two-is-not-enough"), steps)


def test_at_the_end_of_a_hand_its_picture_is_whole_and_the_blow_is_not_told(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        session.pause()
        session.run_to(session.scenario.limit)
        await until(lambda: screen.bridge.over is not None)
        await pilot.pause()
        words = shown(pilot.app)
        assert "LOST  time is up, and this is not so: 3 ghosts sit at server" in words
        assert "ann has left" in words
        assert "server reads" not in words, "the picture of any room"
        assert screen.bridge.level.texts.lift not in words

    on_stage(tmp_path, load("pipe/two-is-not-enough"), steps)


def test_the_key_bar_gives_the_clock_another_key_while_the_control_has_space(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert "space go on" in shown(pilot.app).splitlines()[-1]
        await pilot.press("enter")  # the clock stands until a key lets it run
        await until(lambda: screen.bridge.doing is not None)
        await pilot.pause()
        assert "F9 pause" in shown(pilot.app).splitlines()[-1]

    on_stage(tmp_path, load("swarm/last-copy"), steps)


def test_the_hand_has_no_book_to_beat() -> None:
    level = load("premise/wrong-turn")
    won = prove(level)
    assert won.outcome.won
    assert beats(won, play(level.scenario, Idle())) == ""


def test_the_hands_arm_does_not_touch_what_is_said_of_the_far_end() -> None:
    level = load("premise/wrong-turn")
    bridge = Bridge(level, session_of(level, paused=True))
    met = 0
    for _ in range(60):
        canvas = Canvas(80, 24, world=level.world)
        draw_stage(canvas, bridge.scene())
        start = canvas.text(1).find("arrived")
        if start >= 0:
            below = [canvas.chars[2][x] for x in range(start - 1, start + 11)]
            beside = [canvas.chars[1][start - 1], canvas.chars[1][start + len("arrived 0")]]
            assert "▀" not in [*below, *beside], canvas.text(2)
            hand = [hot.x + hot.width // 2 for hot in canvas.hots if isinstance(hot.target, Grab) and hot.target.framed]
            met += any(start <= middle <= start + 9 for middle in hand)
        if not bridge.session.step():
            break
    assert met, "the hand is never there"


@pytest.mark.parametrize("size", SIZES)
def test_long_words_are_wrapped_and_nothing_of_them_is_cut(tmp_path: Path, size: tuple[int, int]) -> None:
    words = "You sent what nobody had asked for, and whoever waits for an answer takes it for his own. " * 2

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.bridge.session.pause()
        screen.bridge.say("!!", words.strip())
        await pilot.pause()
        said = " ".join(shown(pilot.app).split())
        assert words.strip() in said

    on_stage(tmp_path, bare(), steps, size)


def test_a_setting_that_holds_at_once_needs_no_enter_and_enter_makes_the_first_move(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session = screen.bridge.session
        session.pause()
        session.run_to(100_000)
        await pilot.pause()
        kept = lambda: session.kept["client", "echo.patience"]  # noqa: E731 - what stands there now
        assert kept() == 500_000
        await pilot.press("left")
        assert kept() == 490_000
        await pilot.press("down", "down")
        assert kept() == 390_000
        await pilot.press("up", "right")
        assert kept() == 450_000
        sent = sum(1 for entry in session.sight.entries() if entry.kind == "send")
        await pilot.press("enter")
        assert [given.choice for given in session.world.answers][-1] == "echo.again"
        assert sum(1 for entry in session.sight.entries() if entry.kind == "send") == sent + 1
        session.run_to(session.world.now + 5_000)
        await pilot.press("left", "right")
        keys = shown(pilot.app).splitlines()[-1]
        assert "Enter  ask again" in keys
        assert "b  bet" in keys
        assert "l  lost" in keys
        assert keys.count("again") == 1
        await pilot.press(*"200", "enter")
        assert kept() == 200_000
        x, y = next((x, y) for y, row in enumerate(shown(pilot.app).splitlines()) for x in [row.find("┴")] if x >= 0)
        await pilot.click(offset=(x + 10, y))
        assert kept() == 100_000

    on_stage(tmp_path, load("premise/silence"), steps)
