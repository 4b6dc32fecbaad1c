"""Beacons that fire and bang; sensors that hear, and one of them that compares what both heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND, show_duration
from core.protocols.clocks.clock_sync.fitting import Dot, line_at, offset_of
from core.protocols.clocks.clock_sync.messages import Bang, Fire, Heard, Please, Pulse
from core.protocols.clocks.clock_sync.sensor_choices import ACCESS, LEVER, LINE, OFFSETS, PULSE, SLOPES, WALK, WHEN

LOST = 5 * SECOND
"""A shot of which no dot has come within so long is taken to be lost, and another may be bought."""


@dataclass
class Beacon(Machine):
    """Fires when it is asked to, so that all sensors hear it at once; bangs when it is made to.

    hears     who hears its bangs; nobody named: all sensors.
    tells     from when on (µs, by its own clock) it says with a shot when it meant to fire; 0: never.
    """

    sensors: tuple[str, ...] = parameter((), "who hears its shots")
    hears: tuple[str, ...] = parameter((), "who hears its bangs; nobody named: whoever hears its shots")
    delay: int = parameter(2 * SECOND, "from a request for a shot to the shot", kind="duration", low=1)
    access: int = parameter(0, "how long its radio may wait for a free channel", kind="duration", low=0)
    spread: int = parameter(0, "how much later it may bang than it was to", kind="duration", low=0)
    tells: int = parameter(0, "from when on it says when it meant to fire; 0: never", kind="duration", low=0)
    shots: int = 0
    bangs: int = 0
    waiting: list[int | None] = field(default_factory=list)
    """The stamps of the shots that wait for the channel."""

    def on_request(self, ctx: Context, request: Fire) -> None:
        late = ctx.choose(WHEN) if self.spread else 0
        if late:
            ctx.set_timer("bang", late)
        else:
            self._bang(ctx)

    def on_message(self, ctx: Context, source: str, message: object) -> None:
        if isinstance(message, Please) and source in self.sensors:
            ctx.set_timer("fire", self.delay)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "bang":
            self._bang(ctx)
        elif key == "fire":
            self.waiting.append(ctx.now if self.tells and ctx.now >= self.tells else None)
            wait = ctx.choose(ACCESS) if self.access else 0
            if wait:
                ctx.set_timer("air", wait)
            else:
                self._fire(ctx)
        else:
            self._fire(ctx)

    def _bang(self, ctx: Context) -> None:
        self.bangs += 1
        for name in self.hears or self.sensors:
            ctx.send(name, Bang(self.bangs))

    def _fire(self, ctx: Context) -> None:
        self.shots += 1
        stamp = self.waiting.pop(0)
        for name in self.sensors:
            ctx.send(name, Pulse(self.shots, stamp))

    def view(self) -> dict[str, str | int]:
        return {"shots": self.shots, "bangs": self.bangs}


@dataclass
class Sensor(Machine):
    """Hears shots and notes when. It tells its friend, or, if it has nobody to tell, compares: that one buys the shots,
    and says how far its friend's clock was ahead when its friend heard a bang. Times are µs by its own clock.

    heard    of every shot when it was heard; `noted`: what the friend's clock read.
    dots     of the shots that both have heard, the newest last.
    bang     what the friend's clock read at the bang that is to be placed; 0: none is.
    told     if the sender has said when it meant to fire: the offset by that, of the newest shot.
    placed   of every bang, how far the friend's clock was ahead, it says.
    """

    friend: str = parameter(
        "", "whose clock it compares with its own; nobody's: it tells all that it hears", kind="node"
    )
    tell: str = parameter("", "whom it tells what it hears; nobody: it compares", kind="node")
    beacon: str = parameter("beacon", "who fires", kind="node")
    most: int = parameter(30, "how many shots it may buy", low=0, high=1000)
    patience: int = parameter(12 * SECOND, "from the news of a bang until it is placed", kind="duration", low=1)
    window: int = parameter(60 * SECOND, "older dots say nothing of the slope at the bang", kind="duration", low=1)
    after: int = parameter(1, "shots that the book buys after a bang", low=0, high=20)
    doubt: int = parameter(15, "a line that crosses the bang so near to the book's (µs) is as good", low=0)
    walk: int = parameter(0, "by how much its crystal's rate may change in a second, µs/s", low=0, high=20)
    heard: dict[int, int] = field(default_factory=dict)
    noted: dict[int, int] = field(default_factory=dict)
    dots: list[Dot] = field(default_factory=list)
    shots: int = 0
    awaited: bool = False
    """Is a shot that it has bought still to come?"""
    bang: int = 0
    bang_at: int = 0
    """About when that was by its own clock: when the news came."""
    told: int | None = None
    placed: list[int] = field(default_factory=list)
    rate: int = 0
    """By how much its crystal runs faster than it did at first, µs/s."""

    offers: ClassVar[tuple[Choice, ...]] = (PULSE,)

    # What it knows

    @property
    def may_buy(self) -> bool:
        """Does it compare, and is no shot of its own under way?"""
        return bool(self.friend) and not self.awaited and self.shots < self.most

    @property
    def needs_shot(self) -> bool:
        """Would the book buy one? One to begin with, and some after each bang."""
        if not self.may_buy:
            return False
        return len(self._since_bang) < self.after if self.bang else not self.dots

    @property
    def _since_bang(self) -> list[Dot]:
        return [dot for dot in self.dots if dot.at >= self.bang_at]

    @property
    def base(self) -> int:
        """The newest dot, from which the offset's handle counts."""
        return self.dots[-1].ahead if self.dots else 0

    def placed_by(self, value: Value) -> int:
        """Where a line crosses the bang (µs that the friend's clock is ahead)."""
        offset, slope = value
        return int(self.base + offset + slope * LEVER)

    @property
    def near(self) -> list[Dot]:
        """The dots that say something of the clocks at the bang."""
        found = [dot for dot in self.dots if abs(dot.at - self.bang_at) <= self.window]
        return found or self.dots[-1:]

    def _line_of(self, dots: list[Dot]) -> tuple[int, int]:
        """The handles of the line through these dots."""
        place, slope = line_at(dots, self.bang_at)
        slope = max(-SLOPES, min(SLOPES, slope))
        return self._within(place - self.base - slope * LEVER), slope

    @staticmethod
    def _within(offset: int) -> int:
        return max(-OFFSETS, min(OFFSETS, offset))

    @property
    def best_line(self) -> tuple[int, int]:
        """The line through the dots near the bang, by least squares."""
        return self._line_of(self.near)

    @property
    def best_place(self) -> int:
        """Where that crosses the bang (µs)."""
        return self.placed_by(self.best_line)

    @property
    def flat_line(self) -> tuple[int, int]:
        """The mean of all dots, as if no clock drifted."""
        return self._within(offset_of(self.dots) - self.base), 0

    @property
    def line_of_all(self) -> tuple[int, int]:
        """The line through all dots, however old."""
        return self._line_of(self.dots)

    @property
    def line_told(self) -> tuple[int, int]:
        """Where the sender's time puts the clocks, flat; the best line where it has told none."""
        return self.best_line if self.told is None else (self._within(self.told - self.base), 0)

    @property
    def plausible_lines(self) -> list[tuple[int, int]]:
        """The best line, and those that forget something."""
        return [self.best_line, self.flat_line, self.line_of_all, self.line_told, (0, 0)]

    @property
    def old(self) -> bool:
        """Is no dot near the bang?"""
        return self._age > 5 * SECOND

    @property
    def _age(self) -> int:
        return min((abs(dot.at - self.bang_at) for dot in self.dots), default=self.window)

    @property
    def age(self) -> str:
        """How far the nearest dot is from the bang, in words."""
        return f"{show_duration(self._age // SECOND * SECOND)} lie between"

    # What it does

    def on_start(self, ctx: Context) -> None:
        if self.walk:
            ctx.set_timer("crystal", SECOND)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "crystal":
            self.rate += ctx.choose(WALK)
            ctx.adjust_clock(self.rate, SECOND)
            ctx.set_timer("crystal", SECOND)
        elif key == "place":
            self._place(ctx)
        elif key == "shot":
            self.awaited = False

    def on_message(self, ctx: Context, source: str, message: object) -> None:
        if isinstance(message, Pulse):
            self._hear(ctx, message)
        elif isinstance(message, Bang):
            if self.tell:
                ctx.send(self.tell, Heard(False, message.number, ctx.came))
        elif isinstance(message, Heard) and source == self.friend:
            if message.shot:
                self._note(message)
            elif not self.bang:
                self.bang, self.bang_at = message.reading, ctx.came
                ctx.set_timer("place", self.patience)

    def _hear(self, ctx: Context, pulse: Pulse) -> None:
        if self.tell:
            ctx.send(self.tell, Heard(True, pulse.number, ctx.came))
            return
        if pulse.number not in self.heard:
            self.heard[pulse.number] = ctx.came
            if pulse.stamp is not None:
                self.told = pulse.stamp - ctx.came
            self._compare(pulse.number)

    def _note(self, heard: Heard) -> None:
        if heard.number not in self.noted:
            self.noted[heard.number] = heard.reading
            self._compare(heard.number)

    def _compare(self, number: int) -> None:
        """A dot, once both have heard the shot: whoever heard it last is told of here, and once."""
        if number in self.heard and number in self.noted:
            self.awaited = False
            self.dots.append(Dot(self.heard[number], self.noted[number] - self.heard[number]))

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self.shots += 1
        self.awaited = True
        ctx.set_timer("shot", LOST)
        ctx.send(self.beacon, Please())

    def _place(self, ctx: Context) -> None:
        """Say how far the friend's clock was ahead at the bang."""
        place = self.placed_by(ctx.choose(LINE))
        self.placed.append(place)
        self.bang = 0
        ctx.deliver(place)

    def view(self) -> dict[str, str | int]:
        return {
            "shots": self.shots,
            "dots": ", ".join(str(dot.ahead) for dot in self.dots[-4:]) or "none",
            "bangs placed": len(self.placed),
        }

    def badge(self) -> str:
        return "bang" if self.bang else ""
