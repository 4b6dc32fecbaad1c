"""TCP, the Transmission Control Protocol (RFC 9293), with real segments in real IPv4 packets.

Problem      packets are lost, doubled, delayed and overtaken; two programs want a stream of bytes, and its end.
Rule         number every byte; acknowledge the one expected next; send again what nobody acknowledged; take no more
             than there is room for, and send no more than the network bears.
Simplified   no window scale, SACK, timestamps, urgent data or ECN; a level may start with the connection standing, and
             with first numbers of 0. ACKs of a FIN and of probes never wait. Text beside a SYN is not kept, and comes
             again.
Source       RFC 9293; RFC 6298 (timer), RFC 5681 (congestion), RFC 6528 (first numbers); Kurose & Ross 8e §3.5.
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import DiceSpec, LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.protocols.transport.tcp.choices import CHOICES
from core.protocols.transport.tcp.connection import Connection, State
from core.protocols.transport.tcp.laws import LAWS, MEASURES
from core.protocols.transport.tcp.machine import Endpoint, Receiver, Sender, Server
from core.protocols.transport.tcp.messages import CODEC, Abort, Close, Open, Segment, Write
from core.protocols.transport.tcp.personas import PERSONAS
from core.protocols.transport.tcp.terms import TERMS
from core.protocols.transport.tcp.web import Fetch, Web


def _admits(cast: Cast) -> None:
    """Nobody speaks with itself."""
    for name, values in cast.parameters.items():
        if values.get("peer") == name:
            raise UnfitNodesError(f"peer of {name} is {name} itself", name, "the host at the other end")


def _twin_key(message: Segment) -> tuple[object, ...]:
    """A segment's flags and text: of its numbers one may be another's choice."""
    return message.flags, message.payload


PROTOCOL = Protocol(
    name="tcp",
    title="TCP",
    terms=TERMS,
    roles={"sender": Sender, "receiver": Receiver, "server": Server, "endpoint": Endpoint, "web": Web, "fetch": Fetch},
    messages=(Segment,),
    codec=CODEC,
    choices=CHOICES,
    rules=8,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    admits=_admits,
    twin_key=_twin_key,
    requests={"open": Open, "write": Write, "close": Close, "abort": Abort},
)
_HAS_ALL = PROTOCOL.goal("receiver has every byte, in order, once")
_KNOWS = PROTOCOL.goal("sender knows that every byte arrived")
_CLOSED = PROTOCOL.goal("both ends are closed")
_WIRE = LinkSpec(latency=40 * MILLISECOND)

_BRIEF = {"isn": 0, "mss": 2, "msl": 2 * SECOND, "quiet": 2 * SECOND, "retries": 3}

PROTOCOL = PROTOCOL.with_scenarios(
    Scenario(
        name="two segments",
        protocols={"tcp": PROTOCOL},
        nodes=(
            NodeSpec("receiver", "tcp", "receiver", {**_BRIEF, "peer": "sender"}),
            NodeSpec("sender", "tcp", "sender", {**_BRIEF, "data": b"abcd"}),
        ),
        default_link=_WIRE,
        network=DiceSpec(loss=0.1, duplicate=0.1),
        win=(_HAS_ALL, _KNOWS, _CLOSED),
        limit=60 * SECOND,
    ),
    Scenario(
        name="a sentence over a bad wire",
        protocols={"tcp": PROTOCOL},
        nodes=(
            NodeSpec("receiver", "tcp", "receiver", {"peer": "sender", "msl": 4 * SECOND}),
            NodeSpec("sender", "tcp", "sender", {"mss": 5, "msl": 4 * SECOND, "keeps_dots": True, "follows": True}),
        ),
        default_link=_WIRE,
        network=DiceSpec(loss=0.15, duplicate=0.05, garble=0.03, jitter=(0, 60 * MILLISECOND)),
        win=(_HAS_ALL, _KNOWS, _CLOSED),
        limit=5 * MINUTE,
    ),
    Scenario(
        name="two talk, one reads slowly",
        protocols={"tcp": PROTOCOL},
        nodes=(
            NodeSpec(
                "receiver", "tcp", "receiver",
                {"peer": "sender", "buffer": 2000, "read_every": 300 * MILLISECOND, "read_bytes": 1000, "mss": 500,
                 "data": b"well read. ", "length": 1200, "msl": 4 * SECOND},
            ),
            NodeSpec("sender", "tcp", "sender", {"mss": 500, "length": 8000, "msl": 4 * SECOND}),
        ),
        default_link=LinkSpec(latency=40 * MILLISECOND, rate=1_000_000, queue=10, mtu=1500),
        network=DiceSpec(loss=0.05),
        win=(_HAS_ALL, _KNOWS, _CLOSED),
        limit=5 * MINUTE,
    ),
)  # fmt: skip

__all__ = ["PROTOCOL", "Connection", "Endpoint", "Receiver", "Segment", "Sender", "Server", "State"]
