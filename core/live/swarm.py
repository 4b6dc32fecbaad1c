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
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import trio

from core.kernel.protocol import Envelope
from core.live.seam import Departure, Live
from core.live.sockets import CHUNK, LOOPBACK, Address, StreamPort, bound
from core.protocols.bittorrent.messages import (
    BITTORRENT,
    EVENTS,
    REGULAR,
    STOPPED,
    AnnounceRequest,
    AnnounceResponse,
    PeerAddress,
    Torrent,
)
from core.protocols.http.messages import REASONS
from core.wire import bencode, http1
from core.wire.peerwire import StreamDecoder

PATIENCE = 60.0
"""Seconds that a client has for a request, and that it waits for an answer."""
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


class SwarmPort:
    """The way between some of our nodes and a swarm outside.

    tracker   our tracker's node; "" if there is none. It listens for HTTP at `address`.
    peers     our peers' nodes; each listens at its own address, see `addresses`.
    outside   nodes that stand for clients from outside, one each; who finds none left is told that the swarm is full.
    """

    def __init__(
        self, live: Live, peers: Sequence[str], outside: Sequence[str], *, tracker: str = "", port: int = 0
    ) -> None:
        self.nodes = tuple(outside)
        self.clients: dict[bytes, str] = {}
        """The node that stands for a client, by its peer id."""
        self._live = live
        self._tracker = tracker
        self._where: dict[str, Address] = {}
        self._open: dict[str, trio.Event] = {}
        self._answers: dict[str, AnnounceResponse] = {}
        self._listener = bound(socket.SOCK_STREAM, port) if tracker else None
        self.address: Address = self._listener.getsockname() if self._listener is not None else ("", 0)
        self._peers = {
            name: StreamPort(live, name, outside, decoder=StreamDecoder, peers=self._where) for name in peers
        }
        self.addresses: dict[str, Address] = {name: port.address for name, port in self._peers.items()}
        live.attach(self)

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

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            for port in self._peers.values():
                nursery.start_soon(port.run)
            if self._listener is None:
                return
            with self._listener:
                while True:
                    try:
                        taken, where = await self._listener.accept()
                    except OSError:
                        await trio.sleep(0.1)  # no descriptors left, or the client has gone already
                        continue
                    nursery.start_soon(self._serve, trio.SocketStream(taken), where[0])

    # The tracker over HTTP

    async def _serve(self, stream: trio.SocketStream, ip: str) -> None:
        """One HTTP connection: its requests in order, for as long as it is kept open."""
        decoder = http1.StreamDecoder()
        try:
            async with stream:
                while True:
                    with trio.fail_after(PATIENCE):
                        data = await stream.receive_some(CHUNK)
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
                        await _say(stream, response)
                        if not (http1.keeps_open(request) and http1.keeps_open(response)):
                            return
                    if fault is not None:
                        await _say(stream, _plain(fault.status, fault.message, False))
                        return
        except (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
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
        name = self.clients.get(request.peer_id) or self._free()
        self.clients[request.peer_id] = name
        self._where[name] = (ip, request.port)
        connection = self._live.arrive(name, self._tracker, "open")
        if not connection or self._live.over:
            raise AnnounceError("the tracker has closed")
        answered = self._open[connection] = trio.Event()
        try:
            data = BITTORRENT.encode(request, _NOBODY)
            self._live.arrive(name, self._tracker, "data", data, connection)
            with trio.move_on_after(PATIENCE):
                await answered.wait()
            answer = self._answers.pop(connection, None)
            self._live.arrive(name, self._tracker, "close", b"", connection)
        finally:
            del self._open[connection]
        if request.event == STOPPED:
            self.clients.pop(request.peer_id, None)
        if answer is None:
            raise AnnounceError("the tracker did not answer in time")
        return answer

    def _free(self) -> str:
        taken = set(self.clients.values())
        name = next((name for name in self.nodes if name not in taken), None)
        if name is None:
            raise AnnounceError("the swarm is full")
        return name

    def _body(self, answer: AnnounceResponse, announce: Announce | None) -> bytes:
        """The bencoded answer, with addresses where the world has nodes."""
        if answer.failure or announce is None:
            return bencode.encode({b"failure reason": answer.failure.encode()})
        found: list[tuple[PeerAddress, Address]] = []
        for peer in answer.peers:
            where = self.addresses.get(peer.ip) or self._where.get(peer.ip)
            if where is not None:
                found.append((peer, where))
        del found[announce.want :]
        peers: bencode.Encodable
        if announce.compact:
            peers = b"".join(socket.inet_aton(ip) + port.to_bytes(2, "big") for _, (ip, port) in found)
        else:
            peers = [{b"peer id": peer.peer_id, b"ip": ip.encode(), b"port": port} for peer, (ip, port) in found]
        return bencode.encode({b"interval": answer.interval, b"peers": peers})


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
