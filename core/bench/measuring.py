"""How benchmarks measure: in processes of their own, in turn with their peers; and the figures that come of it."""

from __future__ import annotations

import importlib
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure: what was measured, its value and unit, and the limit it is held against (None: reported only).

    `kind` says how value and limit compare: "at least" or "at most".
    """

    bench: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    kind: str = "at least"
    skipped: str = ""

    @property
    def met(self) -> bool | None:
        """Is the limit met? None if there is none, or if the bench was skipped."""
        if self.limit is None or self.skipped:
            return None
        return self.value >= self.limit if self.kind == "at least" else self.value <= self.limit

    def as_json(self) -> dict[str, object]:
        """The figure with `met`."""
        return {**asdict(self), "met": self.met}


Bench = Callable[[bool], list[Figure]]
"""A benchmark: called with `quick`, gives its figures."""


class SkippedError(Exception):
    """A measurement cannot be made here; the text says why."""


def measured(module: str, *words: str, timeout: float = 300) -> dict[str, float]:
    """The figures that `python -m module words…` prints as one JSON object, measured in a fresh process.

    Raises SkippedError with the reason if it prints {"skipped": …}, RuntimeError if it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *words], capture_output=True, text=True, timeout=timeout, check=False
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise RuntimeError(f"{module} {' '.join(words[:1])}: {reason}")
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    if "skipped" in figures:
        raise SkippedError(str(figures["skipped"]))
    return figures


def interleaved(rounds: int, measurements: Sequence[Callable[[], dict[str, float]]]) -> list[list[dict[str, float]]]:
    """Every measurement once a round, in turn; per measurement its results in the order of the rounds."""
    results: list[list[dict[str, float]]] = [[] for _ in measurements]
    for _ in range(rounds):
        for place, measurement in enumerate(measurements):
            results[place].append(measurement())
    return results


def median_ratio(ours: Sequence[dict[str, float]], peer: Sequence[dict[str, float]], name: str) -> float:
    """The median of ours/peer, round by round: steadier than the ratio of medians on a noisy machine."""
    return statistics.median(a[name] / b[name] for a, b in zip(ours, peer, strict=True))


def median(results: Sequence[dict[str, float]], name: str) -> float:
    """The median of one figure."""
    return statistics.median(result[name] for result in results)


def here_or_by_worker(where: str, count: int, seconds: Callable[[str], float]) -> None:
    """Print the milliseconds that each of `count` pieces took, as JSON: in this process, or where `where` is not "here"
    by the one worker of a dask cluster that lives as long. `seconds`: measures, given a scheduler's address or ""."""
    if where == "here":
        spent = seconds("")
    else:
        try:
            library: Any = importlib.import_module("distributed")
        except ImportError:
            print(json.dumps({"skipped": "the extra `cluster` is not installed"}))
            return
        beside = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
        with library.LocalCluster(**beside) as cluster:
            spent = seconds(cluster.scheduler_address)
    print(json.dumps({"ms": spent * 1000 / count}))
