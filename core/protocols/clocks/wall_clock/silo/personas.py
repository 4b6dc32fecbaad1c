"""Headquarters that are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import Persona
from core.protocols.clocks.wall_clock.silo.choices import LONGEST, PERIOD, READS, SLOPE, TIMER, WINDOW
from core.protocols.clocks.wall_clock.silo.laws import ANSWERED, NO_FALSE, RIGHT_IN_TIME

PERSONAS = (
    Persona(
        "reads the clock", "goes by what the clock on the wall reads", {TIMER.name: lambda asked: READS}, NO_FALSE.name
    ),
    Persona("lets it jump", "lets a wrong clock jump", {SLOPE.name: lambda asked: 0}, NO_FALSE.name),
    Persona("in no hurry", "bends a wrong clock by one per cent", {SLOPE.name: lambda asked: 1}, RIGHT_IN_TIME.name),
    Persona(
        "no slack",
        "lets a silence be no longer than a period",
        {WINDOW.name: lambda asked: asked.me.pause},
        NO_FALSE.name,
    ),
    Persona("once an hour", "sends a reset each hour", {PERIOD.name: lambda asked: 60}, NO_FALSE.name),
    Persona("a day", "bears a silence of a day", {WINDOW.name: lambda asked: LONGEST}, ANSWERED.name),
)
