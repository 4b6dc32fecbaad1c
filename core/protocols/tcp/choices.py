"""What TCP leaves to its ends, and what the standard has them do: first the receiver's choices, then the sender's, then
those of opening and closing.

Every question names its connection in `key`; numbers in it are numbers on the wire, sizes are bytes, times µs.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import PASS, Answer, Asked, Choice, Duration, Kind, Number, OneOf, Value
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.protocols.tcp.connection import GREATEST_WINDOW, Connection
from core.protocols.tcp.messages import NUMBERS

LONGEST_ACK_DELAY = 500 * MILLISECOND
"""RFC 9293, 3.8.6.3 (MUST-40)."""
SILENT = 10 * SECOND
"""An ACK delayed so long is not heard in time by any sender."""

BOOK, FINE, COSTLY, WRONG = Kind.BOOK, Kind.FINE, Kind.COSTLY, Kind.WRONG


def record(asked: Asked) -> Connection:
    """The connection that a question is about; for a standing offer the endpoint's main one."""
    found = asked.me.connections[asked.key] if "key" in asked.subject else asked.me.main
    assert isinstance(found, Connection)
    return found


# The receiver

DELIVER, HOLD, DISCARD = "deliver", "hold", "discard"


def _judge_place(asked: Asked, value: Value) -> str:
    book = asked.book
    if value == book:
        return "book"
    if value == DELIVER:
        return "again" if asked.case in ("seen before", "held already") else "early"
    if book == DISCARD:
        return "kept" if asked.case in ("seen before", "held already") else "overfull"
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
    if off == NUMBERS - 1:
        return "last"
    if off < NUMBERS // 2:
        return "past the hole" if value == asked.highest else "invented"
    if asked.case == "fills the hole" and value == asked.end:
        return "filler"
    if asked.case == "FIN" and value == asked.end:
        return "no FIN"
    return "behind"


ACK = Choice(
    name="tcp.ack",
    question="You acknowledge to {peer}. Bytes up to {have} are here in order. Which number goes into the ACK?",
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
        "invented": Answer(WRONG, "Bytes up to {answer} were never here: {peer} would forget what you do not have."),
        "filler": Answer(COSTLY, "{answer} is next after the filler alone; with the shelf it is {book}. What you hold "
                         "comes again."),
        "no FIN": Answer(COSTLY, "The FIN takes a number too: {book}. {peer} must send it again.", "RFC 9293 §3.4"),
        "behind": Answer(COSTLY, "{answer} says less than you have: bytes up to {book} come again."),
    },
    source="RFC 9293 §3.4, §3.10.7.4",
)  # fmt: skip

PROMPT = ("second segment", "beyond a hole", "fills the hole", "seen before", "held already", "no room",
          "FIN beyond a hole")  # fmt: skip
"""Situations in which an ACK is not delayed (RFC 5681, 4.2)."""


def _judge_ack_time(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value > LONGEST_ACK_DELAY:
        return "silent" if asked.case in PROMPT else "late"
    if asked.case in PROMPT:
        return "waits" if asked.case == "second segment" else "mute"
    return "eager" if value == 0 else "as good"


ACK_TIME = Choice(
    name="tcp.ack_time",
    question="Segments that wait for your ACK: {count} ({situation}). How long do you hold it back? It costs a coin.",
    domain=Duration(0, SILENT),
    cases=("first segment", *PROMPT),
    case=lambda asked: asked.situation,
    book=lambda asked: 0 if asked.case in PROMPT else min(asked.me.ack_delay, LONGEST_ACK_DELAY),
    candidates=lambda asked: [asked.book, 0, LONGEST_ACK_DELAY, SILENT],
    inaction=SILENT,
    judge=_judge_ack_time,
    answers={
        "book": Answer(BOOK, "At once for every second segment and for every surprise; else a moment may save a coin."),
        "as good": Answer(FINE, "At most 500 ms: allowed."),
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
        "late": Answer(WRONG, "An ACK may be delayed by 500 ms at most.", "RFC 9293 §3.8.6.3"),
    },
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
    main = asked.me.main
    return main is not None and main.good_window(asked.me.buffer) > main.promised and main.promised < main.mss


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
        "book": Answer(BOOK, "The door was shut; only you know that there is room again."),
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

_YES = (True,)

ACK_NOW = Choice(
    name="tcp.ack_now",
    question="Send an ACK now?",
    domain=OneOf(_YES, {True: "send an ACK now"}),
    book=lambda asked: True if asked.me.by_hand and record(asked).surprised else PASS,
    candidates=lambda asked: _YES,
    inaction=PASS,
    judge=lambda asked, value: "book" if asked.book else "owed" if record(asked).owed else "idle",
    answers={
        "book": Answer(BOOK, "A second segment, or a surprise: the sender learns of it at once."),
        "owed": Answer(FINE, "An ACK was due: at once is never wrong."),
        "idle": Answer(COSTLY, "A coin for an ACK that says nothing new; three of them look like a loss."),
    },
    source="RFC 5681 §4.2",
    standing=True,
    available=lambda asked: asked.me.main is not None and asked.me.takes,
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

# The sender


def _burst_case(asked: Asked) -> str:
    if asked.room >= asked.unsent:
        return "room for all"
    if asked.window_room <= 0:
        return "the receiver's window is full"
    return "room for some" if asked.room else "the congestion window is full"


def _judge_burst(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value > asked.book:
        return "beyond the window" if value > max(asked.window_room, asked.book) else "greedy"
    return "idle"


BURST = Choice(
    name="tcp.burst",
    question="{unsent} segments wait. The receiver has room for {window_room}, the network for {network_room}. How "
    "many do you send?",
    domain=Number(0, lambda asked: asked.unsent, "segments"),
    cases=("room for all", "room for some", "the receiver's window is full", "the congestion window is full"),
    case=_burst_case,
    book=lambda asked: asked.room,
    candidates=lambda asked: [
        value for value in (asked.room, 0, 1, asked.room + 1, asked.unsent) if 0 <= value <= asked.unsent
    ],
    inaction=0,
    judge=_judge_burst,
    answers={
        "book": Answer(BOOK, "All that both windows have room for."),
        "idle": Answer(COSTLY, "{book} had room: the wire stands empty."),
        "greedy": Answer(
            COSTLY, "Your congestion window has room for {book}: all others on this wire pay.", "RFC 5681 §3.1"
        ),
        "beyond the window": Answer(
            WRONG, "{peer} promised to take {window_room}; what comes beyond falls off its shelf.", "RFC 9293 §3.8.6"
        ),
    },
    source="RFC 9293 §3.8.6; RFC 5681 §3.1",
)

NOTHING, FIRST, LAST, ALL = "nothing", "the first", "the last", "all"


def _book_repeat(asked: Asked) -> Value:
    return FIRST if asked.case in ("third duplicate", "alarm") else NOTHING


def _judge_repeat(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == NOTHING:
        return "idle" if asked.case == "alarm" else "deaf"
    if asked.case in ("third duplicate", "alarm"):
        return "all" if value == ALL else "wrong one"
    return "hasty" if asked.case == "first or second duplicate" else "again"


REPEAT = Choice(
    name="tcp.repeat",
    question="{situation}: {peer} still wants {una}. What do you send again?",
    domain=OneOf(
        (NOTHING, FIRST, LAST, ALL),
        {
            NOTHING: "nothing, wait",
            FIRST: "the first segment not acknowledged",
            LAST: "the last segment sent",
            ALL: "all that is not acknowledged",
        },
    ),
    cases=("first or second duplicate", "third duplicate", "more duplicates", "alarm"),
    case=lambda asked: asked.situation,
    book=_book_repeat,
    inaction=NOTHING,
    judge=_judge_repeat,
    answers={
        "book": Answer(BOOK, "One or two duplicates may be mere disorder; three are a loss, and an alarm is one."),
        "deaf": Answer(COSTLY, "Three times {peer} asked for {una}: without it you stand still until your alarm.",
                       "RFC 5681 §3.2"),
        "idle": Answer(COSTLY, "{una} is missing and nobody else will send it.", "RFC 6298 §5.4"),
        "hasty": Answer(COSTLY, "A duplicate ACK may come of mere disorder: wait for the third.", "RFC 5681 §3.2"),
        "again": Answer(COSTLY, "{una} is on its way already: each further duplicate only says that a segment left.",
                        "RFC 5681 §3.2"),
        "all": Answer(COSTLY, "{peer} may hold all but one of these: every one it has came for nothing."),
        "wrong one": Answer(COSTLY, "{peer} wants {una}, not the end of the row."),
    },
    source="RFC 5681 §3.2; RFC 6298 §5.4",
)  # fmt: skip


def _rto_case(asked: Asked) -> str:
    if asked.tries:
        return "rang before"
    return "nothing measured" if asked.srtt < 0 else "measured"


def _judge_rto(asked: Asked, value: Value) -> str:
    book = asked.book
    if asked.tries and value < 3 * asked.before // 2:
        return "no back-off"
    if 0 <= value < asked.srtt:
        return "early"
    if value < book:
        return "below"
    return "late" if value > 2 * book else "book" if value == book else "as good"


RTO = Choice(
    name="tcp.rto",
    question="Byte {una} is out, copy {copy}. Mean round trip {srtt_words}, spread {rttvar_words}. When does "
    "your alarm ring?",
    domain=Duration(10 * MILLISECOND, 4 * MINUTE),
    cases=("nothing measured", "measured", "rang before"),
    case=_rto_case,
    book=lambda asked: asked.rto,
    candidates=lambda asked: [
        value
        for value in (asked.rto, max(asked.srtt // 2, 50 * MILLISECOND), asked.before, 4 * asked.rto)
        if 10 * MILLISECOND <= value <= 4 * MINUTE
    ],
    inaction=4 * MINUTE,
    judge=_judge_rto,
    answers={
        "book": Answer(BOOK, "The mean and four spreads, one second at least; doubled after every alarm."),
        "as good": Answer(FINE, "A little more patience than the book's {book}."),
        "early": Answer(COSTLY, "An ACK needs {srtt_words} on the mean: every segment goes out twice.", "RFC 6298 §2"),
        "below": Answer(COSTLY, "Less than {book}: a slow ACK is taken for a loss.", "RFC 6298 §2.4"),
        "no back-off": Answer(
            WRONG,
            "It rang once for nothing: wait twice as long, or you pour copies into a wire that is full.",
            "RFC 6298 §5.5",
        ),
        "late": Answer(COSTLY, "After {book} the loss was certain: the rest of {answer} is idle."),
    },
    source="RFC 6298 §2, §5",
    keeps=True,
)


def _judge_cwnd(asked: Asked, value: Value) -> str:
    book = asked.book
    if abs(value - book) < record(asked).mss:
        return "book" if value == book else "as good"
    if value < book:
        return "timid"
    return "greedy" if asked.case in ("slow start", "congestion avoidance", "recovered") else "unmoved"


CWND = Choice(
    name="tcp.cwnd",
    question="{situation}: {flight} bytes under way, threshold {ssthresh}. The congestion window was {cwnd}; now?",
    domain=Number(1, 1 << 30, "bytes"),
    cases=("slow start", "congestion avoidance", "third duplicate", "more duplicates", "recovered", "alarm"),
    case=lambda asked: asked.situation,
    book=lambda asked: asked.due,
    candidates=lambda asked: [
        asked.due, asked.cwnd, 2 * asked.cwnd, max(1, asked.cwnd // 2), record(asked).mss, GREATEST_WINDOW
    ],
    inaction=lambda asked: min(asked.cwnd, asked.due),
    judge=_judge_cwnd,
    answers={
        "book": Answer(BOOK, "Doubled each round trip below the threshold, a segment more above; halved by a loss."),
        "as good": Answer(FINE, "Within a segment of the book's {book}."),
        "timid": Answer(COSTLY, "The network had room for {book}: the wire stands empty."),
        "greedy": Answer(COSTLY, "{answer} is faster than {book}: queues fill, and all who share them lose.",
                         "RFC 5681 §3.1"),
        "unmoved": Answer(WRONG, "A loss says that the wire is full: {book} at most.", "RFC 5681 §3.1, §3.2"),
    },
    source="RFC 5681 §3.1, §3.2",
)  # fmt: skip

AGAIN = Choice(
    name="tcp.again",
    question="Send the oldest segment again now?",
    domain=OneOf(_YES, {True: "send the oldest again"}),
    book=lambda asked: PASS,
    candidates=lambda asked: _YES,
    inaction=PASS,
    judge=lambda asked, value: "again",
    answers={"again": Answer(COSTLY, "Neither your alarm nor a third duplicate said that it is lost.")},
    source="RFC 6298 §5; RFC 5681 §3.2",
    standing=True,
    available=lambda asked: asked.me.main is not None and asked.me.main.flight > 0,
)

# Opening and closing

SYN_ACK, JUST_ACK, RESET, SILENCE, ACCEPT = "SYN+ACK", "ACK", "RST", "silence", "accept"

_ANSWER_BOOK = {
    "a SYN at an open door": SYN_ACK,
    "a SYN at a full house": SILENCE,
    "a SYN at a shut door": RESET,
    "the same SYN again": SYN_ACK,
    "a SYN inside a connection": JUST_ACK,
    "a segment of no connection": RESET,
    "an ACK of nothing sent": RESET,
    "a bad checksum": SILENCE,
}


def _judge_answer(asked: Asked, value: Value) -> str:
    case, book = asked.case, asked.book
    if value == book:
        return "book"
    if case == "the same SYN again" and value == JUST_ACK:
        return "as good"
    if case == "a bad checksum":
        return "believes"
    if value == ACCEPT:
        return "trusts"
    if value == SILENCE:
        return "mute"
    if case == "a SYN inside a connection":
        return "kills" if value == RESET else "loses"
    if case == "a SYN at a full house":
        return "turned away" if value == RESET else "overbooked"
    return "refuses" if value == RESET else "misled"


def _all_answers(asked: Asked) -> Sequence[Value]:
    return (SYN_ACK, JUST_ACK, RESET, SILENCE, ACCEPT)


ANSWER = Choice(
    name="tcp.answer",
    question="{what} from {peer}: {situation}. Your answer?",
    domain=OneOf(
        _all_answers,
        {
            SYN_ACK: "your own number, and a line kept for the guest",
            JUST_ACK: "say what you have and expect",
            RESET: "there is no such connection",
            SILENCE: "say nothing",
            ACCEPT: "SYN+ACK, and believe at once that it is open",
        },
    ),
    cases=tuple(_ANSWER_BOOK),
    case=lambda asked: asked.situation,
    book=lambda asked: _ANSWER_BOOK[asked.case],
    inaction=SILENCE,
    judge=_judge_answer,
    answers={
        "book": Answer(BOOK, "Tell the truth about your own state: the other end will find its own mistake."),
        "as good": Answer(FINE, "The letter of the standard; SYN+ACK also helps if yours was lost.",
                          "RFC 9293 §3.10.7.4"),
        "believes": Answer(WRONG, "With a bad checksum you cannot know who sent it or what it said; TCP has no NAK.",
                           "RFC 9293 §3.1"),
        "trusts": Answer(WRONG, "A SYN may be an old duplicate: nobody has confirmed your number yet.",
                         "RFC 9293 §3.5"),
        "mute": Answer(COSTLY, "{peer} learns nothing and asks again, and again; the book sends {book}.",
                       "RFC 9293 §3.5.1"),
        "kills": Answer(WRONG, "An old duplicate, and you tear down a connection that is alive.", "RFC 9293 §3.10.7.4"),
        "loses": Answer(WRONG, "This connection stands already: a new number of yours would mean nothing.",
                        "RFC 9293 §3.10.7.4"),
        "turned away": Answer(COSTLY, "{peer} gives up; had you said nothing, it would have asked again in a second."),
        "overbooked": Answer(COSTLY, "There is no line left to remember this guest by."),
        "refuses": Answer(COSTLY, "The door is open, and you turn a guest away who may be real.", "RFC 9293 §3.10.7.2"),
        "misled": Answer(WRONG, "There is no connection here: any answer but RST keeps {peer} in its dream.",
                         "RFC 9293 §3.5.2"),
    },
    source="RFC 9293 §3.5, §3.10.7",
)  # fmt: skip

FINISH, WAIT, CUT, ABORT = "finish", "wait", "cut", "abort"


def _judge_close(asked: Asked, value: Value) -> str:
    if value == FINISH:
        return "book"
    if value == WAIT:
        return "waits"
    if value == CUT:
        return "cut" if asked.unsent else "as good"
    return "abort"


CLOSE = Choice(
    name="tcp.close",
    question="{peer} has said its last byte; {unsent} bytes of yours are not acknowledged. How do you close?",
    domain=OneOf(
        (FINISH, WAIT, CUT, ABORT),
        {
            FINISH: "all of your own bytes, then FIN",
            WAIT: "ACK only, FIN later",
            CUT: "FIN at once, whatever is unsent",
            ABORT: "RST",
        },
    ),
    cases=("bytes left to send", "nothing left to send"),
    case=lambda asked: "bytes left to send" if asked.unsent else "nothing left to send",
    book=lambda asked: FINISH,
    inaction=WAIT,
    judge=_judge_close,
    answers={
        "book": Answer(BOOK, "FIN closes one direction only: yours stays open until your own last byte."),
        "as good": Answer(FINE, "Nothing was left: FIN and ACK share a segment, three instead of four."),
        "waits": Answer(COSTLY, "A segment more, and {peer} keeps its line for you meanwhile.", "RFC 9293 §3.6"),
        "cut": Answer(WRONG, "{unsent} bytes were promised to {peer} and are never sent.", "RFC 9293 §3.6"),
        "abort": Answer(WRONG, "RST throws away what is on its way, in both directions.", "RFC 9293 §3.10.5"),
    },
    source="RFC 9293 §3.6",
)


def _judge_linger(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "early" if value < asked.book else "late"


LINGER = Choice(
    name="tcp.linger",
    question="Both directions are closed; a segment lives {msl_words} at most. How long do you keep the line?",
    domain=Duration(0, 10 * MINUTE),
    book=lambda asked: 2 * asked.me.msl,
    candidates=lambda asked: [2 * asked.me.msl, 0, asked.me.msl // 2, min(10 * MINUTE, 8 * asked.me.msl)],
    inaction=10 * MINUTE,
    judge=_judge_linger,
    answers={
        "book": Answer(BOOK, "Two lifetimes: your last ACK may be lost, and {peer}'s FIN come again."),
        "early": Answer(WRONG, "If your last ACK is lost, {peer}'s FIN finds nobody; an old segment may enter the next "
                        "connection."),
        "late": Answer(COSTLY, "After {book} nothing of this connection can be alive: the line is kept for nothing."),
    },
    source="RFC 9293 §3.6.1",
)  # fmt: skip

ISN = Choice(
    name="tcp.isn",
    question="Which number does your SYN carry?",
    domain=Number(0, NUMBERS - 1),
    book=lambda asked: asked.dice.below(NUMBERS),
    candidates=lambda asked: [asked.book, NUMBERS - 1],
    inaction=0,
    answers={"book": Answer(BOOK, "A number nobody can guess."), "other": Answer(FINE, "A number.")},
    source="RFC 9293 §3.4.1; RFC 6528 §3",
    chance=True,
)

CHOICES = (PLACE, ACK, ACK_TIME, WINDOW, UPDATE, ACK_NOW, THROW, BURST, REPEAT, RTO, CWND, AGAIN, ANSWER, CLOSE, LINGER,
           ISN)  # fmt: skip
