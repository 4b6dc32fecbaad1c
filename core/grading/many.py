"""Many run files at once, on all cores, or on other machines."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from core.grading.one import grade_run
from core.grading.rows import Row, Standing, Wanted
from core.record import MOST_BYTES, Compile

ALONE = 8
"""So few files are judged here: other processes would take longer to begin."""
BATCH = 4
"""Files that a process is given at a time."""

Task = tuple[Path | str, Wanted | None]
Sent = tuple[Path | str, Wanted | None, bytes]
"""A task with what is in its file, for where that cannot be seen."""


def grade_runs(
    tasks: Sequence[Task], compile_level: Compile, *, processes: int | None = None, dask: str = ""
) -> Iterator[tuple[int, Row]]:
    """The place of each task and its row, as they are done. `compile_level`: a function of a module, which other
    processes can import. `processes`: None for one a core. `dask`: the address of a scheduler whose workers do it
    (core.cluster, which raises ClusterError)."""
    if dask:
        yield from _on_cluster(tasks, compile_level, dask)
        return
    processes = processes or cores()
    if processes == 1 or len(tasks) <= ALONE:
        for place, (path, wanted) in enumerate(tasks):
            yield place, grade_run(path, compile_level, wanted)
        return
    from concurrent.futures import Future, ProcessPoolExecutor, as_completed  # one file needs no processes
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    batches = [range(start, min(start + BATCH, len(tasks))) for start in range(0, len(tasks), BATCH)]
    lost: list[int] = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs: dict[Future[list[Row]], range] = {
            pool.submit(grade_batch, [tasks[place] for place in batch], compile_level): batch for batch in batches
        }
        for job in as_completed(jobs):
            try:
                yield from zip(jobs[job], job.result(), strict=True)
            except BrokenProcessPool:
                lost += jobs[job]
    for place in sorted(lost):
        yield place, _apart(tasks[place], compile_level)


def grade_batch(tasks: Sequence[Task], compile_level: Compile) -> list[Row]:
    """The rows of some tasks, here."""
    return [grade_run(path, compile_level, wanted) for path, wanted in tasks]


def grade_sent(compile_level: Compile, tasks: Sequence[Sent]) -> list[Row]:
    """The rows of some tasks whose files came with them."""
    return [grade_run(path, compile_level, wanted, data) for path, wanted, data in tasks]


def _on_cluster(tasks: Sequence[Task], compile_level: Compile, address: str) -> Iterator[tuple[int, Row]]:
    from core.cluster import spread

    sent: list[tuple[int, Sent]] = []
    for place, (path, wanted) in enumerate(tasks):
        data = _data(path)
        if data is None:
            yield place, grade_run(path, compile_level, wanted)
        else:
            sent.append((place, (path, wanted, data)))
    batches = [sent[start : start + BATCH] for start in range(0, len(sent), BATCH)]
    work = [[task for _, task in batch] for batch in batches]
    for number, rows in spread(address, partial(grade_sent, compile_level), work):
        yield from zip((place for place, _ in batches[number]), rows, strict=True)


def _data(path: Path | str) -> bytes | None:
    """What is in a file; None if it cannot be read, or is too large for any run: that is then said of it."""
    with suppress(OSError, ValueError):
        if Path(path).stat().st_size <= MOST_BYTES:
            return Path(path).read_bytes()
    return None


def _apart(task: Task, compile_level: Compile) -> Row:
    """The row of a task that may have ended the process that judged it: in one of its own."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(grade_run, task[0], compile_level, task[1]).result()
        except BrokenProcessPool:
            return Row(str(task[0]), Standing.UNREADABLE, "executing it ended the process that did so")


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
