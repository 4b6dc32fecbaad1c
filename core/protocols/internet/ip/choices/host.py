"""What IP and UDP leave to a host: what becomes of a datagram, where a piece belongs, how long to wait for the rest.

And to one who probes a path: with which time to live a probe sets out.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Fields, Number, OneOf
from core.protocols.internet.ip.choices.router import DISCARD
from core.wire.fragments import UNIT

BOOK, FINE, COSTLY, WRONG = Kind.BOOK, Kind.FINE, Kind.COSTLY, Kind.WRONG

DELIVER, REPLY, NO_PORT = "deliver", "reply", "port unreachable"
_RIGHT = {
    "open port": "book", "closed port": "nobody there", "bad checksum": "silence", "no checksum": "as it came",
    "echo request": "sent back",
}  # fmt: skip
_ACCEPTED = {"open port": DELIVER, "no checksum": DELIVER, "closed port": NO_PORT, "echo request": REPLY}


def _judge_accept(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return _RIGHT[asked.case]
    if asked.case == "bad checksum":
        return "garbage" if value == DELIVER else "answered garbage"
    if value == DISCARD:
        return {"echo request": "deaf", "closed port": "mute", "no checksum": "no sum, no reading"}.get(
            asked.case, "thrown away"
        )
    return "no such door" if asked.case == "closed port" else "shut door"


ACCEPT = Choice(
    name="ip.accept",
    question="{packet} is for you: {what}. What do you do with it?",
    domain=OneOf(
        lambda asked: (REPLY, NO_PORT, DISCARD) if asked.case == "echo request" else (DELIVER, NO_PORT, DISCARD),
        {DELIVER: "to the program at that port", NO_PORT: "say so by ICMP", DISCARD: "without a word"},
    ),
    cases=("open port", "closed port", "bad checksum", "no checksum", "echo request"),
    case=lambda asked: "echo request" if asked.situation == "echo" else asked.situation,
    book=lambda asked: _ACCEPTED.get(asked.case, DISCARD),
    inaction=DISCARD,
    judge=_judge_accept,
    answers={
        "book": Answer(BOOK, "The port says to which program it goes; no handshake, no promise."),
        "nobody there": Answer(BOOK, "Its sender learns that nobody listens there, and need not wait.",
                               "RFC 1122 §4.1.3.1"),
        "silence": Answer(BOOK, "What is damaged is discarded without a word: even its ports may be others.",
                          "RFC 1122 §4.1.3.4"),
        "as it came": Answer(BOOK, "Its sender took no sum, which IPv4 allows: whatever came goes up.",
                             "RFC 768; RFC 1122 §4.1.3.4"),
        "sent back": Answer(BOOK, "What came goes back: so the asker knows that you are there.", "RFC 1122 §3.2.2.6"),
        "garbage": Answer(WRONG, "Its checksum is wrong: the program reads what nobody wrote.", "RFC 1122 §4.1.3.4"),
        "answered garbage": Answer(WRONG, "Its checksum is wrong, its port may be too: silence.", "RFC 1122 §4.1.3.4"),
        "deaf": Answer(WRONG, "Every host must answer an echo.", "RFC 1122 §3.2.2.6"),
        "mute": Answer(COSTLY, "Nobody listens there, and the sender waits for ever: a word would have told it.",
                       "RFC 1122 §4.1.3.1"),
        "thrown away": Answer(WRONG, "It was whole, and somebody listens at that port."),
        "no sum, no reading": Answer(
            WRONG, "A checksum of 0 says that none was taken, not that it is wrong: a program listens there.",
            "RFC 768; RFC 1122 §4.1.3.4",
        ),
        "no such door": Answer(COSTLY, "Nobody listens at that port: the datagram is gone, and its sender not told.",
                               "RFC 1122 §4.1.3.1"),
        "shut door": Answer(WRONG, "Somebody is there: you tell the sender an untruth."),
    },
    source="RFC 768; RFC 1122 §4.1.3, §3.2.2.6",
)  # fmt: skip


def _judge_place(asked: Asked, value: Value) -> str:
    label, at = value
    if value == asked.book:
        return "book"
    if label != asked.label:
        return "another datagram"
    return "counted in bytes" if at == asked.offset else "elsewhere"


def _place_candidates(asked: Asked) -> Sequence[Value]:
    found = [(asked.label, asked.offset * UNIT), (asked.label, asked.offset), (asked.label, min(asked.end, 65535))]
    return [*found, *((label, asked.offset * UNIT) for label in asked.labels)]


PLACE = Choice(
    name="ip.place",
    question="From {from_address}, identification {identification}: {length} bytes, offset {offset}{more}. Which "
    "datagram's are they, and where in it do they begin?",
    domain=Fields((("datagram", OneOf(lambda asked: asked.labels)), ("first byte", Number(0, 65535)))),
    cases=("the first to arrive", "one more", "the last that was missing"),
    case=lambda asked: asked.situation,
    book=lambda asked: (asked.label, asked.offset * UNIT),
    candidates=_place_candidates,
    inaction=lambda asked: (asked.label, 0),
    judge=_judge_place,
    answers={
        "book": Answer(BOOK, "Source, destination, protocol and identification name the datagram; the offset counts 8 "
                       "bytes a step."),
        "another datagram": Answer(
            WRONG, "Identifications are numbers of their sender: so two datagrams are mixed in one, and both are lost.",
        ),
        "counted in bytes": Answer(
            WRONG, "The offset counts in 8 bytes: {offset} steps are byte {byte}. Now it lies where others belong.",
        ),
        "elsewhere": Answer(WRONG, "The offset says where it belongs: byte {byte}, whatever came before it."),
    },
    source="RFC 791 §2.3, §3.2",
)  # fmt: skip

WHOSE = Choice(
    name="ip.whose",
    question="From {from_address}, identification {identification}: {length} bytes, offset {offset}{more}, which "
    "you put at byte {first_byte}. Which datagram's are they?",
    domain=OneOf(lambda asked: asked.labels),
    cases=PLACE.cases,
    case=lambda asked: asked.situation,
    book=lambda asked: asked.label,
    inaction=lambda asked: asked.labels[0],
    judge=lambda asked, value: "book" if value == asked.label else "another datagram",
    answers={
        "book": Answer(BOOK, "Source, destination, protocol and identification name the datagram."),
        "another datagram": PLACE.answers["another datagram"],
    },
    source="RFC 791 §2.3, §3.2",
)

TELL_SOURCE, GIVE_UP, WAIT = "tell the source", "give up", "wait on"


def _judge_give_up(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == WAIT:
        return "waits"
    return "mute" if value == GIVE_UP else "about a later fragment"


LATE = Choice(
    name="ip.late",
    question="Datagram {label} has waited {waited} for its missing bytes. What now?",
    domain=OneOf(
        (TELL_SOURCE, GIVE_UP, WAIT),
        {TELL_SOURCE: "throw its pieces away, say so by ICMP", GIVE_UP: "throw its pieces away", WAIT: "as long again"},
    ),
    cases=("its first fragment is here", "its first fragment is missing"),
    case=lambda asked: "its first fragment is here" if asked.first else "its first fragment is missing",
    book=lambda asked: TELL_SOURCE if asked.first else GIVE_UP,
    inaction=WAIT,
    judge=_judge_give_up,
    answers={
        "book": Answer(BOOK, "One lost fragment is a lost datagram; the rest is of no use to anybody."),
        "waits": Answer(
            COSTLY, "A fragment that has not come by now will hardly come: the others fill your memory, and their "
            "identification will come again.", "RFC 1122 §3.3.2",
        ),
        "mute": Answer(WRONG, "Its sender must be told, since the first fragment is here: reassembly time exceeded.",
                       "RFC 1122 §3.3.2"),
        "about a later fragment": Answer(
            WRONG, "Without the first fragment there is nothing to quote that the source could know: no message.",
            "RFC 792; RFC 1122 §3.2.2",
        ),
    },
    source="RFC 791 §3.2; RFC 792; RFC 1122 §3.3.2",
)  # fmt: skip

# The prober


def _judge_ttl(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value in asked.known:
        return "known"
    if asked.reached and value >= asked.reached:
        return "arrives again"
    return "leaves a gap"


TTL = Choice(
    name="ip.ttl",
    question="Which routers stand on the way to {target}? Probe {number} of {probes}: with which time to live?",
    domain=Number(1, 255),
    cases=("the first probe", "the next hop", "after a silence", "something is missing"),
    case=lambda asked: asked.situation,
    book=lambda asked: asked.next,
    candidates=lambda asked: [asked.next, asked.next + 1, 64, max(1, asked.next - 1), 255],
    inaction=64,
    judge=_judge_ttl,
    answers={
        "book": Answer(
            BOOK, "The least time to live whose end you do not know: it dies at the next hop, which says so."
        ),
        "known": Answer(COSTLY, "{answer} was answered before: you learn nothing new."),
        "arrives again": Answer(
            COSTLY, "{reached} hops are enough to arrive: it goes all the way and tells you nothing."
        ),
        "leaves a gap": Answer(FINE, "It tells you of a hop further on; those before it stay in the dark."),
    },
    by_hand=True,
    source="RFC 792; Jacobson 1988 (traceroute)",
)
