"""What must hold of what is built and kept, and what is counted."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.hand import PUSH_CLOCK
from core.kernel.laws import ALL, OWN, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import always_each, sometimes_one
from core.kernel.scenario import NETWORK
from core.kernel.trace import CALM, CLOCK, MOVE, WAVE, Entry
from core.protocols.clocks.wall_clock.syncing.machines import Builder, Laptop
from core.protocols.clocks.wall_clock.syncing.messages import UP_TO_DATE

RELIABLE = ("no_loss", "bounded_delay", "no_crash")


def _fresh(builder: Builder) -> bool:
    return all(made.source == made.built for made in builder.made.values())


NOTHING_STALE = always_each("nothing stale is linked", Builder, _fresh, assumes=("bounded_delay",))
NOTHING_MISSING = always_each("no edit vanishes", Builder, lambda builder: not builder.missing, assumes=RELIABLE)
MAKES = eventually(
    "{builder:node} has run make {times:number} times",
    lambda evidence, builder, times: _makes(evidence, builder) >= times,
    assumes=("no_crash",),
    known="builder",
    tally=lambda evidence, builder, times: Tally(_makes(evidence, builder), times),
)
LEFT_ALONE = sometimes_one(
    "make leaves a file alone", Builder, lambda builder: any(made.did == UP_TO_DATE for made in builder.made.values())
)
STALE = sometimes(
    "{builder:node} leaves {file:text} stale",
    lambda evidence, builder, file: _is_stale(evidence, builder, file),
    known="builder",
)
MADE_AGAIN = sometimes(
    "{builder:node} finds {file:text} newer and makes it again",
    lambda evidence, builder, file: _made_again(evidence, builder, file),
    known="builder",
)
FEW_MISSING = always(
    "{builder:node} misses at most {edits:number} edits",
    lambda evidence, builder, edits: _missing(evidence, builder) <= edits,
)
FEW_SYNCS = always(
    "{builder:node} sets clocks at most {times:number} times",
    lambda evidence, builder, times: _syncs(evidence, builder) <= times,
)
LAWS = (NOTHING_STALE, NOTHING_MISSING, MAKES, LEFT_ALONE, STALE, MADE_AGAIN, FEW_MISSING, FEW_SYNCS)


def _is_stale(evidence: Evidence, name: str, file: str) -> bool:
    builder = evidence.machine(name, Builder)
    made = None if builder is None else builder.made.get(file)
    return made is not None and made.built < made.source


def _made_again(evidence: Evidence, name: str, file: str) -> bool:
    builder = evidence.machine(name, Builder)
    built = None if builder is None else builder.objects.get(file)
    return built is not None and built.number > 1


def _makes(evidence: Evidence, name: str) -> int:
    builder = evidence.machine(name, Builder)
    return 0 if builder is None else builder.makes


def _missing(evidence: Evidence, name: str) -> int:
    builder = evidence.machine(name, Builder)
    return 0 if builder is None else builder.missing


def _syncs(evidence: Evidence, node: str) -> int:
    return sum(builder.syncs for builder in evidence.running(Builder) if node in ("", builder.name))


def _pushes(evidence: Evidence) -> list[int]:
    """By how much (µs) the network has pushed clocks."""
    moves = [entry.detail for entry in evidence.trace if entry.kind == MOVE and entry.node == NETWORK]
    return [value[1] for name, value in moves if name == PUSH_CLOCK.name]


def _fooled(evidence: Evidence, node: str) -> int:
    return sum(
        made.built < made.source
        for builder in evidence.running(Builder)
        if node in ("", builder.name)
        for made in builder.made.values()
    )


@dataclass
class Apart:
    """How far the clocks of the two laptops were apart when something befell one of them last (µs, at true µs), and for
    how long they have been too far apart by then (µs)."""

    at: int = 0
    skew: int = 0
    over: int = 0


def too_far(one: int, other: int, length: int, most: int) -> int:
    """For how much of `length` µs something is at least `most` away from 0 that goes evenly from `one` to `other`."""
    if one == other:
        return length if abs(one) >= most else 0
    low, high = sorted((one, other))
    inside = max(0, min(high, most) - max(low, -most))
    return length - length * inside // (high - low)


def _skew(evidence: Evidence) -> int:
    laptops = evidence.running(Laptop)
    return evidence.clock(laptops[0].name) - evidence.clock(laptops[1].name) if len(laptops) == 2 else 0


def _most(evidence: Evidence) -> int:
    return min((builder.apart for builder in evidence.running(Builder)), default=0)


def _follow(evidence: Evidence, entry: Entry) -> None:
    """Between two of these entries the clocks go evenly; a step lies at the end of what was before it."""
    if entry.kind not in (CLOCK, WAVE, CALM):
        return
    memory = evidence.recall(Apart)
    skew = _skew(evidence)
    laptops = [laptop.name for laptop in evidence.running(Laptop)]
    stepped = entry.detail if entry.kind == CLOCK else 0
    before = skew - stepped * (1 if laptops[:1] == [entry.node] else -1 if entry.node in laptops else 0)
    memory.over += too_far(memory.skew, before, entry.time - memory.at, _most(evidence))
    memory.at, memory.skew = entry.time, skew


def _over(evidence: Evidence, node: str) -> int:
    memory = evidence.recall(Apart)
    return memory.over + too_far(memory.skew, _skew(evidence), evidence.now - memory.at, _most(evidence))


MEASURES = (
    Measure("syncs", "rounds in which clocks were set", _syncs, known=OWN, roles=(Builder,)),
    Measure(
        "missing", "edits that vanished",
        lambda evidence, node: sum(each.missing for each in evidence.running(Builder) if node in ("", each.name)),
        known=OWN, roles=(Builder,),
    ),
    Measure("over", "time for which two clocks were too far apart", _over, "µs", watch=_follow),
    Measure(
        "pushed", "by how much clocks were pushed",
        lambda evidence, node: sum(abs(by) for by in _pushes(evidence)), "µs", known=ALL,
    ),
    Measure("fooled", "files that were left stale", _fooled, known=ALL),
)  # fmt: skip
