"""What every Internet host does besides its transport: it answers a ping, and says what cannot be reached here.

The machine of a live world speaks one transport protocol. At the end of a TUN device it is a whole host to others, and
a host must put fragments together (RFC 1122, 3.3.2), answer an echo (3.2.2.6), and should say which protocol or port
is not there (3.2.2.1). That is done here, at the seam: the world does not hear of it.

No transport and no clock: packets go in and come out, and time is an argument. Left out: source routes (RFC 7126 bids
hosts not to follow them), ICMP's own questions other than echo, and telling the transport of ICMP errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core.kernel.time import SECOND
from core.wire import icmp, ipv4, udp
from core.wire.fragments import LEAST_MTU, Buffer, Reassembly, buffer_of, fragments
from core.wire.table import CodecError

PATIENCE = 60 * SECOND
"""µs that fragments wait for the rest of their datagram (RFC 1122, 3.3.2: 60 s to 120 s)."""
MOST_PARTIAL = 16
"""Datagrams that wait for fragments; of more the oldest is forgotten."""
MOST_PIECES = ipv4.GREATEST // (LEAST_MTU - ipv4.HEADER)
"""Fragments of one datagram: no link needs more."""
_MANY = (0x00, 0x7F, *range(0xE0, 0x100))
"""First octets of addresses that are no single host's: this network, loopback, multicast and above (RFC 1122,
3.2.1.3)."""


class Heard(NamedTuple):
    """What came of a packet: a whole datagram for the machine, and packets to send back."""

    datagram: bytes | None = None
    answers: tuple[bytes, ...] = ()


NOTHING = Heard()


@dataclass(frozen=True)
class _Partial:
    """A datagram of which fragments are missing, until `due` (µs)."""

    so_far: Reassembly
    due: int


class Host:
    """The host at `address`, which speaks the IPv4 `protocol`, on a link that takes packets of `mtu` bytes."""

    def __init__(self, address: int, protocol: int, mtu: int) -> None:
        self._address = address
        self._protocol = protocol
        self._mtu = mtu
        self._partial: dict[Buffer, _Partial] = {}
        """In the order in which their first fragments came."""
        self._sent = 0

    def hear(self, data: bytes, now: int) -> Heard:
        """A packet came, at the time `now` (µs). What is garbled, or not for this host alone, is left alone."""
        try:
            packet = ipv4.unpack(data)
            if packet.destination != self._address or packet.source >> 24 in _MANY:
                return NOTHING
            if not packet.fragmented:
                return self._take(packet, data)
            whole = self._put_together(packet, now)
            return NOTHING if whole is None else self._take(whole, ipv4.pack(whole))
        except CodecError:
            return NOTHING

    def due(self) -> int | None:
        """When (µs) fragments have waited long enough; None if none wait."""
        return next((partial.due for partial in self._partial.values()), None)

    def expire(self, now: int) -> tuple[bytes, ...]:
        """Give up what has waited long enough: what to tell those whose datagram began to come (RFC 1122, 3.3.2)."""
        answers: list[bytes] = []
        for buffer in [buffer for buffer, partial in self._partial.items() if partial.due <= now]:
            first = self._partial.pop(buffer).so_far.first
            if first is not None:
                quoted = icmp.quote(ipv4.pack(first))
                answers += self._said(first.source, icmp.TimeExceeded(icmp.REASSEMBLY, quoted))
        return tuple(answers)

    def _put_together(self, fragment: ipv4.Packet, now: int) -> ipv4.Packet | None:
        """The datagram, if this was all that it lacked. Raises CodecError for what fits into none."""
        buffer = buffer_of(fragment)
        known = self._partial.get(buffer)
        so_far = (known.so_far if known is not None else Reassembly()).with_fragment(fragment)
        whole = so_far.whole
        if whole is not None or len(so_far.pieces) > MOST_PIECES:
            self._partial.pop(buffer, None)
            return whole
        if known is None and len(self._partial) >= MOST_PARTIAL:
            del self._partial[next(iter(self._partial))]
        self._partial[buffer] = _Partial(so_far, known.due if known is not None else now + PATIENCE)
        return None

    def _take(self, packet: ipv4.Packet, data: bytes) -> Heard:
        """A whole datagram, with its bytes. Raises CodecError for what is garbled in it."""
        if packet.protocol == self._protocol:
            return Heard(data)
        if packet.protocol == icmp.PROTOCOL:
            message = icmp.unpack(packet.payload)
            if not isinstance(message, icmp.Echo):
                return NOTHING
            reply = icmp.EchoReply(message.identifier, message.sequence, message.data)
            return Heard(None, self._said(packet.source, reply, packet.dscp, self._recorded(packet)))
        code = icmp.PROTOCOL_UNREACHABLE
        if packet.protocol == udp.PROTOCOL:
            udp.unpack(packet.payload, packet.source, packet.destination)  # one that is garbled is for no port
            code = icmp.PORT
        return Heard(None, self._said(packet.source, icmp.Unreachable(code, icmp.quote(data))))

    def _recorded(self, packet: ipv4.Packet) -> bytes:
        """The route that an echo has recorded so far, with this host in it, for its reply (RFC 1122, 3.2.2.6).

        Raises CodecError for options that are none.
        """
        options = ipv4.options_of(packet.options)
        routes = (option for option in options if isinstance(option, ipv4.RecordRoute))
        return ipv4.pack_options(tuple(route.recorded(self._address) for route in routes))

    def _said(self, to: int, message: icmp.Message, dscp: int = 0, options: bytes = b"") -> tuple[bytes, ...]:
        """A message as packets that the link takes; `dscp` is that of what it replies to (RFC 1122, 3.2.2)."""
        self._sent += 1
        packet = ipv4.Packet(
            self._address,
            to,
            icmp.PROTOCOL,
            icmp.pack(message),
            identification=self._sent % 0x10000,
            dscp=dscp,
            options=options,
        )
        return tuple(ipv4.pack(piece) for piece in fragments(packet, self._mtu))
