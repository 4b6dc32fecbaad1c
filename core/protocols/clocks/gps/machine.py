"""Beacons on a coast, and a boat that finds its place by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import ClassVar, NamedTuple
from zlib import crc32

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND
from core.protocols.clocks.gps.choices import CLOCK, FARTHEST, FIX, GPS_BEHIND_TAI, LISTEN, USE, UTC
from core.protocols.clocks.gps.geometry import SHUT, SPEED, Circle, closing, distance, meeting
from core.protocols.clocks.gps.messages import Signal, Tell, Tow, Where

COAST, HIGH = 100_000, 30_000
"""How long (m) the coast is on which beacons stand of which no level says where, and how far in the north it lies."""


def stand(name: str, place: tuple[int, ...]) -> tuple[int, int]:
    """Where a beacon stands (m): at its place, or somewhere on the coast, by its name, if no level says where."""
    if place:
        return place[0], place[1]
    along = crc32(name.encode())
    return along % COAST - COAST // 2, HIGH + along // COAST % (HIGH // 3)


def two_numbers(value: tuple[int, ...]) -> None:
    """Raises ValueError unless it is a place, or none is said."""
    if value and len(value) != 2:
        raise ValueError(f"a place is two numbers, metres east and north, not {len(value)}")


def places(value: tuple[int, ...]) -> None:
    """Raises ValueError unless these are places, one after another."""
    if len(value) % 2 or not value:
        raise ValueError(f"places are two numbers each, metres east and north: {len(value)} numbers are none")


@dataclass
class Beacon(Machine):
    """Says from time to time when it is, by a clock that is right, and where it stands.

    told, surveyed   what it says of its place, and when that was measured. On rock it is measured all the time.
    """

    receiver: str = parameter("boat", "who hears it", kind="node")
    place: tuple[int, ...] = parameter(
        (), "metres east and north on the chart; left out: somewhere on the coast, by its name", check=two_numbers
    )
    every: int = parameter(2 * SECOND, "between two signals", kind="duration", low=1)
    signals: int = parameter(0, "how many it sends; 0: it never stops", low=0)
    survey: int = parameter(0, "how often its place is measured; 0: it stands on rock", kind="duration", low=0)
    leap: int = parameter(37, "by how many seconds TAI is ahead of UTC", low=0, high=99)
    told: tuple[int, ...] = ()
    surveyed: int = 0
    sent: int = 0

    def on_start(self, ctx: Context) -> None:
        self._send(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._send(ctx)

    def _send(self, ctx: Context) -> None:
        if not self.told or not self.survey or ctx.now - self.surveyed >= self.survey:
            self.told, self.surveyed = stand(self.name, self.place), ctx.now
        self.sent += 1
        ctx.send(self.receiver, Signal(ctx.now, self.told[0], self.told[1], self.surveyed, self.leap))
        if self.sent != self.signals:
            ctx.set_timer("next", self.every)

    def on_request(self, ctx: Context, request: Tow) -> None:
        self.place = (request.east, request.north)
        ctx.save("place", self.place)

    def on_restart(self, ctx: Context) -> None:
        self.place = ctx.stored.get("place", self.place)
        self.on_start(ctx)

    def view(self) -> dict[str, str | int]:
        east, north = stand(self.name, self.place)
        return {"stands at": f"{east} m east, {north} m north", "signals": self.sent}


class Ear(NamedTuple):
    """A beacon's last signal, and when it came by the own clock (µs)."""

    signal: Signal
    came: int


class Entry(NamedTuple):
    """A fix in the log (m east and north), and how far from it the boat was in truth."""

    east: int
    north: int
    off: int


@dataclass
class Receiver(Machine):
    """A boat with a clock that nobody has set. It draws a circle around every beacon that it hears: as wide as the way
    that the signal went while its own clock, pushed, says that it was under way.

    heard   the last signal of every beacon, since the boat came to this place.
    waits   does the skipper wait to be told where they are? `since` when, by the own clock.
    log     what was written down. What `off` and `reefs` say of it only the sea knows.
    """

    course: tuple[int, ...] = parameter(
        (0, 0), "where it is in truth: metres east and north of each place it comes to", check=places
    )
    settle: int = parameter(3 * SECOND, "from a new place to the skipper's question", kind="duration", low=1)
    listening: int = parameter(2 * SECOND, "how long it listens on", kind="duration", low=1)
    reef: int = parameter(1000, "a fix that is more metres off ends on a reef", low=1)
    fresh_for: int = parameter(10 * SECOND, "a beacon's place is old after", kind="duration", low=1)
    most: int = parameter(15, "how often it may listen on at one place", low=0)
    peers: Sequence[str] = ()
    heard: dict[str, Ear] = field(default_factory=dict)
    stop: int = 0
    """How many places of its course it has come to."""
    waits: bool = False
    asked: bool = False
    """Has the skipper asked, at this place, and nobody has told him?"""
    since: int = 0
    listened: int = 0
    """How often it has listened on at this place."""
    reading: int = 0
    """The own clock (µs) when something was heard or asked last: by it places are old."""
    log: list[Entry] = field(default_factory=list)
    missed: int = 0
    """Places that the boat left before anybody knew where it was."""
    waited: int = 0
    """µs that the skipper has waited, by the own clock."""
    told: int | None = None
    """What was added to tell UTC."""
    misled: int = 0
    """How often the harbour was told another time than UTC."""

    offers: ClassVar[tuple[Choice, ...]] = (FIX, LISTEN)

    @property
    def place(self) -> tuple[int, int]:
        """Where it is in truth (m)."""
        last = max(0, min(self.stop, len(self.course) // 2) - 1)
        return self.course[2 * last], self.course[2 * last + 1]

    @property
    def reefs(self) -> int:
        """How often it ran on a reef: by a fix that was too far off, or by none."""
        return sum(entry.off > self.reef for entry in self.log) + self.missed

    @property
    def audible(self) -> tuple[str, ...]:
        """The beacons that were heard at this place, in the chart's order."""
        return tuple(name for name in self.peers if name in self.heard)

    def meant(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Whose circles count if these are chosen: those of them that are heard; all that are, if none of them is."""
        return tuple(name for name in self.audible if name in names) or self.audible

    def age(self, name: str) -> int:
        """How old what a beacon says of its place was when something was heard last (µs)."""
        ear = self.heard[name]
        return ear.signal.sent - ear.signal.surveyed + self.reading - ear.came

    @property
    def fresh(self) -> tuple[str, ...]:
        """Those of whose place it can be sure."""
        return tuple(name for name in self.audible if self.age(name) < self.fresh_for)

    def circles(self, names: tuple[str, ...], push: int) -> list[Circle]:
        """Their circles, with the own clock pushed so far (µs). A radius may be below nothing."""
        found = []
        for name in names:
            signal, came = self.heard[name]
            found.append(Circle(signal.east, signal.north, (came - signal.sent + push) * SPEED))
        return found

    def push_for(self, names: tuple[str, ...]) -> int | None:
        """The push (µs) at which the circles of these come nearest to meeting; None if there are too few to tell."""
        closed = closing(self.circles(names, 0))
        return None if closed is None else max(-FARTHEST, min(FARTHEST, round(closed[1] / SPEED)))

    def gap(self, names: tuple[str, ...]) -> int | None:
        """By how much (m) the circles of these miss each other at best."""
        closed = closing(self.circles(names, 0))
        return None if closed is None else closed[0].gap

    @property
    def advice(self) -> tuple[str, ...]:
        """By whom the book finds its place: by three whose places are fresh, as nothing speaks against them; of four
        or more by as many as shut, four at least. () if it has to listen on."""
        fresh = self.fresh
        if len(fresh) <= 3:
            return fresh if self.push_for(fresh) is not None else ()
        for count in range(len(fresh), 3, -1):
            gaps = [(gap, names) for names in combinations(fresh, count) if (gap := self.gap(names)) is not None]
            if gaps and min(gaps)[0] <= SHUT:
                return min(gaps)[1]
        return ()

    @property
    def may_listen(self) -> bool:
        """Is the skipper's patience not at an end?"""
        return self.waits and self.listened < self.most

    def on_restart(self, ctx: Context) -> None:
        self.stop = ctx.stored.get("stop", 0)
        self.log = [Entry(*entry) for entry in ctx.stored.get("log", ())]

    def on_message(self, ctx: Context, source: str, message: Signal) -> None:
        self.reading = ctx.came
        last = self.heard.get(source)
        if last is None or last.signal.sent < message.sent:  # a copy says nothing new, and comes too late
            self.heard[source] = Ear(message, ctx.came)

    def on_request(self, ctx: Context, request: Where | Tell) -> None:
        self.reading = ctx.now
        if isinstance(request, Tell):
            self._tell(ctx)
            return
        self.missed += self.asked
        self.stop += 1
        ctx.save("stop", self.stop)
        self.heard, self.listened = {}, 0
        self.waits, self.asked = False, True
        ctx.set_timer("ready", self.settle)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self.reading = ctx.now
        if key == "tell":
            self._tell(ctx)
            return
        if key == "ready":
            self.since = ctx.now
        self.waits = True

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is LISTEN:
            self.waits = False
            self.listened += 1
            ctx.set_timer("listened", self.listening)
            return
        used = self.meant(ctx.choose(USE))
        push = ctx.choose(CLOCK, used=used)
        found = meeting(self.circles(used, push))
        if found is None:
            return
        self.waits, self.asked = False, False
        self.waited += ctx.now - self.since
        self.log.append(Entry(found.east, found.north, round(distance(found[:2], self.place))))
        ctx.save("log", tuple(self.log))
        ctx.deliver((found.east, found.north))

    def _tell(self, ctx: Context) -> None:
        """The harbour hears what UTC is; if that is wrong it asks again a while later."""
        leap = max((ear.signal.leap for ear in self.heard.values()), default=None)
        if leap is None:
            ctx.set_timer("tell", self.listening)
            return
        added = ctx.choose(UTC, leap=leap, first=GPS_BEHIND_TAI)
        if added == GPS_BEHIND_TAI - leap:
            self.told = added
            ctx.deliver(added)
            return
        self.misled += 1
        self.waited += self.listening
        ctx.set_timer("tell", self.listening)

    def view(self) -> dict[str, str | int]:
        return {
            "heard": ", ".join(self.audible) or "nobody",
            "fixes": len(self.log),
            "waited": f"{self.waited // SECOND} s",
            "reefs": self.reefs,
        }

    def badge(self) -> str:
        return "where?" if self.waits else f"{len(self.log)} in the log"
