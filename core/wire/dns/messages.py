"""What DNS messages say: questions, records and their data, and what their numbers are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

from core.wire.domain import Name, show


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
        return self.data.type if isinstance(self.data, Unknown) else TYPES[type(self.data)]

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
        asked = ", ".join(f"{type_in_words(q.type)} {show(q.name)}" for q in self.questions)
        if not self.response:
            return f"? {asked}"
        if self.code:
            return f"{asked}: {code_in_words(self.code)}"
        count = len(self.answers)
        return f"{asked}: {count} answer{'' if count == 1 else 's'}" + (", truncated" if self.truncated else "")


# What numbers are called

TYPES: Mapping[type, int] = MappingProxyType(
    {
        A: Type.A, NS: Type.NS, CNAME: Type.CNAME, SOA: Type.SOA, PTR: Type.PTR,
        MX: Type.MX, TXT: Type.TXT, AAAA: Type.AAAA,
    }
)  # fmt: skip
"""The type of records with these data."""


def is_known(type_: int, class_: int) -> bool:
    """Whether the data of this type are read; addresses look so in the class IN only."""
    return type_ in TYPES.values() and (class_ == Class.IN or type_ not in (Type.A, Type.AAAA))


def _member(kind: type[IntEnum], value: int) -> str:
    try:
        return kind(value).name
    except ValueError:
        return str(value)


def type_in_words(value: int) -> str:
    """`MX`; the number of a type that is not known here."""
    return _member(Type, value)


def class_in_words(value: int) -> str:
    """`IN`; the number of a class that is not known here."""
    return _member(Class, value)


def code_in_words(value: int) -> str:
    """`name error`; the number of a response code that is not known here."""
    return _member(Code, value).lower().replace("_", " ")
