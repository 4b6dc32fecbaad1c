"""Chord, the circular distributed hash table (Stoica et al. 2003; Kurose & Ross 5e §2.6.2).

Problem      thousands of nodes keep one table, come and go as they like, and nobody knows them all: who has key 53?
Rule         a key belongs to the first node at or clockwise after it; go by the closest node before it that you know.
Simplified   a node's name is its identifier (Chord hashes its address); records are not replicated, so a crash loses
             them; a node that buries its successor tells the next one, which believes it (Chord's next one would ping);
             a joining node changes four pointers in an order of its choice, where Chord leaves three of them to
             stabilise; the owner of a key answers for it (Kurose), not its predecessor (Chord's find_successor).
Source       Stoica et al. 2003 §IV.B to §IV.E, §V; Kurose & Ross 5e §2.6.2; Tanenbaum & van Steen 2e §2.2.2, §5.2.3.
"""

from __future__ import annotations

from dataclasses import replace

from core.kernel.laws import BoundLaw
from core.kernel.protocol import Cast, Protocol, State, UnfitNodesError
from core.kernel.scenario import Crash, Happening, LinkSpec, Lose, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.peers.dht_chord import choices, upkeep
from core.protocols.peers.dht_chord.laws import LAWS, MEASURES
from core.protocols.peers.dht_chord.machine import Node
from core.protocols.peers.dht_chord.messages import CODEC, MESSAGES, REQUESTS, Get, Leave, Lookup, Put
from core.protocols.peers.dht_chord.personas import PERSONAS
from core.protocols.peers.dht_chord.tables import JOIN
from core.protocols.peers.dht_chord.terms import TERMS


def _admits(cast: Cast) -> None:
    """Nodes are called by their identifiers on one circle, and name only such nodes as there are."""
    ids = {int(name) for name in cast.everybody if name.isdecimal()}
    first = next(iter(cast.parameters), "")
    for name, values in cast.parameters.items():
        size = 1 << values["bits"]
        if not name.isdecimal() or name != str(int(name)):
            found = f"{name} is no identifier: a node of Chord is called by its place on the circle"
            raise UnfitNodesError(found, name, f"a whole number from 0 to {size - 1}")
        if int(name) >= size:
            mend = f"at most {size - 1}, or more bits"
            raise UnfitNodesError(f"{name} lies beyond a circle of {size} identifiers", name, mend)
        if values["bits"] != cast.parameters[first]["bits"]:
            found = f"{name} has {values['bits']} bits, {first} has {cast.parameters[first]['bits']}"
            raise UnfitNodesError(found, name, "one circle: as many bits for all")
        named = {"ring": values["ring"], "contact": [one for one in (values["contact"],) if one >= 0]}
        for what, nodes in named.items():
            for node in nodes:
                if node not in ids:
                    mend = f"there are {', '.join(map(str, sorted(ids)[:12]))}"
                    raise UnfitNodesError(f"{what} of {name} names {node}, and there is no such node", name, mend)


def _twin_key(message: object) -> tuple[int, ...]:
    """Whose lookup or record it is about, and which of theirs."""
    found = (getattr(message, name, None) for name in ("origin", "number"))
    return tuple(value for value in found if value is not None)


def _normal(state: State) -> None:
    """Who wants to join asks for ever, and never minds since when or how often."""
    for machine in state.machines:
        if isinstance(machine, Node) and JOIN in machine.searches:
            search = machine.searches[JOIN]
            search.started = search.tries = 0


PROTOCOL = Protocol(
    name="dht_chord",
    title="Chord",
    terms=TERMS,
    roles={"node": Node},
    messages=MESSAGES,
    codec=CODEC,
    choices=(*choices.CHOICES, *upkeep.CHOICES),
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests=REQUESTS,
    normal=_normal,
    admits=_admits,
    twin_key=_twin_key,
)


def _nodes(*ids: int, **parameters: object) -> tuple[NodeSpec, ...]:
    return tuple(NodeSpec(str(node), "dht_chord", "node", parameters) for node in ids)


_LINK = LinkSpec(latency=40 * MILLISECOND)
_ANSWERED = PROTOCOL.goal("every lookup is answered")
_START = 10 * MILLISECOND


def _scenario(
    name: str,
    nodes: tuple[NodeSpec, ...],
    *happenings: Happening,
    win: tuple[BoundLaw, ...] = (_ANSWERED,),
    limit: int = 5 * SECOND,
) -> Scenario:
    return Scenario(
        name=name, protocols={"dht_chord": PROTOCOL}, nodes=nodes, default_link=_LINK, happenings=happenings, win=win,
        limit=limit,
    )  # fmt: skip


def _staggered(nodes: tuple[NodeSpec, ...]) -> tuple[NodeSpec, ...]:
    """The same nodes, started one after another: their rounds of pings do not fall together."""
    return tuple(replace(node, starts=place * 7 * MILLISECOND) for place, node in enumerate(nodes))


_JOINING = NodeSpec("5", "dht_chord", "node", {"bits": 3, "contact": 1, "ring": (1, 3, 7)}, starts=20 * MILLISECOND)

PROTOCOL = PROTOCOL.with_scenarios(
    _scenario(
        "three nodes, two lookups", _nodes(1, 3, 6, bits=3, holds=(4, 7), caller=SECOND),
        Request(_START, "1", Lookup(4)), Request(_START, "3", Lookup(7)),
    ),
    _scenario(
        "round a ring of three", _nodes(1, 3, 6, bits=3, route="successors", holds=(4, 7), caller=SECOND),
        Request(_START, "1", Lookup(4)), Request(_START, "3", Lookup(7)),
    ),
    _scenario(
        "a dead successor", _nodes(1, 3, 5, 7, bits=3, receipts=True),
        Crash(5 * MILLISECOND, "5"), Request(_START, "1", Lookup(4)),
    ),
    _scenario(
        "a slow successor", _nodes(1, 3, 5, 7, bits=3, receipts=True),
        Lose("3", "5", 1, "late", 8 * SECOND), Request(_START, "1", Lookup(4)), limit=12 * SECOND,
    ),
    _scenario(
        "a lost lookup", _nodes(1, 3, 5, 7, bits=3, receipts=True), Lose("3", "5", 1), Request(_START, "1", Lookup(4)),
    ),
    _scenario(
        "a lost ping", _staggered(_nodes(1, 3, 5, 7, bits=3, period=SECOND)),
        Lose("3", "5", 1), Request(2 * SECOND + 12 * MILLISECOND, "3", Lookup(4)),
        win=(PROTOCOL.goal("the ring is whole after 4 s"),),
    ),
    _scenario(
        "an asker by itself", _nodes(1, 3, 5, 7, bits=3, style="iterative"),
        Crash(5 * MILLISECOND, "5"), Request(_START, "1", Lookup(6)),
    ),
    _scenario(
        "a node joins", (*_nodes(1, 3, 7, bits=3, ring=(1, 3, 7), holds=(4, 5, 6)), _JOINING),
        *(Request((100 + 25 * place) * MILLISECOND, "1", Lookup(4)) for place in range(20)),
        win=(PROTOCOL.goal("5 is in the ring"), _ANSWERED),
    ),
    _scenario(
        "doors, names and a farewell", _nodes(1, 3, 5, 6, 7, bits=3, route="shortcuts", shortcuts=1, holds=(4, 5)),
        Request(_START, "1", Put("the door", 20, "open")), Request(SECOND, "6", Get("the door", 20)),
        Request(2 * SECOND, "5", Leave()), Request(3 * SECOND, "1", Get("the door", 20)),
        win=(PROTOCOL.goal("2 lookups are answered"),),
    ),
    _scenario(
        "the slides' ring", _nodes(1, 12, 13, 25, 32, 40, 48, 60, holds=(51, 53, 60, 61)),
        Request(_START, "12", Lookup(53)), Request(_START, "25", Lookup(51)), Request(_START, "40", Lookup(60)),
        Request(_START, "13", Lookup(61)),
    ),
    _scenario(
        "peer 5 leaves abruptly", _staggered(_nodes(1, 3, 4, 5, 8, 10, 12, 15, bits=4, route="successors",
                                                   period=SECOND)),
        Crash(1500 * MILLISECOND, "5"),
        win=(PROTOCOL.goal("the ring is whole after 6 s"),), limit=7 * SECOND,
    ),
)  # fmt: skip
