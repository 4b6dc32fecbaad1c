"""Fragmentation and reassembly of IPv4 datagrams (RFC 791, 3.2), with the hole list of RFC 815.

Pure functions over packets: which fragment arrives when, and how long to wait for the rest, is the caller's business.

Where fragments overlap, the more recently arrived one counts (RFC 791, 3.2). A fragment that contradicts what is known
of the datagram's end, or would make it longer than 65,535 bytes, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.wire.ipv4 import CODEC, GREATEST, HEADER, NoOperation, Packet, options_of, pack_options
from core.wire.table import CodecError

UNIT = 8
"""Bytes that one step of the fragment offset means."""
LEAST_MTU = 68
"""Every link carries packets of 68 bytes: the longest header and one unit of data (RFC 791, 3.2)."""


class Buffer(NamedTuple):
    """What tells datagrams apart whose fragments are under way: "BUFID" (RFC 791, 3.2)."""

    source: int
    destination: int
    protocol: int
    identification: int


class Hole(NamedTuple):
    """Bytes that are still missing: the first and the last one; None where the end is not known yet (RFC 815, 3)."""

    first: int
    last: int | None


def copied_options(options: bytes) -> bytes:
    """The options of every fragment but the first: those with the copied flag. Raises CodecError for a bad length."""
    return pack_options(tuple(o for o in options_of(options) if not isinstance(o, NoOperation) and o.copied))


def fragments(packet: Packet, mtu: int) -> tuple[Packet, ...]:
    """The packet in pieces of at most `mtu` bytes each; the packet alone if it fits.

    A fragment is fragmented further in the same way. All options stay in the first piece, those with the copied flag
    are in every piece. Raises ValueError if it may not be fragmented, or if not 8 bytes of data fit into a piece, and
    CodecError if its options are none.
    """
    if packet.size <= mtu:
        return (packet,)
    if packet.dont_fragment:
        raise ValueError(f"{packet.size} bytes, don't fragment, and an MTU of {mtu}")
    later = copied_options(packet.options)
    pieces: list[Packet] = []
    at, options = 0, packet.options
    while at < len(packet.payload):
        room = mtu - HEADER - len(options)
        if room < UNIT:
            raise ValueError(f"an MTU of {mtu} leaves no room for {UNIT} bytes of data")
        left = len(packet.payload) - at
        size = left if left <= room else room // UNIT * UNIT
        pieces.append(
            replace(
                packet,
                payload=packet.payload[at : at + size],
                fragment_offset=packet.fragment_offset + at // UNIT,
                more_fragments=packet.more_fragments or size < left,
                options=options,
            )
        )
        at += size
        options = later
    return tuple(pieces)


def buffer_of(packet: Packet) -> Buffer:
    """To which datagram a fragment belongs."""
    return Buffer(packet.source, packet.destination, packet.protocol, packet.identification)


def place_of(fragment: Packet) -> int:
    """The datagram's byte that a fragment's first byte is, counted from 0."""
    return fragment.fragment_offset * UNIT


@dataclass(frozen=True)
class Reassembly:
    """A datagram of which fragments have arrived.

    `pieces` are (first byte, bytes), in order, without overlap. `length` is that of the whole data, None as long as
    the last fragment is missing. `first` is the fragment with the datagram's own header, None until it is here.
    """

    pieces: tuple[tuple[int, bytes], ...] = ()
    length: int | None = None
    first: Packet | None = None

    def with_fragment(self, fragment: Packet) -> Reassembly:
        """With one more fragment. Raises CodecError for one that fits into no datagram with those before."""
        return self.with_data(place_of(fragment), fragment)

    def with_data(self, at: int, fragment: Packet) -> Reassembly:
        """The same, with its data at the datagram's byte `at`, whatever its offset says."""
        data = fragment.payload
        end = at + len(data)
        if not data:
            raise CodecError(CODEC, 0, "a fragment without data")
        if fragment.more_fragments and len(data) % UNIT:
            raise CodecError(CODEC, 0, f"{len(data)} bytes in a fragment that is not the last, no multiple of {UNIT}")
        if end > GREATEST - HEADER:
            raise CodecError(CODEC, 0, f"a fragment that ends at byte {end}: no datagram is so long")
        length = self.length if fragment.more_fragments else end
        reached = max([end, *(first + len(piece) for first, piece in self.pieces)])
        if length is not None and (reached > length or self.length not in (None, length)):
            raise CodecError(CODEC, 0, f"fragments that end at byte {end} and at byte {self.length or reached}")
        pieces = sorted([*_without(self.pieces, at, end), (at, data)])
        return Reassembly(tuple(pieces), length, fragment if at == 0 else self.first)

    @property
    def holes(self) -> tuple[Hole, ...]:
        """What is missing, in order."""
        found: list[Hole] = []
        at = 0
        for first, piece in self.pieces:
            if first > at:
                found.append(Hole(at, first - 1))
            at = first + len(piece)
        if self.length is None:
            found.append(Hole(at, None))
        return tuple(found)

    @property
    def whole(self) -> Packet | None:
        """The datagram, as it was sent; None while something is missing. Raises CodecError if it is too long."""
        if self.holes or self.first is None:
            return None
        data = b"".join(piece for _, piece in self.pieces)
        packet = replace(self.first, payload=data, more_fragments=False, fragment_offset=0)
        if packet.size > GREATEST:
            raise CodecError(CODEC, 0, f"a datagram of {packet.size} bytes, {GREATEST} at most")
        return packet


def _without(pieces: Iterable[tuple[int, bytes]], at: int, end: int) -> list[tuple[int, bytes]]:
    """What is left of the pieces outside of the bytes from `at` to before `end`."""
    left: list[tuple[int, bytes]] = []
    for first, piece in pieces:
        if first < at:
            left.append((first, piece[: at - first]))
        if first + len(piece) > end:
            left.append((max(first, end), piece[max(0, end - first) :]))
    return left
