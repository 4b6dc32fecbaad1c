"""The server on streams: the system below, which knows whose bytes these are, and the process above, which calls it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND
from core.protocols.transport.uppercase.choices import CALL, SOCKET
from core.protocols.transport.uppercase.messages import PORT, RECEIVE, Text, capitals, shown
from core.protocols.transport.uppercase.sockets import (
    BOUND,
    ELSEWHERE,
    LISTENING,
    NONE,
    ONE,
    SEVERAL,
    UNBOUND,
    WELCOME,
    Socket,
    accepted,
    error_of,
    split,
    waiting,
)
from core.wire.lines import cut, join
from core.wire.table import CodecError

FIRST_PORT = 49_152
"""The first of the ports for clients (RFC 6335, 6)."""
PROGRAM = "of the program"
"""The timer after which the program makes its next call; as a log says it."""


@dataclass
class TcpServer(Machine):
    """A process and its sockets.

    serves      "one at a time": it blocks in `recv` for the client that it has, as the lecture's does; "several": it
                waits for all of its sockets at once, as with `select`.
    backlog     connections that may wait to be accepted; beyond that they are refused.
    call_time   what a call takes; after one that fails the process pauses for `pause`.
    """

    serves: str = parameter(ONE, "how many clients at a time", options=(ONE, SEVERAL))
    backlog: int = parameter(5, "connections that may wait for accept", low=1, high=4096)
    call_time: int = parameter(MILLISECOND, "what a system call takes", kind="duration", low=1)
    pause: int = parameter(100 * MILLISECOND, "pause after a call that failed", kind="duration", low=1)
    welcome: str = NONE
    sockets: dict[str, Socket] = field(default_factory=dict)
    blocked: str = ""
    """The call that has not returned yet."""
    ports: int = FIRST_PORT
    calls: int = 0
    errors: int = 0
    error: str = ""
    """What came of the last call."""
    last: str = ""
    """The connection socket that was read last."""
    refused: int = 0
    served: int = 0
    """Clients whose connection was closed after they had hung up, or with an answer to all that they had said."""

    def on_start(self, ctx: Context) -> None:
        self._call(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._call(ctx)

    # The system: which socket is it for?

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        port, self.ports = self.ports, self.ports + 1
        socket = Socket(connection, peer, port)
        if self.welcome == LISTENING and self._which(ctx, socket, "a connection request") == WELCOME:
            if len(waiting(self)) < self.backlog:
                self.sockets[f"{peer}:{port}"] = socket
            else:
                self._refuse(ctx, connection)
        else:
            self._refuse(ctx, connection)
        self._wake(ctx)

    def on_message(self, ctx: Context, source: str, message: Text) -> None:
        name = self._name(ctx.connection)
        if name is None:
            return
        to = self._which(ctx, self.sockets[name], "the bytes", message.data)
        if to == WELCOME:
            ctx.reset(self.sockets.pop(name).connection)
        else:
            socket = self.sockets[to]
            self.sockets[to] = replace(socket, unread=socket.unread + message.data)
        self._wake(ctx)

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        name = self._name(connection)
        if name is None:
            return
        if reset:
            del self.sockets[name]
        else:
            to = self._which(ctx, self.sockets[name], "its end")
            if to != WELCOME:
                self.sockets[to] = replace(self.sockets[to], ended=True)
        self._wake(ctx)

    def unread(self, connection: str) -> int:
        """Bytes of a connection that the process has not taken yet."""
        name = self._name(connection)
        return 0 if name is None else len(self.sockets[name].unread)

    def _name(self, connection: str | None) -> str | None:
        return next((name for name, socket in self.sockets.items() if socket.connection == connection), None)

    def _which(self, ctx: Context, socket: Socket, what: str, data: bytes = b"") -> str:
        """The name of the socket that gets what came; with nobody there but the door it is not asked."""
        if not self.sockets:
            return WELCOME
        news = f"{what} {shown(data)}" if data else what
        to = ctx.choose(SOCKET, host=socket.host, port=socket.port, what=what, news=news)
        return str(to)

    def _refuse(self, ctx: Context, connection: str) -> None:
        ctx.reset(connection)
        self.refused += 1

    # The process: what it calls

    def _call(self, ctx: Context) -> None:
        """One call: its effect, its error, or its blocking."""
        if self.blocked:
            return
        call = str(ctx.choose(CALL, news=self._news()))
        self.calls += 1
        self.error = error_of(self, call)
        if self.error:
            self.errors += 1
            ctx.set_timer(PROGRAM, self.pause)
            return
        verb, name = split(call)
        if verb in ("accept", "recv", "wait"):
            self.blocked = call
            if verb != "wait":
                self._wake(ctx)
            return
        if verb == "send":
            self._send(ctx, name)
        elif verb == "close":
            self._close(ctx, name)
        else:
            self._set_up(verb)
        ctx.set_timer(PROGRAM, self.call_time)

    def _wake(self, ctx: Context) -> None:
        """Does the call return for which the process waits?"""
        verb, name = split(self.blocked)
        if verb == "accept":
            first = next(iter(waiting(self)), None) if self.welcome == LISTENING else None
            if first is None:
                return
            self.sockets[first] = replace(self.sockets[first], accepted=True)
        elif verb == "recv":
            socket = self.sockets.get(name)
            if socket is None:
                self.error = "ECONNRESET"
            elif not socket.readable:
                return
            else:
                self._receive(ctx, name, socket)
        elif verb != "wait":
            return
        self.blocked = ""
        ctx.set_timer(PROGRAM, self.call_time)

    def _receive(self, ctx: Context, name: str, socket: Socket) -> None:
        self.last = name
        data, rest = socket.unread[:RECEIVE], socket.unread[RECEIVE:]
        try:
            cut(socket.held, data)
        except CodecError:
            ctx.reset(socket.connection)
            del self.sockets[name]
            self.error = "a line without an end"
            return
        self.sockets[name] = replace(socket, unread=rest, held=socket.held + data, hung_up=not data)

    def _send(self, ctx: Context, name: str) -> None:
        """The answer to the first line; if none is whole, to the piece that is there."""
        socket = self.sockets[name]
        line, _, rest = socket.held.partition(b"\n")
        ctx.send_on(socket.connection, Text(join(capitals(line.removesuffix(b"\r")))))
        self.sockets[name] = replace(socket, held=rest, answered=socket.answered + 1)

    def _close(self, ctx: Context, name: str) -> None:
        if name == WELCOME:
            for other in waiting(self):
                self._refuse(ctx, self.sockets.pop(other).connection)
            self.welcome = NONE
            return
        socket = self.sockets.pop(name)
        self.served += socket.hung_up or socket.content
        ctx.close(socket.connection)

    def _set_up(self, verb: str) -> None:
        if verb == "socket" and self.welcome == NONE:
            self.welcome = UNBOUND
        elif verb == "bind":
            self.welcome = BOUND
        elif verb == "listen":
            self.welcome = LISTENING if self.welcome in (BOUND, LISTENING) else ELSEWHERE

    def _news(self) -> str:
        """What the process knows, in words."""
        last = f"The last call returned {self.error}. " if self.error else ""
        mine = [f"{name} {_state(socket)}" for name, socket in accepted(self).items()]
        return last + ("; ".join(mine) + "." if mine else "")

    def view(self) -> dict[str, str | int]:
        found: dict[str, str | int] = {"welcome socket": self.welcome, "at the door": len(waiting(self))}
        for name, socket in accepted(self).items():
            found[name] = shown(socket.held) if socket.held else "hung up" if socket.hung_up else "connected"
        found |= {"calls": self.calls, "errors": self.errors}
        if self.blocked:
            found["blocked in"] = self.blocked
        return found


def _state(socket: Socket) -> str:
    """What a process knows of a client."""
    if socket.held:
        return f"said {shown(socket.held)}"
    return "hung up" if socket.hung_up else "said nothing yet" if not socket.answered else "has its answer"


__all__ = ["FIRST_PORT", "PORT", "TcpServer"]
