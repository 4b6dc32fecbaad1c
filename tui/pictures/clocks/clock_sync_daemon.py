"""A parliament of clocks: a row for each, as wide as it is in doubt, who counts, and the bead where all are to go."""

from __future__ import annotations

from math import expm1, log1p

from core.kernel.choice import Asked
from core.kernel.time import MILLISECOND, LocalClock
from core.kernel.trace import CLOCK, MOVE
from core.protocols.clocks.clock_sync.averaging import Sample, in_milliseconds
from core.protocols.clocks.clock_sync.daemon import Daemon
from core.protocols.clocks.clock_sync.daemon_choices import COUNT, MEAN, WRITE
from tui.look.palette import node_ink
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

SHOWN = {"round", "clocks", "who counts", "mean", "letters"}
NAMES = 10
"""Columns before the rulers: a chair and a name."""
SAID = 16
"""Columns behind them: where a clock stands, and where its letter sends it."""
LEAST = 44
"""Columns below which there is no room for both."""
NEAR = 12
"""ms within which the ruler is even; farther out it is drawn together, so that seconds find room beside it."""
MARKS = (0, -100, 100, -1000, 1000, -20, 20)
"""Marks of the ruler (ms), those first that are wanted most."""
TALLEST = 6
"""Rows of a clock at most."""
ABOVE, BELOW = 1, 3
"""Rows above and below the clocks: the ruler; the bead, how both sides pull, and how far all this is."""
BEAD = 1
"""Rows below that there must be."""


def daemon_of(scene: Scene) -> Daemon | None:
    """The player's machine, in the middle of the event in which it asks, if it is a daemon."""
    return scene.own(Daemon)


def fits(canvas: Canvas, me: Daemon) -> bool:
    """Is there room for a row for each?"""
    return canvas.width >= LEAST and canvas.height >= ABOVE + BEAD + len(_clocks(me))


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Chairs and bead are on it."""
    return asked.choice.name in (COUNT.name, MEAN.name) and daemon_of(scene) is not None and width >= LEAST


def _clocks(me: Daemon) -> list[str]:
    """Whose clocks have a row: its own, everybody's whom it asks, and the watch's once it was looked at."""
    members = [name for name in me.peers if name != me.watch]
    return [me.name, *members, *([me.watch] if me.watch in me.samples else [])]


def draw(canvas: Canvas, scene: Scene, me: Daemon) -> None:
    """All that it knows; when the fog has lifted, how they stood to true time."""
    parliament = _Parliament(canvas, scene, me)
    if scene.lifted:
        parliament.draw_truth()
    else:
        parliament.draw()


class _Parliament:
    """One drawing, with the chairs and the bead as they are, or would be with what is being entered."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Daemon) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.left, self.right = NAMES, canvas.width - SAID - 1
        self.clocks = _clocks(me)
        room = canvas.height - ABOVE - BELOW
        self.pitch = max(1, min(TALLEST, room // len(self.clocks)))
        asked = scene.asked.choice.name if scene.asked is not None else ""
        self.seating, self.pushing = asked == COUNT.name, asked == MEAN.name
        seated = scene.draft if self.seating else scene.kept.get(COUNT.name)
        self.seated: tuple[str, ...] = seated if isinstance(seated, tuple) and seated else me.answered
        mean = scene.draft if self.pushing else scene.kept.get(MEAN.name, me.mean)
        self.mean: int = mean if isinstance(mean, int) else me.mean

    def x(self, ms: float) -> int:
        """The column of so many ms ahead."""
        far = log1p(self.me.reach / NEAR)
        place = log1p(abs(ms) / NEAR) / far * (1 if ms >= 0 else -1)
        half = (self.right - self.left) // 2
        return self.left + half + round(max(-1.0, min(1.0, place)) * half)

    def y(self, row: int) -> int:
        """The row of a clock."""
        return ABOVE + row * self.pitch + self.pitch // 2

    def draw(self) -> None:
        """Rulers, clocks, the bead, and how those who count pull at it."""
        canvas = self.canvas
        self._draw_ruler("you")
        bottom = ABOVE + self.pitch * len(self.clocks)
        for y in range(ABOVE, bottom):
            canvas.put(self.x(self.mean), y, "│", Ink.YOU)
        canvas.tint(self.x(self.mean), ABOVE, 1, bottom - ABOVE, Ink.YOU, 0.25)
        for row, name in enumerate(self.clocks):
            self._draw_clock(self.y(row), name)
        for column in range(self.left, self.right + 1):
            canvas.put(column, bottom, "─", Ink.FAINT)
        self._draw_bead(bottom)
        if bottom + 1 < canvas.height:
            self._draw_pull(bottom + 1)
        if bottom + 2 < canvas.height:
            self._draw_state(bottom + 2)

    def _draw_state(self, y: int) -> None:
        """How far all this is."""
        canvas, me = self.canvas, self.me
        words = f"round {me.round} of {me.rounds}   letters {me.letters}"
        state = "answers are under way" if me.asked else "your letters are due" if me.ready else "between rounds"
        end = canvas.put(1, y, words, Ink.QUIET)
        if canvas.width - end > len(state) + 3:
            canvas.right(y, state, Ink.ACCENT if me.ready and not me.asked else Ink.QUIET, 1)

    def _draw_ruler(self, middle: str) -> None:
        """What the columns mean, above; faint marks run down."""
        canvas = self.canvas
        if self.pitch > 1:  # where there is room every clock has a bench of its own
            tall = self.pitch - self.pitch // 3
            for row in range(len(self.clocks)):
                y = self.y(row) - tall // 2
                canvas.tint(self.left, y, self.right - self.left + 1, tall, Ink.WORLD, 0.14)
        for ms in MARKS:
            words = middle if ms == 0 else f"{ms:+d}" if abs(ms) < 1000 else f"{ms // 1000:+d} s"
            x = self.x(ms)
            if canvas.free(x - len(words) // 2 - 1, 0, len(words) + 2):
                canvas.centre(x, 0, words, Ink.YOU if middle == "you" and not ms else Ink.QUIET)
            for row in range(len(self.clocks)):
                canvas.put(x, self.y(row), "·" if ms else "┊", Ink.FAINT)

    def _draw_clock(self, y: int, name: str) -> None:
        """A chair, a name, a clock as wide as its doubt, where it stands and where a letter would send it."""
        canvas, me = self.canvas, self.me
        is_watch = name == me.watch
        known = name == me.name or name in me.samples
        ink = node_ink(name, self.scene.nodes, self.scene.you)
        here = self.seating and self.scene.at_hand == name
        on = name in self.seated and known and not is_watch
        chair = "   " if is_watch or not known else "[■]" if on else "[ ]"
        canvas.put(0, y, chair, Ink.CHOSEN if here else ink if on else Ink.QUIET)
        said = "you" if name == self.scene.you else "watch" if is_watch else name
        canvas.put(4, y, cut(said, NAMES - 5), Ink.CHOSEN if here else ink if known else Ink.FAINT)
        if here:
            canvas.put(3, y, ">", Ink.CHOSEN)
        if not is_watch and known:
            canvas.hot(0, y, NAMES - 1, name if self.seating else ("setting", COUNT.name))
        if not known:
            words = "asked" if any(name == whom for whom, _ in me.asked.values()) else "silent"
            canvas.put(self.right + 2, y, words if me.round else "", Ink.FAINT)
            return
        sample = me.sample(name)
        self._draw_span(y, sample, Ink.ACCENT if is_watch else ink, strong=on or is_watch)
        place = in_milliseconds(sample.offset)
        canvas.put(self.right + 2, y, f"{place:+d}" if name != me.name else "0", Ink.PLAIN if on else Ink.QUIET)
        if not is_watch:
            by = self.mean - place
            canvas.right(y, f"{'>' if by > 0 else '<'} {by:+d}" if by else "= 0", Ink.YOU)

    def _draw_span(self, y: int, sample: Sample, ink: Ink, strong: bool) -> None:
        """From where to where a clock may stand, and the middle of that; the way to the bead."""
        canvas = self.canvas
        middle = self.x(sample.offset / MILLISECOND)
        bead = self.x(self.mean)
        step = 1 if bead > middle else -1
        for column in range(middle + step, bead, step):
            canvas.put(column, y, "-", Ink.YOU if strong else Ink.QUIET)
        low = self.x((sample.offset - sample.doubt) / MILLISECOND)
        high = self.x((sample.offset + sample.doubt) / MILLISECOND)
        if high > low:
            tall = max(1, self.pitch - self.pitch // 3)
            canvas.tint(low, y - tall // 2, high - low + 1, tall, ink, 0.3)
            canvas.put(low, y, "[", ink)
            canvas.put(high, y, "]", ink)
        canvas.put(middle, y, "●" if strong else "○", ink)

    def _draw_bead(self, y: int) -> None:
        """Where the mean is put, and a place to push it."""
        canvas = self.canvas
        x = self.x(self.mean)
        canvas.put(x, y, "▲", Ink.CHOSEN if self.pushing else Ink.YOU)
        words = f"mean {self.mean:+d} ms" if self.mean else "mean 0 ms"
        start = x + 2 if x + 2 + len(words) <= canvas.width else x - 1 - len(words)
        canvas.put(start, y, words, Ink.CHOSEN if self.pushing else Ink.YOU)
        if self.pushing:
            half = (self.right - self.left) // 2
            for column in range(self.left, self.right + 1):
                canvas.hot(column, y, 1, ("ruler", self._ms_at(column - self.left - half, half)))
        else:
            canvas.hot(self.left, y, self.right - self.left + 1, ("setting", MEAN.name))

    def _ms_at(self, columns: int, half: int) -> int:
        """The ms at so many columns from the middle."""
        far = expm1(log1p(self.me.reach / NEAR) * abs(columns) / max(1, half))
        return round(far * NEAR) * (1 if columns >= 0 else -1)

    def _draw_pull(self, y: int) -> None:
        """How much those who count pull to either side: at their mean it is the same."""
        canvas, me = self.canvas, self.me
        places = [in_milliseconds(me.sample(name).offset) for name in me.answered if name in self.seated]
        if not places or not me.voters:
            canvas.put(self.left, y, "nobody who counts pulls", Ink.QUIET)
            return
        back = sum(max(0, self.mean - place) for place in places)
        forth = sum(max(0, place - self.mean) for place in places)
        level = abs(back - forth) <= len(places)
        beam = ("=" if level else "/" if forth > back else "\\") * 5
        ink = Ink.GOOD if level else Ink.COSTLY
        canvas.put(1, y, "pull", Ink.QUIET)
        canvas.centre((self.left + self.right) // 2, y, f"{back} ms < {beam} > {forth} ms", ink)

    def draw_truth(self) -> None:
        """How all clocks stood to true time when the last letters left, and how they do now."""
        canvas, scene = self.canvas, self.scene
        self.clocks = [name for name in self.clocks if name != self.me.watch]
        self._draw_ruler("true")
        for row, name in enumerate(self.clocks):
            before, after = _true_places(scene, name)
            y = self.y(row)
            ink = node_ink(name, scene.nodes, scene.you)
            canvas.put(4, y, cut("you" if name == scene.you else name, NAMES - 5), ink)
            start, stop = self.x(before), self.x(after)
            for column in range(min(start, stop), max(start, stop)):
                canvas.put(column, y, "-", Ink.FAINT)
            canvas.put(start, y, "○", ink)
            canvas.put(stop, y, "●", ink)
            canvas.put(self.right + 2, y, f"{before:+d} -> {after:+d}", Ink.PLAIN)
        canvas.put(1, canvas.height - 1, "○ before your last letters   ● after them   ms from true time", Ink.QUIET)


def _true_places(scene: Scene, name: str) -> tuple[int, int]:
    """By how many ms a clock was ahead of true time when the last letters left, and by how many it is at the end."""
    spec = next(node for node in scene.scenario.nodes if node.name == name)
    clock = LocalClock(0, spec.clock, spec.drift)
    written = [entry for entry in scene.entries if entry.kind == MOVE and entry.detail[0] == WRITE.name]
    last = written[-1] if written else None
    before: int | None = None
    now = 0
    for entry in scene.entries:
        if last is not None and entry.number == last.number:
            before = clock.read(entry.time) - entry.time
        if entry.kind == CLOCK and entry.node == name:
            clock.step(entry.time, entry.detail)
        now = entry.time
    after = clock.read(now) - now
    return in_milliseconds(after if before is None else before), in_milliseconds(after)
