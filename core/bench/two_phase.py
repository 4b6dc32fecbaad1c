"""A two-phase commit, for the explorer's benchmark: what its first figure was measured on.

Rule         write what you vote before you vote it, what is decided before you say it; who decided nothing aborts.
Simplified   a participant in doubt asks the coordinator every second; nobody else is asked.
Source       Gray 1978, Notes on Data Base Operating Systems §5.8.3.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.kernel.choice import Answer, Kind, Persona
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine, Protocol
from core.kernel.ready_choices import lookup
from core.kernel.ready_laws import agreement
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.wire.cdr import codec_for

COMMIT, ABORT = "commit", "abort"

RECOVER = lookup(
    "two_phase.recover",
    "You come back after a crash, and the disk holds no decision. What is it?",
    (ABORT, COMMIT),
    right={"nothing decided": ABORT},
    mistakes={COMMIT: "presumed"},
    inaction=ABORT,
    answers={
        "book": Answer(Kind.BOOK, "Nobody was told anything: to abort is safe."),
        "presumed": Answer(Kind.WRONG, "Somebody may have voted no."),
    },
    source="Gray 1978 §5.8.3.3",
)


@dataclass(frozen=True)
class Prepare:
    """Can you commit?"""


@dataclass(frozen=True)
class Vote:
    """I can, or cannot."""

    yes: bool


@dataclass(frozen=True)
class Decision:
    """All do, or none does."""

    commit: bool


@dataclass(frozen=True)
class Ask:
    """I voted yes and heard nothing since."""


@dataclass
class Coordinator(Machine):
    """Asks all, and tells all what is decided."""

    participants: Sequence[str] = parameter((), "who takes part", kind="nodes")
    votes: dict[str, bool] = field(default_factory=dict)
    outcome: str = ""

    def on_start(self, ctx: Context) -> None:
        for name in self.participants:
            ctx.send(name, Prepare())
        ctx.set_timer("votes", SECOND)

    def on_restart(self, ctx: Context) -> None:
        self.outcome = ctx.stored.get("decided", "")
        self._decide(ctx, self.outcome or ctx.choose(RECOVER))

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._decide(ctx, ABORT)

    def on_message(self, ctx: Context, source: str, message: Vote | Ask) -> None:
        if self.outcome:
            ctx.send(source, Decision(self.outcome == COMMIT))
        elif isinstance(message, Vote):
            self.votes[source] = message.yes
            if not message.yes:
                self._decide(ctx, ABORT)
            elif len(self.votes) == len(self.participants):
                self._decide(ctx, COMMIT)

    def _decide(self, ctx: Context, outcome: str) -> None:
        self.outcome = outcome
        ctx.save("decided", outcome)
        ctx.cancel_timer("votes")
        for name in self.participants:
            ctx.send(name, Decision(outcome == COMMIT))


@dataclass
class Participant(Machine):
    """Votes, and does what is decided; in doubt it asks."""

    coordinator: str = parameter("c", "who decides", kind="node")
    able: bool = parameter(True, "can it commit?")
    outcome: str = ""

    def on_restart(self, ctx: Context) -> None:
        self.outcome = ctx.stored.get("outcome", "")
        if not self.outcome and ctx.stored.get("voted"):
            self._doubt(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._doubt(ctx)

    def on_message(self, ctx: Context, source: str, message: Prepare | Decision) -> None:
        if self.outcome:
            return
        if isinstance(message, Decision):
            self._do(ctx, COMMIT if message.commit else ABORT)
        elif not self.able:
            ctx.send(source, Vote(False))
            self._do(ctx, ABORT)
        else:
            ctx.save("voted", True)
            ctx.send(source, Vote(True))
            ctx.set_timer("doubt", SECOND)

    def _doubt(self, ctx: Context) -> None:
        ctx.send(self.coordinator, Ask())
        ctx.set_timer("doubt", SECOND)

    def _do(self, ctx: Context, outcome: str) -> None:
        self.outcome = outcome
        ctx.save("outcome", outcome)
        ctx.cancel_timer("doubt")


AGREED = agreement(Participant, lambda participant: participant.outcome or None, name="nobody commits alone")
MESSAGES = (Prepare, Vote, Decision, Ask)
_ROOM = Protocol(
    name="two_phase",
    title="Two-phase commit",
    roles={"coordinator": Coordinator, "participant": Participant},
    messages=MESSAGES,
    codec=codec_for(*MESSAGES),
    choices=(RECOVER,),
    personas=(
        Persona("presumes commit", "takes nothing for a yes", {RECOVER.name: lambda asked: COMMIT}, AGREED.name),
    ),
    laws=(AGREED,),
)

PROTOCOL = replace(
    _ROOM,
    scenarios=(
        Scenario(
            name="two who take part, one of whom cannot",
            protocols={"two_phase": _ROOM},
            nodes=(
                NodeSpec("c", "two_phase", "coordinator", {"participants": ("p", "q")}),
                NodeSpec("p", "two_phase", "participant"),
                NodeSpec("q", "two_phase", "participant", {"able": False}),
            ),
            default_link=LinkSpec(latency=40 * MILLISECOND),
            limit=1 << 60,
        ),
    ),
)
