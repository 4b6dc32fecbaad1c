"""`ackademy live` as a program: what it prints, its exit status, and that it leaves nothing behind."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.record import read, verify
from levels.loader import from_text
from tests.patience import ENOUGH

ROOT = Path(__file__).parents[2]


@contextmanager
def started(home, *words, before=()):
    """The command, running; whatever becomes of the test, it does not outlive it."""
    environ = {**os.environ, "ACKADEMY_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = [*before, sys.executable, "-m", "tui", "live", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=pipe, stderr=pipe, text=True) as program:
        try:
            yield program
        finally:
            program.kill()


def ran(home, *words, before=()):
    """Exit status, standard output, standard error."""
    with started(home, *words, before=before) as program:
        out, err = program.communicate(timeout=ENOUGH)
    return program.returncode, out, err


def verified(path):
    """The world of a run that was written, once it has replayed."""
    run = read(path)
    found = verify(run, lambda text, seed: from_text(text, run.header.level).scenario.reseeded(seed))
    assert found.verified, found.why
    return found.world


@pytest.mark.usefixtures("network_apart", "curl")
@pytest.mark.parametrize("words", [["--curl"], ["--fetch"], ["--curl", "--loss", "5%", "--reorder", "0.1"]])
def test_tcp_against_the_kernel(tmp_path, words):
    status, out, err = ran(tmp_path, "tcp", *words, "--size", "30KB", "--json")
    assert status == 0, err
    told = json.loads(out)
    assert told["got"]["md5_equal"] is True
    assert told["got"]["bytes"] == 30_000
    assert told["ended"] == ["closed"]
    assert f"The run is saved as {told['run']}" in err
    verified(told["run"])


@pytest.mark.usefixtures("network_apart", "curl")
def test_in_words(tmp_path):
    status, out, _ = ran(tmp_path, "tcp", "--curl", "--size", "1000", "--record", str(tmp_path / "mine.run"))
    assert status == 0
    assert re.search(r"^curl: 1,000 bytes in [0-9.]+ s, MD5 [0-9a-f]{32} equal$", out, re.M)
    verified(tmp_path / "mine.run")


@pytest.mark.skipif(os.geteuid() != 0, reason="a device among the machine's interfaces takes root")
@pytest.mark.skipif(shutil.which("nsenter") is None, reason="nsenter is not installed")
@pytest.mark.usefixtures("network_apart", "curl")
def test_a_page_for_every_program_until_ctrl_c(tmp_path):
    """In a network namespace of the test's own, whose other programs are run there by nsenter."""
    with started(tmp_path, "tcp", "--size", "20KB", "--json", before=("unshare", "-n")) as program:
        said = "".join(program.stderr.readline() for _ in range(3))
        assert "on the network 10.201." in said
        url = re.search(r"http://[0-9.]+/", said)[0]
        inside = ["nsenter", "-t", str(program.pid), "-n"]
        for _ in range(2):
            got = subprocess.run(
                [*inside, "curl", "-sS", "-m", str(ENOUGH), url], capture_output=True, check=True, timeout=ENOUGH
            )
            assert len(got.stdout) == 20_000
        links = subprocess.run([*inside, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True).stdout
        assert "ack0" in links
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=ENOUGH)
    assert program.returncode == 0
    told = json.loads(out)
    assert told["connections"] == 2
    verified(told["run"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
def test_without_rights_it_says_so_in_one_sentence(tmp_path):
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--")
    status, out, err = ran(tmp_path, "tcp", before=nobody)
    assert (status, out) == (2, "")
    assert re.fullmatch(r"ackademy live: .*(root|opened|TUN).*\n", err)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it ends before that")
@pytest.mark.parametrize("how", ["--curl", "--play"])
def test_without_curl_it_says_so_in_one_sentence(tmp_path, monkeypatch, how):
    monkeypatch.setenv("PATH", str(tmp_path))
    status, out, err = ran(tmp_path, "tcp", how)
    assert (status, out, err) == (2, "", "ackademy live: curl is not installed (Debian: apt install curl)\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: PROTOCOL"),
        (["tcp", "--curl", "--fetch"], "not allowed with"),
        (["tcp", "--loss", "100%"], "'100%' is no share"),
        (["tcp", "--size", "20MB"], "more than 16 MB"),
        (["tcp", "--for", "0"], "no number of seconds"),
    ],
)
def test_wrong_usage(tmp_path, words, said):
    status, _, err = ran(tmp_path, *words)
    assert status == 2
    assert said in err


@pytest.mark.parametrize(
    ("words", "asked", "answer"),
    [
        (["uppercase"], b"hello\n", b"HELLO\n"),
        (["uppercase", "--udp"], b"hello", b"HELLO"),
        (["http"], b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"HTTP/1.1 200 OK"),
    ],
    ids=["lines", "datagrams", "pages"],
)
def test_a_server_on_a_socket_of_this_machine(tmp_path, words, asked, answer):
    with started(tmp_path, *words, "--json") as program:
        said = program.stderr.readline()
        port = int(re.search(r"127\.0\.0\.1, port (\d+), for this machine only", said)[1])
        kind = socket.SOCK_DGRAM if "--udp" in words else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as client:
            client.settimeout(ENOUGH)
            client.connect(("127.0.0.1", port))
            client.send(asked)
            assert client.recv(4096).startswith(answer)
        # The same port once more is one sentence.
        status, out, err = ran(tmp_path, *words, "--port", str(port))
        assert (status, out) == (2, "")
        assert err == (
            f"ackademy live: {'UDP' if '--udp' in words else 'TCP'} port {port} of 127.0.0.1 cannot be had: "
            "address already in use\n"
        )
        program.send_signal(signal.SIGTERM)
        out, _ = program.communicate(timeout=ENOUGH)
    assert program.returncode == 0
    told = json.loads(out)
    assert told["address"] == ["127.0.0.1", port]
    verified(told["run"])


def test_our_client_asks_our_server_for_the_time(tmp_path):
    with started(tmp_path, "sntp", "--json") as server:
        port = re.search(r"port (\d+),", server.stderr.readline())[1]
        status, out, err = ran(tmp_path, "sntp", "--ask", port, "--ahead=-1500ms", "--json", "--for", str(ENOUGH))
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=ENOUGH)
    assert status == 0, err
    told = json.loads(out)
    assert abs(told["offsets_us"][0] - 1_500_000) < 500_000  # a busy machine is late on one of the ways
    verified(told["run"])


def test_nobody_answers_our_client(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        status, out, _ = ran(tmp_path, "sntp", "--ask", str(silent.getsockname()[1]), "--for", "1", "--json")
    assert status == 1
    assert json.loads(out)["offsets_us"] == []


def test_a_site_may_have_any_letters_and_what_is_wrong_with_it_is_said(tmp_path):
    site = tmp_path / "site"
    site.write_text("= / type=text/plain;charset=utf-8\nGrüße 😀\n", encoding="utf-8")
    status, _, err = ran(tmp_path, "http", "--site", str(site), "--for", "0.2")
    assert status == 0, err
    for wrong, said in (("nowhere", "begins with /"), ("= /\n\x1b[2J", "U+001B would reach the terminal")):
        site.write_text(wrong, encoding="utf-8")
        status, out, err = ran(tmp_path, "http", "--site", str(site), "--for", "0.2")
        assert (status, out) == (2, "")
        assert said in err
        assert "Traceback" not in err
