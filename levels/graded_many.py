"""Runs, graded in this process or by a worker of a dask cluster: for the bench, `python -m levels.graded_many`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from core.bench.measuring import here_or_by_worker
from core.grading import grade_runs
from core.record import header_of, result_of, write
from levels.graded import compiled_to_grade
from levels.loader import load
from levels.proofs import prove_scenario, with_par_figures

LEVEL = "premise/echo"
WARM = 16
"""Runs that are graded before the watch starts: by then whoever grades has loaded the game."""


def recorded(folder: Path, count: int) -> list[tuple[Path, None]]:
    """So many runs, each on a seed of its own."""
    level = load(LEVEL)
    for seed in range(1, count + 1):
        world = prove_scenario(level, with_par_figures(level, seed))
        header = header_of(world.scenario, level.id, level.text)
        write(folder / f"{seed}.run", header, world.answers, result_of(world), by="book")
    return [(folder / f"{seed}.run", None) for seed in range(1, count + 1)]


def seconds(tasks: list[tuple[Path, None]], address: str = "") -> float:
    """How long these take in one process, once it is warm."""
    for some in (tasks[:WARM], tasks):
        began = time.perf_counter()
        good = sum(row.verified for _, row in grade_runs(some, compiled_to_grade, processes=1, dask=address))
        if good != len(some):
            raise RuntimeError(f"only {good} of {len(some)} runs are verified")
    return time.perf_counter() - began


def main() -> None:
    """Measure once, print JSON: `python -m levels.graded_many here|cluster COUNT`."""
    where, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        tasks = recorded(Path(folder), count)
        here_or_by_worker(where, count, lambda address: seconds(tasks, address))


if __name__ == "__main__":
    main()
