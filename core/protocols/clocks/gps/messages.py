"""What beacons say, and what is asked of beacons and boats."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import Long, LongLong, UShort


@dataclass(frozen=True)
class Signal:
    """A beacon's: when it left by the beacon's clock (µs), where the beacon stood (metres east and north on the chart)
    when that was measured last, when that was (µs), and by how many seconds TAI is ahead of UTC."""

    sent: LongLong
    east: Long
    north: Long
    surveyed: LongLong
    leap: UShort


@dataclass(frozen=True)
class Where:
    """A request: the boat has come to the next place of its course, and its skipper wants to know where that is."""


@dataclass(frozen=True)
class Tell:
    """A request: the harbour wants to know what time it is in UTC."""


@dataclass(frozen=True)
class Tow:
    """A request: from now on the beacon floats so many metres east and north on the chart. It says so as soon as it is
    surveyed again."""

    east: int = 0
    north: int = 0
