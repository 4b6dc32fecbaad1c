"""What travels on a stream of HTTP: whole messages where a sending is one, else octets; both are only bytes.

A stream has no boundaries, and a message's boundary is what HTTP is about. So every machine here reads the bytes of
what arrives (`octets_of`) with a `core.wire.http1.StreamDecoder` of its own, and never the object: a Content-Length
that lies does to the reader what it does on the wire. `message_of` only gives bytes a readable name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.wire import http1
from core.wire.http1 import Request, Response
from core.wire.table import CodecError, Envelope, Span, octets_in_words

CODEC = "http"

REASONS = {
    100: "Continue", 200: "OK", 204: "No Content", 304: "Not Modified", 400: "Bad Request", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 412: "Precondition Failed", 413: "Content Too Large",
    414: "URI Too Long",
    417: "Expectation Failed", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}  # fmt: skip
"""Reason phrases of RFC 9110 §15 and RFC 6585."""


@dataclass(frozen=True)
class Octets:
    """Bytes of a stream that are not exactly one whole message: a part of one, several, or none at all."""

    data: bytes

    def __str__(self) -> str:
        line = self.data[:24].split(b"\r\n")[0].decode("latin-1")
        return f"{octets_in_words(self.data)} {line!r}" if line.isprintable() and line else octets_in_words(self.data)


Message: TypeAlias = Request | Response | Octets
MESSAGES = (Request, Response, Octets)


def octets_of(message: Message) -> bytes:
    """The bytes that travel."""
    return message.data if isinstance(message, Octets) else http1.encode(message)


def message_of(data: bytes) -> Message:
    """These bytes as a message of this room: any bytes are one, and `octets_of` gives the very same bytes back.

    This is what a live driver hands to `on_message` for whatever a socket gave it, cut as it came.
    """
    try:
        message = http1.decode(data)
        return message if http1.encode(message) == data else Octets(data)
    except CodecError:
        return Octets(data)


def spoken(message: Request | Response, head: bytes, body: bytes) -> Message:
    """A head and what follows it, whether or not that is what the head promises."""
    data = head + body
    try:
        return message if http1.encode(message) == data else Octets(data)
    except CodecError:
        return Octets(data)


class HttpCodec:
    """Bytes to messages and back, one for one; nothing is refused, as octets may be anything."""

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        return octets_of(message)

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        return message_of(data)

    def spans(self, data: bytes) -> Sequence[Span]:
        return http1.HTTP1.spans(data)


HTTP = HttpCodec()
