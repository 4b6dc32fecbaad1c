"""What people stumbled over at the screen who won the redone levels by keys alone stays mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.kernel import trace as kinds
from core.protocols.peers.bittorrent.picking import WISH
from levels.loader import every_act_of, load
from tests.tui.test_carried import at_question, rows_of
from tui.bridge import Bridge, session_of
from tui.bridge.history import act_words
from tui.look.ribbon import Mark
from tui.pictures import packet_name
from tui.pictures.general import picture_of
from tui.row_lines import row_lines
from tui.screens.play import PlayScreen
from tui.screens.play_painting import hand_view
from tui.widgets.canvas import Canvas

HANDS = [
    "wire/the-the-quick", "wire/shuffle", "sockets/hello-hello", "pipe/two-is-not-enough", "crown/make-two-kings",
    "ring/two-truths", "clocks/the-long-way-round",
]  # fmt: skip
"""The levels of the network's hand."""


def on_screen(
    home: Path, name: str, before: int, steps: Callable[[Pilot[Any], PlayScreen], Awaitable[None]], seats: str = ""
) -> None:
    app, screen = at_question(home, name, before)

    async def body(pilot: Pilot[Any]) -> None:
        await app.push_screen(screen)
        await pilot.pause()
        await steps(pilot, screen)

    from tests.tui.helpers import drive

    drive(app, body)


def me_in(bridge: Bridge) -> Any:
    """The player's own machine."""
    return bridge.session.world.nodes["you"].machine


def the_book(name: str, until: Callable[[Any], bool], **settings: Any) -> Bridge:
    """The level, played by the book, with these settings, until this holds of the player's own machine."""
    level = load(name)
    bridge = Bridge(level, session_of(level, paused=True))
    session = bridge.session
    while me_in(bridge) is None or not until(me_in(bridge)):
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            assert session.step()
            for choice, value in settings.items():
                if me_in(bridge) is not None and session.kept.get(("you", f"bittorrent.{choice}")) != value:
                    session.keep(f"bittorrent.{choice}", value)
    return bridge


# Whose packet is it, and what was done to which?


@pytest.mark.parametrize("name", HANDS)
def test_of_the_packet_in_the_frame_it_is_said_what_it_is_and_whose(name: str) -> None:
    level = load(name)
    bridge = Bridge(level, session_of(level))
    holding = bridge.holding
    assert holding is not None
    for _ in range(3):
        framed = holding.framed
        assert framed is not None
        said = str(hand_view(holding, bridge.scene().now)["frame"])
        assert said.endswith(f" from {framed.source} to {framed.destination}")
        assert packet_name(level.scenario, framed.message) in said
        assert holding.walk(1)


def test_the_line_of_events_says_a_push_of_a_clock_as_a_person_does() -> None:
    level = load("clocks/stale-build")
    session = session_of(level)
    session.move("network.push_clock", ("ana", -200_000))
    done = next(entry for entry in session.world.trace if entry.kind == kinds.MOVE)
    assert act_words(done, None) == "push clock ana -200 ms"


@pytest.mark.parametrize("name", HANDS)
def test_the_line_of_events_names_a_packet_as_its_tile_does(name: str) -> None:
    """No name of a class, and no quotation that is broken off at a blank."""
    level = load(name)
    bridge = Bridge(level, session_of(level))
    holding = bridge.holding
    assert holding is not None
    framed = holding.framed
    assert framed is not None
    assert not holding.act("take")
    done = next(entry for entry in bridge.session.world.trace if entry.kind == kinds.MOVE and entry.cause >= 0)
    words = packet_name(level.scenario, framed.message)
    said = act_words(done, bridge.session.world.trace[done.cause], partial(packet_name, level.scenario))
    assert said.startswith("take ")
    assert words.startswith(said.removeprefix("take "))
    assert type(framed.message).__name__ not in said.split() or type(framed.message).__name__ in words.split()
    moments = bridge.reading.history(bridge.scene(), [])
    assert said in [moment.word for moment in moments if moment.mark is Mark.DECIDED]
    for _ in range(12):
        bridge.session.step()
    for moment in bridge.reading.history(bridge.scene(), []):
        assert moment.word.count('"') % 2 == 0, moment.word


def test_a_piece_of_a_letter_is_called_by_what_it_says_and_not_by_its_header() -> None:
    level = load("wire/shuffle")
    bridge = Bridge(level, session_of(level))
    holding = bridge.holding
    assert holding is not None
    assert hand_view(holding, 0)["frame"] == "BELL: from gate to ben"
    assert not holding.grasp()
    while not (came := [one.word for one in bridge.reading.history(bridge.scene(), []) if one.word.startswith("ben")]):
        bridge.session.step()
    assert came == ["ben RUN."]
    words = [one.word for one in bridge.reading.history(bridge.scene(), [])]
    assert "take BELL:" in words
    assert "fragment" not in " ".join(words)
    assert "   Frame gate -> ben: QUIET:" in row_lines(bridge.rows())


def test_what_an_o_on_the_map_is_stands_below_it() -> None:
    for level in every_act_of(load("premise/did-you-get-it")):
        assert "O is a pit" in level.texts.task


def test_what_an_ok_of_the_second_row_counts_from_stands_in_the_brief() -> None:
    first, second = every_act_of(load("wire/the-the-quick"))[:2]
    for level in (first, second):
        assert "15" in level.texts.brief


# A setting beside a question


def test_another_setting_can_be_changed_while_the_world_stands_for_a_question(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any], screen: PlayScreen) -> None:
        bridge = screen.bridge
        question = bridge.session.question
        assert question is not None
        assert question.asked.choice.name == "bittorrent.sources"
        await pilot.press("right", "space")  # one name less
        begun = bridge.doing.control.draft
        await pilot.press("v")
        await pilot.pause()
        assert bridge.doing.asked.choice.name == "bittorrent.evidence"
        await pilot.press("1", "enter")
        await pilot.pause()
        assert bridge.session.kept[bridge.reading.you, "bittorrent.evidence"] == "keep bad blocks"
        assert bridge.session.question is question, "it waits"
        assert bridge.doing.question is question
        assert bridge.doing.control.draft == begun, "and what was begun of its answer stands there still"
        await pilot.press("v", "escape")
        await pilot.pause()
        assert bridge.doing.control.draft == begun

    on_screen(tmp_path, "swarm/bad-apple", 0, steps)


def test_what_was_begun_of_one_setting_outlasts_a_look_at_another(tmp_path: Path) -> None:
    from tests.tui.helpers import drive
    from tests.tui.test_bare import make, play_screen

    app = make(tmp_path, load("wire/sorting-office#2"))

    async def steps(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        bridge = play_screen(app).bridge
        assert bridge.doing.asked.choice.name == "arq.width"
        await pilot.press("right", "right")
        begun = bridge.doing.control.draft
        await pilot.press("s", "2", "enter")
        await pilot.pause()
        assert bridge.doing.asked.choice.name == "arq.width"
        assert bridge.doing.control.draft == begun

    drive(app, steps)


def test_a_setting_of_a_node_that_is_not_there_yet_is_dead_and_says_when_it_will_be() -> None:
    level = load("swarm/last-copy")
    bridge = Bridge(level, session_of(level, paused=True))
    (wish,) = bridge.reading.standing
    assert bridge.reading.standing_now() == []
    assert bridge.start(wish) == "wish cannot be set yet: you start at 200 ms: until then you are not there."
    while bridge.session.world.now < 300_000:
        bridge.session.step()
    assert [one.key for one in bridge.reading.standing_now()] == [wish.key]
    assert bridge.start(wish) == ""


def test_why_something_was_not_possible_is_said_no_longer_than_it_is_so(tmp_path: Path) -> None:
    from tests.tui.helpers import drive
    from tests.tui.test_bare import make, play_screen

    app = make(tmp_path, load("swarm/last-copy"))

    async def steps(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        screen = play_screen(app)
        await pilot.press("w")
        await pilot.pause()
        assert "cannot be set yet" in rows_of(screen, "control")
        screen.bridge.session.to_question()
        await pilot.pause()
        screen._something_changed()
        assert "cannot be set yet" not in rows_of(screen, "control")

    drive(app, steps)


# What one asks in passing is renewed


def test_a_setting_that_lies_open_says_what_is_so_now() -> None:
    bridge = the_book("swarm/bad-apple", lambda me: me.bad_pieces > 0)
    bridge.refresh_doing()
    while bridge.session.question is not None:
        bridge.session.answer(bridge.session.question.asked.book)
    bridge.refresh_doing()
    assert bridge.doing is not None
    for _ in range(400):
        if bridge.session.question is not None:
            break
        bridge.session.step()
        bridge.refresh_doing()
        bridge.freshen()
        assert bridge.doing is not None
        assert me_in(bridge).last_words in bridge.doing.title


def test_the_question_for_wishes_says_who_has_left_and_nothing_that_came_is_on_the_list() -> None:
    bridge = the_book("swarm/last-copy", lambda me: me.departed)
    session = bridge.session
    while session.question is None:
        session.step()
    bridge.refresh_doing()
    assert bridge.doing is not None
    assert bridge.doing.title.startswith("dan has left. Which pieces do you wish for")
    control = bridge.doing.control
    assert control.check() == ""
    assert not {piece for piece in control.draft if piece not in session.question.asked.me.missing()}


def test_wishes_that_are_left_over_are_fine_if_what_comes_in_order_is_no_worse() -> None:
    """Whoever listed the four single ones, and has two of them, need not touch the list."""
    bridge = the_book("swarm/last-copy", lambda me: me.availability.count(1) > 1)
    while (question := bridge.session.question) is None:
        bridge.session.step()
    me = question.asked.me
    rare = [index for index in me.missing() if me.availability[index] == 1]
    assert WISH.judge(question.asked, tuple(rare[:4])) == "book"
    assert WISH.judge(question.asked, tuple(rare[:1])) == "short"
    me.availability[:] = [3] * me.pieces
    assert WISH.judge(question.asked, ()) == "book"


# Whoever is proven wrong clears the others


def test_blocks_held_against_blocks_clear_whoever_sent_good_ones() -> None:
    bridge = the_book("swarm/bad-apple", lambda me: me.banned, evidence="keep bad blocks")
    me = me_in(bridge)
    assert me.banned == ("max",)
    assert me.suspects == []


def test_a_column_of_the_trials_stays_whose_it_was() -> None:
    bridge = the_book("swarm/bad-apple", lambda me: me.banned, evidence="keep bad blocks")
    canvas = Canvas(80, 12)
    picture_of("bittorrent")(canvas, bridge.scene())
    assert canvas.text(0).split()[1:] == ["ana", "ben", "cat", "dan", "eva", "max", "mia", "tom"]


# The sorting office


def test_a_letter_is_not_typed_where_only_digits_could_follow_and_what_is_typed_is_seen(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any], screen: PlayScreen) -> None:
        bridge = screen.bridge
        await pilot.press("i", "x")
        await pilot.pause()
        assert not bridge.doing.control.typing
        await pilot.press("right")
        await pilot.pause()
        assert bridge.doing.control.draft == 1
        await pilot.press("1")
        await pilot.pause()
        assert "1" in bridge.doing.control.typed
        assert "Esc clear" in "\n".join(str(view.canvas) for view in screen.query("CanvasView"))

    on_screen(tmp_path, "wire/sorting-office", 0, steps)


def test_what_lies_on_a_place_stays_in_sight_under_the_needle_which_stays_where_it_was(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any], screen: PlayScreen) -> None:
        bridge = screen.bridge
        given = bridge.session.world.answers[-1].value
        assert bridge.doing.control.draft == given, "the needle stands where the last one was laid"
        laid = bridge.session.question.asked.me.read[given]
        drawn = "\n".join(str(view.canvas) for view in screen.query("CanvasView"))
        assert laid[:3] in drawn
        await pilot.press("right")
        await pilot.pause()
        assert f" {bridge.session.question.asked.number} " in drawn

    on_screen(tmp_path, "wire/sorting-office", 1, steps)


def test_whoever_lost_by_an_answer_reads_what_was_wrong_with_it(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[Any], screen: PlayScreen) -> None:
        wrong = screen.bridge.doing.control.draft
        await pilot.press("right", "enter")  # 0 is stamped as the place 0, not 1
        await pilot.pause()
        screen.bridge.session.to_question()
        while screen.bridge.over is None:
            question = screen.bridge.session.question
            if question is not None:
                screen.bridge.session.answer(question.asked.book)
            else:
                screen.bridge.session.step()
        await pilot.pause()
        assert wrong == 0
        drawn = "\n".join(str(view.canvas) for view in screen.query("CanvasView"))
        assert "The text of place 1 has another stamp than 0." in drawn

    on_screen(tmp_path, "wire/sorting-office", 0, steps)
