"""A client that sends the requests it was given, byte for byte, and a browser that loads a page with its pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.applications.http.choices import ANEW, BY_DATE, BY_TAG, CONDITION, FETCH, KEPT, NEW, ORDER, WAIT
from core.protocols.applications.http.messages import message_of, octets_of
from core.protocols.applications.http.site import Page, is_path, path_named, site_of
from core.wire import http1, http_date
from core.wire.http1 import HttpError, Request, Response, StreamDecoder, content_length, keeps_open, path_of
from core.wire.table import CodecError

TRIES = 2
"""Connections that may end on a request without an answer (RFC 9112 §9.3.1: idempotent ones may be repeated)."""
_OBJECT = re.compile(rb'(?:src|href)="([^"]+)"')
SILENCE = 0
"""The status in a result if no answer came, or none that could be read."""


@dataclass(frozen=True)
class Result:
    """What became of a request: status, the page that the client now has, the length that the answer told (-1: none).

    After 304 the page is the client's own copy. Status SILENCE: it has none.
    """

    number: int
    status: int
    body: bytes
    length: int = -1


@lru_cache(maxsize=256)
def asks_of(text: str) -> tuple[bytes, ...]:
    """The requests in a text, as bytes: blocks between lines of `---`, line ends made CRLF, the head's end added.

    Raises ValueError if there are none.
    """
    blocks = []
    for block in re.split(r"^---+$", text, flags=re.M):
        head, _, body = block.strip("\n").partition("\n\n")
        if head:
            blocks.append("\r\n".join([*head.split("\n"), "", ""]).encode() + body.encode())
    if not blocks:
        raise ValueError("a client that asks for nothing")
    return tuple(blocks)


@lru_cache(maxsize=256)
def request_of(data: bytes) -> Request | None:
    """The request in these bytes; None if they are none."""
    try:
        message = http1.decode(data)
    except CodecError:
        return None
    return message if isinstance(message, Request) else None


@dataclass
class Asker(Machine):
    """Who asks a server, and keeps what it got."""

    server: str = parameter("server", "whom it asks", kind="node")
    copies: str = parameter("", "what it kept from earlier", check=site_of)
    shuffled: bool = parameter(False, "asks in an order that chance decides")
    unreadable: int = 0
    octets: int = 0
    """Bytes that came."""


@dataclass
class Client(Asker):
    """Sends `asks` one after another, `every` µs apart (all at once if `pipelined`), and waits `patience` for answers.

    `shuffled`: in an order that chance decides. `copies` are the pages that it kept from earlier, as `site_of` reads
    them; only their bodies count.
    """

    asks: str = parameter("GET / HTTP/1.1\nHost: server", "its requests, with lines of --- between", check=asks_of)
    every: int = parameter(0, "between an answer and the next request", kind="duration", low=0)
    patience: int = parameter(3 * SECOND, "how long it waits for the other", kind="duration", low=1)
    pipelined: bool = parameter(False, "asks for all at once")
    todo: list[int] = field(default_factory=list)
    tries: dict[int, int] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    connection: str = ""
    standing: bool = False
    decoder: StreamDecoder = field(default_factory=StreamDecoder)
    early: list[Response] = field(default_factory=list)
    """An answer that ends, for HTTP/1.0, only with the connection."""
    opened: int = 0

    @property
    def blocks(self) -> tuple[bytes, ...]:
        """All requests that it is to send, as bytes."""
        return asks_of(self.asks)

    def request(self, number: int) -> Request | None:
        """The request of that number; None if its bytes are no request."""
        return request_of(self.blocks[number])

    @property
    def done(self) -> bool:
        """Has every request its result?"""
        return len(self.results) == len(self.blocks)

    def on_start(self, ctx: Context) -> None:
        self.kept = {page.path: page.body for page in site_of(self.copies).values()}
        count = len(self.blocks)
        self.todo = [number - 1 for number in ctx.choose(ORDER, count=count)] if self.shuffled else list(range(count))
        self._next(ctx)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        if connection == self.connection:
            self.standing = True
            self.decoder = StreamDecoder(responses=True)
            self._next(ctx)

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        if not self.connection or ctx.connection != self.connection:
            return
        fault, data = False, octets_of(message)
        self.octets += len(data)
        try:
            responses: tuple[Any, ...] = tuple(self.decoder.feed(data))
        except HttpError as error:
            responses, fault = error.decoded, True
        for response in responses:
            if response.status // 100 == 1:
                continue
            if not self.waiting:
                fault = True
                break
            request = self.request(self.waiting[0])
            if request is not None and request.version == "HTTP/1.0" and not keeps_open(request):
                self.early.append(response)  # HTTP/1.0 reads until the connection ends
                break
            self._record(ctx, response)
            if not keeps_open(response) or request is None or not keeps_open(request):
                ctx.close(self.connection)
                self._leave(ctx)
                self._go_on(ctx)
                return
        if self.early:
            return
        if fault or (not self.waiting and not self.decoder.between):
            self.unreadable += 1  # nothing on this connection can be trusted any more
            ctx.reset(self.connection)
            self._leave(ctx)
        self._go_on(ctx)

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        if connection != self.connection:
            return
        try:
            rest = [*self.early, *(self.decoder.close() if self.standing and not reset else [])]
        except HttpError:
            rest = list(self.early)
        for response in rest[:1] if self.early else rest:
            if isinstance(response, Response) and self.waiting:
                self._record(ctx, response)
        self._leave(ctx)
        self._next(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "next":
            self._next(ctx)
        elif key == "patience" and self.waiting:
            ctx.reset(self.connection)
            self._result(ctx, Result(self.waiting.pop(0), SILENCE, b""))
            self._leave(ctx)
            self._next(ctx)

    def _next(self, ctx: Context) -> None:
        if not self.todo:
            if self.connection and not self.waiting:
                ctx.close(self.connection)
                self.connection, self.standing = "", False
            return
        if not self.connection:
            self.opened += 1
            self.connection, self.standing = ctx.open(self.server), False
            return
        while self.standing and self.todo and (self.pipelined or not self.waiting):
            number = self.todo.pop(0)
            data = self.blocks[number]
            self.waiting.append(number)
            self.decoder.expect(data.split(b" ")[0].decode("latin-1"))
            ctx.send_on(self.connection, message_of(data))
            request = request_of(data)
            if request is None or not keeps_open(request):
                break
        if self.waiting:
            ctx.set_timer("patience", self.patience)

    def _go_on(self, ctx: Context) -> None:
        """Something has come: wait for more, or ask for the next."""
        if self.waiting:
            ctx.set_timer("patience", self.patience)
        elif self.todo and self.every:
            ctx.cancel_timer("patience")
            ctx.set_timer("next", self.every)
        else:
            ctx.cancel_timer("patience")
            self._next(ctx)

    def _record(self, ctx: Context, response: Response) -> None:
        number = self.waiting.pop(0)
        request = self.request(number)
        body = response.body
        if request is not None and request.version == "HTTP/1.0" and response.chunks:
            # HTTP/1.0 knows no chunks: what it keeps is the chunks as they came.
            body = http1.encode(response)[len(http1.head_of(response)) :]
        if request is not None:
            if response.status == 304:
                body = self.kept.get(path_of(request), b"")
            elif response.status == 200 and request.method == "GET":
                self.kept[path_of(request)] = body
        try:
            told = content_length(response.headers)
        except HttpError:  # where there is no body, nobody has looked at it yet
            told = None
        self._result(ctx, Result(number, response.status, body, -1 if told is None else told))

    def _result(self, ctx: Context, result: Result) -> None:
        self.results.append(result)
        ctx.deliver(result)

    def _leave(self, ctx: Context) -> None:
        """The connection is over; what was not answered on it is asked again, but the first not for ever."""
        ctx.cancel_timer("patience")
        self.connection, self.standing, self.early = "", False, []
        again, self.waiting = self.waiting, []
        if again:
            first = again[0]
            self.tries[first] = self.tries.get(first, 0) + 1
            if self.tries[first] >= TRIES:
                self._result(ctx, Result(again.pop(0), SILENCE, b""))
        self.todo = again + self.todo

    def view(self) -> dict[str, str | int]:
        blocks = self.blocks
        lines = [blocks[number].split(b"\r\n")[0].decode("latin-1") for number in self.waiting]
        return {
            "waiting for": ", ".join(lines) or "nothing",
            "answers": len(self.results),
            "still to ask": len(self.todo),
        }


def _hours(seconds: int) -> str:
    """So many seconds in whole hours, if that is what they are: "24 h"."""
    return f"{seconds // 3600} h" if seconds and seconds % 3600 == 0 else f"{seconds} s"


@dataclass
class Lane:
    """A browser's connection; `waiting` are the targets asked on it, in order."""

    connection: str
    standing: bool = False
    waiting: list[str] = field(default_factory=list)
    decoder: StreamDecoder = field(default_factory=lambda: StreamDecoder(responses=True))


@dataclass
class Browser(Asker):
    """Loads `page` and all that it shows, over at most `most` connections. `round_trip`: µs, for the score only.

    `shuffled`: it comes upon what the page shows in an order that chance decides. `copies`: what it kept from earlier,
    as `site_of` reads it.
    """

    page: str = parameter("/", "what it loads, with all that it shows", check=path_named)
    most: int = parameter(6, "connections that it may have", low=1, high=32)
    round_trip: int = parameter(80 * MILLISECOND, "the shortest round trip", kind="duration", low=1)
    kept: dict[str, Page] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)
    """What was decided for the targets of which it has a copy."""
    lanes: dict[str, Lane] = field(default_factory=dict)
    todo: list[str] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)
    got: dict[str, bytes] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    """When each came, µs after the start."""
    failed: list[str] = field(default_factory=list)
    count: int = 0
    began: int = -1
    ended: int = -1

    # What the choice reads

    def lane_names(self) -> tuple[str, ...]:
        """Its connections, by number."""
        return tuple(self.lanes)

    def may_open(self) -> bool:
        """Is one more connection allowed (RFC 9112 §9.4: a client ought to limit them)?"""
        return len(self.lanes) < self.most

    def busy(self) -> bool:
        """Is anything under way?"""
        return any(lane.waiting for lane in self.lanes.values())

    def is_made(self, target: str) -> bool:
        """Must the server make this page first? A query says so."""
        return "?" in target

    def is_standing(self, name: str) -> bool:
        """Has this connection been opened?"""
        return self.lanes[name].standing

    def is_slow(self, name: str) -> bool:
        """Does a page that must be made first stand on this connection?"""
        return any(self.is_made(target) for target in self.lanes[name].waiting)

    def free_lane(self) -> str | None:
        """A connection that stands and on which nothing is awaited."""
        return next((name for name, lane in self.lanes.items() if lane.standing and not lane.waiting), None)

    def quick_lane(self) -> str | None:
        """The connection on which an answer comes soonest; None if none is free of slow pages."""
        quick = [name for name in self.lanes if not self.is_slow(name)]
        key = {name: (not self.lanes[name].standing, len(self.lanes[name].waiting)) for name in quick}
        return min(quick, key=lambda name: key[name], default=None)

    def left_after(self, target: str) -> bool:
        """Is there more to be asked for?"""
        return any(other != target for other in self.todo)

    # Events

    def on_start(self, ctx: Context) -> None:
        self.began = ctx.now
        self.kept = site_of(self.copies)
        self.tries = {self.page: 0}
        self._open(ctx, self.page)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        for lane in self.lanes.values():
            if lane.connection == connection:
                lane.standing = True
                for target in lane.waiting:
                    self._send(ctx, lane, target)
        self._schedule(ctx)

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        name = self._lane_of(ctx.connection)
        if name is None:
            return
        lane = self.lanes[name]
        fault, data = False, octets_of(message)
        self.octets += len(data)
        try:
            responses: tuple[Any, ...] = tuple(lane.decoder.feed(data))
        except HttpError as error:
            responses, fault = error.decoded, True
        for response in responses:
            if response.status // 100 == 1:
                continue
            if not lane.waiting:
                fault = True
                break
            self._take(ctx, lane.waiting.pop(0), response)
            if not keeps_open(response):
                ctx.close(lane.connection)
                self._leave(name)
                break
        if name in self.lanes and (fault or (not lane.waiting and not lane.decoder.between)):
            self.unreadable += 1
            ctx.reset(lane.connection)
            self._leave(name)
        self._after(ctx)

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        name = self._lane_of(connection)
        if name is None:
            return
        lane = self.lanes[name]
        try:
            rest = lane.decoder.close() if not reset else []
        except HttpError:
            rest = []
        for response in rest:
            if isinstance(response, Response) and lane.waiting:
                self._take(ctx, lane.waiting.pop(0), response)
        self._leave(name)
        self._after(ctx)

    def _lane_of(self, connection: str | None) -> str | None:
        return next((name for name, lane in self.lanes.items() if lane.connection == connection), None)

    def _take(self, ctx: Context, target: str, response: Response) -> None:
        copy = self.kept.get(target)
        if response.status != 200 and (response.status != 304 or copy is None):
            self.failed.append(target)
            return
        self._show(ctx, target, copy.body if copy is not None and response.status == 304 else response.body)
        if target == self.page:
            names = dict.fromkeys(found.decode("latin-1") for found in _OBJECT.findall(self.got[target]))
            shown = [name for name in names if is_path(name) and name not in self.tries]
            if self.shuffled and len(shown) > 1:
                shown = [shown[number - 1] for number in ctx.choose(ORDER, count=len(shown))]
            self.tries |= dict.fromkeys(shown, 0)
            self.todo += shown

    def _show(self, ctx: Context, target: str, body: bytes) -> None:
        self.got[target] = body
        self.at[target] = ctx.came - self.began

    def _leave(self, name: str) -> None:
        """A connection is over; what was not answered on it is asked again, but the first not for ever."""
        again = self.lanes.pop(name).waiting
        if again:
            self.tries[again[0]] += 1
            if self.tries[again[0]] > TRIES:
                self.failed.append(again.pop(0))
        self.todo = again + self.todo

    def _after(self, ctx: Context) -> None:
        self._schedule(ctx)
        if self.ended < 0 and not self.todo and not self.busy():
            self.ended = ctx.now
            ctx.deliver(self.page)
            for lane in self.lanes.values():
                ctx.close(lane.connection)
            self.lanes = {}

    def _schedule(self, ctx: Context) -> None:
        """Something is still to be asked: see to it now, one request after another."""
        if self.todo:
            ctx.set_timer("next request", 0)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if not self.todo:
            return
        target = self.todo[0]
        copy = self.kept.get(target)
        if copy is not None and target not in self.conditions:
            date = http_date.show(copy.modified) if copy.modified >= 0 else ""
            age = copy.age + (ctx.now - self.began) // SECOND
            what = ", ".join(
                [
                    f"tag {copy.etag}" if copy.etag else "no tag",
                    f"of {date}" if date else "no date",
                    *([f"{_hours(age)} old, max-age {_hours(copy.max_age)}"] if copy.max_age >= 0 else []),
                ]
            )
            self.conditions[target] = ctx.choose(
                CONDITION, target=target, tag=copy.etag, date=date, what=what, fresh=age < copy.max_age,
                limited=copy.max_age >= 0,
            )  # fmt: skip
            if self.conditions[target] == KEPT:
                self._show(ctx, self.todo.pop(0), copy.body)
            self._after(ctx)
            return
        how = ctx.choose(FETCH, target=target, left=len(self.todo) - 1)
        if how == WAIT:
            return
        self.todo.pop(0)
        if how == NEW:
            self._open(ctx, target)
        else:
            lane = self.lanes[str(how)]
            lane.waiting.append(target)
            if lane.standing:
                self._send(ctx, lane, target)
        self._schedule(ctx)

    def _open(self, ctx: Context, target: str) -> None:
        self.count += 1
        self.lanes[str(self.count)] = Lane(ctx.open(self.server), waiting=[target])

    def _send(self, ctx: Context, lane: Lane, target: str) -> None:
        lane.decoder.expect("GET")
        fields = [("Host", self.server)]
        copy, condition = self.kept.get(target), self.conditions.get(target, ANEW)
        if copy is not None and condition == BY_TAG:
            fields.append(("If-None-Match", copy.etag))
        elif copy is not None and condition == BY_DATE:
            fields.append(("If-Modified-Since", http_date.show(copy.modified)))
        ctx.send_on(lane.connection, Request("GET", target, tuple(fields)))

    @property
    def rounds(self) -> int:
        """Round trips that loading took, the last begun one counted as whole; 0 while it lasts."""
        return 0 if self.ended < 0 else -(-(self.ended - self.began) // max(1, self.round_trip))

    def by(self, time: int) -> int:
        """How many pictures had come, so many µs after the start."""
        return sum(1 for target, at in self.at.items() if target != self.page and at <= time)

    def view(self) -> dict[str, str | int]:
        view: dict[str, str | int] = {
            "here": len(self.got),
            "still to ask": ", ".join(self.todo) or "nothing",
            "connections": f"{len(self.lanes)} of {self.most}, {self.count} opened",
        }
        for name, lane in self.lanes.items():
            state = "free" if lane.standing else "opening"
            view[f"connection {name}"] = (
                f"awaits {', '.join(lane.waiting)}"
                if lane.waiting and lane.standing
                else (f"opening, for {', '.join(lane.waiting)}" if lane.waiting else state)
            )
        return view
