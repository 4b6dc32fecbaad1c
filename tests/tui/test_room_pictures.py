"""What the pictures of the newer rooms must show: no words over a node, no figure over another, what has just come."""

import re
from collections.abc import Sequence

import pytest

from core.kernel.choice import Value
from core.protocols.elections.election_bully.machine import Process
from levels.loader import load
from tui.bridge import Bridge, session_of
from tui.bridge.words import instead_words
from tui.model import Axis
from tui.pictures.general import picture_of
from tui.widgets.canvas import Canvas, wrapped

NARROW = (47, 9)
"""The picture's cells in a terminal of 80x24."""


def at_question(name: str, answers: Sequence[Value]) -> Bridge:
    """The level at the question after so many answers."""
    bridge = Bridge(load(name), session_of(load(name), paused=True))
    left = list(answers)
    for _ in range(2_000):
        question = bridge.session.question
        if question is not None:
            if not left:
                break
            bridge.session.answer(left.pop(0), question)
        elif not bridge.session.step():
            break
    assert bridge.session.question is not None
    assert not left
    bridge.refresh_doing()
    bridge.freshen()
    return bridge


def drawn(bridge: Bridge, size: tuple[int, int] = NARROW, draft: str = "") -> str:
    if draft:
        assert bridge.doing is not None
        for letter in draft:
            bridge.doing.control.key(letter, letter)
    canvas = Canvas(*size)
    picture_of(bridge.level.protocol)(canvas, bridge.scene())
    return str(canvas)


@pytest.mark.parametrize("height", [8, 9, 12, 20])
def test_the_message_at_hand_hides_no_name(height: int) -> None:
    answers: list[Value] = []
    for answer in ("ben", "west", "dan"):
        words = drawn(at_question("wire/signposts", answers), (48, height))
        for name in ("ana", "ben", "dan", "eve", "west", "gate", "you"):
            assert re.search(rf"\b{name}\b", words), (answers, name)
        assert "[" in words
        answers.append(answer)


def test_a_black_hole_has_its_ruler_and_nothing_over_it() -> None:
    bridge = at_question("wire/black-hole", [1500])
    words = drawn(bridge)
    assert "▓ 68 arrives   ░ who knows   x 1401 does not" in words
    assert "header 20 of" not in words
    assert "▼" not in words  # the probe of 1500 has ended
    assert bridge.scene().view["fails"] == "1401 bytes"


def test_before_the_first_probe_nothing_is_said_to_fail() -> None:
    assert at_question("wire/black-hole", []).scene().view_of("ana")["fails"] == "not known yet"


def test_a_path_of_which_only_the_end_is_known_is_not_drawn_longer_than_there_is_room() -> None:
    words = drawn(at_question("wire/roundabout", [30]))
    assert "10.0.9.9" in words
    assert "TTL 30" in words
    assert "· ·" in words  # what is between is left out, and that is seen
    for line in words.splitlines():
        assert len(line) <= NARROW[0]


def test_the_hop_that_has_just_answered_is_on_the_path_already() -> None:
    words = drawn(at_question("wire/roundabout", [1]))
    assert "TTL 1" in words


@pytest.mark.parametrize(
    ("draft", "said"), [("1", "dies here"), ("9", "dies, or arrives"), ("30", "arrives"), ("40", "arrives")]
)
def test_a_probe_is_told_to_end_where_that_is_known(draft: str, said: str) -> None:
    words = drawn(at_question("wire/roundabout", [30]), draft=draft)
    assert said in words
    assert "far away" not in words


def test_the_first_probe_beyond_all_that_is_known_goes_far_away() -> None:
    assert "far away" in drawn(at_question("wire/roundabout", []), draft="9")


def test_the_door_is_told_whole() -> None:
    words = drawn(at_question("sockets/doorman", ["socket", "listen"]))
    assert "listening elsewhere" in words


def test_what_a_browser_has_still_to_ask_is_counted_where_it_does_not_fit() -> None:
    words = drawn(at_question("web/ten-pictures", []))
    assert words.count(".xbm") == 9  # one of them is on its way to the new line, too
    assert words.splitlines()[-1].endswith("+1")
    assert "free ━" in words
    assert "a round trip first" in words


def test_requests_that_wait_on_a_connection_are_counted_where_they_do_not_fit() -> None:
    bridge = at_question("web/ten-pictures", ["1"] * 6)
    row = drawn(bridge).splitlines()[0]
    assert "+2" in row
    assert row.rstrip("━ ").endswith("/4.xbm")  # the first that was asked is the nearest to the server
    assert "/9.xbm" in drawn(bridge, (76, 12)).splitlines()[0]


def test_names_of_more_than_a_word_are_told_apart_beside_the_fields() -> None:
    bridge = at_question("wire/jigsaw", [("7 of 10.0.1.2", 280), ("7 of 10.0.1.2", 560)])
    assert bridge.doing is not None
    canvas = Canvas(76, 3)
    bridge.doing.control.draw(canvas)
    assert "7 of 10.0.1.2, 7 of 10.0.3.3" in str(canvas)
    assert "└──────────┴────────────┘" in str(canvas)


def test_of_two_nodes_in_neighbouring_cells_the_pointer_hides_none() -> None:
    bridge = at_question("ring/round-the-ring", [])
    assert bridge.doing is not None
    pointed = set()
    for _ in range(3):
        pointed.add(bridge.doing.control.draft)
        for height in range(7, 11):
            assert "12 you" in drawn(bridge, (48, height))
        bridge.doing.control.key("right", None)
    assert pointed == {"1", "12", "13"}


def test_nothing_is_told_of_a_clock_that_has_not_measured() -> None:
    level = load("clocks/the-long-way-round")
    bridge = Bridge(level, session_of(level, paused=True))
    assert "heard:" not in drawn(bridge)


def test_a_record_of_one_byte_is_no_plural() -> None:
    bridge = at_question("wire/smith-of-london", [("name", "place", "year"), 1])
    assert "the record so far: 1 byte\n" in drawn(bridge) + "\n"


def test_a_record_that_is_sent_has_no_place_to_write_at() -> None:
    answers: list[Value] = [("name", "place", "year"), 0, 5, 3, 6, 1, "8e 07 00 00"]
    words = drawn(at_question("wire/smith-of-london", answers))
    assert "sent as record 1" in words
    assert "__" not in words
    assert "__" in drawn(at_question("wire/smith-of-london", answers[:1]))


def test_a_way_that_took_less_than_nothing_is_cut_where_that_is_seen() -> None:
    bridge = at_question("clocks/what-time-is-it-there", ["use"])
    row = next(line for line in drawn(bridge).splitlines() if "and back" in line)
    assert "-4.959 s: there before it left" in row
    row = next(line for line in drawn(bridge, (36, 9)).splitlines() if "and back" in line)
    assert row.endswith("..")


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("", ""),
        ("the timer of the program rang at 53 ms", ""),
        ("saved: promise 3 at 2 s", ""),
        ("UDP ttl 64 10.0.1.2 > 10.0.9.9 from desk at 43.109 ms", ""),
        ('"louder please" from ben at 150 ms', '"louder please" from ben at 150 ms'),
        ("handed up: [ana, ', no,'] at 320 ms", "ana, ', no,' handed up at 320 ms"),
        (
            "handed up: 'to Ben' from 10.0.1.2 at port 7 at 220 ms",
            "'to Ben' from 10.0.1.2 at port 7 handed up at 220 ms",
        ),
    ],
)
def test_what_the_book_would_have_brought_is_said_where_it_tells_something(instead: str, said: str) -> None:
    assert instead_words(instead) == (f"By the book you would have seen: {said}." if said else "")


def test_one_message_is_no_plural() -> None:
    assert Axis("messages").show(1) == "1 message"
    assert Axis("messages").show(2) == "2 messages"
    assert Axis("round trips").show(0) == "0 round trips"


def test_lines_are_not_broken_at_hyphens() -> None:
    assert wrapped("the protocol go-back-N sends", 19) == ["the protocol", "go-back-N sends"]
    assert wrapped("draw it with --ascii then", 15) == ["draw it with", "--ascii then"]
    assert wrapped("abcdefghij-klmnop", 8) == ["abcdefgh", "ij-klmno", "p"]


def test_what_was_built_for_one_service_is_not_ticked_for_the_next() -> None:
    first = at_question("wire/policy-desk", []).session.question
    assert first is not None
    bridge = at_question("wire/policy-desk", [first.asked.candidates[-1]])
    assert bridge.doing is not None
    assert bridge.last_given["ip.policy"]
    assert bridge.doing.control.draft == ()


def test_who_sits_stays() -> None:
    bridge = at_question("swarm/quid-pro-quo", [("ana", "ben"), "cat"])
    assert bridge.doing is not None
    assert bridge.doing.control.draft == ("ana", "ben")


@pytest.mark.parametrize("height", [10, 11, 20])
def test_the_silence_of_a_king_is_not_told_over_him(height: int) -> None:
    bridge = Bridge(load("crown/two-kings"), session_of(load("crown/two-kings"), paused=True))
    while not isinstance(bridge.scene().me, Process) or not bridge.scene().me.waiting:
        assert bridge.session.step()
        bridge.freshen()
    words = drawn(bridge, (80, height))
    assert all(re.search(rf"(?<!\S){name}(?! is|\S)", words) for name in ("7", "5", "you", "0"))
    assert height < 11 or "7 is silent for" in words


def test_the_digit_that_picks_a_peer_is_no_part_of_its_name() -> None:
    for size in ((80, 12), (100, 26)):
        words = drawn(at_question("swarm/leech", []), size)
        for name in ("ana", "ben", "cat", "dan", "eve", "fay"):
            assert re.search(rf"(?<![\w>]){name}\b", words), (name, words)
