"""The clock on the wall: what goes wrong where programs live by clocks that are wrong, drift, jump or are bent.

Problem      files are dated, alarms ring and time-outs end by clocks; no two clocks agree, and none keeps the sun.
Rule         two clocks part by twice what each may drift: set them before that is too much; bend a clock that is wrong
             rather than let it jump; count what has passed rather than read what time it is; keep with the Earth by
             steps that are few, and announced.
Simplified   a clock runs evenly between two things that happen to it; a date is a number of µs; setting a clock takes
             one question, and is wrong by at most half of what the two ways differ in.
Source       Tanenbaum & van Steen 2e §6.1; Cristian 1989; POSIX.1-2017, make; GNU make 4.3; RFC 5905 §11.3;
             ITU-R TF.460-6.

The roles come in groups, each a module of its own that says what it brings as its GROUP: `syncing` (laptop, builder),
`bending` (machine), `silo` (headquarters, a silo, the exchange between them), `bureau` (the sky, who keeps clocks with
it, and who lives by them).
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol
from core.protocols.clocks.wall_clock import bending, bureau, silo, syncing
from core.wire.cdr import codec_for

GROUPS = (syncing.GROUP, bending.GROUP, silo.GROUP, bureau.GROUP)
"""In this order; the first scenario of the first group is the one that is explored completely."""

_MESSAGES = tuple(message for group in GROUPS for message in group.messages)


def _admits(cast: Cast) -> None:
    for group in GROUPS:
        group.fits(cast)


_ROOM = Protocol(
    name="wall_clock",
    title="The clock on the wall",
    terms={word: said for group in GROUPS for word, said in group.terms.items()},
    roles={name: role for group in GROUPS for name, role in group.roles.items()},
    messages=_MESSAGES,
    codec=codec_for(*_MESSAGES),
    choices=tuple(choice for group in GROUPS for choice in group.choices),
    personas=tuple(persona for group in GROUPS for persona in group.personas),
    laws=tuple(law for group in GROUPS for law in group.laws),
    measures=tuple(measure for group in GROUPS for measure in group.measures),
    requests={name: request for group in GROUPS for name, request in group.requests.items()},
    admits=_admits,
    rules=2,
)

PROTOCOL = _ROOM.with_scenarios(*(scenario for group in GROUPS for scenario in group.scenes(_ROOM)))
