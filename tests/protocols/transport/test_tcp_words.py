"""What is said of answers to TCP's questions, held against the standard: no verdict says what is not so."""

from __future__ import annotations

from typing import Any

import pytest

from core.kernel.choice import Asked, Kind, Value, Verdict, judge
from core.kernel.time import MILLISECOND
from core.protocols.transport.tcp import PROTOCOL, Connection, Endpoint
from core.protocols.transport.tcp import choices as c

KEY = "alice:80"


def verdict(choice: str, value: Value, line: Connection | None = None, **subject: Any) -> Verdict:
    me = Endpoint(connections={KEY: line or Connection("alice", 80, mss=500)}, first=KEY)
    return judge(Asked(PROTOCOL.choice(choice), "bob", me, {"key": KEY, "peer": "alice", **subject}, 0), value, 0, 0)


ACK = {"situation": "beyond a hole", "next": 1001, "have": 1000, "seq": 2001, "end": 2501, "highest": 2501, "said": 1}


@pytest.mark.parametrize("answer", [2001, 1002, 9999])
def test_an_ack_beyond_what_is_here_is_not_said_to_be_of_bytes_that_never_came(answer: int) -> None:
    """Bytes 2001 to 2500 did come; what is missing for certain is the byte that is expected next."""
    words = verdict("tcp.ack", answer, **ACK).words
    assert words == (
        f"{answer} says that every byte before it is here. Byte 1001 is not, and alice would never send it again."
    )


def test_an_ack_that_says_less_names_the_bytes_that_may_come_again() -> None:
    assert verdict("tcp.ack", 501, **ACK).words == "501 says less than you have: bytes 501 to 1000 may come again."


def test_the_number_of_a_fin_is_not_called_a_byte() -> None:
    found = verdict("tcp.ack", 1000, **{**ACK, "situation": "FIN", "end": 1000})
    assert (found.label, found.kind) == ("no FIN", Kind.COSTLY)
    assert found.words == "The FIN takes a number too: 1001. alice must send it again."


@pytest.mark.parametrize(
    ("situation", "wait", "label"),
    [
        ("first segment", 499 * MILLISECOND, "as good"),
        ("first segment", 500 * MILLISECOND, "late"),
        ("second segment", 500 * MILLISECOND, "waits"),
        ("beyond a hole", 500 * MILLISECOND, "mute"),
        ("beyond a hole", 501 * MILLISECOND, "silent"),
    ],
)
def test_rfc_9293_must_40_an_ack_is_delayed_by_less_than_half_a_second(situation: str, wait: int, label: str) -> None:
    assert verdict("tcp.ack_time", wait, situation=situation, count=1).label == label


def test_must_40_holds_for_the_book_whatever_its_parameter_says() -> None:
    me = Endpoint(ack_delay=10 * c.ACK_DELAY_LIMIT)
    asked = Asked(c.ACK_TIME, "bob", me, {"situation": "first segment"}, 0)
    assert asked.book == 499 * MILLISECOND


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("slow start", "doubles each round trip"),
        ("congestion avoidance", "grows by a segment"),
        ("third duplicate", "Half of what was under way"),
        ("recovered", "Half of what was under way"),
        ("alarm", "One segment after an alarm"),
    ],
)
def test_rfc_5681_3_1_an_alarm_does_not_halve_the_window_but_takes_it_to_one_segment(
    situation: str, words: str
) -> None:
    found = verdict("tcp.cwnd", 500, situation=situation, flight=4000, ssthresh=2000, cwnd=4000, due=500)
    assert found.kind is Kind.BOOK
    assert words in found.words


def test_a_fin_at_once_cuts_off_only_what_is_still_to_be_sent() -> None:
    all_sent = Connection("alice", 80, written=b"x" * 10, una=1, nxt=11, top=11)
    some_left = Connection("alice", 80, written=b"x" * 10, una=1, nxt=6, top=6)
    assert verdict("tcp.close", c.CUT, all_sent, unsent=10, more=False).kind is Kind.FINE
    found = verdict("tcp.close", c.CUT, some_left, unsent=10, more=False)
    assert found.words == "What was still to be sent is never sent: alice reads a text without its end."


@pytest.mark.parametrize(
    ("situation", "answer", "label"),
    [
        ("a SYN at an open door", c.JUST_ACK, "numberless"),
        ("a SYN at an open door", c.ACCEPT, "trusts"),
        ("a SYN at a shut door", c.ACCEPT, "misled"),
        ("a SYN at a full house", c.ACCEPT, "overbooked"),
        ("a segment of no connection", c.ACCEPT, "misled"),
        ("an ACK of nothing sent", c.ACCEPT, "misled"),
        ("a SYN inside a connection", c.ACCEPT, "loses"),
        ("a bad checksum", c.ACCEPT, "believes"),
    ],
)
def test_an_answer_to_a_stray_is_judged_by_what_came(situation: str, answer: str, label: str) -> None:
    assert verdict("tcp.answer", answer, what="a segment", situation=situation).label == label


@pytest.mark.parametrize(
    ("situation", "answer", "label"),
    [
        ("no room", c.DELIVER, "overfull"),
        ("no room", c.HOLD, "overfull"),
        ("held already", c.HOLD, "held twice"),
        ("held already", c.DELIVER, "again"),
        ("seen before", c.HOLD, "kept"),
        ("beyond a hole", c.DELIVER, "early"),
    ],
)
def test_where_bytes_go_is_judged_by_what_becomes_of_them(situation: str, answer: str, label: str) -> None:
    assert verdict("tcp.place", answer, situation=situation, seq=1, last=500, next=1).label == label


@pytest.mark.parametrize(("flight", "label"), [(500, "as good"), (1500, "all")])
def test_of_one_segment_the_first_is_all(flight: int, label: str) -> None:
    assert verdict("tcp.repeat", c.ALL, situation="alarm", una=1, flight=flight).label == label
