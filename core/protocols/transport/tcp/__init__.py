"""TCP, the Transmission Control Protocol (RFC 9293), with real segments in real IPv4 packets.

Problem      packets are lost, doubled, delayed and overtaken; two programs want a stream of bytes, and its end.
Rule         number every byte; acknowledge the one expected next; send again what nobody acknowledged; take no more
             than there is room for, and send no more than the network bears.
Simplified   no window scale, SACK, timestamps, urgent data or ECN; a level may start with the connection standing, and
             with first numbers of 0. ACKs of a FIN and of probes never wait.
Source       RFC 9293; RFC 6298 (timer), RFC 5681 (congestion), RFC 6528 (first numbers); Kurose & Ross 8e §3.5.
"""

from __future__ import annotations

from core.kernel.protocol import Parameter, Protocol
from core.kernel.scenario import DiceSpec, LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.protocols.transport.tcp.choices import CHOICES
from core.protocols.transport.tcp.connection import GREATEST_WINDOW, Connection, State
from core.protocols.transport.tcp.host import DEFAULT_MSS
from core.protocols.transport.tcp.laws import LAWS, MEASURES
from core.protocols.transport.tcp.machine import Endpoint, Receiver, Sender, Server
from core.protocols.transport.tcp.messages import CODEC, Abort, Close, Open, Segment, Write
from core.protocols.transport.tcp.personas import PERSONAS
from core.protocols.transport.tcp.web import Fetch, Web

_SENDER = ("sender",)

PARAMETERS = (
    Parameter("peer", "node", "", "the host at the other end",
              roles=("endpoint", "receiver", "server", "web", "fetch")),
    Parameter("peer", "node", "receiver", "the host at the other end", roles=_SENDER),
    Parameter("port", "number", 80, "its own port", low=1, high=65535),
    Parameter("peer_port", "number", 80, "the port it opens to", low=1, high=65535),
    Parameter("opens", "flag", False, "opens a connection at the start",
              roles=("endpoint", "receiver", "server", "web")),
    Parameter("opens", "flag", True, "opens a connection at the start", roles=_SENDER),
    Parameter("listens", "flag", True, "takes connections", roles=("endpoint", "receiver", "server", "web")),
    Parameter("listens", "flag", False, "takes connections", roles=_SENDER),
    Parameter("standing", "flag", False, "the connection stands from the start"),
    Parameter("isn", "number", -1, "its first sequence number; -1: by chance", low=-1, high=2**32 - 1),
    Parameter("data", "bytes", b"", "what it has to say; the page of a web, which is noise if this is empty",
              roles=("endpoint", "receiver", "server", "web")),
    Parameter("data", "bytes", Sender.data, "what it has to say", roles=_SENDER),
    Parameter("length", "size", 0, "its data are repeated up to so many bytes; 0: as they are", low=0,
              high=16_000_000),
    Parameter("waits", "flag", False, "lets the other end close first", roles=("web",)),
    Parameter("waits", "flag", True, "lets the other end close first", roles=("fetch",)),
    Parameter("path", "text", "/", "the page it asks for", roles=("fetch",)),
    Parameter("closes", "flag", True, "closes after its last byte, and when its peer closes"),
    Parameter("mss", "size", DEFAULT_MSS, "most data in a segment", low=1, high=65495),
    Parameter("buffer", "size", GREATEST_WINDOW, "room for bytes that its reader has not read", low=1,
              high=GREATEST_WINDOW),
    Parameter("offered", "size", GREATEST_WINDOW, "the peer's window at the start, if the connection stands", low=0,
              high=GREATEST_WINDOW),
    Parameter("read_every", "duration", 0, "how often its reader reads; 0: at once", low=0),
    Parameter("read_bytes", "size", 0, "how much its reader reads at a time; 0: all", low=0),
    Parameter("ack_delay", "duration", 200 * MILLISECOND, "how long the book's ACK waits for a second segment", low=0,
              high=500 * MILLISECOND),
    Parameter("by_hand", "flag", False, "no ACK of data leaves by itself: only the move \"ACK now\" sends one"),
    Parameter("rto_first", "duration", SECOND, "time-out before anything is measured", low=MILLISECOND),
    Parameter("rto_least", "duration", SECOND, "least time-out", low=MILLISECOND),
    Parameter("rto_most", "duration", MINUTE, "greatest time-out", low=MILLISECOND),
    Parameter("retries", "number", 8, "retransmissions in a row before it gives up (R2)", low=0, high=100),
    Parameter("first_window", "number", 0, "initial congestion window in segments; 0: by RFC 5681", low=0, high=100),
    Parameter("threshold", "size", GREATEST_WINDOW, "slow-start threshold at the start", low=1),
    Parameter("nagle", "flag", False, "holds a short segment back while others are under way"),
    Parameter("msl", "duration", 2 * MINUTE, "how long a segment can live", low=MILLISECOND, high=5 * MINUTE),
    Parameter("backlog", "number", 5, "connections that may be half open at once", low=1, high=1000),
)  # fmt: skip

PROTOCOL = Protocol(
    name="tcp",
    title="TCP",
    roles={"sender": Sender, "receiver": Receiver, "server": Server, "endpoint": Endpoint, "web": Web, "fetch": Fetch},
    messages=(Segment,),
    codec=CODEC,
    choices=CHOICES,
    rules=2,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    parameters=PARAMETERS,
    requests={"open": Open, "write": Write, "close": Close, "abort": Abort},
)
LAW = {law.name: law for law in LAWS}
_HAS_ALL = LAW["{receiver:node} has every byte, in order, once"].bind(receiver="receiver")
_KNOWS = LAW["{sender:node} knows that every byte arrived"].bind(sender="sender")
_CLOSED = LAW["both ends are closed"].bind()
_WIRE = LinkSpec(latency=40 * MILLISECOND)

_BRIEF = {"isn": 0, "mss": 2, "msl": 2 * SECOND, "retries": 3}

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
            NodeSpec("sender", "tcp", "sender", {"mss": 5, "msl": 4 * SECOND}),
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

__all__ = ["LAW", "PROTOCOL", "Connection", "Endpoint", "Receiver", "Segment", "Sender", "Server", "State"]
