"""Which stamp an event gets; and what chance decides of a process: whom it writes to, and when."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, OneOf

LAMPORT = "Lamport 1978 (implementation rules of logical clocks); Tanenbaum & van Steen 2e §6.2.1"
AHEAD = 1000
"""By so many numbers at most a stamp is larger than it has to be."""

READ, OWN = "a letter is read", "an event of its own"


def _rule(asked: Asked) -> int:
    """What the own clock shows, unless that is not beyond the last event, and beyond what is read."""
    return int(max(asked.shown, asked.me.last + 1, asked.read + 1))


def _judge_stamp(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "early" if value <= asked.read else "ahead"


STAMP = Choice(
    name="logical_clocks.stamp",
    question="Your clock shows {shown}, your last event had {me.last}{letter}. Which stamp does this event get?",
    domain=Number(lambda asked: asked.me.last + 1, lambda asked: _rule(asked) + AHEAD),
    cases=(OWN, READ),
    case=lambda asked: READ if asked.read else OWN,
    book=_rule,
    candidates=lambda asked: [
        _rule(asked),
        max(asked.shown, asked.me.last + 1),
        max(asked.me.last + 1, asked.read),
        max(asked.me.last + 1, asked.read + 1),
        min(_rule(asked) + asked.shown, _rule(asked) + AHEAD),
    ],
    inaction=lambda asked: max(asked.shown, asked.me.last + 1),
    judge=_judge_stamp,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: beyond all that has happened here, and beyond what was read."),
        "early": Answer(Kind.WRONG, "Read at {answer}, and written at {read}: so it was read before it was written."),
        "ahead": Answer(Kind.COSTLY, "{answer} breaks nothing; but no clock goes back, and all who read it jump."),
    },
    source=LAMPORT,
)


def _whom(asked: Asked) -> tuple[str, ...]:
    return (*asked.me.others, asked.me.name)


def _draw_whom(asked: Asked) -> Value:
    me = asked.me
    return me.name if not me.others or asked.dice.below(100) < me.alone else asked.dice.pick(me.others)


WHOM = Choice(
    name="logical_clocks.whom",
    question="Whom does it write to? To itself: it does something that nobody else hears of.",
    domain=OneOf(_whom),
    book=_draw_whom,
    candidates=_whom,
    inaction=lambda asked: asked.me.name,
    answers={},
    source="ours",
    chance=True,
)

GAP = Choice(
    name="logical_clocks.gap",
    question="How many µs does it take until it does something again?",
    domain=Number(0, lambda asked: 2 * asked.me.every, "µs"),
    book=lambda asked: asked.dice.between(asked.me.every // 2, asked.me.every * 3 // 2),
    candidates=lambda asked: [asked.me.every // 2, asked.me.every * 3 // 2],
    inaction=lambda asked: asked.me.every,
    answers={},
    source="ours",
    chance=True,
)

CHOICES: tuple[Choice, ...] = (STAMP, WHOM, GAP)
