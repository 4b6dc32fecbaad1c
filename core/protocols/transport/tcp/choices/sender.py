"""What the sender decides: how much to send, what to send again, how long to wait, how wide the window."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Value
from core.kernel.domains import Duration, Number, OneOf, PlaceOf, Slider
from core.kernel.ready_choices import move
from core.kernel.time import MILLISECOND
from core.protocols.transport.tcp.choices.record import BOOK, COSTLY, FINE, WRONG, record
from core.protocols.transport.tcp.connection import GREATEST_WINDOW


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
        if asked.flight <= record(asked).mss:
            return "as good"
        return "all" if value == ALL else "wrong one"
    return "hasty" if asked.case == "first or second duplicate" else "again"


REPEAT = Choice(
    name="tcp.repeat",
    question="{peer} still wants {una}. What do you send again?",
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
        "as good": Answer(FINE, "One segment is under way: it is the first, the last and all."),
        "deaf": Answer(COSTLY, "Three duplicates ask for {una}: without it you stand still until your alarm.",
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
    if value < asked.srtt:
        return "early"
    if value < book:
        return "below"
    return "late" if value > 2 * book else "book" if value == book else "as good"


def _longest(asked: Asked) -> int:
    """What an alarm may be set to at most (µs)."""
    return max(asked.rto, asked.me.rto_most) if "rto" in asked.subject else int(asked.me.rto_most)


RTO = Choice(
    name="tcp.rto",
    question="Byte {una} is out, copy {copy}. Mean round trip {srtt_words}, spread {rttvar_words}. When does "
    "your alarm ring?",
    domain=Duration(10 * MILLISECOND, _longest, fine=50 * MILLISECOND, coarse=500 * MILLISECOND),
    holds=lambda asked: "the alarm that runs moves, too" if asked.me.follows else "from the next segment on",
    cases=("nothing measured", "measured", "rang before"),
    case=_rto_case,
    book=lambda asked: asked.rto,
    candidates=lambda asked: [
        value
        for value in (asked.rto, max(asked.srtt // 2, 50 * MILLISECOND), asked.before, 4 * asked.rto)
        if 10 * MILLISECOND <= value <= _longest(asked)
    ],
    inaction=_longest,
    judge=_judge_rto,
    answers={
        "book": Answer(BOOK, "The mean and four spreads, one second at least; doubled after every alarm."),
        "as good": Answer(FINE, "A little more patience than the book's {book}."),
        "early": Answer(
            COSTLY, "An ACK needs {srtt_words} on the mean: nearly every segment goes out twice.", "RFC 6298 §2"
        ),
        "below": Answer(COSTLY, "Less than {book}: a slow ACK is taken for a loss.", "RFC 6298 §2.4"),
        "no back-off": Answer(
            WRONG,
            "It rang, and no ACK has come since: wait twice as long, or you pour copies into a wire that is full.",
            "RFC 6298 §5.5",
        ),
        "late": Answer(COSTLY, "After {book} it counts as lost: the rest of {answer} is idle."),
    },
    source="RFC 6298 §2, §5",
    keeps=True,
)


WIDEST = 1 << 30
"""Bytes of a congestion window at most: of what can be under way, scaled windows among it (RFC 7323, 2.3)."""


def _judge_cwnd(asked: Asked, value: Value) -> str:
    book = asked.book
    if value == book:
        return {"alarm": "from one", "slow start": "book", "congestion avoidance": "book"}.get(asked.case, "halved")
    if abs(value - book) < record(asked).mss:
        return "as good"
    if value < book:
        return "timid"
    return "greedy" if asked.case in ("slow start", "congestion avoidance", "recovered") else "unmoved"


CWND = Choice(
    name="tcp.cwnd",
    question="{flight} bytes of yours to {peer} are under way, threshold {ssthresh}. The congestion window was {cwnd}; "
    "now?",
    domain=Number(1, WIDEST, "bytes"),
    cases=("slow start", "congestion avoidance", "third duplicate", "more duplicates", "recovered", "alarm"),
    case=lambda asked: asked.situation,
    book=lambda asked: asked.due,
    candidates=lambda asked: [
        asked.due, asked.cwnd, min(2 * asked.cwnd, WIDEST), max(1, asked.cwnd // 2), record(asked).mss, GREATEST_WINDOW
    ],
    inaction=lambda asked: min(asked.cwnd, asked.due),
    judge=_judge_cwnd,
    answers={
        "book": Answer(BOOK, "Below the threshold it doubles each round trip, above it grows by a segment."),
        "halved": Answer(
            BOOK,
            "Half of what was under way; while the duplicates come, a segment more for each: it says that one has left "
            "the wire.",
            "RFC 5681 §3.2",
        ),
        "from one": Answer(
            BOOK,
            "One segment after an alarm, whatever it was: from there it doubles up to the threshold, half of what was "
            "under way.",
            "RFC 5681 §3.1",
        ),
        "as good": Answer(FINE, "Within a segment of the book's {book}."),
        "timid": Answer(COSTLY, "The network had room for {book}: the wire stands empty."),
        "greedy": Answer(COSTLY, "{answer} is faster than {book}: queues fill, and all who share them lose.",
                         "RFC 5681 §3.1"),
        "unmoved": Answer(WRONG, "A loss says that the wire is full: {book} at most.", "RFC 5681 §3.1, §3.2"),
    },
    source="RFC 5681 §3.1, §3.2",
)  # fmt: skip

AGAIN = move(
    "tcp.again",
    "Send the oldest segment again now?",
    True,
    words="send the oldest again",
    available=lambda asked: asked.me.main is not None and asked.me.main.flight > 0,
    label=lambda asked: "again",
    answers={"again": Answer(COSTLY, "Neither your alarm nor a third duplicate said that it is lost.")},
    source="RFC 6298 §5; RFC 5681 §3.2",
)

MOST_KNOCKS = 8


def _judge_threshold(asked: Asked, value: Value) -> str:
    return "book" if value == asked.book else "hasty" if value < asked.book else "deaf"


DUP_THRESHOLD = Choice(
    name="tcp.dup_threshold",
    question="How many knocks on a tile mean that it is lost?",
    domain=Slider(1, MOST_KNOCKS, "knocks", coarse=1),
    cases=("first knock", "more knocks"),
    case=lambda asked: "first knock" if asked.count == 1 else "more knocks",
    book=lambda asked: asked.me.dup_threshold,
    candidates=lambda asked: list(dict.fromkeys((asked.me.dup_threshold, 1, 2, 3, 5, MOST_KNOCKS))),
    inaction=3,
    judge=_judge_threshold,
    keeps=True,
    holds="from the next knock on",
    label="line",
    by_hand=True,
    answers={
        "book": Answer(BOOK, "Above what overtaking causes on this wire, and below what a loss can bring."),
        "hasty": Answer(COSTLY, "A tile that is overtaken by {book} brings as many knocks: it goes out for nothing."),
        "deaf": Answer(COSTLY, "A loss may never knock so often: then you stand still until your alarm."),
    },
    source="RFC 5681 §3.2; RFC 4653 §1",
)


def _tiles(asked: Asked) -> tuple[int, ...]:
    """The segments under way, from 1."""
    conn = asked.me.main
    if conn is None or not conn.una or not conn.flight:
        return ()
    return tuple(1 + (place - 1) // conn.mss for place in range(conn.una, min(conn.top, conn.end), conn.mss))


def _judge_resend(asked: Asked, value: Value) -> str:
    conn, tiles = asked.me.main, _tiles(asked)
    if conn.tail_silent and value == tiles[-1]:
        return "book"
    return "guess" if conn.duplicates and value == tiles[0] else "needless"


RESEND = Choice(
    name="tcp.resend",
    question="Which tile do you send again?",
    domain=PlaceOf(_tiles),
    cases=("the tail is silent", "answers still come"),
    case=lambda asked: (
        "the tail is silent" if asked.me.main is not None and asked.me.main.tail_silent else "answers still come"
    ),
    book=lambda asked: _tiles(asked)[-1] if asked.me.main.tail_silent and _tiles(asked) else PASS,
    candidates=_tiles,
    inaction=PASS,
    judge=_judge_resend,
    available=lambda asked: bool(_tiles(asked)),
    standing=True,
    answers={
        "book": Answer(BOOK, "Behind the last tile comes nothing that could knock for it: one more copy asks."),
        "guess": Answer(FINE, "It was knocked for: overtaken, or lost. You did not wait to see."),
        "needless": Answer(COSTLY, "Nothing says that tile {answer} is lost: its answer can still come."),
    },
    source="RFC 8985 §7 (tail loss probe)",
    label="send again",
    key="a",
)


def _last_doubtful(asked: Asked) -> bool:
    return bool(asked.me.dots) and asked.me.dots[-1].doubtful


STRIKE = move(
    "tcp.strike",
    "Strike the last dot off your ruler?",
    "strike it",
    key="d",
    available=lambda asked: bool(asked.me.dots),
    due=_last_doubtful,
    label=lambda asked: "doubtful" if _last_doubtful(asked) else "sound",
    answers={
        "doubtful": Answer(BOOK, "It had gone out more than once: nobody knows which copy this dot is for."),
        "sound": Answer(COSTLY, "That tile went out once: nothing about this dot lies."),
    },
    source="RFC 6298 §3; Karn & Partridge 1987",
)
