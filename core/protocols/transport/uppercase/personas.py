"""The bugs of the lecture's exercise, by name."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.kernel.time import MILLISECOND
from core.protocols.transport.uppercase.choices import CALL, LONGEST, NOBODY, PATIENCE, PRINT, REPLY_TO, SILENCE, SOCKET
from core.protocols.transport.uppercase.sockets import UNBOUND, WELCOME, next_call, split

OWN_LINES = "a client prints nothing but its own lines in capitals"
EVERY_DATAGRAM = "every datagram is answered"
EVERY_LINE = "{client:node} has every line in capitals, in order"
ALL_SERVED = "{server:node} has served {clients:number} connections and keeps no socket of theirs"


def _first(asked: Asked) -> Value:
    return next(iter(asked.me.heard), asked.source)


def _last(asked: Asked) -> Value:
    """Keeps the client's address in one variable, and sets it after the answer."""
    return asked.me.last or asked.source


def _new_only(asked: Asked) -> Value:
    return NOBODY if asked.me.heard.get(asked.source) == asked.data else asked.source


def _piece(asked: Asked) -> Value:
    """Sends as soon as a recv has brought anything."""
    verb, name = split(next_call(asked.me))
    return f"send {name}" if verb == "recv" and asked.me.sockets[name].held else next_call(asked.me)


def _shuts_door(asked: Asked) -> Value:
    call = next_call(asked.me)
    return "close welcome" if split(call)[0] == "close" else call


def _keeps_all(asked: Asked) -> Value:
    call = next_call(asked.me)
    return "accept" if split(call)[0] == "close" and split(call)[1] != WELCOME else call


def _unbound(asked: Asked) -> Value:
    return "listen" if asked.me.welcome == UNBOUND else next_call(asked.me)


def _by_port_only(asked: Asked) -> Value:
    return asked.book if asked.what == "a connection request" else next(iter(asked.me.sockets))


def _by_host_only(asked: Asked) -> Value:
    same = [name for name, socket in asked.me.sockets.items() if socket.host == asked.host]
    return asked.book if asked.what == "a connection request" else same[0]


PERSONAS = (
    Persona(
        "answers the first", "sends every answer to the client that wrote first", {REPLY_TO.name: _first}, EVERY_LINE
    ),
    Persona("answers the last", "answers whoever wrote before this one", {REPLY_TO.name: _last}, EVERY_LINE),
    Persona("never twice", "has answered that line, and says nothing", {REPLY_TO.name: _new_only}, EVERY_DATAGRAM),
    Persona("prints whatever comes", "does not look who says what", {PRINT.name: lambda asked: "print"}, OWN_LINES),
    Persona("in a hurry", "asks before an answer can be back", {PATIENCE.name: lambda asked: 20 * MILLISECOND}),
    Persona("patient", "believes that the answer must come", {PATIENCE.name: lambda asked: LONGEST}),
    Persona("gives up", "takes one silence for the end", {SILENCE.name: lambda asked: "give up"}),
    Persona("one recv, one message", "answers what a recv brings, a whole line or not", {CALL.name: _piece}, OWN_LINES),
    Persona("shuts the door", "closes the welcome socket when a client goes", {CALL.name: _shuts_door}, EVERY_LINE),
    Persona("keeps every socket", "never closes a connection socket", {CALL.name: _keeps_all}, ALL_SERVED),
    Persona("forgets bind", "listens at a port that nobody knows", {CALL.name: _unbound}, EVERY_LINE),
    Persona("by port only", "bytes for port 12000 go to the first connection", {SOCKET.name: _by_port_only}, OWN_LINES),
    Persona("by host only", "takes the first socket of the host", {SOCKET.name: _by_host_only}, OWN_LINES),
)
