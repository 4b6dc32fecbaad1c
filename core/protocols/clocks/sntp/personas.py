"""Clients and a server as they should not be."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.kernel.time import SECOND
from core.protocols.clocks.sntp.choices import ADJUST, BELIEVE, KISS, OFFSET, ORIGINATE, PAUSE
from core.protocols.clocks.sntp.leap import GENTLY, LEAP, LONGER, SLOPE, STEEPEST, is_time_to_bend
from core.protocols.clocks.sntp.times import difference, offset_and_delay

ASKED_FOR = "no clock is set by an answer that was not asked for"
WITHIN = "{client:node} is within {error:duration} of {server:node}"
SMOOTH = "{server:node} tells nobody of a jump of more than {most:duration}"
SMOOTH_FOR_MINDERS = "no client that leaps when {server:node} warns it sees a jump of more than {most:duration}"
NEAR_UTC = "{server:node} never tells a time more than {most:duration} off UTC"
WELCOME = "who was told to stop asks no more"
UNHURRIED = "nobody asks again within 15 s"


def _one_way(asked: Asked) -> Value:
    """Sets the clock to what the answer says, as though it had taken no time to come."""
    _, _, left, back = asked.times
    return difference(left, back)


def _wrong_sign(asked: Asked) -> Value:
    return -offset_and_delay(*asked.times)[0]


def _at_once(asked: Asked) -> Value:
    return -STEEPEST if is_time_to_bend(asked.me.night, asked.now) else 0


def _bends_late(asked: Asked) -> Value:
    night = asked.me.night
    return -GENTLY if night.utc_at(asked.now) > night.inserted_at(asked.now) else 0


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
    Persona("leaps", "lets the second in at once", {SLOPE.name: _at_once}, SMOOTH),
    Persona(
        "warns as well",
        "bends a second in, and has its clients leap",
        {LEAP.name: lambda asked: LONGER},
        SMOOTH_FOR_MINDERS,
    ),
    Persona("too late", "bends the second in after midnight", {SLOPE.name: _bends_late}, NEAR_UTC),
    Persona("forgets the night", "tells its own clock", {SLOPE.name: lambda asked: 0}, NEAR_UTC),
)
