"""The world: a scenario at work, as everybody outside the kernel deals with it.

`World.step` runs one event; `World.answer` answers an open question; `World.move` takes up a standing offer;
`World.fork` copies everything, open questions too; `replayed` runs a scenario with recorded answers.

A world is a house of parts, each of which owns what it keeps. From the ground up, each knowing only those below:

    course      the present, what is planned (agenda), what has happened (trace)
    roster      the nodes
    chance      what the dice depend on
    links       what lies between the nodes
    desk        questions, seats, answers, verdicts
    datagrams, streams      how messages travel
    runner      handlers, effects, timers, clocks, crashes
    facts, goals, betting   what is true, what is wanted, and what is bet on
    offers, hand            unprompted moves of nodes, and of the network
    happenings              what befalls all of them by the scenario, and what arrives in a live world

The world itself keeps nothing: it hands each event to its part, and what follows from it to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import (
    CALM,
    CLOSED,
    DEADLINE,
    DOWNLINK,
    GRACE,
    HAPPEN,
    HEAL,
    HOP,
    LIMIT,
    NOBODY,
    OPENED,
    RECEIVE,
    RELEASE,
    RESTART,
    RETRY,
    SLEWED,
    START,
    TIMER,
    Agenda,
    Event,
    stream_of,
)
from core.kernel.beside import Beside
from core.kernel.betting import Betting
from core.kernel.casting import roster_of
from core.kernel.chance import Chance
from core.kernel.choice import Asked, Value, Verdict
from core.kernel.course import Course
from core.kernel.datagrams import Datagrams
from core.kernel.desk import Desk
from core.kernel.facts import Facts
from core.kernel.goals import Goals
from core.kernel.hand import NetworkHand, Parts, Tile
from core.kernel.happenings import Happenings
from core.kernel.inspector import Inspection, Trials
from core.kernel.laws import BoundLaw, Evidence, Tally
from core.kernel.links import Links
from core.kernel.machines import Machines
from core.kernel.node import ACTS, Answered, DivergedError, Node, Outcome, Question
from core.kernel.offers import Offers
from core.kernel.protocol import Envelope, Protocol
from core.kernel.runner import Runner
from core.kernel.scenario import (
    NETWORK,
    Arrival,
    Scenario,
    Side,
)
from core.kernel.seats import Keeping, Pending, Player, Seat
from core.kernel.shown import Changes
from core.kernel.streams import Streams
from core.kernel.suspects import INSPECTOR
from core.kernel.trace import Entry, Trace

__all__ = ["ACTS", "Answered", "DivergedError", "Node", "Outcome", "Question", "World", "replayed"]


class World:
    """A scenario at work. Everything in it follows from the scenario, its seed and the answers."""

    __slots__ = (
        "_chance", "_course", "_datagrams", "_desk", "_facts", "_goals", "_happenings", "_links", "_offers", "_runner",
        "_streams", "betting", "hand", "inspection", "nodes", "scenario", "sides",
    )  # fmt: skip

    def __init__(self, scenario: Scenario, player: Seat | None = None, *, intervals: bool = True) -> None:
        """`player` sits in the seat that the scenario gives to the player; a person (who answers later) if None.
        `intervals`: may somebody want to see the intervals of
        its nodes, and the worlds beside it? Whoever runs a world that nobody sees does without."""
        self.scenario = scenario
        self._course = course = Course()
        self.nodes = roster = roster_of(scenario)
        """All nodes by name, in the scenario's order: to read."""
        self._chance = chance = Chance(scenario.seed)
        self._links = links = Links(scenario)
        player = Player() if player is None else player
        self._desk = desk = Desk(course, roster, chance, player, scenario.decided, scenario.live)
        self._datagrams = datagrams = Datagrams(scenario, course, roster, links, chance, desk)
        self._streams = streams = Streams(scenario, course, roster, links, chance)
        self._runner = runner = Runner(Machines(scenario), course, roster, desk, datagrams, streams)
        self._facts = facts = Facts(course, roster, desk)
        self._goals = goals = Goals(scenario, facts, intervals)
        self._offers = offers = Offers(course, roster, desk, runner, goals)
        self._happenings = happenings = Happenings(course, roster, links, datagrams, streams, runner)
        self.hand = (
            None
            if scenario.hand is None
            else NetworkHand(
                scenario.hand,
                scenario.links,
                Parts(course, roster, links, chance, desk, datagrams, streams, runner, goals, offers),
                None if scenario.claim is None else partial(scenario.claim.found, scenario),
            )
        )
        """What the network's hand sees and holds: to read; None if nobody has it."""
        self.betting = Betting(scenario, course, roster, desk, facts, goals) if scenario.bets else None
        """What may be bet on, and what was: to read; None if there are no bets."""
        seen = (side for side in scenario.sides if intervals or side.keeps is not None)
        self._set_sides(Beside(self, self._beside(side, intervals), side) for side in seen)
        inspector = scenario.inspector
        self.inspection = (
            None if inspector is None else Inspection(Trials(scenario, _apart), inspector, course, desk, goals)
        )
        """What the inspector has struck and settled: to read; None if nobody inspects."""
        happenings.plan(scenario)
        plan = course.agenda.plan
        for node in roster.nodes:
            if not node.spec.router:
                plan(node.spec.starts, START, node.index, ())
        plan(scenario.limit, LIMIT, NOBODY, ())

    def fork(self, *, player: Seat | None = None, seed: int | None = None) -> World:
        """A copy of this world, open questions too, that goes on apart: with somebody else in the player's seat, or
        with other dice from here on. It shares with this one whatever neither of them changes."""
        copy = object.__new__(World)
        copy.scenario = self.scenario
        copy._course = course = self._course.fork()
        copy.nodes = roster = self.nodes.fork()
        copy._chance = chance = self._chance.fork(seed)
        copy._links = links = self._links.fork()
        copy._desk = desk = self._desk.fork(course, roster, chance)
        copy._datagrams = datagrams = self._datagrams.fork(course, roster, links, chance, desk)
        copy._streams = streams = self._streams.fork(course, roster, links, chance)
        copy._runner = runner = self._runner.fork(course, roster, desk, datagrams, streams)
        copy._facts = facts = Facts(course, roster, desk)
        copy._goals = goals = self._goals.fork(facts)
        copy._offers = offers = self._offers.fork(course, roster, desk, runner, goals)
        copy._happenings = Happenings(course, roster, links, datagrams, streams, runner)
        copy.hand = (
            None
            if self.hand is None
            else self.hand.fork(Parts(course, roster, links, chance, desk, datagrams, streams, runner, goals, offers))
        )
        copy.betting = None if self.betting is None else self.betting.fork(course, roster, desk, facts, goals)
        copy.inspection = None if self.inspection is None else self.inspection.fork(course, desk, goals)
        copy._set_sides(side.fork(copy) for side in self.sides)
        copy.sit(self.player if player is None else player)
        return copy

    def _beside(self, side: Side, intervals: bool) -> World:
        """A world beside this one, as it begins."""
        sitter = Keeping(side.kept) if self.scenario.player else None
        return World(self.scenario.beside(side), sitter, intervals=intervals)

    def _set_sides(self, sides: Iterable[Beside[World]]) -> None:
        self.sides = tuple(sides)
        """The worlds beside this one: to read."""
        if self.sides and self.hand is not None:
            self.hand.mirror = self._mirror
        trap = self.beside
        if trap is not None:
            assert self.hand is not None, "a fair trap is for the network's hand"
            self._goals.judge = trap.judge
            self._goals.active = True

    def _mirror(self, choice: str, value: Value, tile: Tile | None) -> None:
        for side in self.sides:
            side.act(choice, value, tile)

    @property
    def beside(self) -> Beside[World] | None:
        """The second row of a fair trap: to read; None if there is none."""
        return next((side for side in self.sides if side.side.keeps is not None), None)

    # How it stands

    @property
    def seed(self) -> int:
        """What the dice are thrown by: the scenario's, but for forks with another."""
        return self._chance.seed

    @property
    def rolled(self) -> bool:
        """Did dice decide anything? Until then the same answers make the same run on every seed with these
        happenings."""
        return self._chance.rolled

    @property
    def now(self) -> int:
        """True time (µs)."""
        return self._course.now

    @property
    def count(self) -> int:
        """How many events there were."""
        return self._course.count

    @property
    def agenda(self) -> Agenda:
        """What is planned: to read."""
        return self._course.agenda

    @property
    def trace(self) -> Trace:
        """Everything that happened: to read."""
        return self._course.trace

    @property
    def player(self) -> Seat:
        """Who has the player's seat."""
        return self._desk.player

    @property
    def questions(self) -> list[Question]:
        """The open questions, the oldest first: to read."""
        return self._desk.questions

    @property
    def answers(self) -> list[Answered]:
        """What the player's seat has answered so far: to read."""
        return self._desk.answers

    @property
    def verdicts(self) -> list[Verdict]:
        """What is said of the answers so far: to read."""
        return self._desk.verdicts

    @property
    def outcome(self) -> Outcome | None:
        """How the run ended; None while it goes on."""
        return self._goals.outcome

    @property
    def over(self) -> bool:
        """Has the run ended?"""
        return self._goals.outcome is not None

    @property
    def stopped(self) -> bool:
        """Does the clock stand still for an open question?"""
        return self._desk.stopped

    @property
    def free_run_is_over(self) -> bool:
        """Is an inspector's free run at its end, so that nothing is left but to settle the suspects? There a person has
        all the time; the next event is the end of the run."""
        if self.inspection is None or not self.inspection.open:
            return False
        upcoming = self._upcoming()
        return upcoming is not None and upcoming[2] == LIMIT

    @property
    def idle(self) -> bool:
        """Is nothing under way, no timer set and nobody asked?"""
        return self._facts.idle

    @property
    def left(self) -> Mapping[str, int]:
        """How often the network's seat may still do what: see `NetworkSeat.budget`."""
        return self._datagrams.left

    @property
    def routed(self) -> bool:
        """Are there routers, so that packets go hop by hop?"""
        return self._links.routed

    @property
    def connections(self) -> dict[str, tuple[str, str]]:
        """The streams that were opened and have not ended: name → (who opened it, to whom)."""
        return self._streams.standing()

    def latency(self, here: str, there: str) -> int:
        """µs of the undisturbed way from node to node, without queues."""
        return self._links.latency(here, there)

    @property
    def facts(self) -> Facts:
        """The truth of this world, for `Evidence`."""
        return self._facts

    def evidence(self) -> Evidence:
        """The truth of this world, read only."""
        return Evidence(self._facts)

    def measures(self) -> dict[str, int]:
        """The scenario's par measures, as they stand."""
        return self._goals.measures()

    def goals(self) -> list[tuple[BoundLaw, bool]]:
        """Every law of win with whether it is reached (eventually, sometimes) or unbroken (always); of an inspector,
        what is to be done."""
        return self._goals.goals() if self.inspection is None else self.inspection.goals()

    def tallies(self) -> list[Tally | None]:
        """How far each of them is, in the same order; None where nobody can say, or where there is nothing left."""
        return self._goals.tallies() if self.inspection is None else [None for _ in self.inspection.goals()]

    @property
    def changes(self) -> Changes | None:
        """Which nodes came into which of their room's intervals, or left them; None if no room here has any. Raises
        LookupError if the world was made to be seen by nobody: then they are not known."""
        if self._goals.unfollowed:
            raise LookupError("this world does not follow its intervals")
        return self._goals.changes

    def envelope(self, source: str, destination: str) -> Envelope:
        """The envelope of messages from source to destination. Names of no node get addresses of 198.51.100.0/24."""
        return self.nodes.envelope(source, destination)

    def protocol_of(self, entry: Entry) -> Protocol | None:
        """The protocol of a message's entry."""
        return self._facts.protocol_of(entry)

    def ends(self, entry: Entry) -> tuple[str, str]:
        """(source, destination) of an entry that carries a message."""
        return self._facts.ends(entry)

    def bytes_of(self, entry: Entry) -> bytes:
        """The bytes of the message in this entry; b"" if it carries none."""
        return self._facts.bytes_of(entry)

    def trace_sha256(self) -> str:
        """The hash of the whole trace, hex; see core.kernel.trace for the format."""
        return self._facts.trace_sha256()

    # Time

    def step(self) -> bool:
        """Run the next event. False if there is none: a question stops the world, or the run is over."""
        desk, goals = self._desk, self._goals
        if goals.outcome is not None or (desk.questions and desk.stopped):
            return False
        if self.inspection is not None and not desk.waits and self.free_run_is_over:
            self.inspection.settle()
            if not self.inspection.open:
                return True
        course, roster = self._course, self.nodes
        agenda = course.agenda
        while True:
            event = agenda.front.popleft() if agenda.front else agenda.pop()
            if event is None:
                return False
            time, _, kind, index, payload, cause = event
            if kind == RECEIVE:
                course.now = time
                course.count += 1
                node = roster.nodes[index]
                if node.owner is not roster.token:
                    node = roster.own(index)
                self._runner.receive(node, payload, cause)
                offers = node.offers
            elif self._facts.is_stale(event):
                continue
            else:
                course.now = time
                course.count += 1
                self._do(event)
                offers = () if index == NOBODY or kind == GRACE else roster.nodes[index].offers
            if goals.active:
                goals.look()
            if offers:
                self._offers.put(roster.nodes[index])
            if desk.questions and not desk.waits:
                self._answer_all()
            if self.hand is not None and not desk.waits:
                for _ in self.hand.round():
                    pass
            if self.betting is not None:
                self.betting.look()
            return True

    def _do(self, event: Event) -> None:
        """Hand an event to the part that it is for."""
        _, number, kind, index, payload, cause = event
        runner, own = self._runner, self.nodes.own
        if kind == TIMER:
            runner.ring(own(index), payload[0], number, cause)
        elif kind == START:
            runner.start(own(index), cause)
        elif kind == HAPPEN:
            self._happenings.happen(payload[0])
        elif kind == DEADLINE:
            question = self._desk.find(payload[0])
            assert question is not None
            self._desk.close(question)
            self._settle(question, question.fallback)
        elif kind == HOP:
            self._datagrams.hop(self.nodes.nodes[index].name, payload[0])
        elif kind == DOWNLINK:
            arrived = self._datagrams.downlink(index, payload, cause)
            if arrived is not None:
                runner.handle(own(index), *arrived, cause)
        elif kind == OPENED:
            if self._streams.opened(own(index), payload, cause):
                runner.handle(own(index), kinds.OPENED, payload, cause)
        elif kind == CLOSED:
            if self._streams.closed(own(index), payload):
                runner.handle(own(index), kinds.CLOSED, payload[:3], cause)
        elif kind == RETRY:
            self._streams.retry(own(index), payload[0])
        elif kind == HEAL:
            self._happenings.heal(payload[0], cause)
        elif kind == CALM:
            self._happenings.calm(payload, cause)
        elif kind == RESTART:
            runner.restart(own(index), cause)
        elif kind == SLEWED:
            runner.slewed(own(index), payload[0])
        elif kind == GRACE:
            self._offers.omitted(self.nodes.nodes[index].name, payload[0])
        elif kind == RELEASE:
            assert self.hand is not None
            self.hand.release(number)
        elif kind == LIMIT:
            if self.hand is not None:
                self.hand.end()
            if self.inspection is not None:
                self.inspection.end()
            self._goals.end_at_limit()

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
        if until is not None and not self.stopped and not self.over:
            self.advance(until)
        return done

    def advance(self, time: int) -> None:
        """Let the clock stand at `time` (µs) if no event comes before it: a person moves between events."""
        upcoming = self.next_time()
        if time > self.now and (upcoming is None or time <= upcoming) and not self.stopped:
            self._course.now = time
            for side in self.sides:
                side.catch_up(time)

    def next_time(self) -> int | None:
        """True time (µs) of the next event; None if the world stands still or is over."""
        if self.over or (self._desk.questions and self._desk.stopped):
            return None
        event = self._upcoming()
        return None if event is None else event[0]

    def _upcoming(self) -> Event | None:
        """The next event that is not stale."""
        agenda = self._course.agenda
        while (event := agenda.peek()) is not None:
            if not self._facts.is_stale(event):
                return event
            agenda.pop()
        return None

    # The player's seat

    def sit(self, player: Seat) -> None:
        """Let somebody else sit in the player's seat from now on."""
        self._desk.player = player
        if not player.waits:
            self._answer_all()

    def _answer_all(self) -> None:
        """Let the player's seat, one that never waits, answer what is open."""
        desk = self._desk
        while desk.questions and not self.over:
            question = desk.questions[0]
            value = desk.player.answer(question.asked)
            assert not isinstance(value, Pending)
            self.answer(value, question)

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """Answer an open question (the oldest, if none is named); the verdict on it.

        Raises LookupError if no question is open, ValueError in words if the value is not in the domain.
        """
        found, verdict = self._desk.answer(value, question)
        self._settle(found, value)
        return verdict

    def _settle(self, question: Question, value: Value) -> None:
        """What follows from an answer: the packet goes on, or the handler runs again."""
        node = None
        if question.node == NETWORK:
            self._datagrams.settle(question, value)
        else:
            node = self.nodes.own_named(question.node)
            given = (*question.given, value)
            self._runner.handle(node, question.kind, question.payload, question.cause, given, question.came)
        if self._goals.active:
            self._goals.look()
        if node is not None and node.offers:
            self._offers.put(node)
        if self.betting is not None:
            self.betting.look()

    def offers(self, name: str) -> list[Asked]:
        """The standing offers that the node `name` can take up now and that its player may. Of "network": what its hand
        can do; of "inspector": what its inspector can."""
        if name == NETWORK:
            return [] if self.hand is None else self.hand.offers()
        if name == INSPECTOR and self.inspection is not None:
            return self.inspection.offers()
        return self._offers.of(name)

    def due(self, name: str) -> list[str]:
        """The choices of the player's moves at the node `name` that the book would make now. (With a seat that never
        waits, only of those that have a grace.)"""
        if name == NETWORK or (name == INSPECTOR and self.inspection is not None):
            return []
        return self._offers.due(name)

    def move(self, name: str, choice_name: str, value: Value) -> Verdict:
        """Take up a standing offer of the node `name`, now; the verdict.

        Raises LookupError if it cannot be taken up now, ValueError in words if the value is not in the domain.
        """
        if name == NETWORK and self.hand is not None:
            verdict = self.hand.move(choice_name, value)
        elif name == INSPECTOR and self.inspection is not None:
            verdict = self.inspection.move(choice_name, value)
        else:
            verdict = self._offers.move(name, choice_name, value)
        if not self._desk.waits:
            self._answer_all()
        if self.betting is not None:
            self.betting.look()
        return verdict

    def bet(self, name: str, bet: str, share: Value) -> None:
        """Lay a chip at the node `name`: the chance, in per cent, that what may be bet on now is the bet's first side.

        Raises LookupError if there is nothing to bet on now, or no chip left; ValueError in words for what is no
        chance.
        """
        if self.betting is None:
            raise LookupError("there is nothing to bet on in this run")
        self.betting.lay(name, bet, share)

    @property
    def offers_wait(self) -> str:
        """The node that the last event left with offers for the player, which were not put to anybody yet; "" if
        there is none."""
        if self._offers.wait:
            return self._offers.at
        if self.inspection is not None and self.inspection.waits and self.free_run_is_over:
            return INSPECTOR
        return NETWORK if self.hand is not None and self.hand.waits else ""

    def offer_round(self) -> Generator[Asked, Value, None]:
        """Put the standing offers that wait (`offers_wait`) to their seats, as after an event of an automated node:
        yields each, if the player's seat is one that answers later, and takes the answer; PASS declines. The world must
        not go on meanwhile.

        Raises ValueError in words for an answer that is not in the domain.
        """
        if not self._offers.wait and self.inspection is not None:
            return self.inspection.round()
        if not self._offers.wait and self.hand is not None:
            return self.hand.round()
        return self._offers.round()

    def keep(self, name: str, choice_name: str, value: Value) -> None:
        """From now on `value` answers this choice of the node `name` without a question (chairs, an alarm).

        Raises LookupError if that is not the player's: in a run file, whoever wrote it would answer for the others;
        ValueError in words if it is no answer at all. One that does not fit a question is asked for there.
        """
        self._desk.keep(name, choice_name, value)
        node = self.nodes.own_named(name)
        if node.up and node.machine is not None and node.question is None:
            assert node.protocol is not None
            self._runner.handle(node, kinds.KEEP, (node.protocol.choice(choice_name), value), -1)
        else:
            self._course.note(name, kinds.KEEP, (choice_name, value))
        if self.betting is not None:
            self.betting.look()

    def forget(self, name: str, choice_name: str) -> None:
        """Ask this choice of the node `name` again, whatever was kept: for forks that look what else could be."""
        self._desk.forget(name, choice_name)

    def take(self, answered: Answered) -> None:
        """Take a recorded answer, move or kept answer, as it was given. Raises DivergedError if it does not fit."""
        self.advance(answered.at)
        try:
            if answered.how == "move":
                self.move(answered.node, answered.choice, answered.value)
            elif answered.how == "keep":
                self.keep(answered.node, answered.choice, answered.value)
            elif answered.how == "bet":
                self.bet(answered.node, answered.choice, answered.value)
            elif answered.how in ACTS:
                self._act(answered)
            else:
                for question in self.questions:
                    if question.node == answered.node and question.asked.choice.name == answered.choice:
                        self.answer(answered.value, question)
                        return
                raise LookupError(f"{answered.node} is not asked {answered.choice}")
        except (LookupError, ValueError) as error:
            raise DivergedError(f"after event {answered.after}: {error}") from None

    def _act(self, act: Answered) -> None:
        """Do what an explorer did. Raises LookupError, ValueError in words."""
        if not self.scenario.decided:
            raise LookupError(f"nobody can do a {act.how} in this run")
        if act.how == "order":
            events = self.simultaneous()
            if type(act.value) is not int or not 0 <= act.value < len(events):
                raise ValueError(f"there are {len(events)} simultaneous events, and none at place {act.value!r}")
            self.prefer(events[act.value], act.value)
            return
        if act.node not in self.nodes:
            raise LookupError(f"there is no node {act.node}")
        if act.how == "return":
            self.restart(act.node)
            return
        effects, back = act.value if act.how == "strike" and _is_pair(act.value) else (0, act.value)
        if type(effects) is not int or not (back is None or type(back) is int):
            raise ValueError(f"{act.value!r} is no {act.how}")
        if act.how == "strike":
            self.strike(act.node, effects, back)
        else:
            self.crash(act.node, back)

    # From outside a live world

    def happen(self, arrival: Arrival) -> None:
        """Plan an arrival that the scenario did not know of.

        For a replay to put it in the same place, nothing else may happen in its microsecond: raises ValueError if the
        clock has reached that already, or if something is planned then. `moment` finds a free one.
        """
        self._course.plan_alone(arrival.at, HAPPEN, self._happenings.place_of(arrival), (arrival,))

    def end(self, at: int) -> None:
        """Plan the end of the run, as `Scenario.limit` does. Raises ValueError as `happen`."""
        self._course.end(at)

    def moment(self, wanted: int) -> int:
        """The first free time from `wanted` on. Run the world to just before it, then ask again until it stays."""
        return self._course.moment(wanted)

    # For the explorer

    def simultaneous(self) -> list[int]:
        """The numbers of the events that are next at the same moment, in their order, each stream's first only: what
        comes on one stream keeps its order."""
        time = self.next_time()
        if time is None:
            return []
        found: list[int] = []
        streams: set[tuple[int, str]] = set()
        for event in self._course.agenda.at(time):
            if self._facts.is_stale(event):
                continue
            stream = stream_of(event)
            if stream is None or (event[3], stream) not in streams:
                found.append(event[1])
                if stream is not None:
                    streams.add((event[3], stream))
        return found

    def prefer(self, number: int, place: int) -> None:
        """Let the event of this number, at this place of those that are simultaneous, be the first of them."""
        if place:
            self._desk.note_act("order", NETWORK, place)
        self._course.agenda.prefer(number)

    def crash(self, name: str, back: int | None = None) -> None:
        """Stop a node now; it comes back after `back` µs, if not None."""
        self._desk.note_act("crash", name, back)
        self._runner.crash(self.nodes.own_named(name), back)
        if self._goals.active:
            self._goals.look()

    def network_key(self, told: Callable[[Any], Any] = lambda message: message) -> list[tuple[int, Any]]:
        """All that the future of what lies between the nodes depends on, but for what is under way, relative to now;
        and how often was asked what dice were thrown for. Each of its parts with its place; those that say nothing are
        left out. `told`: what stands there for a message that waits until a cut heals."""
        now = self._course.now
        parts = (self._links.key(now), self._streams.key(now, told), *self._datagrams.key(), self._chance.key(),
                 () if self.hand is None else self.hand.key())  # fmt: skip
        return [(place, part) for place, part in enumerate(parts) if part]

    def restart(self, name: str) -> None:
        """Let a node that is down come back now, with its stable storage only."""
        self._desk.note_act("return", name, None)
        self._runner.restart(self.nodes.own_named(name), -1)
        if self._goals.active:
            self._goals.look()
        if self.nodes[name].offers:
            self._offers.put(self.nodes[name])

    def strike(self, name: str, effects: int, back: int | None = None) -> None:
        """Let a node crash after so many more effects; it comes back after `back` µs, if not None."""
        self._desk.note_act("strike", name, (effects, back))
        self.nodes.own_named(name).strike = (effects, back)


def _apart(scenario: Scenario) -> World:
    """A world in which somebody tries what comes of a blow, and that nobody sees."""
    return World(scenario, intervals=False)


def _is_pair(value: Value) -> bool:
    return isinstance(value, tuple) and len(value) == 2


def replayed(
    scenario: Scenario, answers: Sequence[Answered], until: int | None = None, *, intervals: bool = True
) -> World:
    """The world after event number `until` (None: after the last answer, run to the next question or the end).
    `intervals`: see `World`.

    Raises DivergedError if the answers do not fit.
    """
    world = World(scenario, intervals=intervals)
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
