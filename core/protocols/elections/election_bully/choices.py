"""What a process must decide: how long it believes each silence, what it owes, whom it obeys."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Duration, OneOf
from core.kernel.names import number_of
from core.kernel.ready_choices import alarm, lookup, move
from core.kernel.time import MILLISECOND, SECOND

DUTY_DEADLINE = 300 * MILLISECOND
LONGEST = 60 * SECOND
FROZEN_OPTIONS = (0, 650 * MILLISECOND, 1_200 * MILLISECOND)


def _judge_alarm(asked: Asked, value: Value) -> str:
    longest = max(asked.me.delays, default=0)
    if value <= longest:
        return "fixed" if value == asked.me.alarm else "below"
    if value > 4 * asked.me.alarm:
        return "late"
    return "book" if value == asked.me.alarm else "near"


ALARM = Choice(
    name="election_bully.alarm",
    question="Probe {number} is on its way to the coordinator. How long do you believe its silence?",
    domain=Duration(50 * MILLISECOND, LONGEST),
    cases=("only quick answers so far", "a late answer was seen"),
    case=lambda asked: asked.choice.cases[max(asked.me.delays, default=0) > 300 * MILLISECOND],
    book=lambda asked: asked.me.alarm,
    candidates=lambda asked: [
        asked.me.alarm, 200 * MILLISECOND, 500 * MILLISECOND, SECOND, 2 * SECOND, 4 * SECOND, 10 * SECOND, LONGEST,
    ],
    inaction=10 * SECOND,
    judge=_judge_alarm,
    answers={
        "book": Answer(Kind.BOOK, "Longer than every answer so far: an alarm has nothing else to go by."),
        "near": Answer(Kind.FINE, "{answer}: above every delay that you saw, and still alert."),
        "fixed": Answer(Kind.FINE, "The textbook's alarm is fixed; an answer has already taken {answer} or longer."),
        "below": Answer(Kind.COSTLY, "An answer has already taken {answer} or longer: slow is not dead."),
        "late": Answer(
            Kind.COSTLY, "If the coordinator dies, nobody reigns for {answer}; an alarm need only outlast slow answers."
        ),
    },
    source="Tanenbaum & van Steen 2e §6.5.1",
    keeps=True,
    holds="a probe that is out keeps the alarm it has",
)  # fmt: skip


WAIT_OK = alarm(
    "election_bully.wait_ok",
    "You cried ELECTION. How long do you wait for an OK before you crown yourself?",
    least=MILLISECOND,
    most=LONGEST,
    book=lambda asked: asked.me.wait_ok,
    early=lambda asked: asked.me.round_trip,
    late=lambda asked: 5 * asked.me.wait_ok,
    mistakes=lambda asked: [MILLISECOND, 200 * MILLISECOND, 5 * SECOND, LONGEST],
    cases=("after ELECTION",),
    inaction=SECOND,  # longer than any OK takes that keeps a bound: who does not set it waits, and that is all
    answers={
        "book": Answer(Kind.BOOK, "Time enough for an OK to come back, as long as delays keep their bound."),
        "near": Answer(Kind.FINE, "{answer} leaves the living time to answer."),
        "early": Answer(Kind.WRONG, "No OK can be back within {answer}: you crown yourself without asking."),
        "late": Answer(
            Kind.COSTLY, "For {answer} there is no king; within {book} every OK that keeps the bound is back."
        ),
    },
    source="Garcia-Molina 1982 §III",
)

WAIT_COORDINATOR = alarm(
    "election_bully.wait_coordinator",
    "{source} said OK. How long do you wait for a COORDINATOR before you ask again?",
    least=MILLISECOND,
    most=LONGEST,
    book=lambda asked: asked.me.wait_coordinator,
    early=lambda asked: asked.me.round_trip,
    late=lambda asked: 5 * asked.me.wait_coordinator,
    mistakes=lambda asked: [20 * MILLISECOND, 10 * SECOND, LONGEST],
    cases=("after OK",),
    answers={
        "book": Answer(Kind.BOOK, "An OK is a promise, and its giver may die before it is kept."),
        "near": Answer(Kind.FINE, "{answer}: the promise is believed, but not for ever."),
        "early": Answer(Kind.COSTLY, "Who said OK must itself ask and wait: after {answer} you only ask once more."),
        "late": Answer(Kind.COSTLY, "You believe a promise for {answer}; its giver may have died at once."),
    },
    source="Garcia-Molina 1982 §III",
)

BOTH, ONLY_OK, ONLY_ELECTION, NOTHING = "OK and my own election", "OK only", "my own election only", "nothing"


def _duty(asked: Asked) -> Value:
    return ONLY_OK if asked.me.electing else BOTH


def _judge_duty(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value in (NOTHING, ONLY_ELECTION):
        return "no OK"
    return "twice" if value == BOTH else "no election"


DUTY = Choice(
    name="election_bully.duty",
    question="{source}, lower than you, cries ELECTION. What do you owe?",
    domain=OneOf((BOTH, ONLY_OK, ONLY_ELECTION, NOTHING)),
    cases=("idle", "my own election is open"),
    case=lambda asked: asked.choice.cases[asked.me.electing],
    book=_duty,
    inaction=NOTHING,
    judge=_judge_duty,
    answers={
        "book": Answer(Kind.BOOK, "{source} steps back, and the search goes on above you."),
        "no OK": Answer(
            Kind.WRONG, "Without your OK {source} may hear nothing but silence, and crowns itself, below you."
        ),
        "no election": Answer(
            Kind.WRONG,
            "{source} leaves it to you, and you do nothing: unless somebody above you lives, everyone waits for you.",
        ),
        "twice": Answer(Kind.COSTLY, "Your election is open already; asking again only costs messages."),
    },
    source="Garcia-Molina 1982 §III",
    deadline=lambda asked: DUTY_DEADLINE,
)

OBEY, BULLY = "obey", "hold an election"
HOMAGE = lookup(
    "election_bully.homage",
    "{source} says COORDINATOR. Do you obey?",
    (OBEY, BULLY),
    right={"from above": OBEY, "from below": BULLY},
    mistakes={OBEY: "knelt", BULLY: "rebelled"},
    inaction=OBEY,
    case=lambda asked: asked.choice.cases[number_of(asked.source) < asked.me.number],
    answers={
        "book": Answer(Kind.BOOK, "The highest of the living reigns: {answer}."),
        "knelt": Answer(Kind.WRONG, "You are higher than {source}: two may now be obeyed. You owed an election."),
        "rebelled": Answer(
            Kind.COSTLY, "{source} is higher than you; while it lives, asking again costs messages and changes nothing."
        ),
    },
    source="Tanenbaum & van Steen 2e §6.5.1",
)

FREEZE = Choice(
    name="election_bully.freeze",
    question="Does the coordinator freeze, and for how long?",
    domain=Duration(0, LONGEST),
    cases=("a probe arrives",),
    book=lambda asked: _frozen(asked),
    candidates=lambda asked: FROZEN_OPTIONS,
    inaction=0,
    answers={
        "book": Answer(Kind.FINE, "So it happened."),
        "other": Answer(Kind.FINE, "So it happened."),
    },
    source="a process that is alive and silent, as in Tanenbaum & van Steen 2e §8.1.2 (timing failure)",
    chance=True,
)


def _frozen(asked: Asked) -> int:
    dice = asked.dice
    draw = dice.below(1000)
    if draw < asked.me.freezes // 5:
        return dice.between(900 * MILLISECOND, 1_500 * MILLISECOND)
    return dice.between(400 * MILLISECOND, 900 * MILLISECOND) if draw < asked.me.freezes else 0


CRY = move(
    "election_bully.cry",
    "Cry ELECTION now?",
    BULLY,
    available=lambda asked: not asked.me.electing,
    label=lambda asked: "reign" if asked.me.coordinator == asked.me.number else "cry",
    candidates=lambda asked: [PASS, BULLY],
    answers={
        "book": Answer(Kind.BOOK, "No reason to ask."),
        "cry": Answer(Kind.FINE, "Asking is always safe; it costs messages."),
        "reign": Answer(Kind.FINE, "A king who asks finds out whether somebody higher has come back."),
    },
    source="Garcia-Molina 1982 §III",
)


CHOICES = (ALARM, WAIT_OK, WAIT_COORDINATOR, DUTY, HOMAGE, FREEZE, CRY)
