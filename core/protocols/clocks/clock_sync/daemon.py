"""A daemon that asks all clocks and tells each by how much to move; members, who answer and obey."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND, show_duration
from core.protocols.clocks.clock_sync.averaging import Sample, camps, letters_of, mean_of, sample_of
from core.protocols.clocks.clock_sync.daemon_choices import AGAIN, COUNT, LETTER, LOOK, MEAN, TO, WRITE
from core.protocols.clocks.clock_sync.messages import Adjust, Ask, Mine

OWN = Sample(0, 0)
"""One's own clock, as one sees it."""


@dataclass
class Member(Machine):
    """Says what its clock reads when it is asked, and does what a letter says, once in a round."""

    round: int = 0
    """Of the last letter that it has followed."""

    def on_message(self, ctx: Context, source: str, message: Ask | Mine | Adjust) -> None:
        if isinstance(message, Ask):
            ctx.send(source, Mine(message.number, ctx.came))
        elif isinstance(message, Adjust) and message.round > self.round:
            self.round = message.round
            ctx.adjust_clock(message.time - ctx.now if message.absolute else message.time)

    def view(self) -> dict[str, str | int]:
        return {"letters followed": self.round}


@dataclass
class Daemon(Machine):
    """Asks all members what their clocks read, and writes to each by how much to move. Times are µs by its own clock.

    peers     the members, but for `watch`: that is no machine's clock, is asked only on a look, and gets no letter.
    samples   of this round, of each who answered the answer that was quickest.
    counted   who counts, as it is set now or was last; `mean`: where the last one was put.
    letters   sent and received, and `wrist` for every look.
    """

    peers: tuple[str, ...] = ()
    watch: str = parameter("", "whose clock is its wristwatch; nobody's: it has none", kind="node")
    wrist: int = parameter(20, "letters that a look at it costs", low=0, high=1000)
    rounds: int = parameter(1, "how often it does all this", low=1, high=100)
    first: int = parameter(SECOND, "when it asks first", kind="duration", low=1)
    pause: int = parameter(10 * SECOND, "from its letters to the next questions", kind="duration", low=1)
    patience: int = parameter(SECOND, "how long it waits for answers", kind="duration", low=1)
    settles: int = parameter(SECOND, "how long letters may be under way", kind="duration", low=1)
    gamma: int = parameter(100 * MILLISECOND, "clocks that differ by no more stand together", kind="duration", low=1)
    wide: int = parameter(60 * MILLISECOND, "in more doubt than this a clock does not count", kind="duration", low=1)
    tries: int = parameter(3, "how often it may ask one machine in a round", low=1, high=20)
    reach: int = parameter(5000, "how far from its own clock the mean may lie, ms", low=1, high=4_000_000)
    round: int = 0
    ready: bool = False
    """Are the answers of this round here, and its letters not written yet?"""
    number: int = 0
    asked: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Questions of this round without an answer: whom, and when."""
    times: dict[str, int] = field(default_factory=dict)
    """How often each was asked in this round."""
    samples: dict[str, Sample] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    mean: int = 0
    form: str = ""
    """What its letters say: decided once."""
    moved: dict[str, int] = field(default_factory=dict)
    """By how much everybody was told to move in the last round, itself included."""
    letters: int = 0
    looks: int = 0

    offers: ClassVar[tuple[Choice, ...]] = (WRITE, AGAIN, LOOK)

    # What it knows

    @property
    def voters(self) -> tuple[str, ...]:
        """The members that have answered in this round."""
        return tuple(name for name in self.peers if name in self.samples and name != self.watch)

    @property
    def answered(self) -> tuple[str, ...]:
        """Whose clocks it can read: its own first."""
        return (self.name, *self.voters)

    def sample(self, name: str) -> Sample:
        """What it knows of a clock that it can read."""
        return OWN if name == self.name else self.samples[name]

    @property
    def camps(self) -> list[tuple[str, ...]]:
        """The largest sets that stand together, of those of which it is sure enough: see `averaging.camps`."""
        offsets = {name: self.sample(name).offset for name in self.answered if self.sample(name).doubt <= self.wide}
        return camps(offsets, self.gamma)

    @property
    def camp(self) -> tuple[str, ...]:
        """Who should count: of camps of one size the one where the watch is, or else its own."""
        found = self.camps
        if len(found) > 1 and self.watch in self.samples:
            true = self.samples[self.watch].offset
            return min(found, key=lambda camp: abs(self._mean_of(camp) - true))
        return next((camp for camp in found if self.name in camp), found[0])

    @property
    def and_self(self) -> tuple[str, ...]:
        """Who should count, and itself in any case."""
        return tuple(name for name in self.answered if name in self.camp or name == self.name)

    def _mean_of(self, names: tuple[str, ...]) -> int:
        """The mean of these clocks (µs), to the ms."""
        return mean_of([self.sample(name).offset for name in names if name in self.answered], MILLISECOND)

    @property
    def middle(self) -> int:
        """The mean (ms) of those who are seated, as far as the bead can be pushed."""
        return self._within(self._mean_of(self.counted) // MILLISECOND)

    @property
    def middle_of_all(self) -> int:
        """The same of everybody."""
        return self._within(self._mean_of(self.answered) // MILLISECOND)

    def _within(self, place: int) -> int:
        return max(-self.reach, min(self.reach, place))

    @property
    def widest(self) -> str:
        """Of those in too much doubt who may still be asked the one in the most; "" if there is none."""
        wide = [name for name in self.voters if self.samples[name].doubt > self.wide and self._may_ask(name)]
        return max(wide, key=lambda name: self.samples[name].doubt, default="")

    def _may_ask(self, name: str) -> bool:
        return self.times.get(name, 0) < self.tries

    @property
    def waits(self) -> bool:
        """Is an answer under way to what it asked once more?"""
        return self.ready and bool(self.asked)

    @property
    def may_ask_again(self) -> bool:
        """Is there anybody whom it may ask once more?"""
        return self.ready and not self.waits and any(map(self._may_ask, self.voters))

    @property
    def may_look(self) -> bool:
        """Has it a watch at which it has not looked in this round?"""
        return self.ready and not self.waits and bool(self.watch) and self.watch not in self.samples

    @property
    def needs_watch(self) -> bool:
        """Does no vote tell who is right, but a look would?"""
        return self.may_look and len(self.camps) > 1

    @property
    def may_write(self) -> bool:
        """Is all known that it can know?"""
        return self.ready and not self.waits and not self.widest and not self.needs_watch

    # What it does

    def on_start(self, ctx: Context) -> None:
        ctx.set_timer("ask", self.first)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "ask":
            self._ask_everybody(ctx)
        elif key == "silence":
            self.asked = {}
            self.ready = bool(self.voters)
            if not self.ready:
                self._rest(ctx)

    def _ask_everybody(self, ctx: Context) -> None:
        self.round += 1
        self.samples, self.times, self.asked = {}, {}, {}
        for name in self.peers:
            if name != self.watch:
                self._ask(ctx, name)
        ctx.set_timer("silence", self.patience)

    def _ask(self, ctx: Context, name: str) -> None:
        self.number += 1
        self.letters += 1
        self.asked[self.number] = (name, ctx.now)
        self.times[name] = self.times.get(name, 0) + 1
        ctx.send(name, Ask(self.number))

    def on_message(self, ctx: Context, source: str, message: Ask | Mine | Adjust) -> None:
        if isinstance(message, Ask):  # a daemon has a clock, too
            ctx.send(source, Mine(message.number, ctx.came))
            return
        if not isinstance(message, Mine) or self.asked.get(message.number, ("", 0))[0] != source:
            return
        self.letters += source != self.watch
        _, asked = self.asked.pop(message.number)
        new = sample_of(asked, ctx.came, message.reading)
        old = self.samples.get(source)
        if old is None or new.doubt < old.doubt:
            self.samples[source] = new
        if not self.asked:
            self.ready = True
            ctx.cancel_timer("silence")

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is COUNT:
            self.counted = value or self.answered
        elif choice is MEAN:
            self.mean = value

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is WRITE:
            self._write(ctx)
            return
        if choice is LOOK:
            self.looks += 1
            self.letters += self.wrist - 1  # `_ask` counts one
        self._ask(ctx, self.watch if choice is LOOK else value)
        ctx.set_timer("silence", self.patience)

    def _write(self, ctx: Context) -> None:
        """Everybody who answered gets a letter; its own clock moves as it tells itself."""
        self.form = self.form or ctx.choose(LETTER)
        # After the question: chairs and bead may still be pushed while it is open.
        self.counted = ctx.choose(COUNT) or self.answered  # none is all
        self.mean = ctx.choose(MEAN)
        mean = self.mean * MILLISECOND
        self.moved = letters_of({name: self.sample(name).offset for name in self.answered}, mean)
        for name in self.voters:
            absolute = self.form == TO
            ctx.send(name, Adjust(self.round, absolute, ctx.now + mean if absolute else self.moved[name]))
            self.letters += 1
        ctx.adjust_clock(mean)
        self.ready = False
        self._rest(ctx)
        ctx.set_timer("settled", self.settles)

    def _rest(self, ctx: Context) -> None:
        self.asked = {}
        ctx.cancel_timer("silence")
        if self.round < self.rounds:
            ctx.set_timer("ask", self.pause)

    def view(self) -> dict[str, str | int]:
        read = ", ".join(f"{name} {_ahead(self.samples[name].offset)}" for name in self.voters)
        return {
            "round": f"{self.round} of {self.rounds}",
            "clocks": read or "none read yet",
            "who counts": ", ".join(self.counted) or "nobody",
            "mean": f"{self.mean} ms",
            "letters": self.letters,
        }

    def badge(self) -> str:
        return "reads clocks" if self.asked else "letters due" if self.ready else ""


def _ahead(offset: int) -> str:
    return f"{'+' if offset > 0 else ''}{show_duration(offset // MILLISECOND * MILLISECOND)}"
