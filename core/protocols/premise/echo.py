"""Echo (RFC 862, with numbers and repeats of our own): the model room.

Problem      is the other one there, and does it hear me?
Rule         send a numbered ping; the other sends the same number back; after a silence ask again.
Simplified   RFC 862 returns any bytes; here a number, so that an old answer can be told from a new one.
Source       RFC 862; the repeats are stop-and-wait (Kurose & Ross 8e §3.4.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.bets import Bet
from core.kernel.choice import Answer, Asked, Choice, Kind, Persona, Value
from core.kernel.domains import Duration, Number
from core.kernel.effects import Key
from core.kernel.language import later, written
from core.kernel.laws import Evidence, Measure, Tally, always, eventually
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine, Protocol, State
from core.kernel.ready_bets import sent_as, was_lost
from core.kernel.ready_choices import alarm, move
from core.kernel.ready_laws import sometimes_one
from core.kernel.scenario import DiceSpec, LinkSpec, Lose, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, SEND, Entry
from core.wire.cdr import ULong, codec_for

# Messages


@dataclass(frozen=True)
class Ping:
    """Are you there? Number `number`."""

    number: ULong


@dataclass(frozen=True)
class Pong:
    """I heard number `number`."""

    number: ULong


@dataclass(frozen=True)
class Ask:
    """The user above wants to know it `count` times more."""

    count: int = 1


# Choices


def _judge_number(asked: Asked, value: Value) -> str:
    if value == asked.number:
        return "book"
    if value < asked.number:
        return "old"
    return "newer" if value <= asked.me.highest else "invented"


NUMBER = Choice(
    name="echo.number",
    question="{source} asks with number {number}. Which number goes back?",
    domain=Number(0, 2**32 - 1),
    cases=("a new ping", "a ping seen before"),
    case=lambda asked: "a ping seen before" if asked.number <= asked.me.highest else "a new ping",
    book=lambda asked: asked.number,
    candidates=lambda asked: [asked.number, asked.me.highest, asked.number + 1, max(0, asked.number - 1)],
    inaction=0,
    judge=_judge_number,
    answers={
        "book": Answer(Kind.BOOK, "The same number: {source} knows which ping was heard."),
        "old": Answer(Kind.WRONG, "{answer} answers an older ping: of {book} {source} hears nothing by it."),
        "invented": Answer(Kind.WRONG, "Nobody asked {answer}: {source} may believe that a later ping arrived."),
        "newer": Answer(Kind.WRONG, "{answer} has been asked, but not by this ping: of {book} {source} hears nothing."),
    },
    source="RFC 862",
)


PATIENCE = alarm(
    "echo.patience",
    "Ping {number} is out, copy {copy}. How long do you wait for its answer?",
    least=10 * MILLISECOND,
    most=10 * SECOND,
    domain=Duration(10 * MILLISECOND, lambda asked: asked.me.longest, fine=10 * MILLISECOND, coarse=50 * MILLISECOND),
    inaction=lambda asked: asked.me.longest,
    holds=lambda asked: "the alarm that runs moves, too" if asked.me.follows else "from the next ping on",
    book=lambda asked: asked.me.patience,
    early=lambda asked: asked.me.round_trip,
    late=lambda asked: 4 * asked.me.patience,
    mistakes=lambda asked: [20 * MILLISECOND, min(5 * SECOND, asked.me.longest)],
    cases=("first copy", "asked again"),
    case=lambda asked: "first copy" if asked.copy == 1 else "asked again",
    answers={
        "book": Answer(Kind.BOOK, "Long enough for an answer, short enough to notice a loss."),
        "early": Answer(
            Kind.COSTLY, "The answer to this copy cannot be back before {answer} are over: every ping goes out twice."
        ),
        "late": Answer(Kind.COSTLY, "{answer} of silence say no more than {book}, and every loss costs you so long."),
    },
    source="Kurose & Ross 8e §3.4.1",
)

AGAIN = move(
    "echo.again",
    "Ask again now, before your alarm rings?",
    "ask again",
    available=lambda asked: asked.me.asking and asked.now > asked.me.asked_at,
    label=lambda asked: (
        "early" if asked.me.copy == 1 and asked.now - asked.me.asked_at <= asked.me.round_trip else "again"
    ),
    answers={
        "early": Answer(Kind.COSTLY, "No answer can be back yet: a second ping tells you no more than the first."),
        "again": Answer(
            Kind.FINE, "Your alarm would have asked as well. Asking twice does no harm: pings are numbered."
        ),
    },
    source="Kurose & Ross 8e §3.4.1",
    called="ask again",
)
CHOICES = (NUMBER, PATIENCE, AGAIN)

# Machine


@dataclass
class Client(Machine):
    """Asks `count` times, one after another."""

    server: str = parameter("server", "whom the client asks", kind="node")
    count: int = parameter(3, "how many pings", low=1, high=1000)
    patience: int = parameter(200 * MILLISECOND, "the book's wait for an answer", kind="duration", low=1)
    round_trip: int = parameter(80 * MILLISECOND, "the shortest round trip", kind="duration", low=1)
    longest: int = parameter(
        10 * SECOND,
        "the longest wait that may be set, and what is waited until one is",
        kind="duration",
        low=20 * MILLISECOND,
    )
    follows: bool = parameter(False, "a change of its patience moves the alarm that runs, too")
    number: int = 0
    copy: int = 0
    asked_at: int = 0
    heard: list[int] = field(default_factory=list)
    floor: int = 0
    """Answers to what was answered already: they fall on the floor."""

    offers: ClassVar[tuple[Choice, ...]] = (AGAIN,)

    @property
    def asking(self) -> bool:
        """Does it wait for an answer?"""
        return 0 < self.number <= self.count

    def on_start(self, ctx: Context) -> None:
        self._next(ctx)

    def on_message(self, ctx: Context, source: str, message: Ping | Pong) -> None:
        if not isinstance(message, Pong):
            return
        if message.number < self.number:
            self.floor += 1
        elif self.asking:
            self.heard.append(message.number)
            ctx.deliver(message.number)
            ctx.cancel_timer("silence")
            self._next(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._ping(ctx)

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self._ping(ctx)

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        if self.follows and self.asking and choice.name == PATIENCE.name and isinstance(value, int):
            ctx.set_timer(later("silence"), max(0, self.asked_at + value - ctx.now))

    def on_request(self, ctx: Context, request: Ask) -> None:
        idle = not self.asking
        self.count += request.count
        if idle:
            self.number -= 1  # it stands at the ping after the last one, which was not wanted
            self._next(ctx)

    def _next(self, ctx: Context) -> None:
        self.number += 1
        self.copy = 0
        if self.number <= self.count:
            self._ping(ctx)

    def _ping(self, ctx: Context) -> None:
        self.copy += 1
        self.asked_at = ctx.now
        ctx.send(self.server, Ping(self.number))
        ctx.set_timer("silence", ctx.choose(PATIENCE, number=self.number, copy=self.copy))

    def view(self) -> dict[str, str | int]:
        waiting = self.number if self.asking else "none"
        return {"waiting for": waiting, "copies sent": self.copy, "heard": ", ".join(map(str, self.heard)) or "none"}

    def badge(self) -> str:
        return written("asks {number}", number=self.number) if self.number <= self.count else "has all"


@dataclass
class Server(Machine):
    """Sends every number back."""

    highest: int = 0
    answered: int = 0

    def on_message(self, ctx: Context, source: str, message: Ping | Pong) -> None:
        if isinstance(message, Ping):
            ctx.send(source, Pong(ctx.choose(NUMBER, source=source, number=message.number)))
            self.highest = max(self.highest, message.number)
            self.answered += 1

    def view(self) -> dict[str, str | int]:
        return {"highest number heard": self.highest, "answers sent": self.answered}

    def badge(self) -> str:
        return written("heard {number}", number=self.highest) if self.highest else ""


# Personas

PERSONAS = (
    Persona(
        "counts on its own",
        "answers with the next number of its own count, whatever was asked",
        {"echo.number": lambda asked: asked.me.answered + 1},
        fault="no answer is believed that was not asked for",
    ),
    Persona("in a hurry", "asks again before an answer can be back", {"echo.patience": lambda asked: 20 * MILLISECOND}),
    Persona(
        "waits for ever",
        "waits five seconds for every answer, or as long as it may",
        {"echo.patience": lambda asked: min(5 * SECOND, asked.me.longest)},
    ),
    Persona(
        "sets it once",
        "doubles the first answer's time, and never looks again",
        {"echo.patience": lambda asked: 2 * asked.me.round_trip},
    ),
)

# Laws


@dataclass
class Pings:
    """Of every client, the numbers it has sent; and whether one has believed an answer to another number."""

    sent: dict[str, set[int]] = field(default_factory=dict)
    invented: bool = False


def _watch_pings(evidence: Evidence, entry: Entry) -> None:
    if evidence.machine(entry.node, Client) is None:
        return
    pings = evidence.recall(Pings)
    sent = pings.sent.setdefault(entry.node, set())
    if entry.kind == SEND and isinstance(entry.detail, Ping):
        sent.add(entry.detail.number)
    elif entry.kind == DELIVER and entry.detail not in sent:
        pings.invented = True


def _all_answered(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client, Client)
    return machine is not None and machine.heard == list(range(1, machine.count + 1))


def _heard(evidence: Evidence, client: str) -> Tally | None:
    machine = evidence.machine(client, Client)
    return None if machine is None else Tally(len(set(machine.heard)), machine.count)


ONLY_ASKED = always(
    "no answer is believed that was not asked for",
    lambda evidence: not evidence.recall(Pings).invented,
    watch=_watch_pings,
)
DOUBLED = sometimes_one("a ping is answered twice", Server, lambda server: server.answered > server.highest)
ALL_ANSWERED = eventually(
    "{client:node} has every answer, in order, once",
    _all_answered,
    assumes=("no_loss", "no_crash"),
    known="client",
    tally=_heard,
)

LAWS = (ONLY_ASKED, DOUBLED, ALL_ANSWERED)


def _repeats(evidence: Evidence, node: str) -> int:
    """Of your node's pings; of everybody's, if you are the network."""
    clients = [client for client in evidence.running(Client) if node in ("", client.name)]
    return sum(evidence.sent(client.name, Ping) - min(client.number, client.count) for client in clients)


# Bets


def _was_lost(evidence: Evidence, node: str, number: int, copy: int) -> bool | None:
    """Was this copy of the ping lost, or all that was said to it? None if it never went out."""
    sent = sent_as(evidence, node, lambda message: message == Ping(number))
    return was_lost(evidence, sent[copy - 1]) if copy <= len(sent) else None


SILENCE = Bet(
    "echo.silence",
    "Copy {copy} of ping {number} is out: silence. How likely is it that it is lost?",
    "ping {number}, copy {copy}",
    ("lost", "slow"),
    about=lambda client, now: {"number": client.number, "copy": client.copy} if client.asking else None,
    truth=_was_lost,
    roles=(Client,),
    source="Fischer, Lynch & Paterson 1985 §1",
)

MEASURES = (Measure("repeats", "pings asked again", _repeats),)


def _normal(state: State) -> None:
    """Who asks for ever asks the same: which copy it is tells the first from the others, and of the time since it was
    sent nothing matters once an answer can be back."""
    for machine, now in zip(state.machines, state.clocks, strict=True):
        if isinstance(machine, Client):
            machine.copy = min(machine.copy, 2)
            machine.asked_at = min(now - machine.asked_at, machine.round_trip + 1)


TERMS = {
    "ping": "a short message that asks: are you there?",
    "pong": "the answer to a ping.",
    "probe": "a message that asks only whether somebody is there.",
}
"""The words that this room brings, each in one plain sentence."""

PROTOCOL = Protocol(
    name="echo",
    title="Echo",
    terms=TERMS,
    roles={"client": Client, "server": Server},
    messages=(Ping, Pong),
    codec=codec_for(Ping, Pong),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    bets=(SILENCE,),
    requests={"ask": Ask},
    twin_key=lambda message: (message.number,),
    rules=3,
    scenarios=(),
    normal=_normal,
    admits=lambda cast: cast.points("server", "server"),
)

_NODES = (
    NodeSpec("client", "echo", "client", {"count": 2}),
    NodeSpec("server", "echo", "server"),
)

PROTOCOL = PROTOCOL.with_scenarios(
    Scenario(
        name="two pings",
        protocols={"echo": PROTOCOL},
        nodes=_NODES,
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(PROTOCOL.goal("client has every answer, in order, once"),),
        limit=5 * SECOND,
    ),
    Scenario(
        name="two pings over a bad wire",
        protocols={"echo": PROTOCOL},
        nodes=_NODES,
        default_link=LinkSpec(latency=40 * MILLISECOND),
        network=DiceSpec(loss=0.3, duplicate=0.1, jitter=(0, 100 * MILLISECOND)),
        win=(PROTOCOL.goal("client has every answer, in order, once"),),
        limit=20 * SECOND,
    ),
    Scenario(
        name="two pings, and one more is wanted",
        protocols={"echo": PROTOCOL},
        nodes=_NODES,
        default_link=LinkSpec(latency=40 * MILLISECOND),
        happenings=(Request(100 * MILLISECOND, "client", Ask()),),
        win=(PROTOCOL.goal("client has every answer, in order, once"),),
        limit=5 * SECOND,
    ),
    Scenario(
        name="five pings, one answer lost",
        protocols={"echo": PROTOCOL},
        nodes=(NodeSpec("client", "echo", "client", {"count": 5}), NodeSpec("server", "echo", "server")),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        happenings=(Lose("server", "client", 2),),
        win=(
            PROTOCOL.goal("client has every answer, in order, once"),
            PROTOCOL.goal("no answer is believed that was not asked for"),
        ),
        limit=5 * SECOND,
    ),
)
