"""Our TCP against the kernel's: curl through a TUN device, in a network namespace that ends with it."""

import dataclasses
import hashlib
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from core.kernel import trace as kinds
from core.kernel.protocol import Envelope
from core.kernel.world import World, replayed
from core.live import facing, packets, tun
from core.live.path import Path, Shape
from core.protocols.transport.tcp.web import noise
from core.record import header_of, read, result_of, verify, with_journal, write
from core.wire.tcp import TCP_OVER_IPV4, Flags
from levels.live import tcp_client, tcp_server
from levels.loader import from_text
from tests.patience import ENOUGH

pytestmark = pytest.mark.usefixtures("network_apart", "curl")

SERVER = """
import functools, http.server, sys
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass
server = http.server.HTTPServer((sys.argv[1], 80), functools.partial(Quiet, directory=sys.argv[2]))
print("ready", flush=True)
server.serve_forever()
"""


def md5(data):
    return hashlib.md5(data).hexdigest()


def machine_of(world):
    return next(node.machine for node in world.nodes.values() if not node.spec.outside)


async def curled(tmp_path, level, *words, shape=None, seed=1, player=None):
    """curl fetches from our TCP: what it got, and the run."""
    got = tmp_path / "got"
    command = ["curl", "-sS", "--max-time", str(ENOUGH), *words, "http://{ours}/"]
    with got.open("wb") as output, tun.apart(command, output=output.fileno()) as device:
        faced = await facing.face(World(level.scenario, player), device, shape=shape, seed=seed, patience=ENOUGH)
    return got.read_bytes(), faced


def journalled(level, faced):
    """Does the run replay in a simulator, entry for entry?"""
    live = faced.live
    again = replayed(with_journal(level.scenario, live.journal, live.ended), live.world.answers)
    assert again.trace_sha256() == live.world.trace_sha256()
    assert again.outcome == live.world.outcome


def sent_again_too_soon(world):
    """Segments of the one connection that our end sent again although nothing had told it to: since it sent them last
    its least time-out had not passed, in the world's own time, nor had the alarm rung, after which all that was
    outstanding goes again in slow start (RFC 5681 section 3.1), and no three ACKs said that something was missing. On a
    busy machine a timer may ring before curl answers; on none may this happen."""
    node = next(node for node in world.nodes.values() if not node.spec.outside)
    last, acks, found, rang = {}, Counter(), [], -1
    for entry in world.trace:
        if entry.kind == kinds.TIMER and entry.node == node.name and entry.detail[0] == "alarm":
            rang = entry.time
        if entry.node != node.name or entry.kind not in (kinds.SEND, kinds.RECEIVE):
            continue
        segment = entry.detail
        if entry.kind == kinds.RECEIVE:
            acks[segment.source_port, segment.acknowledgment] += not segment.length
        elif segment.length:
            key = segment.destination_port, segment.sequence
            told = rang >= last.get(key, 0) or acks[key] >= 4
            if key in last and entry.time < last[key] + node.machine.rto_least and not told:
                found.append((last[key], entry.time, segment))
            last[key] = entry.time
    return found


def closed_first(world):
    """Whose FIN was the first, as our end saw it: "we" or "they"."""
    node = next(node for node in world.nodes.values() if not node.spec.outside)
    for entry in world.trace:
        if entry.node == node.name and entry.kind in (kinds.SEND, kinds.RECEIVE) and entry.detail.flags & Flags.FIN:
            return "we" if entry.kind == kinds.SEND else "they"
    return "nobody"


class Noting(Path):
    """A path that keeps what entered it, what of that was lost, and what came out."""

    def __init__(self, shape, seed, name):
        super().__init__(shape, seed, name)
        self.entered, self.gone, self.out = [], [], []

    def take(self, now):
        taken = super().take(now)
        self.out += taken
        return taken

    def swaps(self):
        """How often a packet came out after one that had entered later, and how often one came out again."""
        place_of = {id(packet): place for place, packet in enumerate(self.entered)}
        places = [place_of[id(packet)] for packet in self.out]
        return sum(then < before for before, then in pairwise(places)), len(places) - len(set(places))

    def put(self, now, packet):
        lost = self.lost
        super().put(now, packet)
        self.entered.append(packet)
        if self.lost > lost:
            self.gone.append(packet)


def first_copies_lost(port):
    """How many of our segments with data were lost when they were sent for the first time."""
    seen, count = set(), 0
    gone = {id(packet) for packet in port.outward.gone}
    for packet in port.outward.entered:
        segment = TCP_OVER_IPV4.decode(packet, Envelope("", "", 0, 0))
        key = segment.destination_port, segment.sequence
        if segment.payload and key not in seen:
            seen.add(key)
            count += id(packet) in gone
    return count


@pytest.mark.parametrize("waits", [False, True], ids=["we close", "curl closes"])
@pytest.mark.parametrize("size", [0, 1, 1460, 100_000, 10_000_000])
async def test_curl_gets_every_byte(tmp_path, size, waits):
    level = tcp_server(size, waits=waits)
    got, faced = await curled(tmp_path, level)
    assert faced.status == 0
    assert md5(got) == md5(noise(size))
    machine = machine_of(faced.live.world)
    assert [how for _, how in machine.ended] == ["closed"]
    assert closed_first(faced.live.world) == ("they" if waits else "we")
    assert not sent_again_too_soon(faced.live.world)
    if size <= 100_000:
        journalled(level, faced)


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        (2_000_000, Shape(loss=0.02)),
        (200_000, Shape(loss=0.1)),
        (1_000_000, Shape(reorder=0.1)),
        (200_000, Shape(loss=0.1, reorder=0.1, duplicate=0.05)),
        (500_000, Shape(latency=5_000, rate=20_000_000, queue=20)),
    ],
    ids=["2 % lost", "10 % lost", "overtaken", "everything", "a narrow path"],
)
@pytest.mark.parametrize("seed", [1, 2])
async def test_curl_gets_every_byte_over_a_bad_path(tmp_path, monkeypatch, size, shape, seed):
    monkeypatch.setattr(packets, "Path", Noting)
    level = tcp_server(size, seed=seed)
    got, faced = await curled(tmp_path, level, shape=shape, seed=seed)
    assert faced.status == 0
    assert md5(got) == md5(noise(size))
    machine = machine_of(faced.live.world)
    if not shape.rate:  # else a queue that a busy machine has filled drops, too
        assert (faced.port.inward.lost > 0) == bool(shape.loss)
    assert machine.retransmissions >= first_copies_lost(faced.port)
    assert first_copies_lost(faced.port) or not shape.loss
    overtaken, twice = faced.port.outward.swaps()
    assert (overtaken > 0, twice > 0) == (bool(shape.reorder), bool(shape.duplicate))
    assert not sent_again_too_soon(faced.live.world)
    journalled(level, faced)


@pytest.mark.parametrize(("size", "loss"), [(0, 0.02), (10_000_000, 0.02), (0, 0.1), (1460, 0.1)])
async def test_curl_gets_bodies_of_all_sizes_over_a_path_that_loses(tmp_path, size, loss):
    got, faced = await curled(tmp_path, tcp_server(size, waits=True), shape=Shape(loss=loss, reorder=0.05), seed=3)
    assert faced.status == 0
    assert md5(got) == md5(noise(size))
    assert faced.port.inward.lost + faced.port.outward.lost > 0
    assert [how for _, how in machine_of(faced.live.world).ended] == ["closed"]


@pytest.mark.parametrize("shape", [None, Shape(loss=0.1, reorder=0.1)], ids=["good path", "bad path"])
async def test_our_tcp_takes_what_curl_puts(tmp_path, shape):
    page = tmp_path / "page"
    page.write_bytes(noise(300_000))
    got, faced = await curled(tmp_path, tcp_server(), "-T", str(page), "-H", "Expect:", shape=shape)
    assert faced.status == 0
    assert got == b"300000 bytes taken\n"
    heard = b"".join(machine_of(faced.live.world).heard.values())
    assert md5(heard.partition(b"\r\n\r\n")[2]) == md5(noise(300_000))


async def test_many_at_once_are_served_apart(tmp_path):
    names = [str(tmp_path / f"page{place}") for place in range(8)]
    level = tcp_server(50_000, waits=True)
    words = ["curl", "-sS", "--max-time", str(ENOUGH), "--parallel"]
    for name in names:
        words += ["-o", name, "http://{ours}/"]
    with tun.apart(words) as device:
        faced = await facing.face(World(level.scenario), device, shape=Shape(loss=0.02), patience=ENOUGH)
    assert faced.status == 0
    assert {md5((tmp_path / f"page{place}").read_bytes()) for place in range(8)} == {md5(noise(50_000))}
    assert len(machine_of(faced.live.world).ended) == 8
    journalled(level, faced)


@pytest.mark.parametrize("waits", [False, True], ids=["we close first", "the server closes first"])
@pytest.mark.parametrize(
    ("size", "shape"),
    [(0, None), (10_000_000, None), (1_000_000, Shape(loss=0.02, reorder=0.05)), (200_000, Shape(loss=0.1))],
    ids=["nothing", "10 MB", "2 % lost", "10 % lost"],
)
async def test_our_client_fetches_from_the_kernels_server(tmp_path, size, shape, waits):
    (tmp_path / "page").write_bytes(noise(size))
    level = tcp_client("/page", waits=waits)
    command = [sys.executable, "-I", "-c", SERVER, "{kernel}", str(tmp_path)]
    world = World(level.scenario)
    with tun.apart(command, output=subprocess.PIPE) as device:
        device.peer.stdout.readline()
        faced = await facing.face(
            world, device, shape=shape, patience=ENOUGH, done=lambda: bool(machine_of(world).ended)
        )
    heard = b"".join(entry.detail for entry in world.trace if entry.kind == kinds.DELIVER)
    head, _, body = heard.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200 OK")
    assert md5(body) == md5(noise(size))
    assert [how for _, how in machine_of(world).ended] == ["closed"]
    assert closed_first(world) == ("they" if waits else "we")
    if size <= 1_000_000:
        journalled(level, faced)


async def test_nobody_listens_where_our_client_calls(tmp_path):
    level = tcp_client("/", port=81)
    world = World(level.scenario)
    with tun.apart(["sleep", "60"]) as device:
        faced = await facing.face(world, device, patience=ENOUGH, done=lambda: bool(machine_of(world).ended))
    assert [how for _, how in machine_of(world).ended] == ["refused"]
    journalled(level, faced)


async def test_a_client_that_is_killed_hurts_nobody(tmp_path):
    """The kernel resets the connection of a program that leaves with bytes unread; we then serve the next one."""
    level = tcp_server(10_000_000)
    script = "curl -s -m 60 --limit-rate 10k -o /dev/null http://{ours}/ & sleep 0.3; kill -9 $!; "
    with tun.apart(["sh", "-c", script + "exec curl -sS -m 60 http://{ours}/"], output=subprocess.DEVNULL) as device:
        faced = await facing.face(World(level.scenario), device, patience=ENOUGH)
    assert faced.status == 0
    assert [how for _, how in machine_of(faced.live.world).ended] == ["reset", "closed"]


async def test_a_client_that_is_killed_hurts_no_other_that_is_being_served(tmp_path):
    """One resets in the middle of another's page."""
    level = tcp_server(1_000_000)
    script = (
        f"curl -sS -m 60 --limit-rate 500k -o {tmp_path / 'got'} http://{{ours}}/ & other=$!; "
        "curl -s -m 60 --limit-rate 10k -o /dev/null http://{ours}/ & sleep 0.3; kill -9 $!; wait $other"
    )
    with tun.apart(["sh", "-c", script], output=subprocess.DEVNULL) as device:
        faced = await facing.face(World(level.scenario), device, patience=ENOUGH)
    assert faced.status == 0
    assert md5((tmp_path / "got").read_bytes()) == md5(noise(1_000_000))
    assert [how for _, how in machine_of(faced.live.world).ended] == ["reset", "closed"]


async def test_a_client_that_takes_nothing_more_holds_up_no_other(tmp_path):
    """One stops in the middle of its page: its window shuts, our end probes it, and another has its page meanwhile."""
    level = tcp_server(10_000_000)
    script = (
        "curl -s -m 60 -o /dev/null --limit-rate 100k http://{ours}/ & stalled=$!; sleep 0.5; kill -STOP $stalled; "
        f"curl -sS -m 30 -o {tmp_path / 'got'} http://{{ours}}/; status=$?; kill -9 $stalled; exit $status"
    )
    with tun.apart(["sh", "-c", script], output=subprocess.DEVNULL) as device:
        faced = await facing.face(World(level.scenario), device, patience=ENOUGH)
    assert faced.status == 0
    assert md5((tmp_path / "got").read_bytes()) == md5(noise(10_000_000))
    sizes = Counter()
    for entry in faced.live.world.trace:
        if entry.node == "server" and entry.kind == kinds.SEND:
            sizes[entry.detail.destination_port] += len(entry.detail.payload)
    assert min(sizes.values()) < 9_000_000 < max(sizes.values())  # it had stopped
    assert Counter(how for _, how in machine_of(faced.live.world).ended)["closed"] == 1


async def test_a_wrong_checksum_is_not_taken_by_the_kernel(tmp_path, monkeypatch):
    """The negative control: what our codec computes is what the kernel checks."""
    real = packets.TunPort._write

    def spoilt(self, packet):
        real(self, packet[:36] + bytes([packet[36] ^ 1]) + packet[37:])

    monkeypatch.setattr(packets.TunPort, "_write", spoilt)
    monkeypatch.setattr(facing, "GRACE", 0.1)
    _, faced = await curled(tmp_path, tcp_server(10), "--connect-timeout", "1")
    assert faced.status == 28  # curl: time-out
    assert machine_of(faced.live.world).served == 0


async def test_a_run_file_holds_a_live_run(tmp_path):
    level = tcp_server(5_000)
    _, faced = await curled(tmp_path, level, shape=Shape(loss=0.1), seed=3)
    live = faced.live
    file = tmp_path / "live.run"
    result = result_of(live.world)
    write(file, header_of(level.scenario, level.id, level.text), [], result, journal=live.journal, ended=live.ended)
    run = read(file)
    assert run.header.kind == "live"
    assert run.journal == tuple(live.journal)

    def compiled(text, seed):
        return from_text(text, level.id).scenario.reseeded(seed)

    found = verify(run, compiled)
    assert found.verified, found.why
    assert found.world.trace_sha256() == live.world.trace_sha256()
    # One bit of one packet more or less is another run, or none.
    last = run.journal[-1]
    spoilt = dataclasses.replace(last, data=last.data[:8] + b"\1" + last.data[9:])
    other = dataclasses.replace(run, journal=(*run.journal[:-1], spoilt))
    assert not verify(other, compiled).verified
