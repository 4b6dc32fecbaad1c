"""A bureau that keeps people's clocks with the sun: a calendar by days, UTC by seconds.

The sun is no good clock, and neither is the Earth: what is counted evenly slides off them, and somebody has to push it
back. A push breaks what lives by the time that is told, so it should be seldom; and it has to be announced, so that
where the Earth will be counts, not where it is.

Simplified   UT1 is looked at twice a year; what a second fells, and whom practice saves, is ours.
Source       Inter gravissimas (1582); ITU-R TF.460-6; IERS Bulletin C; IERS EOP 20 C04.
"""

from __future__ import annotations

from core.kernel.protocol import Cast, UnfitNodesError
from core.protocols.clocks.wall_clock.bureau.choices import CHOICES
from core.protocols.clocks.wall_clock.bureau.laws import LAWS, MEASURES
from core.protocols.clocks.wall_clock.bureau.machine import Bureau, Sky, Users
from core.protocols.clocks.wall_clock.bureau.messages import Bulletin, Equinox, Fallen, Observed, Reform
from core.protocols.clocks.wall_clock.bureau.personas import PERSONAS
from core.protocols.clocks.wall_clock.bureau.scenes import scenes
from core.protocols.clocks.wall_clock.ground import Group


def _fits(cast: Cast) -> None:
    """Who looks at the sky, who lives by what the bureau tells; and all begin in the same half-year."""
    cast.points("bureau", "bureau")
    cast.points("users", "users")
    dated = [name for role in ("sky", "bureau", "users") for name in cast.names[role]]
    for name in dated[1:]:
        for part in ("first", "half"):
            found, wanted = cast.parameters[name][part], cast.parameters[dated[0]][part]
            if found != wanted:
                raise UnfitNodesError(f"{part} of {name} is not that of {dated[0]}", name, f"{part} = {wanted} for all")


GROUP = Group(
    roles={"sky": Sky, "bureau": Bureau, "users": Users},
    messages=(Equinox, Observed, Reform, Bulletin, Fallen),
    laws=LAWS,
    choices=CHOICES,
    personas=PERSONAS,
    measures=MEASURES,
    terms={
        "equinox": "when day and night are as long: in spring, by the calendar's plan, on 21 March.",
        "leap year": "a year of 366 days.",
        "UTC": "the time that is told: caesium seconds, counted so that they keep with the Earth.",
        "TAI": "caesium seconds, counted since 1958, and nothing else.",
        "TAI-UTC": "by so many seconds TAI is ahead of UTC: one more with each that was added.",
        "ITU-R TF.460": "the recommendation by which UTC is kept, of the International Telecommunication Union.",
        "tip": "the ruler's end: where the Earth will be by then if it goes on as in the last year.",
    },
    fits=_fits,
    scenes=scenes,
)
