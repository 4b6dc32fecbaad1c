"""Motion on the play screen: what is drawn anew in which frame, and how much of it.

In a frame in which nothing has happened only what glides over the picture is drawn, and of it only the cells that
changed. The picture itself is drawn when something has happened, and ten times a second where it shows the clock; what
stands beside it in turns. With less motion, or where the terminal does not keep up, there are fewer frames.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Protocol

from core.kernel.trace import RECEIVE
from tui.bridge import Bridge
from tui.look.effects import Flash, Snap, spoken
from tui.look.palette import Ink
from tui.widgets.view import CanvasView

SIDES = (("head", "goal", "view", "ribbon", "control"), ("panel",))
"""What stands beside the picture is drawn in turns, with time for keys in between."""
SIDES_EVERY = 2
"""Frames from one of them to the next."""
CLOCK_EVERY = 2
"""Frames from one drawing of a picture that shows the clock to the next."""
HURRY = 8
"""From this speed on packets fly faster than pictures can follow: half as many are drawn."""
LESS_FPS = 8
"""Frames a second with less motion."""
LESS_SIDES_EVERY = 4
LESS_BYTES = 4_500
"""What less motion may send in a second; where more has been sent the next frames are left out."""
BEHIND = 6
"""So many writes wait for the terminal when it does not keep up: two frames."""
HELD = 3
"""After so many frames that had to wait there is less motion by itself."""
RECOVERS = 100
"""So many frames without a wait, and motion is as it was."""
MOST_ARRIVALS = 6
"""More than that at once are no single events for an eye."""
MOST_HIGH = 3
"""Rows of the largest thing that flashes."""


class Artist(Protocol):
    """Who draws the picture, and what of that a frame needs to know."""

    timeless: bool
    """Was the clock not read? Then the picture is the same until something happens."""
    drawn_at: int
    """The watcher's clock (µs) when it was drawn."""


class Pressure:
    """Does the terminal take what is written? `backlog`: the writes that wait."""

    def __init__(self, backlog: Callable[[], int]) -> None:
        self.is_high = False
        self._backlog = backlog
        self._held = self._clear = 0

    def holds(self) -> bool:
        """Is this frame to be left out? Called once a frame."""
        if self._backlog() >= BEHIND:
            self._held, self._clear = self._held + 1, 0
            self.is_high = self.is_high or self._held >= HELD
            return True
        self._clear += 1
        if self._clear >= RECOVERS:
            self.is_high, self._held = False, 0
        return False


class Allowance:
    """What may be sent with less motion. `written`: the characters sent so far, by whatever; `fps`: frames a second."""

    def __init__(self, written: Callable[[], int], fps: int) -> None:
        self._written = written
        self._fps = fps
        self._seen = self._frames = 0
        self._left = float(LESS_BYTES)

    def is_spent(self) -> bool:
        """Has more been sent than may be? Called once a frame."""
        before, self._seen = self._seen, self._written()
        self._frames += 1
        if self._frames <= self._fps:
            return False  # the first paint, whatever it takes
        self._left = min(LESS_BYTES, self._left + LESS_BYTES / self._fps) - (self._seen - before)
        return self._left < 0


class PlayMotion:
    """The frames of one play screen.

    draw     draws one of the screen's parts anew, as soon as no key waits.
    shown    what is to be seen: the level at play, or a film of it.
    """

    def __init__(
        self,
        views: Mapping[str, CanvasView],
        artist: Artist,
        shown: Callable[[], Bridge],
        draw: Callable[[tuple[tuple[str, ...], ...]], None],
        *,
        backlog: Callable[[], int],
        written: Callable[[], int],
        fps: int,
        still: bool,
    ) -> None:
        self.pressure = Pressure(backlog)
        self._allowance = Allowance(written, fps)
        self._views = views
        self._artist = artist
        self._shown = shown
        self._draw = draw
        self._fps = fps
        self._wants_less = still
        self._frame = self._lesser = 0
        self._turn = 0
        self._seen: tuple[object, int] = (None, 0)
        self._known: tuple[object, int] = (None, 0)
        self._said = ""

    @property
    def less(self) -> bool:
        """Is there less motion?"""
        return self._wants_less or self.pressure.is_high

    @property
    def is_lively(self) -> bool:
        """Does something last that happened a few pictures ago?"""
        return any(view.is_lively for view in self._views.values())

    @property
    def speaks(self) -> bool:
        """Are words still coming in?"""
        return self._views["control"].is_lively

    def frame(self) -> None:
        """The next frame of a running world."""
        if not self._comes():
            return
        self._frame += 1
        less, shown = self.less, self._shown()
        if shown.session.speed >= HURRY and self._frame % 2:
            return
        parts: list[tuple[str, ...]] = []
        if self._has_happened(shown) or (not self._artist.timeless and (less or self._frame % CLOCK_EVERY == 0)):
            parts.append(("picture",))
        else:
            self._advance("picture", shown.reading.clock - self._artist.drawn_at)
        if self._frame % (LESS_SIDES_EVERY if less else SIDES_EVERY) == 0:
            parts.append(SIDES[self._turn % len(SIDES)])
            self._turn += 1
        if self._views["control"].is_lively:
            self._advance("control", 0)
        if parts:
            self._draw(tuple(parts))

    def rest(self, *, paused: bool = False) -> None:
        """A frame of a world that stands, in which something still lasts that has happened: a flash, a burst. Of one
        that is `paused` the picture stands, too: words that are coming in are read to their end all the same."""
        if self._comes():
            for name in ("control",) if paused else ("picture", "control"):
                if self._views[name].is_lively:
                    self._advance(name, 0)

    def _comes(self) -> bool:
        """Is there a frame now? Not while the terminal is behind; with less motion in some of them."""
        spent = self._allowance.is_spent()
        if self.pressure.holds() or (self.less and spent):
            return False
        before, self._lesser = self._lesser, self._lesser + min(LESS_FPS, self._fps)
        return not self.less or before // self._fps != self._lesser // self._fps

    def _advance(self, name: str, passed: int) -> None:
        view = self._views[name]
        view.still = self.less
        view.advance(passed)

    def _has_happened(self, shown: Bridge) -> bool:
        world = shown.session.world
        before, self._seen = self._seen, (world, len(world.trace))
        return before[0] is not world or before[1] != self._seen[1]

    # What flashes

    def redraw(self, name: str) -> None:
        """Draw a part anew, with what flashes because of it."""
        view = self._views[name]
        view.still = self.less
        before = {thing.target for thing in view.canvas.things}
        view.redraw()
        if name == "picture":
            self._flash_arrivals(view, before)
        elif name == "control":
            self._flash_words(view)

    def _flash_arrivals(self, view: CanvasView, lay: Collection[Hashable]) -> None:
        """To whom something has come, as far as that may be seen, lights up, and what has come snaps in: what is not
        among the things that `lay` there."""
        shown = self._shown()
        sight = shown.reading.sight
        before, self._known = self._known, (sight, len(sight))
        if before[0] is not sight or shown.session.speed >= HURRY:
            view.calm()
            return
        fresh = list(sight.entries(before[1]))
        reached = dict.fromkeys(entry.node for entry in fresh if entry.kind == RECEIVE)
        if len(reached) > MOST_ARRIVALS:
            return
        come = [thing for thing in view.canvas.things if thing.target not in lay] if reached else []
        if len(come) <= MOST_ARRIVALS:
            for thing in come:
                view.show(Snap(thing.x, thing.y, thing.width, thing.height))
        for name in reached:
            spot = next((hot for hot in view.canvas.hots if hot.target == name and hot.height <= MOST_HIGH), None)
            if spot is not None:
                view.show(Flash(spot.x, spot.y, spot.width, spot.height, Ink.LIVE))

    def _flash_words(self, view: CanvasView) -> None:
        """Words that were not there before come in as their state asks for."""
        marked = [(hot.target, hot) for hot in view.canvas.hots]
        found = [(target, hot) for target, hot in marked if isinstance(target, tuple) and target[0] == "words"]
        if not found:
            return
        state, spots = str(found[0][0][1]), [hot for _, hot in found]
        text = "\n".join(view.canvas.text(spot.y).rstrip() for spot in spots)
        if text == self._said:
            return
        self._said = text
        view.calm()
        for effect in spoken(state, spots, view.canvas):
            view.show(effect)
