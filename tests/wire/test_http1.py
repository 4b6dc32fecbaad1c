"""HTTP/1.1 on the wire: one test for each sentence of RFC 9112 and RFC 9110 that it rests on, named by its section."""

import http.client
import itertools
import re
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.data import canonical, clone
from core.wire.http1 import (
    HTTP1,
    Ending,
    HttpError,
    Limits,
    Phase,
    Request,
    Response,
    StreamDecoder,
    decode,
    encode,
    ending_of,
    host_problem,
    keeps_open,
    path_of,
    tokens_of,
    value_of,
)
from core.wire.table import CodecError

HOST = b"Host: www\r\n"
GET = b"GET / HTTP/1.1\r\nHost: www\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def request(fields=b"", body=b"", line=b"POST /a HTTP/1.1"):
    return line + b"\r\n" + HOST + fields + b"\r\n" + body


def response(fields=b"", body=b"", line=b"HTTP/1.1 200 OK"):
    return line + b"\r\n" + fields + b"\r\n" + body


def refused(data, responses=False, limits=None):
    """The status with which these bytes are refused, and the words."""
    decoder = StreamDecoder(responses, limits or Limits())
    with pytest.raises(HttpError) as caught:
        decoder.feed(data)
    assert caught.value.decoded == ()
    return caught.value.status, caught.value.message


def status_of(data, responses=False, limits=None):
    return refused(data, responses, limits)[0]


def responses_to(data, *methods, closed=False):
    decoder = StreamDecoder(responses=True)
    for method in methods:
        decoder.expect(method)
    return decoder.feed(data) + (decoder.close() if closed else [])


CHUNKED = b"Transfer-Encoding: chunked\r\n"


# Start lines


def test_9112_3_request_line_is_method_target_version(tiles):
    data = b"GET /where?q=now HTTP/1.1\r\nHost: www.example.org\r\n\r\n"
    message = decode(data)
    assert message == Request("GET", "/where?q=now", (("Host", "www.example.org"),))
    assert encode(message) == data
    spans = HTTP1.spans(data)
    tiles(spans, data)
    assert [(span.name, span.value) for span in spans] == [
        ("method", "GET"), ("request-target", "/where?q=now"), ("HTTP-version", "HTTP/1.1"),
        ("Host", "www.example.org"), ("end of fields", None),
    ]  # fmt: skip


def test_9112_4_status_line_is_version_status_reason(tiles):
    data = response(b"Content-Length: 5\r\n", b"hello", b"HTTP/1.1 404 Not Found")
    message = decode(data)
    assert message == Response(404, "Not Found", (("Content-Length", "5"),), b"hello")
    assert encode(message) == data
    tiles(HTTP1.spans(data), data)


def test_9112_4_the_reason_may_be_absent():
    assert decode(b"HTTP/1.1 204 \r\n\r\n") == decode(b"HTTP/1.1 204\r\n\r\n") == Response(204)


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/ 1.1", b"GET  / HTTP/1.1", b"GET /", b"GET", b"GET /a b HTTP/1.1", b" GET / HTTP/1.1",
        b"GET / HTTP/1.1 ", b"GET / http/1.1", b"GET / HTTP/1.10", b"GET / HTTP/x.1", b"G[T / HTTP/1.1",
        b"GET /\xff HTTP/1.1", b"GET\t/ HTTP/1.1", b"\x16\x03\x01\x02\x00",
    ],
)  # fmt: skip
def test_9112_3_an_invalid_request_line_is_answered_400(line):
    assert status_of(line + b"\r\n" + HOST + b"\r\n") == 400


def test_the_request_line_of_the_lecture_is_none():
    assert status_of(b"GET //www.dcs.qmw.ac.uk/index.html HTTP/ 1.1\r\n" + HOST + b"\r\n") == 400


@pytest.mark.parametrize(
    "line",
    [b"GET /", b"GET http://a/b?c", b"CONNECT a:80", b"OPTIONS *", b"GET //a/b", b"PATCH /x", b"M-SEARCH /"],
)
def test_9112_3_2_the_four_forms_of_a_target(line):
    assert isinstance(decode(line + b" HTTP/1.1\r\n" + HOST + b"\r\n"), Request)


@pytest.mark.parametrize("line", [b"GET a", b"GET *", b"CONNECT /a", b"GET a:80", b"OPTIONS **"])
def test_9112_3_2_no_other_form(line):
    assert status_of(line + b" HTTP/1.1\r\n" + HOST + b"\r\n") == 400


@pytest.mark.parametrize("version", [b"HTTP/2.0", b"HTTP/0.9", b"HTTP/3.0"])
def test_9110_15_6_6_another_major_version_is_answered_505(version):
    assert status_of(b"GET / " + version + b"\r\n\r\n") == 505


def test_9110_2_5_a_higher_minor_version_is_read():
    assert decode(b"GET / HTTP/1.7\r\nHost: a\r\n\r\n").version == "HTTP/1.7"


def test_9112_2_2_empty_lines_before_a_request_are_ignored(tiles):
    assert StreamDecoder().feed(b"\r\n\n\r\n" + GET) == [decode(GET)]
    tiles(HTTP1.spans(b"\r\n" + GET), b"\r\n" + GET)


def test_9112_2_2_a_single_lf_may_end_a_line():
    assert decode(GET.replace(b"\r\n", b"\n")) == decode(GET)


@pytest.mark.parametrize("line", [b"Host: a\rb\r\n", b"Host: a\r\r\n", b"Ho\rst: a\r\n"])
def test_9112_2_2_a_bare_cr_is_invalid(line):
    assert status_of(b"GET / HTTP/1.1\r\n" + line + b"\r\n") == 400


def test_9112_2_2_whitespace_before_the_first_field_is_refused():
    assert status_of(b"GET / HTTP/1.1\r\n Host: a\r\n\r\n") == 400


# Fields


def test_9112_5_whitespace_around_a_value_is_no_part_of_it():
    assert decode(b"GET / HTTP/1.1\r\nHost:a\r\nX: \t b c \t\r\nY:\r\n\r\n").headers == (
        ("Host", "a"), ("X", "b c"), ("Y", ""),
    )  # fmt: skip


@pytest.mark.parametrize("line", [b"Host : a", b"Host\t: a"])
def test_9112_5_1_whitespace_before_the_colon_is_answered_400(line):
    status, words = refused(b"GET / HTTP/1.1\r\n" + line + b"\r\n\r\n")
    assert status == 400
    assert "whitespace" in words


@pytest.mark.parametrize("line", [b"Host", b": a", b"H(st: a", b"Host;: a", b"H\xf6st: a", b"a b: c"])
def test_9110_5_1_a_field_name_is_a_token(line):
    assert status_of(b"GET / HTTP/1.1\r\n" + line + b"\r\n\r\n") == 400


@pytest.mark.parametrize("octet", [b"\0", b"\x01", b"\x7f", b"\x1b"])
def test_9110_5_5_control_characters_in_values_are_invalid(octet):
    assert status_of(b"GET / HTTP/1.1\r\nHost: a" + octet + b"b\r\n\r\n") == 400


def test_9110_5_5_octets_beyond_ascii_are_kept():
    message = decode(b"GET / HTTP/1.1\r\nHost: a\r\nX: \xc3\xbc\r\n\r\n")
    assert value_of(message.headers, "x").encode("latin-1") == b"\xc3\xbc"


@pytest.mark.parametrize("fold", [b" ", b"\t", b"   "])
def test_9112_5_2_a_folded_line_is_refused_in_requests_and_joined_in_responses(fold, tiles):
    assert status_of(b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n" + fold + b"c\r\n\r\n") == 400
    data = response(b"X: b\r\n" + fold + b"c\r\nContent-Length: 0\r\n")
    assert decode(data).headers[0] == ("X", "b c")
    tiles(HTTP1.spans(data), data)


def test_9110_5_3_several_lines_of_a_name_are_one_list():
    headers = (("Via", "a"), ("via", "B, c"))
    assert value_of(headers, "VIA") == "a, B, c"
    assert tokens_of(headers, "Via") == ["a", "b", "c"]
    assert value_of(headers, "Host") is None


@pytest.mark.parametrize(
    ("fields", "version", "problem"),
    [
        (b"", b"HTTP/1.1", "no Host"), (b"Host: a\r\nHost: a\r\n", b"HTTP/1.1", "more than one Host"),
        (b"Host: a b\r\n", b"HTTP/1.1", "'a b' is no host"), (b"", b"HTTP/1.0", None),
        (b"Host: a:80\r\n", b"HTTP/1.1", None), (b"Host:\r\n", b"HTTP/1.1", None),
        (b"Host: [2001:db8::1]:80\r\n", b"HTTP/1.1", None), (b"Host: a%20b\r\n", b"HTTP/1.1", None),
        (b"Host: a:\r\n", b"HTTP/1.1", None), (b"Host: a:b\r\n", b"HTTP/1.1", "'a:b' is no host"),
        (b"Host: a:1:2\r\n", b"HTTP/1.1", "'a:1:2' is no host"), (b"Host: <a>\r\n", b"HTTP/1.1", "'<a>' is no host"),
        (b"Host: \xfc\r\n", b"HTTP/1.1", "'\xfc' is no host"), (b"Host: a%2\r\n", b"HTTP/1.1", "'a%2' is no host"),
    ],
)  # fmt: skip
def test_9112_3_2_a_server_must_answer_400_without_one_valid_host(fields, version, problem):
    assert host_problem(decode(b"GET / " + version + b"\r\n" + fields + b"\r\n")) == problem


@pytest.mark.parametrize(
    ("target", "path"),
    [("/a?b", "/a"), ("http://h/a", "/a"), ("http://h", "/"), ("http://h?x", "/"), ("/a?http://h/b", "/a"), ("*", "*")],
)
def test_9112_3_2_2_a_server_must_accept_the_absolute_form(target, path):
    assert path_of(Request("GET", target)) == path


# Where the body ends: §6.3, rule by rule


@pytest.mark.parametrize("status", [100, 103, 204, 304])
def test_9112_6_3_rule_1_these_responses_have_no_body(status):
    data = b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\n" % status
    [first, second] = responses_to(data + OK, "GET", "GET")
    assert (first.status, first.body, second.body) == (status, b"", b"hello")


def test_9112_6_3_rule_1_a_response_to_head_has_no_body():
    head = response(b"Content-Length: 5\r\n") + response(CHUNKED)
    assert [m.body for m in responses_to(head + OK, "HEAD", "HEAD", "GET")] == [b"", b"", b"hello"]


def test_9110_15_2_an_interim_response_leaves_the_request_unanswered():
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    assert [m.status for m in responses_to(interim + response(b"Content-Length: 9\r\n"), "HEAD")] == [100, 200]


def test_9112_6_3_rule_2_a_tunnel_has_no_body():
    assert responses_to(response(b"Content-Length: 5\r\n"), "CONNECT")[0].body == b""


def test_9112_6_3_rule_3_both_lengths_are_an_error():
    both = b"Content-Length: 5\r\n" + CHUNKED
    assert status_of(request(both, b"0\r\n\r\n")) == 400
    assert status_of(response(both, b"0\r\n\r\n"), True) == 502


def test_9112_6_3_rule_4_chunked_must_be_the_last_coding():
    assert status_of(request(b"Transfer-Encoding: gzip\r\n")) == 400
    assert status_of(request(b"Transfer-Encoding: chunked, gzip\r\n")) == 400
    assert status_of(request(b"Transfer-Encoding: chunked, chunked\r\n")) == 400
    assert status_of(request(b"Transfer-Encoding:\r\n")) == 400
    [message] = responses_to(response(b"Transfer-Encoding: gzip\r\n", b"zzz"), "GET", closed=True)
    assert message.body == b"zzz"


def test_9112_6_1_a_coding_that_is_not_understood_is_answered_501():
    assert status_of(request(b"Transfer-Encoding: gzip, chunked\r\n")) == 501


def test_9112_6_1_transfer_encoding_in_1_0_is_faulty():
    assert status_of(request(CHUNKED, b"0\r\n\r\n", b"POST / HTTP/1.0")) == 400
    assert status_of(response(CHUNKED, b"0\r\n\r\n", b"HTTP/1.0 200 OK"), True) == 502


BLANK_IN_SOME_ALPHABET = [b"\xa0", b"\x85"]
"""What `str.strip` takes for blank in ISO 8859-1, besides SP, HTAB and control characters that no line may hold."""


@pytest.mark.parametrize("octet", BLANK_IN_SOME_ALPHABET)
@pytest.mark.parametrize("place", ["before", "after"])
def test_9110_5_6_3_only_sp_and_htab_are_whitespace_around_a_value(octet, place):
    """Who takes another octet for blank disagrees with the proxy in front about where a request ends."""

    def beside(word):
        return octet + word if place == "before" else word + octet

    hidden = b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: www\r\n\r\n"
    assert status_of(request(b"Transfer-Encoding: " + beside(b"chunked") + b"\r\n", hidden)) == 400
    assert status_of(request(b"Transfer-Encoding: gzip, " + beside(b"chunked") + b"\r\n", hidden)) == 400
    assert status_of(request(b"Content-Length: " + beside(b"5") + b"\r\n", b"hello")) == 400
    assert status_of(request(b"Content-Length: 5, " + beside(b"5") + b"\r\n", b"hello")) == 400
    closing = decode(request(b"Connection: " + beside(b"close") + b"\r\n"))
    assert keeps_open(closing)
    [message] = responses_to(
        response(b"Transfer-Encoding: " + beside(b"chunked") + b"\r\n", hidden), "GET", closed=True
    )
    assert message.body == hidden


def test_9110_5_6_3_sp_and_htab_are():
    assert decode(request(b"Transfer-Encoding:\t chunked \t\r\n", b"0\r\n\r\n")).chunks == (0,)
    assert decode(request(b"Content-Length: \t5,\t5 \r\n", b"hello")).body == b"hello"


@pytest.mark.parametrize("octet", [b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x1f"])
def test_9110_5_5_control_characters_that_python_takes_for_blanks_or_line_ends_are_refused(octet):
    for fields in (b"Content-Length: 5" + octet, b"A: b" + octet + b"Content-Length: 5", octet + b"A: b"):
        assert status_of(request(fields + b"\r\n", b"hello")) == 400


@pytest.mark.parametrize(
    "length", [b"1_0", b"\xb9", b"1 0", b"0b1", b"1e1", b"-1", b"+5", b"5 5", b"0x5", b"5.0", b"\xb2", b"1,,", b"five"]
)
def test_9112_6_3_rule_5_an_invalid_length_is_answered_400(length):
    assert status_of(request(b"Content-Length: " + length + b"\r\n")) == 400
    assert status_of(response(b"Content-Length: " + length + b"\r\n"), True) == 502


def test_9112_6_3_rule_5_lengths_that_differ_are_refused_equal_ones_count_once():
    assert status_of(request(b"Content-Length: 5\r\nContent-Length: 6\r\n")) == 400
    assert status_of(request(b"Content-Length: 5, 6\r\n")) == 400
    assert decode(request(b"Content-Length: 5\r\nContent-Length: 5\r\n", b"hello")).body == b"hello"
    assert decode(request(b"Content-Length: 5, 05\r\n", b"hello")).body == b"hello"


def test_9112_6_3_rule_6_the_length_ends_the_body():
    decoder = StreamDecoder()
    [first, second] = decoder.feed(request(b"Content-Length: 5\r\n", b"hello") + GET)
    assert (first.body, second.method) == (b"hello", "GET")
    assert decoder.between


def test_9112_6_3_rule_7_a_request_without_length_has_no_body():
    assert [m.body for m in StreamDecoder().feed(request() + GET)] == [b"", b""]


def test_9112_6_3_rule_8_a_response_without_length_ends_with_the_connection():
    assert responses_to(response(b"", b"all " + OK), "GET") == []
    [message] = responses_to(response(b"", b"all " + OK), "GET", closed=True)
    assert message.body == b"all " + OK
    assert responses_to(response(), "GET", closed=True)[0].body == b""


@pytest.mark.parametrize(
    "data",
    [OK[:-1], OK[:20], response(CHUNKED, b"5\r\nhello\r\n"), response(CHUNKED, b"5\r\nhel"), b"HTTP/1.1 200"],
)
def test_9112_8_a_message_cut_short_is_no_message(data):
    decoder = StreamDecoder(responses=True)
    assert decoder.feed(data) == []
    with pytest.raises(HttpError):
        decoder.close()
    with pytest.raises(CodecError):
        decode(data)


def test_nothing_is_cut_short_between_messages():
    decoder = StreamDecoder()
    decoder.feed(GET)
    assert decoder.close() == []


# Chunks


def test_9112_7_1_chunks_until_the_last_and_then_trailers(tiles):
    data = request(CHUNKED, b"5\r\nhello\r\nA\r\n, world!!!\r\n0\r\nX-Sum: 7\r\n\r\n")
    message = decode(data)
    assert (message.body, message.chunks) == (b"hello, world!!!", (5, 10, 0))
    assert message.trailers == (("X-Sum", "7"),)
    assert decode(encode(message)) == message
    tiles(HTTP1.spans(data), data)


def test_9112_7_1_1_extensions_that_are_not_known_are_ignored():
    assert decode(request(CHUNKED, b'5;a=b;c="d" \r\nhello\r\n0 ;z\r\n\r\n')).body == b"hello"


@pytest.mark.parametrize(
    "body",
    [b"\r\n", b"g\r\n", b"-5\r\n", b"+5\r\nhello\r\n", b"0x5\r\n", b" 5\r\n", b"5 \r\n", b"5\nhello\r\n",
     b"5\r\nhello!\r\n",
     b"5\r\nhello\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"_1\r\n", b"0\r\nX: y\n\r\n", b"0\r\n x\r\n\r\n"],
)  # fmt: skip
def test_9112_7_1_anything_else_is_no_chunk(body):
    assert status_of(request(CHUNKED, body)) == 400


def test_9112_7_1_a_chunk_size_of_any_length_overflows_nothing():
    assert status_of(request(CHUNKED, b"f" * 900 + b"\r\n")) == 413
    assert decode(request(CHUNKED, b"0" * 500 + b"5\r\nhello\r\n000\r\n\r\n")).body == b"hello"


def test_9112_7_1_2_trailers_are_not_merged_into_the_fields():
    message = decode(request(CHUNKED, b"0\r\nContent-Length: 99\r\n\r\n"))
    assert value_of(message.headers, "Content-Length") is None


# Limits


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"G" * 9000 + b" / HTTP/1.1\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: aaaaaaaaaaa\r\n" * 4000 + b"\r\n", 431),
        (request(b"Content-Length: 99999999999\r\n"), 413),
        (request(b"Content-Length: " + b"9" * 5000 + b"\r\n"), 413),
        (request(CHUNKED, b"5;" + b"a" * 2000 + b"\r\n"), 400),
    ],
)
def test_what_is_too_long_is_answered_with_its_status(data, status):
    assert status_of(data) == status


def test_9112_3_request_lines_of_8000_octets_are_read():
    assert len(decode(b"GET /" + b"a" * 7986 + b" HTTP/1.1\r\n" + HOST + b"\r\n").target) == 7987


def test_a_body_in_chunks_has_the_same_limit():
    assert status_of(request(CHUNKED, b"5\r\nhello\r\n6\r\n"), limits=Limits(body=10)) == 413
    assert status_of(response(b"", b"hello, world"), True, Limits(body=10)) == 502


def test_too_long_is_said_before_the_line_ends():
    assert status_of(b"GET /" + b"a" * 9000) == 414
    assert status_of(b"GET / HTTP/1.1\r\nX: " + b"a" * 40000) == 431


def test_after_a_fault_nothing_more_is_read_or_kept():
    decoder = StreamDecoder()
    with pytest.raises(HttpError) as caught:
        decoder.feed(GET + b"\0\r\n")
    assert caught.value.decoded == (decode(GET),)
    for _ in range(3):
        with pytest.raises(HttpError) as again:
            decoder.feed(GET)
        assert (again.value.offset, again.value.status) == (len(GET), 400)
    assert decoder.phase is Phase.FAILED
    assert len(decoder.buffer) < 5
    with pytest.raises(HttpError):
        decoder.close()


# Connections


@pytest.mark.parametrize(
    ("version", "connection", "open_"),
    [
        ("HTTP/1.1", None, True), ("HTTP/1.1", "close", False), ("HTTP/1.1", "Upgrade, Close", False),
        ("HTTP/1.0", None, False), ("HTTP/1.0", "keep-alive", True), ("HTTP/1.0", "Keep-Alive, close", False),
    ],
)  # fmt: skip
def test_9112_9_3_persistence(version, connection, open_):
    headers = (("Connection", connection),) if connection else ()
    assert keeps_open(Request("GET", "/", headers, version=version)) is open_


def test_9110_10_1_1_the_head_is_known_before_the_body_comes():
    decoder = StreamDecoder()
    decoder.feed(request(b"Expect: 100-continue\r\nContent-Length: 5\r\n"))
    assert value_of(decoder.head.headers, "expect") == "100-continue"
    assert decoder.feed(b"hello")[0].body == b"hello"
    assert decoder.head is None


# Encoding


@pytest.mark.parametrize(
    "message",
    [
        Request("G T", "/"), Request("GET", "/a b"), Request("GET", ""), Request("GET", "/", (("a b", "c"),)),
        Request("GET", "/", (("a", "b\r\nc: d"),)), Request("GET", "/", (("a", " b"),)),
        Request("GET", "/", (("a", "€"),)), Request("GET", "/", body=b"x"), Request("GET", "/", version="HTTP/2.0"),
        Request("GET", "/", (("Content-Length", "3"),), b"x"), Request("GET", "/", chunks=(0,)),
        Request("GET", "/", (("Transfer-Encoding", "chunked"),), b"x", chunks=(1,)),
        Request("GET", "/", (("Transfer-Encoding", "chunked"),), b"x", chunks=(2, 0)),
        Request("GET", "/", (("Transfer-Encoding", "chunked"),), b"x", chunks=(1, 0, 0)),
        Response(99), Response(1000), Response(200, "O\nK"), Response(204, body=b"x"),
        Response(200, "", (("Content-Length", "3"),), b"x"), Response(200, trailers=(("a", "b"),)),
    ],
)  # fmt: skip
def test_what_would_lie_on_the_wire_is_not_encoded(message):
    with pytest.raises(CodecError):
        encode(message)


def test_an_answer_to_head_keeps_the_length_of_its_page():
    message = Response(200, "OK", (("Content-Length", "5"),))
    assert decode(encode(message)) == message
    assert ending_of(message, "HEAD") == (Ending.NONE, 0)
    chunked = Response(200, "OK", (("Transfer-Encoding", "chunked"),))
    assert decode(encode(chunked)) == chunked


tokens = st.text("abcXYZ-!09", min_size=1, max_size=8)
values = st.text('abc ;,="é\t/', max_size=10).map(lambda text: text.strip(" \t"))
reserved = {"content-length", "transfer-encoding"}
headers = st.lists(st.tuples(tokens.filter(lambda name: name not in reserved), values), max_size=4).map(tuple)
bodies = st.binary(max_size=30)


@st.composite
def framed(draw):
    """Fields, body, chunks and trailers that fit each other."""
    fields, body = draw(headers), draw(bodies)
    if draw(st.booleans()):
        return (*fields, ("Content-Length", str(len(body)))), body, (), ()
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(body) - 1)), max_size=3)) if len(body) > 1 else set())
    edges = [0, *cuts, len(body)] if body else [0]
    sizes = (*(b - a for a, b in itertools.pairwise(edges)), 0)
    return (*fields, ("Transfer-Encoding", "chunked")), body, sizes, draw(headers)


@st.composite
def messages(draw, responses):
    fields, body, chunks, trailers = draw(framed())
    version = draw(st.sampled_from(["HTTP/1.1", "HTTP/1.2"]))
    if responses:
        status = draw(st.integers(200, 599).filter(lambda status: status not in (204, 304)))
        reason = draw(values)
        return Response(status, reason, fields, body, version, chunks, trailers)
    return Request(draw(tokens), "/" + draw(tokens), fields, body, version, chunks, trailers)


@given(st.booleans().flatmap(messages))
@settings(max_examples=200)
def test_decode_after_encode_is_the_identity(message):
    assert decode(encode(message)) == message


class FakeSocket:
    """What http.client wants of a socket."""

    def __init__(self, data):
        self.data = data

    def makefile(self, mode):
        return BytesIO(self.data)


def simple(message):
    """Does http.client read it as we do? It parses fields as those of a mail, which know other whitespace."""
    return all(re.fullmatch("[a-zA-Z]+[0-9]*", name) and value.isalnum() for name, value in message.headers[:-1])


@given(messages(True).filter(simple), st.booleans())
@settings(max_examples=200)
def test_the_client_of_the_standard_library_reads_the_same(message, head):
    data = encode(message) if not head else encode(replace(message, body=b"", chunks=(), trailers=()))
    theirs = http.client.HTTPResponse(FakeSocket(data), method="HEAD" if head else "GET")
    theirs.begin()
    [ours] = responses_to(data, "HEAD" if head else "GET")
    assert theirs.read() == ours.body
    assert theirs.status == ours.status
    assert [(name, value) for name, value in theirs.getheaders()] == list(ours.headers)


def in_pieces(decoder, data, cuts):
    """What a decoder makes of a stream cut at these places: messages, and how it ended."""
    found = []
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    try:
        for start, end in itertools.pairwise(edges):
            found += decoder.feed(data[start:end])
            decoder = clone(decoder)
            canonical(decoder)
        found += decoder.close()
    except HttpError as error:
        return [*found, *error.decoded], (error.status, error.message)
    return found, None


cuts = st.lists(st.integers(0, 10_000), max_size=30)


@given(st.booleans(), st.data(), cuts)
@settings(max_examples=200)
def test_any_cut_of_a_stream_gives_the_same_messages(responses, data, cuts):
    sent = data.draw(st.lists(messages(responses), max_size=4))
    stream = b"".join(map(encode, sent))
    assert in_pieces(StreamDecoder(responses), stream, cuts) == (sent, None)


FRAGMENTS = [
    b"GET / HTTP/1.1\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 204 \r\n", b"\r\n", b"\n", b"\r", b" ",
    b"Content-Length: 3\r\n", b"Content-Length: 99\r\n", CHUNKED, b"abc", b"0\r\n\r\n", b"3\r\nabc\r\n",
    b"X: y\r\n", b"\0", b"3;" + b"x" * 20 + b"\r\n",
    b"GET /" + b"x" * 30, HOST, b"HTTP/1.0 200 OK\r\n", b"\x80",
]  # fmt: skip
streams = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=4)), max_size=12).map(b"".join)


@given(st.booleans(), streams, cuts, st.integers(1, 60))
@settings(max_examples=500)
def test_any_cut_of_garbage_gives_the_same_messages_and_the_same_fault(responses, stream, cuts, limit):
    limits = Limits(limit, limit, 10, 20)
    whole = in_pieces(StreamDecoder(responses, limits), stream, [])
    assert in_pieces(StreamDecoder(responses, limits), stream, cuts) == whole
    assert in_pieces(StreamDecoder(responses, limits), stream, range(len(stream))) == whole


def test_garbage_is_read_or_refused_in_words(survives_garbage):
    originals = [
        GET, OK, request(CHUNKED, b"5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n"), response(b"X: a\r\n b\r\n", b"rest"),
        request(b"Content-Length: 5\r\n", b"hello"), b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
    ]  # fmt: skip
    refused, read = survives_garbage(HTTP1, originals)
    assert refused > 5_000
    assert read > 500


@pytest.mark.parametrize("coding", ["\x9b31m", "x\x85"])
def test_words_about_a_fault_hold_nothing_that_a_terminal_obeys(coding):
    for last in (coding, f"{coding}, chunked"):
        request = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + last.encode("latin-1") + b"\r\n\r\n"
        with pytest.raises(HttpError) as found:
            decode(request)
        assert str(found.value).isprintable()
