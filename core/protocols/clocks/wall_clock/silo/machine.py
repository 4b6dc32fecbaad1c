"""Headquarters that say each hour that they live, a silo that fires after an hour of silence, and between them the
telephone exchange, which tells both what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.protocols.clocks.wall_clock.ground import bend, step
from core.protocols.clocks.wall_clock.silo.choices import (
    AHEAD,
    BACK,
    COUNTS,
    HIT,
    HOUR,
    JUMP,
    LONGEST,
    LOSSES,
    LOST,
    NIGHTS,
    PERIOD,
    READS,
    RESET,
    SLOPE,
    STEEPEST,
    TELL,
    TIMER,
    WINDOW,
    mending,
)
from core.protocols.clocks.wall_clock.silo.messages import LAUNCH, Raid, Reset, SetTo

RESET_TIMER, MENDED, TOO_LATE, FUSE = "reset", "mended", "too late", "fuse"
"""The timers: the next reset; the clock is right again; it should be by now; the silence has been too long."""


@dataclass
class Faced(Machine):
    """A node with a clock on the wall; of the days between the nights nothing is told."""

    minute: int = parameter(MINUTE, "how long a minute of this story lasts", kind="duration", low=MILLISECOND)
    began: int = parameter(
        0, "what its clock shows when it reads 0, in minutes after midnight", low=0, high=LONGEST - 1
    )
    night: int = parameter(180, "minutes of a night", low=60, high=LONGEST)

    def night_at(self, reading: int) -> int:
        """Which night it is at a reading (µs), from 1 on."""
        return max(0, reading) // (self.night * self.minute) + 1

    def face(self, reading: int) -> str:
        """What the clock on the wall shows at a reading (µs): "2:59", or "2:59:59" where a minute has its seconds."""
        within = reading % (self.night * self.minute) if reading > 0 else reading
        minutes, rest = divmod(self.began * self.minute + within, self.minute)
        seconds = f":{rest // SECOND:02d}" if self.minute == MINUTE else ""
        return f"{minutes // 60 % 24}:{minutes % 60:02d}{seconds}"


@dataclass
class Headquarters(Faced):
    """Sends a reset each period, and with it for how long the silo may hear nothing.

    period, window, timer, slope   the book's answers.
    within  in how many minutes a clock that is wrong has to be right.
    """

    exchange: str = parameter("exchange", "over whom its line goes", kind="node")
    period: int = parameter(20, "the book's minutes from one reset to the next", low=5, high=240)
    window: int = parameter(61, "the book's minutes in which the silo may hear nothing", low=5, high=LONGEST)
    timer: str = parameter(COUNTS, "by what the book tells the time that has passed", options=(COUNTS, READS))
    slope: int = parameter(20, "the book's per cent by which a wrong clock is bent; 0: it jumps", low=0, high=STEEPEST)
    within: int = parameter(360, "minutes in which a wrong clock has to be right", low=1, high=LONGEST)
    sent: int = 0
    pause: int = 0
    """Minutes from the last reset to the one that is set."""
    counting: bool = True
    """Is the next reset counted down, rather than read off the clock?"""
    ticks: int = 0
    """Ticks (µs) that had passed when the clock read `since`: jumps and bends are none of theirs."""
    since: int = 0
    due: int = 0
    """At how many ticks the next reset leaves, if it is counted."""
    marks: tuple[int, ...] = ()
    """Ticks of the last resets, the newest first; of the start, before there is one."""
    rate: int = 0
    """Per cent by which the clock is bent now."""
    unheeded: bool = False
    """Has a setting been changed that does not hold yet?"""
    moved: bool = False
    """Has the clock been set since the last reset, by which that is told?"""
    told: int = 0
    """By how much (µs) the clock was wrong when it was set last."""
    overdue: bool = False
    """Was a clock not right in time?"""
    fallen: bool = False

    offers: ClassVar[tuple[Choice, ...]] = (RESET,)

    @property
    def worst(self) -> int:
        """Minutes of silence if so many resets in a row are lost as may be."""
        return (LOSSES + 1) * self.pause

    def on_start(self, ctx: Context) -> None:
        self.since = ctx.now
        self.marks = (0,)
        self._arm(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == RESET_TIMER:
            self._send_reset(ctx)
        elif key == MENDED:
            self._rebase(ctx, 0, ctx.now)
        elif key == TOO_LATE:
            self.overdue = self.overdue or self.rate != 0

    def on_message(self, ctx: Context, source: str, message: Reset | SetTo | Raid) -> None:
        if self.fallen:
            return
        if isinstance(message, Raid):
            self.fallen = True
            for key in (RESET_TIMER, MENDED, TOO_LATE):
                ctx.cancel_timer(key)
        elif isinstance(message, SetTo) and message.reading != ctx.now:
            self._mend(ctx, message.reading - ctx.now)

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self._send_reset(ctx)

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        self.unheeded = self.unheeded or choice is not SLOPE

    def _send_reset(self, ctx: Context) -> None:
        self.sent += 1
        self.unheeded = self.moved = False
        before = self.marks if self.sent > 1 else ()
        self.marks = (self.ticks_at(ctx.now), *before)[: LOSSES + 1]
        self._arm(ctx)
        window = int(ctx.choose(WINDOW)) * self.minute
        ctx.send(self.exchange, Reset(self.sent, ctx.now, window, self.counting))

    # The next reset

    def ticks_at(self, reading: int) -> int:
        """The ticks (µs) that have passed when the clock reads so much, as it is bent now."""
        return self.ticks + (reading - self.since) * 100 // (100 + self.rate)

    def _arm(self, ctx: Context) -> None:
        """Set the next reset."""
        self.counting = ctx.choose(TIMER) == COUNTS
        self.pause = int(ctx.choose(PERIOD))
        if self.counting:
            self.due = self.ticks_at(ctx.now) + self.pause * self.minute
            self._count_down(ctx, self.pause * self.minute)
        else:
            self._look_up(ctx, ctx.now + 1)

    def _count_down(self, ctx: Context, left: int) -> None:
        """So many ticks (µs) from now. A timer runs by the clock, which, bent, passes more or less than its ticks."""
        ctx.set_timer(RESET_TIMER, max(1, left * (100 + self.rate) // 100))

    def _look_up(self, ctx: Context, reading: int) -> None:
        """As cron does: when a clock that reads so much shows the next full period. What it jumps over is not made up
        for."""
        period, midnight = self.pause * self.minute, -self.began * self.minute
        ctx.set_timer_at(RESET_TIMER, midnight - (midnight - reading) // period * period)

    # A clock that is wrong

    def _mend(self, ctx: Context, by: int) -> None:
        """The clock is `by` µs behind."""
        minutes = -(-abs(by) // self.minute)
        wrong = f"{minutes} min {'behind' if by > 0 else 'ahead'}"
        slope = int(ctx.choose(SLOPE, by=by, wrong=wrong))
        self.moved = not self.counting
        self.told = by
        if slope:
            rate = slope if by > 0 else -slope
            local = mending(by, slope) * (100 + rate) // 100
            bend(ctx, rate, local)
            ctx.set_timer(MENDED, local)
            ctx.set_timer(TOO_LATE, self.within * self.minute * (100 + rate) // 100)
            self._rebase(ctx, rate, ctx.now)
            return
        if self.rate:
            bend(ctx, 0, 1)  # by nothing: what is under way ends
            ctx.cancel_timer(MENDED)
        step(ctx, by)
        self._rebase(ctx, 0, ctx.now + by)
        if not self.counting:
            self._look_up(ctx, ctx.now + by)

    def _rebase(self, ctx: Context, rate: int, reading: int) -> None:
        """From now on the clock is bent by `rate`, and reads so much: what is counted is not touched by it."""
        self.ticks = self.ticks_at(ctx.now)
        self.since, self.rate = reading, rate
        if self.counting:
            self._count_down(ctx, self.due - self.ticks)

    def view(self) -> dict[str, str | int]:
        return {
            "resets": self.sent,
            "a reset each": f"{self.pause} min",
            "by": "what has been counted" if self.counting else "what the clock reads",
            **({"bent by": f"{self.rate} %"} if self.rate else {}),
        }

    def badge(self) -> str:
        return "hit" if self.fallen else ""


@dataclass
class Silo(Machine):
    """Fires when it has heard nothing for too long. Its own clock jumps when it is set."""

    window: int = parameter(60 * MINUTE, "how long it may hear nothing before the first reset", kind="duration", low=1)
    silent: int = parameter(0, "how long it has heard nothing at the start", kind="duration", low=0)
    grace: int = parameter(
        500 * MILLISECOND, "what it waits beyond that, for what is under way", kind="duration", low=0
    )
    heard: int | None = None
    """The stamp of the last reset."""
    number: int = 0
    """Its number, which tells two of one moment apart: the later one has the settings that hold."""
    resets: int = 0
    old: int = 0
    """Resets that were no newer than the last, and ignored."""
    fired: bool = False

    def on_start(self, ctx: Context) -> None:
        ctx.set_timer(FUSE, max(0, self.window - self.silent) + self.grace)

    def on_message(self, ctx: Context, source: str, message: Reset | SetTo | Raid) -> None:
        if isinstance(message, SetTo):
            step(ctx, message.reading - ctx.now)
        elif isinstance(message, Reset) and not self.fired:
            if self.heard is not None and (message.stamp, message.number) <= (self.heard, self.number):
                self.old += 1
                return
            self.heard, self.number = message.stamp, message.number
            self.resets += 1
            wait = message.window + self.grace
            if message.counts:
                ctx.set_timer(FUSE, wait)
            else:
                ctx.set_timer_at(FUSE, ctx.now + wait)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self.fired = True
        ctx.deliver(LAUNCH)

    def view(self) -> dict[str, str | int]:
        return {
            "resets": self.resets,
            **({"ignored": self.old} if self.old else {}),
            "fired": "yes" if self.fired else "no",
        }

    def badge(self) -> str:
        return "fires" if self.fired else ""


@dataclass
class Exchange(Faced):
    """Puts resets through, and says what time it is, right or wrong.

    lies    how often it may be made to say so.
    nights  of the five the first so many come: see `NIGHTS`.
    """

    hq: str = parameter("hq", "headquarters", kind="node")
    silo: str = parameter("silo", "the silo", kind="node")
    lies: int = parameter(0, "how often it may be made to say what time it is", low=0, high=9)
    nights: int = parameter(0, "how many of the five nights come, in an order of the seed", low=0, high=5)
    ahead: int = parameter(6, "minutes by which the clock of headquarters is put forth", low=1, high=LONGEST)
    back: int = parameter(66, "minutes by which it is put back", low=1, high=LONGEST)
    jump: int = parameter(50, "minutes by which the clock of the silo is put forth", low=1, high=LONGEST)
    raid: int = parameter(0, "the minute in which headquarters are hit, if not in the fifth night", low=0)
    told: int = 0
    lie: int = 0
    """Seconds by which it was wrong, all together."""
    said: tuple[int, int] = (0, 0)
    """By how many µs what it says to headquarters, and to the silo, differs from its own clock."""
    loses: int = 0
    """Resets that it will still lose."""
    lost: int = 0

    offers: ClassVar[tuple[Choice, ...]] = (TELL,)

    def on_start(self, ctx: Context) -> None:
        if self.raid:
            ctx.set_timer((HIT, 0), self.raid * self.minute)
        if self.nights:
            dealt = tuple(ctx.choose(NIGHTS))
            for number, kind in enumerate(dealt[: self.nights], 1):
                self._plan(ctx, number, kind, 10, 40)
            if self.nights > len(dealt):
                self._plan(ctx, len(dealt) + 1, LOST, 5, 30)
                self._plan(ctx, len(dealt) + 1, HIT, 70, 80)

    def _plan(self, ctx: Context, number: int, kind: str, first: int, last: int) -> None:
        """Something comes in this night, between these per cent of it."""
        minute = int(ctx.choose(HOUR, number=number, kind=kind, between=(first, last)))
        ctx.set_timer((kind, number), ((number - 1) * self.night + minute) * self.minute)

    def on_message(self, ctx: Context, source: str, message: Reset | SetTo | Raid) -> None:
        if not isinstance(message, Reset):
            return
        if self.loses:
            self.loses -= 1
            self.lost += 1
        else:
            ctx.send(self.silo, message)

    def on_timer(self, ctx: Context, key: Key) -> None:
        kind = key[0] if isinstance(key, tuple) else key
        hq, silo = self.said
        if kind == LOST:
            self.loses += LOSSES
        elif kind == HIT:
            ctx.send(self.hq, Raid())
        elif kind == JUMP:
            self.said = hq, silo + self.jump * self.minute
            ctx.send(self.silo, SetTo(ctx.now + self.said[1]))
        elif kind in (AHEAD, BACK):
            self.said = hq + (self.ahead if kind == AHEAD else -self.back) * self.minute, silo
            ctx.send(self.hq, SetTo(ctx.now + self.said[0]))

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self.told += 1
        self.lie += abs(value)
        self.said = value * SECOND, self.said[1]
        ctx.send(self.hq, SetTo(ctx.now + self.said[0]))

    def view(self) -> dict[str, str | int]:
        return {"may still say the time": self.lies - self.told}
