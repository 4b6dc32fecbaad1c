"""The recorder: a tap that writes a session's run (core.record) as it is played, and its journal.

The journal of a play is its run file while the play is under way: `unfinished` finds what a killed game has left.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.record import (
    Result,
    Run,
    RunFile,
    RunFileError,
    answer_line,
    header_line,
    header_of,
    journal_line,
    line_of,
    lock,
    read,
    result_of,
)
from core.session import AsyncTap, notices

if TYPE_CHECKING:
    from core.session import Session


class Recorder(RunFile):
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
        super().__init__(path, goes_on=goes_on is not None)
        self.result: Result | None = None
        """The result, once the run has ended."""
        self._session = session
        self._unseen = unseen
        self._written = 0
        if goes_on is None:
            self.put(header_line(header_of(session.scenario, level, text)))
            for place, given in enumerate(session.world.answers):
                self._answer(notices.Answered(given, "kept" if given.how == "keep" else "you", place))
        else:
            self._written = len(goes_on.answers)
        self.later = later
        self._untap = session.attach(AsyncTap("recorder", self._pick, self._write)) if later else session.tap(self)

    def close(self) -> None:
        """Write what is left, and no more. Harmless twice."""
        self._untap()
        super().close()

    def __call__(self, notice: notices.Notice) -> None:
        """Take one notice of the session."""
        if isinstance(notice, notices.Answered):
            self._answer(notice)
        elif isinstance(notice, notices.Hinted):
            self.put(line_of({"hint": notice.stage}))
        elif isinstance(notice, notices.Consequence) and notice.early:
            self.put(line_of({"why": notice.verdict.choice}))
        elif isinstance(notice, notices.Came):
            self.put(journal_line(notice.arrival), notice.arrival.at)
        elif isinstance(notice, notices.Leaving):
            self.put_reached(notice.at)
        elif isinstance(notice, notices.Ending):
            self.put(line_of({"ended": notice.at}), notice.at)
        elif isinstance(notice, notices.Over):
            self._over()

    def _pick(self, notice: notices.Notice) -> bool | None:
        """At once, while the session is as the notice says: the lines; they are written in their turn."""
        self(notice)
        return True if self.waits else None

    async def _write(self, _: bool) -> None:
        import trio

        if self.waits:
            # Not to be abandoned: what is half written is written to its end.
            await trio.to_thread.run_sync(self.drain)
        if self.error is not None:
            raise self.error

    def _answer(self, notice: notices.Answered) -> None:
        self._back(notice.place)
        self.put(answer_line(notice.given, notice.by), notice.given.at)
        self._written = notice.place + 1

    def _back(self, place: int) -> None:
        if place < self._written:
            self.put(line_of({"back": place}))
            self._written = place

    def _over(self) -> None:
        session = self._session
        self._back(len(session.world.answers))
        self.result = result_of(session.world, hints=session.hints_used, rewinds=session.rewinds, unseen=self._unseen)
        self.put(line_of({"result": asdict(self.result)}))


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
    def scripted(self) -> bool:
        """Did a script play it? Then whoever goes on with it has not played it, either."""
        return "policy" in self.run.by

    @property
    def words(self) -> str:
        """How far it got, for people."""
        mine = sum(1 for by in self.run.by if by not in ("kept", "autopilot"))
        return f"{mine} answer{'' if mine == 1 else 's'} given{', by a script' if self.scripted else ''}"


def journal_name(stem: str, play: int, unseen: bool) -> str:
    """The file name of a journal: all that is known of the play and not in its run."""
    return f"{stem}-play{play}{'-unseen' if unseen else ''}.run"


def levels_begun(folder: Path) -> frozenset[str]:
    """The levels of which some journal is left, whether or not it can be gone on with; what cannot be read is none."""
    found = set()
    for path in folder.glob("*.run"):
        if _NAME.fullmatch(path.name) is not None:
            with suppress(OSError, RunFileError):
                found.add(read(path).header.level)
    return frozenset(found)


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
            if fits and run.result is None and not run.journal and _played(run):
                found.append((path.stat().st_mtime, Unfinished(run, int(match[1]), match[2] is not None)))
    return max(found, key=lambda each: each[0])[1] if found else None


def _played(run: Run) -> bool:
    """Is there more in it than settings, and what they answered?"""
    return any(given.how != "keep" and who != "kept" for given, who in zip(run.answers, run.by, strict=False))


@contextmanager
def _nobody_writes(path: Path) -> Iterator[None]:
    """Raises OSError if a game has the file open to write."""
    if sys.platform == "win32":
        path.rename(path)  # a file that is open cannot be renamed there
        yield
        return
    with path.open("rb") as file:
        if not lock(file):
            raise BlockingIOError(f"{path} is written by another game")
        yield
