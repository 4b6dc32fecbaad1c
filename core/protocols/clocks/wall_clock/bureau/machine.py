"""The sky, the bureau that keeps clocks with it, and all who live by the time that is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.wall_clock.bureau.calendar import DAY, JULIAN, NICAEA, REFORMS, Calendar
from core.protocols.clocks.wall_clock.bureau.choices import DAYS, INSERT, OMIT, TURN
from core.protocols.clocks.wall_clock.bureau.messages import (
    Bulletin,
    Equinox,
    Fallen,
    Leapt,
    Observed,
    Reform,
    Riot,
)
from core.protocols.clocks.wall_clock.bureau.record import UT1_TAI, last_leap, tai_utc, year_of

BOUND = 900
"""UT1 and UTC differ by at most so many ms (ITU-R TF.460-6)."""
LOOK = 2
"""The ruler lies through the last entry and the one so many before it: a whole year, as seasons tilt half of one."""
AHEAD = 2
"""So many half-years ahead is its tip: one until what is announced now comes, and one until the next could."""
PRACTICE = 3
"""After each so many half-years (1.5 years) in which nobody has practised one more machine falls."""
MOST = 6
"""So many fall at most of those who have practised once."""
BRAKING = 2
"""The tides make every half-year longer than the last: the Earth loses so many ms more (2.3 ms a day in a century;
Stephenson, Morrison & Hohenkerk 2016)."""
SEASON = 22
"""By so many ms the Earth loses more from January to July, and less from July to January: the mean of the record."""
MOST_EQUINOXES, LAST = 64, 9999
"""So many equinoxes are seen at most, and none after that year."""
FASTEST = 600
"""By more ms than that no half-year of the record differs from atomic time."""


def felled(machines: int, idle: int | None) -> int:
    """How many of so many machines fall over a second of a kind that was practised `idle` half-years ago; None: never,
    and then none has the code that was tried."""
    return machines if idle is None else min(MOST, machines, 1 + idle // PRACTICE)


def turned(slope: int, change: int, entry: int) -> tuple[int, int]:
    """How many ms the Earth gains in a half-year after one in which it gained `slope`, if chance says `change`: without
    the season, and with it, where the half-year ends at this entry."""
    slope = max(-FASTEST, min(FASTEST, slope + change - BRAKING))
    return slope, slope + (-SEASON if entry % 2 else SEASON)


def rising(years: tuple[int, ...]) -> None:
    """Are these years in which an equinox can be seen? Raises ValueError in words."""
    if len(years) == 1 or len(years) > MOST_EQUINOXES:
        raise ValueError(f"{len(years)} years: from 2 to {MOST_EQUINOXES} of them, or none")
    if any(not NICAEA <= year <= LAST for year in years):
        raise ValueError(f"years from {NICAEA} to {LAST}")
    if list(years) != sorted(set(years)):
        raise ValueError("years that rise")


@dataclass
class Dated(Machine):
    """Whoever lives by half-years: the first begins when the world does."""

    half: int = parameter(SECOND, "how long half a year takes", kind="duration", low=100 * MILLISECOND)
    first: int = parameter(
        36, "with which entry of the record it begins, from 0 for 1972.0", low=LOOK, high=len(UT1_TAI) - 1
    )


@dataclass
class Sky(Dated):
    """Shows equinoxes, where there are `years`; else, each half-year, how far the Earth has turned: by the record as
    long as there is one, and beyond it by chance.

    slope  ms by which the Earth gains in a half-year now.
    """

    bureau: str = parameter("bureau", "who looks", kind="node")
    years: tuple[int, ...] = parameter((), "years whose equinoxes are seen, the first one first", check=rising)
    year: int = parameter(5 * MILLISECOND, "how long such a year takes", kind="duration", low=1)
    count: int = parameter(72, "how many half-years there are", low=1, high=400)
    walk: int = parameter(
        34, "beyond the record: chance changes a half-year by up to twice so many ms", low=0, high=200
    )
    slope: int = parameter(0, "beyond the record: ms by which the Earth gains in a half-year at first",
                           low=-FASTEST, high=FASTEST)  # fmt: skip
    seen: int = 0
    ut1_tai: int = 0

    def on_start(self, ctx: Context) -> None:
        if self.years:
            self._show_equinox(ctx)
        else:
            self.ut1_tai = UT1_TAI[self.first]
            self._show_turn(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self.seen += 1
        if self.years:
            self._show_equinox(ctx)
        else:
            self._turn(ctx)
            self._show_turn(ctx)

    def _show_equinox(self, ctx: Context) -> None:
        year = self.years[self.seen]
        ctx.send(self.bureau, Equinox(year, JULIAN * (year - NICAEA)))
        if self.seen + 1 < len(self.years):
            ctx.set_timer("sky", max(1, (self.years[self.seen + 1] - year) * self.year))

    def _show_turn(self, ctx: Context) -> None:
        ctx.send(self.bureau, Observed(self.first + self.seen, self.ut1_tai))
        if self.seen < self.count:
            ctx.set_timer("sky", self.half)

    def _turn(self, ctx: Context) -> None:
        entry = self.first + self.seen
        if entry < len(UT1_TAI):
            self.ut1_tai = UT1_TAI[entry]
            return
        self.slope, gain = turned(self.slope, int(ctx.choose(TURN)), entry)
        self.ut1_tai += gain


@dataclass
class Bureau(Dated):
    """Mends calendars, and keeps UTC within 0.9 s of the Earth by whole seconds, announced half a year before.

    calendars  of those who mend theirs; `equinoxes`: the years whose equinox was seen; `spoilt`: was one that had been
               mended more than half a day off?
    ut1_tai    ms, of `LOOK` entries before the first and all since; `tai_utc`: s, from each of them on.
    sign       what is announced for the end of this half-year: 1, -1, or 0 for nothing.
    beyond     half-years in which UTC was farther off than it may be.
    """

    users: str = parameter("world", "who lives by the time that is told", kind="node")
    edge: int = parameter(800, "the book's: how many ms the tip of the ruler may be off", low=0, high=5000)
    omits: bool = parameter(True, "may a second be omitted, too?")
    calendars: tuple[Calendar, ...] = tuple(Calendar(place, year) for place, year in REFORMS)
    equinoxes: tuple[int, ...] = ()
    spoilt: bool = False
    ut1_tai: list[int] = field(default_factory=list)
    tai_utc: list[int] = field(default_factory=list)
    sign: int = 0
    leapt: dict[int, int] = field(default_factory=dict)
    """The last entry at which a second was inserted (1), omitted (-1)."""
    leaps: int = 0
    fallen: int = 0
    fell: int = 0
    """Machines that fell over the last second."""
    beyond: int = 0

    offers: ClassVar[tuple[Choice, ...]] = (INSERT, OMIT)

    # Where it is

    @property
    def entry(self) -> int:
        """The newest entry."""
        return self.first - LOOK + len(self.ut1_tai) - 1

    @property
    def kept(self) -> int:
        """How many half-years have passed."""
        return max(0, self.entry - self.first)

    @property
    def ends(self) -> str:
        """When this half-year ends."""
        return year_of(self.entry + 1)

    def ahead_at(self, place: int, before: bool = False) -> int:
        """By how many ms the Earth was ahead of UTC at one of its entries (UT1-UTC): with what came then, or before."""
        return self.ut1_tai[place] + 1000 * self.tai_utc[place - before]

    @property
    def ahead(self) -> int:
        """The same, now."""
        return self.ahead_at(len(self.ut1_tai) - 1)

    @property
    def gain(self) -> int:
        """ms that the Earth gains on atomic time by the ruler until its tip."""
        return (self.ut1_tai[-1] - self.ut1_tai[-1 - LOOK]) * AHEAD // LOOK

    @property
    def tip(self) -> int:
        """By how many ms the Earth will be ahead of UTC at the ruler's tip, with what is announced."""
        return self.ahead + self.gain + 1000 * self.sign

    @property
    def may_announce(self) -> bool:
        """Has the Earth been seen, and is nothing announced for this half-year?"""
        return self.entry >= self.first and not self.sign

    @property
    def wanted(self) -> int:
        """What the book announces: 1, -1 or nothing (0)."""
        if not self.may_announce:
            return 0
        return 1 if self.tip < -self.edge else -1 if self.tip > self.edge and self.omits else 0

    def idle(self, sign: int) -> int | None:
        """Half-years since such a second was last practised, at the end of this one; None: never."""
        return self.entry + 1 - self.leapt[sign] if sign in self.leapt else None

    # What it does

    def on_start(self, ctx: Context) -> None:
        entries = range(self.first - LOOK, self.first)
        self.ut1_tai = [UT1_TAI[entry] for entry in entries]
        self.tai_utc = [tai_utc(entry) for entry in entries]
        self.leapt = {1: last_leap(self.first)}

    def on_message(self, ctx: Context, source: str, message: Equinox | Observed | Fallen) -> None:
        if isinstance(message, Equinox):
            self._see_equinox(ctx, message.year)
        elif isinstance(message, Observed):
            self._see_turn(message)
        elif isinstance(message, Fallen):
            self.fell = message.number
            self.fallen += message.number

    def _see_equinox(self, ctx: Context, year: int) -> None:
        self.equinoxes = (*self.equinoxes, year)
        for place, calendar in enumerate(self.calendars):
            if not calendar.mended and year >= calendar.year:
                self._mend(ctx, place, calendar)
        self.spoilt = self.spoilt or any(
            calendar.mended and abs(calendar.off(year)) > DAY // 2 for calendar in self.calendars
        )

    def _mend(self, ctx: Context, place: int, calendar: Calendar) -> None:
        late = any(other.mended for other in self.calendars)
        dropped, leaps = ctx.choose(DAYS, place=calendar.place, year=calendar.year, late=late)
        done = replace(calendar, dropped=dropped, leaps=leaps, mended=True)
        self.calendars = (*self.calendars[:place], done, *self.calendars[place + 1 :])
        ctx.send(self.users, Reform(calendar.place, dropped))

    def _see_turn(self, message: Observed) -> None:
        """The half-year is over: what was announced has come."""
        if message.entry != self.entry + 1:
            return
        self.ut1_tai = [*self.ut1_tai, message.ut1_tai]
        if message.entry == self.first:
            self.tai_utc = [*self.tai_utc, tai_utc(self.first)]
            return
        self.tai_utc = [*self.tai_utc, self.tai_utc[-1] + self.sign]
        place = len(self.ut1_tai) - 1
        self.beyond += max(abs(self.ahead_at(place - 1)), abs(self.ahead_at(place, before=True))) > BOUND
        if self.sign:
            self.leaps += 1
            self.leapt = {**self.leapt, self.sign: message.entry}
        self.sign = 0

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        self.sign = 1 if choice is INSERT else -1
        ctx.send(self.users, Bulletin(self.sign, self.entry + 1))

    @property
    def dropped(self) -> int:
        """Days that were dropped, all together."""
        return sum(calendar.dropped for calendar in self.calendars)

    def view(self) -> dict[str, str | int]:
        if self.equinoxes:
            return {"days dropped": self.dropped}
        return {
            "TAI-UTC": f"{self.tai_utc[-1]} s" if self.tai_utc else "",
            "seconds announced": self.leaps + bool(self.sign),
            "machines fallen": self.fallen,
            "half-years beyond": self.beyond,
        }

    def badge(self) -> str:
        return "+1 s" if self.sign > 0 else "-1 s" if self.sign else ""


@dataclass
class Users(Dated):
    """People whose days are dropped, and machines that fall over seconds that they have not practised.

    sign, entry  what was announced last, and at which entry it comes.
    leapt        the last entry at which a second was inserted (1), omitted (-1).
    """

    bureau: str = parameter("bureau", "who tells the time", kind="node")
    machines: int = parameter(12, "how many machines there are", low=1, high=24)
    sign: int = 0
    entry: int = 0
    leapt: dict[int, int] = field(default_factory=dict)
    riots: int = 0
    fallen: int = 0

    def on_start(self, ctx: Context) -> None:
        self.leapt = {1: last_leap(self.first)}

    def on_message(self, ctx: Context, source: str, message: Reform | Bulletin) -> None:
        if isinstance(message, Bulletin):
            self.sign, self.entry = message.sign, message.entry
            ctx.set_timer_at("leap", (message.entry - self.first) * self.half)
        elif isinstance(message, Reform):
            self.riots += message.days
            ctx.deliver(Riot(message.days))

    def on_timer(self, ctx: Context, key: Key) -> None:
        fell = felled(self.machines, self.entry - self.leapt[self.sign] if self.sign in self.leapt else None)
        self.leapt = {**self.leapt, self.sign: self.entry}
        self.fallen += fell
        ctx.deliver(Leapt(self.sign, fell))
        ctx.send(self.bureau, Fallen(fell))

    def view(self) -> dict[str, str | int]:
        return {"riots": self.riots, "machines fallen": self.fallen}
