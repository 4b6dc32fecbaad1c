"""The Internet Protocol (RFC 791) with ICMP (RFC 792) and UDP (RFC 768): routers and hosts on real packets.

Problem      many links of many kinds, and a packet for somebody far away.
Rule         hand it to the neighbour that knows best; every hop costs one from its life and a new checksum; cut it
             where a link is small, put it together at the end; of what goes wrong, tell its source, if anybody.
Simplified   addresses and routes are given, no routing protocol runs; a link is a pair of nodes, without ARP; nothing
             is sent to many; of the options only record route is acted on, by routers; ICMP errors have no rate limit
             and quote 8 bytes of data; pieces wait 15 s for the rest (RFC 791; RFC 1122 would have 60 to 120 s).
Source       RFC 791, RFC 792, RFC 768, RFC 815, RFC 1122 §3, RFC 1191, RFC 1812 §4 and §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import DiceSpec, Forge, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.internet.ip.choices import CHOICES
from core.protocols.internet.ip.host import Host, Prober
from core.protocols.internet.ip.laws import LAWS, MEASURES
from core.protocols.internet.ip.messages import OCTETS, Frame, Ping, Send
from core.protocols.internet.ip.personas import PERSONAS
from core.protocols.internet.ip.policies import POLICY
from core.protocols.internet.ip.router import Router
from core.protocols.internet.ip.routing import routes_of
from core.protocols.internet.ip.services import Desk, Office
from core.protocols.internet.ip.surveyor import SIZE, Surveyor
from core.protocols.internet.ip.terms import TERMS
from core.wire import icmp, ipv4, udp
from core.wire.ipv4 import Packet, address, pack_options

_PROBERS = ("prober", "surveyor")


def _fits(role: str, parameters: Mapping[str, Any]) -> None:
    """Raises ValueError for a node without an address of its own, or of whom it speaks to."""
    needed = ["address", *(("target",) if role in _PROBERS else ("office",) if role == "desk" else ())]
    for name in needed:
        if not parameters[name]:
            raise ValueError(f"{role} has no {name}")


def _admits(cast: Cast) -> None:
    """Every node has an address of its own, and its routes lead to neighbours that there are."""
    owners: dict[str, str] = {}
    for name, values in cast.parameters.items():
        at = values["address"]
        if at in owners:
            raise UnfitNodesError(f"{name} has the address of {owners[at]}, {at}", name, "to each its own")
        owners[at] = name
        for route in routes_of(values["routes"]):
            if route.via not in cast.parameters:
                mend = f"there are {', '.join(list(cast.parameters)[:12])}"
                raise UnfitNodesError(f"a route of {name} leads via {route.via}, and there is no such node", name, mend)


PROTOCOL = Protocol(
    name="ip",
    title="Internet Protocol",
    terms=TERMS,
    roles={"host": Host, "router": Router, "prober": Prober, "desk": Desk, "office": Office, "surveyor": Surveyor},
    messages=(Frame,),
    codec=OCTETS,
    choices=(*CHOICES, POLICY, SIZE),
    rules=5,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"send": Send, "ping": Ping},
    fits=_fits,
    admits=_admits,
)

_WIRE = LinkSpec(latency=20 * MILLISECOND)
_SMALL = LinkSpec(latency=20 * MILLISECOND, mtu=300)
ANA, BEN, EVE = "10.0.1.2", "10.0.9.9", "10.0.3.3"


def _both(a: str, b: str, spec: LinkSpec) -> dict[tuple[str, str], LinkSpec]:
    return {(a, b): spec, (b, a): spec}


def _host(name: str, at: str, gateway: str, **more: object) -> NodeSpec:
    return NodeSpec(name, "ip", "host", {"address": at, "routes": f"0.0.0.0/0 via {gateway}", **more})


def _router(name: str, at: str, routes: str, **more: object) -> NodeSpec:
    return NodeSpec(name, "ip", "router", {"address": at, "routes": routes, **more})


def _udp(source: str, destination: str, text: bytes = b"hello", ttl: int = 9, number: int = 0) -> Packet:
    """A UDP packet to port 7."""
    a, b = address(source), address(destination)
    return Packet(a, b, udp.PROTOCOL, udp.pack(udp.Datagram(4000, 7, text), a, b), ttl, number)


def _frame(packet: Packet) -> Frame:
    return Frame(ipv4.pack(packet))


def _summed(data: bytes) -> Frame:
    """With a true checksum over whatever the header says."""
    total = ipv4.checksum(data[:10] + bytes(2) + data[12:20])
    return Frame(data[:10] + total.to_bytes(2, "big") + data[12:])


_PLAIN = ipv4.pack(_udp(ANA, BEN, number=70))
_OLD = icmp.pack(icmp.TimeExceeded(icmp.TTL, icmp.quote(_PLAIN)))
_ERROR = Packet(address(ANA), address(BEN), icmp.PROTOCOL, _OLD)
_FORGERIES = (
    Frame(_PLAIN[:19] + bytes((_PLAIN[19] ^ 1,)) + _PLAIN[20:]),  # another destination, the old checksum
    _summed(b"\x65" + _PLAIN[1:]),  # version 6
    _summed(_PLAIN[:2] + b"\x05\xdc" + _PLAIN[4:]),  # longer than it is
    _frame(_udp("127.0.0.1", BEN)),
    _frame(_udp(EVE, BEN)),  # Eve lives elsewhere
    _frame(_udp(ANA, BEN, ttl=1)),
    _frame(_udp(ANA, "172.16.0.1")),
    _frame(Packet(address(ANA), address(BEN), icmp.PROTOCOL, _OLD, ttl=1)),
    _frame(Packet(address(ANA), address("172.16.0.1"), icmp.PROTOCOL, _OLD)),
    _frame(replace(_udp(ANA, BEN, b"x" * 400), dont_fragment=True)),
    _frame(Packet(address(ANA), address(BEN), udp.PROTOCOL, bytes(400), fragment_offset=9, dont_fragment=True)),
    _frame(replace(_udp(ANA, BEN), options=pack_options((ipv4.RecordRoute.empty(3),)))),
    _frame(_udp(ANA, "10.0.5.5", number=0xFF00)),
    Frame(_PLAIN[:-1] + b"!"),  # a true header, other data
    _frame(replace(_udp(ANA, BEN), payload=_PLAIN[20:26] + bytes(2) + b"hello")),  # no checksum
    _frame(_udp(ANA, "127.0.0.1")),
    _frame(_udp(ANA, "224.0.0.1")),
    _frame(replace(_udp(ANA, BEN), options=b"\x07\x06\x04\0\0\0\0\0")),  # a record route with room for 3 bytes
    _summed(_PLAIN[:2] + b"\0\x12" + _PLAIN[4:]),  # a total length that does not hold the header
)  # fmt: skip
_R1 = _router("r1", "10.0.0.1", f"{ANA} via ana, {EVE} via eve, 10.0.9.0/24 via ben mtu 300, 10.0.0.0/8 via eve",
              guards=True)  # fmt: skip

PROTOCOL = PROTOCOL.with_scenarios(
    Scenario(
        name="an open port and a closed one",
        protocols={"ip": PROTOCOL},
        nodes=(
            _host("ana", ANA, "r"),
            _router("r", "10.0.0.1", f"{ANA} via ana, 0.0.0.0/0 via ben"),
            _host("ben", BEN, "r"),
        ),
        links={**_both("ana", "r", _WIRE), **_both("r", "ben", _WIRE)},
        default_link=None,
        happenings=(
            Request(MILLISECOND, "ana", Send(BEN)),
            Request(5 * MILLISECOND, "ana", Send(BEN, 9)),
            Request(5 * MILLISECOND, "ana", Send(BEN, 9, ttl=1)),
            Request(10 * MILLISECOND, "ana", Ping(BEN)),
        ),
        win=(
            PROTOCOL.goal("ben has read all that ana sent it"),
            PROTOCOL.goal("ICMP messages that reached ana: 3"),
        ),
        limit=2 * SECOND,
    ),
    Scenario(
        name="pieces",
        protocols={"ip": PROTOCOL},
        nodes=(
            _host("ana", ANA, "r1", identification=7),
            _host("eve", EVE, "r1", identification=7),
            _router("r1", "10.0.0.1", f"{ANA} via ana, {EVE} via eve, 10.0.9.0/24 via r2 mtu 300"),
            _router("r2", "10.0.0.2", "10.0.9.0/24 via ben, 0.0.0.0/0 via r1 mtu 300"),
            _host("ben", BEN, "r2", patience=SECOND, translates_once=True),
        ),
        links={**_both("ana", "r1", _WIRE), **_both("eve", "r1", _WIRE), **_both("r1", "r2", _SMALL),
               **_both("r2", "ben", _WIRE)},
        default_link=None,
        network=DiceSpec(loss=0.04, duplicate=0.05, garble=0.03, jitter=(0, 60 * MILLISECOND)),
        happenings=tuple(
            Request(n * 200 * MILLISECOND, sender, Send(BEN, text=f"{sender} says {n}. ", length=700))
            for n in range(1, 6)
            for sender in ("ana", "eve")
        ),
        win=(PROTOCOL.goal("datagrams that ben has read: 4"),),
        limit=10 * SECOND,
    ),
    Scenario(
        name="three services",
        protocols={"ip": PROTOCOL},
        nodes=(
            NodeSpec("desk", "ip", "desk", {"address": ANA, "routes": "0.0.0.0/0 via office", "office": BEN,
                                            "readings": 8, "transfers": 6, "frames": 16}),
            NodeSpec("office", "ip", "office", {"address": BEN, "routes": "0.0.0.0/0 via desk"}),
        ),
        default_link=LinkSpec(latency=30 * MILLISECOND),
        network=DiceSpec(loss=0.1, jitter=(0, 10 * MILLISECOND)),
        win=(PROTOCOL.goal("office has booked every transfer of desk"),),
        limit=5 * SECOND,
    ),
    Scenario(
        name="the way there",
        protocols={"ip": PROTOCOL},
        nodes=(
            NodeSpec("ana", "ip", "prober", {"address": ANA, "routes": "0.0.0.0/0 via r1", "target": BEN}),
            _router("r1", "10.0.0.1", f"{ANA} via ana, 0.0.0.0/0 via r2"),
            _router("r2", "10.0.0.2", "10.0.1.0/24 via r1, 0.0.0.0/0 via r3"),
            _router("r3", "10.0.0.3", "10.0.1.0/24 via r2, 0.0.0.0/0 via ben"),
            _host("ben", BEN, "r3"),
        ),
        links={**_both("ana", "r1", _WIRE), **_both("r1", "r2", _WIRE), **_both("r2", "r3", _WIRE),
               **_both("r3", "ben", _WIRE)},
        default_link=None,
        network=DiceSpec(loss=0.1),
        win=(PROTOCOL.goal("ana knows every hop"),),
        limit=20 * SECOND,
    ),
    Scenario(
        name="what passes whole",
        protocols={"ip": PROTOCOL},
        nodes=(
            NodeSpec("ana", "ip", "surveyor", {"address": ANA, "routes": "0.0.0.0/0 via r1", "target": BEN}),
            _router("r1", "10.0.0.1", f"{ANA} via ana, 0.0.0.0/0 via r2 mtu 1000"),
            _router("r2", "10.0.0.2", "10.0.1.0/24 via r1 mtu 1000, 0.0.0.0/0 via ben mtu 600"),
            _host("ben", BEN, "r2"),
        ),
        links={**_both("ana", "r1", _WIRE), **_both("r1", "r2", _WIRE), **_both("r2", "ben", _WIRE)},
        default_link=None,
        seats={"r2": "says nothing"},
        win=(PROTOCOL.goal("ana knows what passes whole"),),
        limit=20 * SECOND,
    ),
    Scenario(
        name="forgeries",
        protocols={"ip": PROTOCOL},
        nodes=(_host("ana", ANA, "r1"), _host("eve", EVE, "r1"), _R1, _host("ben", BEN, "r1")),
        links={**_both("ana", "r1", _WIRE), **_both("eve", "r1", _WIRE), **_both("r1", "ben", _SMALL)},
        default_link=None,
        happenings=(
            Request(MILLISECOND, "ana", Send(BEN)),
            *(Forge(n * 100 * MILLISECOND, "ana", "r1", frame) for n, frame in enumerate(_FORGERIES, 1)),
        ),
        win=(PROTOCOL.goal(f"r1 has handled {len(_FORGERIES) + 1} packets"),),
        limit=3 * SECOND,
    ),
)  # fmt: skip

__all__ = ["PROTOCOL", "Frame", "Host", "Ping", "Prober", "Router", "Send"]
