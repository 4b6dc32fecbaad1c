"""Searches, in this process or by a worker of a dask cluster: for the bench, `python -m levels.explored_many`."""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

from core.cluster import spread
from core.search import Budget
from levels.exploring import Piece, Search, Subject, made

WARM = 4
"""Searches that are made before the watch starts: by then whoever makes them has loaded the game."""
PIECE = Piece(Subject("echo"), Search.BREACH, 20_000, Budget(late=1))


def seconds(count: int, address: str = "") -> float:
    """How long so many equal searches take, one after the other or by one worker, once it is warm."""
    for some in (WARM, count):
        pieces = [PIECE] * some
        began = time.perf_counter()
        found = [sent for _, sent in spread(address, made, pieces)] if address else [made(piece) for piece in pieces]
        states = {sent.exploration.states for sent in found if sent.exploration is not None}
        if len(found) != some or len(states) != 1:
            raise RuntimeError(f"{len(found)} of {some} searches came back, with {states} states")
        spent = time.perf_counter() - began
    return spent


def main() -> None:
    """Measure once, print JSON: `python -m levels.explored_many here|cluster COUNT`."""
    where, count = sys.argv[1], int(sys.argv[2])
    if where == "here":
        spent = seconds(count)
    else:
        try:
            library: Any = importlib.import_module("distributed")
        except ImportError:
            print(json.dumps({"skipped": "the extra `cluster` is not installed"}))
            return
        beside = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
        with library.LocalCluster(**beside) as cluster:
            spent = seconds(count, cluster.scheduler_address)
    print(json.dumps({"ms": spent * 1000 / count}))


if __name__ == "__main__":
    main()
