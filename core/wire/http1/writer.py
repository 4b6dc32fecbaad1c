"""Writes HTTP/1.1 messages.

Sections without a name are of RFC 9112.
"""

from __future__ import annotations

import re

from core.wire.http1.fields import Ending, ending_of
from core.wire.http1.messages import (
    CODEC,
    TEXT,
    TOKEN,
    VERSIONS,
    VISIBLE,
    Headers,
    Message,
    Request,
    Response,
    target_fits,
)
from core.wire.table import CodecError, octets_in_words


def head_of(message: Message) -> bytes:
    """Start line, field lines and the empty line, whatever the fields say of the body.

    Raises CodecError for what no line can hold.
    """
    if isinstance(message, Request):
        _fits(TOKEN, message.method, "a method")
        _fits(VISIBLE, message.target, "a request target")
        if not target_fits(_octets(message.method), _octets(message.target)):
            raise CodecError(CODEC, 0, f"{message.target!r} is no target of {message.method}")
        start = f"{message.method} {message.target} {message.version}"
    else:
        if not 100 <= message.status <= 999:
            raise CodecError(CODEC, 0, f"a status has three digits, not {message.status}")
        _fits(TEXT, message.reason, "a reason phrase")
        start = f"{message.version} {message.status} {message.reason}"
    version = VERSIONS.fullmatch(_octets(message.version))
    if version is None or version[1] != b"1":
        raise CodecError(CODEC, 0, f"{message.version!r} is not version 1 of HTTP")
    return _octets(start) + b"\r\n" + _lines(message.headers) + b"\r\n"


def encode(message: Message) -> bytes:
    """Raises CodecError for a body that does not end where the fields say, and for what no line can hold."""
    head = head_of(message)
    ending, length = ending_of(message)
    body = message.body
    if ending is Ending.CHUNKED:
        if isinstance(message, Response) and not (message.chunks or body or message.trailers):
            return head  # the answer to HEAD
        return head + _chunked(message)
    if message.chunks or message.trailers:
        raise CodecError(CODEC, len(head), "chunks or trailers in a message that is not chunked")
    if ending is Ending.NONE and body:
        raise CodecError(CODEC, len(head), f"{octets_in_words(body)} where the fields leave no room for a body")
    if ending is Ending.LENGTH and len(body) != length and (body or isinstance(message, Request)):
        raise CodecError(CODEC, len(head), f"a body of {octets_in_words(body)}, but Content-Length is {length}")
    return head + body


def _chunked(message: Message) -> bytes:
    sizes = message.chunks
    if sum(sizes) != len(message.body) or sizes[-1:] != (0,) or any(size <= 0 for size in sizes[:-1]):
        raise CodecError(CODEC, 0, f"chunks {sizes} for a body of {octets_in_words(message.body)}; the last is 0")
    out, at = bytearray(), 0
    for size in sizes[:-1]:
        out += b"%x\r\n%b\r\n" % (size, message.body[at : at + size])
        at += size
    return bytes(out) + b"0\r\n" + _lines(message.trailers) + b"\r\n"


def _lines(headers: Headers) -> bytes:
    for name, value in headers:
        _fits(TOKEN, name, "a field name")
        _fits(TEXT, value, "a field value")
        if value != value.strip(" \t"):
            raise CodecError(CODEC, 0, f"the value of {name} has whitespace around it")
    return b"".join(_octets(f"{name}: {value}".rstrip(" ")) + b"\r\n" for name, value in headers)


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise CodecError(CODEC, 0, f"{text!r} has characters beyond ISO 8859-1") from None


def _fits(pattern: re.Pattern[bytes], text: str, what: str) -> None:
    if not pattern.fullmatch(_octets(text)):
        raise CodecError(CODEC, 0, f"{text!r} is not {what}")
