"""The world: one agenda of events, the nodes, the network, the questions that are open, and the trace.

`World.step` runs one event; `World.answer` answers an open question; `World.move` takes up a standing offer;
`World.fork` copies everything, open questions too; `replayed` runs a scenario with recorded answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import Agenda, Event
from core.kernel.choice import PASS, Asked, Choice, Persona, Value, Verdict, judge
from core.kernel.data import canonical, clone
from core.kernel.dice import Dice
from core.kernel.effects import (
    AdjustClock,
    CancelTimer,
    Close,
    Deliver,
    Effect,
    Key,
    Open,
    Save,
    Send,
    SetTimer,
)
from core.kernel.laws import BoundLaw, Evidence, LawKind
from core.kernel.network import (
    AS_IT_IS,
    FATE,
    INTACT,
    Connection,
    Fate,
    LinkState,
    Packet,
    fate_of,
    next_hops,
    rolled_fate,
    transmission_time,
)
from core.kernel.protocol import Context, Envelope, Machine, Protocol, SuspendedError
from core.kernel.scenario import (
    NETWORK,
    ClockJump,
    Crash,
    Cut,
    DiceSpec,
    Forge,
    Happening,
    Lose,
    NetworkSeat,
    NodeSpec,
    Request,
    Scenario,
)
from core.kernel.seats import PENDING, Book, Pending, PersonaSeat, Player, Seat
from core.kernel.time import LocalClock
from core.kernel.trace import TRACE_FORMAT, Entry, Trace

# Kinds of planned events
RECEIVE, TIMER, START, HAPPEN, DEADLINE, HOP, DOWNLINK, OPENED, CLOSED, RETRY, HEAL, RESTART, LIMIT, SLEWED = range(14)

STREAM_PATIENCE = 3_000_000
"""µs after which a stream that cannot be opened is given up."""
STREAM_RETRY = 1_000_000
"""µs after which a stream tries a cut link again."""
STREAM_LOSS_DELAY = 200_000
"""µs that a stream loses by one lost packet underneath."""
MOVES_IN_A_ROW = 8
"""Standing offers that one automated node may take up after one event: a bound against a seat that never passes."""


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


class Node:
    """One node at work: its machine and all that the kernel keeps for it."""

    __slots__ = (
        "address",
        "clock",
        "ctx",
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
        self.address = 0xC0000201 + index  # 192.0.2.1 and on: RFC 5737's documentation range
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
        self.ctx: Context = None  # type: ignore[assignment]

    def seat_for(self, choice: str) -> Seat:
        """Who answers this choice."""
        return self.seats.get(choice, self.seat)


class World:
    """A scenario at work. Everything in it follows from the scenario, its seed and the answers."""

    def __init__(self, scenario: Scenario, player: Seat | None = None) -> None:
        """`player` sits in the seat that the scenario gives to the player; a person (who answers later) if None."""
        self.scenario = scenario
        self.seed = scenario.seed
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
        for node in self._list:
            node.ctx = Context(self, node)
        self._take_seats()
        for happening in scenario.happenings:
            self._schedule(happening)
        for node in self._list:
            if not node.spec.router:
                self._push(node.spec.starts, START, node.index, ())
        self._monitors = [(law, Evidence(self), True) for law in scenario.win]
        self._monitors += [(law, Evidence(self), False) for law in scenario.lose]
        self._gauges = [(par.measure, Evidence(self)) for par in scenario.par if par.measure.watch]
        self._reached: set[int] = set()
        self._watched = 0
        self._push(scenario.limit, LIMIT, 0, ())
        self._plain = self._is_plain()

    # Making

    def _make_node(self, spec: NodeSpec, index: int) -> Node:
        if spec.router:
            return Node(spec, index, None, Machine)
        protocol = self.scenario.protocols[spec.protocol]
        return Node(spec, index, protocol, protocol.roles[spec.role])

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
            while self.questions:
                self._answer_by(player, self.questions[0])

    def _answer_by(self, player: Seat, question: Question) -> None:
        value = player.answer(question.asked)
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

    def fork(self, *, player: Seat | None = None, seed: int | None = None) -> World:
        """A copy of this world, open questions too, that goes on apart: with somebody else in the player's seat, or
        with other dice from here on."""
        copy: World = object.__new__(World)
        copy.scenario = self.scenario
        copy.seed = self.seed if seed is None else seed
        copy.now, copy.count, copy.seq = self.now, self.count, self.seq
        copy.agenda = self.agenda.copy()
        copy.trace = self.trace.copy()
        copy.questions = self.questions.copy()
        copy.answers = self.answers.copy()
        copy.verdicts = self.verdicts.copy()
        copy.outcome = self.outcome
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
            twin.ctx = Context(copy, twin)
            copy.nodes[node.name] = twin
        copy._list = list(copy.nodes.values())
        copy._monitors = [(law, Evidence(copy, clone(seen.memory)), wins) for law, seen, wins in self._monitors]
        copy._gauges = [(measure, Evidence(copy, clone(seen.memory))) for measure, seen in self._gauges]
        copy._reached = self._reached.copy()
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
        return not self.questions and all(
            event[2] == LIMIT or (event[2] == TIMER and not self._timer_lives(event)) for event in self.agenda
        )

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
            if event[2] != TIMER or self._timer_lives(event):
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
            if event[2] == TIMER and not self._timer_lives(event):
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
        return None

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

    # Running

    def step(self) -> bool:
        """Run the next event. False if there is none: a question stops the world, or the run is over."""
        if self.outcome is not None or (self.questions and self.stopped):
            return False
        agenda = self.agenda
        while agenda:
            time, seq, kind, index, payload, cause = agenda.pop()
            if kind == TIMER:
                node = self._list[index]
                timer = node.timers.get(payload[0])
                if timer is None or timer[0] != seq:
                    continue
                self.now = time
                self.count += 1
                if node.question is not None:
                    node.inbox.append((kinds.TIMER, (payload[0], seq), cause))
                else:
                    del node.timers[payload[0]]
                    self._handle(node, kinds.TIMER, payload, cause)
            elif kind == RECEIVE:
                self.now = time
                self.count += 1
                node = self._list[index]
                source, message, connection = payload
                if connection is None and node.up and not node.waits:
                    ctx = node.ctx
                    effects: list[Effect] = []
                    ctx._effects = effects
                    ctx.connection = None
                    node.machine.on_message(ctx, source, message)
                    answers: tuple[tuple[str, Value], ...] = ()
                    if ctx._answers:
                        answers = tuple(ctx._answers)
                        ctx._answers.clear()
                    rows = self.trace.rows
                    number = len(rows)
                    rows.append((time, node.name, "receive", source, message, cause, answers, "", self.count))
                    if effects:
                        self._apply(node, effects, number)
                elif connection is None and node.up:
                    self._handle(node, kinds.RECEIVE, payload, cause)
                elif payload[2] is not None:
                    self._receive_on_stream(node, payload, cause)
                else:
                    self._drop(payload[0], node.name, payload[1], cause, "the node is down")
            else:
                self.now = time
                self.count += 1
                node = self._list[index]
                self._do(kind, node, payload, cause)
            if self._monitors or self._gauges:
                self._monitor()
            if node.offers:
                self._offer(node)
            return True
        return False

    def run(self, until: int | None = None, limit: int = 10_000_000) -> int:
        """Run events up to the true time `until` (all, if None), at most `limit`; how many were run."""
        done = 0
        while done < limit:
            if until is not None:
                time = self.next_time()
                if time is None or time > until:
                    break
            if not self.step():
                break
            done += 1
        if until is not None and not self.stopped and self.outcome is None:
            self.advance(until)
        return done

    def advance(self, time: int) -> None:
        """Let the clock stand at `time` (µs) if no event comes before it: a person moves between events."""
        upcoming = self.next_time()
        if time > self.now and (upcoming is None or time <= upcoming) and not self.stopped:
            self.now = time

    def _do(self, kind: int, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        if kind == START:
            node.machine = self._fresh_machine(node)
            node.up = True
            self._handle(node, kinds.START, (), cause)
        elif kind == HAPPEN:
            self._happen(payload[0])
        elif kind == DEADLINE:
            self._deadline(payload[0])
        elif kind == HOP:
            self._hop(node.name, payload[0], INTACT)
        elif kind == DOWNLINK:
            self._downlink(node, payload, cause)
        elif kind == OPENED:
            self._opened(node, payload, cause)
        elif kind == CLOSED:
            self._closed(node, payload, cause)
        elif kind == RETRY:
            self._retry(node, payload[0])
        elif kind == HEAL:
            self._heal(payload[0], cause)
        elif kind == RESTART:
            self._restart(node, cause)
        elif kind == SLEWED:
            self._slewed(node, payload[0])
        elif kind == LIMIT:
            self._end_at_limit()

    # Handlers

    def _handle(
        self, node: Node, kind: str, payload: tuple[Any, ...], cause: int, given: tuple[Value, ...] = ()
    ) -> None:
        """Run one handler; `given` are the answers that it already has."""
        if not node.up:
            return
        if node.question is not None:
            node.inbox.append((kind, payload, cause))
            return
        ctx = node.ctx
        effects: list[Effect] = []
        ctx._effects = effects
        answers: list[tuple[str, Value]] = []
        ctx._answers = answers
        ctx._given = given
        ctx._opened = 0
        ctx.connection = None
        machine = node.machine
        saved = clone(machine) if node.waits else None
        try:
            if kind == kinds.RECEIVE:
                source, message, connection = payload
                ctx.connection = connection
                machine.on_message(ctx, source, message)
                peer, detail, note = source, message, connection or ""
            elif kind == kinds.TIMER:
                detail = payload[0]
                peer = note = ""
                machine.on_timer(ctx, detail)
            else:
                peer, detail, note = self._call(machine, ctx, kind, payload)
        except SuspendedError:
            ctx._answers = []
            node.machine = saved
            self._open_question(node, self.last_asked, kind, payload, cause, answers)
            return
        rows = self.trace.rows
        number = len(rows)
        rows.append((self.now, node.name, kind, peer, detail, cause, tuple(answers), note, self.count))
        ctx._answers = []
        ctx._given = ()
        if effects:
            self._apply(node, effects, number)
        if node.inbox:
            self._reopen_inbox(node)

    def _call(self, machine: Any, ctx: Context, kind: str, payload: tuple[Any, ...]) -> tuple[str, Any, str]:
        """Call the handler of a rarer event; (peer, detail, note) of its trace entry."""
        if kind == kinds.START:
            machine.on_start(ctx)
            return "", None, ""
        if kind == kinds.RESTART:
            machine.on_restart(ctx)
            return "", None, ""
        if kind == kinds.REQUEST:
            machine.on_request(ctx, payload[0])
            return "", payload[0], ""
        if kind == kinds.MOVE:
            choice, value = payload
            machine.on_move(ctx, choice, value)
            return "", (choice.name, value), ""
        if kind == kinds.OPENED:
            connection, peer = payload
            machine.on_open(ctx, connection, peer)
            return peer, connection, connection
        if kind == kinds.CLOSED:
            connection, peer, reset = payload
            machine.on_close(ctx, connection, peer, reset)
            return peer, connection, "reset" if reset else ""
        if kind == kinds.GARBLED:
            source, data = payload
            machine.on_garbled(ctx, source, data)
            return source, data, "flipped bits: the codec refuses it"
        raise AssertionError(f"no handler for {kind}")

    def _reopen_inbox(self, node: Node) -> None:
        """What waited during a question happens now, in the order of its arrival."""
        while node.inbox and node.question is None:
            kind, payload, cause = node.inbox.popleft()
            if kind == kinds.TIMER:
                key, seq = payload
                if node.timers.get(key, (0,))[0] != seq:
                    continue
                del node.timers[key]
                payload = (key,)
            waiting = node.inbox
            node.inbox = deque()
            self._handle(node, kind, payload, cause)
            node.inbox.extend(waiting)

    # Questions

    def ask(self, node: Node, choice: Choice, machine: Any, subject: Mapping[str, Any], place: int) -> Value | Pending:
        """Put a question to its seat; only contexts call it. The answer must lie in the choice's domain."""
        asked = self._asked(node.name, choice, machine, subject, node.clock.read(self.now))
        self.last_asked = asked
        name = choice.name
        if name in node.kept:
            value = node.kept[name]
            if choice.domain.problem(asked, value) is None:
                self.verdicts.append(judge(asked, value, self.count, self.now, node.personas))
                return value
        if name in node.played:
            # Seen now, whether or not a screen reads its candidates: a run and its replay must draw alike.
            _ = asked.dice_key
        seat = node.seats.get(name, node.seat)
        value = seat.answer(asked)
        if isinstance(value, Pending):
            return PENDING
        if name in node.played:
            self._check(asked, value)
            self._record(Answered(self.count, self.now, node.name, name, value), asked, node.personas)
        return value

    def _asked(self, name: str, choice: Choice, machine: Any, subject: Mapping[str, Any], now: int) -> WorldAsked:
        return WorldAsked(self, choice, name, machine, subject, now)

    def dice_key(self, asked: Asked, counted: bool = True) -> tuple[Any, ...]:
        """(seed, asker, choice, content, how often seen): what the dice of a question depend on.

        `counted`: from now on it has been seen once more.
        """
        content = blake2b(canonical((asked.node, asked.choice.name, dict(asked.subject))), digest_size=16).digest()
        times = self.seen.get(content, 0)
        if counted:
            self.seen[content] = times + 1
        return (self.seed, asked.node, asked.choice.name, content, times)

    def _check(self, asked: Asked, value: Value) -> None:
        problem = asked.choice.domain.problem(asked, value)
        if problem:
            raise ValueError(problem)

    def _record(self, answered: Answered, asked: Asked, personas: Sequence[Persona]) -> None:
        self.answers.append(answered)
        self.verdicts.append(judge(asked, answered.value, self.count, self.now, personas))

    def _open_question(
        self,
        node: Node,
        asked: WorldAsked,
        kind: str,
        payload: tuple[Any, ...],
        cause: int,
        answers: list[tuple[str, Value]],
    ) -> None:
        choice = asked.choice
        patience = choice.deadline(asked) if choice.deadline else None
        deadline = None if patience is None else node.clock.true_at(asked.now + patience)
        given = tuple(value for _, value in answers)
        self.seq += 1
        question = Question(
            self.seq,
            asked,
            node.name,
            kind,
            payload,
            cause,
            given,
            deadline is None,
            self.count,
            deadline,
            asked.inaction,
        )
        node.question = question
        self.questions.append(question)
        if deadline is not None:
            self._push(deadline, DEADLINE, node.index, (question.number,))

    def _deadline(self, number: int) -> None:
        question = self._find(number)
        if question is None:
            return
        self._settle(question, question.fallback)

    def _find(self, number: int) -> Question | None:
        for question in self.questions:
            if question.number == number:
                return question
        return None

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """Answer an open question (the oldest, if none is named); the verdict on it.

        Raises LookupError if no question is open, ValueError in words if the value is not in the domain.
        """
        if question is None:
            if not self.questions:
                raise LookupError("no question is open")
            question = self.questions[0]
        else:
            found = self._find(question.number)
            if found is None:
                raise LookupError("that question is no longer open")
            question = found
        self._check(question.asked, value)
        self.answers.append(Answered(self.count, self.now, question.node, question.asked.choice.name, value))
        node = self.nodes.get(question.node)
        verdict = judge(question.asked, value, self.count, self.now, node.personas if node else ())
        self.verdicts.append(verdict)
        self._settle(question, value)
        return verdict

    def _settle(self, question: Question, value: Value) -> None:
        self.questions.remove(question)
        if question.node == NETWORK:
            self._settle_fate(question, value)
            node = None
        else:
            node = self.nodes[question.node]
            node.question = None
            self._handle(node, question.kind, question.payload, question.cause, (*question.given, value))
        if self._monitors or self._gauges:
            self._monitor()
        if node is not None and node.offers:
            self._offer(node)

    # Standing offers and kept answers

    def offers(self, name: str) -> list[Asked]:
        """The standing offers that the node `name` can take up now and that its player may."""
        node = self.nodes[name]
        if not node.up or node.question is not None or self.outcome is not None:
            return []
        return [
            asked
            for choice in node.offers
            if choice.name in node.played and choice.available(asked := self._offer_asked(node, choice, counted=False))
        ]

    def _offer_asked(self, node: Node, choice: Choice, counted: bool = True) -> WorldAsked:
        asked = self._asked(node.name, choice, node.machine, {}, node.clock.read(self.now))
        if not counted:
            # Looking at an offer leaves no mark in the world: screens look as often as they like.
            asked.peek()
        return asked

    def move(self, name: str, choice_name: str, value: Value) -> Verdict:
        """Take up a standing offer of the node `name`, now; the verdict.

        Raises LookupError if it cannot be taken up now, ValueError in words if the value is not in the domain.
        """
        for asked in self.offers(name):
            if asked.choice.name == choice_name:
                break
        else:
            raise LookupError(f"{choice_name} cannot be done now")
        self._check(asked, value)
        node = self.nodes[name]
        self._record(Answered(self.count, self.now, name, choice_name, value, "move"), asked, node.personas)
        self._move(node, asked.choice, value)
        return self.verdicts[-1]

    def _move(self, node: Node, choice: Choice, value: Value) -> None:
        self.count += 1
        self._handle(node, kinds.MOVE, (choice, value), -1)
        if self._monitors or self._gauges:
            self._monitor()

    def _offer(self, node: Node) -> None:
        """After an event of its own, every automated seat is asked whether it takes up a standing offer."""
        for _ in range(MOVES_IN_A_ROW):
            if not self._offer_once(node):
                return

    def _offer_once(self, node: Node) -> bool:
        for choice in node.offers:
            if not node.up or node.question is not None or self.outcome is not None:
                return False
            seat = node.seats.get(choice.name, node.seat)
            if seat.waits:
                continue
            asked = self._offer_asked(node, choice)
            if not choice.available(asked):
                continue
            value = seat.answer(asked)
            if value is PASS or isinstance(value, Pending):
                continue
            if choice.name in node.played:
                self._check(asked, value)
                self._record(
                    Answered(self.count, self.now, node.name, choice.name, value, "move"), asked, node.personas
                )
            self._move(node, choice, value)
            return True
        return False

    def keep(self, name: str, choice_name: str, value: Value) -> None:
        """From now on `value` answers this choice of the node `name` without a question (chairs, an alarm)."""
        node = self.nodes[name]
        assert node.protocol is not None
        node.protocol.choice(choice_name)
        self.answers.append(Answered(self.count, self.now, name, choice_name, value, "keep"))
        self.count += 1
        node.kept[choice_name] = value
        self._note(name, kinds.KEEP, (choice_name, value))

    def take(self, answered: Answered) -> None:
        """Take a recorded answer, move or kept answer, as it was given. Raises DivergedError if it does not fit."""
        self.advance(answered.at)
        try:
            if answered.how == "move":
                self.move(answered.node, answered.choice, answered.value)
            elif answered.how == "keep":
                self.keep(answered.node, answered.choice, answered.value)
            else:
                for question in self.questions:
                    if question.node == answered.node and question.asked.choice.name == answered.choice:
                        self.answer(answered.value, question)
                        return
                raise LookupError(f"{answered.node} is not asked {answered.choice}")
        except (LookupError, ValueError) as error:
            raise DivergedError(f"after event {answered.after}: {error}") from None

    # Effects

    def _apply(self, node: Node, effects: Iterable[Effect], cause: int) -> None:
        rows = self.trace.rows
        now, name, count = self.now, node.name, self.count
        for effect in effects:
            if node.strike is not None:
                left, back = node.strike
                if left == 0:
                    self._crash(node, back, cause)
                    return
                node.strike = (left - 1, back)
            kind = type(effect)
            if kind is Send:
                to: str = effect[0]  # type: ignore[assignment]
                message: Any = effect[1]  # type: ignore[misc]
                connection: str | None = effect[2]  # type: ignore[misc, assignment]
                node.sent += 1
                number = len(rows)
                if connection is None:
                    rows.append((now, name, kinds.SEND, to, message, cause, (), "", count))
                    fast = node.links.get(to)
                    if fast is not None:
                        self.seq += 1
                        self.agenda.push((now + fast[1], self.seq, RECEIVE, fast[0], (name, message, None), number))
                    else:
                        self._send(node, to, message, number)
                else:
                    self._send_on(node, connection, message, cause)
            elif kind is SetTimer:
                self._set_timer(node, effect, cause)  # type: ignore[arg-type]
            else:
                self._apply_rare(node, effect, cause)
        if node.strike is not None and node.strike[0] == 0:
            self._crash(node, node.strike[1], cause)

    def _apply_rare(self, node: Node, effect: Effect, cause: int) -> None:
        if isinstance(effect, CancelTimer):
            node.timers.pop(effect.key, None)
        elif isinstance(effect, Save):
            node.stored[effect.key] = effect.value
            self._note(node.name, kinds.SAVE, (effect.key, effect.value), cause=cause)
        elif isinstance(effect, Deliver):
            node.delivered.append(effect.value)
            self._note(node.name, kinds.DELIVER, effect.value, cause=cause)
        elif isinstance(effect, Open):
            self._open(node, effect, cause)
        elif isinstance(effect, Close):
            self._close(node, effect.connection, False, cause)
        elif isinstance(effect, AdjustClock):
            self._adjust(node, effect, cause)
        else:
            assert not isinstance(effect, Send | SetTimer)
            self._close(node, effect.connection, True, cause)

    def _note(self, node: str, kind: str, detail: Any, peer: str = "", cause: int = -1, note: str = "") -> int:
        rows = self.trace.rows
        rows.append((self.now, node, kind, peer, detail, cause, (), note, self.count))
        return len(rows) - 1

    # Timers and clocks

    def _set_timer(self, node: Node, effect: SetTimer, cause: int) -> None:
        key, after, at = effect
        clock = node.clock
        if after is not None:
            target = clock.read(self.now) + max(0, after)
            true = self.now + max(0, after) if clock.perfect else clock.true_at(target)
        else:
            assert at is not None
            target = at
            true = max(self.now, clock.true_at(at))
        seq = self._push(true, TIMER, node.index, (key,), cause)
        node.timers[key] = (seq, target, after is None)

    def _adjust(self, node: Node, effect: AdjustClock, cause: int) -> None:
        if effect.over <= 0:
            self._step_clock(node, effect.by, cause)
            return
        self._note(node.name, kinds.CLOCK, effect.by, cause=cause, note=f"slewed over {effect.over} µs")
        rate = effect.by * 1_000_000 // effect.over
        node.clock.slew(self.now, rate)
        self._reset_timers(node)
        self._push(node.clock.true_at(node.clock.read(self.now) + effect.over), SLEWED, node.index, (rate,))

    def _slewed(self, node: Node, rate: int) -> None:
        if node.clock.slewing == rate:
            node.clock.slew(self.now, 0)
            self._reset_timers(node)

    def _step_clock(self, node: Node, by: int, cause: int = -1) -> None:
        self._note(node.name, kinds.CLOCK, by, cause=cause, note="stepped")
        node.clock.step(self.now, by)
        node.timers = {key: (seq, target if at else target + by, at) for key, (seq, target, at) in node.timers.items()}
        self._reset_timers(node)

    def _reset_timers(self, node: Node) -> None:
        """Timers ring by the local clock: after it was adjusted they ring at other true times."""
        for key, (_, target, at) in list(node.timers.items()):
            true = max(self.now, node.clock.true_at(target))
            node.timers[key] = (self._push(true, TIMER, node.index, (key,)), target, at)

    # Datagrams

    def _size(self, protocol: Protocol | None, message: Any, source: str, destination: str) -> int:
        size = getattr(message, "size", None)
        if isinstance(size, int):
            return size
        assert protocol is not None
        return len(protocol.codec.encode(message, self.envelope(source, destination)))

    def _drop(self, source: str, destination: str, message: Any, cause: int, reason: str) -> None:
        self._note(source, kinds.DROP, message, destination, cause, reason)

    def _send(self, node: Node, to: str, message: Any, number: int) -> None:
        destination = self.nodes.get(to)
        if destination is None:
            self._drop(node.name, to, message, number, "no node has this name")
            return
        if self._plain:
            link = self._link(node.name, to)
            if link is not None and link.spec.rate is None and link.spec.mtu is None:
                node.links[to] = (destination.index, link.spec.latency)
                self._push(self.now + link.spec.latency, RECEIVE, destination.index, (node.name, message, None), number)
                return
        packet = Packet(node.name, to, message, number)
        fate = self._fate(packet)
        if fate is not None:
            self._hop(node.name, packet._replace(flips=fate.flips), fate)

    def _fate(self, packet: Packet) -> Fate | None:
        """What becomes of the packet; None while the network's seat is thinking."""
        pair = (packet.source, packet.destination)
        rules = self._rules.get(pair)
        if rules is not None:
            nth = self.passed[pair] = self.passed.get(pair, 0) + 1
            rule = rules.get(nth)
            if rule is not None:
                return fate_of(rule.fate, rule.late)
        network = self.scenario.network
        if network is None:
            return INTACT
        if isinstance(network, DiceSpec):
            content = blake2b(canonical((*pair, packet.message)), digest_size=16).digest()
            times = self.seen.get(content, 0)
            self.seen[content] = times + 1
            return rolled_fate(Dice(self.seed, NETWORK, FATE.name, content, times), network)
        if not any(self.left.values()) or (network.only and pair not in network.only):
            return INTACT
        subject = {
            "source": packet.source,
            "destination": packet.destination,
            "message": packet.message,
            "left": dict(self.left),
        }
        asked = self._asked(NETWORK, FATE, None, subject, self.now)
        _ = asked.dice_key
        self.last_asked = asked
        if self.player.waits:
            value = self.player.answer(asked)
            if isinstance(value, Pending):
                self.seq += 1
                question = Question(
                    self.seq, asked, NETWORK, kinds.SEND, (packet,), -1, (), True, self.count, None, AS_IT_IS
                )
                self.questions.append(question)
                return None
        else:
            value = self.player.answer(asked)
        self._check(asked, value)
        self._record(Answered(self.count, self.now, NETWORK, FATE.name, value), asked, ())
        return self._spend(value)

    def _spend(self, value: Value) -> Fate:
        network = self.scenario.network
        assert isinstance(network, NetworkSeat)
        if value in self.left:
            self.left[value] -= 1
        return fate_of(value, network.late)

    def _settle_fate(self, question: Question, value: Value) -> None:
        packet: Packet = question.payload[0]
        fate = self._spend(value)
        self._hop(packet.source, packet._replace(flips=fate.flips), fate)
        if not any(self.left.values()):
            for other in [other for other in self.questions if other.node == NETWORK]:
                self.questions.remove(other)
                self._hop(other.payload[0].source, other.payload[0], INTACT)

    def _link(self, here: str, there: str) -> LinkState | None:
        state = self.link_states.get((here, there))
        if state is None:
            spec = self.scenario.links.get((here, there), self.scenario.default_link)
            if spec is None:
                return None
            state = self.link_states[here, there] = LinkState(spec)
        return state

    def _hop(self, here: str, packet: Packet, fate: Fate) -> None:
        """One link further: over the access link, the queue, the wire."""
        pair = (packet.source, packet.destination)
        there = packet.destination
        if self._hops and (here, there) not in self.scenario.links:
            hop = self._hops.get((here, there))
            if hop is None and self.nodes[here].spec.router:
                self._drop(*pair, packet.message, packet.sent, f"{here} has no route to {there}")
                return
            there = hop or there
        if here != packet.source:
            if packet.ttl <= 1:
                self._drop(*pair, packet.message, packet.sent, f"its time to live ran out at {here}")
                return
            packet = packet._replace(ttl=packet.ttl - 1)
            self._note(here, kinds.FORWARD, packet.message, there, packet.sent)
        link = self._link(here, there)
        if link is None:
            self._drop(*pair, packet.message, packet.sent, f"no link from {here} to {there}")
            return
        if link.cuts or (self._pair_cut(pair) and here == packet.source):
            self._drop(*pair, packet.message, packet.sent, f"the link from {here} to {there} is cut")
            return
        if not fate.delays:
            self._drop(*pair, packet.message, packet.sent, "lost on the way")
            return
        departure = self._departure(here, link, packet)
        if departure is None:
            return
        node = self.nodes[there]
        for delay in fate.delays:
            arrival = departure + link.spec.latency + delay
            if there != packet.destination:
                self._push(arrival, HOP, node.index, (packet,), packet.sent)
            elif node.spec.down is not None or packet.flips:
                self._push(arrival, DOWNLINK, node.index, (packet,), packet.sent)
            else:
                self._push(arrival, RECEIVE, node.index, (packet.source, packet.message, None), packet.sent)

    def _pair_cut(self, pair: tuple[str, str]) -> bool:
        state = self.link_states.get(pair)
        return state is not None and state.cuts > 0

    def _departure(self, here: str, link: LinkState, packet: Packet) -> int | None:
        """When the packet's last bit leaves; None if it was dropped."""
        node = self.nodes[here]
        now = self.now
        spec = link.spec
        if spec.rate is None and spec.mtu is None and node.spec.up is None:
            return now
        size = self._size(self.nodes[packet.source].protocol, packet.message, packet.source, packet.destination)
        if spec.mtu is not None and size > spec.mtu:
            self._drop(
                packet.source, packet.destination, packet.message, packet.sent,
                f"{size} bytes are more than the MTU of {spec.mtu}",
            )  # fmt: skip
            return None
        if node.spec.up is not None:
            now = node.up_free = max(now, node.up_free) + transmission_time(size, node.spec.up)
        departure = link.depart(now, size)
        if departure is None:
            self._drop(packet.source, packet.destination, packet.message, packet.sent, f"the queue at {here} is full")
        return departure

    def _downlink(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        if len(payload) == 1:
            packet: Packet = payload[0]
            source, message, connection, flips = packet.source, packet.message, None, packet.flips
        else:
            source, message, connection = payload
            flips = ()
        arrival = self.now
        if node.spec.down is not None:
            protocol = self.nodes[source].protocol
            size = self._size(protocol, message, source, node.name)
            arrival = node.down_free = max(arrival, node.down_free) + transmission_time(size, node.spec.down)
        if not flips:
            self._push(arrival, RECEIVE, node.index, (source, message, connection), cause)
            return
        self._garble(node, source, message, flips, cause)

    def _garble(self, node: Node, source: str, message: Any, flips: tuple[int, ...], cause: int) -> None:
        protocol = node.protocol
        assert protocol is not None
        envelope = self.envelope(source, node.name)
        data = bytearray(protocol.codec.encode(message, envelope))
        for flip in flips:
            bit = flip % (len(data) * 8)
            data[bit // 8] ^= 0x80 >> bit % 8
        if not node.up:
            self._drop(source, node.name, message, cause, "the node is down")
            return
        try:
            received = protocol.codec.decode(bytes(data), envelope)
        except ValueError:
            self._handle(node, kinds.GARBLED, (source, bytes(data)), cause)
        else:
            self._handle(node, kinds.RECEIVE, (source, received, None), cause)

    # Streams

    def _latency(self, here: str, there: str) -> int:
        if self._hops and (here, there) not in self.scenario.links:
            total, place = 0, here
            while place != there:
                hop = self._hops.get((place, there))
                if hop is None:
                    break
                total += self.scenario.links[place, hop].latency
                place = hop
            else:
                return total
        link = self._link(here, there)
        return link.spec.latency if link else 0

    def _reachable(self, here: str, there: str) -> bool:
        link = self._link(here, there)
        return (link is not None and not link.cuts) or bool(self._hops.get((here, there)))

    def _open(self, node: Node, effect: Open, cause: int) -> None:
        to, name = effect.to, effect.connection
        node.opened += 1
        node.ctx._opened = 0
        number = self._note(node.name, kinds.OPEN, name, to, cause)
        peer = self.nodes.get(to)
        self.connections[name] = connection = Connection(name, node.name, to)
        if peer is None or not self._reachable(node.name, to) or not self._reachable(to, node.name):
            self._push(self.now + STREAM_PATIENCE, CLOSED, node.index, (name, to, True), number)
            return
        there = self.now + self._latency(node.name, to)
        back = there + self._latency(to, node.name)
        connection.last[to], connection.last[node.name] = there, back
        self._push(there, OPENED, peer.index, (name, node.name), number)
        self._push(back, OPENED, node.index, (name, to), number)

    def _opened(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        name, peer = payload
        connection = self.connections.get(name)
        if connection is None or not node.up:
            if connection is not None:
                del self.connections[name]
                other = self.nodes[peer]
                self._push(
                    self.now + self._latency(node.name, peer), CLOSED, other.index, (name, node.name, True), cause
                )
            return
        connection.open_at[node.name] = True
        self._handle(node, kinds.OPENED, payload, cause)

    def _closed(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        name = payload[0]
        connection = self.connections.pop(name, None)
        if node.up and (connection is None or connection.open_at[node.name] or payload[2]):
            self._handle(node, kinds.CLOSED, payload, cause)

    def _close(self, node: Node, name: str, reset: bool, cause: int) -> None:
        connection = self.connections.get(name)
        if connection is None or not connection.open_at[node.name]:
            return
        peer = connection.peer(node.name)
        connection.open_at[node.name] = False
        number = self._note(node.name, kinds.CLOSE, name, peer, cause, "reset" if reset else "")
        arrival = self.now + self._latency(node.name, peer)
        if reset:
            del self.connections[name]
        else:
            arrival = max(arrival, connection.last[peer])
        self._push(arrival, CLOSED, self.nodes[peer].index, (name, node.name, reset), number)

    def _send_on(self, node: Node, name: str, message: Any, cause: int) -> None:
        connection = self.connections.get(name)
        if connection is None or not connection.open_at[node.name]:
            node.sent -= 1
            return
        peer = connection.peer(node.name)
        number = self._note(node.name, kinds.SEND, message, peer, cause, name)
        if connection.parked[peer] or not self._reachable(node.name, peer):
            if not connection.parked[peer]:
                self._push(self.now + STREAM_RETRY, RETRY, node.index, (name,), number)
            connection.parked[peer].append((message, number))
            return
        self._stream(node, connection, message, number)

    def _stream(self, node: Node, connection: Connection, message: Any, number: int) -> None:
        peer = connection.peer(node.name)
        target = self.nodes[peer]
        departure = self.now
        link = self._link(node.name, peer)
        rate = link.spec.rate if link else None
        if node.spec.up is not None or rate is not None:
            size = self._size(node.protocol, message, node.name, peer)
            if node.spec.up is not None:
                departure = node.up_free = max(departure, node.up_free) + transmission_time(size, node.spec.up)
            if link is not None and rate is not None:
                departure = link.free_at = max(departure, link.free_at) + transmission_time(size, rate)
        arrival = departure + self._latency(node.name, peer)
        if isinstance(self.scenario.network, DiceSpec):
            arrival += self._stream_delay(node.name, peer, message)
        arrival = connection.last[peer] = max(arrival, connection.last[peer])
        kind = RECEIVE if target.spec.down is None else DOWNLINK
        self._push(arrival, kind, target.index, (node.name, message, connection.name), number)

    def _stream_delay(self, source: str, destination: str, message: Any) -> int:
        """Loss under a stream is delay above it."""
        spec = self.scenario.network
        assert isinstance(spec, DiceSpec)
        content = blake2b(canonical((source, destination, message)), digest_size=16).digest()
        times = self.seen.get(content, 0)
        self.seen[content] = times + 1
        dice = Dice(self.seed, NETWORK, "stream", content, times)
        delay = dice.between(*spec.jitter)
        backoff = STREAM_LOSS_DELAY
        while dice.chance(spec.loss) and backoff < 60_000_000:
            delay += backoff
            backoff *= 2
        return delay

    def _receive_on_stream(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        connection = self.connections.get(payload[2])
        if connection is None or not connection.open_at[node.name] or not node.up:
            self._drop(payload[0], node.name, payload[1], cause, "the stream is closed")
            return
        self._handle(node, kinds.RECEIVE, payload, cause)

    def _retry(self, node: Node, name: str) -> None:
        connection = self.connections.get(name)
        if connection is None:
            return
        peer = connection.peer(node.name)
        if not self._reachable(node.name, peer):
            self._push(self.now + STREAM_RETRY, RETRY, node.index, (name,))
            return
        parked, connection.parked[peer] = connection.parked[peer], []
        for message, number in parked:
            self._stream(node, connection, message, number)

    # Happenings

    def _happen(self, happening: Happening) -> None:
        if isinstance(happening, Crash):
            node = self.nodes[happening.node]
            if happening.effects is None:
                self._crash(node, happening.back)
            else:
                node.strike = (happening.effects, happening.back)
        elif isinstance(happening, Cut):
            for pair in happening.pairs:
                link = self._link(*pair)
                if link is not None:
                    link.cuts += 1
            number = self._note(NETWORK, kinds.CUT, happening.pairs)
            if happening.length is not None:
                self._push(self.now + happening.length, HEAL, 0, (happening.pairs,), number)
        elif isinstance(happening, ClockJump):
            self._step_clock(self.nodes[happening.node], happening.by)
        elif isinstance(happening, Request):
            self._handle(self.nodes[happening.node], kinds.REQUEST, (happening.request,), -1)
        elif isinstance(happening, Forge):
            node = self.nodes[happening.destination]
            if node.up:
                self._handle(node, kinds.RECEIVE, (happening.source, happening.message, None), -1)

    def _heal(self, pairs: tuple[tuple[str, str], ...], cause: int) -> None:
        for pair in pairs:
            link = self._link(*pair)
            if link is not None:
                link.cuts -= 1
        self._note(NETWORK, kinds.HEAL, pairs, cause=cause)

    def crash(self, name: str) -> None:
        """Stop a node now: for the explorer."""
        self._crash(self.nodes[name], None)

    def _crash(self, node: Node, back: int | None, cause: int = -1) -> None:
        node.strike = None
        if not node.up:
            return
        node.up = False
        node.timers.clear()
        node.inbox.clear()
        if node.question is not None:
            self.questions.remove(node.question)
            node.question = None
        number = self._note(node.name, kinds.CRASH, None, cause=cause)
        for connection in [c for c in self.connections.values() if node.name in (c.a, c.b)]:
            peer = connection.peer(node.name)
            del self.connections[connection.name]
            arrival = self.now + self._latency(node.name, peer)
            if peer in self.nodes:
                self._push(arrival, CLOSED, self.nodes[peer].index, (connection.name, node.name, True), number)
        if back is not None:
            self._push(self.now + back, RESTART, node.index, (), number)

    def _restart(self, node: Node, cause: int) -> None:
        if node.up:
            return
        node.machine = self._fresh_machine(node)
        node.up = True
        self._handle(node, kinds.RESTART, (), cause)

    # Goals

    def _monitor(self) -> None:
        if self.outcome is not None:
            return
        self._watch()
        wanted = 0
        for place, (law, evidence, wins) in enumerate(self._monitors):
            if not wins:
                if law.holds(evidence):
                    self.outcome = Outcome(False, law.text, self.now)
                    return
            elif law.law.kind is LawKind.ALWAYS:
                if not law.holds(evidence):
                    self.outcome = Outcome(False, f"broken: {law.text}", self.now)
                    return
            else:
                wanted += 1
                if place not in self._reached and law.holds(evidence):
                    self._reached.add(place)
        if wanted and len(self._reached) == wanted:
            self.outcome = Outcome(True, "; ".join(law.text for law, _, wins in self._monitors if wins), self.now)

    def _watch(self) -> None:
        watchers: list[tuple[Any, Evidence]] = [
            (law.watch, evidence) for law, evidence, _ in self._monitors if law.law.watch is not None
        ]
        watchers += [(measure.watch, evidence) for measure, evidence in self._gauges]
        if watchers:
            for entry in self.trace.since(self._watched):
                for watch, evidence in watchers:
                    watch(evidence, entry)
        self._watched = len(self.trace)

    def _end_at_limit(self) -> None:
        self._monitor()
        if self.outcome is not None:
            return
        missing = [
            law.text
            for place, (law, _, wins) in enumerate(self._monitors)
            if wins and law.law.kind is not LawKind.ALWAYS and place not in self._reached
        ]
        if missing:
            self.outcome = Outcome(False, f"time is up: {'; '.join(missing)}", self.now)
        else:
            words = "; ".join(law.text for law, _, wins in self._monitors if wins) or "time is up"
            self.outcome = Outcome(bool(self.scenario.win), words, self.now)


class WorldAsked(Asked):
    """A question whose dice know how often the same was asked in this world."""

    __slots__ = ("_world",)

    def __init__(self, world: World, choice: Choice, node: str, me: Any, subject: Mapping[str, Any], now: int) -> None:
        super().__init__(choice, node, me, subject, now)
        self._world = world

    def rebound(self, world: World) -> WorldAsked:
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


def replayed(scenario: Scenario, answers: Sequence[Answered], until: int | None = None) -> World:
    """The world after event number `until` (None: after the last answer, run to the next question or the end).

    Raises DivergedError if the answers do not fit.
    """
    world = World(scenario)
    for answered in answers:
        if until is not None and answered.after >= until:
            break
        while world.count < answered.after and world.step():
            pass
        if world.count != answered.after:
            raise DivergedError(f"no event {answered.after}: the run stands at event {world.count}")
        world.take(answered)
    while (until is None or world.count < until) and world.step():
        pass
    return world


def entries_of(world: World, node: str) -> Iterator[Entry]:
    """The entries at one node, in order."""
    return (entry for entry in world.trace if entry.node == node)
