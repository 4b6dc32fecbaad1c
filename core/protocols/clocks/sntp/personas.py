"""Clients and a server as they should not be."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.kernel.time import SECOND
from core.protocols.clocks.sntp.choices import ADJUST, BELIEVE, KISS, OFFSET, ORIGINATE, PAUSE
from core.protocols.clocks.sntp.times import difference, offset_and_delay

ASKED_FOR = "no clock is set by an answer that was not asked for"
WITHIN = "{client:node} is within {error:duration} of {server:node}"
WELCOME = "who was told to stop asks no more"
UNHURRIED = "nobody asks again within 15 s"


def _one_way(asked: Asked) -> Value:
    """Sets the clock to what the answer says, as though it had taken no time to come."""
    _, _, left, back = asked.times
    return difference(left, back)


def _wrong_sign(asked: Asked) -> Value:
    return -offset_and_delay(*asked.times)[0]


PERSONAS = (
    Persona("believes everybody", "uses whatever looks like a time", {BELIEVE.name: lambda asked: "use"}, ASKED_FOR),
    Persona("forgets the way", "takes the answer's time for now", {OFFSET.name: _one_way}, WITHIN),
    Persona("wrong sign", "mixes up ahead and behind", {OFFSET.name: _wrong_sign}, WITHIN),
    Persona("always steps", "lets its clock jump for any trifle", {ADJUST.name: lambda asked: "step"}),
    Persona("never steps", "mends hours at 500 parts per million", {ADJUST.name: lambda asked: "slew"}, WITHIN),
    Persona("impatient", "asks every second", {PAUSE.name: lambda asked: SECOND}, UNHURRIED),
    Persona("deaf to kisses", "asks on, whatever the server says", {KISS.name: lambda asked: "ask on"}, WELCOME),
    Persona(
        "echoes nothing", "leaves the originate timestamp empty", {ORIGINATE.name: lambda asked: "nothing"}, WITHIN
    ),
)
