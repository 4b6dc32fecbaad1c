"""A room for tests: a rumour that spreads through a crowd, with a badge, a shade and two intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.kernel.effects import Key
from core.kernel.laws import eventually
from core.kernel.protocol import Context, Machine, Protocol
from core.kernel.scenario import Happening, LinkSpec, NodeSpec, PlayerSeat, Scenario
from core.kernel.shown import Interval, Shade
from core.kernel.time import MILLISECOND, SECOND
from core.wire.cdr import ULong, codec_for


@dataclass(frozen=True)
class Rumour:
    """Have you heard? It has been told on `hops` times."""

    hops: ULong


@dataclass
class Villager(Machine):
    """Who has heard tells the villagers at powers of two from it, one every 100 ms, then falls silent."""

    crowd: int = 0
    first: bool = False
    hops: int = -1
    told: int = 0

    def on_start(self, ctx: Context) -> None:
        if self.first:
            self._hear(ctx, 0)

    def on_message(self, ctx: Context, source: str, message: Rumour) -> None:
        if self.hops < 0:
            self._hear(ctx, message.hops + 1)

    def _hear(self, ctx: Context, hops: int) -> None:
        self.hops = hops
        ctx.save("hops", hops)
        ctx.set_timer("turn", 100 * MILLISECOND)

    def on_timer(self, ctx: Context, key: Key) -> None:
        to = (int(self.name[1:]) + (1 << self.told)) % self.crowd
        self.told += 1
        ctx.send(f"n{to}", Rumour(self.hops))
        if 1 << self.told < self.crowd:
            ctx.set_timer("turn", 100 * MILLISECOND)

    def on_restart(self, ctx: Context) -> None:
        self.hops = ctx.stored.get("hops", -1)

    @property
    def knows(self) -> bool:
        """Has it heard?"""
        return self.hops >= 0

    @property
    def tells(self) -> bool:
        """Has it still somebody to tell?"""
        return self.knows and 1 << self.told < self.crowd

    def badge(self) -> str:
        return f"told {self.told}" if self.knows else ""


EVERYBODY = eventually(
    "everybody has heard", lambda evidence: sum(one.knows for one in evidence.running()) == len(evidence.nodes)
)

ROOM = Protocol(
    name="crowd",
    title="The crowd",
    roles={"villager": Villager},
    messages=(Rumour,),
    codec=codec_for(Rumour),
    laws=(EVERYBODY,),
    shade=Shade("who has heard", lambda one: int(one.knows), steps=("in the dark", "has heard")),
    intervals=(
        Interval("knowing", "has heard", lambda one: one.knows),
        Interval("telling", "tells", lambda one: one.tells),
    ),
)


def crowd(count: int, *happenings: Happening, you: str = "", protocol: Protocol = ROOM, **spec: Any) -> Scenario:
    """A crowd of so many, of whom n0 knows it at the start."""
    nodes = tuple(
        NodeSpec(f"n{number}", "crowd", "villager", {"crowd": count, "first": number == 0}, **spec)
        for number in range(count)
    )
    return Scenario(
        name="a rumour",
        protocols={"crowd": protocol},
        nodes=nodes,
        default_link=LinkSpec(20 * MILLISECOND),
        happenings=happenings,
        player=(PlayerSeat(you, ("*",)),) if you else (),
        limit=20 * SECOND,
    )


def counted(calls: list[str]) -> Protocol:
    """The room with a shade that writes down of whom it was asked."""

    def of(one: Villager) -> int:
        calls.append(one.name)
        return int(one.knows)

    assert ROOM.shade is not None
    return replace(ROOM, shade=replace(ROOM.shade, of=of))
