"""What a member of a forum decides: which post it hangs, whom it asks for one that it lacks, whose number is false."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import NodeOf, PlaceOf

CAUSAL = "Birman, Schiper & Stephenson 1991 §5.1 (CBCAST)"

# Hanging

ALL, SOME, NONE = "all on the shelf fit", "one fits, another has to wait", "nothing on the shelf fits"


def _case_of_hang(asked: Asked) -> str:
    fitting = asked.me.fitting
    if not fitting:
        return NONE
    return ALL if len(fitting) == len(asked.me.shelf) else SOME


def _label_of_hang(asked: Asked, value: Value) -> str:
    card = asked.me.card(value)
    if card is None or asked.me.fits(card):
        return "book"
    return "answer" if asked.me.lacks(card) else "gap"


HANG = Choice(
    name="ordered_multicast.hang",
    question="Which post do you hang?",
    domain=PlaceOf(lambda asked: asked.me.places, columns=1),
    cases=(ALL, SOME, NONE),
    case=_case_of_hang,
    book=lambda asked: next(iter(asked.me.fitting), PASS),
    candidates=lambda asked: asked.me.places,
    inaction=PASS,
    judge=_label_of_hang,
    standing=True,
    available=lambda asked: bool(asked.me.shelf),
    not_now="Nothing lies on the shelf.",
    answers={
        "book": Answer(Kind.BOOK, "Its author's next one, and all that he had read hangs on your wall."),
        "answer": Answer(Kind.WRONG, "Its author had read a post that your wall lacks: it may answer just that."),
        "gap": Answer(Kind.WRONG, "One of its author's own is missing before it."),
    },
    source=CAUSAL,
    key="d",
    label="hang",
)

# Asking

AGAIN = Choice(
    name="ordered_multicast.again",
    question="Whom do you ask for a post that you lack?",
    domain=NodeOf(lambda asked: asked.me.gaps),
    cases=("a gap for a while", "a gap just now"),
    case=lambda asked: "a gap for a while" if asked.me.late else "a gap just now",
    book=lambda asked: next(iter(asked.me.late), PASS),
    candidates=lambda asked: asked.me.gaps,
    inaction=PASS,
    judge=lambda asked, value: "book" if value in asked.me.late else "hasty",
    standing=True,
    available=lambda asked: bool(asked.me.gaps),
    not_now="Nobody's own number has a gap on your shelf.",
    answers={
        "book": Answer(Kind.BOOK, "So long none was ever under way: it is lost, and {answer} has kept a copy."),
        "hasty": Answer(Kind.COSTLY, "A letter. It may have been under way still, only slower than the one after it."),
    },
    source=CAUSAL,
    key="a",
    label="ask again",
)

# Naming


def _label_of_name(asked: Asked, value: Value) -> str:
    return "book" if value in asked.me.false else "true"


NAME = Choice(
    name="ordered_multicast.blame",
    question="Which number is false?",
    domain=PlaceOf(lambda asked: asked.me.numbers, columns=4),
    cases=("an author said how many he sent", "nobody said anything of it"),
    case=lambda asked: asked.choice.cases[not asked.me.false],
    book=lambda asked: next(iter(asked.me.false), PASS),
    candidates=lambda asked: asked.me.numbers,
    inaction=PASS,
    judge=_label_of_name,
    standing=True,
    available=lambda asked: bool(asked.me.numbers),
    not_now="No number lies on the shelf.",
    answers={
        "book": Answer(Kind.BOOK, "He counts what he gets, too: by the rule for sends his number never comes next."),
        "true": Answer(Kind.WRONG, "That number is what its author says: what is missing may be lost, or late."),
    },
    source=CAUSAL,
    key="n",
    label="false number",
)

CHOICES: tuple[Choice, ...] = (HANG, AGAIN, NAME)
