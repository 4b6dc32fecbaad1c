"""Which bead is pushed, and what could have led to what; and what chance decides of a night's slips."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import OneOf, PlaceOf, Track
from core.protocols.clocks.logical_clocks.order import AFTER, BEFORE, BESIDE

HAPPENED_BEFORE = "Lamport 1978 (the partial ordering); Tanenbaum & van Steen 2e §6.2.1"
CONVERSE = "Tanenbaum & van Steen 2e §6.2.2 (Lamport's clocks say nothing of causes)"

LETTER, CHAIN, BACK = "a letter between them", "through others", "the other way round"
BY_CLOCK, SMALLER, NOTHING = "earlier by the clock", "a smaller stamp", "no letter between them"


def _case(asked: Asked) -> str:
    """What an answer is about, and what is said for a wrong one."""
    me = asked.me
    if me.slip is None:
        return NOTHING
    if me.truth == BEFORE:
        return LETTER if me.letters == 1 else CHAIN
    if me.truth == AFTER:
        return BACK
    return {"clock": BY_CLOCK, "stamp": SMALLER}.get(me.slip.claim, NOTHING)


def _judge_slide(asked: Asked, value: Value) -> str:
    me = asked.me
    if value in me.slides:
        return "again"
    if value == me.left:
        return "book"
    return "right" if value in (me.slip.bead, me.crime) else "aside"


SLIDE = Choice(
    name="logical_clocks.slide",
    question="Which bead do you push to the right?",
    domain=PlaceOf(lambda asked: asked.me.beads),
    cases=(LETTER, CHAIN, BACK, BY_CLOCK, SMALLER, NOTHING),
    case=_case,
    book=lambda asked: asked.me.worth_a_push or PASS,
    candidates=lambda asked: asked.me.beads,
    inaction=PASS,
    judge=_judge_slide,
    standing=True,
    available=lambda asked: asked.me.may_push,
    not_now="No push is left tonight, or there is nothing to find out now.",
    due=lambda asked: False,
    answers={
        "book": Answer(Kind.BOOK, "Pushed to the end: whoever could have known of it has moved along."),
        "right": Answer(Kind.COSTLY, "It lay right of the other: whether that led to it, this push cannot show."),
        "again": Answer(Kind.COSTLY, "You have pushed it tonight, and what moved then moves now."),
        "aside": Answer(Kind.FINE, "Neither of the two: what it shows of them it shows by the way."),
    },
    source=HAPPENED_BEFORE,
    key="s",
    by_hand=True,
)


def _judge_verdict(asked: Asked, value: Value) -> str:
    me = asked.me
    if value == me.truth:
        return "book"
    if me.truth != BESIDE:
        return "turned" if value != BESIDE else "letter" if me.letters == 1 else "through"
    if me.slip.claim == "clock" and value == me.by_clock:
        return "clock"
    return "smaller" if value == me.by_stamp else "none"


VERDICT = Choice(
    name="logical_clocks.verdict",
    question="What could have led to what?",
    domain=Track(
        (AFTER, BESIDE, BEFORE),
        {BEFORE: "it led to X", AFTER: "X led to it", BESIDE: "neither: an alibi"},
    ),
    cases=SLIDE.cases,
    case=_case,
    book=lambda asked: asked.me.truth or PASS,
    candidates=lambda asked: [AFTER, BESIDE, BEFORE],
    inaction=PASS,
    judge=_judge_verdict,
    standing=True,
    available=lambda asked: asked.me.slip is not None,
    not_now="No slip lies on your desk: the last push is still to be seen, or the night is not over.",
    answers={
        "book": Answer(Kind.BOOK, "{me.why}"),
        "clock": Answer(Kind.WRONG, "Nobody has set these clocks, and no letter carries what they read. {me.why}"),
        "smaller": Answer(Kind.WRONG, "{me.stamps}, and yet this run is as legal: {me.why}", CONVERSE),
        "through": Answer(Kind.WRONG, "No one letter goes from the one to the other, and yet: {me.why}"),
        "letter": Answer(Kind.WRONG, "A letter joins them. {me.why}"),
        "turned": Answer(Kind.WRONG, "The other way round: {me.why}"),
        "none": Answer(Kind.WRONG, "Neither moves the other. {me.why}"),
    },
    source=HAPPENED_BEFORE,
    key="v",
    by_hand=True,
)

DRAW = Choice(
    name="logical_clocks.draw",
    question="Which event does the sergeant come with?",
    domain=OneOf(lambda asked: asked.among),
    book=lambda asked: asked.dice.pick(asked.among),
    candidates=lambda asked: [asked.among[0], asked.among[-1]],
    inaction=lambda asked: asked.among[0],
    answers={},
    source="ours",
    chance=True,
)

CHOICES: tuple[Choice, ...] = (VERDICT, SLIDE, DRAW)
