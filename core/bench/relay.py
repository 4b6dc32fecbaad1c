"""The message relay: N nodes in a ring, a message in flight from each; messages per second.

Ours runs through the same `World.step`, seats and trace as the game; SimPy does the same relay with a Store and a
time-out per message; the bare loop does the same pushes and pops on a heap and nothing else.
"""

from __future__ import annotations

import gc
import heapq
import json
import sys
import time
import tracemalloc
from dataclasses import dataclass

from core.bench.measuring import Figure, SkippedError, interleaved, measured, median, median_ratio
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
    """What was built is left out of collections, as in the game when a level is loaded; for every engine alike."""
    gc.collect()
    gc.freeze()


def ours(nodes: int, messages: int) -> float:
    """Messages per second through `World.step`, once all nodes have started."""
    world = relay_world(nodes)
    for _ in range(nodes):
        world.step()
    _settle()
    start = time.perf_counter()
    steps = 0
    while steps < messages and world.step():
        steps += 1
    return steps / (time.perf_counter() - start)


def simpy_relay(nodes: int, messages: int) -> float:
    """Messages per second in SimPy. Raises SkippedError if it is not installed."""
    try:
        import simpy
    except ImportError:
        raise SkippedError("SimPy is not installed: pip install 'ackademy[bench]'") from None
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
    start = time.perf_counter()
    environment.run(done)
    return count / (time.perf_counter() - start)


def bare(nodes: int, messages: int) -> float:
    """The same pushes and pops on a bare heap, per second."""
    heap = [(LATENCY, place, place, 0) for place in range(nodes)]
    heapq.heapify(heap)
    number = nodes
    _settle()
    start = time.perf_counter()
    for _ in range(messages):
        now, _, place, hop = heapq.heappop(heap)
        number += 1
        heapq.heappush(heap, (now + LATENCY, number, (place + 1) % nodes, hop + 1))
    return messages / (time.perf_counter() - start)


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


def _run(what: str, nodes: int, messages: int) -> dict[str, float]:
    return measured("core.bench.relay", what, str(nodes), str(messages))


def bench(quick: bool) -> list[Figure]:
    """50 nodes: ours against SimPy and the bare heap."""
    rounds, messages = (3, 30_000) if quick else (7, 60_000)
    results = interleaved(rounds, [lambda: _run("ours", 50, messages), lambda: _run("bare", 50, messages * 3)])
    mine, heap = results
    figures = [
        Figure("relay", "messages per second", round(median(mine, "rate")), "/s"),
        Figure("relay", "ratio to a bare heap loop", round(median_ratio(mine, heap, "rate"), 3), "x", 0.10),
    ]
    try:
        mine, peer = interleaved(rounds, [lambda: _run("ours", 50, messages), lambda: _run("simpy", 50, messages)])
    except SkippedError as reason:
        return [*figures, Figure("relay", "ratio to SimPy", 0, "x", 2.5, skipped=str(reason))]
    return [*figures, Figure("relay", "ratio to SimPy", round(median_ratio(mine, peer, "rate"), 2), "x", 2.5)]


def bench_scale(quick: bool) -> list[Figure]:
    """Events per second at 10,000 nodes against 100 nodes."""
    rounds, messages = (3, 100_000) if quick else (7, 200_000)
    many, few = interleaved(rounds, [lambda: _run("ours", 10_000, messages), lambda: _run("ours", 100, messages)])
    return [Figure("scale", "10,000 nodes against 100", round(median_ratio(many, few, "rate"), 2), "x", 0.6)]


def bench_memory(quick: bool) -> list[Figure]:
    """Memory per idle node and per trace entry."""
    figures = measured("core.bench.relay", "memory", "0", "0")
    return [
        Figure("memory", "per idle node", round(figures["node"]), "bytes"),
        Figure("memory", "per trace entry", round(figures["entry"]), "bytes"),
    ]


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.relay ours|simpy|bare|memory NODES MESSAGES`."""
    what, nodes, messages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if what == "memory":
        print(json.dumps(memory()))
        return
    try:
        rate = {"ours": ours, "simpy": simpy_relay, "bare": bare}[what](nodes, messages)
    except SkippedError as reason:
        print(json.dumps({"skipped": str(reason)}))
    else:
        print(json.dumps({"rate": rate}))


if __name__ == "__main__":
    main()
