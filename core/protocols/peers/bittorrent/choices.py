"""What BitTorrent leaves to a node: whom to unchoke and gamble on, which piece next, whom to name, ban, believe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, OneOf, SomeOf
from core.kernel.ready_choices import duty, lookup
from core.kernel.time import SECOND

COHEN = "Cohen 2003, Incentives Build Robustness in BitTorrent"
NOBODY = "nobody"
KEEP, THROW = "keep", "throw away"
STORED, NOISE = "as stored", "noise"
SEED, LEAVE = "seed", "leave"
EVERYONE, WAIT = "ask everyone", "wait"
SAME, NEW = "keep it", "a new one"
CROWD = 40
"""The most chairs that anybody may set up."""


def _others(asked: Asked) -> Sequence[str]:
    labels: Sequence[str] = asked.me.labels()
    return labels


# How many chairs


def _judge_chairs(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "crowd" if value > asked.book else "few"


CHAIRS = Choice(
    name="bittorrent.chairs",
    question="How many peers may download from you at once, beside the one you gamble on?",
    domain=Number(0, CROWD, "chairs"),
    book=lambda asked: asked.me.slots,
    candidates=lambda asked: [asked.me.slots, 1, asked.me.slots + 3, CROWD],
    inaction=0,
    judge=_judge_chairs,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: enough partners, and each gets a stream worth ranking."),
        "crowd": Answer(Kind.COSTLY, "{answer}: so many thin streams that nobody ranks you among its best."),
        "few": Answer(Kind.COSTLY, "{answer}: fewer partners, and each that leaves takes more of your income with it."),
    },
    cases=("setting up",),
    source="BEP 3, choking; lecture: the four that send at the highest rate",
)

# Whom to unchoke


def _worth(asked: Asked, label: str) -> int:
    worth: int = asked.me.worth(label, asked.now)
    return worth


def _eligible(asked: Asked) -> list[str]:
    eligible: list[str] = asked.me.eligible(asked.now)
    return eligible


def _best(asked: Asked) -> tuple[str, ...]:
    """The interested, unsnubbing neighbours of highest worth. Where worth is equal those who sit stay seated (nobody
    gains by a change), then the dice decide."""
    seats = asked.me.chairs
    seated = set(asked.me.regular)
    eligible = _eligible(asked)
    ranked = sorted(eligible, key=lambda label: (-_worth(asked, label), label not in seated))
    if len(ranked) > seats > 0:
        last = ranked[seats - 1]
        edge = (_worth(asked, last), last in seated)
        sure = [label for label in ranked if (_worth(asked, label), label in seated) > edge]
        tied = [label for label in ranked if (_worth(asked, label), label in seated) == edge]
        if len(sure) + len(tied) > seats:
            tied = asked.dice.sample(tied, seats - len(sure))
        ranked = sure + tied
    chosen = set(ranked[:seats])
    return tuple(label for label in _others(asked) if label in chosen)


def _unchoke_case(asked: Asked) -> str:
    me = asked.me
    if me.complete:
        return "as a seed"
    if not any(_worth(asked, label) for label in _others(asked)):
        return "nobody has given yet"
    if any(not _worth(asked, label) for label in me.regular):
        return "a seated one gives nothing"
    return "ranking"


def _carries(asked: Asked, label: str) -> bool:
    """Did at least half of what this neighbour had first turn up with others?"""
    neighbour = asked.me.neighbour(label)
    passed, of = asked.me.passed_on(neighbour) if neighbour is not None else (0, 0)
    return 0 < of <= 2 * passed


def _judge_unchoke(asked: Asked, value: Value) -> str:
    me = asked.me
    if set(value) == set(asked.book):
        if me.complete:
            return "book, as a seed"
        return "book" if any(_worth(asked, label) for label in _others(asked)) else "first"
    if me.complete and value and all(_carries(asked, label) for label in value):
        return "carriers"
    eligible = _eligible(asked)
    waiting = [label for label in eligible if label not in value]
    if waiting and not value:
        return "idle" if me.complete else "nobody"
    if waiting:
        if any(not me.wants_us(label) for label in value):
            return "full"
        if any(label not in eligible for label in value):
            return "snubber"
        best = max(_worth(asked, label) for label in waiting)
        least = min((_worth(asked, label) for label in value), default=best)
        if me.complete and (least * 5 < best * 4):
            return "seed"
        if best > 0 and least == 0:
            return "stranger"
        if least * 5 < best * 4:
            return "lower"
        if len(value) < me.chairs and not me.complete:
            return "empty"
    return "close, as a seed" if me.complete else "close"


def _unchoke_candidates(asked: Asked) -> list[Value]:
    """The book's, and what people do instead: nobody, those who came first or last, no change, one chair left empty,
    those who give least, who have most, who have least."""
    me, labels, chairs = asked.me, _others(asked), asked.me.chairs
    wanting = [label for label in labels if me.wants_us(label)]
    by_giving = sorted(wanting, key=lambda label: _worth(asked, label))
    by_having = sorted(wanting, key=lambda label: me.neighbour(label).has.bit_count())
    return [
        asked.book,
        (),
        labels[:chairs],
        labels[-chairs:] if chairs else (),
        tuple(me.regular),
        *(tuple(label for label in asked.book if label != left) for left in asked.book[:1]),
        *(seats_of(asked, ranked) for ranked in (by_giving, by_having[::-1], by_having)),
    ]


UNCHOKE = Choice(
    name="bittorrent.unchoke",
    question="Round {round}: who sits for the next 10 s?",
    domain=SomeOf(_others, lambda asked: asked.me.chairs, taken="chairs taken"),
    book=_best,
    candidates=_unchoke_candidates,
    inaction=(),
    cases=("nobody has given yet", "ranking", "a seated one gives nothing", "as a seed"),
    case=_unchoke_case,
    judge=_judge_unchoke,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: the best givers of the last 20 s that want something."),
        "first": Answer(Kind.BOOK, "{answer}: nobody has given yet, so all who want something are as good."),
        "nobody": Answer(
            Kind.COSTLY, "You seat nobody: to those who get nothing you rank last, and gambles are all you get."
        ),
        "close": Answer(Kind.FINE, "{answer}: as good, by what they gave in the last 20 s."),
        "book, as a seed": Answer(Kind.BOOK, "{answer}: those who took most in the last 20 s and want more."),
        "close, as a seed": Answer(Kind.FINE, "{answer}: as good, by what they took in the last 20 s."),
        "stranger": Answer(
            Kind.COSTLY,
            "Somebody who gives stands, somebody who gave nothing in 20 s sits. The book seats {book}; "
            "a giver whom you choke may choke you at its next round.",
        ),
        "lower": Answer(Kind.COSTLY, "A better giver stands while a lesser one sits. The book seats {book}."),
        "empty": Answer(Kind.COSTLY, "A chair is empty though somebody waits: who gets nothing ranks you last."),
        "carriers": Answer(
            Kind.FINE,
            "{answer}: what they had first turns up with others; BEP 3 ranks by what is taken, and does not see it.",
            "BEP 16, superseeding",
        ),
        "idle": Answer(Kind.COSTLY, "All chairs are empty though somebody waits: upload that serves nobody."),
        "full": Answer(
            Kind.COSTLY,
            "One of {answer} wants nothing now, and somebody who does stands. BEP 3 unchokes faster peers that are not "
            "interested beside those on the chairs, not in their place.",
        ),
        "snubber": Answer(
            Kind.COSTLY,
            "One of {answer} has given you nothing for a minute: you are snubbed. Such a one gets a gamble, no more.",
            f"{COHEN} §3.4",
        ),
        "seed": Answer(Kind.COSTLY, "A seed ranks by what it can upload: {book} take more from you."),
    },
    source="BEP 3, choking",
    keeps=True,
    value=lambda evidence, node: evidence.machine(node).received,
    horizon=40 * SECOND,
)

# Whom to gamble on

_NEW_WEIGHT = 3


def _gamblers(asked: Asked) -> Sequence[str]:
    waiting: Sequence[str] = asked.me.standing()
    return [*waiting, NOBODY]


def _gamble(asked: Asked) -> str:
    """One of those who wait, at random; who came since the last gamble is three times as likely."""
    lots = [
        label for label in asked.me.standing() for _ in range(_NEW_WEIGHT if asked.me.is_new(label, asked.now) else 1)
    ]
    return asked.dice.pick(lots) if lots else NOBODY


def _judge_gamble(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == NOBODY:
        return "nobody"
    return "again" if asked.me.disappointed(value) else "as good"


def _gamble_candidates(asked: Asked) -> list[Value]:
    waiting = list(asked.me.standing())
    tried = [label for label in waiting if asked.me.disappointed(label)]
    fresh = [label for label in waiting if not asked.me.disappointed(label)]
    return [asked.book, *fresh[:4], *tried[:2], NOBODY]


def _gamble_case(asked: Asked) -> str:
    if not asked.me.standing():
        return "nobody waits"
    return "somebody new" if any(asked.me.is_new(label, asked.now) for label in asked.me.standing()) else "old faces"


GAMBLE = Choice(
    name="bittorrent.gamble",
    question="Round {round}: on whom do you gamble for 30 s, whatever it gave?",
    domain=OneOf(_gamblers),
    book=_gamble,
    candidates=_gamble_candidates,
    inaction=NOBODY,
    cases=("somebody new", "old faces", "nobody waits"),
    case=_gamble_case,
    judge=_judge_gamble,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: the dice fall so, and newcomers have three lots."),
        "as good": Answer(Kind.FINE, "{answer}: all who wait are a gamble, and any may be generous."),
        "again": Answer(
            Kind.COSTLY, "You gambled on {answer} before and it gave nothing: the same flat line, and 30 s are gone."
        ),
        "nobody": Answer(
            Kind.COSTLY, "No gamble: a faster partner who does not know you can never rank you, and a newcomer starves."
        ),
    },
    source="BEP 3, choking (optimistic unchoke)",
    keeps=False,
    value=lambda evidence, node: evidence.machine(node).received,
    horizon=60 * SECOND,
)

# Which piece next


_SHOWN = 12
"""So many pieces, and two more, are tried of those that could be asked for."""


def _pieces(asked: Asked) -> Sequence[int]:
    pieces: Sequence[int] = asked.me.choosable(asked.peer)
    return pieces


def _rarest(asked: Asked) -> list[int]:
    counts: list[int] = asked.me.availability
    pieces = _pieces(asked)
    least = min(counts[index] for index in pieces)
    return [index for index in pieces if counts[index] == least]


def _piece_case(asked: Asked) -> str:
    me = asked.me
    if me.have == 0 and not me.partial:
        return "first piece"
    counts = {me.availability[index] for index in _pieces(asked)}
    if min(counts) <= 1 < max(counts):
        return "a last copy"
    return "rarest" if len(counts) > 1 else "all as common"


def _piece(asked: Asked) -> int:
    first = asked.me.have == 0 and not asked.me.partial
    pieces = _pieces(asked) if first else _rarest(asked)
    return pieces[0] if len(pieces) == 1 else asked.dice.pick(pieces)


def _judge_piece(asked: Asked, value: Value) -> str:
    if asked.case == "first piece":
        return "first"
    if value in _rarest(asked):
        return "book"
    return "danger" if asked.case == "a last copy" else "common"


def _piece_candidates(asked: Asked) -> list[Value]:
    """The book's, one that most have, and so many of all, evenly spaced, that whoever picks blindly picks blindly."""
    pieces = list(_pieces(asked))
    counts = asked.me.availability
    last = len(pieces) - 1
    spaced = pieces if last < _SHOWN else [pieces[place * last // (_SHOWN - 1)] for place in range(_SHOWN)]
    return [asked.book, max(pieces, key=lambda index: counts[index]), *spaced]


PIECE = Choice(
    name="bittorrent.piece",
    question="{peer} would send you a piece. Which one?",
    domain=OneOf(_pieces),
    book=_piece,
    candidates=_piece_candidates,
    inaction=lambda asked: _pieces(asked)[0],
    cases=("first piece", "rarest", "a last copy", "all as common"),
    case=_piece_case,
    judge=_judge_piece,
    answers={
        "book": Answer(Kind.BOOK, "Piece {answer}: none is rarer among your neighbours."),
        "first": Answer(
            Kind.BOOK, "Piece {answer}: the first one is any one, as a rare piece would come slowly.", f"{COHEN} §2.4.3"
        ),
        "common": Answer(
            Kind.COSTLY, "Piece {answer} is easy to find; {book} is rarer, and rare pieces are what others want of you."
        ),
        "danger": Answer(
            Kind.COSTLY,
            "Piece {book} has a single owner in your sight: if that one leaves, nobody here can complete the file.",
        ),
    },
    source=f"{COHEN} §2.4.2 (not in BEP 3, which asks in random order)",
)

# The end of a download


ENDGAME = duty(
    "bittorrent.endgame",
    "All that is missing is asked for ({missing} blocks). Ask everyone for the rest?",
    (EVERYONE, WAIT),
    inaction=WAIT,
    cases=("the last blocks",),
    answers={
        "book": Answer(Kind.BOOK, "Everyone is asked, and whoever is late gets a cancel."),
        "other": Answer(Kind.COSTLY, "You wait for the slowest of those you asked; the last pieces trickle in."),
    },
    source="BEP 3, peer messages (endgame mode)",
)


VERIFY = lookup(
    "bittorrent.verify",
    "Piece {piece} is whole. The torrent lists {expected}, these bytes give {found}. What now?",
    (KEEP, THROW),
    right={"hash matches": KEEP, "hash differs": THROW},
    mistakes={KEEP: "poison", THROW: "waste"},
    inaction=THROW,
    case=lambda asked: "hash matches" if asked.expected == asked.found else "hash differs",
    answers={
        "book": Answer(Kind.BOOK, "{answer}: {expected} was promised, {found} came."),
        "poison": Answer(
            Kind.WRONG,
            "Piece {piece} is not what was published: SHA-1 {found}, not {expected}. You hand on a broken file.",
        ),
        "waste": Answer(Kind.COSTLY, "{expected} was promised and came: you threw a good piece away."),
    },
    source="BEP 3, pieces",
)


def _judge_ban(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "pardon" if value == NOBODY else "hasty"


BAN = Choice(
    name="bittorrent.ban",
    question="Piece {piece} failed its hash. Its blocks came from {names}. Whom do you ban?",
    domain=OneOf(lambda asked: [*asked.sources, NOBODY]),
    book=lambda asked: asked.sources[0] if len(asked.sources) == 1 else NOBODY,
    inaction=NOBODY,
    cases=("one suspect", "several suspects"),
    case=lambda asked: "one suspect" if len(asked.sources) == 1 else "several suspects",
    judge=_judge_ban,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: one source is proof; of several, fetch it again from one."),
        "pardon": Answer(Kind.COSTLY, "{book} alone sent every block of it, and may send more of the kind."),
        "hasty": Answer(
            Kind.COSTLY, "Blocks came from {names}: {answer} may be innocent. Fetch it from one, then you know."
        ),
    },
    source="BEP 3, pieces; the ban is practice, not standard",
)

BLOCK = duty(
    "bittorrent.block",
    "{peer} is due for its block of piece {piece}. What do you send?",
    (STORED, NOISE),
    inaction=STORED,
    cases=("a block is due",),
    answers={
        "book": Answer(Kind.BOOK, "The bytes that were asked for."),
        "other": Answer(
            Kind.WRONG,
            "The hash will not match: {peer} throws the piece away, and bans you if all of it came from you.",
            "BEP 3, pieces",
        ),
    },
    source="BEP 3, peer messages",
)


def _judge_stay(asked: Asked, value: Value) -> str:
    if value == SEED:
        return "book"
    return "last" if asked.rare else "thanks"


_SUMS = (
    "less than one file in sight",
    "one file's pieces in sight",
    "two files' pieces in sight",
    "three files' pieces in sight",
    "more in sight",
)
"""By the sum of all neighbours' pieces: what people count, though the rarest piece decides."""


STAY = Choice(
    name="bittorrent.stay",
    question="You have the whole file; {needy} of your neighbours do not. Stay as a seed?",
    domain=OneOf((SEED, LEAVE)),
    book=lambda asked: SEED,
    inaction=LEAVE,
    cases=_SUMS,
    case=lambda asked: _SUMS[min(asked.sum, len(_SUMS) - 1)],
    keeps=True,
    judge=_judge_stay,
    answers={
        "book": Answer(Kind.BOOK, "You stay: the swarm keeps your upload and your copy."),
        "last": Answer(Kind.COSTLY, "You leave with pieces that no other neighbour has: nobody here can finish now."),
        "thanks": Answer(Kind.FINE, "You may leave: nothing pays a seed. {needy} neighbours wait longer."),
    },
    source="lecture: leave selfishly or remain altruistically; BEP 3 prescribes neither",
)

NAME = duty(
    "bittorrent.name",
    "Do you stay {label}, or come back under another name?",
    (SAME, NEW),
    inaction=SAME,
    cases=("in the swarm",),
    answers={
        "book": Answer(Kind.BOOK, "What you gave is remembered under your name, and so is what you did not."),
        "other": Answer(Kind.COSTLY, "Nobody knows your debts any more, nor your gifts: all you get is gambles."),
    },
    source="Feldman et al. 2004, Robust Incentive Techniques for Peer-to-Peer Networks (whitewashing)",
)

CHOICES: tuple[Choice, ...] = (
    UNCHOKE, GAMBLE, CHAIRS, PIECE, ENDGAME, VERIFY, BAN, BLOCK, STAY, NAME,
)  # fmt: skip


def seats_of(asked: Any, labels: Sequence[str]) -> tuple[str, ...]:
    """These labels as an answer to UNCHOKE: in the options' order, no more than there are chairs."""
    chosen = list(labels)[: asked.me.chairs]
    return tuple(label for label in _others(asked) if label in chosen)
