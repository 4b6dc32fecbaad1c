"""Finding one's place by beacons, on a flat sea: as GPS does it, with a dimension less.

Problem      a boat in fog, beacons that say where they are and when they said so, and a clock that nobody has set.
Rule         each signal's way is a circle around its beacon, and all circles are wrong alike, by the clock: push it
             until they meet. Three find place and time, a fourth can disagree, a fifth says who is wrong.
Simplified   a plane and not a space, so that it takes a beacon less; light at 300 m a µs; beacons whose clocks are
             right, who send all at once, and move only when they are towed. How long a signal is under way is the
             link's latency: whoever makes a level lets it be the distance, by `way`.
Source       Tanenbaum & van Steen 2e §6.1.2; Parkinson & Axelrad 1988; IS-GPS-200 §20.3.3.5.2.4.
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import Happening, LinkSpec, NodeSpec, Request, Scenario, Wave
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.gps.choices import CHOICES
from core.protocols.clocks.gps.geometry import SPEED, distance
from core.protocols.clocks.gps.laws import LAWS, MEASURES
from core.protocols.clocks.gps.machine import Beacon, Receiver, stand
from core.protocols.clocks.gps.messages import Signal, Tell, Tow, Where
from core.protocols.clocks.gps.personas import PERSONAS
from core.protocols.clocks.gps.terms import TERMS
from core.wire.cdr import codec_for

LEAST = 3
"""Beacons without which neither place nor time can be found."""


def way(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How long (µs) a signal is under way between two places (m)."""
    return round(distance(one, other) / SPEED)


def _admits(cast: Cast) -> None:
    """Three beacons apart from each other, and somebody who hears them."""
    cast.points("receiver", "receiver")
    if not cast.names["receiver"]:
        raise UnfitNodesError("nobody hears the beacons", "", "a node that runs gps.receiver")
    beacons = cast.names["beacon"]
    places = {name: stand(name, tuple(cast.parameters[name]["place"])) for name in beacons}
    if len(beacons) < LEAST:
        raise UnfitNodesError(f"{len(beacons)} beacons: with fewer than {LEAST} nobody can find a place and a time", "",
                              f"{LEAST} nodes or more that run gps.beacon")  # fmt: skip
    for name, place in places.items():
        twin = next((other for other in beacons if other != name and places[other] == place), "")
        if twin:
            raise UnfitNodesError(f"{name} stands where {twin} stands", name, "each beacon in a place of its own")


_ROOM = Protocol(
    name="gps",
    title="Where and when",
    terms=TERMS,
    roles={"beacon": Beacon, "receiver": Receiver},
    messages=(Signal,),
    codec=codec_for(Signal),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"where": Where, "tell": Tell, "tow": Tow},
    admits=_admits,
)

_COAST = {
    "a": (-52_000, 31_000), "b": (38_000, 30_000), "c": (4_000, 36_000), "d": (52_000, 24_000), "e": (60_000, 12_000),
}  # fmt: skip
_TOWED = (36_500, 31_100)
"""Where b is after it was towed."""
_STOPS = ((-12_810, 4_854), (12, -89), (18_712, 8_819), (26_202, -2_781))
"""Places from which the way to every beacon (to b where it is then) is a whole number of µs, to a twentieth."""


def _beacons(names: str, **more: dict[str, object]) -> tuple[NodeSpec, ...]:
    found = []
    for name in names:
        own = dict(more.get(name, {}))
        starts = own.pop("starts", 2 * MILLISECOND)
        assert isinstance(starts, int)
        found.append(NodeSpec(name, "gps", "beacon", {"place": _COAST[name], **own}, starts=starts))
    return tuple(found)


def _boat(**more: object) -> NodeSpec:
    return NodeSpec("boat", "gps", "receiver", {"course": sum(_STOPS, ()), **more}, clock=-10, drift=-1)


def _links(names: str) -> dict[tuple[str, str], LinkSpec]:
    return {(name, "boat"): LinkSpec(latency=way(_COAST[name], _STOPS[0])) for name in names}


def _moved(at: int, stop: int, names: str, **detours: int) -> tuple[Happening, ...]:
    """The boat comes to the next place of its course; some signals take so many µs longer than the straight way."""
    waves = []
    for name in names:
        latency = way(_TOWED if name == "b" else _COAST[name], _STOPS[stop]) + detours.get(name, 0)
        waves.append(Wave(at, (("latency", latency),), ((name, "boat"),)))
    return (*waves, Request(at, "boat", Where()))


_BOOKED = ("no boat runs on a reef", "no harbour is told another time than UTC")

PROTOCOL = _ROOM.with_scenarios(
    Scenario(
        name="three beacons, one place",
        protocols={"gps": _ROOM},
        nodes=(_boat(most=2), *_beacons("abc", a={"signals": 1}, b={"signals": 1}, c={"signals": 1})),
        links=_links("abc"),
        happenings=(Request(MILLISECOND, "boat", Where()),),
        win=(_ROOM.goal("boat has 1 places in the log"), *map(_ROOM.goal, _BOOKED)),
        limit=20 * SECOND,
    ),
    Scenario(
        name="five beacons, and a signal off a cliff",
        protocols={"gps": _ROOM},
        nodes=(_boat(), *_beacons("abcde")),
        links={**_links("abcde"), ("d", "boat"): LinkSpec(latency=way(_COAST["d"], _STOPS[0]) + 20)},
        happenings=(Request(MILLISECOND, "boat", Where()), Request(4 * SECOND, "boat", Tell())),
        win=(_ROOM.goal("boat has 1 places in the log"),),
        limit=20 * SECOND,
    ),
    Scenario(
        name="a passage: a beacon that was towed, and two signals off a cliff",
        protocols={"gps": _ROOM},
        nodes=(
            _boat(),
            *_beacons(
                "abcde", a={"starts": 0}, b={"starts": 6 * SECOND, "survey": 30 * SECOND}, c={"starts": 14 * SECOND},
                d={"starts": 54 * SECOND}, e={"starts": 104 * SECOND},
            ),
        ),
        links=_links("abcde"),
        happenings=(
            Request(6 * SECOND + MILLISECOND, "boat", Where()),
            Request(39 * SECOND, "b", Tow(*_TOWED)),
            *_moved(46 * SECOND + MILLISECOND, 1, "abcd"),
            *_moved(96 * SECOND + MILLISECOND, 2, "abcde", d=20),
            *_moved(128 * SECOND + MILLISECOND, 3, "abcde", b=20),
            Request(140 * SECOND, "boat", Tell()),
        ),
        win=(
            _ROOM.goal("boat has 4 places in the log"),
            _ROOM.goal("boat has 4 places in the log that are right to 200 m"),
            _ROOM.goal("boat has told the harbour what UTC is"),
            _ROOM.goal("boat runs on at most 1 reefs"),
            *map(_ROOM.goal, _BOOKED),
        ),
        limit=150 * SECOND,
    ),
)  # fmt: skip
