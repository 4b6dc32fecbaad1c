"""The constructed types: sequences, arrays, enums, structs and unions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from core.kernel.language import later
from core.wire.cdr.names import identifier
from core.wire.cdr.primitives import UNSIGNED_LONG, Boolean, Number
from core.wire.cdr.reader import CODEC, Reader, Type
from core.wire.table import CodecError


class Sequence(Type):
    least = 4

    def __init__(self, element: Type, order: str) -> None:
        if not element.least:
            raise TypeError("a sequence of structs without members could be of any length in no bytes")
        self.element, self.length = element, Number(UNSIGNED_LONG, order)
        self.idl = f"sequence<{element.idl}>"

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, tuple):
            raise CodecError(CODEC, len(out), f"{value!r} is no tuple")
        self.length.write(out, len(value))
        write = self.element.write
        for element in value:
            write(out, element)

    def read(self, reader: Reader, path: str) -> tuple[Any, ...]:
        length = self.length.read(reader, f"{path}.length")
        if length * self.element.least > reader.end - reader.position:
            raise CodecError(CODEC, reader.position - 4, f"cut short: no room for {length} elements")
        return tuple([self.element.read(reader, f"{path}[{index}]") for index in range(length)])


@dataclass(frozen=True)
class Array:
    """In an annotation: `Annotated[tuple[Long, ...], Array(3)]` is an array of three, whose length is not sent."""

    length: int


class FixedArray(Type):
    """Elements one after another; how many is in the interface, not in the message (9.3.2.4)."""

    def __init__(self, name: str, element: Type, length: int) -> None:
        if length < 1:
            raise TypeError(f"an array of {length} elements")
        self.idl = f"::{name}"
        self.element, self.length = element, length
        self.least = element.least * length

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, tuple) or len(value) != self.length:
            raise CodecError(CODEC, len(out), f"{value!r} is no tuple of {self.length}")
        for element in value:
            self.element.write(out, element)

    def read(self, reader: Reader, path: str) -> tuple[Any, ...]:
        if self.least > reader.end - reader.position:
            raise CodecError(CODEC, reader.position, f"cut short: no room for {self.length} elements")
        return tuple([self.element.read(reader, f"{path}[{index}]") for index in range(self.length)])


class Enumeration(Type):
    least = 4

    def __init__(self, enumeration: type[Enum], order: str) -> None:
        self.idl = f"::{identifier(enumeration.__name__)}"
        self.enumeration = enumeration
        self.members = tuple(enumeration)
        self.places = {member: place for place, member in enumerate(self.members)}
        self.number = Number(UNSIGNED_LONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, self.enumeration):
            raise CodecError(CODEC, len(out), f"{value!r} is no {self.enumeration.__name__}")
        self.number.write(out, self.places[value])

    def read(self, reader: Reader, path: str) -> Any:
        first = reader.align(4)
        place = self.number.unpack_from(reader.data, first)[0]
        if place >= len(self.members):
            raise CodecError(CODEC, first, f"{self.enumeration.__name__} has no member number {place}")
        member = self.members[place]
        reader.note(path, first, 4, member, f"{member.name} ({place})", f"enum {self.enumeration.__name__}")
        return member


class Struct(Type):
    """Members in order of declaration; no bytes of its own."""

    def __init__(
        self, name: str, python: type, members: tuple[tuple[str, Type], ...], make: Callable[[list[Any]], Any]
    ) -> None:
        self.idl = f"::{identifier(name)}"
        self.python, self.members, self.make = python, members, make
        self.least = sum(member.least for _, member in members)

    def write(self, out: bytearray, value: Any) -> None:
        if type(value) is not self.python:
            raise CodecError(CODEC, len(out), f"{value!r} is no {self.python.__name__}")
        for name, member in self.members:
            member.write(out, getattr(value, name))

    def read(self, reader: Reader, path: str) -> Any:
        first = reader.position
        values = [member.read(reader, f"{path}.{name}") for name, member in self.members]
        try:
            return self.make(values)
        except CodecError:
            raise
        except (ValueError, TypeError) as error:  # what a message's own __post_init__ refuses
            raise CodecError(CODEC, first, f"no {self.python.__name__}: {error}") from error


class Tuple(Struct):
    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, tuple) or len(value) != len(self.members):
            raise CodecError(CODEC, len(out), f"{value!r} is no tuple of {len(self.members)}")
        for (_, member), element in zip(self.members, value, strict=True):
            member.write(out, element)


class Optional(Type):
    def __init__(self, name: str, present: Type) -> None:
        self.idl, self.present, self.discriminator = f"::{name}", present, Boolean()

    def write(self, out: bytearray, value: Any) -> None:
        out.append(value is not None)
        if value is not None:
            self.present.write(out, value)

    def read(self, reader: Reader, path: str) -> Any:
        return self.present.read(reader, path) if self.discriminator.read(reader, f"{path}.present") else None


class Union(Type):
    """A discriminator, which is the arm's place in the list, and that arm."""

    least = 4

    def __init__(self, name: str, arms: tuple[tuple[type, Type], ...], order: str) -> None:
        self.idl, self.arms = f"::{name}", arms
        self.place_of = {python: (place, arm) for place, (python, arm) in enumerate(arms)}
        if len(self.place_of) != len(arms):
            raise TypeError(f"two arms of union {name} have the same Python type")
        self.names = tuple(python.__name__ for python, _ in arms)
        self.number = Number(UNSIGNED_LONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        found = self.place_of.get(type(value))
        if found is None:
            raise CodecError(CODEC, len(out), f"{value!r} is none of {', '.join(self.names)}")
        self.number.write(out, found[0])
        found[1].write(out, value)

    def read(self, reader: Reader, path: str) -> Any:
        first = reader.align(4)
        place = self.number.unpack_from(reader.data, first)[0]
        if place >= len(self.arms):
            raise CodecError(CODEC, first, f"no message type has number {place}, there are {len(self.arms)}")
        name = self.names[place]
        path = f"{path}.{name}" if path else name
        reader.note(f"{path}.type", first, 4, place, f"{name} ({place})", later("which kind of message this is"))
        return self.arms[place][1].read(reader, path)


@dataclass(frozen=True)
class Case:
    """One arm of a union: the discriminator's values that select it, its name, its annotation."""

    labels: tuple[Any, ...]
    name: str
    annotation: Any


@dataclass(frozen=True)
class Switch:
    """In an annotation: `Annotated[UnionValue, Switch("Price", ULong, (Case((0, 1), "cents", Long),))]`.

    `default` is the arm (without labels) for all other values. Without it they select no member at all.
    """

    name: str
    discriminator: Any
    cases: tuple[Case, ...]
    default: Case | None = None


@dataclass(frozen=True)
class UnionValue:
    """A value of a union with a discriminator of its own; `value` is None where that selects no member."""

    discriminator: Any
    value: Any = None


class Switched(Type):
    """A discriminator of any discrete type, then the member that it selects (9.3.2.3)."""

    def __init__(
        self, name: str, discriminator: Type, members: dict[Any, tuple[str, Type]], default: tuple[str, Type] | None
    ) -> None:
        self.idl = f"::{identifier(name)}"
        self.discriminator, self.members, self.default = discriminator, members, default
        self.least = discriminator.least

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, UnionValue):
            raise CodecError(CODEC, len(out), f"{value!r} is no UnionValue")
        self.discriminator.write(out, value.discriminator)
        member = self.members.get(value.discriminator, self.default)
        if member is not None:
            member[1].write(out, value.value)
        elif value.value is not None:
            raise CodecError(CODEC, len(out), f"{value.discriminator!r} selects no member, so there is no value")

    def read(self, reader: Reader, path: str) -> UnionValue:
        discriminator = self.discriminator.read(reader, f"{path}.discriminator")
        member = self.members.get(discriminator, self.default)
        if member is None:
            return UnionValue(discriminator)
        return UnionValue(discriminator, member[1].read(reader, f"{path}.{member[0]}"))


class TypeCode(Enum):
    """Kinds of the types that an `any` carries here, by their numbers in a type code (9.3.5.1.1, table 9.2)."""

    SHORT = 2
    LONG = 3
    USHORT = 4
    ULONG = 5
    FLOAT = 6
    DOUBLE = 7
    BOOLEAN = 8
    CHAR = 9
    OCTET = 10
    STRING = 18
    LONGLONG = 23
    ULONGLONG = 24
    LONGDOUBLE = 25
    WCHAR = 26
    WSTRING = 27


@dataclass(frozen=True)
class AnyValue:
    """A value of IDL's `any`: it brings its type along. Basic types and strings only."""

    kind: TypeCode
    value: Any


class AnyType(Type):
    """A type code, then the value (9.3.5.2)."""

    idl = "any"
    least = 5

    def __init__(self, types: dict[TypeCode, Type], order: str) -> None:
        self.types = types
        self.number = Number(UNSIGNED_LONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, AnyValue) or value.kind not in self.types:
            raise CodecError(CODEC, len(out), f"{value!r} is no AnyValue")
        self.number.write(out, value.kind.value)
        if value.kind in (TypeCode.STRING, TypeCode.WSTRING):
            self.number.write(out, 0)  # unbounded
        self.types[value.kind].write(out, value.value)

    def read(self, reader: Reader, path: str) -> AnyValue:
        first = reader.align(4)
        number = self.number.unpack_from(reader.data, first)[0]
        try:
            kind = TypeCode(number)
        except ValueError as error:
            raise CodecError(CODEC, first, f"type code {number} is no basic type's") from error
        reader.note(f"{path}.type", first, 4, kind, f"{kind.name.lower()} ({number})", "type code")
        if kind in (TypeCode.STRING, TypeCode.WSTRING):
            bound = self.number.read(reader, f"{path}.bound")
            if bound:
                raise CodecError(CODEC, reader.position - 4, "a bounded string in an any")
        return AnyValue(kind, self.types[kind].read(reader, f"{path}.value"))
