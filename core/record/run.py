"""What a run file holds: header, answers in all attempts, journal, result, seal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from core.kernel.choice import Kind, Value
from core.kernel.scenario import Arrival, Scenario
from core.kernel.time import show_duration
from core.kernel.world import Answered, World
from core.session import stars

FORMAT = 4
KIND_OF_FORMAT = {1: "played", 2: "live", 3: "explored"}
"""Before format 4 its number said of what kind a run was."""
PLAYED, LIVE, EXPLORED = KINDS = tuple(KIND_OF_FORMAT.values())


class RunFileError(ValueError):
    """A run file cannot be read: str() names file, line and what is wrong, in words."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}" if line else f"{path}: {problem}")
        self.path = Path(path)
        self.line = line
        self.problem = problem


class NewerFormatError(RunFileError):
    """A run file is of a format that this engine does not know yet."""


@dataclass(frozen=True)
class Explored:
    """Of a run that an explorer found: what it explored, and what broke.

    room      the room whose scenario it is; "" if it is the level of the header.
    scenario  the name of that scenario; "" of a level.
    personas  node → who sits there.
    budget    what misfortune could do: core.search.Budget, field by field; empty: nothing but the scenario's own dice.
    law       what breaks in the end, in words.
    opens     the event at which the decisive move is still to be made.
    """

    room: str
    scenario: str
    personas: Mapping[str, str]
    budget: Mapping[str, int | str]
    law: str
    opens: int


@dataclass(frozen=True)
class Header:
    """What was played, and by which rules. `level` is an id or a file's name, `text` the whole level; `explored`: that
    an explorer found it, and how; `player`: the public key of who signs it (core.record.identity), "" of nobody;
    `began`: when, by the clock on the wall, "" if that is not known."""

    level: str
    text: str
    scenario: str
    seed: int
    rules: Mapping[str, int]
    engine: str
    kind: str = PLAYED
    explored: Explored | None = None
    player: str = ""
    began: str = ""
    format: int = FORMAT


@dataclass(frozen=True)
class Result:
    """How a run ended, as its last line claims."""

    won: bool
    reason: str
    stars: int
    measures: Mapping[str, int]
    time_us: int
    messages: int
    answers: int
    mistakes: int
    trace_sha256: str
    hints: int = 0
    rewinds: int = 0
    unseen: bool = False


@dataclass(frozen=True)
class First:
    """The first answer that was given to a case, over all attempts of a run."""

    choice: str
    case: str
    value: Value
    label: str


@dataclass(frozen=True)
class Handed:
    """A case was let run by itself, or taken back."""

    choice: str
    case: str
    over: bool


@dataclass(frozen=True)
class Seal:
    """A checksum over all lines before the one it stands in, and a signature of that.

    said   the checksum that it gives.
    found  the checksum of the lines that are there.
    """

    line: int
    said: str
    found: str
    signature: str = ""


@dataclass(frozen=True)
class Attempt:
    """One line of play: it keeps the first `kept` answers of the attempt before it, and goes on with its own.

    result   how it ended; None: it was given up, or is the one under way.
    hints, rewinds  how many were taken up to its end, over the whole run.
    """

    kept: int
    own: tuple[Answered, ...]
    by: tuple[str, ...]
    result: Result | None = None
    hints: int = 0
    rewinds: int = 0


@dataclass(frozen=True)
class Run:
    """A run file, read. `result` is None if the game ended early; `attempts`: everything that was tried, in order, the
    last being what stands; `torn`: the last line was left unfinished and is left out; `by`: who gave each answer."""

    path: Path
    header: Header
    answers: tuple[Answered, ...]
    result: Result | None
    by: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    hints: int = 0
    rewinds: int = 0
    whys: int = 0
    torn: bool = False
    journal: tuple[Arrival, ...] = ()
    """What came from outside, of a live run."""
    reached: int = 0
    """The last moment of a live run that its arrivals, and what left, tell of, true µs."""
    ended: int | None = None
    """When a live run was ended, true µs."""
    over: bool = False
    """Does the file tell of the end of its run, even if it was gone back from that later?"""
    firsts: tuple[First, ...] = ()
    """The first answers to cases, as the file tells of them."""
    handed: tuple[Handed, ...] = ()
    """What was let run by itself, and taken back, in order."""
    took: tuple[int, ...] = ()
    """How long (ms) its player took over each answer of his own, over all attempts."""
    seals: tuple[Seal, ...] = ()
    last_line: int = 0
    """The number of its last whole line."""
    checksum: str = ""
    """The SHA-256 of all its whole lines: which file this is."""
    cr_lf: bool = False
    """Do its lines end as no run file's do: with CR LF?"""

    def lines(self) -> Iterator[tuple[Attempt, tuple[Answered, ...], tuple[str, ...]]]:
        """Every attempt, in order, with all its answers and who gave each."""
        answers: tuple[Answered, ...] = ()
        by: tuple[str, ...] = ()
        for attempt in self.attempts:
            answers, by = (*answers[: attempt.kept], *attempt.own), (*by[: attempt.kept], *attempt.by)
            yield attempt, answers, by

    @property
    def branches(self) -> tuple[tuple[Answered, ...], ...]:
        """The answers of every attempt but the last."""
        return tuple(answers for _, answers, _ in self.lines())[:-1]

    @property
    def cut(self) -> int | None:
        """Where a live run is cut short: the last moment of which its file knows, true µs; None of any other run.

        A kill or a crash cut it, or it is still under way: what came later is not known.
        """
        if self.header.kind != LIVE or self.over:
            return None
        return max((self.reached, *(given.at for given in self.answers)))

    @property
    def cut_words(self) -> str:
        """That it is cut short, for people; "" if it is not."""
        if self.cut is None:
            return ""
        return f"this live run was cut short, or is still under way: known up to {show_duration(self.cut)}"

    @property
    def until(self) -> int | None:
        """The limit (true µs) up to which it is to be executed; None if that is its scenario's own."""
        return self.ended if self.cut is None else self.cut + 1


def engine_version() -> str:
    """The version of this engine, "0" if it runs uninstalled."""
    try:
        return metadata.version("ackademy")
    except metadata.PackageNotFoundError:
        return "0"


def header_of(scenario: Scenario, level: str, text: str, explored: Explored | None = None) -> Header:
    """The header of a run of this scenario; `explored`, if that is what an explorer found."""
    rules = {name: protocol.rules for name, protocol in sorted(scenario.protocols.items())}
    kind = EXPLORED if explored is not None else LIVE if scenario.live else PLAYED
    return Header(level, text, scenario.digest(), scenario.seed, rules, engine_version(), kind, explored)


def result_of(world: World, *, hints: int = 0, rewinds: int = 0, unseen: bool = False) -> Result:
    """The result of a world that has ended. Raises LookupError if it has not."""
    if world.outcome is None:
        raise LookupError("the run has not ended")
    mistakes = sum(1 for verdict in world.verdicts if verdict.kind in (Kind.WRONG, Kind.COSTLY))
    return Result(
        won=world.outcome.won,
        reason=world.outcome.reason,
        stars=stars(world, hints=hints, rewinds=rewinds, unseen=unseen),
        measures=world.measures(),
        time_us=world.outcome.at,
        messages=world.evidence().sent(),
        answers=len(world.answers),
        mistakes=mistakes,
        trace_sha256=world.trace_sha256(),
        hints=hints,
        rewinds=rewinds,
        unseen=unseen,
    )
