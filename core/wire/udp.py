"""The User Datagram Protocol (RFC 768), alone and inside IPv4 packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.wire import ipv4
from core.wire.table import Codec, CodecError, Envelope, Field, Octets, Span, Table, hexadecimal

CODEC = "UDP"
PROTOCOL = 17
"""UDP's number in IPv4's protocol field."""
HEADER = 8
"""Bytes of the header."""
GREATEST_PAYLOAD = ipv4.GREATEST - ipv4.HEADER - HEADER
"""Bytes that one datagram can carry over IPv4: 65,507."""
_RFC = "RFC 768"


def _sum_words(value: int) -> str:
    return hexadecimal(value) if value else "0, the sender computed none"


TABLE = Table(
    CODEC,
    Field("source_port", 16, "port of the sender, to which an answer goes", _RFC),
    Field("destination_port", 16, "port of the receiver", _RFC),
    Field("length", 16, "of header and data", _RFC, lambda value: f"{value} bytes"),
    Field("checksum", 16, "over pseudo-header, header and data", _RFC, _sum_words),
    Octets("payload", lambda values: values["length"] - HEADER, "data", _RFC),
    label=CODEC,
)


@dataclass(frozen=True)
class Datagram:
    """One UDP datagram. `source_port` 0: no answer is wanted. `checked` is False where the sender computed no sum."""

    source_port: int
    destination_port: int
    payload: bytes = b""
    checked: bool = True

    @property
    def size(self) -> int:
        """Bytes on the wire, with an IPv4 header of 20 bytes."""
        return ipv4.HEADER + HEADER + len(self.payload)

    def __str__(self) -> str:
        """`UDP 5353 > 53, 12 bytes`"""
        return f"UDP {self.source_port} > {self.destination_port}, {len(self.payload)} bytes"


def pack(datagram: Datagram, source: int, destination: int) -> bytes:
    """The datagram's bytes between these addresses. Raises CodecError for numbers out of range and too many bytes."""
    if len(datagram.payload) > GREATEST_PAYLOAD:
        size = len(datagram.payload)
        raise CodecError(CODEC, HEADER, f"{size} bytes of data, {GREATEST_PAYLOAD} at most over IPv4")
    values: dict[str, Any] = {
        "source_port": datagram.source_port,
        "destination_port": datagram.destination_port,
        "length": HEADER + len(datagram.payload),
        "checksum": 0,
        "payload": datagram.payload,
    }
    data = TABLE.pack(values)
    covered = ipv4.pseudo_header(CODEC, source, destination, PROTOCOL, len(data)) + data
    # A sum that happens to be 0 is sent as its other form: 0 means that there is none.
    total = (ipv4.checksum(covered) or 0xFFFF) if datagram.checked else 0
    return data[:6] + total.to_bytes(2, "big") + data[8:]


def unpack(data: bytes, source: int, destination: int) -> Datagram:
    """The datagram in the bytes; what follows its length is ignored. Raises CodecError for a bad length or checksum."""
    values, end = TABLE.unpack(data)
    covered = ipv4.pseudo_header(CODEC, source, destination, PROTOCOL, end) + data[:end]
    if values["checksum"] and ipv4.checksum(covered):
        raise TABLE.error("checksum", f"bad UDP checksum {hexadecimal(values['checksum'])}")
    if end - HEADER > GREATEST_PAYLOAD:
        raise TABLE.error("length", f"{end} bytes do not fit into an IPv4 packet")
    return Datagram(values["source_port"], values["destination_port"], values["payload"], bool(values["checksum"]))


class Udp:
    """The codec of bare datagrams; the checksum covers the envelope's addresses."""

    name = CODEC

    def encode(self, message: Datagram, envelope: Envelope) -> bytes:
        """Raises CodecError for ports out of range and more than 65,507 bytes of data."""
        return pack(message, envelope.source_address, envelope.destination_address)

    def decode(self, data: bytes, envelope: Envelope) -> Datagram:
        """Raises CodecError for a bad checksum, a bad length and missing bytes."""
        return unpack(data, envelope.source_address, envelope.destination_address)

    def spans(self, data: bytes) -> list[Span]:
        return TABLE.spans(data)


class UdpOverIpv4:
    """The codec of datagrams as whole IPv4 packets: TTL 64 and DF, so that no identification is needed (RFC 6864)."""

    name = "UDP over IPv4"

    def encode(self, message: Datagram, envelope: Envelope) -> bytes:
        source, destination = envelope.source_address, envelope.destination_address
        data = pack(message, source, destination)
        return ipv4.IPV4.encode(ipv4.Packet(source, destination, PROTOCOL, data, dont_fragment=True), envelope)

    def decode(self, data: bytes, envelope: Envelope) -> Datagram:
        """Believes the packet's own addresses. Raises CodecError for bad checksums, fragments and other protocols."""
        packet = ipv4.IPV4.decode(data, envelope)
        if packet.protocol != PROTOCOL:
            raise ipv4.TABLE.error("protocol", f"protocol {packet.protocol} is not UDP")
        if packet.fragmented:
            raise ipv4.TABLE.error("fragment_offset", "a fragment must be reassembled first")
        start = ipv4.HEADER + len(packet.options)
        try:
            return unpack(packet.payload, packet.source, packet.destination)
        except CodecError as error:
            raise CodecError(error.codec, start + error.offset, error.message) from error

    def spans(self, data: bytes) -> list[Span]:
        """The fields of both headers, `IPv4.ttl` and `UDP.length`."""
        return ipv4.spans(data, {PROTOCOL: TABLE})


UDP: Codec[Datagram] = Udp()
UDP_OVER_IPV4: Codec[Datagram] = UdpOverIpv4()
