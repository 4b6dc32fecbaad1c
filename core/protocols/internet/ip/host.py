"""Hosts: they send, put fragments together, hand datagrams to ports, answer echoes; and one that probes a path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, MINUTE, SECOND, show_duration
from core.protocols.internet.ip import choices as c
from core.protocols.internet.ip.messages import Frame, Ping, Send
from core.protocols.internet.ip.routing import Route, fitting, host_address, martian, mute, routes_of
from core.wire import icmp, ipv4, udp
from core.wire.fragments import Buffer, Reassembly, buffer_of, fragments, place_of
from core.wire.ipv4 import Packet, address, dotted, unpack_cut
from core.wire.table import CodecError

EPHEMERAL = 49152
"""The first port of those that hosts take for themselves (RFC 6335)."""
PROBE_PORT = 33434
"""Where traceroute's probes go: nobody listens there."""


def label_of(buffer: Buffer) -> str:
    """A datagram under reassembly, in words: "777 of 10.0.1.2"; its protocol too, where it is not UDP."""
    more = "" if buffer.protocol == udp.PROTOCOL else f" protocol {buffer.protocol}"
    return f"{buffer.identification} of {dotted(buffer.source)}{more}"


def udp_sum(packet: Packet) -> int:
    """The ones' complement sum of all that the checksum of a packet's UDP datagram covers: 0xffff if that is right.

    What follows the datagram's length is no part of it; a length that cannot be is not believed.
    """
    data = packet.payload
    length = int.from_bytes(data[4:6], "big")
    covered = data[:length] if udp.HEADER <= length <= len(data) else data
    head = ipv4.pseudo_header(udp.CODEC, packet.source, packet.destination, udp.PROTOCOL, len(covered))
    return 0xFFFF - ipv4.checksum(head + covered)


@dataclass(frozen=True)
class Arrival:
    """A datagram that a program here has read."""

    source: int
    source_port: int
    port: int
    data: bytes

    @property
    def words(self) -> str:
        """What it says, as a person reads it: blanks are one blank."""
        return " ".join(self.data.decode("ascii", "replace").split())

    def __str__(self) -> str:
        """`'hello' from 10.0.1.2 at port 7`"""
        text = self.data.decode("ascii", "replace")
        shown = repr(text) if text.isprintable() and len(text) <= 24 and text.isascii() else f"{len(self.data)} bytes"
        return f"{shown} from {dotted(self.source)} at port {self.port}"


@dataclass
class Host(Machine):
    """One host with one address. `ports` are those at which a program listens."""

    address: str = parameter("", "its IPv4 address", check=host_address)
    routes: str = parameter("", 'its routes: "10.0.9.0/24 via r2 mtu 576, 0.0.0.0/0 via r1"', check=routes_of)
    ports: tuple[int, ...] = parameter((7,), "the ports at which a program listens", low=1, high=65535)
    patience: int = parameter(
        15 * SECOND,
        "how long pieces of a datagram wait for the rest",
        kind="duration",
        low=MILLISECOND,
        high=2 * MINUTE,
    )
    identification: int = parameter(1, "the number of its first packet", low=0, high=65535)
    checked: bool = parameter(True, "its datagrams have a checksum")
    translates_once: bool = parameter(False, "places every fragment of one offset at the byte of the first such one")
    """Is an offset translated into a byte but once? From then on only the datagram is asked for."""
    sent: list[tuple[str, int, bytes]] = field(default_factory=list)
    """(to, port, data) of what the user sent."""
    read: list[Arrival] = field(default_factory=list)
    told: list[tuple[int, int, int, str]] = field(default_factory=list)
    """ICMP messages that came, but echoes: (type, code, from, words)."""
    buffers: dict[Buffer, Reassembly] = field(default_factory=dict)
    starts_at: dict[int, int] = field(default_factory=dict)
    """Fragment offset → the byte at which such a fragment was placed the first time, right or wrong."""
    given_up: int = 0
    refused: int = 0
    """Packets that were no packets, or not for this host, or nothing that it knows."""

    @property
    def own(self) -> int:
        """Its address as a number."""
        return address(self.address)

    @property
    def table(self) -> tuple[Route, ...]:
        """Its routes."""
        return routes_of(self.routes)

    # Sending

    def on_request(self, ctx: Context, request: Send | Ping) -> None:
        if isinstance(request, Ping):
            self._send_icmp(ctx, address(request.to), icmp.Echo(self.identification, 1, b"ping"), request.ttl)
            return
        port = EPHEMERAL + len(self.sent) % 1024
        self.say(ctx, request.to, request.port, request.data, port, request.ttl, request.dont_fragment)

    def say(
        self, ctx: Context, to: str, port: int, data: bytes, own_port: int, ttl: int = 64, dont_fragment: bool = False
    ) -> None:
        """A datagram of a program here."""
        self.sent.append((to, port, data))
        self._send_udp(ctx, address(to), udp.Datagram(own_port, port, data, self.checked), ttl, dont_fragment)

    def _send_udp(self, ctx: Context, to: int, datagram: udp.Datagram, ttl: int, dont_fragment: bool = False) -> None:
        data = udp.pack(datagram, self.own, to)
        self.send_packet(ctx, Packet(self.own, to, udp.PROTOCOL, data, ttl, dont_fragment=dont_fragment))

    def _send_icmp(self, ctx: Context, to: int, message: icmp.Message, ttl: int = 64) -> None:
        self.send_packet(ctx, Packet(self.own, to, icmp.PROTOCOL, icmp.pack(message), ttl))

    def send_packet(self, ctx: Context, packet: Packet) -> None:
        """One of our own packets, in pieces if the first link wants that."""
        there = fitting(self.table, packet.destination)
        packet = replace(packet, identification=self.identification)
        self.identification = (self.identification + 1) % (1 << 16)
        if not there:
            return
        self._emit(ctx, packet, there[0])

    def _emit(self, ctx: Context, packet: Packet, route: Route) -> None:
        pieces = (packet,) if packet.dont_fragment else fragments(packet, route.mtu)
        for piece in pieces:
            ctx.send(route.via, Frame(ipv4.pack(piece)))

    # Receiving

    def on_message(self, ctx: Context, source: str, message: Frame) -> None:
        packet = self.unpacked(message.data)
        if packet is None or packet.destination != self.own or martian(packet.source):
            self.refused += 1
            return
        self.take(ctx, packet)

    @staticmethod
    def unpacked(data: bytes) -> Packet | None:
        try:
            return ipv4.unpack(data)
        except CodecError:
            return None

    def take(self, ctx: Context, packet: Packet) -> None:
        """A packet that is for us: to be put together first, if it is a fragment."""
        whole = self._put_together(ctx, packet) if packet.fragmented else packet
        if whole is None:
            return
        if whole.protocol == udp.PROTOCOL:
            self._take_udp(ctx, whole)
        elif whole.protocol == icmp.PROTOCOL:
            self._take_icmp(ctx, whole)
        else:
            self.report(ctx, icmp.Unreachable(icmp.PROTOCOL_UNREACHABLE), ipv4.pack(whole))

    def _take_udp(self, ctx: Context, packet: Packet) -> None:
        words, situation = f"UDP from {dotted(packet.source)}", "bad checksum"
        port = int.from_bytes(packet.payload[2:4], "big")
        datagram = None
        try:
            datagram = udp.unpack(packet.payload, packet.source, packet.destination)
        except CodecError:
            pass
        else:
            listening = datagram.destination_port in self.ports
            situation = "closed port" if not listening else "open port" if datagram.checked else "no checksum"
        total = udp_sum(packet)
        told = int.from_bytes(packet.payload[6:8], "big")
        what = f"port {port}, checksum {told:#06x}, and its words add up to {total:#06x}"
        answer = ctx.choose(c.ACCEPT, packet=words, what=what, situation=situation)
        if answer == c.DELIVER:
            if datagram is None:
                datagram = udp.Datagram(int.from_bytes(packet.payload[:2], "big"), port, packet.payload[udp.HEADER :])
            if datagram.destination_port in self.ports:
                arrival = Arrival(packet.source, datagram.source_port, datagram.destination_port, datagram.payload)
                self.read.append(arrival)
                ctx.deliver(arrival)
                self.program(ctx, arrival)
        elif answer == c.NO_PORT:
            self.report(ctx, icmp.Unreachable(icmp.PORT), ipv4.pack(packet))

    def program(self, ctx: Context, arrival: Arrival) -> None:
        """A program here has read a datagram."""

    def _take_icmp(self, ctx: Context, packet: Packet) -> None:
        try:
            message = icmp.unpack(packet.payload)
        except CodecError:
            self.refused += 1
            return
        if isinstance(message, icmp.Echo):
            words = f"echo {message.sequence} from {dotted(packet.source)}"
            what = "it wants its bytes back"
            answer = ctx.choose(c.ACCEPT, packet=words, what=what, situation="echo")
            if answer == c.REPLY:
                reply = icmp.EchoReply(message.identifier, message.sequence, message.data)
                self._send_icmp(ctx, packet.source, reply)
            elif answer == c.NO_PORT:
                self.report(ctx, icmp.Unreachable(icmp.PORT), ipv4.pack(packet))
            return
        if message.kind not in icmp.TYPES:  # RFC 1122, 3.2.2: silently discarded
            self.refused += 1
            return
        code = 0 if isinstance(message, icmp.EchoReply) else message.code
        self.told.append((message.kind, code, packet.source, str(message)))
        if isinstance(message, icmp.EchoReply):
            self.answered(ctx, message)
        elif isinstance(message, icmp.Unreachable | icmp.TimeExceeded):
            try:
                about = unpack_cut(message.quoted)
            except CodecError:
                return
            if about.source == self.own:
                self.hear(ctx, message, packet.source, about)

    def hear(self, ctx: Context, message: icmp.Unreachable | icmp.TimeExceeded, source: int, about: Packet) -> None:
        """Somebody tells us what became of a packet of ours."""

    def answered(self, ctx: Context, message: icmp.EchoReply) -> None:
        """An echo has come back."""

    def report(self, ctx: Context, error: icmp.Error, data: bytes, to: int | None = None) -> None:
        """An ICMP error about the packet with these octets, to its source, unless none may be sent about it.

        With `to` it goes there, whatever may be sent.
        """
        if to is None and mute(data):
            return
        self._send_icmp(ctx, unpack_cut(data).source if to is None else to, replace(error, quoted=icmp.quote(data)))

    # Putting together

    def _put_together(self, ctx: Context, fragment: Packet) -> Packet | None:
        key = buffer_of(fragment)
        labels = {label_of(buffer): buffer for buffer in (*self.buffers, key)}
        label, at = self._place(ctx, fragment, tuple(labels))
        chosen = labels[label]
        if chosen not in self.buffers:
            self.buffers[chosen] = Reassembly()
            ctx.set_timer(("rest", *chosen), self.patience)
        try:
            self.buffers[chosen] = self.buffers[chosen].with_data(at, fragment)
            whole = self.buffers[chosen].whole
        except CodecError:
            self.refused += 1
            return None
        if whole is not None:
            del self.buffers[chosen]
            ctx.cancel_timer(("rest", *chosen))
        return whole

    def _place(self, ctx: Context, fragment: Packet, labels: tuple[str, ...]) -> tuple[str, int]:
        """The datagram that a fragment belongs to, and its first byte there. Where an offset has been translated, only
        the datagram is asked for, and that only where there are several."""
        subject = self._place_subject(fragment, labels)
        known = self.starts_at.get(fragment.fragment_offset) if self.translates_once else None
        if known is None:
            label, at = ctx.choose(c.PLACE, **subject)
            self.starts_at[fragment.fragment_offset] = at
            return label, at
        if len(labels) == 1:
            return labels[0], known
        return ctx.choose(c.WHOSE, **{**subject, "first_byte": known}), known

    def _place_subject(self, fragment: Packet, labels: Sequence[str]) -> dict[str, object]:
        key = buffer_of(fragment)
        before = self.buffers.get(key, Reassembly())
        situation = "one more" if key in self.buffers else "the first to arrive"
        try:
            if before.with_fragment(fragment).whole is not None:
                situation = "the last that was missing"
        except CodecError:
            pass
        return {
            "label": label_of(key),
            "labels": tuple(labels),
            "identification": fragment.identification,
            "from_address": dotted(fragment.source),
            "length": len(fragment.payload),
            "offset": fragment.fragment_offset,
            "byte": place_of(fragment),
            "more": ", more fragments" if fragment.more_fragments else ", the last one",
            "end": max((at + len(data) for at, data in before.pieces), default=0),
            "situation": situation,
        }

    def on_timer(self, ctx: Context, key: Key) -> None:
        if isinstance(key, tuple) and key[0] == "rest":
            self._too_late(ctx, Buffer(*map(int, key[1:])))

    def _too_late(self, ctx: Context, key: Buffer) -> None:
        found = self.buffers.get(key)
        if found is None:
            return
        first = found.first
        answer = ctx.choose(c.LATE, label=label_of(key), first=first is not None, waited=show_duration(self.patience))
        if answer == c.WAIT:
            ctx.set_timer(("rest", *key), self.patience)
            return
        del self.buffers[key]
        self.given_up += 1
        if answer == c.TELL_SOURCE:
            error = icmp.TimeExceeded(icmp.REASSEMBLY)
            if first is not None:
                self.report(ctx, error, ipv4.pack(first))
            else:  # there is nothing to quote: a header that says what is known
                about = Packet(key.source, key.destination, key.protocol, b"", identification=key.identification)
                self.report(ctx, error, ipv4.pack(about), key.source)

    def view(self) -> dict[str, str | int]:
        shown: dict[str, str | int] = {
            "address": self.address,
            "listens at": ", ".join(map(str, self.ports)) or "nothing",
        }
        for key, found in self.buffers.items():
            pieces = ", ".join(f"{at} to {at + len(data) - 1}" for at, data in found.pieces)
            length = f" of {found.length}" if found.length is not None else ""
            shown[f"datagram {label_of(key)}"] = f"bytes {pieces}{length}"
        shown["read"] = ", ".join(f"{len(one.data)} bytes" for one in self.read[-4:]) or "nothing"
        if self.told:
            shown["was told"] = f"{self.told[-1][3]} by {dotted(self.told[-1][2])}"
        if self.given_up:
            shown["given up"] = self.given_up
        return shown


@dataclass
class Probing(Host):
    """A host that asks the way to `target` by probes, one after another."""

    target: str = parameter("", "to where it wants to know the way", check=host_address)
    probes: int = parameter(12, "how many probes it has", low=1, high=255)
    silence: int = parameter(SECOND, "how long it waits for the answer to a probe", kind="duration", low=MILLISECOND)
    used: int = 0
    under_way: int = 0
    done: bool = False
    gave_up: bool = False


@dataclass
class Prober(Probing):
    """Finds the routers on the way by letting packets die there (traceroute)."""

    """The time to live of the probe that is unanswered; 0: none."""
    hops: dict[int, str] = field(default_factory=dict)
    """Time to live → who said that it ran out."""
    reached: int = 0
    """The least time to live that was seen to arrive; 0: none."""
    silent: bool = False

    def on_start(self, ctx: Context) -> None:
        self._next(ctx)

    @property
    def missing(self) -> int:
        """The least time to live whose end is not known."""
        ttl = 1
        while ttl in self.hops:
            ttl += 1
        return ttl

    def _situation(self) -> str:
        if self.silent:
            return "after a silence"
        if self.used == 0:
            return "the first probe"
        return "something is missing" if max([0, *self.hops]) > self.missing else "the next hop"

    def _next(self, ctx: Context) -> None:
        if self.reached and self.missing >= self.reached:
            self.done = True
            ctx.deliver(tuple(self.hops[ttl] for ttl in range(1, self.reached)))
            return
        if self.used >= self.probes:
            self.gave_up = True
            return
        ttl = ctx.choose(
            c.TTL, target=self.target, number=self.used + 1, probes=self.probes, next=self.missing,
            known=tuple(sorted(self.hops)), reached=self.reached, situation=self._situation(),
        )  # fmt: skip
        self.used += 1
        self.under_way = ttl
        self._send_udp(ctx, address(self.target), udp.Datagram(EPHEMERAL, PROBE_PORT + ttl, b"probe"), ttl)
        ctx.set_timer("silence", self.silence)

    def hear(self, ctx: Context, message: icmp.Unreachable | icmp.TimeExceeded, source: int, about: Packet) -> None:
        if about.protocol != udp.PROTOCOL or len(about.payload) < 4 or self.done or self.gave_up:
            return
        ttl = int.from_bytes(about.payload[2:4], "big") - PROBE_PORT
        if about.destination != address(self.target) or not 0 < ttl < 256:
            return  # it is about something else that this host sent
        if isinstance(message, icmp.TimeExceeded) and message.code == icmp.TTL:
            self.hops[ttl] = dotted(source)
        elif isinstance(message, icmp.Unreachable) and message.code == icmp.PORT:
            self.reached = min(self.reached or ttl, ttl)
        else:
            return
        if ttl == self.under_way:
            self.under_way = 0
            self.silent = False
            ctx.cancel_timer("silence")
            self._next(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "silence":
            self.under_way = 0
            self.silent = True
            self._next(ctx)
        else:
            super().on_timer(ctx, key)

    def view(self) -> dict[str, str | int]:
        shown: dict[str, str | int] = {
            "address": self.address,
            "target": self.target,
            "probes left": self.probes - self.used,
        }
        for ttl in sorted(self.hops):
            shown[f"TTL {ttl}"] = f"died at {self.hops[ttl]}"
        if self.reached:
            shown[f"TTL {self.reached}"] = "arrived"
        if self.under_way:
            shown["under way"] = f"TTL {self.under_way}"
        elif self.silent:
            shown["last probe"] = "no answer"
        return shown
