"""What letters prove: the shifts and stretches at which none is there before it left."""

from __future__ import annotations

from typing import NamedTuple

EVEN = 1000
"""The stretch of a tape whose clock runs as the other."""
STEP = 5
"""Stretches are tried in steps of so many thousandths."""


class Arrow(NamedTuple):
    """A letter on both tapes: `early` is its stamp where it was sent, `late` where it arrived (µs)."""

    forth: bool
    early: int
    late: int


class Slack(NamedTuple):
    """The least and the greatest shift (µs) at which no arrow leans back; none fits if `low` is above `high`."""

    low: int
    high: int

    @property
    def fits(self) -> bool:
        """Is there any?"""
        return self.low <= self.high

    @property
    def middle(self) -> int:
        """Half-way between both."""
        return (self.low + self.high) // 2


FREE = 10**12
"""A bound that no letter has set yet (µs)."""


def stretched(stamp: int, stretch: int) -> int:
    """A stamp of the second tape, stretched by thousandths."""
    return stamp * stretch // EVEN


def slack_at(arrows: list[Arrow], stretch: int) -> Slack:
    """The shifts of the second tape that fit, with it stretched so."""
    low = max((arrow.early - stretched(arrow.late, stretch) for arrow in arrows if arrow.forth), default=-FREE)
    high = min((arrow.late - stretched(arrow.early, stretch) for arrow in arrows if not arrow.forth), default=FREE)
    return Slack(low, high)


def fitting(arrows: list[Arrow], band: int) -> list[int]:
    """The stretches within the band (thousandths to either side) at which a shift fits."""
    return [
        stretch
        for stretch in range(EVEN - band // STEP * STEP, EVEN + band + 1, STEP)
        if slack_at(arrows, stretch).fits
    ]


def leaning(arrows: list[Arrow], shift: int, stretch: int) -> int:
    """How many arrows lean back: there before they left."""
    placed = [(arrow, stretched(arrow.late if arrow.forth else arrow.early, stretch) + shift) for arrow in arrows]
    return sum(there < arrow.early if arrow.forth else arrow.late < there for arrow, there in placed)
