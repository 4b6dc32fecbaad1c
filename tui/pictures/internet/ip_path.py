"""A path and its probes: a probe sets out as many steps above the ground as its time to live, comes down one at every
station, and dies where it is down."""

from __future__ import annotations

from itertools import pairwise

from core.protocols.internet.ip.choices import TTL
from core.protocols.internet.ip.host import Prober
from tui.look.blocks import big, big_width
from tui.look.dots import middle, stroke
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide

STATION = 6
"""Columns of a station on the path, at least: its name, or the time to live that found it."""
WIDEST = 24
"""Columns of it at most: what is not known yet has its room, too."""
LOW = 2
"""Rows of names below the line."""
TOP = 1
"""Rows above the highest step."""
ROOMY, STEP = 18, 3
"""Rows from which on the heights are numbered, and how many of them lie between two at least."""


def own_prober(scene: Scene) -> Prober | None:
    """Your machine: as it stands within the event that asks you something, or else as it is."""
    return scene.own(Prober)


def draw_path(canvas: Canvas, scene: Scene) -> None:
    """The stations in a row: those that answered, those that must be there, and the target; above them the way down of
    every probe so far, and of the one that is being typed.

    Where there may be more than fit (a probe of 30 arrived), those between the last one shown and the target are left
    out, and the line is broken there."""
    me = own_prober(scene)
    stations = [(place, name) for place, name in enumerate(scene.nodes)]
    if not scene.lifted:
        stations = _known_stations(me, max(4, (canvas.width - 4) // STATION))
    if not stations:
        return
    path = _Path(canvas, scene, me, stations)
    path.draw()


class _Path:
    """One drawing of a path."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Prober | None, stations: list[tuple[int, str]]) -> None:
        self.canvas, self.scene, self.me, self.stations = canvas, scene, me, stations
        self.floor = max(1, canvas.height - 1 - LOW)
        ttls = [ttl for ttl, _ in stations]
        self.gap = next((one for one, other in pairwise(ttls) if other > one + 1), None)
        """The station behind which some are left out; a place stays free there."""
        places = [place + (self.gap is not None and ttl > self.gap) for place, ttl in enumerate(ttls)]
        self.step = min(WIDEST, max(STATION, (canvas.width - 4) // (places[-1] + 1)))
        self.xs = {ttl: 3 + self.step // 2 + at * self.step for ttl, at in zip(ttls, places, strict=True)}
        self.last = max(self.xs)
        tried = [*(me.hops if me is not None else ()), *((me.reached,) if me is not None and me.reached else ())]
        self.typed = int(str(scene.draft)) if _asks(scene) and isinstance(scene.draft, int) else 0
        steps = [1, len(stations) - 1, *tried, *((self.typed,) if self.typed <= self.last + 2 else ())]
        self.roomy = canvas.height >= ROOMY
        self.highest: int = max([*steps, self.floor // STEP] if self.roomy else steps)

    def row(self, left: float) -> float:
        """The row of a probe that has so much left to live."""
        height: int = max(1, self.floor - 1 - TOP)
        return self.floor - min(1.0, left / self.highest) * height

    def draw(self) -> None:
        canvas, scene, me = self.canvas, self.scene, self.me
        if any(name == scene.you for _, name in self.stations):
            canvas.pool(self.xs[0], self.floor, 16, 6, Ink.YOU, 0.2)
        if self.roomy:
            self._heights()
        canvas.put(self.xs[0], self.floor, "─" * (self.xs[self.last] - self.xs[0]), Ink.FAINT)
        if self.gap is not None:
            free = self.xs[self.last] - self.xs[self.gap] - self.step // 2
            canvas.put(self.xs[self.gap] + 2, self.floor, f" {'· ' * max(2, free // 2)}", Ink.QUIET)
        for ttl, name in self.stations:
            self._station(ttl, name)
        tried = dict(me.hops) if me is not None else {}
        if me is not None and me.reached:
            tried[me.reached] = me.target
        for ttl in tried:
            self._way(ttl, Ink.FAINT)
        self._hero(tried)
        if self.typed:
            self._typed()
        columns = {name: self.xs[ttl] for ttl, name in self.stations} if scene.lifted else {}
        self._flights(columns)

    def _heights(self) -> None:
        """How high a probe sets out for each time to live, to the right edge, and the ground below all of them."""
        canvas = self.canvas
        for left in range(1, self.highest + 1):
            y = round(self.row(left))
            canvas.put(0, y, f"{left:>2}", Ink.QUIET)
            stroke(canvas, middle(3, y), middle(canvas.width - 1, y), Ink.FAINT, every=6)
        canvas.tint(0, self.floor + 1, canvas.width, canvas.height - self.floor - 1, Ink.WORLD, 0.14)

    def _station(self, ttl: int, name: str) -> None:
        """A station on the ground: its name in a chip, and the time to live that found it."""
        canvas, me, x = self.canvas, self.me, self.xs[ttl]
        whole = chip_width(canvas, name) < self.step or (ttl == self.last and len(name) < 2 * self.step - 3)
        label = name if whole else name.rpartition(".")[2]
        wide = chip_width(canvas, label)
        start = max(0, min(x - wide // 2, canvas.width - wide))
        ink = Ink.YOU if ttl == 0 else Ink.QUIET if label == "?" else node_ink(name, self.scene.nodes, self.scene.you)
        if name not in self.scene.nodes and label != "?" and ttl:
            ink = Ink.PACKET
        chip(canvas, start, self.floor, label, ink)
        if ttl == 0:
            canvas.centre(x, self.floor + 1, "you", Ink.YOU)
            return
        if me is None:
            return
        answered = me.hops.get(ttl)
        words = f"TTL {ttl}" if answered else ""
        if answered and self.scene.lifted and self.step > 13:
            words = answered
        if me.reached == ttl:
            words = "arrived" if self.gap is None or ttl != self.last else f"TTL {ttl}"
        canvas.centre(x, self.floor + 1, words, Ink.GOOD)

    def _way(self, ttl: int, ink: Ink, shade: int = 0) -> None:
        """Down one step at every station, as far as it is known where they are."""
        before = None
        for station, _ in self.stations:
            if self.gap is not None and station > self.gap:
                break
            if station > ttl:
                break
            point = middle(self.xs[station], round(self.row(max(0, ttl - station))))
            if before is not None:
                stroke(self.canvas, before, (point[0], before[1]), ink, shade, every=2)
                stroke(self.canvas, (point[0], before[1]), point, ink, shade, every=2)
            before = point
        if before is not None and ttl > self.last and self.gap is None and not self.scene.lifted:
            stroke(self.canvas, before, (2 * self.canvas.width - 1, before[1]), ink, shade, every=2)

    def _hero(self, tried: dict[int, str]) -> None:
        """How many hops are known, or the time to live that is typed, in big digits."""
        canvas = self.canvas
        if canvas.height < 9 or self.scene.lifted:
            return
        words = str(self.typed) if self.typed else "?" if _asks(self.scene) else str(len(tried))
        said = "to live" if _asks(self.scene) else "hops known"
        x = canvas.width - max(big_width(words), len(said)) - 2
        canvas.put(x, 0, said, Ink.QUIET)
        big(canvas, x, 1, words, Ink.YOU)

    def _typed(self) -> None:
        """Where the probe that is being typed would end, as far as that is known."""
        canvas, ttl = self.canvas, self.typed
        reached = self.last if self.scene.lifted else self.me.reached if self.me is not None else 0
        self._way(ttl, Ink.YOU)
        if reached and ttl >= reached:
            x, words = self.xs[self.last], "arrives"
        elif ttl in self.xs:
            x, words = self.xs[ttl], "dies here"
        elif self.gap is not None:
            x, words = (self.xs[self.gap] + self.xs[self.last]) // 2, "dies, or arrives"
        else:
            x = min(self.xs[self.last] + self.step, canvas.width - 6)
            canvas.centre(x, round(self.row(ttl - self.last)) + 1, "far away", Ink.CHOSEN)
            return
        canvas.put(x, self.floor - 1, "▼", Ink.CHOSEN)
        canvas.centre(x, self.floor - 2, words, Ink.CHOSEN)

    def _flights(self, columns: dict[str, int]) -> None:
        """Probes above the ground, as high as they have left to live; answers below it."""
        for flight in self.scene.flights[-8:]:
            if flight.source not in columns or flight.destination not in columns:
                continue
            start, end = columns[flight.source], columns[flight.destination]
            forth = end > start
            words = self.scene.words(flight.message)
            ttl = words[words.find("ttl") :].split(" 1")[0] if "ttl" in words else ""
            shown = ttl if forth else words.partition(" ttl")[0]
            left = int(ttl.split()[1]) if forth and len(ttl.split()) > 1 and ttl.split()[1].isdigit() else 0
            row = round(self.row(left)) if left else self.floor - 1 if forth else self.floor + 2
            row = max(0, min(self.canvas.height - 1, row))
            glide(self.canvas, self.scene, flight, between((start, row), (end, row)), shown)


def _asks(scene: Scene) -> bool:
    return scene.asked is not None and scene.asked.choice.name == TTL.name


def _known_stations(me: Prober | None, room: int) -> list[tuple[int, str]]:
    """The time to live that ends there, and the name, of as many stations as there is `room` for; 0 is the prober."""
    if me is None:
        return []
    far = max([me.reached, *me.hops, 1])
    ttls = list(range(1, far + 1))
    if far + 1 > room:
        ttls = [*ttls[: room - 3], far]  # and a place for those that are left out
    names = {ttl: me.hops.get(ttl, "?") if ttl != me.reached else me.target for ttl in ttls}
    return [(0, me.name), *names.items()]
