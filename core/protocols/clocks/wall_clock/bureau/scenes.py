"""The scenarios of the bureau."""

from __future__ import annotations

from core.kernel.protocol import Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND

YEARS = (325, 500, 700, 900, 1100, 1300, 1500, 1582, 1652, 1752, 1852, 1982, 2082, 2152)
"""Equinoxes that are seen: those of the reforms among them, and for 400 years after each."""


def _scenario(room: Protocol, name: str, win: tuple[str, ...], limit: int, first: int = 36, **sky: object) -> Scenario:
    return Scenario(
        name=name,
        protocols={room.name: room},
        nodes=(
            NodeSpec("sky", room.name, "sky", {"first": first, **sky}),
            NodeSpec("bureau", room.name, "bureau", {"first": first}),
            NodeSpec("world", room.name, "users", {"first": first}),
        ),
        default_link=LinkSpec(latency=MILLISECOND),
        win=tuple(room.goal(law) for law in win),
        limit=limit,
    )


def scenes(room: Protocol) -> tuple[Scenario, ...]:
    """A calendar, some years of the record, and an Earth that turns faster and faster."""

    def utc(count: int, most: int = 2) -> tuple[str, ...]:
        return (
            f"bureau has kept UTC for {count} half-years",
            f"UTC of bureau is over 0.9 s off the Earth in at most {most} half-years",
        )

    calendar = (
        "bureau has kept calendars until 2152",
        "no calendar that was mended is ever more than half a day off",
    )
    return (
        _scenario(room, "Rome and England", calendar, 20 * SECOND, years=YEARS),
        _scenario(room, "1990 to 1999", utc(18), 20 * SECOND, count=18),
        _scenario(room, "an Earth that gains", utc(16), 18 * SECOND, first=109, count=16, slope=150),
    )
