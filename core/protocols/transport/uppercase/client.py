"""The client on streams: a connection or several, a line and its answer after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context
from core.protocols.transport.uppercase.asking import Asker
from core.protocols.transport.uppercase.choices import PIECE
from core.protocols.transport.uppercase.messages import Text, shown
from core.wire.lines import cut, join
from core.wire.table import CodecError


@dataclass(frozen=True)
class Talk:
    """One connection of the client: which of its lines it is at, what of it has not left yet, what came so far."""

    number: int
    line: int = 0
    rest: bytes = b""
    held: bytes = b""


@dataclass
class TcpClient(Asker):
    """Asks line after line on `connections` streams at once: the first line on the first, the second on the second …

    piece   bytes that travel together; 0: chance cuts the line. `gap`: the pause between pieces.
    retry   the pause after which a connection that was refused is tried again; 0: never, as in the lecture.
    """

    connections: int = parameter(1, "streams at once", low=1, high=100)
    piece: int = parameter(1024, "bytes that travel together; 0: by chance", low=0)
    gap: int = parameter(0, "pause between pieces of a line", kind="duration", low=0)
    retry: int = parameter(0, "pause after which the refused try again; 0: never", kind="duration", low=0)
    talks: dict[str, Talk] = field(default_factory=dict)
    opening: dict[str, int] = field(default_factory=dict)
    """Connections that do not stand yet: name to number."""
    printed: list[tuple[int, int, bytes]] = field(default_factory=list)
    """(which connection, which of its lines, what was printed for it)"""
    turned_away: int = 0
    """Connections that ended before all lines were answered."""
    again: int = 0

    def lines(self, number: int) -> list[bytes]:
        """The lines of the connection of that number."""
        return [line.encode() for line in self.text.split("\n")[number :: self.connections]]

    def answered(self) -> Iterator[tuple[bytes, bytes]]:
        return ((self.lines(number)[line], data) for number, line, data in self.printed)

    def on_start(self, ctx: Context) -> None:
        for number in range(self.connections):
            self._open(ctx, number)

    def _open(self, ctx: Context, number: int) -> None:
        self.opening[ctx.open(self.server)] = number

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        if connection not in self.opening:
            return
        talk = Talk(self.opening.pop(connection))
        self._ask(ctx, connection, talk)

    def _ask(self, ctx: Context, connection: str, talk: Talk) -> None:
        """The next line goes out, or the connection ends."""
        lines = self.lines(talk.number)
        if talk.line < len(lines):
            self._send(ctx, connection, replace(talk, rest=join(lines[talk.line])))
        else:
            self.talks.pop(connection, None)
            ctx.close(connection)

    def _send(self, ctx: Context, connection: str, talk: Talk) -> None:
        """A piece of the line, or with no gap all of them."""
        rest = talk.rest
        while rest:
            size = self.piece or ctx.choose(PIECE, rest=rest, text=shown(rest))
            ctx.send_on(connection, Text(rest[:size]))
            rest = rest[size:]
            if self.gap and rest:
                ctx.set_timer(connection, self.gap)
                break
        self.talks[connection] = replace(talk, rest=rest)
        self._read(ctx, connection)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if isinstance(key, tuple):
            self._open(ctx, int(key[1]))
        elif key in self.talks:
            self._send(ctx, str(key), self.talks[str(key)])

    def on_message(self, ctx: Context, source: str, message: Text) -> None:
        connection = ctx.connection
        if connection is None or connection not in self.talks:
            return
        talk = self.talks[connection]
        self.talks[connection] = replace(talk, held=talk.held + message.data)
        self._read(ctx, connection)

    def _read(self, ctx: Context, connection: str) -> None:
        """The answers that are there; nobody reads before the question is out."""
        talk = self.talks[connection]
        if talk.rest:
            return
        try:
            answers, held = cut(b"", talk.held)
        except CodecError:
            self._lose(ctx, connection)
            ctx.reset(connection)
            return
        self.talks[connection] = talk = replace(talk, held=held)
        if answers:
            self.printed.append((talk.number, talk.line, answers[0]))
            ctx.deliver(answers[0])
            left = b"".join(join(answer) for answer in answers[1:]) + held
            self._ask(ctx, connection, replace(talk, line=talk.line + 1, held=left))

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        if connection in self.opening:
            number = self.opening.pop(connection)
            if self.retry:
                self.again += 1
                ctx.set_timer(("open", number, self.again), self.retry)
            else:
                self.turned_away += 1
        elif connection in self.talks:
            self._lose(ctx, connection)
            ctx.close(connection)

    def _lose(self, ctx: Context, connection: str) -> None:
        del self.talks[connection]
        ctx.cancel_timer(connection)
        self.turned_away += 1

    def view(self) -> dict[str, str | int]:
        return {
            "connections open": len(self.talks),
            "refused": self.again + self.turned_away,
            "printed": ", ".join(shown(data) for _, _, data in self.printed) or "nothing",
        }
