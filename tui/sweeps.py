"""What a player's scripts did on many seeds, day by day: so that yesterday's can be laid beside today's.

One JSON file a level, among the player's own. A file that cannot be read, or written, is none: nothing else depends on
it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tui.language import said

MOST_KEPT = 40
"""Entries of a level."""


@dataclass(frozen=True)
class Kept:
    """What one script did: on which seeds (`first` and so many), how many it won, and what those came to by the level's
    `measure`. `scenario`: the digest of what was played; `script`: of the script's text."""

    day: str
    script: str
    scenario: str
    first: int
    seeds: int
    won: int
    measure: str
    values: tuple[int, ...]


def digest_of(script: Path) -> str:
    """The digest of a script's text. Raises OSError."""
    return hashlib.sha256(script.read_bytes()).hexdigest()


class Sweeps:
    """The entries of one level."""

    def __init__(self, folder: Path, level: str) -> None:
        self._path = folder / f"{level.replace('/', '-').replace('#', '-').replace(':', '-')}.json"

    def entries(self) -> list[Kept]:
        """All that can be read, the oldest first."""
        try:
            rows = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return [kept for row in rows if (kept := _kept(row)) is not None] if isinstance(rows, list) else []

    def keep(self, kept: Kept) -> None:
        """Put one more in, in place of what the same script did on that day. Raises OSError."""
        others = [one for one in self.entries() if (one.day, one.script) != (kept.day, kept.script)]
        rows = [asdict(one) for one in [*others, kept][-MOST_KEPT:]]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(rows), "utf-8")
        os.replace(fresh, self._path)

    def before(self, today: Kept) -> Kept | None:
        """What to lay beside it: the latest of an earlier day, else the latest of another script; on the same seeds of
        the same scenario."""
        alike = [
            one
            for one in self.entries()
            if (one.scenario, one.first, one.seeds, one.measure)
            == (today.scenario, today.first, today.seeds, today.measure)
        ]
        earlier = [one for one in alike if one.day < today.day] or [
            one for one in alike if one.script != today.script and one.day <= today.day
        ]
        return max(earlier, key=lambda one: one.day, default=None) if earlier else None


def named(kept: Kept, today: date) -> str:
    """Whose that is, for people."""
    if kept.day == today.isoformat():
        return said("your script before")
    days = (today - date.fromisoformat(kept.day)).days
    return said("yesterday's you") if days == 1 else said("you, {days} days ago", days=days)


def _kept(row: Any) -> Kept | None:
    if not isinstance(row, dict):
        return None
    try:
        found = Kept(**{**row, "values": tuple(row["values"])})
        date.fromisoformat(found.day)
    except (KeyError, TypeError, ValueError):
        return None
    numbers: Sequence[Any] = (found.first, found.seeds, found.won, *found.values)
    return found if all(type(number) is int for number in numbers) else None
