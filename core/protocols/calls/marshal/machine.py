"""The clerk, who writes, and the archive, which reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.choice import Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND
from core.protocols.calls.marshal.choices import GAP, LENGTH, OCTETS, ORDER, READ, SWAP
from core.protocols.calls.marshal.messages import TYPES, Deposit, Receipt, members_of, read, records_of
from core.wire.table import CodecError

WRITING = MILLISECOND
"""What the clerk takes to write a record."""
_ENDIAN = {False: "big endian", True: "little endian"}


@dataclass
class Speaker(Machine):
    """A machine with a byte order of its own, and the interface that both sides agreed on."""

    interface: str = parameter(
        "string name, string place, unsigned long year",
        "types and names of a record's members, as in IDL",
        check=members_of,
    )
    little: bool = parameter(False, "this machine is little endian")


@dataclass
class Clerk(Speaker):
    """Writes its records, one after another, until each has been filed or was refused too often."""

    archive: str = parameter("archive", "where the records go", kind="node")
    records: str = parameter("Smith, London, 1934", "values by commas, records by semicolons")
    tries: int = parameter(3, "how often a record is written before it is given up", low=1, high=100)
    connection: str = ""
    number: int = 0
    tried: int = 0
    awaits: bool = False
    """A record is sent and its receipt is not here yet."""
    gaps: int = 0
    """Bytes of gap that were written."""
    receipts: list[tuple[str, ...]] = field(default_factory=list)
    refusals: int = 0

    @property
    def meant(self) -> tuple[tuple[Value, ...], ...]:
        """The records, by the interface."""
        return records_of(self.records, self.interface)

    def on_start(self, ctx: Context) -> None:
        self.connection = ctx.open(self.archive)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        if connection == self.connection:
            self._next(ctx)

    def on_message(self, ctx: Context, source: str, message: Deposit | Receipt) -> None:
        """A receipt for the record under way, on its own stream; none is awaited while a record is being written."""
        if not isinstance(message, Receipt) or ctx.connection != self.connection or message.number != self.number:
            return
        if not self.awaits:
            return
        self.awaits = False
        if message.filed:
            self.receipts.append(message.filed)
        else:
            self.refusals += 1
        if message.filed or self.tried >= self.tries:
            self._next(ctx)
        else:
            ctx.set_timer("write", WRITING)

    def _next(self, ctx: Context) -> None:
        self.number += 1
        self.tried = 0
        if self.number <= len(self.meant):
            ctx.set_timer("write", WRITING)
        else:
            ctx.close(self.connection)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._send(ctx)

    def _send(self, ctx: Context) -> None:
        self.tried += 1
        self.awaits = True
        members = members_of(self.interface)
        values = dict(zip([name for _, name in members], self.meant[self.number - 1], strict=True))
        kinds = {name: kind for kind, name in members}
        order = ctx.choose(
            ORDER, number=self.number, names=tuple(values), archive=self.archive, interface=self.interface,
            values=", ".join(f"{name} {value}" for name, value in values.items()),
        )  # fmt: skip
        record = bytearray()
        for name in order:
            self._write(ctx, record, kinds[name], name, values[name])
        ctx.send_on(self.connection, Deposit(self.number, self.little, bytes(record)))

    def _write(self, ctx: Context, record: bytearray, kind: str, name: str, value: Value) -> None:
        boundary = TYPES[kind][1]
        if boundary > 1:
            gap = ctx.choose(
                GAP, kind="a length" if kind == "string" else f"an {kind}", boundary=boundary, count=len(record),
                written=_shown(record), archive=self.archive, what=f"{kind} {name}, {value}", stands=bytes(record),
            )  # fmt: skip
            self.gaps += gap
            record += bytes(gap)
        if kind == "string":
            data = str(value).encode()
            length = ctx.choose(
                LENGTH, name=name, text=value, letters=len(str(value)), bytes=len(data), archive=self.archive,
                stands=bytes(record),
            )  # fmt: skip
            record += length.to_bytes(4, "little" if self.little else "big") + data + b"\0"
        elif boundary == 1:
            record.append(int(value))
        else:
            record += bytes.fromhex(
                ctx.choose(
                    OCTETS, kind=kind, name=name, number=int(value), size=boundary, little=self.little,
                    order=_ENDIAN[self.little], archive=self.archive, stands=bytes(record),
                )
            )  # fmt: skip

    def view(self) -> dict[str, str | int]:
        meant = self.meant
        here = ", ".join(map(str, meant[self.number - 1])) if 0 < self.number <= len(meant) else "none"
        return {
            "record": f"{min(self.number, len(meant))} of {len(meant)}",
            "values": here,
            "byte order": _ENDIAN[self.little],
            "last receipt": ", ".join(self.receipts[-1]) if self.receipts else "none",
            "sent back": self.refusals,
            "interface": self.interface,
        }


def _shown(record: bytearray) -> str:
    """How much is written, and the last of it in hexadecimal digits."""
    if not record:
        return "nothing is written"
    return f"{len(record)} bytes: {'… ' if len(record) > 8 else ''}{record[-8:].hex(' ')}"


@dataclass
class Archive(Speaker):
    """Reads every record by its interface and files it under its number; sends back what it cannot read."""

    filed: list[tuple[str, int, tuple[Value, ...]]] = field(default_factory=list)
    """(clerk, number, values)."""
    refused: int = 0
    swapped: int = 0

    def on_message(self, ctx: Context, source: str, message: Deposit | Receipt) -> None:
        if not isinstance(message, Deposit) or ctx.connection is None:
            return
        how = ctx.choose(
            READ, number=message.number, source=source, order=_ENDIAN[message.little], mine=_ENDIAN[self.little]
        )
        self.swapped += how == SWAP
        try:
            values = read(message.record, self.interface, self.little != (how == SWAP))
        except CodecError:
            self.refused += 1
            ctx.send_on(ctx.connection, Receipt(message.number, ()))
            return
        if (source, message.number) not in [(clerk, number) for clerk, number, _ in self.filed]:
            self.filed.append((source, message.number, values))
            ctx.deliver(values)
        ctx.send_on(ctx.connection, Receipt(message.number, tuple(map(str, values))))

    def view(self) -> dict[str, str | int]:
        last = ", ".join(map(str, self.filed[-1][2])) if self.filed else "none"
        return {
            "interface": self.interface,
            "byte order": _ENDIAN[self.little],
            "filed": len(self.filed),
            "last": last,
            "sent back": self.refused,
        }
