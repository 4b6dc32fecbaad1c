"""What must hold of what is built and kept, and what is counted."""

from __future__ import annotations

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.kernel.ready_laws import always_each, sometimes_one
from core.protocols.clocks.wall_clock.syncing.machines import Builder
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
FEW_MISSING = always(
    "{builder:node} misses at most {edits:number} edits",
    lambda evidence, builder, edits: _missing(evidence, builder) <= edits,
)
LAWS = (NOTHING_STALE, NOTHING_MISSING, MAKES, LEFT_ALONE, FEW_MISSING)


def _makes(evidence: Evidence, name: str) -> int:
    builder = evidence.machine(name, Builder)
    return 0 if builder is None else builder.makes


def _missing(evidence: Evidence, name: str) -> int:
    builder = evidence.machine(name, Builder)
    return 0 if builder is None else builder.missing


def _syncs(evidence: Evidence, node: str) -> int:
    return sum(builder.syncs for builder in evidence.running(Builder) if node in ("", builder.name))


MEASURES = (
    Measure("syncs", "rounds in which clocks were set", _syncs, known=OWN, roles=(Builder,)),
    Measure(
        "missing", "edits that vanished",
        lambda evidence, node: sum(each.missing for each in evidence.running(Builder) if node in ("", each.name)),
        known=OWN, roles=(Builder,),
    ),
)  # fmt: skip
