"""The apps on datagrams: a line is a datagram, its answer is another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.transport.uppercase.asking import Asker
from core.protocols.transport.uppercase.choices import NOBODY, PATIENCE, PRINT, REPLY_TO, SILENCE
from core.protocols.transport.uppercase.messages import BUFFER, Text, capitals, shown


@dataclass
class UdpClient(Asker):
    """Asks for line after line in capitals. With `blocks` it is the lecture's: `recvfrom` without a time-out."""

    blocks: bool = parameter(False, "recvfrom without a time-out, as in the lecture")
    patience: int = parameter(SECOND, "the book's time-out", kind="duration", low=1)
    round_trip: int = parameter(80 * MILLISECOND, "the shortest round trip", kind="duration", low=1)
    tries: int = parameter(5, "copies of a line before the book gives up", low=1, high=100)
    place: int = 0
    """Which of its lines it is at, from 0."""
    copy: int = 0
    printed: list[tuple[int, bytes]] = field(default_factory=list)
    """(which line, what was printed for it)"""

    @property
    def lines(self) -> list[bytes]:
        """What it asks."""
        return [line.encode() for line in self.text.split("\n")]

    @property
    def line(self) -> bytes | None:
        """The line that it is at; None once it is through."""
        return self.lines[self.place] if self.place < len(self.lines) else None

    def answered(self) -> Iterator[tuple[bytes, bytes]]:
        return ((self.lines[place], data) for place, data in self.printed)

    def on_start(self, ctx: Context) -> None:
        self._ask(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if self.line is None:
            return
        choice = ctx.choose(SILENCE, text=shown(self.line), copy=self.copy)
        if choice == "again":
            self._ask(ctx)
        elif choice == "give up":
            self._next(ctx)
        else:
            ctx.set_timer("silence", self.patience)

    def on_message(self, ctx: Context, source: str, message: Text) -> None:
        if self.line is None:
            return
        data = message.data[:BUFFER]
        if ctx.choose(PRINT, source=source, data=data, said=shown(data), text=shown(self.line)) == "print":
            self.printed.append((self.place, data))
            ctx.deliver(data)
            self._next(ctx)

    def _next(self, ctx: Context) -> None:
        self.place += 1
        self.copy = 0
        ctx.cancel_timer("silence")
        if self.line is not None:
            self._ask(ctx)

    def _ask(self, ctx: Context) -> None:
        assert self.line is not None
        self.copy += 1
        ctx.send(self.server, Text(self.line))
        if not self.blocks:
            ctx.set_timer("silence", ctx.choose(PATIENCE, text=shown(self.line), copy=self.copy))

    def _said(self) -> Iterator[str]:
        """What was printed for each line that is behind it; "-" for one that it gave up."""
        printed = dict(self.printed)
        return (shown(printed[place]) if place in printed else "-" for place in range(self.place))

    def view(self) -> dict[str, str | int]:
        return {
            "line": "none, all done" if self.line is None else shown(self.line),
            "copies sent": self.copy,
            "time-out": "none: it blocks" if self.blocks else "yes",
            "printed": ", ".join(self._said()) or "nothing",
        }


@dataclass
class UdpServer(Machine):
    """Says in capitals what it is told, to whoever said it, and keeps nothing that it needs."""

    peers: Sequence[str] = ()
    heard: dict[str, bytes] = field(default_factory=dict)
    """The last datagram of each client. The answer does not depend on it; a person wants to see it."""
    last: str = ""
    received: int = 0
    answered: int = 0

    def on_message(self, ctx: Context, source: str, message: Text) -> None:
        data = message.data[:BUFFER]
        to = ctx.choose(REPLY_TO, source=source, data=data, text=shown(data))
        if to != NOBODY:
            ctx.send(to, Text(capitals(data)))
            self.answered += 1
        self.received += 1
        self.heard[source] = data
        self.last = source

    def view(self) -> dict[str, str | int]:
        return {
            "datagrams": self.received,
            "answers": self.answered,
            **{f"last from {source}": shown(data) for source, data in sorted(self.heard.items())},
        }
