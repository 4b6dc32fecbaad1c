"""How messages ride when they are put into IPv4 packets: what is a packet already, and which ports the others get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.kernel.protocol import Envelope, Protocol
from core.kernel.scenario import NodeSpec
from core.wire import ipv4, tcp, udp
from core.wire.udp import Datagram

WELL_KNOWN = {
    "http": 80,
    "dns": 53,
    "sntp": 123,
    "bittorrent.tracker": 6969,
    "bittorrent": 6881,
}
"""Ports (IANA; BEP 3 for BitTorrent) by which readers of captures know what they see: by protocol and role, by
protocol, or by the protocol's name up to its first underscore."""
FIRST_PORT = 50_000
"""Of the protocols that have no port: they get this and the following, by their names' order."""
FIRST_EPHEMERAL = 49_152
"""Of those who open a stream (RFC 6335, 6)."""
EPHEMERAL_PORTS = FIRST_PORT - FIRST_EPHEMERAL
TIME_TO_LIVE = 64
SEEN_THERE = 10_000
"""Added to the port of who opened a stream wherever the stream is seen at its other end, if both ends are captured:
49152 is shown as 59152 there, and each end's sight is a connection of its own for readers of captures."""
HTTP, NOT_HTTP = 80, 50_080
"""Where a level's TCP carries a plain file over port 80, readers of captures would take it for HTTP, wait for headers
that never end, and call what is sent again malformed. Such a port 80 is shown as 50080."""
SHOWN_ELSEWHERE = f"port {HTTP} of this run is shown as {NOT_HTTP}: what it carries is no HTTP"


def is_ipv4(protocol: Protocol) -> bool:
    """Are this protocol's messages IPv4 packets already?"""
    return str(getattr(protocol.codec, "name", "")).endswith("IPv4")


def is_tcp(data: bytes) -> bool:
    """Does this IPv4 packet carry TCP?"""
    return len(data) > 9 and data[9] == tcp.PROTOCOL


def port_of(node: NodeSpec, protocols: Sequence[str]) -> int:
    """The port at which a node is heard; `protocols` are the names of all that take part."""
    family = node.protocol.partition("_")[0]
    for name in (f"{node.protocol}.{node.role}", node.protocol, family):
        if name in WELL_KNOWN:
            return WELL_KNOWN[name]
    return FIRST_PORT + sorted(protocols).index(node.protocol)


def packet(envelope: Envelope, number: int, payload: bytes, ttl: int = TIME_TO_LIVE) -> bytes:
    """An IPv4 packet of the transport `number`; DF is set, so that it needs no identification (RFC 6864, 4.1)."""
    return ipv4.IPV4.encode(
        ipv4.Packet(
            envelope.source_address, envelope.destination_address, number, payload, ttl=ttl, dont_fragment=True
        ),
        envelope,
    )  # fmt: skip


def datagrams(envelope: Envelope, ports: tuple[int, int], payload: bytes, ttl: int = TIME_TO_LIVE) -> list[bytes]:
    """The payload in UDP: one packet, or several if it is longer than UDP can carry."""
    size = udp.GREATEST_PAYLOAD
    parts = [payload[start : start + size] for start in range(0, len(payload), size)] or [b""]
    addresses = (envelope.source_address, envelope.destination_address)
    return [packet(envelope, udp.PROTOCOL, udp.pack(Datagram(*ports, part), *addresses), ttl) for part in parts]


def flipped(sent: Sequence[bytes], envelope: Envelope, ports: tuple[int, int], payload: bytes) -> list[bytes]:
    """The datagram that was `sent` as it arrives with another payload: with the checksum that it was sent with."""
    head = ipv4.HEADER + udp.HEADER
    sums = [part[head - 2 : head] for part in sent]
    arrived = datagrams(envelope, ports, payload)
    return [part[: head - 2] + sums[min(place, len(sums) - 1)] + part[head:] for place, part in enumerate(arrived)]


def off_http(data: bytes) -> bytes:
    """A TCP packet with port 80 shown as 50080; its checksum stays as good or bad as it was (RFC 1624, 3)."""
    if len(data) < ipv4.HEADER + 20 or data[0] != 0x45 or data[9] != tcp.PROTOCOL:
        return data
    shown = bytearray(data)
    for place in (ipv4.HEADER, ipv4.HEADER + 2):
        if int.from_bytes(shown[place : place + 2], "big") == HTTP:
            shown[place : place + 2] = NOT_HTTP.to_bytes(2, "big")
            at = ipv4.HEADER + 16
            total = (0xFFFF - int.from_bytes(shown[at : at + 2], "big")) + (0xFFFF - HTTP) + NOT_HTTP
            total = (total & 0xFFFF) + (total >> 16)
            total = (total & 0xFFFF) + (total >> 16)
            shown[at : at + 2] = (0xFFFF - total).to_bytes(2, "big")
    return bytes(shown)


def with_ttl(data: bytes, ttl: int, envelope: Envelope) -> bytes:
    """An IPv4 packet with another time to live, and the header checksum that belongs to it."""
    found = ipv4.IPV4.decode(data, envelope)
    return ipv4.IPV4.encode(replace(found, ttl=ttl), envelope)
