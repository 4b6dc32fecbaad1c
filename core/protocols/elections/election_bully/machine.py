"""A process: probes the coordinator, holds elections, reigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.names import number_of
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND, show_duration
from core.protocols.elections.election_bully.choices import (
    ALARM,
    BOTH,
    BULLY,
    CRY,
    DUTY,
    FREEZE,
    HOMAGE,
    ONLY_ELECTION,
    ONLY_OK,
    WAIT_COORDINATOR,
    WAIT_OK,
)
from core.protocols.elections.election_bully.messages import (
    Alive,
    Coordinator,
    Election,
    Message,
    Ok,
    Probe,
    Suspect,
)


@dataclass
class Process(Machine):
    """One process: probes the coordinator, holds elections, reigns."""

    coordinator: int = parameter(-1, "who reigns at the start; -1: the highest", low=-1)
    alarm: int = parameter(SECOND, "how long the book believes the coordinator's silence", kind="duration", low=1)
    wait_ok: int = parameter(500 * MILLISECOND, "how long the book waits for an OK", kind="duration", low=1)
    wait_coordinator: int = parameter(SECOND, "how long the book believes an OK", kind="duration", low=1)
    period: int = parameter(500 * MILLISECOND, "pause between probes; 0: it never probes", kind="duration", low=0)
    round_trip: int = parameter(80 * MILLISECOND, "the shortest round trip", kind="duration", low=1)
    freezes: int = parameter(0, "of 1000 probes, how many freeze it (a fifth of them long)", low=0, high=1000)
    peers: Sequence[str] = ()
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
            if self.reigns:
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
            self.delays = [*self.delays[-19:], ctx.came - self.probed_at]
            ctx.cancel_timer("alarm")
            self._probe_later(ctx)
        elif message.number == self.probe:
            self.delays = [*self.delays[-19:], ctx.came - self.probed_at]

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
        reign = self.reigns
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

    @property
    def reigns(self) -> bool:
        """Does it take itself for the coordinator?"""
        return self.coordinator == self.number

    @property
    def kings(self) -> tuple[str, ...]:
        """Whom it takes for the coordinator."""
        king = self.name if self.reigns else self._name_of(self.coordinator)
        return () if king is None else (king,)

    def badge(self) -> str:
        if self.frozen:
            return "frozen"
        if self.electing:
            return "elects"
        return "reigns" if self.reigns else "" if self.coordinator < 0 else f"obeys {self.coordinator}"
