"""What a daemon of time decides: who counts, where the mean lies, what the letters say, whom to ask again."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import NodeOf, Slider, SomeOf
from core.kernel.ready_choices import duty, move

TEMPO = "Gusella & Zatti 1989 (TEMPO)"
CRISTIAN = "Cristian 1989"

# Who counts

TOGETHER, STRAY, ALONE, CAMPS = "all stand together", "somebody stands apart", "you stand apart", "two camps"


def case_of_count(asked: Asked) -> str:
    """How the clocks stand that answered."""
    me = asked.me
    if len(me.camps) > 1:
        return CAMPS
    if me.name not in me.camp:
        return ALONE
    return TOGETHER if len(me.camp) == len(me.answered) else STRAY


def _judge_count(asked: Asked, value: Value) -> str:
    book, me = set(asked.book), asked.me
    seated = set(value or me.answered)
    if seated == book:
        return "book"
    if not seated - book:
        return "few"
    if seated - book == {me.name}:
        return "self"
    return "guess" if asked.case == CAMPS and not seated & book else "stray"


COUNT = Choice(
    name="clock_sync.count",
    question="Whose clocks count for the mean?",
    domain=SomeOf(
        lambda asked: asked.me.answered,
        lambda asked: len(asked.me.answered),
        none="everybody",
        taken="seated",
        means_all=True,
    ),
    cases=(TOGETHER, STRAY, ALONE, CAMPS),
    case=case_of_count,
    book=lambda asked: asked.me.camp,
    candidates=lambda asked: [
        asked.me.camp,
        asked.me.answered,
        (asked.me.name,),
        asked.me.and_self,
        *(camp for camp in asked.me.camps),
    ],
    inaction=lambda asked: asked.me.answered,
    judge=_judge_count,
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "The most clocks that stand together; the others get a letter, and no vote."),
        "few": Answer(Kind.COSTLY, "{book} stand together: whoever of them is left out pulls nobody, and has to move."),
        "self": Answer(Kind.WRONG, "You stand alone, so it is your clock that is wrong: it pulls all of them off."),
        "stray": Answer(Kind.WRONG, "They will agree, and far from where {book} stood: whoever is far off pulls all."),
        "guess": Answer(Kind.WRONG, "As many stood there as here, and your watch knew which of them were right."),
    },
    source=TEMPO,
    key="c",
    holds="it counts when you write",
)

# Where the mean lies

NEAR = 3
"""A mean within so many ms is as good as one to the ms."""


def _judge_mean(asked: Asked, value: Value) -> str:
    off = abs(value - asked.book)
    if not off:
        return "book"
    if off <= NEAR:
        return "near"
    return "mine" if value == 0 else "off"


MEAN = Choice(
    name="clock_sync.mean",
    question="At how many ms, ahead of your clock, do you put the mean?",
    domain=Slider(lambda asked: -asked.me.reach, lambda asked: asked.me.reach, "ms", coarse=10),
    cases=("who counts is seated",),
    book=lambda asked: asked.me.middle,
    candidates=lambda asked: [asked.me.middle, 0, asked.me.middle_of_all, -asked.me.middle],
    inaction=0,
    judge=_judge_mean,
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "So those who count pull as much to one side as to the other."),
        "near": Answer(Kind.FINE, "Near enough; to the ms it is {book}."),
        "mine": Answer(Kind.WRONG, "So your clock is right and everybody else moves. Of those who count it is {book}."),
        "off": Answer(
            Kind.COSTLY, "They agree anywhere, but those who count balance at {book}: elsewhere they move for nothing."
        ),
    },
    source=TEMPO,
    key="e",
    holds="it counts when you write",
)

# What the letters say

BY, TO = "move by", "set to"

LETTER = duty(
    "clock_sync.letter",
    "Your letters leave now, each for a machine of its own. What do they say?",
    {BY: "so many ms more, or less", TO: "what time it will be when you have moved"},
    inaction=TO,
    cases=("the first letters",),
    answers={
        "book": Answer(Kind.BOOK, "A difference is as true when it comes as it was when it left."),
        "old": Answer(Kind.WRONG, "A time is old when it comes: everybody is behind you by what the letter took."),
    },
    source="Tanenbaum & van Steen 2e §6.1.3 (Berkeley)",
)

# Moves


def _judge_again(asked: Asked, value: Value) -> str:
    doubt = asked.me.samples[value].doubt
    if value == asked.book:
        return "book"
    return "as good" if doubt > asked.me.wide else "narrow"


AGAIN = Choice(
    name="clock_sync.again",
    question="Whom do you ask once more?",
    domain=NodeOf(lambda asked: asked.me.voters),
    book=lambda asked: asked.me.widest or PASS,
    candidates=lambda asked: asked.me.voters,
    inaction=PASS,
    judge=_judge_again,
    standing=True,
    available=lambda asked: asked.me.may_ask_again,
    not_now="Nobody can be asked once more now: answers are still to come, or the letters of this round are written.",
    answers={
        "book": Answer(Kind.BOOK, "Its answer was long under way; of two answers the quicker one says more."),
        "as good": Answer(Kind.FINE, "Its answer was long under way, too."),
        "narrow": Answer(Kind.COSTLY, "{answer} had answered at once: two letters, and you know what you knew."),
    },
    source=CRISTIAN,
    key="a",
    label="ask again",
)

LOOK = move(
    "clock_sync.look",
    "Look at your wristwatch? It costs {me.wrist} letters.",
    "look",
    available=lambda asked: asked.me.may_look,
    not_now="You have no watch, have looked in this round, or nobody has answered yet.",
    due=lambda asked: asked.me.needs_watch,
    label=lambda asked: "book" if len(asked.me.camps) > 1 else "dear",
    answers={
        "book": Answer(
            Kind.BOOK, "As many stand here as there: no vote tells who is right, somebody from outside does."
        ),
        "dear": Answer(Kind.COSTLY, "More stand together than elsewhere: they know without your watch."),
    },
    source="Tanenbaum & van Steen 2e §6.1.3 (Berkeley)",
    key="w",
    called="wristwatch",
)

WRITE = move(
    "clock_sync.write",
    "Write to everybody who answered, and move your own clock?",
    "write",
    words="the letters leave",
    available=lambda asked: asked.me.ready,
    not_now="There is nothing to write: nobody has answered since your last letters.",
    due=lambda asked: asked.me.may_write,
    label=lambda asked: "hasty" if asked.me.widest else "blind" if asked.me.needs_watch else "book",
    answers={
        "book": Answer(Kind.BOOK, "Everybody gets a letter, also whoever did not count."),
        "hasty": Answer(
            Kind.WRONG, "{me.widest}'s answer was so long under way that your letter to it is as wrong as the doubt."
        ),
        "blind": Answer(Kind.COSTLY, "Two camps of the same size, and you did not look at your watch: that is a coin."),
    },
    source=TEMPO,
    key="l",
    called="letters",
)

CHOICES: tuple[Choice, ...] = (COUNT, MEAN, LETTER, WRITE, AGAIN, LOOK)
