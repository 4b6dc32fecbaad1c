"""Sockets as the server's process sees them: what each call does in each state, its errors, and what is right next.

The errors are those that Linux returns (POSIX names them; for `send` it would be ENOTCONN).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WELCOME = "welcome"
"""The name of the welcome socket in calls and answers; a connection socket is named by its client: "ana:49152"."""

NONE, UNBOUND, BOUND, LISTENING, ELSEWHERE = "none", "no address", "port 12000", "listening", "listening elsewhere"
"""States of the welcome socket. Without `bind`, `listen` takes any free port: nobody knows which."""

ONE, SEVERAL = "one at a time", "several"

_CLOSED = dict.fromkeys(("bind", "listen", "accept", "recv", "send", "close"), "EBADF")
_ERRORS = {
    NONE: _CLOSED,
    UNBOUND: {"accept": "EINVAL", "recv": "ENOTCONN", "send": "EPIPE"},
    BOUND: {"bind": "EINVAL", "accept": "EINVAL", "recv": "ENOTCONN", "send": "EPIPE"},
    LISTENING: {"bind": "EINVAL", "recv": "ENOTCONN", "send": "EPIPE"},
    ELSEWHERE: {"bind": "EINVAL", "recv": "ENOTCONN", "send": "EPIPE"},
}
ERRORS = {
    "EBADF": "there is no such socket",
    "EINVAL": "the socket is not in the state for it",
    "ENOTCONN": "the welcome socket is connected to nobody",
    "EPIPE": "there is nobody at the other end",
}


@dataclass(frozen=True)
class Socket:
    """A connection socket.

    accepted    the process has it; before, it waits in the welcome socket's queue.
    unread      bytes that arrived and no `recv` has taken. held: what the process took and has not answered.
    ended       the client's end has arrived; hung_up: a `recv` said so, by giving nothing.
    answered    lines answered so far.
    """

    connection: str
    host: str
    port: int
    accepted: bool = False
    unread: bytes = b""
    held: bytes = b""
    ended: bool = False
    hung_up: bool = False
    answered: int = 0

    @property
    def readable(self) -> bool:
        """Does `recv` return at once?"""
        return bool(self.unread) or (self.ended and not self.hung_up)

    @property
    def whole(self) -> bool:
        """Has the process a whole line?"""
        return b"\n" in self.held

    @property
    def content(self) -> bool:
        """Has the client got an answer to all that it said so far?"""
        return bool(self.answered) and not self.unread and not self.held


def accepted(me: Any) -> dict[str, Socket]:
    """The connection sockets that the server's process has, by name, in the order they came."""
    return {name: socket for name, socket in me.sockets.items() if socket.accepted}


def waiting(me: Any) -> list[str]:
    """The connections in the welcome socket's queue."""
    return [name for name, socket in me.sockets.items() if not socket.accepted]


def split(call: str) -> tuple[str, str]:
    """A call and the socket it is made on: ("recv", "ana:49152"), ("accept", "welcome")."""
    verb, _, name = call.partition(" ")
    return verb, name or WELCOME


def error_of(me: Any, call: str) -> str:
    """The error that a call returns; "" if it works, or blocks."""
    verb, name = split(call)
    return _ERRORS[me.welcome].get(verb, "") if name == WELCOME else ""


def next_call(me: Any) -> str:
    """What the book calls now: a line that is whole is answered first, then what is there is read.

    With several clients whoever waits at the door comes in before more is read, and all are read in turn: one that
    never stops talking holds nobody up.
    """
    setup = {NONE: "socket", UNBOUND: "bind", BOUND: "listen", ELSEWHERE: "close welcome"}
    if me.welcome in setup:
        return setup[me.welcome]
    mine = accepted(me)
    for name, socket in mine.items():
        if socket.whole:
            return f"send {name}"
    for name, socket in mine.items():
        if socket.hung_up:
            return f"close {name}"
    if me.serves == SEVERAL and waiting(me):
        return "accept"
    names = list(mine)
    behind = names.index(me.last) + 1 if me.last in names else 0
    for name in names[behind:] + names[:behind]:
        if mine[name].readable:
            return f"recv {name}"
    if me.serves == ONE and mine:
        return f"recv {next(iter(mine))}"  # it blocks: the lecture's server has one client at a time
    return "accept" if me.serves == ONE else "wait"


def situation(me: Any) -> str:
    """Which of the cases of the server's next call this is."""
    verb, name = split(next_call(me))
    if name in me.sockets and verb == "recv":
        return "half a line" if me.sockets[name].held else "a client, and no word yet"
    if verb == "accept":
        return "somebody at the door" if waiting(me) else "nobody at the door"
    if verb == "close" and name == WELCOME:
        return "a queue at an unknown port"
    return {
        "socket": "no socket", "bind": "a socket without an address", "listen": "an address without a queue",
        "send": "a whole line", "close": "a client that hung up", "wait": "nothing to do",
    }[verb]  # fmt: skip


SITUATIONS = (
    "no socket", "a socket without an address", "an address without a queue", "a queue at an unknown port",
    "nobody at the door", "somebody at the door", "a client, and no word yet", "half a line", "a whole line",
    "a client that hung up", "nothing to do",
)  # fmt: skip


def possible(me: Any) -> list[str]:
    """The calls that may be made, by their names: that gives nothing away."""
    mine = accepted(me)
    calls = ["accept", "bind", "close welcome", "listen", "socket", "wait"]
    calls += [f"{verb} {name}" for verb in ("close", "recv", "send") for name in mine]
    return sorted(calls if mine else [*calls, "recv welcome", "send welcome"])
