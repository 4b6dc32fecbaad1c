"""Routers: they check a header, take one hop from its life, sum it up again, and hand it to a nearer neighbour."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.kernel.parameters import fixed, parameter
from core.kernel.protocol import Context
from core.protocols.internet.ip import choices as c
from core.protocols.internet.ip import routing as r
from core.protocols.internet.ip.host import Host
from core.protocols.internet.ip.messages import Frame
from core.wire import icmp, ipv4
from core.wire.fragments import UNIT, copied_options, fragments
from core.wire.ipv4 import (
    HEADER,
    Packet,
    RecordRoute,
    checksum,
    dotted,
    options_of,
    pack_options,
    unpack_unchecked,
)
from core.wire.table import CodecError

_ERRORS: dict[str, icmp.TimeExceeded | icmp.Unreachable] = {
    c.TIME_EXCEEDED: icmp.TimeExceeded(icmp.TTL),
    c.UNREACHABLE: icmp.Unreachable(icmp.NET),
    c.TOO_BIG: icmp.Unreachable(icmp.FRAGMENTATION_NEEDED),
}


def with_header(data: bytes, ttl: int, total: int) -> bytes:
    """The packet with this time to live and this header checksum."""
    return data[:8] + bytes((ttl,)) + data[9:10] + total.to_bytes(2, "big") + data[12:]


def right_sum(data: bytes, ttl: int) -> int:
    """The checksum that the header must have with this time to live."""
    return checksum(with_header(data, ttl, 0)[: r.header_bytes(data)])


def recorded(data: bytes, here: int) -> bytes:
    """The packet with the router's address in its record route, if it has one with room; its checksum is then stale."""
    try:
        packet = unpack_unchecked(data)
        options = tuple(o.recorded(here) if isinstance(o, RecordRoute) else o for o in options_of(packet.options))
        packed = pack_options(options)
    except CodecError:
        return data
    size = len(packet.options)
    return data[:HEADER] + packed.ljust(size, b"\0") + data[HEADER + size :] if len(packed) <= size else data


def cut(packet: Packet, size: int) -> tuple[Packet, ...]:
    """The packet in pieces with `size` bytes of data each, whatever the offsets then make of it."""
    later = copied_options(packet.options)
    starts = range(0, len(packet.payload), size)
    return tuple(
        replace(
            packet,
            payload=packet.payload[at : at + size],
            fragment_offset=packet.fragment_offset + at // UNIT,
            more_fragments=packet.more_fragments or at != starts[-1],
            options=packet.options if at == 0 else later,
        )
        for at in starts
    )


@dataclass
class Router(Host):
    """A host that forwards what is not for itself.

    `guards`: it believes a source only from where it would send to it.
    """

    ports: tuple[int, ...] = fixed(())
    checked: bool = fixed(True)
    guards: bool = parameter(False, "believes a source only from where it would send to it")
    forwarded: int = 0
    discarded: int = 0
    reported: int = 0

    def on_message(self, ctx: Context, source: str, message: Frame) -> None:
        data = message.data
        if len(data) < HEADER:
            self.discarded += 1
            return
        there = int.from_bytes(data[16:20], "big")
        situation = r.genuine(data, self.table, source, self.guards)
        answer = ctx.choose(
            c.CHECK,
            data=data,
            size=len(data),
            source=source,
            packet=str(message),
            total=f"{r.sum_of(data):#06x}",
            situation=situation,
            senseless=r.senseless(data) and not r.mute(data),
        )
        if answer != c.PASS:
            self.discarded += 1
            if answer == c.COMPLAIN:
                fault = r.fault_of(data)
                error: icmp.Error = icmp.Unreachable(icmp.ADMINISTRATIVELY)
                if fault is not None:
                    error = icmp.ParameterProblem(fault, b"")
                self.report(ctx, error, data, int.from_bytes(data[12:16], "big"))
            return
        packet = self.unpacked(data)
        if there == self.own and packet is not None:
            self.take(ctx, packet)
            return
        routes = r.fitting(self.table, there)
        answer = ctx.choose(
            c.VERDICT,
            data=data,
            source=source,
            packet=str(message),
            size=len(data),
            situation=r.outlook(data, self.table),
            mtu=routes[0].mtu if routes else r.DEFAULT_MTU,
        )
        if answer in c.PASSES and routes:
            self._forward(ctx, source, message, routes, answer == c.FRAGMENT)
        elif answer in c.ERRORS:
            self._complain(ctx, source, message, answer, routes)
        else:
            self.discarded += 1

    def _forward(self, ctx: Context, source: str, message: Frame, routes: tuple[r.Route, ...], in_pieces: bool) -> None:
        data = recorded(message.data, self.own)
        there = int.from_bytes(data[16:20], "big")
        neighbours = tuple(dict.fromkeys(route.via for route in self.table))
        hop = ctx.choose(
            c.NEXT_HOP, destination=dotted(there), packet=str(message), neighbours=neighbours,
            fit=tuple(dict.fromkeys(route.via for route in routes)), default=routes[0].length == 0,
            equal=tuple(route.via for route in routes if route.length == routes[0].length),
        )  # fmt: skip
        # The link by which it leaves counts: its own MTU, whatever the route says that fits.
        route = next((one for one in (*routes, *self.table) if one.via == hop), routes[0])
        self.forwarded += 1
        if in_pieces and len(data) > route.mtu:
            self._in_pieces(ctx, data, route)
            return
        ttl = max(0, data[8] - 1)
        old = int.from_bytes(data[10:12], "big")
        ttl, total = ctx.choose(
            c.HEADER, packet=str(message), ttl=data[8], sum=old, sum_words=f"{old:#06x}", right_ttl=ttl,
            right_sum=right_sum(data, ttl), recorded=data != message.data,
        )  # fmt: skip
        ctx.send(hop, Frame(with_header(data, ttl, total)))

    def _in_pieces(self, ctx: Context, data: bytes, route: r.Route) -> None:
        try:
            packet = unpack_unchecked(data)
            packet = replace(packet, ttl=max(0, packet.ttl - 1))
            head = HEADER + len(packet.options)
            room = route.mtu - head
            if room < UNIT:
                raise ValueError("no room")
            size = ctx.choose(c.CUT, length=len(packet.payload), head=head, mtu=route.mtu, room=room)
            if size == room // UNIT * UNIT and not packet.dont_fragment:
                pieces = fragments(packet, route.mtu)
            else:
                pieces = cut(packet, size)
            frames = [Frame(ipv4.pack(piece)) for piece in pieces]
        except ValueError:  # options that are none, let in by a CHECK that was answered wrongly
            self.discarded += 1
            return
        for frame in frames:
            ctx.send(route.via, frame)

    def _complain(self, ctx: Context, source: str, message: Frame, answer: str, routes: tuple[r.Route, ...]) -> None:
        data = message.data
        sender, there = int.from_bytes(data[12:16], "big"), int.from_bytes(data[16:20], "big")
        whom = ctx.choose(
            c.TELL,
            error=answer,
            packet=str(message),
            from_address=dotted(sender),
            to_address=dotted(there),
            source=source,
            direct=self._behind(source) == sender,
        )
        self.discarded += 1
        self.reported += 1
        error = _ERRORS[answer]
        if answer == c.TOO_BIG and isinstance(error, icmp.Unreachable):
            error = replace(error, next_hop_mtu=routes[0].mtu if routes else 0)
        if whom == c.TO_NEIGHBOUR:
            self._tell_neighbour(ctx, source, error, data)
        else:
            self.report(ctx, error, data, sender if whom == c.TO_SOURCE else there)

    def _behind(self, neighbour: str) -> int:
        """The address of whoever stands behind the link: the one of a route of 32 bits; if there is none, 0.0.0.0."""
        return next((one.prefix for one in self.table if one.via == neighbour and one.length == 32), 0)

    def _tell_neighbour(self, ctx: Context, neighbour: str, error: icmp.Error, data: bytes) -> None:
        """To whoever stands behind the link."""
        to = self._behind(neighbour)
        body = icmp.pack(replace(error, quoted=icmp.quote(data)))
        packet = Packet(self.own, to, icmp.PROTOCOL, body, identification=self.identification)
        self.identification = (self.identification + 1) % (1 << 16)
        ctx.send(neighbour, Frame(ipv4.pack(packet)))

    def view(self) -> dict[str, str | int]:
        shown: dict[str, str | int] = {"address": self.address}
        for route in sorted(self.table, key=lambda route: -route.length):
            mtu = f", MTU {route.mtu}" if route.mtu != r.DEFAULT_MTU else ""
            shown[str(route)] = f"by {route.via}{mtu}"
        return {**shown, "forwarded": self.forwarded, "discarded": self.discarded, "errors sent": self.reported}

    def badge(self) -> str:
        lost = f"{self.discarded} lost" if self.discarded else ""
        return ", ".join(part for part in (f"{self.forwarded} on" if self.forwarded else "", lost) if part)
