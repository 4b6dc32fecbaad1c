"""What a visitor's game may not do, whatever part of it should try: the process forbids it to itself.

A visitor types keys, never code; this is for what the game itself can do for whoever sits at the machine: open an
editor, run a script, face real programs, read and write files. All that ends in a few acts that Python reports before
it does them (PEP 578), and here each is refused as the system refuses it: with a PermissionError, which every part of
the game must be able to say in a sentence anyway. A hook once set cannot be taken away.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

NEVER = frozenset(
    {
        "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.startfile/2", "os.system",
        "pty.spawn", "subprocess.Popen", "webbrowser.open", "socket.bind", "socket.connect", "socket.getaddrinfo",
        "socket.gethostbyaddr", "socket.gethostbyname", "socket.sendmsg", "socket.sendto",
    }
)  # fmt: skip
"""No other program, no editor, no script, and nobody to talk to."""
CHANGES = frozenset(
    {
        "os.chflags", "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.removexattr", "os.rename",
        "os.rmdir", "os.setxattr", "os.symlink", "os.truncate", "os.utime", "shutil.chown", "shutil.copyfile",
        "shutil.copymode", "shutil.copystat", "shutil.copytree", "shutil.make_archive", "shutil.move", "shutil.rmtree",
        "shutil.unpack_archive",
    }
)  # fmt: skip
"""What changes the files that it names."""
LOOKS = frozenset({"os.listdir", "os.scandir", "os.walk", "os.fwalk", "glob.glob", "glob.glob/2", "os.chdir"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SYSTEM = ("/usr/share/zoneinfo", "/usr/share/terminfo", "/usr/lib/terminfo", "/lib/terminfo", "/etc/terminfo",
          "/etc/localtime", "/etc/mime.types", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/dev/null",
          "/dev/urandom", "/sys/devices/system/cpu")  # fmt: skip
"""What Python itself may want to read, and tells nobody anything."""

MEMORY = 1 << 30
"""Bytes of address space of one visitor's game: its libraries and threads take half of that, whatever is played."""
FILE = 8 << 20
"""Bytes of one file."""
CPU = 3600
"""Seconds of a processor."""


class Guard:
    """The hook. `folder`: the visitor's own; `code`: where the game's and Python's files lie."""

    def __init__(self, folder: Path, code: Iterable[str]) -> None:
        self._own = os.path.realpath(folder)
        self._readable = (self._own, *(os.path.realpath(place) for place in code), *SYSTEM)
        self._checks: dict[str, Callable[[tuple[object, ...]], None]] = {
            "open": self._open,
            "sqlite3.connect": self._database,
            **dict.fromkeys(NEVER, self._never),
            **dict.fromkeys(CHANGES, self._change),
            **dict.fromkeys(LOOKS, self._look),
        }

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        check = self._checks.get(event)
        if check is not None:
            check(args)

    def _never(self, args: tuple[object, ...]) -> None:
        raise PermissionError(errno.EPERM, "Not here: a visitor's game starts no other program and calls nobody")

    def _open(self, args: tuple[object, ...]) -> None:
        path, mode, flags = args
        how = mode if isinstance(mode, str) else ""
        writes = any(letter in how for letter in "wax+") or (isinstance(flags, int) and bool(flags & WRITING))
        self._check(path, (self._own, "/dev/null") if writes else self._readable)

    def _database(self, args: tuple[object, ...]) -> None:
        path = args[0]
        name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        if name not in (":memory:", ""):
            self._check(name.removeprefix("file://").partition("?")[0], (self._own,))

    def _change(self, args: tuple[object, ...]) -> None:
        for arg in args:
            if isinstance(arg, str | bytes | os.PathLike):
                self._check(arg, (self._own,))

    def _look(self, args: tuple[object, ...]) -> None:
        self._check(args[0] if args else ".", self._readable)

    def _check(self, path: object, places: tuple[str, ...]) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a file that is open already
        name = os.path.realpath(os.fsdecode(path))
        if not any(name == place or name.startswith(place + os.sep) for place in places):
            raise PermissionError(errno.EACCES, "Not here: a visitor's game keeps to its own folder", os.fsdecode(path))


def enter(folder: Path) -> None:
    """From now on this process is a visitor's: it keeps to `folder`, and to its share of the machine. For good."""
    _limit()
    os.chdir(folder)
    code = {sys.prefix, sys.base_prefix, sys.exec_prefix, *(place for place in sys.path if place)}
    sys.addaudithook(Guard(folder, code))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
