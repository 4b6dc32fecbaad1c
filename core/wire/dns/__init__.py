"""Messages of the Domain Name System (RFC 1035, 4), with AAAA records (RFC 3596).

Names (`core.wire.domain`) are compressed in questions, owners and the data of all types known here, as RFC 3597 has
it; data of other types are carried as bytes.

The header and the fixed parts of questions and records are field tables. Names are no tables, since a pointer leads
elsewhere: a reader walks the message and yields the same spans while it decodes.
"""

from __future__ import annotations

from dataclasses import replace

from core.wire.dns.messages import (
    AAAA,
    CNAME,
    MX,
    NS,
    PTR,
    SOA,
    TXT,
    A,
    Class,
    Code,
    Data,
    Message,
    Question,
    Record,
    Type,
    Unknown,
)
from core.wire.dns.reader import UNREADABLE, Reader
from core.wire.dns.tables import CODEC, GREATEST, HEADER, SECTIONS, TABLE, UDP_GREATEST
from core.wire.dns.writer import Writer
from core.wire.table import Codec, CodecError, Envelope, Span, Values, close

__all__ = [
    "AAAA", "CNAME", "CODEC", "DNS", "GREATEST", "HEADER", "MX", "NS", "PTR", "SOA", "TABLE", "TXT", "UDP_GREATEST",
    "A", "Class", "Code", "Data", "Dns", "Message", "Question", "Record", "Type", "Unknown", "fitted",
]  # fmt: skip


class Dns:
    """The codec of messages. No addresses are needed, so the envelope is not used."""

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        """With compressed names, at most 65,535 bytes. Raises CodecError for names and numbers that do not fit.

        A datagram carries 512 bytes: see `fitted`.
        """
        data = Writer().message(message)
        if len(data) > GREATEST:
            raise CodecError(CODEC, GREATEST, f"a message of {len(data)} bytes is too long")
        return data

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        """Raises CodecError for missing bytes, bytes after the end, and names that are none."""
        return Reader(data).message()

    def spans(self, data: bytes) -> list[Span]:
        found: list[Span] = []
        reason = ""
        try:
            Reader(data, found).message()
        except CodecError as error:
            reason = error.message
        close(found, data, UNREADABLE, reason)
        return found


DNS: Codec[Message] = Dns()


def fitted(message: Message, limit: int = UDP_GREATEST) -> Message:
    """The message with as many of its records as `limit` bytes hold, from the first one on.

    TC is set if an answer or a record of the authority section is missing, not for additional ones (RFC 2181, 9).
    Raises CodecError if it cannot be encoded at all.
    """
    writer = Writer()
    writer.message(message)
    room = max(sum(end <= limit for end in writer.ends) - 1, 0)
    needed = len(message.answers) + len(message.authority)
    kept: Values = {}
    for part in SECTIONS[1:]:
        kept[part] = getattr(message, part)[:room]
        room -= len(kept[part])
    left = sum(map(len, kept.values()))
    return replace(message, truncated=message.truncated or left < needed, **kept)
