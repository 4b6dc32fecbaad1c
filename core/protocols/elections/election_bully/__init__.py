"""Bully election (Garcia-Molina 1982).

Problem      the coordinator is gone; the living must agree on one new coordinator.
Rule         ask every higher process; if none answers you win and tell everyone below; a higher one takes over.
Simplified   numbers are known to all (the digits of the names); a coordinator freezes rather than slows down.
Source       Garcia-Molina 1982 §III; Tanenbaum & van Steen 2e §6.5.1. The probes that find the death are ours.
"""

from __future__ import annotations

from typing import Any

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import Crash, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.shown import Interval
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.elections.election_bully.bets import SILENCE
from core.protocols.elections.election_bully.choices import CHOICES
from core.protocols.elections.election_bully.laws import LAWS, MEASURES
from core.protocols.elections.election_bully.machine import Process
from core.protocols.elections.election_bully.messages import CODEC, MESSAGES, Suspect
from core.protocols.elections.election_bully.personas import PERSONAS
from core.protocols.elections.election_bully.terms import TERMS


def _admits(cast: Cast) -> None:
    """Processes have a number each, in their names; whoever reigns at the start is one of them."""
    numbers = cast.numbers()
    for name, values in cast.parameters.items():
        if values["coordinator"] not in (-1, *numbers):
            raise UnfitNodesError(
                f"coordinator {values['coordinator']} of {name} is no process here",
                name,
                f"one of {', '.join(map(str, sorted(numbers)))}; -1: the highest",
            )


_ROOM = Protocol(
    name="election_bully",
    title="The Bully",
    terms=TERMS,
    roles={"process": Process},
    messages=MESSAGES,
    codec=CODEC,
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    bets=(SILENCE,),
    requests={"suspect": Suspect},
    rules=2,
    intervals=(
        Interval("reigning", "reigns", lambda process: process.reigns, believed=lambda process: process.kings),
        Interval("frozen", "is frozen", lambda process: process.frozen),
    ),
    admits=_admits,
)


def _processes(count: int, **parameters: Any) -> tuple[NodeSpec, ...]:
    return tuple(NodeSpec(f"p{number}", "election_bully", "process", parameters) for number in range(count))


PROTOCOL = _ROOM.with_scenarios(
    Scenario(
        name="three processes, the highest dead",
        protocols={"election_bully": _ROOM},
        nodes=_processes(3, period=0),
        default_link=LinkSpec(40 * MILLISECOND),
        happenings=(Crash(1, "p2"), Request(2, "p0", Suspect())),
        win=(_ROOM.goal("the living agree on a new coordinator"),),
        limit=10 * SECOND,
    ),
    Scenario(
        name="eight processes, 7 dead, 4 notices",
        protocols={"election_bully": _ROOM},
        nodes=_processes(8, period=0),
        default_link=LinkSpec(40 * MILLISECOND),
        happenings=(Crash(1, "p7"), Request(2, "p4", Suspect())),
        win=(_ROOM.goal("at 5 s every living process obeys one king"),),
        limit=10 * SECOND,
    ),
    Scenario(
        name="a coordinator that dies while two ask it",
        protocols={"election_bully": _ROOM},
        nodes=_processes(3, period=300 * MILLISECOND),
        default_link=LinkSpec(40 * MILLISECOND),
        happenings=(Crash(SECOND, "p2"),),
        win=(_ROOM.goal("at 4 s every living process obeys one king"),),
        limit=5 * SECOND,
    ),
    Scenario(
        name="a coordinator that freezes",
        protocols={"election_bully": _ROOM},
        nodes=(
            *_processes(4, alarm=300 * MILLISECOND)[:3],
            NodeSpec("p3", "election_bully", "process", {"freezes": 400}),
        ),
        default_link=LinkSpec(40 * MILLISECOND),
        win=(_ROOM.goal("at 20 s every living process obeys one king"),),
        limit=30 * SECOND,
    ),
)
