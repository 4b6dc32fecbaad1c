"""Sensors that are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.clock_sync.sensor_choices import LINE, PULSE
from core.protocols.clocks.clock_sync.sensor_laws import NEAR

HOARD = 5
"""So many shots are bought before every bang by whoever buys none after it."""


def _before(asked: Asked) -> Value:
    """Buys shots as long as nothing has banged."""
    me = asked.me
    wants = me.may_buy and not me.bang and me.shots < HOARD * (len(me.placed) + 1)
    return "pulse" if wants else PASS


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "no clock drifts", "takes the mean of dots that it has bought before the bang",
        {PULSE.name: _before, LINE.name: lambda asked: asked.me.flat_line}, NEAR,
    ),
    Persona(
        "hoards before", "lays a good line through old dots",
        {PULSE.name: _before, LINE.name: lambda asked: asked.me.line_of_all}, NEAR,
    ),
    Persona(
        "believes the sender", "goes by when the shot was meant", {LINE.name: lambda asked: asked.me.line_told}, NEAR,
    ),
    Persona("newest dot", "takes the newest dot for all times", {LINE.name: lambda asked: (0, 0)}, NEAR),
    Persona(
        "trigger-happy", "buys a shot whenever it may",
        {PULSE.name: lambda asked: "pulse" if asked.me.may_buy else PASS},
    ),
)  # fmt: skip
