"""Writes DNS messages, with compressed names (RFC 1035, 4.1.4)."""

from __future__ import annotations

from typing import Any

from core.wire.dns.messages import (
    AAAA,
    CNAME,
    MX,
    NS,
    PTR,
    SOA,
    TXT,
    A,
    Data,
    Message,
    Record,
    Unknown,
    class_in_words,
    is_known,
    type_in_words,
)
from core.wire.dns.reader import FARTHEST, POINTER
from core.wire.dns.tables import (
    ADDRESS,
    ADDRESS_6,
    CODEC,
    FLAGS,
    GREATEST,
    PREFERENCE,
    QUESTION,
    RECORD,
    SECTIONS,
    STRING,
    TABLE,
    UNKNOWN,
    ZONE,
)
from core.wire.domain import Name, problem
from core.wire.table import CodecError, Table


class Writer:
    """Builds a message; remembers where every name lies, and writes what was there before as a pointer."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.places: dict[Name, int] = {}
        self.ends: list[int] = []  # where the questions end, and every record

    def values(self, table: Table, **values: Any) -> None:
        """What a table makes of these values. Raises CodecError for those that do not fit."""
        try:
            self.out += table.pack(values)
        except CodecError as error:
            raise CodecError(CODEC, len(self.out) + error.offset, error.message) from error

    def name(self, labels: Name) -> None:
        """A name, its end as a pointer where that was written before. Raises CodecError for what is no name."""
        wrong = problem(labels)
        if wrong:
            raise CodecError(CODEC, len(self.out), f"{labels!r} is no domain name: {wrong}")
        for place, label in enumerate(labels):
            rest = labels[place:]
            known = self.places.get(rest)
            if known is not None:
                self.out += (POINTER << 14 | known).to_bytes(2, "big")
                return
            if len(self.out) <= FARTHEST:
                self.places[rest] = len(self.out)
            self.out += bytes([len(label)]) + label
        self.out.append(0)

    def record(self, record: Record) -> None:
        """A record, its data's length filled in behind them."""
        known = is_known(record.type, record.class_)
        if known == isinstance(record.data, Unknown):
            words = f"{type_in_words(record.type)} in the class {class_in_words(record.class_)}"
            raise CodecError(CODEC, len(self.out), f"data of {words} are {'not ' if known else ''}carried as bytes")
        self.name(record.name)
        self.values(RECORD, type=record.type, ttl=record.ttl, length=0, **{"class": record.class_})
        start = len(self.out)
        self.data(record.data)
        size = len(self.out) - start
        if size > GREATEST:
            raise CodecError(CODEC, start, f"{size} bytes of data, {GREATEST} at most")
        self.out[start - 2 : start] = size.to_bytes(2, "big")

    def data(self, data: Data) -> None:
        """The data of a record."""
        match data:
            case A(address):
                self.values(ADDRESS, address=address)
            case AAAA(address):
                self.values(ADDRESS_6, address=address)
            case NS(host) | CNAME(host) | PTR(host):
                self.name(host)
            case MX(preference, exchange):
                self.values(PREFERENCE, preference=preference)
                self.name(exchange)
            case TXT(strings):
                if not strings:
                    raise CodecError(CODEC, len(self.out), "TXT has no string, one at least is needed")
                for string in strings:
                    self.values(STRING, string_length=len(string), string=string)
            case SOA(primary, mailbox):
                self.name(primary)
                self.name(mailbox)
                self.values(ZONE, **{part: getattr(data, part) for part in ZONE.layout})
            case Unknown():
                self.values(UNKNOWN, data=data.data)

    def message(self, message: Message) -> bytes:
        """Its bytes. Raises CodecError, also for members of another type than they should have."""
        try:
            return self._message(message)
        except CodecError:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CodecError(CODEC, len(self.out), f"a member of a wrong type: {error}") from error

    def _message(self, message: Message) -> bytes:
        counts = {f"{part}_count": len(getattr(message, part)) for part in SECTIONS}
        flags = {flag: int(getattr(message, flag)) for flag in FLAGS}
        codes = {"id": message.id, "opcode": message.opcode, "code": message.code}
        self.values(TABLE, reserved=0, **codes, **flags, **counts)
        for asked in message.questions:
            self.name(asked.name)
            self.values(QUESTION, type=asked.type, **{"class": asked.class_})
        self.ends.append(len(self.out))
        for part in SECTIONS[1:]:
            for record in getattr(message, part):
                self.record(record)
                self.ends.append(len(self.out))
        return bytes(self.out)
