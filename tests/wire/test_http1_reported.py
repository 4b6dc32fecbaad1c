"""Inputs that bit other readers of HTTP/1.1, as their public reports have them: here each of them is refused.

What two readers on one connection take for different things is a hole through which a request is smuggled.
"""

from __future__ import annotations

import pytest

from core.wire.http1 import HttpError, StreamDecoder

CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"


def head(*fields: bytes) -> bytes:
    return b"POST / HTTP/1.1\r\nHost: a\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


REPORTED = {
    "llhttp 877: no version, and LF alone": b"GET /x\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "aiohttp CVE-2023-37276: CR alone begins a field": head(b"X-Abc: \rxTransfer-Encoding: chunked"),
    "aiohttp 7312: CR alone ends an empty field": head(b"Foo:\rAContent-Length: 10") + b"1234567890",
    "aiohttp 7719: letters beyond ASCII in a field name": head(b"F\xc3\xb6\xc3\xb6: 1"),
    "aiohttp 7719: a control character between the words": b"GET /\x0c HTTP/1.1\r\nHost: a\r\n\r\n",
    "aiohttp: a version of several digits": b"GET / HTTP/1.10\r\nHost: a\r\n\r\n",
    "aiohttp: a version with blanks": b"GET / HTTP/ 1.1\r\nHost: a\r\n\r\n",
    "gunicorn: a blank before the colon": head(b"Transfer-Encoding : chunked") + b"0\r\n\r\n" + HIDDEN,
    "gunicorn: chunked is not the last coding": head(b"Transfer-Encoding: chunked, identity") + b"0\r\n\r\n" + HIDDEN,
    "gunicorn: a coding in quotation marks": head(b'Transfer-Encoding: "chunked"') + b"0\r\n\r\n" + HIDDEN,
    "waitress: a vertical tab before the coding": head(b"Transfer-Encoding: \x0bchunked") + b"0\r\n\r\n" + HIDDEN,
    "waitress: a sign before the length": head(b"Content-Length: +5") + b"hello",
    "waitress: both lengths": head(b"Content-Length: 40", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + HIDDEN,
    "node: a coding folded onto a second line": head(b"Transfer-Encoding: x,", b" chunked") + b"0\r\n\r\n" + HIDDEN,
    "node: a length folded onto a second line": head(b"Content-Length:", b" 5") + b"hello",
    "twisted: a second length that is none": head(b"Content-Length: 5", b"Content-Length: 5x") + b"hello",
    "tornado: minus nought": head(b"Content-Length: -0"),
    "tornado: an underscore in the length": head(b"Content-Length: 1_0") + b"0123456789",
    "puma: digits of another alphabet": head("Content-Length: \u0665".encode()) + b"hello",
    "h11 CVE-2025-43859: what ends a chunk is no CRLF": CHUNKED + b"5\r\nhelloXX0\r\n\r\n" + HIDDEN,
    "go 71988: LF alone ends a chunk's size": CHUNKED + b"5\nhello\r\n0\r\n\r\n",
    "go 71988: LF alone in a chunk's extension": CHUNKED + b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "go 71988: LF alone ends a chunk's data": CHUNKED + b"5\r\nhello\n0\r\n\r\n",
    "uhttpd 3: an underscore in a chunk's size": CHUNKED + b"0_0\r\n\r\n",
    "uhttpd 3: CR before a chunk's size": CHUNKED + b"\r0\r\n\r\n",
    "uhttpd 3: 0x before a chunk's size": CHUNKED + b"0x1\r\nZ\r\n0\r\n\r\n",
    "a sign before a chunk's size": CHUNKED + b"+1\r\nZ\r\n0\r\n\r\n",
    "a blank before a chunk's size": CHUNKED + b" 1\r\nZ\r\n0\r\n\r\n",
    "no chunk's size at all": CHUNKED + b";a\r\n\r\n",
    "LF alone ends a trailer": CHUNKED + b"0\r\nA: b\n\r\n",
    "a trailer that is no field": CHUNKED + b"0\r\nGET /hidden HTTP/1.1\r\n\r\n",
    "NUL in a field's name": head(b"A\0: b"),
    "NUL in a field's value": head(b"A: b\0"),
    "a field without a name": head(b": b"),
    "a field line without a colon": head(b"Host"),
    "four words in the request line": b"GET / x HTTP/1.1\r\nHost: a\r\n\r\n",
    "two blanks in the request line": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a tab in the request line": b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
}


def fed(data: bytes, piece: int) -> None:
    """Raises HttpError; no message is read before."""
    decoder = StreamDecoder()
    for at in range(0, len(data), piece):
        assert decoder.feed(data[at : at + piece]) == []


@pytest.mark.parametrize("data", REPORTED.values(), ids=REPORTED)
@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_it_is_refused_however_it_is_cut_and_nothing_behind_it_is_read(data: bytes, piece: int) -> None:
    with pytest.raises(HttpError) as caught:
        fed(data, piece)
    assert caught.value.decoded == ()
    assert caught.value.status in (400, 501)
