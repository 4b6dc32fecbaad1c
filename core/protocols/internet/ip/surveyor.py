"""A host that measures the largest packet that passes a path whole (RFC 1191; RFC 4821 where routers keep silent)."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context
from core.protocols.internet.ip.host import Probing
from core.protocols.internet.ip.routing import fitting
from core.wire import icmp
from core.wire.fragments import LEAST_MTU
from core.wire.ipv4 import HEADER, Packet, address

FIRST, TOLD, ARRIVED, SILENCE = "the first probe", "a router told its MTU", "the last one arrived", "silence"


def _book(asked: Asked) -> int:
    """The own link first, then what a router told; where nobody tells anything, half-way between known and failed."""
    if asked.case in (FIRST, TOLD):
        return int(asked.fails) - 1
    return int(asked.arrives + asked.fails) // 2


def _judge(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value <= asked.arrives:
        return "known"
    if value >= asked.fails:
        return "again"
    return "timid" if asked.case in (FIRST, TOLD) else "another cut"


SIZE = Choice(
    name="ip.size",
    question="Packets of {arrives} bytes arrive, of {fails} they do not. Probe {number} of {probes}, "
    "don't fragment: how many bytes?",
    domain=Number(LEAST_MTU, lambda asked: asked.most, "bytes"),
    cases=(FIRST, TOLD, ARRIVED, SILENCE),
    case=lambda asked: asked.situation,
    book=_book,
    candidates=lambda asked: [
        asked.book, asked.most, min(asked.most, asked.fails), asked.arrives, (asked.arrives + asked.fails) // 2,
        min(asked.most, asked.arrives + 8),
    ],
    inaction=lambda asked: asked.most,
    judge=_judge,
    answers={
        "book": Answer(Kind.BOOK, "It tells you most: the own link first, then what a router told, else half-way."),
        "another cut": Answer(Kind.FINE, "Between what arrives and what does not: it tells you something either way."),
        "timid": Answer(Kind.FINE, "Less than may pass: safer, but {book} might have decided it."),
        "known": Answer(Kind.COSTLY, "{arrives} bytes arrived before: you learn nothing."),
        "again": Answer(
            Kind.COSTLY, "{fails} bytes failed before: it fails as well, and tells you nothing new.", "RFC 2923 §2.1"
        ),
    },
    by_hand=True,
    source="RFC 1191 §3, §5; RFC 4821 §7",
)  # fmt: skip


@dataclass
class Surveyor(Probing):
    """Sends echoes that must not be fragmented, until it knows what passes to `within` bytes."""

    within: int = parameter(8, "how near it wants to know it, in bytes", low=1, high=1000)
    arrives: int = LEAST_MTU
    """The largest packet known to pass: every link carries 68 bytes."""
    fails: int = 0
    """The smallest one known not to pass."""
    situation: str = FIRST

    def on_start(self, ctx: Context) -> None:
        self.fails = self._first_link() + 1
        if fitting(self.table, address(self.target)):
            self._next(ctx)
        else:
            self.gave_up = True  # nothing passes where no way leads, and nothing is known by that

    def _first_link(self) -> int:
        there = fitting(self.table, address(self.target))
        return there[0].mtu if there else LEAST_MTU

    def _next(self, ctx: Context) -> None:
        self.under_way = 0
        if self.fails - self.arrives <= self.within:
            self.done = True
            ctx.deliver(self.arrives)
            return
        if self.used >= self.probes:
            self.gave_up = True
            return
        size = ctx.choose(
            SIZE, arrives=self.arrives, fails=self.fails, most=self._first_link(), number=self.used + 1,
            probes=self.probes, situation=self.situation,
        )  # fmt: skip
        self.used += 1
        self.under_way = size
        data = icmp.pack(icmp.Echo(1, self.used, bytes(size - HEADER - icmp.HEADER)))
        self.send_packet(ctx, Packet(self.own, address(self.target), icmp.PROTOCOL, data, dont_fragment=True))
        ctx.set_timer("silence", self.silence)

    def _learn(self, ctx: Context, situation: str) -> None:
        ctx.cancel_timer("silence")
        self.situation = situation
        self._next(ctx)

    def answered(self, ctx: Context, message: icmp.EchoReply) -> None:
        if self.under_way and message.sequence == self.used:
            self.arrives = max(self.arrives, self.under_way)
            self.fails = max(self.fails, self.arrives + 1)
            self._learn(ctx, ARRIVED)

    def hear(self, ctx: Context, message: icmp.Unreachable | icmp.TimeExceeded, source: int, about: Packet) -> None:
        if not self.under_way or not isinstance(message, icmp.Unreachable) or message.code != icmp.FRAGMENTATION_NEEDED:
            return
        if about.protocol != icmp.PROTOCOL or int.from_bytes(about.payload[6:8], "big") != self.used:
            return  # about another packet than the last probe: of this one it says nothing
        # An old router tells no MTU (0), a liar one that is no news: then its word is worth as much as silence.
        news = self.arrives <= message.next_hop_mtu < self.under_way
        self.fails = min(self.fails, message.next_hop_mtu + 1 if news else self.under_way)
        self._learn(ctx, TOLD if news else SILENCE)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key != "silence":
            super().on_timer(ctx, key)
            return
        if self.under_way > self.arrives:
            self.fails = min(self.fails, self.under_way)
        self.situation = SILENCE
        self._next(ctx)

    def view(self) -> dict[str, str | int]:
        shown: dict[str, str | int] = {
            "address": self.address, "target": self.target, "arrives": f"{self.arrives} bytes",
            "fails": f"{self.fails} bytes" if self.fails else "not known yet", "probes left": self.probes - self.used,
        }  # fmt: skip
        if self.under_way:
            shown["under way"] = f"{self.under_way} bytes"
        return shown
