"""Clerks and archives that do it otherwise."""

from __future__ import annotations

from core.kernel.choice import Persona
from core.protocols.calls.marshal.choices import AS_IT_IS, GAP, LENGTH, OCTETS, ORDER, READ, swapped_first
from core.protocols.calls.marshal.laws import AS_MEANT, READABLE
from core.protocols.calls.marshal.messages import octets

PERSONAS = (
    Persona("packs tight", "leaves no gaps: that would be a waste of bytes", {GAP.name: lambda asked: 0}, READABLE),
    Persona("forgets the NUL", "counts the bytes that one can see", {LENGTH.name: lambda asked: asked.bytes}, READABLE),
    Persona("counts letters", "a letter is a byte", {LENGTH.name: lambda asked: asked.letters + 1}, READABLE),
    Persona(
        "older interface", "writes by an interface in which the first two members were the other way round",
        {ORDER.name: lambda asked: swapped_first(asked.names)}, AS_MEANT,
    ),
    Persona(
        "other endian", "writes numbers in the order that the flag does not tell",
        {OCTETS.name: lambda asked: octets(asked.number, asked.size, not asked.little)}, AS_MEANT,
    ),
    Persona("reads as it comes", "takes all machines for its own kind", {READ.name: lambda _: AS_IT_IS}, READABLE),
)  # fmt: skip
