"""By how little a run was lost: how far a law's number is from the one that would have done.

Asked of laws that count something up ("400 KB reached you", "less than 400 KB reached you by 60 s"): with which smaller
number would this run have met it? That a bound was passed by one says nothing, since the run ends there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.kernel.language import said
from core.kernel.laws import BoundLaw, Evidence, Law, LawKind
from core.kernel.world import World

NEAR = 15
"""Per cent of what is wanted that may be missing at most, or one."""
MOST_ENTRIES = 20_000
"""A longer run is not read again and again."""


@dataclass(frozen=True)
class Miss:
    """How much was missing of what was wanted, and what that counts, in a word or two: 58 of 400, "KB"."""

    short: int
    of: int
    what: str

    @property
    def words(self) -> str:
        """In words: "58 KB short"."""
        return said("{count} {what} short", count=self.short, what=said(self.what)).replace("  ", " ")


def near_miss(run: World) -> Miss | None:
    """By how little a run that has ended was lost; None if it was not, or by more, or if what decided it counts
    nothing."""
    outcome = run.outcome
    if outcome is None or outcome.won or len(run.trace) > MOST_ENTRIES:
        return None
    missing = [law for law, done in run.goals() if not done]
    if any(law.law.kind is LawKind.ALWAYS for law in missing):
        return None
    late = [law for law in run.scenario.lose if law.text == outcome.reason]
    if late:
        return _missed(run, late[0], wanted=False)
    found = [_missed(run, law, wanted=True) for law in missing]
    whole = [miss for miss in found if miss is not None]
    return max(whole, key=lambda miss: miss.short * 100 // miss.of) if len(whole) == len(missing) and whole else None


def _missed(run: World, law: BoundLaw, wanted: bool) -> Miss | None:
    """How far it is from the greatest smaller number with which the law holds; unless it was `wanted`: does not."""
    name = next((name for name, kind in law.law.places if kind == "number"), "")
    if not name:
        return None
    number = law.arguments[name]
    most = max(1, number * NEAR // 100)
    low = number - most
    if low < 0 or _holds(run, law, name, low) is not wanted or _holds(run, law, name, number) is wanted:
        return None
    high = number  # it is met at `low`, and not at `high`
    while high - low > 1:
        middle = (low + high) // 2
        if _holds(run, law, name, middle) is wanted:
            low = middle
        else:
            high = middle
    return Miss(number - low, number, _counted(law.law, name))


def _holds(run: World, law: BoundLaw, name: str, number: int) -> bool:
    """Would the law hold of this run at its end with another number?"""
    other = law.law.bind(**{**law.arguments, name: number})
    evidence: Evidence = run.evidence()
    if law.law.watch is not None:
        for entry in run.trace:
            other.watch(evidence, entry)
    return other.holds(evidence)


def _counted(law: Law, name: str) -> str:
    """The word after the number in the law's name."""
    found = re.search(r"\{" + name + r":number\} ([A-Za-z]+)", law.name)
    return found[1] if found else ""
