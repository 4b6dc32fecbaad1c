"""A live run is on the disk as it goes: after kill -9 its file replays, is verified and exported as far as it went."""

import json
import os
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from core.kernel import trace as kinds
from core.kernel.seats import Random
from core.kernel.time import show_duration
from core.kernel.world import World, replayed
from core.live import Live
from core.live.recording import LiveRecorder
from core.record import LIVE, RunFileError, read, scenario_of, verify, with_journal
from levels.live_apps import GUESTS
from levels.loader import from_text
from tests.live.test_command import ran, started, verified
from tests.live.test_replays import Chaos, scenario
from tests.patience import ENOUGH
from tests.test_platforms import KINDS, elsewhere

ROOT = Path(__file__).parents[2]

needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")


def compiled(run):
    return lambda text, seed: from_text(text, run.header.level).scenario.reseeded(seed)


def executed(run):
    """The world at the end of what the file knows."""
    return replayed(scenario_of(run, compiled(run)), run.answers)


def ackademy(home, *words):
    environ = {**os.environ, "ACKADEMY_HOME": str(home)}
    command = [sys.executable, "-m", "tui", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=ENOUGH)


# Killed


CASES = {
    "lines": (["uppercase"], lambda number: b"line %d\n" % number, lambda number: b"LINE %d\n" % number, "LINE 2"),
    "datagrams": (
        ["uppercase", "--udp"],
        lambda number: b"word %d" % number,
        lambda number: b"WORD %d" % number,
        "WORD 2",
    ),
    # The answer leaves half a second after the last arrival: that moment is in the file, too.
    "pages": (
        ["http"],
        lambda number: b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n",
        lambda number: b"a second.",
        "200 OK",
    ),
}


def hear(client, end):
    """What comes, until it has this end."""
    heard = b""
    while not heard.endswith(end):
        more = client.recv(4096)
        assert more, heard
        heard += more


@needs_kill
@pytest.mark.parametrize("name", CASES)
def test_after_kill_9_a_headless_run_is_there_as_far_as_anybody_heard_of_it(tmp_path, name):
    words, asked, answer, shown = CASES[name]
    with started(tmp_path, *words) as program:
        said = "".join(program.stderr.readline() for _ in range(3))
        port = int(re.search(r"127\.0\.0\.1, port (\d+), for this machine only", said)[1])
        path = Path(re.search(r"^The run is written as it goes: (.*)$", said, re.M)[1])
        kind = socket.SOCK_DGRAM if "--udp" in words else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as client:
            client.settimeout(ENOUGH)
            client.connect(("127.0.0.1", port))
            for number in range(3):
                client.send(asked(number))
                hear(client, answer(number))
            program.send_signal(signal.SIGKILL)
            program.wait(timeout=ENOUGH)
    run = read(path)
    assert run.header.kind == LIVE
    assert not run.over
    world = executed(run)
    left = [entry for entry in world.trace if entry.kind == kinds.RECEIVE and entry.node in GUESTS]
    assert len(left) >= 3  # every answer that we got is in it
    found = verify(run, compiled(run))
    assert not found.verified
    assert re.search(r"no result: this live run was cut short, or is still under way: known up to \d", found.why)
    told = ackademy(tmp_path, "replay", str(path), "--plain")
    assert told.returncode == 0, told.stderr
    assert shown in told.stdout
    assert told.stdout.splitlines()[-1] == (
        f"This live run was cut short, or is still under way: known up to {show_duration(run.cut)}."
    )
    assert "WON" not in told.stdout
    out = tmp_path / "out.jsonl"
    exported = ackademy(tmp_path, "export", str(path), "--jsonl", str(out), "--json")
    assert exported.returncode == 0, exported.stderr
    assert f"{path}: this live run was cut short" in exported.stderr
    figures = json.loads(exported.stdout)
    assert figures["cut_us"] == run.cut
    assert figures["entries"] == len(world.trace) == len(out.read_text().splitlines()) - 1
    # Nothing is begun, nothing is left behind, by looking at it.
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@needs_kill
def test_killed_before_anybody_came(tmp_path):
    with started(tmp_path, "sntp", "--record", str(tmp_path / "mine.run")) as program:
        while "written as it goes" not in program.stderr.readline():
            assert program.poll() is None
        program.send_signal(signal.SIGKILL)
        program.wait(timeout=ENOUGH)
    run = read(tmp_path / "mine.run")
    assert (run.cut, run.journal) == (0, ())
    told = ackademy(tmp_path, "replay", str(run.path), "--plain")
    assert told.returncode == 0, told.stderr
    assert "known up to 0 ms." in told.stdout


@needs_kill
@pytest.mark.skipif(os.geteuid() != 0, reason="a device among the machine's interfaces takes root")
@pytest.mark.skipif(shutil.which("nsenter") is None, reason="nsenter is not installed")
@pytest.mark.usefixtures("network_apart", "curl")
def test_after_kill_9_of_our_tcp_the_page_that_curl_got_is_in_the_file(tmp_path):
    path = tmp_path / "mine.run"
    words = ("tcp", "--size", "20KB", "--record", str(path))
    with started(tmp_path, *words, before=("unshare", "-n")) as program:
        said = "".join(program.stderr.readline() for _ in range(4))
        url = re.search(r"http://[0-9.]+/", said)[0]
        inside = ["nsenter", "-t", str(program.pid), "-n"]
        got = subprocess.run(
            [*inside, "curl", "-sS", "-m", str(ENOUGH), url], capture_output=True, check=True, timeout=ENOUGH
        )
        program.send_signal(signal.SIGKILL)
        program.wait(timeout=ENOUGH)
    run = read(path)
    assert not run.over
    sent = [entry.detail for entry in executed(run).trace if entry.kind == kinds.RECEIVE and entry.node == "client"]
    page = {(segment.sequence - sent[0].sequence) % 2**32: segment.payload for segment in sent if segment.payload}
    heard = b"".join(page[place] for place in sorted(page))
    assert heard.partition(b"\r\n\r\n")[2] == got.stdout
    exported = ackademy(tmp_path, "export", str(path), "--pcapng", str(tmp_path / "x.pcapng"), "--at", "server")
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "x.pcapng").stat().st_size > 20_000


def child_of(program, name):
    """The id of the program of this name that it has started."""
    deadline = time.monotonic() + ENOUGH
    while time.monotonic() < deadline:
        for children in Path(f"/proc/{program.pid}/task").glob("*/children"):
            for child in children.read_text().split():
                with suppress(OSError):  # it has gone
                    if Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[0].endswith(name.encode()):
                        return int(child)
        time.sleep(0.01)
    raise AssertionError(f"no {name} was started")


@needs_kill
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc here")
@pytest.mark.usefixtures("network_apart", "curl")
@pytest.mark.parametrize(
    ("words", "peer"),
    [
        (["tcp", "--curl", "--size", "10MB", "--loss", "10%"], "curl"),
        (["bittorrent", "--aria2", "--size", "16MB"], "aria2c"),
    ],
    ids=["curl", "aria2"],
)
def test_after_kill_9_the_peer_that_we_started_ends_too(tmp_path, words, peer):
    if shutil.which(peer) is None:
        pytest.skip(f"{peer} is not installed")
    with started(tmp_path, *words) as program:
        handle = os.pidfd_open(child_of(program, peer))
        try:
            deadline = time.monotonic() + ENOUGH
            while not any(file.stat().st_size for file in tmp_path.glob("runs/*.run")):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            program.send_signal(signal.SIGKILL)
            program.wait(timeout=ENOUGH)
            ended = select.poll()
            ended.register(handle, select.POLLIN)
            assert ended.poll(ENOUGH * 1000), f"{peer} goes on without us"
        finally:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            os.close(handle)
    (file,) = (tmp_path / "runs").glob("*.run")
    assert not read(file).over


# At every moment


def recorded(path, live):
    return LiveRecorder(path, live, level="live/loud", text="text")


async def test_at_every_moment_the_file_explains_all_that_has_left(autojump_clock, tmp_path):
    """Whatever the network does, and whatever a seat answers: each time something leaves, the file alone leads to it,
    and to nothing else."""
    texts = [await explained(tmp_path / f"{seed}.run", seed) for seed in range(6)]
    assert sum('{"reached": ' in text for text in texts) > 1  # what left by a timer
    assert sum('"choice": ' in text for text in texts) > 1


def watched(port, path, game):
    """Look into the file whenever something leaves by this port, as whoever gets it might; the runs that were there."""
    live, departs, looked = port.live, port.depart, []

    def look(departure):
        run = read(path)
        rows = replayed(with_journal(game, run.journal, run.until), run.answers).trace.rows
        assert rows == live.world.trace.rows[: len(rows)]
        assert not run.over
        assert run.cut == live.world.now
        assert list(run.answers) == live.world.answers
        assert len(rows) >= live._told  # the row that is leaving is the last of these
        looked.append(run)
        departs(departure)

    port.depart = look
    return looked


async def explained(path, seed):
    """Run one such run, and look; the text of its file."""
    game = scenario(played=True)
    live = Live(World(game, Random(seed)))
    port = Chaos(live, random.Random(seed), 60)
    looked = watched(port, path, game)
    with recorded(path, live) as recorder, trio.fail_after(ENOUGH):
        await live.run()
    assert len(looked) > 5
    run = read(path)
    assert run.over
    assert run.cut is None
    assert run.until == run.ended == live.ended
    assert run.result == recorder.result
    found = verify(run, lambda text, seed: scenario(played=True, seed=seed))
    assert found.verified, found.why
    return path.read_text()


async def test_cut_anywhere_it_is_a_run(autojump_clock, tmp_path):
    """A kill may leave any number of bytes of what was written."""
    game = scenario()
    live = Live(World(game))
    Chaos(live, random.Random(3), 25)
    path = tmp_path / "one.run"
    with recorded(path, live), trio.fail_after(ENOUGH):
        await live.run()
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    rows = live.world.trace.rows
    longest = 0
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        if size < first:
            with pytest.raises(RunFileError):
                read(path)
            continue
        run = read(path)
        assert run.torn == (whole[size - 1 : size] != b"\n")
        assert (run.cut is None) == run.over == (b'"ended"' in whole[: whole.rindex(b"\n", 0, size) + 1])
        again = replayed(with_journal(game, run.journal, run.until), run.answers).trace.rows
        assert again == rows[: len(again)]
        assert len(again) >= longest
        longest = len(again)
    assert longest == len(rows)


# What may go wrong with the file


async def test_a_disk_that_was_full_for_a_while_costs_nothing(autojump_clock, tmp_path):
    class Full:
        def write(self, data):
            raise OSError(28, "No space left on device")

        def close(self):
            pass

    live = Live(World(scenario()))
    Chaos(live, random.Random(1), 20)
    told = []
    path = tmp_path / "one.run"
    with LiveRecorder(path, live, level="x", text="text", failed=told.append) as recorder, trio.fail_after(ENOUGH):
        recorder._file.close()
        recorder._file = Full()
        await live.run()
        assert read(path).journal == ()
    assert [error.strerror for error in told] == ["No space left on device"]
    assert recorder.error is None
    found = verify(read(path), lambda text, seed: scenario(seed=seed))
    assert found.verified, found.why


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_file_that_cannot_be_written_is_one_sentence_before_anybody_can_come(tmp_path):
    for wanted in ("/dev/full", str(tmp_path)):
        status, out, err = ran(tmp_path, "uppercase", "--record", wanted)
        assert (status, out) == (2, "")
        assert re.fullmatch(r"ackademy live: .*\n", err)


def test_a_file_that_another_command_writes_is_refused(tmp_path):
    path = tmp_path / "mine.run"
    with started(tmp_path, "uppercase", "--record", str(path)) as program:
        while "written as it goes" not in program.stderr.readline():
            assert program.poll() is None
        status, _, err = ran(tmp_path, "uppercase", "--record", str(path))
        assert (status, err) == (2, f"ackademy live: {path} is written by another game\n")
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=ENOUGH)
    verified(path)


async def test_what_fails_in_the_middle_leaves_an_unended_run(autojump_clock, tmp_path):
    """An error of ours is no end: the file says so, and holds what led to it."""
    live = Live(World(scenario()))
    port = Chaos(live, random.Random(2), 20)
    path = tmp_path / "one.run"

    async def breaks():
        for _ in range(10):
            port.one()
            await trio.sleep(0.001)
        raise ZeroDivisionError

    port.run = breaks
    with pytest.raises(ExceptionGroup), recorded(path, live):
        await live.run()
    run = read(path)
    assert not run.over
    assert list(run.journal) == live.journal
    assert run.cut >= run.journal[-1].at


# Elsewhere


@pytest.mark.parametrize("kind", KINDS)
def test_where_there_are_no_locks_a_run_that_is_cut_short_is_there_too(kind, tmp_path):
    """As far as it can be seen from here; the process ends without a chance to write what it still holds."""
    path = tmp_path / "mine.run"
    code = f"""
from core.kernel.world import World
from core.live import Live
from core.live.recording import LiveRecorder
from levels.live_apps import uppercase_udp
level = uppercase_udp()
live = Live(World(level.scenario))
recorder = LiveRecorder({str(path)!r}, live, level=level.id, text=level.text)
live.arrive("guest-1", "server", "datagram", b"word")
os._exit(9)
"""
    done = elsewhere(code, kind)
    assert done.returncode == 9, done.stderr
    run = read(path)
    assert [arrival.data for arrival in run.journal] == [b"word"]
    assert not run.torn
    assert any(entry.node == "guest-1" and entry.kind == kinds.RECEIVE for entry in executed(run).trace)
