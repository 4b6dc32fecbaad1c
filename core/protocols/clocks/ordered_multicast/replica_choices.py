"""What a replica decides: when it acknowledges, when it applies the head of its queue, whom it asks no more."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import NodeOf
from core.kernel.ready_choices import move

LAMPORT = "Lamport 1978, Time, Clocks and the Ordering of Events"
TOTAL = "Tanenbaum & van Steen 2e §6.2.1 (totally ordered multicast)"
VIEWS = "Birman, Schiper & Stephenson 1991 §5 (flush)"

# Applying

LIT, LATER = "every lamp is lit", "a later stamp stands for a lamp"
OPEN, STRUCK = "somebody has said nothing later", "somebody is being struck"


def _case_of_deliver(asked: Asked) -> str:
    me = asked.me
    if me.struck:
        return STRUCK
    if not me.safe:
        return OPEN
    return LATER if me.dark else LIT


def _label_of_deliver(asked: Asked) -> str:
    me = asked.me
    if me.safe:
        return "later" if me.dark else "book"
    if me.missing and set(me.missing) <= set(me.struck):
        return "alone"
    return "own" if me.is_own else "early"


DELIVER = move(
    "ordered_multicast.deliver",
    "Apply the head of the queue now?",
    "apply",
    available=lambda asked: asked.me.head is not None,
    not_now="The queue is empty: there is nothing to apply.",
    due=lambda asked: asked.me.safe,
    cases=(LIT, LATER, OPEN, STRUCK),
    case=_case_of_deliver,
    label=_label_of_deliver,
    answers={
        "book": Answer(Kind.BOOK, "All hold it, and all have stamped something later: nothing older can come."),
        "later": Answer(
            Kind.BOOK, "Lines keep their order: whoever has stamped something later can send nothing older any more."
        ),
        "early": Answer(Kind.WRONG, "An older one may be under way: {me.first_missing} had said nothing later yet."),
        "own": Answer(
            Kind.WRONG, "You heard your own first, as everybody does: an older one may be under way to you."
        ),
        "alone": Answer(Kind.WRONG, "The others may hold a card of his that you lack: their word was still to come."),
    },
    source=TOTAL,
    key="d",
    called="apply",
)  # fmt: skip

# Acknowledging

NEWS, NO_NEWS = "a card came that nothing of yours stands for", "your last stamp is later than every card"

ACK = move(
    "ordered_multicast.ack",
    "Acknowledge what has come?",
    "acknowledge",
    available=lambda asked: bool(asked.me.owed or asked.me.queue),
    not_now="No card is here that could be acknowledged.",
    due=lambda asked: bool(asked.me.owed),
    cases=(NEWS, NO_NEWS),
    case=lambda asked: NEWS if asked.me.owed else NO_NEWS,
    label=lambda asked: "book" if asked.me.owed else "again",
    answers={
        "book": Answer(Kind.BOOK, "Now the others know that you hold it, and that nothing older comes from you."),
        "again": Answer(
            Kind.COSTLY, "What you said last is stamped later and has told them already: these letters tell nothing."
        ),
    },
    source=LAMPORT,
    key="a",
    called="acknowledge",
)  # fmt: skip

# Striking


def _label_of_strike(asked: Asked, value: Value) -> str:
    return "book" if value in asked.me.silent else "hasty"


STRIKE = Choice(
    name="ordered_multicast.strike",
    question="Whom do you ask no more?",
    domain=NodeOf(lambda asked: asked.me.strikable),
    cases=("the head waits", "nothing waits"),
    case=lambda asked: "the head waits" if asked.me.missing else "nothing waits",
    book=lambda asked: asked.me.suspect or PASS,
    candidates=lambda asked: asked.me.strikable,
    inaction=PASS,
    judge=_label_of_strike,
    standing=True,
    available=lambda asked: bool(asked.me.strikable),
    not_now="Nobody can be struck now: those who stay must be more than half.",
    answers={
        "book": Answer(Kind.BOOK, "So long no letter takes: {answer} is gone or cut off. The others strike it, too."),
        "hasty": Answer(Kind.WRONG, "A letter of {answer}'s may still be under way: what it says now nobody hears."),
    },
    source=VIEWS,
    key="s",
    label="strike",
)

CHOICES: tuple[Choice, ...] = (ACK, DELIVER, STRIKE)
