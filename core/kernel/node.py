"""What a world is made of: its nodes, its open questions, its recorded answers, its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from core.kernel.chance import WorldAsked
from core.kernel.choice import Choice, Persona, Value
from core.kernel.data import clone
from core.kernel.effects import Key
from core.kernel.protocol import Envelope, Machine, Protocol
from core.kernel.scenario import NodeSpec, Strike
from core.kernel.seats import Book, Seat
from core.kernel.time import LocalClock

BOOK = Book()
"""Who sits where nobody else does."""


@dataclass(frozen=True, slots=True)
class Question:
    """An open question: the event, the answers so far, and what is asked. `stops`: the world waits for it."""

    number: int
    """Unique in its world and the world's forks."""
    asked: WorldAsked
    node: str
    kind: str
    payload: tuple[Any, ...]
    cause: int
    given: tuple[Value, ...]
    stops: bool
    opened: int
    """The event (see World.count) that asked."""
    deadline: int | None = None
    """True time at which inaction is taken."""
    fallback: Value = None
    """What inaction will be: decided when asked."""
    came: int = 0
    """What the node's clock read when the event came."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One recorded answer: after which event, at what true time, by name and value. `how`: answer, move,
    keep or bet.

    In a run that is decided (see `Scenario.decided`) also one of ACTS: "order": the event at place `value` of those
    that are simultaneous comes first; "crash": the node stops, and comes back after `value` µs (None: not by itself);
    "strike": it stops after so many more effects, `value` is (how many, back); "return": it comes back.
    """

    after: int
    at: int
    node: str
    choice: str
    value: Value
    how: str = "answer"


ACTS = ("order", "crash", "strike", "return")
"""What an explorer does to a world that is no choice's answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    won: bool
    reason: str
    at: int


class DivergedError(Exception):
    """Recorded answers do not fit this scenario or this engine."""


_RANGES = ((0xC0000201, 254), (0xCB007101, 254), (0xC6120001, (1 << 17) - 2), (0x0A000001, (1 << 24) - 2))
"""First address and how many: 192.0.2.0/24 and 203.0.113.0/24 (RFC 5737, documentation), 198.18.0.0/15 (RFC 2544, for
tests), 10.0.0.0/8 (RFC 1918). 198.51.100.0/24 is left to names of no node."""


def address_of(index: int) -> int:
    """The IPv4 address (a 32-bit number) of the node with this place in its scenario."""
    for first, count in _RANGES:
        if index < count:
            return first + index
        index -= count
    raise ValueError("more nodes than there are addresses for")


class Node:
    """One node at work: its machine and all that the kernel keeps for it.

    Forks share nodes until one of them is touched: whoever writes to a node has it from `Roster.own`, everybody else
    only reads.
    """

    __slots__ = (
        "address",
        "clock",
        "delivered",
        "direct",
        "down_free",
        "due",
        "effects",
        "inbox",
        "index",
        "kept",
        "links",
        "machine",
        "memo",
        "name",
        "offers",
        "opened",
        "owner",
        "personas",
        "played",
        "protocol",
        "question",
        "role",
        "seat",
        "sent",
        "spec",
        "stored",
        "strike",
        "strikes",
        "thinks",
        "timers",
        "up",
        "up_free",
    )  # fmt: skip

    def __init__(
        self, spec: NodeSpec, index: int, protocol: Protocol | None, role: type[Machine], owner: object
    ) -> None:
        self.owner = owner
        self.memo: Any = None
        """What somebody has made of what it is, until somebody writes to it: see `Roster.note`. A copy has none."""
        # What stays
        self.spec = spec
        self.name = spec.name
        self.index = index
        self.protocol = protocol
        self.role = role
        self.address = address_of(index)
        self.personas: Sequence[Persona] = protocol.personas if protocol else ()
        self.offers: tuple[Choice, ...] = role.offers
        self.seat: Seat = BOOK
        self.played: frozenset[str] = frozenset()
        """The choices that are the player's."""
        self.thinks = False
        """Is anything of it answered by a seat that may take its time?"""
        # What the run changes
        self.clock = LocalClock(0, spec.clock, spec.drift)
        self.machine: Any = None
        self.up = False
        self.direct = False
        """Is it up, and never stopped by a question: may a message be handled without looking for one?"""
        self.timers: dict[Key, tuple[int, int, bool]] = {}
        """Key → (number of the planned event, local reading at which it rings, set for a reading?)."""
        self.stored: dict[Key, Any] = {}
        self.delivered: list[Any] = []
        self.inbox: list[tuple[str, tuple[Any, ...], int, int]] = []
        """(kind, payload, cause) of what came while a question was open."""
        self.question: Question | None = None
        self.kept: dict[str, Value] = {}
        self.due: dict[str, int] = {}
        """The player's moves that the book would make now → the number of the planned end of their grace; 0 if there is
        none, or it has passed."""
        self.effects = 0
        """How many effects of its handlers have happened."""
        self.sent = 0
        self.opened = 0
        self.strike: tuple[int, int | None] | None = None
        """(effects left, back after) of a crash that is to fall between two effects."""
        self.strikes: tuple[tuple[Strike, int], ...] = ()
        """Blows that are to fall before or after an effect, each with how often it has still to be seen."""
        self.up_free = 0
        self.down_free = 0
        self.links: dict[str, tuple[int, int]] = {}
        """Where nothing can befall a packet on its way: (index, latency in µs) by name, as far as it has sent."""

    @property
    def runs(self) -> bool:
        """Does a machine of this world run here? None does at routers, nor at who stands for a real transport's end."""
        return not self.spec.router and not self.spec.outside

    def copy(self, owner: object) -> Node:
        """The same node, for another owner to write to."""
        twin = Node.__new__(Node)
        twin.owner = owner
        twin.memo = None
        twin.spec, twin.name, twin.index, twin.address = self.spec, self.name, self.index, self.address
        twin.protocol, twin.role, twin.personas = self.protocol, self.role, self.personas
        twin.offers, twin.seat, twin.played, twin.thinks = self.offers, self.seat, self.played, self.thinks
        twin.clock = clone(self.clock)
        twin.machine = clone(self.machine)
        twin.up, twin.direct = self.up, self.direct
        twin.timers = self.timers.copy()
        twin.stored = self.stored.copy()
        twin.delivered = self.delivered.copy()
        twin.inbox = self.inbox.copy()
        twin.question = self.question
        twin.kept = self.kept.copy()
        twin.due = self.due.copy()
        twin.effects, twin.sent, twin.opened = self.effects, self.sent, self.opened
        twin.strike, twin.strikes = self.strike, self.strikes
        twin.up_free, twin.down_free = self.up_free, self.down_free
        twin.links = self.links  # the same in every fork: what is found once holds for all
        return twin

    def rise(self, machine: Any) -> None:
        """It is up, with this machine in the state of its beginning."""
        self.machine = machine
        self.up = True
        self.direct = not self.thinks

    def fall(self) -> None:
        """It is down: its timers, its inbox and what it was asked are gone."""
        self.up = self.direct = False
        self.strike = None
        self.question = None
        self.timers.clear()
        self.inbox.clear()
        self.due.clear()


class _Values(ValuesView[Node]):
    """The nodes, without a look-up by name for each."""

    def __init__(self, roster: Roster) -> None:
        super().__init__(roster)
        self._nodes = roster.nodes

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)


class Roster(Mapping[str, Node]):
    """The nodes of a world by name, in the scenario's order; to read, but for those that `own` gives out.

    A fork shares all nodes. `own` copies one that the fork has not touched yet, so a fork costs what it changes.
    """

    __slots__ = ("_places", "_resting", "nodes", "token")

    def __init__(self, nodes: list[Node], token: object) -> None:
        self.nodes = nodes
        """By index."""
        self.token = token
        """Whose `Node.owner` this is may be written to."""
        self._resting = object()
        """Whose owner this is belongs to this roster alone, too, and has a memo that a writer takes away."""
        self._places = {node.name: node.index for node in nodes}

    def __getitem__(self, name: str) -> Node:
        return self.nodes[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def values(self) -> ValuesView[Node]:
        """The nodes, in order."""
        return _Values(self)

    def own(self, index: int) -> Node:
        """The node at this place, to write to."""
        node = self.nodes[index]
        if node.owner is self._resting:
            node.owner, node.memo = self.token, None
        elif node.owner is not self.token:
            node = self.nodes[index] = node.copy(self.token)
        return node

    def own_named(self, name: str) -> Node:
        """The node of that name, to write to. Raises KeyError."""
        return self.own(self._places[name])

    def note(self, node: Node, memo: object) -> None:
        """Let one of these nodes have this memo until somebody writes to it."""
        node.memo = memo
        if node.owner is self.token:
            node.owner = self._resting

    def fork(self) -> Roster:
        """The same nodes, shared until they are touched: nobody writes to any of them, but to copies."""
        self.token, self._resting = object(), object()
        copy = object.__new__(Roster)
        copy.nodes, copy._places = self.nodes.copy(), self._places
        copy.token, copy._resting = object(), object()
        return copy

    # What travels beside a message

    def envelope(self, source: str, destination: str) -> Envelope:
        """The envelope of messages from source to destination. Names of no node get addresses of 198.51.100.0/24."""
        return Envelope(source, destination, self._address(source), self._address(destination))

    def _address(self, name: str) -> int:
        node = self.get(name)
        if node is not None:
            return node.address
        return 0xC6336401 + int.from_bytes(blake2b(name.encode(), digest_size=1).digest(), "big") % 250

    def size(self, protocol: Protocol | None, message: Any, source: str, destination: str) -> int:
        """How many bytes a message has on its way."""
        size = getattr(message, "size", None)
        if isinstance(size, int):
            return size
        assert protocol is not None
        return len(protocol.codec.encode(message, self.envelope(source, destination)))
