"""The Simple Network Time Protocol, version 4 (RFC 4330), on NTP's packets (RFC 5905).

Problem      my clock is wrong, and the answer to "what time is it?" is old when it arrives.
Rule         four timestamps; half of the difference between the way there and the way back is how wrong you are.
Simplified   one server a client, no broadcast, no authentication: what follows the header is not looked at. A slew is
             finished before the next one begins.
             On a night with a leap second a server's own clock counts on, and what it tells is bent by hand.
Source       RFC 4330 §3-§6, §8, §10; RFC 5905 §7.3, §7.4, §8, §11.3; RFC 8633 §3.7.1.

Real bytes can be fed: a datagram's content is one `Packet` by `core.wire.sntp`. `epoch` says at which date the clock of
a node reads 0; a driver that faces real software sets it to the time of day at the start of the run.
"""

from __future__ import annotations

from core.kernel.protocol import Protocol
from core.kernel.scenario import DiceSpec, Forge, LinkSpec, Lose, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.sntp.choices import CHOICES
from core.protocols.clocks.sntp.laws import LAWS, MEASURES
from core.protocols.clocks.sntp.machine import Client, Server
from core.protocols.clocks.sntp.personas import PERSONAS
from core.protocols.clocks.sntp.terms import TERMS
from core.protocols.clocks.sntp.times import CODEC, EPOCH, MESSAGES, Mode, Packet, timestamp

_ROOM = Protocol(
    name="sntp",
    title="Network time",
    terms=TERMS,
    roles={"client": Client, "server": Server},
    messages=MESSAGES,
    codec=CODEC,
    choices=CHOICES,
    rules=3,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    admits=lambda cast: cast.points("server", "server"),
)


def _client(clock: int = 0, drift: int = 0, **parameters: object) -> NodeSpec:
    return NodeSpec("client", "sntp", "client", parameters, clock=clock, drift=drift)


def _server(**parameters: object) -> NodeSpec:
    return NodeSpec("server", "sntp", "server", parameters)


def _scenario(name: str, *nodes: NodeSpec, **more: object) -> Scenario:
    return Scenario(
        name=name,
        protocols={"sntp": _ROOM},
        nodes=nodes,
        default_link=LinkSpec(latency=40 * MILLISECOND),
        **{"limit": 600 * SECOND, **more},  # type: ignore[arg-type]
    )


_LATE = Packet(Mode.SERVER, stratum=1, originate=timestamp(EPOCH), receive=timestamp(EPOCH), transmit=timestamp(EPOCH))
"""An answer to a question that nobody asked."""

PROTOCOL = _ROOM.with_scenarios(
    _scenario(
        "one question",
        _client(clock=-2500 * MILLISECOND, requests=1),
        _server(work=10 * MILLISECOND),
        win=(_ROOM.goal("client is within 1 ms of server"),),
    ),
    _scenario(
        "a clock that drifts",
        _client(clock=50 * MILLISECOND, drift=80),
        _server(),
        win=(_ROOM.goal("client is within 10 ms of server"),),
    ),
    _scenario(
        "a stranger, an old answer, and a way that is sometimes longer",
        _client(clock=-700 * MILLISECOND),
        _server(),
        NodeSpec("mallory", "sntp", "server"),
        network=DiceSpec(loss=0.2, duplicate=0.3, jitter=(0, 30 * MILLISECOND)),
        happenings=(Forge(90 * SECOND, "mallory", "client", _LATE), Forge(100 * SECOND, "server", "client", _LATE)),
    ),
    _scenario("not welcome", _client(), _server(deny=("client",)), limit=300 * SECOND),
    _scenario("too often", _client(poll=16 * SECOND), _server(least=30 * SECOND), limit=300 * SECOND),
    _scenario("a server without the time", _client(), _server(leap=3, stratum=16), limit=300 * SECOND),
    _scenario(
        "an answer held up, and later a question",
        _client(poll=16 * SECOND, requests=5),
        _server(),
        happenings=(
            Lose("server", "client", 2, "late", 300 * MILLISECOND),
            Lose("client", "server", 4, "late", 300 * MILLISECOND),
        ),
        win=(
            _ROOM.goal("client is 130 ms to 170 ms behind server"),
            _ROOM.goal("client is 130 ms to 170 ms ahead of server"),
        ),
        limit=120 * SECOND,
    ),
    _scenario(
        "a leap night",
        _client(poll=16 * SECOND, requests=7),
        _server(evening=40 * SECOND),
        win=(
            _ROOM.goal("server tells nobody of a jump of more than 400 ms"),
            _ROOM.goal("no client that leaps when server warns it sees a jump of more than 400 ms"),
            _ROOM.goal("server never tells a time more than 600 ms off UTC"),
            _ROOM.goal("server has told the right time 1 times after midnight"),
        ),
        limit=120 * SECOND,
    ),
)
