"""The shape of a protocol: its machines, the context a handler works with, and what the kernel must be told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypeAlias
from typing import Protocol as Interface

from core.kernel.bets import Bet
from core.kernel.choice import Choice, Persona, Value
from core.kernel.data import clone
from core.kernel.effects import (
    AdjustClock,
    CancelTimer,
    Close,
    Deliver,
    Key,
    Open,
    Reset,
    Save,
    Send,
    SetTimer,
)
from core.kernel.handling import Handling
from core.kernel.laws import BoundLaw, Law, Measure
from core.kernel.names import number_of
from core.kernel.parameters import Parameter, parameters_of
from core.kernel.shown import Interval, Shade


class Envelope(NamedTuple):
    """What travels beside a message: names and IPv4 addresses (32-bit numbers) of both ends."""

    source: str
    destination: str
    source_address: int
    destination_address: int


class Codec(Interface):
    """Bytes of a protocol's messages."""

    def encode(self, message: Any, envelope: Envelope) -> bytes:
        """The message's bytes."""

    def decode(self, data: bytes, envelope: Envelope) -> Any:
        """The message in the bytes. Raises ValueError (a CodecError) for anything else."""

    def spans(self, data: bytes) -> Sequence[Any]:
        """The fields found in the bytes, by the codec's own table: for the bytes panel."""


class UnfitNodesError(ValueError):
    """A room cannot run with these nodes: in words. `node`: the one that does not fit, "" if it is how many they are;
    `mend`: what would be right."""

    def __init__(self, words: str, node: str = "", mend: str = "") -> None:
        super().__init__(words)
        self.node = node
        self.mend = mend


class Cast(NamedTuple):
    """The nodes of a room, before there is a world: their names by role (every role has a row), and those
    parameters of each that its role has, defaults among them."""

    names: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Mapping[str, Any]]

    @property
    def everybody(self) -> tuple[str, ...]:
        """All names, role by role."""
        return tuple(name for names in self.names.values() for name in names)

    def numbers(self) -> dict[int, str]:
        """The nodes by the numbers at the ends of their names. Raises UnfitNodesError unless each has its own."""
        numbers: dict[int, str] = {}
        for name in self.everybody:
            try:
                number = number_of(name)
            except ValueError as error:
                raise UnfitNodesError(str(error), name, f"such as {name}{len(numbers)}") from None
            if number in numbers:
                mend = "the rules go by these numbers: each node its own"
                raise UnfitNodesError(f"{name} has the number of {numbers[number]}", name, mend)
            numbers[number] = name
        return numbers

    def points(self, parameter: str, *roles: str) -> None:
        """Raises UnfitNodesError where this parameter of a node names one of this room that has none of the roles."""
        role_of = {name: role for role, names in self.names.items() for name in names}
        for name, values in self.parameters.items():
            other = values.get(parameter, "")
            if role_of.get(other, roles[0]) not in roles:
                fitting = [node for role in roles for node in self.names[role]]
                raise UnfitNodesError(
                    f"{parameter} of {name} is {other}, which is a {role_of[other]}",
                    name,
                    f"one of {', '.join(fitting)}" if fitting else f"there is no {' or '.join(roles)} here",
                )


class Context:
    """All that a handler can do: ask, read its own clock and its own stable storage, and cause effects.

    One serves all nodes of a world, one handler after another: it belongs to whoever handles an event now.
    There is nothing here by which a node could see another node, true time or the network.
    """

    __slots__ = ("_effects", "_handling", "connection")

    def __init__(self, handling: Handling) -> None:
        self._handling = handling
        self._effects = handling.effects
        self.connection: str | None = None
        """The stream on which the message at hand arrived; None for a datagram."""

    @property
    def name(self) -> str:
        """This node's name."""
        return self._handling.host.name

    @property
    def now(self) -> int:
        """This node's own clock (µs), right or wrong."""
        handling = self._handling
        return handling.host.clock.read(handling.moment.now)

    @property
    def came(self) -> int:
        """What this node's own clock (µs) read when what is handled now came: it may have waited since then, because
        this node was asked something. A time of arrival is this one; of what is sent, `now`."""
        came = self._handling.came
        return self.now if came is None else came

    @property
    def stored(self) -> Mapping[Key, Any]:
        """Stable storage: what was saved before this event, and what this handler has saved so far."""
        stored = self._handling.host.stored
        saved = {effect.key: effect.value for effect in self._effects if type(effect) is Save}
        return MappingProxyType({**stored, **saved} if saved else stored)

    def choose(self, choice: Choice, /, **subject: Any) -> Value:
        """Ask a choice; the seat answers. What the question is about goes into `subject`.

        May end the handler: it is then run again from the start, on the state it began with, when the answer is there.
        """
        return self._handling.choose(choice, subject)

    def send(self, to: str, message: Any) -> None:
        """A datagram to the node `to`: it may be lost, doubled, late or overtaken."""
        self._effects.append((to, message))

    def open(self, to: str) -> str:
        """A stream to the node `to`; its name. `on_open` is called at both ends when it stands."""
        host = self._handling.host
        number = host.opened + 1 + sum(1 for effect in self._effects if type(effect) is Open)
        connection = f"{host.name}>{to}#{number}"
        self._effects.append(Open(to, connection))
        return connection

    def send_on(self, connection: str, message: Any) -> None:
        """A message on a stream: reliable, in order. Nothing happens if the stream is gone."""
        self._effects.append(Send("", message, connection))

    def close(self, connection: str) -> None:
        """End a stream after all that was sent on it."""
        self._effects.append(Close(connection))

    def reset(self, connection: str) -> None:
        """End a stream at once."""
        self._effects.append(Reset(connection))

    def set_timer(self, key: Key, after: int) -> None:
        """`on_timer(key)` after a local duration (µs). A timer of the same key is replaced."""
        self._effects.append(SetTimer(key, after))

    def set_timer_at(self, key: Key, reading: int) -> None:
        """`on_timer(key)` when the local clock reads `reading` (µs)."""
        self._effects.append(SetTimer(key, None, reading))

    def cancel_timer(self, key: Key) -> None:
        """The timer will not ring."""
        self._effects.append(CancelTimer(key))

    def save(self, key: Key, value: Any) -> None:
        """Write to stable storage: a copy of `value` as it is now."""
        self._effects.append(Save(key, clone(value)))

    def adjust_clock(self, by: int, over: int = 0) -> None:
        """Step the local clock by `by` µs, or slew it by that much over `over` µs."""
        self._effects.append(AdjustClock(by, over))

    def deliver(self, value: Any) -> None:
        """Hand `value` to the user above."""
        self._effects.append(Deliver(value))


@dataclass
class Machine:
    """One node's protocol machine: a mutable dataclass whose fields are its whole state, as plain data.

    Fields made by `parameter` are set from the level; `name` is the node's own name, and a field `peers` (a
    Sequence[str]) left alone becomes the names of all other nodes of the protocol: one list for all of them. Handlers
    touch nothing but `self` and `ctx`; they are run again when a question inside them gets its answer.
    """

    name: str = ""

    offers: ClassVar[tuple[Choice, ...]] = ()
    """The standing offers of this role."""

    def on_start(self, ctx: Context) -> None:
        """The node starts, with empty stable storage."""

    def on_restart(self, ctx: Context) -> None:
        """The node comes back after a crash, with `ctx.stored` only."""
        self.on_start(ctx)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        """A stream stands, opened by either end."""

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        """A message arrived (`ctx.connection` names the stream, if it came on one)."""

    def on_garbled(self, ctx: Context, source: str, data: bytes) -> None:
        """A datagram arrived that the codec refuses: flipped bits. Most protocols stay silent."""

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        """A stream ended: in order, or by a reset or the peer's death."""

    def on_timer(self, ctx: Context, key: Key) -> None:
        """A timer rang."""

    def on_request(self, ctx: Context, request: Any) -> None:
        """The user above asks for something."""

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        """A standing offer was taken up with `value`."""

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        """A setting of this node was changed to `value` while nothing of it was asked: what runs already may follow."""

    def view(self) -> dict[str, str | int]:
        """What the player may know of the node's own state: words and numbers a person reads, in order."""
        return {}

    def badge(self) -> str:
        """A word or two of the state, beside the node in the general picture: "inside", "asks 8". "" for none."""
        return ""


@dataclass
class State:
    """What of a world's state a room may have to make normal: copies, to be changed in place.

    clocks     what each node's clock reads (µs): what a machine knows by its own time, less that, is relative to now.
    machines   in the scenario's order, those of other rooms too; None for a node that is down.
    stored     the stable storage of each node.
    messages   those on their way, in the order of their arrival; then those that wait: for a cut to heal, at the
               network's hand, at a node that is asked something.
    nameless   set by a room in which the name of a stream is a name and no more: machines compare it with others of its
               kind, and neither sort by it nor send it, and no law remembers one. Then streams are known by the order
               in which they occur in a state, and not by how many were opened before.
    """

    machines: list[Any]
    stored: list[dict[Key, Any]]
    messages: list[Any]
    clocks: Sequence[int] = ()
    nameless: bool = False


Normal: TypeAlias = Callable[[State], None]


@dataclass(frozen=True)
class Protocol:
    """A room: everything that the kernel, the suite, the levels and the screen need to know of a protocol.

    roles       name → machine class.
    choices     all choices of all roles.
    bets        what a player may wager on while nobody can know it: see core.kernel.bets.
    requests    name → frozen dataclass that `on_request` takes: what a level can have happen at a node.
    scenarios   of core.kernel.scenario.Scenario (which knows protocols, so that this file cannot know it), smallest
                first: what the shared suite, `explore` and `new` run.
    service     what it stands on: "datagram" or "stream".
    terms       words that it brings, each in one plain sentence: said where the word first comes up on a screen.
    rules       version of its rules, named in run files; raise it when the same answers give another trace.
    shade       a number of a node's state, seen as a shade of grey.
    intervals   states of a node that last a while, seen as bars.
    normal      makes a state normal for the explorer: what only grows (logical clocks, numbers of requests) is replaced
                by what the future depends on, such as how far each is from the least. Two states that are the same then
                must have the same future, up to that.
    twin_key    of a message, what it has in common with its twin in the second row of a fair trap: whose it is, what,
                and which try; nothing that only the book has. By default the n-th of a type is the twin of the n-th.
    fits        looks at a role's parameters together (the defaults among them); raises ValueError, in words, for values
                that go on their own but not with each other.
    """

    name: str
    title: str
    roles: Mapping[str, type[Machine]]
    messages: tuple[type, ...]
    codec: Codec
    choices: tuple[Choice, ...] = ()
    personas: tuple[Persona, ...] = ()
    laws: tuple[Law, ...] = ()
    measures: tuple[Measure, ...] = ()
    bets: tuple[Bet, ...] = ()
    requests: Mapping[str, type] = field(default_factory=dict)
    scenarios: tuple[Any, ...] = ()
    service: str = "datagram"
    rules: int = 1
    shade: Shade | None = None
    intervals: tuple[Interval, ...] = ()
    normal: Normal | None = None
    fits: Callable[[str, Mapping[str, Any]], object] | None = None
    twin_key: Callable[[Any], tuple[Any, ...]] | None = None
    admits: Callable[[Cast], object] | None = None
    terms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What a level may set of its nodes: the fields of the roles' machines that say so."""
        return parameters_of(self.roles)

    def parameters_of(self, role: str) -> tuple[Parameter, ...]:
        """What a level may set of a node of this role."""
        return tuple(each for each in self.parameters if not each.roles or role in each.roles)

    def defaults(self, role: str) -> dict[str, Any]:
        """What the parameters of this role are where nothing is said."""
        return {each.name: each.default for each in self.parameters_of(role)}

    def choice(self, name: str) -> Choice:
        """The choice of that name. Raises KeyError."""
        for choice in self.choices:
            if choice.name == name:
                return choice
        raise KeyError(name)

    def goal(self, text: str) -> BoundLaw:
        """The law that says this, as a level file has it: "client has every answer, in order, once".

        Raises ValueError, with the nearest that are said, if none does.
        """
        for law in self.laws:
            bound = law.read(text)
            if bound is not None:
                return bound
        names = [law.name for law in self.laws]
        near = get_close_matches(text, names, n=3, cutoff=0.4) or names
        raise ValueError(f"no law of {self.name} says {text!r}: the nearest say {'; '.join(map(repr, near))}")

    def with_scenarios(self, *scenarios: Any) -> Protocol:
        """The same protocol with its scenarios, which are made from it (only their `protocols` point back)."""
        return replace(self, scenarios=scenarios)

    def persona(self, name: str) -> Persona:
        """The persona of that name. Raises KeyError."""
        for persona in self.personas:
            if persona.name == name:
                return persona
        raise KeyError(name)
