"""The state of a world: how it is made from a scenario, forked and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b, sha256
from typing import Any, Self

from core.kernel import trace as kinds
from core.kernel.agenda import Agenda, Event
from core.kernel.choice import Asked, Choice, Persona, Value, Verdict
from core.kernel.data import canonical, clone
from core.kernel.laws import BoundLaw, Evidence, LawKind
from core.kernel.network import (
    Connection,
    LinkState,
    next_hops,
)
from core.kernel.node import (
    CLOSED,
    DEADLINE,
    DOWNLINK,
    HAPPEN,
    LIMIT,
    OPENED,
    RECEIVE,
    START,
    TIMER,
    Answered,
    Node,
    Outcome,
    Question,
    WorldAsked,
)
from core.kernel.protocol import Context, Envelope, Machine, Protocol
from core.kernel.scenario import (
    NETWORK,
    Cut,
    Happening,
    Lose,
    NetworkSeat,
    NodeSpec,
    Scenario,
)
from core.kernel.seats import Pending, PersonaSeat, Player, Seat
from core.kernel.shown import Changes
from core.kernel.trace import TRACE_FORMAT, Entry, Trace


class WorldState:
    """A scenario at work. Everything in it follows from the scenario, its seed and the answers."""

    def __init__(self, scenario: Scenario, player: Seat | None = None) -> None:
        """`player` sits in the seat that the scenario gives to the player; a person (who answers later) if None."""
        self.scenario = scenario
        self.seed = scenario.seed
        self.live = scenario.live
        self.player: Seat = Player() if player is None else player
        self.now = 0
        self.count = 0
        self.seq = 0
        self.agenda = Agenda()
        self.trace = Trace()
        self.questions: list[Question] = []
        self.answers: list[Answered] = []
        self.verdicts: list[Verdict] = []
        self.outcome: Outcome | None = None
        self.offered: tuple[str, int] = ("", 0)
        """The node whose standing offers have still to be put to its seat, and after which event: see `offer_round`."""
        self.last_asked: WorldAsked
        self.seen: dict[bytes, int] = {}
        self.passed: dict[tuple[str, str], int] = {}
        self.left: dict[str, int] = dict(scenario.network.budget) if isinstance(scenario.network, NetworkSeat) else {}
        self.connections: dict[str, Connection] = {}
        self.link_states: dict[tuple[str, str], LinkState] = {}
        self._hops = next_hops(scenario)
        self._rules: dict[tuple[str, str], dict[int, Lose]] = {}
        self.nodes: dict[str, Node] = {}
        for index, spec in enumerate(scenario.nodes):
            self.nodes[spec.name] = self._make_node(spec, index)
        self._list = list(self.nodes.values())
        self._ctx = Context(self, self._list[0])
        self._take_seats()
        for happening in scenario.happenings:
            self._schedule(happening)
        for node in self._list:
            if not node.spec.router:
                self._push(node.spec.starts, START, node.index, ())
        self._monitors = [(law, Evidence(self), True) for law in scenario.win]
        self._monitors += [(law, Evidence(self), False) for law in scenario.lose]
        self._gauges = [(par.measure, Evidence(self)) for par in scenario.par if par.measure.watch]
        self._watching = bool(self._gauges) or any(law.law.watch is not None for law, _, _ in self._monitors)
        self._reached: set[int] = set()
        self._watched = 0
        self.changes = self._make_changes()
        """Which nodes came into which of their room's intervals, or left them; None if no room here has any."""
        self._push(scenario.limit, LIMIT, 0, ())
        self._plain = self._is_plain()

    # Making

    def _make_node(self, spec: NodeSpec, index: int) -> Node:
        if spec.router:
            return Node(spec, index, None, Machine)
        protocol = self.scenario.protocols[spec.protocol]
        if spec.outside:
            return Node(spec, index, protocol, Machine)
        return Node(spec, index, protocol, protocol.roles[spec.role])

    def _make_changes(self) -> Changes | None:
        watched = {
            node.name: tuple(one for one in node.protocol.intervals if not one.roles or node.spec.role in one.roles)
            for node in self._list
            if node.protocol is not None and node.protocol.intervals and not node.spec.outside
        }
        return Changes(watched) if any(watched.values()) else None

    def _note_changes(self) -> None:
        """Look whether the nodes of the last event are in other intervals by now."""
        assert self.changes is not None
        self.changes.look(self.trace.rows, self._machine_up)

    def _machine_up(self, name: str) -> Any:
        node = self.nodes[name]
        return node.machine if node.up else None

    def _take_seats(self) -> None:
        for name, persona in self.scenario.seats.items():
            node = self.nodes[name]
            assert node.protocol is not None
            node.seat = PersonaSeat(node.protocol.persona(persona))
        for seat in self.scenario.player:
            node = self.nodes[seat.node]
            assert node.protocol is not None
            names = [choice.name for choice in node.protocol.choices]
            chosen = names if "*" in seat.choices else [name for name in names if name in seat.choices]
            node.played = node.played | frozenset(chosen)
        self.sit(self.player)

    def sit(self, player: Seat) -> None:
        """Let somebody else sit in the player's seat from now on."""
        self.player = player
        for node in self._list:
            node.seats = dict.fromkeys(sorted(node.played), player)
            node.waits = bool(node.played) and player.waits
        if not player.waits:
            self._answer_all()

    def _answer_all(self) -> None:
        """Let the player's seat, one that never waits, answer what is open."""
        while self.questions and self.outcome is None:
            question = self.questions[0]
            value = self.player.answer(question.asked)
            assert not isinstance(value, Pending)
            self.answer(value, question)

    def _fresh_machine(self, node: Node) -> Any:
        machine = node.role(name=node.name, **node.spec.parameters)
        if getattr(machine, "peers", None) == () and "peers" not in node.spec.parameters:
            machine.peers = tuple(  # type: ignore[attr-defined]
                other.name
                for other in self.scenario.nodes
                if other.protocol == node.spec.protocol and other.name != node.name
            )
        return machine

    def _is_plain(self) -> bool:
        scenario = self.scenario
        return (
            not self._hops
            and scenario.network is None
            and not self._rules
            and not any(isinstance(happening, Cut) for happening in scenario.happenings)
            and not any(node.up is not None or node.down is not None for node in scenario.nodes)
        )

    def _push(self, time: int, kind: int, index: int, payload: tuple[Any, ...], cause: int = -1) -> int:
        self.seq += 1
        self.agenda.push((time, self.seq, kind, index, payload, cause))
        return self.seq

    def _schedule(self, happening: Happening) -> None:
        if isinstance(happening, Lose):
            rules = self._rules.setdefault((happening.source, happening.destination), {})
            rules[happening.nth] = happening
        else:
            self._push(happening.at, HAPPEN, 0, (happening,))

    def fork(self, *, player: Seat | None = None, seed: int | None = None) -> Self:
        """A copy of this world, open questions too, that goes on apart: with somebody else in the player's seat, or
        with other dice from here on."""
        copy = object.__new__(type(self))
        copy.scenario = self.scenario
        copy.live = self.live
        copy.seed = self.seed if seed is None else seed
        copy.now, copy.count, copy.seq = self.now, self.count, self.seq
        copy.agenda = self.agenda.copy()
        copy.trace = self.trace.copy()
        copy.questions = self.questions.copy()
        copy.answers = self.answers.copy()
        copy.verdicts = self.verdicts.copy()
        copy.outcome, copy.offered = self.outcome, self.offered
        copy.seen = self.seen.copy()
        copy.passed = self.passed.copy()
        copy.left = self.left.copy()
        copy.connections = {name: connection.copy() for name, connection in self.connections.items()}
        copy.link_states = {pair: state.copy() for pair, state in self.link_states.items()}
        copy._hops, copy._rules, copy._plain = self._hops, self._rules, self._plain
        copy.nodes = {}
        for node in self._list:
            twin = Node.__new__(Node)
            for slot in Node.__slots__:
                setattr(twin, slot, getattr(node, slot))
            twin.clock = clone(node.clock)
            twin.machine = clone(node.machine)
            twin.timers = node.timers.copy()
            twin.stored = node.stored.copy()
            twin.delivered = node.delivered.copy()
            twin.inbox = node.inbox.copy()
            twin.kept = node.kept.copy()
            copy.nodes[node.name] = twin
        copy._list = list(copy.nodes.values())
        copy._ctx = Context(copy, copy._list[0])
        copy._monitors = [(law, Evidence(copy, clone(seen.memory)), wins) for law, seen, wins in self._monitors]
        copy._gauges = [(measure, Evidence(copy, clone(seen.memory))) for measure, seen in self._gauges]
        copy._watching = self._watching
        copy._reached = self._reached.copy()
        copy.changes = None if self.changes is None else self.changes.copy()
        copy._watched = self._watched
        copy._rebind_questions()
        copy.sit(self.player if player is None else player)
        return copy

    def _rebind_questions(self) -> None:
        """Open questions of a fork draw from the fork's own chance."""
        self.questions = [replace(question, asked=question.asked.rebound(self)) for question in self.questions]
        for question in self.questions:
            if question.node != NETWORK:
                self.nodes[question.node].question = question

    # Reading

    def evidence(self) -> Evidence:
        """The truth of this world, read only."""
        return Evidence(self)

    @property
    def routed(self) -> bool:
        """Are there routers, so that packets go hop by hop?"""
        return bool(self._hops)

    def latency(self, here: str, there: str) -> int:
        """µs of the undisturbed way from node to node, without queues."""
        return self._latency(here, there)

    @property
    def stopped(self) -> bool:
        """Does the clock stand still for an open question?"""
        return any(question.stops for question in self.questions)

    @property
    def over(self) -> bool:
        """Has the run ended?"""
        return self.outcome is not None

    @property
    def idle(self) -> bool:
        """Is nothing under way, no timer set and nobody asked?"""
        return not self.questions and all(event[2] == LIMIT or self._is_stale(event) for event in self.agenda)

    def _is_stale(self, event: Event) -> bool:
        """Was this planned event taken back: a timer that was cancelled, the deadline of a question that was answered?

        Such an event never happens, and is not counted.
        """
        if event[2] == TIMER:
            return not self._timer_lives(event)
        return event[2] == DEADLINE and all(question.number != event[4][0] for question in self.questions)

    def _timer_lives(self, event: Event) -> bool:
        timer = self._list[event[3]].timers.get(event[4][0])
        return timer is not None and timer[0] == event[1]

    def next_time(self) -> int | None:
        """True time (µs) of the next event; None if the world stands still or is over."""
        if self.questions and self.stopped:
            return None
        if self.outcome is not None:
            return None
        agenda = self.agenda
        while agenda:
            event = agenda.peek()
            if not self._is_stale(event):
                return event[0]
            agenda.pop()
        return None

    def simultaneous(self) -> list[int]:
        """The sequence numbers of the events that are next at the same moment, in their order: for the explorer."""
        time = self.next_time()
        if time is None:
            return []
        found: list[int] = []
        streams: set[tuple[int, str]] = set()
        for event in self.agenda.at(time):
            if self._is_stale(event):
                continue
            stream = self._stream_of(event)
            if stream is None or (event[3], stream) not in streams:
                found.append(event[1])
                if stream is not None:
                    streams.add((event[3], stream))
        return found

    def _stream_of(self, event: Event) -> str | None:
        """The stream on which an event arrives: what comes on one stream keeps its order."""
        kind, payload = event[2], event[4]
        if kind in (OPENED, CLOSED):
            return str(payload[0])
        if kind in (RECEIVE, DOWNLINK) and len(payload) == 3 and payload[2] is not None:
            return str(payload[2])
        return None

    def prefer(self, seq: int) -> None:
        """Let the event with this sequence number be the first of those at the same moment."""
        self.agenda.prefer(seq)

    def envelope(self, source: str, destination: str) -> Envelope:
        """The envelope of messages from source to destination. Names of no node get addresses of 198.51.100.0/24."""
        return Envelope(source, destination, self._address(source), self._address(destination))

    def _address(self, name: str) -> int:
        node = self.nodes.get(name)
        return (
            node.address
            if node
            else 0xC6336401 + int.from_bytes(blake2b(name.encode(), digest_size=1).digest(), "big") % 250
        )

    def protocol_of(self, entry: Entry) -> Protocol | None:
        """The protocol of a message's entry."""
        for name in (entry.node, entry.peer):
            node = self.nodes.get(name)
            if node is not None and node.protocol is not None:
                return node.protocol
        # Forwarded from router to router: neither speaks the protocol, but whoever sent it does.
        return self.protocol_of(self.trace[entry.cause]) if entry.kind == kinds.FORWARD else None

    def ends(self, entry: Entry) -> tuple[str, str]:
        """(source, destination) of an entry that carries a message."""
        return (entry.peer, entry.node) if entry.kind in (kinds.RECEIVE, kinds.GARBLED) else (entry.node, entry.peer)

    def bytes_of(self, entry: Entry) -> bytes:
        """The bytes of the message in this entry; b"" if it carries none."""
        if entry.kind not in kinds.CARRIES_MESSAGE:
            return entry.detail if isinstance(entry.detail, bytes) else b""
        protocol = self.protocol_of(entry)
        assert protocol is not None
        return protocol.codec.encode(entry.detail, self.envelope(*self.ends(entry)))

    def trace_sha256(self) -> str:
        """The hash of the whole trace, hex; see core.kernel.trace for the format."""
        total = sha256(f"ackademy trace {TRACE_FORMAT}\n".encode())
        for entry in self.trace:
            total.update(
                canonical(
                    (
                        entry.number,
                        entry.time,
                        entry.node,
                        entry.kind,
                        entry.peer,
                        entry.cause,
                        entry.answers,
                        entry.note,
                    )
                )
            )
            if entry.kind in kinds.CARRIES_MESSAGE:
                total.update(self.bytes_of(entry))
            else:
                total.update(canonical(entry.detail))
        return total.hexdigest()

    def measures(self) -> dict[str, int]:
        """The scenario's par measures, as they stand."""
        node = self.scenario.seat_of_player
        node = "" if node == NETWORK else node
        watching = {measure.name: evidence for measure, evidence in self._gauges}
        return {
            par.measure.name: par.measure.of(watching.get(par.measure.name) or Evidence(self), node)
            for par in self.scenario.par
        }

    def goals(self) -> list[tuple[BoundLaw, bool]]:
        """Every law of win with whether it is reached (eventually, sometimes) or unbroken (always)."""
        return [
            (law, place in self._reached if law.law.kind is not LawKind.ALWAYS else law.holds(evidence))
            for place, (law, evidence, wins) in enumerate(self._monitors)
            if wins
        ]

    def _note(self, node: str, kind: str, detail: Any, peer: str = "", cause: int = -1, note: str = "") -> int:
        rows = self.trace.rows
        rows.append((self.now, node, kind, peer, detail, cause, (), note, self.count))
        return len(rows) - 1

    def advance(self, time: int) -> None:
        """Let the clock stand at `time` (µs) if no event comes before it: a person moves between events."""
        upcoming = self.next_time()
        if time > self.now and (upcoming is None or time <= upcoming) and not self.stopped:
            self.now = time

    # What the parts above this one do

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        raise NotImplementedError

    def ask(self, node: Node, choice: Choice, machine: Any, subject: Mapping[str, Any], place: int) -> Value | Pending:
        raise NotImplementedError

    def dice_key(self, asked: Asked, counted: bool = True) -> tuple[Any, ...]:
        raise NotImplementedError

    def _asked(self, name: str, choice: Choice, machine: Any, subject: Mapping[str, Any], now: int) -> WorldAsked:
        raise NotImplementedError

    def _check(self, asked: Asked, value: Value) -> None:
        raise NotImplementedError

    def _record(self, answered: Answered, asked: Asked, personas: Sequence[Persona]) -> None:
        raise NotImplementedError

    def _settle_fate(self, question: Question, value: Value) -> None:
        raise NotImplementedError

    def _latency(self, here: str, there: str) -> int:
        raise NotImplementedError

    def _handle(
        self, node: Node, kind: str, payload: tuple[Any, ...], cause: int, given: tuple[Value, ...] = ()
    ) -> None:
        raise NotImplementedError

    def _monitor(self) -> None:
        raise NotImplementedError
