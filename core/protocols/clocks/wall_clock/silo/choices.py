"""What headquarters decide: when a reset leaves, how long a silence the silo bears, by what both count, and how a clock
that is wrong is mended; what the exchange may say; what chance decides of the nights."""

from __future__ import annotations

from typing import Any

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, OneOf, OrderOf, Slider
from core.kernel.ready_choices import move
from core.kernel.time import SECOND

READS, COUNTS = "reads", "counts"
AHEAD, BACK, JUMP, LOST, HIT = "ahead", "back", "jump", "lost", "hit"
"""What befalls a night: the clock of headquarters is put forth, or back; the silo's is put forth; two resets are lost;
headquarters are hit."""
DEALT = (AHEAD, BACK, JUMP, LOST)
"""Of the first four nights; the fifth is that of the raid."""
LOSSES = 2
"""So many resets in a row are lost."""
LONGEST = 1440
"""A day, in minutes."""
STEEPEST = 40
"""Per cent by which a clock is bent at most."""
FARTHEST = 600
"""Seconds by which a lie is wrong at most."""

CLOCKS = "Linux man-pages clock_gettime(2), cron(8)"
LEASES = "Gray & Cheriton 1989 (leases)"


def _most(asked: Asked) -> int:
    """The longest silence (minutes) in which headquarters live: so many resets are lost, and the next one comes."""
    return int((LOSSES + 1) * asked.me.pause)


def _judge_window(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book" if value > _most(asked) else "other period"
    if value <= asked.me.pause:
        return "bare"
    if value <= _most(asked):
        return "short"
    return "near" if value <= max(asked.book, _most(asked) + 1) else "long"


WINDOW = Choice(
    name="wall_clock.window",
    question="How many minutes may the silo hear nothing before it fires?",
    domain=Slider(5, LONGEST, "min", coarse=10),
    book=lambda asked: asked.me.window,
    candidates=lambda asked: [asked.me.window, asked.me.pause, 2 * asked.me.pause, 30, 45, 60, LONGEST],
    inaction=70,
    judge=_judge_window,
    answers={
        "book": Answer(Kind.BOOK, "Two resets may be lost, and the third is in time; the minute more is for the way."),
        "near": Answer(Kind.FINE, "Two resets may be lost, and the third is still in time."),
        "other period": Answer(Kind.FINE, "It goes with a reset each {me.period} min, not with one each {me.pause}."),
        "bare": Answer(Kind.WRONG, "One reset that is lost, and the silo fires: headquarters live."),
        "short": Answer(Kind.WRONG, "With a reset each {me.pause} min two lost ones are {me.worst} min of silence."),
        "long": Answer(Kind.COSTLY, "Headquarters that are dead stay unnoticed for as long as that."),
    },
    source=LEASES,
    keeps=True,
    holds="it goes out with the next reset",
    key="w",
)  # fmt: skip


def _judge_period(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "seldom" if value > asked.book else "often"


PERIOD = Choice(
    name="wall_clock.period",
    question="How many minutes from one reset to the next?",
    domain=Slider(5, 240, "min", coarse=5),
    book=lambda asked: asked.me.period,
    candidates=lambda asked: [asked.me.period, 60, 30, 45, 90, 5],
    inaction=60,
    judge=_judge_period,
    answers={
        "book": Answer(Kind.BOOK, "Three of them fit into an hour of silence, and none for nothing."),
        "seldom": Answer(Kind.COSTLY, "Two that are lost make more than an hour of silence; or the window is longer."),
        "often": Answer(Kind.COSTLY, "Each costs a coin; three in an hour were enough."),
    },
    source=LEASES,
    keeps=True,
    holds="from the next reset on",
    key="p",
)

TIMER = Choice(
    name="wall_clock.timer",
    question="By what do headquarters and silo tell that it is time?",
    domain=OneOf((READS, COUNTS), {READS: "what the clock on the wall reads", COUNTS: "the ticks that have passed"}),
    book=lambda asked: asked.me.timer,
    candidates=lambda asked: [READS, COUNTS],
    inaction=READS,
    judge=lambda asked, value: "book" if value == asked.book else "near" if value == COUNTS else "reads",
    answers={
        "book": Answer(Kind.BOOK, "Nobody can set what has been counted: an hour stays an hour."),
        "near": Answer(Kind.FINE, "Nobody can set what has been counted: an hour stays an hour."),
        "reads": Answer(Kind.WRONG, "At 2:59 somebody sets the clock to 3:05, and 3:00 never comes."),
    },
    source=CLOCKS,
    keeps=True,
    holds="from the next reset on",
    key="t",
)  # fmt: skip


def mending(by: int, slope: int) -> int:
    """How long (µs of true time) a clock is bent by `slope` per cent until it has made up for `by` µs."""
    return abs(by) * 100 // slope


def _judge_slope(asked: Asked, value: Value) -> str:
    if value == 0:
        return "step"
    if mending(asked.by, value) > asked.me.within * asked.me.minute:
        return "flat"
    return "book" if value == asked.book else "near"


SLOPE = Choice(
    name="wall_clock.mend",
    question="Your clock is {wrong}. By how many per cent do you bend it until it is right? 0: it jumps.",
    domain=Slider(0, STEEPEST, "%", coarse=5),
    cases=("to be put forth", "to be put back"),
    case=lambda asked: "to be put forth" if asked.by > 0 else "to be put back",
    book=lambda asked: asked.me.slope,
    candidates=lambda asked: [asked.me.slope, 0, 1, 5, 10, STEEPEST],
    inaction=0,
    judge=_judge_slope,
    answers={
        "book": Answer(Kind.BOOK, "Bent, it never shows the same hour twice, and it is right in time."),
        "near": Answer(Kind.FINE, "Bent, it never shows the same hour twice, and it is right in time."),
        "step": Answer(Kind.WRONG, "A clock that jumps back shows an hour twice: to the silo the second looks old, "
                                   "and it ignores what is stamped then."),
        "flat": Answer(Kind.WRONG, "So flat it is not right within {me.within} min."),
    },
    source="RFC 5905 §11.3",
    keeps=True,
    holds="from the next time on that your clock is wrong",
    key="s",
)  # fmt: skip

RESET = move(
    "wall_clock.reset",
    "Send a reset now?",
    "reset",
    available=lambda asked: not asked.me.fallen,
    due=lambda asked: asked.me.unheeded,
    label=lambda asked: "book" if asked.me.unheeded else "moved" if asked.me.moved else "early",
    answers={
        "book": Answer(Kind.BOOK, "What you have set holds from this reset on."),
        "moved": Answer(Kind.FINE, "The clock was set, and nobody knows when its hour comes."),
        "early": Answer(Kind.COSTLY, "A coin, and the next one would have come by itself."),
    },
    source=LEASES,
    key="R",
)

TELL = Choice(
    name="wall_clock.tell",
    question="By how many seconds is what you tell headquarters wrong?",
    domain=Slider(-FARTHEST, FARTHEST, "s", coarse=60),
    book=lambda asked: PASS,
    candidates=lambda asked: [-1, 1, 2, -FARTHEST, FARTHEST],
    inaction=PASS,
    judge=lambda asked, value: "true" if value == 0 else "least" if abs(value) == 1 else "more",
    standing=True,
    available=lambda asked: asked.me.told < asked.me.lies,
    not_now="You have said what time it is: nobody asks again.",
    by_hand=True,
    means=lambda asked, value: f"headquarters will read {asked.me.face(asked.now + value * SECOND)}",
    answers={
        "true": Answer(Kind.FINE, "That is the right time."),
        "least": Answer(Kind.FINE, "A second: there is no smaller lie."),
        "more": Answer(Kind.COSTLY, "A second back would have done: the hour lasts 60:01, the silo counts 60:00."),
    },
    source=CLOCKS,
    key="t",
)  # fmt: skip

NIGHTS = Choice(
    name="wall_clock.nights",
    question="In what order do the nights come?",
    domain=OrderOf(DEALT),
    book=lambda asked: tuple(asked.dice.sample(DEALT, len(DEALT))),
    candidates=lambda asked: [DEALT, DEALT[::-1]],
    inaction=DEALT,
    answers={},
    source=LEASES,
    chance=True,
)


def _within(asked: Asked) -> tuple[int, int]:
    night: Any = asked.me.night
    first, last = asked.between
    return night * first // 100, night * last // 100


HOUR = Choice(
    name="wall_clock.hour",
    question="In which minute of night {number} does it come: {kind}?",
    domain=Number(lambda asked: _within(asked)[0], lambda asked: _within(asked)[1], "min"),
    book=lambda asked: asked.dice.between(*_within(asked)),
    candidates=lambda asked: list(_within(asked)),
    inaction=lambda asked: _within(asked)[0],
    answers={},
    source=LEASES,
    chance=True,
)

CHOICES: tuple[Choice, ...] = (PERIOD, WINDOW, TIMER, SLOPE, RESET, TELL, NIGHTS, HOUR)
