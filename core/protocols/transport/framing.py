"""Framing: messages over a stream that keeps no boundaries.

Problem      a stream delivers bytes, all and in order, but cut anywhere; where does a message end?
Rule         say the length before, or a mark behind; a mark inside the message is disguised. Read on until it is whole.
Simplified   three formats without the rest of their protocols; who speaks which is known; no message is refused; who
             crashes says all of it again on another connection.
Source       Bernstein 1997, Netstrings; RFC 1662 §4.2; RFC 5321 §4.5.2; RFC 9293 §3.8 (a stream of octets).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from core.kernel.choice import Answer, Asked, Choice, Kind, Persona, Value
from core.kernel.domains import Number
from core.kernel.effects import Key
from core.kernel.laws import COMMON_MEASURES, PART, Evidence, Measure, always, eventually, sometimes
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine, Protocol
from core.kernel.protocol import Envelope as Ends
from core.kernel.ready_choices import duty
from core.kernel.ready_laws import sometimes_one
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, OPENED, Entry
from core.wire.framing import FRAMINGS, Framing
from core.wire.table import CodecError, Span, octets_in_words

# Messages


@dataclass(frozen=True)
class Piece:
    """Some bytes of a stream, as many as happened to arrive together."""

    data: bytes

    def __str__(self) -> str:
        return f"{octets_in_words(self.data)} {shown(self.data[:24])}"


def shown(data: bytes) -> str:
    r"""Bytes as text: CR and LF as \r and \n, others that are no letters in hexadecimal."""
    return repr(data)[2:-1].replace('\\"', '"').replace("\\'", "'")


class PieceCodec:
    """The bytes themselves: any bytes are a piece."""

    name = "framing"

    def encode(self, message: Piece, envelope: Ends) -> bytes:
        return message.data

    def decode(self, data: bytes, envelope: Ends) -> Piece:
        return Piece(data)

    def spans(self, data: bytes) -> list[Span]:
        """A stream has no fields: where a message ends depends on all that came before."""
        words = f"{octets_in_words(data)}, no boundary is marked"
        return [Span("octets", 0, len(data) * 8, data, words, "bytes of a stream")] if data else []


# Choices


def _framing(asked: Asked) -> Framing:
    return FRAMINGS[asked.format]


def true_end(framing: str, data: bytes) -> int:
    """Bytes of the first frame; 0 if it is not whole. What can become no frame is taken as a whole, to be rid of it."""
    try:
        return FRAMINGS[framing].end_of(data)
    except CodecError:
        return len(data)


def _end(asked: Asked) -> int:
    return true_end(asked.format, asked.held)


def _end_case(asked: Asked) -> str:
    end = _end(asked)
    if end == 0:
        return "not whole yet"
    naive = _framing(asked).naive(asked.held)
    if 0 < naive < end:
        return "whole, and something inside looks like an end"
    return "exactly one" if end == len(asked.held) else "one, and more behind it"


def _end_candidates(asked: Asked) -> list[int]:
    held, end = asked.held, _end(asked)
    digits = held.split(b":")[0]
    told = int(digits) if digits.isdigit() and len(digits) < 6 else end - 1
    found = [end, 0, len(held), _framing(asked).naive(held), told, end - 1, end + 1]
    return [value for value in found if 0 <= value <= len(held)]


def _judge_end(asked: Asked, value: Value) -> str:
    end = _end(asked)
    if value == end:
        return "book"
    if value == 0:
        return "late"
    if end == 0:
        return "piece" if value == len(asked.held) else "early"
    return "early" if value < end else "swallowed"


END = Choice(
    name="framing.end",
    question="{format} from {source}:  {text}  Its first message takes how many bytes, all in all? 0: more must come.",
    domain=Number(0, lambda asked: len(asked.held), "bytes"),
    cases=(
        "not whole yet", "exactly one", "one, and more behind it", "whole, and something inside looks like an end",
    ),
    case=_end_case,
    book=_end,
    candidates=_end_candidates,
    inaction=0,
    judge=_judge_end,
    answers={
        "book": Answer(Kind.BOOK, "There it ends, or it is not all there; the next one begins right behind."),
        "late": Answer(Kind.COSTLY, "It is all there, {book}: nothing says that more will come to wake you."),
        "piece": Answer(Kind.WRONG, "What arrives together is no message: the stream was cut, not the message."),
        "early": Answer(Kind.WRONG, "Cut at {answer}: half a message goes up, and the rest is read as another."),
        "swallowed": Answer(Kind.WRONG, "It ends after {book}; what is behind belongs to the next message."),
    },
    source="RFC 9293 §3.8",
)  # fmt: skip

DISGUISE, BARE = "disguised", "as it is"

ESCAPE = duty(
    "framing.escape",
    "{text} goes out as {format}, and it contains what ends a message. How?",
    {DISGUISE: "with the marks inside it escaped", BARE: "byte by byte, then the mark"},
    inaction=BARE,
    cases=("a mark inside",),
    answers={
        "book": Answer(Kind.BOOK, "Some bytes more, and the mark means the end, always."),
        "ghost": Answer(Kind.WRONG, "The reader stops at the mark inside: two messages of which none was sent."),
    },
    source="RFC 1662 §4.2; RFC 5321 §4.5.2",
)


def _nasty_cut(asked: Asked) -> int:
    """Half of the cuts fall where they hurt: inside a length, beside a mark; the others anywhere."""
    most = min(asked.left, asked.me.most)
    places = [place for place in asked.places if 0 < place <= most]
    if places and asked.dice.chance(0.5):
        chosen: int = asked.dice.pick(places)
        return chosen
    return int(asked.dice.between(1, most))


CUT = Choice(
    name="framing.cut",
    question="{left} bytes are left. How many travel together?",
    domain=Number(1, lambda asked: min(asked.left, asked.me.most), "bytes"),
    book=_nasty_cut,
    candidates=lambda asked: [min(asked.left, asked.me.most), 1],
    answers={},
    inaction=lambda asked: min(asked.left, asked.me.most),
    source="RFC 9293 §3.8",
    chance=True,
)
CHOICES = (END, ESCAPE, CUT)

# Machine


@lru_cache(maxsize=256)
def messages_of(text: str) -> tuple[bytes, ...]:
    r"""One message a line; `\r` and `\n` in it are CR and LF. Raises ValueError if there is none."""
    lines = [line for line in text.strip("\n").split("\n") if line]
    if not lines:
        raise ValueError("a sender without messages")
    return tuple(line.replace("\\r", "\r").replace("\\n", "\n").encode() for line in lines)


def formats_of(text: str) -> dict[str, str]:
    """Who speaks which format: "ana netstring, bob flag". Raises ValueError in words."""
    found: dict[str, str] = {}
    for part in text.split(","):
        words = part.split()
        if len(words) != 2 or words[1] not in FRAMINGS:
            raise ValueError(f"{part.strip()!r} is not a node and one of {', '.join(FRAMINGS)}")
        found[words[0]] = words[1]
    return found


@dataclass
class Sender(Machine):
    """Frames its `messages` and sends the stream in pieces of at most `most` bytes, `gap` µs apart."""

    receiver: str = parameter("receiver", "to whom it speaks", kind="node")
    messages: str = parameter("hello", "what it says, one a line", check=messages_of)
    format: str = parameter("netstring", "how it frames", options=tuple(FRAMINGS))
    most: int = parameter(12, "the most bytes that travel together", low=1, high=4096)
    gap: int = parameter(100 * MILLISECOND, "between two pieces", kind="duration", low=1)
    rest: bytes = b""
    connection: str = ""
    octets: int = 0

    @property
    def all(self) -> tuple[bytes, ...]:
        """What it has to say."""
        return messages_of(self.messages)

    def on_start(self, ctx: Context) -> None:
        framing = FRAMINGS[self.format]
        for number, message in enumerate(self.all):
            frame = framing.frame(message)
            if frame != framing.bare(message):
                how = ctx.choose(ESCAPE, number=number, text=shown(message), format=self.format)
                frame = frame if how == DISGUISE else framing.bare(message)
            self.rest += frame
        self.octets = len(self.rest)
        self.connection = ctx.open(self.receiver)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        if connection == self.connection:  # others may open one to here: they get nothing
            self._send(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._send(ctx)

    def _send(self, ctx: Context) -> None:
        marks = b",:~}.\r\n"
        places = tuple(place for place in range(1, self.most + 1) if self.rest[place - 1 : place] in marks)
        taken = ctx.choose(CUT, left=len(self.rest), places=places)
        piece, self.rest = self.rest[:taken], self.rest[taken:]
        ctx.send_on(self.connection, Piece(piece))
        if self.rest:
            ctx.set_timer("piece", self.gap)
        else:
            ctx.close(self.connection)

    def view(self) -> dict[str, str | int]:
        return {"messages": len(self.all), "format": self.format, "bytes left": len(self.rest)}


@dataclass
class Receiver(Machine):
    """Finds the messages in what its senders' streams bring; `formats` tells who frames how."""

    formats: str = parameter("sender netstring", 'who frames how: "ana netstring, bob flag"', check=formats_of)
    held: dict[str, bytes] = field(default_factory=dict)
    """Bytes of each sender that are not yet part of a message."""
    got: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    pieces: int = 0

    def format_of(self, sender: str) -> str:
        """How that sender frames its messages."""
        return formats_of(self.formats).get(sender, "netstring")

    def on_message(self, ctx: Context, source: str, message: Piece) -> None:
        self.pieces += 1
        held = self.held.get(source, b"") + message.data
        name = self.format_of(source)
        while held:
            self.held[source] = held
            end = ctx.choose(END, source=source, format=name, held=held, text=shown(held))
            if end == 0:
                break
            self._deliver(ctx, source, name, held[:end])
            held = held[end:]
        self.held[source] = held

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        self.held.pop(peer, None)  # half a message is none, and what comes on another connection is not its rest

    def _deliver(self, ctx: Context, source: str, name: str, frame: bytes) -> None:
        try:
            message = FRAMINGS[name].opened(frame)
        except CodecError:
            message = frame  # not a frame: it goes up as it is, for the user above to wonder
        self.got[source] = (*self.got.get(source, ()), message)
        ctx.deliver((source, message))

    def view(self) -> dict[str, str | int]:
        view: dict[str, str | int] = {}
        for sender, name in formats_of(self.formats).items():
            messages = ", ".join(shown(message) for message in self.got.get(sender, ())[-3:])
            view[sender] = f"{name}; {octets_in_words(self.held.get(sender, b''))} held"
            view[f"{sender} said"] = messages or "nothing yet"
        return view


# Personas

GHOST_LAW = "no message is delivered that was not sent"


def _told(asked: Asked) -> int:
    """The number in a netstring, taken for the bytes of the whole; elsewhere the book."""
    digits = asked.held.split(b":")[0]
    if asked.format != "netstring" or not digits.isdigit() or not _end(asked):
        return int(asked.book)
    return min(int(digits), len(asked.held))


def _waits(asked: Asked) -> int:
    end = _end(asked)
    return end if end < len(asked.held) else 0


PERSONAS = (
    Persona(
        "a piece is a message",
        "takes what arrives together for a message",
        {END.name: lambda asked: len(asked.held)},
        fault=GHOST_LAW,
    ),
    Persona(
        "the first mark",
        "stops at the first thing that looks like an end",
        {END.name: lambda asked: _framing(asked).naive(asked.held)},
        fault=GHOST_LAW,
    ),
    Persona("forgets the envelope", "counts the message and not what is around it", {END.name: _told}, fault=GHOST_LAW),
    Persona("waits for more", "believes that a message is whole when the next one begins", {END.name: _waits}),
    Persona("never escapes", "sends marks as they are", {ESCAPE.name: lambda asked: BARE}, fault=GHOST_LAW),
)

# Laws


@dataclass
class Delivered:
    """Of every sender, how many of its messages came up from its last connection, as on another one it begins anew; and
    how many came up that nobody sent."""

    of: dict[str, int] = field(default_factory=dict)
    ghosts: int = 0


def _sent(evidence: Evidence) -> dict[str, tuple[bytes, ...]]:
    return {sender.name: sender.all for sender in evidence.running(Sender)}


def _watch(evidence: Evidence, entry: Entry) -> None:
    if entry.kind == OPENED and evidence.machine(entry.node, Receiver) is not None:
        evidence.recall(Delivered).of.pop(entry.peer, None)
    elif entry.kind == DELIVER and evidence.machine(entry.node, Receiver) is not None:
        source, message = entry.detail
        delivered = evidence.recall(Delivered)
        place = delivered.of.get(source, 0)
        delivered.of[source] = place + 1
        sender = evidence.machine(source, Sender)  # also one that is down: it has said what it said
        sent = sender.all if sender is not None else ()
        if place >= len(sent) or sent[place] != message:
            delivered.ghosts += 1


def _no_ghost(evidence: Evidence) -> bool:
    return not evidence.recall(Delivered).ghosts


def _ghosts(evidence: Evidence, count: int) -> bool:
    return evidence.recall(Delivered).ghosts >= count


def _all_there(evidence: Evidence, receiver: str) -> bool:
    machine = evidence.machine(receiver, Receiver)
    sent = _sent(evidence)
    return machine is not None and all(
        sender in sent and machine.got.get(sender) == sent[sender] for sender in formats_of(machine.formats)
    )


NO_GHOST = always(GHOST_LAW, _no_ghost, watch=_watch)
GHOSTS = sometimes(
    "{count:number} messages came up that nobody sent", _ghosts, watch=lambda e, entry, count: _watch(e, entry)
)
CUT_ANYWHERE = sometimes_one(
    "a message comes in pieces", Receiver, lambda receiver: receiver.pieces > 0 and any(receiver.held.values())
)
ALL_THERE = eventually("{receiver:node} has every message, whole, in order", _all_there, assumes=("no_crash",))
LAWS = (NO_GHOST, GHOSTS, CUT_ANYWHERE, ALL_THERE)


def _overhead(evidence: Evidence, node: str) -> int:
    """Bytes sent that are no bytes of messages."""
    return sum(sender.octets - sum(map(len, sender.all)) for sender in evidence.running(Sender))


OVERHEAD = Measure("overhead", "bytes around and inside messages", _overhead, "B", known=PART, roles=(Sender,))

TERMS = {
    "stream": "bytes in order without any seams: where a message ends nobody says.",
    "flag": "a byte that stands only at the ends of a message.",
    "netstring": "the length in digits, a colon, the bytes, a comma.",
}
"""The words that this room brings, each in one plain sentence."""

PROTOCOL = Protocol(
    name="framing",
    title="Framing",
    terms=TERMS,
    roles={"sender": Sender, "receiver": Receiver},
    messages=(Piece,),
    codec=PieceCodec(),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=(*COMMON_MEASURES, OVERHEAD),
    rules=2,
    service="stream",
    admits=lambda cast: cast.points("receiver", "receiver"),
)  # fmt: skip


def _scenario(name: str, *senders: NodeSpec) -> Scenario:
    formats = ", ".join(f"{sender.name} {sender.parameters['format']}" for sender in senders)
    return Scenario(
        name=name,
        protocols={"framing": PROTOCOL},
        nodes=(*senders, NodeSpec("receiver", "framing", "receiver", {"formats": formats})),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(PROTOCOL.goal("receiver has every message, whole, in order"), PROTOCOL.goal(GHOST_LAW)),
        limit=30 * SECOND,
    )


def _sender(name: str, form: str, messages: str) -> NodeSpec:
    return NodeSpec(name, "framing", "sender", {"format": form, "messages": messages})


PROTOCOL = PROTOCOL.with_scenarios(
    _scenario("two short ones", _sender("sender", "flag", "a~b\nhi")),
    _scenario(
        "three ways",
        _sender("ana", "netstring", "yes, no\n4:spam,\nwell"),
        _sender("bob", "flag", "up~down\nleft}right\nok"),
        _sender("eve", "dot", "Dear all\\r\\n.\\r\\nbye\n...\nend"),
    ),
)
