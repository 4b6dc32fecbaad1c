"""What the bureau decides: how a calendar is mended, and when UTC gets a second more or less; what chance decides of
the Earth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.kernel.choice import OMITTED, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Handles, Number, Shape, Slider
from core.kernel.ready_choices import move
from core.protocols.clocks.wall_clock.bureau.calendar import ALL, CYCLE, DAY, Calendar, best

BULL = "Inter gravissimas (1582)"
TF460 = "ITU-R TF.460-6 §2.1-2.3"
MOST_DROPPED = 14
LEAST_LEAPS = 80

# The calendar


def mended(asked: Asked, value: Value) -> Calendar:
    """The calendar that an answer makes."""
    dropped, leaps = value
    return Calendar(asked.place, asked.year, dropped, leaps, mended=True)


def equinox(off: int) -> str:
    """On what day of March the equinox comes where dates are so many seconds late, to a tenth of a day."""
    return f"{21 - off / DAY:.1f} March"


def _judge_days(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    (dropped, leaps), (right, slope) = value, asked.book
    if dropped == right:
        return "bead" if leaps == ALL else "steep"
    return "slope" if leaps == slope and not dropped else "far"


def _off_words(asked: Asked, value: Value) -> str:
    calendar = mended(asked, value)
    first, last = equinox(calendar.off(asked.year)), equinox(calendar.off(asked.year + CYCLE))
    return f"the equinox comes on {first}, and {CYCLE} years later on {last}"


DAYS = Choice(
    name="wall_clock.days",
    question="{place} mends its calendar in {year}. How many days are dropped, and how many of 400 years are leap "
    "years from then on?",
    domain=Handles(
        (
            ("dropped", Slider(0, MOST_DROPPED, "days", coarse=1)),
            ("leaps", Slider(LEAST_LEAPS, ALL, "leap years", coarse=1)),
        ),
        shape=Shape.SLOPE,
    ),
    cases=("the first to mend it", "one that has waited"),
    case=lambda asked: "one that has waited" if asked.late else "the first to mend it",
    book=lambda asked: best(asked.place, asked.year),
    candidates=lambda asked: [
        best(asked.place, asked.year), (best(asked.place, asked.year)[0], ALL), (0, best(asked.place, asked.year)[1]),
        *((dropped, leaps) for dropped in (8, 9, 10, 11, 12) for leaps in (95, 96, 97, 98, 99)), (0, ALL),
    ],
    inaction=(0, ALL),
    judge=_judge_days,
    means=_off_words,
    answers={
        "book": Answer(Kind.BOOK, "The days that had slid are gone, and three leap years fewer in 400 keep them gone."),
        "bead": Answer(Kind.WRONG, "What was dropped comes back: at 100 leap years it slides on by 11 min a year."),
        "slope": Answer(Kind.WRONG, "From now on it slides no more; but it stays as far off as it is."),
        "steep": Answer(Kind.WRONG, "The days are right, and the slope is not: in 400 years it is off again."),
        "far": Answer(Kind.WRONG, "{answer}: then the equinox is more than half a day off 21 March."),
    },
    source=BULL,
)  # fmt: skip

# The second

MORE, LESS = "23:59:60", "no 23:59:59"


def _grace(asked: Asked) -> int:
    half: int = asked.me.half
    return half * 9 // 10


def _judge_second(sign: int) -> Callable[[Asked], str]:
    """Inserting (1) is for an Earth that is behind, omitting (-1) for one that is ahead."""

    def label(asked: Asked) -> str:
        me: Any = asked.me
        if me.wanted == sign:
            return "book"
        return "away" if sign * me.tip >= 0 else "early"

    return label


def _preview(sign: int) -> Callable[[Asked], str]:
    return lambda asked: f"from {asked.me.ends} on {(asked.me.tip + 1000 * sign) / 1000:+.2f} s at the tip"


INSERT = move(
    "wall_clock.insert",
    "Announce that this half-year gets one second more?",
    MORE,
    words="its last minute has 61 seconds",
    available=lambda asked: asked.me.may_announce,
    not_now="A bulletin is out: what it says comes at the end of this half-year.",
    due=lambda asked: asked.me.wanted == 1,
    grace=_grace,
    preview=_preview(1),
    label=_judge_second(1),
    called="add one",
    key="a",
    answers={
        "book": Answer(Kind.BOOK, "Before the next second could come the Earth would have been too far behind."),
        "early": Answer(Kind.COSTLY, "It would have held until the next one, and each second fells machines."),
        "away": Answer(Kind.WRONG, "The Earth is not behind: with a second more your clock is farther off."),
        OMITTED: Answer(Kind.WRONG, "Announced today, it comes in six months: too late for this one."),
    },
    source=TF460,
)

OMIT = move(
    "wall_clock.omit",
    "Announce that this half-year gets one second less?",
    LESS,
    words="its last minute has 59 seconds",
    available=lambda asked: asked.me.may_announce and asked.me.omits,
    not_now="A bulletin is out: what it says comes at the end of this half-year.",
    due=lambda asked: asked.me.wanted == -1,
    grace=_grace,
    preview=_preview(-1),
    label=_judge_second(-1),
    called="omit one",
    key="o",
    answers={
        "book": Answer(Kind.BOOK, "The Earth would have been too far ahead; whatever a minute of 59 seconds fells."),
        "early": Answer(Kind.COSTLY, "The Earth may turn back by itself, and a minute of 59 seconds fells machines."),
        "away": Answer(Kind.WRONG, "The Earth is not ahead: with a second less your clock is farther off."),
        OMITTED: Answer(Kind.WRONG, "Announced today, it comes in six months: too late for this one."),
    },
    source=TF460,
)

# Chance


def _turn(asked: Asked) -> int:
    dice, walk = asked.dice, asked.me.walk
    return dice.between(-walk, walk) + dice.between(-walk, walk)


TURN = Choice(
    name="wall_clock.turn",
    question="By how many ms does the Earth gain more, or lose less, than in the last half-year?",
    domain=Number(lambda asked: -2 * asked.me.walk, lambda asked: 2 * asked.me.walk, "ms"),
    book=_turn,
    candidates=lambda asked: [-asked.me.walk, 0, asked.me.walk],
    inaction=0,
    chance=True,
    answers={},
    source="IERS EOP 20 C04: half-years of 1972 to 2026 differ by so much",
)

CHOICES: tuple[Choice, ...] = (DAYS, INSERT, OMIT, TURN)
