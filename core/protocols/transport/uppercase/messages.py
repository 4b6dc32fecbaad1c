"""Text as it travels: the bytes themselves, for nothing else is on the wire."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.table import Codec, CodecError, Envelope, Span

PORT = 12_000
"""The port of the lecture's server."""
BUFFER = 2048
"""Bytes of a datagram that `recvfrom(2048)` takes; the rest is cut off."""
RECEIVE = 1024
"""Bytes that one `recv(1024)` takes from a stream at most."""


@dataclass(frozen=True)
class Text:
    """A datagram's whole content, or a piece of a stream as it came: any bytes, and however many."""

    data: bytes

    def __str__(self) -> str:
        return shown(self.data)


def shown(data: bytes) -> str:
    """Bytes as a person reads them, in quotes; long ones are cut short."""
    text = data[:24].decode("ascii", "backslashreplace").replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}{"..." if len(data) > 24 else ""}"'


def capitals(data: bytes) -> bytes:
    """ASCII letters as capitals; all other bytes stay."""
    return data.upper()


class Plain:
    """The codec of text: a message is its bytes, and any bytes are a message."""

    name = "text"

    def encode(self, message: Text, envelope: Envelope) -> bytes:
        if not isinstance(message.data, bytes):
            raise CodecError(self.name, 0, f"{message.data!r} are no bytes")
        return message.data

    def decode(self, data: bytes, envelope: Envelope) -> Text:
        return Text(bytes(data))

    def spans(self, data: bytes) -> list[Span]:
        if not data:
            return []
        return [Span("text", 0, len(data) * 8, bytes(data), shown(data), "what was said", "Kurose & Ross 8e §2.7")]


CODEC: Codec[Text] = Plain()
MESSAGES = (Text,)
