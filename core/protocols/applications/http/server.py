"""The server: reads requests out of the bytes of each connection and answers them in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from core.kernel.choice import Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND
from core.protocols.applications.http.choices import (
    BODY,
    CHUNKS,
    CLOSE,
    CLOSING,
    HOLD,
    LENGTH,
    NOTHING,
    PERSIST,
    STATUS,
    TURN,
)
from core.protocols.applications.http.messages import REASONS, message_of, octets_of, spoken
from core.protocols.applications.http.site import ALLOWED, Page, path_named, served_of, site_of, status_for
from core.wire import http_date
from core.wire.http1 import (
    HttpError,
    Request,
    Response,
    StreamDecoder,
    head_of,
    host_problem,
    keeps_open,
    path_of,
    tokens_of,
    value_of,
)

SHOWN_FIELDS = (
    "Host", "If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since", "Connection", "Expect",
)  # fmt: skip
"""The fields of a request that a question names."""
SHOWN_OCTETS = 200
"""Bytes of a page that a picture may show."""
RECENT = 2
"""Answers that the view lists."""
MOST_WAITING = 100
"""Requests of one connection that may wait for their turn; who asks for more at once is answered 503."""


@dataclass(frozen=True)
class Publish:
    """A request of the user above: from now on this is under `path`."""

    path: str
    text: str
    etag: str = ""
    modified: int = -1

    def __post_init__(self) -> None:
        path_named(self.path)
        if not all(33 <= ord(letter) <= 126 and letter != '"' for letter in self.etag):
            raise ValueError(f"{self.etag!r} is no entity tag: visible ASCII without quotation marks")
        if not -1 <= self.modified <= http_date.LAST:
            raise ValueError(f"{self.modified} s is not between 1970 and 9999")


@dataclass
class Exchange:
    """A request and its answer to be. `due` and `fault` are of bytes that were no request; `request` is then None."""

    number: int
    request: Request | None
    due: int = 0
    fault: str = ""
    ready: bool = False
    bodiless: bool = False
    """It was answered from its head: whether its body comes nobody knows."""


@dataclass
class Session:
    """One connection. `pieces`: what is still to be sent of the answer under way, each with the µs before it."""

    peer: str
    decoder: StreamDecoder = field(default_factory=StreamDecoder)
    waiting: list[Exchange] = field(default_factory=list)
    pieces: list[tuple[int, bytes]] = field(default_factory=list)
    sending: bool = False
    last: bool = False
    """The connection closes after the answer under way."""
    deaf: bool = False
    """What comes now is not read any more."""
    begun: bool = False
    continued: bool = False
    count: int = 0


@dataclass
class Server(Machine):
    """Serves `pages`, a text as `site_of` reads it, or a tuple of `Page`.

    `began` is the Unix time (s) at which its clock read 0. It waits `idle` for the next request of a connection and
    `patience` for the rest of one that has begun.
    """

    pages: str | tuple[Page, ...] = parameter(
        "", "what it serves: `= /path key=value ...`, then the body", kind="text", check=served_of
    )
    began: int = parameter(784_111_777, "Unix time (s) when its clock read 0", low=0, high=http_date.LAST // 2)
    idle: int = parameter(15 * SECOND, "how long it waits for the next request", kind="duration", low=1)
    patience: int = 5 * SECOND
    site: dict[str, Page] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    answered: int = 0
    accepted: int = 0
    """Connections that were opened to it."""
    octets: int = 0
    """Bytes sent."""
    held: int = 0
    """Answers that had to wait for their turn."""
    right: int = 0
    """Answers with the status that the RFC prescribes."""

    def on_start(self, ctx: Context) -> None:
        pages = site_of(self.pages) if isinstance(self.pages, str) else {page.path: page for page in self.pages}
        self.site = pages

    def on_request(self, ctx: Context, request: Any) -> None:
        if isinstance(request, Publish):
            etag = f'"{request.etag}"' if request.etag else ""
            self.site[request.path] = Page(request.path, request.text.encode(), etag=etag, modified=request.modified)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        self.sessions[connection] = Session(peer)
        self.accepted += 1
        ctx.set_timer(("idle", connection), self.idle)

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        if connection in self.sessions:
            self._forget(ctx, connection)

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        connection = ctx.connection
        session = self.sessions.get(connection) if connection is not None else None
        if connection is None or session is None or session.deaf:
            return
        ctx.cancel_timer(("idle", connection))
        fault: HttpError | None = None
        try:
            requests: tuple[Any, ...] = tuple(session.decoder.feed(octets_of(message)))
        except HttpError as error:
            requests, fault = error.decoded, error
        for request in requests:
            session.begun = session.continued = False
            if not self._take(ctx, connection, session, Exchange(session.count, request)) or session.deaf:
                return
        if fault is not None:
            session.deaf = True
            ctx.cancel_timer(("request", connection))
            self._take(ctx, connection, session, Exchange(session.count, None, fault.status, fault.message))
            return
        if not self._begin(ctx, connection, session):
            return
        self._rest(ctx, connection, session)

    def on_timer(self, ctx: Context, key: Key) -> None:
        assert isinstance(key, tuple)
        what, connection = str(key[0]), str(key[1])
        session = self.sessions.get(connection)
        if session is None:
            return
        if what == "idle":
            ctx.close(connection)
            self._forget(ctx, connection)
        elif what == "request":
            session.deaf = True
            self._take(ctx, connection, session, Exchange(session.count, None, 408, "a request that never ends"))
        elif what == "ready":
            for exchange in session.waiting:
                if exchange.number == key[2]:
                    self._ready(ctx, connection, session, exchange)
                    break
        elif what == "piece":
            _, piece = session.pieces.pop(0)
            self._put(ctx, connection, piece)
            self._flow(ctx, connection, session)

    # Requests

    def _begin(self, ctx: Context, connection: str, session: Session) -> bool:
        """A request is under way: limit its time; answer its expectation. False if the connection is over."""
        if session.decoder.between:
            ctx.cancel_timer(("request", connection))
            return True
        if not session.begun:
            session.begun = True
            ctx.set_timer(("request", connection), self.patience)
        head = session.decoder.head
        if not isinstance(head, Request) or session.continued or head.version == "HTTP/1.0":
            return True
        if session.waiting or session.sending:
            return True  # its turn comes: till then a 100 would be taken for one of an earlier request
        if "100-continue" in tokens_of(head.headers, "Expect"):
            session.continued = True
            if self.due(head, ctx.now) in (200, 304):
                ctx.send_on(connection, Response(100, REASONS[100]))
            else:  # a final answer saves the client the body (RFC 9110 §10.1.1); what comes then may be that body
                session.deaf = True
                ctx.cancel_timer(("request", connection))
                return self._take(ctx, connection, session, Exchange(session.count, head, bodiless=True))
        return True

    def due(self, request: Request, now: int) -> int:
        """The status that the RFC prescribes; `now` is this node's clock (µs)."""
        return status_for(request, self.site, host_problem(request), self.began + now // SECOND)

    def _take(self, ctx: Context, connection: str, session: Session, exchange: Exchange) -> bool:
        """A request has come: answer it, now or when its page is made. False if the connection is over."""
        session.count += 1
        if len(session.waiting) >= MOST_WAITING:
            session.deaf = True
            exchange = Exchange(exchange.number, None, 503, "too many requests wait")
        session.waiting.append(exchange)
        request = exchange.request
        page = self.site.get(path_of(request)) if request is not None and request.method in ALLOWED else None
        if page is not None and page.after:
            ctx.set_timer(("ready", connection, exchange.number), page.after)
            return True
        return self._ready(ctx, connection, session, exchange)

    def _ready(self, ctx: Context, connection: str, session: Session, exchange: Exchange) -> bool:
        exchange.ready = True
        first = session.waiting[0]
        if exchange is not first:
            self.held += 1
            if exchange.request is None or first.request is None or session.sending:
                return True
            turn = ctx.choose(TURN, target=exchange.request.target, earlier=first.request.target)
            if turn == HOLD:
                return True
            session.waiting.remove(exchange)
            return self._answer(ctx, connection, session, exchange)
        return self._drain(ctx, connection, session)

    def _drain(self, ctx: Context, connection: str, session: Session) -> bool:
        """Answer all whose turn it is. False if the connection is over."""
        while session.waiting and session.waiting[0].ready and not session.sending:
            if not self._answer(ctx, connection, session, session.waiting.pop(0)):
                return False
        self._rest(ctx, connection, session)
        return connection in self.sessions

    def _rest(self, ctx: Context, connection: str, session: Session) -> None:
        """All is answered: wait for the next request, or see to the one of which only the head is here."""
        if session.waiting or session.sending or session.deaf:
            return
        if session.decoder.between:
            ctx.set_timer(("idle", connection), self.idle)
        else:
            self._begin(ctx, connection, session)

    def _forget(self, ctx: Context, connection: str) -> None:
        session = self.sessions.pop(connection)
        for what in ("idle", "request", "piece"):
            ctx.cancel_timer((what, connection))
        for exchange in session.waiting:
            ctx.cancel_timer(("ready", connection, exchange.number))

    # Answers

    def _answer(self, ctx: Context, connection: str, session: Session, exchange: Exchange) -> bool:
        """Say status, fields and body. False if the connection is over."""
        request = exchange.request
        line = line_of(request) if request is not None else f"no request ({exchange.fault})"
        due = exchange.due if request is None else self.due(request, ctx.now)
        page = self.site.get(path_of(request)) if request is not None else None
        status = ctx.choose(
            STATUS, line=line, due=due, fault=exchange.fault, condition=request is not None and _conditional(request)
        )
        self.right += status == due
        fields = [("Date", http_date.show(self.began + ctx.now // SECOND))]
        if page is not None and status in (200, 304):
            fields += _about(page, status)
        if status == 405:
            fields.append(("Allow", ", ".join(ALLOWED)))
        if status == 200 and page is not None and request is not None:
            pieces, more, closes = self._body(ctx, request, page, line)
        else:
            text = b"" if status == 304 else f"{status} {REASONS[status]}\n".encode()
            pieces, closes = [(0, b"" if request is not None and request.method == "HEAD" else text)], False
            more = [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))] if text else []
        if not closes:
            stays = request is not None and keeps_open(request) and not exchange.bodiless
            fault = exchange.fault or ("its body was refused" if exchange.bodiless else "")
            version = request.version if request is not None else "HTTP/1.1"
            kept = ctx.choose(PERSIST, line=line, status=status, stays=stays, fault=fault, version=version)
            closes = kept == CLOSE
        if closes:
            more.append(("Connection", "close"))
        elif request is not None and request.version == "HTTP/1.0":
            more.append(("Connection", "keep-alive"))
        head = Response(status, REASONS[status], (*fields, *more))
        self._note_answer(status, request)
        session.sending, session.last = True, closes
        self._speak(ctx, connection, session, head, pieces)
        return connection in self.sessions

    def _body(
        self, ctx: Context, request: Request, page: Page, line: str
    ) -> tuple[list[tuple[int, bytes]], list[tuple[str, str]], bool]:
        """What follows the head, what the head says of that, and whether the connection's end is the body's end."""
        made = bool(page.parts)
        how: Value = ctx.choose(
            BODY, line=line, method=request.method, version=request.version, made=made, stays=keeps_open(request)
        )
        parts = page.parts or (page.body,)
        if how == CHUNKS:
            chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part]
            chunks = [*chunks[:-1], b"".join(chunks[-1:]) + b"0\r\n\r\n"]
            return _paced(chunks, page.every), [("Transfer-Encoding", "chunked")], False
        if how == CLOSING:
            return _paced(list(parts), page.every), [], True
        if how == NOTHING and request.method != "HEAD":
            return [(0, b"")], [("Content-Length", "0")], False
        length = ctx.choose(
            LENGTH, line=line, text=page.shown, octets=len(page.body), method=request.method,
            characters=len(page.body.decode("utf-8", "replace")), start=page.body[:SHOWN_OCTETS],
        )  # fmt: skip
        told = [("Content-Length", str(length))]
        if how == NOTHING:
            return [(0, b"")], told, False
        return [(page.every * (len(parts) - 1), page.body)], told, False

    def _speak(
        self, ctx: Context, connection: str, session: Session, head: Response, pieces: list[tuple[int, bytes]]
    ) -> None:
        octets = head_of(head)
        if len(pieces) == 1 and pieces[0][0] == 0:
            body = pieces[0][1]
            chunked = any(name == "Transfer-Encoding" for name, _ in head.headers)
            self.octets += len(octets) + len(body)
            ctx.send_on(
                connection, message_of(octets + body) if chunked else spoken(replace(head, body=body), octets, body)
            )
        else:
            delay, body = pieces.pop(0)
            session.pieces = [(delay, octets + body), *pieces]
        self._flow(ctx, connection, session)

    def _flow(self, ctx: Context, connection: str, session: Session) -> None:
        """Send the next pieces of the answer under way, or end it."""
        while session.pieces:
            delay, piece = session.pieces[0]
            if delay:
                session.pieces[0] = (0, piece)
                ctx.set_timer(("piece", connection), delay)
                return
            session.pieces.pop(0)
            self._put(ctx, connection, piece)
        session.sending = False
        if session.last:
            ctx.close(connection)
            self._forget(ctx, connection)
            return
        if session.waiting and session.waiting[0].ready:
            self._drain(ctx, connection, session)
        else:
            self._rest(ctx, connection, session)

    def _put(self, ctx: Context, connection: str, piece: bytes) -> None:
        self.octets += len(piece)
        ctx.send_on(connection, message_of(piece))

    def _note_answer(self, status: int, request: Request | None) -> None:
        self.answered += 1
        self.answers = [*self.answers[1 - RECENT :], f"{request or 'no request'}: {status}"]

    def view(self) -> dict[str, str | int]:
        view: dict[str, str | int] = {"answered": self.answered, "connections": len(self.sessions)}
        for page in self.site.values():
            about = [page.etag] if page.etag else []
            about += [http_date.show(page.modified)[5:-4]] if page.modified >= 0 else []
            about += ["made while it is sent"] if page.parts else []
            view[page.path] = ", ".join(about) or page.kind
        for place, answer in enumerate(reversed(self.answers)):
            view["just answered" if place == 0 else "before " * place] = answer
        return view


def line_of(request: Request) -> str:
    """A request as a question names it: its line and the fields that decide."""
    fields = [f"{name}: {value}" for name in SHOWN_FIELDS if (value := value_of(request.headers, name)) is not None]
    if value_of(request.headers, "Host") is None:
        fields.insert(0, "no Host")
    return "; ".join([f"{request.method} {request.target} {request.version}", *fields])


def _conditional(request: Request) -> bool:
    return any(value_of(request.headers, name) is not None for name in ("If-None-Match", "If-Modified-Since"))


def _about(page: Page, status: int) -> list[tuple[str, str]]:
    """The fields that describe a page; with 304 those that 200 would have had and that matter to a cache (§15.4.5)."""
    fields = [("Content-Type", page.kind)] if status == 200 else []
    if page.etag:
        fields.append(("ETag", page.etag))
    if page.modified >= 0 and (status == 200 or not page.etag):
        fields.append(("Last-Modified", http_date.show(page.modified)))
    if page.max_age >= 0:
        fields.append(("Cache-Control", f"max-age={page.max_age}"))
    return fields


def _paced(pieces: list[bytes], every: int) -> list[tuple[int, bytes]]:
    return [(every if place else 0, piece) for place, piece in enumerate(pieces)]
