"""Messages of the Domain Name System (RFC 1035, 4), with AAAA records (RFC 3596).

Names (`core.wire.domain`) are compressed in questions, owners and the data of all types known here, as RFC 3597 has
it; data of other types are carried as bytes.

The header and the fixed parts of questions and records are field tables. Names are no tables, since a pointer leads
elsewhere: a reader walks the message and yields the same spans while it decodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from ipaddress import IPv6Address
from types import MappingProxyType
from typing import Any, TypeAlias

from core.wire.domain import NAME_GREATEST, Name, length, problem, show
from core.wire.ipv4 import dotted
from core.wire.table import Codec, CodecError, Envelope, Field, Octets, Span, Table, Values, close, octets_in_words

CODEC = "DNS"
HEADER = 12
"""Bytes of the header."""
UDP_GREATEST = 512
"""Bytes of the longest message in a datagram (RFC 1035, 2.3.4)."""
GREATEST = 65_535
"""Bytes of the longest message at all: on a stream 16 bits tell its length (RFC 1035, 4.2.2)."""
_MOST_POINTERS = NAME_GREATEST // 2
"""Pointers that one name may follow: it cannot have more labels than that."""
_POINTER = 3
"""The two bits that tell a pointer from a label (RFC 1035, 4.1.4)."""
_UNREADABLE = "unreadable"
_FARTHEST = 0x3FFF
"""The last byte of a message that a pointer's 14 bits can name."""


class Type(IntEnum):
    """Types of records, and of questions (RFC 1035, 3.2.2 and 3.2.3; RFC 3596; RFC 6891)."""

    A = 1
    NS = 2
    CNAME = 5
    SOA = 6
    PTR = 12
    MX = 15
    TXT = 16
    AAAA = 28
    OPT = 41
    AXFR = 252
    ANY = 255


class Class(IntEnum):
    """Classes (RFC 1035, 3.2.4 and 3.2.5; NONE is RFC 2136)."""

    IN = 1
    CH = 3
    HS = 4
    NONE = 254
    ANY = 255


class Code(IntEnum):
    """Response codes (RFC 1035, 4.1.1)."""

    NO_ERROR = 0
    FORMAT_ERROR = 1
    SERVER_FAILURE = 2
    NAME_ERROR = 3
    NOT_IMPLEMENTED = 4
    REFUSED = 5


# Messages


@dataclass(frozen=True)
class A:
    """An IPv4 address, as a number (RFC 1035, 3.4.1)."""

    address: int


@dataclass(frozen=True)
class AAAA:
    """An IPv6 address, as a number (RFC 3596, 2.2)."""

    address: int


@dataclass(frozen=True)
class NS:
    """A server of the zone (RFC 1035, 3.3.11)."""

    host: Name


@dataclass(frozen=True)
class CNAME:
    """The name whose alias the owner is (RFC 1035, 3.3.1)."""

    canonical: Name


@dataclass(frozen=True)
class PTR:
    """Some other name (RFC 1035, 3.3.12)."""

    target: Name


@dataclass(frozen=True)
class MX:
    """A host that takes mail for the owner; a lower preference is tried first (RFC 1035, 3.3.9)."""

    preference: int
    exchange: Name


@dataclass(frozen=True)
class TXT:
    """Strings, one at least, of 255 bytes at most (RFC 1035, 3.3.14)."""

    strings: tuple[bytes, ...]


@dataclass(frozen=True)
class SOA:
    """The start of a zone of authority (RFC 1035, 3.3.13): times in seconds."""

    primary: Name
    mailbox: Name
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int


@dataclass(frozen=True)
class Unknown:
    """Data of a type that is not known here, as bytes (RFC 3597)."""

    type: int
    data: bytes


Data: TypeAlias = A | AAAA | NS | CNAME | PTR | MX | TXT | SOA | Unknown


@dataclass(frozen=True)
class Question:
    """What is asked (RFC 1035, 4.1.2). `type` and `class_` are any number of 16 bits."""

    name: Name
    type: int = Type.A
    class_: int = Class.IN


@dataclass(frozen=True)
class Record:
    """A resource record (RFC 1035, 4.1.3); `ttl` is as sent, 32 bits."""

    name: Name
    ttl: int
    data: Data
    class_: int = Class.IN

    @property
    def type(self) -> int:
        """The record's type."""
        return self.data.type if isinstance(self.data, Unknown) else _TYPES[type(self.data)]

    @property
    def lifetime(self) -> int:
        """Seconds it may be kept: with the uppermost bit set, none (RFC 2181, 8)."""
        return 0 if self.ttl >> 31 else self.ttl


@dataclass(frozen=True)
class Message:
    """A query or a response (RFC 1035, 4.1)."""

    id: int
    response: bool = False
    opcode: int = 0
    authoritative: bool = False
    truncated: bool = False
    recursion_desired: bool = False
    recursion_available: bool = False
    authentic: bool = False
    checking_disabled: bool = False
    code: int = Code.NO_ERROR
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()

    def __str__(self) -> str:
        """The message in a few words."""
        asked = ", ".join(f"{_type_in_words(q.type)} {show(q.name)}" for q in self.questions)
        if not self.response:
            return f"? {asked}"
        if self.code:
            return f"{asked}: {_code_in_words(self.code)}"
        count = len(self.answers)
        return f"{asked}: {count} answer{'' if count == 1 else 's'}" + (", truncated" if self.truncated else "")


# Tables


def _member(kind: type[IntEnum], value: int) -> str:
    try:
        return kind(value).name
    except ValueError:
        return str(value)


def _type_in_words(value: int) -> str:
    return _member(Type, value)


def _class_in_words(value: int) -> str:
    return _member(Class, value)


def _code_in_words(value: int) -> str:
    return _member(Code, value).lower().replace("_", " ")


def _opcode_in_words(value: int) -> str:
    return {0: "standard query", 1: "inverse query", 2: "status request"}.get(value, str(value))


def _seconds(value: int) -> str:
    return f"{value} s"


def _set(value: int) -> str:
    return "set" if value else "not set"


_FLAGS = (
    "response", "authoritative", "truncated", "recursion_desired", "recursion_available", "authentic",
    "checking_disabled",
)  # fmt: skip
_RFC = "RFC 1035, 4.1.1"
_SECTIONS = ("questions", "answers", "authority", "additional")

TABLE = Table(
    CODEC,
    Field("id", 16, "tells which query a response belongs to", _RFC),
    Field("response", 1, "QR", _RFC, lambda value: "response" if value else "query"),
    Field("opcode", 4, "kind of query", _RFC, _opcode_in_words),
    Field("authoritative", 1, "AA: the server owns the name", _RFC, _set),
    Field("truncated", 1, "TC: the message was too long for its channel", _RFC, _set),
    Field("recursion_desired", 1, "RD", _RFC, _set),
    Field("recursion_available", 1, "RA", _RFC, _set),
    Field("reserved", 1, "Z: zero when sent, ignored when received", _RFC),
    Field("authentic", 1, "AD: the data were verified", "RFC 4035, 3.2.3", _set),
    Field("checking_disabled", 1, "CD: do not verify", "RFC 4035, 3.2.2", _set),
    Field("code", 4, "RCODE", _RFC, _code_in_words),
    *(
        Field(f"{part}_count", 16, f"records in {part}" if place else part, _RFC)
        for place, part in enumerate(_SECTIONS)
    ),
)


_QUESTION = Table(
    CODEC,
    Field("type", 16, "QTYPE", "RFC 1035, 4.1.2", _type_in_words),
    Field("class", 16, "QCLASS", "RFC 1035, 4.1.2", _class_in_words),
)
_RECORD = Table(
    CODEC,
    Field("type", 16, "what the data are", "RFC 1035, 4.1.3", _type_in_words),
    Field("class", 16, "class of the data", "RFC 1035, 4.1.3", _class_in_words),
    Field("ttl", 32, "how long it may be kept", "RFC 1035, 4.1.3", _seconds),
    Field("length", 16, "bytes of data", "RFC 1035, 4.1.3", lambda value: f"{value} bytes"),
)


def _text_in_words(value: bytes) -> str:
    return value.decode("ascii", "backslashreplace")


_ADDRESS = Table(CODEC, Field("address", 32, "an IPv4 address", "RFC 1035, 3.4.1", dotted))
_ADDRESS_6 = Table(
    CODEC, Field("address", 128, "an IPv6 address", "RFC 3596, 2.2", lambda value: str(IPv6Address(value)))
)
_PREFERENCE = Table(CODEC, Field("preference", 16, "a lower one is tried first", "RFC 1035, 3.3.9"))
_ZONE = Table(
    CODEC,
    Field("serial", 32, "version of the zone", "RFC 1035, 3.3.13"),
    Field("refresh", 32, "until a secondary looks again", "RFC 1035, 3.3.13", _seconds),
    Field("retry", 32, "until it tries a failed look again", "RFC 1035, 3.3.13", _seconds),
    Field("expire", 32, "until it gives the zone up", "RFC 1035, 3.3.13", _seconds),
    Field("minimum", 32, "how long a name error may be kept", "RFC 2308, 4", _seconds),
)
_STRING = Table(
    CODEC,
    Field("string_length", 8, "bytes of the string", "RFC 1035, 3.3", lambda value: f"{value} bytes"),
    Octets("string", lambda values: values["string_length"], "a string", "RFC 1035, 3.3", _text_in_words),
)

_UNKNOWN = Table(CODEC, Octets("data", None, "data of an unknown type", "RFC 3597, 5"))

_TYPES: Mapping[type, int] = MappingProxyType(
    {
        A: Type.A, NS: Type.NS, CNAME: Type.CNAME, SOA: Type.SOA, PTR: Type.PTR,
        MX: Type.MX, TXT: Type.TXT, AAAA: Type.AAAA,
    }
)  # fmt: skip


def _known(type_: int, class_: int) -> bool:
    """Whether the data of this type are read; addresses look so in the class IN only."""
    return type_ in _TYPES.values() and (class_ == Class.IN or type_ not in (Type.A, Type.AAAA))


# Reading


@dataclass
class _Reader:
    """Walks a message from byte `at` on, and notes what it reads if `found` is a list."""

    data: bytes
    found: list[Span] | None = None
    at: int = 0
    label: str = CODEC

    def error(self, message: str, offset: int | None = None) -> CodecError:
        return CodecError(CODEC, self.at if offset is None else offset, message)

    def values(self, table: Table, end: int | None = None) -> Values:
        """What a table reads from here on; not beyond `end`."""
        try:
            values, after = table.unpack(self.data, self.at, end)
        except CodecError:
            self._note(table, end)
            raise
        self._note(table, after)
        self.at = after
        return values

    def _note(self, table: Table, end: int | None) -> None:
        if self.found is not None:
            spans = table.spans(self.data, self.at, end)
            self.found += [
                span._replace(name=f"{self.label}.{span.name}") for span in spans if span.name != _UNREADABLE
            ]

    def name(self, part: str, meaning: str, source: str, end: int | None = None) -> Name:
        """A name, its pointers followed.

        Each pointer must lead to before the labels just read, so that none leads round in a circle; and a name that
        follows more of them than it can have labels is refused, so that no chain of pointers keeps anybody busy.
        """
        start = self.at
        labels, after = self._labels(len(self.data) if end is None else end)
        self.at = after
        if self.found is not None:
            words = show(labels)
            if after - start != length(labels):
                words += ", compressed"
            place = (start * 8, (after - start) * 8)
            self.found.append(Span(f"{self.label}.{part}", *place, labels, words, meaning, source))
        return labels

    def _labels(self, limit: int) -> tuple[Name, int]:
        labels: list[bytes] = []
        position = back = self.at
        size, jumps = 1, 0
        after: int | None = None  # where the message goes on: behind the first pointer
        while True:
            if position >= limit:
                raise self.error("a name is cut short", position)
            octet = self.data[position]
            if octet >> 6 == _POINTER:
                if position + 2 > limit:
                    raise self.error("a pointer is cut short", position)
                target = int.from_bytes(self.data[position : position + 2], "big") & _FARTHEST
                if not HEADER <= target < back:
                    raise self.error(f"a pointer to byte {target} leads to no earlier name", position)
                jumps += 1
                if jumps > _MOST_POINTERS:
                    raise self.error(f"a name follows more than {_MOST_POINTERS} pointers", position)
                if after is None:
                    after, limit = position + 2, len(self.data)
                position = back = target
            elif octet >> 6:
                raise self.error(f"a label of the reserved type {octet >> 6}", position)
            elif octet:
                if position + 1 + octet > limit:
                    raise self.error("a label is cut short", position)
                size += 1 + octet
                if size > NAME_GREATEST:
                    raise self.error(f"a name has more than {NAME_GREATEST} octets", position)
                labels.append(bytes(self.data[position + 1 : position + 1 + octet]))
                position += 1 + octet
            else:
                return tuple(labels), position + 1 if after is None else after

    def question(self) -> Question:
        asked = self.name("name", "QNAME", "RFC 1035, 4.1.2")
        values = self.values(_QUESTION)
        return Question(asked, values["type"], values["class"])

    def record(self) -> Record:
        owner = self.name("name", "whose record it is", "RFC 1035, 4.1.3")
        values = self.values(_RECORD)
        end = self.at + values["length"]
        if end > len(self.data):
            there = len(self.data) - self.at
            raise self.error(f"cut short: {values['length']} bytes of data are needed, {there} are there")
        data: Data
        if _known(values["type"], values["class"]):
            data = self.known(values["type"], end)
        else:
            data = Unknown(values["type"], self.values(_UNKNOWN, end)["data"])
        if self.at != end:
            raise self.error(f"{octets_in_words(self.data[self.at : end])} of data too many")
        return Record(owner, values["ttl"], data, values["class"])

    def known(self, type_: int, end: int) -> Data:
        match type_:
            case Type.A:
                return A(self.values(_ADDRESS, end)["address"])
            case Type.AAAA:
                return AAAA(self.values(_ADDRESS_6, end)["address"])
            case Type.NS:
                return NS(self.name("host", "a server of the zone", "RFC 1035, 3.3.11", end))
            case Type.CNAME:
                return CNAME(self.name("canonical", "the name it is an alias of", "RFC 1035, 3.3.1", end))
            case Type.PTR:
                return PTR(self.name("target", "some other name", "RFC 1035, 3.3.12", end))
            case Type.MX:
                preference = self.values(_PREFERENCE, end)["preference"]
                return MX(preference, self.name("exchange", "takes mail for the owner", "RFC 1035, 3.3.9", end))
            case Type.TXT:
                strings = [self.values(_STRING, end)["string"]]
                while self.at < end:
                    strings.append(self.values(_STRING, end)["string"])
                return TXT(tuple(strings))
        primary = self.name("primary", "the zone's first server", "RFC 1035, 3.3.13", end)
        mailbox = self.name("mailbox", "who answers for the zone", "RFC 1035, 3.3.13", end)
        return SOA(primary, mailbox, **self.values(_ZONE, end))

    def message(self) -> Message:
        values = self.values(TABLE, min(len(self.data), HEADER))
        sections: Values = {}
        for part in _SECTIONS:
            found = []
            for place in range(values[f"{part}_count"]):
                self.label = f"{CODEC}.{part}[{place}]"
                found.append(self.question() if part == "questions" else self.record())
            sections[part] = tuple(found)
        if self.at < len(self.data):
            raise self.error(f"{octets_in_words(self.data[self.at :])} after the end")
        read: Values = {flag: bool(values[flag]) for flag in _FLAGS}
        return Message(id=values["id"], opcode=values["opcode"], code=values["code"], **read, **sections)


# Writing


class _Writer:
    """Builds a message; remembers where every name lies, and writes what was there before as a pointer."""

    def __init__(self) -> None:
        self.out = bytearray()
        self.places: dict[Name, int] = {}
        self.ends: list[int] = []  # where the questions end, and every record

    def values(self, table: Table, **values: Any) -> None:
        try:
            self.out += table.pack(values)
        except CodecError as error:
            raise CodecError(CODEC, len(self.out) + error.offset, error.message) from error

    def name(self, labels: Name) -> None:
        wrong = problem(labels)
        if wrong:
            raise CodecError(CODEC, len(self.out), f"{labels!r} is no domain name: {wrong}")
        for place, label in enumerate(labels):
            rest = labels[place:]
            known = self.places.get(rest)
            if known is not None:
                self.out += (_POINTER << 14 | known).to_bytes(2, "big")
                return
            if len(self.out) <= _FARTHEST:
                self.places[rest] = len(self.out)
            self.out += bytes([len(label)]) + label
        self.out.append(0)

    def record(self, record: Record) -> None:
        known = _known(record.type, record.class_)
        if known == isinstance(record.data, Unknown):
            words = f"{_type_in_words(record.type)} in the class {_class_in_words(record.class_)}"
            raise CodecError(CODEC, len(self.out), f"data of {words} are {'not ' if known else ''}carried as bytes")
        self.name(record.name)
        self.values(_RECORD, type=record.type, ttl=record.ttl, length=0, **{"class": record.class_})
        start = len(self.out)
        self.data(record.data)
        size = len(self.out) - start
        if size > GREATEST:
            raise CodecError(CODEC, start, f"{size} bytes of data, {GREATEST} at most")
        self.out[start - 2 : start] = size.to_bytes(2, "big")

    def data(self, data: Data) -> None:
        match data:
            case A(address):
                self.values(_ADDRESS, address=address)
            case AAAA(address):
                self.values(_ADDRESS_6, address=address)
            case NS(host) | CNAME(host) | PTR(host):
                self.name(host)
            case MX(preference, exchange):
                self.values(_PREFERENCE, preference=preference)
                self.name(exchange)
            case TXT(strings):
                if not strings:
                    raise CodecError(CODEC, len(self.out), "TXT has no string, one at least is needed")
                for string in strings:
                    self.values(_STRING, string_length=len(string), string=string)
            case SOA(primary, mailbox):
                self.name(primary)
                self.name(mailbox)
                self.values(_ZONE, **{part: getattr(data, part) for part in _ZONE.layout})
            case Unknown():
                self.values(_UNKNOWN, data=data.data)

    def message(self, message: Message) -> bytes:
        """Its bytes. Raises CodecError, also for members of another type than they should have."""
        try:
            return self._message(message)
        except CodecError:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CodecError(CODEC, len(self.out), f"a member of a wrong type: {error}") from error

    def _message(self, message: Message) -> bytes:
        counts = {f"{part}_count": len(getattr(message, part)) for part in _SECTIONS}
        flags = {flag: int(getattr(message, flag)) for flag in _FLAGS}
        codes = {"id": message.id, "opcode": message.opcode, "code": message.code}
        self.values(TABLE, reserved=0, **codes, **flags, **counts)
        for asked in message.questions:
            self.name(asked.name)
            self.values(_QUESTION, type=asked.type, **{"class": asked.class_})
        self.ends.append(len(self.out))
        for part in _SECTIONS[1:]:
            for record in getattr(message, part):
                self.record(record)
                self.ends.append(len(self.out))
        return bytes(self.out)


class Dns:
    """The codec of messages. No addresses are needed, so the envelope is not used."""

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        """With compressed names, at most 65,535 bytes. Raises CodecError for names and numbers that do not fit.

        A datagram carries 512 bytes: see `fitted`.
        """
        data = _Writer().message(message)
        if len(data) > GREATEST:
            raise CodecError(CODEC, GREATEST, f"a message of {len(data)} bytes is too long")
        return data

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        """Raises CodecError for missing bytes, bytes after the end, and names that are none."""
        return _Reader(data).message()

    def spans(self, data: bytes) -> list[Span]:
        found: list[Span] = []
        reason = ""
        try:
            _Reader(data, found).message()
        except CodecError as error:
            reason = error.message
        close(found, data, _UNREADABLE, reason)
        return found


DNS: Codec[Message] = Dns()


def fitted(message: Message, limit: int = UDP_GREATEST) -> Message:
    """The message with as many of its records as `limit` bytes hold, from the first one on.

    TC is set if an answer or a record of the authority section is missing, not for additional ones (RFC 2181, 9).
    Raises CodecError if it cannot be encoded at all.
    """
    writer = _Writer()
    writer.message(message)
    room = max(sum(end <= limit for end in writer.ends) - 1, 0)
    needed = len(message.answers) + len(message.authority)
    kept: Values = {}
    for part in _SECTIONS[1:]:
        kept[part] = getattr(message, part)[:room]
        room -= len(kept[part])
    left = sum(map(len, kept.values()))
    return replace(message, truncated=message.truncated or left < needed, **kept)
