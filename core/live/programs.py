"""The real programs that a level may face: its `program`. The game starts them on this machine, and ends them.

A level file names one of these and can say no more: it executes nothing of its own. Each keeps to this machine, on
loopback or on a network apart (core.live.tun); what it takes is asked for before anything is begun.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from core.kernel.protocol import Envelope
from core.kernel.scenario import Scenario
from core.live import tun
from core.live.packets import TunPort
from core.live.path import Shape
from core.live.seam import Live, LiveError
from core.live.sockets import LOOPBACK, StreamPort, UdpPort
from core.live.swarm import SwarmPort, metainfo
from core.protocols.peers.bittorrent.messages import Torrent, torrent_of
from core.protocols.transport.uppercase.sockets import LISTENING
from core.wire.sntp import SNTP, Mode, Packet, timestamp

Close = Callable[[], None]
"""Ends what was started. Harmless twice."""
TEXT = "The quick brown fox jumps over the lazy dog. " * 12
"""What curl puts."""
ARIA2 = (
    "aria2c", "-q", "--no-conf", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false",
    "--enable-peer-exchange=false", "--interface=127.0.0.1", "--bt-require-crypto=false", "--file-allocation=none",
)  # fmt: skip
"""aria2 that keeps to this machine and to the tracker that it is told of."""
LEECHES = 3
"""Clients that aria2 is started as."""
CALLERS = (b"anna was here\n", b"so was ben\n", b"and cleo\n")
"""What the callers of a level with nc say, a line each."""
AGAIN = 1.0
"""Seconds after which a program that was turned away, or told something untrue, tries again."""
NTP = (
    "import ntplib, sys; "
    "ntplib.NTPClient().request('127.0.0.1', port=int(sys.argv[1]), timeout=float(sys.argv[2]))"
)  # fmt: skip
BURST = 2.0
"""Seconds between two questions of a client that is in a hurry, as chronyd's iburst has them."""
PATIENT = 600
"""Seconds for which a program waits for a player."""


@dataclass(frozen=True)
class Program:
    """Real software that comes to a level's machine.

    name      as level files have it; `words`: what comes, for people.
    machine   what it comes to, as level files have it: "tcp.web".
    needs     raises LiveError in words if it cannot be had on this machine; it may take a moment.
    face      starts it before a live world whose machine it is to meet; `folder`: where its files may lie. Returns what
              ends it. Raises LiveError.
    instead   what comes in its place on this machine, in a sentence; "" if it comes itself. It may take a moment.
    """

    name: str
    words: str
    machine: str
    needs: Callable[[], None]
    face: Callable[[Live, Path], Close]
    instead: Callable[[], str] = lambda: ""

    def missing(self) -> str:
        """What is missing on this machine, in a sentence; "" if nothing is."""
        try:
            self.needs()
        except (LiveError, OSError) as error:
            return str(error)
        return ""


class Errands:
    """What runs programs one after the other beside a live world, in a thread, until all is done or `close`."""

    def __init__(self, work: Callable[[Errands], None]) -> None:
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []
        self._thread = threading.Thread(target=self._work, args=(work,), name="programs", daemon=True)
        self._thread.start()

    def _work(self, work: Callable[[Errands], None]) -> None:
        with suppress(OSError):  # a program that cannot be started comes to nobody: the player may leave
            work(self)

    @property
    def ended(self) -> bool:
        """Is nothing more to be done?"""
        return self._ended.is_set()

    def pause(self, seconds: float) -> bool:
        """Wait, unless it ends before; does it go on?"""
        return not self._ended.wait(seconds)

    def start(self, words: Sequence[str], **how: Any) -> subprocess.Popen[bytes] | None:
        """A program, which ends with all of this at the latest; None if that has ended."""
        with self._lock:
            if self.ended:
                return None
            program = subprocess.Popen(words, stderr=subprocess.DEVNULL, **how)
            self._running.append(program)
        return program

    def run(self, words: Sequence[str]) -> tuple[int, bytes]:
        """A program to its end: its exit status, and what it said."""
        program = self.start(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if program is None:
            return -1, b""
        said, _ = program.communicate()
        return program.returncode, said

    def close(self) -> None:
        """End what runs. Harmless twice."""
        self._ended.set()
        with self._lock:
            for program in self._running:
                if program.poll() is None:
                    program.kill()
        self._thread.join(AGAIN)
        for program in self._running:
            program.wait()
            for pipe in (program.stdin, program.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()


def _machine(live: Live) -> str:
    """The node that stands at the seam: ours."""
    return next(node.name for node in live.world.scenario.nodes if not node.outside and node.role != "tracker")


def _outside(live: Live) -> list[str]:
    return [node.name for node in live.world.scenario.nodes if node.outside]


# curl puts a text, through the kernel's TCP


def _needs_tun() -> None:
    tun.installed("curl")
    tun.apart(["true"]).close()


def curl_puts(live: Live, folder: Path, shape: Shape | None = None, seed: int = 1) -> Close:
    """curl, on a network apart, puts a text to the machine, which is the TCP of its host. Raises LiveError."""
    file = folder / "text"
    file.write_text(TEXT)
    device = tun.apart(["curl", "-s", "-o", os.devnull, "-H", "Expect:", "-T", str(file), "http://{ours}/text"])
    TunPort(live, device, _machine(live), _outside(live)[0], shape=shape, seed=seed)
    return device.close


# nc calls a server of streams


def uppercase_port(live: Live, port: int = 0) -> StreamPort:
    """The port of a server of streams, which reads what has come when it likes."""
    machine = _machine(live)
    return StreamPort(
        live, machine, _outside(live), half_open=True, port=port,
        unread=lambda name: int(live.world.nodes[machine].machine.unread(name)),
    )  # fmt: skip


def _nc_calls(live: Live, folder: Path) -> Close:
    """Three callers, each with a line, who hang up once they have it in capitals."""
    port = uppercase_port(live).address[1]
    server = live.world.nodes[_machine(live)]

    def calls(errands: Errands) -> None:
        while getattr(server.machine, "welcome", None) != LISTENING:  # it has no machine before it starts
            if not errands.pause(AGAIN / 10):
                return
        threads = []
        for line in CALLERS:
            threads.append(threading.Thread(target=call, args=(errands, line), daemon=True))
            threads[-1].start()
            errands.pause(AGAIN)
        for thread in threads:
            thread.join()

    def call(errands: Errands, line: bytes) -> None:
        while not errands.ended:
            program = errands.start(["nc", LOOPBACK, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            if program is None or program.stdin is None or program.stdout is None:
                return
            with suppress(OSError):
                program.stdin.write(line)
                program.stdin.flush()
            heard = program.stdout.readline()
            program.kill()  # which hangs up, whatever kind of nc it is
            if heard == line.upper() or not errands.pause(AGAIN):
                return

    return Errands(calls).close


# curl asks a web server

QUERIES: tuple[tuple[tuple[str, ...], str, int], ...] = (
    ((), "/", 200),
    ((), "/nowhere", 404),
    (("-H", 'If-None-Match: "v1"'), "/", 304),
    (("-X", "DELETE"), "/", 405),
    (("-H", "Host:"), "/", 400),
    (("-H", 'If-None-Match: "v0"'), "/", 200),
)
"""What curl asks, one after the other: its words, the path, and the status that is due."""


def _curl_gets(live: Live, folder: Path) -> Close:
    """A question is asked again until its answer is true."""
    port = StreamPort(live, _machine(live), _outside(live)).address[1]

    def asks(errands: Errands) -> None:
        always = ("curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "--max-time", str(PATIENT))
        for words, path, due in QUERIES:
            while errands.run([*always, *words, f"http://{LOOPBACK}:{port}{path}"])[1] != b"%d" % due:
                if not errands.pause(AGAIN):
                    return

    return Errands(asks).close


# aria2 comes into a swarm


def swarm_port(live: Live, number: int = 0) -> SwarmPort:
    """The port of a swarm: of our tracker, and of all peers of ours. Raises LiveError."""
    nodes = live.world.scenario.nodes
    peers = [node.name for node in nodes if node.role == "peer"]
    tracker = next((node.name for node in nodes if node.role == "tracker"), "")
    if not tracker:
        raise LiveError("no node of this level is a tracker, so that nobody would find the swarm")
    return SwarmPort(live, peers, _outside(live), tracker=tracker, port=number)


def torrent_in(scenario: Scenario) -> Torrent:
    """The torrent of its swarm."""
    spec = next(node for node in scenario.nodes if node.role == "peer").parameters
    return torrent_of(spec["file"], spec["pieces"], spec["piece_length"])


def leech(folder: Path, torrent: Path, number: int) -> subprocess.Popen[bytes]:
    """aria2 in a folder of its own, which stays as a seed when it has the file, and ends when this process has."""
    words = [f"--dir={folder / f'client-{number}'}", "--seed-ratio=0.0", "--max-upload-limit=200K",
             f"--stop-with-process={os.getpid()}", str(torrent)]  # fmt: skip
    null = subprocess.DEVNULL
    return subprocess.Popen([*ARIA2, *words], stdin=null, stdout=null, stderr=null)


def _aria2_leeches(live: Live, folder: Path) -> Close:
    port = swarm_port(live)
    torrent = torrent_in(live.world.scenario)
    path = folder / f"{torrent.name}.torrent"
    path.write_bytes(metainfo(torrent, port.announce))
    clients = [leech(folder, path, number) for number in range(LEECHES)]

    return partial(end, clients)


def end(programs: Sequence[subprocess.Popen[bytes]]) -> None:
    """At once. Harmless twice."""
    for program in programs:
        program.kill()
        program.wait()


# An NTP client asks the time


def _needs_ntp() -> None:
    if importlib.util.find_spec("ntplib") is None:
        raise LiveError("ntplib, a client of network time, is not installed (pip install ntplib)")


def _ntp_asks(live: Live, folder: Path) -> Close:
    """It asks, a moment apart, until the level is over: ntplib does not say whether an answer fits its question."""
    port = UdpPort(live, _machine(live), _outside(live)).address[1]

    def asks(errands: Errands) -> None:
        while not live.over and not errands.ended:
            errands.run([sys.executable, "-I", "-c", NTP, str(port), str(PATIENT)])
            errands.pause(AGAIN)

    return Errands(asks).close


# chronyd asks the time on a leap night


def chronyd() -> str:
    """Where a chronyd is that runs without rights; "" if there is none. Its folder may not be on everybody's path."""
    folders = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"))
    found = shutil.which("chronyd", path=folders)
    if found is None:
        return ""
    try:
        done = subprocess.run([found, "-U", "-v"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return ""
    return "" if done.returncode else found


def chronyd_words(found: str, port: int) -> tuple[str, ...]:
    """A chronyd that asks the server at a port of this machine a few times, two seconds apart, says by how much this
    machine's clock is wrong, and leaves it alone."""
    return (found, "-U", "-Q", "-t", "8", f"server {LOOPBACK} port {port} iburst")


def _no_chronyd() -> str:
    return "" if chronyd() else "chronyd 4 is not installed (Debian: apt install chrony): a client of ours asks instead"


def _chronyd_asks(live: Live, folder: Path) -> Close:
    """It asks from when the evening begins until the level is over. Each time it forgets what it has heard before."""
    port = UdpPort(live, _machine(live), _outside(live)).address[1]
    server = live.world.nodes[_machine(live)]
    found = chronyd()

    def asks(errands: Errands) -> None:
        while not getattr(getattr(server.machine, "night", None), "midnight", 0):  # it has no machine before it starts
            if not errands.pause(AGAIN / 10):
                return
        while not live.over and not errands.ended:
            if found and errands.run(chronyd_words(found, port))[0] == 0:
                errands.pause(AGAIN / 10)
            elif found or not ask_the_time(port):
                errands.pause(AGAIN)
            else:
                errands.pause(BURST)

    return Errands(asks).close


def ask_the_time(port: int) -> bool:
    """Our own client in chronyd's place: one question to a port of this machine; has its answer come in a second?"""
    asked = timestamp(time.time_ns() // 1000)
    question = Packet(Mode.CLIENT, transmit=asked)
    envelope = Envelope(LOOPBACK, LOOPBACK, 0, 0)  # which no NTP packet needs
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made, suppress(OSError, ValueError):
        made.settimeout(AGAIN)
        made.connect((LOOPBACK, port))
        made.send(SNTP.encode(question, envelope))
        return SNTP.decode(made.recv(1024), envelope).originate == asked
    return False


def _on_loopback() -> None:
    """A socket of loopback can be had: a visitor's game has none. Raises OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as made:
        made.bind((LOOPBACK, 0))


def _needs(*programs: str) -> Callable[[], None]:
    def needs() -> None:
        _on_loopback()
        for program in programs:
            tun.installed(program)

    return needs


PROGRAMS: Mapping[str, Program] = {
    program.name: program
    for program in (
        Program("curl puts", "curl puts a text here, through the kernel's own TCP", "tcp.web", _needs_tun, curl_puts),
        Program("nc calls", "three times nc calls, each with a line", "uppercase.tcp_server", _needs("nc"), _nc_calls),
        Program("curl gets", "curl asks for pages", "http.server", _needs("curl"), _curl_gets),
        Program("aria2 leeches", "three clients of aria2 come for a file", "bittorrent.peer", _needs("aria2c"),
                _aria2_leeches),
        Program("ntplib asks", "ntplib asks the time", "sntp.server", _needs_ntp, _ntp_asks),
        Program("chronyd asks", "chronyd asks the time, again and again", "sntp.server", _on_loopback, _chronyd_asks,
                _no_chronyd),
    )
}  # fmt: skip
"""By name."""
