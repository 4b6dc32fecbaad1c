"""What is decided as connections open and close: the answer to a stray segment, who closes when, how long to linger."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Answer, Asked, Choice, Value
from core.kernel.domains import Duration, Number, OneOf
from core.kernel.time import MINUTE
from core.protocols.transport.tcp.choices.record import BOOK, COSTLY, FINE, WRONG, record
from core.protocols.transport.tcp.messages import NUMBERS

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
        return "no line" if case == "a SYN at a full house" else "book"
    if case == "the same SYN again" and value == JUST_ACK:
        return "as good"
    if case == "a bad checksum":
        return "believes"
    if value == ACCEPT and case in ("a SYN at an open door", "the same SYN again"):
        return "trusts"
    if value == SILENCE:
        return "mute"
    if case == "a SYN inside a connection":
        return "kills" if value == RESET else "loses"
    if case == "a SYN at a full house":
        return "turned away" if value == RESET else "overbooked"
    if case == "a SYN at an open door" and value == JUST_ACK:
        return "numberless"
    return "refuses" if value == RESET else "misled"


def _all_answers(asked: Asked) -> Sequence[Value]:
    return (SYN_ACK, JUST_ACK, RESET, SILENCE, ACCEPT)


ANSWER = Choice(
    name="tcp.answer",
    question="{what} from {peer}. Your answer?",
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
        "no line": Answer(BOOK, "No line is free: {peer} will ask again in a second, and by then one may be."),
        "as good": Answer(FINE, "The letter of the standard; SYN+ACK also helps if yours was lost.",
                          "RFC 9293 §3.10.7.4"),
        "believes": Answer(WRONG, "With a bad checksum you cannot know who sent it or what it said; TCP has no NAK.",
                           "RFC 9293 §3.1"),
        "trusts": Answer(WRONG, "A SYN may be an old duplicate: nobody has confirmed your number yet.",
                         "RFC 9293 §3.5"),
        "mute": Answer(COSTLY, "{peer} learns nothing and asks again, and again; the book sends {book}.",
                       "RFC 9293 §3.5.1"),
        "kills": Answer(WRONG, "It may be an old duplicate, and you tear down a connection that is alive.",
                        "RFC 9293 §3.10.7.4"),
        "loses": Answer(WRONG, "This connection stands already: a new number of yours would mean nothing.",
                        "RFC 9293 §3.10.7.4"),
        "turned away": Answer(COSTLY, "{peer} gives up; had you said nothing, it would have asked again in a second."),
        "overbooked": Answer(COSTLY, "There is no line left to remember {peer} by: what it says next is a stranger's."),
        "numberless": Answer(COSTLY, "Without your SYN {peer} cannot begin: it drops this and asks again.",
                             "RFC 9293 §3.10.7.3"),
        "refuses": Answer(COSTLY, "The door is open, and you turn a guest away who may be real.", "RFC 9293 §3.10.7.2"),
        "misled": Answer(WRONG, "There is no connection here: any answer but RST keeps {peer} in its dream.",
                         "RFC 9293 §3.5.2"),
    },
    source="RFC 9293 §3.5, §3.10.7",
)  # fmt: skip

FINISH, WAIT, CUT, ABORT = "finish", "wait", "cut", "abort"


def _close_case(asked: Asked) -> str:
    if asked.more:
        return "your user still writes"
    return "bytes left to send" if asked.unsent else "nothing left to send"


def _judge_close(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "all said" if value == FINISH else "half open"
    if asked.more and value != ABORT:
        return "cut short"
    if value == WAIT:
        return "waits"
    if value == CUT:
        return "cut" if record(asked).unsent else "as good"
    return "abort"


CLOSE = Choice(
    name="tcp.close",
    question="{peer} has said its last byte; bytes of yours to {peer} without an ACK: {unsent}. How do you close?",
    domain=OneOf(
        (FINISH, WAIT, CUT, ABORT),
        {
            FINISH: "all of your own bytes, then FIN",
            WAIT: "ACK only; FIN later, or when your user closes",
            CUT: "FIN at once, whatever is unsent",
            ABORT: "RST",
        },
    ),
    cases=("bytes left to send", "nothing left to send", "your user still writes"),
    case=_close_case,
    book=lambda asked: WAIT if asked.more else FINISH,
    inaction=lambda asked: FINISH if asked.more else WAIT,
    judge=_judge_close,
    answers={
        "all said": Answer(BOOK, "FIN closes one direction only: yours stays open until your own last byte."),
        "half open": Answer(
            BOOK, "Half closed: {peer} has said all, and hears you as long as your user has something to say."
        ),
        "cut short": Answer(
            WRONG,
            "Your user was still writing to {peer}: behind your FIN there is no room for another word.",
            "RFC 9293 §3.6, §3.10.4",
        ),
        "as good": Answer(FINE, "Nothing is left to send: FIN and ACK share a segment, three instead of four."),
        "waits": Answer(COSTLY, "A segment more, and {peer} keeps its line for you meanwhile.", "RFC 9293 §3.6"),
        "cut": Answer(
            WRONG, "What was still to be sent is never sent: {peer} reads a text without its end.", "RFC 9293 §3.6"
        ),
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
    question="{peer}'s FIN has come, and your ACK of it is on its way; a segment lives {msl_words} at most. How long "
    "do you keep the line to {peer}?",
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
