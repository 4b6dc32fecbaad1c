"""The decisions of a chord node, with the book's answers and words for every other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from core.kernel.choice import Answer, Asked, Choice, Duration, Kind, NodeOf, Number, OneOf, OrderOf, SomeOf, Value
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.dht_chord.circle import ahead, apart, in_half_open, in_open, predecessor_of, successor_of

STOICA = "Stoica et al. 2001"
KUROSE = "Kurose & Ross 5e §2.6.2"

BOOK = Answer(Kind.BOOK, "{answer}: by the book.")


def _name(node: int) -> str:
    return str(node)


def _names(nodes: Sequence[int]) -> list[Value]:
    return [str(node) for node in nodes]


# Whose is it, and which way: the circle of successors


def _both_ways(asked: Asked) -> list[Value]:
    me = asked.me
    return _names(sorted({me.id, me.successors[0], *([] if me.predecessor is None else [me.predecessor])}))


def _judge_pass(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == asked.me.name:
        return "not yours"
    return "yours" if asked.me.owns(asked.key) else "backwards"


def _pass_case(asked: Asked) -> str:
    if asked.me.owns(asked.key):
        return "the key is yours"
    return "your successor's" if asked.me.next_owns(asked.key) else "further round"


PASS_ON = Choice(
    name="dht_chord.pass_on",
    question="Key {key}. You are {me.id}: between {me.predecessor} and {me.first}. Whose is it, or who hears it next?",
    domain=NodeOf(_both_ways),
    cases=("the key is yours", "your successor's", "further round"),
    case=_pass_case,
    book=lambda asked: asked.me.name if asked.me.owns(asked.key) else _name(asked.me.first),
    candidates=_both_ways,
    inaction=lambda asked: _name(asked.me.first),
    judge=_judge_pass,
    answers={
        "book": Answer(Kind.BOOK, "A key belongs to its immediate successor: you own what lies in {me.arc}."),
        "not yours": Answer(
            Kind.WRONG, "You own {me.arc}, and {key} is not in it: whoever asked now looks in the wrong place."
        ),
        "yours": Answer(
            Kind.WRONG, "{key} lies in {me.arc}: it is yours. Sent on, it comes back to you after a whole lap."
        ),
        "backwards": Answer(
            Kind.COSTLY, "{answer} stands behind you: it can only send {key} back to you. Keys travel clockwise."
        ),
    },
    source=f"{KUROSE}; {STOICA} §IV.B",
)

# The next hop of a lookup, with shortcuts


def best_hop(asked: Asked) -> int:
    """The book's next hop: myself, my successor, or the closest node that I know before the key."""
    me, key = asked.me, int(asked.key)
    if me.owns(key):
        return int(me.id)
    known: tuple[int, ...] = me.known()
    if me.route == "mesh":
        return successor_of(key, [int(me.id), *known], int(me.size))
    if me.next_owns(key):
        return int(me.first)
    if key in known:
        return key
    before = [node for node in known if in_open(node, me.id, key, me.size)]
    return predecessor_of(key, before, int(me.size)) if before else int(me.first)


def _hops(asked: Asked) -> list[Value]:
    me = asked.me
    return _names(sorted({me.id, *me.table()}))


def _owner_for_sure(asked: Asked, node: int) -> bool:
    """Does my table prove that the key is this node's?"""
    me = asked.me
    listed = [me.id, *(each for each in me.successors if each not in me.buried)]
    return node == asked.key or any(
        node == later and in_half_open(asked.key, earlier, later, me.size)
        for earlier, later in pairwise(listed)
    )


def _judge_hop(asked: Asked, value: Value) -> str:
    me, key, node = asked.me, asked.key, int(value)
    if value == asked.book:
        return "book"
    if node == me.id:
        return "not yours"
    if me.owns(key):
        return "yours"
    if node in me.silences:
        return "silent"
    if _owner_for_sure(asked, node):
        return "straight"
    return "slow" if in_open(node, me.id, key, me.size) else "overshoot"


def nearest_by_number(asked: Asked) -> int:
    """The node whose identifier differs least from the key: not what "closest" means on the circle."""
    me = asked.me
    nodes: list[int] = [me.id, *me.known()]
    return min(nodes, key=lambda node: (apart(node, asked.key, me.size), node))


def _hop_case(asked: Asked) -> str:
    me, key = asked.me, asked.key
    if me.owns(key):
        return "the key is yours"
    if any(node in me.silences for node in me.known()) and best_hop(asked) in me.silences:
        return "the best is silent"
    if me.next_owns(key):
        return "your successor's"
    if _judge_hop(asked, _name(nearest_by_number(asked))) == "overshoot":
        return "one overshoots"
    return "round zero" if key < me.id else "far"


NEXT_HOP = Choice(
    name="dht_chord.next_hop",
    question="Key {key} is looked for. Whose is it, or who hears it next?",
    domain=NodeOf(_hops),
    cases=("the key is yours", "your successor's", "far", "one overshoots", "round zero", "the best is silent"),
    case=_hop_case,
    book=lambda asked: _name(best_hop(asked)),
    candidates=_hops,
    inaction=lambda asked: _name(asked.me.first),
    judge=_judge_hop,
    answers={
        "book": Answer(Kind.BOOK, "The closest node before the key that you know; or its owner, where you know that."),
        "straight": Answer(Kind.FINE, "Your table proves that {key} is {answer}'s: straight there."),
        "not yours": Answer(
            Kind.WRONG, "You own {me.arc}; {key} is not in it. Your caller looks in the wrong place.", f"{STOICA} §IV.A"
        ),
        "yours": Answer(
            Kind.WRONG, "{key} lies in {me.arc}: it is yours. Sent on, it knocks at your own door again.",
            f"{STOICA} §IV.A",
        ),
        "silent": Answer(Kind.COSTLY, "{answer} has not answered lately; the lookup may wait there for nobody."),
        "slow": Answer(Kind.COSTLY, "The right way, but {book} is nearer to {key}: more messages for the same answer."),
        "overshoot": Answer(
            Kind.WRONG, "{answer} lies past {key}: unless it owns it by luck, the lookup runs a lap. {book} is before."
        ),
    },
    source=f"{STOICA} §IV.D, closest_preceding_node",
)  # fmt: skip

# Whom the asker of an iterative lookup asks next


def _reachable(asked: Asked) -> list[int]:
    me = asked.me
    return [node for node in {*me.known(), *asked.learned} if node not in me.buried and node != me.id]


def refuting(asked: Asked) -> list[int]:
    """The living nodes known between the key and a node that says it owns it."""
    size = asked.me.size
    far = ahead(asked.key, asked.claimer, size)
    return [node for node in sorted(_reachable(asked)) if ahead(asked.key, node, size) < far]


def best_ask(asked: Asked) -> int:
    """The book: the closest node before the key; when that one has told all it knows, the first node after
    the key, as long as nobody between has denied owning it; then the next closest before."""
    me, key, size = asked.me, asked.key, asked.me.size
    if me.owns(key):
        return int(me.id)
    known = sorted(_reachable(asked))
    if key in known and key not in asked.asked:
        return int(key)
    before = [node for node in known if in_open(node, me.id, key, size)]
    if before and not me.next_owns(key):
        nearest = predecessor_of(key, before, size)
        if nearest not in asked.asked:
            return nearest
    fresh = [node for node in known if node not in asked.asked]
    denied = min((ahead(key, node, size) for node in asked.asked if node not in before), default=size)
    after = [node for node in fresh if node not in before and ahead(key, node, size) < denied]
    if after:
        return successor_of(key, after, size)
    return predecessor_of(key, fresh, size) if fresh else int(me.first)


def _askable(asked: Asked) -> list[Value]:
    me = asked.me
    return _names(sorted({me.id, *me.table(), *asked.learned}))


def _judge_ask(asked: Asked, value: Value) -> str:
    me, key, node = asked.me, asked.key, int(value)
    if value == asked.book:
        return "book"
    if node == me.id:
        return "not yours"
    if node in me.buried or node in me.silences:
        return "silent"
    if node in asked.asked:
        return "again"
    if me.owns(key):
        return "yours"
    if _owner_for_sure(asked, node):
        return "straight"
    return "slow" if in_open(node, me.id, key, me.size) else "overshoot"


def _ask_case(asked: Asked) -> str:
    me = asked.me
    if me.owns(asked.key):
        return "the key is yours"
    if asked.learned and any(node in me.buried or node in me.silences for node in asked.learned):
        return "told of the dead"
    if not asked.asked:
        return "the first to ask"
    return "told of a nearer one"


ASK_NEXT = Choice(
    name="dht_chord.ask_next",
    question="You look for key {key}, {hops} asked so far. Whom do you ask now?",
    domain=NodeOf(_askable),
    cases=("the first to ask", "told of a nearer one", "told of the dead", "the key is yours"),
    case=_ask_case,
    book=lambda asked: _name(best_ask(asked)),
    candidates=_askable,
    inaction=lambda asked: _name(asked.me.first),
    judge=_judge_ask,
    answers={
        "book": Answer(Kind.BOOK, "The closest before the key; if nobody is closer, the first after it."),
        "straight": Answer(Kind.FINE, "Your own table proves that {key} is {answer}'s."),
        "not yours": Answer(Kind.WRONG, "You own {me.arc}, not {key}."),
        "yours": Answer(Kind.COSTLY, "{key} lies in {me.arc}: nobody else needs to be asked."),
        "silent": Answer(Kind.COSTLY, "{answer} was silent: another wait for nothing."),
        "again": Answer(Kind.COSTLY, "{answer} has already said all it knows."),
        "slow": Answer(Kind.COSTLY, "Right way round, but {book} stands nearer to {key}."),
        "overshoot": Answer(Kind.COSTLY, "{answer} lies past {key} and is not the first after it: asked for nothing."),
    },
    source=f"{STOICA} §IV.D, §V.A (iterative style)",
)  # fmt: skip

BELIEVE = Choice(
    name="dht_chord.believe",
    question="{claimer} says that key {key} is its own. Do you believe it?",
    domain=OneOf(
        ("believe", "ask on"), {"believe": "tell your caller so", "ask on": "somebody may stand between them"}
    ),
    cases=("nobody known between", "somebody stands between"),
    case=lambda asked: "somebody stands between" if refuting(asked) else "nobody known between",
    book=lambda asked: "ask on" if refuting(asked) else "believe",
    inaction="ask on",
    judge=lambda asked, value: "book" if value == asked.book else "liar" if value == "believe" else "doubt",
    answers={
        "book": Answer(Kind.BOOK, "A claim stands as long as you know nobody between the key and the claimer."),
        "liar": Answer(Kind.WRONG, "You know a living node between {key} and {claimer}: the key is not {claimer}'s."),
        "doubt": Answer(Kind.COSTLY, "You know nobody between {key} and {claimer}: asking on finds nothing better."),
    },
    source=f"{STOICA} §IV.A; Sit & Morris 2002 §3.1",
)

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
            Kind.WRONG, "One silence is no death: {about} may be slow. Buried alive, its keys get two owners."
        ),
        "wait": Answer(Kind.FINE, "Waiting costs no message, but your caller's patience; a ping would tell you more."),
        "late": Answer(Kind.COSTLY, "{silent} silences in a row: {about} is gone, and your caller soon too."),
        "ping again": Answer(Kind.COSTLY, "Another ping to a node that missed {silent}: one wait too many."),
    },
    source=f"{STOICA} §IV.E.3; {KUROSE}",
)

BURY = Choice(
    name="dht_chord.bury",
    question="{about} is silent; pings missed in a row: {silent}. Bury it?",
    domain=OneOf(("ping again", "bury"), {"ping again": "next round", "bury": "close the gap without it"}),
    cases=("one ping missed", "more pings missed"),
    case=lambda asked: "one ping missed" if asked.silent == 1 else "more pings missed",
    book=lambda asked: "bury" if asked.silent >= asked.me.misses else "ping again",
    inaction="ping again",
    judge=lambda asked, value: "book" if value == asked.book else "early" if value == "bury" else "late",
    answers={
        "book": Answer(Kind.BOOK, "A ping can be lost or late: {me.misses} in a row are believed."),
        "early": Answer(
            Kind.WRONG, "One missed ping is a lost packet or a slow node. Buried alive, its keys get two owners."
        ),
        "late": Answer(Kind.COSTLY, "{silent} missed: while you wait, the next may die too, and the ring is cut."),
    },
    source=f"{KUROSE} (peer churn); {STOICA} §IV.E.3",
)

# Repair


def _gap(asked: Asked) -> list[Value]:
    me = asked.me
    return _names(sorted(node for node in set(me.table()) if node not in me.buried)) or [me.name]


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
    book=lambda asked: _name(_next_alive(asked)),
    candidates=_gap,
    inaction=lambda asked: asked.candidates[-1],
    judge=_judge_repair,
    answers={
        "book": Answer(Kind.BOOK, "The second becomes the first: that is what you knew it for."),
        "backwards": Answer(Kind.WRONG, "{answer} stands behind you: the ring folds back, all beyond is cut off."),
        "skipped": Answer(Kind.WRONG, "{answer} skips {book}, which lives: its keys are out of the ring."),
    },
    source=f"{KUROSE} (5 leaves: 4 takes 8); {STOICA} §IV.E.3",
)  # fmt: skip

ASK_SECOND = Choice(
    name="dht_chord.ask_second",
    question="Your successor is {me.first}; you need a second one again. Whom do you ask for its successor?",
    domain=NodeOf(_gap),
    cases=("no second successor",),
    book=lambda asked: _name(asked.me.first),
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
        "book": Answer(Kind.BOOK, "Two pings a node a period: dear enough to notice a death, and no dearer."),
        "often": Answer(Kind.COSTLY, "Every {answer}: {book} would notice the same deaths with fewer pings."),
        "seldom": Answer(
            Kind.COSTLY, "For {answer} nobody looks: two neighbours who die in that time cut the ring behind you."
        ),
    },
    source=KUROSE,
)  # fmt: skip


def _judge_patience(asked: Asked, value: Value) -> str:
    if value < asked.me.round_trip:
        return "early"
    return "late" if value > 3 * asked.me.patience else "book"


PATIENCE = Choice(
    name="dht_chord.patience",
    question="{about} is asked. How long do you wait before its silence means something?",
    domain=Duration(10 * MILLISECOND, 10 * SECOND),
    cases=("a first answer", "after a silence"),
    case=lambda asked: "after a silence" if asked.silent else "a first answer",
    book=lambda asked: asked.me.patience,
    candidates=lambda asked: [asked.me.patience, max(10 * MILLISECOND, asked.me.round_trip // 2), 10 * SECOND],
    inaction=10 * SECOND,
    judge=_judge_patience,
    answers={
        "book": Answer(Kind.BOOK, "Longer than a round trip, shorter than your caller's patience."),
        "early": Answer(Kind.COSTLY, "No answer can be back after {answer}: everybody looks dead to you."),
        "late": Answer(Kind.COSTLY, "After {answer} your caller is gone; {book} would have told you as much."),
    },
    source=f"{STOICA} §IV.E.3",
    keeps=True,
)

# Finger table and shortcuts


def _members(asked: Asked) -> list[Value]:
    return _names(sorted(asked.me.members()))


def _judge_finger(asked: Asked, value: Value) -> str:
    me, node = asked.me, int(value)
    if value == asked.book:
        return "book"
    return "before" if ahead(node, asked.start, me.size) <= ahead(asked.start, node, me.size) else "after"


def _finger_case(asked: Asked) -> str:
    start, members = asked.start, asked.me.members()
    if start in members:
        return "a node stands there"
    owner = successor_of(start, members, asked.me.size)
    return "round zero" if start < asked.me.id or owner < start else "the next one after"


FINGER = Choice(
    name="dht_chord.finger",
    question="Finger {entry} of node {me.id} begins at {start}. Which node is it?",
    domain=NodeOf(_members),
    cases=("a node stands there", "the next one after", "round zero"),
    case=_finger_case,
    book=lambda asked: _name(successor_of(asked.start, asked.me.members(), asked.me.size)),
    candidates=_members,
    inaction=lambda asked: _name(asked.me.first),
    judge=_judge_finger,
    answers={
        "book": Answer(Kind.BOOK, "The first node at or after {start}: a finger is the successor of its start."),
        "before": Answer(Kind.WRONG, "{answer} stands before {start}; a finger is the first node at or after that."),
        "after": Answer(Kind.WRONG, "Between {start} and {answer} stands {book}: this finger overshoots it."),
    },
    source=f"{STOICA} §IV.D, Table I",
)  # fmt: skip


def _choosable(asked: Asked) -> list[Value]:
    me = asked.me
    return _names(sorted(node for node in me.members() if node not in (me.id, me.first)))


def arcs_squared(me: int, successor: int, shortcuts: Sequence[int], size: int) -> int:
    """Sum of squared arcs between neighbouring entries of a table: how far a lookup still is after one hop, on average
    over all keys, times the size of the circle (halved)."""
    stops = sorted({ahead(me, node, size) for node in (successor, *shortcuts)} | {0, size})
    return sum((later - earlier) ** 2 for earlier, later in pairwise(stops))


def best_shortcuts(asked: Asked) -> tuple[str, ...]:
    """The shortcuts after which the rest of the way is shortest on average."""
    me = asked.me
    options = [int(name) for name in _choosable(asked)]
    chosen = min(
        combinations(options, min(me.shortcuts, len(options))),
        key=lambda some: (arcs_squared(me.id, me.first, some, me.size), some),
    )
    return tuple(str(node) for node in chosen)


def _judge_shortcuts(asked: Asked, value: Value) -> str:
    me = asked.me

    def rest(chosen: Sequence[str]) -> int:
        return arcs_squared(me.id, me.first, [int(name) for name in chosen], me.size)

    if rest(value) == rest(asked.book):
        return "book"
    return "fine" if rest(value) * 4 <= rest(asked.book) * 5 else "lopsided"


SHORTCUTS = Choice(
    name="dht_chord.shortcuts",
    question="{me.shortcuts} wormholes from {me.id}, for keys that nobody has asked for yet. Whereto?",
    domain=SomeOf(_choosable, at_most=lambda asked: min(asked.me.shortcuts, len(_choosable(asked)))),
    cases=("before the first lookup",),
    book=best_shortcuts,
    inaction=(),
    judge=_judge_shortcuts,
    answers={
        "book": Answer(Kind.BOOK, "They cut the circle into even arcs: after one hop the least way is left."),
        "fine": Answer(Kind.FINE, "Nearly even arcs; {book} would leave a little less way."),
        "lopsided": Answer(Kind.COSTLY, "One long arc has no door: lookups into it go node by node. {book} is even."),
    },
    source=f"{KUROSE} (shortcuts); {STOICA} §IV.D",
)  # fmt: skip

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
    source=f"{STOICA} §IV.E.1, §V.C; Tanenbaum & van Steen 2e §5.2.3",
)  # fmt: skip

# Keys from names


def _keys(asked: Asked) -> list[Value]:
    size, number = asked.me.size, asked.number
    return [number % size, number % 100 % size, number // size % size, (number % size + 1) % size, number % 10 % size]


KEY_OF = Choice(
    name="dht_chord.key_of",
    question="{record} hashes to {number}; the circle has {me.size} places, 0 to {me.last}. Which key?",
    domain=Number(0, lambda asked: asked.me.size - 1),
    cases=("to put", "to get"),
    case=lambda asked: "to put" if asked.putting else "to get",
    book=lambda asked: asked.number % asked.me.size,
    candidates=_keys,
    inaction=0,
    judge=lambda asked, value: "book" if value == asked.book else "other",
    answers={
        "book": Answer(Kind.BOOK, "{number} mod {me.size} = {book}: whoever hashes this name looks there."),
        "other": Answer(
            Kind.WRONG, "{number} mod {me.size} is {book}. Under {answer} nobody who knows the name will ever find it."
        ),
    },
    source=f"{KUROSE} (hash table); {STOICA} §IV.A",
)  # fmt: skip

CHOICES: tuple[Choice, ...] = (
    PASS_ON, NEXT_HOP, ASK_NEXT, BELIEVE, SILENCE, BURY, REPAIR, ASK_SECOND, PERIOD, PATIENCE, FINGER, SHORTCUTS,
    JOIN_ORDER, KEY_OF,
)  # fmt: skip
