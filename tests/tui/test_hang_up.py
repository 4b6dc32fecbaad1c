"""Whoever closes the terminal leaves no process behind, at whatever moment."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.recorder import Recorder
from core.session import Session
from levels.loader import load
from tests.patience import ENOUGH
from tests.tui.test_cli import Terminal, seasoned
from tui import platform
from tui.input_first import Lasting
from tui.platform import find_paths
from tui.progress import Progress

SCREENS = {
    "before the first": ([], None),
    "title": ([], "go on: "),
    "play": (["play", "swarm/quid-pro-quo"], "reached you"),
    "replay": (["replay"], "reached you"),
    "the first level": ([], "my turn"),
    "map": ([], "go on: "),
    "present": (["present", "pipe/next-byte-please"], "question 1"),
}
KEYS = {"map": b"m", "title": b"", "play": b"", "present": b"5\r"}
"""What is typed a moment before the terminal is closed: a screen is on its way then."""


IN_TIME = "import time; time.sleep(2)"
"""A process that lives for two seconds: an hour glass that a busy machine holds up as it holds up the game."""


def left(terminal: Terminal) -> tuple[int, bool]:
    """The exit status of who loses its terminal now, and whether it was gone in two seconds; fails if it goes on."""
    glass = subprocess.Popen([sys.executable, "-c", IN_TIME])
    os.close(terminal.fd)
    try:
        end = time.monotonic() + ENOUGH
        while time.monotonic() < end:
            is_in_time = glass.poll() is None
            pid, status = os.waitpid(terminal.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status), is_in_time
            time.sleep(0.01)
    finally:
        glass.kill()
        glass.wait()
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)
    raise AssertionError("it goes on without a terminal")


def recorded(home: Path) -> str:
    """A run file of half a level."""
    level = load("swarm/quid-pro-quo")
    session = Session(level.scenario)
    path = home / "half.run"
    with Recorder(path, session, level=level.id, text=level.text):
        while session.question is None and session.step():
            pass
    return str(path)


def hang_up(home: Path, screen: str, seed: int) -> tuple[int, bool]:
    """Close the terminal at some moment after this screen is there; see `left`."""
    words, text = SCREENS[screen]
    dice = random.Random(seed)
    if screen in ("title", "map"):
        seasoned(home)
    terminal = Terminal(home, *words, *([recorded(home)] if screen == "replay" else []))
    if text is not None:
        terminal.read_until(text)
        os.write(terminal.fd, KEYS.get(screen, b""))
    moment = time.monotonic() + dice.uniform(0, 0.5)
    while (rest := moment - time.monotonic()) > 0:
        if select.select([terminal.fd], [], [], rest)[0]:
            terminal.output += os.read(terminal.fd, 65536)
    return left(terminal)


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(5, 50))])
@pytest.mark.parametrize("screen", SCREENS)
def test_a_closed_terminal_ends_the_process(tmp_path: Path, screen: str, seed: int) -> None:
    status, is_in_time = hang_up(tmp_path, screen, seed)
    assert status in (platform.EXIT_SIGHUP, -signal.SIGHUP), status  # before there is a game the system itself ends it
    assert is_in_time
    assert not (tmp_path / "reports").exists()  # nothing has crashed
    progress = Progress(find_paths({"ACKADEMY_HOME": str(tmp_path)}).progress)
    assert progress.problem is None
    assert not progress.in_memory
    if screen in ("play", "map"):
        assert not progress.is_first_start  # what was begun is there
    progress.close()


WITHOUT_A_SIGNAL = """
import contextlib, os, signal, sys
from tui.cli import main
signal.signal(signal.SIGHUP, signal.SIG_IGN)
os.write(1, b"here")
with contextlib.suppress(OSError):
    while os.read(0, 1):
        pass
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "words", [[], ["list"], ["--help"], ["paths"], ["play", "premise/echo"], ["nonsense"]], ids=str
)
def test_whoever_finds_no_terminal_before_the_signal_comes_ends_as_the_signal_would(
    tmp_path: Path, words: list[str]
) -> None:
    terminal = Terminal(tmp_path, *words, code=WITHOUT_A_SIGNAL)
    terminal.read_until("here")
    status, _ = left(terminal)
    assert status == platform.EXIT_SIGHUP


WHILE_STARTING = """
import argparse, os, signal
from tui.app import AckademyApp
from tui.commands.screen_options import run_app
class Ending(AckademyApp):
    def on_load(self):
        super().on_load()
        os.kill(os.getpid(), signal.SIGTERM)
raise SystemExit(run_app(Ending(), argparse.Namespace()))
"""


def test_who_is_ended_before_the_first_picture_has_not_crashed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, code=WHILE_STARTING)
    assert terminal.status() == platform.EXIT_SIGTERM
    assert b"crashed" not in terminal.output
    assert not (tmp_path / "reports").exists()


BEHIND_A_SHELL = """
import signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "tui"])
signal.signal(signal.SIGHUP, signal.SIG_IGN)
sys.exit(abs(child.wait()))
"""


def test_the_game_sees_for_itself_that_there_is_nothing_more_to_read(tmp_path: Path) -> None:
    """The signal goes to the session's leader, and whether that passes it on is its own affair."""
    terminal = Terminal(tmp_path, code=BEHIND_A_SHELL)
    terminal.read_until("my turn")
    status, is_in_time = left(terminal)
    assert status in (platform.EXIT_SIGHUP, signal.SIGHUP)  # by itself, or when it was as good as gone
    assert is_in_time


def test_three_times_going_on_leaves_one_thread_for_keys_and_one_for_pictures(tmp_path: Path) -> None:
    terminal = Terminal(seasoned(tmp_path))
    terminal.read_until("1501")  # the title's world runs: its engine has its thread
    threads = Path(f"/proc/{terminal.pid}/task")
    before = len(list(threads.iterdir())) if threads.exists() else 0
    for _ in range(3):
        os.kill(terminal.pid, signal.SIGCONT)
        time.sleep(0.05)
    assert not before or len(list(threads.iterdir())) == before
    os.write(terminal.fd, b"\x11")
    assert terminal.status() == 0
    assert terminal.is_restored


def test_a_terminal_that_has_gone_takes_what_is_written_and_is_told_of_once() -> None:
    told = []

    class Gone:
        def write(self, text: str) -> None:
            raise OSError(5, "Input/output error")

        def flush(self) -> None:
            raise OSError(5, "Input/output error")

        def fileno(self) -> int:
            return 7

    file = Lasting(Gone(), lambda: told.append(True))
    for _ in range(100):
        file.write("x")
        file.flush()
    assert told == [True]
    assert file.fileno() == 7
