"""Levels' pictures in small for a screen, made beside it: a world must go to its first question for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tui.look.palette import Palette
from tui.screens.base import AckademyScreen
from tui.widgets.level_card import Glimpse


class Glimpses:
    """The pictures that one screen shows. `made` is called whenever one more has come, in the app's own thread."""

    def __init__(self, screen: AckademyScreen[Any], made: Callable[[], None]) -> None:
        self._screen = screen
        self._made = made
        self._found: dict[tuple[str, str], Glimpse] = {}
        self._wanted: set[tuple[str, str]] = set()

    def of(self, level: str) -> Glimpse | None:
        """What draws this level in the theme of now; None while that is not known, and where there are no colours."""
        return self._found.get((level, self._screen.app.theme))

    def want(self, levels: Sequence[str], palette: Palette) -> None:
        """Have these made, once each for a theme."""
        theme, game = self._screen.app.theme, self._screen.game
        lacking = [level for level in levels if (level, theme) not in self._wanted]
        if not lacking or game.stage is None or not palette.mixes or game.options.ascii:
            return
        self._wanted |= {(level, theme) for level in lacking}
        make = partial(self._make, lacking, theme, palette)
        self._screen.run_worker(make, thread=True, exit_on_error=False, group="glimpses")

    def _make(self, levels: Sequence[str], theme: str, palette: Palette) -> None:
        stage = self._screen.game.stage
        for level in levels:
            glimpse = stage.glimpse(level, palette) if stage is not None and self._screen.is_attached else None
            if glimpse is not None and self._screen.is_attached:
                self._screen.app.call_from_thread(self._take, level, theme, glimpse)

    def _take(self, level: str, theme: str, glimpse: Glimpse) -> None:
        self._found[level, theme] = glimpse
        if self._screen.is_attached:
            self._made()
