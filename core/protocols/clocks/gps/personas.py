"""Boats that find their place wrongly, each in one way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.gps.choices import CLOCK, FIX, LISTEN, USE, UTC
from core.protocols.clocks.gps.laws import NO_REEF, NOT_MISLED

Answers: TypeAlias = dict[str, Callable[[Asked], Value]]

ALL = 5
"""So many circles whoever trusts in numbers waits for."""


def _fixes_with(count: int) -> Answers:
    """Writes down whatever so many circles say, and listens until then."""

    def enough(asked: Asked) -> bool:
        return asked.me.waits and len(asked.me.audible) >= count

    def fix(asked: Asked) -> Value:
        return "fix" if enough(asked) else PASS

    def listen(asked: Asked) -> Value:
        return "listen" if asked.me.may_listen and not enough(asked) else PASS

    return {FIX.name: fix, LISTEN.name: listen}


def _first(count: int) -> Answers:
    return {USE.name: lambda asked: asked.me.audible[:count]}


_NO_PUSH: Answers = {CLOCK.name: lambda asked: 0}

PERSONAS = (
    Persona("two suffice", "takes two circles, as they always cross", {**_fixes_with(2), **_first(2)}, NO_REEF.name),
    Persona("never pushes", "believes its own clock", _NO_PUSH, NO_REEF.name),
    Persona(
        "three suffice", "takes the first three, as they always shut", {**_fixes_with(3), **_first(3)}, NO_REEF.name
    ),
    Persona(
        "averages all", "takes the middle of all that it hears",
        {**_fixes_with(3), USE.name: lambda asked: asked.me.audible}, NO_REEF.name,
    ),
    Persona("waits for five", "listens until five are there, whatever they say", _fixes_with(ALL)),
    Persona("counts no leap seconds", "takes GPS time for UTC", {UTC.name: lambda asked: 0}, NOT_MISLED.name),
)  # fmt: skip
