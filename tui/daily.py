"""What was played of the daily, and how it is remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from levels.daily import SITUATIONS, Mark
from tui.progress import Progress


@dataclass(frozen=True)
class Played:
    """What came of one situation: the mark, and what its run came to."""

    mark: Mark
    name: str
    value: int

    @property
    def figure(self) -> tuple[str, int]:
        """Its measure and number."""
        return self.name, self.value


def counted(progress: Progress, day: date) -> list[Played]:
    """What was played of a day's situations the first time; no more than they are."""
    try:
        rows = json.loads(progress.setting(_name(day)) or "[]")
        return [Played(Mark(mark), str(name), int(value)) for mark, name, value in rows][:SITUATIONS]
    except (TypeError, ValueError):
        return []


def in_a_row(progress: Progress, day: date) -> int:
    """How many days in a row all situations were played: until this one, or until the day before while it is open."""
    if len(counted(progress, day)) < SITUATIONS:
        day -= timedelta(1)
    found = 0
    while len(counted(progress, day)) >= SITUATIONS:
        found += 1
        day -= timedelta(1)
    return found


def count(progress: Progress, day: date, played: Sequence[Played]) -> None:
    """Remember it."""
    progress.set_setting(_name(day), json.dumps([[str(one.mark), one.name, one.value] for one in played]))


def _name(day: date) -> str:
    return f"daily {day.isoformat()}"
