"""What a node decides about keys and lookups: whose, by whom, over which table; words for every answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import NodeOf, Number, SomeOf
from core.kernel.ready_choices import lookup
from core.protocols.peers.dht_chord.circle import ahead, apart, in_half_open, in_open, predecessor_of, successor_of

STOICA = "Stoica et al. 2003"
KUROSE = "Kurose & Ross 5e §2.6.2"


def named(node: int) -> str:
    """A node as a seat answers it."""
    return str(node)


def all_named(nodes: Sequence[int]) -> list[Value]:
    """Nodes as options of a choice."""
    return [str(node) for node in nodes]


# Whose is it, and which way: the circle of successors


def _both_ways(asked: Asked) -> list[Value]:
    me = asked.me
    return all_named(sorted({me.id, me.successors[0], *([] if me.predecessor is None else [me.predecessor])}))


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
    book=lambda asked: asked.me.name if asked.me.owns(asked.key) else named(asked.me.first),
    candidates=_both_ways,
    inaction=lambda asked: named(asked.me.first),
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
            Kind.COSTLY,
            "{answer} stands behind you: unless {key} is its own, it comes back to you. Lookups go clockwise.",
        ),
    },
    source=f"{KUROSE}; {STOICA} §IV.B, §IV.C",
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
    return all_named(sorted({me.id, *me.table()}))


def _owner_for_sure(asked: Asked, node: int) -> bool:
    """Does my table prove that the key is this node's?"""
    me = asked.me
    listed = [me.id, *(each for each in me.successors if each not in me.buried)]
    return node == asked.key or any(
        node == later and in_half_open(asked.key, earlier, later, me.size) for earlier, later in pairwise(listed)
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
    if _judge_hop(asked, named(nearest_by_number(asked))) == "overshoot":
        return "one overshoots"
    return "round zero" if key < me.id else "far"


NEXT_HOP = Choice(
    name="dht_chord.next_hop",
    question="Key {key} is looked for. Whose is it, or who hears it next?",
    domain=NodeOf(_hops),
    cases=("the key is yours", "your successor's", "far", "one overshoots", "round zero", "the best is silent"),
    case=_hop_case,
    book=lambda asked: named(best_hop(asked)),
    candidates=_hops,
    inaction=lambda asked: named(asked.me.first),
    judge=_judge_hop,
    answers={
        "book": Answer(Kind.BOOK, "The closest node before the key that you know; or its owner, where you know that."),
        "straight": Answer(Kind.FINE, "Your table proves that {key} is {answer}'s: straight there."),
        "not yours": Answer(
            Kind.WRONG, "You own {me.arc}; {key} is not in it. Your caller looks in the wrong place.", f"{STOICA} §IV.B"
        ),
        "yours": Answer(
            Kind.WRONG, "{key} lies in {me.arc}: it is yours. Sent on, it knocks at your own door again.",
            f"{STOICA} §IV.B",
        ),
        "silent": Answer(Kind.COSTLY, "{answer} has not answered lately; the lookup may wait there for nobody."),
        "slow": Answer(Kind.COSTLY, "The right way, but {book} is nearer to {key}: more messages for the same answer."),
        "overshoot": Answer(
            Kind.WRONG, "{answer} lies past {key}: unless it owns it by luck, the lookup runs a lap. {book} is the way."
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
    return all_named(sorted({me.id, *me.table(), *asked.learned}))


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
    book=lambda asked: named(best_ask(asked)),
    candidates=_askable,
    inaction=lambda asked: named(asked.me.first),
    judge=_judge_ask,
    answers={
        "book": Answer(Kind.BOOK, "The closest before the key; if nobody is closer, the first after it."),
        "straight": Answer(Kind.FINE, "Your own table proves that {key} is {answer}'s."),
        "not yours": Answer(Kind.WRONG, "You own {me.arc}, not {key}."),
        "yours": Answer(Kind.COSTLY, "{key} lies in {me.arc}: nobody else needs to be asked."),
        "silent": Answer(Kind.COSTLY, "{answer} was silent: another wait for nothing."),
        "again": Answer(Kind.COSTLY, "{answer} has already said all it knows."),
        "slow": Answer(Kind.COSTLY, "Right way round, but {book} stands nearer to {key}."),
        "overshoot": Answer(Kind.COSTLY, "{answer} lies past {key}, and is not the first after it that you know of."),
    },
    source=f"{STOICA} §IV.D, §V.A (iterative style)",
)  # fmt: skip

BELIEVE = lookup(
    "dht_chord.believe",
    "{claimer} says that key {key} is its own. Do you believe it?",
    {"believe": "tell your caller so", "ask on": "somebody may stand between them"},
    right={"nobody known between": "believe", "somebody stands between": "ask on"},
    mistakes={"believe": "liar", "ask on": "doubt"},
    inaction="ask on",
    case=lambda asked: "somebody stands between" if refuting(asked) else "nobody known between",
    answers={
        "book": Answer(Kind.BOOK, "A claim stands as long as you know nobody between the key and the claimer."),
        "liar": Answer(
            Kind.WRONG, "You know a node between {key} and {claimer}, and did not bury it: the key is not {claimer}'s."
        ),
        "doubt": Answer(Kind.COSTLY, "You know nobody between {key} and {claimer}: asking on finds nothing better."),
    },
    source=f"{STOICA} §IV.B; Sit & Morris 2002 §3.1",
)

# Finger table and shortcuts


def _members(asked: Asked) -> list[Value]:
    return all_named(sorted(asked.me.members()))


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
    book=lambda asked: named(successor_of(asked.start, asked.me.members(), asked.me.size)),
    candidates=_members,
    inaction=lambda asked: named(asked.me.first),
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
    return all_named(sorted(node for node in me.members() if node not in (me.id, me.first)))


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
    source=f"{KUROSE} (hash table); {STOICA} §IV.B",
)  # fmt: skip

CHOICES = (PASS_ON, NEXT_HOP, ASK_NEXT, BELIEVE, FINGER, SHORTCUTS, KEY_OF)
