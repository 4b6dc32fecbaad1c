"""Daemons that are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.clock_sync.daemon_choices import AGAIN, COUNT, LETTER, LOOK, MEAN, TO, WRITE
from core.protocols.clocks.clock_sync.daemon_laws import AFTER_EVERY, LITTLE


def _most_in_doubt(asked: Asked) -> Value:
    """Asks somebody once more as long as it may: whoever is in the most doubt."""
    me = asked.me
    left = [name for name in me.voters if me.times.get(name, 0) < me.tries]
    return max(left, key=lambda name: me.samples[name].doubt, default=PASS)


def _unasked(asked: Asked) -> Value:
    """Writes without having asked anybody again."""
    me = asked.me
    return "write" if me.ready and not me.waits and not me.needs_watch else PASS


def _unwatched(asked: Asked) -> Value:
    """Writes without having looked."""
    me = asked.me
    return "write" if me.ready and not me.waits and not me.widest else PASS


PERSONAS: tuple[Persona, ...] = (
    Persona("all are equal", "lets every clock count", {COUNT.name: lambda asked: asked.me.answered}, LITTLE),
    Persona(
        "I am right", "takes its own clock for the true one",
        {COUNT.name: lambda asked: (asked.me.name,), MEAN.name: lambda asked: 0}, LITTLE,
    ),
    Persona("one of us", "always counts itself", {COUNT.name: lambda asked: asked.me.and_self}, LITTLE),
    Persona("tells the time", "writes what time it is", {LETTER.name: lambda asked: TO}, AFTER_EVERY),
    Persona(
        "takes any answer", "never asks again", {AGAIN.name: lambda asked: PASS, WRITE.name: _unasked}, AFTER_EVERY,
    ),
    Persona(
        "trusts its own camp", "never looks at its watch",
        {LOOK.name: lambda asked: PASS, WRITE.name: _unwatched},
        LITTLE,
    ),
    Persona("asks all day", "asks again as often as it may", {AGAIN.name: _most_in_doubt}),
)  # fmt: skip
