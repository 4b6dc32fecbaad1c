"""The screen on a terminal of its own (a pty of 120×40): the game beside a bare Textual app, in the same run.

start   from the start of the process until the first words are on the screen.
keys    from a key press until what it changed is on the screen, while 50 nodes run at ×16. In the bare app nothing
        else happens. One in which a clock moves, too, is reported beside it: there Textual, unless it is told
        otherwise, lets a key press wait for the next of its 60 updates a second.
idle    the part of one core that a play screen takes while it waits for the player.

The game is started as users start it, `python -m tui`, with an `ACKADEMY_HOME` of its own; nothing of it is imported.
Linux only: the idle figure reads /proc, and ptys elsewhere buffer differently.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType

from core.bench.measuring import Figure, SkippedError, interleaved, measured, median, median_ratio

COLUMNS, ROWS = 120, 40
NODES = 50
PATIENCE = 120.0
"""Seconds after which what should have been painted never will be."""
GRACE = 5.0
"""Seconds that a program has to end before it is killed."""

NOT_PASSED_ON = ("NO_COLOR", "LINES", "COLUMNS", "PYTHONDONTWRITEBYTECODE", "TEXTUAL_FPS")
"""Variables that would change what the programs do: without bytecode the game would be compiled at every start, and
Textual, which pip has compiled, would not; the last is one that the game sets for itself."""
TITLE_WORDS = "be one node"
LEVEL_WORDS = "go on: "
"""On the title, once the levels have been read and it is known with which of them to go on."""
FILM_WORDS = "my turn"
"""In the film of the first level, which the very first start opens."""
BARE_WORDS = "x16"
BARE_APP = """\
import sys

from textual.app import App
from textual.widgets import Static


class Bare(App):
    def compose(self):
        yield Static("x16", id="speed")
        yield Static("", id="clock")

    def on_mount(self):
        self.ticks = 0
        if "moving" in sys.argv:
            self.set_interval(1 / 20, self.tick)

    def tick(self):
        self.ticks += 1
        self.query_one("#clock", Static).update(str(self.ticks))

    def on_key(self, event):
        words = {"plus": "x32", "minus": "x16"}
        if event.key in words:
            self.query_one("#speed", Static).update(words[event.key])


Bare().run()
"""
"""What a Textual app costs at the least: a word that two keys change, and with "moving" a clock, 20 times a second."""

UPDATE = b"\x1b[?2026h"
"""What begins a synchronised update (DEC mode 2026), where the terminal has said that it takes them."""
_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, modes
    rb"|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS and other strings
    rb"|\x1b[ -/]*[0-~]"
)


class Ended(Exception):  # noqa: N818 - not an error of ours: what became of the program
    """The program on the terminal has ended; the text is the last it said."""


class Terminal:
    """A program on a pty of its own; a context manager that ends it.

    `wait_for(words)` reads what it paints. Raises Ended if the program ends first, TimeoutError if it never paints it.
    """

    def __init__(self, argv: Sequence[str], home: Path) -> None:
        import fcntl
        import pty
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "ACKADEMY_HOME": str(home)}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.painted = self.updates = 0
        """Bytes so far, and synchronised updates begun."""
        self._unread = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                deadline = time.perf_counter() + GRACE
                while self.process.poll() is None and time.perf_counter() < deadline:
                    with suppress(Ended):
                        self._read(0.05)  # a program that cannot write cannot end
        self.process.wait()
        os.close(self.master)

    def _read(self, seconds: float) -> None:
        """Take what has been painted, waiting at most so long for it."""
        if not select.select([self.master], [], [], max(0.0, seconds))[0]:
            return
        try:
            data = os.read(self.master, 65536)
        except OSError:  # EIO: nobody has the other side open any more
            data = b""
        if not data:
            raise Ended(self._last_words())
        self.painted += len(data)
        self.updates += (self._unread[1 - len(UPDATE) :] + data).count(UPDATE)
        self._unread += data

    def _last_words(self) -> str:
        lines = [line.strip() for line in _ESCAPES.sub(b"", self._unread).decode(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "it said nothing")

    def wait_for(self, words: str, timeout: float = PATIENCE) -> float:
        """`time.perf_counter()` when the words were on the screen; what was painted up to them is forgotten."""
        wanted = words.encode()
        deadline = time.perf_counter() + timeout
        while True:
            now = time.perf_counter()
            if wanted in _ESCAPES.sub(b"", self._unread):
                self._unread = b""
                return now
            if now > deadline:
                raise TimeoutError(f"{words!r} was never painted; the last was {self._last_words()!r}")
            self._unread = self._unread[-200_000:]
            self._read(deadline - now)

    def rest(self, seconds: float) -> None:
        """Let it paint for so long, and forget that."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._read(left)
            self._unread = self._unread[-200_000:]
        self._unread = b""

    def rest_until_ended(self, timeout: float = GRACE) -> None:
        """Let it paint until it has ended, but not for longer than that."""
        with suppress(Ended):
            self.rest(timeout)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout)

    def press(self, key: str) -> float:
        """Type; return when, by `time.perf_counter()`."""
        now = time.perf_counter()
        os.write(self.master, key.encode())
        return now

    def cpu_seconds(self) -> float:
        """The processor time that the program and all its threads have taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# The programs


def game(*words: str) -> list[str]:
    """The game's command line."""
    return [sys.executable, "-m", "tui", *words]


def bare(home: Path, *words: str) -> list[str]:
    """The bare app's command line; its file is written into `home`."""
    path = home / "bare_app.py"
    path.write_text(BARE_APP, "utf-8")
    return [sys.executable, str(path), *words]


def pinging_level(path: Path, title: str, clients: int, starts: str) -> Path:
    """A level file in which so many clients ping a server without end; the player's node would begin after `starts`."""
    path.write_text(
        f"""\
[level]
title = "{title}"
[nodes]
"c1..c{clients}" = {{ runs = "echo.client", count = 1000 }}
me = {{ runs = "echo.client", starts = "{starts}" }}
server = {{ runs = "echo.server" }}
[links]
default = {{ latency = "40ms" }}
[seats]
me = {{ player = ["echo.patience"] }}
[play]
sight = "all"
[goal]
win = ["me has every answer, in order, once"]
limit = "3600s"
""",
        "utf-8",
    )
    return path


def busy_level(home: Path) -> Path:
    """Fifty nodes, the server and the player's among them."""
    return pinging_level(home / "busy.toml", "Fifty nodes", NODES - 2, "1800s")


# One measurement each


def seasoned(home: Path) -> Path:
    """A home of the game in which it has been started before: the very first start is a film, and shows no title."""
    path = home / "seasoned"
    if not path.exists():
        with Terminal(game(), path) as terminal:
            terminal.wait_for(FILM_WORDS)
    return path


def start(who: str, home: Path) -> dict[str, float]:
    """Seconds from the start of the process to the first words; of the game also until its levels are there."""
    if who != "ours":
        with Terminal(bare(home), home) as terminal:
            return {"seconds": terminal.wait_for(BARE_WORDS) - terminal.started}
    with Terminal(game(), seasoned(home)) as terminal:
        return {
            "seconds": terminal.wait_for(TITLE_WORDS) - terminal.started,
            "ready": terminal.wait_for(LEVEL_WORDS) - terminal.started,
        }


def keys(who: str, home: Path, presses: int) -> dict[str, float]:
    """Milliseconds from key press to repaint: the median and the 95th percentile."""
    argv = game("play", str(busy_level(home))) if who == "ours" else bare(home, who)
    with Terminal(argv, home) as terminal:
        if who == "ours":
            terminal.wait_for("x1")
            for speed in ("x2", "x4", "x8", "x16"):
                terminal.press("+")
                terminal.wait_for(speed)
        else:
            terminal.wait_for(BARE_WORDS)
        terminal.rest(1.0)
        taken = []
        for number in range(presses):
            key, words = (("+", "x32"), ("-", "x16"))[number % 2]
            pressed = terminal.press(key)
            taken.append((terminal.wait_for(words) - pressed) * 1000)
            terminal.rest(0.05 + number * 37 % 50 / 1000)  # in no rhythm with the frames
    return {"p50": statistics.median(taken), "p95": statistics.quantiles(taken, n=20, method="inclusive")[-1]}


def idle(home: Path, seconds: float) -> dict[str, float]:
    """The part of one core, in per cent, that a play screen takes while its question waits."""
    with Terminal(game("play", "premise/echo"), home) as terminal:
        terminal.wait_for("Which number goes back?")
        terminal.rest(2.0)
        before, since = terminal.cpu_seconds(), time.perf_counter()
        terminal.rest(seconds)
        return {"percent": 100 * (terminal.cpu_seconds() - before) / (time.perf_counter() - since)}


# The benchmarks


def why_not() -> str:
    """Why the screen cannot be measured here; "" if it can."""
    if not sys.platform.startswith("linux"):
        return "measured on Linux only"
    for name in ("textual", "tui"):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed"
    return ""


@contextmanager
def bench_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ackademy-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _run(what: str, who: str, home: Path, *words: object) -> dict[str, float]:
    return measured("core.bench.screen", what, who, str(home), *map(str, words))


def _in_turn(rounds: int, what: str, home: Path, whose: Sequence[str], *words: object) -> list[list[dict[str, float]]]:
    """The measurement of each of these programs, in turn."""
    return interleaved(rounds, [partial(_run, what, who, home, *words) for who in whose])


def bench_start(quick: bool) -> list[Figure]:
    """Cold start to first paint: the game against the bare app."""
    if reason := why_not():
        return [Figure("start", "ratio to a bare Textual app", 0, "x", 1.5, "at most", reason)]
    with bench_folder() as home:
        _in_turn(1, "start", home, ("ours", "bare"))  # does not count: it writes bytecode and the progress file
        ours, peer = _in_turn(3 if quick else 7, "start", home, ("ours", "bare"))
    return [
        Figure("start", "the game's first paint", round(median(ours, "seconds") * 1000), "ms"),
        Figure("start", "until the game's levels are there", round(median(ours, "ready") * 1000), "ms"),
        Figure("start", "a bare Textual app's first paint", round(median(peer, "seconds") * 1000), "ms"),
        Figure("start", "ratio to a bare Textual app", round(median_ratio(ours, peer, "seconds"), 2), "x", 1.5,
               "at most"),
    ]  # fmt: skip


def bench_keys(quick: bool) -> list[Figure]:
    """Key press to repaint while 50 nodes run at ×16: the game against the bare app."""
    if reason := why_not():
        return [Figure("keys", "p95 against a bare Textual app", 0, "x", 1.5, "at most", reason)]
    rounds, presses = (1, 40) if quick else (3, 80)
    with bench_folder() as home:
        ours, moving, still = _in_turn(rounds, "keys", home, ("ours", "moving", "still"), presses)
    ratio = round(median_ratio(ours, still, "p95"), 2)
    return [
        Figure("keys", "p50, 50 nodes at x16", round(median(ours, "p50"), 1), "ms"),
        Figure("keys", "p95, 50 nodes at x16", round(median(ours, "p95"), 1), "ms"),
        Figure("keys", "p95 of a bare Textual app", round(median(still, "p95"), 1), "ms"),
        Figure("keys", "p95 of one with a moving clock", round(median(moving, "p95"), 1), "ms"),
        Figure("keys", "p95 against a bare Textual app", ratio, "x", 1.5, "at most"),
    ]


def bench_idle(quick: bool) -> list[Figure]:
    """What a play screen takes of a core while it waits for the player."""
    if reason := why_not():
        return [Figure("idle", "a waiting play screen", 0, "% of a core", 3.0, "at most", reason)]
    with bench_folder() as home:
        figures = _run("idle", "ours", home, 4 if quick else 10)
    return [Figure("idle", "a waiting play screen", round(figures["percent"], 2), "% of a core", 3.0, "at most")]


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.screen WHAT WHO HOME [PRESSES|SECONDS]`."""
    what, who, home = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    try:
        if reason := why_not():
            raise SkippedError(reason)
        if what == "start":
            figures = start(who, home)
        elif what == "keys":
            figures = keys(who, home, int(sys.argv[4]))
        else:
            figures = idle(home, float(sys.argv[4]))
    except SkippedError as reason:
        print(json.dumps({"skipped": str(reason)}))
    except (Ended, TimeoutError) as error:
        ended = "the program ended: " if isinstance(error, Ended) else ""
        sys.exit(f"{ended}{error}")
    else:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
