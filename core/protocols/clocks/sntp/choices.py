"""What a client of time decides: whom to believe, how wrong it is, how to mend that, when to ask again; and which
timestamp a server gives back."""

from __future__ import annotations

from typing import Any

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Duration, Number, OneOf
from core.kernel.ready_choices import duty, lookup
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.sntp.leap import LEAP, SLOPE
from core.protocols.clocks.sntp.times import (
    INFINITY,
    LEAST_PAUSE,
    STEP_THRESHOLD,
    UNSYNCHRONIZED,
    Leap,
    Mode,
    Packet,
    difference,
    offset_and_delay,
)

LONGEST = 36 * 3600 * SECOND
"""The longest pause that NTP knows is 36 hours (RFC 5905, 7.3)."""
FARTHEST = (1 << 31) * SECOND
"""No two timestamps are farther apart."""

# The client: believe it?

ANSWER = "an answer to my question"


def verdict_on(me: Any, source: str, packet: Packet) -> str:
    """What the checks of RFC 4330, 5, make of a packet: one of the cases of `BELIEVE`."""
    if source != me.server:
        return "from a stranger"
    if packet.mode != Mode.SERVER:
        return "no answer"
    if not me.asked or packet.originate != me.asked:
        return "not what I asked"
    knows = 0 < packet.stratum < UNSYNCHRONIZED and packet.leap != Leap.UNSYNCHRONIZED and packet.transmit
    near = packet.root_delay < INFINITY and packet.root_dispersion < INFINITY
    return ANSWER if knows and near else "from a server without the time"


BELIEVE = lookup(
    "sntp.believe",
    "{source} says it is {said}. Question that it answers: {answered}; your open one: {mine}. Use it?",
    ("use", "discard"),
    right=lambda asked: "use" if asked.case == ANSWER else "discard",
    mistakes={"use": "gullible", "discard": "deaf"},
    inaction="discard",
    cases=(ANSWER, "from a stranger", "no answer", "not what I asked", "from a server without the time"),
    case=lambda asked: verdict_on(asked.me, asked.source, asked.packet),
    candidates=lambda asked: ["use", "discard"],
    answers={
        "book": Answer(Kind.BOOK, "Only your server's answer to your own question, from a server that knows the time."),
        "gullible": Answer(Kind.WRONG, "Look again at who says it, and to which question: {case}."),
        "deaf": Answer(Kind.WRONG, "It answers your question, and nothing is wrong with it."),
    },
    source="RFC 4330 §5",
)

# The client: how wrong?


def _offset(asked: Asked) -> int:
    return offset_and_delay(*asked.times)[0]


def _mistakes(asked: Asked) -> dict[int, str]:
    sent, arrived, left, back = asked.times
    offset, delay = offset_and_delay(*asked.times)
    return {
        -offset: "sign",
        difference(left, back): "one way",
        difference(arrived, sent): "one way",
        difference(left, sent): "one way",
        delay: "delay",
    }


def _judge_offset(asked: Asked, value: Value) -> str:
    offset, delay = offset_and_delay(*asked.times)
    if value == offset:
        return "book"
    if value in _mistakes(asked):
        return _mistakes(asked)[value]
    if abs(value - offset) <= max(delay // 20, MILLISECOND):
        return "near"
    return "within" if abs(value - offset) <= delay // 2 else "far"


OFFSET = Choice(
    name="sntp.offset",
    question="T1 {t1}, T2 {t2}, T3 {t3}, T4 {t4}. By how many µs is your clock behind?",
    domain=Number(-FARTHEST, FARTHEST, "µs"),
    book=_offset,
    candidates=lambda asked: sorted({_offset(asked), *_mistakes(asked)}),
    inaction=0,
    judge=_judge_offset,
    answers={
        "book": Answer(Kind.BOOK, "The mean of the way there, T2 - T1, and of the way back, T3 - T4."),
        "near": Answer(Kind.FINE, "Near enough; to the µs it is {book}."),
        "within": Answer(
            Kind.COSTLY, "It may be, if one way is so much longer than the other. The best guess is the mean, {book}."
        ),
        "sign": Answer(Kind.WRONG, "Turned round: {book} it is. Ahead and behind are two different mistakes."),
        "one way": Answer(Kind.WRONG, "That is one difference only: the time on the way is in it. The mean is {book}."),
        "delay": Answer(Kind.WRONG, "That is the round trip, δ. The offset is {book}."),
        "far": Answer(Kind.WRONG, "((T2 - T1) + (T3 - T4)) / 2 is {book}, and no way is so long."),
    },
    source="RFC 5905 §8; RFC 4330 §5",
)

# The client: how to mend it


def _adjust_case(asked: Asked) -> str:
    if abs(asked.offset) > STEP_THRESHOLD:
        return "far off"
    return "a little ahead" if asked.offset < 0 else "a little behind"


def _judge_adjust(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == "leave":
        return "leave"
    if value == "slew":
        return "slow"
    return "back" if asked.offset < 0 else "jump"


ADJUST = Choice(
    name="sntp.adjust",
    question="By that, your clock is {wrong} it should be. Step it, or slew it?",
    domain=OneOf(("step", "slew", "leave")),
    cases=("far off", "a little ahead", "a little behind"),
    case=_adjust_case,
    book=lambda asked: "step" if abs(asked.offset) > STEP_THRESHOLD else "slew",
    candidates=lambda asked: ["step", "slew", "leave"],
    inaction="leave",
    judge=_judge_adjust,
    answers={
        "book": Answer(
            Kind.BOOK, "Beyond 128 ms a step, below a slew: so a clock does not run backwards for a trifle."
        ),
        "leave": Answer(Kind.WRONG, "Then why did you ask?"),
        "slow": Answer(Kind.COSTLY, "At 500 parts per million that takes 2000 times as long as you are wrong."),
        "back": Answer(Kind.COSTLY, "The same moment comes twice: what happened later has the earlier time."),
        "jump": Answer(Kind.COSTLY, "A gap in time for a trifle; a slew would have hidden it."),
    },
    source="RFC 5905 §11.3",
)

# The client: when to ask again


def _judge_pause(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value < LEAST_PAUSE:
        return "hurried"
    if value < asked.book and asked.why != "an answer":
        return "no back-off"
    return "far" if value > asked.me.greatest else "near"


PAUSE = Choice(
    name="sntp.pause",
    question="After {why}: when do you ask again?",
    domain=Duration(SECOND, LONGEST),
    cases=("an answer", "a silence", "a kiss-o'-death"),
    case=lambda asked: asked.why,
    book=lambda asked: asked.me.interval,
    candidates=lambda asked: [asked.me.interval, SECOND, LEAST_PAUSE, LONGEST],
    inaction=LONGEST,
    judge=_judge_pause,
    answers={
        "book": Answer(Kind.BOOK, "The usual pause after an answer; after every silence twice as long, lest it drown."),
        "near": Answer(Kind.FINE, "Within what is allowed; the longer the pause, the farther the clock drifts."),
        "hurried": Answer(Kind.WRONG, "Never below 15 s, under any conditions."),
        "no back-off": Answer(Kind.COSTLY, "Asked again before {book}: a server in trouble gets more trouble."),
        "far": Answer(Kind.COSTLY, "Your clock drifts that long, and nobody tells it."),
    },
    source="RFC 4330 §10",
    keeps=True,
)

# The client: a kiss

STOPS = ("DENY", "RSTR")
"""Kiss codes after which a client asks this server no more (RFC 5905, 7.4)."""
SLOWS = ("RATE",)
"""Kiss codes after which it asks less often."""
_DISOBEYED = {"ask on": "deaf", "stop": "meek", "slow down": "still"}


def _kiss_case(asked: Asked) -> str:
    if asked.code in STOPS:
        return "not welcome"
    return "too often" if asked.code in SLOWS else "nothing to obey"


def _judge_kiss(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "obedient" if asked.case == "nothing to obey" else _DISOBEYED[value]


KISS = lookup(
    "sntp.kiss",
    "The server sends a kiss-o'-death, {code}. What now?",
    ("stop", "slow down", "ask on"),
    right={"too often": "slow down", "not welcome": "stop", "nothing to obey": "ask on"},
    mistakes=_DISOBEYED,
    judge=_judge_kiss,
    inaction="ask on",
    case=_kiss_case,
    candidates=lambda asked: ["stop", "slow down", "ask on"],
    answers={
        "book": Answer(
            Kind.BOOK, "RATE: ask less often. DENY and RSTR: do not ask this server again. Others ask nothing of you."
        ),
        "obedient": Answer(
            Kind.COSTLY, "{code} asks nothing of you: such a packet is looked at and thrown away.", "RFC 5905 §7.4"
        ),
        "deaf": Answer(Kind.WRONG, "{code}: the server asked you not to, and owes you no answer."),
        "meek": Answer(Kind.COSTLY, "{code} asks you to be slower, not to be silent: now nobody tells you the time."),
        "still": Answer(Kind.WRONG, "{code} means that you are not welcome, however seldom you come."),
    },
    source="RFC 5905 §7.4",
)

# The server

_ECHOES = ("their transmit", "their originate", "my clock", "nothing")

ORIGINATE = duty(
    "sntp.originate",
    "{source} asks; its transmit timestamp is {stamp}. What goes into your answer's originate timestamp?",
    _ECHOES,
    inaction="nothing",
    candidates=lambda asked: list(_ECHOES),
    answers={
        "book": Answer(
            Kind.BOOK, "T1 comes back: the client knows its question by it, and needs to keep nothing else."
        ),
        "lost": Answer(Kind.WRONG, "{source} cannot find its question in that, and throws your answer away."),
    },
    source="RFC 4330 §6",
)

CHOICES = (BELIEVE, OFFSET, ADJUST, PAUSE, KISS, ORIGINATE, LEAP, SLOPE)
