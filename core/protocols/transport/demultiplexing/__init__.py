"""Demultiplexing: to which socket of a host does a segment belong?

Problem      many talk to one host at once, in pieces; each piece must come to the program that talks with its sender.
Rule         some fields of a segment's header make a key. A segment whose key is known goes to the connection socket of
             that key, any other to the welcome socket. The key must tell all guests apart, and stay the same while one
             of them talks.
Simplified   a coat is a connection socket, its ticket the key. Guests come in crowds of a kind; a guest's first and
             last segment say so. A stranger in the middle of a word is reset and begins again with the same segment.
             When everybody has gone the hooks are emptied. The program above reads at once, and knows a strange word.
Source       RFC 9293 §3.3 (two addresses and two ports name a connection); Kurose & Ross 8e §3.2; RFC 9000 §5.1, §9
             (a connection id stands alone, and survives a change of address and port); RFC 768 (none of them: UDP).
"""

from __future__ import annotations

from core.kernel.protocol import Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.transport.demultiplexing.choices import CHOICES
from core.protocols.transport.demultiplexing.crowds import DORM, HOUSES, MIXED
from core.protocols.transport.demultiplexing.laws import LAWS, MEASURES
from core.protocols.transport.demultiplexing.machine import Host, Street
from core.protocols.transport.demultiplexing.messages import CODEC, MESSAGES
from core.protocols.transport.demultiplexing.personas import PERSONAS
from core.protocols.transport.demultiplexing.terms import TERMS

PROTOCOL = Protocol(
    name="demultiplexing",
    title="Coat check",
    terms=TERMS,
    roles={"street": Street, "host": Host},
    messages=MESSAGES,
    codec=CODEC,
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    admits=lambda cast: cast.points("host", "host"),
)


def _scenario(name: str, **street: object) -> Scenario:
    return Scenario(
        name=name,
        protocols={"demultiplexing": PROTOCOL},
        nodes=(NodeSpec("street", "demultiplexing", "street", street), NodeSpec("host", "demultiplexing", "host")),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(PROTOCOL.goal("everybody has come and gone"),),
        limit=60 * SECOND,
    )


PROTOCOL = PROTOCOL.with_scenarios(
    _scenario("two guests", crowds=HOUSES, size=2, pieces=2),
    _scenario("two crowds", crowds=f"{DORM}, {MIXED}", size=4),
    _scenario("six crowds"),
)
