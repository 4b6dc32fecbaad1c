"""What IP leaves to a router and to a host, and what the standards have them do.

Every question about a packet has its octets in `data`; addresses are text, sizes are bytes, times µs.
"""

from __future__ import annotations

from core.protocols.internet.ip.choices.host import (
    ACCEPT,
    DELIVER,
    GIVE_UP,
    LATE,
    NO_PORT,
    PLACE,
    REPLY,
    TELL_SOURCE,
    TTL,
    WAIT,
    WHOSE,
)
from core.protocols.internet.ip.choices.router import (
    CHECK,
    COMPLAIN,
    CUT,
    DISCARD,
    ERRORS,
    FORGED,
    FORWARD,
    FRAGMENT,
    HEADER,
    MUTE,
    NEXT_HOP,
    PASS,
    PASSES,
    TELL,
    TIME_EXCEEDED,
    TO_DESTINATION,
    TO_NEIGHBOUR,
    TO_SOURCE,
    TOO_BIG,
    UNREACHABLE,
    VERDICT,
)

CHOICES = (CHECK, VERDICT, NEXT_HOP, HEADER, CUT, TELL, ACCEPT, PLACE, WHOSE, LATE, TTL)

__all__ = [
    "ACCEPT", "CHECK", "CHOICES", "COMPLAIN", "CUT", "DELIVER", "DISCARD", "ERRORS", "FORGED", "FORWARD", "FRAGMENT",
    "GIVE_UP", "HEADER", "LATE", "MUTE", "NEXT_HOP", "NO_PORT", "PASS", "PASSES", "PLACE", "REPLY", "TELL",
    "TELL_SOURCE", "TIME_EXCEEDED", "TOO_BIG", "TO_DESTINATION", "TO_NEIGHBOUR", "TO_SOURCE", "TTL", "UNREACHABLE",
    "VERDICT", "WAIT", "WHOSE",
]  # fmt: skip
