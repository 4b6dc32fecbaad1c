"""Searches, in this process or by a worker of a dask cluster: for the bench, `python -m levels.explored_many`."""

from __future__ import annotations

import sys
import time

from core.bench.measuring import here_or_by_worker
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
    here_or_by_worker(where, count, lambda address: seconds(count, address))


if __name__ == "__main__":
    main()
