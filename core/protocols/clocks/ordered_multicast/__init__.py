"""Multicasts in an order: replicas of an account apply the same updates in the same order, and on the walls of a forum
no answer hangs before its question.

Problem      several send to all at once, and everybody hears his own first: books that should be equal part. Where that
             does no harm an answer still must not come before what it answers.
Rule         total order: everything said carries a logical time, and a name breaks ties. An update waits in a queue,
             sorted by stamps; whoever gets it acknowledges it to all. The head is applied once everybody has said
             something later: lines keep their order, so nothing older can come. Whoever is silent for too long is
             struck by all who stay, and what any of them holds of him is applied by all. Causal order: a post carries
             how many posts of everybody its author had hung; it is hung as its author's next, when so many hang here.
             No vector knows of a phone: where a cause goes round the network a note names those that it is about, as
             only its author can, and is hung after them.
Simplified   replicas are started all at once and never join later; whoever has passed a stamp counts as having
             acknowledged it, so one who is struck may have applied alone what only he had; two camps cannot strike
             each other, as those who stay must be more than half. Posts are datagrams, of which nobody is sent one
             again unasked; a last one that is lost, and that nobody answers, is missed by nobody.
             What is said on the phone comes as a request, and to ask back takes a fixed time; whom one asks knows.
Source       Lamport 1978 (the queue of requests ordered by stamps); Tanenbaum & van Steen 2e §6.2.1 (totally ordered
             multicast, the account of 1,000 dollars) and §6.2.2 (causal multicast); Birman, Schiper & Stephenson 1991
             §5 (vectors that count sends; flushing before a change); Saltzer, Reed & Clark 1984 and Cheriton & Skeen
             1993 §3 (what is ordered where; causes that no multicast sees).
"""

from __future__ import annotations

from dataclasses import replace

from core.kernel.protocol import Cast, Protocol, State, UnfitNodesError
from core.kernel.scenario import Cut, Happening, LinkSpec, LoseMessage, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.ordered_multicast import (
    forum_choices,
    forum_laws,
    forum_personas,
    phone_choices,
    phone_laws,
    phone_personas,
    replica_choices,
    replica_laws,
    replica_personas,
)
from core.protocols.clocks.ordered_multicast.forum import Reader
from core.protocols.clocks.ordered_multicast.forum_laws import CAUSAL
from core.protocols.clocks.ordered_multicast.forum_messages import Again, Post, Sent, Write
from core.protocols.clocks.ordered_multicast.messages import Ack, Deposit, Interest, Strike, Update
from core.protocols.clocks.ordered_multicast.phone import Caller
from core.protocols.clocks.ordered_multicast.phone_messages import Call, Lacking, Note, Say
from core.protocols.clocks.ordered_multicast.replica import Replica
from core.protocols.clocks.ordered_multicast.replica_laws import SAME
from core.protocols.clocks.ordered_multicast.terms import TERMS
from core.wire.cdr import codec_for


def _admits(cast: Cast) -> None:
    """Two of a kind at least; replicas begin with the same account."""
    for role, names in cast.names.items():
        if len(names) == 1:
            raise UnfitNodesError(f"{names[0]} is alone", names[0], f"two {role}s at least: to whom would it send?")
    kinds = [names for names in cast.names.values() if names]
    if len(kinds) > 1:
        one, other = kinds[0][0], kinds[1][0]
        raise UnfitNodesError(
            f"{one} and {other} understand no word of each other", other, "replicas, or readers, or callers"
        )
    replicas = cast.names["replica"]
    for name in replicas:
        begins, first = cast.parameters[name]["balance"], cast.parameters[replicas[0]]["balance"]
        if begins != first:
            raise UnfitNodesError(
                f"{name} begins with {begins} dollars, and {replicas[0]} with {first}", name, f"balance = {first}"
            )


def _normal(state: State) -> None:
    """Of times everybody knows only what has passed since, and how long anybody has waited changes nothing."""
    state.nameless = True
    for machine, now in zip(state.machines, state.clocks, strict=True):
        if isinstance(machine, Caller):
            machine.since = {name: time - now for name, time in machine.since.items()}
            machine.shelf = [replace(sheet, came=sheet.came - now) for sheet in machine.shelf]
            machine.wall = [replace(sheet, came=0, hung=0) for sheet in machine.wall]
        if isinstance(machine, Replica | Reader):
            machine.waited = 0
            machine.since = {name: time - now for name, time in machine.since.items()}
        if isinstance(machine, Reader):
            machine.shelf = [replace(slip, came=slip.came - now) for slip in machine.shelf]
            machine.hung = [replace(slip, came=0) for slip in machine.hung]
        elif isinstance(machine, Replica):
            machine.queue = [replace(card, came=card.came - now) for card in machine.queue]
            machine.past = [replace(card, came=0) for card in machine.past]


_MESSAGES = (Update, Ack, Strike, Post, Again, Sent, Note, Lacking)
_ROOM = Protocol(
    name="ordered_multicast",
    title="Ordered multicast",
    terms=TERMS,
    roles={"replica": Replica, "reader": Reader, "caller": Caller},
    messages=_MESSAGES,
    codec=codec_for(*_MESSAGES),
    choices=(*replica_choices.CHOICES, *forum_choices.CHOICES, *phone_choices.CHOICES),
    personas=(*replica_personas.PERSONAS, *forum_personas.PERSONAS, *phone_personas.PERSONAS),
    laws=(*replica_laws.LAWS, *forum_laws.LAWS, *phone_laws.LAWS),
    measures=(*replica_laws.MEASURES, *forum_laws.MEASURES, *phone_laws.MEASURES),
    requests={"deposit": Deposit, "interest": Interest, "write": Write, "say": Say, "call": Call},
    service="stream",
    normal=_normal,
    admits=_admits,
)

_WAYS = {("NY", "SF"): 35, ("NY", "RO"): 45, ("RO", "SF"): 75}
"""How long letters take between three cities, in ms."""


def _scenario(name: str, cities: tuple[str, ...], count: int, *happenings: Happening, patience: int = 0) -> Scenario:
    """An account in these cities, in which so many updates come to everybody who is not struck; only NY ever begins to
    strike, after so many ms."""
    links = {
        pair: LinkSpec(latency=ms * MILLISECOND) for (a, b), ms in _WAYS.items() for pair in ((a, b), (b, a))
        if {a, b} <= set(cities)
    }  # fmt: skip
    return Scenario(
        name=name,
        protocols={"ordered_multicast": _ROOM},
        nodes=tuple(
            NodeSpec(city, "ordered_multicast", "replica", {"patience": patience * MILLISECOND if city == "NY" else 0})
            for city in cities
        ),
        links=links,
        happenings=happenings,
        win=(_ROOM.goal(f"{count} updates are applied at every replica that is not struck"), _ROOM.goal(SAME)),
        limit=5 * SECOND,
    )


def _at(ms: int, city: str, *, add: int = 0, percent: int = 0) -> Request:
    return Request(ms * MILLISECOND, city, Interest(percent) if percent else Deposit(add))


def _forum(name: str, count: int, *happenings: Happening, wrong: str = "") -> Scenario:
    """Three members, p1's letters to p3 slow: so many posts come to p3. `wrong`: who counts receipts, too."""
    return Scenario(
        name=name,
        protocols={"ordered_multicast": _ROOM},
        nodes=tuple(
            NodeSpec(member, "ordered_multicast", "reader", {"receipts": member == wrong}) for member in _MEMBERS
        ),
        links={("p1", "p3"): LinkSpec(latency=SECOND)},
        default_link=LinkSpec(latency=200 * MILLISECOND),
        happenings=happenings,
        win=(_ROOM.goal(f"p3 has hung {count} posts"), _ROOM.goal(CAUSAL)),
        limit=20 * SECOND,
    )


def _writes(ms: int, member: str, words: str) -> Request:
    return Request(ms * MILLISECOND, member, Write(words))


def _phoned(name: str, count: int, *happenings: Happening) -> Scenario:
    """ana, kim and moe, ana's letters to moe slow: so many notes of kim's are to hang everywhere, each in its sense."""
    return Scenario(
        name=name,
        protocols={"ordered_multicast": _ROOM},
        nodes=tuple(NodeSpec(member, "ordered_multicast", "caller") for member in ("ana", "kim", "moe")),
        links={("ana", "moe"): LinkSpec(latency=2 * SECOND)},
        default_link=LinkSpec(latency=200 * MILLISECOND),
        happenings=happenings,
        win=(
            _ROOM.goal(f"{count} notes of kim hang on every wall"),
            _ROOM.goal("no note of kim hangs before what it is about"),
        ),
        limit=20 * SECOND,
    )


def _says(ms: int, member: str, words: str, *about: str) -> Request:
    return Request(ms * MILLISECOND, member, Say(words, about))


def _phones(ms: int, caller: str, words: str, note: str = "") -> Request:
    return Request(ms * MILLISECOND, "kim", Call(caller, words, note))


_MEMBERS = ("p1", "p2", "p3")
_ALL = ("SF", "NY", "RO")
PROTOCOL = _ROOM.with_scenarios(
    _scenario("two updates cross", ("SF", "NY"), 2, _at(1, "SF", add=100), _at(1, "NY", percent=1)),
    _scenario(
        "an older one is still under way, and a later stamp stands for a lamp", _ALL, 5,
        _at(300, "SF", add=100), _at(300, "RO", percent=1), _at(301, "RO", add=-40), _at(600, "NY", add=5),
        _at(602, "SF", percent=2),
    ),
    _scenario(
        "somebody is cut off between two letters", _ALL, 6,
        _at(300, "SF", add=100), _at(400, "NY", add=1), _at(500, "RO", percent=1),
        Cut(800 * MILLISECOND, (("RO", "NY"), ("NY", "RO"))), _at(801, "RO", add=-40), _at(802, "NY", percent=2),
        Cut(803 * MILLISECOND, (("RO", "SF"), ("SF", "RO"))), _at(880, "SF", add=7),
        patience=320,
    ),
    _forum("an answer comes first", 2, _writes(1, "p1", "who?"), _writes(400, "p2", "me")),
    _forum(
        "one is lost, and one counts receipts", 6,
        _writes(1, "p1", "who?"), _writes(400, "p2", "me"), _writes(3000, "p1", "when?"), _writes(3500, "p1", "where?"),
        _writes(6000, "p2", "here"), _writes(7000, "p2", "now"),
        LoseMessage("p1", "p3", "Post", 2), wrong="p2",
    ),
    _phoned(
        "a phone no network sees", 1,
        _says(1, "ana", "on"), _phones(300, "ana", "on", "ana.1"), _says(301, "kim", "eat", "ana.1"),
    ),
    _phoned(
        "read, or heard, or neither, and one of a caller's is not here", 5,
        _says(1, "ana", "on"), _says(2, "moe", "film?"), _phones(600, "ana", "on", "ana.1"),
        _says(601, "kim", "eat", "ana.1"), _says(1000, "kim", "yes", "moe.1"), _says(1500, "moe", "rain"),
        _phones(2000, "moe", "rain"), _says(2001, "kim", "nice"), _says(4000, "ana", "off"),
        _phones(4001, "ana", "off", "ana.2"), _says(4002, "kim", "late", "ana.2"), _says(9000, "moe", "cup?"),
        _says(9001, "ana", "pan?"), _says(9500, "kim", "both", "ana.3", "moe.3"),
        LoseMessage("ana", "moe", "Note", 2),
    ),
)  # fmt: skip
