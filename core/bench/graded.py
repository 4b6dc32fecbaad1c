"""Grading: a class's runs in one process here, and by one worker of a dask cluster."""

from __future__ import annotations

from core.bench.measuring import Figure, measured

RUNS = 1_000
LIMIT_MS = 120.0
"""A run on one core: a thousand in a minute on two."""


def bench(quick: bool) -> list[Figure]:
    """What a run takes here and there; the difference is what the cluster costs."""
    count = str(RUNS // 10 if quick else RUNS)
    here = measured("levels.graded_many", "here", count, timeout=900)["ms"]
    there = measured("levels.graded_many", "cluster", count, timeout=900)["ms"]
    return [
        Figure("grade", "a run, on one core", round(here, 1), "ms", LIMIT_MS, "at most"),
        Figure("grade", "a run, by one worker of a dask cluster", round(there, 1), "ms"),
        Figure("grade", "what the cluster costs a run", round(there - here, 1), "ms"),
    ]
