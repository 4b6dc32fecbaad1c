"""A machine whose programs live by its one clock: a beat, a time-out, a cron, a stamper, an auction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.wall_clock.bending.choices import JITTER, SLOPE, STEEPEST, STEP, TICK
from core.protocols.clocks.wall_clock.bending.messages import Beat, Grave, Job, Obituary, Reading, Shut, Tell
from core.protocols.clocks.wall_clock.ground import bend, step

HOUR = 3600 * SECOND
KEPT = 128
"""Stamps that are remembered."""


@dataclass
class Clockwork(Machine):
    """Beats for its peer, waits for its peer's beats, runs jobs, stamps what comes, and shuts an auction: all by its
    own clock, which is wrong by `ahead`, as it has been told.

    believed, since   so much (µs) it was ahead when its clock read `since`, by what it was told; from then on it is
                      bent by `slope` per cent.
    stamps            (reading, how much it was ahead by its belief) at each tick.
    graves            of its peer, which lived; `mourned`: its own, of which it was told, and `missed`: the longest
                      silence (µs) between two of its beats that its peer has told it of.
    """

    peer: str = parameter("peer", "who hears its beats, and whose it hears", kind="node")
    beat: int = parameter(2 * SECOND, "how often it says that it lives", kind="duration", low=100 * MILLISECOND)
    late: int = parameter(3 * SECOND, "after how long a silence it takes its peer for dead", kind="duration", low=1)
    dead: int = parameter(3 * SECOND, "after how long a silence its peer takes it for dead", kind="duration", low=1)
    theirs: int = parameter(2 * SECOND, "how often its peer says that it lives", kind="duration", low=1)
    jitter: int = parameter(0, "by how many thousandths a beat may come late or early: chance says", low=0, high=100)
    ahead: int = parameter(0, "by how many ms its clock is ahead, as it has been told", low=-60_000, high=60_000)
    every: int = parameter(0, "how often a job is run; 0: there are none", kind="duration", low=0)
    shuts: int = parameter(0, "what its clock reads when an auction shuts; 0: there is none", kind="duration", low=0)
    way: int = parameter(20 * MILLISECOND, "how long a message takes from its peer", kind="duration", low=0)
    slow: int = parameter(30, "the book's per cent of slower", low=1, high=STEEPEST)
    fast: int = parameter(18, "the book's per cent of faster", low=1, high=STEEPEST)
    slope: int = 0
    believed: int = 0
    since: int = 0
    stamps: list[tuple[int, int]] = field(default_factory=list)
    fallen: int = 0
    """Stamps that did not rise."""
    beats: int = 0
    heard_at: int = 0
    """What its clock read when its peer was last heard."""
    buries: bool = False
    graves: int = 0
    mourned: int = 0
    missed: int = 0
    job: int = 0
    """The number of the last job that has run."""
    again: int = 0
    """Jobs that ran twice."""
    skipped: int = 0
    """Jobs that never ran."""
    shut: bool = False

    offers: ClassVar[tuple[Choice, ...]] = (STEP,)

    # What it believes

    def ahead_at(self, now: int) -> int:
        """By how much (µs) its clock is ahead when it reads `now`, as far as it knows."""
        return self.believed + (now - self.since) * self.slope // (100 + self.slope)

    def beat_lasts(self, slope: int) -> int:
        """How long (µs), by a clock that is right, its beats may be apart with its own bent so."""
        return self.beat * (1000 + self.jitter) // 10 // (100 + slope)

    def theirs_lasts(self, slope: int) -> int:
        """How long (µs) its own clock, bent so, may count from one beat of its peer to the next."""
        return self.theirs * (1000 + self.jitter) * (100 + slope) // 100_000

    @property
    def beat_words(self) -> str:
        """How far apart its beats may be now."""
        return f"{self.beat_lasts(self.slope) / SECOND:.2f} s"

    @property
    def theirs_words(self) -> str:
        """How far apart the beats of its peer may look now."""
        return f"{self.theirs_lasts(self.slope) / SECOND:.2f} s"

    def means(self, now: int, slope: int) -> str:
        """What a slope comes to: how long it takes, and what it makes of the beats."""
        ahead = self.ahead_at(now)
        if not slope or not ahead or (slope > 0) == (ahead > 0):
            return ""
        takes = f"right in {abs(ahead) * 100 / abs(slope) / SECOND:.1f} s"
        if slope < 0:
            return f"{takes}; your {self.beat / SECOND:.1f} s last {self.beat / SECOND * 100 / (100 + slope):.2f} s"
        looks = self.theirs / SECOND * (100 + slope) / 100
        return f"{takes}; the peer's {self.theirs / SECOND:.1f} s look like {looks:.2f} s"

    # Its programs

    def on_start(self, ctx: Context) -> None:
        self.believed, self.since, self.heard_at = self.ahead * MILLISECOND, ctx.now, ctx.now
        self.stamps = [(ctx.now, self.believed)]
        ctx.set_timer("tick", TICK)
        ctx.set_timer("silence", self.late)
        self._set_beat(ctx)
        self.job = ctx.now // self.every if self.every else 0
        self._set_job(ctx, ctx.now)
        if self.shuts:
            ctx.set_timer_at("shut", self.shuts)

    def _set_beat(self, ctx: Context) -> None:
        late = ctx.choose(JITTER) if self.jitter else 0
        ctx.set_timer("beat", self.beat * (1000 + late) // 1000)

    def _set_job(self, ctx: Context, now: int) -> None:
        """The next job after what the clock reads now, as cron has it."""
        if self.every:
            ctx.set_timer_at("job", (now // self.every + 1) * self.every)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "tick":
            self._tick(ctx)
        elif key == "beat":
            self.beats += 1
            ctx.send(self.peer, Beat(self.beats))
            self._set_beat(ctx)
        elif key == "silence":
            self.buries = True
            self.graves += 1
            ctx.deliver(Grave(self.peer, ctx.now - self.heard_at))
        elif key == "job":
            self._run_job(ctx)
        elif not self.shut:
            self.shut = True
            ctx.deliver(Shut())

    def _tick(self, ctx: Context) -> None:
        self.fallen += ctx.now <= self.stamps[-1][0]
        self.stamps = [*self.stamps, (ctx.now, self.ahead_at(ctx.now))][-KEPT:]
        ctx.set_timer("tick", TICK)
        self._bend(ctx, int(ctx.choose(SLOPE)))

    def _run_job(self, ctx: Context) -> None:
        number = ctx.now // self.every
        again = number <= self.job
        self.again += again
        self.skipped += max(0, number - self.job - 1)
        self.job = number
        ctx.deliver(Job(number, again))
        self._set_job(ctx, ctx.now)

    def on_message(self, ctx: Context, source: str, message: Beat | Reading | Obituary) -> None:
        if source != self.peer:
            return
        if isinstance(message, Reading):
            self.believed, self.since = ctx.came - message.at - self.way, ctx.came
            return
        if isinstance(message, Obituary):
            self.mourned += 1
            self.missed = max(self.missed, message.waited)
            return
        if self.buries:
            ctx.send(source, Obituary(ctx.came - self.heard_at))
        self.heard_at, self.buries = ctx.came, False
        ctx.set_timer("silence", self.late)

    def on_request(self, ctx: Context, request: Tell) -> None:
        ctx.send(self.peer, Reading(ctx.now))

    # Its clock

    def _bend(self, ctx: Context, slope: int) -> None:
        if slope == self.slope:
            return
        self.believed, self.since, self.slope = self.ahead_at(ctx.now), ctx.now, slope
        if slope:
            bend(ctx, slope, HOUR)
        else:
            ctx.adjust_clock(0, 1)  # which ends what is under way

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        """A push of the lever bends the clock at once."""
        if choice is SLOPE:
            self._bend(ctx, int(value))

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        """The clock jumps to where it should be: cron begins anew from there."""
        by = -self.ahead_at(ctx.now)
        step(ctx, by)
        self.believed, self.since = 0, ctx.now + by
        self._set_job(ctx, ctx.now + by)

    def view(self) -> dict[str, str | int]:
        return {
            "slope": f"{self.slope} %",
            "beats": self.beats,
            "peer": "buried" if self.buries else "lives",
            **({"jobs": self.job} if self.every else {}),
            **({"auction": "shut" if self.shut else "open"} if self.shuts else {}),
        }

    def badge(self) -> str:
        return f"{self.slope:+} %" if self.slope else ""
