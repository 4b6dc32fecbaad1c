"""What the linter says of a level: findings with their places, figures, and what the proof took."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from levels.schema import Problem


@dataclass
class Work:
    """What a part of the proof took: worlds and events alike on every machine, and seconds of this one's processor."""

    worlds: int = 0
    events: int = 0
    seconds: float = 0.0


BLIND = "blind"


class Severity(StrEnum):
    """How bad a finding is: an error fails the level."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Gravity(IntEnum):
    """What a finding is about, the gravest first: what else is found may only follow from it."""

    WON = 0
    """Whether it can be won, and whether two runs are alike."""
    DECIDED = 1
    """Whether it is won by doing nothing."""
    LEARNT = 2
    """Whether it is won by whoever knows nothing, or does not play by the book."""
    PLAYS = 3
    """All else that is played."""
    WORDS = 4
    """What is read."""


@dataclass(frozen=True)
class Finding:
    """One thing that the linter says of a level, with its place.

    rule   BLIND for players who know nothing and win; "" for all else.
    grave  of two errors the graver is said first: see Gravity.
    """

    severity: Severity
    problem: Problem
    rule: str = ""
    grave: Gravity = Gravity.PLAYS

    def __str__(self) -> str:
        return f"{self.problem.path}:{self.problem.line}:{self.problem.column}: {self.severity}: {self.words}"

    @property
    def order(self) -> tuple[int, int, int, int]:
        """By gravity, then by place: the first is what to mend first."""
        return (list(Severity).index(self.severity), self.grave, self.problem.line, self.problem.column)

    @property
    def words(self) -> str:
        """What is said, without the place."""
        return f"{self.problem.found}{': ' + self.problem.mend if self.problem.mend else ''}"


class Status(StrEnum):
    """What came of a file."""

    SOUND = "sound"
    FAILS = "fails"
    BROKEN = "broken"


@dataclass
class Report:
    """All that was found out about one file."""

    path: str
    id: str = ""
    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    work: dict[str, Work] = field(default_factory=dict)
    """What each part of the proof took."""
    broken: bool = False

    @property
    def status(self) -> Status:
        """Broken if it cannot be read; fails if there is an error."""
        if self.broken:
            return Status.BROKEN
        failed = any(finding.severity is Severity.ERROR for finding in self.findings)
        return Status.FAILS if failed else Status.SOUND

    def as_json(self) -> dict[str, Any]:
        """The report as JSON keeps it."""
        return {
            "path": self.path,
            "id": self.id,
            "status": str(self.status),
            "findings": [
                {"severity": str(one.severity), "rule": one.rule, **one.problem.as_json()} for one in self.findings
            ],
            "figures": self.figures,
            "work": {part: asdict(work) for part, work in self.work.items()},
        }
