"""Bureaus that are wrong, each in one way."""

from __future__ import annotations

from collections.abc import Callable

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.wall_clock.bureau.calendar import ALL, REFORMS, best
from core.protocols.clocks.wall_clock.bureau.choices import DAYS, INSERT, LESS, MORE, OMIT
from core.protocols.clocks.wall_clock.bureau.laws import CALENDARS, WITHIN

LATE, NERVOUS = 700, 200
"""ms: so far the dot itself may be off before one reacts; so far the tip, for whoever cannot wait."""


def _where(sign: int, off: Callable[[Asked], int], edge: int) -> Callable[[Asked], Value]:
    """Inserts (1) where the Earth is behind by more than `edge`, or omits (-1) where it is so far ahead."""
    option = MORE if sign > 0 else LESS
    return lambda asked: option if sign * off(asked) < -edge else PASS


def _by(off: Callable[[Asked], int], edge: int) -> dict[str, Callable[[Asked], Value]]:
    return {INSERT.name: _where(1, off, edge), OMIT.name: _where(-1, off, edge)}


def _each_summer(asked: Asked) -> Value:
    return MORE if asked.me.entry % 2 == 0 else PASS


PERSONAS = (
    Persona(
        "bead only",
        "drops the days that have slid, and lets the calendar slide on",
        {DAYS.name: lambda asked: (best(asked.place, asked.year)[0], ALL)},
        CALENDARS.name,
    ),
    Persona(
        "slope only",
        "lets the calendar run right from now on, and drops no day",
        {DAYS.name: lambda asked: (0, best(asked.place, asked.year)[1])},
        CALENDARS.name,
    ),
    Persona("as Rome did", "drops as many days as Rome", {DAYS.name: lambda asked: best(*REFORMS[0])}, CALENDARS.name),
    Persona(
        "yearly",
        "inserts a second each year, whatever the Earth does",
        {INSERT.name: _each_summer, OMIT.name: lambda asked: PASS},
        WITHIN.name,
    ),
    Persona(
        "reacts",
        "announces a second when the Earth is far off, and looks at no ruler",
        _by(lambda asked: int(asked.me.ahead), LATE),
        WITHIN.name,
    ),
    Persona("never less", "never omits a second, as nobody has", {OMIT.name: lambda asked: PASS}, WITHIN.name),
    Persona(
        "nervous", "announces a second as soon as the ruler points away", _by(lambda asked: int(asked.me.tip), NERVOUS)
    ),
)
