"""The benchmarks behind `ackademy bench`: each with its peer or limit in the same run, in processes of their own.

A measurement runs in a fresh interpreter (`python -m core.bench.<module> …`), because what ran before in a process
changes how memory lies and so how fast the next thing runs. Rounds are interleaved (peer, ours, peer, ours); medians
count.
"""

from __future__ import annotations

from core.bench.measuring import Bench, Figure, SkippedError, interleaved, measured, median, median_ratio

__all__ = ["Bench", "Figure", "SkippedError", "benches", "interleaved", "measured", "median", "median_ratio"]


def benches() -> dict[str, Bench]:
    """All benchmarks by name, in order."""
    from core.bench import crowd, explored, frames, goodput, graded, longrun, relay, screen

    return {
        "relay": relay.bench,
        "scale": relay.bench_scale,
        "memory": relay.bench_memory,
        "crowd": crowd.bench,
        "explore": explored.bench,
        "long": longrun.bench,
        "grade": graded.bench,
        "start": screen.bench_start,
        "keys": screen.bench_keys,
        "idle": screen.bench_idle,
        "frames": frames.bench,
        "goodput": goodput.bench,
    }
