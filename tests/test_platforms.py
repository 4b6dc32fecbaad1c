"""Windows and macOS, as far as it can be seen from here: everything imports without what they lack, and what cannot be
had there is said in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import ENOUGH

ROOT = Path(__file__).parents[1]

ELSEWHERE = """
import sys
import asyncio, concurrent.futures, ctypes, curses, email, importlib.metadata, logging, multiprocessing, os, pathlib
import platform, shutil, signal, socket, sqlite3, subprocess, tempfile, urllib.request, zoneinfo
import aiohttp, platformdirs, rich, textual.app, textual.drivers.headless_driver, trio
import core, levels, tui

kind, *rest = sys.argv[1:]
for name in list(sys.modules):
    if name.startswith(("core.", "levels.", "tui.")):
        raise AssertionError(f"{name} was loaded too early")
platform.platform()  # what it says is kept
sys.platform = kind
if kind == "win32":
    # What CPython's documentation marks as "Availability: Unix".
    for name in ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"):
        sys.modules[name] = None
    for module, names in {
        os: "fork forkpty getuid geteuid getgid killpg mkfifo openpty O_CLOEXEC O_NONBLOCK pwrite sched_getaffinity "
            "set_blocking setsid uname wait4",
        signal: "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGSTOP SIGUSR1 SIGUSR2 SIGWINCH alarm setitimer",
        socket: "AF_UNIX CMSG_LEN CMSG_SPACE SCM_RIGHTS SO_REUSEPORT socketpair",
    }.items():
        for name in names.split():
            vars(module).pop(name, None)
else:
    for name in ("AF_NETLINK", "AF_PACKET", "SOCK_CLOEXEC", "SOCK_NONBLOCK", "TCP_USER_TIMEOUT"):
        vars(socket).pop(name, None)
    vars(os).pop("sched_getaffinity", None)
"""

IMPORTS = """
import importlib, pkgutil
count = 0
for package in (core, levels, tui):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            count += 1
print(count)
"""

COMMAND = """
from tui.cli import main
try:
    status = main(rest)
except SystemExit as end:
    status = end.code
sys.exit(status)
"""

KINDS = ["win32", "darwin"]


def elsewhere(code: str, kind: str, *words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    import os

    environ = {**os.environ, "ACKADEMY_HOME": str(home or "/nonexistent")}
    return subprocess.run(
        [sys.executable, "-c", ELSEWHERE + code, kind, *words], cwd=ROOT, env=environ, capture_output=True, text=True,
        timeout=ENOUGH, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_module_imports(kind: str) -> None:
    done = elsewhere(IMPORTS, kind)
    assert done.returncode == 0, done.stderr[-2000:]
    files = [path for name in ("core", "levels", "tui") for path in (ROOT / name).rglob("*.py")]
    assert int(done.stdout) > len(files) * 0.9


def test_a_module_that_is_not_there_would_be_noticed() -> None:
    done = elsewhere("import fcntl", "win32")
    assert done.returncode != 0
    assert "fcntl" in done.stderr
    assert elsewhere("import fcntl", "darwin").returncode == 0


@pytest.mark.parametrize("words", [[], ["--curl"], ["--fetch"], ["--play"]], ids=["here", "curl", "fetch", "play"])
def test_tcp_against_the_kernel_cannot_be_had(words: list[str], tmp_path: Path) -> None:
    """In one sentence, before anything is written or any screen opens."""
    kind = KINDS[len(words)]
    done = elsewhere(COMMAND, kind, "live", "tcp", *words, home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "takes Linux" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_rest_of_the_commands_work(kind: str, tmp_path: Path) -> None:
    """A run is recorded, verified and told; a play is recorded and taken up again."""
    code = """
import os
from pathlib import Path
from tui.cli import main
home = Path(os.environ["ACKADEMY_HOME"])
run = str(home / "one.run")
assert main(["run", "premise/echo", "--record", run]) == 0
assert main(["replay", run, "--plain"]) == 0
assert main(["export", run, "--jsonl", str(home / "one.jsonl")]) == 0
assert main(["paths"]) == 0
assert main(["list"]) == 0

from core.record import scenario_of, read
from core.recorder import Recorder, journal_name, unfinished
from core.session import Session
from levels.loader import load
level = load("premise/echo")
session = Session(level.scenario)
journals = home / "journals"
recorder = Recorder(journals / journal_name("echo", 1, False), session, level=level.id, text=level.text)
while session.question is None:
    session.step()
session.answer(session.question.asked.book)
recorder.close()
left = unfinished(journals, level.id, level.scenario.digest())
assert left is not None and left.play == 1 and len(left.run.answers) == 1, left
again = Recorder(left.run.path, session, level=level.id, text=level.text, goes_on=left.run)
again.move(home / "moved.run")
again.close()
assert len(read(home / "moved.run").answers) == 1
"""
    tmp_path.joinpath("home").mkdir()
    done = elsewhere(code, kind, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("kind", KINDS)
def test_benchmarks_of_linux_are_skipped_with_the_reason(kind: str) -> None:
    done = elsewhere(
        "from core.bench import goodput, screen\nprint(screen.why_not())\ngoodput.main(['ours', 'no loss'])", kind
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Linux" in done.stdout.splitlines()[0]
    assert '"skipped": "' in done.stdout.splitlines()[1]


def test_help_of_live_loads_neither_trio_nor_a_device() -> None:
    """Help, the version and the lists come at once."""
    for words in (["live", "--help"], ["live", "tcp", "--help"], ["--version"], ["list"], ["list", "--json"]):
        code = (
            "import sys\nfrom tui.cli import main\n"
            "try: status = main(sys.argv[1:])\nexcept SystemExit as end: status = end.code\n"
            "slow = {'trio', 'textual', 'rich', 'asyncio', 'core.live', 'sqlite3'} & set(sys.modules)\n"
            "assert not status and not slow, (status, slow)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, timeout=ENOUGH
        )
        assert done.returncode == 0, (words, done.stderr)
    code = (
        "import sys\nfrom tui.cli import main\nassert main(['run', 'premise/echo']) == 0\n"
        "slow = {'trio', 'textual', 'rich', 'asyncio'} & set(sys.modules)\nassert not slow, slow"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=ENOUGH)
    assert done.returncode == 0, done.stderr
