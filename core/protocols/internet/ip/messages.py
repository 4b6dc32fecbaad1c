"""What lies on a link: a frame with the octets of one IPv4 packet. What may be asked of a host from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.wire import icmp, tcp, udp
from core.wire.ipv4 import HEADER, Packet, address, dotted, spans, unpack_unchecked
from core.wire.table import CodecError, Envelope, Span, Table

_PROTOCOLS = {icmp.PROTOCOL: "ICMP", tcp.PROTOCOL: "TCP", udp.PROTOCOL: "UDP"}
CARRIED: Mapping[int, Table] = {icmp.PROTOCOL: icmp.TABLE, tcp.PROTOCOL: tcp.TABLE, udp.PROTOCOL: udp.TABLE}


@dataclass(frozen=True)
class Frame:
    """The octets of a packet, as they came off the link: right or wrong, that is for its receiver to find out."""

    data: bytes

    @property
    def size(self) -> int:
        """Bytes of the packet: what an MTU limits."""
        return len(self.data)

    def __str__(self) -> str:
        """`UDP ttl 5 10.0.1.2 > 10.0.9.9`"""
        data = self.data
        if len(data) < HEADER:
            return f"{len(data)} odd bytes"
        try:
            kind = kind_of(unpack_unchecked(data))
        except CodecError:  # to find out what is wrong with it is the receiver's task
            kind = _PROTOCOLS.get(data[9], f"protocol {data[9]}")
        source, destination = int.from_bytes(data[12:16], "big"), int.from_bytes(data[16:20], "big")
        return f"{kind} ttl {data[8]} {dotted(source)} > {dotted(destination)}"


def kind_of(packet: Packet) -> str:
    """What a packet is, in a word or two: "UDP", "time exceeded", "fragment, offset 185"."""
    if packet.fragmented:
        return f"fragment, offset {packet.fragment_offset}"
    if packet.protocol == icmp.PROTOCOL:
        try:
            return str(icmp.unpack(packet.payload)).partition(",")[0]
        except CodecError:
            return "ICMP"
    return _PROTOCOLS.get(packet.protocol, f"protocol {packet.protocol}")


class Octets:
    """The codec of frames: the octets themselves. Whatever arrives is a frame."""

    name = "IPv4"

    def encode(self, message: Frame, envelope: Envelope) -> bytes:
        return message.data

    def decode(self, data: bytes, envelope: Envelope) -> Frame:
        return Frame(bytes(data))

    def spans(self, data: bytes) -> list[Span]:
        """The fields of the packet and of what it carries, `IPv4.ttl` and `UDP.length`."""
        return spans(data, CARRIED)


OCTETS = Octets()


def _check_whom(to: str) -> None:
    address(to)


@dataclass(frozen=True)
class Send:
    """The user sends a UDP datagram: `text`, repeated up to `length` bytes if that is more than 0."""

    to: str
    port: int = 7
    text: str = "hello"
    length: int = 0
    ttl: int = 64
    dont_fragment: bool = False

    def __post_init__(self) -> None:
        _check_whom(self.to)
        if not 0 < self.port < 65536 or not 0 <= self.length <= udp.GREATEST_PAYLOAD or not 0 < self.ttl < 256:
            raise ValueError("port, length or ttl is out of range")
        if len(self.text.encode()) > udp.GREATEST_PAYLOAD:
            raise ValueError("the text is longer than a datagram")

    @property
    def data(self) -> bytes:
        """The datagram's data."""
        text = self.text.encode()
        return (text * (self.length // max(1, len(text)) + 1))[: self.length] if self.length else text


@dataclass(frozen=True)
class Ping:
    """The user asks whether `to` is there."""

    to: str
    ttl: int = 64

    def __post_init__(self) -> None:
        _check_whom(self.to)
        if not 0 < self.ttl < 256:
            raise ValueError("ttl is out of range")
