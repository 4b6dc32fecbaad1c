"""What whoever does nothing is shown, and whoever presses a key too early, or one that does nothing here."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from tui.bridge import Bridge
from tui.screens.bare import BLINK, HOP, HOP_AFTER, NUDGE_AFTER, BareStage
from tui.screens.base import AckademyScreen
from tui.screens.play_film import PlayFilm

READ_AFTER = 1.0
"""Seconds in which nobody has read a screen yet: Enter then was meant for what lay there before, and the network's hand
takes nothing, unless its frame was moved."""


class PlayNudges:
    """The nudges of one play screen: a bare stage says what can be done, and its frame shows that it can be moved."""

    def __init__(
        self,
        screen: AckademyScreen[None],
        bridge: Bridge,
        bare: BareStage | None,
        film: PlayFilm,
        redraw: Callable[[], None],
    ) -> None:
        """`redraw`: draws the picture anew."""
        self._screen = screen
        self._bridge = bridge
        self._bare = bare
        self._film = film
        self._redraw = redraw
        self._shown_since = monotonic()
        self._looked = False

    def begin(self) -> None:
        """The level stands there now, and it is the player's turn."""
        self._shown_since = monotonic()
        if self._bare is not None:
            self._screen.set_timer(NUDGE_AFTER, self.nudge)
            self._screen.set_timer(HOP_AFTER, self.hop)

    def looked(self) -> None:
        """The frame was moved: who does that has seen it."""
        self._looked = True

    @property
    def unread(self) -> bool:
        """Can nobody have read this yet?"""
        begun = self._looked or bool(self._bridge.session.world.answers)
        return not begun and monotonic() - self._shown_since < READ_AFTER

    @property
    def _idle(self) -> bool:
        """Has nobody done anything yet?"""
        session = self._bridge.session
        return self._film.shown is None and not self._looked and not session.world.answers and not session.over

    def nudge(self) -> None:
        """Say what can be done, to whoever has done nothing for a while."""
        if self._bare is not None and self._film.shown is None and not self._bridge.session.world.answers:
            self._bare.nudges = True
            self._bridge.changed()

    def hop(self) -> None:
        """The frame shows that it can be moved."""
        holding = self._bridge.holding
        if holding is not None and self._idle and holding.walk(1):
            self._redraw()
            self._screen.set_timer(HOP, self.hop_back)

    def hop_back(self) -> None:
        """It goes back to where it was."""
        if self._bridge.holding is not None and self._idle:
            self._bridge.holding.walk(-1)
            self._redraw()

    def blink(self) -> None:
        """That key does nothing here: a bare stage's line of those that do stands out for a moment."""
        if self._bare is not None:
            self._bare.blinks = True
            self._screen.set_timer(BLINK, self._blink_no_more)
            self._redraw()

    def _blink_no_more(self) -> None:
        if self._bare is not None:
            self._bare.blinks = False
            self._redraw()
