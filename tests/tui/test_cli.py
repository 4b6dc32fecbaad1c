"""The command line, run as a program: statuses, speed of import, no terminal, signals on a real one."""

import fcntl
import importlib
import json
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from importlib import metadata
from pathlib import Path

import pytest

from levels.loader import load
from tests.patience import ENOUGH
from tui import __version__, cli
from tui.commands import NAMES, module_of
from tui.platform import find_paths
from tui.progress import Progress

ROOT = Path(__file__).resolve().parents[2]


def ackademy(*words: str, home: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "ACKADEMY_HOME": str(home or "/nonexistent"), **variables}
    command = [sys.executable, "-m", "tui", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=ENOUGH, stdin=subprocess.DEVNULL
    )


def test_version_is_the_projects() -> None:
    assert ackademy("--version").stdout == f"ackademy {__version__}\n"
    assert metadata.version("ackademy") == __version__


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["run", "--help"], ["paths"]])
def test_what_needs_no_screen_imports_no_textual_and_no_trio(words: list[str]) -> None:
    code = (
        "import sys\nfrom tui.cli import main\ntry: main(sys.argv[1:])\nexcept SystemExit as end: assert not end.code\n"
        "slow = {'textual', 'trio', 'rich', 'sqlite3', 'core.kernel', 'core.session', 'levels'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, timeout=ENOUGH
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert f"examples:\n  ackademy {name}" in text or "ACKADEMY_HOME" in text


def examples() -> list[list[str]]:
    """The words of every example in the help, without what stands beside it and what it is piped into."""
    modules = [importlib.import_module(f"tui.commands.{module_of(name)}") for name in NAMES]
    lines = [line for text in (cli.EXAMPLES, *(module.EXAMPLES for module in modules)) for line in text.splitlines()]
    commands = [line.strip().removeprefix("ACKADEMY_HOME=/tmp/try ") for line in lines]
    return [shlex.split(re.split(r"\s{2,}| \| ", line)[0])[1:] for line in commands if line.startswith("ackademy ")]


@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_every_example_of_the_help_can_be_typed(words: list[str]) -> None:
    if words[:1] == ["COMMAND"]:
        return
    args = cli.make_parser(words).parse_args(words)
    level = getattr(args, "level", None) or getattr(args, "subject", None)
    if level is not None and "/" in level.rstrip("/"):
        assert load(level).id == level


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plya"], "did you mean play?"),
        (["zzz"], "there are play"),
        (["run"], "LEVEL|FILE"),
        (["run", "a/b", "--seed", "x"], "--seed"),
        (["play", "a/b", "--seed", "-1"], "not a whole number of at least 0"),
        (["play", "a/b", "--seed", "9" * 20], "is more than 9223372036854775807"),
        (["explore", "echo", "--bound", "0"], "not a whole number of at least 1"),
        (["--fps", "0"], "1 to 60"),
        (["list", "--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_status_2_and_two_lines(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 2


def test_paths_all_lie_below_the_home_given(tmp_path: Path) -> None:
    found = json.loads(ackademy("paths", "--json", home=tmp_path).stdout)
    names = "progress settings identity keys runs journals traps courses pictures reports"
    assert set(found) == set(names.split())
    assert all(Path(path).is_relative_to(tmp_path) for path in found.values())
    assert not list(tmp_path.iterdir())  # asking makes nothing
    text = ackademy("paths", home=tmp_path).stdout
    assert all(path in text for path in found.values())


def test_no_terminal_is_one_sentence() -> None:
    done = ackademy()
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "ackademy run LEVEL" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("replay", "gone.run"), "gone.run: no such file or directory"),
        (("export", "gone.run", "--svg", "-"), "gone.run: no such file or directory"),
        (("export", ".", "--svg", "-"), ".: is a directory"),
        (("new", "gone/level.toml", "--protocol", "echo"), "gone/level.toml: no such file or directory"),
        (("run", "premise/echo", "--record", "gone/x.run"), "gone/x.run: no such file or directory"),
    ],
)
def test_the_systems_errors_are_said_without_their_numbers(words: tuple[str, ...], said: str) -> None:
    done = ackademy(*words)
    assert done.returncode == 2
    assert done.stderr.endswith(f"ackademy {words[0]}: {said}\n")


class Terminal:
    """A program on a pseudo-terminal of its own, as its session's leader."""

    def __init__(self, home: Path, *words: str, code: str = "", **variables: str) -> None:
        self.output = b""
        command = [sys.executable, *(["-c", code] if code else ["-m", "tui"]), *words]
        environ = {**os.environ, "ACKADEMY_HOME": str(home), "TERM": "xterm-256color", **variables}
        begun, begins = os.pipe()  # is closed by exec: before that it is not the program that loses its terminal
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execvpe(command[0], command, environ)
        os.close(begins)
        os.read(begun, 1)
        os.close(begun)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read_until(self, text: str | None, seconds: float = ENOUGH) -> None:
        """Read until the text was seen (colours left out), or with None until the program has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text is not None and text in re.sub(
                r"\x1b\[[0-9;:?]*[a-zA-Z]", "", self.output.decode(errors="replace")
            ):
                return
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    more = os.read(self.fd, 65536)
                except OSError:
                    more = b""
                if not more:
                    if text is None:
                        return
                    break
                self.output += more
        raise AssertionError(f"{text!r} did not come: {self.output[-2000:]!r}")

    def status(self) -> int:
        self.read_until(None)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return status

    @property
    def is_restored(self) -> bool:
        """Whether the alternate screen and the mouse were switched off after they were last switched on."""
        return all(
            self.output.rfind(b"\x1b[?%sl" % mode) > self.output.rfind(b"\x1b[?%sh" % mode) >= 0
            for mode in (b"1049", b"1000")
        )


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_restore_the_terminal(tmp_path: Path, number: int, status: int) -> None:
    terminal = Terminal(tmp_path)
    terminal.read_until("my turn")
    assert not terminal.is_restored
    os.kill(terminal.pid, number)
    assert terminal.status() == status
    assert terminal.is_restored


def test_a_locale_that_is_not_utf_8_is_painted_in_ascii(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "play", "premise/echo", PYTHONIOENCODING="latin-1")
    terminal.read_until("client")
    os.write(terminal.fd, b"\x11")
    assert terminal.status() == 0
    assert b"\\u2" not in terminal.output
    assert terminal.output.isascii()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "words", [["list"], ["list", "--json"], ["paths"], ["--version"], ["--help"], ["run", "--help"],
              ["run", "premise/echo"], ["run", "premise/echo", "--json"]], ids=" ".join,
)  # fmt: skip
def test_what_cannot_be_written_is_one_sentence(tmp_path: Path, words: list[str]) -> None:
    environ = {**os.environ, "ACKADEMY_HOME": str(tmp_path)}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", *words], cwd=ROOT, env=environ, stdout=full, stderr=subprocess.PIPE,
            text=True, timeout=ENOUGH,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "ackademy: what it says could not be written: no space left on device\n"


def seasoned(home: Path) -> Path:
    """A home in which something has been played: the next start is not the first, which opens a level itself."""
    progress = Progress(find_paths({"ACKADEMY_HOME": str(home)}).progress)
    progress.begin("premise/wrong-turn", 1)
    progress.close()
    return home


def test_leaving_by_key_is_status_0(tmp_path: Path) -> None:
    seasoned(tmp_path)
    terminal = Terminal(tmp_path)
    terminal.read_until("go on: ")
    os.write(terminal.fd, b"q")
    assert terminal.status() == 0
    assert terminal.is_restored


def test_a_dumb_terminal_is_refused(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, TERM="dumb")
    assert terminal.status() == 2
    assert b"TERM=dumb" in terminal.output
    assert b"\x1b" not in terminal.output


def test_no_color_emits_no_colour(tmp_path: Path) -> None:
    seasoned(tmp_path)
    terminal = Terminal(tmp_path, NO_COLOR="1", COLORTERM="truecolor")
    terminal.read_until("go on: ")
    os.write(terminal.fd, b"m")
    terminal.read_until("PREMISE")
    os.write(terminal.fd, b"\x11")
    assert terminal.status() == 0
    colours = {part for codes in re.findall(rb"\x1b\[([0-9;]*)m", terminal.output) for part in codes.split(b";")}
    assert colours <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"22", b"39", b"49"}


def test_no_color_emits_no_colour_in_the_first_level_either(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, NO_COLOR="1", COLORTERM="truecolor")
    terminal.read_until("my turn")
    os.write(terminal.fd, b"x")
    terminal.read_until("You are the wire.")
    os.write(terminal.fd, b"\x11")
    assert terminal.status() == 0
    colours = {part for codes in re.findall(rb"\x1b\[([0-9;]*)m", terminal.output) for part in codes.split(b";")}
    assert colours <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"22", b"39", b"49"}


CRASH = """
import argparse, trio
from tui.app import AckademyApp
from tui.commands.screen_options import run_app
class Crashing(AckademyApp):
    def on_mount(self):
        async def session():
            await trio.sleep(0.3)
            raise ValueError("the engine broke")
        self.host.start(session)
raise SystemExit(run_app(Crashing(), argparse.Namespace()))
"""


def test_an_engine_crash_restores_the_terminal_and_names_the_report(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, code=CRASH)
    assert terminal.status() == 70
    assert terminal.is_restored
    (report,) = (tmp_path / "reports").iterdir()
    last = terminal.output[terminal.output.rfind(b"\x1b[?1049l") :].decode()
    assert str(report) in last.replace("\r\n", "\n")
    assert "ValueError: the engine broke" in last
    assert last.count("\n") <= 6  # no pages of locals
