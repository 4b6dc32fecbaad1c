"""Guestbook: did my line get into the book?

Problem      a host that is down for a while must neither lose lines nor confirm what it has not written.
Rule         ring with the number of your line; the host writes it down, then says so; ring again after a silence.
Simplified   a line is a number; the disk never fails.
Source       Tanenbaum & van Steen 2e §8.3.2 (a server that crashes).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Answer, Choice, Kind, Persona, Value
from core.kernel.effects import Key
from core.kernel.laws import PART, Evidence, Measure, sometimes
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine, Protocol
from core.kernel.ready_choices import lookup, move
from core.kernel.ready_laws import always_each, everybody_gets, written_before_said
from core.kernel.scenario import Crash, Happening, LinkSpec, Lose, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import SEND, Entry
from core.wire.cdr import ULong, codec_for

# Messages


@dataclass(frozen=True)
class Ring:
    """Please write down my line `number`."""

    number: ULong


@dataclass(frozen=True)
class Written:
    """Your line `number` is in the book."""

    number: ULong


@dataclass(frozen=True)
class Sign:
    """A request: the guest's user wants one more line written. It never travels, so it needs no bytes."""


# Choices

WRITE, NOD = "write it down", "nod"

KEEP = lookup(
    "guestbook.keep",
    "{source} rings with line {number}. What do you do before you say that it is written?",
    {WRITE: "on paper", NOD: "and remember it"},
    right={"a new line": WRITE, "a line that you know": NOD},
    mistakes={WRITE: "twice", NOD: "nod"},
    case=lambda asked: "a line that you know" if asked.number in asked.me.lines else "a new line",
    inaction=NOD,
    answers={
        "book": Answer(Kind.BOOK, "Line {number} is on paper, once, and {source} is to know it."),
        "nod": Answer(Kind.WRONG, "{source} believes that line {number} is written; after a crash nobody knows of it."),
        "twice": Answer(Kind.WRONG, "Line {number} was in the book: your answer was lost. Now it stands there twice."),
    },
    source="Tanenbaum & van Steen 2e §8.3.2",
)

AGAIN = move(
    "guestbook.again",
    "Ring again now?",
    "ring",
    available=lambda asked: asked.me.waits,
    label=lambda asked: "again",
    answers={"again": Answer(Kind.FINE, "The bell would have rung by itself; ringing twice does no harm.")},
    source="Tanenbaum & van Steen 2e §8.3.2",
)
CHOICES: tuple[Choice, ...] = (KEEP, AGAIN)


# Machine


@dataclass
class Guest(Machine):
    """Rings until its lines are written, one after another."""

    host: str = parameter("host", "who has the book", kind="node")
    patience: int = parameter(200 * MILLISECOND, "when it rings again", kind="duration", low=1)
    wanted: int = 0
    written: int = 0

    offers: ClassVar[tuple[Choice, ...]] = (AGAIN,)

    @property
    def waits(self) -> bool:
        """Is a line wanted that is not confirmed?"""
        return self.written < self.wanted

    def on_request(self, ctx: Context, request: Sign) -> None:
        self.wanted += 1
        if self.wanted == self.written + 1:
            self._ring(ctx)

    def on_message(self, ctx: Context, source: str, message: Ring | Written) -> None:
        if isinstance(message, Written) and message.number == self.written + 1:
            self.written += 1
            ctx.cancel_timer("silence")
            if self.waits:
                self._ring(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._ring(ctx)

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self._ring(ctx)

    def _ring(self, ctx: Context) -> None:
        ctx.send(self.host, Ring(self.written + 1))
        ctx.set_timer("silence", self.patience)

    def view(self) -> dict[str, str | int]:
        return {"lines written": self.written, "lines wanted": self.wanted}

    def badge(self) -> str:
        return "rings" if self.waits else ""


@dataclass
class Host(Machine):
    """Writes lines down, and confirms them."""

    lines: list[int] = field(default_factory=list)

    def on_message(self, ctx: Context, source: str, message: Ring | Written) -> None:
        if not isinstance(message, Ring):
            return
        is_new = message.number not in self.lines
        is_written = ctx.choose(KEEP, source=source, number=message.number) == WRITE
        if is_written:
            ctx.save(message.number, source)
        if is_written or is_new:
            self.lines.append(message.number)
        ctx.send(source, Written(message.number))

    def on_restart(self, ctx: Context) -> None:
        self.lines = [key for key in ctx.stored if isinstance(key, int)]

    def view(self) -> dict[str, str | int]:
        return {"lines in the book": len(self.lines)}


# Laws


@dataclass
class Rings:
    """Of every guest, the lines for which it has rung."""

    of: dict[str, set[int]] = field(default_factory=dict)
    again: bool = False


def _watch(evidence: Evidence, entry: Entry) -> None:
    if entry.kind == SEND and isinstance(entry.detail, Ring):
        rings = evidence.recall(Rings)
        lines = rings.of.setdefault(entry.node, set())
        rings.again |= entry.detail.number in lines
        lines.add(entry.detail.number)


ON_PAPER = written_before_said(Written, lambda stored, said: said.number in stored)
AGAIN_AND_AGAIN = sometimes("a guest rings twice", lambda evidence: evidence.recall(Rings).again, watch=_watch)
SIGNED = everybody_gets(
    Guest, lambda guest: guest.wanted, lambda guest: guest.written, name="every line is written", assumes=("no_crash",)
)
ONCE = always_each("no line stands in the book twice", Host, lambda host: len(set(host.lines)) == len(host.lines))
LAWS = (ON_PAPER, ONCE, AGAIN_AND_AGAIN, SIGNED)

MEASURES = (Measure("rings", "rings of all guests", lambda evidence, node: evidence.sent(None, Ring), known=PART),)

# Personas

PERSONAS = (
    Persona("nods", "writes nothing down", {KEEP.name: lambda asked: NOD}, fault=ON_PAPER.name),
    Persona("writes every time", "writes down whatever it hears", {KEEP.name: lambda asked: WRITE}, fault=ONCE.name),
)


PROTOCOL = Protocol(
    name="guestbook",
    title="Guestbook",
    roles={"guest": Guest, "host": Host},
    messages=(Ring, Written),
    codec=codec_for(Ring, Written),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"sign": Sign},
)


def _scenario(name: str, *happenings: Happening) -> Scenario:
    return Scenario(
        name=name,
        protocols={"guestbook": PROTOCOL},
        nodes=(NodeSpec("guest", "guestbook", "guest"), NodeSpec("host", "guestbook", "host")),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        happenings=(Request(MILLISECOND, "guest", Sign()), *happenings),
        win=(PROTOCOL.goal("every line is written"), PROTOCOL.goal(ON_PAPER.name), PROTOCOL.goal(ONCE.name)),
        limit=5 * SECOND,
    )


PROTOCOL = PROTOCOL.with_scenarios(
    _scenario("one line"),
    _scenario(
        "two lines, and the host is down for a while",
        Request(2 * MILLISECOND, "guest", Sign()),
        Crash(10 * MILLISECOND, "host", back=300 * MILLISECOND),
    ),
    _scenario(
        "five lines, and two answers are lost",
        *(Request(place * MILLISECOND, "guest", Sign()) for place in range(2, 6)),
        Lose("host", "guest", 2),
        Lose("host", "guest", 4),
    ),
)
