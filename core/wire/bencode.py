"""Bencoding, the encoding of BitTorrent's trackers and torrent files (BEP 3, section "bencoding").

Four kinds of value: byte strings `4:spam`, integers `i3e`, lists `l...e`, dictionaries `d...e` with keys in order.
Every value has one encoding only, and this decoder accepts nothing else; so a torrent's info hash may be taken from a
value that was decoded and encoded again. A tuple is encoded as a list; True and text are refused, since neither
would come back as it was.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from core.wire.table import Codec, CodecError, Envelope, Span, close

SOURCE = "BEP 3, bencoding"
CODEC = "bencoding"
DEPTH = 64
"""How deep lists and dictionaries may nest."""
DIGITS = 4000
"""How long an integer may be; BEP 3 has no limit, but a number of any size is a way to make a node compute for ever."""

Value: TypeAlias = "int | bytes | list[Value] | dict[bytes, Value]"
Encodable: TypeAlias = "int | bytes | list[Encodable] | tuple[Encodable, ...] | dict[bytes, Encodable]"

_TOO_LONG = 10**DIGITS
_DIGITS = frozenset(b"0123456789")
_COLON, _MINUS, _INTEGER, _LIST, _DICTIONARY, _END = b":-ilde"


def encode(value: Encodable) -> bytes:
    """The one encoding of `value`; keys are sorted. Raises CodecError for what bencoding cannot carry."""
    out = bytearray()
    _write(out, value, 0)
    return bytes(out)


def decode(data: bytes) -> Value:
    """The value that `data` encodes, all of it. Raises CodecError."""
    return _Reader(data, None).whole()


def spans(data: bytes) -> list[Span]:
    """What every byte is: `info.name` is the value at key name of the dictionary at key info, `files[0]` an item."""
    found: list[Span] = []
    reason = ""
    try:
        _Reader(data, found).whole()
    except CodecError as error:
        reason = error.message
    close(found, data, "unreadable", reason)
    return found


class Bencoding:
    """The codec of bencoded messages, which are plain values; the envelope is not used."""

    name = CODEC

    def encode(self, message: Encodable, envelope: Envelope) -> bytes:
        return encode(message)

    def decode(self, data: bytes, envelope: Envelope) -> Value:
        return decode(data)

    def spans(self, data: bytes) -> list[Span]:
        return spans(data)


BENCODING: Codec[Any] = Bencoding()


def _write(out: bytearray, value: object, depth: int) -> None:
    if depth > DEPTH:
        raise CodecError(CODEC, len(out), f"nested deeper than {DEPTH}")
    if isinstance(value, bytes):
        out += b"%d:" % len(value)
        out += value
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= _TOO_LONG:
            raise CodecError(CODEC, len(out), f"an integer of more than {DIGITS} digits")
        out += b"i%de" % value
    elif isinstance(value, (list, tuple)):
        out += b"l"
        for item in value:
            _write(out, item, depth + 1)
        out += b"e"
    elif isinstance(value, dict):
        for key in value:
            if not isinstance(key, bytes):
                raise CodecError(CODEC, len(out), f"a key is a byte string, not {key!r}")
        out += b"d"
        for key in sorted(value):
            _write(out, key, depth + 1)
            _write(out, value[key], depth + 1)
        out += b"e"
    else:
        raise CodecError(CODEC, len(out), f"bencoding has no {type(value).__name__}")


class _Reader:
    def __init__(self, data: bytes, found: list[Span] | None) -> None:
        self.data = data
        self.position = 0
        self.found = found

    def whole(self) -> Value:
        value = self.value("", 0)
        if self.position != len(self.data):
            raise self.error(f"{len(self.data) - self.position} bytes after the end")
        return value

    def error(self, message: str, at: int | None = None) -> CodecError:
        return CodecError(CODEC, self.position if at is None else at, message)

    def note(self, name: str, first: int, value: object, words: str, meaning: str) -> None:
        """What lies between `first` and where the reader is now."""
        if self.found is not None and self.position > first:
            self.found.append(Span(name, first * 8, (self.position - first) * 8, value, words, meaning, SOURCE))

    def peek(self) -> int:
        if self.position >= len(self.data):
            raise self.error("cut short")
        return self.data[self.position]

    def value(self, path: str, depth: int) -> Value:
        if depth > DEPTH:
            raise self.error(f"nested deeper than {DEPTH}")
        lead = self.peek()
        if lead in _DIGITS:
            return self.string(path)
        if lead == _INTEGER:
            return self.integer(path)
        if lead == _LIST:
            return self.items(path, depth)
        if lead == _DICTIONARY:
            return self.dictionary(path, depth)
        raise self.error(f"no value begins with {bytes([lead])!r}")

    def digits(self, end: int, what: str) -> int:
        """A number without leading zeros, and the byte `end` that closes it."""
        first = self.position
        while self.peek() in _DIGITS:
            self.position += 1
            if self.position - first > DIGITS:
                raise self.error(f"{what} has more than {DIGITS} digits", first)
        text = self.data[first : self.position]
        if not text:
            raise self.error(f"{what} needs a digit")
        if text[0] == ord("0") and len(text) > 1:
            raise self.error(f"{what} has a leading zero", first)
        if self.peek() != end:
            raise self.error(f"{what} ends with {chr(end)!r}")
        self.position += 1
        return int(text)

    def string(self, path: str) -> bytes:
        first = self.position
        length = self.digits(_COLON, "a string's length")
        if length > len(self.data) - self.position:
            raise self.error(f"cut short: a string of {length} bytes, {len(self.data) - self.position} are there")
        self.note(f"{path}.length" if path else "length", first, length, f"{length} bytes follow", "length of a string")
        first = self.position
        self.position += length
        value = bytes(self.data[first : self.position])
        self.note(path or "string", first, value, repr(value)[1:], "byte string")
        return value

    def integer(self, path: str) -> int:
        first = self.position
        self.position += 1
        negative = self.peek() == _MINUS
        if negative:
            self.position += 1
        value = self.digits(_END, "an integer")
        if negative and value == 0:
            raise self.error("minus zero is no integer", first)
        value = -value if negative else value
        self.note(path or "integer", first, value, str(value), "integer")
        return value

    def items(self, path: str, depth: int) -> Value:
        self.opens(path, "list")
        items: list[Value] = []
        while self.peek() != _END:
            items.append(self.value(f"{path}[{len(items)}]", depth + 1))
        self.ends(path, "list")
        return items

    def dictionary(self, path: str, depth: int) -> Value:
        self.opens(path, "dictionary")
        items: dict[bytes, Value] = {}
        last: bytes | None = None
        while self.peek() != _END:
            first = self.position
            if self.peek() not in _DIGITS:
                raise self.error("a key is a byte string")
            key = self.string(f"{path}.key" if path else "key")
            if last is not None and key <= last:
                raise self.error("a key twice" if key == last else "keys are not in order", first)
            last = key
            name = key.decode("ascii", "backslashreplace")
            items[key] = self.value(f"{path}.{name}" if path else name, depth + 1)
        self.ends(path, "dictionary")
        return items

    def opens(self, path: str, what: str) -> None:
        self.position += 1
        self.note(f"{path}.begin" if path else "begin", self.position - 1, None, f"a {what} begins", what)

    def ends(self, path: str, what: str) -> None:
        self.position += 1
        self.note(f"{path}.end" if path else "end", self.position - 1, None, f"the {what} ends", what)
