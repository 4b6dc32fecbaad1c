"""The two messages, and the interface between them: types and names of a record's members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.kernel.choice import Value
from core.wire import cdr


@dataclass(frozen=True)
class Deposit:
    """A record in CDR, `little` or big endian, to be filed under `number`."""

    number: cdr.ULong
    little: bool
    record: bytes

    def __str__(self) -> str:
        """`DEPOSIT 1, 28 bytes`"""
        return f"DEPOSIT {self.number}, {len(self.record)} bytes"


@dataclass(frozen=True)
class Receipt:
    """What was read and filed under `number`, as words; none if the record could not be read."""

    number: cdr.ULong
    filed: tuple[str, ...]

    def __str__(self) -> str:
        """`FILED 1: Smith, London, 1934`"""
        return f"FILED {self.number}: {', '.join(self.filed)}" if self.filed else f"SENT BACK {self.number}: unreadable"


# The interface

TYPES: dict[str, tuple[Any, int]] = {
    "string": (str, 4),
    "octet": (cdr.Octet, 1),
    "unsigned short": (cdr.UShort, 2),
    "unsigned long": (cdr.ULong, 4),
    "unsigned long long": (cdr.ULongLong, 8),
}
"""By their name in IDL: the annotation for the codec, and the multiple of bytes at which a value begins."""
Member = tuple[str, str]


def members_of(interface: str) -> tuple[Member, ...]:
    """(type, name) of every member, in order. Raises ValueError for what no interface is."""
    found: list[Member] = []
    for part in interface.split(","):
        kind, _, name = " ".join(part.split()).rpartition(" ")
        if kind not in TYPES or not name.isidentifier() or name in [other for _, other in found]:
            raise ValueError(f"{part.strip()!r} is no member: write a type ({', '.join(TYPES)}) and a name of its own")
        found.append((kind, name))
    return tuple(found)


def records_of(text: str, interface: str) -> tuple[tuple[Value, ...], ...]:
    """The records in "Smith, London, 1934; Jones, Leeds, 1950", by the interface. Raises ValueError."""
    members = members_of(interface)
    found = []
    for part in text.split(";"):
        values = [value.strip() for value in part.split(",")]
        if len(values) != len(members):
            raise ValueError(f"{part.strip()!r} has {len(values)} values, the interface {len(members)} members")
        found.append(tuple(_value(kind, value) for (kind, _), value in zip(members, values, strict=True)))
    return tuple(found)


def _value(kind: str, text: str) -> Value:
    if kind == "string":
        if "\0" in text:
            raise ValueError(f"{text!r} is no string: the first NUL would end it")
        return text
    most = 256 ** TYPES[kind][1] - 1
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise ValueError(f"{text!r} is no {kind}: a whole number from 0 to {most}")
    return int(text)


def read(record: bytes, interface: str, little: bool) -> tuple[Value, ...]:
    """The values in the bytes. Raises CodecError."""
    kinds = tuple(TYPES[kind][0] for kind, _ in members_of(interface))
    found: tuple[Value, ...] = cdr.decode_value(tuple[kinds], record, little)  # type: ignore[valid-type]
    return found


def octets(value: int, size: int, little: bool) -> str:
    return value.to_bytes(size, "little" if little else "big").hex(" ")
