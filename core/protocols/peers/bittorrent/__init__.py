"""BitTorrent: a swarm of peers that swap the pieces of a file, and the tracker that introduces them.

Problem      one server cannot give a large file to everybody; those with pieces must give, and nobody can make them.
Rule         ask for the rarest piece; give to the four that give you most, and every 30 s to one more, by chance.
Simplified   the announce travels as a bencoded dictionary on a stream, not as the query of an HTTP GET; all pieces are
             whole; only interested peers are unchoked (BEP 3: faster ones that are not, too, beside the four); blocks
             may be as large as a piece where a scenario says so; loss below a stream is delay.
Source       BEP 3; Cohen 2003, Incentives Build Robustness in BitTorrent; Kurose & Ross 8e §2.5.
"""

from __future__ import annotations

from typing import Any

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.shown import Interval, Shade
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.peers.bittorrent import picking
from core.protocols.peers.bittorrent.choices import CHOICES
from core.protocols.peers.bittorrent.laws import LAWS, MEASURES
from core.protocols.peers.bittorrent.messages import BITTORRENT, MESSAGES
from core.protocols.peers.bittorrent.peer import Peer
from core.protocols.peers.bittorrent.personas import PERSONAS
from core.protocols.peers.bittorrent.state import share_of
from core.protocols.peers.bittorrent.terms import TERMS
from core.protocols.peers.bittorrent.tracker import HANDOUT, Tracker


def _admits(cast: Cast) -> None:
    """One swarm is after one file, and announces itself to trackers."""
    cast.points("tracker", "tracker")
    first: tuple[str, dict[str, Any]] | None = None
    for name, values in cast.parameters.items():
        torrent = {key: values[key] for key in ("file", "pieces", "piece_length")}
        first = first or (name, torrent)
        for key, value in torrent.items():
            if value != first[1][key]:
                found = f"{key} of {name} is {value}, that of {first[0]} is {first[1][key]}"
                raise UnfitNodesError(found, name, "one swarm has one file")
        for piece in values.get("holds", ()):
            if not 0 <= piece < values["pieces"]:
                found = f"{name} holds piece {piece}, and there are {values['pieces']}"
                raise UnfitNodesError(found, name, f"pieces are counted from 0 to {values['pieces'] - 1}")


PROTOCOL = Protocol(
    name="bittorrent",
    title="BitTorrent",
    terms=TERMS,
    roles={"peer": Peer, "tracker": Tracker},
    messages=MESSAGES,
    codec=BITTORRENT,
    choices=(*CHOICES, *picking.CHOICES, HANDOUT),
    rules=5,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    shade=Shade("share of the file in %", lambda one: share_of(one) if isinstance(one, Peer) else None, top=100),
    intervals=(Interval("seeding", "has every piece", lambda peer: peer.complete, ("peer",)),),
    service="stream",
    admits=_admits,
)


def swarm(
    name: str,
    nodes: tuple[NodeSpec, ...],
    *,
    limit: int,
    latency: int = 40 * MILLISECOND,
    seats: dict[str, str] | None = None,
    seed: int = 1,
) -> Scenario:
    """A scenario of one swarm, won when everybody who stayed has the file."""
    return Scenario(
        name=name,
        protocols={"bittorrent": PROTOCOL},
        nodes=nodes,
        default_link=LinkSpec(latency=latency),
        seats=seats or {},
        win=(PROTOCOL.goal("every peer that stayed has the whole file"),),
        limit=limit,
        seed=seed,
    )


def _peer(name: str, starts: int = 0, **parameters: object) -> NodeSpec:
    return NodeSpec(name, "bittorrent", "peer", parameters, starts=starts)


_SMALL = {
    "pieces": 1, "piece_length": 1024, "block": 1024, "pipeline": 1, "upload": 80_000, "leaves": 2 * SECOND,
}  # fmt: skip
"""Who has left does nothing any more: so this swarm comes to its end, and an exploration of it, too."""
_FOUR = {"pieces": 4, "piece_length": 65536}
_LISTED = {"pieces": 8, "piece_length": 32768}
_PICKED = {"pieces": 12, "piece_length": 65536, "block": 8192}

PROTOCOL = PROTOCOL.with_scenarios(
    Scenario(
        name="one piece, and one of two sources lies",
        protocols={"bittorrent": PROTOCOL},
        nodes=(
            _peer("ana", seed=True, **_SMALL),
            _peer("mal", seed=True, **_SMALL),
            _peer("bob", knows=("mal", "ana"), **_SMALL),
        ),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        seats={"mal": "poisoner"},
        win=(PROTOCOL.goal("the whole file reached bob"),),
        limit=10 * SECOND,
    ),
    swarm(
        "a seed, a tracker and three who want the file",
        (
            NodeSpec("tracker", "bittorrent", "tracker", {**_FOUR, "interval": 30 * SECOND}),
            _peer("seed", tracker="tracker", seed=True, **_FOUR),
            *(_peer(name, 100 * MILLISECOND, tracker="tracker", **_FOUR) for name in ("alice", "bob", "carol")),
        ),
        limit=120 * SECOND,
    ),
    swarm(
        "a poisoner, a free-rider and a whitewasher among them",
        (
            NodeSpec("tracker", "bittorrent", "tracker", {**_FOUR, "interval": 30 * SECOND}),
            _peer("seed", tracker="tracker", seed=True, **_FOUR),
            _peer("mal", tracker="tracker", seed=True, **_FOUR),
            *(
                _peer(name, 500 * MILLISECOND, tracker="tracker", **_FOUR)
                for name in ("alice", "bob", "carol", "dave", "erin", "moe")
            ),
            _peer("zed", SECOND, tracker="tracker", aliases="nik pia lou", **_FOUR),
        ),
        limit=240 * SECOND,
        seats={"mal": "poisoner", "moe": "free-rider", "zed": "whitewasher"},
    ),
    swarm(
        "a list of wishes, and one who leaves",
        (
            _peer("seed", seed=True, upload=80_000, **_LISTED),
            _peer("ana", 100 * MILLISECOND, holds=(0, 1), upload=12_000, knows=("ben",), **_LISTED),
            _peer("ben", 100 * MILLISECOND, holds=(0, 1), upload=12_000, leaves=8 * SECOND, **_LISTED),
            _peer("you", 200 * MILLISECOND, knows=("seed", "ana", "ben"), wishes=True, pipeline=1, **_LISTED),
        ),
        limit=120 * SECOND,
    ),
    swarm(
        "picked sources, one who always lies and one who does now and then",
        (
            *(_peer(name, seed=True, upload=96_000, **_PICKED) for name in ("ana", "ben", "max", "mia", "tom", "zoe")),
            _peer("you", 100 * MILLISECOND, knows=("ana", "ben", "max", "mia", "tom", "zoe"), picks=True, **_PICKED),
        ),
        limit=120 * SECOND,
        seats={"max": "poisoner", "mia": "sly poisoner"},
    ),
)
