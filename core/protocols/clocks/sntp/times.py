"""Four timestamps and what they say; the numbers of the standard."""

from __future__ import annotations

from core.kernel.time import MILLISECOND, SECOND
from core.wire.sntp import SNTP, Leap, Mode, Packet, difference, microseconds, short, timestamp

CODEC = SNTP
MESSAGES = (Packet,)

EPOCH = 1_767_225_600 * SECOND
"""µs from 1970 to 2026: the date at which a node's clock reads 0, unless a scenario says otherwise."""
LEAST_PAUSE = 15 * SECOND
"""No client asks more often (RFC 4330, 10)."""
STEP_THRESHOLD = 128 * MILLISECOND
"""Beyond this a clock is stepped, below it is slewed (RFC 5905, 11.3)."""
SLEW_RATE = 500
"""Parts per million by which a clock is slewed at most (RFC 5905, 11.3)."""
INFINITY = short(SECOND)
"""Root delay and root dispersion from which on a server is not believed (RFC 4330, 5)."""
UNSYNCHRONIZED = 16
"""The stratum of a server that knows no time."""


def offset_and_delay(sent: int, arrived: int, left: int, back: int) -> tuple[int, int]:
    """θ, by which the server's clock is ahead, and δ, the round trip without the server's own time; in µs.

    From the timestamps T1 .. T4: θ = ((T2 - T1) + (T3 - T4)) / 2, δ = (T4 - T1) - (T3 - T2) (RFC 5905, 8). θ is
    wrong by at most δ / 2: by half of what the way there and the way back differ in.
    """
    offset = (difference(arrived, sent) + difference(left, back)) // 2
    return offset, difference(back, sent) - difference(left, arrived)


def slew_time(offset: int) -> int:
    """Local µs that a slew by `offset` takes."""
    return abs(offset) * (1_000_000 // SLEW_RATE)


def clock_words(stamp: int) -> str:
    """A timestamp as the minute's seconds: "17.040000"; "none" if it is unknown."""
    return f"{microseconds(stamp) % (60 * SECOND) / SECOND:09.6f}" if stamp else "none"


__all__ = [
    "CODEC",
    "EPOCH",
    "INFINITY",
    "LEAST_PAUSE",
    "MESSAGES",
    "SLEW_RATE",
    "STEP_THRESHOLD",
    "UNSYNCHRONIZED",
    "Leap",
    "Mode",
    "Packet",
    "clock_words",
    "difference",
    "offset_and_delay",
    "short",
    "slew_time",
    "timestamp",
]  # fmt: skip
