"""What a programmer of sockets decides: whom to answer, how long to wait, what to call next; and what the system
below decides: which socket gets what arrives."""

from __future__ import annotations

from typing import Any

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import NodeOf, Number, OneOf
from core.kernel.ready_choices import alarm, lookup
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.transport.uppercase.messages import capitals
from core.protocols.transport.uppercase.sockets import (
    ERRORS,
    SEVERAL,
    SITUATIONS,
    UNBOUND,
    WELCOME,
    accepted,
    error_of,
    next_call,
    possible,
    situation,
    split,
    waiting,
)

NOBODY = "nobody"
LONGEST = 60 * SECOND

# Datagrams: the server


def _reply_case(asked: Asked) -> str:
    heard = asked.me.heard
    if heard.get(asked.source) == asked.data:
        return "the same line again"
    return "another client's turn" if asked.me.last not in ("", asked.source) else "a line"


def _addresses(asked: Asked) -> list[str]:
    return sorted({asked.source, *asked.me.heard, *asked.me.peers})


def _reply_candidates(asked: Asked) -> list[Value]:
    heard = [source for source in sorted(asked.me.heard) if source != asked.source]
    others = heard or [name for name in asked.me.peers if name != asked.source][:1]
    return [*sorted([asked.source, *others]), NOBODY]


def _judge_reply(asked: Asked, value: Value) -> str:
    if value == asked.source:
        return "book"
    return "silent" if value == NOBODY else "swapped"


REPLY_TO = Choice(
    name="uppercase.reply_to",
    question="A datagram from {source} says {text}. To whom goes the answer?",
    domain=NodeOf(lambda asked: [*_addresses(asked), NOBODY]),
    cases=("a line", "another client's turn", "the same line again"),
    case=_reply_case,
    book=lambda asked: asked.source,
    candidates=_reply_candidates,
    inaction=NOBODY,
    judge=_judge_reply,
    answers={
        "book": Answer(Kind.BOOK, "The datagram itself says where it came from: there goes the answer."),
        "swapped": Answer(Kind.WRONG, "{answer} did not ask that, and {source} still waits."),
        "silent": Answer(Kind.WRONG, "{source} cannot tell your silence from a loss: it asks again or blocks."),
    },
    source="Kurose & Ross 8e §2.7.1",
)

# Datagrams: the client


PATIENCE = alarm(
    "uppercase.patience",
    "{text} is sent, copy {copy}. How long may recvfrom block?",
    least=10 * MILLISECOND,
    most=LONGEST,
    book=lambda asked: asked.me.patience,
    early=lambda asked: asked.me.round_trip,
    late=lambda asked: 4 * asked.me.patience,
    mistakes=lambda asked: [20 * MILLISECOND, 10 * SECOND, LONGEST],
    cases=("first copy", "asked again"),
    case=lambda asked: "first copy" if asked.copy == 1 else "asked again",
    answers={
        "book": Answer(Kind.BOOK, "Long enough for an answer, short enough to notice a loss."),
        "near": Answer(Kind.FINE, "{answer}: longer than a round trip, and not for ever."),
        "early": Answer(
            Kind.COSTLY, "The answer to this copy cannot be back after {answer}: every line goes out twice."
        ),
        "late": Answer(Kind.COSTLY, "{book} of silence would have said as much: the rest of {answer} is idle."),
    },
    source="Kurose & Ross 8e §2.7.1",
)


SILENCE = lookup(
    "uppercase.silence",
    "No answer to {text}; copies sent: {copy}. What now?",
    ("give up", "again", "wait"),
    right={"a silence": "again", "many silences": "give up"},
    mistakes={"again": "stubborn", "give up": "early", "wait": "waits"},
    inaction="wait",
    case=lambda asked: "a silence" if asked.copy < asked.me.tries else "many silences",
    candidates=lambda asked: ["again", "wait", "give up"],
    answers={
        "book": Answer(Kind.BOOK, "Nobody below sends a datagram again: either you do, or nobody does."),
        "waits": Answer(Kind.COSTLY, "UDP repeats nothing. If the datagram is lost, you wait for ever."),
        "early": Answer(Kind.WRONG, "One lost datagram is no dead server: {text} goes without an answer."),
        "stubborn": Answer(
            Kind.COSTLY, "{copy} copies or their answers were lost, or the server is gone: say so to your user."
        ),
    },
    source="RFC 8085 §3.1.1, §3.3",
)


def _print_case(asked: Asked) -> str:
    if asked.source != asked.me.server:
        return "from a stranger"
    return "from the server" if asked.data == capitals(asked.me.line) else "not to this line"


PRINT = lookup(
    "uppercase.print",
    "{source} says {said}. You asked for {text}. Print it?",
    ("print", "ignore"),
    right={"from the server": "print", "not to this line": "ignore", "from a stranger": "ignore"},
    mistakes={"print": "gullible", "ignore": "deaf"},
    inaction="ignore",
    case=_print_case,
    candidates=lambda asked: ["print", "ignore"],
    answers={
        "book": Answer(Kind.BOOK, "A socket takes datagrams from anybody: who asks must look."),
        "gullible": Answer(Kind.WRONG, "{said} from {source} is no answer to {text}: a late one, or a forged one."),
        "deaf": Answer(Kind.WRONG, "That was the answer to {text}. It will not come again by itself."),
    },
    source="Kurose & Ross 8e §2.7.1; RFC 8085 §6",
)

# Streams: where the network cuts

PIECE = Choice(
    name="uppercase.piece",
    question="{text} leaves. How many bytes of it travel together?",
    domain=Number(1, lambda asked: len(asked.rest), "bytes"),
    book=lambda asked: asked.dice.between(1, len(asked.rest)),
    candidates=lambda asked: sorted({1, (len(asked.rest) + 1) // 2, len(asked.rest)}),
    answers={},
    inaction=1,
    source="RFC 9293 §3.7: how a stream is cut into segments is TCP's affair",
    chance=True,
)

# Streams: the system below the server


def _socket_case(asked: Asked) -> str:
    if asked.what == "a connection request":
        return "a new caller"
    if asked.what == "its end":
        return "the end of a connection"
    hosts = [socket.host for socket in asked.me.sockets.values()]
    return "more of a line, two sockets of one host" if hosts.count(asked.host) > 1 else "more of a line"


def _judge_socket(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == WELCOME:
        return "door"
    if asked.what == "a connection request":
        return "no door"
    return "tab" if asked.me.sockets[value].host == asked.host else "swapped"


SOCKET = Choice(
    name="uppercase.socket",
    question="From {host} port {port} to your port 12000: {news}. Which socket gets it?",
    domain=OneOf(lambda asked: [WELCOME, *asked.me.sockets]),
    cases=("a new caller", "more of a line", "more of a line, two sockets of one host", "the end of a connection"),
    case=_socket_case,
    book=lambda asked: WELCOME if asked.what == "a connection request" else f"{asked.host}:{asked.port}",
    candidates=lambda asked: [WELCOME, *asked.me.sockets],
    inaction=WELCOME,
    judge=_judge_socket,
    answers={
        "book": Answer(
            Kind.BOOK, "Four numbers name a connection: both addresses, both ports. All else is for the welcome socket."
        ),
        "no door": Answer(Kind.WRONG, "{answer} is somebody's connection already: {host} port {port} is refused."),
        "door": Answer(Kind.WRONG, "The welcome socket takes requests only: the connection of port {port} is reset."),
        "tab": Answer(Kind.WRONG, "The host is right and the port is not: two programs of {host} mix their lines."),
        "swapped": Answer(Kind.WRONG, "{answer} never said that: it gets an answer that {book} waits for."),
    },
    source="RFC 9293 §3.3.1; Kurose & Ross 8e §3.2",
)

# Streams: the server's process


def _judge_call(asked: Asked, value: Value) -> str:
    me, book = asked.me, asked.book
    if value == book:
        return split(value)[0] if value != "close welcome" else "mend"
    error = error_of(me, value)
    if error:
        return error
    verb, name = split(value)
    if verb == "socket":
        return "spare"
    if verb == "listen":
        return "elsewhere" if me.welcome == UNBOUND else "again"
    if value == "close welcome":
        return "door"
    if verb in ("wait", "accept"):
        return _judge_pause(me, value)
    socket = me.sockets[name]
    if verb == "send":
        return "fine" if socket.whole else "premature"
    if verb == "close":
        return "fine" if socket.hung_up else "one line" if socket.content else "hung up"
    return "fine" if socket.readable else "stuck" if socket.whole else "blocks"


def _judge_pause(me: Any, value: Value) -> str:
    if value == "accept" and waiting(me):
        return "fine" if me.serves == SEVERAL else "crowd"
    busy = any(socket.whole or socket.hung_up or socket.readable for socket in accepted(me).values())
    return "sleeps" if busy or waiting(me) or value == "wait" else "door only"


CALL = Choice(
    name="uppercase.call",
    question="Your server's next call? The welcome socket: {me.welcome}. {news}",
    domain=OneOf(lambda asked: possible(asked.me)),
    cases=SITUATIONS,
    case=lambda asked: situation(asked.me),
    book=lambda asked: next_call(asked.me),
    candidates=lambda asked: possible(asked.me),
    inaction="wait",
    judge=_judge_call,
    answers={
        "socket": Answer(Kind.BOOK, "A socket: it has no address yet, and nobody can come to it."),
        "bind": Answer(Kind.BOOK, "Now it has the address that the clients know: port 12000."),
        "listen": Answer(Kind.BOOK, "Now it is a welcome socket: whoever comes waits in its queue."),
        "accept": Answer(Kind.BOOK, "It blocks until somebody comes, and gives you a socket for that client alone."),
        "recv": Answer(Kind.BOOK, "It gives what has come, be it a piece; and nothing once the client has hung up."),
        "send": Answer(Kind.BOOK, "The line is whole, so it can be answered: on its own client's socket."),
        "close": Answer(Kind.BOOK, "The client has hung up: its socket is closed, and the door stays open."),
        "mend": Answer(Kind.BOOK, "Nobody will find that port: away with the socket, and begin again."),
        "wait": Answer(Kind.BOOK, "Nothing is there for any of your sockets: wait for all of them at once."),
        "fine": Answer(Kind.FINE, "{answer} works as well; {book} would be as good."),
        **{error: Answer(Kind.WRONG, f"{{answer}} returns {error}: {words}. First comes {{book}}.")
           for error, words in ERRORS.items()},
        "spare": Answer(Kind.COSTLY, "A second socket, which nobody needs; {book} comes next."),
        "elsewhere": Answer(
            Kind.WRONG, "It listens, at a port that the system picked: at 12000 every client is refused."
        ),
        "again": Answer(Kind.COSTLY, "It listens already; {book} comes next."),
        "door": Answer(Kind.WRONG, "That was the door itself, not a client's socket: nobody can come in any more."),
        "premature": Answer(Kind.WRONG, "No line has ended yet. One recv is not one message: that answers a piece."),
        "one line": Answer(
            Kind.FINE, "As in the lecture: one line a connection. A client with more to say meets a closed socket."
        ),
        "hung up": Answer(Kind.WRONG, "The client has not hung up: what it still wants to say meets a closed socket."),
        "blocks": Answer(Kind.COSTLY, "Nothing has come on that socket: recv blocks, and everybody else waits."),
        "stuck": Answer(
            Kind.WRONG, "The line is whole: its client waits for your answer, and you for its next word. Nobody moves."
        ),
        "crowd": Answer(Kind.COSTLY, "One more at the counter, while the first one waits for {book}."),
        "sleeps": Answer(Kind.COSTLY, "Somebody is waiting for {book}, and you sleep."),
        "door only": Answer(Kind.COSTLY, "You wait at the door, and hear nobody who is in already."),
    },
    source="POSIX.1-2017; Kurose & Ross 8e §2.7.2",
)  # fmt: skip

CHOICES = (REPLY_TO, PATIENCE, SILENCE, PRINT, PIECE, SOCKET, CALL)
