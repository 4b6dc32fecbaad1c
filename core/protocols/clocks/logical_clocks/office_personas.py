"""Offices that look for the forgetful one in a wrong way, and those that string parcels wrong."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.logical_clocks.office_choices import ASK, BAIT, BLAME, PLACE
from core.protocols.clocks.logical_clocks.office_laws import ONE_ORDER


def _always(numbers: int) -> Persona:
    """Pushes by one constant, whatever it has learnt."""
    return Persona(
        f"always +{numbers}", f"pushes its clock by {numbers} before each question, whatever it has learnt",
        {BAIT.name: lambda asked: numbers},
    )  # fmt: skip


def _blames_straight(asked: Asked) -> Value:
    return next((reply for reply in asked.me.replies if reply[0] in asked.me.straight), PASS)


PERSONAS = (
    *(_always(numbers) for numbers in (40, 80, 160, 240)),
    Persona("never pushes", "asks without a bait, over and over", {BAIT.name: lambda asked: 0}),
    Persona("never asks", "waits for somebody to give himself away", {ASK.name: lambda asked: PASS}),
    Persona(
        "blames the straightest", "takes whoever's letters lie on a line for the one who forgets",
        {BLAME.name: _blames_straight},
    ),
    Persona(
        "decimals", "takes the point in a stamp for a decimal one", {PLACE.name: lambda asked: asked.me.by_decimals},
        ONE_ORDER.name,
    ),
)  # fmt: skip
