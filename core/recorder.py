"""The recorder: a tap that writes a session's run (core.record) as it is played, and its journal.

The journal of a play is its run file while the play is under way: `unfinished` finds what a killed game has left.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.kernel.choice import Verdict
from core.kernel.world import Answered
from core.record import (
    FORMAT,
    First,
    Handed,
    Result,
    Run,
    RunFile,
    RunFileError,
    Signer,
    answer_line,
    first_line,
    handed_line,
    header_line,
    header_of,
    journal_line,
    line_of,
    lock,
    read,
    result_of,
)
from core.session import AsyncTap, notices
from core.session.mastery import Case

if TYPE_CHECKING:
    from core.session import Session


NO_ANSWERS = ("autopilot", "kept", "tape")
"""Who gives answers that nobody has thought about."""


class Recorder(RunFile):
    """Writes a session's run as it is played, each answer as it is given.

        with Recorder(path, session, level="premise/echo", text=text): …

    A tap of the session. By itself it writes at once: every answer is in the operating system's hands before the next
    event. With `later` it writes from a worker thread while the session runs, and the world waits for it where the disk
    is slow. Raises OSError where the file cannot be written at first; if the disk fails later, play goes on, `error`
    says what happened.

    goes_on  the run that the file holds already, in a session that goes on from its answers (Session.go_on).
    signer   who plays, and signs it; nobody signs what he goes on with of somebody else's.
    began    when the run began, by the clock on the wall, for people.
    clock    seconds, by which it is told how long each answer of a person took.
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
        signer: Signer | None = None,
        began: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if goes_on is not None and signer is not None and signer.player != goes_on.header.player:
            signer = None
        anew = goes_on is not None and goes_on.header.format != FORMAT
        super().__init__(path, goes_on=goes_on is not None and not anew, signer=signer)
        self.result: Result | None = None
        """The result, once the run has ended."""
        self._session = session
        self._unseen = unseen
        self._clock = clock
        self._since = clock()
        self._told: list[Answered] = []
        """The answers of the line of play that the file tells of."""
        self._by: dict[tuple[int, Answered], str] = {}
        """Who gave each answer on any line of play, at which place."""
        self._rewinds = 0
        """How often it was gone back, as far as the file tells."""
        self._jumped = False
        """Does the world perhaps stand on another line of play than that?"""
        self._unjudged: list[tuple[Answered, str]] = []
        """Answers that are still to be judged, and who gave each."""
        self._firsts: set[Case] = set()
        """The cases that have been answered."""
        self._tells_firsts = True
        """Does the file tell of first answers from its start on?"""
        if goes_on is None:
            header = header_of(session.scenario, level, text)
            self.put(header_line(replace(header, player="" if signer is None else signer.player, began=began)))
            for place, given in enumerate(session.world.answers):
                self._answer(notices.Answered(given, "kept" if given.how == "keep" else "you", place))
            self._firsts.update((verdict.choice, verdict.case) for verdict in session.world.verdicts)
        else:
            self._rewinds = goes_on.rewinds
            for _, answers, by in goes_on.lines():
                self._by.update(zip(enumerate(answers), by, strict=True))
            self._tells_firsts = not anew
            if anew:
                self._copy(goes_on)
            self._told = list(goes_on.answers)
            self._firsts.update((first.choice, first.case) for first in goes_on.firsts)
        self.later = later
        self._untap = session.attach(AsyncTap("recorder", self._pick, self._write)) if later else session.tap(self)

    def _copy(self, run: Run) -> None:
        """A run of an older format, in this one: none is gone on with in a format that lacks what is written now."""
        self.put(header_line(run.header))
        for _ in range(run.hints):
            self.put(line_of({"hint": 1}))
        for number, attempt in enumerate(run.attempts):
            if number:
                self.put(line_of({"back": attempt.kept, "rewinds": run.attempts[number - 1].rewinds + 1}))
            for given, by in zip(attempt.own, attempt.by, strict=True):
                self.put(answer_line(given, by), given.at)

    def close(self) -> None:
        """Write what is left, and no more. Harmless twice."""
        self._untap()
        super().close()

    def __call__(self, notice: notices.Notice) -> None:
        """Take one notice of the session."""
        if isinstance(notice, notices.Answered):
            self._answer(notice)
        elif isinstance(notice, notices.Asked):
            self._since = self._clock()
        elif isinstance(notice, notices.Judged):
            self._judged(notice.verdict)
        elif isinstance(notice, notices.Jumped | notices.Branched):
            self._jumped = True
        elif isinstance(notice, notices.HandedOver | notices.TakenBack):
            self.put(handed_line(Handed(notice.choice, notice.case, isinstance(notice, notices.HandedOver))))
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
        given, place, by = notice.given, notice.place, notice.by
        self._unjudged.append((given, by))
        if by == "tape" and self._told[place : place + 1] == [given] and self._is_told(place):
            return  # looked at once more, along the line that the file tells of
        self._go_to(place)
        now = self._clock()
        took = round((now - self._since) * 1000) if by == "you" else None
        self._since = now
        who = self._by.get((place, given), by) if by == "tape" else by
        self._tell(given, who, took)

    def _tell(self, given: Answered, by: str, took: int | None = None) -> None:
        """The next answer of the line of play that the file tells of."""
        self._by[len(self._told), given] = by
        self._told.append(given)
        self.put(answer_line(given, by, took), given.at)

    def _is_told(self, place: int) -> bool:
        """Are the first so many answers of the world those that the file tells of?"""
        if not self._jumped:
            return len(self._told) >= place
        return self._told[:place] == self._session.world.answers[:place]

    def _go_to(self, place: int) -> None:
        """Let the file tell of the line of play on which the world stands, up to answer number `place`."""
        rewinds = self._session.rewinds
        if not self._jumped and place == len(self._told) and rewinds == self._rewinds:
            return
        answers = self._session.world.answers[:place]
        pairs = zip(answers, self._told, strict=False)
        same = next((number for number, (one, other) in enumerate(pairs) if one != other), min(place, len(self._told)))
        if same < len(self._told) or rewinds != self._rewinds:
            self.put(line_of({"back": same, "rewinds": rewinds}))
            del self._told[same:]
            self._rewinds = rewinds
        for number, given in enumerate(answers[same:], same):
            self._tell(given, self._by.get((number, given), "you"))
        self._jumped = False

    def _judged(self, verdict: Verdict) -> None:
        """The first answer to a case, over all attempts."""
        case = (verdict.choice, verdict.case)
        said = (verdict.node, verdict.choice, verdict.value)
        of = next(
            (place for place, (one, _) in enumerate(self._unjudged) if (one.node, one.choice, one.value) == said), None
        )
        if of is None:
            return  # nobody gave it: a move that was not made
        _, by = self._unjudged[of]
        del self._unjudged[: of + 1]
        if by in NO_ANSWERS or case in self._firsts:
            return
        self._firsts.add(case)
        if not self._tells_firsts:
            return
        self.put(first_line(First(verdict.choice, verdict.case, verdict.value, verdict.label)))

    def _over(self) -> None:
        session = self._session
        self._go_to(len(session.world.answers))
        self.result = result_of(session.world, hints=session.hints_used, rewinds=session.rewinds, unseen=self._unseen)
        self.put(line_of({"result": asdict(self.result)}))
        self.seal()


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
