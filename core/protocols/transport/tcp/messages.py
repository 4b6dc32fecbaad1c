"""The segment, its 32-bit numbers, and what a user may ask of an endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.tcp import TCP_OVER_IPV4, Flags, MaximumSegmentSize, Segment

CODEC = TCP_OVER_IPV4
NUMBERS = 1 << 32
"""Sequence numbers are counted modulo this (RFC 9293, 3.4)."""


def number_of(first: int, offset: int) -> int:
    """The sequence number of a place in a stream whose SYN has the number `first`."""
    return (first + offset) % NUMBERS


def offset_of(first: int, number: int, near: int) -> int:
    """The place in the stream that a sequence number means: of all with this number, the one closest to `near`."""
    ahead = (number - first - near) % NUMBERS
    return near + (ahead if ahead < NUMBERS // 2 else ahead - NUMBERS)


def mss_option(segment: Segment) -> int | None:
    """The MSS that a SYN announces; None if it announces none (RFC 9293, 3.7.1)."""
    for option in segment.options:
        if isinstance(option, MaximumSegmentSize):
            return option.value
    return None


@dataclass(frozen=True)
class Open:
    """The user opens a connection to the endpoint's peer."""


@dataclass(frozen=True)
class Write:
    """The user gives more bytes to send (UTF-8), on the main connection or on that to `to`."""

    text: str
    to: str = ""


@dataclass(frozen=True)
class Close:
    """The user has no more to say, on the main connection or on that to `to`: FIN after all that was written."""

    to: str = ""


@dataclass(frozen=True)
class Abort:
    """The user ends the connection at once: RST."""


__all__ = [
    "CODEC", "NUMBERS", "Abort", "Close", "Flags", "MaximumSegmentSize", "Open", "Segment", "Write", "mss_option",
    "number_of", "offset_of",
]  # fmt: skip
