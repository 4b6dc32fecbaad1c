"""What no TCP sends: our TCP answers as its RFC says or not at all, and serves the next one."""

import subprocess
import sys

import pytest

from core.kernel.world import World
from core.live import facing, tun
from core.protocols.tcp.web import noise
from levels.live import tcp_server
from tests.live.test_tcp_kernel import journalled, machine_of, md5

pytestmark = pytest.mark.usefixtures("network_apart", "curl")

SENDER = """
import os, random, socket, struct, subprocess, sys, threading
ours, kernel, seed, got = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
dice = random.Random(seed)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)

def total(data):
    data += b"\\0" * (len(data) % 2)
    number = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while number >> 16:
        number = (number & 0xFFFF) + (number >> 16)
    return ~number & 0xFFFF

def segment(options, body, flags, port, right):
    options += b"\\0" * (-len(options) % 4)
    head = struct.pack("!HHIIBBHHH", port, 80, dice.choice((0, dice.getrandbits(32))), dice.getrandbits(32),
                       (5 + len(options) // 4) << 4, flags, dice.getrandbits(16), 0, dice.getrandbits(16))
    data = head + options + body
    pseudo = socket.inet_aton(kernel) + socket.inet_aton(ours) + struct.pack("!BBH", 0, 6, len(data))
    check = total(pseudo + data) if right else dice.getrandbits(16)
    return data[:16] + struct.pack("!H", check) + data[18:]

def shower(count):
    for _ in range(count):
        kind = dice.randrange(10)
        if kind == 0:
            raw.sendto(dice.randbytes(dice.randrange(60)), (ours, 0))  # no segment at all
            continue
        options = dice.randbytes(dice.randrange(41)) if kind < 4 else b"\\2\\4\\5\\xb4"
        flags = dice.choice((2, 16, 18, 1, 4, 17, 20, 41, 0, 255, dice.randrange(256)))
        raw.sendto(segment(options, dice.randbytes(dice.randrange(20)), flags, dice.choice((1024, 2000, 40000)),
                           dice.random() > 0.1), (ours, 0))

shower(400)
beside = threading.Thread(target=shower, args=(600,))
beside.start()
status = subprocess.run(["curl", "-sS", "-m", "40", "-o", got, f"http://{ours}/"]).returncode
beside.join()
sys.exit(status)
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_shower_of_segments_that_nobody_means_hurts_no_connection(tmp_path, seed):
    level = tcp_server(300_000, seed=seed)
    command = [sys.executable, "-I", "-c", SENDER, "{ours}", "{kernel}", str(seed), str(tmp_path / "got")]
    with tun.apart(command, output=subprocess.DEVNULL) as device:
        faced = await facing.face(World(level.scenario), device, patience=60)
    assert faced.status == 0
    assert md5((tmp_path / "got").read_bytes()) == md5(noise(300_000))
    assert "closed" in [how for _, how in machine_of(faced.live.world).ended]
    assert faced.port.arrived > 600
    kinds = [entry.kind for entry in faced.live.world.trace if entry.node == "server"]
    assert kinds.count("garbled") > 40
    journalled(level, faced)
