"""Workbench: a room of the tests that asks one question of every domain.

Problem      whatever can be asked must work everywhere: suite, levels, explorer, scripts, screens.
Rule         do what the slip says.
Simplified   what the slip says is the answer, so that the rooms of the game need not be known here.
Source       none; nothing is taught here.
"""

from dataclasses import dataclass, field

from core.kernel.choice import Answer, Choice, Kind, Persona, Value
from core.kernel.domains import selecting
from core.kernel.laws import always, eventually
from core.kernel.parameters import parameter
from core.kernel.protocol import Machine, Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.wire.cdr import ULong, codec_for
from tests.domains import DOMAINS, TOPICS, selects

# Messages


@dataclass(frozen=True)
class Job:
    """Job `number`, of this kind."""

    number: ULong
    kind: str


@dataclass(frozen=True)
class Done:
    """Job `number` is done, `well` or not."""

    number: ULong
    well: bool


# Choices


def book_of(domain):
    """What a slip says: another of the plausible answers for every job."""

    def book(asked) -> Value:
        found = list(domain.default_candidates(asked))
        return found[asked.number % len(found)]

    return book


def slip_of(domain):
    """What the book would do, in words."""
    return lambda asked: domain.show(book_of(domain)(asked))


MEANS = {
    "pattern": selecting(TOPICS, selects),
    "bytes": lambda asked, value: f"{len(value)} bytes on the wire",
    "cuts in a text": lambda asked, value: " | ".join(asked.choice.domain.parts(asked, value)),
    "slider": lambda asked, value: f"{value * 20} kB/s of 2 MB/s",
}

CHOICES = {
    name: Choice(
        name=f"workbench.{name.replace(' ', '_')}",
        question="Job {number}, " + name + ": what does the slip say?",
        domain=domain,
        book=book_of(domain),
        cases=("a job",),
        inaction=lambda asked: asked.choice.domain.default_candidates(asked)[0],
        answers={
            "book": Answer(Kind.BOOK, "As the slip says: {book}."),
            "other": Answer(Kind.WRONG, "{answer} is not what the slip says: {book}."),
        },
        means=MEANS.get(name),
        source="none",
    )
    for name, domain in DOMAINS.items()
}

# Machine


@dataclass
class Boss(Machine):
    """Has jobs done, one after another."""

    clerk: str = parameter("clerk", "who does them", kind="node")
    kinds: str = parameter("letters", "kinds of jobs, with commas between", kind="text")
    count: int = parameter(4, "how many jobs of each kind", low=1, high=100)
    number: int = 0
    well: list[int] = field(default_factory=list)
    badly: list[int] = field(default_factory=list)

    @property
    def jobs(self) -> list[str]:
        return [kind.strip() for kind in self.kinds.split(",") for _ in range(self.count)]

    def on_start(self, ctx):
        self._next(ctx)

    def on_message(self, ctx, source, message):
        if isinstance(message, Done) and message.number == self.number:
            (self.well if message.well else self.badly).append(message.number)
            self._next(ctx)

    def _next(self, ctx):
        self.number += 1
        if self.number <= len(self.jobs):
            ctx.send(self.clerk, Job(self.number, self.jobs[self.number - 1]))

    def view(self):
        return {"done well": len(self.well), "done badly": len(self.badly)}


@dataclass
class Clerk(Machine):
    """Does what the slip says."""

    slip: str = "none yet"

    def on_message(self, ctx, source, message):
        if isinstance(message, Job) and message.kind in CHOICES:
            choice = CHOICES[message.kind]
            value = ctx.choose(choice, number=message.number, slip=right(choice, message.number))
            ctx.send(source, Done(message.number, value == right(choice, message.number)))

    def view(self):
        return {"slip": self.slip}


def right(choice, number):
    """The answer that is wanted."""

    class Slip:
        pass

    slip = Slip()
    slip.number, slip.choice = number, choice
    return choice.book(slip)


# Laws

NEVER_BADLY = always("no job is done badly", lambda evidence: not any(boss.badly for boss in evidence.running(Boss)))
ALL_DONE = eventually(
    "{boss:node} has every job done",
    lambda evidence, boss: (machine := evidence.machine(boss, Boss)) is not None
    and len(machine.well) == len(machine.jobs),
    assumes=("no_loss", "no_crash"), known="boss",
)  # fmt: skip

PERSONAS = (
    Persona(
        "always alike",
        "does every job as the first of its kind",
        {choice.name: lambda asked: asked.inaction for choice in CHOICES.values()},
        fault=NEVER_BADLY.name,
    ),
)

PROTOCOL = Protocol(
    name="workbench",
    title="Workbench",
    roles={"boss": Boss, "clerk": Clerk},
    messages=(Job, Done),
    codec=codec_for(Job, Done),
    choices=tuple(CHOICES.values()),
    personas=PERSONAS,
    laws=(NEVER_BADLY, ALL_DONE),
)


def scenario_of(kinds, count=4):
    """A scenario in which these kinds are asked."""
    return Scenario(
        name=kinds,
        protocols={"workbench": PROTOCOL},
        nodes=(
            NodeSpec("boss", "workbench", "boss", {"kinds": kinds, "count": count}),
            NodeSpec("clerk", "workbench", "clerk"),
        ),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(PROTOCOL.goal("boss has every job done"), PROTOCOL.goal("no job is done badly")),
        limit=30 * SECOND,
    )


PROTOCOL = PROTOCOL.with_scenarios(*(scenario_of(name) for name in CHOICES))
