"""What is printed on the tickets, and who comes next."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import OneOf, SomeOf
from core.protocols.transport.demultiplexing.hooks import mishaps_of
from core.protocols.transport.demultiplexing.messages import DPT, FIELDS, OWN_NUMBER, SPT, SRC, price_of

START = (DPT,)
"""The ticket with which a host begins: the port that all of them want."""
ENOUGH = 2
"""After so many mishaps in a crowd the book punches another ticket."""


def _judge_key(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    wrong, strangers = mishaps_of(tuple(asked.me.seen), value)
    if wrong or strangers:
        return "alike" if wrong >= strangers else "changed"
    return "dear" if price_of(value) > price_of(asked.book) else "as good"


MISHAP = "mishaps add up"


def _case_of_key(asked: Asked) -> str:
    me = asked.me
    if me.in_crowd and me.in_crowd % ENOUGH == 0 and me.faults[-1]:
        return MISHAP
    return "a guest comes in" if asked.begins else "a guest goes on"


KEY = Choice(
    name="demultiplexing.key",
    question="Which fields of a segment do you print on the tickets?",
    domain=SomeOf(FIELDS, len(FIELDS), none="nothing", taken="fields lit"),
    cases=("a guest comes in", "a guest goes on", MISHAP),
    case=_case_of_key,
    book=lambda asked: asked.me.advice,
    candidates=lambda asked: [
        asked.me.advice, START, (), (SRC, SPT), FIELDS[:4], (*FIELDS[:4], OWN_NUMBER), FIELDS,
        *((name,) for name in FIELDS),
    ],
    inaction=START,
    judge=_judge_key,
    keeps=True,
    odd=(MISHAP,),
    by_hand=True,
    holds="every coat is hung anew at its guest's next segment",
    means=lambda asked, value: f"{price_of(value)} ns a segment",
    answers={
        "book": Answer(Kind.BOOK, "As little as tells apart who is here, and stays the same while they talk."),
        "as good": Answer(Kind.FINE, "So far that tells them apart as well."),
        "alike": Answer(Kind.WRONG, "With {answer} on it two of them have the same ticket: one coat for two."),
        "changed": Answer(
            Kind.WRONG, "{answer}: that does not stay the same. Who is known comes back, and that ticket hangs nowhere."
        ),
        "dear": Answer(Kind.COSTLY, "It tells them apart, and so would less: every field is read with every segment."),
    },
    source="RFC 9293 §3.3; RFC 9000 §5.1",
    key="t",
    label="ticket",
)  # fmt: skip

CROWD = Choice(
    name="demultiplexing.crowd",
    question="Who comes next?",
    domain=OneOf(lambda asked: asked.me.left),
    cases=("the street is empty",),
    book=lambda asked: asked.dice.pick(asked.me.left),
    candidates=lambda asked: asked.me.left,
    inaction=lambda asked: asked.me.left[0],
    answers={},
    source="ours",
    chance=True,
)

CHOICES: tuple[Choice, ...] = (KEY, CROWD)
