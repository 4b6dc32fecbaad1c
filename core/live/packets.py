"""The port of a TUN device: IPv4 packets between the kernel and one node of ours."""

from __future__ import annotations

import os

import trio

from core.kernel.protocol import Envelope
from core.live.path import Path, Shape
from core.live.seam import Departure, Live, LiveError
from core.live.tun import Tun

MOST_AT_ONCE = 64
"""Packets read before others have a turn."""


class TunPort:
    """What the kernel sends to our address arrives at the node `inside`, from `outside`; and back.

    protocol   the IPv4 protocol number that the node speaks; other packets are counted in `ignored` and left alone.
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
        self.arrived = 0
        self.left = 0
        shape = shape or Shape()
        self.inward, self.outward = Path(shape, seed, "in"), Path(shape, seed, "out")
        self._plain = shape.plain
        self._live = live
        self._tun = tun
        self._inside, self._outside = inside, outside
        self._protocol = protocol
        self._codec = live.codec(inside)
        self._envelope = Envelope(inside, outside, tun.ours, tun.kernel)
        self._ours = tun.ours.to_bytes(4, "big")
        self._changed = trio.Event()
        live.attach(self)

    def depart(self, departure: Departure) -> None:
        data = self._codec.encode(departure.message, self._envelope)
        self.left += 1
        if self._plain:
            self._write(data)
            return
        self.outward.put(self._live.now(), data)
        self._changed.set()

    async def run(self) -> None:
        if self._plain:
            await self._read()
            return
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
        """An IPv4 packet of our protocol for our address?"""
        return len(packet) >= 20 and packet[0] >> 4 == 4 and packet[9] == self._protocol and packet[16:20] == self._ours

    def _arrive(self, packet: bytes) -> None:
        self.arrived += 1
        self._live.arrive(self._outside, self._inside, "datagram", packet)

    async def _carry(self) -> None:
        """Let packets come out of the two paths at their times."""
        while True:
            now = self._live.now()
            for packet in self.outward.take(now):
                self._write(packet)
            for packet in self.inward.take(now):
                self._arrive(packet)
            times = [due for due in (self.inward.due(), self.outward.due()) if due is not None]
            self._changed = trio.Event()
            wait = (min(times) - self._live.now()) / 1_000_000 if times else float("inf")
            if wait > 0:
                with trio.move_on_after(wait):
                    await self._changed.wait()
            else:
                await trio.lowlevel.checkpoint()
