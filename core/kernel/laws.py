"""Laws: what must hold always, sometimes or eventually, each under an English name that goals, search and tests use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Protocol, TypeVar, overload

from core.kernel.effects import Key
from core.kernel.language import said
from core.kernel.time import LocalClock, parse_duration, show_duration
from core.kernel.trace import SEND, Entry, Trace

M = TypeVar("M")


class LawKind(Enum):
    """When a law must hold."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    EVENTUALLY = "eventually"


class NodeTruth(Protocol):
    """What is true of one node."""

    @property
    def runs(self) -> bool: ...
    @property
    def name(self) -> str: ...
    @property
    def machine(self) -> Any: ...
    @property
    def up(self) -> bool: ...
    @property
    def stored(self) -> dict[Key, Any]: ...
    @property
    def delivered(self) -> list[Any]: ...
    @property
    def clock(self) -> LocalClock: ...
    @property
    def sent(self) -> int: ...


class Truth(Protocol):
    """A world, as far as laws and measures may look at it."""

    @property
    def now(self) -> int: ...
    @property
    def trace(self) -> Trace: ...
    @property
    def nodes(self) -> Mapping[str, NodeTruth]: ...
    @property
    def idle(self) -> bool: ...


class Evidence:
    """All that laws, measures and the lifted fog may read: the truth of a world. Read only."""

    __slots__ = ("_world", "memory")

    def __init__(self, world: Truth, memory: Any = None) -> None:
        self._world = world
        self.memory = memory
        """What this law, or measure, remembers; None before it asks for it. For those who fork worlds: see `recall`."""

    def recall(self, kind: type[M]) -> M:
        """What this law, or measure, remembers: a mutable dataclass of plain data, made when it is first asked for.

        Only `watch` may change it: forks of a world share it until one of them sees more.
        """
        if self.memory is None:
            self.memory = kind()
        if not isinstance(self.memory, kind):
            raise TypeError(f"one law remembers both a {type(self.memory).__name__} and a {kind.__name__}")
        return self.memory

    @property
    def now(self) -> int:
        """True time (µs)."""
        return self._world.now

    @property
    def trace(self) -> Trace:
        """Everything that happened."""
        return self._world.trace

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes, in the scenario's order."""
        return tuple(self._world.nodes)

    @property
    def unstarted(self) -> list[str]:
        """The nodes that have not started yet, of those that run something in this world."""
        return [node.name for node in self._world.nodes.values() if node.machine is None and node.runs]

    @overload
    def running(self) -> list[Any]: ...
    @overload
    def running(self, role: type[M]) -> list[M]: ...
    def running(self, role: type | None = None) -> list[Any]:
        """The machines (of that role) that are up."""
        return [
            node.machine
            for node in self._world.nodes.values()
            if node.up and (role is None or isinstance(node.machine, role))
        ]

    @overload
    def machine(self, name: str) -> Any: ...
    @overload
    def machine(self, name: str, role: type[M]) -> M | None: ...
    def machine(self, name: str, role: type | None = None) -> Any:
        """The machine of a node, also of a crashed one (its last state); None before it has started.

        With a role None, too, if the node is of another, or if no node has this name.
        """
        if role is None:
            return self._world.nodes[name].machine
        node = self._world.nodes.get(name)
        return node.machine if node is not None and isinstance(node.machine, role) else None

    def up(self, name: str) -> bool:
        """Is the node running?"""
        return self._world.nodes[name].up

    def stored(self, name: str) -> dict[Any, Any]:
        """The node's stable storage."""
        return self._world.nodes[name].stored

    def delivered(self, name: str) -> list[Any]:
        """What the node has handed to its user, in order."""
        return self._world.nodes[name].delivered

    def clock(self, name: str) -> int:
        """What the node's own clock reads now (µs)."""
        return self._world.nodes[name].clock.read(self._world.now)

    def sent(self, name: str | None = None, message: type | tuple[type, ...] | None = None) -> int:
        """Messages sent (by one node) (of one type)."""
        if message is None:
            return sum(node.sent for node in self._world.nodes.values() if name in (None, node.name))
        return sum(
            1
            for entry in self._world.trace
            if entry.kind == SEND and name in (None, entry.node) and isinstance(entry.detail, message)
        )

    @property
    def idle(self) -> bool:
        """Is nothing under way, no timer set, nobody asked?"""
        return self._world.idle


ALL = "all"
OWN = "own"
PART = "part"
"""Who may know a law or measure, see `Law.known` and `Measure.known`."""

Arguments = dict[str, Any]
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_PATTERNS = {
    "node": r"([\w.-]+)",
    "word": r"([\w-]+)",
    "text": r"\"([^\"]*)\"",
    "number": r"([0-9][0-9_]*)",
    "duration": r"([0-9.]+ ?(?:us|µs|ms|s|min))",
}


@dataclass(frozen=True)
class Tally:
    """How far a law of win is: so much `done`, of so much (`of`; 0 where nobody can say), and what is missing, in a few
    words, in the language that is used."""

    done: int
    of: int = 0
    missing: str = ""

    @property
    def words(self) -> str:
        """`1 of 3: alice's FIN not yet acknowledged`"""
        count = (
            said("{part} of {whole}", part=self.done, whole=self.of)
            if self.of
            else said("{count} so far", count=self.done)
        )
        return f"{count}: {self.missing}" if self.missing else count


@dataclass(frozen=True, eq=False)
class Law:
    """A law.

    name     English, with places: "{receiver:node} has every byte, in order, once"; a place's type is node (the
             default), word, text (in quotes), number or duration.
    holds    of the evidence and the places' values, as keywords.
    watch    folds every trace entry into what the law remembers (`evidence.recall`), for laws about history and for
             those that look only at the node that changed: see core.kernel.ready_laws.
    assumes  what must be true for it: "no_loss", "bounded_delay", "crashes <= 1" …; beyond that it may break, and that
             is a level.
    known    who may know in the fog whether it is reached: the place whose node knows, where `holds` can tell from that
             node alone; ALL; "": nobody. An always law needs none: one that is broken ends the run.
    late     may that node learn it later than it is so? Who has every byte knows it when the end of them is there, too.
    tally    how far it is, by the evidence and the places' values; None where nothing can be said yet.
    counted  in the fog: the place whose node can count that, from itself alone; "": nobody.
    """

    name: str
    kind: LawKind
    holds: Callable[..., bool]
    watch: Callable[..., None] | None = None
    assumes: tuple[str, ...] = ()
    known: str = ""
    late: bool = False
    tally: Callable[..., Tally | None] | None = None
    counted: str = ""

    def __post_init__(self) -> None:
        if {"evidence", "entry"} & {name for name, _ in self.places}:
            raise ValueError(f'"{self.name}": no place can be called evidence or entry')
        if self.counted and (self.counted, "node") not in self.places:
            raise ValueError(f'"{self.name}": counted by {self.counted!r}, which is no place of a node')
        if self.known not in ("", ALL) and (self.known, "node") not in self.places:
            raise ValueError(f'"{self.name}": known to {self.known!r}, which is no place of a node')

    @cached_property
    def places(self) -> tuple[tuple[str, str], ...]:
        """(name, type) of every place in the name."""
        return tuple((name, kind or "node") for name, kind in _PLACE.findall(self.name))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        text = ""
        end = 0
        for match in _PLACE.finditer(self.name):
            text += re.escape(self.name[end : match.start()]) + _PATTERNS[match[2] or "node"]
            end = match.end()
        return re.compile(text + re.escape(self.name[end:]))

    def match(self, text: str) -> dict[str, str] | None:
        """The places' texts if `text` is this law's name, else None."""
        match = self._pattern.fullmatch(text.strip())
        if match is None:
            return None
        return {name: value for (name, _), value in zip(self.places, match.groups(), strict=True)}

    def read(self, text: str) -> BoundLaw | None:
        """The law with its places filled, if `text` says it; else None. Raises ValueError for what is no duration."""
        places = self.match(text)
        if places is None:
            return None
        kinds = dict(self.places)
        return self.bind(**{name: _read(kinds[name], value) for name, value in places.items()})

    def bind(self, **arguments: Any) -> BoundLaw:
        """The law of these nodes and numbers. Raises ValueError if one is missing or too many."""
        if set(arguments) != {name for name, _ in self.places}:
            raise ValueError(f'"{self.name}" wants {", ".join(name for name, _ in self.places) or "nothing"}')
        return BoundLaw(self, arguments)


def _read(kind: str, text: str) -> Any:
    return int(text) if kind == "number" else parse_duration(text) if kind == "duration" else text


def _shown(kind: str | None, value: Any) -> str:
    return show_duration(value) if kind == "duration" else f'"{value}"' if kind == "text" else str(value)


@dataclass(frozen=True, eq=False)
class BoundLaw:
    """A law with its places filled."""

    law: Law
    arguments: Arguments = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The law in English."""
        return _PLACE.sub(lambda match: _shown(match[2], self.arguments[match[1]]), self.law.name)

    @property
    def words(self) -> str:
        """The law as it is told to people: `text`, in their language. What stands in front of a law's own name, such as
        "broken: ", stays."""
        before, mark, name = self.law.name.rpartition(": ")
        template = said(self.law.name) if said(self.law.name) != self.law.name else f"{before}{mark}{said(name)}"
        return _PLACE.sub(lambda match: _shown(match[2], self.arguments[match[1]]), template)

    def holds(self, evidence: Evidence) -> bool:
        """Does it hold now?"""
        return self.law.holds(evidence, **self.arguments)

    def tally(self, evidence: Evidence) -> Tally | None:
        """How far it is; None if that cannot be said."""
        return None if self.law.tally is None else self.law.tally(evidence, **self.arguments)

    def watch(self, evidence: Evidence, entry: Entry) -> None:
        """Fold one entry into the memory."""
        if self.law.watch is not None:
            self.law.watch(evidence, entry, **self.arguments)


@dataclass(frozen=True, eq=False)
class Measure:
    """A number that a run is scored by: messages, coins, bytes. Lower is better unless `higher`.

    `of` is called as of(evidence, node) with the player's node (or "" when the player is the network).

    known   who may know it in the fog. OWN: it is about the player's node, and `of` reads nothing else. PART: the node
            knows its own part, which is what `of` reads where there is no other node. ALL. "": nobody.
    roles   machines that have a part in it, () for all: a node of another kind knows nothing of it.
    """

    name: str
    words: str
    of: Callable[[Evidence, str], int]
    unit: str = ""
    higher: bool = False
    watch: Callable[[Evidence, Entry], None] | None = None
    known: str = ""
    roles: tuple[type, ...] = ()

    def __post_init__(self) -> None:
        if self.known not in ("", ALL, OWN, PART):
            raise ValueError(f'the measure "{self.name}" is known to {ALL}, {OWN} or {PART}, not to {self.known!r}')


def always(
    name: str, holds: Callable[..., bool], *, watch: Callable[..., None] | None = None, assumes: tuple[str, ...] = ()
) -> Law:
    """A law that must never be broken."""
    return Law(name, LawKind.ALWAYS, holds, watch, assumes)


def sometimes(
    name: str,
    holds: Callable[..., bool],
    *,
    watch: Callable[..., None] | None = None,
    assumes: tuple[str, ...] = (),
    known: str = "",
) -> Law:
    """A law that some run must reach: it catches the model in which nothing happens."""
    return Law(name, LawKind.SOMETIMES, holds, watch, assumes, known)


def eventually(
    name: str,
    holds: Callable[..., bool],
    *,
    watch: Callable[..., None] | None = None,
    assumes: tuple[str, ...] = (),
    known: str = "",
    late: bool = False,
    tally: Callable[..., Tally | None] | None = None,
    counted: str = "",
) -> Law:
    """A law that every run must have reached when it ends. Who knows whether it is reached can count how far it is."""
    if tally is not None and not counted and known != ALL:
        counted = known
    return Law(name, LawKind.EVENTUALLY, holds, watch, assumes, known, late, tally, counted)


MESSAGES = Measure("messages", "messages of all nodes", lambda evidence, node: evidence.sent(), known=PART)
SENT = Measure("sent", "messages of your node", lambda evidence, node: evidence.sent(node) if node else 0, known=OWN)
TIME = Measure("time", "virtual time", lambda evidence, node: evidence.now, "µs", known=OWN)
COMMON_MEASURES = (MESSAGES, SENT, TIME)
