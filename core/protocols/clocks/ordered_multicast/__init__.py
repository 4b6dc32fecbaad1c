"""Multicasts in an order: replicas of an account that all apply the same updates in the same order.

Problem      several send to all at once, and everybody hears his own first: books that should be equal part.
Rule         everything said carries a logical time, and a name breaks ties. An update waits in a queue, sorted by
             stamps; whoever gets it acknowledges it to all. The head is applied once everybody has said something
             later: lines keep their order, so nothing older can come. Whoever is silent for too long is struck by all
             who stay, and what any of them holds of him is applied by all.
Simplified   replicas are started all at once and never join later; whoever has passed a stamp counts as having
             acknowledged it, so one who is struck may have applied alone what only he had; two camps cannot strike
             each other, as those who stay must be more than half.
Source       Lamport 1978 (the queue of requests ordered by stamps); Tanenbaum & van Steen 2e §6.2.1 (totally ordered
             multicast, the account of 1,000 dollars); Birman, Schiper & Stephenson 1991 §5 (flushing before a change).
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol, State, UnfitNodesError
from core.kernel.scenario import Cut, Happening, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.ordered_multicast.messages import Ack, Deposit, Interest, Strike, Update
from core.protocols.clocks.ordered_multicast.replica import Card, Replica
from core.protocols.clocks.ordered_multicast.replica_choices import CHOICES
from core.protocols.clocks.ordered_multicast.replica_laws import LAWS, MEASURES, SAME
from core.protocols.clocks.ordered_multicast.replica_personas import PERSONAS
from core.protocols.clocks.ordered_multicast.terms import TERMS
from core.wire.cdr import codec_for


def _admits(cast: Cast) -> None:
    """Two at least, who begin with the same account."""
    names = cast.names["replica"]
    if len(names) == 1:
        raise UnfitNodesError(f"{names[0]} is alone", names[0], "two replicas at least: to whom would it send?")
    for name in names:
        begins, first = cast.parameters[name]["balance"], cast.parameters[names[0]]["balance"]
        if begins != first:
            raise UnfitNodesError(
                f"{name} begins with {begins} dollars, and {names[0]} with {first}", name, f"balance = {first}"
            )


def _normal(state: State) -> None:
    """Of times a replica knows only what has passed since, and how long customers have waited changes nothing."""
    state.nameless = True
    for machine, now in zip(state.machines, state.clocks, strict=True):
        if isinstance(machine, Replica):
            machine.waited = 0
            machine.since = {name: time - now for name, time in machine.since.items()}
            machine.queue = [Card(card.stamp, card.dollars, card.percent, card.came - now) for card in machine.queue]
            machine.past = [Card(card.stamp, card.dollars, card.percent, 0) for card in machine.past]


_MESSAGES = (Update, Ack, Strike)
_ROOM = Protocol(
    name="ordered_multicast",
    title="Ordered multicast",
    terms=TERMS,
    roles={"replica": Replica},
    messages=_MESSAGES,
    codec=codec_for(*_MESSAGES),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"deposit": Deposit, "interest": Interest},
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
)  # fmt: skip
