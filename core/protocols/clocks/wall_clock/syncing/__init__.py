"""Laptops and a builder: files are dated by clocks, and clocks are set before they are too far apart."""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import Happening, LinkSpec, NodeSpec, Request, Scenario, Wave
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.wall_clock.ground import Group
from core.protocols.clocks.wall_clock.syncing.choices import CHOICES
from core.protocols.clocks.wall_clock.syncing.laws import LAWS, MEASURES
from core.protocols.clocks.wall_clock.syncing.machines import Builder, Laptop
from core.protocols.clocks.wall_clock.syncing.messages import Build, Edit, Saved, Settle, Shift, Sync, Time
from core.protocols.clocks.wall_clock.syncing.personas import PERSONAS

TERMS = {
    "make": "a program that compiles a file again if its date is later than that of what was made of it.",
    "drift": "how much faster or slower a clock runs than it should.",
    "ppm": "parts per million: a clock of 50 ppm goes wrong by 50 µs a second.",
    "SAVED": "a laptop says when, by its own clock, its file was saved.",
    "sync": "to ask a clock what it reads, and to set it right.",
}


def _fits(cast: Cast) -> None:
    """Laptops have a builder, and builders set the clocks of laptops."""
    cast.points("builder", "builder")
    cast.points("friend", "laptop")
    laptops = cast.names["laptop"]
    for name in cast.names["builder"]:
        for other in cast.parameters[name]["laptops"]:
            if other not in laptops:
                raise UnfitNodesError(
                    f"{name} sets the clock of {other}, which is no laptop", name, f"of {', '.join(laptops)}"
                )


def _scenes(room: Protocol) -> tuple[Scenario, ...]:
    def scene(name: str, *nodes: NodeSpec, **more: object) -> Scenario:
        link = LinkSpec(latency=MILLISECOND)
        return Scenario(name, {room.name: room}, nodes, default_link=link, **more)  # type: ignore[arg-type]

    def builder(*laptops: str, **parameters: object) -> NodeSpec:
        return NodeSpec("builder", room.name, "builder", {"laptops": laptops, **parameters})

    def laptop(name: str, drift: int = 0, **parameters: object) -> NodeSpec:
        return NodeSpec(name, room.name, "laptop", parameters, drift=drift)

    def pair(fast: int, slow: int) -> tuple[NodeSpec, ...]:
        return (
            laptop("ana", fast, friend="ben", edits=7 * SECOND),
            laptop("ben", slow, friend="ana", edits=9 * SECOND),
            builder("ana", "ben"),
        )

    def steeper(at: int, drift: int) -> tuple[Happening, ...]:
        """From then on both clocks run apart by twice this drift."""
        return (
            Wave(at * SECOND, (("drift", drift),), (), "ana"),
            Wave(at * SECOND, (("drift", -drift),), (), "ben"),
        )

    ways = {
        (one, other): LinkSpec(latency=latency * MILLISECOND)
        for one, other, latency in (
            ("builder", "ana", 1), ("ana", "builder", 3), ("builder", "ben", 3), ("ben", "builder", 1),
        )
    }  # fmt: skip
    """Whoever is set errs by half of what the ways differ in: ana 1 ms one way, ben as much the other."""
    kept = (room.goal("no edit vanishes"),)
    return (
        scene(
            "one file, made again", laptop("ana"), builder(),
            happenings=(
                Request(MILLISECOND, "ana", Edit("out.c")),
                Request(10 * MILLISECOND, "builder", Build()),
                Request(10 * MILLISECOND, "ana", Edit("out.c", 20 * MILLISECOND)),
                Request(10 * MILLISECOND, "builder", Build(60 * MILLISECOND)),
                Request(100 * MILLISECOND, "builder", Build()),
            ),
            win=(room.goal("builder has run make 3 times"), room.goal("nothing stale is linked")),
            limit=SECOND,
        ),
        scene("two clocks that part", *pair(50, -50), links=ways, win=kept, limit=600 * SECOND),
        scene(
            "a warm noon", *pair(38, -36), links=ways, win=kept, limit=1200 * SECOND,
            happenings=(*steeper(300, 44), *steeper(480, 60), *steeper(560, 90), *steeper(800, 40)),
        ),
    )  # fmt: skip


GROUP = Group(
    roles={"laptop": Laptop, "builder": Builder},
    messages=(Saved, Sync, Time, Shift),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"edit": Edit, "build": Build, "settle": Settle},
    terms=TERMS,
    fits=_fits,
    scenes=_scenes,
)
