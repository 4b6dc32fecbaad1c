"""Keys and clicks of the network's hand: its frame is moved from packet to packet, and takes what is in it."""

from __future__ import annotations

from collections.abc import Mapping

from tui.bridge import Bridge
from tui.bridge.holding import Holding
from tui.language import said
from tui.look.palette import Ink
from tui.pictures import Grab
from tui.screens.play_doing import PlayDoing
from tui.screens.play_nudges import PlayNudges
from tui.widgets.view import CanvasView


class PlayHand:
    """The hand of one play screen, on whose view "picture" the packets are drawn."""

    def __init__(
        self, bridge: Bridge, holding: Holding, views: Mapping[str, CanvasView], doing: PlayDoing, nudges: PlayNudges
    ) -> None:
        self._bridge = bridge
        self._holding = holding
        self._views = views
        self._doing = doing
        self._nudges = nudges

    def took(self, key: str) -> bool:
        """A key: the arrows move the frame, Enter takes what is in it or lets go of it. Was it one of these?"""
        if key in ("left", "right"):
            self._nudges.looked()
            return self._holding.walk(-1 if key == "left" else 1, self._across())
        if key == "enter" and self._holding.framed is not None:
            if self._nudges.unread:
                self._look_first()
            else:
                self._doing.acts()
                self._doing.tell(self._holding.grasp())
            return True
        return False

    def clicked(self, grab: Grab) -> bool:
        """A click on a packet: it is framed, and taken if it is framed already."""
        if grab.framed:
            self._doing.tell(self._holding.grasp())
        self._nudges.looked()
        return grab.framed or self._holding.point(grab.name)

    def _across(self) -> list[str]:
        """The packets on the picture by their names, from left to right, one above the other from the top."""
        mine = {grab.name for grab in self._bridge.scene().grabs}
        at: dict[str, tuple[int, int]] = {}
        for hot in self._views["picture"].canvas.hots:
            if isinstance(hot.target, Grab) and hot.target.name in mine:
                at.setdefault(hot.target.name, (2 * hot.x + hot.width, hot.y))
        return sorted(at, key=lambda name: at[name])

    def _look_first(self) -> None:
        """Nobody has seen yet what would be taken."""
        if self._bridge.level.play.bare:
            self._nudges.blink()
            return
        packet = self._holding.framed_words
        words = said("The frame is on {packet}. Enter takes that, arrows go to another.", packet=packet)
        self._bridge.say(".", words, Ink.ACCENT)
