"""Which TCP segments are sent again, and which arrive behind what came before: marks for the comments of a capture."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.kernel.protocol import Envelope
from core.wire import ipv4, tcp
from core.wire.table import CodecError
from core.wire.tcp import Flags

_HALF = 1 << 31
_NUMBERS = 1 << 32
_EMPTY = Envelope("", "", 0, 0)
"""Packets tell their addresses themselves."""

Flow = tuple[str, int, int, int, int]
"""Where it is seen, addresses and ports."""


class Mark(Enum):
    """What a segment's place says of it."""

    IN_ORDER = ""
    RESENT = "resent: these numbers were sent before"
    LATE_AGAIN = "resent, and numbers beyond it came before it"
    OVERTAKEN = "overtaken: what was sent after it came before it"
    SECOND_COPY = "a second copy of what was sent once"
    PROBE = "the last byte once more: a probe, which readers of captures take for a keep-alive"


@dataclass
class Marks:
    """Follows the segments that are seen at the ends, or at one place for all, in order."""

    reached: dict[Flow, int] = field(default_factory=dict)
    """The number after the highest that was seen."""
    first: dict[Flow, int] = field(default_factory=dict)
    """The number of the SYN that opened."""
    again: set[int] = field(default_factory=set)
    """The numbers of the sendings that sent something again."""
    came: set[tuple[str, int]] = field(default_factory=set)
    """(node, sending): what came there."""

    def forget(self, sending: int, node: str) -> None:
        """Nothing more comes of this sending, to this node."""
        self.again.discard(sending)
        self.came.discard((node, sending))

    def sent(self, node: str, packet: bytes, sending: int) -> Mark:
        """A packet leaves: does it hold sequence numbers that were sent before?"""
        found = self.seen(node, packet)
        if found is Mark.RESENT:
            self.again.add(sending)
        return found

    def delivered(self, node: str, packet: bytes, sending: int) -> Mark:
        """A packet arrives: does it lie behind what came before, and why? `sending` is negative if nobody sent it."""
        twice = sending >= 0 and (node, sending) in self.came
        self.came.add((node, sending))
        found = self.seen(node, packet)
        if found is not Mark.RESENT or sending < 0:
            return found
        if twice:
            return Mark.SECOND_COPY
        return Mark.LATE_AGAIN if sending in self.again else Mark.OVERTAKEN

    def seen(self, where: str, packet: bytes) -> Mark:
        """RESENT if the segment begins before the highest number that its flow has reached there, and goes on from it.

        As readers of captures see it: a SYN with another number opens another connection, for both directions; one
        that answers with numbers that were used before (RFC 9293, 3.6.1, wants others) does not.
        """
        found = _segment(packet)
        if found is None or found[1].flags & Flags.RST:  # that stands where the other end expects it
            return Mark.IN_ORDER
        (source, destination, from_port, to_port), segment = found
        key: Flow = (where, source, destination, from_port, to_port)
        after = (segment.sequence + segment.length) % _NUMBERS
        opens = bool(segment.flags & Flags.SYN) and not segment.flags & Flags.ACK
        if opens and self.first.get(key) != segment.sequence:
            self.first[key] = segment.sequence
            self.reached[key] = after
            self.reached.pop((where, destination, source, to_port, from_port), None)
            return Mark.IN_ORDER
        highest = self.reached.get(key)
        if highest is None:
            self.reached[key] = after
            return Mark.IN_ORDER
        ahead = (highest - segment.sequence) % _NUMBERS
        if 0 < (after - highest) % _NUMBERS < _HALF:
            self.reached[key] = after
        if not segment.length or not 0 < ahead < _HALF:
            return Mark.IN_ORDER
        plain = not segment.flags & (Flags.SYN | Flags.FIN)
        return Mark.PROBE if ahead == 1 and segment.length == 1 and plain else Mark.RESENT


def _segment(packet: bytes) -> tuple[tuple[int, int, int, int], tcp.Segment] | None:
    try:
        outer = ipv4.IPV4.decode(packet, _EMPTY)
        if outer.protocol != tcp.PROTOCOL:
            return None
        segment = tcp.TCP_OVER_IPV4.decode(packet, _EMPTY)
    except CodecError:
        return None
    return (outer.source, outer.destination, segment.source_port, segment.destination_port), segment
