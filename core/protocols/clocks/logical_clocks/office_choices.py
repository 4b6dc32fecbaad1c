"""How far the own clock is pushed ahead, who is asked, whose reply convicts, and in which order parcels are strung; and
what chance decides of an office's clock."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import NodeOf, Number, OneOf, OrderOf, PlaceOf
from core.protocols.clocks.logical_clocks.process_choices import LAMPORT

TIES = "Lamport 1978 (the total ordering ⇒); Tanenbaum & van Steen 2e §6.2.1"
FURTHEST = 400
"""By so many numbers at most the own clock is pushed at once."""
FINE = 3
"""So many letters a false accusation costs."""

LOOKING, STRAIGHT, LATE = "nobody has answered yet", "nobody has answered below", "somebody has answered below"


def _case(asked: Asked) -> str:
    """What the replies so far say."""
    me = asked.me
    if me.proof:
        return LATE
    return STRAIGHT if me.replies else LOOKING


def _judge_bait(asked: Asked, value: Value) -> str:
    book = asked.book
    if value == book:
        return "book" if book else "unpushed"
    if not book:
        return "needless"
    if value * 5 < book * 4:
        return "small"
    return "large" if value * 4 > book * 5 else "near"


BAIT = Choice(
    name="logical_clocks.bait",
    question="By how many numbers do you push your clock ahead before you ask {whom}? It shows {shown}.",
    domain=Number(0, FURTHEST),
    cases=(LOOKING, STRAIGHT, LATE),
    case=_case,
    book=lambda asked: asked.me.bait_wanted,
    candidates=lambda asked: [asked.me.bait_wanted, 0, 40, 80, 160, 240],
    inaction=0,
    judge=_judge_bait,
    means=lambda asked, value: f"asked with {asked.shown + value}",
    answers={
        "book": Answer(Kind.BOOK, "So far that no clock which does not jump can pass it before it answers."),
        "unpushed": Answer(Kind.BOOK, "Nothing is burnt, and whoever is slow answers below your stamp all the same."),
        "near": Answer(Kind.FINE, "About as far as the fastest counts in one and a half round trips."),
        "needless": Answer(Kind.COSTLY, "Whoever is slow answers below your stamp unpushed; these are burnt for all."),
        "small": Answer(Kind.COSTLY, "Until the reply is written a fast clock has passed that by itself."),
        "large": Answer(Kind.COSTLY, "All who read it jump along, for ever: fewer would have done."),
    },
    source=LAMPORT,
    by_hand=True,
)


def _judge_ask(asked: Asked, value: Value) -> str:
    me = asked.me
    if value == asked.book:
        return "book"
    return "aside" if me.straight and value not in me.straight else "more"


ASK = Choice(
    name="logical_clocks.ask",
    question="Whom do you ask? Your question has a stamp, and so has the reply.",
    domain=NodeOf(lambda asked: asked.me.free),
    cases=(LOOKING, STRAIGHT, LATE),
    case=_case,
    book=lambda asked: asked.me.to_ask or PASS,
    candidates=lambda asked: asked.me.free,
    inaction=PASS,
    judge=_judge_ask,
    standing=True,
    available=lambda asked: bool(asked.me.free),
    not_now="All whom you could ask have a question of yours, or the case is closed.",
    due=lambda asked: False,
    answers={
        "book": Answer(Kind.BOOK, "Whose dots never jump: it may forget what it reads, or never have to jump."),
        "more": Answer(Kind.FINE, "It costs a letter."),
        "aside": Answer(Kind.COSTLY, "Dots that jump come from an office that does not forget."),
    },
    source=LAMPORT,
    key="a",
    by_hand=True,
)


def _judge_blame(asked: Asked, value: Value) -> str:
    return "book" if value in asked.me.proof else "false"


BLAME = Choice(
    name="logical_clocks.blame",
    question="Which reply convicts its office?",
    domain=PlaceOf(lambda asked: asked.me.replies),
    cases=(STRAIGHT, LATE),
    case=lambda asked: LATE if asked.me.proof else STRAIGHT,
    book=lambda asked: asked.me.proof[0] if asked.me.proof else PASS,
    candidates=lambda asked: asked.me.replies,
    inaction=PASS,
    judge=_judge_blame,
    standing=True,
    available=lambda asked: bool(asked.me.replies) and not asked.me.convicted,
    not_now="No reply lies here, or the case is closed.",
    due=lambda asked: False,
    answers={
        "book": Answer(Kind.BOOK, "It had read a larger stamp, and wrote a smaller one: it does not take the maximum."),
        "false": Answer(
            Kind.WRONG, "Its stamp is larger than your question's: it may have come late, and proves nothing."
        ),
    },
    source=LAMPORT,
    key="n",
    by_hand=True,
)


def _judge_place(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "decimal" if value == asked.me.by_decimals else "other"


PLACE = Choice(
    name="logical_clocks.place",
    question="In which order do you string the day's parcels? All offices must come to the same.",
    domain=OrderOf(lambda asked: asked.me.cards),
    cases=("a tie", "no tie"),
    case=lambda asked: "a tie" if asked.me.has_tie else "no tie",
    book=lambda asked: asked.me.in_order,
    candidates=lambda asked: [asked.me.in_order, asked.me.by_decimals, asked.me.cards, asked.me.cards[::-1]],
    inaction=lambda asked: asked.me.cards,
    judge=_judge_place,
    answers={
        "book": Answer(
            Kind.BOOK, "By stamp, and where stamps are equal by the number of the office: one order for all."
        ),
        "decimal": Answer(Kind.WRONG, "Behind the point stands an office, no fraction: 10 comes after 3."),
        "other": Answer(Kind.WRONG, "The smaller stamp first; of two that are equal the smaller number of an office."),
    },
    source=TIES,
)

RATE = Choice(
    name="logical_clocks.rate",
    question="How many numbers does this clock count in a second?",
    domain=OneOf(lambda asked: asked.me.rates),
    book=lambda asked: asked.dice.pick(asked.me.rates),
    candidates=lambda asked: asked.me.rates,
    inaction=lambda asked: asked.me.rates[0],
    answers={},
    source="ours",
    chance=True,
)

WITHIN = Choice(
    name="logical_clocks.within",
    question="Within how many seconds does this office answer?",
    domain=OneOf(lambda asked: asked.me.delays),
    book=lambda asked: asked.dice.pick(asked.me.delays),
    candidates=lambda asked: asked.me.delays,
    inaction=lambda asked: asked.me.delays[0],
    answers={},
    source="ours",
    chance=True,
)

DELAY = Choice(
    name="logical_clocks.delay",
    question="After how many µs does it answer?",
    domain=Number(0, lambda asked: asked.me.within, "µs"),
    book=lambda asked: asked.dice.between(asked.me.within * 4 // 5, asked.me.within),
    candidates=lambda asked: [asked.me.within * 4 // 5, asked.me.within],
    inaction=lambda asked: asked.me.within,
    answers={},
    source="ours",
    chance=True,
)

CHOICES: tuple[Choice, ...] = (BAIT, ASK, BLAME, PLACE, RATE, WITHIN, DELAY)
