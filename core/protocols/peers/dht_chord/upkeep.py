"""What a node decides to keep the ring whole: silence, burial, repair, pings, and the order of a join."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Duration, NodeOf, OneOf, OrderOf
from core.kernel.ready_choices import alarm, lookup
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.peers.dht_chord.choices import KUROSE, STOICA, all_named, named
from core.protocols.peers.dht_chord.circle import successor_of

# After silence


def _judge_silence(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == "without":
        return "early"
    if value == "wait":
        return "late" if asked.book == "without" else "wait"
    return "ping again"


SILENCE = Choice(
    name="dht_chord.silence",
    question="Key {key}: {about} has been silent for {waited}; silences in a row: {silent}. Slow or dead?",
    domain=OneOf(
        ("ping", "wait", "without"),
        {"ping": "one message: are you there?", "wait": "another while", "without": "bury it, go by the next"},
    ),
    cases=("silent once", "silent again"),
    case=lambda asked: "silent once" if asked.silent == 1 else "silent again",
    book=lambda asked: "without" if asked.silent >= asked.me.misses else "ping",
    inaction="wait",
    judge=_judge_silence,
    answers={
        "book": Answer(Kind.BOOK, "Ask once more before you bury; bury before your caller goes."),
        "early": Answer(
            Kind.WRONG,
            "Fewer than {me.misses} silences in a row may be a slow node: buried alive, its keys get two owners.",
        ),
        "wait": Answer(Kind.FINE, "Waiting costs no message, but your caller's patience; a ping would tell you more."),
        "late": Answer(
            Kind.COSTLY, "{silent} silences in a row: {about} is as good as gone, and your caller soon is, too."
        ),
        "ping again": Answer(Kind.COSTLY, "Another ping to a node that missed {silent}: one wait too many."),
    },
    source=f"{STOICA} §IV.E.3; {KUROSE}",
)

BURY = lookup(
    "dht_chord.bury",
    "{about} is silent; pings missed in a row: {silent}. Bury it?",
    {"ping again": "next round", "bury": "close the gap without it"},
    right=lambda asked: "bury" if asked.silent >= asked.me.misses else "ping again",
    mistakes={"bury": "early", "ping again": "late"},
    inaction="ping again",
    cases=("one ping missed", "more pings missed"),
    case=lambda asked: "one ping missed" if asked.silent == 1 else "more pings missed",
    answers={
        "book": Answer(Kind.BOOK, "A ping can be lost or late: {me.misses} in a row are believed."),
        "early": Answer(
            Kind.WRONG,
            "Fewer than {me.misses} missed in a row may be loss, or a slow node: buried alive, keys get two owners.",
        ),
        "late": Answer(Kind.COSTLY, "{silent} missed: while you wait, the next may die too, and the ring is cut."),
    },
    source=f"{KUROSE} (peer churn); {STOICA} §IV.E.3",
)

# Repair


def _gap(asked: Asked) -> list[Value]:
    me = asked.me
    return all_named(sorted(node for node in set(me.table()) if node not in me.buried)) or [me.name]


def _next_alive(asked: Asked) -> int:
    me = asked.me
    alive = [node for node in me.table() if node not in me.buried]
    return successor_of(me.id + 1, alive or [me.id], me.size)


def _judge_repair(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "backwards" if int(value) == asked.me.predecessor else "skipped"


REPAIR = Choice(
    name="dht_chord.repair",
    question="Your successor {dead} is gone. Who is your successor now?",
    domain=NodeOf(_gap),
    cases=("the first successor is gone",),
    book=lambda asked: named(_next_alive(asked)),
    candidates=_gap,
    inaction=lambda asked: asked.candidates[-1],
    judge=_judge_repair,
    answers={
        "book": Answer(Kind.BOOK, "The second becomes the first: that is what you knew it for."),
        "backwards": Answer(Kind.WRONG, "{answer} stands behind you: the ring folds back, all beyond is cut off."),
        "skipped": Answer(Kind.WRONG, "{answer} skips {book}, which is not buried: its keys are out of the ring."),
    },
    source=f"{KUROSE} (5 leaves: 4 takes 8); {STOICA} §IV.E.3",
)  # fmt: skip

ASK_SECOND = Choice(
    name="dht_chord.ask_second",
    question="Your successor is {me.first}; you need a second one again. Whom do you ask for its successor?",
    domain=NodeOf(_gap),
    cases=("no second successor",),
    book=lambda asked: named(asked.me.first),
    candidates=_gap,
    inaction=lambda asked: asked.candidates[-1],
    judge=lambda asked, value: "book" if value == asked.book else "other",
    answers={
        "book": Answer(Kind.BOOK, "Its immediate successor is your second one: 4 asks 8."),
        "other": Answer(
            Kind.WRONG, "{answer} knows who follows {answer}; you need who follows {me.first}, and only {book} knows."
        ),
    },
    source=f"{KUROSE} (4 asks 8 who its immediate successor is)",
)  # fmt: skip

# Times


def _judge_period(asked: Asked, value: Value) -> str:
    if value > asked.me.period * 3 // 2:
        return "seldom"
    return "often" if value < asked.me.period // 2 else "book"


PERIOD = Choice(
    name="dht_chord.period",
    question="You ping your successors, {why}. How often?",
    domain=Duration(50 * MILLISECOND, 60 * SECOND),
    cases=("from the start", "after a burial"),
    case=lambda asked: "after a burial" if asked.me.buried else "from the start",
    book=lambda asked: asked.me.period,
    candidates=lambda asked: [
        asked.me.period, max(50 * MILLISECOND, asked.me.period // 8), min(60 * SECOND, asked.me.period * 8)
    ],
    inaction=60 * SECOND,
    judge=_judge_period,
    answers={
        "book": Answer(Kind.BOOK, "A ping to every successor once a period: enough to notice a death, and no more."),
        "often": Answer(Kind.COSTLY, "Every {answer}: {book} would notice the same deaths with fewer pings."),
        "seldom": Answer(
            Kind.COSTLY, "For {answer} nobody looks: two neighbours who die in that time cut the ring behind you."
        ),
    },
    source=KUROSE,
)  # fmt: skip


PATIENCE = alarm(
    "dht_chord.patience",
    "{about} is asked. How long do you wait before its silence means something?",
    least=10 * MILLISECOND,
    most=10 * SECOND,
    book=lambda asked: asked.me.patience,
    early=lambda asked: asked.me.round_trip,
    late=lambda asked: 3 * asked.me.patience,
    mistakes=lambda asked: [max(10 * MILLISECOND, asked.me.round_trip // 2), 10 * SECOND],
    cases=("a first answer", "after a silence"),
    case=lambda asked: "after a silence" if asked.silent else "a first answer",
    answers={
        "book": Answer(Kind.BOOK, "Longer than a round trip, shorter than your caller's patience."),
        "early": Answer(Kind.COSTLY, "No answer can be back within {answer}: everybody looks dead to you."),
        "late": Answer(Kind.COSTLY, "{answer} of silence tell you no more than {book}, and your caller waits."),
    },
    source=f"{STOICA} §IV.E.3",
)

# Joining

TAKE = "take your successor"
COPY = "copy its keys for you"
INSERT = "your predecessor points to you"
NOTIFY = "your successor points back to you"
CARDS = (TAKE, COPY, INSERT, NOTIFY)


def _judge_order(asked: Asked, value: Value) -> str:
    place = {card: value.index(card) for card in CARDS}
    if place[INSERT] < place[TAKE]:
        return "dead end"
    if place[INSERT] < place[COPY]:
        return "empty"
    if place[NOTIFY] < place[INSERT]:
        return "gap"
    return "book" if value == asked.book else "fine"


JOIN_ORDER = Choice(
    name="dht_chord.join_order",
    question="You are {me.id}, between {predecessor} and {successor}. In which order do the pointers change?",
    domain=OrderOf((INSERT, COPY, NOTIFY, TAKE)),  # as the cards lie on the table: in no good order
    cases=("a new neighbour",),
    book=lambda asked: CARDS,
    candidates=lambda asked: [
        CARDS, (COPY, TAKE, INSERT, NOTIFY), (INSERT, TAKE, COPY, NOTIFY), (TAKE, INSERT, COPY, NOTIFY),
        (TAKE, COPY, NOTIFY, INSERT), (NOTIFY, INSERT, COPY, TAKE), (TAKE, NOTIFY, COPY, INSERT),
    ],
    inaction=(NOTIFY, INSERT, COPY, TAKE),
    judge=_judge_order,
    answers={
        "book": Answer(Kind.BOOK, "First be able to serve, then be found, and only then may the old owner refuse."),
        "fine": Answer(Kind.FINE, "As good: nobody can find you before you have keys and a way on."),
        "dead end": Answer(Kind.WRONG, "{predecessor} sends you lookups before you know anybody: they end in you."),
        "empty": Answer(Kind.WRONG, "You are found before you hold the keys: callers hear that they do not exist."),
        "gap": Answer(
            Kind.WRONG,
            "{successor} refuses your keys while {predecessor} still sends them there: such lookups run in circles.",
        ),
    },
    source=f"{STOICA} §IV.E.1, §IV.E.2; Tanenbaum & van Steen 2e §5.2.3",
)  # fmt: skip

CHOICES = (SILENCE, BURY, REPAIR, ASK_SECOND, PERIOD, PATIENCE, JOIN_ORDER)
