"""What a sender decides (when to go on, when to repeat, how to number, how sure to be), and what a stamp means."""

from __future__ import annotations

from itertools import combinations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, OneOf, PlaceOf, Slider, SomeOf
from core.kernel.language import later
from core.kernel.ready_choices import move

STOP_AND_WAIT = "Tanenbaum & Wetherall 5e §3.3.3; RFC 3366 §1.4.1"
WINDOWS = "Tanenbaum & Wetherall 5e §3.4.3; RFC 3366 §1.4.2"
SERVICES = "Tanenbaum & Wetherall 5e §3.1.1; Saltzer, Reed & Clark 1984 §2"

FORGET, COUNTED, ANSWERED, ORDERED, ON_PAPER = range(1, 6)
"""Services: how sure a sender wants to be. Sent and forgotten; numbered, so that copies are known; answered, and said
again after a silence; and in order; and written down by its reader."""
SERVICE_WORDS = {
    FORGET: "forget", COUNTED: "number", ANSWERED: "receipt", ORDERED: "in order", ON_PAPER: "written",
}  # fmt: skip
MOST_BITS = 8
MOST_PLACES = 256

# When


def _label_of_next(asked: Asked) -> str:
    me = asked.me
    if not me.crowded:
        return "book"
    if not me.owed:
        return "burning"
    return "silence" if me.bits_now else "guess"


NEXT = move(
    "arq.next",
    "Send the next text?",
    "next",
    available=lambda asked: asked.me.may_go_on,
    not_now="No text more can leave now.",
    due=lambda asked: asked.me.may_go_on and not asked.me.crowded and not asked.me.owed,
    label=_label_of_next,
    cases=("room", "a silence", "the candle burns"),
    case=lambda asked: "room" if not asked.me.crowded else "a silence" if asked.me.owed else "the candle burns",
    answers={
        "book": Answer(Kind.BOOK, "All that has to be answered first is answered: the next may go."),
        "guess": Answer(
            Kind.FINE, "Was the text lost, or its receipt? Without a number nobody can tell: to go on is a guess."
        ),
        "silence": Answer(
            Kind.WRONG, "Nobody said that text {me.oldest} arrived. If it was lost, the far side waits for it for ever."
        ),
        "burning": Answer(
            Kind.WRONG, "The answer to text {me.oldest} may still be on its way, or lost: you went on without it."
        ),
    },
    source=STOP_AND_WAIT,
    key="n",
    called="send next",
)


def _sayable(asked: Asked) -> list[int]:
    """The texts (from 1) that can be said again: those that are out, but a third time at the same instant none."""
    me = asked.me
    return [number for number in me.outstanding if me.lit[number - 1] < asked.now or me.copies[number - 1] < 2]


def _label_of_again(asked: Asked, value: Value) -> str:
    if value not in asked.me.owed:
        return "early"
    return "book" if asked.me.bits_now else "guess"


AGAIN = Choice(
    name="arq.again",
    question="Send a text again?",
    domain=OneOf(_sayable),
    cases=("it is due", "nothing is due"),
    case=lambda asked: "it is due" if asked.me.owed else "nothing is due",
    book=lambda asked: asked.me.owed[0] if asked.me.owed else PASS,
    candidates=_sayable,
    inaction=PASS,
    judge=_label_of_again,
    available=lambda asked: bool(_sayable(asked)),
    not_now="There is nothing to repeat: what you sent was answered.",
    standing=True,
    answers={
        "book": Answer(
            Kind.BOOK, "Silence may be a lost text or a lost receipt. Its number tells the far side if it is a copy."
        ),
        "guess": Answer(
            Kind.FINE, "Was the text lost, or its receipt? Without a number nobody can tell: to repeat it is a guess."
        ),
        "early": Answer(
            Kind.COSTLY, "Nothing says that text {answer} is lost: its answer can still come. A copy costs as much."
        ),
    },
    source=STOP_AND_WAIT,
    key="a",
    label="send again",
)

# How


def overlap(width: int, window: int, bits: int) -> bool:
    """Can an old text be taken for a new one, even on a wire that keeps the order? Both windows need numbers apart."""
    return width + window > 1 << bits


def _judge_width(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if overlap(value, value if asked.me.shelf_now else 1, asked.me.bits_now):
        return "wide"
    return "narrow" if value < asked.book else "wider"


STEADY, DEARER = "as ever", "another price"


def _case_of_price(asked: Asked) -> str:
    return STEADY if asked.me.price == asked.me.known_price else DEARER


WIDTH = Choice(
    name="arq.width",
    question="How many texts may be under way at once? A frame costs {me.frame_price}.",
    domain=Slider(1, lambda asked: max(asked.me.width, 1 << asked.me.bits_now), "under way", coarse=1),
    cases=(STEADY, DEARER),
    case=_case_of_price,
    book=lambda asked: asked.me.width,
    candidates=lambda asked: [
        width
        for width in (asked.me.width, 1, 2, 3, 4, 1 << asked.me.bits_now)
        if width <= max(asked.me.width, 1 << asked.me.bits_now)
    ],
    inaction=1,
    judge=_judge_width,
    keeps=True,
    odd=(DEARER,),
    by_hand=True,
    answers={
        "book": Answer(Kind.BOOK, "Full use of the wire, and no old text has the number of a new one."),
        "wide": Answer(
            Kind.WRONG,
            "{me.count_words}: with {answer} under way a repeated old text has the number of one that is awaited.",
        ),
        "wider": Answer(Kind.FINE, "More than planned; the numbers suffice for it."),
        "narrow": Answer(Kind.COSTLY, "The wire stands empty while you wait: {book} could be under way."),
    },
    source=WINDOWS,
)


def _judge_bits(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if overlap(asked.me.width_now, asked.me.window_now, value):
        return "few"
    return "many" if value > asked.book else "fewer"


BITS = Choice(
    name="arq.bits",
    question="How many bits has each number?",
    domain=Slider(0, MOST_BITS, "bits", coarse=1),
    cases=("a text leaves",),
    book=lambda asked: asked.me.bits,
    candidates=lambda asked: [asked.me.bits, 0, 1, 2, MOST_BITS],
    inaction=0,
    judge=_judge_bits,
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "Enough to tell this text from all that can be taken for it, and no more."),
        "few": Answer(Kind.WRONG, "With {answer} a repeated text looks like a new one: the far side obeys it twice."),
        "fewer": Answer(Kind.FINE, "Fewer than planned, and still enough for what can be under way."),
        "many": Answer(Kind.COSTLY, "Every bit costs with every text, and {book} would tell them apart as well."),
    },
    source=STOP_AND_WAIT,
)

SHELF_KEEPS, SHELF_NONE = "shelf", "none"


def _judge_shelf(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == SHELF_NONE:
        return "thrown"
    return "overlap" if overlap(asked.me.width_now, asked.me.width_now, asked.me.bits_now) else "kept"


SHELF = Choice(
    name="arq.shelf",
    question="What becomes of a text that comes before its turn? A frame costs {me.frame_price}.",
    domain=OneOf(
        (SHELF_KEEPS, SHELF_NONE),
        {SHELF_KEEPS: "it is kept, and one is repeated (selective repeat)",
         SHELF_NONE: "it is thrown away, and all are repeated (go back n)"},
    ),
    cases=(STEADY, DEARER),
    case=_case_of_price,
    book=lambda asked: SHELF_KEEPS if asked.me.shelf else SHELF_NONE,
    inaction=SHELF_NONE,
    judge=_judge_shelf,
    keeps=True,
    odd=(DEARER,),
    by_hand=True,
    answers={
        "book": Answer(Kind.BOOK, "As both ends are made for: the two windows lie side by side in the numbers."),
        "thrown": Answer(Kind.COSTLY, "After a loss all that came behind it is thrown away, and sent once more."),
        "overlap": Answer(
            Kind.WRONG, "Who keeps {me.width_now} needs twice as many numbers: an old text is kept as a new one."
        ),
        "kept": Answer(Kind.FINE, "The numbers suffice for it, and after a loss only one text is said again."),
    },
    source=WINDOWS,
)  # fmt: skip


def _judge_stop(asked: Asked, value: Value) -> str:
    if value >= asked.book:
        return "book" if value == asked.book else "more"
    if value < ANSWERED:
        return "lossy" if asked.book >= ANSWERED else "doubled"
    return "unordered" if value < ORDERED else "unwritten"


STOP = Choice(
    name="arq.stop",
    question="How sure do you want to be of this text: 1 forget, 2 number, 3 receipt, 4 in order, 5 written?",
    domain=Number(FORGET, ON_PAPER),
    cases=("a new text",),
    book=lambda asked: asked.me.stop,
    candidates=lambda asked: [asked.me.stop, *SERVICE_WORDS],
    inaction=FORGET,
    judge=_judge_stop,
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "What this text is worth: neither more nor less."),
        "doubled": Answer(Kind.WRONG, "Less than its reader needs: without a number a copy is read like a new text."),
        "lossy": Answer(Kind.WRONG, "Less than its reader needs: nobody answers, so what is lost stays lost."),
        "unordered": Answer(Kind.WRONG, "Less than its reader needs: what comes before its turn is read before it."),
        "unwritten": Answer(Kind.WRONG, "Less than its reader needs: received is not written, and a disk may be full."),
        "more": Answer(Kind.COSTLY, "Surer than its reader needs, and every answer costs."),
    },
    source=SERVICES,
)

# Which cards

NUMBER, SAY_AGAIN, WAIT, TWICE, LONGER = "number", "ask again", "wait", "say all twice", "longer alarm"
CARD_WORDS = {
    NUMBER: later("a copy is known by it; a coin a bit, with every text"),
    SAY_AGAIN: later("what nobody answers is said again, and paid again"),
    WAIT: later("the next text only when this one is answered"),
    TWICE: later("every text twice at once, and paid twice"),
    LONGER: later("an alarm three times as long"),
}
MOST_CARDS = 2
TWICE_COMES, IS_LOST, IS_LATE = later("comes twice"), later("is lost"), later("is late")
"""What may befall a text."""
CURES: dict[str, tuple[str, ...]] = {
    "": (), TWICE_COMES: (NUMBER,), IS_LOST: (NUMBER, SAY_AGAIN), IS_LATE: (WAIT,),
}  # fmt: skip
"""Of each the cheapest cards against it."""


def _judge_cards(asked: Asked, value: Value) -> str:
    fears: str = asked.me.fears
    if value == asked.book:
        return "book"
    if not fears:
        return "idle"
    if set(value) == {NUMBER, TWICE}:
        return "dear"  # whatever befalls one of two copies
    if fears == IS_LATE:
        return "wide" if WAIT not in value else "again" if TWICE in value else "dear"
    if fears == IS_LOST and not {SAY_AGAIN, TWICE} & set(value):
        return "silent"
    told = NUMBER in value or (fears == IS_LOST and set(value) == {SAY_AGAIN, WAIT})
    return "dear" if told else "again"


CARDS = Choice(
    name="arq.cards",
    question="Which cards does this wire get, two at most? Each costs 2 coins.",
    domain=SomeOf(tuple(CARD_WORDS), MOST_CARDS, none="none", taken="given", stays=False),
    cases=("nothing befalls it", "copies", "losses", "delays"),
    case=lambda asked: {"": "nothing befalls it", TWICE_COMES: "copies", IS_LOST: "losses"}.get(
        asked.me.fears, "delays"
    ),
    book=lambda asked: CURES[asked.me.fears],
    candidates=lambda asked: [cards for count in (1, 2, 0) for cards in combinations(CARD_WORDS, count)],
    inaction=(),
    judge=_judge_cards,
    answers={
        "book": Answer(
            Kind.BOOK, "What this wire does to texts is cured, and nothing is paid for that it does not do."
        ),
        "idle": Answer(Kind.COSTLY, "Nothing befalls this wire: its cards are paid for nothing."),
        "dear": Answer(Kind.COSTLY, "That cures it as well, and costs more than it need."),
        "again": Answer(Kind.WRONG, "What is said again looks like a new text: without a number nobody can tell."),
        "silent": Answer(Kind.WRONG, "What is lost is not said again, whatever stands on it."),
        "wide": Answer(
            Kind.WRONG, "Several texts are still under way at once: what is late comes behind what was said after it."
        ),
    },
    source=SERVICES,
)

# What a stamp means


def _case_of_place(asked: Asked) -> str:
    book = asked.book
    awaited = asked.me.awaited
    return "the awaited one" if book == awaited else "an early one" if book > awaited else "an old one"


def _judge_place(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value % (1 << asked.bits) != asked.number:
        return "stamp"
    return "old" if value < asked.book else "new"


PLACE = Choice(
    name="arq.place",
    question="A text comes, stamped {number}. At which place of the sheet does it belong?",
    domain=PlaceOf(lambda asked: tuple(range(asked.me.places)), columns=12, stays=True),
    cases=("the awaited one", "an early one", "an old one"),
    case=_case_of_place,
    book=lambda asked: asked.me.place_of(asked.number, asked.bits, asked.window),
    candidates=lambda asked: [
        asked.book,
        *(place for lap in (-1, 1) if 0 <= (place := asked.book + lap * (1 << asked.bits)) < asked.me.places),
        asked.number, min(asked.me.awaited, asked.me.places - 1),
    ],
    inaction=0,
    judge=_judge_place,
    answers={
        "book": Answer(
            Kind.BOOK, "Place {answer}: the only one with this stamp from which a text can be on its way now."
        ),
        "stamp": Answer(Kind.WRONG, "The text of place {answer} has another stamp than {number}."),
        "old": Answer(Kind.WRONG, "Place {answer} has long been read: you throw a new text away as a copy."),
        "new": Answer(Kind.WRONG, "Nobody can have sent the text of place {answer} yet: that is an old one, repeated."),
    },
    source=WINDOWS,
)  # fmt: skip

CHOICES: tuple[Choice, ...] = (NEXT, AGAIN, WIDTH, BITS, SHELF, STOP, CARDS, PLACE)
