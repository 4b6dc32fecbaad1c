"""What a sensor decides: when to buy a shot, and how the line lies; what chance decides of beacons and crystals."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Handles, Number, Shape, Slider
from core.kernel.ready_choices import move

ELSON = "Elson, Girod & Estrin 2002"
LEVER = 10
"""The line's first handle stands so many seconds before the bang."""
OFFSETS, SLOPES = 60_000, 90
"""How far the handles can be pushed: µs from the newest dot, µs a second."""

# A shot

PULSE = move(
    "clock_sync.pulse",
    "Buy one more shot?",
    "pulse",
    words="the beacon fires about 2 s later",
    available=lambda asked: asked.me.may_buy,
    not_now="A shot that you bought is still to come, or none are left.",
    due=lambda asked: asked.me.needs_shot,
    label=lambda asked: "book" if asked.me.needs_shot else "early" if not asked.me.bang else "more",
    answers={
        "book": Answer(Kind.BOOK, "One to begin with, and one after each bang: the line is wanted near the bang."),
        "early": Answer(Kind.COSTLY, "Nothing has banged: by the time it does this dot is old, and the slope another."),
        "more": Answer(Kind.FINE, "One more dot near the bang: it helps a little, and costs as much as the others."),
    },
    source=ELSON,
    key="p",
    called="pulse",
)

# The line

BANG, TOLD = "a bang", "a bang, and the sender tells a time"


def _judge_line(asked: Asked, value: Value) -> str:
    me = asked.me
    if value == asked.book:
        return "book"
    off = abs(me.placed_by(value) - me.placed_by(asked.book))
    if off <= me.doubt:
        return "near"
    if me.told is not None and abs(me.placed_by(value) - me.told) <= me.doubt:
        return "told"
    if value[1] == 0 and me.old:
        return "flat"
    return "old" if me.old else "off"


LINE = Choice(
    name="clock_sync.line",
    question="How do you lay the line? Where it crosses the bang is your answer.",
    domain=Handles(
        (
            ("offset", Slider(-OFFSETS, OFFSETS, "µs", coarse=20)),
            ("slope", Slider(-SLOPES, SLOPES, "µs/s", coarse=5)),
        ),
        shape=Shape.SLOPE,
    ),
    cases=(BANG, TOLD),
    case=lambda asked: BANG if asked.me.told is None else TOLD,
    book=lambda asked: asked.me.best_line,
    candidates=lambda asked: asked.me.plausible_lines,
    inaction=(0, 0),
    judge=_judge_line,
    means=lambda asked, value: f"at the bang {asked.me.placed_by(value)} µs",
    answers={
        "book": Answer(Kind.BOOK, "The line through the dots near the bang, by least squares."),
        "near": Answer(Kind.FINE, "At the bang it crosses where the line by least squares does, or nearly."),
        "told": Answer(
            Kind.WRONG, "That is when the sender meant to fire: its radio waited for a free channel, up to 50 ms."
        ),
        "flat": Answer(
            Kind.WRONG, "{me.age} your nearest dot and the bang, and a flat line says that no clock drifts."
        ),
        "old": Answer(Kind.COSTLY, "{me.age} your nearest dot and the bang; meanwhile the drift has changed."),
        "off": Answer(Kind.COSTLY, "The dots near the bang say {me.best_place} µs there."),
    },
    source=ELSON,
)

# Chance

WALK = Choice(
    name="clock_sync.walk",
    question="By how many µs a second does this crystal's rate change?",
    domain=Number(lambda asked: -asked.me.walk, lambda asked: asked.me.walk, "µs/s"),
    book=lambda asked: asked.dice.between(-asked.me.walk, asked.me.walk),
    candidates=lambda asked: [-asked.me.walk, 0, asked.me.walk],
    inaction=0,
    answers={},
    source="a crystal's rate follows its temperature",
    chance=True,
)

ACCESS = Choice(
    name="clock_sync.access",
    question="For how many µs does the radio wait until the channel is free?",
    domain=Number(0, lambda asked: asked.me.access, "µs"),
    book=lambda asked: asked.dice.between(0, asked.me.access),
    candidates=lambda asked: [0, asked.me.access],
    inaction=0,
    answers={},
    source=ELSON,
    chance=True,
)

WHEN = Choice(
    name="clock_sync.when",
    question="How many µs after it was to does it bang?",
    domain=Number(0, lambda asked: asked.me.spread, "µs"),
    book=lambda asked: asked.dice.between(0, asked.me.spread),
    candidates=lambda asked: [0, asked.me.spread],
    inaction=0,
    answers={},
    source="ours",
    chance=True,
)

CHOICES: tuple[Choice, ...] = (LINE, PULSE, WALK, ACCESS, WHEN)
