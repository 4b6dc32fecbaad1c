"""How the second tape lies, who was first, and whether to ask for letters."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Duration, OneOf, Slider
from core.kernel.ready_choices import move
from core.kernel.time import MILLISECOND
from core.protocols.premise.tapes.slack import EVEN, STEP, leaning, slack_at

CRISTIAN = "Cristian 1989 (reading a remote clock)"
LAMPORT = "Lamport 1978"
MOST_SHIFT = 1000

NOBODY_KNOWS = "nobody knows"


def _slides_well(asked: Asked, value: Value) -> str:
    return "leans" if leaning(asked.me.arrows, value * MILLISECOND, asked.me.stretch) else "book"


SHIFT = Choice(
    name="tapes.shift",
    question="By how much do you push the second tape?",
    domain=Slider(-MOST_SHIFT, MOST_SHIFT, "ms", coarse=20),
    cases=("some shift fits", "none fits"),
    case=lambda asked: "some shift fits" if slack_at(asked.me.arrows, asked.me.stretch).fits else "none fits",
    book=lambda asked: asked.me.middle_at(asked.me.stretch),
    candidates=lambda asked: [
        asked.me.middle_at(asked.me.stretch),
        0,
        max(-MOST_SHIFT, asked.me.middle_at(asked.me.stretch) - 200),
        MOST_SHIFT,
        -MOST_SHIFT,
    ],
    inaction=0,
    judge=lambda asked, value: "book" if value == asked.book else _slides_well(asked, value),
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "No letter is there before it left, as far as the tapes can be pushed."),
        "leans": Answer(Kind.WRONG, "So {me.leaning_words}: that cannot have been."),
    },
    source=CRISTIAN,
)  # fmt: skip

STRETCH = Choice(
    name="tapes.stretch",
    question="How far do you stretch the second tape, in thousandths of its length?",
    domain=Slider(500, 1500, "thousandths", by=STEP, coarse=5 * STEP),
    cases=("the clocks may run alike", "they cannot"),
    case=lambda asked: "the clocks may run alike" if slack_at(asked.me.arrows, EVEN).fits else "they cannot",
    book=lambda asked: asked.me.best_stretch,
    candidates=lambda asked: [asked.me.best_stretch, EVEN, 800, 1200],
    inaction=EVEN,
    judge=lambda asked, value: (
        "book" if value == asked.book else "near" if slack_at(asked.me.arrows, value).fits else "none"
    ),
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "So stretched the tape can be pushed to where every arrow leans forward."),
        "near": Answer(Kind.FINE, "So stretched some shift fits, too: the letters do not say it better."),
        "none": Answer(Kind.WRONG, "With the tape at {answer} no shift fits: one letter or another leans back."),
    },
    source="Tanenbaum & van Steen 2e §6.1.3 (drift)",
)


def _judge_first(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "open" if value == NOBODY_KNOWS else "book"
    return "missed" if value == NOBODY_KNOWS else "guess" if asked.book == NOBODY_KNOWS else "false"


def _who(asked: Asked) -> tuple[str, ...]:
    return (asked.me.one, asked.me.other, NOBODY_KNOWS)


FIRST = Choice(
    name="tapes.first",
    question="{me.pair_words} Who was first?",
    domain=OneOf(_who),
    cases=("the letters tell", "the letters do not tell"),
    case=lambda asked: (
        "the letters do not tell" if asked.me.proved(asked.me.number) == NOBODY_KNOWS else "the letters tell"
    ),
    book=lambda asked: asked.me.proved(asked.me.number) if asked.me.asks else PASS,
    candidates=_who,
    inaction=PASS,
    judge=_judge_first,
    available=lambda asked: bool(asked.me.asks),
    not_now="Nobody asks who was first: no two notes with the same number are here.",
    standing=True,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: so it is wherever in the slack the tape may lie."),
        "open": Answer(Kind.BOOK, "Nobody knows: {me.doubt_words}."),
        "guess": Answer(Kind.WRONG, "Nobody knows: {me.doubt_words}."),
        "false": Answer(Kind.WRONG, "Wherever the tape may lie, {book} was first."),
        "missed": Answer(Kind.COSTLY, "The letters prove it: from one end of the slack to the other {book} is first."),
    },
    source=LAMPORT,
    key="f",
)

BUY = move(
    "tapes.letters",
    "Ask for one more exchange of letters?",
    "letters",
    available=lambda asked: asked.me.may_ask,
    not_now="No letters can be asked for now: some are under way, or somebody waits for your verdict.",
    due=lambda asked: asked.me.may_ask and any(asked.me.tries[number] < 1 for number in asked.me.open),
    label=lambda asked: "book" if asked.me.open else "early",
    answers={
        "book": Answer(Kind.BOOK, "A letter that was quick narrows the slack; a slow one leaves it as it is."),
        "early": Answer(Kind.COSTLY, "Nothing is undecided: two letters for nothing."),
    },
    source=CRISTIAN,
    key="l",
)

SET = Choice(
    name="tapes.set",
    question="How far is this clock from the other? Nobody has set it.",
    domain=Duration(0, 2 * MOST_SHIFT * MILLISECOND),
    cases=("a clock starts",),
    book=lambda asked: asked.dice.between(0, asked.me.unset) // MILLISECOND * MILLISECOND,
    candidates=lambda asked: [0, asked.me.unset],
    inaction=0,
    answers={},
    source="Tanenbaum & van Steen 2e §6.1",
    chance=True,
)
CHOICES: tuple[Choice, ...] = (SHIFT, STRETCH, FIRST, BUY, SET)
