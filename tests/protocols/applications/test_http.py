"""The http room: what is special about it. Its shared promises are in tests/test_every_protocol.py."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.choice import Asked, Kind, judge
from core.kernel.effects import Key
from core.kernel.protocol import Machine
from core.kernel.scenario import LinkSpec, NodeSpec, PlayerSeat, Request, Scenario
from core.kernel.seats import Book
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import CLOSED, SEND
from core.kernel.world import World
from core.protocols.applications.http import PROTOCOL
from core.protocols.applications.http.client import SILENCE, Browser, Lane, asks_of
from core.protocols.applications.http.messages import HTTP, Octets, message_of, octets_of
from core.protocols.applications.http.server import Publish
from core.protocols.applications.http.site import Page, path_named, site_of
from core.wire import http1
from core.wire.http1 import Response, StreamDecoder, value_of
from levels.loader import from_text
from levels.schema import LevelError

PAGES = """
= / etag=v2 modified=1994-11-06T08:49:37Z
Grüße
= /plain
hello
= /log every=100ms
one
two
= /slow after=2s
at last
= /empty
"""
FULL = b"GET /plain HTTP/1.1\r\nHost: s\r\n\r\n"


@dataclass
class Raw(Machine):
    """Sends bytes as a socket would, cut as the test says, and keeps what comes."""

    pieces: tuple[tuple[int, bytes], ...] = ()
    hangs_up: int = 0
    got: bytes = b""
    closed: int = -1
    connection: str = ""
    times: list[int] = field(default_factory=list)

    def on_start(self, ctx):
        self.connection = ctx.open("server")

    def on_open(self, ctx, connection, peer):
        for place, (after, _) in enumerate(self.pieces):
            ctx.set_timer(place, after)
        if self.hangs_up:
            ctx.set_timer("hang up", self.hangs_up)

    def on_timer(self, ctx, key: Key):
        if key == "hang up":
            ctx.reset(self.connection)
        else:
            ctx.send_on(self.connection, message_of(self.pieces[key][1]))

    def on_message(self, ctx, source, message):
        self.got += octets_of(message)
        self.times.append(ctx.now)

    def on_close(self, ctx, connection, peer, reset):
        self.closed = ctx.now

    def answers(self, *methods):
        decoder = StreamDecoder(responses=True)
        for method in methods:
            decoder.expect(method)
        return [m for m in decoder.feed(self.got) if m.status != 100] + (decoder.close() if self.closed >= 0 else [])


ROOM = replace(PROTOCOL, roles={**PROTOCOL.roles, "raw": Raw})


def raw(*pieces, limit=60 * SECOND, seats=None, others=(), **server):
    """The peer after a server has dealt with these bytes; a piece without a time comes at once."""
    timed = tuple(piece if isinstance(piece, tuple) else (0, piece) for piece in pieces)
    scenario = Scenario(
        name="raw",
        protocols={"http": ROOM},
        nodes=(
            NodeSpec("peer", "http", "raw", {"pieces": timed}),
            NodeSpec("server", "http", "server", {"pages": PAGES, **server}),
            *others,
        ),
        default_link=LinkSpec(latency=10 * MILLISECOND),
        seats=seats or {},
        limit=limit,
    )
    world = World(scenario, Book())
    world.run(limit=5_000)
    return world


def peer_of(world):
    return world.nodes["peer"].machine


def statuses(*pieces, methods=()):
    return [answer.status for answer in peer_of(raw(*pieces)).answers(*methods)]


# The server, against bytes


def test_a_page_with_what_describes_it():
    [answer] = peer_of(raw(b"GET / HTTP/1.1\r\nHost: s\r\n\r\n")).answers()
    assert answer.status == 200
    assert answer.body == "Grüße".encode()
    assert dict(answer.headers) == {
        "Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Content-Type": "text/html; charset=utf-8", "ETag": '"v2"',
        "Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT", "Content-Length": "7",
    }  # fmt: skip


def test_the_date_is_the_nodes_own_clock():
    world = raw((90 * SECOND, FULL), limit=200 * SECOND, began=0, idle=100 * SECOND)
    assert value_of(peer_of(world).answers()[0].headers, "Date") == "Thu, 01 Jan 1970 00:01:30 GMT"


def test_head_is_get_without_the_body():
    world = raw(b"HEAD / HTTP/1.1\r\nHost: s\r\n\r\n" + FULL)
    head, page = peer_of(world).answers("HEAD", "GET")
    assert (value_of(head.headers, "content-length"), head.body) == ("7", b"")
    assert page.body == b"hello"


@pytest.mark.parametrize(
    ("field_line", "status"),
    [
        (b'If-None-Match: "v2"', 304), (b'If-None-Match: W/"v2"', 304), (b'If-None-Match: "v1", "v2"', 304),
        (b"If-None-Match: *", 304), (b'If-None-Match: "v1"', 200), (b"If-None-Match: v2", 200),
        (b"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 304),
        (b"If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 200),
        (b"If-Modified-Since: Sun Nov  6 08:49:37 1994", 304), (b"If-Modified-Since: yesterday", 200),
        # RFC 9110 §13.1.3: beside If-None-Match it is ignored
        (b'If-None-Match: "v1"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT', 200),
        (b'If-None-Match: "v2"\r\nIf-Modified-Since: Sun, 06 Nov 1993 08:49:37 GMT', 304),
        # RFC 9110 §13.1.1: compared strongly, and before the others (§13.2.2)
        (b'If-Match: "nope"', 412), (b'If-Match: "v1", "v3"', 412), (b'If-Match: W/"v2"', 412), (b"If-Match: v2", 412),
        (b'If-Match: "v2"', 200), (b'If-Match: "v1", "v2"', 200), (b"If-Match: *", 200),
        (b'If-Match: "v1"\r\nIf-None-Match: "v2"', 412), (b'If-Match: "v2"\r\nIf-None-Match: "v2"', 304),
        # §13.1.4
        (b"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 412),
        (b"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 200), (b"If-Unmodified-Since: yesterday", 200),
        (b'If-Match: "v2"\r\nIf-Unmodified-Since: Sun, 06 Nov 1993 08:49:37 GMT', 200),
    ],
)  # fmt: skip
def test_conditions(field_line, status):
    data = b"GET / HTTP/1.1\r\nHost: s\r\n" + field_line + b"\r\n\r\n"
    [answer] = peer_of(raw(data)).answers()
    assert answer.status == status
    if status == 304:
        assert value_of(answer.headers, "ETag") == '"v2"'  # §15.4.5
        assert not value_of(answer.headers, "Content-Length")


def test_9110_13_2_1_a_condition_counts_only_for_what_would_be_answered_200():
    for target, method, status in [(b"/nowhere", b"GET", 404), (b"/", b"POST", 405), (b"/", b"BREW", 501)]:
        data = method + b" " + target + b' HTTP/1.1\r\nHost: s\r\nIf-Match: "nope"\r\n\r\n'
        assert [answer.status for answer in peer_of(raw(data)).answers()] == [status]


def test_9110_13_1_1_a_page_without_a_tag_meets_only_the_asterisk_and_one_without_a_date_any():
    def status(field_line):
        data = b"GET /plain HTTP/1.1\r\nHost: s\r\n" + field_line + b"\r\n\r\n"
        return peer_of(raw(data)).answers()[0].status

    assert status(b'If-Match: ""') == 412
    assert status(b"If-Match: *") == 200
    assert status(b"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT") == 200


def test_a_condition_that_does_not_hold_is_a_case_of_its_own():
    subject = {"line": "", "due": 412, "fault": "", "condition": False}
    assert Asked(PROTOCOL.choice("http.status"), "server", None, subject, 0).case == "a condition that does not hold"
    assert "on a condition" in said("http.status", 200, **subject)
    assert kind("http.status", 412, **subject) is Kind.BOOK


def test_9110_5_6_3_no_request_hides_behind_a_coding_that_some_alphabet_calls_chunked():
    for field_line in (b"Transfer-Encoding: \xa0chunked", b"Content-Length: \xa05"):
        data = b"POST / HTTP/1.1\r\nHost: s\r\n" + field_line + b"\r\n\r\n0\r\n\r\n" + FULL
        peer = peer_of(raw(data))
        assert [answer.status for answer in peer.answers()] == [400]
        assert peer.closed >= 0


def test_9111_4_2_2_a_copy_without_a_freshness_may_be_shown_at_ones_own_risk():
    subject = {"target": "/", "what": "", "tag": "", "date": "", "fresh": False, "limited": False}
    assert kind("http.condition", "keep", **subject) is Kind.COSTLY
    assert "A cache may guess" in said("http.condition", "keep", **subject)


def test_9111_4_2_what_is_fresh_is_shown_unasked_and_what_is_not_is_asked_for():
    copy = {"target": "/", "what": "", "tag": '"a"', "date": "Sun", "limited": True}
    assert kind("http.condition", "keep", fresh=True, **copy) is Kind.BOOK
    assert {kind("http.condition", value, fresh=True, **copy) for value in ("tag", "date", "anew")} == {Kind.COSTLY}
    assert kind("http.condition", "keep", fresh=False, **copy) is Kind.WRONG  # §4.2.4
    assert kind("http.condition", "tag", fresh=False, **copy) is Kind.BOOK


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /nowhere HTTP/1.1\r\nHost: s\r\n\r\n", 404), (b"POST / HTTP/1.1\r\nHost: s\r\n\r\n", 405),
        (b"BREW / HTTP/1.1\r\nHost: s\r\n\r\n", 501), (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        (b"GET http://s/plain?x HTTP/1.1\r\nHost: s\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: s\r\nExpect: tea\r\n\r\n", 417), (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 400), (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40000 + b"\r\n\r\n", 431), (b"GET / HTTP/1.1\r\nHost : s\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        # RFC 9110 §9.3.7, §9.3.6: of no page at all
        (b"OPTIONS * HTTP/1.1\r\nHost: s\r\n\r\n", 405), (b"CONNECT s:80 HTTP/1.1\r\nHost: s\r\n\r\n", 405),
        (b"OPTIONS /nowhere HTTP/1.1\r\nHost: s\r\n\r\n", 404), (b"GET / HTTP/1.1\r\nHost: s:x\r\n\r\n", 400),
    ],
)  # fmt: skip
def test_refusals(data, status):
    assert statuses(data) == [status]


def test_405_names_what_is_allowed():
    [answer] = peer_of(raw(b"POST / HTTP/1.1\r\nHost: s\r\n\r\n")).answers()
    assert value_of(answer.headers, "Allow") == "GET, HEAD"  # RFC 9110 §15.5.6


def test_garbage_is_answered_after_what_came_before_it_and_then_the_connection_ends():
    world = raw(FULL + b"nonsense\r\n\r\n" + FULL)
    peer = peer_of(world)
    assert [answer.status for answer in peer.answers()] == [200, 400]
    assert value_of(peer.answers()[1].headers, "Connection") == "close"
    assert peer.closed >= 0
    assert not world.nodes["server"].machine.sessions


def test_garbage_on_one_connection_leaves_the_others_alone():
    client = NodeSpec("client", "http", "client", {"asks": "GET /slow HTTP/1.1\nHost: s\n---\nGET / HTTP/1.1\nHost: s"})
    world = raw((SECOND, b"\0\0\0"), others=(client,))
    assert [result.status for result in world.nodes["client"].machine.results] == [200, 200]
    assert peer_of(world).answers()[0].status == 400


@given(st.lists(st.integers(0, 200), max_size=8))
@settings(max_examples=40, deadline=None)
def test_however_the_bytes_are_cut_the_answers_are_the_same(cuts):
    stream = (
        FULL + b"HEAD / HTTP/1.1\r\nHost: s\r\n\r\n"
        b"POST /plain HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + FULL
    )
    edges = [0, *sorted(cut % len(stream) for cut in cuts), len(stream)]
    pieces = [(place, stream[a:b]) for place, (a, b) in enumerate(pairwise(edges)) if a < b]
    assert statuses(*pieces, methods=("GET", "HEAD", "POST", "GET")) == [200, 200, 405, 200]


@given(st.lists(st.binary(max_size=40), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_garbage_ends_in_an_answer_or_a_time_out(pieces):
    world = raw(*[(place * MILLISECOND, piece) for place, piece in enumerate(pieces)])
    peer = peer_of(world)
    assert peer.closed >= 0
    assert not world.nodes["server"].machine.sessions
    assert all(answer.status >= 400 for answer in peer.answers())


def test_pipelined_requests_are_answered_in_order():
    world = raw(b"GET /slow HTTP/1.1\r\nHost: s\r\n\r\n" + FULL * 2)
    assert [answer.body for answer in peer_of(world).answers()] == [b"at last", b"hello", b"hello"]
    assert world.nodes["server"].machine.held == 2


def test_a_pipeline_has_an_end():
    world = raw(b"GET /slow HTTP/1.1\r\nHost: s\r\n\r\n" + FULL * 500)
    assert [answer.status for answer in peer_of(world).answers()] == [200] * 100 + [503]
    assert peer_of(world).closed >= 0


def test_a_page_made_while_it_is_sent_comes_in_chunks():
    world = raw(b"GET /log HTTP/1.1\r\nHost: s\r\n\r\n" + FULL)
    first, second = peer_of(world).answers()
    assert (first.chunks, first.body, second.body) == ((3, 3, 0), b"onetwo", b"hello")
    assert peer_of(world).times[1] - peer_of(world).times[0] == 100 * MILLISECOND


def test_to_http_1_0_it_ends_with_the_connection():
    world = raw(b"GET /log HTTP/1.0\r\n\r\n")
    [answer] = peer_of(world).answers()
    assert (answer.body, answer.chunks) == (b"onetwo", ())
    assert value_of(answer.headers, "Transfer-Encoding") is None


@pytest.mark.parametrize(
    ("data", "stays"),
    [
        (FULL, True), (b"GET / HTTP/1.0\r\n\r\n", False), (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n", False), (b"GET / HTTP/1.1\r\n\r\n", True),
    ],
)  # fmt: skip
def test_persistent_connections(data, stays):
    world = raw(data, idle=15 * SECOND)
    assert (peer_of(world).closed > 15 * SECOND) is stays
    assert peer_of(world).closed > 0
    connection = value_of(peer_of(world).answers()[0].headers, "Connection")
    assert connection == (("keep-alive" if b"1.0" in data else None) if stays else "close")


def test_nothing_is_read_after_a_request_that_asked_to_close():
    assert statuses(b"GET /plain HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n" + FULL) == [200]


def test_a_request_that_never_ends_is_answered_408():
    world = raw(*[(place * SECOND, bytes([octet])) for place, octet in enumerate(FULL[:30])])
    assert [answer.status for answer in peer_of(world).answers()] == [408]
    assert 5 * SECOND < peer_of(world).closed < 6 * SECOND


def test_an_idle_connection_is_closed_in_silence():
    world = raw((3 * SECOND, FULL), idle=10 * SECOND)
    assert 13 * SECOND < peer_of(world).closed < 14 * SECOND
    assert statuses() == []


def test_100_continue_is_said_before_the_body_comes():
    head = b"GET /plain HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    world = raw(head, (SECOND, b"hello"))
    assert peer_of(world).got.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert peer_of(world).times[0] < SECOND < peer_of(world).times[1]


def test_each_request_has_its_own_expectation_and_its_own_time():
    head = b"GET /plain HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    world = raw(head, (3 * SECOND, b"a"), (4 * SECOND, head), (8 * SECOND, b"b"), (9 * SECOND, b"GET"))
    assert [answer.status for answer in peer_of(world).answers()] == [200, 200, 408]
    assert peer_of(world).got.count(b"100 Continue") == 2
    assert 14 * SECOND < peer_of(world).closed < 15 * SECOND


def test_9110_15_2_a_100_waits_for_its_turn_as_other_answers_do():
    head = b"GET /plain HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    world = raw(b"GET /slow HTTP/1.1\r\nHost: s\r\n\r\n" + head, (3 * SECOND, b"hello"))
    got = peer_of(world).got
    assert 0 < got.index(b"at last") < got.index(b"HTTP/1.1 100 Continue")
    assert [answer.body for answer in peer_of(world).answers()] == [b"at last", b"hello"]


def test_9110_10_1_1_a_refusal_waits_for_its_turn_too_and_is_the_last_answer():
    head = b"POST / HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    world = raw(b"GET /slow HTTP/1.1\r\nHost: s\r\n\r\n" + head, (3 * SECOND, b"hello"))
    assert [answer.status for answer in peer_of(world).answers()] == [200, 405]
    assert b"100" not in peer_of(world).got
    assert peer_of(world).closed >= 0
    assert not world.nodes["server"].machine.sessions


def test_a_final_answer_spares_the_body():
    head = b"POST / HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    world = raw(head, (SECOND, b"hello"))
    assert [answer.status for answer in peer_of(world).answers()] == [405]
    assert b"100" not in peer_of(world).got
    assert peer_of(world).closed >= 0


def test_no_100_for_http_1_0_nor_when_the_body_is_there():
    assert (
        b"100 C"
        not in peer_of(raw(b"GET / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", (9, b"a"))).got
    )
    whole = b"GET / HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na"
    assert b"100 C" not in peer_of(raw(whole)).got


def test_a_peer_that_vanishes_leaves_nothing_behind():
    scenario = raw(b"GET /slow HTTP/1.1\r\nHost: s\r\n\r\n").scenario
    peer = replace(scenario.nodes[0], parameters={**scenario.nodes[0].parameters, "hangs_up": SECOND})
    world = World(replace(scenario, nodes=(peer, scenario.nodes[1])), Book())
    world.run(until=SECOND + 100 * MILLISECOND)
    assert not world.nodes["server"].machine.sessions
    assert not world.nodes["server"].timers


def test_what_is_published_is_what_is_served():
    scenario = raw((0, FULL), (2 * SECOND, FULL)).scenario
    news = Request(SECOND, "server", Publish("/plain", "news", "n2"))
    world = World(replace(scenario, happenings=(news,)), Book())
    world.run(limit=5_000)
    assert [answer.body for answer in peer_of(world).answers()] == [b"hello", b"news"]


def test_pages_may_be_given_as_they_are():
    pages = (Page("/big", b"\x00\xff" * 100_000, "application/octet-stream"),)
    [answer] = peer_of(raw(b"GET /big HTTP/1.1\r\nHost: s\r\n\r\n", pages=pages)).answers()
    assert answer.body == b"\x00\xff" * 100_000


# Clients and browsers


def played(scenario, answers):
    """A run in which the player, at all choices named, answers as told; the book the rest."""
    node, names = answers["node"], tuple(name for name in answers if name != "node")
    world = World(replace(scenario, player=(PlayerSeat(node, names),)))
    for _ in range(5_000):
        if world.questions:
            asked = world.questions[0].asked
            told = answers[asked.choice.name]
            world.answer(told(asked) if callable(told) else told)
        elif not world.step():
            break
    return world


def pair(asks, copies="", pages=PAGES, **client):
    return Scenario(
        name="pair",
        protocols={"http": PROTOCOL},
        nodes=(
            NodeSpec("client", "http", "client", {"asks": asks, "copies": copies, **client}),
            NodeSpec("server", "http", "server", {"pages": pages}),
        ),
        default_link=LinkSpec(latency=10 * MILLISECOND),
        win=(PROTOCOL.goal("client has every answer, right and whole"),),
        limit=60 * SECOND,
    )


TWO = "GET / HTTP/1.1\nHost: s\n---\nGET /plain HTTP/1.1\nHost: s"


def test_a_length_too_short_shows_as_half_a_letter_and_an_answer_that_is_none():
    world = played(pair(TWO), {"node": "server", "http.length": lambda asked: asked.characters})
    client = world.nodes["client"].machine
    assert client.results[0].body == "Grüße".encode()[:5]
    assert client.unreadable == 1
    assert client.results[1].body == b"hello"  # asked again, on a new connection
    assert client.opened == 2


def test_a_length_too_long_makes_the_client_wait_and_give_up():
    world = played(pair(TWO), {"node": "server", "http.length": lambda asked: asked.octets + 2})
    assert [result.status for result in world.nodes["client"].machine.results] == [SILENCE, SILENCE]
    assert not world.outcome.won


def test_a_length_too_long_takes_bytes_from_the_next_answer():
    world = played(pair(TWO, pipelined=True), {"node": "server", "http.length": lambda asked: asked.octets + 2})
    client = world.nodes["client"].machine
    assert client.results[0].body == "Grüße".encode() + b"HT"
    assert client.unreadable >= 1


def test_304_without_cause_leaves_the_old_copy():
    asks = 'GET / HTTP/1.1\nHost: s\nIf-None-Match: "v1"'
    world = played(pair(asks, "= /\nTschüss"), {"node": "server", "http.status": 304})
    assert world.nodes["client"].machine.results[0].body == "Tschüss".encode()
    assert not world.outcome.won
    assert world.verdicts[0].kind is Kind.WRONG
    assert world.verdicts[0].persona == "nothing ever changes"


def test_http_1_0_takes_chunks_for_text():
    world = played(pair("GET /log HTTP/1.0"), {"node": "server", "http.body": "chunked"})
    assert world.nodes["client"].machine.results[0].body == b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("asks", "status"),
    [
        ("GET / HTTP/2.0\nHost: s", 505), ("POST / HTTP/1.1\nHost: s\nTransfer-Encoding: gzip, chunked", 501),
        ("GET / HTTP/1.1\nHost: s\nExpect: tea", 417), ("OPTIONS * HTTP/1.1\nHost: s", 405),
        ("GET / HTTP/1.1\nHost: a:b", 400), (f"GET /{'a' * 9000} HTTP/1.1\nHost: s", 414),
    ],
)  # fmt: skip
def test_9110_15_a_client_that_is_told_what_was_wrong_has_its_answer(asks, status):
    world = World(pair(asks), Book())
    world.run(limit=5_000)
    assert [result.status for result in world.nodes["client"].machine.results] == [status]
    assert world.outcome.won


def test_a_length_that_nobody_needs_may_be_none():
    """An answer to HEAD and a 304 have no body, so what ends it is not looked at (RFC 9112 §6.3)."""
    scenario = pair("HEAD / HTTP/1.1\nHost: s")
    odd = message_of(b"HTTP/1.1 200 OK\r\nContent-Length: some\r\n\r\n")

    @dataclass
    class Odd(Machine):
        pages: str = ""

        def on_message(self, ctx, source, message):
            ctx.send_on(ctx.connection, odd)

    room = replace(PROTOCOL, roles={**PROTOCOL.roles, "server": Odd})
    world = World(replace(scenario, protocols={"http": room}, win=()), Book())
    world.run(limit=1_000)
    [result] = world.nodes["client"].machine.results
    assert (result.status, result.length) == (200, -1)


# What is said of answers


def kind(name, value, me=None, **subject):
    return judge(Asked(PROTOCOL.choice(name), "server", me, subject, 0), value, 0, 0).kind


def said(name, value, me=None, **subject):
    return judge(Asked(PROTOCOL.choice(name), "server", me, subject, 0), value, 0, 0).words


def test_9110_15_4_5_a_304_for_a_page_that_is_not_there_is_no_matter_of_a_copy():
    assert "without a condition" in said("http.status", 304, line="", due=404, fault="", condition=False)


def test_9112_9_6_after_bytes_that_were_no_request_nobody_agreed_on_anything():
    subject = {"line": "", "status": 400, "stays": False, "fault": "odd", "version": "HTTP/1.1"}
    assert "agreed" not in said("http.persist", "close", **subject)
    assert kind("http.persist", "close", **subject) is Kind.BOOK


def test_9112_6_3_a_page_that_ends_with_a_connection_that_ends_anyway():
    subject = {"line": "", "method": "GET", "version": "HTTP/1.0", "made": False}
    assert "ends anyway" in said("http.body", "close", **subject, stays=False)
    assert "new connection" in said("http.body", "close", **subject, stays=True)


def lanes(most=6, made=False, **lanes_):
    """A browser with these connections: standing or not, and what is awaited there; it is to ask for one thing more."""
    browser = Browser(most=most, todo=["/sum?of=1" if made else "/a.png"])
    for name, (standing, *waiting) in lanes_.items():
        browser.lanes[name] = Lane(name, standing, list(waiting))
    return browser


@pytest.mark.parametrize(
    ("browser", "value", "judged"),
    [
        (lanes(a=(True,), b=(False, "/b.png")), "a", Kind.BOOK),
        (lanes(a=(True,), b=(False, "/b.png")), "b", Kind.COSTLY),  # it is still being opened
        (lanes(a=(True, "/c.png"), b=(True, "/b.png")), "b", Kind.FINE),
        (lanes(a=(False, "/c.png")), "new", Kind.COSTLY),
        (lanes(most=1, a=(True, "/x?y")), "wait", Kind.BOOK),
        (lanes(most=1, a=(True, "/x?y")), "a", Kind.FINE),  # nothing else stands, and nothing else may be opened
        (lanes(a=(True, "/x?y")), "a", Kind.COSTLY),
    ],
)
def test_9112_9_3_2_on_which_connection_an_answer_comes_soonest(browser, value, judged):
    assert kind("http.fetch", value, browser, target=browser.todo[0], left=0) is judged


PICTURES = (
    "= /\n" + "".join(f'<img src="/{n}.png">' for n in range(10)) + "".join(f"\n= /{n}.png\npng{n}" for n in range(10))
)


def load(answer=None, pages=PICTURES, seats=None, **browser):
    scenario = Scenario(
        name="load",
        protocols={"http": PROTOCOL},
        nodes=(NodeSpec("browser", "http", "browser", browser), NodeSpec("server", "http", "server", {"pages": pages})),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        seats=seats or {},
        win=(PROTOCOL.goal("browser has the whole page"),),
        limit=60 * SECOND,
    )
    if answer is None:
        world = World(scenario, Book())
        world.run(limit=5_000)
    else:
        world = played(scenario, {"node": "browser", "http.fetch": answer})
    assert world.outcome.won, world.outcome.reason
    return world.nodes["browser"].machine


def _persona(name):
    return PROTOCOL.persona(name).answers["http.fetch"]


def test_ten_pictures_in_the_round_trips_of_the_textbook():
    """Kurose & Ross §2.2: 22 one connection after another, 12 on one that persists, 3 if that is pipelined."""
    assert load(_persona("one at a time"), seats={"server": "hangs up after each"}, most=1).rounds == 22
    assert load(_persona("one at a time"), most=1).rounds == 12
    assert load().rounds == 3
    assert load().count == 1


def test_a_page_that_is_another_one_later_was_none_the_less_true():
    late = Request(300 * MILLISECOND, "server", Publish("/0.png", "a new one"))
    true = PROTOCOL.goal("no client takes a page for what it is not")
    nodes = (NodeSpec("browser", "http", "browser", {}), NodeSpec("server", "http", "server", {"pages": PICTURES}))
    scenario = Scenario(
        name="later", protocols={"http": PROTOCOL}, nodes=nodes, default_link=LinkSpec(latency=40 * MILLISECOND),
        happenings=(late,), win=(PROTOCOL.goal("browser has the whole page"), true), limit=SECOND,
    )  # fmt: skip
    world = World(replace(scenario, win=(true,)), Book())
    world.run(limit=5_000)
    assert world.nodes["server"].machine.site["/0.png"].body == b"a new one"
    assert world.nodes["browser"].machine.got["/0.png"] == b"png0"
    assert world.outcome.won
    early = World(replace(scenario, happenings=(replace(late, at=1),)), Book())
    early.run(limit=5_000)
    assert early.outcome.won
    assert early.nodes["browser"].machine.got["/0.png"] == b"a new one"


def test_six_connections_at_once():
    parallel = load(_persona("a connection each"), most=7)
    assert (parallel.rounds, parallel.count) == (5, 7)
    assert load(_persona("a connection each"), seats={"server": "hangs up after each"}).rounds == 6


def test_a_slow_page_holds_up_all_behind_it():
    pages = PICTURES.replace('"/0.png"', '"/sum?of=1"') + "\n= /sum after=400ms\n7"
    assert load(pages=pages).rounds == 9  # two on opening, one for the page, two more and 400 ms for the sum
    behind = load(_persona("all in one line"), pages=pages)
    assert behind.rounds == 8
    assert load(pages=pages).count == 2


def test_a_browser_asks_again_for_what_a_closed_connection_left_unanswered():
    browser = load(_persona("all in one line"), seats={"server": "hangs up after each"})
    assert len(browser.got) == 11


def test_a_browser_that_never_asks_never_ends():
    with pytest.raises(AssertionError):
        load("wait")


SEEN = """
= /0.png etag=a modified=1994-11-06T08:00:00Z
png0
= /1.png etag=old modified=1994-11-06T08:00:00Z
what it was
= /2.png modified=1994-11-06T08:00:00Z
png2
"""
NOW = PICTURES.replace("= /0.png", "= /0.png etag=a modified=1994-11-06T08:00:00Z")
NOW = NOW.replace("= /1.png", "= /1.png etag=new modified=1994-11-06T08:00:00Z")
NOW = NOW.replace("= /2.png", "= /2.png modified=1994-11-06T08:00:00Z")


def test_a_browser_shows_its_copy_where_that_still_holds():
    browser = load(pages=NOW, copies=SEEN)
    assert browser.got["/0.png"] == b"png0"
    assert browser.got["/1.png"] == b"png1"
    assert browser.conditions == {"/0.png": "tag", "/1.png": "tag", "/2.png": "date"}
    assert browser.rounds == 3


def test_copies_save_bytes_and_a_date_is_too_coarse():
    def world(answer):
        scenario = Scenario(
            name="seen",
            protocols={"http": PROTOCOL},
            nodes=(
                NodeSpec("browser", "http", "browser", {"copies": SEEN}),
                NodeSpec("server", "http", "server", {"pages": NOW}),
            ),
            limit=10 * SECOND,
        )
        return played(scenario, {"node": "browser", "http.condition": answer})

    book, again = world(lambda asked: asked.book), world("anew")
    assert book.nodes["server"].machine.octets < again.nodes["server"].machine.octets
    by_date = world(PROTOCOL.persona("goes by the date").answers["http.condition"])
    assert by_date.nodes["browser"].machine.got["/1.png"] == b"what it was"
    assert [verdict.kind for verdict in by_date.verdicts] == [Kind.WRONG, Kind.WRONG, Kind.BOOK]
    kept = world("keep")
    assert kept.nodes["browser"].machine.got["/1.png"] == b"what it was"
    assert len(kept.nodes["browser"].machine.got) == 11


def test_9111_4_2_3_a_copy_grows_old_while_the_page_is_loaded():
    """Half a second later a second has begun that its server did not promise."""

    def conditions(after):
        pages = '= /\n<img src="/0.png">\n= /0.png etag=a\npng0'
        copies = "= /0.png etag=a max-age=60 age=59\npng0"
        return load(pages=pages.replace("= /\n", f"= / after={after}\n"), copies=copies).conditions["/0.png"]

    assert (conditions("500ms"), conditions("1s")) == ("keep", "tag")


def test_9111_5_2_2_1_a_server_says_for_how_long_its_pages_stay_fresh():
    for condition, status in ((b"", 200), (b'If-None-Match: "a"\r\n', 304)):
        [answer] = peer_of(
            raw(b"GET /0.png HTTP/1.1\r\nHost: s\r\n" + condition + b"\r\n",
                pages="= /0.png etag=a max-age=60\npng0")
        ).answers()  # fmt: skip
        assert (answer.status, value_of(answer.headers, "Cache-Control")) == (status, "max-age=60")
    [plain] = peer_of(raw(FULL)).answers()
    assert value_of(plain.headers, "Cache-Control") is None
    for word in ("max-age=1.5", "age=-1", "max-age="):
        with pytest.raises(ValueError, match="whole number of seconds"):
            site_of(f"= /x {word}\nx")


def test_connections_are_counted_as_they_are_opened_and_a_server_knows_its_own():
    def world(most, seat):
        goal = PROTOCOL.goal(f"no more than {most} connections are opened")
        scenario = replace(pair(TWO, every=10 * MILLISECOND), seats={"server": seat} if seat else {}, win=(goal,))
        world = World(scenario, Book())
        world.run(limit=1_000)
        return world

    assert world(1, "").outcome.won
    assert not world(1, "hangs up after each").outcome.won
    assert world(2, "hangs up after each").outcome.won
    ended = world(2, "hangs up after each")
    assert ended.nodes["server"].machine.accepted == ended.nodes["client"].machine.opened == 2
    assert ended.nodes["server"].machine.octets == ended.nodes["client"].machine.octets > 0


def test_the_seed_decides_in_which_order_a_shuffled_client_asks():
    asks = "\n---\n".join(f"GET /{n} HTTP/1.1\nHost: s" for n in range(6))

    def order(seed):
        world = World(replace(pair(asks, shuffled=True), seed=seed), Book())
        world.run(limit=5_000)
        return tuple(result.number for result in world.nodes["client"].machine.results)

    orders = [order(seed) for seed in range(8)]
    assert len(set(orders)) > 5
    assert all(sorted(found) == list(range(6)) for found in orders)
    assert order(0) == orders[0]


# Bytes and texts


@given(
    st.binary(max_size=60) | st.sampled_from([FULL, FULL.replace(b"\r\n", b"\n"), FULL + FULL, b"HTTP/1.1 200 OK\n\n"])
)
@settings(max_examples=300)
def test_any_bytes_are_a_message_and_come_back_the_same(data):
    message = message_of(data)
    assert octets_of(message) == HTTP.encode(message, None) == data
    assert HTTP.decode(data, None) == message


def test_a_message_has_a_name_people_read():
    assert str(message_of(FULL)) == "GET /plain"
    assert str(message_of(http1.encode(Response(404, "Not Found")))) == "404 Not Found"
    assert str(Octets(b"\0\0")) == "2 bytes"


@pytest.mark.parametrize(
    "text",
    ["= plain\nx", "= / colour=red", "= / modified=yesterday", "= / size=many", "= / after=soon", "= /a\nx\n= /a\ny"],
)
def test_a_site_that_cannot_be_read_says_why(text):
    with pytest.raises(ValueError, match=r"\w+"):
        site_of(text)


def test_asks_are_bytes_with_their_line_ends():
    assert asks_of("GET / HTTP/1.1\nHost: a\n---\nPOST / HTTP/1.1\nContent-Length: 2\n\nhi\n") == (
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
    )  # fmt: skip
    with pytest.raises(ValueError, match="nothing"):
        asks_of("")


def test_every_connection_of_a_book_run_is_closed():
    for scenario in PROTOCOL.scenarios:
        world = World(scenario, Book())
        world.run(limit=20_000)
        assert any(entry.kind == SEND for entry in world.trace)
        closed = {entry.detail for entry in world.trace if entry.kind == CLOSED}
        assert closed or world.outcome.won


@pytest.mark.parametrize(
    "text",
    [
        "= /é\nhi", "= /a etag=é\nhi", '= /a etag=a"b\nhi', "= /a type=☃\nhi", "= /a modified=1994-02-31\nhi",
        "= /a modified=1969-12-31\nhi", "= /a size=99999999999\nhi", "= /a modified=1994-01-00\nhi",
    ],
)  # fmt: skip
def test_pages_that_no_answer_could_carry_are_refused_when_they_are_written(text):
    with pytest.raises(ValueError, match=r"/|calendar|path"):
        site_of(text)


@pytest.mark.parametrize("wrong", [{"path": "x"}, {"etag": "☃"}, {"etag": 'a"b'}, {"modified": -5}])
def test_what_can_be_published_can_be_answered(wrong):
    with pytest.raises(ValueError):
        Publish(**{"path": "/x", "text": "hi", **wrong})


@pytest.mark.parametrize("path", ["/a?b", "/a#b"])
def test_9110_4_1_a_page_that_no_request_could_find_is_refused_when_it_is_written(path):
    text = f'[level]\ntitle = "x"\n[nodes]\ns = {{ runs = "http.server", pages = "= {path}" }}\n'
    with pytest.raises(LevelError) as caught:
        from_text(text, "x.toml")
    assert any("by its path" in problem.found and problem.line == 4 for problem in caught.value.problems)
    assert list(site_of(f"= {path}")) == [path]  # of a copy it is the whole target


@pytest.mark.parametrize("path", ["", "x", "?", "/a b", "/☃", "/\r\n"])
def test_a_browser_s_page_is_a_path(path):
    with pytest.raises(ValueError, match="path"):
        path_named(path)


def test_a_page_may_show_what_no_request_can_ask_for():
    pages = '= /\n<img src="/☃"><img src="/a b"><img src="x"><img src="/a">\n= /a\nA'
    nodes = (NodeSpec("browser", "http", "browser", {}), NodeSpec("server", "http", "server", {"pages": pages}))
    one = Scenario("odd", {"http": PROTOCOL}, nodes, default_link=LinkSpec(latency=1000), limit=10 * SECOND)
    world = World(one)
    world.run()
    browser = world.nodes["browser"].machine
    assert sorted(browser.got) == ["/", "/a"]
    assert browser.ended > 0
