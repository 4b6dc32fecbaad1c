"""The street, and the host that is a cloakroom."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND
from core.protocols.transport.demultiplexing.choices import CROWD, ENOUGH, KEY, START
from core.protocols.transport.demultiplexing.crowds import CROWDS, segments_of
from core.protocols.transport.demultiplexing.hooks import STRANGER, WRONG_COAT, Hooks, best_of
from core.protocols.transport.demultiplexing.messages import Reset, Segment, price_of


def _known(text: str) -> None:
    """Raises ValueError for a kind of crowd that there is not."""
    for kind in text.split(", "):
        if kind not in CROWDS:
            raise ValueError(f"{kind!r} is none of {', '.join(CROWDS)}")


@dataclass
class Street(Machine):
    """Sends crowd after crowd to the host, each kind once, in an order that chance finds."""

    host: str = parameter("host", "where they go", kind="node")
    crowds: str = parameter(", ".join(CROWDS), "which crowds come, with commas between", check=_known)
    size: int = parameter(6, "guests of a crowd", low=1, high=6)
    pieces: int = parameter(6, "segments of a guest", low=1, high=100)
    every: int = parameter(100 * MILLISECOND, "between two segments", kind="duration", low=1)
    came: list[str] = field(default_factory=list)
    queue: list[Segment] = field(default_factory=list)

    @property
    def left(self) -> list[str]:
        """The crowds that have not come yet."""
        return [kind for kind in self.crowds.split(", ") if kind not in self.came]

    def on_start(self, ctx: Context) -> None:
        ctx.set_timer("next", self.every)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if not self.queue:
            kind = ctx.choose(CROWD)
            self.queue = segments_of(kind, self.size, self.pieces, len(self.came))
            self.came.append(kind)
        ctx.send(self.host, self.queue.pop(0))
        if self.queue or self.left:
            ctx.set_timer("next", self.every)

    def on_message(self, ctx: Context, source: str, message: Segment | Reset) -> None:
        """Whoever is reset has begun again already: its next segment is a new beginning."""

    def view(self) -> dict[str, str | int]:
        return {"crowds": ", ".join(self.came), "segments of this one left": len(self.queue)}


@dataclass
class Host(Machine):
    """A cloakroom: prints fields on tickets, and hands every segment to the coat whose ticket it has.

    seen    the segments of this crowd; `faults`: what came of each; `looked`: those before the book looked last.
    past    of every crowd that has gone what would have done for it, and how many mishaps there were.
    """

    fields: tuple[str, ...] = START
    hooks: Hooks = field(default_factory=Hooks)
    seen: list[Segment] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    looked: int = 0
    past: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    taken: int = 0
    wrong: int = 0
    strangers: int = 0
    ns: int = 0

    @property
    def mishaps(self) -> int:
        """Wrong coats and strangers, since the start."""
        return self.wrong + self.strangers

    @property
    def advice(self) -> tuple[str, ...]:
        """What the book would print: after some mishaps in a crowd, what would have spared them; else as it is."""
        return best_of(tuple(self.seen[: self.looked])) if self.looked else self.fields

    @property
    def in_crowd(self) -> int:
        """Mishaps in this crowd so far."""
        return len(self.faults) - self.faults.count("")

    @property
    def verdict(self) -> tuple[tuple[str, ...], int]:
        """What would have done for this crowd, and its mishaps."""
        return best_of(tuple(self.seen)), self.in_crowd

    def on_message(self, ctx: Context, source: str, message: Segment | Reset) -> None:
        if not isinstance(message, Segment):
            return
        if message in self.seen:
            return  # a copy, which its number tells
        if message.begins and self.hooks.left and message.guest not in self.hooks.begun:
            self._clear()
        fields = ctx.choose(KEY, segment=str(message), begins=message.begins)
        if fields != self.fields:
            self.fields = fields
            self.hooks.punch()
        self.ns += price_of(fields)
        self.taken += 1
        fault = self.hooks.take(message, fields)
        self.seen.append(message)
        self.faults.append(fault)
        self.wrong += fault == WRONG_COAT
        self.strangers += fault == STRANGER
        if fault == STRANGER:
            ctx.send(source, Reset(message.guest))
        if fault and self.in_crowd >= ENOUGH:
            self.looked = len(self.seen)

    def _clear(self) -> None:
        """Everybody has gone: the hooks are empty."""
        self.past.append(self.verdict)
        self.hooks.clear()
        self.seen, self.faults, self.looked = [], [], 0

    def view(self) -> dict[str, str | int]:
        return {
            "ticket": " ".join(self.fields) or "nothing",
            "segments": self.taken,
            "wrong coats": self.wrong,
            "strangers": self.strangers,
            "ns": self.ns,
        }

    def badge(self) -> str:
        return f"{self.mishaps} mishap{'' if self.mishaps == 1 else 's'}" if self.mishaps else ""
