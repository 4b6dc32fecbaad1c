"""The order in which people and scripts are shown candidates: one that says nothing of the book.

Rooms list the book's answer first, and explorer and dice go by that order. Who plays sees another: values that have an
order of their own (numbers, durations, a header's fields) sorted, all others by a digest of (seed, choice, option). So
an option keeps its place relative to the others for the whole run, and another seed has another order. It is in no
trace.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.kernel.choice import Choice, Value
from core.kernel.dice import Dice


def unbiased(choice: Choice, candidates: Iterable[Value], seed: int) -> tuple[Value, ...]:
    """The candidates as whoever plays sees them. What chance decides has no book: its order stays."""
    if choice.chance:
        return tuple(candidates)
    if choice.domain.ordered:
        return tuple(sorted(candidates, key=_place))
    return tuple(sorted(candidates, key=lambda option: Dice(seed, "listed", choice.name, option).bits()))


def _place(value: Value) -> tuple[object, ...]:
    """A key that sorts numbers by size, other values by their text, and tuples part by part."""
    if isinstance(value, tuple):
        return (2, *(_place(part) for part in value))
    if isinstance(value, int):
        return (0, value)
    return (1, str(value))
