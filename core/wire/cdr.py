"""CDR, the Common Data Representation of CORBA (CORBA 3.3 part 2, section 9.3).

Values lie one after another without names or types; sender and receiver know both from the interface, written in IDL.
Every primitive of n bytes begins at a multiple of n, counted from the start of the message; the gaps hold anything.
Numbers go in the sender's byte order, and the receiver swaps ("receiver makes it right").

`codec_for(Ping, Pong)` makes a codec from frozen dataclasses alone: the message is an IDL union, whose discriminator
is the place of the message's type in the list. Annotations become IDL like this:

    bool str bytes float      boolean, string (UTF-8), sequence<octet>, double
    int                       long long; narrower by the aliases below: `window: UShort`
    Enum                      enum, numbered in order of declaration
    frozen dataclass          struct
    tuple[X, ...]             sequence<X>
    tuple[X, Y]               struct
    X | None                  union switch (boolean)
    A | B                     union switch (unsigned long), A and B being told apart by their Python type
"""

from __future__ import annotations

import dataclasses
import re
import struct
import types
import typing
from collections.abc import Callable
from enum import Enum, Flag
from typing import Annotated, Any, TypeAlias

from core.wire.table import CodecError, Envelope, Span, close

SOURCE = "CORBA 3.3 part 2, 9.3"
CODEC = "CDR"


@dataclasses.dataclass(frozen=True)
class Primitive:
    """A primitive type of IDL; `letter` is its letter in Python's struct module, `size` is in bytes."""

    idl: str
    letter: str
    size: int


Octet: TypeAlias = Annotated[int, Primitive("octet", "B", 1)]
Short: TypeAlias = Annotated[int, Primitive("short", "h", 2)]
UShort: TypeAlias = Annotated[int, Primitive("unsigned short", "H", 2)]
Long: TypeAlias = Annotated[int, Primitive("long", "i", 4)]
ULong: TypeAlias = Annotated[int, Primitive("unsigned long", "I", 4)]
LongLong: TypeAlias = Annotated[int, Primitive("long long", "q", 8)]
ULongLong: TypeAlias = Annotated[int, Primitive("unsigned long long", "Q", 8)]
Float: TypeAlias = Annotated[float, Primitive("float", "f", 4)]
Double: TypeAlias = Annotated[float, Primitive("double", "d", 8)]

_ULONG = Primitive("unsigned long", "I", 4)
_LONG_LONG = Primitive("long long", "q", 8)
_DOUBLE = Primitive("double", "d", 8)
_GAPS = tuple(bytes(n) for n in range(8))


class _Reader:
    """Where decoding has come to in `data`; collects spans if asked to."""

    __slots__ = ("data", "end", "position", "spans")

    def __init__(self, data: bytes, spans: list[Span] | None) -> None:
        self.data = data
        self.end = len(data)
        self.position = 0
        self.spans = spans

    def align(self, size: int) -> int:
        """Step over the gap before a primitive of `size` bytes and over the primitive; where the primitive begins."""
        gap = -self.position % size
        first = self.position + gap
        if first + size > self.end:
            raise CodecError(CODEC, self.position, f"cut short: {gap + size} bytes are needed, "
                                                   f"{self.end - self.position} are there")
        if gap and self.spans is not None:
            self.spans.append(Span("gap", self.position * 8, gap * 8, self.data[self.position : first],
                                   f"fills up to a multiple of {size}; may hold anything",
                                   "alignment", f"{SOURCE}.1.1"))
        self.position = first + size
        return first

    def take(self, size: int, what: str) -> bytes:
        first = self.position
        if size > self.end - first:
            raise CodecError(CODEC, first, f"cut short: {what} has {size} bytes, {self.end - first} are there")
        self.position = first + size
        return self.data[first : self.position]

    def note(self, path: str, first: int, size: int, value: Any, words: str, meaning: str) -> None:
        if self.spans is not None and size:
            self.spans.append(Span(path, first * 8, size * 8, value, words, meaning, SOURCE))


class _Type:
    """One type of the interface, compiled: it writes, reads, names its spans and knows its IDL."""

    idl: str
    least = 1  # bytes that the shortest value takes

    def write(self, out: bytearray, value: Any) -> None:
        raise NotImplementedError

    def read(self, reader: _Reader, path: str) -> Any:
        raise NotImplementedError


class _Number(_Type):
    def __init__(self, primitive: Primitive, order: str) -> None:
        self.idl, self.size = primitive.idl, primitive.size
        self.pack = struct.Struct(order + primitive.letter).pack
        self.unpack_from = struct.Struct(order + primitive.letter).unpack_from

    def write(self, out: bytearray, value: Any) -> None:
        gap = -len(out) % self.size
        if gap:
            out += _GAPS[gap]
        try:
            out += self.pack(value)
        except (struct.error, OverflowError) as error:
            raise CodecError(CODEC, len(out), f"{value!r} is no {self.idl}") from error

    def read(self, reader: _Reader, path: str) -> Any:
        first = reader.align(self.size)
        value = self.unpack_from(reader.data, first)[0]
        if reader.spans is not None:
            reader.note(path, first, self.size, value, str(value), self.idl)
        return value


class _Boolean(_Type):
    idl = "boolean"

    def write(self, out: bytearray, value: Any) -> None:
        if value is not True and value is not False:
            raise CodecError(CODEC, len(out), f"{value!r} is no boolean")
        out.append(value)

    def read(self, reader: _Reader, path: str) -> bool:
        first = reader.align(1)
        value = reader.data[first]
        if value > 1:
            raise CodecError(CODEC, first, f"a boolean is 0 or 1, not {value}")
        reader.note(path, first, 1, value == 1, "TRUE" if value else "FALSE", self.idl)
        return value == 1


class _String(_Type):
    """A length that counts the closing NUL, the characters in UTF-8, the NUL."""

    idl = "string"
    least = 5

    def __init__(self, order: str) -> None:
        self.length = _Number(_ULONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, str) or "\0" in value:
            raise CodecError(CODEC, len(out), f"{value!r} is no string without NUL")
        try:
            octets = value.encode()
        except UnicodeEncodeError as error:
            raise CodecError(CODEC, len(out), f"{value!r} cannot be written in UTF-8") from error
        self.length.write(out, len(octets) + 1)
        out += octets
        out.append(0)

    def read(self, reader: _Reader, path: str) -> str:
        length = self.length.read(reader, f"{path}.length")
        first = reader.position
        if length == 0:
            raise CodecError(CODEC, first - 4, "a string's length counts its NUL, so it is never 0")
        octets = reader.take(length, "a string")
        if octets.find(0) != length - 1:
            raise CodecError(CODEC, first, "a string has one NUL, at its end")
        try:
            value = octets[:-1].decode()
        except UnicodeDecodeError as error:
            raise CodecError(CODEC, first + error.start, "a string that is no UTF-8") from error
        if reader.spans is not None:
            reader.note(path, first, length - 1, value, f'"{value}"', self.idl)
            reader.note(f"{path}.NUL", first + length - 1, 1, 0, "closes the string", self.idl)
        return value


class _OctetSequence(_Type):
    idl = "sequence<octet>"
    least = 4

    def __init__(self, order: str) -> None:
        self.length = _Number(_ULONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, bytes):
            raise CodecError(CODEC, len(out), f"{value!r} is no sequence of octets")
        self.length.write(out, len(value))
        out += value

    def read(self, reader: _Reader, path: str) -> bytes:
        length = self.length.read(reader, f"{path}.length")
        first = reader.position
        value = bytes(reader.take(length, "a sequence<octet>"))
        if reader.spans is not None:
            reader.note(path, first, length, value, f"{length} octets", self.idl)
        return value


class _Sequence(_Type):
    least = 4

    def __init__(self, element: _Type, order: str) -> None:
        if not element.least:
            raise TypeError("a sequence of structs without members could be of any length in no bytes")
        self.element, self.length = element, _Number(_ULONG, order)
        self.idl = f"sequence<{element.idl}>"

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, tuple):
            raise CodecError(CODEC, len(out), f"{value!r} is no tuple")
        self.length.write(out, len(value))
        write = self.element.write
        for element in value:
            write(out, element)

    def read(self, reader: _Reader, path: str) -> tuple[Any, ...]:
        length = self.length.read(reader, f"{path}.length")
        if length * self.element.least > reader.end - reader.position:
            raise CodecError(CODEC, reader.position - 4, f"cut short: no room for {length} elements")
        return tuple([self.element.read(reader, f"{path}[{index}]") for index in range(length)])


class _Enumeration(_Type):
    least = 4

    def __init__(self, enumeration: type[Enum], order: str) -> None:
        self.idl = f"::{_identifier(enumeration.__name__)}"
        self.enumeration = enumeration
        self.members = tuple(enumeration)
        self.places = {member: place for place, member in enumerate(self.members)}
        self.number = _Number(_ULONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, self.enumeration):
            raise CodecError(CODEC, len(out), f"{value!r} is no {self.enumeration.__name__}")
        self.number.write(out, self.places[value])

    def read(self, reader: _Reader, path: str) -> Any:
        first = reader.align(4)
        place = self.number.unpack_from(reader.data, first)[0]
        if place >= len(self.members):
            raise CodecError(CODEC, first, f"{self.enumeration.__name__} has no member number {place}")
        member = self.members[place]
        reader.note(path, first, 4, member, f"{member.name} ({place})", f"enum {self.enumeration.__name__}")
        return member


class _Struct(_Type):
    """Members in order of declaration; no bytes of its own."""

    def __init__(
        self, name: str, python: type, members: tuple[tuple[str, _Type], ...], make: Callable[[list[Any]], Any]
    ) -> None:
        self.idl = f"::{_identifier(name)}"
        self.python, self.members, self.make = python, members, make
        self.least = sum(member.least for _, member in members)

    def write(self, out: bytearray, value: Any) -> None:
        if type(value) is not self.python:
            raise CodecError(CODEC, len(out), f"{value!r} is no {self.python.__name__}")
        for name, member in self.members:
            member.write(out, getattr(value, name))

    def read(self, reader: _Reader, path: str) -> Any:
        first = reader.position
        values = [member.read(reader, f"{path}.{name}") for name, member in self.members]
        try:
            return self.make(values)
        except CodecError:
            raise
        except (ValueError, TypeError) as error:  # what a message's own __post_init__ refuses
            raise CodecError(CODEC, first, f"no {self.python.__name__}: {error}") from error


class _Tuple(_Struct):
    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, tuple) or len(value) != len(self.members):
            raise CodecError(CODEC, len(out), f"{value!r} is no tuple of {len(self.members)}")
        for (_, member), element in zip(self.members, value, strict=True):
            member.write(out, element)


class _Optional(_Type):
    def __init__(self, name: str, present: _Type) -> None:
        self.idl, self.present, self.discriminator = f"::{name}", present, _Boolean()

    def write(self, out: bytearray, value: Any) -> None:
        out.append(value is not None)
        if value is not None:
            self.present.write(out, value)

    def read(self, reader: _Reader, path: str) -> Any:
        return self.present.read(reader, path) if self.discriminator.read(reader, f"{path}.present") else None


class _Union(_Type):
    """A discriminator, which is the arm's place in the list, and that arm."""

    least = 4

    def __init__(self, name: str, arms: tuple[tuple[type, _Type], ...], order: str) -> None:
        self.idl, self.arms = f"::{name}", arms
        self.place_of = {python: (place, arm) for place, (python, arm) in enumerate(arms)}
        if len(self.place_of) != len(arms):
            raise TypeError(f"two arms of union {name} have the same Python type")
        self.names = tuple(python.__name__ for python, _ in arms)
        self.number = _Number(_ULONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        found = self.place_of.get(type(value))
        if found is None:
            raise CodecError(CODEC, len(out), f"{value!r} is none of {', '.join(self.names)}")
        self.number.write(out, found[0])
        found[1].write(out, value)

    def read(self, reader: _Reader, path: str) -> Any:
        first = reader.align(4)
        place = self.number.unpack_from(reader.data, first)[0]
        if place >= len(self.arms):
            raise CodecError(CODEC, first, f"no message type has number {place}, there are {len(self.arms)}")
        name = self.names[place]
        path = f"{path}.{name}" if path else name
        reader.note(f"{path}.type", first, 4, place, f"{name} ({place})", "discriminator of the union")
        return self.arms[place][1].read(reader, path)


class _Compiler:
    """Compiles annotations, and gathers the IDL of what they name, in an order in which it can be declared."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.named: dict[Any, _Type] = {}
        self.open: list[type] = []
        self.declarations: dict[str, str] = {}

    def compile(self, annotation: Any, where: str) -> _Type:
        annotation = _plain(annotation)
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is Annotated:
            for extra in arguments[1:]:
                if isinstance(extra, Primitive):
                    return _Number(extra, self.order)
            return self.compile(arguments[0], where)
        if annotation is bool:
            return _Boolean()
        if annotation is int:
            return _Number(_LONG_LONG, self.order)
        if annotation is float:
            return _Number(_DOUBLE, self.order)
        if annotation is str:
            return _String(self.order)
        if annotation is bytes:
            return _OctetSequence(self.order)
        if origin in (typing.Union, types.UnionType):
            return self.union(arguments, where)
        if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            return _Sequence(self.compile(arguments[0], where), self.order)
        if origin is tuple:
            return self.struct_of_tuple(arguments, where)
        if isinstance(annotation, type) and issubclass(annotation, Enum) and not issubclass(annotation, Flag):
            return self.enumeration(annotation)
        if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
            return self.struct(annotation)
        raise TypeError(f"{where}: CDR has no type for {annotation!r}; see the list in core.wire.cdr")

    def enumeration(self, python: type[Enum]) -> _Type:
        if python not in self.named:
            self.named[python] = _Enumeration(python, self.order)
            members = ", ".join(_identifier(member.name) for member in python)
            self.declare(python.__name__, f"enum {_identifier(python.__name__)} {{ {members} }};")
        return self.named[python]

    def struct(self, python: type) -> _Type:
        if python in self.named:
            return self.named[python]
        if python in self.open:
            raise TypeError(f"{python.__name__} contains itself")
        self.open.append(python)
        hints = typing.get_type_hints(python, include_extras=True)
        fields = [field for field in dataclasses.fields(python) if field.init]
        members = tuple(
            (field.name, self.compile(hints[field.name], f"{python.__name__}.{field.name}")) for field in fields
        )
        self.open.pop()
        names = tuple(name for name, _ in members)
        keywords = any(field.kw_only for field in fields)

        def make(values: list[Any]) -> Any:
            return python(**dict(zip(names, values, strict=True))) if keywords else python(*values)

        self.named[python] = _Struct(python.__name__, python, members, make)
        self.declare_struct(python.__name__, members)
        return self.named[python]

    def struct_of_tuple(self, arguments: tuple[Any, ...], where: str) -> _Type:
        members = tuple((f"item{place}", self.compile(argument, where)) for place, argument in enumerate(arguments))
        name = "TupleOf" + "And".join(_camel(member.idl) for _, member in members)
        key = ("tuple", arguments)
        if key not in self.named:
            self.named[key] = _Tuple(name, tuple, members, tuple)
            self.declare_struct(name, members)
        return self.named[key]

    def union(self, arguments: tuple[Any, ...], where: str) -> _Type:
        arms = tuple(_plain(argument) for argument in arguments if argument is not type(None))
        if len(arms) == 1:
            inner = self.compile(arms[0], where)
        else:
            pairs = tuple((_python_type(arm, where), self.compile(arm, where)) for arm in arms)
            inner = self.declared_union("Either" + "Or".join(_camel(arm.idl) for _, arm in pairs), pairs)
        if len(arms) == len(arguments):
            return inner
        name = "Optional" + _camel(inner.idl)
        key = ("optional", arguments)
        if key not in self.named:
            self.named[key] = _Optional(name, inner)
            self.declare(name, f"union {name} switch (boolean) {{\n  case TRUE: {inner.idl} value;\n}};")
        return self.named[key]

    def declared_union(self, name: str, pairs: tuple[tuple[type, _Type], ...]) -> _Type:
        key = ("union", name, tuple(python for python, _ in pairs))
        if key not in self.named:
            self.named[key] = _Union(name, pairs, self.order)
            cases = "\n".join(
                f"  case {place}: {arm.idl} {_identifier('as_' + python.__name__)};"
                for place, (python, arm) in enumerate(pairs)
            )
            self.declare(name, f"union {name} switch (unsigned long) {{\n{cases}\n}};")
        return self.named[key]

    def declare_struct(self, name: str, members: tuple[tuple[str, _Type], ...]) -> None:
        lines = "".join(f"  {member.idl} {_identifier(inner)};\n" for inner, member in members)
        body = f"{{\n{lines}}}" if lines else "{}"  # empty structs: IDL 4.2, 7.4.13, extended data types
        self.declare(name, f"struct {_identifier(name)} {body};")

    def declare(self, name: str, declaration: str) -> None:
        """Declare once; two different things of one name are a mistake that IDL would refuse as well."""
        if self.declarations.setdefault(name, declaration) != declaration:
            raise TypeError(f"two different types are called {name}")

    def messages(self, message_types: tuple[type, ...]) -> _Type:
        if not message_types:
            raise TypeError("a codec needs at least one message type")
        for python in message_types:
            if not (isinstance(python, type) and dataclasses.is_dataclass(python)):
                raise TypeError(f"{python!r} is no dataclass")
        return self.declared_union("Message", tuple((python, self.struct(python)) for python in message_types))


def _plain(annotation: Any) -> Any:
    """What a NewType or a `type` alias stands for."""
    while True:
        if hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        else:
            return annotation


def _python_type(annotation: Any, where: str) -> type:
    if typing.get_origin(annotation) is Annotated:
        annotation = _plain(typing.get_args(annotation)[0])
    found = typing.get_origin(annotation) or annotation
    if not isinstance(found, type):
        raise TypeError(f"{where}: {annotation!r} cannot be an arm of a union")
    return found


def _camel(idl: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"\W+", idl))


_KEYWORDS = frozenset([
    "abstract", "any", "attribute", "boolean", "case", "char", "component", "connector", "const", "consumes",
    "context", "custom", "default", "double", "emits", "enum", "eventtype", "exception", "factory", "false", "finder",
    "fixed", "float", "getraises", "getter", "home", "import", "in", "inout", "interface", "local", "long", "manages",
    "mirrorport", "module", "multiple", "native", "object", "octet", "oneway", "out", "port", "porttype",
    "primarykey", "private", "provides", "public", "publishes", "raises", "readonly", "sequence", "setraises",
    "setter", "short", "string", "struct", "supports", "switch", "true", "truncatable", "typedef", "typeid",
    "typename", "typeprefix", "union", "unsigned", "uses", "valuebase", "valuetype", "void", "wchar", "wstring",
])


def _identifier(name: str) -> str:
    """A name as IDL takes it: a keyword, in whatever case, is escaped by an underscore."""
    return f"_{name}" if name.lower() in _KEYWORDS else name.lstrip("_")


class CdrCodec:
    """The codec of a union of message types; see `codec_for`. The envelope is not used."""

    def __init__(self, message_types: tuple[type, ...], little_endian: bool) -> None:
        compiler = _Compiler("<" if little_endian else ">")
        self.name = CODEC
        self.message_types = message_types
        self.little_endian = little_endian
        self._union = compiler.messages(message_types)

    def encode(self, message: Any, envelope: Envelope | None = None) -> bytes:
        """Raises CodecError for a value of another type than annotated, or out of its range."""
        out = bytearray()
        self._union.write(out, message)
        return bytes(out)

    def decode(self, data: bytes, envelope: Envelope | None = None) -> Any:
        """Raises CodecError for bytes that are not exactly one message."""
        reader = _Reader(data, None)
        message = self._union.read(reader, "")
        if reader.position != reader.end:
            raise CodecError(CODEC, reader.position, f"{reader.end - reader.position} bytes after the end")
        return message

    def spans(self, data: bytes) -> list[Span]:
        """Spans named by type and member: `Election.sender`; alignment's bytes are called `gap`."""
        return _spans(self._union, data, "")


def codec_for(*message_types: type, little_endian: bool = False) -> CdrCodec:
    """A codec for messages of these frozen dataclasses. Raises TypeError for an annotation that CDR cannot carry."""
    return CdrCodec(message_types, little_endian)


def idl(*message_types: type) -> str:
    """The IDL declarations of the messages, ending in `union Message`; what both sides must share."""
    compiler = _Compiler(">")
    compiler.messages(message_types)
    return "\n\n".join(compiler.declarations.values()) + "\n"


def encode_value(annotation: Any, value: Any, little_endian: bool = False) -> bytes:
    """One value of any annotation of the list above, without a discriminator, from offset 0. Raises CodecError."""
    out = bytearray()
    _Compiler("<" if little_endian else ">").compile(annotation, "value").write(out, value)
    return bytes(out)


def decode_value(annotation: Any, data: bytes, little_endian: bool = False) -> Any:
    """The inverse of `encode_value`. Raises CodecError also for bytes left over."""
    reader = _Reader(data, None)
    value = _Compiler("<" if little_endian else ">").compile(annotation, "value").read(reader, "value")
    if reader.position != reader.end:
        raise CodecError(CODEC, reader.position, f"{reader.end - reader.position} bytes after the end")
    return value


def value_spans(annotation: Any, data: bytes, name: str, little_endian: bool = False) -> list[Span]:
    """The fields of bytes made by `encode_value`, their names beginning with `name`."""
    return _spans(_Compiler("<" if little_endian else ">").compile(annotation, name), data, name)


def _spans(compiled: _Type, data: bytes, name: str) -> list[Span]:
    found: list[Span] = []
    label, reason = "trailing", "bytes after the end"
    try:
        compiled.read(_Reader(data, found), name)
    except CodecError as error:
        label, reason = "unreadable", error.message
    close(found, data, label, reason)
    return found
