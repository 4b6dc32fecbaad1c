"""The lift: at the end of a level the fog is wiped away, picture by picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from textual.timer import Timer

from tui.bridge import Bridge
from tui.look.effects import LEAST_MOTION
from tui.look.wipe import FRAMES
from tui.screens.base import AckademyScreen
from tui.screens.play_frames import PlayFrames

LIFT_FRAMES = FRAMES
LIFT_SPEED = 20
"""Pictures of a lift in a second."""


class Lifted(Protocol):
    """Who draws what the fog lifts from."""

    lift: int
    """Which picture of the lift this is, from 1; 0: the fog has lifted, or is there still."""


class PlayLift:
    """The lift of one play screen."""

    def __init__(
        self, screen: AckademyScreen[None], bridge: Bridge, artists: Sequence[Lifted], frames: PlayFrames
    ) -> None:
        self._screen = screen
        self._bridge = bridge
        self._artists = artists
        self._frames = frames
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Wipe the fog away; at once where pictures are few."""
        moves = self._screen.game.fps >= LEAST_MOTION and not self._frames.motion.less
        if LIFT_FRAMES and not self._bridge.session.sight.everything and moves:
            self._show(1)
            self._timer = self._screen.set_interval(1 / LIFT_SPEED, self._next)

    def _next(self) -> None:
        """The next picture of it."""
        frame = self._artists[0].lift + 1
        done = frame > LIFT_FRAMES or self._bridge.over is None
        if done and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._show(0 if done else frame)
        self._frames.redraw("picture", "control")

    def _show(self, frame: int) -> None:
        for artist in self._artists:
            artist.lift = frame
