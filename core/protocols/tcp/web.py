"""Users above a connection who need a page: one has it, the other fetches it (HTTP/1.0, RFC 1945, in short).

Real HTTP is a room of its own. This much lets TCP face any browser: the bytes of a page, an end, and who closes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import shake_256

from core.kernel.protocol import Context
from core.protocols.tcp.connection import Connection, State
from core.protocols.tcp.machine import Endpoint
from core.protocols.tcp.messages import Segment

GREATEST_HEAD = 16384
"""Bytes of a request's head beyond which it is refused."""
_SENT = (State.ESTABLISHED, State.CLOSE_WAIT)


@lru_cache(maxsize=4)
def noise(length: int) -> bytes:
    """So many bytes in which no part is like another: the same on every machine."""
    return shake_256(b"ackademy").digest(length)


def _field(head: bytes, name: bytes) -> bytes:
    """The value of a header field; b"" if it is not there."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return b""


@dataclass
class Web(Endpoint):
    """Has one page, whatever path is asked for: its data, or noise of `length` bytes. Takes what is put or posted."""

    waits: bool = False
    """Lets the client close first: the page's length is told, so the client knows when it has all."""
    requests: dict[str, bytes] = field(default_factory=dict)
    """By connection: what came of a request that is not whole."""
    served: int = 0
    """Requests answered."""
    taken: int = 0
    """Bytes put here by the last request that brought some."""

    @property
    def page(self) -> bytes:
        """The page's bytes."""
        return self.stream if self.data else noise(self.length)

    def _write(self, conn: Connection) -> None:
        """It speaks when it is spoken to."""

    def _eat(self, ctx: Context, conn: Connection, count: int) -> None:
        bite = conn.unread[:count]
        super()._eat(ctx, conn, count)
        if bite and not conn.written:
            key = f"{conn.peer}:{conn.port}"
            self.requests[key] = self.requests.get(key, b"") + bite

    def _close_too(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        if key in self.requests:  # the FIN came with the request, whose answer comes before ours
            self._answer(ctx, key, conn)
        super()._close_too(ctx, key, conn, start, segment)

    def on_message(self, ctx: Context, source: str, message: Segment) -> None:
        super().on_message(ctx, source, message)
        key = f"{source}:{message.source_port}"
        conn = self.connections.get(key)
        if conn is None:
            self.requests.pop(key, None)
        elif key in self.requests and conn.state in _SENT:
            self._answer(ctx, key, conn)

    def _answer(self, ctx: Context, key: str, conn: Connection) -> None:
        """Answer the request, once it is whole."""
        request = self.requests[key]
        head, end, body = request.partition(b"\r\n\r\n")
        method = head.split(b" ", 1)[0]
        if not end and len(request) < GREATEST_HEAD:
            return
        length = _field(head, b"content-length") or b"0"
        if not end or not length.isdigit() or method not in (b"GET", b"HEAD", b"PUT", b"POST"):
            reply = _reply("400 Bad Request", b"This is no request that can be answered here.\n")
        elif len(body) < int(length):
            return
        elif method in (b"PUT", b"POST"):
            self.taken = len(body)
            reply = _reply("200 OK", b"%d bytes taken\n" % len(body))
        else:
            reply = _reply("200 OK", self.page, method == b"HEAD")
        del self.requests[key]
        self.served += 1
        conn.written += reply
        conn.finish = conn.finish or not self.waits
        self._send_what_fits(ctx, key, conn)


def _reply(status: str, body: bytes, head_only: bool = False) -> bytes:
    head = f"HTTP/1.0 {status}\r\nContent-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + (b"" if head_only else body)


@dataclass
class Fetch(Endpoint):
    """Opens a connection, asks for the page `path`, reads until the server closes."""

    opens: bool = True
    listens: bool = False
    path: str = "/"
    waits: bool = True
    """Lets the server close first; else its FIN follows the request (a half-close)."""
    read: int = 0
    """Bytes read."""

    def _write(self, conn: Connection) -> None:
        conn.written = f"GET {self.path} HTTP/1.0\r\nHost: {self.peer}\r\n\r\n".encode()
        conn.finish = not self.waits

    def _eat(self, ctx: Context, conn: Connection, count: int) -> None:
        bite, conn.unread = conn.unread[:count], conn.unread[count:]
        if bite:
            self.read += len(bite)
            ctx.deliver(bite)
