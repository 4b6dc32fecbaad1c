"""Ports of plain sockets on loopback: UDP for rooms of datagrams, TCP for rooms of streams. Any room's.

What our node says goes out as its codec writes it; what comes in is decoded by the same. Everything is bound to
127.0.0.1; a port number of 0 lets the kernel choose one.
"""

from __future__ import annotations

import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import trio

from core.kernel.protocol import Envelope
from core.live.seam import Departure, Live, LiveError

LOOPBACK = "127.0.0.1"
_LOOPBACK = 0x7F000001
CHUNK = 65536
SLICE = 16384
"""Bytes that are written at a time."""
PIECE = 2048
"""Bytes that our node hears at a time, where no decoder finds messages: what it answers to them must be held."""
MOST_WAITING = 1 << 20
"""Bytes that may wait for a peer to take them; nobody who has more waiting is listened to."""
MOST_UNREAD = 1 << 16
"""Bytes that may wait for our node to take them, where it says how many do; then its peer must wait, as a receive
window makes it."""
MOST_LINES = 500
"""Connections at once; more are reset."""
CONNECT_TIMEOUT = 10.0
STALLED = 60.0
"""Seconds in which a peer must take a slice of what waits for it; who does not is reset."""
HALF_OPEN = 60.0
"""Seconds that our node has, after a peer's end, to say the rest and end too."""
GOODBYE_TIMEOUT = 2.0
"""Seconds that a peer has, after our end, to end too."""

LONGEST_WAIT = 60.0
"""Seconds that a datagram may have waited; who says more has set the clock meanwhile."""
_STAMPS = 35
"""Linux's SO_TIMESTAMPNS (socket(7)): with every datagram comes when it did."""
_TIMESPEC = struct.Struct("@ll")
"""That time: seconds and nanoseconds since 1970 by the kernel's clock."""
_NOTES = socket.CMSG_SPACE(_TIMESPEC.size) if sys.platform != "win32" else 0
MOST_AT_ONCE = 100
"""Datagrams that are let in before the world goes on."""

Address = tuple[str, int]


def free_port(kind: socket.SocketKind, port: int = 0) -> int:
    """The number of a port that can be had now: this one, or one that the kernel chooses. Raises LiveError in words."""
    with bound(kind, port) as made:
        return int(made.getsockname()[1])


def bound(kind: socket.SocketKind, port: int = 0) -> socket.socket:
    """A socket on loopback, with this port or a free one. Raises LiveError in words."""
    made = socket.socket(socket.AF_INET, kind)
    try:
        if kind == socket.SOCK_STREAM and sys.platform != "win32":  # there it would let two share the port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((LOOPBACK, port))
        if kind == socket.SOCK_STREAM:
            made.listen(100)
    except OSError as error:
        made.close()
        name = "UDP" if kind == socket.SOCK_DGRAM else "TCP"
        raise LiveError(f"{name} port {port} of {LOOPBACK} cannot be had: {(error.strerror or 'no').lower()}") from None
    made.setblocking(False)
    return made


class UdpPort:
    """Datagrams. Every address that sends gets a node of `outside`; when all have one, the one longest silent loses its
    node to the new one. `peers`: whom nodes stand for from the start and for good, where our node speaks first.

    Who gets no node is not heard: because all are taken for good, or because somebody at play is asked for an answer,
    which must not go to another than the one who waits for it.
    """

    def __init__(
        self,
        live: Live,
        inside: str,
        outside: Sequence[str],
        *,
        port: int = 0,
        peers: Mapping[str, Address] | None = None,
    ) -> None:
        self.nodes = tuple(outside)
        self.socket = bound(socket.SOCK_DGRAM, port)
        if sys.platform == "linux":
            self.socket.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)
        self.address: Address = self.socket.getsockname()
        self.unsent = 0
        """Datagrams that the kernel did not take."""
        self.unheard = 0
        """Datagrams of those who got no node."""
        self._live = live
        self._inside = inside
        self._who: dict[str, Address | None] = {name: (peers or {}).get(name) for name in self.nodes}
        """By node, the one longest silent first."""
        self._named: dict[Address, str] = {where: name for name, where in self._who.items() if where is not None}
        self._kept = frozenset(self._named.values())
        live.attach(self, self._let_in)

    def depart(self, departure: Departure) -> None:
        where = self._who[departure.to]
        data = self._live.codec(self._inside).encode(departure.message, _envelope(self._inside, departure.to))
        if where is None:
            self.unsent += 1
            return
        # A datagram that finds no room is lost, and so is one to a port where nobody listens: that is UDP.
        try:
            self.socket.sendto(data, where)
        except OSError:
            self.unsent += 1

    def close(self) -> None:
        self.socket.close()

    async def run(self) -> None:
        # Not `await recvmsg`: between its reading and its return others run, and the world would run past what is read.
        with self.socket:
            while True:
                await trio.lowlevel.wait_readable(self.socket)
                self._let_in()

    def _let_in(self) -> None:
        """What has come by now."""
        for _ in range(MOST_AT_ONCE):
            if self.socket.fileno() < 0:
                return
            try:
                data, notes, _, where = self.socket.recvmsg(CHUNK, _NOTES)
            except BlockingIOError:
                return
            except OSError:
                continue
            self._hear(data, notes, where)

    def _hear(self, data: bytes, notes: Sequence[tuple[int, int, bytes]], where: Any) -> None:
        name = self._node_of(where)
        if name is None:
            self.unheard += 1
        else:
            self._live.arrive(name, self._inside, "datagram", data, ago=_waited(notes))

    def _node_of(self, where: Address) -> str | None:
        name = self._named.get(where) or self._new_node()
        if name is None:
            return None
        before = self._who.pop(name)
        if before is not None and before != where:
            del self._named[before]
        self._named[where] = name
        self._who[name] = where
        return name

    def _new_node(self) -> str | None:
        """A node for an address that has none: a free one, or that of whoever is silent longest."""
        changing = [name for name in self._who if name not in self._kept]
        free = next((name for name in changing if self._who[name] is None), None)
        if free is not None or not changing or self._live.world.nodes[self._inside].question is not None:
            return free
        return changing[0]


def _waited(notes: Sequence[tuple[int, int, bytes]]) -> float:
    """Seconds that a datagram has waited for us, by the kernel's stamp; 0 where it gives none.

    While somebody plays, a picture may be drawn in between; the time that a server tells must not be later for it.
    """
    for level, kind, data in notes:
        if level == socket.SOL_SOCKET and kind == _STAMPS and len(data) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            waited = time.time() - seconds - nanoseconds / 1e9
            return waited if 0 < waited < LONGEST_WAIT else 0.0
    return 0.0


class Decoder(Protocol):
    """Finds the messages in the bytes of one direction of a stream."""

    def feed(self, data: bytes) -> Sequence[Any]:
        """The messages that these bytes complete.

        Raises ValueError as soon as they can become none, with those that were complete before in its `decoded`.
        """


class _Line:
    """One connection at work."""

    def __init__(self, name: str, node: str, decoder: Decoder | None) -> None:
        self.name = name
        self.node = node
        self.decoder = decoder
        self.stream: trio.SocketStream | None = None
        self.waiting = bytearray()
        self.ends = ""
        """ "close" or "reset", once our node has ended it."""
        self.changed = trio.Event()
        self.taken = trio.Event()
        self.heard_all = trio.Event()
        self.ended = trio.Event()
        self.scope = trio.CancelScope()


class StreamPort:
    """Streams over TCP. Every connection that is taken belongs to the node of `outside` with the fewest; one that our
    node opens leads where `peers` says. `listens`: take connections at `port`. `decoder` makes what finds the messages;
    without one, whatever comes at a time is the bytes of one. `peers` may grow while it runs.

    A peer's end is the connection's end; with `half_open` it leaves our direction open, until our node closes it.

    What is no message reaches our node's `on_garbled`, with its connection; if that leaves the connection open, it is
    reset. So is one whose peer takes nothing of what we say, or whose peer has ended and waits for our end in vain.

    `unread` says how many bytes of a connection, by its name, our node has not taken yet.
    """

    def __init__(
        self,
        live: Live,
        inside: str,
        outside: Sequence[str],
        *,
        decoder: Callable[[], Decoder] | None = None,
        listens: bool = True,
        half_open: bool = False,
        port: int = 0,
        peers: Mapping[str, Address] | None = None,
        unread: Callable[[str], int] = lambda name: 0,
    ) -> None:
        self.nodes = tuple(outside)
        self.address: Address = ("", 0)
        self._listener = bound(socket.SOCK_STREAM, port) if listens else None
        if self._listener is not None:
            self.address = self._listener.getsockname()
        self._live = live
        self._inside = inside
        self._decoder = decoder
        self._half_open = half_open
        self._unread = unread
        self._peers = {} if peers is None else peers
        self._lines: dict[str, _Line] = {}
        self._dial: list[_Line] = []
        self._dialled = trio.Event()
        self._opening: _Line | None = None
        live.attach(self)

    def _new_decoder(self) -> Decoder | None:
        return self._decoder() if self._decoder is not None else None

    def depart(self, departure: Departure) -> None:
        name = departure.connection
        if departure.what == "open":
            line = self._lines[name] = _Line(name, departure.to, self._new_decoder())
            self._dial.append(line)
            self._dialled.set()
            return
        found = self._lines.get(name, self._opening)
        if found is None:
            return
        if departure.what == "data":
            envelope = _envelope(self._inside, departure.to)
            found.waiting += self._live.codec(self._inside).encode(departure.message, envelope)
        else:
            found.ends = departure.what
            found.ended.set()
            if departure.what == "reset":
                found.scope.cancel()
        found.changed.set()

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._open_lines, nursery)
            if self._listener is None:
                return
            with trio.socket.from_stdlib_socket(self._listener) as listener:
                while True:
                    await self._take(listener, nursery)

    async def _take(self, listener: trio.socket.SocketType, nursery: trio.Nursery) -> None:
        found = await taken(listener, lambda: len(self._lines))
        if found is None:
            return
        stream, _ = found
        used = [line.node for line in self._lines.values()]
        node = min(self.nodes, key=used.count)
        # Our node may speak, or refuse, in the very moment of the opening: before its name is known here.
        line = self._opening = _Line("", node, self._new_decoder())
        line.stream = stream
        line.name = self._live.arrive(node, self._inside, "open")
        self._lines[line.name] = line
        self._opening = None
        nursery.start_soon(self._serve, line)

    async def _open_lines(self, nursery: trio.Nursery) -> None:
        while True:
            for line in self._dial:
                nursery.start_soon(self._serve, line)
            self._dial.clear()
            self._dialled = trio.Event()
            await self._dialled.wait()

    async def _serve(self, line: _Line) -> None:
        """A connection from its beginning to its end."""
        try:
            with line.scope:
                if line.stream is None and not await self._connect(line):
                    self._arrive(line, "reset")
                    return
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._write, line)
                    await self._read(line)
                    if not line.ends:
                        await self._live.settled(self._inside)
                    if not line.ends:
                        self._arrive(line, "end" if self._half_open else "close")
                        if self._half_open:
                            with trio.move_on_after(HALF_OPEN):
                                await line.ended.wait()
                            if not line.ends:
                                self._reset(line)
                                return
                        line.ends = line.ends or "close"
                    line.heard_all.set()
                    line.changed.set()
        except* (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
            if not line.ends:
                self._arrive(line, "reset")
            line.ends = "reset"
        finally:
            self._lines.pop(line.name, None)
            if line.stream is not None and line.ends == "reset":
                await reset(line.stream)
            elif line.stream is not None:
                await trio.aclose_forcefully(line.stream)

    async def _connect(self, line: _Line) -> bool:
        where = self._peers.get(line.node)
        if where is None:
            return False
        with trio.move_on_after(CONNECT_TIMEOUT), suppress(OSError):
            line.stream = await trio.open_tcp_stream(*where)
        return line.stream is not None

    def _reset(self, line: _Line) -> None:
        """By ourselves, as the transport: our node is told."""
        line.ends = "reset"
        self._arrive(line, "reset")
        line.scope.cancel()

    def _arrive(self, line: _Line, what: str, data: bytes = b"") -> None:
        self._live.arrive(line.node, self._inside, what, data, line.name)

    async def _read(self, line: _Line) -> None:
        """Until the peer's end, or until what it sends makes no sense."""
        assert line.stream is not None
        while data := await line.stream.receive_some(CHUNK):
            size = len(data) if line.decoder is not None else PIECE
            for at in range(0, len(data), size):
                while len(line.waiting) > MOST_WAITING:
                    await line.taken.wait()
                await self._live.until(lambda: bool(line.ends) or self._unread(line.name) <= MOST_UNREAD)
                if not line.ends:
                    await self._take_in(line, data[at : at + size])

    async def _take_in(self, line: _Line, data: bytes) -> None:
        if line.decoder is None:
            self._arrive(line, "data", data)
            return
        try:
            messages = line.decoder.feed(data)
        except ValueError as error:
            self._hear(line, getattr(error, "decoded", ()))
            self._arrive(line, "data", data)
            if not line.ends:
                await self._live.settled(self._inside)
            if not line.ends:
                self._reset(line)
            return
        self._hear(line, messages)

    def _hear(self, line: _Line, messages: Sequence[Any]) -> None:
        envelope = _envelope(line.node, self._inside)
        for message in messages:
            if not line.ends:
                self._arrive(line, "data", self._live.codec(self._inside).encode(message, envelope))

    async def _write(self, line: _Line) -> None:
        assert line.stream is not None
        while True:
            while line.waiting:
                data = bytes(line.waiting[:SLICE])
                with trio.fail_after(STALLED):
                    await line.stream.send_all(data)
                del line.waiting[: len(data)]
                line.taken.set()
                line.taken = trio.Event()
            if line.ends:
                await line.stream.send_eof()
                with trio.move_on_after(GOODBYE_TIMEOUT):
                    await line.heard_all.wait()
                line.scope.cancel()
                return
            await line.changed.wait()
            line.changed = trio.Event()


async def taken(listener: trio.socket.SocketType, lines: Callable[[], int]) -> tuple[trio.SocketStream, Address] | None:
    """The next connection and where it comes from; None if it is gone already, or is refused because there are too many
    `lines` when it comes."""
    try:
        found, where = await listener.accept()
    except OSError:
        await trio.sleep(0.1)  # no descriptors left, or the peer has gone already
        return None
    stream = trio.SocketStream(found)
    if lines() >= MOST_LINES:
        await reset(stream)
        return None
    return stream, where


async def reset(stream: trio.SocketStream) -> None:
    """End a connection by a reset."""
    with suppress(OSError):
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await trio.aclose_forcefully(stream)


def _envelope(source: str, destination: str) -> Envelope:
    return Envelope(source, destination, _LOOPBACK, _LOOPBACK)
