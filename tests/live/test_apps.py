"""Rooms on plain sockets against the programs that everybody has: nc, Python's sockets, curl, NTP clients."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import trio
import trio.testing

from core.kernel import trace as kinds
from core.kernel.world import World
from core.live import Live, sockets, tun
from core.live.session import LiveSession
from core.live.sockets import StreamPort, UdpPort
from core.protocols.transport.uppercase.sockets import LISTENING
from core.wire.sntp import SNTP, Mode, Packet, microseconds
from levels import live_apps
from tests.live.test_sockets import Running, same_again
from tests.patience import ENOUGH

ROOT = Path(__file__).parents[2]


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


async def run(*words, data=b"", check=True):
    """A program's standard output."""
    with trio.fail_after(ENOUGH):
        done = await trio.run_process(words, stdin=data, capture_stdout=True, capture_stderr=True, check=False)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout


async def in_thread(function, *words):
    """A blocking client of Python's, beside the world."""
    with trio.fail_after(ENOUGH):
        return await trio.to_thread.run_sync(function, *words)


def udp(level):
    live = Live(World(level.scenario))
    return live, UdpPort(live, "server", live_apps.GUESTS)


def tcp(level, **how):
    live = Live(World(level.scenario))
    return live, StreamPort(live, "server", live_apps.GUESTS, **how)


class Begun(Running):
    """A live world whose time 0 was a time of day."""

    def __init__(self, live, began):
        super().__init__(live)
        self.began = began

    async def __aenter__(self):
        live = self.live
        real = live.run
        live.run = lambda patience: real(patience, self.began)
        return await super().__aenter__()


# Uppercase


async def listening(live):
    """The server has made its calls up to `listen`: before, it refuses."""
    with trio.fail_after(ENOUGH):
        await live.until(lambda: live.world.nodes["server"].machine.welcome == LISTENING)


@needs("nc")
async def test_nc_gets_its_datagram_in_capitals():
    live, port = udp(live_apps.uppercase_udp())
    async with Running(live):
        words = ["nc", "-u", "127.0.0.1", str(port.address[1])]  # which waits for more for ever
        process = await trio.lowlevel.open_process(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with trio.fail_after(ENOUGH):
            await process.stdin.send_all(b"hello")
            assert await process.stdout.receive_some(100) == b"HELLO"
        process.kill()
        await process.wait()
        await process.stdin.aclose()
        await process.stdout.aclose()
    assert same_again(live)


async def test_pythons_udp_clients_each_get_their_own():
    def client(text):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
            made.settimeout(ENOUGH)
            made.sendto(text, port.address)
            return made.recvfrom(2048)

    live, port = udp(live_apps.uppercase_udp())
    heard = {}

    async def ask(text):
        heard[text] = await in_thread(client, text)

    async with Running(live), trio.open_nursery() as nursery:
        for number in range(12):  # more than there are guests
            nursery.start_soon(ask, b"line %d \xc3\xa9" % number)
    assert heard == {text: (text.upper(), port.address) for text in heard}
    assert len(heard) == 12
    assert same_again(live)


@needs("nc")
async def test_nc_gets_its_lines_in_capitals_after_its_own_end():
    live, port = tcp(live_apps.uppercase_tcp(), half_open=True)
    async with Running(live):
        await listening(live)
        got = await run("nc", "-N", "127.0.0.1", str(port.address[1]), data=b"hello\nworld\n")
    assert got == b"HELLO\nWORLD\n"
    assert same_again(live)


async def test_two_of_pythons_tcp_clients_at_a_time():
    def client(text):
        with socket.create_connection(port.address, 10) as made:
            for byte in text:
                made.sendall(bytes([byte]))
            made.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: made.recv(3), b""))

    live, port = tcp(live_apps.uppercase_tcp(), half_open=True)
    heard = {}

    async def ask(text):
        heard[text] = await in_thread(client, text)

    async with Running(live):
        await listening(live)
        idle = await in_thread(socket.create_connection, port.address, 10)  # who says nothing holds nobody up
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask, b"one\ntwo\n")
            nursery.start_soon(ask, b"three\n")
        idle.close()
    assert heard == {b"one\ntwo\n": b"ONE\nTWO\n", b"three\n": b"THREE\n"}
    assert same_again(live)


async def test_a_flood_of_lines_waits_outside_and_the_neighbour_has_its_answer():
    """Our process takes 1024 bytes a call: what it has not taken holds its sender up, and nobody else."""
    live = Live(World(live_apps.uppercase_tcp().scenario))
    most = 0

    def unread(name):
        nonlocal most
        count = live.world.nodes["server"].machine.unread(name)
        most = max(most, count)
        return count

    port = StreamPort(live, "server", live_apps.GUESTS, half_open=True, unread=unread)

    def flood(line):
        line.settimeout(1)
        taken = 0
        while taken < 43_000_000:
            try:
                taken += line.send(b"and so on, and so on, and so on, and so on\n" * 1000)
            except TimeoutError:
                if most > sockets.MOST_UNREAD:
                    return  # nobody takes any more of it
        raise AssertionError("43 MB were taken")

    def client():
        with socket.create_connection(port.address, 10) as made:
            made.sendall(b"me too\n")
            return made.recv(100)

    async with Running(live):
        await listening(live)
        with await in_thread(socket.create_connection, port.address, 10) as line:
            await in_thread(flood, line)
            assert await in_thread(client) == b"ME TOO\n"
    assert sockets.MOST_UNREAD < most <= sockets.MOST_UNREAD + sockets.PIECE
    assert same_again(live)


# Time


STARTED = 0.02
"""Seconds that may pass between the two clocks' readings at the start of a run, one right after the other."""


def epoch():
    return time.time_ns() // 1000


def as_right_as_can_be(offset, delay):
    """Nobody can be off by more than half of the delay, whichever way took it, on a machine however busy."""
    return abs(offset) <= delay / 2 + STARTED


async def test_ntplib_finds_our_clock_right():
    ntplib = pytest.importorskip("ntplib")
    began = epoch() - 3_600_000_000  # the run's time 0 was an hour ago
    live, port = udp(live_apps.time_server(began))
    async with Begun(live, began / 1e6):
        for version in (3, 4):
            asked = time.monotonic()
            answer = await in_thread(
                lambda version=version: ntplib.NTPClient().request(
                    "127.0.0.1", version, port.address[1], timeout=ENOUGH
                )
            )
            assert as_right_as_can_be(answer.offset, answer.delay)
            assert -STARTED <= answer.delay <= time.monotonic() - asked + STARTED  # else the bound would mean nothing
            assert answer.recv_time == answer.tx_time  # at one moment of the run
            assert (answer.version, answer.mode, answer.stratum, answer.leap) == (version, 4, 2, 0)
    assert same_again(live)


async def test_ntplib_finds_a_clock_that_is_ahead_so():
    ntplib = pytest.importorskip("ntplib")
    began = epoch()
    live, port = udp(live_apps.time_server(began + 2_500_000))
    async with Begun(live, began / 1e6):
        answer = await in_thread(lambda: ntplib.NTPClient().request("127.0.0.1", 4, port.address[1], timeout=ENOUGH))
    assert as_right_as_can_be(answer.offset - 2.5, answer.delay)


@needs("ntpdig")
@pytest.mark.usefixtures("network_apart")
async def test_a_debian_client_queries_our_server(tmp_path):
    """ntpdig asks port 123 only: so all of it happens in a network namespace of its own."""
    script = tmp_path / "served.py"
    script.write_text(
        "import subprocess, sys, time, trio\n"
        "from core.kernel.world import World\n"
        "from core.live import Live\n"
        "from core.live.sockets import UdpPort\n"
        "from levels import live_apps\n"
        "began = time.time_ns() // 1000\n"
        "live = Live(World(live_apps.time_server(began + 2_500_000).scenario))\n"
        "UdpPort(live, 'server', live_apps.GUESTS, port=123)\n"
        "async def main():\n"
        "    async with trio.open_nursery() as nursery:\n"
        "        nursery.start_soon(live.run, 300, began / 1e6)\n"
        "        done = await trio.run_process(['ntpdig', '-t', '60', '127.0.0.1'], capture_stdout=True, check=False)\n"
        "        print(done.stdout.decode())\n"
        "        live.end()\n"
        "trio.run(main)\n"
    )
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import runpy; runpy.run_path({str(script)!r})",
    ]
    with tun.apart(command, output=subprocess.PIPE) as device:
        said = await in_thread(device.peer.stdout.read)
    found = re.search(rb" ([+-][0-9.]+) \+/- ([0-9.]+) ", said)
    assert found, said
    assert as_right_as_can_be(float(found[1]) - 2.5, 2 * float(found[2]))


@asynccontextmanager
async def chrony(folder):
    """A chronyd that serves this machine's time on a free port of loopback, and leaves the machine's clock alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    (folder / "chrony.conf").write_text(
        f"local stratum 3\nallow 127.0.0.1\nbindaddress 127.0.0.1\nport {address[1]}\ncmdport 0\nbindcmdaddress /\n"
        f"pidfile {folder}/chronyd.pid\n"
    )
    words = [shutil.which("chronyd"), "-d", "-x", "-u", "root", "-f", str(folder / "chrony.conf")]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(partial(trio.run_process, words, capture_stdout=True, capture_stderr=True, check=False))
        with trio.fail_after(ENOUGH), trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            heard = b""
            while not heard:  # asked again until it is up
                await probe.sendto(b"\x23" + bytes(47), address)
                with trio.move_on_after(0.2):
                    heard, _ = await probe.recvfrom(100)
        yield address
        nursery.cancel_scope.cancel()


@pytest.mark.skipif(os.geteuid() != 0, reason="chronyd keeps its rights only for root")
@needs("chronyd")
async def test_our_client_mends_its_clock_by_a_real_server(tmp_path):
    async with chrony(tmp_path) as there:
        began = epoch()
        level = live_apps.time_client(began, ahead=-700_000, requests=3)
        ours = Live(World(level.scenario))
        UdpPort(ours, "client", ["server"], peers={"server": there})
        async with Begun(ours, began / 1e6):
            with trio.fail_after(ENOUGH):
                await ours.until(lambda: bool(ours.world.nodes["client"].delivered))
            node = ours.world.nodes["client"]
            mine = [entry for entry in ours.world.trace if entry.node == "client"]
            asked, told = ([entry.time for entry in mine if entry.kind == kind] for kind in (kinds.SEND, kinds.RECEIVE))
            delay = (told[0] - asked[0]) / 1e6
            assert as_right_as_can_be((node.delivered[0] - 700_000) / 1e6, delay)
            with trio.fail_after(ENOUGH):
                await ours.until(
                    lambda: as_right_as_can_be((node.clock.read(ours.world.now) - ours.world.now) / 1e6, delay)
                )
        assert same_again(ours)


async def test_no_question_is_older_than_it_leaves_however_long_the_world_took_to_build():
    """T1 is the time at which our client starts, and it starts when the run does: not at the run's time 0."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.bind(("127.0.0.1", 0))
        there.settimeout(ENOUGH)
        began = epoch() - 3_600_000_000  # an hour to build it
        live = Live(World(live_apps.time_client(began, requests=1).scenario))
        UdpPort(live, "client", ["server"], peers={"server": there.getsockname()})
        before = epoch()
        async with Begun(live, began / 1e6):
            question = SNTP.decode(await in_thread(there.recv, 100), None)
            told, after = microseconds(question.transmit), epoch()
            assert before - STARTED * 1e6 <= told <= after + STARTED * 1e6
            assert [(arrival.what, arrival.at) for arrival in live.journal] == [("start", told - began)]
    assert same_again(live)


async def test_the_time_of_arrival_is_the_arrivals_however_long_the_player_thinks():
    """Questions come, each at a time that the kernel knows; the second waits behind the first, and both wait for their
    answers. T2 is never later than the datagram, T3 never earlier than the answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.settimeout(ENOUGH)
        began = epoch()
        session = LiveSession(live_apps.time_server(began, played=True).scenario)
        session.began = began / 1e6
        port = UdpPort(session.live, "server", live_apps.GUESTS)
        there.connect(port.address)

        def ask():
            """A question, and a picture that is drawn meanwhile, say; the latest time at which it can have come."""
            there.send(SNTP.encode(Packet(Mode.CLIENT, transmit=1), None))
            sent = epoch()
            busy_until(sent + 50_000)
            return sent + READ_APART

        async def answer():
            """The answer, and the earliest time at which it can have left."""
            with trio.fail_after(ENOUGH):
                await session.live.until(lambda: session.question is not None)
            busy_until(epoch() + 50_000)
            before = epoch() - READ_APART
            session.answer("their transmit")
            return SNTP.decode(await in_thread(there.recv, 100), None), before

        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            await trio.testing.wait_all_tasks_blocked()
            stamps = False
            while (
                not stamps
            ):  # the kernel begins to a while after somebody has asked it to, on a busy machine a long one
                latest = ask()
                told, _ = await answer()
                stamps = microseconds(told.receive) <= latest
            for latest in [ask(), ask()]:
                told, earliest = await answer()
                assert microseconds(told.receive) <= latest
                assert earliest <= microseconds(told.transmit) <= epoch() + READ_APART
            session.live.end()
            session.close()


READ_APART = 2000
"""µs by which two clocks may differ that are read as the same moment (see `seam.AT_ONCE`)."""


def busy_until(moment):
    while epoch() < moment:
        pass


# Web pages


def web():
    began = int(time.time())
    live, port = tcp(live_apps.web_server(began))
    return live, port, f"http://127.0.0.1:{port.address[1]}", began


@needs("curl")
async def test_curl_fetches_pages():
    live, _, url, began = web()
    async with Begun(live, began):
        assert b"<h1>Ackademy</h1>" in await run("curl", "-sS", url)
        assert await run("curl", "-sS", f"{url}/made") == b"onetwothree"  # chunked, as it is made
        big = await run("curl", "-sS", f"{url}/big")
        status = ["-o", "/dev/null", "-w", "%{http_code} %{size_download} %{num_connects}\n"]
        assert await run("curl", "-sS", *status, f"{url}/nowhere") == b"404 14 1\n"
        assert await run("curl", "-sSI", *status, url) == b"200 0 1\n"
        tag = ["-H", 'If-None-Match: "v1"']
        assert await run("curl", "-sS", *status, *tag, url) == b"304 0 1\n"
        kept = await run("curl", "-sS", *status, url, *status, url)
        assert [line.split()[2] for line in kept.splitlines()] == [b"1", b"0"]  # the connection was kept
        put = await run("curl", "-sS", *status, "-T", "-", f"{url}/", data=b"x" * 10)
        assert put.startswith(b"405 ")
    assert len(big) == 1_000_000
    assert same_again(live)


@needs("curl")
async def test_what_curl_hears_is_what_the_page_and_the_rfc_say():
    """Framing that curl would hide: a chunked body as it lies on the wire, every byte of a large one."""
    live, _, url, began = web()
    async with Begun(live, began):
        head, _, body = (await run("curl", "-sS", "-i", "--raw", f"{url}/made")).partition(b"\r\n\r\n")
        assert b"\r\nTransfer-Encoding: chunked" in head
        assert b"Content-Length" not in head
        assert body == b"3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"
        big = await run("curl", "-sS", f"{url}/big")
        status = ["-o", "/dev/null", "-w", "%{http_code}"]
        conditions = {
            'If-None-Match: "v2"': b"200",
            'If-None-Match: W/"v1", "v9"': b"304",
            "If-Modified-Since: Sun, 01 Nov 2026 00:00:00 GMT": b"304",
            "If-Modified-Since: Sat, 31 Oct 2026 23:59:59 GMT": b"200",
        }
        got = {words: await run("curl", "-sS", *status, "-H", words, url) for words in conditions}
    line = b"All bytes of this page are in this line, again and again."
    assert big == (line * (1_000_000 // len(line) + 1))[:1_000_000]
    assert got == conditions
    assert same_again(live)


async def test_after_a_head_or_a_304_comes_the_next_answer_and_no_body():
    """On a bare socket: what a client's buffer holds beyond a head, it may throw away and say nothing."""
    live, port, _, began = web()
    asked = (
        ("HEAD", "/", ""),
        ("HEAD", "/made", ""),
        ("GET", "/", 'If-None-Match: "v1"\r\n'),
        ("HEAD", "/nowhere", ""),
    )

    def client():
        with socket.create_connection(port.address, 10) as line:
            for method, path, field in asked:
                line.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n".encode())
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: line.recv(4096), b""))

    async with Begun(live, began):
        *heads, body = (await in_thread(client)).split(b"\r\n\r\n")
    assert [head.partition(b"\r\n")[0] for head in heads] == [
        b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK", b"HTTP/1.1 304 Not Modified", b"HTTP/1.1 404 Not Found",
        b"HTTP/1.1 200 OK",
    ]  # fmt: skip
    assert body.startswith(b"<h1>Ackademy</h1>")
    assert same_again(live)


async def test_a_python_client_hears_a_head_and_then_the_page_on_one_connection():
    live, port, _, began = web()

    def client():
        line = http.client.HTTPConnection(*port.address, timeout=ENOUGH)
        found = []
        for method, path, fields in (
            ("HEAD", "/", {}),
            ("HEAD", "/made", {}),
            ("GET", "/", {"If-None-Match": '"v1"'}),
            ("HEAD", "/nowhere", {}),
            ("GET", "/nowhere", {}),
            ("GET", "/made", {}),
            ("GET", "/", {}),
        ):
            line.request(method, path, headers=fields)
            answer = line.getresponse()
            found.append((answer.status, answer.read()[:14], answer.getheader("Content-Length") is not None))
        line.close()
        return found

    async with Begun(live, began):
        found = await in_thread(client)
    assert found == [
        (200, b"", True),
        (200, b"", True),
        (304, b"", False),
        (404, b"", True),
        (404, b"404 Not Found\n", True),
        (200, b"onetwothree", False),
        (200, b"<h1>Ackademy</", True),
    ]
    assert [arrival.what for arrival in live.journal].count("open") == 1
    assert same_again(live)


async def test_a_python_client_keeps_its_connection():
    live, port, _, began = web()

    def client():
        line = http.client.HTTPConnection(*port.address, timeout=ENOUGH)
        found = []
        for path in ("/", "/slow", "/nowhere", "/"):
            line.request("GET", path)
            answer = line.getresponse()
            found.append((answer.status, len(answer.read())))
        line.close()
        return found

    async with Begun(live, began):
        found = await in_thread(client)
    assert [status for status, _ in found] == [200, 200, 404, 200]
    assert [arrival.what for arrival in live.journal].count("open") == 1
    assert same_again(live)


async def test_pipelined_requests_are_answered_in_their_order():
    live, port, _, began = web()

    def client():
        with socket.create_connection(port.address, 10) as line:
            asked = [
                b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            ]
            line.sendall(b"".join(asked))
            return b"".join(iter(lambda: line.recv(4096), b""))

    async with Begun(live, began):
        got = await in_thread(client)
    assert got.index(b"half a second") < got.index(b"<h1>Ackademy</h1>")
    assert same_again(live)


async def test_who_asks_for_much_at_once_and_takes_nothing_costs_little():
    """Two thousand requests in one piece, for 200 MB: what they are answered with waits in turn, and so do they."""
    began = int(time.time())
    live, port = tcp(live_apps.web_server(began, "= /\nhello\n= /big size=100000\nmuch\n"))

    def greedy(line):
        line.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)

    def client():
        with socket.create_connection(port.address, 10) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: line.recv(4096), b""))

    async with Begun(live, began):
        with await in_thread(socket.create_connection, port.address, 10) as line:
            await in_thread(greedy, line)
            assert (await in_thread(client)).endswith(b"hello")
            waiting = []
            with trio.fail_after(ENOUGH):
                while max(waiting, default=0) <= sockets.MOST_WAITING:
                    await trio.testing.wait_all_tasks_blocked()
                    waiting = [len(line.waiting) for line in port._lines.values()]
    assert sockets.MOST_WAITING < max(waiting) < sockets.MOST_WAITING + 10_000_000
    assert same_again(live)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", b"505"),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n", b"414"),
        (b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", b"501"),
    ],
    ids=["TLS", "two hosts", "another version", "a long line", "a foreign coding"],
)
async def test_garbage_gets_the_status_of_the_rfc_and_the_neighbour_its_page(sent, status):
    live, port, _, began = web()

    def client(data):
        with socket.create_connection(port.address, 10) as line:
            line.sendall(data)
            return b"".join(iter(lambda: line.recv(4096), b""))

    async with Begun(live, began):
        neighbour = await in_thread(socket.create_connection, port.address, 10)
        got = await in_thread(client, sent)
        neighbour.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        page = await in_thread(lambda: b"".join(iter(lambda: neighbour.recv(4096), b"")))
        neighbour.close()
    assert got.startswith(b"HTTP/1.1 " + status)
    assert page.startswith(b"HTTP/1.1 200 ")
    assert same_again(live)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    ],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
async def test_who_ends_early_gets_no_page_and_the_neighbour_its_own(sent):
    """A request that is cut short is none (RFC 9112 section 8); its connection is not kept for it."""
    live, port, _, began = web()

    def client(data):
        with socket.create_connection(port.address, 10) as line:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(4096), b""))

    async with Begun(live, began):
        neighbour = await in_thread(socket.create_connection, port.address, 10)
        got = await in_thread(client, sent)
        neighbour.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        page = await in_thread(lambda: b"".join(iter(lambda: neighbour.recv(4096), b"")))
        neighbour.close()
        server = live.world.nodes["server"].machine
        with trio.fail_after(ENOUGH):
            await live.until(lambda: not server.sessions)
    assert got == b"" or got.startswith(b"HTTP/1.1 4")
    assert page.startswith(b"HTTP/1.1 200 ")
    assert same_again(live)
