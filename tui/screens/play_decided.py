"""A run that is decided before it is over: it is lost whatever is done, or the book plays its rest. The way back to the
last winnable moment."""

from __future__ import annotations

import asyncio
from time import monotonic

from tui.bridge import Bridge, to_first_look
from tui.bridge.doom import Doom
from tui.ending import SECONDS, Decided, proof_of
from tui.language import said
from tui.look.palette import Ink
from tui.screens.base import AckademyScreen

RECKON = 0.02
"""Seconds between two slices of what is reckoned beside the play."""


class PlayDecided:
    """What is reckoned beside one play, and how it goes on then. `turns`: so many answers are the player's, the book
    gives the rest; None: all are."""

    def __init__(self, screen: AckademyScreen[None], bridge: Bridge, turns: int | None) -> None:
        self.turns = turns
        self._screen = screen
        self._bridge = bridge
        self._answered = self._answers()  # when the screen opened
        self._ends = False  # is the rest only watched, the book answering?
        self._reckoning = screen.set_interval(RECKON, self._reckon, pause=True)
        if bridge.session.sight.everything:  # elsewhere nobody may know it before the end
            bridge.doom = Doom(bridge.session, proof_of(bridge.level, bridge.session.scenario))

    @property
    def is_lost(self) -> bool:
        """Is it lost, as far as may be known here?"""
        over = self._bridge.over
        return self._bridge.doom.told if over is None else not over.outcome.won

    def look(self) -> None:
        """Something has changed: reckon what it means, say it once, and let the book answer where it does."""
        bridge = self._bridge
        if bridge.doom.at_work:
            self._reckoning.resume()
        self._tell()
        taken = self._answers() - self._answered
        if self.turns is not None and taken >= self.turns and not self._ends and bridge.over is None:
            self.watch_end()
        if self._ends and bridge.session.question is not None:
            bridge.session.answer(bridge.session.question.asked.book)

    def _answers(self) -> int:
        """How many questions have been answered."""
        return sum(given.how == "answer" for given in self._bridge.session.world.answers)

    def _reckon(self) -> None:
        """A slice of what is reckoned beside the play, unless somebody types just now."""
        if self._bridge.session.aside > 0:
            return
        doom = self._bridge.doom
        doom.work()
        self._tell()
        if not doom.at_work:
            self._reckoning.pause()

    def _tell(self) -> None:
        """Say once that it is lost, and what can be done."""
        if self._bridge.doom.tell():
            self._bridge.say(".", f"{self._bridge.doom.words}.", Ink.COSTLY)

    def watch_end(self) -> None:
        """The rest is lost anyway: let it run to its end, the book answering."""
        self._ends = True
        self._bridge.doing = None
        self._bridge.session.resume()
        self._bridge.session.to_question()
        self._bridge.changed()

    def go_back(self) -> None:
        """Back to the last winnable moment, of a run that is lost."""
        if self.turns is not None:
            return
        bridge = self._bridge
        if bridge.session.is_live or not (bridge.doom.told or self.is_lost):
            bridge.say(".", said("Nothing is lost yet, as far as may be known here."), Ink.QUIET)
            bridge.changed()
            return
        bridge.session.pause()
        bridge.say(".", said("Looking for the last moment you could win ..."), Ink.QUIET)
        self._screen.run_worker(self._look_for_moment(), name="moment", exclusive=True)

    async def _look_for_moment(self) -> None:
        bridge = self._bridge
        until = monotonic() + SECONDS
        decided = Decided(bridge)
        for _ in decided.turns(lambda: monotonic() > until):
            await asyncio.sleep(0.001)
        found = decided.found.moment
        if found is None:
            bridge.say(".", said("None was found: r begins again."), Ink.QUIET)
        else:
            self._ends = False
            bridge.session.stand(found.event, found.answers)
            bridge.session.take_over()
            if found.answers == 0:
                to_first_look(bridge.session)
            bridge.doing = None
        bridge.changed()
