"""The port of a TUN device: IPv4 packets between the kernel and one node of ours, which is a whole host to it."""

from __future__ import annotations

import os

import trio

from core.kernel.protocol import Envelope
from core.live.host import Host
from core.live.path import Path, Shape
from core.live.seam import Departure, Live, LiveError
from core.live.tun import Tun

MOST_AT_ONCE = 64
"""Packets read before others have a turn."""


class TunPort:
    """What the kernel sends to our address arrives at the node `inside`, from `outside`; and back.

    protocol   the IPv4 protocol number that the node speaks. What else comes to our address is answered as a host does
               (see core.live.host); packets for others are counted in `ignored` and left alone.
    shape      what the path does to packets, either way, by dice of `seed`.
    """

    def __init__(
        self,
        live: Live,
        tun: Tun,
        inside: str,
        outside: str,
        *,
        protocol: int = 6,
        shape: Shape | None = None,
        seed: int = 1,
    ) -> None:
        self.nodes: tuple[str, ...] = (outside,)
        self.ignored = 0
        self.answered = 0
        """Packets that the host sent by itself: replies to pings, and what cannot be reached."""
        self.arrived = 0
        self.left = 0
        shape = shape or Shape()
        self.inward, self.outward = Path(shape, seed, "in"), Path(shape, seed, "out")
        self._plain = shape.plain
        self._live = live
        self._tun = tun
        self._inside, self._outside = inside, outside
        self._protocol = protocol
        self._host = Host(tun.ours, protocol, tun.mtu)
        self._codec = live.codec(inside)
        self._envelope = Envelope(inside, outside, tun.ours, tun.kernel)
        self._ours, self._kernel = tun.ours.to_bytes(4, "big"), tun.kernel.to_bytes(4, "big")
        self._changed = trio.Event()
        live.attach(self)

    def depart(self, departure: Departure) -> None:
        self.left += 1
        self._send(self._codec.encode(departure.message, self._envelope))

    def _send(self, packet: bytes) -> None:
        """Over the path."""
        if self._plain:
            self._write(packet)
            return
        self.outward.put(self._live.now(), packet)
        self._changed.set()

    def close(self) -> None:
        """Nothing: the device is its maker's."""

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._carry)
            await self._read()

    def _write(self, packet: bytes) -> None:
        try:
            os.write(self._tun.fd, packet)
        except BlockingIOError:
            pass  # its queue is full: a packet is lost, as on any path
        except OSError as error:
            raise LiveError(f"the TUN device is gone: {error.strerror}") from None

    async def _read(self) -> None:
        fd = self._tun.fd
        while True:
            await trio.lowlevel.wait_readable(fd)
            for _ in range(MOST_AT_ONCE):
                try:
                    packet = os.read(fd, 65536)
                except BlockingIOError:
                    break
                except OSError as error:
                    raise LiveError(f"the TUN device is gone: {error.strerror}") from None
                if not self._is_ours(packet):
                    self.ignored += 1
                elif self._plain:
                    self._arrive(packet)
                else:
                    self.inward.put(self._live.now(), packet)
                    self._changed.set()

    def _is_ours(self, packet: bytes) -> bool:
        """An IPv4 packet for our address?"""
        return len(packet) >= 20 and packet[0] >> 4 == 4 and packet[16:20] == self._ours

    def _arrive(self, packet: bytes) -> None:
        if packet[9] == self._protocol and not _is_fragment(packet):
            self._deliver(packet)
            return
        datagram, answers = self._host.hear(packet, self._live.now())
        if datagram is not None:
            self._deliver(datagram)
        self._answer(answers)
        self._changed.set()  # fragments that wait do so for a time

    def _deliver(self, packet: bytes) -> None:
        if packet[12:16] != self._kernel:  # who came over another network is nobody in this world
            self.ignored += 1
            return
        self.arrived += 1
        self._live.arrive(self._outside, self._inside, "datagram", packet)

    def _answer(self, packets: tuple[bytes, ...]) -> None:
        for packet in packets:
            self.answered += 1
            self._send(packet)

    async def _carry(self) -> None:
        """Let packets come out of the two paths at their times; give up fragments at theirs."""
        while True:
            now = self._live.now()
            for packet in self.outward.take(now):
                self._write(packet)
            for packet in self.inward.take(now):
                self._arrive(packet)
            self._answer(self._host.expire(now))
            dues = (self.inward.due(), self.outward.due(), self._host.due())
            times = [due for due in dues if due is not None]
            self._changed = trio.Event()
            wait = (min(times) - self._live.now()) / 1_000_000 if times else float("inf")
            if wait > 0:
                with trio.move_on_after(wait):
                    await self._changed.wait()
            else:
                await trio.lowlevel.checkpoint()


def _is_fragment(packet: bytes) -> bool:
    """More fragments, or an offset?"""
    return bool((packet[6] << 8 | packet[7]) & 0x3FFF)
