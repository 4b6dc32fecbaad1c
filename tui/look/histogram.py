"""Histograms: how often which value came, in columns that several charts below each other share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.look.parts import SPARKS


@dataclass(frozen=True)
class Scale:
    """The columns that charts share: from the least value to the most, each as wide as the others."""

    least: int
    most: int
    columns: int

    def column(self, value: int) -> int:
        """The column of a value; of one beyond the ends the outermost."""
        span = self.most - self.least
        if span <= 0:
            return self.columns // 2
        return max(0, min(self.columns - 1, (value - self.least) * self.columns // (span + 1)))


def scale_of(charts: Sequence[Sequence[int]], columns: int) -> Scale:
    """The scale of these charts' values."""
    ends = [end for values in charts if values for end in (min(values), max(values))]
    return Scale(min(ends, default=0), max(ends, default=0), columns)


def counts(values: Sequence[int], scale: Scale) -> list[int]:
    """How many values there are in each column."""
    found = [0] * scale.columns
    for value in values:
        found[scale.column(value)] += 1
    return found


def bars(values: Sequence[int], scale: Scale) -> str:
    """A chart of one row; what came at all is never as low as nothing."""
    heights = counts(values, scale)
    peak = max(heights, default=0)
    return "".join(SPARKS[0 if not one else max(1, round(8 * one / peak))] for one in heights)
