"""Machines whose programs live by one clock each: how it is mended while they do."""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.wall_clock.bending.choices import CHOICES
from core.protocols.clocks.wall_clock.bending.laws import LAWS, MEASURES
from core.protocols.clocks.wall_clock.bending.machines import Clockwork
from core.protocols.clocks.wall_clock.bending.messages import Beat, Obituary, Reading, Tell
from core.protocols.clocks.wall_clock.bending.personas import PERSONAS
from core.protocols.clocks.wall_clock.ground import Group

TERMS = {
    "beat": "what a machine says every few seconds, so that others know that it lives.",
    "peer": "the other machine, which your beats go to and whose beats you count.",
    "cron": "a program that runs others when the clock reads a certain time.",
    "step": "to set a clock at once.",
}


def _fits(cast: Cast) -> None:
    cast.points("peer", "machine")


def _scenes(room: Protocol) -> tuple[Scenario, ...]:
    def night(name: str, ahead: int, said: int, better: int) -> Scenario:
        """A clock that is `ahead` by so many ms, and was said to be `said`; in the end, after `better` seconds, it is
        told better."""
        machine = {"peer": "peer", "beat": 2 * SECOND, "late": 2700 * MILLISECOND, "dead": 3 * SECOND,
                   "theirs": 2200 * MILLISECOND, "jitter": 30, "ahead": said, "every": 3 * SECOND,
                   "shuts": 30 * SECOND, "way": 20 * MILLISECOND}  # fmt: skip
        peer = {"peer": "machine", "beat": 2200 * MILLISECOND, "late": 3 * SECOND, "dead": 2700 * MILLISECOND,
                "theirs": 2 * SECOND, "jitter": 30}  # fmt: skip
        return Scenario(
            name, {room.name: room},
            (
                NodeSpec("machine", room.name, "machine", machine, clock=ahead * MILLISECOND),
                NodeSpec("peer", room.name, "machine", peer),
            ),
            default_link=LinkSpec(latency=20 * MILLISECOND),
            happenings=(Request(better * SECOND, "peer", Tell()),),
            win=(
                room.goal("the auction of machine shuts within 300 ms of its time"),
                room.goal("nobody who lives is buried"), room.goal("stamps rise"), room.goal("every job runs once"),
                room.goal("the auction of machine never shuts more than 300 ms off its time"),
            ),
            limit=40 * SECOND,
        )  # fmt: skip

    return (night("four seconds fast, and later less", 2500, 4000, 6), night("three seconds slow", -3000, -3000, 9))


GROUP = Group(
    roles={"machine": Clockwork},
    messages=(Beat, Reading, Obituary),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"tell": Tell},
    terms=TERMS,
    fits=_fits,
    scenes=_scenes,
)
