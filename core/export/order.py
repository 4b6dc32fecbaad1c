"""Which TCP segments are sent again, and which arrive behind what came before: marks for the comments of a capture."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.protocol import Envelope
from core.wire import ipv4, tcp
from core.wire.table import CodecError

_HALF = 1 << 31
_NUMBERS = 1 << 32
_EMPTY = Envelope("", "", 0, 0)
"""Packets tell their addresses themselves."""

Flow = tuple[str, int, int, int, int]
"""Where it is seen, addresses and ports."""


@dataclass
class Marks:
    """Follows the segments at both ends, in order."""

    sent_up_to: dict[Flow, int] = field(default_factory=dict)
    came_up_to: dict[Flow, int] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)
    """The numbers of the sendings that sent something again."""
    came: set[tuple[str, int]] = field(default_factory=set)

    def sent(self, node: str, packet: bytes, sending: int) -> bool:
        """A packet leaves: does it hold sequence numbers that were sent before?"""
        behind = _behind(self.sent_up_to, node, packet)
        if behind:
            self.again.add(sending)
        return behind

    def delivered(self, node: str, packet: bytes, sending: int) -> str:
        """A packet arrives: "resent", "copy" or "overtaken" if it lies behind what came before, else ""."""
        twice = (node, sending) in self.came
        self.came.add((node, sending))
        if not _behind(self.came_up_to, node, packet):
            return ""
        if twice:
            return "copy"
        return "resent" if sending in self.again else "overtaken"


def _behind(reached: dict[Flow, int], node: str, packet: bytes) -> bool:
    """Does the segment begin before the highest number that this flow has reached here? It then goes on from there."""
    found = _segment(packet)
    if found is None:
        return False
    flow, segment = found
    if not segment.length:
        return False
    after = (segment.sequence + segment.length) % _NUMBERS
    key: Flow = (node, *flow)
    highest = reached.get(key)
    if highest is None or (segment.flags & tcp.Flags.SYN and segment.sequence != (highest - 1) % _NUMBERS):
        reached[key] = after
        return False
    behind = 0 < (highest - segment.sequence) % _NUMBERS < _HALF
    if 0 < (after - highest) % _NUMBERS < _HALF:
        reached[key] = after
    return behind


def _segment(packet: bytes) -> tuple[tuple[int, int, int, int], tcp.Segment] | None:
    try:
        outer = ipv4.IPV4.decode(packet, _EMPTY)
        if outer.protocol != tcp.PROTOCOL:
            return None
        segment = tcp.TCP_OVER_IPV4.decode(packet, _EMPTY)
    except CodecError:
        return None
    return (outer.source, outer.destination, segment.source_port, segment.destination_port), segment
