"""HTTP/1.1: a server's pages, and what tells on a stream of bytes where one message ends and the next begins.

Problem      bytes arrive in a row without gaps; which of them are an answer, whose answer, and is the copy still good?
Rule         request and answer are lines and a body; the head says where the body ends; answers come in order.
Simplified   bodies of requests are read and not used; pages allow GET and HEAD only; no ranges, no caches in between,
             no TLS; loss below the stream is delay.
Source       RFC 9110 (methods, status codes, conditions); RFC 9112 (messages, connections); Kurose & Ross 8e §2.2.

Framing. What a machine sends is a `Request`, a `Response` or `Octets`, and all three are nothing but bytes: the codec's
`encode` gives them, and every machine reads what arrives with its own incremental decoder (`core.wire.http1`), cut as
it came. So a live driver needs no framing of its own: for whatever a socket gave it, it calls `on_message` with
`messages.message_of(those bytes)` (which is also the codec's `decode`, and takes any bytes), and it writes
`messages.octets_of(message)` of what is sent; `on_open` and `on_close` are the socket's. The server answers what is no
request with the RFC's status (400, 408, 413, 414, 431, 501, 505) and closes, and keeps waiting for the rest of what
still may become one. `Server.pages` may be a tuple of `site.Page` instead of a level's text, `began` is the Unix time
at which the node's clock read 0.
"""

from __future__ import annotations

from dataclasses import replace

from core.kernel.protocol import Protocol, State
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.applications.http.choices import CHOICES
from core.protocols.applications.http.client import Asker, Browser, Client
from core.protocols.applications.http.laws import LAWS, MEASURES
from core.protocols.applications.http.messages import HTTP, MESSAGES
from core.protocols.applications.http.personas import PERSONAS
from core.protocols.applications.http.server import Publish, Server
from core.protocols.applications.http.terms import TERMS
from core.wire.http1 import Response, StreamDecoder


def _normal(state: State) -> None:
    """Who finds nobody calls again for ever: how many calls there were, and how many bytes, nobody minds, nor what time
    it was when an answer was written; of times that a browser knows only what has passed since it began."""
    state.nameless = True
    for machine, now in zip(state.machines, state.clocks, strict=True):
        if isinstance(machine, Asker):
            machine.octets, machine.unreadable = 0, min(machine.unreadable, 1)
        if isinstance(machine, Client):
            machine.opened = 0
            machine.early = [_undated(answer) for answer in machine.early]
            _forget_places(machine.decoder)
        elif isinstance(machine, Browser):
            machine.count = 0
            machine.lanes = {str(number): lane for number, lane in enumerate(machine.lanes.values(), 1)}
            for lane in machine.lanes.values():
                _forget_places(lane.decoder)
            if machine.began >= 0:
                machine.ended = machine.ended - machine.began if machine.ended >= 0 else -1
                machine.began = 0 if machine.ended >= 0 else now - machine.began
        elif isinstance(machine, Server):
            machine.answered = machine.accepted = machine.octets = 0
            machine.answers, machine.held = [], min(machine.held, 1)
            for session in machine.sessions.values():
                _forget_places(session.decoder)
    state.messages = [_undated(message) if isinstance(message, Response) else message for message in state.messages]


def _undated(answer: Response) -> Response:
    return replace(answer, headers=tuple(field for field in answer.headers if field[0] != "Date"))


def _forget_places(decoder: StreamDecoder) -> None:
    """How far into a stream it is: only faults are told by it."""
    if decoder.between:
        decoder.offset = 0


PROTOCOL = Protocol(
    name="http",
    title="HTTP/1.1",
    terms=TERMS,
    roles={"server": Server, "client": Client, "browser": Browser},
    messages=MESSAGES,
    codec=HTTP,
    choices=CHOICES,
    rules=4,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    admits=lambda cast: cast.points("server", "server"),
    requests={"publish": Publish},
    service="stream",
    normal=_normal,
)

_SMALL = """
= / etag=v2 modified=1994-11-01
Grüße
= /old etag=v1
as ever
= /slow after=80ms
at last
"""
_BEHIND = """
GET /slow HTTP/1.1
Host: server
---"""
_ASKS = """
GET / HTTP/1.1
Host: server
If-None-Match: "v1"
---
GET /old HTTP/1.1
Host: server
If-None-Match: "v1"
"""
_COPIES = """
= /
Tschüss
= /old
as ever
"""
_SITE = """
= /today modified=1994-11-06 etag=n7
Heute: Grüße aus Köln
= /log every=100ms
one
two
three
= /slow after=200ms
at last
= /quick
at once
"""
_MANY = """
GET /today HTTP/1.1
Host: server
---
HEAD /today HTTP/1.1
Host: server
---
GET /today HTTP/1.1
Host: server
If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT
---
GET /nowhere HTTP/1.1
Host: server
---
GET /today HTTP/1.1
---
POST /today HTTP/1.1
Host: server
Content-Length: 5

hello
---
BREW /today HTTP/1.1
Host: server
---
GET /log HTTP/1.1
Host: server
---
GET /log HTTP/1.0
---
GET /quick HTTP/1.0
Connection: keep-alive
---
GET /quick HTTP/1.1
Host: server
Connection: close
---
GET //www.dcs.qmw.ac.uk/index.html HTTP/ 1.1
"""
_LINE = """
GET /slow HTTP/1.1
Host: server
---
GET /quick HTTP/1.1
Host: server
---
GET /today HTTP/1.1
Host: server
"""
_PICTURES = """
= /
<img src="/a.png"><img src="/sum?of=1"><img src="/b.png"><img src="/c.png">
= /a.png modified=1994-11-06T08:00:00Z
AAAA
= /b.png etag=b2 modified=1994-11-06T08:00:00Z
BBBB
= /c.png max-age=86400
CCCC
= /sum after=300ms
7
"""
_SEEN = """
= /a.png modified=1994-11-06T08:00:00Z
AAAA
= /b.png etag=b1 modified=1994-11-06T08:00:00Z
bbbb
= /c.png max-age=86400 age=3600
CCCC
"""


def _pair(name: str, pages: str, limit: int = 30 * SECOND, **client: object) -> Scenario:
    return Scenario(
        name=name,
        protocols={"http": PROTOCOL},
        nodes=(
            NodeSpec("client", "http", "client", client),
            NodeSpec("server", "http", "server", {"pages": pages}),
        ),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(PROTOCOL.goal("client has every answer, right and whole"),),
        limit=limit,
    )


PROTOCOL = PROTOCOL.with_scenarios(
    Scenario(
        name="a copy that is stale and one that holds, and a slow page in front of both",
        protocols={"http": PROTOCOL},
        nodes=(
            NodeSpec("ana", "http", "client", {"asks": _ASKS, "copies": _COPIES}),
            NodeSpec("bob", "http", "client", {"asks": _BEHIND + _ASKS, "copies": _COPIES, "pipelined": True}),
            NodeSpec("server", "http", "server", {"pages": _SMALL}),
        ),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(
            PROTOCOL.goal("ana has every answer, right and whole"),
            PROTOCOL.goal("bob has every answer, right and whole"),
        ),
        limit=5 * SECOND,
    ),
    _pair("one of each", _SITE, asks=_MANY, copies=_SITE.replace("/log", "/x"), shuffled=True),
    _pair("a slow page in front", _SITE, asks=_LINE, pipelined=True),
    Scenario(
        name="four pictures, one of them slow, three seen before",
        protocols={"http": PROTOCOL},
        nodes=(
            NodeSpec("browser", "http", "browser", {"most": 2, "copies": _SEEN}),
            NodeSpec("server", "http", "server", {"pages": _PICTURES}),
        ),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(PROTOCOL.goal("browser has the whole page"),),
        limit=20 * SECOND,
    ),
)
