"""Named wrong or selfish processes."""

from __future__ import annotations

from core.kernel.choice import Persona
from core.kernel.time import MILLISECOND
from core.protocols.elections.election_bully.choices import (
    ALARM,
    DUTY,
    HOMAGE,
    LONGEST,
    OBEY,
    ONLY_ELECTION,
    ONLY_OK,
    WAIT_COORDINATOR,
    WAIT_OK,
)

PERSONAS = (
    Persona("alarm of 200 ms", "takes every pause for a death", {ALARM.name: lambda asked: 200 * MILLISECOND}),
    Persona("never suspects", "believes any silence for a minute", {ALARM.name: lambda asked: LONGEST}),
    Persona(
        "answers OK and forgets",
        "says OK and does not hold its own election",
        {DUTY.name: lambda asked: ONLY_OK},
        fault="the living agree on a new coordinator",
    ),
    Persona(
        "crowns itself without asking",
        "waits for no OK",
        {WAIT_OK.name: lambda asked: MILLISECOND},
        fault="no two living processes reign at once",
    ),
    Persona(
        "keeps silent",
        "never says OK to those below",
        {DUTY.name: lambda asked: ONLY_ELECTION},
        fault="no two living processes reign at once",
    ),
    Persona("believes an OK for ever", "waits for a promise", {WAIT_COORDINATOR.name: lambda asked: LONGEST}),
    Persona("obeys a lower king", "kneels before anybody", {HOMAGE.name: lambda asked: OBEY}),
)
