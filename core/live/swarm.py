"""BitTorrent on loopback: our tracker, seeds and downloaders in one swarm with clients that nobody here wrote.

Our nodes talk to each other inside the world. A client from outside finds the tracker by HTTP (BEP 3, "trackers";
compact peers by BEP 23) and our peers by TCP; each client, by its peer id, gets a node of its own that stands for it.
To the world an announce is the room's own message on a stream; addresses become nodes on the way in, and nodes become
addresses on the way out.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

import trio

from core.kernel.protocol import Envelope
from core.kernel.time import SECOND
from core.live.seam import Departure, Live, LiveError
from core.live.sockets import CHUNK, GOODBYE_TIMEOUT, LOOPBACK, Address, StreamPort, bound, taken
from core.protocols.applications.http.messages import REASONS
from core.protocols.peers.bittorrent.messages import (
    BITTORRENT,
    EVENTS,
    REGULAR,
    STOPPED,
    AnnounceRequest,
    AnnounceResponse,
    PeerAddress,
    Torrent,
)
from core.protocols.peers.bittorrent.tracker import STALE
from core.wire import bencode, http1
from core.wire.peerwire import StreamDecoder

PATIENCE = 60.0
"""Seconds that a client has for each of its requests, and that it waits for an answer."""
LIMITS = http1.Limits(body=4096)
"""An announce has no body; what comes with one is read past."""
MOST_PEERS = 50
"""Peers in an answer if the client does not say how many it wants (BEP 3 speaks of 50)."""
_NOBODY = Envelope("", "", 0, 0)


def metainfo(torrent: Torrent, announce: str) -> bytes:
    """The torrent file (BEP 3, "metainfo files") that names this tracker."""
    return bencode.encode({b"announce": announce.encode(), b"info": torrent.info})


def content(torrent: Torrent) -> bytes:
    """The whole file."""
    return b"".join(torrent.block(index, 0, torrent.piece_length) for index in range(torrent.count))


class AnnounceError(Exception):
    """An announce makes no sense: the failure reason that the tracker gives."""


@dataclass(frozen=True)
class Announce:
    """What a client asks the tracker over HTTP. `compact`: peers as 6 bytes each (BEP 23); `want`: how many at most."""

    request: AnnounceRequest
    compact: bool = False
    want: int = MOST_PEERS


def announce_of(target: str) -> Announce:
    """Read the query of a GET (BEP 3, "trackers"). Raises AnnounceError."""
    _, _, query = target.partition("?")
    values: dict[str, bytes] = {}
    for part in query.split("&"):
        key, _, value = part.partition("=")
        values[key] = unquote_to_bytes(value.replace("+", " "))

    def number(key: str, otherwise: int | None = None) -> int:
        text = values.get(key)
        if text is None and otherwise is not None:
            return otherwise
        if text is None or not re.fullmatch(rb"[0-9]{1,18}", text):
            raise AnnounceError(f"{key} is a whole number")
        return int(text)

    for key in ("info_hash", "peer_id"):
        if len(values.get(key, b"")) != 20:
            raise AnnounceError(f"{key} has 20 bytes")
    port = number("port")
    if not 0 < port < 65536:
        raise AnnounceError("port is a number from 1 to 65535")
    event = values.get("event", b"").decode("latin-1")
    request = AnnounceRequest(
        values["info_hash"],
        values["peer_id"],
        port,
        number("uploaded", 0),
        number("downloaded", 0),
        number("left"),
        event if event in EVENTS else REGULAR,
    )
    return Announce(request, values.get("compact") == b"1", min(number("numwant", MOST_PEERS), 200))


@dataclass
class _Client:
    """A client from outside that announced itself, last at `heard` (µs of the world), and was told to come again after
    `interval` seconds. `asking`: its announces that have no answer yet."""

    node: str
    heard: int
    interval: int = 0
    asking: int = 0


class SwarmPort:
    """The way between some of our nodes and a swarm outside.

    tracker   our tracker's node; "" if there is none. It listens for HTTP at `address`.
    peers     our peers' nodes; each listens at its own address, see `addresses`.
    outside   nodes that stand for clients from outside, one each; who finds none left is told that the swarm is full.

    A client has its node until it says that it stops. One that is killed says nothing: it has gone when it was silent
    for as many intervals as our tracker waits, and has no connection with a peer of ours.
    """

    def __init__(
        self, live: Live, peers: Sequence[str], outside: Sequence[str], *, tracker: str = "", port: int = 0
    ) -> None:
        self.nodes = tuple(outside)
        self._clients: dict[bytes, _Client] = {}
        self._live = live
        self._tracker = tracker
        self._where: dict[str, Address] = {}
        self._open: dict[str, trio.Event] = {}
        self._answers: dict[str, AnnounceResponse] = {}
        self._listener = bound(socket.SOCK_STREAM, port) if tracker else None
        self.address: Address = self._listener.getsockname() if self._listener is not None else ("", 0)
        self._peers: dict[str, StreamPort] = {}
        try:
            for name in peers:
                self._peers[name] = StreamPort(live, name, outside, decoder=StreamDecoder, peers=self._where)
        except LiveError:
            self.close()
            raise
        self.addresses: dict[str, Address] = {name: port.address for name, port in self._peers.items()}
        live.attach(self)

    @property
    def clients(self) -> dict[bytes, str]:
        """The node that stands for a client, by its peer id."""
        return {peer_id: client.node for peer_id, client in self._clients.items()}

    @property
    def announce(self) -> str:
        """The tracker's URL."""
        return f"http://{self.address[0]}:{self.address[1]}/announce"

    def depart(self, departure: Departure) -> None:
        port = self._peers.get(departure.source)
        if port is not None:
            port.depart(departure)
        elif departure.connection in self._open:
            if isinstance(departure.message, AnnounceResponse):
                self._answers[departure.connection] = departure.message
            self._open[departure.connection].set()

    def close(self) -> None:
        for port in self._peers.values():
            port.close()
        if self._listener is not None:
            self._listener.close()

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            for port in self._peers.values():
                nursery.start_soon(port.run)
            if self._listener is not None:
                await self._listen(trio.socket.from_stdlib_socket(self._listener))

    # The tracker over HTTP

    async def _listen(self, listener: trio.socket.SocketType) -> None:
        async with trio.open_nursery() as lines:
            with listener:
                while True:
                    found = await taken(listener, lambda: len(lines.child_tasks))
                    if found is not None:
                        stream, where = found
                        lines.start_soon(self._serve, stream, where[0])

    async def _serve(self, stream: trio.SocketStream, ip: str) -> None:
        """One HTTP connection, from its beginning to its end."""
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
            async with stream:
                await self._answer_all(stream, ip)
                # In stages, as what comes to a closed socket would destroy the last answer (RFC 9112, 9.6).
                await stream.send_eof()
                with trio.move_on_after(GOODBYE_TIMEOUT):
                    while await stream.receive_some(CHUNK):
                        pass

    async def _answer_all(self, stream: trio.SocketStream, ip: str) -> None:
        """Its requests in order, for as long as it is kept open."""
        decoder = http1.StreamDecoder(limits=LIMITS)
        until = trio.current_time() + PATIENCE
        while True:
            data = None
            with trio.move_on_at(until):
                data = await stream.receive_some(CHUNK)
            if data is None and not decoder.between:
                await _say(stream, _plain(408, "a request that never ends", False))
            if not data:
                return
            fault: http1.HttpError | None = None
            try:
                requests = decoder.feed(data)
            except http1.HttpError as error:
                fault, requests = error, list(error.decoded)
            for request in requests:
                assert isinstance(request, http1.Request)
                response = await self._answer(request, ip)
                if request.method == "HEAD":
                    response = replace(response, body=b"")
                await _say(stream, response)
                until = trio.current_time() + PATIENCE
                if not (http1.keeps_open(request) and http1.keeps_open(response)):
                    return
            if fault is not None:
                await _say(stream, _plain(fault.status, fault.message, False))
                return

    async def _answer(self, request: http1.Request, ip: str) -> http1.Response:
        if (problem := http1.host_problem(request)) is not None:
            return _plain(400, problem, False)
        stays = http1.keeps_open(request)
        if request.method != "GET":
            return _plain(405, "a tracker answers GET", stays, (("Allow", "GET"),))
        if http1.path_of(request) != "/announce":
            return _plain(404, "the tracker is at /announce", stays)
        try:
            announce = announce_of(request.target)
            answer = await self._ask(announce, ip)
        except AnnounceError as problem_:
            announce, answer = None, AnnounceResponse(0, (), str(problem_))
        return _response(200, self._body(answer, announce), stays)

    async def _ask(self, announce: Announce, ip: str) -> AnnounceResponse:
        """Put an announce to our tracker. Raises AnnounceError if the swarm is full, or nobody answers in time."""
        request = announce.request
        client = self._client(request.peer_id)
        self._where[client.node] = (ip, request.port)
        connection = self._live.arrive(client.node, self._tracker, "open")
        if not connection or self._live.over:
            raise AnnounceError("the tracker has closed")
        answered = self._open[connection] = trio.Event()
        client.asking += 1
        try:
            data = BITTORRENT.encode(request, _NOBODY)
            self._live.arrive(client.node, self._tracker, "data", data, connection)
            with trio.move_on_after(PATIENCE):
                await answered.wait()
            answer = self._answers.pop(connection, None)
            self._live.arrive(client.node, self._tracker, "close", b"", connection)
        finally:
            del self._open[connection]
            client.asking -= 1
        if answer is None:
            raise AnnounceError("the tracker did not answer in time")
        if request.event == STOPPED:
            self._forget(request.peer_id)
        elif not answer.failure:
            client.interval = answer.interval
        return answer

    def _client(self, peer_id: bytes) -> _Client:
        """The client that announces itself now, at its own node or at a free one. Raises AnnounceError."""
        now = self._live.now()
        client = self._clients.get(peer_id)
        if client is not None:
            client.heard = now
        for other in [other for other, one in self._clients.items() if self._has_gone(other, one, now)]:
            self._forget(other)
        if client is None:
            taken = {other.node for other in self._clients.values()}
            free = next((name for name in self.nodes if name not in taken), None)
            if free is None:
                raise AnnounceError("the swarm is full")
            client = self._clients[peer_id] = _Client(free, now)
        return client

    def _has_gone(self, peer_id: bytes, client: _Client, now: int) -> bool:
        """Was it silent for too long, and has none of our peers a connection with it?"""
        if client.asking or client.heard >= now - STALE * client.interval * SECOND:
            return False
        return not any(
            neighbour.peer_id == peer_id
            for name in self._peers
            for neighbour in self._live.world.nodes[name].machine.neighbours.values()
        )

    def _forget(self, peer_id: bytes) -> None:
        """Free a client's node, so that another may have it. Harmless twice."""
        client = self._clients.pop(peer_id, None)
        if client is not None:
            del self._where[client.node]

    def _body(self, answer: AnnounceResponse, announce: Announce | None) -> bytes:
        """The bencoded answer, with addresses where the world has nodes."""
        if answer.failure or announce is None:
            return bencode.encode({b"failure reason": answer.failure.encode()})
        found: list[tuple[PeerAddress, Address]] = []
        for peer in answer.peers:
            where = self._address_of(peer)
            if where is not None:
                found.append((peer, where))
        del found[announce.want :]
        peers: bencode.Encodable
        if announce.compact:
            peers = b"".join(socket.inet_aton(ip) + port.to_bytes(2, "big") for _, (ip, port) in found)
        else:
            peers = [{b"peer id": peer.peer_id, b"ip": ip.encode(), b"port": port} for peer, (ip, port) in found]
        return bencode.encode({b"interval": answer.interval, b"peers": peers})

    def _address_of(self, peer: PeerAddress) -> Address | None:
        """Where a peer that our tracker names is to be found; None if it has gone, whoever has its node now."""
        client = self._clients.get(peer.peer_id)
        if client is not None and client.node == peer.ip:
            return self._where[peer.ip]
        return self.addresses.get(peer.ip)


async def _say(stream: trio.SocketStream, response: http1.Response) -> None:
    """Raises trio.TooSlowError if the client does not take it."""
    with trio.fail_after(PATIENCE):
        await stream.send_all(http1.encode(response))


def _response(status: int, body: bytes, stays: bool, headers: http1.Headers = ()) -> http1.Response:
    connection: http1.Headers = () if stays else (("Connection", "close"),)
    about = (("Content-Type", "text/plain"), ("Content-Length", str(len(body))))
    return http1.Response(status, REASONS[status], (*about, *headers, *connection), body)


def _plain(status: int, words: str, stays: bool, headers: http1.Headers = ()) -> http1.Response:
    return _response(status, f"{words}\n".encode(), stays, headers)


__all__ = ["LOOPBACK", "Announce", "AnnounceError", "SwarmPort", "announce_of", "content", "metainfo"]
