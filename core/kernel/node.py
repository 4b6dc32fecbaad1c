"""What a world is made of: its nodes, its open questions, its recorded answers, its outcome."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.kernel.choice import Asked, Choice, Persona, Value
from core.kernel.effects import (
    Key,
)
from core.kernel.protocol import Machine, Protocol
from core.kernel.scenario import (
    NodeSpec,
)
from core.kernel.seats import Book, Seat
from core.kernel.time import LocalClock

if TYPE_CHECKING:
    from core.kernel.state import WorldState

# Kinds of planned events
RECEIVE, TIMER, START, HAPPEN, DEADLINE, HOP, DOWNLINK, OPENED, CLOSED, RETRY, HEAL, RESTART, LIMIT, SLEWED = range(14)


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


@dataclass(frozen=True, slots=True)
class Answered:
    """One recorded answer: after which event, at what true time, by name and value. `how`: answer, move or keep."""

    after: int
    at: int
    node: str
    choice: str
    value: Value
    how: str = "answer"


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
    """One node at work: its machine and all that the kernel keeps for it."""

    __slots__ = (
        "address",
        "clock",
        "delivered",
        "down_free",
        "inbox",
        "index",
        "kept",
        "links",
        "machine",
        "name",
        "offers",
        "opened",
        "personas",
        "played",
        "protocol",
        "question",
        "role",
        "seat",
        "seats",
        "sent",
        "spec",
        "stored",
        "strike",
        "timers",
        "up",
        "up_free",
        "waits",
    )  # fmt: skip

    def __init__(self, spec: NodeSpec, index: int, protocol: Protocol | None, role: type[Machine]) -> None:
        self.spec = spec
        self.name = spec.name
        self.index = index
        self.protocol = protocol
        self.role = role
        self.address = address_of(index)
        self.clock = LocalClock(0, spec.clock, spec.drift)
        self.machine: Any = None
        self.up = False
        self.timers: dict[Key, tuple[int, int, bool]] = {}
        self.stored: dict[Key, Any] = {}
        self.delivered: list[Any] = []
        self.inbox: deque[tuple[str, tuple[Any, ...], int]] = deque()
        self.question: Question | None = None
        self.seat: Seat = Book()
        self.seats: dict[str, Seat] = {}
        self.played: frozenset[str] = frozenset()
        self.kept: dict[str, Value] = {}
        self.personas: Sequence[Persona] = protocol.personas if protocol else ()
        self.offers: tuple[Choice, ...] = role.offers
        self.waits = False
        self.sent = 0
        self.opened = 0
        self.strike: tuple[int, int | None] | None = None
        """(effects left, back after) of a crash that is to fall between two effects."""
        self.up_free = 0
        self.down_free = 0
        self.links: dict[str, tuple[int, int]] = {}


class WorldAsked(Asked):
    """A question whose dice know how often the same was asked in this world."""

    __slots__ = ("_world",)

    def __init__(
        self, world: WorldState, choice: Choice, node: str, me: Any, subject: Mapping[str, Any], now: int
    ) -> None:
        super().__init__(choice, node, me, subject, now)
        self._world = world

    def rebound(self, world: WorldState) -> WorldAsked:
        """The same question, drawing from the chance of another world."""
        twin = WorldAsked(world, self.choice, self.node, self.me, self.subject, self.now)
        if self._key is not None:
            twin._key = (world.seed, *self._key[1:])
        return twin

    def peek(self) -> None:
        """Fix this question's dice without counting it as seen."""
        self._key = self._world.dice_key(self, counted=False)

    @property
    def dice_key(self) -> tuple[Any, ...]:
        """What the dice of this question depend on; counted as seen when first used."""
        if self._key is None:
            self._key = self._world.dice_key(self)
        return self._key
