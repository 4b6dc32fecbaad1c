"""Client and server: who asks for the time, and who tells it. Each has nothing but its own clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND, show_duration
from core.protocols.clocks.sntp.choices import (
    ADJUST,
    ANSWER,
    BELIEVE,
    KISS,
    OFFSET,
    ORIGINATE,
    PAUSE,
    SLOWS,
    STOPS,
    verdict_on,
)
from core.protocols.clocks.sntp.leap import HALF, LEAP, SLOPE, Night
from core.protocols.clocks.sntp.times import (
    EPOCH,
    LEAST_PAUSE,
    Leap,
    Mode,
    Packet,
    clock_words,
    offset_and_delay,
    short,
    slew_time,
    timestamp,
)

_ANSWERING = {Mode.CLIENT: Mode.SERVER, Mode.SYMMETRIC_ACTIVE: Mode.SYMMETRIC_PASSIVE}
"""The mode of an answer (RFC 4330, 6); questions of other modes get none."""
KEPT = 8
"""Samples that a client keeps (RFC 5905, 10)."""
VERSIONS = range(1, 5)
"""Versions that are answered, each in its own (RFC 4330, 6)."""


@dataclass(frozen=True)
class Sample:
    """One answer that was used: offset and delay in µs; `valid`: it passed the checks."""

    offset: int
    delay: int
    valid: bool


def reference_of(text: str) -> bytes:
    """A reference identifier's bytes (RFC 5905, 7.3). Raises ValueError for more than four ASCII letters."""
    if len(text) > 4 or not text.isascii():
        raise ValueError(f"{text!r} is more than four ASCII letters")
    return text.encode().ljust(4, b"\0")


@dataclass
class Dated(Machine):
    """A node whose clock tells the date."""

    epoch: int = parameter(EPOCH, "µs from 1970 to the date at which its clock reads 0", low=0)


@dataclass
class Client(Dated):
    """Asks one server, again and again; `requests`: so often, 0 for ever.

    epoch       the date (µs since 1970) at which its clock reads 0.
    poll        the pause between questions; doubled after every silence and every RATE, up to `greatest`.
    """

    server: str = parameter("server", "whom the client asks", kind="node")
    version: int = parameter(4, "the version it speaks", low=1, high=4)
    patience: int = parameter(SECOND, "how long it waits for an answer", kind="duration", low=1)
    poll: int = parameter(64 * SECOND, "the book's pause between questions", kind="duration", low=1)
    greatest: int = parameter(1024 * SECOND, "the book's longest pause", kind="duration", low=1)
    requests: int = parameter(0, "how often it asks; 0: for ever", low=0)
    filter: int = parameter(1, "of how many samples only the one of the shortest round trip counts", low=1, high=KEPT)
    asked: int = 0
    """The transmit timestamp of the question that is open; 0: none is."""
    sent: int = 0
    interval: int = 0
    samples: list[Sample] = field(default_factory=list)
    used: int = 0
    """Answers used so far."""
    steps: int = 0
    """How often its clock was stepped."""
    stopped: str = ""
    """The kiss code after which it asks no more."""
    denied: bool = False
    unwelcome: int = 0
    """Questions to a server that had said not to ask."""
    hurried: int = 0
    """Pauses shorter than 15 s."""
    invalid: int = 0
    """Samples that did not pass the checks."""
    slewing_until: int | None = None
    """The reading at which the slew ends that is under way."""

    def on_start(self, ctx: Context) -> None:
        self.interval = self.poll
        self._ask(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "poll":
            self._ask(ctx)
        elif key == "silence":
            self.interval = min(2 * self.interval, self.greatest)
            self._pause(ctx, "a silence")

    def on_message(self, ctx: Context, source: str, message: Packet) -> None:
        back = timestamp(self.epoch + ctx.came)
        if message.kiss is not None and self.asked and message.originate == self.asked and source == self.server:
            self._kissed(ctx, message.kiss)
            return
        value = ctx.choose(
            BELIEVE,
            source=source,
            packet=message,
            said=clock_words(message.transmit),
            answered=clock_words(message.originate),
            mine=clock_words(self.asked),
        )
        if value == "use":
            self._use(ctx, source, message, back)

    def _ask(self, ctx: Context) -> None:
        if self.requests and self.sent >= self.requests:
            return
        self.sent += 1
        self.unwelcome += self.denied
        self.asked = timestamp(self.epoch + ctx.now)
        ctx.send(self.server, Packet(Mode.CLIENT, self.version, transmit=self.asked))
        ctx.set_timer("silence", self.patience)

    def _use(self, ctx: Context, source: str, packet: Packet, back: int) -> None:
        """An answer is a sample, and mends the clock; it is used once, since its question is open no more."""
        times = (packet.originate or self.asked, packet.receive, packet.transmit, back)
        valid = verdict_on(self, source, packet) == ANSWER
        shown = {f"t{place}": clock_words(time) for place, time in enumerate(times, 1)}
        offset = int(ctx.choose(OFFSET, times=times, **shown))
        self.samples = [*self.samples, Sample(offset, offset_and_delay(*times)[1], valid)][-KEPT:]
        self.used += 1
        self.invalid += not valid
        self.asked = 0
        ctx.cancel_timer("silence")
        ctx.deliver(offset)
        if offset and self._counts() and (self.slewing_until is None or ctx.now >= self.slewing_until):
            self._adjust(ctx, offset)
        self.interval = self.poll
        self._pause(ctx, "an answer")

    def _counts(self) -> bool:
        """Is the newest sample the one to go by? Of the last ones only the one of the shortest round trip is, and none
        is gone by that is older than what was (RFC 5905, 10)."""
        newest = self.samples[-1]
        return all(newest.delay <= sample.delay for sample in self.samples[-self.filter :])

    def _adjust(self, ctx: Context, offset: int) -> None:
        wrong = f"{show_duration(abs(offset))} {'behind' if offset > 0 else 'ahead of'} what"
        how = ctx.choose(ADJUST, offset=offset, wrong=wrong)
        if how == "step":
            ctx.adjust_clock(offset)
            self.steps += 1
        elif how == "slew":
            ctx.adjust_clock(offset, slew_time(offset))
            self.slewing_until = ctx.now + slew_time(offset)

    def _pause(self, ctx: Context, why: str) -> None:
        if self.requests and self.sent >= self.requests:
            return
        pause = int(ctx.choose(PAUSE, why=why))
        self.hurried += pause < LEAST_PAUSE
        ctx.set_timer("poll", pause)

    def _kissed(self, ctx: Context, code: str) -> None:
        reaction = ctx.choose(KISS, code=code)
        if reaction == "ask on" and code not in (*STOPS, *SLOWS):
            return  # it is thrown away: the question stays open
        self.asked = 0
        ctx.cancel_timer("silence")
        self.denied = self.denied or code in STOPS
        if reaction == "stop":
            self.stopped = code
            return
        if reaction == "slow down":
            self.poll = self.interval = min(2 * self.poll, self.greatest)
        self._pause(ctx, "a kiss-o'-death")

    def view(self) -> dict[str, str | int]:
        last = self.samples[-1] if self.samples else None
        return {
            "questions": self.sent,
            "open question": clock_words(self.asked),
            "last offset": show_duration(last.offset) if last else "none",
            "last round trip": show_duration(last.delay) if last else "none",
            "pause": show_duration(self.interval),
            **({"stopped": self.stopped} if self.stopped else {}),
        }


@dataclass
class Server(Dated):
    """Tells the time of its own clock.

    stratum, leap, reference   as they are sent: 1, 0 and "GPS" for a primary server.
    work        µs from a question's arrival to its answer.
    least       questions of one client that come closer together than this (µs) get a kiss, RATE. 0: never.
    deny        clients that get DENY.
    evening     on a night with a leap second: how long before midnight it has to say what its answers warn of. 0: it is
                no such night, and nothing of it is asked.
    """

    stratum: int = parameter(1, "its distance from a reference clock", low=0, high=255)
    leap: int = parameter(0, "the leap indicator; 3: it does not know the time", low=0, high=3)
    reference: str = parameter("GPS", "what clock it follows, four letters", check=reference_of)
    root_dispersion: int = parameter(0, "what it says of its own error", kind="duration", low=0, high=65_535 * SECOND)
    work: int = parameter(0, "time from a question to its answer", kind="duration", low=0)
    least: int = parameter(0, "who asks again sooner gets a kiss, RATE; 0: never", kind="duration", low=0)
    deny: tuple[str, ...] = parameter((), "who gets a kiss, DENY")
    evening: int = parameter(
        0, "how long before a midnight with a leap second it begins; 0: no such night", kind="duration", low=0
    )
    set_at: int = 0
    heard: dict[str, int] = field(default_factory=dict)
    """When each client asked last, by its own clock."""
    queue: dict[int, tuple[str, Packet]] = field(default_factory=dict)
    number: int = 0
    answered: int = 0
    recognized: int = 0
    """Answers in which the client finds its question."""
    kissed: int = 0
    night: Night = field(default_factory=Night)

    def on_start(self, ctx: Context) -> None:
        self.set_at = timestamp(self.epoch + ctx.now)
        if self.evening:
            self._await_midnight(ctx, ctx.choose(LEAP))

    def _await_midnight(self, ctx: Context, leap: str) -> None:
        """The evening begins when it is known what answers warn of; the slope is asked for where the book turns it."""
        self.night.leap = leap
        self.night.midnight = ctx.now + self.evening
        self.night.since = ctx.now
        if self.evening > HALF:
            ctx.set_timer("dusk", self.evening - HALF)
        ctx.set_timer("midnight", self.evening)
        self._bend(ctx, ctx.choose(SLOPE))

    def _bend(self, ctx: Context, slope: int) -> None:
        """From now on the told time gains so many ms a second, until the whole second is in."""
        night = self.night
        night.pass_to(ctx.now)
        night.slope = slope
        full = night.full_at()
        if full is None:
            ctx.cancel_timer("in")
        else:
            ctx.set_timer_at("in", full)

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        """A slope holds from its push on. Before the evening it is kept for it."""
        if choice is SLOPE and self.night.midnight:
            self._bend(ctx, value)

    def _told(self, reading: int) -> int:
        """What it tells (µs since 1970) when its own clock reads so much: without a leap second in it the same."""
        return self.epoch + reading - self.night.inserted_at(reading)

    def on_message(self, ctx: Context, source: str, message: Packet) -> None:
        if message.mode not in _ANSWERING or message.version not in VERSIONS:
            return
        arrived = timestamp(self._told(ctx.came))
        last, self.heard[source] = self.heard.get(source), ctx.came
        if source in self.deny or (self.least and last is not None and ctx.came - last < self.least):
            self._kiss(ctx, source, message, arrived, b"DENY" if source in self.deny else b"RATE")
            return
        echo = ctx.choose(ORIGINATE, source=source, stamp=clock_words(message.transmit))
        stamps = {"their transmit": message.transmit, "their originate": message.originate, "my clock": arrived}
        self.recognized += stamps.get(echo, 0) == message.transmit
        answer = Packet(
            mode=_ANSWERING[Mode(message.mode)],
            version=message.version,
            leap=int(self.night.leap_at(ctx.now), 2) if self.evening else self.leap,
            stratum=self.stratum,
            poll=message.poll,
            precision=-20,
            root_dispersion=short(self.root_dispersion),
            reference_id=self.reference.encode("ascii", "replace")[:4].ljust(4, b"\0"),
            reference=self.set_at,
            originate=stamps.get(echo, 0),
            receive=arrived,
        )
        if self.work:
            self.number += 1
            self.queue[self.number] = (source, answer)
            ctx.set_timer(self.number, self.work)
        else:
            self._answer(ctx, source, answer)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if isinstance(key, int):
            self._answer(ctx, *self.queue.pop(key))
        else:
            self._bend(ctx, ctx.choose(SLOPE))

    def _answer(self, ctx: Context, source: str, answer: Packet) -> None:
        self.answered += 1
        if self.evening:
            self.night.pass_to(ctx.now)
            self.night.note(ctx.now)
        ctx.send(source, replace(answer, transmit=timestamp(self._told(ctx.now))))

    def _kiss(self, ctx: Context, source: str, asked: Packet, arrived: int, code: bytes) -> None:
        self.kissed += 1
        kiss = Packet(
            mode=_ANSWERING[Mode(asked.mode)],
            version=asked.version,
            leap=Leap.UNSYNCHRONIZED,
            poll=asked.poll,
            precision=-20,
            reference_id=code,
            originate=asked.transmit,
            receive=arrived,
            transmit=arrived,
        )
        ctx.send(source, kiss)

    def view(self) -> dict[str, str | int]:
        seen: dict[str, str | int] = {
            "stratum": self.stratum, "reference": self.reference, "answers": self.answered, "kisses": self.kissed,
        }  # fmt: skip
        if self.night.midnight:
            last = self.night.told[-1].inserted if self.night.told else 0
            seen |= {"of the second told": f"{last / SECOND:.3f} s", "leap indicator": self.night.leap}
        return seen
