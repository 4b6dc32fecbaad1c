"""What differs from machine to machine: folders, signals, and whether there is a terminal at all.

Nothing here imports textual or trio, so the command line can use it at no cost.
"""

from __future__ import annotations

import datetime
import errno
import os
import select
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from tui import __version__

if TYPE_CHECKING:
    import asyncio

APP_NAME = "ackademy"
HOME_VARIABLE = "ACKADEMY_HOME"
EXIT_USAGE = 2
EXIT_CRASH = 70  # EX_SOFTWARE of sysexits.h
EXIT_SIGHUP = 128 + 1
EXIT_SIGTERM = 128 + 15
GRACE, GRACE_WHEN_GONE = 5.0, 1.0
"""Seconds in which the game leaves by itself after a signal to end. Where the terminal has gone there is nothing to put
in order on it, and what was played is on the disk already."""


@dataclass(frozen=True)
class Paths:
    """Where Ackademy keeps its files. The folders need not exist."""

    data: Path
    config: Path
    runs: Path
    reports: Path

    @property
    def progress(self) -> Path:
        """The SQLite file with plays and settings."""
        return self.data / "progress.sqlite"

    @property
    def journals(self) -> Path:
        """Where plays are written while they are under way."""
        return self.data / "journals"

    @property
    def traps(self) -> Path:
        """Where levels are kept that the player has made by playing."""
        return self.data / "traps"

    @property
    def courses(self) -> Path:
        """Where installed courses are."""
        return self.data / "courses"

    @property
    def policies(self) -> Path:
        """Where a player's scripts are kept that were made of his moves."""
        return self.data / "policies"

    @property
    def sweeps(self) -> Path:
        """Where it is kept what those did on many seeds."""
        return self.data / "sweeps"

    @property
    def pictures(self) -> Path:
        """Where screens are kept as pictures."""
        return self.data / "pictures"

    @property
    def identity(self) -> Path:
        """The player's key pair, with which runs are signed."""
        return self.data / "identity.json"

    @property
    def keys(self) -> Path:
        """The optional file in which a player binds other keys."""
        return self.config / "keys.toml"


def find_paths(environ: Mapping[str, str] | None = None) -> Paths:
    """Return this user's folders; all lie below `ACKADEMY_HOME` if that is set and not empty."""
    environ = os.environ if environ is None else environ
    if home := environ.get(HOME_VARIABLE):
        root = Path(home).expanduser().absolute()
        return Paths(root / "data", root / "config", root / "runs", root / "reports")
    data = Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))
    config = Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))
    state = Path(platformdirs.user_state_dir(APP_NAME, appauthor=False))
    return Paths(data, config, data / "runs", state / "reports")


def language(environ: Mapping[str, str] | None = None) -> str:
    """The language that this user reads, by its code; "" if none is said."""
    environ = os.environ if environ is None else environ
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = environ.get(name, "").partition(":")[0].partition(".")[0].partition("@")[0]
        if code:
            return "" if code in ("C", "POSIX") else code
    return ""


def free_name(folder: Path, level: str, seed: int) -> Path:
    """A name for a run file that no other run has."""
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    stem = f"{level.replace('/', '-')}-seed{seed}-{stamp}"
    path = folder / f"{stem}.run"
    place = 2
    while path.exists():
        path = folder / f"{stem}-{place}.run"
        place += 1
    return path


def free_picture(folder: Path) -> Path:
    """A name for a picture of the screen that no other has."""
    stem = f"ackademy-{datetime.datetime.now():%Y%m%d-%H%M%S}"
    path, place = folder / f"{stem}.svg", 2
    while path.exists():
        path, place = folder / f"{stem}-{place}.svg", place + 1
    return path


def why_no_screen(environ: Mapping[str, str] | None = None) -> str | None:
    """Return why no game can be drawn here, as the start of a sentence, or None if it can.

    Standard error counts too: Textual paints on it.
    """
    environ = os.environ if environ is None else environ
    for name, stream in (("input", sys.stdin), ("output", sys.stdout), ("error", sys.stderr)):
        if stream is None or stream.closed or not stream.isatty():
            return f"standard {name} is not a terminal"
    if environ.get("TERM", "").lower() in ("dumb", "unknown"):
        return f"this terminal cannot place a cursor (TERM={environ['TERM']})"
    return None


def paints_utf8() -> bool:
    """Does the stream on which Textual paints take every letter? In a locale that is not UTF-8 it would write an
    escape for each that it lacks, and nothing would stand where it should."""
    encoding = getattr(sys.__stderr__, "encoding", None)
    return encoding is None or encoding.lower().replace("-", "").replace("_", "").startswith("utf")


Handler = Any
"""What `signal.signal` takes and returns."""


def on_end_signals(
    loop: asyncio.AbstractEventLoop, leave: Callable[[int], object], last: Callable[[int], object] = os._exit
) -> list[tuple[signal.Signals, Handler]]:
    """Have SIGTERM and SIGHUP call `leave(exit_status)` on the loop; return those that could be caught, each with who
    had it before. If the process is still there when its time is up (`GRACE`), `last(exit_status)` ends it.

    A Textual program that dies of them leaves the terminal in its alternate screen with the mouse on; and one whose
    terminal has gone may hang while it paints, so that its loop hears of nothing any more. Not asyncio's own handlers:
    those wait for the loop. Windows has no SIGHUP.
    """
    caught: list[tuple[signal.Signals, Handler]] = []
    for name, status in (("SIGTERM", EXIT_SIGTERM), ("SIGHUP", EXIT_SIGHUP)):
        number = getattr(signal, name, None)
        if number is None:
            continue

        def hear(signum: int, frame: object, status: int = status) -> None:
            grace = GRACE_WHEN_GONE if status == EXIT_SIGHUP and terminal_has_gone() else GRACE
            watch = threading.Timer(grace, last, (status,))
            watch.daemon = True
            watch.start()
            with suppress(RuntimeError):  # the loop has closed
                loop.call_soon_threadsafe(leave, status)

        try:
            before = signal.signal(number, hear)
        except (OSError, ValueError):
            continue  # not this platform, or not the main thread
        caught.append((number, before))
    return caught


def release_signals(caught: list[tuple[signal.Signals, Handler]]) -> None:
    """Undo `on_end_signals`."""
    for number, before in caught:
        signal.signal(number, before)


def hang_up() -> None:
    """Whoever finds that the terminal has gone ends this process as the system's own signal does, which may come later
    or never. From any thread."""
    if hasattr(signal, "SIGHUP"):
        os.kill(os.getpid(), signal.SIGHUP)


def terminal_has_gone() -> bool:
    """Is one of the three standard streams a terminal that has hung up? A pipe or a file never is."""
    try:
        import termios
    except ImportError:  # Windows hangs up nothing
        return False
    for number in range(3):
        try:
            termios.tcgetattr(number)
        except termios.error as error:
            if error.args[0] == errno.EIO:
                return True
            continue  # no terminal
        poll = select.poll()  # its other end is closed a moment before it is hung up, and takes nothing from then on
        poll.register(number, 0)
        if any(what & select.POLLHUP for _, what in poll.poll(0)):
            return True
    return False


def error_words(error: Exception) -> str:
    """What an error says to people: of one of the system's the file and the reason, not its number."""
    if isinstance(error, OSError) and error.strerror:
        reason = error.strerror[0].lower() + error.strerror[1:]
        return reason if error.filename is None else f"{error.filename}: {reason}"
    return str(error)


def version() -> str:
    """Return Ackademy's version, also from a checkout that was never installed."""
    return __version__


def versions() -> dict[str, str]:
    """Return the versions that a crash report needs, by name."""
    import platform
    from importlib import metadata

    found = {"ackademy": version(), "python": platform.python_version(), "system": platform.platform()}
    for name in ("textual", "trio", "rich"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    found["terminal"] = os.environ.get("TERM", "") or "not named"
    return found


def write_crash_report(folder: Path, error: BaseException, context: Mapping[str, object]) -> Path | None:
    """Write what happened to a new file and return its path; None if no folder takes it.

    `context` is whatever helps to play it again: level, seed, run file. The temporary folder is the second choice.
    """
    now = datetime.datetime.now(datetime.UTC)
    lines = [f"Ackademy crash report, {now.isoformat(timespec='seconds')}", ""]
    lines += [f"{name}: {value}" for name, value in {**versions(), **context}.items()]
    lines += ["", *"".join(traceback.format_exception(error)).splitlines(), ""]
    text = "\n".join(lines)
    for place in (folder, Path(tempfile.gettempdir())):
        path = place / f"crash-{now:%Y%m%d-%H%M%S}-{os.getpid()}.txt"
        try:
            place.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None
