"""The Internet Protocol, version 4 (RFC 791), with the service octet of RFC 2474 and RFC 3168.

Addresses are numbers below 2**32; `dotted` and `address` turn them into text and back. A packet carries its options as
they are; `options_of` reads and `pack_options` writes them. What follows total length is no part of the packet (a link
may pad) and is ignored. Fragmentation and reassembly are in `core.wire.fragments`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from core.wire.table import (
    Codec,
    CodecError,
    Envelope,
    Field,
    Octets,
    Records,
    Span,
    Table,
    Values,
    hexadecimal,
    octets_in_words,
)

CODEC = "IPv4"
HEADER = 20
"""Bytes of a header without options."""
GREATEST = 65535
"""Bytes of the longest packet: total length has 16 bits."""
GREATEST_OPTIONS = 40
"""Bytes that options can fill: IHL counts 32-bit words in four bits."""
PROTOCOLS = {1: "ICMP", 6: "TCP", 17: "UDP"}
_ECN = ("not ECN-capable", "ECT(1)", "ECT(0)", "congestion experienced")


def dotted(number: int) -> str:
    """3221225985 as `192.0.2.1`. Raises ValueError outside 0 .. 2**32 - 1."""
    if not 0 <= number < 1 << 32:
        raise ValueError(f"{number} is no IPv4 address: it must lie between 0 and 4294967295")
    return ".".join(str(octet) for octet in number.to_bytes(4, "big"))


@lru_cache(maxsize=4096)
def address(text: str) -> int:
    """`192.0.2.1` as 3221225985. Raises ValueError for anything but four decimal numbers of at most 255."""
    parts = text.split(".")
    if len(parts) != 4 or not all(
        part.isascii() and part.isdigit() and len(part) <= 3 and int(part) < 256 and (part == "0" or part[0] != "0")
        for part in parts
    ):
        raise ValueError(f"{text!r} is no IPv4 address: four numbers of at most 255, without leading zeros, are needed")
    return int.from_bytes(bytes(int(part) for part in parts), "big")


def checksum(data: bytes) -> int:
    """The Internet checksum: the ones' complement of the ones' complement sum of all 16-bit words (RFC 791, 3.1).

    An odd last byte is padded with a zero to its right (RFC 1071). Over data that contain its right checksum it is 0.
    """
    number = int.from_bytes(data, "big")
    if len(data) % 2:
        number <<= 8
    # Carries are added in again at the right, so the sum is the number modulo 2**16 - 1. Two forms of zero exist:
    # only data that are all zero sum up to 0, any other multiple of 65535 to 65535.
    total = number % 0xFFFF or (0xFFFF if number else 0)
    return 0xFFFF - total


def pseudo_header(codec: str, source: int, destination: int, protocol: int, length: int) -> bytes:
    """What the checksums of TCP and UDP cover besides their own bytes: addresses, protocol, length (RFC 9293, 3.1).

    Raises CodecError in the name of `codec` if the addresses are none.
    """
    if not (0 <= source < 1 << 32 and 0 <= destination < 1 << 32):
        raise CodecError(codec, 0, f"{source} and {destination} are no two IPv4 addresses")
    return source.to_bytes(4, "big") + destination.to_bytes(4, "big") + bytes((0, protocol)) + length.to_bytes(2, "big")


def _units(word: str, octets: int) -> Any:
    return lambda value: f"{value} {word}, {value * octets} bytes"


TABLE = Table(
    CODEC,
    Field("version", 4, "format of the header", "RFC 791, 3.1", equals=4),
    Field("ihl", 4, "internet header length", "RFC 791, 3.1", _units("32-bit words", 4)),
    Field("dscp", 6, "differentiated services codepoint", "RFC 2474, 3"),
    Field("ecn", 2, "explicit congestion notification", "RFC 3168, 5", lambda value: _ECN[value]),
    Field("total_length", 16, "length of header and data", "RFC 791, 3.1", lambda value: f"{value} bytes"),
    Field("identification", 16, "tells which fragments belong together", "RFC 791, 3.1"),
    Field("reserved", 1, "must be zero", "RFC 791, 3.1"),
    Field("dont_fragment", 1, "DF", "RFC 791, 3.1", lambda value: "don't fragment" if value else "may fragment"),
    Field("more_fragments", 1, "MF", "RFC 791, 3.1", lambda value: "more fragments" if value else "last fragment"),
    Field("fragment_offset", 13, "where in the datagram the data belong", "RFC 791, 3.1", _units("units", 8)),
    Field("ttl", 8, "time to live", "RFC 791, 3.1", lambda value: f"{value} hops at most"),
    Field("protocol", 8, "what the data are", "RFC 791, 3.1", lambda value: PROTOCOLS.get(value, str(value))),
    Field("checksum", 16, "header checksum", "RFC 791, 3.1", hexadecimal),
    Field("source", 32, "address of the sender", "RFC 791, 3.1", dotted),
    Field("destination", 32, "address of the receiver", "RFC 791, 3.1", dotted),
    Octets("options", lambda values: (values["ihl"] - 5) * 4, "options, padded to 32 bits", "RFC 791, 3.1"),
    Octets("payload", lambda values: values["total_length"] - values["ihl"] * 4, "data", "RFC 791, 3.1"),
    label=CODEC,
)


# Options


@dataclass(frozen=True)
class NoOperation:
    """Type 1: a byte between options, to begin the next one at a word's boundary."""

    kind = 1
    size = 1
    copied = False


@dataclass(frozen=True)
class RecordRoute:
    """Type 7: every router on the way writes its address into the next free place.

    `room` are the bytes for addresses, written or not; `pointer` counts the option's bytes from 1, so that 4 is the
    first place. The option is full when the pointer lies behind the room.
    """

    pointer: int
    room: bytes
    kind = 7
    copied = False

    @classmethod
    def empty(cls, places: int) -> RecordRoute:
        """Room for so many addresses, 9 at most."""
        return cls(4, bytes(4 * places))

    @property
    def size(self) -> int:
        return 3 + len(self.room)

    @property
    def route(self) -> tuple[int, ...]:
        """The addresses written so far."""
        end = min(self.pointer - 4, len(self.room) // 4 * 4)
        return tuple(int.from_bytes(self.room[at : at + 4], "big") for at in range(0, end, 4))

    def recorded(self, here: int) -> RecordRoute:
        """With the router's address in the next place; unchanged if it is full (RFC 791, 3.1).

        Raises CodecError if the pointer points into the option's head, or if the next place is no whole address.
        """
        at = self.pointer - 4
        if at >= len(self.room):
            return self
        if at < 0 or at + 4 > len(self.room):
            raise CodecError(CODEC, HEADER, f"record route: no address fits at {self.pointer} of {self.size} bytes")
        return RecordRoute(self.pointer + 4, self.room[:at] + here.to_bytes(4, "big") + self.room[at + 4 :])


@dataclass(frozen=True)
class UnknownOption:
    """Any other type, with what it carries."""

    kind: int
    data: bytes

    @property
    def size(self) -> int:
        return 2 + len(self.data)

    @property
    def copied(self) -> bool:
        """Does it go into every fragment? The type's highest bit says so (RFC 791, 3.1)."""
        return bool(self.kind & 0x80)


Option: TypeAlias = NoOperation | RecordRoute | UnknownOption
_RFC = "RFC 791, 3.1"
_CLASSES = ("control", "reserved", "debugging and measurement", "reserved")


def _kind_words(label: str) -> Any:
    """Copied flag, class and number of an option's type octet."""

    def words(kind: int) -> str:
        copied = "copied into every fragment" if kind & 0x80 else "in the first fragment only"
        return f"{kind}, {label} ({copied}, {_CLASSES[kind >> 5 & 3]}, number {kind & 31})"

    return words


def _option(label: str, *parts: Field | Octets) -> Table:
    kind = Field("kind", 8, "copied flag, class and number", _RFC, _kind_words(label))
    count = Field("length", 8, "of this option, with type and length", _RFC, lambda value: f"{value} bytes")
    return Table(CODEC, kind, count, *parts, label=f"{CODEC}.{label}")


def _places(room: bytes) -> str:
    return ", ".join(dotted(int.from_bytes(room[at : at + 4], "big")) for at in range(0, len(room) // 4 * 4, 4))


_OPTIONS = {
    0: Table(CODEC, Field("kind", 8, "no option follows", _RFC, lambda _: "0, end of options"), label="IPv4.end"),
    1: Table(CODEC, Field("kind", 8, "fills up to a boundary", _RFC, lambda _: "1, no-operation"), label="IPv4.no-op"),
    7: _option(
        "record route",
        Field("pointer", 8, "where the next address goes, from 4 on", _RFC),
        Octets("room", lambda values: values["length"] - 3, "addresses of the routers on the way", _RFC, _places),
    ),
}
_UNKNOWN = _option(
    "unknown option", Octets("data", lambda values: values["length"] - 2, "not known here", _RFC, octets_in_words)
)
OPTIONS = Table(
    CODEC,
    Records("options", None, lambda kind: _OPTIONS.get(kind, _UNKNOWN), "options, padded to 32 bits", _RFC, last=0),
    label=CODEC,
)


def options_of(data: bytes) -> tuple[Option, ...]:
    """The options in a packet's `options`, up to their end. Raises CodecError for a length that is none."""
    values, _ = OPTIONS.unpack(data)
    return tuple(_option_of(option) for option in values["options"])


def pack_options(options: tuple[Option, ...]) -> bytes:
    """Options as they stand in a header, padded to whole 32-bit words. Raises CodecError for more than 40 bytes."""
    data = OPTIONS.pack({"options": tuple(_values_of(option) for option in options)})
    if len(data) > GREATEST_OPTIONS:
        raise CodecError(CODEC, HEADER, f"options fill {len(data)} bytes, {GREATEST_OPTIONS} at most")
    return data + bytes(-len(data) % 4)


def _values_of(option: Option) -> Values:
    match option:
        case NoOperation():
            return {"kind": 1}
        case RecordRoute(pointer, room):
            return {"kind": 7, "length": option.size, "pointer": pointer, "room": room}
        case UnknownOption(kind, data):
            if kind in _OPTIONS:
                raise CodecError(CODEC, HEADER, f"option type {kind} is not unknown")
            return {"kind": kind, "length": option.size, "data": data}


def _option_of(values: Values) -> Option:
    match values["kind"]:
        case 1:
            return NoOperation()
        case 7:
            return RecordRoute(values["pointer"], values["room"])
        case kind:
            return UnknownOption(kind, values["data"])


# Packets


@dataclass(frozen=True)
class Packet:
    """One IPv4 packet, which is a datagram or a fragment of one; `fragment_offset` is in units of 8 bytes.

    `options` are raw and of whole 32-bit words, 40 bytes at most (see `options_of`).
    """

    source: int
    destination: int
    protocol: int
    payload: bytes
    ttl: int = 64
    identification: int = 0
    dont_fragment: bool = False
    more_fragments: bool = False
    fragment_offset: int = 0
    dscp: int = 0
    ecn: int = 0
    options: bytes = b""

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return HEADER + len(self.options) + len(self.payload)

    @property
    def fragmented(self) -> bool:
        """Is it a part of a datagram only?"""
        return self.more_fragments or self.fragment_offset > 0


def pack(packet: Packet) -> bytes:
    """The packet's bytes, with lengths and checksum. Raises CodecError for what does not fit, as 65,536 bytes."""
    if len(packet.options) % 4:
        raise CodecError(CODEC, HEADER, f"options of {len(packet.options)} bytes are no whole 32-bit words")
    values: dict[str, Any] = {
        "ihl": 5 + len(packet.options) // 4,
        "dscp": packet.dscp,
        "ecn": packet.ecn,
        "total_length": packet.size,
        "identification": packet.identification,
        "reserved": 0,
        "dont_fragment": packet.dont_fragment,
        "more_fragments": packet.more_fragments,
        "fragment_offset": packet.fragment_offset,
        "ttl": packet.ttl,
        "protocol": packet.protocol,
        "checksum": 0,
        "source": packet.source,
        "destination": packet.destination,
        "options": packet.options,
        "payload": packet.payload,
    }
    data = TABLE.pack(values)
    sum_of_header = checksum(data[: values["ihl"] * 4])
    place = TABLE.layout["checksum"][0] // 8
    return data[:place] + sum_of_header.to_bytes(2, "big") + data[place + 2 :]


def unpack(data: bytes) -> Packet:
    """The packet in the bytes. Raises CodecError for wrong version, lengths or checksum, or if bytes are missing."""
    require_checksum(data)
    return unpack_unchecked(data)


class IPv4:
    """The codec of packets. Addresses are in the packet itself, so the envelope is not used."""

    name = CODEC

    def encode(self, message: Packet, envelope: Envelope) -> bytes:
        """See `pack`."""
        return pack(message)

    def decode(self, data: bytes, envelope: Envelope) -> Packet:
        """See `unpack`."""
        return unpack(data)

    def spans(self, data: bytes) -> list[Span]:
        return spans(data)


IPV4: Codec[Packet] = IPv4()


def require_checksum(data: bytes) -> None:
    """Raises CodecError if the header in these bytes is whole, but does not have the checksum that it should have."""
    header = (data[0] & 15) * 4 if data else 0
    if HEADER <= header <= len(data) and checksum(data[:header]):  # first of all: no field can be believed before
        raise TABLE.error("checksum", f"bad header checksum 0x{data[10:12].hex()}")


def _packet(values: Mapping[str, Any]) -> Packet:
    return Packet(
        source=values["source"],
        destination=values["destination"],
        protocol=values["protocol"],
        payload=values["payload"],
        ttl=values["ttl"],
        identification=values["identification"],
        dont_fragment=bool(values["dont_fragment"]),
        more_fragments=bool(values["more_fragments"]),
        fragment_offset=values["fragment_offset"],
        dscp=values["dscp"],
        ecn=values["ecn"],
        options=values["options"],
    )


def unpack_unchecked(data: bytes) -> Packet:
    """The packet in the bytes, whatever its checksum says. Raises CodecError for wrong version or lengths."""
    values, _ = TABLE.unpack(data)
    return _packet(values)


def unpack_cut(data: bytes) -> Packet:
    """The packet whose header and first bytes these are: what an ICMP message quotes. The checksum is not looked at.

    Raises CodecError if the header is not whole.
    """
    values, _ = _HEAD.unpack(data)
    end = (values["ihl"] - 5) * 4 + HEADER
    return _packet({**values, "payload": data[end : max(end, min(len(data), values["total_length"]))]})


_HEAD = Table(CODEC, *TABLE.parts[:-1], label=CODEC)


def spans(
    data: bytes, carried: Mapping[int, Table] | None = None, start: int = 0, end: int | None = None
) -> list[Span]:
    """The fields in data[start:end] with their options, and those of what is carried.

    `carried` are tables by protocol number; of a fragment the data stay data.
    """
    found = TABLE.spans(data, start, end)
    values = {span.name: span.value for span in found}
    split: list[Span] = []
    for span in found:
        table = None
        if span.name == "IPv4.options":
            table = OPTIONS
        elif span.name == "IPv4.payload" and not (values["IPv4.more_fragments"] or values["IPv4.fragment_offset"]):
            table = (carried or {}).get(values["IPv4.protocol"])
        first = span.first_bit // 8
        split += [span] if table is None else table.spans(data, first, first + span.bits // 8)
    return split
