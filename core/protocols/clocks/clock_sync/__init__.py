"""Clocks without a true one among them: a daemon that brings all to their mean, and ears that compare what both heard.

Problem      nobody's clock is right, and all must agree; or two must know how far apart they are, to the µs.
Rule         the daemon asks all, reads each clock in the middle of the round trip, takes the mean of the most that
             stand together, and writes to each by how much to move, itself and strays included. Of a shot without
             a stamp two ears note when they heard it: the difference is how far apart their clocks are, whatever the
             sender's radio waited; a line through several says it for other times.
Simplified   one daemon, elected by nobody; clocks are stepped at once, also backwards; a wristwatch is a node that
             tells the time of somebody outside. A shot reaches all ears at once, but for jitter; errors of hearing
             are even instead of Gaussian; only one of two ears compares, and no third takes part.
Source       Tanenbaum & van Steen 2e §6.1.3 (the Berkeley algorithm); Gusella & Zatti 1989 (TEMPO: the largest set
             within γ, differences instead of times, accuracy of 20 to 25 ms); Cristian 1989 (reading a remote clock);
             Elson, Girod & Estrin 2002 (reference broadcasts: offset, least squares, σ of 11 µs between two ears).
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import ClockJump, DiceSpec, Happening, LinkSpec, LoseMessage, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.clock_sync import (
    daemon_choices,
    daemon_laws,
    daemon_personas,
    sensor_choices,
    sensor_laws,
    sensor_personas,
)
from core.protocols.clocks.clock_sync.daemon import Daemon, Member
from core.protocols.clocks.clock_sync.messages import Adjust, Ask, Bang, Fire, Heard, Mine, Please, Pulse
from core.protocols.clocks.clock_sync.sensor import Beacon, Sensor
from core.protocols.clocks.clock_sync.terms import TERMS
from core.wire.cdr import codec_for


def _admits(cast: Cast) -> None:
    """What the daemon and the sensors need."""
    _admits_daemon(cast)
    _admits_sensors(cast)


def _admits_sensors(cast: Cast) -> None:
    """Who compares needs a friend that tells it, and a beacon that both hear."""
    sensors, beacons = cast.names["sensor"], cast.names["beacon"]
    for name in sensors:
        own = cast.parameters[name]
        friend, tell = own["friend"], own["tell"]
        if bool(friend) == bool(tell):
            raise UnfitNodesError(
                f"{name} has {'both a friend and somebody to tell' if friend else 'no friend, and nobody to tell'}",
                name,
                "friend = whose notes it compares with its own, or tell = whom it tells",
            )
        if friend and (friend not in sensors or cast.parameters[friend]["tell"] != name):
            raise UnfitNodesError(
                f"{friend}, the friend of {name}, does not tell it", name, f'{friend}: tell = "{name}"'
            )
        if friend and own["beacon"] not in beacons:
            raise UnfitNodesError(f"the beacon of {name} is {own['beacon']}, which is none", name, "a node that is one")
        if friend and {name, friend} - set(cast.parameters[own["beacon"]]["sensors"]):
            raise UnfitNodesError(
                f"{own['beacon']} is not heard by {name} and {friend}",
                own["beacon"],
                f'sensors = ["{name}", "{friend}"]',
            )
    for name in beacons:
        for sensor in (*cast.parameters[name]["sensors"], *cast.parameters[name]["hears"]):
            if sensor not in sensors:
                raise UnfitNodesError(f"{sensor}, who is to hear {name}, is no sensor", name, "nodes that are sensors")


def _admits_daemon(cast: Cast) -> None:
    """One daemon, somebody to ask, and a watch that is no daemon's clock."""
    daemons = cast.names["daemon"]
    if len(daemons) > 1:
        raise UnfitNodesError(f"{daemons[1]} is a second daemon", daemons[1], "one daemon: whom would members obey?")
    for name in daemons:
        watch = cast.parameters[name]["watch"]
        if watch:
            cast.points("watch", "member")
        if not set(cast.names["member"]) - {watch}:
            raise UnfitNodesError(f"{name} has no clock to ask", name, "at least one member, beside its watch")


_MESSAGES = (Ask, Mine, Adjust, Please, Pulse, Bang, Heard)
_ROOM = Protocol(
    name="clock_sync",
    title="Clocks that agree",
    terms=TERMS,
    roles={"daemon": Daemon, "member": Member, "beacon": Beacon, "sensor": Sensor},
    messages=_MESSAGES,
    codec=codec_for(*_MESSAGES),
    choices=(*daemon_choices.CHOICES, *sensor_choices.CHOICES),
    personas=(*daemon_personas.PERSONAS, *sensor_personas.PERSONAS),
    laws=(*daemon_laws.LAWS, *sensor_laws.LAWS),
    measures=(*daemon_laws.MEASURES, *sensor_laws.MEASURES),
    requests={"fire": Fire},
    admits=_admits,
)


def _parliament(
    name: str, clocks: dict[str, int], *happenings: Happening, most: int, rounds: int = 1,
    watch: str = "", own: int = 0, **daemon: int,
) -> Scenario:  # fmt: skip
    """A daemon and members whose clocks are so many ms ahead; right ones may be moved by `most` ms in all."""
    parameters = {"rounds": rounds, "watch": watch, "first": 1, **daemon}
    return Scenario(
        name=name,
        protocols={"clock_sync": _ROOM},
        nodes=(
            NodeSpec("a", "clock_sync", "daemon", parameters, clock=own * MILLISECOND),
            *(NodeSpec(member, "clock_sync", "member", clock=ms * MILLISECOND) for member, ms in clocks.items()),
        ),
        default_link=LinkSpec(latency=30 * MILLISECOND),
        happenings=happenings,
        win=(
            _ROOM.goal(f"in {rounds} rounds of a all clocks came within 25 ms"),
            _ROOM.goal("after every round of a all clocks are within 25 ms"),
            _ROOM.goal(f"a moves right clocks by at most {most} ms in all"),
        ),
        limit=60 * SECOND,
    )


def _pistol(
    name: str, *bangs: int, most: int, jitter: int = 0, walk: int = 0, seed: int = 1, **beacon: int
) -> Scenario:
    """Two ears, a beacon, and a gun that only one of them hears, at these times (s); all places together may be off by
    `most` µs."""
    both = ("p", "q")
    return Scenario(
        name=name,
        protocols={"clock_sync": _ROOM},
        nodes=(
            NodeSpec("p", "clock_sync", "sensor", {"friend": "q"}),
            NodeSpec("q", "clock_sync", "sensor", {"tell": "p", "walk": walk}, clock=8120, drift=40),
            NodeSpec("beacon", "clock_sync", "beacon", {"sensors": both, **beacon}, clock=8120, drift=40),
            NodeSpec("gun", "clock_sync", "beacon", {"hears": ("q",), "spread": 9 * SECOND if jitter else 0}),
        ),
        default_link=LinkSpec(latency=MILLISECOND),
        network=DiceSpec(jitter=(0, jitter)) if jitter else None,
        happenings=tuple(Request(at * SECOND, "gun", Fire()) for at in bangs),
        win=(_ROOM.goal(f"p has placed {len(bangs)} bangs"), _ROOM.goal(f"p is off by at most {most} us in all")),
        limit=120 * SECOND,
        seed=seed,
    )


PROTOCOL = _ROOM.with_scenarios(
    _parliament("one member", {"b": 40}, most=60),
    _parliament("2:50, 3:00, 3:25, in ms", {"b": -10, "c": 25}, most=60),
    _parliament(
        "a liar, a slow answer, and it is you",
        {"b": -10, "c": 12, "d": 5, "z": 4000},
        LoseMessage("d", "a", "Mine", 2, "late", 280 * MILLISECOND),
        ClockJump(15 * SECOND, "a", -1500 * MILLISECOND),
        most=200, rounds=3,
    ),
    _parliament(
        "two camps and a watch", {"b": -310, "c": -10, "d": 0, "w": 5}, own=-300, most=100, watch="w",
    ),
    _pistol("a bang between shots", 20, most=5),
    _pistol(
        "two bangs, a crystal that walks, and a sender that tells",
        20, 60, most=60, jitter=27, walk=1, seed=2, access=50 * MILLISECOND, tells=50 * SECOND,
    ),
)  # fmt: skip
