"""What the player does on the play screen, by whatever key or click: an answer, a move, a bet, the clock."""

from __future__ import annotations

from tui.bridge import Bridge
from tui.language import later, said
from tui.look.palette import Ink
from tui.screens.play_panels import PlayPanels
from tui.screens.play_terms import Explaining


class PlayDoing:
    """The player's hands on one bridge. What was not possible is said."""

    def __init__(self, bridge: Bridge, panels: PlayPanels, explaining: Explaining) -> None:
        self._bridge = bridge
        self._panels = panels
        self._explaining = explaining

    def acts(self) -> None:
        """The player does something: what was explained has been read."""
        self._explaining.was_read()

    def give(self) -> None:
        """Give what stands in the control."""
        self.acts()
        doing = self._bridge.doing
        problem = self._bridge.give()
        if problem and doing is not None:
            doing.control.problem = problem
        self._panels.forget_message()
        self._bridge.changed()

    def start(self, key: str) -> None:
        """Open the control of a setting, or make a move, by its key."""
        self.acts()
        stood = self._bridge.stands_at_start
        standing = next(one for one in self._bridge.reading.standing if one.key == key)
        self.tell(self._bridge.start(standing))
        if stood and self._bridge.session.world.answers and not standing.keeps:
            self.pause()  # a move was made: the world runs

    def start_named(self, choice: str) -> None:
        """The same by the name of its choice: what a picture knows of it."""
        for one in self._bridge.reading.standing:
            if one.choice.name == choice:
                self.start(one.key)

    def bet(self, key: str) -> None:
        """Lay the bet of this key; any other key's is the control of what may be bet on."""
        if not self.lay(key):
            self.start_bet()

    def lay(self, key: str | None) -> bool:
        """Lay the bet of this key. Is it the key of one?"""
        laid = self._bridge.betting.key(key)
        if laid is None:
            return False
        self.tell(self._bridge.betting.lay(laid))
        return True

    def start_bet(self) -> None:
        """Open the control of what may be bet on."""
        self.tell(self._bridge.start_bet())

    def tell(self, problem: str) -> None:
        """Say why something was not possible, until it may be; "" if it was."""
        if problem:
            self._bridge.say_until_answered(problem, "~", Ink.COSTLY)
        self._bridge.changed()

    def pause(self) -> None:
        """Let the world stand, or go on."""
        self.acts()
        session = self._bridge.session
        if session.over:
            return
        if session.is_live:
            self._bridge.say(".", said("Live: those outside do not wait, so there is no pausing."), Ink.QUIET)
        else:
            session.toggle()
            if session.question is not None and session.world.stopped:
                stands, goes_on = (
                    later("The world stands when you have answered, too."),
                    later("The world goes on when you have answered."),
                )
                self._bridge.say_until_answered(said(stands if session.paused else goes_on))
        self._bridge.changed()
