"""The scenarios of headquarters and silo."""

from __future__ import annotations

from core.kernel.protocol import Protocol
from core.kernel.scenario import Forge, Happening, LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.protocols.clocks.wall_clock.silo.choices import READS
from core.protocols.clocks.wall_clock.silo.messages import SetTo

_QUICK = {"minute": SECOND}


def _scenario(
    room: Protocol, name: str, *happenings: Happening, limit: int, hq: dict[str, object] | None = None, **more: object
) -> Scenario:
    """Minutes last a second; `more` is of the exchange."""
    return Scenario(
        name=name,
        protocols={room.name: room},
        nodes=(
            NodeSpec("hq", room.name, "hq", {**_QUICK, **(hq or {})}),
            NodeSpec("silo", room.name, "silo", {"window": 60 * SECOND}),
            NodeSpec("exchange", room.name, "exchange", {**_QUICK, **more}),
        ),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        happenings=happenings,
        win=(room.goal("silo fires after headquarters have fallen"),),
        limit=limit,
    )


def scenes(room: Protocol) -> tuple[Scenario, ...]:
    """From a raid alone to all five nights."""
    back = Forge(70 * SECOND, "exchange", "hq", SetTo(4 * SECOND))
    return (
        _scenario(room, "headquarters are hit", raid=25, limit=200 * SECOND),
        _scenario(room, "a clock is put back by an hour and six minutes", back, raid=300, limit=500 * SECOND),
        _scenario(
            room, "the whole hour is read off the clock", raid=130, limit=300 * SECOND,
            hq={"period": 60, "window": 64, "timer": READS, "slope": 0},
        ),
        _scenario(room, "five nights", nights=5, limit=1000 * SECOND),
        Scenario(
            name="2:59",
            protocols={room.name: room},
            nodes=(
                NodeSpec("hq", room.name, "hq", {"began": 178, "period": 60, "window": 60, "timer": READS, "slope": 0}),
                NodeSpec("silo", room.name, "silo", {"silent": 58 * MINUTE}),
                NodeSpec("exchange", room.name, "exchange", {"began": 178, "lies": 1, "raid": 3}),
            ),
            default_link=LinkSpec(latency=40 * MILLISECOND),
            win=(room.goal("silo fires after headquarters have fallen"),),
            limit=62 * MINUTE,
        ),
    )  # fmt: skip
