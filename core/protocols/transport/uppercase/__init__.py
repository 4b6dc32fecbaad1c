"""The lecture's uppercase app, on UDP and on TCP (Kurose & Ross 8e §2.7).

Problem      a program here wants a program there to do something for it: its lines, in capitals.
Rule         UDP: the answer to a datagram goes to its source; who gets none asks again. TCP: a welcome socket takes
             requests, `accept` makes a connection socket for each client; a line is answered when it is whole.
Simplified   ASCII letters only; a client's port is counted by the server in the order of arrival; a full queue refuses
             (RST) where Linux lets the client try again; `close` ends both directions.
Source       Kurose & Ross 8e §2.7; POSIX.1-2017 sockets; RFC 768; RFC 9293.

The lecture's client blocks in `recvfrom` for ever (`blocks`), its server has one client at a time (`serves`). The two
apps differ from it in one thing: lines end in a line feed on the stream, so that one can tell where a message ends.

Nothing but the text is on the wire, so real bytes can be fed: a datagram's content is one `Text`; on a stream every
piece that a real `recv` brings is a `Text`, and the machines put lines together by `core.wire.lines`. The connection of
a client that has sent its end stays open for the answers to what came before it, until the server closes it.
"""

from __future__ import annotations

from core.kernel.laws import BoundLaw
from core.kernel.protocol import Cast, Protocol
from core.kernel.scenario import DiceSpec, Forge, LinkSpec, Lose, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.transport.uppercase.bets import SILENCE
from core.protocols.transport.uppercase.choices import CHOICES
from core.protocols.transport.uppercase.client import TcpClient
from core.protocols.transport.uppercase.datagram import UdpClient, UdpServer
from core.protocols.transport.uppercase.laws import LAWS, MEASURES
from core.protocols.transport.uppercase.messages import CODEC, MESSAGES, Text
from core.protocols.transport.uppercase.personas import PERSONAS
from core.protocols.transport.uppercase.server import TcpServer
from core.protocols.transport.uppercase.sockets import SEVERAL
from core.protocols.transport.uppercase.terms import TERMS


def _admits(cast: Cast) -> None:
    """Clients of datagrams ask a server of datagrams, those of streams one of streams."""
    for kind in ("udp", "tcp"):
        mine = cast.names[f"{kind}_client"]
        parameters = {name: values for name, values in cast.parameters.items() if name in mine}
        Cast(cast.names, parameters).points("server", f"{kind}_server")


_ROOM = Protocol(
    name="uppercase",
    title="Uppercase",
    terms=TERMS,
    roles={"udp_client": UdpClient, "udp_server": UdpServer, "tcp_client": TcpClient, "tcp_server": TcpServer},
    messages=MESSAGES,
    codec=CODEC,
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    rules=2,
    measures=MEASURES,
    bets=(SILENCE,),
    admits=_admits,
    twin_key=lambda message: (message.data,),
)  # fmt: skip


def _scenario(name: str, *nodes: NodeSpec, **more: object) -> Scenario:
    return Scenario(
        name=name,
        protocols={"uppercase": _ROOM},
        nodes=nodes,
        default_link=LinkSpec(latency=40 * MILLISECOND),
        **{"limit": 20 * SECOND, **more},  # type: ignore[arg-type]
    )


def _node(name: str, role: str, starts: int = 0, **parameters: object) -> NodeSpec:
    return NodeSpec(name, "uppercase", role, parameters, starts=starts)


def _every_line(*clients: str) -> tuple[BoundLaw, ...]:
    return tuple(_ROOM.goal(f"{client} has every line in capitals, in order") for client in clients)


def _served(clients: int) -> BoundLaw:
    return _ROOM.goal(f"server has served {clients} connections and keeps no socket of theirs")


PROTOCOL = _ROOM.with_scenarios(
    _scenario(
        "a line, and another",
        _node("ana", "udp_client", text="hi\nyou", tries=2),
        _node("server", "udp_server"),
        win=_every_line("ana"),
    ),
    _scenario(
        "three clients of one socket",
        *(_node(name, "udp_client", place * 10 * MILLISECOND, text=f"{name} one\n{name} two")
          for place, name in enumerate(("ana", "ben", "cem"))),
        _node("server", "udp_server"),
        happenings=(Forge(60 * MILLISECOND, "ben", "ana", Text(b"FORGED")),),
        win=_every_line("ana", "ben", "cem"),
    ),
    _scenario(
        "a wire that loses, and a client that blocks",
        _node("ana", "udp_client", text="one\ntwo\nthree", tries=2, patience=100 * MILLISECOND),
        _node("ben", "udp_client", text="one\ntwo\nthree", blocks=True),
        _node("server", "udp_server"),
        happenings=(Lose("server", "ben", 2),),
        network=DiceSpec(loss=0.4, duplicate=0.2, jitter=(0, 100 * MILLISECOND)),
    ),
    _scenario(
        "a welcome socket, and one client in pieces",
        _node("server", "tcp_server"),
        _node("ana", "tcp_client", 20 * MILLISECOND, text="hello\nworld", piece=2, gap=30 * MILLISECOND),
        win=(*_every_line("ana"), _served(1)),
    ),
    _scenario(
        "one at a time, and a queue of one",
        _node("server", "tcp_server", backlog=1),
        _node("ana", "tcp_client", 20 * MILLISECOND, text="hello\nworld", piece=0, gap=50 * MILLISECOND),
        _node("ben", "tcp_client", 40 * MILLISECOND, text="wait for me"),
        _node("cem", "tcp_client", 60 * MILLISECOND, text="and me", retry=300 * MILLISECOND),
        win=_every_line("ana", "ben", "cem"),
    ),
    _scenario(
        "two programs of one host",
        _node("server", "tcp_server", serves=SEVERAL),
        _node("ana", "tcp_client", 20 * MILLISECOND, text="one\ntwo\nthree\nfour", connections=2, piece=2,
              gap=25 * MILLISECOND),
        _node("ben", "tcp_client", 30 * MILLISECOND, text="five\nsix", piece=3, gap=20 * MILLISECOND),
        win=(*_every_line("ana", "ben"), _served(3)),
    ),
)  # fmt: skip
