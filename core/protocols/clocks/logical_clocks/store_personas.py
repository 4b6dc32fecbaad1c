"""Stores that are wrong about what replaces what, each in one way."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.protocols.clocks.logical_clocks.store_choices import SHELF, STORES, VECTOR, by_sum, labels_of
from core.protocols.clocks.logical_clocks.store_laws import CONDITION, NOTHING_LOST
from core.protocols.clocks.logical_clocks.vectors import label


def _own_only(asked: Asked) -> Value:
    return tuple(asked.me.count + 1 if place == asked.me.place else 0 for place in range(STORES))


PERSONAS = (
    Persona("larger is newer", "keeps the version whose numbers add up to most, as if they were one stamp",
            {SHELF.name: by_sum}, NOTHING_LOST.name),
    Persona("the last writer wins", "keeps what came last",
            {SHELF.name: lambda asked: (label(asked.version),)}, NOTHING_LOST.name),
    Persona("keeps every version", "throws nothing away", {SHELF.name: labels_of}),
    Persona("counts its own only", "takes no maximum of what was read", {VECTOR.name: _own_only}, CONDITION.name),
)  # fmt: skip
