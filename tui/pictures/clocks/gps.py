"""The picture of a boat in fog: the chart with a circle around every beacon that is heard, a lens on where they meet,
and the clock that swells them all."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from core.kernel.choice import Asked
from core.kernel.time import SECOND
from core.protocols.clocks.gps.choices import CLOCK, FARTHEST, USE
from core.protocols.clocks.gps.geometry import SHUT, Circle, Place, distance, meeting
from core.protocols.clocks.gps.machine import Receiver, stand
from tui.look.dots import Dot, ellipse, stroke
from tui.look.palette import node_ink
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

LEAST = (44, 8)
"""Columns and rows below which there is no room for chart and lens."""
LENS = 28
"""Columns of the lens."""
TALL = 20
"""Rows from which on the lens lies in a corner of the chart, and not beside it."""
LENS_ROWS = 10
MARGIN = 7_000
"""Metres of the chart beyond the outermost beacons."""
SOUTH = 44_000
"""Metres of the chart below the northernmost beacon, at least."""
KM = 1_000
SEA = 0.14
"""So much of the world's ink lies on the sea."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """A boat sees its chart; everybody else the nodes."""
    me = _boat(scene)
    if me is None or canvas.width < LEAST[0] or canvas.height < LEAST[1]:
        general.draw(canvas, scene)
        return
    _Chart(canvas, scene, me).draw()


def _boat(scene: Scene) -> Receiver | None:
    """The player's machine; a boat that has heard nothing before it has started."""
    if isinstance(scene.me, Receiver):
        return scene.me
    roles = {node.name: node.role for node in scene.scenario.nodes}
    return Receiver() if roles.get(scene.you) == "receiver" and not scene.entries else None


class _Chart:
    """One drawing, with clock and circles as they are kept, or would be with what is being entered."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Receiver) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.push = scene.setting(CLOCK.name, 0)
        self.used = me.meant(scene.setting(USE.name, ()))
        self.circles = dict(zip(me.audible, me.circles(me.audible, self.push), strict=True))
        self.meet = meeting([self.circles[name] for name in self.used])
        self.tall = canvas.height >= TALL
        self.rows = canvas.height - 3
        self.columns = canvas.width if self.tall else canvas.width - LENS - 1
        self.stand = _places(scene)
        east = [place[0] for place in self.stand.values()] or [0]
        north = [place[1] for place in self.stand.values()] or [0]
        self.west, self.top = min(east) - MARGIN, max(north) + KM * 3
        self.metres = max((max(east) + MARGIN - self.west) / (2 * self.columns), SOUTH / (4 * self.rows))
        """Metres of a dot of the chart."""

    def draw(self) -> None:
        """What is asked, the chart, the lens, how it stands, and the clock."""
        canvas = self.canvas
        self._draw_heading()
        chart = canvas.window(0, 1, self.columns, self.rows)
        self._draw_chart(chart)
        canvas.blit(chart, 0, 1)
        rows = min(LENS_ROWS, self.rows)
        self._draw_lens(canvas.width - LENS, canvas.height - 2 - rows if self.tall else 1, LENS, rows)
        self._draw_standing(canvas.height - 2)
        self._draw_clock(canvas.height - 1)

    def dot(self, place: tuple[int, int]) -> Dot:
        """The dot of a place on the chart."""
        return round((place[0] - self.west) / self.metres), round((self.top - place[1]) / self.metres)

    def _ink(self, name: str) -> Ink:
        return node_ink(name, self.scene.nodes, self.scene.you)

    def _draw_heading(self) -> None:
        canvas, me, scene = self.canvas, self.me, self.scene
        if scene.lifted:
            canvas.put(0, 0, "the log, beside where the boat was", Ink.ACCENT)
        elif me.waits:
            count = len(me.audible)
            canvas.put(0, 0, f"Where are we? {count or 'No'} beacon{'' if count == 1 else 's'} heard", Ink.ACCENT)
        elif me.asked:
            canvas.put(0, 0, "listening", Ink.QUIET)
        else:
            canvas.put(0, 0, "under way" if me.stop else "fog; nobody has asked yet", Ink.QUIET)

    def _draw_chart(self, chart: Canvas) -> None:
        rock = [self.dot(place) for name, place in self.stand.items() if name not in _floating(self.scene)]
        coast = [(0, min(rock)[1]), *sorted(rock), (2 * chart.width, max(rock)[1])] if rock else []
        for one, other in pairwise(coast):
            stroke(chart, one, other, Ink.FAINT, every=2)
            for column in range(one[0] // 2, min(chart.width, other[0] // 2)):
                row = (one[1] + (other[1] - one[1]) * (2 * column - one[0]) // (other[0] - one[0])) // 4
                chart.tint(column, row, 1, chart.height - row, Ink.WORLD, SEA)
        for name, circle in self.circles.items():
            if circle.radius > 0:
                wide = circle.radius / self.metres
                chosen = name in self.used
                ellipse(chart, self.dot(circle[:2]), wide, wide, self._ink(name), 0 if chosen else 3, every=1 if chosen
                        else 5)  # fmt: skip
        for name in self.stand:
            self._draw_beacon(chart, name)
        if self.scene.lifted:
            self._draw_truth(chart)
        elif self.meet is not None:
            x, y = self.dot(self.meet[:2])
            chart.put(x // 2, y // 4, "X", self._meeting_ink())

    def _draw_beacon(self, chart: Canvas, name: str) -> None:
        """A beacon as a chair: taken or not, with how old its place is; a click seats it."""
        scene, me = self.scene, self.me
        heard = name in me.heard
        x, y = self.dot(self.circles[name][:2] if heard else self.stand[name])
        x, y = x // 2, max(0, y // 4)
        seating = scene.asked is not None and scene.asked.choice.name == USE.name
        here = seating and scene.at_hand == name
        listed = next((option for option in scene.listed if seating and option.value == name), None)
        label = f"{listed.number if listed is not None and listed.number else ''}{name}"
        left, right = ("[", "]") if heard and name in self.used else (" ", " ")
        if here:
            left, right = ">", "<"
        words = f"{left}{label}{right}"
        start = max(0, min(x - len(words) // 2, chart.width - len(words)))
        chart.put(start, y, words, Ink.CHOSEN if here else self._ink(name) if heard else Ink.QUIET)
        if heard and not scene.lifted and me.age(name) >= SECOND:
            age = f" {me.age(name) // SECOND} s old"
            place = start + len(words)
            place = place if place + len(age) <= chart.width else start - len(age)
            chart.put(place, y, age, Ink.QUIET if name in me.fresh else Ink.COSTLY)
        chart.hot(start, y, len(words), name if seating else ("setting", USE.name))

    def _draw_truth(self, chart: Canvas) -> None:
        """The fog has lifted: the log, where the boat was, and which signals came on a longer way."""
        me = self.me
        stops = [(me.course[2 * number], me.course[2 * number + 1]) for number in range(len(me.course) // 2)]
        for number, (entry, truth) in enumerate(zip(me.log, stops, strict=False), 1):
            bad = entry.off > me.reef
            start, end = self.dot(entry[:2]), self.dot(truth)
            stroke(chart, start, end, Ink.BAD if bad else Ink.GOOD)
            if bad:
                chart.put(start[0] // 2, start[1] // 4, "x", Ink.BAD)
            chart.put(end[0] // 2, end[1] // 4, str(number), Ink.BAD if bad else Ink.YOU)
        for name, far in _detours(me).items():
            x, y = self.dot(self.circles[name][:2])
            words = f"{far / KM:+.1f} km"
            chart.put(max(0, min(x // 2 + 2, chart.width - len(words))), max(0, y // 4), words, Ink.BAD)

    def _meeting_ink(self) -> Ink:
        shut = self.meet is not None and self.meet.gap <= SHUT and len(self.used) > 2
        return Ink.GOOD if shut else Ink.YOU

    def _draw_lens(self, x: int, y: int, width: int, height: int) -> None:
        """What lies around the place at which they come nearest to meeting, as large as it must be to be seen."""
        canvas = self.canvas
        lens = canvas.window(x, y, width, height)
        lens.tint(0, 0, width, height, Ink.WORLD, 0.12)
        lens.own(0, 0, width, 1)
        if self.scene.lifted:
            for row, entry in enumerate(self.me.log[: height - 1], 1):
                ink = Ink.BAD if entry.off > self.me.reef else Ink.GOOD
                lens.put(1, row, f"{row}: {_km(entry.off)} off", ink)
        elif self.meet is None:
            lens.put(1, height // 2, "nothing meets yet", Ink.QUIET)
        else:
            self._draw_arcs(lens, self.meet)
        if self.tall:
            canvas.own(x, y, width, height)
            for row in range(height):
                canvas.put(x, y + row, " " * width)
        canvas.blit(lens, x, y)

    def _draw_arcs(self, lens: Canvas, meet: Place) -> None:
        metres = max(15, min(1_000, meet.gap // 8))
        for name in self.used:
            for column, row in _rim(self.circles[name], meet, metres, 2 * lens.width, 4 * lens.height):
                lens.dot(column, row, self._ink(name))
        lens.put(lens.width // 2, lens.height // 2, "+", self._meeting_ink())
        if len(self.used) > 2:
            lens.put(0, 0, f" {_km(meet.gap)} open", self._meeting_ink())
        else:
            lens.put(0, 0, " two always cross", Ink.QUIET)
        scale = max(2, round(KM / metres / 2))
        words = "1 km" if scale <= lens.width // 2 else "100 m"
        scale = scale if words == "1 km" else max(2, round(scale / 10))
        lens.put(lens.width - scale - len(words) - 2, lens.height - 1, f"{words} {'─' * scale}", Ink.QUIET)

    def _draw_standing(self, y: int) -> None:
        me, canvas = self.me, self.canvas
        x = canvas.put(0, y, f"in the log {len(me.log)}", Ink.QUIET)
        since = max(0, me.reading - me.since) if me.waits or (me.asked and me.listened) else 0
        x = canvas.put(x + 3, y, f"waited {(me.waited + since) // SECOND} s", Ink.QUIET)
        canvas.put(x + 3, y, f"reefs {me.reefs}", Ink.BAD if me.reefs else Ink.QUIET)

    def _draw_clock(self, y: int) -> None:
        """The own clock, pushed along a rule."""
        canvas = self.canvas
        pushing = self.scene.asked is not None and self.scene.asked.choice.name == CLOCK.name
        words = f"clock {self.push:+d} µs "
        left = 16
        width = canvas.width - left - 1
        canvas.put(0, y, words, Ink.CHOSEN if pushing else Ink.YOU)
        canvas.hot(0, y, left, ("setting", CLOCK.name))
        for column in range(width):
            value = round(-FARTHEST + column * 2 * FARTHEST / (width - 1))
            canvas.put(left + column, y, "┼" if abs(value) * (width - 1) < FARTHEST else "─", Ink.FAINT)
            canvas.hot(left + column, y, 1, ("ruler", value) if pushing else ("setting", CLOCK.name))
        bead = left + round((self.push + FARTHEST) * (width - 1) / (2 * FARTHEST))
        canvas.put(bead, y, "█", Ink.YOU)
        for end, value in ((left, -FARTHEST), (canvas.width - 5, FARTHEST)):
            if abs(bead - end) > 5:
                canvas.put(end, y, cut(f"{value:+d}", 4), Ink.QUIET)


def _rim(circle: Circle, meet: Place, metres: int, columns: int, rows: int) -> list[Dot]:
    """The dots of a lens through which the rim of a circle goes: where a dot lies in it and its neighbour does not."""
    across = [meet.east + (column - columns // 2) * metres - circle.east for column in range(columns + 1)]
    up = [meet.north - (row - rows // 2) * metres - circle.north for row in range(rows + 1)]
    square = circle.radius * abs(circle.radius)
    east = [each * each for each in across]
    north = [each * each for each in up]
    found = []
    for row in range(rows):
        here, below = square - north[row], square - north[row + 1]
        for column in range(columns):
            inside = east[column] <= here
            if inside != (east[column + 1] <= here) or inside != (east[column] <= below):
                found.append((column, row))
    return found


def _km(metres: int) -> str:
    return f"{metres / KM:.2f} km"


def _places(scene: Scene) -> dict[str, tuple[int, int]]:
    """Where the beacons stand on the printed chart (m)."""
    found = {}
    for node in scene.scenario.nodes:
        if node.role == "beacon":
            found[node.name] = stand(node.name, tuple(node.parameters.get("place", ())))
    return found


def _floating(scene: Scene) -> Collection[str]:
    """The beacons that do not stand on rock."""
    return [node.name for node in scene.scenario.nodes if node.parameters.get("survey")]


def _detours(me: Receiver) -> dict[str, int]:
    """Of the last place: the signals whose way was longer than from where their beacon said to be, and by how much (m).

    All ways are as wrong as the clock was; what is beside that is a detour."""
    wrong = {
        name: circle.radius - round(distance(circle[:2], me.place))
        for name, circle in zip(me.audible, me.circles(me.audible, 0), strict=True)
    }
    middle = sorted(wrong.values())[len(wrong) // 2] if wrong else 0
    return {name: far - middle for name, far in wrong.items() if abs(far - middle) > 2 * SHUT}


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Beacons are seated where they stand, and the clock is pushed along its rule."""
    return width >= LEAST[0] and asked.choice.name in (CLOCK.name, USE.name) and _boat(scene) is not None


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself: all of it."""
    return {"heard", "fixes", "waited", "reefs"} if _boat(scene) is not None else ()
