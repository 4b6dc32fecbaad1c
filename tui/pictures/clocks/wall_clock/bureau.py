"""The pictures of a bureau that keeps clocks with the sun: a calendar that slides off it, and UTC that is pushed back.

Calendar: years to the right, downwards how long before 21 March the equinox comes. UTC: half-years to the right, and
upwards how far the Earth is ahead; the ruler lies through the last dots, and its tip is a year ahead.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from core.kernel.choice import Asked
from core.kernel.dice import Dice
from core.protocols.clocks.wall_clock.bureau.calendar import ALL, CYCLE, DAY, Calendar
from core.protocols.clocks.wall_clock.bureau.choices import DAYS, INSERT, OMIT, equinox, mended
from core.protocols.clocks.wall_clock.bureau.machine import AHEAD, BOUND, LOOK, Bureau, Sky, Users, turned
from core.protocols.clocks.wall_clock.bureau.record import BEGINS, LEAPS, UT1_TAI, year_of
from core.protocols.clocks.wall_clock.bureau.record import ahead as record_ahead
from tui.look.blocks import big
from tui.look.dots import curve, stroke
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

LEAST = (44, 7)
"""Columns and rows below which there is no room."""
NAMES = 6
"""Columns before a plot."""
SIDE = 25
"""Columns of the machines beside it."""
WIDE = 68
"""Columns from which on there is room for them."""
TALL = 16
"""Rows from which on numbers are large."""
RANGE = 1300
"""ms that are seen above UTC, and below it."""
STEP = 2
"""Columns of a half-year."""
OTHERS = 24
"""So many other Earths are seen when the fog has lifted."""
DAYS_ABOVE, DAYS_BELOW = 3, 15
"""Days that are seen after 21 March, and before it."""


def suits(scene: Scene) -> bool:
    """Is a bureau played?"""
    return scene.own(Bureau) is not None


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    return ("days dropped", "TAI-UTC", "seconds announced", "machines fallen", "half-years beyond")


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Bead and slope are on it."""
    return asked.choice.name == DAYS.name and width >= LEAST[0]


def draw(canvas: Canvas, scene: Scene) -> None:
    """The calendar where there are equinoxes, else UTC."""
    me = scene.own(Bureau)
    if me is None or canvas.width < LEAST[0] or canvas.height < LEAST[1]:
        general.draw(canvas, scene)
    elif _sky(scene).get("years"):
        _Calendars(canvas, scene, me).draw()
    elif scene.lifted and me.entry >= len(UT1_TAI):
        _draw_earths(canvas, scene, me)
    else:
        _Second(canvas, scene, me).draw()


def _sky(scene: Scene) -> dict[str, object]:
    """What the level says of the sky."""
    node = next((node for node in scene.scenario.nodes if node.role == "sky"), None)
    return dict(node.parameters) if node is not None else {}


# The calendar


class _Calendars:
    """One drawing of all calendars, with the bead and the slope as they are being pushed."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Bureau) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        years = _sky(scene).get("years")
        assert isinstance(years, list | tuple)
        self.first, self.last = int(years[0]), int(years[-1])
        self.left, self.right = 9, canvas.width - 10
        self.top, self.bottom = 1, canvas.height - 3
        self.seen = me.equinoxes[-1] if me.equinoxes else self.first
        asked = scene.asked
        self.asked = asked if asked is not None and asked.choice.name == DAYS.name else None

    def x(self, year: float) -> int:
        """The column of a year."""
        return self.left + round((year - self.first) * (self.right - self.left) / (self.last - self.first))

    def y(self, off: float) -> float:
        """The row of dates that are so many seconds late."""
        days = max(-DAYS_ABOVE, min(DAYS_BELOW, off / DAY))
        return self.top + (days + DAYS_ABOVE) * (self.bottom - self.top) / (DAYS_ABOVE + DAYS_BELOW)

    def dot(self, year: float, off: float) -> tuple[int, int]:
        """The dot of both."""
        return 2 * self.x(year), round(4 * self.y(off)) + 2

    def draw(self) -> None:
        """From the ground up."""
        canvas, me = self.canvas, self.me
        canvas.put(0, 0, cut("Caesar's year 365.25 days, the sun's 365.2422", canvas.width), Ink.QUIET)
        level = round(self.y(0))
        canvas.tint(self.left, self.top, self.right - self.left + 1, self.bottom - self.top + 1, Ink.WORLD, 0.08)
        for days in (0, 5, 10):
            row = round(self.y(days * DAY))
            canvas.put(0, row, f"{21 - days} March", Ink.STRONG if not days else Ink.QUIET)
            stroke(canvas, (2 * self.left, 4 * row + 2), (2 * self.right + 1, 4 * row + 2), Ink.FAINT, every=3)
        canvas.tint(self.left, level - 1, self.right - self.left + 1, 3, Ink.GOOD, 0.12)
        for year in range(400, self.last + 1, 400):
            canvas.centre(self.x(year), canvas.height - 2, str(year), Ink.QUIET)
        apart = any(calendar.mended for calendar in me.calendars)
        for calendar in me.calendars if apart else me.calendars[:1]:
            if self.asked is None or calendar.place != self.asked.place:
                self._draw_calendar(calendar, calendar.place if apart else "every calendar")
        if self.asked is not None:
            self._draw_draft(self.asked)
        else:
            self._draw_sum()

    def _draw_calendar(self, calendar: Calendar, name: str) -> None:
        """The way of one until now."""
        ink = Ink.YOU if calendar.place == self.me.calendars[0].place else Ink.ACCENT
        if not calendar.mended:
            self._tint_slid(self.seen, calendar.off(self.seen))
        points = [self.dot(self.first, calendar.off(self.first))]
        if calendar.mended:
            slid = Calendar(calendar.place, calendar.year).off(calendar.year)
            points += [self.dot(calendar.year, slid), self.dot(calendar.year, calendar.off(calendar.year))]
        points.append(self.dot(self.seen, calendar.off(self.seen)))
        curve(self.canvas, points, ink)
        column, row = self.x(self.seen), round(self.y(calendar.off(self.seen)))
        bad = calendar.mended and abs(calendar.off(self.seen)) > DAY // 2
        self.canvas.put(column, row, "●", Ink.BAD if bad else ink)
        # Rome stands above its line, England below it: they lie on each other twice.
        side = row - 1 if calendar.place == self.me.calendars[0].place else row + 1
        self.canvas.put(min(column + 1, self.canvas.width - len(name)), side, name, ink)

    def _tint_slid(self, year: int, off: float) -> None:
        """What dates have slid from the first year to this one, if nobody has mended them."""
        level, wide = round(self.y(0)), self.x(year) - self.left
        for column in range(wide):
            self.canvas.tint(self.left + column, level, 1, round(self.y(off * column / wide)) - level, Ink.COSTLY, 0.12)

    def _draw_draft(self, asked: Asked) -> None:
        """What would become of it."""
        canvas, scene = self.canvas, self.scene
        draft = scene.draft if isinstance(scene.draft, tuple) else DAYS.inaction
        before, after = Calendar(asked.place, asked.year), mended(asked, draft)
        slid = before.off(asked.year)
        self._tint_slid(asked.year, slid)
        ink = Ink.YOU if asked.place == self.me.calendars[0].place else Ink.ACCENT
        curve(canvas, [self.dot(self.first, 0), self.dot(asked.year, slid)], ink)
        end = asked.year + CYCLE
        curve(canvas, [self.dot(asked.year, slid), self.dot(asked.year, after.off(asked.year))], Ink.LIVE, every=2)
        curve(canvas, [self.dot(asked.year, after.off(asked.year)), self.dot(end, after.off(end))], Ink.LIVE)
        for days in range(DAYS_BELOW):
            canvas.hot(self.x(asked.year) - 1, round(self.y(slid - days * DAY)), 3, ("handle", "dropped", days))
        for leaps in range(ALL - 20, ALL + 1):
            off = Calendar(asked.place, asked.year, draft[0], leaps, mended=True).off(end)
            canvas.hot(self.x(end) - 1, round(self.y(off)), 3, ("handle", "leaps", leaps))
        for name, year in (("dropped", asked.year), ("leaps", end)):
            mark = "◆" if scene.at_hand == name else "◇"
            canvas.put(self.x(year), round(self.y(after.off(year))), mark, Ink.CHOSEN)
        canvas.centre(self.x(asked.year), round(self.y(slid)) + 1, f"{asked.place} {asked.year}", ink)
        x = 0
        for place, (name, unit) in enumerate((("dropped", "days"), ("leaps", f"in {CYCLE} years"))):
            typed = scene.written.get(name, "")
            words = f"{name} {f'{typed}_' if typed else draft[place]} {unit}"
            x = canvas.put(x, canvas.height - 1, words, Ink.CHOSEN if scene.at_hand == name else Ink.PLAIN) + 3
        words = f"equinox {equinox(after.off(asked.year))}, in {end} {equinox(after.off(end))}"
        if x + len(words) <= canvas.width:
            canvas.right(canvas.height - 1, words, Ink.QUIET)

    def _draw_sum(self) -> None:
        """What has been done, in words."""
        done = [calendar for calendar in self.me.calendars if calendar.mended]
        words = "   ".join(f"{one.place} {one.dropped} days, {one.leaps} in {CYCLE}" for one in done)
        self.canvas.put(0, self.canvas.height - 1, words or f"the year {self.seen}", Ink.PLAIN)


# UTC


class _Second:
    """One drawing of the Earth against UTC, the ruler, and the machines."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Bureau) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.wide = canvas.width >= WIDE and not scene.lifted
        self.left = NAMES
        self.right = canvas.width - (SIDE if self.wide else 0) - 6
        self.top, self.bottom = 1, canvas.height - 3
        newest = len(me.ut1_tai) - 1
        columns = self.right - self.left
        if scene.lifted:
            self.since, self.step = 0, columns / max(1, newest)
        else:
            self.step = STEP if columns < 80 else STEP + 1
            self.since = max(-me.first, newest + AHEAD - int(columns // self.step))
        self.newest = newest

    def x(self, place: float) -> float:
        """The column of an entry of its own (0: the first that it knows)."""
        return self.left + (place - self.since) * self.step

    def y(self, ahead: float) -> float:
        """The row of an Earth that is so many ms ahead."""
        return self.top + (RANGE - max(-RANGE, min(RANGE, ahead))) * (self.bottom - self.top) / (2 * RANGE)

    def dot(self, place: float, ahead: float) -> tuple[int, int]:
        """The dot of both."""
        return round(2 * self.x(place)), round(4 * self.y(ahead)) + 2

    def draw(self) -> None:
        """From the ground up."""
        canvas, me = self.canvas, self.me
        canvas.put(0, 0, cut("Earth ahead of UTC, s", self.right), Ink.QUIET)
        for ahead in (BOUND, -BOUND):
            row = round(self.y(ahead))
            canvas.put(0, row, f"{ahead / 1000:+.1f}", Ink.BAD)
            stroke(canvas, (2 * self.left, 4 * row + 2), (2 * self.right + 1, 4 * row + 2), Ink.BAD, every=3)
        row = round(self.y(0))
        canvas.put(0, row, "0", Ink.QUIET)
        stroke(canvas, (2 * self.left, 4 * row + 2), (2 * self.right + 1, 4 * row + 2), Ink.FAINT, every=2)
        # An Earth that is ahead wants a second less, one that is behind a second more.
        if me.omits:
            canvas.hot(self.left, self.top, self.right - self.left, ("setting", OMIT.name), row - self.top)
        canvas.hot(self.left, row + 1, self.right - self.left, ("setting", INSERT.name), self.bottom - row)
        top, low = round(self.y(BOUND)), round(self.y(-BOUND))
        canvas.tint(self.left, top, self.right - self.left + 1, low - top + 1, Ink.WORLD, 0.12)
        self._draw_axis()
        self._draw_way()
        if me.entry >= me.first and not self.scene.lifted:
            self._draw_ruler()
        words = f"{year_of(me.entry)}  TAI-UTC {me.tai_utc[-1]} s  fallen {me.fallen}  beyond {me.beyond}"
        if self.wide:
            self._draw_side(canvas.width - SIDE + 1)
        elif self.scene.lifted:
            canvas.right(0, cut(words, canvas.width - 24), Ink.STRONG)
        else:
            canvas.put(0, canvas.height - 1, cut(words, canvas.width), Ink.STRONG)

    def _places(self) -> range:
        """Entries that are seen; those below 0 are of the record, before there was this bureau."""
        return range(self.since, self.newest + 1)

    def _ahead(self, place: int, before: bool = False) -> int:
        """By how many ms the Earth was ahead of UTC, before the second that came then, or with it."""
        me = self.me
        entry = me.first - LOOK + place
        return record_ahead(entry, before) if place <= LOOK else me.ahead_at(place, before)

    def _draw_axis(self) -> None:
        """Years, and where a second was inserted or omitted: the bureau's own, and when the fog has lifted the real."""
        canvas, me = self.canvas, self.me
        first = me.first - LOOK
        every = 5 if self.step >= 2 else 10
        for place in self._places():
            entry, column = first + place, round(self.x(place))
            if entry % 2 == 0 and (BEGINS + entry // 2) % every == 0:
                canvas.centre(column, canvas.height - 2, str(BEGINS + entry // 2), Ink.QUIET)
            if self.scene.lifted and entry in LEAPS and entry > me.first:
                canvas.put(column, canvas.height - 1, "+", Ink.STRONG)
        if self.scene.lifted:
            canvas.put(0, canvas.height - 1, "real", Ink.QUIET)
            canvas.put(0, self.bottom, "you", Ink.YOU)

    def _draw_way(self) -> None:
        """Each half-year a line from what was left of the last one, and a step where a second was."""
        canvas = self.canvas
        for place in self._places():
            ahead = self._ahead(place)
            own = Ink.YOU if place > LOOK else Ink.QUIET
            if place > self.since:
                before, last = self._ahead(place, before=True), self._ahead(place - 1)
                ink = Ink.BAD if max(abs(before), abs(last)) > BOUND else own
                curve(canvas, [self.dot(place - 1, last), self.dot(place, before)], ink)
                if before != ahead:
                    curve(canvas, [self.dot(place, before), self.dot(place, ahead)], Ink.ACCENT, every=2)
                    mark = "+" if ahead > before else "-"
                    canvas.put(round(self.x(place)), self.bottom, mark, Ink.ACCENT if place > LOOK else Ink.QUIET)
            if place == self.newest or (place >= LOOK and not self.scene.lifted):
                canvas.put(round(self.x(place)), round(self.y(ahead)), "o", Ink.BAD if abs(ahead) > BOUND else own)

    def _draw_ruler(self) -> None:
        """Through the last dots, to where the Earth will be; with a step where something is announced."""
        canvas, me = self.canvas, self.me
        half, tip = self.newest + 1, self.newest + AHEAD
        there = me.ahead + me.gain // AHEAD
        passed = min(1.0, max(0.0, (self.scene.now - me.kept * me.half) / me.half))
        start = self.dot(self.newest, me.ahead)
        curve(canvas, [start, self.dot(half, there)], Ink.LIVE, every=3)
        if passed:
            now = self.dot(self.newest + passed, me.ahead + (there - me.ahead) * passed)
            curve(canvas, [start, now], Ink.LIVE)
        if me.sign:
            curve(canvas, [self.dot(half, there), self.dot(half, there + 1000 * me.sign)], Ink.ACCENT, every=2)
        curve(canvas, [self.dot(half, there + 1000 * me.sign), self.dot(tip, me.tip)], Ink.LIVE, every=3)
        beyond = abs(me.tip) > BOUND
        column, row = round(self.x(tip)), round(self.y(me.tip))
        canvas.put(column, row, "◆", Ink.BAD if beyond else Ink.CHOSEN)
        canvas.put(column + 1, row, f"{me.tip / 1000:+.2f}", Ink.BAD if beyond else Ink.CHOSEN)
        column = round(self.x(half))
        if me.sign:
            canvas.put(column, self.bottom + 1, "+" if me.sign > 0 else "-", Ink.CHOSEN)

    def _draw_side(self, x: int) -> None:
        """When it is, the machines, and what practice they have."""
        canvas, me = self.canvas, self.me
        room = canvas.width - x
        year = year_of(me.entry)
        y = 0
        if canvas.height >= TALL:
            big(canvas, x, 0, year, Ink.STRONG)
            y = 3
        else:
            canvas.put(x, 0, year, Ink.STRONG)
        canvas.put(x, y + 1, cut(f"TAI-UTC {me.tai_utc[-1] if me.tai_utc else 0} s", room), Ink.QUIET)
        y += 1 + (canvas.height >= TALL)
        machines = self._machines()
        dark = me.fell if me.entry in me.leapt.values() and me.kept else 0
        for place in range(machines):
            lamp = (x + place % 12 * 2, y + 1 + place // 12)
            canvas.put(*lamp, "○" if place < dark else "●", Ink.BAD if place < dark else Ink.GOOD)
        y += 1 + -(-machines // 12)
        words = f"{dark} of {machines}{': never tried' if dark == machines else ' fell'}" if dark else "machines"
        canvas.put(x, y, cut(words, room), Ink.BAD if dark else Ink.QUIET)
        canvas.put(x, y + 1, cut(f"fallen so far {me.fallen}", room), Ink.STRONG)
        y += 2 + (canvas.height >= TALL)
        for sign in (1, -1) if me.omits else (1,):
            canvas.put(x, y, cut(f"{sign:+d} s {self._practice(sign)}", room), Ink.PLAIN)
            canvas.hot(x, y, room, ("setting", (INSERT if sign > 0 else OMIT).name))
            y += 1
        y += canvas.height >= TALL
        canvas.put(x, y, cut(f"beyond 0.9 s: {me.beyond}", room), Ink.BAD if me.beyond else Ink.QUIET)
        if me.sign:
            canvas.put(x, y + 1, cut(f"announced: {me.sign:+d} s, {me.ends}", room), Ink.CHOSEN)

    def _practice(self, sign: int) -> str:
        idle = self.me.idle(sign)
        return "never tried" if idle is None else f"last {max(0, idle - 1) / 2:.1f} years ago"

    def _machines(self) -> int:
        node = next((node for node in self.scene.scenario.nodes if node.role == "users"), None)
        return int(node.parameters.get("machines", Users.machines)) if node is not None else Users.machines


# All Earths


def _draw_earths(canvas: Canvas, scene: Scene, me: Bureau) -> None:
    """When the fog has lifted: how far the Earth could have turned from the record's end on, had nobody pushed, and how
    far yours did."""
    sky = _sky(scene)
    walk, slope = int(str(sky.get("walk", Sky.walk))), int(str(sky.get("slope", Sky.slope)))
    ways = [_way(number, me.first, me.entry, walk, slope) for number in range(OTHERS)]
    mine = [me.ut1_tai[place] - me.ut1_tai[2] for place in range(2, len(me.ut1_tai))]
    reach = max(3000, *(abs(way[-1]) for way in ways), *map(abs, mine))
    left, right, top, bottom = NAMES, canvas.width - 8, 1, canvas.height - 3

    def dot(place: int, gained: int) -> tuple[int, int]:
        x = left + place * (right - left) / max(1, len(mine) - 1)
        y = top + (reach - gained) * (bottom - top) / (2 * reach)
        return round(2 * x), round(4 * y) + 2

    words = f"Earths that could have been: s that each gained on TAI since {year_of(me.first)}"
    canvas.put(0, 0, cut(words, canvas.width), Ink.QUIET)
    every = 3 * max(1, -(-2 * 2 * reach // (3000 * max(1, bottom - top))))
    for seconds in range(-(reach // (1000 * every)) * every, reach // 1000 + 1, every):
        row = dot(0, 1000 * seconds)[1] // 4
        canvas.put(0, row, f"{seconds:+d}" if seconds else "0", Ink.QUIET)
        if not seconds:
            stroke(canvas, (2 * left, 4 * row + 2), (2 * right, 4 * row + 2), Ink.FAINT, every=2)
    for way in ways:
        curve(canvas, [dot(place, gained) for place, gained in enumerate(way)], Ink.WORLD, 3)
    curve(canvas, [dot(place, gained) for place, gained in enumerate(mine)], Ink.YOU)
    column, row = dot(len(mine) - 1, mine[-1])
    canvas.put(min(column // 2 + 1, canvas.width - 5), row // 4, "yours", Ink.YOU)
    words = f"fallen {me.fallen}   beyond {me.beyond}   TAI-UTC {me.tai_utc[-1]} s"
    canvas.put(0, canvas.height - 1, cut(words, canvas.width), Ink.PLAIN)
    for place in range(0, len(mine), 20):
        canvas.centre(dot(place, 0)[0] // 2, canvas.height - 2, year_of(me.first + place), Ink.QUIET)


@lru_cache(maxsize=2 * OTHERS)
def _way(number: int, first: int, last: int, walk: int, slope: int) -> tuple[int, ...]:
    """How far (ms) one of the others turns ahead, from each half-year to the next."""
    gained, way = 0, [0]
    for entry in range(first + 1, last + 1):
        dice = Dice(number, "another Earth", entry)
        slope, gain = turned(slope, dice.between(-walk, walk) + dice.between(-walk, walk), entry)
        gained += gain
        way.append(gained)
    return tuple(way)
