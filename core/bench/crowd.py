"""A crowd that gossips: how long it takes until all nodes have started, each knowing all others, and forks of it.

The time and the memory of a node must not grow with the number of nodes; a fork must not cost what the world does.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from core.bench.measuring import Figure, interleaved, measured, median, median_ratio
from core.kernel.protocol import Context, Machine, Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import SECOND
from core.kernel.world import World
from core.wire.cdr import codec_for

FEW, MANY = 1_000, 8_000
FORKED = 200
"""Forks of which each runs on for one event."""


@dataclass(frozen=True, slots=True)
class Rumour:
    """What is told; `hop` counts."""

    hop: int


@dataclass
class Villager(Machine):
    """Tells every second whom comes next among all others."""

    peers: Sequence[str] = ()
    told: int = 0

    def on_start(self, ctx: Context) -> None:
        ctx.set_timer("tell", SECOND)

    def on_timer(self, ctx: Context, key: object) -> None:
        ctx.send(self.peers[self.told % len(self.peers)], Rumour(self.told))
        self.told += 1
        ctx.set_timer("tell", SECOND)


PROTOCOL = Protocol("crowd", "Crowd", {"villager": Villager}, (Rumour,), codec_for(Rumour))


def village(nodes: int) -> World:
    """So many villagers, all started."""
    specs = tuple(NodeSpec(f"node{place}", "crowd", "villager") for place in range(nodes))
    world = World(Scenario("crowd", {"crowd": PROTOCOL}, specs, default_link=LinkSpec(), limit=1 << 60))
    for _ in range(nodes):
        world.step()
    return world


def starts(nodes: int) -> dict[str, float]:
    """µs a node until all have started; µs a fork that goes on for one event."""
    began = time.perf_counter()
    world = village(nodes)
    started = time.perf_counter() - began
    world.run(limit=nodes // 2)
    gc.collect()
    began = time.perf_counter()
    for _ in range(FORKED):
        world.fork().step()
    forked = time.perf_counter() - began
    return {"start": started * 1e6 / nodes, "fork": forked * 1e6 / FORKED}


def memory(nodes: int) -> dict[str, float]:
    """Bytes a node once all have started, by tracemalloc."""
    gc.collect()
    tracemalloc.start()
    world = village(nodes)
    gc.collect()
    return {"node": tracemalloc.get_traced_memory()[0] / len(world.nodes)}


def bench(quick: bool) -> list[Figure]:
    """Per node at 8,000 nodes and at 1,000; a fork of 1,000."""
    rounds = 3 if quick else 5
    many, few = interleaved(
        rounds,
        [partial(measured, "core.bench.crowd", "starts", str(nodes)) for nodes in (MANY, FEW)],
    )
    sizes = [measured("core.bench.crowd", "memory", str(nodes))["node"] for nodes in (MANY, FEW)]
    return [
        Figure("crowd", f"start of {MANY:,} nodes, per node", round(median(many, "start"), 1), "µs"),
        Figure("crowd", f"the same against {FEW:,}", round(median_ratio(many, few, "start"), 2), "x", 3.0, "at most"),
        Figure("crowd", f"memory per node against {FEW:,}", round(sizes[0] / sizes[1], 2), "x", 1.2, "at most"),
        Figure("crowd", f"fork of {FEW:,} nodes, and one event", round(median(few, "fork")), "µs"),
    ]


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.crowd starts|memory NODES`."""
    print(json.dumps({"starts": starts, "memory": memory}[sys.argv[1]](int(sys.argv[2]))))


if __name__ == "__main__":
    main()
