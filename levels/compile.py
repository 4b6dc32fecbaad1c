"""Tables of a level file into a scenario: every name is looked up in the rooms, every value is checked by its kind."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from core.kernel.network import FATES
from core.kernel.protocol import Parameter, Protocol
from core.kernel.scenario import (
    NETWORK,
    ClockJump,
    Crash,
    Cut,
    DiceSpec,
    Forge,
    Happening,
    LinkSpec,
    Lose,
    NetworkSeat,
    NodeSpec,
    PlayerSeat,
    Request,
)
from core.kernel.time import SECOND, parse_duration, show_duration
from levels.reading import Table, kind_of
from levels.records import field_value, read_bytes, typed
from levels.schema import KeyPath
from levels.values import (
    did_you_mean,
    parse_duration_range,
    parse_names,
    parse_pairs,
    parse_rate,
    parse_signed_duration,
    parse_size,
)

FATE_WORDS = FATES[1:]


class Compiler:
    """Compiles the tables of one file. The nodes come first: all other tables name them."""

    def __init__(self, rooms: Mapping[str, Protocol]) -> None:
        self.rooms = rooms
        self.protocols: dict[str, Protocol] = {}
        self.names: list[str] = []
        self.room_of: dict[str, Protocol] = {}
        self.nodes: tuple[NodeSpec, ...] = ()
        self.spreads: list[tuple[int, tuple[int, ...]]] = []
        """(place of a happening, numbers) where another seed strikes another packet."""
        self.incomplete = False
        """A node's protocol is not known, so that what names it elsewhere is no second mistake."""

    # Nodes

    def read_nodes(self, table: Table) -> None:
        """The nodes, in the order of the file."""
        entries: list[tuple[str, tuple[str, ...], Table]] = []
        for key, value in table.items():
            try:
                names = parse_names(key)
            except ValueError as error:
                table.problem(key, str(error), key=True)
                continue
            for name in names:
                if name in self.names or name == NETWORK:
                    what = "the network itself has this name" if name == NETWORK else "there is one already"
                    table.problem(key, f"no node can be called {name!r}", what, key=True)
            names = tuple(name for name in names if name not in self.names and name != NETWORK)
            self.names += names
            if isinstance(value, dict):
                entries.append((key, names, Table(table.file, table.at(key), value)))
            else:
                table.problem(key, f"{key} is {kind_of(value)}", 'write { runs = "protocol.role" }')
        specs = [spec for _, names, entry in entries for spec in self._read_node(names, entry)]
        if not specs and not table.file.problems:
            table.file.problem(table.path, "there are no nodes", 'write alice = { runs = "protocol.role" }')
        self.nodes = tuple(specs)

    def _read_node(self, names: tuple[str, ...], table: Table) -> list[NodeSpec]:
        clock = table.parsed("clock", parse_signed_duration, 0, 'a duration such as "-5ms"')
        drift = table.number("drift", 0, -900_000, 900_000)
        up = table.parsed("up", parse_rate, None, 'a rate such as "60KB/s"')
        down = table.parsed("down", parse_rate, None, 'a rate such as "1Mbit/s"')
        starts = table.parsed("starts", parse_duration, 0, 'a duration such as "1s"')
        router = table.get("router", bool, False)
        if router:
            if table.raw("runs") is not None:
                table.problem("runs", "a router runs nothing", "it only forwards", key=True)
            table.done()
            return [NodeSpec(name, clock=clock, drift=drift, up=up, down=down, router=True) for name in names]
        if "outside" in table:
            room = self._read_outside(table)
            table.done()
            if room is None:
                self.incomplete = True
                return []
            for name in names:
                self.room_of[name] = room
            return [NodeSpec(name, room.name, outside=True) for name in names]
        found = self._read_role(table)
        if found is None:
            self.incomplete = True
            table.items()
            return []
        protocol, role = found
        parameters = self._read_parameters(table, protocol, role)
        table.done()
        for name in names:
            self.room_of[name] = protocol
        return [NodeSpec(name, protocol.name, role, dict(parameters), clock, drift, up, down, starts) for name in names]

    def _read_outside(self, table: Table) -> Protocol | None:
        """Whose messages are spoken by those outside a live level, for whom this node stands."""
        name = table.get("outside", str, "")
        if table.raw("runs") is not None:
            table.problem("runs", "who is outside runs nothing here", "it only stands for others", key=True)
        if name not in self.rooms:
            table.problem("outside", f"no protocol is called {name!r}", did_you_mean(name, list(self.rooms)))
            return None
        self.protocols[name] = self.rooms[name]
        return self.rooms[name]

    def _read_role(self, table: Table) -> tuple[Protocol, str] | None:
        every = [f"{room.name}.{role}" for room in self.rooms.values() for role in room.roles]
        runs = table.raw("runs")
        if runs is None:
            table.file.problem(table.path, "this node runs nothing", f'write runs = "{every[0]}", or router = true')
            return None
        if not isinstance(runs, str):
            table.problem("runs", f"runs is {kind_of(runs)}", f'one protocol and role: "{every[0]}"')
            return None
        if runs not in every:
            table.problem("runs", f"nothing is called {runs!r}", did_you_mean(runs, every))
            return None
        name, _, role = runs.rpartition(".")
        protocol = self.protocols[name] = self.rooms[name]
        return protocol, role

    def _read_parameters(self, table: Table, protocol: Protocol, role: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        sound = True
        for parameter in protocol.parameters:
            if parameter.roles and role not in parameter.roles:
                continue
            raw = table.raw(parameter.name)
            if raw is None:
                if parameter.kind == "node" and parameter.default and parameter.default not in self.names:
                    table.file.problem(
                        table.path, f"{parameter.name} ({parameter.words}) is missing",
                        f"there is no node {parameter.default!r}, so say which: {', '.join(self.names[:8])}",
                    )  # fmt: skip
                continue
            try:
                value = self._parameter(parameter, raw)
                if parameter.check is not None:
                    parameter.check(value)
                found[parameter.name] = value
            except ValueError as error:
                table.problem(parameter.name, f"{parameter.name}: {error}", parameter.words)
                sound = False
        if protocol.fits is not None and sound:
            try:
                protocol.fits(role, {each.name: each.default for each in protocol.parameters} | found)
            except ValueError as error:
                table.file.problem(table.path, str(error), "these parameters do not go together")
        return found

    def _parameter(self, parameter: Parameter, raw: Any) -> Any:
        kind = parameter.kind
        if kind in ("duration", "rate", "size", "number"):
            value = _amount(kind, raw)
            _within(parameter, value)
            return value
        if kind == "bytes":
            return read_bytes(raw)
        if kind == "node":
            return self.node_named(typed(raw, str, "a node's name"))
        if kind == "nodes":
            return tuple(
                self.node_named(name)
                for text in typed(raw, list, "a list of nodes")
                for name in parse_names(typed(text, str, "a node's name"))
            )
        if kind == "numbers":
            numbers = tuple(typed(item, int, "a whole number") for item in typed(raw, list, "a list of numbers"))
            for number in numbers:
                _within(parameter, number)
            return numbers
        if kind == "flag":
            return typed(raw, bool, "true or false")
        text = typed(raw, str, "a text")
        if kind == "word" and text not in parameter.options:
            raise ValueError(f"{text!r}, {did_you_mean(text, parameter.options)}")
        return text

    def node_named(self, name: str) -> str:
        """The name, if a node has it. Raises ValueError in words."""
        if name not in self.names:
            raise ValueError(f"there is no node {name!r}, {did_you_mean(name, self.names)}")
        return name

    def _node(self, table: Table, name: str) -> str:
        """The node that a key names; "" (and a problem) if there is none."""
        value = table.get(name, str, "")
        if value and value not in self.names:
            table.problem(name, f"there is no node {value!r}", did_you_mean(value, self.names))
            return ""
        return value

    # Links

    def read_links(self, table: Table) -> tuple[dict[tuple[str, str], LinkSpec], LinkSpec | None]:
        """The links by pair, and the default for all others."""
        default: LinkSpec | None = LinkSpec()
        if table.values.get("default") == "none":
            table.raw("default")
            default = None
        elif "default" in table:
            default = self._read_link(table.table("default"), LinkSpec())
        links: dict[tuple[str, str], LinkSpec] = {}
        for key, value in table.items():
            if key == "default":
                continue
            try:
                pairs = self.pairs(key)
            except ValueError as error:
                table.problem(key, str(error), key=True)
                continue
            if not isinstance(value, dict):
                table.problem(key, f"this link is {kind_of(value)}", 'write { latency = "40ms" }')
                continue
            link = self._read_link(Table(table.file, table.at(key), value), default or LinkSpec())
            links.update(dict.fromkeys(pairs, link))
        return links, default

    def pairs(self, text: str) -> tuple[tuple[str, str], ...]:
        """The pairs of a link between nodes that there are. Raises ValueError in words."""
        pairs = parse_pairs(text)
        for pair in pairs:
            for name in pair:
                self.node_named(name)
        return pairs

    def _read_link(self, table: Table, default: LinkSpec) -> LinkSpec:
        link = LinkSpec(
            table.parsed("latency", parse_duration, default.latency, 'a duration such as "40ms"'),
            table.parsed("rate", parse_rate, default.rate, 'a rate such as "1Mbit/s"'),
            table.number("queue", -1, 0) if "queue" in table else default.queue,
            table.number("mtu", 1500, 68, 65_535) if "mtu" in table else default.mtu,
        )
        table.known += ["queue", "mtu"]
        table.done()
        return link

    # Seats

    def read_seats(self, table: Table) -> tuple[dict[str, str], tuple[PlayerSeat, ...], DiceSpec | NetworkSeat | None]:
        """Personas by node, the player's choices, the network's seat."""
        personas: dict[str, str] = {}
        player: list[PlayerSeat] = []
        network: DiceSpec | NetworkSeat | None = None
        for key, value in table.items():
            inner = Table(table.file, table.at(key), value if isinstance(value, dict) else {})
            if not isinstance(value, dict):
                table.problem(key, f"this seat is {kind_of(value)}", 'write { player = "*" } or { persona = "…" }')
            elif key == NETWORK:
                network = self._read_network(inner)
            else:
                self._read_seat(table, key, inner, personas, player)
        watched = any(node.outside for node in self.nodes)  # a live run needs nobody to play
        if not player and not isinstance(network, NetworkSeat) and not table.file.problems and not watched:
            table.file.problem(table.path, "nobody plays", 'write bob = { player = "*" }')
        if player and isinstance(network, NetworkSeat):
            table.problem(NETWORK, "the player has two chairs", "be a node, or be the network", key=True)
        return personas, tuple(player), network

    def _read_seat(
        self, table: Table, key: str, inner: Table, personas: dict[str, str], player: list[PlayerSeat]
    ) -> None:
        try:
            names = [self.node_named(name) for name in parse_names(key)]
        except ValueError as error:
            table.problem(key, str(error), key=True)
            return
        persona = inner.get("persona", str, "")
        chosen = inner.raw("player")
        inner.done()
        if not persona and chosen is None:
            table.problem(key, "nobody sits here", 'write { player = "*" } or { persona = "…" }')
        for name in names:
            room = self.room_of.get(name)
            if room is None:
                if not self.incomplete:
                    table.problem(key, f"{name} runs nothing that could be asked", key=True)
                continue
            known = [other.name for other in room.personas]
            if persona and persona not in known:
                inner.problem("persona", f"{room.name} knows no {persona!r}", did_you_mean(persona, known))
            elif persona:
                personas[name] = persona
            if chosen is not None:
                player.append(PlayerSeat(name, self._choices(inner, room, chosen)))

    def _choices(self, table: Table, room: Protocol, chosen: Any) -> tuple[str, ...]:
        if chosen == "*":
            return ("*",)
        if not isinstance(chosen, list) or not chosen:
            table.problem("player", f"player is {kind_of(chosen)}", 'a list of choices, or "*" for all')
            return ()
        full = {choice.name: choice.name for choice in room.choices}
        short = {choice.name.removeprefix(f"{room.name}."): choice.name for choice in room.choices}
        names: list[str] = []
        for place, item in enumerate(chosen):
            name = full.get(item) or short.get(item) if isinstance(item, str) else None
            if name is None:
                mend = did_you_mean(str(item), list(full))
                table.file.problem((*table.at("player"), place), f"{room.name} asks no {item!r}", mend)
            else:
                names.append(name)
        return tuple(names)

    def _read_network(self, table: Table) -> DiceSpec | NetworkSeat | None:
        dice, player = table.raw("dice"), table.raw("player")
        if (dice is None) == (player is None):
            table.file.problem(table.path, "who answers for the network?", "write either dice = {…} or player = {…}")
        spec: DiceSpec | NetworkSeat | None = None
        if dice is not None:
            spec = self._read_dice(table.table("dice"))
        if player is not None:
            budget = table.table("player")
            counts = {word: budget.number(word, 0, 0) for word in FATE_WORDS if word in budget}
            budget.known += FATE_WORDS
            budget.done()
            if not any(counts.values()) and not table.file.problems:
                table.problem("player", "there is nothing to do", "write { lost = 2, late = 1 }")
            late = table.parsed("late", parse_duration, 200_000, 'a duration such as "200ms"')
            spec = NetworkSeat(counts, late, self._pairs_of(table, "only"))
        table.done()
        return spec

    def _read_dice(self, table: Table) -> DiceSpec:
        chances = {}
        for name in ("loss", "duplicate", "garble"):
            chances[name] = table.get(name, float, 0.0)
            if not 0 <= chances[name] <= 1:
                table.problem(name, f"{name} is {chances[name]}", "a probability is a number from 0 to 1")
        jitter = table.parsed("jitter", parse_duration_range, (0, 0), 'a range such as "0..80ms"')
        table.done()
        return DiceSpec(**chances, jitter=jitter)

    def _pairs_of(self, table: Table, name: str) -> tuple[tuple[str, str], ...]:
        """The pairs of one link or of a list of them."""
        value = table.raw(name)
        if value is None:
            return ()
        pairs: list[tuple[str, str]] = []
        for place, text in enumerate(value if isinstance(value, list) else [value]):
            path: KeyPath = (*table.at(name), place) if isinstance(value, list) else table.at(name)
            try:
                pairs += self.pairs(typed(text, str, 'a link such as "alice -> bob"'))
            except ValueError as error:
                table.file.problem(path, str(error))
        return tuple(dict.fromkeys(pairs))

    # Happenings

    def read_happenings(self, table: Table) -> tuple[Happening, ...]:
        """All of [[happens]], in the order of the file."""
        values = table.raw("happens")
        if values is None:
            return ()
        if not isinstance(values, list):
            table.problem("happens", f"happens is {kind_of(values)}", "write [[happens]] for each")
            return ()
        kinds: dict[str, Callable[[Table], Happening | None]] = {
            "crash": self._crash, "cut": self._cut, "lose": self._lose, "clock": self._clock, "ask": self._ask,
            "forge": self._forge,
        }  # fmt: skip
        happenings: list[Happening] = []
        for place, value in enumerate(values):
            inner = Table(table.file, (*table.at("happens"), place), value if isinstance(value, dict) else {})
            named = [kind for kind in kinds if kind in inner]
            if len(named) != 1:
                mend = f"each [[happens]] has one of {', '.join(kinds)}"
                inner.file.problem(inner.path, f"{' and '.join(named) or 'nothing'} happens here", mend)
                continue
            before = len(inner.file.problems)
            among = self._among(inner) if named[0] == "lose" else ()
            happening = kinds[named[0]](inner)
            inner.done()
            if happening is not None and len(inner.file.problems) == before:
                if among:
                    self.spreads.append((len(happenings), among))
                happenings.append(happening)
        return tuple(happenings)

    def _at(self, table: Table) -> int:
        if "at" not in table:
            table.file.problem(table.path, "when does this happen?", 'write at = "2s"')
        return table.parsed("at", parse_duration, 0, 'a time such as "2s"')

    def _crash(self, table: Table) -> Happening:
        at = self._at(table)
        back = table.parsed("back", parse_duration, None, 'a duration such as "500ms"')
        effects = table.number("effects", 0, 0) if "effects" in table else None
        table.known.append("effects")
        return Crash(at, self._node(table, "crash"), back, effects)

    def _cut(self, table: Table) -> Happening:
        length = table.parsed("for", parse_duration, None, 'a duration such as "500ms"')
        return Cut(self._at(table), self._pairs_of(table, "cut"), length)

    def _pair(self, table: Table, name: str) -> tuple[str, str]:
        pairs = self._pairs_of(table, name)
        if len(pairs) != 1:
            if pairs:
                table.problem(name, f"{table.values[name]!r} is more than one way", 'write "alice -> bob"')
            return ("", "")
        return pairs[0]

    @staticmethod
    def _among(table: Table) -> tuple[int, ...]:
        """Of nth = [3, 2, 5] the numbers: the seed says which; () if it is one number. The first takes its place."""
        value = table.values.get("nth")
        if not isinstance(value, list):
            return ()
        if not value or any(type(number) is not int or number < 1 for number in value) or len(set(value)) < len(value):
            table.problem(
                "nth", f"nth is {value}", "different whole numbers, at least 1: the level's own seed has the first"
            )
            value = [1]
        table.values = {**table.values, "nth": value[0]}
        return tuple(value) if len(value) > 1 else ()

    def _lose(self, table: Table) -> Happening:
        source, destination = self._pair(table, "lose")
        late = table.parsed("late", parse_duration, 200_000, 'a duration such as "200ms"')
        if "nth" not in table:
            table.file.problem(table.path, "which packet?", "write nth = 3, counted from 1")
        return Lose(source, destination, table.number("nth", 1, 1), table.word("fate", FATE_WORDS, "lost"), late)

    def _clock(self, table: Table) -> Happening:
        if "by" not in table:
            table.file.problem(table.path, "by how much?", 'write by = "-300ms"')
        by = table.parsed("by", parse_signed_duration, 0, 'a duration such as "-300ms"')
        return ClockJump(self._at(table), self._node(table, "clock"), by)

    def _ask(self, table: Table) -> Happening | None:
        at = self._at(table)
        name = self._node(table, "ask")
        room = self.room_of.get(name)
        word = table.get("request", str, "")
        if room is None:
            table.items()
            return None
        if not word and len(room.requests) == 1:
            word = next(iter(room.requests))
        if word not in room.requests:
            table.problem("request", f"nobody can ask {room.name} for {word!r}", did_you_mean(word, [*room.requests]))
            table.items()
            return None
        return Request(at, name, self._record(table, room.requests[word]))

    def _forge(self, table: Table) -> Happening | None:
        at = self._at(table)
        source, destination = self._forged_pair(table)
        room = self.room_of.get(destination)
        word = table.get("message", str, "")
        if room is None:
            table.items()
            return None
        types = {message.__name__: message for message in room.messages}
        if not word and len(types) == 1:
            word = next(iter(types))
        if word not in types:
            table.problem("message", f"{room.name} has no message {word!r}", did_you_mean(word, [*types]))
            table.items()
            return None
        return Forge(at, source, destination, self._record(table, types[word]))

    def _forged_pair(self, table: Table) -> tuple[str, str]:
        """The source of a forgery need not exist."""
        text = table.get("forge", str, "")
        source, arrow, destination = (part.strip() for part in text.partition("->"))
        if not arrow or destination not in self.names:
            mend = did_you_mean(destination, self.names) if arrow else 'write "alice -> bob"'
            table.problem("forge", f"{text!r} reaches nobody", mend)
        return source, destination

    def _record(self, table: Table, kind: type) -> Any:
        """A frozen dataclass from the table's keys."""
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for item in fields(kind):
            if not item.init:
                continue
            if item.name not in table.values:
                table.known.append(item.name)
                if item.default is MISSING and item.default_factory is MISSING:
                    table.file.problem(table.path, f"{kind.__name__} wants {item.name}", f"write {item.name} = …")
                continue
            raw = table.raw(item.name)
            try:
                values[item.name] = field_value(hints[item.name], raw)
            except ValueError as error:
                table.problem(item.name, f"{item.name}: {error}")
        if table.file.problems:
            return None
        try:
            return kind(**values)
        except (ValueError, TypeError) as error:
            table.file.problem(table.path, f"{kind.__name__}: {error}")
            return None


def _amount(kind: str, raw: Any) -> int:
    if kind == "number" or (kind == "size" and type(raw) is int):
        return int(typed(raw, int, "a whole number"))
    examples = {"duration": '"40ms"', "rate": '"60KB/s"', "size": '"16KiB"'}
    parse = {"duration": parse_duration, "rate": parse_rate, "size": parse_size}[kind]
    return parse(typed(raw, str, f"a {kind} such as {examples[kind]}"))


def _within(parameter: Parameter, value: int) -> None:
    show = show_duration if parameter.kind == "duration" else str
    if parameter.low is not None and value < parameter.low:
        raise ValueError(f"{show(value)} is too little, at least {show(parameter.low)}")
    if parameter.high is not None and value > parameter.high:
        raise ValueError(f"{show(value)} is too much, at most {show(parameter.high)}")


DEFAULT_LIMIT = 60 * SECOND
