"""How a clock that is wrong is mended: bent, or set at once."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, Slider
from core.kernel.ready_choices import move
from core.kernel.time import MILLISECOND, SECOND

STEEPEST = 40
"""Per cent by which a clock can be bent."""
TICK = 250 * MILLISECOND
"""The machine looks at its clock, and stamps what has come, so often by that clock."""
TRIFLE = 128 * MILLISECOND
"""Up to this a clock may be set at once, and nobody minds (RFC 5905, 11.3)."""
NEAR = 20 * MILLISECOND
"""So near the book lets it be."""
DISCIPLINE = "RFC 5905 §11.3"
BACKWARDS = "Tanenbaum & van Steen 2e §6.1.1"

FAST, SLOW, RIGHT = "it is fast", "it is slow", "it is right"


def case_of(asked: Asked) -> str:
    """Where the clock is, by what the machine has been told."""
    ahead = asked.me.ahead_at(asked.now)
    return RIGHT if abs(ahead) <= NEAR else FAST if ahead > 0 else SLOW


def book_slope(asked: Asked) -> int:
    """As steep as all that live by this clock can bear; just steep enough once it is nearly right."""
    me = asked.me
    ahead: int = me.ahead_at(asked.now)
    if abs(ahead) <= NEAR:
        return 0
    slow: int = me.slow
    fast: int = me.fast
    if ahead > 0:
        return -min(slow, 100 * ahead // (TICK + ahead))
    return fast if -ahead >= TICK else min(fast, 100 * -ahead // (TICK + ahead))


def _judge(asked: Asked, value: Value) -> str:
    case, me = case_of(asked), asked.me
    if value == asked.book:
        return "book"
    if value and case == RIGHT:
        return "over"
    if value == 0:
        return "near" if abs(me.ahead_at(asked.now)) <= TRIFLE else "left"
    if (value > 0) == (case == FAST):
        return "away"
    if value < 0 and me.beat_lasts(value) > me.dead:
        return "buried"
    if value > 0 and me.theirs_lasts(value) > me.late:
        return "burier"
    return "gentle" if abs(value) < abs(asked.book) else "edge"


SLOPE = Choice(
    name="wall_clock.slope",
    question="By how many per cent does your clock run faster? Below zero it runs slower.",
    domain=Slider(-STEEPEST, STEEPEST, "%", by=1, coarse=10),
    cases=(FAST, SLOW, RIGHT),
    case=case_of,
    book=book_slope,
    candidates=lambda asked: [book_slope(asked), 0, -STEEPEST, STEEPEST, -1, 1],
    inaction=0,
    judge=_judge,
    keeps=True,
    by_hand=True,
    label="slope",
    key="s",
    means=lambda asked, value: asked.me.means(asked.now, value),
    answers={
        "book": Answer(Kind.BOOK, "As fast as it goes without anybody's noticing, and no farther than right."),
        "edge": Answer(Kind.COSTLY, "That is the edge: one beat that comes a little late, and somebody is buried."),
        "gentle": Answer(Kind.COSTLY, "At {answer} it takes longer than it must."),
        "near": Answer(Kind.FINE, "So nearly right that nobody can tell."),
        "left": Answer(Kind.COSTLY, "Left as it is, a clock that is wrong stays wrong."),
        "away": Answer(Kind.WRONG, "That way it goes wrong faster."),
        "over": Answer(Kind.WRONG, "It is right. Bent on, it goes wrong on the other side."),
        "buried": Answer(
            Kind.WRONG, "At {answer} your beats are {me.beat_words} apart by any other clock: you are taken for dead."
        ),
        "burier": Answer(
            Kind.WRONG, "At {answer} your clock counts {me.theirs_words} from one beat of a living peer to the next."
        ),
    },
    source=DISCIPLINE,
)

SET = "set it"


def _step_label(asked: Asked) -> str:
    ahead = asked.me.ahead_at(asked.now)
    return "trifle" if abs(ahead) <= TRIFLE else "back" if ahead > 0 else "forth"


STEP = move(
    "wall_clock.step",
    "Set your clock at once?",
    SET,
    available=lambda asked: bool(asked.me.ahead_at(asked.now)),
    label=_step_label,
    called="set at once",
    key="t",
    preview=lambda asked: f"{-asked.me.ahead_at(asked.now) / SECOND:+.1f} s at once",
    answers={
        "trifle": Answer(Kind.FINE, "So little that nobody who lives by the clock can tell."),
        "back": Answer(Kind.WRONG, "The same seconds come twice: stamps fall, and what has rung rings again."),
        "forth": Answer(Kind.WRONG, "Seconds that never come: whatever was to happen in them does not."),
    },
    source=BACKWARDS,
)

JITTER = Choice(
    name="wall_clock.jitter",
    question="By how many thousandths is the beat late?",
    domain=Number(lambda asked: -asked.me.jitter, lambda asked: asked.me.jitter),
    cases=("a beat",),
    book=lambda asked: asked.dice.between(-asked.me.jitter, asked.me.jitter),
    candidates=lambda asked: sorted({-asked.me.jitter, 0, asked.me.jitter}),
    inaction=0,
    chance=True,
    answers={},
    source="ours",
)
CHOICES: tuple[Choice, ...] = (SLOPE, STEP, JITTER)
