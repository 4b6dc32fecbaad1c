"""Run files: written while the run goes on, so that whatever ends it, the file holds it up to there.

Every line is handed to the operating system once it is put, before what it tells of has an effect outside. So it is
there after the process, however that ends, on Linux, macOS and Windows alike. It is not forced onto the medium (fsync
takes milliseconds a line): a power cut may take the last seconds. What is left of a last line has no end and is not
read. The file is where it is to be found in the end, or is closed and moved there: Windows renames no open file.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections import deque
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Self

from core.record.identity import Signer
from core.record.writing import line_of, seal_line

if sys.platform != "win32":
    import fcntl


class RunFile:
    """A run file that is being written, by this process alone.

    Raises OSError where it cannot be written at first, BlockingIOError if another game writes it; if the disk fails
    later, nothing more is written, and `error` says what happened.

    goes_on  what is there stays, but for a line without its end; else the file begins anew.
    signer   who signs its seals; None: nobody.
    """

    def __init__(self, path: Path | str, *, goes_on: bool = False, signer: Signer | None = None) -> None:
        self.path = Path(path)
        self.signer = signer
        self.error: OSError | None = None
        self._known = 0
        """The last moment (true µs) of which its lines tell."""
        self._lines: deque[str | None] = deque()
        """What waits to be written; None: a seal over all before it."""
        self._sum = sha256()
        """Of all that is in the file."""
        self._sealed = False
        """Is its last line a seal, once all that waits is written?"""
        self._at_the_file = threading.Lock()
        self.later = False
        """Does somebody else call `drain`, in good time?"""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Not "wb": what another game writes must still be there when the lock says so.
        self._file: IO[bytes] | None = self.path.open("r+b" if goes_on else "ab")
        if not lock(self._file):
            self._file.close()
            raise BlockingIOError(f"{self.path} is written by another game")
        if goes_on:
            held = self.path.read_bytes()
            held = held[: held.rfind(b"\n") + 1]
            self._file.truncate(len(held))  # what a kill left of a last line
            self._file.seek(0, os.SEEK_END)
            self._sum.update(held)
        elif self.path.is_file():  # and no pipe or device
            self._file.truncate(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is left, a seal, and no more. Harmless twice."""
        if not self._sealed:
            self.seal()
        self.drain()
        with self._at_the_file:
            if self._file is not None:
                with suppress(OSError):
                    self._file.close()
                self._file = None

    @property
    def closed(self) -> bool:
        """Is it closed?"""
        return self._file is None

    @property
    def waits(self) -> bool:
        """Are there lines that somebody has still to drain?"""
        return bool(self._lines)

    def move(self, path: Path) -> None:
        """Write what is left, and let the file be at `path` from now on. Raises OSError; it stays where it is then."""
        self.drain()
        with self._at_the_file:
            was_open = self._file is not None
            if self._file is not None:
                self._file.close()
                self._file = None
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    self.path.replace(path)
                except OSError:
                    shutil.copyfile(self.path, path)  # another file system
                    self.path.unlink()
                self.path = path
            finally:
                if was_open:
                    self._file = self.path.open("ab")
                    lock(self._file)

    def discard(self) -> None:
        """Close, and take the file away: nothing was played."""
        self._sealed = True
        self.close()
        self.path.unlink(missing_ok=True)

    def put(self, line: str, at: int = 0) -> None:
        """Write a line, which tells of the moment `at` (true µs), if of any."""
        self._known = max(self._known, at)
        if self._file is None or self.error is not None:
            return
        self._lines.append(line)
        self._sealed = False
        if not self.later:
            self.drain()

    def seal(self) -> None:
        """Write a checksum of all that was put so far, signed if somebody signs here. More may be put behind it, with
        a seal of its own."""
        if self._file is None or self.error is not None:
            return
        self._lines.append(None)
        self._sealed = True
        if not self.later:
            self.drain()

    def put_reached(self, at: int) -> None:
        """Have the file know that a live run went on up to this moment."""
        if at > self._known:
            self.put(line_of({"reached": at}), at)

    def drain(self) -> None:
        """Into the file with what waits, in its order, from whatever thread."""
        with self._at_the_file:
            if self._file is None or self.error is not None:
                self._lines.clear()
                return
            try:
                while self._lines:
                    line = self._lines[0]
                    data = (seal_line(self._sum.digest(), self.signer) if line is None else line).encode("ascii")
                    self._file.write(data)
                    self._sum.update(data)
                    self._lines.popleft()
                self._file.flush()
            except OSError as error:
                self.error = error


def lock(file: IO[bytes]) -> bool:
    """Have the file to oneself until it is closed, however this process ends; False if another has it."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: better two offers than no journal
    return True
