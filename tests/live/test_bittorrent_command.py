"""`ackademy live bittorrent`, as it is typed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core import record
from core.protocols.bittorrent.messages import torrent_of
from core.wire import bencode
from levels.loader import from_text

ROOT = Path(__file__).parents[2]
needs_aria2 = pytest.mark.skipif(shutil.which("aria2c") is None, reason="aria2c is not installed")


def ackademy(home, *words, **more):
    environment = {**os.environ, "ACKADEMY_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "tui", "live", "bittorrent", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False, **more,
    )  # fmt: skip


@needs_aria2
def test_aria2_downloads_with_a_poisoner_there_and_the_run_replays(tmp_path):
    ended = ackademy(tmp_path, "--aria2", "--poisoner", "--size", "1MB", "--json")
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert (figures["equal"], figures["client_status"], figures["bytes"]) == (True, 0, 1_048_576)
    run = record.read(Path(figures["run"]))
    checked = record.verify(run, lambda text, seed: from_text(text, run.header.level).scenario)
    assert checked.verified, checked.why
    assert checked.world.trace_sha256() == figures["trace_sha256"]


def test_it_writes_a_torrent_file_and_ends_by_a_signal(tmp_path):
    words = [sys.executable, "-m", "tui", "live", "bittorrent", "--folder", str(tmp_path), "--size", "128KiB"]
    environment = {**os.environ, "ACKADEMY_HOME": str(tmp_path / "home")}
    with subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        said = [process.stderr.readline() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(30) == 0
    torrent = bencode.decode((tmp_path / "ackademy.bin.torrent").read_bytes())
    assert torrent[b"announce"].decode() in said[1]
    assert torrent[b"info"] == torrent_of("ackademy.bin", 2, 65536).info
    assert "127.0.0.1" in said[1]
    assert "Traceback" not in rest
    assert rest.startswith("The run is saved as ")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--port", "70000"], "70000 is no port: 0 to 65535"),
        (["--aria2", "--fetch"], "not allowed with"),
        (["--play", "--json"], "--play is for a screen"),
        (["--folder", "/nowhere/at/all"], "No such file or directory"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(tmp_path, words, problem):
    ended = ackademy(tmp_path, *words)
    assert ended.returncode == 2
    assert problem in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = ackademy(tmp_path, "--port", str(taken.getsockname()[1]), "--for", "1", "--folder", str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.strip().endswith("cannot be had: address already in use")
