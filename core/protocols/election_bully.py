"""Bully election (Garcia-Molina 1982).

Problem      the coordinator is gone; the living must agree on one new coordinator.
Rule         ask every higher process; if none answers you win and tell everyone below; a higher one takes over.
Simplified   numbers are known to all (the digits of the names); a coordinator freezes rather than slows down.
Source       Garcia-Molina 1982 §III; Tanenbaum & van Steen 2e §6.5.1; Kurose-style probes find the death.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from core.kernel.choice import PASS, Answer, Asked, Choice, Duration, Kind, OneOf, Persona, Value
from core.kernel.effects import Key
from core.kernel.laws import Evidence, Law, LawKind, Measure, always, eventually, sometimes
from core.kernel.protocol import Context, Machine, Parameter, Protocol
from core.kernel.scenario import Crash, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND, parse_duration, show_duration
from core.kernel.trace import SEND, Entry
from core.wire.cdr import ULong, codec_for

# Messages


@dataclass(frozen=True)
class Probe:
    """Are you there, coordinator? Number `number`."""

    number: ULong


@dataclass(frozen=True)
class Alive:
    """The coordinator's answer to probe `number`."""

    number: ULong


@dataclass(frozen=True)
class Election:
    """I hold an election: is anybody higher alive?"""


@dataclass(frozen=True)
class Ok:
    """I am higher and alive: leave it to me."""


@dataclass(frozen=True)
class Coordinator:
    """I am the coordinator now."""


Message = Probe | Alive | Election | Ok | Coordinator


@dataclass(frozen=True)
class Suspect:
    """The user above has noticed that the coordinator is gone."""


# Choices

COIN = 100 * MILLISECOND
"""A citizen drops a coin so often into the chest of whomever it calls king."""
DUTY_DEADLINE = 300 * MILLISECOND
LONGEST = 60 * SECOND
FROZEN_OPTIONS = (0, 650 * MILLISECOND, 1_200 * MILLISECOND)


def _judge_alarm(asked: Asked, value: Value) -> str:
    longest = max(asked.me.delays, default=0)
    if value <= longest:
        return "fixed" if value == asked.me.alarm else "below"
    if value > 4 * asked.me.alarm:
        return "late"
    return "book" if value == asked.me.alarm else "near"


ALARM = Choice(
    name="election_bully.alarm",
    question="Probe {number} is on its way to the coordinator. How long do you believe its silence?",
    domain=Duration(50 * MILLISECOND, LONGEST),
    cases=("only quick answers so far", "a late answer was seen"),
    case=lambda asked: asked.choice.cases[max(asked.me.delays, default=0) > 300 * MILLISECOND],
    book=lambda asked: asked.me.alarm,
    candidates=lambda asked: [asked.me.alarm, 200 * MILLISECOND, 500 * MILLISECOND, 2 * SECOND, 10 * SECOND, LONGEST],
    inaction=10 * SECOND,
    judge=_judge_alarm,
    answers={
        "book": Answer(Kind.BOOK, "Longer than every answer so far, and not by much."),
        "near": Answer(Kind.FINE, "{answer}: above every delay that you saw, and still alert."),
        "fixed": Answer(Kind.FINE, "The textbook's alarm is fixed; an answer has already taken longer than {answer}."),
        "below": Answer(Kind.COSTLY, "An answer has already taken longer than {answer}: slow is not dead."),
        "late": Answer(
            Kind.COSTLY, "After {answer} of silence the throne has long been empty; {book} would have done."
        ),
    },
    source="Tanenbaum & van Steen 2e §6.5.1",
    keeps=True,
)


def _judge_wait(asked: Asked, value: Value) -> str:
    book = asked.book
    if value < asked.me.round_trip:
        return "early"
    if value > 5 * book:
        return "late"
    return "book" if value == book else "near"


WAIT_OK = Choice(
    name="election_bully.wait_ok",
    question="You cried ELECTION. How long do you wait for an OK before you crown yourself?",
    domain=Duration(1 * MILLISECOND, LONGEST),
    cases=("after ELECTION",),
    book=lambda asked: asked.me.wait_ok,
    candidates=lambda asked: [asked.me.wait_ok, MILLISECOND, 200 * MILLISECOND, 5 * SECOND, LONGEST],
    inaction=LONGEST,
    judge=_judge_wait,
    answers={
        "book": Answer(Kind.BOOK, "Time enough for the slowest of the living."),
        "near": Answer(Kind.FINE, "{answer} leaves the living time to answer."),
        "early": Answer(Kind.WRONG, "No OK can be back after {answer}: you crown yourself without asking."),
        "late": Answer(Kind.COSTLY, "For {answer} there is no king; after {book} the silence was certain."),
    },
    source="Garcia-Molina 1982 §III",
    keeps=True,
)

WAIT_COORDINATOR = Choice(
    name="election_bully.wait_coordinator",
    question="{source} said OK. How long do you wait for a COORDINATOR before you ask again?",
    domain=Duration(1 * MILLISECOND, LONGEST),
    cases=("after OK",),
    book=lambda asked: asked.me.wait_coordinator,
    candidates=lambda asked: [asked.me.wait_coordinator, 20 * MILLISECOND, 10 * SECOND, LONGEST],
    inaction=LONGEST,
    judge=_judge_wait,
    answers={
        "book": Answer(Kind.BOOK, "An OK is a promise, and its giver may die before it is kept."),
        "near": Answer(Kind.FINE, "{answer}: the promise is believed, but not for ever."),
        "early": Answer(Kind.COSTLY, "Who said OK must itself ask and wait: after {answer} you only ask once more."),
        "late": Answer(Kind.COSTLY, "You believe a promise for {answer}; its giver may have died at once."),
    },
    source="Garcia-Molina 1982 §III",
    keeps=True,
)

BOTH, ONLY_OK, ONLY_ELECTION, NOTHING = "OK and my own election", "OK only", "my own election only", "nothing"


def _duty(asked: Asked) -> Value:
    return ONLY_OK if asked.me.electing else BOTH


def _judge_duty(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value in (NOTHING, ONLY_ELECTION):
        return "no OK"
    return "twice" if value == BOTH else "no election"


DUTY = Choice(
    name="election_bully.duty",
    question="{source}, lower than you, cries ELECTION. What do you owe?",
    domain=OneOf((BOTH, ONLY_OK, ONLY_ELECTION, NOTHING)),
    cases=("idle", "my own election is open"),
    case=lambda asked: asked.choice.cases[asked.me.electing],
    book=_duty,
    inaction=NOTHING,
    judge=_judge_duty,
    answers={
        "book": Answer(Kind.BOOK, "{source} steps back, and the search goes on above you."),
        "no OK": Answer(Kind.WRONG, "Without your OK {source} hears silence and crowns itself, below you."),
        "no election": Answer(Kind.WRONG, "{source} leaves it to you, and you do nothing: everyone waits for you."),
        "twice": Answer(Kind.COSTLY, "Your election is open already; asking again only costs messages."),
    },
    source="Garcia-Molina 1982 §III",
    deadline=lambda asked: DUTY_DEADLINE,
)

OBEY, BULLY = "obey", "hold an election"
HOMAGE = Choice(
    name="election_bully.homage",
    question="{source} says COORDINATOR. Do you obey?",
    domain=OneOf((OBEY, BULLY)),
    cases=("from above", "from below"),
    case=lambda asked: asked.choice.cases[number_of(asked.source) < asked.me.number],
    book=lambda asked: BULLY if number_of(asked.source) < asked.me.number else OBEY,
    inaction=OBEY,
    judge=lambda asked, value: "book" if value == asked.book else "knelt" if value == OBEY else "rebelled",
    answers={
        "book": Answer(Kind.BOOK, "The highest of the living reigns: {answer}."),
        "knelt": Answer(Kind.WRONG, "You are higher than {source}: two may now be obeyed. You owed an election."),
        "rebelled": Answer(
            Kind.COSTLY, "{source} is higher than you; asking again costs messages and changes nothing."
        ),
    },
    source="Tanenbaum & van Steen 2e §6.5.1",
)

FREEZE = Choice(
    name="election_bully.freeze",
    question="Does the coordinator freeze, and for how long?",
    domain=Duration(0, LONGEST),
    cases=("a probe arrives",),
    book=lambda asked: _frozen(asked),
    candidates=lambda asked: FROZEN_OPTIONS,
    inaction=0,
    answers={
        "book": Answer(Kind.FINE, "So it happened."),
        "other": Answer(Kind.FINE, "So it happened."),
    },
    source="level-made: a process that is alive and silent",
    chance=True,
)


def _frozen(asked: Asked) -> int:
    dice = asked.dice
    draw = dice.below(1000)
    if draw < asked.me.freezes // 5:
        return dice.between(900 * MILLISECOND, 1_500 * MILLISECOND)
    return dice.between(400 * MILLISECOND, 900 * MILLISECOND) if draw < asked.me.freezes else 0


CRY = Choice(
    name="election_bully.cry",
    question="Cry ELECTION now?",
    domain=OneOf((BULLY,)),
    book=lambda asked: PASS,
    candidates=lambda asked: [PASS, BULLY],
    inaction=PASS,
    judge=lambda asked, value: (
        "reign" if asked.me.coordinator == asked.me.number else "book" if value is PASS else "cry"
    ),
    answers={
        "book": Answer(Kind.BOOK, "No reason to ask."),
        "cry": Answer(Kind.FINE, "Asking is always safe; it costs messages."),
        "reign": Answer(Kind.FINE, "A king who asks finds out whether somebody higher has come back."),
    },
    source="Garcia-Molina 1982 §III",
    standing=True,
    available=lambda asked: not asked.me.electing,
)

# Machine


def number_of(name: str) -> int:
    """The number of a process: the digits at the end of its name. Raises ValueError if there are none."""
    digits = name[len(name.rstrip("0123456789")) :]
    if not digits:
        raise ValueError(f"{name}: a process of the bully election needs a number at the end of its name")
    return int(digits)


@dataclass
class Process(Machine):
    """One process: probes the coordinator, holds elections, reigns."""

    coordinator: int = -1
    alarm: int = SECOND
    wait_ok: int = 500 * MILLISECOND
    wait_coordinator: int = SECOND
    period: int = 500 * MILLISECOND
    round_trip: int = 80 * MILLISECOND
    freezes: int = 0
    peers: tuple[str, ...] = ()
    number: int = -1
    electing: bool = False
    answered_by: int = -1
    probe: int = 0
    probed_at: int = 0
    waiting: bool = False
    delays: list[int] = field(default_factory=list)
    held: list[tuple[str, Any]] = field(default_factory=list)
    frozen: bool = False

    offers: ClassVar[tuple[Choice, ...]] = (CRY,)

    def on_start(self, ctx: Context) -> None:
        self.number = number_of(self.name)
        if self.coordinator < 0:
            self.coordinator = max([self.number, *map(number_of, self.peers)])
        self._probe_later(ctx)

    def on_restart(self, ctx: Context) -> None:
        self.number = number_of(self.name)
        self.coordinator = -1
        self._hold_election(ctx)

    def on_request(self, ctx: Context, request: Suspect) -> None:
        self._hold_election(ctx)

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self._hold_election(ctx)

    def on_message(self, ctx: Context, source: str, message: Message) -> None:
        if self.frozen:
            self.held.append((source, message))
            return
        if isinstance(message, Probe) and self.freezes:
            pause = ctx.choose(FREEZE)
            if pause:
                self.frozen = True
                self.held.append((source, message))
                ctx.set_timer("thaw", pause)
                return
        self._receive(ctx, source, message)

    def _receive(self, ctx: Context, source: str, message: Message) -> None:
        if isinstance(message, Probe):
            if self.coordinator == self.number:
                ctx.send(source, Alive(message.number))
        elif isinstance(message, Alive):
            self._alive(ctx, message)
        elif isinstance(message, Election):
            self._election(ctx, source)
        elif isinstance(message, Ok):
            if self.electing:
                self.answered_by = number_of(source)
                ctx.cancel_timer("ok")
                ctx.set_timer("coordinator", ctx.choose(WAIT_COORDINATOR, source=source))
        else:
            self._proclaimed(ctx, source)

    def _alive(self, ctx: Context, message: Alive) -> None:
        if message.number == self.probe and self.waiting:
            self.waiting = False
            self.delays = [*self.delays[-19:], ctx.now - self.probed_at]
            ctx.cancel_timer("alarm")
            self._probe_later(ctx)
        elif message.number == self.probe:
            self.delays = [*self.delays[-19:], ctx.now - self.probed_at]

    def _election(self, ctx: Context, source: str) -> None:
        if number_of(source) > self.number:
            return
        duty = ctx.choose(DUTY, source=source)
        if duty in (BOTH, ONLY_OK):
            ctx.send(source, Ok())
        if duty in (BOTH, ONLY_ELECTION):
            self._hold_election(ctx)

    def _proclaimed(self, ctx: Context, source: str) -> None:
        if ctx.choose(HOMAGE, source=source) == BULLY:
            if not self.electing:
                self._hold_election(ctx)
            return
        self.coordinator = number_of(source)
        self._end_election(ctx)
        self._probe_later(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "probe":
            self._send_probe(ctx)
        elif key == "thaw":
            self.frozen = False
            held, self.held = self.held, []
            for source, message in held:
                self._receive(ctx, source, message)
        elif key == "ok":
            self._reign(ctx)
        else:  # the coordinator's silence, or that of a process that said OK
            self.waiting = False
            self._hold_election(ctx)

    def _probe_later(self, ctx: Context) -> None:
        if self.period and self.coordinator != self.number:
            ctx.set_timer("probe", self.period)

    def _send_probe(self, ctx: Context) -> None:
        king = self._name_of(self.coordinator)
        if king is None or self.electing:
            return
        self.probe += 1
        self.probed_at = ctx.now
        self.waiting = True
        ctx.send(king, Probe(self.probe))
        ctx.set_timer("alarm", ctx.choose(ALARM, number=self.probe))

    def _name_of(self, number: int) -> str | None:
        return next((peer for peer in self.peers if number_of(peer) == number), None)

    def _hold_election(self, ctx: Context) -> None:
        ctx.cancel_timer("probe")
        ctx.cancel_timer("alarm")
        ctx.cancel_timer("coordinator")
        self.waiting = False
        higher = [peer for peer in self.peers if number_of(peer) > self.number]
        self.electing = True
        self.answered_by = -1
        if not higher:
            self._reign(ctx)
            return
        for peer in higher:
            ctx.send(peer, Election())
        ctx.set_timer("ok", ctx.choose(WAIT_OK))

    def _reign(self, ctx: Context) -> None:
        self.coordinator = self.number
        self._end_election(ctx)
        for peer in self.peers:
            if number_of(peer) < self.number:
                ctx.send(peer, Coordinator())

    def _end_election(self, ctx: Context) -> None:
        self.electing = False
        self.answered_by = -1
        self.waiting = False
        for key in ("ok", "coordinator", "alarm", "probe"):
            ctx.cancel_timer(key)

    def view(self) -> dict[str, str | int]:
        reign = self.coordinator == self.number
        answered = "nobody yet" if self.answered_by < 0 else f"process {self.answered_by}"
        shown: dict[str, str | int] = {
            "you are": f"process {self.number}",
            "coordinator": "you" if reign else "nobody" if self.coordinator < 0 else f"process {self.coordinator}",
            "probe": f"{self.probe} unanswered" if self.waiting else f"{self.probe} answered" if self.probe else "none",
            "last delays": ", ".join(show_duration(delay // MILLISECOND * MILLISECOND) for delay in self.delays[-3:])
            or "none",
            "election": f"open, OK from {answered}" if self.electing else "none",
        }
        if reign:
            del shown["probe"], shown["last delays"]
        return shown


# Personas

PERSONAS = (
    Persona("alarm of 200 ms", "takes every pause for a death", {ALARM.name: lambda asked: 200 * MILLISECOND}),
    Persona("never suspects", "believes any silence for a minute", {ALARM.name: lambda asked: LONGEST}),
    Persona(
        "answers OK and forgets",
        "says OK and does not hold its own election",
        {DUTY.name: lambda asked: ONLY_OK},
        fault="the living agree on a new coordinator",
    ),
    Persona(
        "crowns itself without asking",
        "waits for no OK",
        {WAIT_OK.name: lambda asked: MILLISECOND},
        fault="no two living processes reign at once",
    ),
    Persona(
        "keeps silent",
        "never says OK to those below",
        {DUTY.name: lambda asked: ONLY_ELECTION},
        fault="no two living processes reign at once",
    ),
    Persona("believes an OK for ever", "waits for a promise", {WAIT_COORDINATOR.name: lambda asked: LONGEST}),
    Persona("obeys a lower king", "kneels before anybody", {HOMAGE.name: lambda asked: OBEY}),
)

# Laws and measures


def _kings(evidence: Evidence) -> list[Process]:
    return [process for process in evidence.running(Process) if process.coordinator == process.number]


def _agreed(evidence: Evidence) -> bool:
    living = evidence.running(Process)
    kings = _kings(evidence)
    return len(kings) == 1 and all(
        process.coordinator == kings[0].number and not process.electing for process in living
    )


def _at_most_one(evidence: Evidence) -> bool:
    return len(_kings(evidence)) <= 1


def _two(evidence: Evidence) -> bool:
    return len(_kings(evidence)) > 1


def _answered(evidence: Evidence) -> bool:
    return any(process.answered_by >= 0 for process in evidence.running(Process))


def _note_news(evidence: Evidence, entry: Entry) -> None:
    if entry.kind == SEND and isinstance(entry.detail, Coordinator):
        evidence.memory["news"] = True


def _renewed(evidence: Evidence) -> bool:
    return "news" in evidence.memory and _agreed(evidence)


def _agreed_at(evidence: Evidence, time: int) -> bool:
    return evidence.now >= time and _agreed(evidence)


def _rates(evidence: Evidence) -> tuple[int, int]:
    """How many of the living pay nobody (the floor): the king is gone, or they are choosing; and how many pay into
    another chest than the fullest (forked)."""
    living = evidence.running(Process)
    kings = {process.number for process in _kings(evidence)}
    chests: dict[int, int] = {}
    floor = 0
    for process in living:
        if process.coordinator in kings and not process.electing:
            chests[process.coordinator] = chests.get(process.coordinator, 0) + 1
        else:
            floor += 1
    forked = sum(chests.values()) - max(chests.values(), default=0)
    return floor, forked


def _count_coins(evidence: Evidence, entry: Entry, **_: Any) -> None:
    """Integrate coin·µs between entries: beliefs change only at events."""
    memory = evidence.memory
    _settle(evidence, entry.time)
    memory["rates"] = _rates(evidence)


def _settle(evidence: Evidence, now: int) -> None:
    memory = evidence.memory
    floor, forked = memory.get("rates", (0, 0))
    passed = now - memory.get("at", 0)
    memory["floor"] = memory.get("floor", 0) + floor * passed
    memory["forked"] = memory.get("forked", 0) + forked * passed
    memory["empty"] = memory.get("empty", 0) + (passed if floor else 0)
    memory["split"] = memory.get("split", 0) + (passed if forked else 0)
    memory["at"] = now


def _lasted(what: str) -> Any:
    def holds(evidence: Evidence, time: int) -> bool:
        _settle(evidence, evidence.now)
        return bool(evidence.memory[what] > time)

    return holds


def _coins(what: str) -> Any:
    def of(evidence: Evidence, node: str) -> int:
        _settle(evidence, evidence.now)
        return int(evidence.memory[what]) // COIN

    return of


def _elections(evidence: Evidence, process: str, count: int) -> bool:
    rounds = {entry.cause for entry in evidence.trace if entry.kind == SEND and entry.node == process
              and isinstance(entry.detail, Election)}  # fmt: skip
    return len(rounds) > count


PEACE = ("no_loss", "no_duplicates", "bounded_delay", "no_crash")
LAWS = (
    always("no two living processes reign at once", _at_most_one, assumes=PEACE),
    sometimes("an election is answered", _answered),
    sometimes("two processes reign at once", _two, assumes=("unbounded_delay",)),
    eventually("the living agree on a new coordinator", _renewed, watch=_note_news, assumes=PEACE),
    Law("at {time:duration} every living process obeys one king", LawKind.EVENTUALLY, _agreed_at),
    Law("somebody obeys no king for {time:duration} in all", LawKind.SOMETIMES, _lasted("empty"), _count_coins,
        ("unbounded_delay",)),
    Law("the realm is split for {time:duration} in all", LawKind.SOMETIMES, _lasted("split"), _count_coins,
        ("unbounded_delay",)),
    Law("{process:node} holds more than {count:number} elections", LawKind.SOMETIMES, _elections,
        assumes=("unbounded_delay",)),
)  # fmt: skip

MEASURES = (
    Measure("floor", "coins on the floor", _coins("floor"), "coins", watch=_count_coins),
    Measure("forked", "coins in the wrong chest", _coins("forked"), "coins", watch=_count_coins),
)

_TIMES: Sequence[tuple[str, int, str]] = (
    ("alarm", SECOND, "how long the book believes the coordinator's silence"),
    ("wait_ok", 500 * MILLISECOND, "how long the book waits for an OK"),
    ("wait_coordinator", SECOND, "how long the book believes an OK"),
)

_ROOM = Protocol(
    name="election_bully",
    title="The Bully",
    roles={"process": Process},
    messages=(Probe, Alive, Election, Ok, Coordinator),
    codec=codec_for(Probe, Alive, Election, Ok, Coordinator),
    choices=(ALARM, WAIT_OK, WAIT_COORDINATOR, DUTY, HOMAGE, FREEZE, CRY),
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    parameters=(
        *(Parameter(name, "duration", default, words, low=1) for name, default, words in _TIMES),
        Parameter("period", "duration", 500 * MILLISECOND, "pause between probes; 0: it never probes", low=0),
        Parameter("round_trip", "duration", 80 * MILLISECOND, "the shortest round trip", low=1),
        Parameter(
            "freezes", "number", 0, "of 1000 probes, how many freeze it (a fifth of them long)", low=0, high=1000
        ),
        Parameter("coordinator", "number", -1, "who reigns at the start; -1: the highest", low=-1),
    ),
    requests={"suspect": Suspect},
)


def _processes(count: int, **parameters: Any) -> tuple[NodeSpec, ...]:
    return tuple(NodeSpec(f"p{number}", "election_bully", "process", parameters) for number in range(count))


PROTOCOL = _ROOM.with_scenarios(
    Scenario(
        name="three processes, the highest dead",
        protocols={"election_bully": _ROOM},
        nodes=_processes(3, period=0),
        default_link=LinkSpec(40 * MILLISECOND),
        happenings=(Crash(1, "p2"), Request(2, "p0", Suspect())),
        win=(LAWS[3].bind(),),
        limit=10 * SECOND,
    ),
    Scenario(
        name="eight processes, 7 dead, 4 notices",
        protocols={"election_bully": _ROOM},
        nodes=_processes(8, period=0),
        default_link=LinkSpec(40 * MILLISECOND),
        happenings=(Crash(1, "p7"), Request(2, "p4", Suspect())),
        win=(LAWS[4].bind(time=parse_duration("5s")),),
        limit=10 * SECOND,
    ),
    Scenario(
        name="a coordinator that freezes",
        protocols={"election_bully": _ROOM},
        nodes=(
            *_processes(4, alarm=300 * MILLISECOND)[:3],
            NodeSpec("p3", "election_bully", "process", {"freezes": 400}),
        ),
        default_link=LinkSpec(40 * MILLISECOND),
        win=(LAWS[4].bind(time=20 * SECOND),),
        limit=30 * SECOND,
    ),
)
