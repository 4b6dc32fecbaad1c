"""What no TCP sends: our TCP answers as its RFC says or not at all, and serves the next one."""

import subprocess
import sys

import pytest

from core.kernel.world import World
from core.live import facing, tun
from core.protocols.transport.tcp.web import GREATEST_HEARD, noise
from levels.live import tcp_server
from tests.live.test_tcp_kernel import journalled, machine_of, md5
from tests.patience import ENOUGH

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
status = subprocess.run(["curl", "-sS", "-m", "300", "-o", got, f"http://{ours}/"]).returncode
beside.join()
sys.exit(status)
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_shower_of_segments_that_nobody_means_hurts_no_connection(tmp_path, seed):
    level = tcp_server(300_000, seed=seed)
    command = [sys.executable, "-I", "-c", SENDER, "{ours}", "{kernel}", str(seed), str(tmp_path / "got")]
    with tun.apart(command, output=subprocess.DEVNULL) as device:
        faced = await facing.face(World(level.scenario), device, patience=ENOUGH)
    assert faced.status == 0
    assert md5((tmp_path / "got").read_bytes()) == md5(noise(300_000))
    assert "closed" in [how for _, how in machine_of(faced.live.world).ended]
    assert faced.port.arrived > 600
    kinds = [entry.kind for entry in faced.live.world.trace if entry.node == "server"]
    assert kinds.count("garbled") > 40
    journalled(level, faced)


ASKER = """
import socket, struct, sys
for said in sys.argv[2:]:
    with socket.socket() as line:
        line.settimeout(300)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        half = said.endswith("00")
        line.bind(("", 0 if half else 5000))  # one port for all: what one left behind, the next would find
        line.connect((sys.argv[1], 80))
        line.sendall(bytes.fromhex(said))
        if half:
            line.shutdown(socket.SHUT_WR)
        heard = b"gone\\r\\n" if said.endswith("01") else b""
        while b"\\r\\n" not in heard and (more := line.recv(1000)):
            heard += more
        print(heard.partition(b"\\r\\n")[0].decode() or "nothing", flush=True)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
"""
ASKED = [
    (b"\x16\x03\x01\x02\r\n\r\n", "400 Bad Request"),
    (b"hello\r\n\r\n", "400 Bad Request"),
    (b"GET / HTTP/1.0\r\nX: " + b"x" * 17_000, "400 Bad Request"),
    (b"GET / HTTP/1.0\r\nContent-Length: -1\r\n\r\n", "400 Bad Request"),
    (b"DELETE / HTTP/1.0\r\n\r\n", "501 Not Implemented"),
    (b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "501 Not Implemented"),
    (b"PUT / HTTP/1.0\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", "413 Content Too Large"),
    (b"PUT / HTTP/1.0\r\nContent-Length: 16000001\r\n\r\n", "413 Content Too Large"),
    (b"GET / HTTP/1.0\r\nX: \0", "nothing"),  # and then its end
    (b"PUT / HTTP/1.0\r\nContent-Length: 003\r\n\r\nabc", "200 OK"),
    (b"\1", "gone"),  # reset in the middle of it
    (b"GET / HTTP/1.0\r\n\r\n", "200 OK"),
]


async def test_a_wrong_request_gets_its_status_and_the_next_one_its_page(tmp_path):
    level = tcp_server(300)
    command = [sys.executable, "-I", "-c", ASKER, "{ours}", *(said.hex() for said, _ in ASKED)]
    with tun.apart(command, output=subprocess.PIPE) as device:
        faced = await facing.face(World(level.scenario), device, patience=ENOUGH)
        heard = device.peer.stdout.read().decode().splitlines()
    assert faced.status == 0
    assert heard == [f"HTTP/1.0 {status}" if status[0].isdigit() else status for _, status in ASKED]
    journalled(level, faced)


async def test_of_much_that_is_put_here_a_part_is_kept(tmp_path):
    """Else every byte of a long upload would be copied again with every segment of every connection after it."""
    page = tmp_path / "page"
    page.write_bytes(noise(3_000_000))
    command = ["curl", "-sS", "-m", str(ENOUGH), "-T", str(page), "-H", "Expect:", "http://{ours}/"]
    with tun.apart(command, output=subprocess.PIPE) as device:
        faced = await facing.face(World(tcp_server().scenario), device, patience=ENOUGH)
        assert device.peer.stdout.read() == b"3000000 bytes taken\n"
    (heard,) = machine_of(faced.live.world).heard.values()
    assert GREATEST_HEARD <= len(heard) < GREATEST_HEARD + 1460
    assert noise(3_000_000).startswith(heard.partition(b"\r\n\r\n")[2])


STRANGER = """
import fcntl, socket, struct, subprocess, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:  # the loopback device has one more address
    where = struct.pack("16sHH4s8x", b"lo", socket.AF_INET, 0, socket.inet_aton("10.99.0.1"))
    fcntl.ioctl(control, 0x8916, where)
with socket.socket() as line:
    line.settimeout(1)
    line.bind(("10.99.0.1", 5000))
    try:
        line.connect((sys.argv[1], 80))
    except TimeoutError:
        print("silence")
"""


async def test_who_comes_over_another_network_is_not_taken_for_our_neighbour():
    """There is one node outside, with the kernel's address: an answer to any other would go astray."""
    level = tcp_server(300)
    with tun.apart([sys.executable, "-I", "-c", STRANGER, "{ours}"], output=subprocess.PIPE) as device:
        faced = await facing.face(World(level.scenario), device, patience=ENOUGH)
        assert device.peer.stdout.read() == b"silence\n"
    assert not faced.live.journal
    assert faced.port.ignored > 0
