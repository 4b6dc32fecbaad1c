"""A scenario: a level compiled to plain data. Everything a world is made from, but for the answers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain
from typing import Any, TypeAlias

from core.kernel.bets import Bet
from core.kernel.claims import Claim
from core.kernel.data import canonical
from core.kernel.dice import Dice
from core.kernel.laws import BoundLaw, Measure
from core.kernel.protocol import Protocol
from core.kernel.suspects import INSPECTOR, Inspector
from core.kernel.time import MILLISECOND, SECOND

NETWORK = "network"
"""The name under which the network is asked for the fate of packets."""

DRIFT = "drift"
"""The name under which a wave changes how fast a node's clock runs; no parameter of a room is called so."""


@dataclass(frozen=True)
class NodeSpec:
    """One node. `drift` in parts per million, `clock` (µs) what its clock is ahead by, `up` and `down` its access
    rates in bit/s (None: no limit), `starts` true µs; `router` nodes only forward; `outside` nodes run nothing: they
    stand for whoever is at the other end of a live transport, and speak the messages of `protocol`. Of an `unannounced`
    node no other was told."""

    name: str
    protocol: str = ""
    role: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    clock: int = 0
    drift: int = 0
    up: int | None = None
    down: int | None = None
    starts: int = 0
    router: bool = False
    outside: bool = False
    unannounced: bool = False


@dataclass(frozen=True)
class LinkSpec:
    """The physics of one one-way link: latency µs, rate bit/s (None: no limit), queue of waiting packets, mtu bytes."""

    latency: int = 40_000
    rate: int | None = None
    queue: int | None = None
    mtu: int | None = None


@dataclass(frozen=True)
class DiceSpec:
    """Chance as the network's seat: probabilities of loss, of a second copy and of flipped bits; extra delay in µs."""

    loss: float = 0.0
    duplicate: float = 0.0
    garble: float = 0.0
    jitter: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class NetworkSeat:
    """The network as a search's seat: what may befall packets, each of which is asked about, how often, on which links.
    A person in the network's chair has a hand instead.

    `budget` counts each of "lost", "twice", "late", "garbled"; one that is missing may not be done at all.
    `late` is the extra delay (µs) of late packets, second copies. `only`: (source, destination) pairs; () for all.
    """

    budget: Mapping[str, int] = field(default_factory=dict)
    late: int = 200_000
    only: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Hand:
    """The network's hand, a person's (or a search's): what may be done to packets on their way, to nodes, links and
    clocks, and how often. See core.kernel.hand.

    pockets     how many packets may be held at a time; `takes`: how many may be taken at all (None: any number).
    hold        µs after which what is held flies on (None: it may be held to the end, which loses it).
    lose, copy, garble, crash, cut, push_clock
                how often.
    only        (source, destination) pairs of the packets meant; () for all.
    back        µs after which a node that was crashed comes back (None: never); `heals`: the same of a cut link.
    push        µs by which a clock may be pushed at most, forth or back.
    since       µs from which on anything may be done.
    acts        how often anything may be done, all acts together but for letting go (None: each as often as it says).
    """

    pockets: int = 0
    takes: int | None = None
    hold: int | None = None
    lose: int = 0
    copy: int = 0
    garble: int = 0
    crash: int = 0
    cut: int = 0
    push_clock: int = 0
    only: tuple[tuple[str, str], ...] = ()
    back: int | None = SECOND
    heals: int | None = SECOND
    push: int = 300 * MILLISECOND
    since: int = 0
    acts: int | None = None


@dataclass(frozen=True)
class Side:
    """A world beside the first, fed by the same seed, requests and blows: every act of the network's hand hits its
    packet there, too. The fair trap's second row is one that must keep laws.

    name        what it is called on the screen.
    book        there everybody plays by the book; else who sits where is the same, but for `seats`.
    seats       node → persona that sits there instead.
    parameters  node → parameters that are others there.
    kept        (node, choice, value): how the player's node answers there; the rest of it plays by the book.
    keeps       laws that this row must keep to its end, or the trap is none; None: nothing comes of what happens there.
    """

    name: str = ""
    book: bool = False
    seats: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kept: tuple[tuple[str, str, Any], ...] = ()
    keeps: tuple[BoundLaw, ...] | None = None


# Happenings: they outrank every seat.


@dataclass(frozen=True)
class Crash:
    """The node stops at `at`, or between two effects: after `effects` more of them. Back after `back` µs."""

    at: int
    node: str
    back: int | None = None
    effects: int | None = None


STRIKES = ("save", "send", "deliver")
"""Effects before or after which a node can be struck."""


@dataclass(frozen=True)
class Strike:
    """The node stops just before, or just after, the n-th time that it does something, counted from `at` on. Back after
    `back` µs.

    effect  one of STRIKES.
    what    of what is saved the key (or the first part of it), of what is sent the message's type; "": anything.
    """

    node: str
    effect: str
    what: str = ""
    before: bool = False
    nth: int = 1
    at: int = 0
    back: int | None = None


@dataclass(frozen=True)
class Cut:
    """Nothing passes from source to destination (each pair one way), from `at`, for `length` µs (None: for ever)."""

    at: int
    pairs: tuple[tuple[str, str], ...]
    length: int | None = None


@dataclass(frozen=True)
class Wave:
    """Physics change from `at` on, for `length` µs (None: for ever): of links (each pair one way), or of a node.

    changes  (name, value): of links latency (µs), rate (bit/s, None: no limit), queue, and loss (so many of 1,000
             datagrams are lost); of a node its parameters, and the drift of its clock (parts per million). What a link
             has under way keeps the time that it had.
    """

    at: int
    changes: tuple[tuple[str, Any], ...]
    pairs: tuple[tuple[str, str], ...] = ()
    node: str = ""
    length: int | None = None


@dataclass(frozen=True)
class Mark:
    """The moment at which the first message of this type, and of this `Protocol.twin_key`, or in which these fields are
    so, is sent as a datagram."""

    source: str
    destination: str
    message: str
    key: tuple[Any, ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class MarkedWave:
    """Physics of links (each pair one way) change when one message is sent, that one included, until another is,
    however soon the run gets there, or for `length` µs. `changes` as of a Wave; with neither it is for ever."""

    begins: Mark
    ends: Mark | None
    changes: tuple[tuple[str, Any], ...]
    pairs: tuple[tuple[str, str], ...]
    length: int | None = None


@dataclass(frozen=True)
class Lose:
    """The n-th packet from source to destination (counted from 1) is lost, or comes twice, or late, or garbled."""

    source: str
    destination: str
    nth: int
    fate: str = "lost"
    late: int = 200_000


@dataclass(frozen=True)
class LoseMessage:
    """The n-th message of this type from source to destination (counted from 1, from the time `after` on) is lost, or
    comes twice, or late, or garbled. On streams nothing is lost: only what is sent as a datagram counts."""

    source: str
    destination: str
    message: str
    nth: int = 1
    fate: str = "lost"
    late: int = 200_000
    after: int = 0


@dataclass(frozen=True)
class LoseAlike(LoseMessage):
    """The same of the n-th message among those that are alike: of this type, and of this `Protocol.twin_key`."""

    key: tuple[Any, ...] = ()


@dataclass(frozen=True)
class LoseWhere(LoseMessage):
    """The same of the n-th message of this type in which these fields are so: (name, value)."""

    fields: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class ClockJump:
    """The node's clock jumps by `by` µs."""

    at: int
    node: str
    by: int


@dataclass(frozen=True)
class Request:
    """The user above the node asks for something."""

    at: int
    node: str
    request: Any


@dataclass(frozen=True)
class Forge:
    """A datagram appears that nobody in the scenario sent: an old duplicate, a forgery. Arrives at `at`."""

    at: int
    source: str
    destination: str
    message: Any


@dataclass(frozen=True)
class Arrival:
    """Something came in from outside, through the node `source` that stands for whoever sent it: the journal's unit.

    what        "datagram" (`data`: the bytes of one), "open", "data" (`data`: the bytes of one message on a stream),
                "end" (nothing more will come, but our node may still speak until it closes), "close" or "reset"; or
                "start": nothing came, those outside are there, and our node starts only now.
    connection  the name of the stream, for all but datagrams and a start.
    """

    at: int
    source: str
    destination: str
    what: str
    data: bytes = b""
    connection: str = ""


ARRIVALS = ("datagram", "open", "data", "end", "close", "reset", "start")

Happening: TypeAlias = (
    Crash | Strike | Cut | Wave | MarkedWave | Lose | LoseMessage | ClockJump | Request | Forge | Arrival
)


@dataclass(frozen=True)
class PlayerSeat:
    """What of a node is the player's: choice names (without or with the protocol's prefix)."""

    node: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Par:
    """The par of one measure: a fixed number, or the book's own figure on the same seed plus a percentage."""

    measure: Measure
    number: int | None = None
    over_book: int = 0


@dataclass(frozen=True)
class Spread:
    """A packet's number that another seed changes: the Lose (or LoseMessage) at `place` of the happenings strikes one
    of `numbers`. Or the time (µs) of a Wave.

    home    the level's own seed, on which it is the first of them.
    part    what the number is: "nth", of a LoseAlike the "key", which has this one part, of a LoseWhere a field, of a
            Wave "at". Waves whose times lie equally far from their first come later together.
    """

    place: int
    numbers: tuple[int, ...]
    home: int
    part: str = "nth"

    @property
    def lateness(self) -> tuple[int, ...]:
        """By how much each of the numbers is more than the first."""
        return tuple(number - self.numbers[0] for number in self.numbers)

    def struck(self, lose: Happening, number: int) -> Happening:
        """The happening as it is with this number."""
        if self.part == "at":
            assert isinstance(lose, Wave)
            return replace(lose, at=number)
        assert isinstance(lose, Lose | LoseMessage)
        if self.part == "key":
            assert isinstance(lose, LoseAlike)
            return replace(lose, key=(number,))
        if isinstance(lose, LoseWhere) and self.part != "nth":
            return replace(lose, fields=tuple((name, number if name == self.part else v) for name, v in lose.fields))
        return replace(lose, nth=number)

    def number(self, seed: int) -> int:
        """Which packet, or time, it is on this seed."""
        if seed == self.home:
            return self.numbers[0]
        if self.part == "at":
            return self.numbers[0] + Dice(seed, "later").pick(self.lateness)
        return Dice(seed, "spread", self.place).pick(self.numbers)


@dataclass(frozen=True)
class Swap:
    """Nodes that change places on another seed: who is fast, who comes late, who cheats is another one then.

    home    the level's own seed, on which everybody is who the file says.
    """

    names: tuple[str, ...]
    home: int

    def places(self, seed: int) -> tuple[str, ...]:
        """Whose place each of the names takes on this seed, in their order."""
        if seed == self.home:
            return self.names
        return tuple(Dice(seed, "swap", *self.names).sample(self.names, len(self.names)))


@dataclass(frozen=True)
class Scenario:
    """Everything a world is made from.

    protocols   the rooms used, by name.
    nodes       in order; the order breaks ties at the start.
    links       physics by (source, destination); `default_link` for all other pairs, or no link at all if None.
    seats       node → persona name, for nodes that do not play by the book.
    player      the player's choices, node by node.
    network     chance (DiceSpec), a search's seat (NetworkSeat), or None: each packet arrives as sent.
    win, lose   laws: won when every `eventually`/`sometimes` of win has been reached (or at the limit if there are only
                `always` laws); lost as soon as one of `lose` holds or an `always` of win is broken.
    limit       virtual µs after which the run ends.
    spreads     which of the happenings strike another packet on another seed.
    hand        what the player may do in the network's chair; goes with chance (DiceSpec) or none.
    decided     is whoever has the player's seat asked what chance decides at the nodes, too, and may the record say in
                what order simultaneous events came, and who crashed and came back? For the explorer, and for a run that
                it found.
    swaps       which nodes change places on another seed: parameters, start, clock, bandwidth, persona.
    sides       worlds beside this one; of a fair trap (it goes with a hand) one that must keep its laws, or the run is
                not won.
    claim       may the hand swear that it can do nothing, and who knows?
    bets        what the player may wager on, and `chips`: on how many things in all.
    inspector   whom the player judges, if that is the chair: then that decides how the run ends, not `win`.
    """

    name: str
    protocols: Mapping[str, Protocol]
    nodes: tuple[NodeSpec, ...]
    links: Mapping[tuple[str, str], LinkSpec] = field(default_factory=dict)
    default_link: LinkSpec | None = LinkSpec()
    seats: Mapping[str, str] = field(default_factory=dict)
    player: tuple[PlayerSeat, ...] = ()
    network: DiceSpec | NetworkSeat | None = None
    happenings: tuple[Happening, ...] = ()
    win: tuple[BoundLaw, ...] = ()
    lose: tuple[BoundLaw, ...] = ()
    limit: int = 60 * SECOND
    seed: int = 1
    par: tuple[Par, ...] = ()
    spreads: tuple[Spread, ...] = ()
    hand: Hand | None = None
    decided: bool = False
    swaps: tuple[Swap, ...] = ()
    sides: tuple[Side, ...] = ()
    claim: Claim | None = None
    bets: tuple[Bet, ...] = ()
    chips: int = 0
    inspector: Inspector | None = None

    def reseeded(self, seed: int) -> Scenario:
        """The same scenario with another seed."""
        nodes, seats, sides = self._cast(seed)
        return replace(self, seed=seed, happenings=self._spread(seed), nodes=nodes, seats=seats, sides=sides)

    @property
    def variant(self) -> Hashable:
        """What another seed changes beside the dice: two seeds with the same are alike where no die is thrown."""
        dealt = () if self.inspector is None else tuple(self.seats.items())
        return self.happenings, tuple(swap.places(self.seed) for swap in self.swaps), dealt

    def _cast(self, seed: int) -> tuple[tuple[NodeSpec, ...], Mapping[str, str], tuple[Side, ...]]:
        """The nodes, their personas, and who is another in the worlds beside, as they are on this seed."""
        if self.inspector is not None and seed != self.seed:
            return self.nodes, self._dealt(self.inspector, seed), self.sides
        if not self.swaps or seed == self.seed:
            return self.nodes, self.seats, self.sides
        taken = {name: name for name in (node.name for node in self.nodes)}
        for swap in self.swaps:
            now_in = dict(zip(swap.places(self.seed), swap.names, strict=True))
            taken |= {name: now_in[place] for name, place in zip(swap.names, swap.places(seed), strict=True)}
        specs = {node.name: node for node in self.nodes}
        nodes = tuple(replace(specs[taken[node.name]], name=node.name) for node in self.nodes)
        seats = {name: self.seats[place] for name, place in taken.items() if place in self.seats}
        sides = tuple(
            replace(
                side,
                parameters={name: side.parameters[place] for name, place in taken.items() if place in side.parameters},
                seats={name: side.seats[place] for name, place in taken.items() if place in side.seats},
            )
            for side in self.sides
        )
        return nodes, seats, sides

    def _dealt(self, inspector: Inspector, seed: int) -> Mapping[str, str]:
        """The personas as they are dealt on this seed: the suspects change places."""
        nodes = [suspect.nodes for suspect in inspector.suspects]

        def order(of: int) -> list[int]:
            places = range(len(nodes))
            return list(places) if of == inspector.home else Dice(of, "suspects").sample(places, len(nodes))

        home = dict(zip(order(self.seed), nodes, strict=True))
        seats = {name: persona for name, persona in self.seats.items() if inspector.suspect_of(name) is None}
        for place, names in zip(order(seed), nodes, strict=True):
            pairs = zip(names, home[place], strict=True)
            seats |= {name: self.seats[was] for name, was in pairs if was in self.seats}
        return seats

    def _spread(self, seed: int) -> tuple[Happening, ...]:
        """The happenings as they are on this seed."""
        happenings = list(self.happenings)
        for spread in self.spreads:
            happenings[spread.place] = spread.struck(happenings[spread.place], spread.number(seed))
        return tuple(happenings)

    def unclaimed(self) -> Scenario:
        """The same, and nothing may be sworn."""
        return replace(self, claim=None)

    @property
    def twin(self) -> Side | None:
        """The second row of a fair trap; None if there is none."""
        return next((side for side in self.sides if side.keeps is not None), None)

    def beside(self, side: Side) -> Scenario:
        """The world beside this one."""
        changed = side.parameters
        nodes = tuple(
            replace(node, parameters={**node.parameters, **changed[node.name]}) if node.name in changed else node
            for node in self.nodes
        )
        seats = {} if side.book else {**self.seats, **side.seats}
        player = tuple(seat for seat in self.player if seat.node not in side.seats)
        goals = (self.win, self.lose, self.par) if side.keeps is None else (side.keeps, (), ())
        win, lose, par = goals
        return replace(self, nodes=nodes, seats=seats, player=player, win=win, lose=lose, par=par, sides=())

    @property
    def seat_of_player(self) -> str:
        """The player's node; "network" if the player is the network, "inspector", "" if nobody plays."""
        if self.player:
            return self.player[0].node
        if self.inspector is not None:
            return INSPECTOR
        return NETWORK if self.hand is not None or isinstance(self.network, NetworkSeat) else ""

    @property
    def live(self) -> bool:
        """Is somebody outside part of it? Then no question stops the world: those outside do not wait."""
        return any(node.outside for node in self.nodes)

    def digest(self, journal: Iterable[Arrival] = ()) -> str:
        """SHA-256 (hex) over the scenario, not over the level's texts; the seed is not part of it.

        `journal`: what came from outside, taken for the last of its happenings without being kept.
        """
        happenings = self._spread(self.spreads[0].home) if self.spreads else self.happenings
        home = self.swaps[0].home if self.swaps else self.seed
        nodes, seats, sides = self._cast(home if self.inspector is None else self.inspector.home)
        before = (
            tuple((name, protocol.rules) for name, protocol in sorted(self.protocols.items())),
            tuple(
                (n.name, n.protocol, n.role, dict(n.parameters), n.clock, n.drift, n.up, n.down, n.starts, n.router)
                + (("outside",) if n.outside else ())
                + (("unannounced",) if n.unannounced else ())
                for n in nodes
            ),
            {pair: (link.latency, link.rate, link.queue, link.mtu) for pair, link in self.links.items()},
            None if self.default_link is None else canonical(self.default_link),
            dict(seats),
            tuple((seat.node, seat.choices) for seat in self.player),
            _network_parts(self.network),
        )
        after = (
            tuple(law.text for law in self.win),
            tuple(law.text for law in self.lose),
            self.limit,
            *(
                (spread.place, spread.numbers, *([] if spread.part == "nth" else [spread.part]))
                for spread in self.spreads
            ),
            *(() if self.hand is None else (_hand_bytes(self.hand),)),
            *(("decided",) if self.decided else ()),
            *(("swap", *swap.names) for swap in self.swaps),
            *(_side_parts(side) for side in sides),
            *(() if self.claim is None else (("claim", self.claim.bound),)),
            *((("bets", self.chips, *(bet.name for bet in self.bets)),) if self.bets else ()),
            *(() if self.inspector is None else (self.inspector.parts(),)),
        )
        # The canonical bytes of one tuple: the former, the happenings' own bytes, the latter.
        total = sha256(canonical(before)[:-1] + b"(")
        for happening in chain(happenings, journal):
            total.update(canonical(canonical(happening)))
        total.update(b")" + canonical(after)[1:])
        return total.hexdigest()


def _hand_bytes(hand: Hand) -> bytes:
    """A budget for all acts together is the last field, and came last: where there is none the bytes are as before."""
    whole = canonical(hand)
    return whole if hand.acts is not None else whole.removesuffix(canonical(None) + b"}") + b"}"


def _side_parts(side: Side) -> Any:
    changed = {node: dict(values) for node, values in side.parameters.items()}
    if side.keeps is not None:
        return ("twin", side.book, changed, tuple(law.text for law in side.keeps))
    return ("beside", side.book, dict(side.seats), changed, side.kept)


def _network_parts(network: DiceSpec | NetworkSeat | None) -> Any:
    if isinstance(network, DiceSpec):
        return (
            "dice",
            *(round(p * 1_000_000) for p in (network.loss, network.duplicate, network.garble)),
            network.jitter,
        )
    if isinstance(network, NetworkSeat):
        return ("seat", dict(network.budget), network.late, network.only)
    return None
