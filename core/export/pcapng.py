"""pcapng, the capture file format of Wireshark (draft-ietf-opsawg-pcapng): sections, interfaces, names, packets.

Little endian, link type 101 (raw IPv4), times in nanoseconds. All blocks are padded to 32 bits and carry their length
at both ends.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

SECTION = 0x0A0D0D0A
INTERFACE = 1
NAMES = 4
PACKET = 6
RAW_IPV4 = 101
"""LINKTYPE_RAW: a packet begins with its IPv4 header."""
_BYTE_ORDER = 0x1A2B3C4D
_COMMENT, _HARDWARE, _APPLICATION = 1, 2, 4
_NAME, _DESCRIPTION, _RESOLUTION = 2, 3, 9
_FLAGS, _PACKET_ID = 2, 5
_NANOSECONDS = b"\x09"
INBOUND, OUTBOUND = 1, 2
MOST_OPTION_BYTES = 65_535
MOST_COMMENT = 4_000
"""Bytes of one comment: more is cut, and says so."""


@dataclass(frozen=True)
class Interface:
    """Where packets were captured."""

    name: str
    description: str


@dataclass(frozen=True)
class Captured:
    """One packet: on the interface of this number, at `time` (ns), INBOUND or OUTBOUND, with comments.

    `packet` is the same for what is seen of one packet at several interfaces.
    """

    interface: int
    time: int
    direction: int
    data: bytes
    packet: int
    comments: Sequence[str] = ()


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def _option(code: int, value: bytes) -> bytes:
    value = value[:MOST_OPTION_BYTES]
    return struct.pack("<HH", code, len(value)) + _padded(value)


def _text(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if len(data) <= MOST_COMMENT:
        return data
    return data[:MOST_COMMENT].decode("utf-8", "ignore").encode() + " … cut".encode()


def _options(*options: bytes) -> bytes:
    return b"".join(options) + bytes(4) if options else b""


def pcapng(
    interfaces: Sequence[Interface],
    names: Mapping[int, str],
    packets: Iterable[Captured],
    comment: str = "",
    application: str = "Ackademy",
) -> Iterator[bytes]:
    """The blocks of one file. `names`: IPv4 address as a number → name; a name of no letters is left out."""
    told = (_option(_COMMENT, _text(comment)),) if comment else ()
    yield _block(
        SECTION,
        struct.pack("<IHHq", _BYTE_ORDER, 1, 0, -1)
        + _options(*told, _option(_HARDWARE, b"simulated"), _option(_APPLICATION, _text(application))),
    )
    for interface in interfaces:
        yield _block(
            INTERFACE,
            struct.pack("<HHI", RAW_IPV4, 0, 0)
            + _options(
                _option(_NAME, _text(interface.name)),
                _option(_DESCRIPTION, _text(interface.description)),
                _option(_RESOLUTION, _NANOSECONDS),
            ),
        )
    if names:
        records = b"".join(
            struct.pack("<HH", 1, 4 + len(_text(name)) + 1) + _padded(address.to_bytes(4, "big") + _text(name) + b"\0")
            for address, name in names.items()
            if name
        )
        yield _block(NAMES, records + bytes(4))
    for packet in packets:
        yield _block(
            PACKET,
            struct.pack(
                "<IIIII",
                packet.interface,
                packet.time >> 32,
                packet.time & 0xFFFFFFFF,
                len(packet.data),
                len(packet.data),
            )
            + _padded(packet.data)
            + _options(
                *(_option(_COMMENT, _text(words)) for words in packet.comments),
                _option(_FLAGS, struct.pack("<I", packet.direction)),
                _option(_PACKET_ID, struct.pack("<Q", packet.packet)),
            ),
        )
