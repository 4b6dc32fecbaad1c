"""What the tests of captures share: a reader of pcapng blocks that is not the writer's, tshark, and runs to capture."""

import shutil
import struct
import subprocess
from dataclasses import dataclass, replace

import pytest

from core.export import capture_of
from core.kernel.scenario import DiceSpec
from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols.transport.tcp import PROTOCOL as TCP
from tests.patience import ENOUGH

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed here")
BAD_SUMS = "ip.checksum.status==0 || tcp.checksum.status==0 || udp.checksum.status==0"
GOOD_SUMS = "tcp.checksum.status==1 || udp.checksum.status==1"
MALFORMED = "_ws.malformed"
WARNINGS = "_ws.expert.severity>=6291456"
AGAIN = "tcp.analysis.retransmission || tcp.analysis.out_of_order"
CHECK_SUMS = [part for name in ("ip", "tcp", "udp") for part in ("-o", f"{name}.check_checksum:TRUE")]


def played(scenario, **changes):
    """The scenario, changed, played by the book to its end."""
    world = World(replace(scenario, **changes), Book())
    world.run()
    return world


def tcp_run(number, seed, **dice):
    """A run of the tcp room over a wire with this chance."""
    return played(TCP.scenarios[number].reseeded(seed), network=DiceSpec(**dice) if dice else None)


def file_of(world, folder, *at, name="run.pcapng", once=None):
    """The capture as a file, and the capture."""
    capture = capture_of(world, at, once=once)
    path = folder / name
    path.write_bytes(b"".join(capture.blocks()))
    return path, capture


def tshark(path, *arguments):
    """The lines that tshark prints."""
    found = subprocess.run(
        ["tshark", "-n", "-r", str(path), *arguments], capture_output=True, text=True, timeout=ENOUGH, check=True
    )
    return found.stdout.splitlines()


def frames_with(path, display_filter):
    """The numbers of the frames for which tshark says so, checksums checked."""
    lines = tshark(path, *CHECK_SUMS, "-Y", display_filter, "-T", "fields", "-e", "frame.number")
    return {int(line) for line in lines}


@dataclass
class Block:
    kind: int
    body: bytes


@dataclass
class Packet:
    interface: int
    time: int
    data: bytes
    comments: list
    direction: int
    number: int


def blocks(data):
    """The blocks of a little-endian pcapng file (draft-ietf-opsawg-pcapng, 3)."""
    found, place = [], 0
    while place < len(data):
        kind, size = struct.unpack_from("<II", data, place)
        assert size % 4 == 0
        assert size >= 12
        assert struct.unpack_from("<I", data, place + size - 4)[0] == size
        found.append(Block(kind, data[place + 8 : place + size - 4]))
        place += size
    return found


def options(body):
    """(code, value) of every option."""
    found, place = [], 0
    while place < len(body):
        code, size = struct.unpack_from("<HH", body, place)
        if code == 0:
            assert (size, place + 4) == (0, len(body))
            return found
        found.append((code, body[place + 4 : place + 4 + size]))
        place += 4 + size + -size % 4
    return found


def packets(data):
    """The packets in a file."""
    found = []
    for block in blocks(data):
        if block.kind == 6:
            interface, high, low, captured, original = struct.unpack_from("<IIIII", block.body)
            assert captured == original
            data = block.body[20 : 20 + captured]
            told = options(block.body[20 + captured + -captured % 4 :])
            found.append(
                Packet(
                    interface,
                    high << 32 | low,
                    data,
                    [value.decode() for code, value in told if code == 1],
                    next(struct.unpack("<I", value)[0] for code, value in told if code == 2),
                    next(struct.unpack("<Q", value)[0] for code, value in told if code == 5),
                )
            )
    return found
