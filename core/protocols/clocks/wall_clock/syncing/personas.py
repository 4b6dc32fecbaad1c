"""Builders that set clocks too seldom, or far too often."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona
from core.kernel.time import SECOND
from core.protocols.clocks.wall_clock.ground import until_apart
from core.protocols.clocks.wall_clock.syncing.choices import RESYNC
from core.protocols.clocks.wall_clock.syncing.laws import NOTHING_MISSING


def _one_drifts(asked: Asked) -> int:
    return until_apart(asked.me.apart, asked.me.sheet)


def _no_error(asked: Asked) -> int:
    return until_apart(asked.me.apart, 2 * asked.me.sheet)


PERSONAS = (
    Persona("one drifts", "as though the other clock stood still", {RESYNC.name: _one_drifts}, NOTHING_MISSING.name),
    Persona("never errs", "as though a clock that was set were right", {RESYNC.name: _no_error}, NOTHING_MISSING.name),
    Persona(
        "trusts the sheet", "goes by the data sheet, whatever is measured",
        {RESYNC.name: lambda asked: asked.me.longest}, NOTHING_MISSING.name,
    ),
    Persona("every ten seconds", "sets clocks all the time", {RESYNC.name: lambda asked: 10 * SECOND}),
)  # fmt: skip
