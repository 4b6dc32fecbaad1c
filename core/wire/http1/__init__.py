"""HTTP/1.1 messages on a connection (RFC 9112; fields and methods by RFC 9110).

A message is a start line, field lines, an empty line and perhaps a body. A stream keeps no boundaries, so where the
body ends must be told: by Content-Length, by chunks, or by the connection's end. `StreamDecoder` gathers bytes until
messages are whole, however the stream was cut; `encode` and `decode` are for one whole message.

Choices where the RFC leaves one: a single LF ends a line of the head, never one of the chunked coding (§2.2); folded
field lines are refused in requests and joined in responses (§5.2); a message with both Content-Length and
Transfer-Encoding is refused (§6.1, §6.3); a Content-Length repeated with the same value counts once (RFC 9110 §8.6).
"""

from __future__ import annotations

from core.wire.http1.fields import (
    Ending,
    content_length,
    ending_of,
    host_problem,
    keeps_open,
    path_of,
    tokens_of,
    value_of,
    values_of,
)
from core.wire.http1.messages import (
    CODEC,
    SOURCE,
    TOKEN,
    VERSION,
    Headers,
    HttpError,
    Limits,
    Message,
    Request,
    Response,
)
from core.wire.http1.reader import Phase, StreamDecoder
from core.wire.http1.writer import encode, head_of
from core.wire.table import Codec, CodecError, Envelope, Span, close

__all__ = [
    "CODEC", "HTTP1", "SOURCE", "TOKEN", "VERSION", "Ending", "Headers", "Http", "HttpError", "Limits", "Message",
    "Phase", "Request", "Response", "StreamDecoder", "content_length", "decode", "encode", "ending_of", "head_of",
    "host_problem", "keeps_open", "path_of", "tokens_of", "value_of", "values_of",
]  # fmt: skip


def decode(data: bytes, method: str | None = None) -> Message:
    """Exactly one message; what begins with `HTTP/` is a response, to a request with `method`.

    Without `method`, a response that ends with its head though its fields promise a body is an answer to HEAD.
    Raises HttpError.
    """
    decoder = StreamDecoder(responses=data[:5] == b"HTTP/")
    decoder.expect(method or "GET")
    messages = decoder.feed(data)
    if len(messages) == 1 and decoder.between:
        return messages[0]
    if messages:
        raise HttpError(0, "more than one message", 502 if decoder.responses else 400)
    head_only = decoder.responses and not decoder.buffer and not decoder.chunks and not decoder.body
    if head_only and method is None and decoder.phase in (Phase.LENGTH, Phase.CHUNK):
        return decode(data, "HEAD")
    done = decoder.close()
    if not done:
        raise HttpError(0, "no message", 400)
    return done[0]


class Http:
    """The codec of whole messages; the envelope is not used."""

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        return encode(message)

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        return decode(data)

    def spans(self, data: bytes) -> list[Span]:
        found: list[Span] = []
        decoder = StreamDecoder(responses=data[:5] == b"HTTP/")
        try:
            decoder.feed(data, found)
            close(found, data, "unreadable", f"cut short in {decoder.phase.value}")
        except CodecError as error:
            close(found, data, "unreadable", error.message)
        return found


HTTP1: Codec[Message] = Http()
