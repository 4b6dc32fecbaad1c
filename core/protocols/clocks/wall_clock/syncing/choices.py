"""When a builder sets the clocks of its laptops again."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Duration
from core.kernel.time import SECOND
from core.protocols.clocks.wall_clock.ground import until_apart

CRISTIAN = "Cristian 1989 (reading a remote clock)"
DRIFT = "Tanenbaum & van Steen 2e §6.1.3"
LEAST, MOST = SECOND, 3600 * SECOND
AGAIN = SECOND
"""After a silence the book asks again so soon."""


def book_pause(asked: Asked) -> int:
    """As long as two clocks stay together by their sheet; less while they are seen to run apart faster."""
    if asked.me.silent:
        return AGAIN
    longest: int = asked.me.longest
    return min(longest, asked.me.brisk) if asked.me.steep else longest


def _judge(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value > asked.book:
        if asked.me.flat and not asked.me.silent and value <= 2 * asked.me.longest:
            return "stretched"
        return "silent" if asked.me.silent else "steep" if asked.me.steep else "late"
    return "often" if 2 * value < asked.book else "near"


RESYNC = Choice(
    name="wall_clock.resync",
    question="How long after one sync does the next one come?",
    domain=Duration(LEAST, MOST, fine=5 * SECOND, coarse=20 * SECOND),
    cases=("as the sheet has it", "steeper", "somebody was silent"),
    case=lambda asked: (
        "somebody was silent" if asked.me.silent else "steeper" if asked.me.steep else "as the sheet has it"
    ),
    book=book_pause,
    candidates=lambda asked: [
        book_pause(asked),
        until_apart(asked.me.apart, asked.me.sheet),
        until_apart(asked.me.apart, 2 * asked.me.sheet),
        10 * SECOND,
    ],
    inaction=MOST,
    judge=_judge,
    keeps=True,
    label="sync every",
    answers={
        "book": Answer(Kind.BOOK, "Both drift, and both are a little wrong from the start: no later than this."),
        "near": Answer(Kind.FINE, "In time, and a little more often than it takes."),
        "stretched": Answer(Kind.FINE, "While they part so slowly that will do; their sheet does not promise it."),
        "late": Answer(Kind.WRONG, "The other clock drifted too, and neither was quite right when it was set."),
        "steep": Answer(Kind.WRONG, "Measured {me.reply}: that leaves nothing for what comes."),
        "silent": Answer(Kind.COSTLY, "Who did not answer was not set: its clock has drifted all the longer."),
        "often": Answer(Kind.COSTLY, "In {book} they would still have been together: a coin for nothing."),
    },
    source=DRIFT,
)
CHOICES: tuple[Choice, ...] = (RESYNC,)
