"""Users above a connection who need a page: one has it, the other fetches it (HTTP/1.0, RFC 1945, in short).

Real HTTP is a room of its own. This much lets TCP face any browser: the bytes of a page, an end, and who closes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import shake_256

from core.kernel.parameters import fixed, parameter
from core.kernel.protocol import Context
from core.protocols.transport.tcp.connection import Connection, State
from core.protocols.transport.tcp.machine import Endpoint
from core.protocols.transport.tcp.messages import Segment
from core.wire.http1 import TOKEN

GREATEST_HEAD = 16384
"""Bytes of a request's head beyond which it is refused."""
GREATEST_BODY = 16_000_000
"""Bytes of a body beyond which it is refused."""
GREATEST_HEARD = 1 << 20
"""Bytes of what a peer said that are kept to be looked at; it may say more."""
_SENT = (State.ESTABLISHED, State.CLOSE_WAIT)


@lru_cache(maxsize=4)
def noise(length: int) -> bytes:
    """So many bytes in which no part is like another: the same on every machine."""
    return shake_256(b"ackademy").digest(length)


def _fields_are_fields(head: bytes) -> bool:
    """Is every line after the first a field's, its name a token (RFC 9112, 5.1)?"""
    return all(TOKEN.fullmatch(line.partition(b":")[0]) and b":" in line for line in head.split(b"\r\n")[1:])


def _field(head: bytes, name: bytes) -> bytes:
    """The value of a header field; b"" if it is not there."""
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip(b" \t")
    return b""


@dataclass
class Web(Endpoint):
    """Has one page, whatever path is asked for: its data, or noise of `length` bytes. Takes what is put or posted."""

    data: bytes = parameter(b"", "its page; noise if this is empty")
    waits: bool = parameter(False, "lets the other end close first")
    """Lets the client close first: the page's length is told, so the client knows when it has all."""
    requests: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    """By connection, of a request that is not answered: its head, and how many bytes of its body came; -1 while the
    head is not whole."""
    served: int = 0
    """Requests answered."""
    taken: int = 0
    """Bytes put here by the last request that brought some."""

    @property
    def page(self) -> bytes:
        """The page's bytes."""
        return self.stream if self.data else noise(self.length)

    def write(self, conn: Connection) -> None:
        """It speaks when it is spoken to."""

    def eat(self, ctx: Context, conn: Connection, count: int) -> None:
        bite, conn.unread = conn.unread[:count], conn.unread[count:]
        if not bite:
            return
        kept = self.heard.get(conn.peer, b"")
        if len(kept) < GREATEST_HEARD:
            self.heard[conn.peer] = kept + bite
        ctx.deliver(bite)
        if not conn.written:
            key = f"{conn.peer}:{conn.port}"
            head, came = self.requests.get(key, (b"", -1))
            if came < 0:
                head, end, body = (head + bite).partition(b"\r\n\r\n")
                self.requests[key] = (head, len(body) if end else -1)
            else:
                self.requests[key] = (head, came + len(bite))

    def gone(self, ctx: Context, key: str, conn: Connection, how: str) -> None:
        super().gone(ctx, key, conn, how)
        self.requests.pop(key, None)

    def close_too(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        if key in self.requests:  # the FIN came with the request, whose answer comes before ours
            self._answer(ctx, key, conn)
        super().close_too(ctx, key, conn, start, segment)

    def on_message(self, ctx: Context, source: str, message: Segment) -> None:
        super().on_message(ctx, source, message)
        key = f"{source}:{message.source_port}"
        conn = self.connections.get(key)
        if conn is not None and key in self.requests and conn.state in _SENT:
            self._answer(ctx, key, conn)

    def _answer(self, ctx: Context, key: str, conn: Connection) -> None:
        """Answer the request, once it is whole."""
        head, came = self.requests[key]
        if came < 0 and len(head) < GREATEST_HEAD:
            return
        reply = self._reply_to(head, came)
        if reply is None:
            return
        del self.requests[key]
        self.served += 1
        conn.written += reply
        conn.finish = conn.finish or not self.waits
        self.send_what_fits(ctx, key, conn)

    def _reply_to(self, head: bytes, came: int) -> bytes | None:
        """The answer to a request with this head; None if more of its body must come than these bytes."""
        method, *others = head.partition(b"\r\n")[0].split(b" ")
        length = _field(head, b"content-length") or b"0"
        digits = length.lstrip(b"0") or b"0"
        well_formed = others and TOKEN.fullmatch(method) and _fields_are_fields(head)
        if came < 0 or not well_formed or not length.isdigit():
            return _reply("400 Bad Request", b"This is no request.\n")
        if method not in (b"GET", b"HEAD", b"PUT", b"POST") or _field(head, b"transfer-encoding"):
            return _reply("501 Not Implemented", b"This request cannot be answered here.\n")
        if len(digits) > 8 or int(digits) > GREATEST_BODY:
            return _reply("413 Content Too Large", b"%d bytes at most.\n" % GREATEST_BODY)
        if came < int(digits):
            return None
        if method in (b"PUT", b"POST"):
            self.taken = came
            return _reply("200 OK", b"%d bytes taken\n" % came)
        return _reply("200 OK", self.page, method == b"HEAD")


def _reply(status: str, body: bytes, head_only: bool = False) -> bytes:
    head = f"HTTP/1.0 {status}\r\nContent-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + (b"" if head_only else body)


@dataclass
class Fetch(Endpoint):
    """Opens a connection, asks for the page `path`, reads until the server closes."""

    opens: bool = fixed(True)
    listens: bool = fixed(False)
    data: bytes = fixed(b"")
    path: str = parameter("/", "the page it asks for")
    waits: bool = parameter(True, "lets the other end close first")
    """Lets the server close first; else its FIN follows the request (a half-close)."""
    read: int = 0
    """Bytes read."""

    def write(self, conn: Connection) -> None:
        conn.written = f"GET {self.path} HTTP/1.0\r\nHost: {self.peer}\r\n\r\n".encode()
        conn.finish = not self.waits

    def eat(self, ctx: Context, conn: Connection, count: int) -> None:
        bite, conn.unread = conn.unread[:count], conn.unread[count:]
        if bite:
            self.read += len(bite)
            ctx.deliver(bite)
