"""Three services on top of UDP, each with what was built for it: numbers, receipts, copies (curriculum: best effort).

A desk sends readings, transfers and frames of a voice to an office. Nothing below promises anything: a lost datagram is
lost unless a receipt is missed, a doubled one is there twice unless it has a number, and what comes too late is of no
use to a listener.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.effects import Key
from core.kernel.parameters import fixed, parameter
from core.kernel.protocol import Context, Envelope
from core.kernel.time import MILLISECOND
from core.protocols.internet.ip import policies as p
from core.protocols.internet.ip.host import Arrival, Host
from core.protocols.internet.ip.routing import host_address
from core.wire.cdr import LongLong, ULong, codec_for
from core.wire.ipv4 import dotted
from core.wire.table import CodecError

PORTS = {p.TELEMETRY: 5001, p.BANK: 5002, p.VOICE: 5003}
"""The office's ports; the desk hears receipts at the same ports."""
SERVICES = {port: name for name, port in PORTS.items()}
COPY_AFTER = 10 * MILLISECOND
FRAME = 20 * MILLISECOND
"""The speech in a frame of the voice: one is sent so often."""
RECEIPT_AFTER = 200 * MILLISECOND
"""So long the desk waits for a receipt before it sends again."""
MOST_TRIES = 10
IN_TIME = 150 * MILLISECOND
"""A frame of a voice that is older than this is of no use: the listener is past it."""


@dataclass(frozen=True)
class Item:
    """A reading, a transfer or a frame: the `serial`-th of its service, sent at `sent` µs."""

    serial: ULong
    sent: LongLong
    numbered: bool
    receipt: bool


@dataclass(frozen=True)
class Receipt:
    """Item `serial` arrived."""

    serial: ULong


CODEC = codec_for(Item, Receipt)
_NOBODY = Envelope("", "", 0, 0)


def _decoded(data: bytes) -> Item | Receipt | None:
    try:
        message: Item | Receipt = CODEC.decode(data, _NOBODY)
    except CodecError:
        return None
    return message


@dataclass
class Desk(Host):
    """Sends `readings`, `transfers` and `frames` to `office`, one after another."""

    ports: tuple[int, ...] = fixed(tuple(SERVICES))
    office: str = parameter("", "the address of the office", check=host_address)
    readings: int = parameter(20, "readings of the telemetry", low=0, high=1000)
    transfers: int = parameter(12, "transfers of the bank", low=0, high=1000)
    frames: int = parameter(40, "frames of the voice", low=0, high=1000)
    readings_every: int = parameter(100 * MILLISECOND, "time between two readings", kind="duration", low=MILLISECOND)
    transfers_every: int = parameter(150 * MILLISECOND, "time between two transfers", kind="duration", low=MILLISECOND)
    policies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    times: dict[tuple[str, int], int] = field(default_factory=dict)
    """When an item was first sent (µs)."""
    waiting: dict[tuple[str, int], int] = field(default_factory=dict)
    """Items without receipt → how often they were sent."""
    heard: int = 0

    def plan(self, service: str) -> tuple[int, int]:
        """How many items there are, and how long after each other (µs)."""
        return {
            p.TELEMETRY: (self.readings, self.readings_every),
            p.BANK: (self.transfers, self.transfers_every),
            p.VOICE: (self.frames, FRAME),
        }[service]

    def on_start(self, ctx: Context) -> None:
        for service in PORTS:
            count, _ = self.plan(service)
            if count:
                self.policies[service] = ctx.choose(p.POLICY, service=service, count=count, needs=p.NEEDS[service])
                self.serials[service] = 0
                ctx.set_timer(("next", service), MILLISECOND)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if not isinstance(key, tuple) or key[0] == "rest":
            super().on_timer(ctx, key)
            return
        service = str(key[1])
        if key[0] == "next":
            self._next(ctx, service)
            return
        serial = int(key[2])
        if key[0] == "again":
            tries = self.waiting.get((service, serial))
            if tries is None:
                return
            if tries >= MOST_TRIES:
                del self.waiting[service, serial]
                return
        self._item(ctx, service, serial)

    def _next(self, ctx: Context, service: str) -> None:
        count, pause = self.plan(service)
        self.serials[service] += 1
        serial = self.serials[service]
        self.times[service, serial] = ctx.now
        if p.RECEIPTS in self.policies[service]:
            self.waiting[service, serial] = 0
        self._item(ctx, service, serial)
        if p.COPIES in self.policies[service]:
            ctx.set_timer(("copy", service, serial), COPY_AFTER)
        if serial < count:
            ctx.set_timer(("next", service), pause)

    def _item(self, ctx: Context, service: str, serial: int) -> None:
        features = self.policies[service]
        item = Item(serial, self.times[service, serial], p.NUMBERS in features, p.RECEIPTS in features)
        self.say(ctx, self.office, PORTS[service], CODEC.encode(item, _NOBODY), PORTS[service])
        if (service, serial) in self.waiting:
            self.waiting[service, serial] += 1
            ctx.set_timer(("again", service, serial), RECEIPT_AFTER)

    def program(self, ctx: Context, arrival: Arrival) -> None:
        message = _decoded(arrival.data)
        if isinstance(message, Receipt) and arrival.port in SERVICES:
            self.heard += 1
            key = (SERVICES[arrival.port], message.serial)
            if self.waiting.pop(key, None) is not None:
                ctx.cancel_timer(("again", *key))

    def view(self) -> dict[str, str | int]:
        shown: dict[str, str | int] = {"address": self.address, "office": self.office}
        for service, features in self.policies.items():
            shown[service] = ", ".join(features) or "send and forget"
            shown[f"sent of {service}"] = f"{self.serials[service]} of {self.plan(service)[0]}"
        if self.heard:
            shown["receipts"] = self.heard
        return shown


@dataclass
class Office(Host):
    """Reads what the desk sends: notes readings, books transfers, listens to the voice."""

    ports: tuple[int, ...] = fixed(tuple(SERVICES))
    items: dict[str, list[int]] = field(default_factory=dict)
    """Service → serials as its program used them, in that order."""
    newest: int = 0
    """The greatest serial of the voice that ever came."""
    in_time: int = 0
    """Frames of the voice that were heard, each counted once."""
    late: int = 0
    dropped: int = 0
    """Items that a number showed to be copies, or older than what was there."""

    @property
    def holes(self) -> int:
        """Frames that the listener has missed: of those that are older than the last two, whose copies may be on their
        way."""
        return max(0, self.newest - 2 - self.in_time)

    def program(self, ctx: Context, arrival: Arrival) -> None:
        item = _decoded(arrival.data)
        service = SERVICES.get(arrival.port)
        if not isinstance(item, Item) or service is None:
            return
        used = self.items.setdefault(service, [])
        if service == p.VOICE:
            self.newest = max(self.newest, item.serial)
        old = item.serial in used or (service != p.BANK and bool(used) and item.serial < max(used))
        if item.numbered and old:
            self.dropped += 1
        elif service == p.VOICE and ctx.came - item.sent > IN_TIME:
            self.late += 1
        else:
            self.in_time += service == p.VOICE and item.serial not in used
            used.append(item.serial)
        if item.receipt:  # of a copy too: the first receipt may have been lost
            data = CODEC.encode(Receipt(item.serial), _NOBODY)
            self.say(ctx, dotted(arrival.source), arrival.source_port, data, arrival.port)

    def view(self) -> dict[str, str | int]:
        shown: dict[str, str | int] = {"address": self.address}
        for service in PORTS:
            used = self.items.get(service, [])
            doubled = len(used) - len(set(used))
            shown[service] = f"{len(set(used))}{f', {doubled} of them twice' if doubled else ''}"
        return {**shown, "too late": self.late, "copies found out": self.dropped}
