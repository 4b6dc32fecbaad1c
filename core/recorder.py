"""The recorder: a tap that writes a session's run (core.record) as it is played, and its journal.

The journal of a play is its run file while the play is under way: `unfinished` finds what a killed game has left.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from core.record import (
    Result,
    Run,
    RunFileError,
    answer_line,
    header_line,
    header_of,
    journal_line,
    line_of,
    read,
    result_of,
)
from core.session import AsyncTap, notices

if TYPE_CHECKING:
    from core.session import Session

if sys.platform != "win32":
    import fcntl


class Recorder:
    """Writes a session's run as it is played, each answer as it is given.

        with Recorder(path, session, level="premise/echo", text=text): …

    A tap of the session. By itself it writes at once: every answer is in the operating system's hands before the next
    event. With `later` it writes from a worker thread while the session runs, and the world waits for it where the disk
    is slow. Raises OSError where the file cannot be written at first; if the disk fails later, play goes on, `error`
    says what happened.

    goes_on  the run that the file holds already, in a session that goes on from its answers (Session.go_on).
    """

    def __init__(
        self,
        path: Path | str,
        session: Session,
        *,
        level: str,
        text: str,
        unseen: bool = False,
        later: bool = False,
        goes_on: Run | None = None,
    ) -> None:
        self.path = Path(path)
        self.error: OSError | None = None
        self.result: Result | None = None
        """The result, once the run has ended."""
        self._session = session
        self._unseen = unseen
        self._written = 0
        self._lines: deque[str] = deque()
        self._at_the_file = threading.Lock()
        self._later = False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Not "wb": what another game writes must still be there when the lock says so.
        self._file: IO[bytes] | None = self.path.open("ab" if goes_on is None else "r+b")
        if not _lock(self._file):
            self._file.close()
            raise BlockingIOError(f"{self.path} is written by another game")
        if goes_on is None:
            if self.path.is_file():  # and no pipe or device
                self._file.truncate(0)
            self._put(header_line(header_of(session.scenario, level, text)))
            for place, given in enumerate(session.world.answers):
                self._answer(notices.Answered(given, "kept" if given.how == "keep" else "you", place))
        else:
            self._file.truncate(self.path.read_bytes().rfind(b"\n") + 1)  # what a kill left of a last line
            self._file.seek(0, os.SEEK_END)
            self._written = len(goes_on.answers)
        self._later = later
        self._untap = session.attach(AsyncTap("recorder", self._pick, self._write)) if later else session.tap(self)

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is left, and no more. Harmless twice."""
        self._untap()
        self._drain()
        with self._at_the_file:
            if self._file is not None:
                with suppress(OSError):
                    self._file.close()
                self._file = None

    def move(self, path: Path) -> None:
        """Write what is left, and let the file be at `path` from now on. Raises OSError; it stays where it is then."""
        self._drain()
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
                    _lock(self._file)

    def discard(self) -> None:
        """Close, and take the file away: nothing was played."""
        self.close()
        self.path.unlink(missing_ok=True)

    def __call__(self, notice: notices.Notice) -> None:
        """Take one notice of the session."""
        if isinstance(notice, notices.Answered):
            self._answer(notice)
        elif isinstance(notice, notices.Hinted):
            self._put(line_of({"hint": notice.stage}))
        elif isinstance(notice, notices.Consequence) and notice.early:
            self._put(line_of({"why": notice.verdict.choice}))
        elif isinstance(notice, notices.Came):
            self._put(journal_line(notice.arrival))
        elif isinstance(notice, notices.Ending):
            self._put(line_of({"ended": notice.at}))
        elif isinstance(notice, notices.Over):
            self._over()

    def _pick(self, notice: notices.Notice) -> bool | None:
        """At once, while the session is as the notice says: the lines; they are written in their turn."""
        self(notice)
        return True if self._lines else None

    async def _write(self, _: bool) -> None:
        import trio

        if self._lines:
            # Not to be abandoned: what is half written is written to its end.
            await trio.to_thread.run_sync(self._drain)
        if self.error is not None:
            raise self.error

    def _answer(self, notice: notices.Answered) -> None:
        self._back(notice.place)
        self._put(answer_line(notice.given, notice.by))
        self._written = notice.place + 1

    def _back(self, place: int) -> None:
        if place < self._written:
            self._put(line_of({"back": place}))
            self._written = place

    def _over(self) -> None:
        session = self._session
        self._back(len(session.world.answers))
        self.result = result_of(session.world, hints=session.hints_used, rewinds=session.rewinds, unseen=self._unseen)
        self._put(line_of({"result": asdict(self.result)}))

    def _put(self, line: str) -> None:
        if self._file is None or self.error is not None:
            return
        self._lines.append(line)
        if not self._later:
            self._drain()

    def _drain(self) -> None:
        """Into the file with what waits, in its order, from whatever thread."""
        with self._at_the_file:
            if self._file is None or self.error is not None:
                self._lines.clear()
                return
            try:
                while self._lines:
                    self._file.write(self._lines[0].encode("ascii"))
                    self._lines.popleft()
                self._file.flush()
            except OSError as error:
                self.error = error


# Journals

_NAME = re.compile(r".*-play(\d+)(-unseen)?\.run")


@dataclass(frozen=True)
class Unfinished:
    """What a killed game has left of a play: the run so far, the play's number in the progress file, and whether its
    seed was one that the player had not seen."""

    run: Run
    play: int
    unseen: bool

    @property
    def words(self) -> str:
        """How far it got, for people."""
        mine = sum(1 for by in self.run.by if by not in ("kept", "autopilot"))
        return f"{mine} answer{'' if mine == 1 else 's'} given"


def journal_name(stem: str, play: int, unseen: bool) -> str:
    """The file name of a journal: all that is known of the play and not in its run."""
    return f"{stem}-play{play}{'-unseen' if unseen else ''}.run"


def unfinished(folder: Path, level: str, scenario: str, seed: int | None = None) -> Unfinished | None:
    """The latest play of this level that was cut short, if its scenario's digest is still the same; on this seed only,
    if one is given. Plays under way in another game are left alone, and so is whatever cannot be read."""
    found = []
    for path in folder.glob("*.run"):
        match = _NAME.fullmatch(path.name)
        if match is None:
            continue
        with suppress(OSError, RunFileError), _nobody_writes(path):
            run = read(path)
            fits = run.header.level == level and run.header.scenario == scenario and seed in (None, run.header.seed)
            if fits and run.result is None and not run.journal and any(given.how != "keep" for given in run.answers):
                found.append((path.stat().st_mtime, Unfinished(run, int(match[1]), match[2] is not None)))
    return max(found, key=lambda each: each[0])[1] if found else None


@contextmanager
def _nobody_writes(path: Path) -> Iterator[None]:
    """Raises OSError if a game has the file open to write."""
    if sys.platform == "win32":
        path.rename(path)  # a file that is open cannot be renamed there
        yield
        return
    with path.open("rb") as file:
        if not _lock(file):
            raise BlockingIOError(f"{path} is written by another game")
        yield


def _lock(file: IO[bytes]) -> bool:
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
