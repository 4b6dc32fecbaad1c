"""Processes and detectives that are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.logical_clocks.detective_choices import SLIDE, VERDICT
from core.protocols.clocks.logical_clocks.detective_laws import CLOCK_CONDITION, TRUE
from core.protocols.clocks.logical_clocks.order import BESIDE
from core.protocols.clocks.logical_clocks.process_choices import STAMP


def _push_each(asked: Asked) -> Value:
    me = asked.me
    return me.left if me.may_push and me.left not in me.slides else PASS


PERSONAS = (
    Persona(
        "forgets the maximum",
        "counts its own events, whatever it reads",
        {STAMP.name: lambda asked: max(asked.shown, asked.me.last + 1)},
        CLOCK_CONDITION.name,
    ),
    Persona(
        "believes the wall clock", "takes what was earlier by the clocks for the cause",
        {VERDICT.name: lambda asked: asked.me.by_clock if asked.me.slip is not None else PASS}, TRUE.name,
    ),
    Persona(
        "smaller caused", "takes a smaller stamp for the cause",
        {VERDICT.name: lambda asked: asked.me.by_stamp if asked.me.slip is not None else PASS}, TRUE.name,
    ),
    Persona(
        "direct letters only", "sees no further than one letter",
        {VERDICT.name: lambda asked: asked.me.by_letters if asked.me.slip is not None else PASS}, TRUE.name,
    ),
    Persona(
        "always an alibi", "says of everybody that they cannot have known",
        {VERDICT.name: lambda asked: BESIDE if asked.me.slip is not None else PASS}, TRUE.name,
    ),
    Persona("pushes every bead", "reads nothing off the rods", {SLIDE.name: _push_each}),
)  # fmt: skip
