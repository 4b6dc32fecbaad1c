"""A recorded run as a ghost beside the player: on the same level and seed, as far as it had come at the same moment.

The ghost knows no more than whoever played it: in the fog his own line of events, and of what is counted his own part.
Where the player is being asked, the ghost has not yet answered the same question: what he said is seen after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.kernel.laws import Measure
from core.kernel.sight import Sight
from core.kernel.trace import Entry
from core.kernel.world import Answered, DivergedError, World
from core.record import LIVE, Run, RunFileError, read
from core.session import Session
from levels.schema import Level
from tui.clock import seconds
from tui.language import counted, later, said
from tui.platform import error_words

MOST_LOOKED_AT = 200
"""Run files of a folder that are looked at, the newest first."""
MOST_NAME = 24


class NoGhostError(Exception):
    """A run cannot be a ghost here; in words."""


@dataclass(frozen=True)
class Tape:
    """A run that can be a ghost: whose it is, what was answered, and how it ended, as its file claims."""

    name: str
    seed: int
    answers: tuple[Answered, ...]
    words: str = ""


def tape_of(path: Path, level: Level, seed: int | None) -> Tape:
    """The run in this file, for this level on this seed (None: on its own). Raises NoGhostError in words."""
    try:
        run = read(path)
    except (OSError, RunFileError) as error:
        raise NoGhostError(error_words(error)) from None
    if problem := _unfit(run, level, seed):
        raise NoGhostError(f"{path}: {problem}")
    return Tape(path.stem[:MOST_NAME], run.header.seed, run.answers, _words(run))


def tapes_in(folder: Path, level: Level) -> Iterator[Tape]:
    """The runs of a folder that can be ghosts of this level, the newest first."""
    dated = []
    for path in folder.glob("*.run"):
        with suppress(OSError):
            dated.append((path.stat().st_mtime, path))
    for _, path in sorted(dated, reverse=True)[:MOST_LOOKED_AT]:
        with suppress(NoGhostError):
            yield tape_of(path, level, None)


def _unfit(run: Run, level: Level, seed: int | None) -> str:
    """Why this run is none of this level and seed, in words."""
    header = run.header
    if header.explored is not None:
        return said("an explorer found this run: nobody played it")
    if header.kind == LIVE or level.scenario.live:
        return said("a run against programs outside cannot be met again")
    if header.level != level.id:
        return said("it is a run of {other}, and this is {this}", other=header.level, this=level.id)
    if seed is not None and header.seed != seed:
        return said(
            "it was played on seed {seed}, and this is seed {this}: a ghost runs on the same",
            seed=header.seed,
            this=seed,
        )
    if header.scenario != level.scenario.digest():
        return said("it was played by other rules than this version's")
    return ""


def _words(run: Run) -> str:
    if run.result is None:
        return said("left before its end")
    how = said("won, {stars} of 3 stars", stars=run.result.stars) if run.result.won else said("lost")
    messages = counted("{count} message", "{count} messages", run.result.messages)
    return f"{how}, {messages}, {seconds(run.result.time_us // 1000 * 1000)}"


class Rival:
    """The ghost of one play. `name`: whose run it is; `trouble`: why it went no further, in words."""

    def __init__(self, tape: Tape, session: Session) -> None:
        self.name = tape.name
        self.trouble = ""
        self._tape = tape
        self._session = session
        self._begin()

    def _begin(self) -> None:
        session = self._session
        self._world = World(session.scenario)
        self._given = 0
        node = session.player if session.player in self._world.nodes else ""
        self._sight = Sight(self._world, node, session.sight.everything)

    def follow(self) -> None:
        """Let it come as far as the player has."""
        session = self._session
        now = session.world.now
        if self._world.now > now or (self._world.over and not session.over and self._ended_after(now)):
            self._begin()  # the player has gone back
        upcoming = session.world.next_time()
        stands = session.question is not None or (upcoming is not None and upcoming <= now)
        limit = now - 1 if stands else now  # of a moment that is not over here it has not answered anything yet
        try:
            while not self._world.over and self._step(limit if not session.over else None):
                pass
        except DivergedError as error:
            self.trouble = str(error)
            self._given = len(self._tape.answers)

    def _ended_after(self, now: int) -> bool:
        return self._world.outcome is not None and self._world.outcome.at > now

    def _step(self, limit: int | None) -> bool:
        """One event, or one answer, not after `limit` (µs); False if there is none."""
        world, answers = self._world, self._tape.answers
        if self._given < len(answers) and world.count >= answers[self._given].after:
            if limit is not None and answers[self._given].at > limit:
                return False
            world.take(answers[self._given])
            self._given += 1
            return True
        upcoming = world.next_time()
        if upcoming is None or (limit is not None and upcoming > limit):
            return False
        return world.step()

    # What is seen of it

    @property
    def world(self) -> World:
        """The ghost's own world; for what is said of it when all is over."""
        return self._world

    @property
    def answered(self) -> int:
        """How many answers it has given so far."""
        return self._given

    def entries(self, last: int) -> Sequence[Entry]:
        """The latest of what whoever played it knew by then."""
        sight = self._sight
        return list(sight.entries(max(0, len(sight) - last)))

    def measure(self, measure: Measure) -> int | None:
        """What it has come to, as far as whoever played it knew."""
        return self._sight.measure(measure)

    def words(self, show: Callable[[int], str] = lambda time: seconds(time // 1000 * 1000)) -> str:
        """How it stands."""
        outcome = self._world.outcome
        if outcome is not None:
            return said(later("won at {time}") if outcome.won else later("lost at {time}"), time=show(outcome.at))
        if self.trouble:
            return said("does not fit any more")
        return counted("{count} answer", "{count} answers", self._given)
