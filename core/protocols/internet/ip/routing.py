"""Routes: which neighbour is nearer to an address, by the longest prefix; and what may be wrong with a packet."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from core.wire import icmp
from core.wire.fragments import LEAST_MTU
from core.wire.ipv4 import GREATEST, HEADER, NoOperation, RecordRoute, address, checksum, dotted, unpack_cut
from core.wire.table import CodecError

DEFAULT_MTU = 1500
_ROUTE = re.compile(r"([0-9.]+)(?:/([0-9]{1,2}))?\s+via\s+([\w.-]+)(?:\s+mtu\s+([0-9]{1,5}))?")


class Route(NamedTuple):
    """Packets whose first `length` bits are those of `prefix` go to the neighbour `via`, over a link of that MTU."""

    prefix: int
    length: int
    via: str
    mtu: int = DEFAULT_MTU

    def fits(self, destination: int) -> bool:
        """Does it lead to this address?"""
        return (destination ^ self.prefix) >> (32 - self.length) == 0

    def __str__(self) -> str:
        """`10.0.9.0/24`"""
        return f"{dotted(self.prefix)}/{self.length}"


@lru_cache(maxsize=256)
def routes_of(text: str) -> tuple[Route, ...]:
    """The routes in "10.0.9.0/24 via r2 mtu 576, 0.0.0.0/0 via r1". Raises ValueError in words."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _ROUTE.fullmatch(part)
        if match is None:
            raise ValueError(f'{part!r} is no route: write "10.0.9.0/24 via r2", with "mtu 576" behind it')
        length = int(match[2]) if match[2] else 32
        if length > 32:
            raise ValueError(f"{part!r}: a prefix has 32 bits at most")
        prefix = address(match[1])
        if prefix & ((1 << (32 - length)) - 1):
            raise ValueError(f"{part!r}: {match[1]} has bits beyond the first {length}")
        mtu = int(match[4]) if match[4] else DEFAULT_MTU
        if not LEAST_MTU <= mtu <= GREATEST:
            raise ValueError(f"{part!r}: every link carries {LEAST_MTU} bytes, and no packet has more than {GREATEST}")
        found.append(Route(prefix, length, match[3], mtu))
    return tuple(found)


def fitting(routes: tuple[Route, ...], destination: int) -> tuple[Route, ...]:
    """The routes that lead there, the longest prefix first; of equals the one that was named first."""
    return tuple(sorted((route for route in routes if route.fits(destination)), key=lambda route: -route.length))


SOUND = "sound"
BAD_SUM = "bad checksum"
BAD_HEADER = "wrong version or lengths"
BAD_SOURCE = "forged source"
BAD_DESTINATION = "impossible destination"
BAD_PARAMETER = "cut short or a broken option"
GENUINE = (SOUND, BAD_SUM, BAD_HEADER, BAD_SOURCE, BAD_DESTINATION, BAD_PARAMETER)

FITS = "it fits and a route is there"
DYING = "its last hop was yours"
DYING_MUTE = "its last hop, and no error may be sent"
NO_ROUTE = "no route"
NO_ROUTE_MUTE = "no route, and no error may be sent"
TOO_LARGE = "too large, may be cut"
TOO_LARGE_DF = "too large, don't fragment"
TOO_LARGE_MUTE = "too large, and no error may be sent"
OUTLOOKS = (FITS, DYING, DYING_MUTE, NO_ROUTE, NO_ROUTE_MUTE, TOO_LARGE, TOO_LARGE_DF, TOO_LARGE_MUTE)


def martian(source: int) -> bool:
    """An address that no packet may come from: this net, loopback, multicast, reserved (RFC 1812, 5.3.7).

    Here, where nobody forwards multicast or broadcast, no packet may be on its way to one either.
    """
    return source >> 24 in (0, 127) or source >> 28 >= 14


def host_address(text: str) -> int:
    """The address in the text. Raises ValueError if it is none, or none that a host can have."""
    number = address(text)
    if martian(number):
        raise ValueError(f"{text} is no host's address: every router discards what comes from there")
    return number


def to_many(destination: int) -> bool:
    """Is it a multicast address, or everybody on the link?"""
    return destination >> 28 == 14 or destination == 0xFFFFFFFF


def mute(data: bytes) -> bool:
    """Must no ICMP error be sent about this packet? It is an error itself, or a fragment other than the first, it went
    to many, or its source is nobody in particular (RFC 1122, 3.2.2)."""
    try:
        packet = unpack_cut(data)
    except CodecError:
        return True
    if packet.fragment_offset or martian(packet.source) or to_many(packet.destination):
        return True
    if packet.protocol != icmp.PROTOCOL or not packet.payload:
        return False
    return packet.payload[0] in (3, 4, 5, 11, 12)


def header_bytes(data: bytes) -> int:
    """The header's length, as the packet tells it, or what there is of it."""
    return min(len(data), max(HEADER, (data[0] & 15) * 4)) if data else 0


def sum_of(data: bytes) -> int:
    """The ones' complement sum of the header's words: 0xffff if its checksum is right (RFC 1071)."""
    return 0xFFFF - checksum(data[: header_bytes(data)])


def fault_of(data: bytes) -> int | None:
    """Which octet of a header of version 4, of 20 bytes at least, is one that no router can act on; None if none is.

    The header's length; the total length, if it does not hold the header or if fewer bytes came (RFC 1812, 5.2.2); the
    length or the pointer of an option (RFC 791, 3.1).
    """
    head, total = (data[0] & 15) * 4, int.from_bytes(data[2:4], "big")
    if head < HEADER:
        return 0
    if total < head or total > len(data):
        return 2
    return _option_fault(data[:head])


def _option_fault(header: bytes) -> int | None:
    at = HEADER
    while at < len(header) and header[at]:
        if header[at] == NoOperation.kind:
            at += 1
            continue
        left = header[at:]
        size = left[1] if len(left) > 1 else 0
        route = left[0] == RecordRoute.kind
        if not (3 if route else 2) <= size <= len(left):
            return at + 1
        # Some room, but not for a whole address: "the original datagram is considered to be in error".
        if route and (left[2] < 4 or left[2] <= size < left[2] + 3):
            return at + 2
        at += size
    return None


def senseless(data: bytes) -> bool:
    """Does it fail the fourth or fifth test of RFC 1812, 5.2.2? Of these a router may tell the source, of the others
    never."""
    head, total = (data[0] & 15) * 4, int.from_bytes(data[2:4], "big")
    return data[0] >> 4 == 4 and (head < HEADER or total < head)


def genuine(data: bytes, routes: tuple[Route, ...], came_from: str, guards: bool) -> str:
    """Can a router believe this header? One of GENUINE, in the order in which RFC 1812, 5.2.2 and 5.3.7 look at it.

    With `guards`, a source to which the best route leads through another neighbour than the packet came from is forged
    (RFC 2827; RFC 1812, 5.3.8). Last of all, for only then is its source worth a message: what is cut short, or has an
    option that nobody can act on (RFC 1812, 4.3.3.5); if it must not be told, it counts as a wrong header.
    """
    if len(data) < HEADER or sum_of(data) != 0xFFFF:
        return BAD_SUM
    try:
        packet = unpack_cut(data)
    except CodecError:
        return BAD_HEADER
    if senseless(data):
        return BAD_HEADER
    back = fitting(routes, packet.source)
    if martian(packet.source) or (guards and (not back or back[0].via != came_from)):
        return BAD_SOURCE
    if martian(packet.destination):
        return BAD_DESTINATION
    if fault_of(data) is not None:
        return BAD_HEADER if mute(data) else BAD_PARAMETER
    return SOUND


def outlook(data: bytes, routes: tuple[Route, ...]) -> str:
    """What lies before a packet of at least a header, believed as it is: one of OUTLOOKS (RFC 1812, 5.3)."""
    silent = mute(data)
    there = fitting(routes, int.from_bytes(data[16:20], "big"))
    if not there:
        return NO_ROUTE_MUTE if silent else NO_ROUTE
    if data[8] <= 1:
        return DYING_MUTE if silent else DYING
    if len(data) <= there[0].mtu:
        return FITS
    if not data[6] & 0x40:
        return TOO_LARGE
    return TOO_LARGE_MUTE if silent else TOO_LARGE_DF
