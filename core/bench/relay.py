"""The message relay: N nodes in a ring, a message in flight from each; messages per second.

Ours runs through the same `World.step`, seats and trace as the game; SimPy does the same relay with a Store and a
time-out per message; the bare loop does the same pushes and pops on a heap and nothing else. All take their turns in
one fresh process and are measured by its CPU time: what else the machine does then strikes no one of them alone.
"""

from __future__ import annotations

import gc
import heapq
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from core import collector
from core.bench.measuring import Figure, measured
from core.kernel.protocol import Context, Machine, Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.world import World
from core.wire.cdr import codec_for

LATENCY = 1_000


@dataclass(frozen=True, slots=True)
class Token:
    """What is passed on; `hop` counts."""

    hop: int


@dataclass(slots=True)
class Relay(Machine):
    """Passes every token to its successor."""

    successor: str = ""
    seen: int = 0

    def on_start(self, ctx: Context) -> None:
        ctx.send(self.successor, Token(0))

    def on_message(self, ctx: Context, source: str, message: Token) -> None:
        self.seen += 1
        ctx.send(self.successor, Token(message.hop + 1))


PROTOCOL = Protocol("relay", "Relay", {"relay": Relay}, (Token,), codec_for(Token))


def relay_world(nodes: int) -> World:
    """A ring of `nodes` relays."""
    return World(
        Scenario(
            "relay",
            {"relay": PROTOCOL},
            tuple(
                NodeSpec(f"node{place}", "relay", "relay", {"successor": f"node{(place + 1) % nodes}"})
                for place in range(nodes)
            ),
            default_link=LinkSpec(LATENCY),
            limit=1 << 60,
        )
    )


def _settle() -> None:
    """What was built is left out of collections, which are as rare as in the game; for every engine alike."""
    gc.unfreeze()
    gc.collect()
    collector.relax()
    collector.spare()


def ours(nodes: int, messages: int) -> float:
    """Messages per second of CPU time through `World.step`, once all nodes have started."""
    world = relay_world(nodes)
    for _ in range(nodes):
        world.step()
    _settle()
    start = time.process_time()
    steps = 0
    while steps < messages and world.step():
        steps += 1
    return steps / (time.process_time() - start)


def simpy_relay(nodes: int, messages: int) -> float:
    """Messages per second of CPU time in SimPy. Raises ImportError if it is not installed."""
    import simpy

    environment = simpy.Environment()
    inboxes = [simpy.Store(environment) for _ in range(nodes)]
    done = environment.event()
    count = 0

    def deliver(place: int, hop: int):  # type: ignore[no-untyped-def]
        yield environment.timeout(LATENCY)
        inboxes[place].put(hop)

    def node(place: int):  # type: ignore[no-untyped-def]
        nonlocal count
        environment.process(deliver((place + 1) % nodes, 0))
        while True:
            hop = yield inboxes[place].get()
            count += 1
            if count == messages:
                done.succeed()
                return
            environment.process(deliver((place + 1) % nodes, hop + 1))

    for place in range(nodes):
        environment.process(node(place))
    _settle()
    start = time.process_time()
    environment.run(done)
    return count / (time.process_time() - start)


def bare(nodes: int, messages: int) -> float:
    """The same pushes and pops on a bare heap, per second of CPU time."""
    heap = [(LATENCY, place, place, 0) for place in range(nodes)]
    heapq.heapify(heap)
    number = nodes
    _settle()
    start = time.process_time()
    for _ in range(messages):
        now, _, place, hop = heapq.heappop(heap)
        number += 1
        heapq.heappush(heap, (now + LATENCY, number, (place + 1) % nodes, hop + 1))
    return messages / (time.process_time() - start)


def memory() -> dict[str, float]:
    """Bytes per idle node and per trace entry, by tracemalloc."""
    nodes, messages = 2_000, 20_000
    gc.collect()
    tracemalloc.start()
    world = relay_world(nodes)
    for _ in range(nodes):
        world.step()
    gc.collect()
    per_node = tracemalloc.get_traced_memory()[0] / nodes
    entries = len(world.trace)
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(messages):
        world.step()
    gc.collect()
    per_entry = (tracemalloc.get_traced_memory()[0] - before) / (len(world.trace) - entries)
    return {"node": per_node, "entry": per_entry}


ENGINES = {"ours": ours, "bare": bare, "simpy": simpy_relay}


def turns(rounds: int, nodes: int, messages: int) -> dict[str, float]:
    """Every engine that is installed once a round, in turn: the median rate of ours, and the median of its ratio to
    each peer's."""
    engines = [name for name in ENGINES if name != "simpy" or find_spec("simpy")]
    found: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name in engines:
            found[name].append(ENGINES[name](nodes, messages))
    mine = found.pop("ours")
    ratios = {name: statistics.median(a / b for a, b in zip(mine, peer, strict=True)) for name, peer in found.items()}
    return {"rate": statistics.median(mine), **ratios}


def scales(rounds: int, messages: int) -> dict[str, float]:
    """10,000 nodes against 100, in turn: the median of the ratio of their rates."""
    return {"ratio": statistics.median(ours(10_000, messages) / ours(100, messages) for _ in range(rounds))}


def bench(quick: bool) -> list[Figure]:
    """50 nodes: ours against SimPy and the bare heap."""
    found = measured("core.bench.relay", "turns", "5" if quick else "15", "50", "30000" if quick else "60000")
    missing = "" if "simpy" in found else "SimPy is not installed: pip install 'ackademy[bench]'"
    return [
        Figure("relay", "messages per second", round(found["rate"]), "/s"),
        Figure("relay", "ratio to a bare heap loop", round(found["bare"], 3), "x", 0.16),
        Figure("relay", "ratio to SimPy", round(found.get("simpy", 0), 2), "x", 4.0, skipped=missing),
    ]


def bench_scale(quick: bool) -> list[Figure]:
    """Events per second at 10,000 nodes against 100 nodes."""
    found = measured("core.bench.relay", "scales", "3" if quick else "7", "100000" if quick else "200000")
    return [Figure("scale", "10,000 nodes against 100", round(found["ratio"], 2), "x", 0.6)]


def bench_memory(quick: bool) -> list[Figure]:
    """Memory per idle node and per trace entry."""
    figures = measured("core.bench.relay", "memory")
    return [
        Figure("memory", "per idle node", round(figures["node"]), "bytes"),
        Figure("memory", "per trace entry", round(figures["entry"]), "bytes"),
    ]


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.relay turns ROUNDS NODES MESSAGES`, `scales ROUNDS MESSAGES`,
    `memory`."""
    what, *numbers = sys.argv[1:]
    benches: dict[str, Callable[..., dict[str, float]]] = {"turns": turns, "scales": scales, "memory": memory}
    print(json.dumps(benches[what](*map(int, numbers))))


if __name__ == "__main__":
    main()
