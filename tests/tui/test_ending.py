"""The ending is the lesson: the last winnable moment, both ways from there, and the key that goes there."""

import io
import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel.seats import Idle, PersonaSeat, Seat
from core.record.run import result_of
from levels.loader import load
from levels.proofs import personas_of, play, with_par_figures
from levels.schema import Level
from tests.patience import until
from tests.tui.helpers import drive, make_debrief, shown
from tests.tui.snapshots import same
from tests.tui.test_play import answer, level_of, make, play_screen, playing
from tui import plain, plain_lines
from tui.bridge import Bridge, session_of
from tui.cli import main
from tui.costs import LOST_ALREADY, THE_LEVEL
from tui.debriefing import debrief_of
from tui.ending import A_WAY, LAST, LATEST, NOT_IN_TIME, STILL_THERE, apart, is_turned, luck_words, turns
from tui.look.fork import ROWS, Side, draw, fork_of
from tui.look.palette import Ink
from tui.look.plane import Point, draw_plane
from tui.look.ribbon import Mark, Moment
from tui.screens import play as played
from tui.screens.debrief import DebriefScreen
from tui.screens.debrief_ending import EndingPainting
from tui.screens.play import PlayScreen
from tui.widgets.canvas import Canvas
from tui.widgets.view import CanvasView


def at_its_end(level: Level, seat: Seat) -> Bridge:
    """A play of this level as somebody else plays it."""
    run = play(with_par_figures(level), seat)
    session = session_of(level, answers=run.answers, paused=True)
    bridge = Bridge(level, session, {})
    while not session.over and session.step():
        pass
    assert session.over
    return bridge


MOMENTS = [Moment(Mark.GOT, "7", Ink.NODE0), Moment(Mark.SENT, "7", Ink.YOU)]
ALARM, EARLY = Moment(Mark.DECIDED, "alarm 10 s", Ink.YOU), Moment(Mark.DECIDED, "alarm 1.1 s", Ink.YOU)
CROWN, KNEEL = Moment(Mark.SENT, "crown", Ink.YOU), Moment(Mark.SENT, "kneel", Ink.YOU)
FORK = fork_of("18.04 s", MOMENTS, [MOMENTS[0], ALARM, CROWN], [MOMENTS[0], EARLY, KNEEL], "the book", (False, True))


def test_what_is_the_same_after_the_moment_belongs_to_both() -> None:
    assert FORK.both == (*MOMENTS, MOMENTS[0])
    assert FORK.yours.moments == (ALARM, CROWN)
    assert FORK.other.moments == (EARLY, KNEEL)
    assert FORK.yours.said == "■ alarm 10 s"


def test_who_did_nothing_more_has_a_line_all_the_same() -> None:
    fork = fork_of("1 s", [], [], [KNEEL], "the book", (False, True))
    assert fork.yours.said == "nothing more"
    canvas = Canvas(76, ROWS)
    draw(canvas, 0, fork)
    assert "nothing more" in str(canvas)


FORK_80 = """\
 YOU                       ⢀⠶ ■alarm 10 s ⠶⠶⠶⠶⠶⠶⠶⠶▸crown⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠆ ✗
                 18.04 s ⢀⠔⠁ ■ alarm 10 s
 both    ⠶⠶◂7⠶⠶▸7⠶⠶◂7⠶⠶◆⢐⠁
                         ⠑⢄
 THE BOOK                  ⠑⠶ ■alarm 1.1 s ⠶⠶⠶⠶⠶⠶⠶⠶▸kneel⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶⠆ ✓
                             ■ alarm 1.1 s"""


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [60, 76, 116, 156])
def test_the_fork_as_a_picture(width: int, ascii_only: bool) -> None:
    canvas = Canvas(width, ROWS, ascii_only=ascii_only)
    draw(canvas, 0, FORK)
    canvas.flush()
    picture = str(canvas)
    assert picture.isascii() or not ascii_only
    for words in ("alarm 10 s", "alarm 1.1 s", "crown", "kneel", "18.04 s", "YOU", "THE BOOK", "both"):
        assert words in picture
    if (width, ascii_only) == (76, False):
        assert picture == FORK_80


def test_the_debrief_shows_the_moment_both_ways_from_it_and_j_goes_there(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await answer(pilot, screen, "9", "enter")
        await until(lambda: screen.ending is not None)
        await pilot.press("enter")
        debrief = screen.game.screen
        assert isinstance(debrief, DebriefScreen)
        await until(lambda: debrief.turn is not None and debrief.turn.event >= 0)
        await until(lambda: "the level" in shown(screen.game))
        text = shown(screen.game)
        assert LAST in text
        assert "YOU" in text
        assert "THE BOOK" in text
        assert "▸PONG number 9" in text
        assert "▸PONG number 1" in text
        assert "Nobody asked 9" in text
        await pilot.press("j")
        jumped = play_screen(screen.game)
        question = jumped.bridge.reading.question
        assert question is not None
        assert question.asked.number == 1
        await pilot.press("1", "enter")
        assert jumped.bridge.session.rewinds == 1
        assert len(jumped.bridge.session.branches) == 2

    playing(tmp_path, level_of(asks="type", sight="all"), steps)


def test_the_moment_is_neither_the_first_nor_the_last_mistake_by_default() -> None:
    """Echo: who counts on its own is wrong from early on; the client believes it only later."""
    level = load("wire/bring-me-the-ack")
    bridge = at_its_end(level, PersonaSeat(personas_of(level)[0]))
    *_, turn = turns(bridge, lambda: False)
    assert turn.head == LAST
    events = [verdict.event for verdict in bridge.session.world.verdicts if verdict.kind.value != "book"]
    assert turn.event >= 0
    assert turn.event < max(events)
    assert turn.fork is not None
    assert turn.fork.other.won
    assert not turn.fork.yours.won


def test_who_has_no_time_is_told_so() -> None:
    level = load("crown/two-kings")
    bridge = at_its_end(level, PersonaSeat(personas_of(level)[0]))
    *_, turn = turns(bridge, lambda: True)
    assert turn.head == NOT_IN_TIME
    assert turn.event == -1
    seen: list[int] = []

    def soon() -> bool:
        seen.append(1)
        return len(seen) > 12

    *_, later = turns(bridge, soon)
    assert later.head in (LATEST, NOT_IN_TIME)
    *_, whole = turns(bridge, lambda: False)
    assert whole.head == LAST


def test_a_hand_has_no_book_but_the_way_that_is_known() -> None:
    bridge = at_its_end(load("premise/wrong-turn"), Idle())
    *_, turn = turns(bridge, lambda: False)
    assert turn.head == LAST
    assert turn.fork is not None
    assert turn.fork.other == Side(A_WAY, (), STILL_THERE, True)  # what does it is for the player to find
    assert "take" not in str(turn.fork)
    assert is_turned(bridge, 0)


def test_long_words_that_begin_alike_are_told_from_where_they_differ() -> None:
    one, other = apart("place: datagram 7 of 10.0.1.2, first byte 35", "place: datagram 7 of 10.0.1.2, first byte 280")
    assert (one, other) == ("place: .. byte 35", "place: .. byte 280")
    assert apart("ack: 2001", "ack: 1001") == ("ack: 2001", "ack: 1001")
    assert apart("the same and long enough to be cut", "the same and long enough to be cut")[0].startswith("the same")


def test_the_mistake_after_which_nobody_won_any_more_cost_the_level() -> None:
    """Is it alive?: the book alone loses in any case, but there is a way to win, until one leaves."""
    level = load("swarm/is-it-alive")
    bridge = at_its_end(level, PersonaSeat(next(one for one in personas_of(level) if one.name == "free-rider")))
    *_, turn = turns(bridge, lambda: False)
    assert turn.decides
    assert turn.place == 0
    assert turn.fork is not None
    assert turn.fork.other.name == "A WAY TO WIN"
    screen = DebriefScreen(make_debrief())
    screen.turn = turn
    assert screen._with_decisive((LOST_ALREADY, "cost nothing")) == (THE_LEVEL, "cost nothing")


def test_nothing_was_lost_where_the_stars_are_there() -> None:
    bridge = at_its_end(load("premise/wrong-turn"), Idle())
    assert is_turned(bridge, 1)
    assert not is_turned(bridge, 2)


def test_after_the_end_keys_are_deaf_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(played, "monotonic", lambda: now[0])
    monkeypatch.setattr(played, "DEAF", 0.4)

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await answer(pilot, screen, "9", "enter")
        await until(lambda: screen.ending is not None)
        assert " LOST " in shown(screen.game)
        for key in ("enter", "r", "escape", "comma"):
            await pilot.press(key)
            assert screen.game.screen is screen
            assert screen.bridge.over is not None
        now[0] += 0.39
        await pilot.press("enter")
        assert screen.game.screen is screen
        now[0] += 0.02
        await pilot.press("enter")
        assert isinstance(screen.game.screen, DebriefScreen)

    playing(tmp_path, level_of(asks="type", sight="all"), steps)


def test_a_near_miss_offers_the_next_try(tmp_path: Path) -> None:
    app = make(tmp_path, level_of())

    async def steps(pilot: Pilot[None]) -> None:
        app.show_debrief(make_debrief(level="test/echo", won=False, stars=0, near="58 KB short"))
        await pilot.pause()
        assert "58 KB short: again? [r]" in shown(app)
        await pilot.press("r")
        assert isinstance(app.screen, PlayScreen)

    drive(app, steps)


def test_a_lucky_win_is_told(tmp_path: Path) -> None:
    app = make(tmp_path, level_of())

    async def steps(pilot: Pilot[None]) -> None:
        app.show_debrief(make_debrief(level="test/echo", waiting_luck=lambda: iter(["", "Won by luck: 3 of 20."])))
        await pilot.pause()
        await until(lambda: "Won by luck: 3 of 20." in str(app.screen.query_one("#ending", CanvasView).canvas))
        assert "Won by luck: 3 of 20." in shown(app)

    drive(app, steps)


def test_luck_in_words_stands_beside_ones_own_run() -> None:
    level = load("swarm/quid-pro-quo")
    seats = next(one for one in personas_of(level) if one.name == "seats all")
    words = [words for words in luck_words(at_its_end(level, PersonaSeat(seats))) if words]
    assert len(words) == 1
    assert "with other dice, 6 of 20 runs are won" in words[0]
    assert "On the mean: " in words[0]
    assert "yours: time 99.486 s" in words[0]


def test_plain_play_tells_the_moment_and_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    monkeypatch.setattr(plain_lines, "SECONDS", 3600.0)
    said: list[str] = []
    assert plain.play(level_of(asks="type"), lines=io.StringIO("1\n9\n9\n"), out=said.append) == 1
    text = "\n".join(said)
    assert "The last moment you could win: " in text
    assert "  you: number: 9" in text
    assert "  the book: number: 2; then sent PONG" in text
    assert "... won" in text


def test_a_run_without_a_screen_says_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "crown/two-kings", "--player", "persona:never suspects", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["last_winnable"]
    assert (found["event"], found["by"]) == (190, "book")
    assert main(["run", "premise/echo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["last_winnable"] is None


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_end_of_a_play_says_its_keys_whatever_else_it_says(tmp_path: Path, size: tuple[int, int]) -> None:
    """A long reason, a long verdict, the lift, stars and file: the keys are there all the same, j among them."""
    level = load("pipe/next-byte-please")
    acks = next(one for one in personas_of(level) if one.name == "acks the highest")

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        session, seat = screen.bridge.session, PersonaSeat(acks)
        while not session.over:
            question = session.question
            if question is None:
                session.step()
            else:
                session.answer(seat.answer(question.asked), question)
        await until(lambda: screen.ending is not None)
        await pilot.pause()
        text = shown(screen.game)
        assert "Enter  what there is to learn" in text
        assert "j  the last moment" in text
        assert "No star this time." in text
        await pilot.press("j")
        await until(lambda: screen.bridge.over is None)
        assert session.world.now == 40_000
        assert screen.bridge.reading.question is not None

    playing(tmp_path, level, steps, size)


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("size", [(80, 22), (120, 30), (160, 30)])
def test_the_ending_has_one_big_number_and_where_there_is_room_bars_and_plane(
    size: tuple[int, int], ascii_only: bool
) -> None:
    level = load("crown/two-kings")
    bridge = at_its_end(level, PersonaSeat(personas_of(level)[0]))
    debrief = debrief_of(bridge, "Crown", result_of(bridge.session.world), "")
    assert debrief.hero[0].replace(".", "").isdigit()
    assert debrief.waiting_turn is not None
    painting = EndingPainting(debrief, "r", "j", ascii_only=ascii_only)
    *_, painting.turn = debrief.waiting_turn(lambda: False)
    painting.points = [Point("you", 60, 10, "●", Ink.YOU), Point("book", 40, 40, "◇", Ink.BOOK)]
    canvas = Canvas(*size, ascii_only=ascii_only)
    painting.draw(canvas)
    canvas.flush()
    picture = str(canvas)
    assert picture.isascii() or not ascii_only
    assert "s until it was lost" in picture
    assert ("5.8" in picture) == ascii_only, "in digits three rows high, but for where there are none"
    assert "j  go to 2.059 s and play on" in picture
    assert "what it cost" in picture
    roomy = size[0] >= 110
    assert painting.has_plane(size[0]) == roomy
    for words in ("forked", "floor"):
        assert any(line.rstrip().endswith(words) for line in picture.splitlines()) == roomy
    same(f"ending-two-kings-{size[0]}{'-ascii' if ascii_only else ''}", picture)


def test_names_on_the_plane_of_results_lie_on_nothing() -> None:
    points = [Point(f"name {place}", 10, 10, "×", Ink.QUIET) for place in range(6)]
    canvas = Canvas(36, 11)
    draw_plane(canvas, 0, 0, (36, 11), points, (3, 3), ("messages", "time"))
    text = str(canvas)
    assert [text.count(f"name {place}") for place in range(6)] == [1] * 6
    assert "par" in text


def test_of_a_level_that_goes_alike_on_every_seed_no_other_seed_is_asked_for(tmp_path: Path) -> None:
    app = make(tmp_path, level_of())
    words: list[str] = []

    async def steps(pilot: Pilot[None]) -> None:
        for alike in (True, False):
            app.show_debrief(
                make_debrief(
                    level="test/echo", won=True, stars=2, waiting_alike=lambda alike=alike: iter([None, alike])
                )
            )
            await pilot.pause()
            await until(lambda: not app.screen.workers._workers or "s once more" in shown(app))
            words.append(shown(app))

    drive(app, steps, (120, 40))
    assert "the same once more (key s), with no hint and no step back." in words[0]
    assert "s once more" in words[0]
    assert "seed that you have not played" in words[1]
    assert "s new seed" in words[1]
