"""What the receiver decides: where a segment belongs, which number to acknowledge and when, which window to promise."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Value
from core.kernel.domains import Duration, Number, OneOf
from core.kernel.ready_choices import move
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.transport.tcp.choices.record import BOOK, COSTLY, FINE, WRONG, record
from core.protocols.transport.tcp.connection import GREATEST_WINDOW, Connection
from core.protocols.transport.tcp.messages import NUMBERS

ACK_DELAY_LIMIT = 500 * MILLISECOND
"""An ACK is delayed by less than this (RFC 9293, 3.8.6.3, MUST-40)."""
LONGEST_ACK_DELAY = ACK_DELAY_LIMIT - MILLISECOND
"""The longest that the book delays an ACK."""
SILENT = 10 * SECOND
"""An ACK delayed so long is not heard in time by any sender."""


DELIVER, HOLD, DISCARD = "deliver", "hold", "discard"


def _judge_place(asked: Asked, value: Value) -> str:
    book = asked.book
    if value == book:
        return "book"
    if asked.case == "no room":
        return "overfull"
    if value == DELIVER:
        return "again" if asked.case in ("seen before", "held already") else "early"
    if book == DISCARD:
        return "kept" if asked.case == "seen before" else "held twice"
    return "late" if value == HOLD else "thrown"


PLACE = Choice(
    name="tcp.place",
    question="Bytes {seq} to {last} arrive; {next} is expected next. Deliver them, hold them, or discard them?",
    domain=OneOf(
        (DELIVER, HOLD, DISCARD),
        {DELIVER: "to the reader, now", HOLD: "on the shelf, until the hole is filled", DISCARD: "not needed"},
    ),
    cases=("in order", "fills the hole", "beyond a hole", "seen before", "held already", "no room"),
    case=lambda asked: asked.situation,
    book=lambda asked: {"in order": DELIVER, "fills the hole": DELIVER, "beyond a hole": HOLD}.get(asked.case, DISCARD),
    inaction=DISCARD,
    judge=_judge_place,
    answers={
        "book": Answer(BOOK, "The reader gets every byte once, in the order of its number."),
        "again": Answer(WRONG, "Byte {seq} was there before: the reader reads it twice."),
        "early": Answer(WRONG, "The reader reads byte {seq} where byte {next} belongs."),
        "kept": Answer(COSTLY, "Byte {seq} came before: it takes room and is never read."),
        "held twice": Answer(FINE, "It lies on the shelf already: nothing changes."),
        "overfull": Answer(COSTLY, "The shelf is full: a tile that falls off must come again."),
        "late": Answer(COSTLY, "Nothing is missing before byte {seq}: the reader waits for nothing."),
        "thrown": Answer(COSTLY, "The bytes from {seq} on were whole and must now come again."),
    },
    source="RFC 9293 §3.4, §3.10.7.4",
)


def _wrapped(number: int) -> int:
    return number % NUMBERS


def _judge_ack(asked: Asked, value: Value) -> str:
    if value == asked.next:
        return "book"
    off = (value - asked.next) % NUMBERS
    if asked.case == "FIN" and value == asked.end:
        return "no FIN"
    if off == NUMBERS - 1:
        return "last"
    if off < NUMBERS // 2:
        return "past the hole" if value == asked.highest else "invented"
    if asked.case == "fills the hole" and value == asked.end:
        return "filler"
    return "behind"


ACK = Choice(
    name="tcp.ack",
    question="Your ACK to {peer} names the byte that you want next. Which number goes into it?",
    domain=Number(0, NUMBERS - 1),
    cases=("in order", "beyond a hole", "fills the hole", "seen before", "held already", "no room", "FIN",
           "FIN beyond a hole", "unasked"),
    case=lambda asked: asked.situation,
    book=lambda asked: asked.next,
    candidates=lambda asked: [
        asked.next, _wrapped(asked.next - 1), asked.highest, asked.end, asked.seq, asked.said, _wrapped(asked.next + 1)
    ],
    inaction=lambda asked: asked.said,
    judge=_judge_ack,
    answers={
        "book": Answer(BOOK, "The number of the byte expected next: everything before it is here."),
        "last": Answer(
            WRONG, "{answer} is the last byte you have; an ACK names the byte you want next, {book}. {peer} sends "
            "byte {answer} again.", "RFC 9293 §3.4",
        ),
        "past the hole": Answer(
            WRONG, "Byte {book} is missing, and {answer} says that it is here: {peer} forgets it for ever.",
            "RFC 9293 §3.4",
        ),
        "invented": Answer(WRONG, "{answer} says that every byte before it is here. Byte {book} is not, and {peer} "
                           "would never send it again.", "RFC 9293 §3.4"),
        "filler": Answer(COSTLY, "{answer} is next after the filler alone; with the shelf it is {book}. What you hold "
                         "comes again."),
        "no FIN": Answer(COSTLY, "The FIN takes a number too: {book}. {peer} must send it again.", "RFC 9293 §3.4"),
        "behind": Answer(COSTLY, "{answer} says less than you have: bytes {answer} to {have} may come again."),
    },
    source="RFC 9293 §3.4, §3.10.7.4",
    hides=("next expected", "next"),
)  # fmt: skip

PROMPT = ("second segment", "beyond a hole", "fills the hole", "seen before", "held already", "no room",
          "FIN beyond a hole")  # fmt: skip
"""Situations in which an ACK is not delayed (RFC 5681, 4.2)."""

HOLED = ("beyond a hole", "held already", "FIN beyond a hole")
"""Situations in which an ACK says again what the last one said."""


def _judge_ack_time(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value >= ACK_DELAY_LIMIT and asked.case not in PROMPT:
        return "late"
    if value > ACK_DELAY_LIMIT:
        return "silent"
    if asked.case in PROMPT:
        return "waits" if asked.case == "second segment" else "mute"
    return "eager" if value == 0 else "as good"


ACK_TIME = Choice(
    name="tcp.ack_time",
    question="Segments that wait for your ACK: {count}. How long do you hold it back? It costs a coin.",
    domain=Duration(0, SILENT),
    cases=("first segment", *PROMPT),
    case=lambda asked: asked.situation,
    book=lambda asked: 0 if asked.case in PROMPT else min(asked.me.ack_delay, LONGEST_ACK_DELAY),
    candidates=lambda asked: [asked.book, 0, min(asked.me.ack_delay, LONGEST_ACK_DELAY), ACK_DELAY_LIMIT, SILENT],
    inaction=SILENT,
    judge=_judge_ack_time,
    answers={
        "book": Answer(BOOK, "At once for every second segment and for every surprise; else a moment may save a coin."),
        "as good": Answer(FINE, "Less than 500 ms: allowed."),
        "eager": Answer(FINE, "Fast, but a coin for every segment: {book} would have let one ACK answer for two."),
        "waits": Answer(COSTLY, "Two segments wait for their ACK: {peer} may be waiting for you.", "RFC 5681 §4.2"),
        "mute": Answer(
            COSTLY,
            "{answer} of silence after a surprise: only an ACK at once tells {peer} of it before its alarm.",
            "RFC 5681 §4.2",
        ),
        "silent": Answer(
            COSTLY, "{answer} is silence: {peer} learns of it by its own alarm, and slows down.", "RFC 5681 §4.2"
        ),
        "late": Answer(WRONG, "An ACK may be delayed by less than 500 ms.", "RFC 9293 §3.8.6.3"),
    },
    by_hand=True,
    source="RFC 9293 §3.8.6.3; RFC 5681 §4.2",
)


def _window_case(asked: Asked) -> str:
    if asked.free >= asked.me.buffer:
        return "all free"
    if asked.free == 0:
        return "full"
    return "less than a segment free" if asked.free < record(asked).mss else "partly full"


def _judge_window(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value > asked.free:
        return "too much"
    if value < asked.promised:
        return "taken back"
    if value - asked.promised < min(asked.me.buffer // 2, record(asked).mss):
        return "silly"
    return "as good" if value >= min(asked.free, 2 * record(asked).mss) else "small"


_WINDOW_WORDS = {
    "book": Answer(BOOK, "As much as there is room for, opened by whole segments."),
    "too much": Answer(WRONG, "There is room for {free} bytes: what comes beyond them falls off the shelf and was sent "
                       "for nothing."),
    "taken back": Answer(COSTLY, "You promised {promised} and take it back: bytes on their way meet a shut door.",
                         "RFC 9293 §3.8.6"),
    "silly": Answer(COSTLY, "A crumb of room makes a crumb of a segment, with 40 bytes of headers: the silly window.",
                    "RFC 9293 §3.8.6.2.2"),
    "small": Answer(COSTLY, "There was room for {free}: {peer} stands idle for lack of a promise."),
    "as good": Answer(FINE, "Less than there is room for, and enough to keep {peer} busy."),
}  # fmt: skip

WINDOW = Choice(
    name="tcp.window",
    question="{free} of {me.buffer} bytes of room from {next} on; promised so far {promised}. Which window?",
    domain=Number(0, GREATEST_WINDOW, "bytes"),
    cases=("all free", "partly full", "less than a segment free", "full"),
    case=_window_case,
    book=lambda asked: record(asked).good_window(asked.me.buffer),
    candidates=lambda asked: [asked.book, asked.free, 0, 1, record(asked).mss, min(asked.me.buffer, GREATEST_WINDOW)],
    inaction=lambda asked: min(asked.promised, GREATEST_WINDOW),
    judge=_judge_window,
    answers=_WINDOW_WORDS,
    source="RFC 9293 §3.8.6",
)

# The receiver's moves


def _update_due(asked: Asked) -> bool:
    """Was the door all but shut, is there room again, and is no ACK due that would say so as well?"""
    main: Connection | None = asked.me.main
    if main is None or main.owed:
        return False
    return main.good_window(asked.me.buffer) > main.promised and main.promised < main.mss


def _judge_update(asked: Asked, value: Value) -> str:
    room = record(asked).free(asked.me.buffer)
    if value > room:
        return "too much"
    if value < record(asked).promised:
        return "taken back"
    if value - record(asked).promised < min(asked.me.buffer // 2, record(asked).mss):
        return "silly"
    return "book" if _update_due(asked) else "idle"


UPDATE = Choice(
    name="tcp.update",
    question="Tell the sender a new window?",
    domain=Number(0, GREATEST_WINDOW, "bytes"),
    book=lambda asked: record(asked).good_window(asked.me.buffer) if _update_due(asked) else PASS,
    candidates=lambda asked: [record(asked).good_window(asked.me.buffer), 1, asked.me.buffer],
    inaction=PASS,
    judge=_judge_update,
    answers={
        "book": Answer(BOOK, "The door was shut, or all but; only you know that there is room again."),
        "too much": Answer(WRONG, "There is no room for {answer}: tiles will fall off the shelf."),
        "taken back": Answer(COSTLY, "Less than was promised: bytes on their way meet a shut door.", "RFC 9293 §3.8.6"),
        "silly": Answer(COSTLY, "A crumb of room makes a crumb of a segment: the silly window.", "RFC 9293 §3.8.6.2.2"),
        "idle": Answer(COSTLY, "A coin for what the next ACK would have said as well."),
    },
    source="RFC 9293 §3.8.6.1, §3.8.6.2.2",
    standing=True,
    available=lambda asked: (
        asked.me.main is not None and asked.me.takes and min(asked.me.main.free(asked.me.buffer), GREATEST_WINDOW)
        > asked.me.main.promised
    ),
)  # fmt: skip


ACK_NOW = move(
    "tcp.ack_now",
    "Send an ACK now?",
    True,
    words="send an ACK now",
    available=lambda asked: asked.me.main is not None and asked.me.takes,
    due=lambda asked: asked.me.by_hand and record(asked).surprised,
    label=lambda asked: "book" if asked.book else "owed" if record(asked).owed else "idle",
    answers={
        "book": Answer(BOOK, "A second segment, a surprise, or one that has waited: the sender learns of it now."),
        "owed": Answer(FINE, "An ACK was due: at once is never wrong."),
        "idle": Answer(COSTLY, "A coin for an ACK that says nothing new; three of them look like a loss."),
        "omitted": Answer(
            WRONG,
            "Half a second has passed, and the sender still does not know: an ACK waits for less than 500 ms.",
            "RFC 9293 §3.8.6.3",
        ),
    },
    source="RFC 5681 §4.2",
    key="a",
    grace=ACK_DELAY_LIMIT,
)


def _held(asked: Asked) -> list[int]:
    conn = record(asked)
    return [conn.theirs(place) for place in sorted(conn.shelf)]


THROW = Choice(
    name="tcp.throw",
    question="Throw a held tile away?",
    domain=OneOf(_held),
    book=lambda asked: PASS,
    candidates=_held,
    inaction=PASS,
    judge=lambda asked, value: "thrown",
    answers={"thrown": Answer(COSTLY, "It was never acknowledged, so you may; but it must cross the wire again.")},
    source="RFC 9293 §3.10.7.4",
    standing=True,
    available=lambda asked: asked.me.main is not None and bool(asked.me.main.shelf),
)
