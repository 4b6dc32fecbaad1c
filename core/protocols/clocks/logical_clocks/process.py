"""Processes that write to each other, and stamp what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.effects import Key as TimerKey
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND
from core.protocols.clocks.logical_clocks.messages import Chat, Deposition, Letter, Line, Tell, Write
from core.protocols.clocks.logical_clocks.order import Event
from core.protocols.clocks.logical_clocks.process_choices import GAP, STAMP, WHOM


@dataclass
class Correspondent(Machine):
    """Stamps all that happens to it, and writes: when it is asked to, or to whom and when chance says.

    ahead  by how much its counter is ahead of what it would show if it had never read a letter.
    last   the stamp of what happened last.
    todo   how many things it still does by itself.
    """

    friends: tuple[str, ...] = parameter((), "whom it writes to, itself left out")
    rate: int = parameter(0, "by how much its counter goes up in a second; 0: events alone count", low=0)
    every: int = parameter(30 * SECOND, "from one thing that it does to the next, about", kind="duration", low=2)
    alone: int = parameter(20, "of 100 things that it does, how many are no letters", low=0, high=100)
    ahead: int = 0
    last: int = 0
    todo: int = 0

    @property
    def others(self) -> tuple[str, ...]:
        """Whom it writes to."""
        return tuple(name for name in self.friends if name != self.name)

    def shown(self, reading: int) -> int:
        """What its counter shows when its clock on the wall reads so many µs."""
        return self.ahead + self.rate * reading // SECOND

    def on_request(self, ctx: Context, request: Chat | Write) -> None:
        if isinstance(request, Write):
            self.write(ctx, request.to)
            return
        if not self.todo and request.events > 0:
            ctx.set_timer("next", ctx.choose(GAP))
        self.todo += request.events

    def on_timer(self, ctx: Context, key: TimerKey) -> None:
        whom = ctx.choose(WHOM)
        if whom == self.name:
            self.happen(ctx)
        else:
            self.write(ctx, whom)
        self.todo -= 1
        if self.todo > 0:
            ctx.set_timer("next", ctx.choose(GAP))

    def write(self, ctx: Context, whom: str) -> None:
        """A letter to somebody."""
        ctx.send(whom, Letter(self.happen(ctx)))

    def happen(self, ctx: Context, source: str = "", read: int = 0) -> int:
        """Something happens: its stamp. A clock that runs by itself goes on from there."""
        shown = self.shown(ctx.now)
        stamp = self.stamped(ctx, shown, source, read)
        if self.rate:
            self.ahead += max(0, stamp - shown)
        self.last = stamp
        return stamp

    def stamped(self, ctx: Context, shown: int, source: str, read: int) -> int:
        """Which stamp it gets: asked of whoever sits here."""
        letter = f", and you read a letter of {source}'s with {read}" if source else ""
        stamp: int = ctx.choose(STAMP, shown=shown, read=read, letter=letter)
        return stamp

    def badge(self) -> str:
        return str(self.last) if self.last else ""


@dataclass
class Process(Correspondent):
    """Keeps a log of all that happens to it, for whoever asks."""

    log: list[Event] = field(default_factory=list)

    def on_message(self, ctx: Context, source: str, message: object) -> None:
        if isinstance(message, Tell):
            told = (Line(*event[1:]) for event in self.log if event.stamp > message.after)
            ctx.send(source, Deposition(tuple(told)))
        elif isinstance(message, Letter) and (source, message.stamp) not in [event.letter for event in self.log]:
            self.happen(ctx, source, message.stamp)  # a copy tells nothing new

    def happen(self, ctx: Context, source: str = "", read: int = 0) -> int:
        stamp = super().happen(ctx, source, read)
        event = Event(self.name, stamp, ctx.now, source, read)
        self.log.append(event)
        ctx.save(stamp, tuple(event))
        return stamp

    def on_restart(self, ctx: Context) -> None:
        self.log = [Event(*ctx.stored[stamp]) for stamp in sorted(ctx.stored)]
        self.last = self.log[-1].stamp if self.log else 0
        self.ahead = max(0, self.last - self.shown(ctx.now)) if self.rate else 0

    def view(self) -> dict[str, str | int]:
        return {"last stamp": self.last, "events": len(self.log)}
