"""Field tables: one description of a format drives encoding, decoding and the bytes panel.

A `Table` is a sequence of parts. `Field` is an unsigned number of so many bits, most significant bit first;
`Octets` are bytes whose number earlier fields tell; `When` is there or not, as earlier fields tell; `Records` are
records one after another, each led by an octet that says of which kind it is. `Table.pack`, `Table.unpack` and
`Table.spans` walk the same parts, so the panel can highlight nothing but what the codec itself reads.

Formats that are no tables of bits (CDR, bencoding) have a reader of their own, which yields the same `Span`s while
it decodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

Values: TypeAlias = dict[str, Any]
Words: TypeAlias = Callable[[Any], str]
M = TypeVar("M")


class CodecError(ValueError):
    """Bytes that are no message of this format, or a message that this format cannot carry.

    `codec` names the format, `offset` is the byte at which it was noticed (0 where a message as a whole does not
    fit). `decoded` holds the messages that an incremental decoder had completed before it met the fault.
    """

    def __init__(self, codec: str, offset: int, message: str, decoded: tuple[Any, ...] = ()) -> None:
        super().__init__(f"{codec}: {message} (byte {offset})")
        self.codec = codec
        self.offset = offset
        self.message = message
        self.decoded = decoded


class Span(NamedTuple):
    """One field as it lies in encoded bytes: `bits` bits from `first_bit` on, counted from the message's start."""

    name: str
    first_bit: int
    bits: int
    value: Any
    words: str
    meaning: str = ""
    source: str = ""


class Envelope(Protocol):
    """Who sends to whom; addresses are IPv4 addresses as numbers below 2**32."""

    @property
    def source(self) -> str: ...
    @property
    def destination(self) -> str: ...
    @property
    def source_address(self) -> int: ...
    @property
    def destination_address(self) -> int: ...


class Codec(Protocol[M]):
    """What every format in this package offers.

    `encode` raises `CodecError` for values that do not fit the format, `decode` for bytes that are none of its
    messages, and neither raises anything else. `spans` never raises: bytes that cannot be read are one last span
    called `unreadable`, and together the spans cover every bit once, in order.
    """

    @property
    def name(self) -> str: ...
    def encode(self, message: M, envelope: Envelope) -> bytes: ...
    def decode(self, data: bytes, envelope: Envelope) -> M: ...
    def spans(self, data: bytes) -> list[Span]: ...


def octets_in_words(value: bytes) -> str:
    """`5 bytes`; short enough for a line whatever the value."""
    return "1 byte" if len(value) == 1 else f"{len(value)} bytes"


def hexadecimal(value: int) -> str:
    """`0xb861`"""
    return f"{value:#06x}"


@dataclass(frozen=True)
class Field:
    """An unsigned number of `bits` bits.

    With `equals` the format knows one value only: `pack` fills it in and `unpack` refuses any other.
    """

    name: str
    bits: int
    meaning: str
    source: str
    words: Words = str
    equals: int | None = None


@dataclass(frozen=True)
class Octets:
    """Bytes; `length` counts them from the values read so far, None means all that is left."""

    name: str
    length: Callable[[Values], int] | None
    meaning: str
    source: str
    words: Words = octets_in_words
    equals: bytes | None = None


@dataclass(frozen=True)
class When:
    """Parts that are there only if `condition`, asked with the values read so far, holds."""

    condition: Callable[[Values], bool]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Records:
    """Records in the next `length(values)` bytes (None: all that is left), each led by an octet, its kind, that
    chooses its table.

    The value is a tuple of the records' values; each has its `kind`. A record of the kind `last` ends them early:
    what follows is padding, and `last` itself is no part of the value.
    """

    name: str
    length: Callable[[Values], int] | None
    table_of: Callable[[int], Table]
    meaning: str
    source: str
    last: int | None = None


@dataclass(frozen=True)
class _Run:
    """Fields side by side that fill whole bytes, read and written as one number."""

    fields: tuple[Field, ...]
    size: int  # bytes
    places: tuple[tuple[Field, int, int], ...]  # field, bits to its right within the run, greatest value


Part: TypeAlias = Field | Octets | When | Records


def _run_of(fields: Sequence[Field]) -> _Run:
    total = sum(field.bits for field in fields)
    if total % 8:
        raise TypeError(f"fields {[field.name for field in fields]} fill {total} bits, which are no whole bytes")
    places, right = [], total
    for field in fields:
        right -= field.bits
        places.append((field, right, (1 << field.bits) - 1))
    return _Run(tuple(fields), total // 8, tuple(places))


def _joined(parts: Sequence[Part]) -> list[_Run | Octets | When | Records]:
    """The parts with neighbouring fields joined to runs."""
    joined: list[_Run | Octets | When | Records] = []
    fields: list[Field] = []
    for part in parts:
        if isinstance(part, Field):
            fields.append(part)
            continue
        if fields:
            joined.append(_run_of(fields))
            fields = []
        joined.append(part)
    if fields:
        joined.append(_run_of(fields))
    return joined


class Table:
    """A format as a sequence of parts.

    `codec` names it in errors; `label`, if given, stands before the names of its spans ("TCP" gives "TCP.window").
    Raises TypeError if neighbouring fields do not fill whole bytes.
    """

    def __init__(self, codec: str, *parts: Part, label: str = "") -> None:
        self.codec = codec
        self.parts = parts
        self._prefix = f"{label}." if label else ""
        self._steps: list[_Run | Octets | tuple[When, Table] | Records] = []
        for step in _joined(parts):
            self._steps.append((step, Table(codec, *step.parts, label=label)) if isinstance(step, When) else step)
        self.layout: dict[str, tuple[int, Field]] = {}
        """Fields at fixed places: name to (first bit, field); ends where the first variable part begins."""
        bit = 0
        for part in parts:
            if not isinstance(part, Field):
                break
            self.layout[part.name] = (bit, part)
            bit += part.bits

    def error(self, field: str, message: str, start: int = 0) -> CodecError:
        """The error that lays the blame on a field with a fixed place; `start` is the byte where the table begins."""
        return CodecError(self.codec, start + self.layout[field][0] // 8, message)

    def pack(self, values: Mapping[str, Any]) -> bytes:
        """Values by field name, as bytes. Raises CodecError if one is missing, of the wrong type or out of range."""
        out = bytearray()
        self._write(out, dict(values))
        return bytes(out)

    def unpack(self, data: bytes, start: int = 0, end: int | None = None) -> tuple[Values, int]:
        """The values by name and the byte after the last one read; reads data[start:end]. Raises CodecError."""
        values: Values = {}
        return values, self._read(data, start, len(data) if end is None else end, values, None)

    def spans(self, data: bytes, start: int = 0, end: int | None = None) -> list[Span]:
        """The fields in data[start:end] with their places in `data`; see `Codec.spans`."""
        found: list[Span] = []
        end = len(data) if end is None else end
        reason = "bytes after the end"
        name = "trailing"
        try:
            self._read(data, start, end, {}, found)
        except CodecError as error:
            name, reason = "unreadable", error.message
        close(found, data, name, reason, start, end)
        return found

    def _write(self, out: bytearray, values: Values) -> None:
        for step in self._steps:
            if isinstance(step, _Run):
                number = 0
                for field, right, greatest in step.places:
                    value = field.equals if field.equals is not None else values.get(field.name)
                    if not isinstance(value, int) or not 0 <= value <= greatest:
                        raise CodecError(
                            self.codec, len(out), f"{field.name} is {value!r}, no number from 0 to {greatest}"
                        )
                    number |= value << right
                out += number.to_bytes(step.size, "big")
            elif isinstance(step, Octets):
                octets = step.equals if step.equals is not None else values.get(step.name)
                if not isinstance(octets, (bytes, bytearray)):
                    raise CodecError(self.codec, len(out), f"{step.name} is {octets!r}, but must be bytes")
                if step.length is not None and len(octets) != step.length(values):
                    raise CodecError(
                        self.codec, len(out), f"{step.name} has {len(octets)} bytes, not {step.length(values)}"
                    )
                out += octets
            elif isinstance(step, Records):
                limit = None if step.length is None else len(out) + step.length(values)
                for record in values.get(step.name, ()):
                    step.table_of(record["kind"])._write(out, record)
                if limit is None:
                    continue
                if len(out) > limit:
                    raise CodecError(self.codec, limit, f"{step.name} are {len(out) - limit} bytes longer than told")
                out += bytes(limit - len(out))
            elif step[0].condition(values):
                step[1]._write(out, values)

    def _read(self, data: bytes, position: int, end: int, values: Values, found: list[Span] | None) -> int:
        for step in self._steps:
            if isinstance(step, _Run):
                if position + step.size > end:
                    if found is not None:
                        self._note_what_fits(step, data, position, end, found)
                    raise self._short(step.fields[0].name, position, step.size, end)
                number = int.from_bytes(data[position : position + step.size], "big")
                for field, right, greatest in step.places:
                    value = number >> right & greatest
                    values[field.name] = value
                    if field.equals is not None and value != field.equals and found is None:
                        first = position + step.size - 1 - (right + field.bits - 1) // 8
                        raise CodecError(self.codec, first, f"{field.name} is {value}, but must be {field.equals}")
                if found is not None:
                    for field, right, _ in step.places:
                        first_bit = (position + step.size) * 8 - right - field.bits
                        found.append(self._span(field, first_bit, field.bits, values[field.name]))
                position += step.size
            elif isinstance(step, Octets):
                size = end - position if step.length is None else step.length(values)
                if size < 0:
                    raise CodecError(self.codec, position, f"a length leaves {size} bytes for {step.name}")
                if position + size > end:
                    raise self._short(step.name, position, size, end)
                octets = bytes(data[position : position + size])
                if step.equals is not None and octets != step.equals and found is None:
                    raise CodecError(self.codec, position, f"{step.name} is {octets!r}, but must be {step.equals!r}")
                values[step.name] = octets
                if found is not None and size:
                    found.append(self._span(step, position * 8, size * 8, octets))
                position += size
            elif isinstance(step, Records):
                position = self._read_records(step, data, position, end, values, found)
            elif step[0].condition(values):
                position = step[1]._read(data, position, end, values, found)
        return position

    def _read_records(
        self, step: Records, data: bytes, position: int, end: int, values: Values, found: list[Span] | None
    ) -> int:
        size = end - position if step.length is None else step.length(values)
        limit = position + size
        if size < 0:
            raise CodecError(self.codec, position, f"a length leaves {size} bytes for {step.name}")
        short = self._short(step.name, position, size, end) if limit > end else None
        if short is not None and found is None:
            raise short
        limit = min(limit, end)  # the panel shows the records that are there
        records: list[Values] = []
        while position < limit:
            record: Values = {}
            position = step.table_of(data[position])._read(data, position, limit, record, found)
            if record["kind"] == step.last:
                if found is not None and position < limit:
                    found.append(
                        Span(
                            f"{self._prefix}padding",
                            position * 8,
                            (limit - position) * 8,
                            data[position:limit],
                            "filled up to whole 32-bit words",
                            step.meaning,
                            step.source,
                        )
                    )
                position = limit
            else:
                records.append(record)
        if short is not None:
            raise short
        values[step.name] = tuple(records)
        return position

    def _note_what_fits(self, run: _Run, data: bytes, position: int, end: int, found: list[Span]) -> None:
        there = (end - position) * 8
        number = int.from_bytes(data[position:end], "big")
        used = 0
        for field in run.fields:
            used += field.bits
            if used > there:
                return
            value = number >> (there - used) & ((1 << field.bits) - 1)
            found.append(self._span(field, position * 8 + used - field.bits, field.bits, value))

    def _span(self, part: Field | Octets, first_bit: int, bits: int, value: Any) -> Span:
        words = part.words(value)
        if part.equals is not None and value != part.equals:
            words = f"{words}, but must be {part.words(part.equals)}"
        return Span(self._prefix + part.name, first_bit, bits, value, words, part.meaning, part.source)

    def _short(self, name: str, position: int, size: int, end: int) -> CodecError:
        there = max(end - position, 0)
        return CodecError(self.codec, position, f"cut short: {size} bytes from {name} on are needed, {there} are there")


def close(found: list[Span], data: bytes, name: str, reason: str, start: int = 0, end: int | None = None) -> None:
    """Cover what no span in `found` covers of data[start:end] with one last span, so that they tile it."""
    end = len(data) if end is None else end
    covered = found[-1].first_bit + found[-1].bits if found else start * 8
    if covered < end * 8:
        rest = bytes(data[covered // 8 : end])
        found.append(Span(name, covered, end * 8 - covered, rest, reason))
