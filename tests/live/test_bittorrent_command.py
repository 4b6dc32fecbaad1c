"""`ackademy live bittorrent`, as it is typed."""

import json
import shutil
import signal
import socket

import pytest

from core.kernel import trace as kinds
from core.protocols.peers.bittorrent.messages import torrent_of
from core.wire import bencode, peerwire
from tests.live.test_command import ran, started, verified
from tests.patience import ENOUGH
from tui.cli import main

needs_aria2 = pytest.mark.skipif(shutil.which("aria2c") is None, reason="aria2c is not installed")


@needs_aria2
def test_aria2_downloads_with_a_poisoner_there_and_the_run_replays(tmp_path):
    status, out, err = ran(tmp_path, "bittorrent", "--aria2", "--poisoner", "--size", "1MB", "--json")
    assert status == 0, err
    figures = json.loads(out)
    assert (figures["equal"], figures["client_status"], figures["bytes"]) == (True, 0, 1_048_576)
    world = verified(figures["run"])
    torrent = world.nodes["mal"].machine.torrent
    sent = [entry for entry in world.trace if entry.kind == kinds.SEND and isinstance(entry.detail, peerwire.Piece)]
    false = [
        entry.node
        for entry in sent
        if entry.detail.block != torrent.block(entry.detail.index, entry.detail.begin, len(entry.detail.block))
    ]
    assert set(false) == {"mal"}


def test_it_writes_a_torrent_file_and_ends_by_a_signal(tmp_path):
    with started(tmp_path / "home", "bittorrent", "--folder", str(tmp_path), "--size", "128KiB") as program:
        said = [program.stderr.readline() for _ in range(5)]
        program.send_signal(signal.SIGINT)
        _, rest = program.communicate(timeout=ENOUGH)
    assert program.returncode == 0
    torrent = bencode.decode((tmp_path / "ackademy.bin.torrent").read_bytes())
    assert torrent[b"announce"].decode() in said[1]
    assert torrent[b"info"] == torrent_of("ackademy.bin", 2, 65536).info
    assert "127.0.0.1" in said[1]
    where = said[4].removeprefix("The run is written as it goes: ")
    assert rest == f"The run is saved as {where}"
    verified(where.strip())


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--port", "70000"], "70000 is no port: 0 to 65535"),
        (["--aria2", "--fetch"], "not allowed with"),
        (["--play", "--json"], "--play is for a screen"),
        (["--play", "--for", "5"], "--for is for runs without a screen"),
        (["--folder", "/nowhere/at/all"], "/nowhere/at/all/ackademy.bin.torrent: no such file or directory"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(tmp_path, words, problem):
    status, _, err = ran(tmp_path, "bittorrent", *words)
    assert status == 2
    assert problem in err
    assert "Traceback" not in err


def test_a_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        status, _, err = ran(tmp_path, "bittorrent", "--port", port, "--for", "1", "--folder", str(tmp_path))
    assert status == 2
    assert err.strip().endswith("cannot be had: address already in use")


def test_a_port_in_use_is_said_before_a_screen_opens(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tui.commands.screen_options.why_no_screen", lambda: None)
    monkeypatch.setattr("tui.live.play_live", lambda *play: pytest.fail("a screen was opened"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["live", "bittorrent", "--play", "--port", str(taken.getsockname()[1])]) == 2
    assert capsys.readouterr().err.strip().endswith("cannot be had: address already in use")
