"""The primitive types and the strings (9.3.1, 9.3.2.7): their names in IDL, their bytes, their alignment."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from core.kernel.language import later
from core.wire.cdr.quad import from_quad, to_quad
from core.wire.cdr.reader import CODEC, Reader, Type
from core.wire.table import CodecError


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Special:
    """A type of IDL whose bytes are no single number of the machine: `long double`, `char`, `wchar`, `wstring`."""

    idl: str


LongDouble: TypeAlias = Annotated[float, Special("long double")]
Char: TypeAlias = Annotated[str, Special("char")]
WChar: TypeAlias = Annotated[str, Special("wchar")]
WString: TypeAlias = Annotated[str, Special("wstring")]

UNSIGNED_LONG = Primitive("unsigned long", "I", 4)
LONG_LONG = Primitive("long long", "q", 8)
DOUBLE = Primitive("double", "d", 8)
_GAPS = tuple(bytes(n) for n in range(8))


class Number(Type):
    def __init__(self, primitive: Primitive, order: str) -> None:
        self.idl, self.size, self.least = primitive.idl, primitive.size, primitive.size
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

    def read(self, reader: Reader, path: str) -> Any:
        first = reader.align(self.size)
        value = self.unpack_from(reader.data, first)[0]
        if reader.spans is not None:
            reader.note(path, first, self.size, value, str(value), self.idl)
        return value


class Boolean(Type):
    idl = "boolean"

    def write(self, out: bytearray, value: Any) -> None:
        if value is not True and value is not False:
            raise CodecError(CODEC, len(out), f"{value!r} is no boolean")
        out.append(value)

    def read(self, reader: Reader, path: str) -> bool:
        first = reader.align(1)
        value = reader.data[first]
        if value > 1:
            raise CodecError(CODEC, first, f"a boolean is 0 or 1, not {value}")
        reader.note(path, first, 1, value == 1, "TRUE" if value else "FALSE", self.idl)
        return value == 1


class String(Type):
    """A length that counts the closing NUL, the characters in UTF-8, the NUL."""

    idl = "string"
    least = 5

    def __init__(self, order: str) -> None:
        self.length = Number(UNSIGNED_LONG, order)

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

    def read(self, reader: Reader, path: str) -> str:
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
            reader.note(f"{path}.NUL", first + length - 1, 1, 0, later("closes the string"), self.idl)
        return value


class OctetSequence(Type):
    idl = "sequence<octet>"
    least = 4

    def __init__(self, order: str) -> None:
        self.length = Number(UNSIGNED_LONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, bytes):
            raise CodecError(CODEC, len(out), f"{value!r} is no sequence of octets")
        self.length.write(out, len(value))
        out += value

    def read(self, reader: Reader, path: str) -> bytes:
        length = self.length.read(reader, f"{path}.length")
        first = reader.position
        value = bytes(reader.take(length, "a sequence<octet>"))
        if reader.spans is not None:
            reader.note(path, first, length, value, f"{length} octets", self.idl)
        return value


class Quad(Type):
    """16 bytes at a multiple of 8 (table 9.1): IEEE 754 binary128. Python holds what of it fits a double."""

    idl = "long double"
    least = 16

    def __init__(self, order: str) -> None:
        self.byteorder: Literal["little", "big"] = "little" if order == "<" else "big"

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, float):
            raise CodecError(CODEC, len(out), f"{value!r} is no long double")
        out += _GAPS[-len(out) % 8]
        out += to_quad(value).to_bytes(16, self.byteorder)

    def read(self, reader: Reader, path: str) -> float:
        first = reader.align(16, 8)
        octets = reader.data[first : first + 16]
        try:
            value = from_quad(int.from_bytes(octets, self.byteorder))
        except OverflowError as error:
            raise CodecError(CODEC, first, "a long double that is too large for a double") from error
        reader.note(path, first, 16, value, str(value), self.idl)
        return value


class Letter(Type):
    """One character in one octet, in ISO 8859-1, the native code set of char until another is agreed on (9.3.1.6)."""

    idl = "char"

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, str) or len(value) != 1 or ord(value) > 255:
            raise CodecError(CODEC, len(out), f"{value!r} is no character of ISO 8859-1")
        out.append(ord(value))

    def read(self, reader: Reader, path: str) -> str:
        first = reader.align(1)
        value = chr(reader.data[first])
        reader.note(path, first, 1, value, repr(value), self.idl)
        return value


def _utf_16(text: str, what: str, at: int) -> bytes:
    """UTF-16, big-endian without a mark (9.3.1.6); with one if the text begins with what could be taken for one."""
    try:
        octets = text.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise CodecError(CODEC, at, f"{text!r} is no {what}: it holds half a character") from error
    return b"\xfe\xff" + octets if text[:1] in ("\ufeff", "\ufffe") else octets


def _from_utf_16(octets: bytes, what: str, at: int) -> str:
    """A byte order mark tells the order, without one it is big-endian."""
    try:
        if octets[:2] == b"\xff\xfe":
            return octets[2:].decode("utf-16-le")
        return octets[2:].decode("utf-16-be") if octets[:2] == b"\xfe\xff" else octets.decode("utf-16-be")
    except UnicodeDecodeError as error:
        raise CodecError(CODEC, at + error.start, f"a {what} that is no UTF-16") from error


class WideLetter(Type):
    """An octet that counts, then one character in UTF-16, not aligned (GIOP 1.2; 9.3.1.6)."""

    idl = "wchar"
    least = 3

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, str) or len(value) != 1:
            raise CodecError(CODEC, len(out), f"{value!r} is no single character")
        octets = _utf_16(value, self.idl, len(out))
        out.append(len(octets))
        out += octets

    def read(self, reader: Reader, path: str) -> str:
        place = reader.align(1)
        length = reader.data[place]
        reader.note(f"{path}.length", place, 1, length, f"{length} octets", "octet")
        first = reader.position
        value = _from_utf_16(reader.take(length, "a wchar"), self.idl, first)
        if len(value) != 1:
            raise CodecError(CODEC, first, f"a wchar holds one character, not {len(value)}")
        reader.note(path, first, length, value, repr(value), self.idl)
        return value


class WideString(Type):
    """A length that counts octets, then UTF-16 without a closing NUL (GIOP 1.2; 9.3.2.7)."""

    idl = "wstring"
    least = 4

    def __init__(self, order: str) -> None:
        self.length = Number(UNSIGNED_LONG, order)

    def write(self, out: bytearray, value: Any) -> None:
        if not isinstance(value, str):
            raise CodecError(CODEC, len(out), f"{value!r} is no wstring")
        octets = _utf_16(value, self.idl, len(out))
        self.length.write(out, len(octets))
        out += octets

    def read(self, reader: Reader, path: str) -> str:
        length = self.length.read(reader, f"{path}.length")
        first = reader.position
        value = _from_utf_16(reader.take(length, "a wstring"), self.idl, first)
        reader.note(path, first, length, value, f'"{value}"', self.idl)
        return value
