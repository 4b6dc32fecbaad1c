"""The frames of the play screen: its timer, which runs while anything moves, and what is drawn anew beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.bridge import Bridge
from tui.screens.base import AckademyScreen
from tui.screens.play_motion import Artist, PlayMotion
from tui.widgets.view import CanvasView

SLICE_GAP = 0.006
"""Seconds between two slices: one is painted by then."""
BESIDE = ("head", "goal", "ribbon", "control")
"""What is drawn at once when something has changed in a running world."""


class PlayFrames:
    """When the parts of one play screen are drawn anew.

    motion   what a frame draws.
    timer    ticks while the world, or a film of it, runs: a screen at rest costs nothing.
    stale    the slices that are still to be drawn.
    """

    def __init__(
        self,
        screen: AckademyScreen[None],
        bridge: Bridge,
        views: Mapping[str, CanvasView],
        artist: Artist,
        shown: Callable[[], Bridge],
    ) -> None:
        """`shown`: what is to be seen, the bridge's level or a film of it."""
        game = screen.game
        self.motion = PlayMotion(
            views,
            artist,
            shown,
            self.draw_in_slices,
            backlog=lambda: game.backlog,
            written=lambda: game.written,
            fps=game.fps,
            still=game.less_motion,
        )
        self.stale: list[tuple[str, ...]] = []
        self._screen = screen
        self._bridge = bridge
        self._views = views
        self._shown = shown
        self._is_drawn = False  # all of it, since the world stands
        self._fps = game.fps
        self.timer = screen.set_interval(1 / game.fps, self.tick, pause=True)

    # What moves

    @property
    def rests(self) -> bool:
        """Does nothing move, neither the world nor a film of it, nor what an inspector has changed?"""
        inspecting = self._bridge.inspecting
        if inspecting is not None and inspecting.moves:
            return False
        return bool(self._bridge.session.waiting) and bool(self._shown().session.waiting)

    @property
    def lasts(self) -> bool:
        """Does something go on though the world stands? While it is paused only words that are still coming in."""
        return self.motion.speaks if self._is_paused else self.motion.is_lively

    @property
    def _is_paused(self) -> bool:
        return self._bridge.session.waiting == "paused"

    def _watch(self) -> None:
        """Let the timer run while there is something for it to do."""
        if self.rests and self._is_drawn and not self.lasts:
            self.timer.pause()
        else:
            self.timer.resume()

    def tick(self) -> None:
        """The next frame."""
        bridge = self._bridge
        bridge.freshen()
        if bridge.doing is None and bridge.has_rest:
            bridge.changed()  # its node is there now, and can be told something
        if bridge.inspecting is not None:
            bridge.inspecting.advance(1 / self._fps)
        if not self.rests:
            self._is_drawn = False
            self.motion.frame()
        elif not self._is_drawn:
            self._is_drawn = True
            self.redraw()
        elif self.lasts:
            self.motion.rest(paused=self._is_paused)
        self._watch()

    # What is drawn

    def redraw(self, *names: str) -> None:
        """Draw these parts anew, at once; without names all of them."""
        for name in names or self._views:
            self.motion.redraw(name)
        self._watch()  # words that come in have begun to move

    def catch_up(self) -> None:
        """Something other than time has changed. While the world runs the next picture shows the rest, and the next key
        need not wait for it."""
        stands = bool(self._bridge.session.waiting)
        self._is_drawn = self._is_drawn or stands
        self.redraw(*(() if stands else BESIDE))

    def draw_in_slices(self, slices: Sequence[tuple[str, ...]]) -> None:
        """A frame of a running world, cut up so that a key press never waits for a whole one."""
        pending = bool(self.stale)
        self.stale = list(slices)
        if not pending:
            self._screen.set_timer(SLICE_GAP, self.draw_slice)

    def draw_slice(self) -> None:
        """The next slice, as soon as no key waits."""
        if not self.stale or not self._screen.is_attached:
            return
        if (aside := self._bridge.session.aside) > 0:
            self._screen.set_timer(aside, self.draw_slice)
            return
        for name in self.stale.pop(0):
            self.motion.redraw(name)
        if self.stale:
            self._screen.set_timer(SLICE_GAP, self.draw_slice)
