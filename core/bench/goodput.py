"""The goodput of our TCP beside the kernel's own, over the same shaped path, to the same curl on the same kernel.

Ours stands on a TUN device behind the path. The kernel's stands in a second network namespace, and the same path, by
the same code and the same dice, carries the packets between the two. curl tells the speed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import trio

from core.bench.measuring import Figure, SkippedError, interleaved, measured, median, median_ratio
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.world import World
from core.live import LiveError, tun
from core.live.facing import face, gone
from core.live.path import Path, Shape
from core.protocols.transport import tcp
from core.protocols.transport.tcp.web import noise

SIZE = 2_000_000
SHAPES = {
    "no loss": Shape(latency=10 * MILLISECOND, rate=20_000_000, queue=60),
    "1 % lost": Shape(latency=10 * MILLISECOND, rate=20_000_000, queue=60, loss=0.01),
}
"""20 Mbit/s and a round trip of 20 ms either way."""
CURL = ["curl", "-sS", "--max-time", "120", "-o", "/dev/null", "-w", "%{size_download} %{speed_download}\n"]
_SERVER = """
import socket, sys
sys.path.insert(0, sys.argv[2])
from core.protocols.transport.tcp.web import noise
page = noise(int(sys.argv[3]))
listener = socket.create_server((sys.argv[1], 80))
if sys.argv[4]:
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, sys.argv[4].encode())
print("ready", flush=True)
line, _ = listener.accept()
line.recv(65536)
line.sendall(b"HTTP/1.0 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(page) + page)
line.shutdown(socket.SHUT_WR)
while line.recv(65536): pass
"""


def web_world(size: int) -> World:
    """Our TCP with a page of noise, facing curl."""
    parameters = {
        "peer": "curl", "mss": 1460, "length": size, "rto_least": 200 * MILLISECOND, "msl": 50 * MILLISECOND
    }  # fmt: skip
    nodes = (NodeSpec("server", "tcp", "web", parameters), NodeSpec("curl", "tcp", outside=True))
    return World(
        Scenario("goodput", {"tcp": tcp.PROTOCOL}, nodes, default_link=LinkSpec(latency=0), limit=3600 * SECOND)
    )


def _told(output: bytes) -> dict[str, float]:
    size, speed = (float(word) for word in output.split())
    if size != SIZE:
        raise RuntimeError(f"curl got {size:.0f} of {SIZE} bytes")
    return {"bytes_per_second": speed}


def ours(shape: Shape, seed: int) -> dict[str, float]:
    """Goodput of our TCP."""
    with tun.apart([*CURL, "http://{ours}/"], output=subprocess.PIPE) as device:
        faced = trio.run(lambda: face(web_world(SIZE), device, shape=shape, seed=seed, patience=120))
        assert device.peer is not None
        assert device.peer.stdout is not None
        figures = _told(device.peer.stdout.read())
    machine = faced.live.world.nodes["server"].machine
    return {**figures, "again": machine.retransmissions}


def kernels(shape: Shape, seed: int, congestion: str = "") -> dict[str, float]:
    """Goodput of the kernel's TCP, with this congestion control (its own choice if none is named)."""
    here = os.getcwd() if not sys.path[0] else sys.path[0]
    server = [sys.executable, "-I", "-c", _SERVER, "{kernel}", here, str(SIZE), congestion]
    with tun.apart(server, swapped=True, output=subprocess.PIPE) as far:
        assert far.peer is not None
        assert far.peer.stdout is not None
        far.peer.stdout.readline()
        with tun.apart([*CURL, "http://{ours}/"], output=subprocess.PIPE) as near:
            assert near.peer is not None
            assert near.peer.stdout is not None
            trio.run(_relay, near, far, shape, seed)
            return _told(near.peer.stdout.read())


async def _relay(near: tun.Tun, far: tun.Tun, shape: Shape, seed: int) -> None:
    """Carry packets between two devices until the program at the near one has left."""
    async with trio.open_nursery() as nursery:
        start = trio.current_time()
        for name, source, sink in (("in", near, far), ("out", far, near)):
            path = Path(shape, seed, name)
            changed = [trio.Event()]
            nursery.start_soon(_take_in, source.fd, path, changed, start)
            nursery.start_soon(_let_out, sink.fd, path, changed, start)
        assert near.peer is not None
        await gone(near.peer)
        nursery.cancel_scope.cancel()


def _now(start: float) -> int:
    return int((trio.current_time() - start) * SECOND)


async def _take_in(source: int, path: Path, changed: list[trio.Event], start: float) -> None:
    while True:
        await trio.lowlevel.wait_readable(source)
        for _ in range(64):
            try:
                packet = os.read(source, 65536)
            except BlockingIOError:
                break
            if packet[0] >> 4 == 4:
                path.put(_now(start), packet)
                changed[0].set()


async def _let_out(sink: int, path: Path, changed: list[trio.Event], start: float) -> None:
    while True:
        for packet in path.take(_now(start)):
            os.write(sink, packet)
        due = path.due()
        changed[0] = trio.Event()
        with trio.move_on_after(float("inf") if due is None else max(0.0, (due - _now(start)) / SECOND)):
            await changed[0].wait()


def bench(quick: bool) -> list[Figure]:
    """Ours against the kernel's, path by path: with Reno, which is what ours has (RFC 5681), and with what it likes."""
    figures = []
    for name, limit in (("no loss", 0.8), ("1 % lost", 0.4)):
        title = f"our TCP : the kernel's Reno, {name}"
        try:
            runs = interleaved(
                2 if quick else 5,
                [lambda who=who, name=name: measured(__name__, who, name) for who in ("ours", "reno", "kernel")],  # type: ignore[misc]
            )
        except SkippedError as reason:
            figures.append(Figure("goodput", title, 0, "ratio", limit, skipped=str(reason)))
            continue
        figures.append(Figure("goodput", title, median_ratio(runs[0], runs[1], "bytes_per_second"), "ratio", limit))
        for who, results in zip(("ours", "the kernel's Reno", "the kernel's default"), runs, strict=True):
            speed = median(results, "bytes_per_second") * 8 / 1e6
            figures.append(Figure("goodput", f"{who}, {name}", speed, "Mbit/s"))
    return figures


def main(words: list[str]) -> None:
    """Measure one of the two once, and print its figures as JSON."""
    who, name = words
    try:
        if shutil.which("curl") is None:
            raise LiveError("curl is not installed")
        noise(SIZE)
        if who == "ours":
            figures = ours(SHAPES[name], seed=1)
        else:
            figures = kernels(SHAPES[name], 1, "reno" if who == "reno" else "")
    except LiveError as error:
        print(json.dumps({"skipped": str(error)}))
        return
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
