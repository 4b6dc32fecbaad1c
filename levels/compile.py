"""Tables of a level file into a scenario: every name is looked up in the rooms, every value is checked by its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.kernel.network import FATES
from core.kernel.parameters import Parameter
from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import (
    DRIFT,
    NETWORK,
    DiceSpec,
    Hand,
    LinkSpec,
    NodeSpec,
    PlayerSeat,
)
from core.kernel.suspects import INSPECTOR, Inspector
from core.kernel.time import SECOND, parse_duration, show_duration
from levels.inspecting import judge_suspects, read_inspector
from levels.reading import Table, kind_of
from levels.records import read_bytes, typed
from levels.schema import KeyPath
from levels.values import (
    MOST_NODES,
    did_you_mean,
    parse_duration_range,
    parse_names,
    parse_pairs,
    parse_rate,
    parse_signed_duration,
    parse_size,
)

FATE_WORDS = FATES[1:]
DRIFTS = (-900_000, 900_000)
"""How fast or slow a clock may run, in parts per million."""
HAND_WORDS = ("pockets", "lose", "copy", "garble", "crash", "cut", "push_clock")


class Compiler:
    """Compiles the tables of one file. The nodes come first: all other tables name them."""

    def __init__(self, rooms: Mapping[str, Protocol]) -> None:
        self.rooms = rooms
        self.protocols: dict[str, Protocol] = {}
        self.names: list[str] = []
        self.room_of: dict[str, Protocol] = {}
        self.key_of: dict[str, str] = {}
        """Under which key of the file a node stands: a pattern makes several."""
        self.nodes: tuple[NodeSpec, ...] = ()
        self.spreads: list[tuple[int, tuple[int, ...], str]] = []
        """(place of a happening, numbers, what of it they are) where another seed strikes another packet."""
        self.twin: Any = None
        """What the file says of a second row, as it is: see levels.sides."""
        self.circles: Sequence[tuple[str, ...]] = ()
        """The nodes of each suspect, where these are worlds of their own."""
        self.claims = False
        """May the player swear that the network's hand can do nothing? See levels.claims."""
        self.inspector: Inspector | None = None
        """The inspector's seat, but for what its suspects promise: once the seats are read."""
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
                self._leave(table)
                continue
            if len(self.names) + len(names) > MOST_NODES:
                many = len(self.names) + len(names)
                table.problem(key, f"{many:,} nodes, with those above", f"at most {MOST_NODES} in a level", key=True)
                self._leave(table)
                continue
            for name in names:
                if name in self.names or name in _RESERVED:
                    what = _RESERVED.get(name, "there is one already")
                    table.problem(key, f"no node can be called {name!r}", what, key=True)
            names = tuple(name for name in names if name not in self.names and name not in _RESERVED)
            self.names += names
            self.key_of |= dict.fromkeys(names, key)
            if isinstance(value, dict):
                entries += self._each(table, key, names, value)
            else:
                table.problem(key, f"{key} is {kind_of(value)}", 'write { runs = "protocol.role" }')
        specs = [spec for _, names, entry in entries for spec in self._read_node(names, entry)]
        if not specs and not table.file.problems:
            table.file.problem(table.path, "there are no nodes", 'write alice = { runs = "protocol.role" }')
        self.nodes = tuple(specs)
        if not table.file.problems:
            for room in self.protocols.values():
                self._admit(table, room)

    def _leave(self, table: Table) -> None:
        """Not all nodes are known: whoever names one elsewhere has made no second mistake."""
        self.incomplete = True
        table.file.leave("nodes", "links", "seats", "happens", "goal", "beside", "par", "bets")

    def _each(
        self, table: Table, key: str, names: tuple[str, ...], value: dict[str, Any]
    ) -> list[tuple[str, tuple[str, ...], Table]]:
        """The nodes of a pattern: all alike, or one by one where a parameter has a value for each."""
        path = table.at(key)
        each = {name: inner["each"] for name, inner in value.items() if _is_each(inner)}
        for name, values in each.items():
            if len(values) != len(names):
                what = f"{len(values)} values for {len(names)} nodes"
                table.file.problem((*path, name), what, "write { each = [...] }, a value for each")
                return []
        if not each:
            return [(key, names, Table(table.file, path, value))]
        return [
            (key, (name,), Table(table.file, path, value | {which: values[place] for which, values in each.items()}))
            for place, name in enumerate(names)
        ]

    def _admit(self, table: Table, room: Protocol) -> None:
        """Ask a room whether it can run with its nodes: with those of each suspect, where they are apart."""
        circles = self.circles or [tuple(node.name for node in self.nodes)]
        for circle in circles if room.admits is not None else ():
            self._admit_circle(table, room, [node for node in self.nodes if node.name in circle])

    def _admit_circle(self, table: Table, room: Protocol, nodes: Sequence[NodeSpec]) -> None:
        assert room.admits is not None
        mine = [node for node in nodes if node.protocol == room.name and not node.outside]
        names = {role: tuple(node.name for node in mine if node.role == role) for role in room.roles}
        try:
            room.admits(Cast(names, {node.name: {**room.defaults(node.role), **node.parameters} for node in mine}))
        except UnfitNodesError as error:
            path = table.at(self.key_of[error.node]) if error.node else table.path
            table.file.problem(path, str(error), error.mend, key=bool(error.node))

    def _read_node(self, names: tuple[str, ...], table: Table) -> list[NodeSpec]:
        clock = table.parsed("clock", parse_signed_duration, 0, 'a duration such as "-5ms"')
        drift = table.number("drift", 0, *DRIFTS)
        up = table.parsed("up", parse_rate, None, 'a rate such as "60KB/s"')
        down = table.parsed("down", parse_rate, None, 'a rate such as "1Mbit/s"')
        first, last = table.parsed("starts", _starts, (0, 0), 'a duration such as "1s", or a range such as "0..1s"')
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
        parameters = self.read_parameters(table, protocol, role)
        table.done()
        for name in names:
            self.room_of[name] = protocol
        return [
            NodeSpec(
                name, protocol.name, role, dict(parameters), clock, drift, up, down,
                first + (last - first) * place // max(1, len(names) - 1),
            )
            for place, name in enumerate(names)
        ]  # fmt: skip

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

    def read_parameters(
        self, table: Table, protocol: Protocol, role: str, before: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The parameters in this table; `before`: those that the node has already, if some are changed."""
        found: dict[str, Any] = {}
        sound = True
        parameters = protocol.parameters_of(role)
        for parameter in parameters:
            raw = table.raw(parameter.name)
            if raw is None:
                if (
                    before is None
                    and parameter.kind == "node"
                    and parameter.default
                    and parameter.default not in self.names
                ):
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
                protocol.fits(role, {each.name: each.default for each in parameters} | dict(before or {}) | found)
            except ValueError as error:
                table.file.problem(table.path, str(error), "these parameters do not go together")
        return found

    def read_changes(self, table: Table, node: str) -> tuple[tuple[str, Any], ...]:
        """Parameters of a node, and the drift of its clock, that are others for a while, in the order of the file."""
        drift = ((DRIFT, table.number(DRIFT, 0, *DRIFTS)),) if DRIFT in table else ()
        spec = next((one for one in self.nodes if one.name == node), None)
        if spec is None or spec.protocol not in self.protocols:
            for name in table.values:
                table.raw(name)
            return ()
        found = self.read_parameters(table, self.protocols[spec.protocol], spec.role, spec.parameters)
        table.known.append(DRIFT)
        table.done()
        if not found and not drift and not table.file.problems:
            table.file.problem(table.path, "nothing changes", f"a parameter of {node}, or its drift")
        return (*drift, *found.items())

    def read_roughness(self, table: Table) -> tuple[tuple[str, Any], ...]:
        """Physics of a link that are others for a while."""
        changes: dict[str, Any] = {}
        if "latency" in table:
            changes["latency"] = table.parsed("latency", parse_duration, 0, 'a duration such as "300ms"')
        if "rate" in table:
            changes["rate"] = table.parsed("rate", parse_rate, None, 'a rate such as "1Mbit/s"')
        if "queue" in table:
            changes["queue"] = table.number("queue", 0, 0)
        if "loss" in table:
            share = table.get("loss", float, 0.0)
            if not 0 <= share <= 1:
                table.problem("loss", f"loss is {share}", "a share from 0 to 1")
            changes["loss"] = round(1_000 * share)
        table.known += ["latency", "rate", "queue", "loss"]
        table.done()
        if not changes and not table.file.problems:
            table.file.problem(table.path, "nothing changes", "latency, rate, queue or loss")
        return tuple(changes.items())

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

    def node_of(self, table: Table, name: str) -> str:
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

    def read_seats(self, table: Table) -> tuple[dict[str, str], tuple[PlayerSeat, ...], DiceSpec | None, Hand | None]:
        """Personas by node, the player's choices, the network's dice, the network's hand."""
        personas: dict[str, str] = {}
        player: list[PlayerSeat] = []
        network: DiceSpec | None = None
        hand: Hand | None = None
        judges: Table | None = None
        self.twin = table.raw("twin") if "twin" not in self.names else None
        self.claims = "claim" not in self.names and table.get("claim", bool, False)
        for key, value in table.items():
            inner = Table(table.file, table.at(key), value if isinstance(value, dict) else {})
            if (key == "twin" and self.twin is not None) or (key == "claim" and key not in self.names):
                continue
            if not isinstance(value, dict):
                table.problem(key, f"this seat is {kind_of(value)}", 'write { player = "*" } or { persona = "…" }')
            elif key == NETWORK:
                network, hand = self._read_network(inner)
            elif key == INSPECTOR:
                judges = inner
            else:
                self._read_seat(table, key, inner, personas, player)
        watched = any(node.outside for node in self.nodes)  # a live run needs nobody to play
        is_network = hand is not None
        if judges is not None:
            if player or is_network or watched:
                found = "the inspector judges a run in which nobody else plays"
                table.problem(INSPECTOR, found, "no other chair of the player's, nobody outside", key=True)
            self.inspector = read_inspector(self, judges, personas)
            if self.inspector is not None and not self.incomplete:
                judge_suspects(judges, self.inspector.suspects, self.nodes)
        if not player and not is_network and judges is None and not table.file.problems and not watched:
            table.file.problem(table.path, "nobody plays", 'write bob = { player = "*" }')
        if player and is_network:
            table.problem(NETWORK, "the player has two chairs", "be a node, or be the network", key=True)
        if watched and hand is not None:
            found = "those outside do not wait for a hand"
            table.problem(NETWORK, found, "a hand is for levels without an outside node", key=True)
        return personas, tuple(player), network, hand

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

    def read_swaps(self, head: Table, player: Sequence[PlayerSeat]) -> list[tuple[str, ...]]:
        """Groups of nodes that change places on another seed."""
        found: list[tuple[str, ...]] = []
        playing = {seat.node for seat in player}
        specs = {node.name: node for node in self.nodes}
        for place, text in enumerate(head.texts("swaps")):
            try:
                names = tuple(self.node_named(name) for name in parse_names(text))
                doubled = [name for name in names if any(name in others for others in found)]
                kinds = {(specs[name].protocol, specs[name].role) for name in names if name in specs}
                if len(names) < 2:
                    raise ValueError(f"{text!r} is one node: who changes places needs another")
                if doubled:
                    raise ValueError(f"{doubled[0]} is in two groups")
                if playing & set(names):
                    raise ValueError(f"{(playing & set(names)).pop()} is the player, who keeps the place")
                if len(kinds) > 1 and not self.incomplete:
                    raise ValueError(f"{text!r} do not run the same, so that they cannot change places")
                found.append(names)
            except ValueError as error:
                if not self.incomplete:
                    head.file.problem((*head.at("swaps"), place), str(error))
        return found

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

    def _read_network(self, table: Table) -> tuple[DiceSpec | None, Hand | None]:
        dice, hand = table.raw("dice"), table.raw("hand")
        if dice is None and hand is None:
            mend = "write dice = {…}, or hand = {…}, this alone or beside dice"
            table.file.problem(table.path, "who answers for the network?", mend)
        spec = self._read_dice(table.table("dice")) if dice is not None else None
        found = None
        if hand is not None:
            found = self._read_hand(table.table("hand"), self.pairs_of(table, "only"))
        table.done()
        return spec, found

    def _read_hand(self, table: Table, only: tuple[tuple[str, str], ...]) -> Hand:
        usual = Hand()
        counts = {word: table.number(word, 0, 0) for word in HAND_WORDS}
        takes = table.number("takes", 1, 1) if "takes" in table else None
        acts = table.number("acts", 1, 1) if "acts" in table else None
        table.known += ["takes", "acts"]
        never: int | None = None
        longest = table.parsed("hold", parse_duration, never, 'a duration such as "3s"')
        back = table.parsed("back", _or_never, usual.back, 'a duration such as "500ms", or "never"')
        heals = table.parsed("heals", _or_never, usual.heals, 'a duration such as "500ms", or "never"')
        push = table.parsed("push", parse_duration, usual.push, 'a duration such as "300ms"')
        since = table.parsed("since", parse_duration, usual.since, 'a duration such as "5s"')
        table.done()
        if not any(counts.values()) and not table.file.problems:
            table.file.problem(table.path, "a hand that can do nothing", "write { pockets = 2, takes = 3 }")
        for name, needs in (("takes", "pockets"), ("hold", "pockets"), ("back", "crash"), ("heals", "cut"),
                            ("push", "push_clock")):  # fmt: skip
            if name in table and not counts[needs]:
                table.problem(name, f"{name} without {needs}", f"write {needs} = 1", key=True)
        if longest == 0:
            table.problem("hold", "nothing can be held for no time", 'such as hold = "3s"')
        return Hand(
            takes=takes, hold=longest, only=only, back=back, heals=heals, push=push, since=since, acts=acts, **counts
        )  # fmt: skip

    def _read_dice(self, table: Table) -> DiceSpec:
        chances = {}
        for name in ("loss", "duplicate", "garble"):
            chances[name] = table.get(name, float, 0.0)
            if not 0 <= chances[name] <= 1:
                table.problem(name, f"{name} is {chances[name]}", "a probability is a number from 0 to 1")
        jitter = table.parsed("jitter", parse_duration_range, (0, 0), 'a range such as "0..80ms"')
        table.done()
        return DiceSpec(**chances, jitter=jitter)

    def pairs_of(self, table: Table, name: str) -> tuple[tuple[str, str], ...]:
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
_RESERVED = {NETWORK: "the network itself has this name", INSPECTOR: "whoever inspects has this name"}


def _is_each(value: Any) -> bool:
    """Is this a value for each node of a pattern?"""
    return isinstance(value, dict) and set(value) == {"each"} and isinstance(value["each"], list)


def _or_never(text: str) -> int | None:
    """A duration (µs), or None for "never". Raises ValueError."""
    return None if text == "never" else parse_duration(text)


def _starts(text: str) -> tuple[int, int]:
    """When the first and the last node of a pattern start (µs): the others evenly between. Raises ValueError."""
    if ".." in text:
        return parse_duration_range(text)
    start = parse_duration(text)
    return (start, start)
