"""How the play screen shares out its rows: stage, ribbon, words and control; where a panel lies, and whether it is all
there is to see."""

from __future__ import annotations

from typing import NamedTuple

from textual.screen import Screen

from tui.bridge import Bridge
from tui.pictures.rows import SIDE_BY_SIDE, lying_rows
from tui.screens.play_header import PlayHeader
from tui.screens.play_painting import FACT_ROWS, PlayPainting
from tui.screens.play_panels import PlayPanels
from tui.screens.play_words import PlayWords

LEAST_PICTURE = 8
"""Rows that the stage has at least, whatever is asked and said."""
ROOMY_PICTURE = 12
"""Rows of the stage of which it gives up none for what can be said elsewhere."""
ROOMY_ROWS = 15
"""The same of worlds below each other, of which the first keeps its room's picture."""
LEAST_CONTROL = 6
"""Rows of words and control at least, lest the picture jump at each question; the network's hand is asked nothing."""
MOST_PANEL = 11
"""Rows of a panel that lies over the lower part of the stage."""
SIDE = 110
"""From so many columns on a panel stands beside the stage, and does not lie over it."""
SIDE_WIDTH = 36
"""Columns of it, as the style sheet has them."""
ROOMY = 30
"""A screen of more rows has the book's line in its ribbon at all times."""


class Shares(NamedTuple):
    """The rows of each part of the screen; the header and the keys have one each."""

    goal: int
    stage: int
    ribbon: int
    control: int
    view: int


class PlayLayout:
    """The rows of one play screen.

    zoomed   is the panel shown in place of the picture?
    """

    def __init__(
        self,
        screen: Screen[None],
        bridge: Bridge,
        header: PlayHeader,
        painting: PlayPainting,
        words: PlayWords,
        panels: PlayPanels,
    ) -> None:
        self.zoomed = False
        self._screen = screen
        self._bridge = bridge
        self._header = header
        self._painting = painting
        self._words = words
        self._panels = panels
        self._has_hand = bridge.session.scenario.hand is not None
        self._control = 0 if self._has_hand else LEAST_CONTROL

    @property
    def beside(self) -> bool:
        """Does a panel stand beside the stage? Where worlds stand beside each other, they have the room."""
        return self.beside_at(self._screen.size.width)

    def beside_at(self, width: int) -> bool:
        """The same on a screen of this width."""
        return width >= SIDE and not self._bridge.session.world.sides

    @property
    def has_panel_to_close(self) -> bool:
        """Is there a panel that Esc closes?"""
        return self._panels.opened or (self._panels.shown and not self.beside)

    def shares(self, width: int, height: int) -> Shares:
        """The rows of each part on a screen of this size: the control gets what it needs, the stage the rest; a panel
        stands beside it or lies over its lower part."""
        beside = self.beside_at(width)
        self._painting.beside = beside and not self.zoomed
        self._painting.wide = width >= SIDE_BY_SIDE
        goals = len(self._header.goal_lines(width - 2))
        ribbon = (2 if height > ROOMY else 1) if self._painting.has_ribbon else 0
        ribbon += 1 if ribbon and self._painting.has_rival else 0
        left = height - 2 - goals - ribbon
        beside_it = bool(self._bridge.session.world.sides)
        covered = self.zoomed or beside_it or (self._panels.shown and not beside)
        self._bridge.stage = 0 if covered else width - (SIDE_WIDTH if beside else 0)
        wanted = self._words.rows(width)
        if self._bridge.over is not None:  # nothing is asked any more: the picture gets all that the words leave
            self._control = wanted
        elif not covered:  # it grows with what is asked and does not shrink again: a screen that jumps is tiring
            self._control = max(self._control, wanted)
        least = wanted if self._has_hand else LEAST_CONTROL
        control = max(least, min(max(self._control, wanted), left - LEAST_PICTURE))
        if self._bridge.over is None:  # a word that has come up has rows only where control and picture can spare them
            roomy = ROOMY_ROWS if beside_it else ROOMY_PICTURE
            if beside_it and self._painting.wide:  # else worlds that lie under each other would jump to beside it
                roomy = lying_rows(1 + len(self._bridge.session.world.sides)) + FACT_ROWS
            terms = len(self._words.term_lines(width - 2)) - (control - wanted)
            control += max(0, min(terms, left - control - roomy))
        stage = left - control
        view = min(self._painting.view_rows(), stage // 2) if beside else 0
        return Shares(goals, stage, ribbon, control, view)

    def apply(self) -> None:
        """Give each part of the screen its rows."""
        width, height = self._screen.size
        if height == 0 or not self._screen.is_attached or not self._screen.query("#panel"):
            return  # nothing is there yet, or any more
        shares = self.shares(width, height)
        beside = self.beside
        for name, rows in (
            ("goal", shares.goal), ("ribbon", shares.ribbon), ("control", shares.control), ("view", shares.view)
        ):  # fmt: skip
            self._give(name, rows)
            self._screen.query_one(f"#{name}").display = rows > 0
        side = self._screen.query_one("#side")
        side.display = beside or self._panels.shown or self.zoomed
        side.set_class(self.zoomed, "-zoomed")
        side.set_class(beside, "-beside")
        over = shares.stage if self.zoomed else min(MOST_PANEL, max(4, shares.stage * 3 // 4))
        self._give("side", "1fr" if beside else over)

    def _give(self, name: str, rows: int | str) -> None:
        """A height for a part of the screen."""
        styles = self._screen.query_one(f"#{name}").styles
        if isinstance(rows, str) or styles.height is None or styles.height.value != rows:
            styles.height = rows
