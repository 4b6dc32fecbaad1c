"""Named wrong or selfish peers and trackers: the opponents, the suspects and the faults to be found."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.kernel.time import SECOND
from core.protocols.peers.bittorrent.choices import (
    BLOCK,
    CROWD,
    GAMBLE,
    KEEP,
    LEAVE,
    NEW,
    NOBODY,
    NOISE,
    SAME,
    STORED,
    UNCHOKE,
    WAIT,
    seats_of,
)
from core.protocols.peers.bittorrent.picking import SOURCES, WISH, WISHES

HASH_LAW = "no piece is kept that fails its hash"


def _nobody(asked: Asked) -> tuple[str, ...]:
    return ()


def _whoever_gave(asked: Asked) -> tuple[str, ...]:
    """The best givers, as the book has it, but nobody on trust."""
    return tuple(label for label in asked.book if asked.me.worth(label, asked.now))


def _friends(asked: Asked) -> tuple[str, ...]:
    """Its friends, and if it has none here, the first in the alphabet."""
    labels = asked.me.labels()
    friends = [label for label in labels if label in asked.me.friends] or sorted(labels)
    return seats_of(asked, friends)


def _everybody(asked: Asked) -> tuple[str, ...]:
    return seats_of(asked, asked.me.labels())


def _last_second(asked: Asked) -> tuple[str, ...]:
    eligible = asked.me.eligible(asked.now)
    return seats_of(asked, sorted(eligible, key=lambda label: -asked.me.worth(label, asked.now, SECOND)))


def _neediest(asked: Asked) -> tuple[str, ...]:
    """Those who have least, whatever they gave."""
    me = asked.me
    wanting = [label for label in me.labels() if me.wants_us(label)]
    return seats_of(asked, sorted(wanting, key=lambda label: me.neighbour(label).has.bit_count()))


def _charming(asked: Asked) -> tuple[str, ...]:
    """Those who have most, whatever they gave."""
    me = asked.me
    wanting = [label for label in me.labels() if me.wants_us(label)]
    return seats_of(asked, sorted(wanting, key=lambda label: -me.neighbour(label).has.bit_count()))


def _old_face(asked: Asked) -> str:
    """Whoever it gambled on before, as long as that one waits."""
    waiting = asked.me.standing()
    tried = [label for label in waiting if label in asked.me.gambled]
    face: str = (tried or waiting or [NOBODY])[0]
    return face


def _commonest(asked: Asked) -> int:
    pieces: list[int] = asked.me.choosable(asked.peer)
    return max(pieces, key=lambda index: asked.me.availability[index])


def _in_order(asked: Asked) -> int:
    first: int = asked.me.choosable(asked.peer)[0]
    return first


def _first_come(asked: Asked) -> tuple[str, ...]:
    known: tuple[str, ...] = asked.me.known(asked.peer)
    return known[: min(5, asked.me.hands)]


def _one(asked: Asked) -> tuple[str, ...]:
    known: tuple[str, ...] = asked.me.known(asked.peer)
    return known[-1:] if asked.me.hands else ()


def _fresh_name(asked: Asked) -> str:
    """A new name as soon as hardly anybody gives to the old one."""
    return SAME if sum(neighbour.unchokes for neighbour in asked.me.ready()) > 1 else NEW


def _first_list(asked: Asked) -> Value:
    """The list of the beginning, as far as it still may be said."""
    me = asked.me
    if me.listed is None:
        return WISH.book(asked)
    return tuple(index for index in me.wish if index in me.missing())


def _sly(asked: Asked) -> str:
    late = 2 * asked.piece >= asked.me.pieces
    return NOISE if late and asked.piece % 2 else STORED


def _one_by_one(asked: Asked) -> Value:
    """Whoever comes next, alone, until one is found out; then all others."""
    me, labels = asked.me, list(asked.me.labels())
    suspects = [label for label in labels if label in me.suspects]
    if me.bad_pieces and suspects:
        return tuple(suspects[:1])
    return tuple(label for label in labels if label not in me.convicted)


def _cleared(asked: Asked) -> Value:
    """All, until a piece is bad; then whoever is next, and for good those who once sent a good piece."""
    me, labels = asked.me, asked.me.labels()
    good = {label for _, sources, well in me.results if well for label in sources}
    cleared = tuple(label for label in labels if label in good)
    return cleared or (tuple(labels) if not me.bad_pieces else tuple(labels[me.bad_pieces % len(labels) :][:1]))


PERSONAS = (
    Persona(
        "free-rider",
        "takes what it gets and gives nobody anything",
        {UNCHOKE.name: _nobody, GAMBLE.name: lambda asked: NOBODY, "bittorrent.stay": lambda asked: LEAVE},
    ),
    Persona(
        "whitewasher",
        "gives nothing, and comes back under a new name to live on the gambles for newcomers",
        {
            UNCHOKE.name: _nobody,
            GAMBLE.name: lambda asked: NOBODY,
            "bittorrent.name": _fresh_name,
            "bittorrent.stay": lambda asked: LEAVE,
        },
    ),
    Persona("friend-seater", "seats its friends, whatever they give", {UNCHOKE.name: _friends}),
    Persona("charmed", "seats those who have most, whatever they give", {UNCHOKE.name: _charming}),
    Persona(
        "seats all",
        "lets everybody download at once",
        {UNCHOKE.name: _everybody, "bittorrent.chairs": lambda asked: CROWD},
    ),
    Persona("never gambles", "keeps to those it knows", {GAMBLE.name: lambda asked: NOBODY}),
    Persona(
        "suspicious",
        "gives nobody anything who has not given first",
        {UNCHOKE.name: _whoever_gave, GAMBLE.name: lambda asked: NOBODY},
    ),
    Persona("gambles on old faces", "gambles again on those it gambled on before", {GAMBLE.name: _old_face}),
    Persona("re-ranks by the last second", "takes one second for a rate", {UNCHOKE.name: _last_second}),
    Persona("altruist", "seats those who have least, whatever they give", {UNCHOKE.name: _neediest}),
    Persona("poisoner", "sends noise for pieces", {"bittorrent.block": lambda asked: NOISE}),
    Persona(
        "trusting",
        "keeps every piece, whatever its hash",
        {"bittorrent.verify": lambda asked: KEEP},
        fault=HASH_LAW,
    ),
    Persona("forgiving", "throws bad pieces away and bans nobody", {"bittorrent.ban": lambda asked: NOBODY}),
    Persona("bans at sight", "bans the first suspect", {"bittorrent.ban": lambda asked: asked.sources[0]}),
    Persona(
        "in order",
        "asks for the pieces in their order",
        {"bittorrent.piece": _in_order, WISH.name: lambda asked: tuple(asked.me.missing()[:WISHES])},
    ),
    Persona("the common first", "asks for the piece that most have", {"bittorrent.piece": _commonest}),
    Persona("never looks again", "keeps its first list of wishes", {WISH.name: _first_list}),
    Persona("sly poisoner", "lies in every second piece of the last half", {BLOCK.name: _sly}),
    Persona("asks all", "takes every piece from everybody", {SOURCES.name: lambda asked: ()}),
    Persona("one by one", "takes a piece from a single suspect each", {SOURCES.name: _one_by_one}),
    Persona("trusts one good piece", "asks nobody but those who are cleared", {SOURCES.name: _cleared}),
    Persona("waits at the end", "asks nobody twice for the last blocks", {"bittorrent.endgame": lambda asked: WAIT}),
    Persona("hit and run", "leaves as soon as it has the file", {"bittorrent.stay": lambda asked: LEAVE}),
    Persona("same five", "a tracker that names the five that came first", {"bittorrent.handout": _first_come}),
    Persona("the newest only", "a tracker that names the last one that came", {"bittorrent.handout": _one}),
)
