"""Archivists that are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.kernel.time import MILLISECOND
from core.protocols.premise.tapes.choices import BUY, FIRST, SHIFT, STRETCH
from core.protocols.premise.tapes.laws import NO_GUESS, NO_LEANING
from core.protocols.premise.tapes.slack import EVEN, stretched


def _raw(asked: Asked) -> Value:
    me = asked.me
    if not me.asks:
        return PASS
    pair = me.notes[me.number]
    return me.one if pair[me.one] <= pair[me.other] else me.other


def _by_the_middle(asked: Asked) -> Value:
    me = asked.me
    if not me.asks:
        return PASS
    pair = me.notes[me.number]
    place = stretched(pair[me.other], me.best_stretch) + me.middle_at(me.best_stretch) * MILLISECOND
    return me.one if pair[me.one] <= place else me.other


PERSONAS = (
    Persona(
        "one clock", "takes all stamps for those of one clock",
        {SHIFT.name: lambda asked: 0, STRETCH.name: lambda asked: EVEN, FIRST.name: _raw}, NO_LEANING.name,
    ),
    Persona(
        "middle of the slack", "takes the middle for the truth", {FIRST.name: _by_the_middle}, NO_GUESS.name,
    ),
    Persona(
        "never stretches", "takes both clocks for even", {STRETCH.name: lambda asked: EVEN}, NO_LEANING.name,
    ),
    Persona("hoards", "asks for letters as long as it may", {BUY.name: lambda asked: "letters"}),
)  # fmt: skip
