"""Headquarters, a silo and the exchange between them: whoever hears nothing for an hour takes the other for dead.

A reset is a lease: it ends unless it is renewed in time, and whether it is in time is told by clocks. A clock on the
wall can be set, so that an hour on it is skipped, comes twice, or lasts 66 minutes; ticks that are counted cannot.

Simplified   a silo fires once; the line's mishaps befall it at its exchange; headquarters that are hit stay so.
Source       Gray & Cheriton 1989 (leases); Linux man-pages clock_gettime(2), cron(8); RFC 5905 §11.3.
"""

from __future__ import annotations

from core.kernel.protocol import Cast
from core.protocols.clocks.wall_clock.ground import Group
from core.protocols.clocks.wall_clock.silo.choices import CHOICES
from core.protocols.clocks.wall_clock.silo.laws import LAWS, MEASURES
from core.protocols.clocks.wall_clock.silo.machine import Exchange, Headquarters, Silo
from core.protocols.clocks.wall_clock.silo.messages import Raid, Reset, SetTo
from core.protocols.clocks.wall_clock.silo.personas import PERSONAS
from core.protocols.clocks.wall_clock.silo.scenes import scenes


def _fits(cast: Cast) -> None:
    """Headquarters' line ends at an exchange, and the exchange knows both ends."""
    cast.points("exchange", "exchange")
    cast.points("hq", "hq")
    cast.points("silo", "silo")


GROUP = Group(
    roles={"hq": Headquarters, "silo": Silo, "exchange": Exchange},
    messages=(Reset, SetTo, Raid),
    laws=LAWS,
    scenes=scenes,
    choices=CHOICES,
    personas=PERSONAS,
    measures=MEASURES,
    terms={
        "reset": "says that headquarters live: the silo's silence begins anew.",
        "lease": "a promise that ends at a time, unless it is renewed before.",
        "window": "how long a silence the silo bears before it fires.",
    },
    fits=_fits,
)
