"""The Internet Protocol, version 4 (RFC 791), with the service octet of RFC 2474 and RFC 3168.

Addresses are numbers below 2**32; `dotted` and `address` turn them into text and back. Options are carried as they
are. What follows total length is no part of the packet (a link may pad) and is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.wire.table import Codec, CodecError, Envelope, Field, Octets, Span, Table, hexadecimal

CODEC = "IPv4"
HEADER = 20
"""Bytes of a header without options."""
GREATEST = 65535
"""Bytes of the longest packet: total length has 16 bits."""
PROTOCOLS = {1: "ICMP", 6: "TCP", 17: "UDP"}
_ECN = ("not ECN-capable", "ECT(1)", "ECT(0)", "congestion experienced")


def dotted(number: int) -> str:
    """3221225985 as `192.0.2.1`. Raises ValueError outside 0 .. 2**32 - 1."""
    if not 0 <= number < 1 << 32:
        raise ValueError(f"{number} is no IPv4 address: it must lie between 0 and 4294967295")
    return ".".join(str(octet) for octet in number.to_bytes(4, "big"))


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


@dataclass(frozen=True)
class Packet:
    """One IPv4 packet, which is a datagram or a fragment of one; `fragment_offset` is in units of 8 bytes.

    `options` are raw and of whole 32-bit words, 40 bytes at most.
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


class IPv4:
    """The codec of packets. Addresses are in the packet itself, so the envelope is not used."""

    name = CODEC

    def encode(self, message: Packet, envelope: Envelope) -> bytes:
        """Fills in lengths and checksum. Raises CodecError for what does not fit, e.g. more than 65,535 bytes."""
        if len(message.options) % 4:
            raise CodecError(CODEC, HEADER, f"options of {len(message.options)} bytes are no whole 32-bit words")
        values: dict[str, Any] = {
            "ihl": 5 + len(message.options) // 4,
            "dscp": message.dscp,
            "ecn": message.ecn,
            "total_length": message.size,
            "identification": message.identification,
            "reserved": 0,
            "dont_fragment": message.dont_fragment,
            "more_fragments": message.more_fragments,
            "fragment_offset": message.fragment_offset,
            "ttl": message.ttl,
            "protocol": message.protocol,
            "checksum": 0,
            "source": message.source,
            "destination": message.destination,
            "options": message.options,
            "payload": message.payload,
        }
        data = TABLE.pack(values)
        sum_of_header = checksum(data[: values["ihl"] * 4])
        place = TABLE.layout["checksum"][0] // 8
        return data[:place] + sum_of_header.to_bytes(2, "big") + data[place + 2 :]

    def decode(self, data: bytes, envelope: Envelope) -> Packet:
        """Raises CodecError for wrong version, lengths or checksum, or if bytes are missing."""
        header = (data[0] & 15) * 4 if data else 0
        if HEADER <= header <= len(data) and checksum(data[:header]):  # first of all: no field can be believed before
            raise TABLE.error("checksum", f"bad header checksum 0x{data[10:12].hex()}")
        values, _ = TABLE.unpack(data)
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

    def spans(self, data: bytes) -> list[Span]:
        return TABLE.spans(data)


IPV4: Codec[Packet] = IPv4()
