"""The codec of a set of messages, and of single values."""

from __future__ import annotations

from typing import Any

from core.wire.cdr.compiler import Compiler
from core.wire.cdr.reader import CODEC, Reader, Type
from core.wire.table import CodecError, Envelope, Span, close


class CdrCodec:
    """The codec of a union of message types; see `codec_for`. The envelope is not used."""

    def __init__(self, message_types: tuple[type, ...], little_endian: bool) -> None:
        compiler = Compiler("<" if little_endian else ">")
        self.name = CODEC
        self.message_types = message_types
        self.little_endian = little_endian
        self._union = compiler.messages(message_types)
        self._declarations = compiler.declarations

    @property
    def idl(self) -> str:
        """The IDL of all that it carries, as `idl` gives it."""
        return "\n\n".join(self._declarations.values()) + "\n"

    def declaration(self, message_type: type) -> str:
        """The IDL of one of its types; "" for a type that it does not carry."""
        return self._declarations.get(message_type.__name__, "")

    def encode(self, message: Any, envelope: Envelope | None = None) -> bytes:
        """Raises CodecError for a value of another type than annotated, or out of its range."""
        out = bytearray()
        self._union.write(out, message)
        return bytes(out)

    def decode(self, data: bytes, envelope: Envelope | None = None) -> Any:
        """Raises CodecError for bytes that are not exactly one message."""
        reader = Reader(data, None)
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
    return CdrCodec(message_types, False).idl


def encode_value(annotation: Any, value: Any, little_endian: bool = False) -> bytes:
    """One value of any annotation of the list above, without a discriminator, from offset 0. Raises CodecError."""
    out = bytearray()
    Compiler("<" if little_endian else ">").compile(annotation, "value").write(out, value)
    return bytes(out)


def decode_value(annotation: Any, data: bytes, little_endian: bool = False) -> Any:
    """The inverse of `encode_value`. Raises CodecError also for bytes left over."""
    reader = Reader(data, None)
    value = Compiler("<" if little_endian else ">").compile(annotation, "value").read(reader, "value")
    if reader.position != reader.end:
        raise CodecError(CODEC, reader.position, f"{reader.end - reader.position} bytes after the end")
    return value


def value_spans(annotation: Any, data: bytes, name: str, little_endian: bool = False) -> list[Span]:
    """The fields of bytes made by `encode_value`, their names beginning with `name`."""
    return _spans(Compiler("<" if little_endian else ">").compile(annotation, name), data, name)


def _spans(compiled: Type, data: bytes, name: str) -> list[Span]:
    found: list[Span] = []
    label, reason = "trailing", "bytes after the end"
    try:
        compiled.read(Reader(data, found), name)
    except CodecError as error:
        label, reason = "unreadable", error.message
    close(found, data, label, reason)
    return found
