"""The Transmission Control Protocol: its segments (RFC 9293, 3.1 and 3.2), alone and inside IPv4 packets.

Of the options MSS (RFC 9293, 3.7.1), window scale and timestamps (RFC 7323), SACK-permitted and SACK (RFC 2018) are
known. Others are carried as `UnknownOption` and mean nothing to a receiver (RFC 9293, MUST-6). No-operations stay where
they are, so that a segment encodes to the very bytes it was decoded from; the end-of-options and its padding are no
values.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Any, TypeAlias

from core.wire import ipv4
from core.wire.table import Codec, CodecError, Envelope, Field, Octets, Records, Span, Table, Values, hexadecimal

CODEC = "TCP"
PROTOCOL = 6
"""TCP's number in IPv4's protocol field."""
HEADER = 20
"""Bytes of a header without options."""
GREATEST_OPTIONS = 40
"""Bytes that options can fill: data offset counts 32-bit words in four bits."""


class Flags(IntFlag):
    """The control bits, with their places in the header's fourteenth octet (RFC 9293, 3.1)."""

    FIN = 1
    SYN = 2
    RST = 4
    PSH = 8
    ACK = 16
    URG = 32
    ECE = 64
    CWR = 128


@dataclass(frozen=True)
class NoOperation:
    """Kind 1: a byte between options, to begin the next one at a word's boundary."""

    size = 1


@dataclass(frozen=True)
class MaximumSegmentSize:
    """Kind 2: the most data, in bytes, that the sender of this SYN takes in one segment."""

    value: int
    size = 4


@dataclass(frozen=True)
class WindowScale:
    """Kind 3: windows are to be shifted left by so many bits (RFC 7323, 2.2)."""

    shift: int
    size = 3


@dataclass(frozen=True)
class SackPermitted:
    """Kind 4: selective acknowledgments are understood (RFC 2018, 2)."""

    size = 2


@dataclass(frozen=True)
class Sack:
    """Kind 5: blocks that arrived beyond a hole, each from its first sequence number to the one after its last
    (RFC 2018, 3). One to four of them."""

    blocks: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        return 2 + 8 * len(self.blocks)


@dataclass(frozen=True)
class Timestamps:
    """Kind 8: the sender's clock and the last clock value it got (RFC 7323, 3.2); both 32 bits."""

    value: int
    echo: int
    size = 10


@dataclass(frozen=True)
class UnknownOption:
    """Any other kind; to be ignored without error (RFC 9293, MUST-6)."""

    kind: int
    data: bytes

    @property
    def size(self) -> int:
        return 2 + len(self.data)


Option: TypeAlias = NoOperation | MaximumSegmentSize | WindowScale | SackPermitted | Sack | Timestamps | UnknownOption


def _option(label: str, source: str, *parts: Field | Octets, length: int | None = None) -> Table:
    kind = Field("kind", 8, "which option", source, lambda value: f"{value}, {label}")
    count = Field("length", 8, "of this option, with kind and length", source, lambda value: f"{value} bytes", length)
    return Table(CODEC, kind, count, *parts, label=f"{CODEC}.{label}")


def _edges(data: bytes) -> tuple[tuple[int, int], ...]:
    return tuple(
        (int.from_bytes(data[at : at + 4], "big"), int.from_bytes(data[at + 4 : at + 8], "big"))
        for at in range(0, len(data) // 8 * 8, 8)
    )


def _edge_words(data: bytes) -> str:
    return ", ".join(f"{left} to {right}" for left, right in _edges(data))


_RFC = "RFC 9293, 3.2"
_OPTIONS = {
    0: Table(CODEC, Field("kind", 8, "no option follows", _RFC, lambda _: "0, end of options"), label="TCP.end"),
    1: Table(CODEC, Field("kind", 8, "fills up to a boundary", _RFC, lambda _: "1, no-operation"), label="TCP.no-op"),
    2: _option("MSS", "RFC 9293, 3.7.1", Field("value", 16, "most data in a segment", "RFC 9293, 3.7.1"), length=4),
    3: _option("window scale", "RFC 7323, 2.2", Field("shift", 8, "bits to shift windows", "RFC 7323, 2.2"), length=3),
    4: _option("SACK-permitted", "RFC 2018, 2", length=2),
    5: _option(
        "SACK",
        "RFC 2018, 3",
        Octets("blocks", lambda values: values["length"] - 2, "edges of what arrived", "RFC 2018, 3", _edge_words),
    ),
    8: _option(
        "timestamps",
        "RFC 7323, 3.2",
        Field("value", 32, "TSval, the sender's clock", "RFC 7323, 3.2"),
        Field("echo", 32, "TSecr, the clock value echoed", "RFC 7323, 3.2"),
        length=10,
    ),
}
_UNKNOWN = _option("unknown option", _RFC, Octets("data", lambda values: values["length"] - 2, "ignored", "MUST-6"))
_FLAGS = (
    ("cwr", "congestion window reduced", "RFC 3168, 6.1"),
    ("ece", "ECN echo", "RFC 3168, 6.1"),
    ("urg", "urgent pointer counts", "RFC 9293, 3.1"),
    ("ack", "acknowledgment number counts", "RFC 9293, 3.1"),
    ("psh", "push", "RFC 9293, 3.1"),
    ("rst", "reset the connection", "RFC 9293, 3.1"),
    ("syn", "synchronize sequence numbers", "RFC 9293, 3.1"),
    ("fin", "no more data from the sender", "RFC 9293, 3.1"),
)


def _set(value: int) -> str:
    return "set" if value else "not set"


TABLE = Table(
    CODEC,
    Field("source_port", 16, "port of the sender", "RFC 9293, 3.1"),
    Field("destination_port", 16, "port of the receiver", "RFC 9293, 3.1"),
    Field("sequence", 32, "number of the first data byte, or of the SYN", "RFC 9293, 3.1"),
    Field("acknowledgment", 32, "number of the byte expected next", "RFC 9293, 3.1"),
    Field("data_offset", 4, "where the data begin", "RFC 9293, 3.1", lambda n: f"{n} 32-bit words, {n * 4} bytes"),
    Field("reserved", 4, "zero when sent, ignored when received", "RFC 9293, 3.1"),
    *(Field(name, 1, meaning, source, _set) for name, meaning, source in _FLAGS),
    Field("window", 16, "bytes the sender of this segment would take", "RFC 9293, 3.1"),
    Field("checksum", 16, "over pseudo-header, header and data", "RFC 9293, 3.1", hexadecimal),
    Field("urgent", 16, "urgent pointer", "RFC 9293, 3.1"),
    Records(
        "options",
        lambda values: values["data_offset"] * 4 - HEADER,
        lambda kind: _OPTIONS.get(kind, _UNKNOWN),
        "options, padded to 32 bits",
        _RFC,
        last=0,
    ),
    Octets("payload", None, "data", "RFC 9293, 3.1"),
    label=CODEC,
)


@dataclass(frozen=True)
class Segment:
    """One TCP segment; sequence and acknowledgment are numbers modulo 2**32, `window` is as sent, unscaled."""

    source_port: int
    destination_port: int
    sequence: int
    acknowledgment: int
    flags: Flags
    window: int
    urgent: int = 0
    options: tuple[Option, ...] = ()
    payload: bytes = b""

    @property
    def length(self) -> int:
        """SEG.LEN: sequence numbers it occupies, SYN and FIN counting one each (RFC 9293, 3.4)."""
        return len(self.payload) + bool(self.flags & Flags.SYN) + bool(self.flags & Flags.FIN)

    @property
    def size(self) -> int:
        """Bytes on the wire, with an IPv4 header of 20 bytes."""
        return ipv4.HEADER + HEADER + _padded(self.options) + len(self.payload)

    def __str__(self) -> str:
        """The segment in a few words: "SYN 100", "ACK 501 win 2000", "1..500 FIN"."""
        flags = self.flags
        controls = "+".join(flag.name or "" for flag in (Flags.SYN, Flags.FIN, Flags.RST) if flags & flag)
        if self.payload:
            data = f"{self.sequence}..{(self.sequence + len(self.payload) - 1) % (1 << 32)}"
            text = self.payload.decode("ascii", "replace")
            shown = f' "{text}"' if len(text) <= 8 and text.isprintable() else ""
            return f"{data}{shown} {controls}".rstrip()
        if flags & Flags.ACK:
            window = "" if controls else f" win {self.window}"
            return f"{controls}{'+' if controls else ''}ACK {self.acknowledgment}{window}"
        return f"{controls} {self.sequence}".lstrip()


def _padded(options: tuple[Option, ...]) -> int:
    """Bytes that the options fill, rounded up to whole 32-bit words."""
    return (sum(option.size for option in options) + 3) // 4 * 4


def _values_of(option: Option) -> Values:
    match option:
        case NoOperation():
            return {"kind": 1}
        case MaximumSegmentSize(value):
            return {"kind": 2, "value": value}
        case WindowScale(shift):
            return {"kind": 3, "shift": shift}
        case SackPermitted():
            return {"kind": 4}
        case Sack(blocks):
            if not blocks or not all(0 <= edge < 1 << 32 for block in blocks for edge in block):
                raise CodecError(CODEC, HEADER, f"{blocks} are no blocks of sequence numbers")
            edges = b"".join(edge.to_bytes(4, "big") for block in blocks for edge in block)
            return {"kind": 5, "length": option.size, "blocks": edges}
        case Timestamps(value, echo):
            return {"kind": 8, "value": value, "echo": echo}
        case UnknownOption(kind, data):
            if kind in _OPTIONS:
                raise CodecError(CODEC, HEADER, f"option kind {kind} is not unknown")
            return {"kind": kind, "length": 2 + len(data), "data": data}


def _option_of(values: Values) -> Option:
    match values["kind"]:
        case 1:
            return NoOperation()
        case 2:
            return MaximumSegmentSize(values["value"])
        case 3:
            return WindowScale(values["shift"])
        case 4:
            return SackPermitted()
        case 5:
            if len(values["blocks"]) % 8 or not values["blocks"]:
                raise CodecError(CODEC, HEADER, f"SACK has {values['length']} bytes, which are no whole blocks")
            return Sack(_edges(values["blocks"]))
        case 8:
            return Timestamps(values["value"], values["echo"])
        case kind:
            return UnknownOption(kind, values["data"])


def _encode(segment: Segment, source: int, destination: int) -> bytes:
    if _padded(segment.options) > GREATEST_OPTIONS:
        raise CodecError(CODEC, HEADER, f"options fill {_padded(segment.options)} bytes, {GREATEST_OPTIONS} at most")
    if segment.size - ipv4.HEADER > ipv4.GREATEST:
        raise CodecError(CODEC, 0, f"a segment of {segment.size - ipv4.HEADER} bytes is too long")
    values: dict[str, Any] = {
        "source_port": segment.source_port,
        "destination_port": segment.destination_port,
        "sequence": segment.sequence,
        "acknowledgment": segment.acknowledgment,
        "data_offset": (HEADER + _padded(segment.options)) // 4,
        "reserved": 0,
        "window": segment.window,
        "checksum": 0,
        "urgent": segment.urgent,
        "options": tuple(_values_of(option) for option in segment.options),
        "payload": segment.payload,
    }
    if not 0 <= segment.flags < 256:
        raise CodecError(CODEC, 13, f"flags are {int(segment.flags)}, no number from 0 to 255")
    for place, (name, _, _) in enumerate(_FLAGS):
        values[name] = segment.flags >> (7 - place) & 1
    data = TABLE.pack(values)
    total = ipv4.checksum(ipv4.pseudo_header(CODEC, source, destination, PROTOCOL, len(data)) + data)
    place = TABLE.layout["checksum"][0] // 8
    return data[:place] + total.to_bytes(2, "big") + data[place + 2 :]


def _decode(data: bytes, source: int, destination: int) -> Segment:
    if len(data) > ipv4.GREATEST:
        raise CodecError(CODEC, 0, f"a segment of {len(data)} bytes is too long")
    covered = ipv4.pseudo_header(CODEC, source, destination, PROTOCOL, len(data)) + data
    if len(data) >= HEADER and ipv4.checksum(covered):
        raise TABLE.error("checksum", f"bad TCP checksum 0x{data[16:18].hex()}")
    values, _ = TABLE.unpack(data)
    flags = 0
    for name, _, _ in _FLAGS:
        flags = flags << 1 | values[name]
    return Segment(
        source_port=values["source_port"],
        destination_port=values["destination_port"],
        sequence=values["sequence"],
        acknowledgment=values["acknowledgment"],
        flags=Flags(flags),
        window=values["window"],
        urgent=values["urgent"],
        options=tuple(_option_of(option) for option in values["options"]),
        payload=values["payload"],
    )


class Tcp:
    """The codec of bare segments; the checksum covers the envelope's addresses."""

    name = CODEC

    def encode(self, message: Segment, envelope: Envelope) -> bytes:
        """Raises CodecError for numbers out of range and for more than 40 bytes of options."""
        return _encode(message, envelope.source_address, envelope.destination_address)

    def decode(self, data: bytes, envelope: Envelope) -> Segment:
        """Raises CodecError for a bad checksum, an illegal option length (MUST-7) and missing bytes."""
        return _decode(data, envelope.source_address, envelope.destination_address)

    def spans(self, data: bytes) -> list[Span]:
        return TABLE.spans(data)


class TcpOverIpv4:
    """The codec of segments as whole IPv4 packets, with both checksums.

    A packet is sent with TTL 64 and DF set; such a datagram needs no identification of its own (RFC 6864, 4.1).
    """

    name = "TCP over IPv4"

    def encode(self, message: Segment, envelope: Envelope) -> bytes:
        source, destination = envelope.source_address, envelope.destination_address
        segment = _encode(message, source, destination)
        return ipv4.IPV4.encode(ipv4.Packet(source, destination, PROTOCOL, segment, dont_fragment=True), envelope)

    def decode(self, data: bytes, envelope: Envelope) -> Segment:
        """Believes the packet's own addresses. Raises CodecError that names the checksum that is bad, and for
        fragments and other protocols."""
        packet = ipv4.IPV4.decode(data, envelope)
        if packet.protocol != PROTOCOL:
            raise ipv4.TABLE.error("protocol", f"protocol {packet.protocol} is not TCP")
        if packet.fragmented:
            raise ipv4.TABLE.error("fragment_offset", "a fragment must be reassembled first")
        start = ipv4.HEADER + len(packet.options)
        try:
            return _decode(packet.payload, packet.source, packet.destination)
        except CodecError as error:
            raise CodecError(error.codec, start + error.offset, error.message) from error

    def spans(self, data: bytes) -> list[Span]:
        """The fields of both headers, `IPv4.ttl` and `TCP.window`."""
        return ipv4.spans(data, {PROTOCOL: TABLE})


TCP: Codec[Segment] = Tcp()
TCP_OVER_IPV4: Codec[Segment] = TcpOverIpv4()
