"""What the screens, and who makes them, ask of the app: its state, its options, and to go from screen to screen.

The app knows the screens; a screen knows only this, so that neither need be read to understand the other.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from textual.notifications import SeverityLevel
from textual.screen import Screen

from tui.guest import GuestHost
from tui.keymap import Keymap
from tui.look.palette import Palette
from tui.platform import Paths, paints_utf8
from tui.progress import Progress
from tui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from levels.daily import Situation
    from tui.bridge import Bridge
    from tui.daily import Played
    from tui.model import Brief, CampaignEntry, Debrief, Facts, Page, Turn
    from tui.rival import Tape


@dataclass(frozen=True)
class Options:
    """How the screen is wanted. `theme` and `fps` of None mean: as last time. `visitor`: he sits at another machine, in
    a browser: what opens a file, an editor, a script or a connection here is not for him (`tui.served.guard` sees to
    it), so no screen should offer it."""

    ascii: bool = False
    fps: int | None = None
    theme: str | None = None
    no_color: bool = False
    visitor: bool = False
    less_motion: bool = False

    @staticmethod
    def from_arguments(args: argparse.Namespace) -> Options:
        """Read the options of `tui.commands.screen_options`, and NO_COLOR."""
        return Options(
            ascii=getattr(args, "ascii", False) or not paints_utf8(),
            fps=getattr(args, "fps", None),
            theme=getattr(args, "theme", None),
            no_color=bool(os.environ.get("NO_COLOR")),
            less_motion=getattr(args, "reduced_motion", False),
        )


class Stage(Protocol):
    """Makes what a level shows; implemented where levels and sessions are known."""

    def pages(self) -> list[Page]:
        """Return the pages of the toolbox, whether they may be read yet or not."""

    def brief(self, level: str) -> Brief:
        """Return a level's brief."""

    def facts(self, level: str) -> Facts:
        """Return what a level is measured by."""

    def glimpse(self, level: str, palette: Palette) -> Callable[[Canvas], None] | None:
        """Return what draws a level's first picture in small, None if there is none; slow, for another thread."""

    def missing(self, level: str) -> str:
        """Return what is missing on this machine for a level's real program, in a sentence; "" if nothing is; slow,
        for another thread."""

    def title(self) -> Bridge | None:
        """Return the level that runs on the title, at play; None if there is none. Nothing of it is written down."""

    def play(self, level: str, seed: int | None) -> Screen[Any]:
        """Return a new play screen; a seed of None is the level's own."""

    def unfinished(self, level: str, seed: int | None) -> str:
        """Return how far a play of this level got that was cut short, in words; "" if none was."""

    def go_on(self, level: str, seed: int | None) -> Screen[Any]:
        """Return a play screen that stands where that play was cut short."""

    def forget(self, level: str, seed: int | None) -> None:
        """Put away what is left of such plays."""

    def entries(self) -> list[CampaignEntry]:
        """Return the map."""

    def reloaded(self, bridge: Bridge) -> tuple[Screen[Any], str]:
        """Return a play screen of the level as its file says it now, at the same place, and what is to be said of that.
        Raises levels.schema.LevelError, UnknownLevelError."""

    def lines(self, debrief: Debrief) -> Screen[Any]:
        """Return the screen of this play's lines beside each other."""

    def watch(self, debrief: Debrief) -> Screen[Any]:
        """Return a play screen that shows this play again, without the fog."""

    def scripted(self, level: str, bridge: Bridge | None = None) -> Screen[Any]:
        """Return the screen that runs the player's script of a level on many seeds: of his moves in this play, or in
        the last one that has ended. Raises ValueError in words where there is none to be had."""

    def situation(self, situation: Situation, done: Callable[[Played], None]) -> Screen[Any]:
        """Return a play screen that stands at a situation of the daily; `done` is told once what came of it."""

    def race(self, level: str, tape: Tape) -> None:
        """From now on let this run be a ghost beside whoever plays its level on its seed."""

    def own_tape(self, debrief: Debrief) -> Tape:
        """Return the play that has ended, as a ghost for the next one."""

    def tapes(self, level: str) -> list[Tape]:
        """Return the player's runs that can be a ghost of this level, the newest first."""

    def jump(self, debrief: Debrief, turn: Turn) -> Screen[Any]:
        """Return a play screen standing at the last winnable moment of that play."""


class Game(Protocol):
    """The app, as its screens know it; `tui.app.AckademyApp` says more of each."""

    options: Options
    paths: Paths
    progress: Progress
    keymap: Keymap
    host: GuestHost
    crash_context: dict[str, object]

    @property
    def entries(self) -> list[CampaignEntry]:
        """The levels, in order; read now if they have not been."""

    @property
    def levels_are_loaded(self) -> bool:
        """False until something has asked for the levels that are to be read late."""

    @property
    def stage(self) -> Stage | None:
        """What makes the levels' screens; None if nothing can be played."""

    @property
    def fps(self) -> int:
        """Pictures a second while a world runs."""

    @property
    def less_motion(self) -> bool:
        """Is there to be less motion?"""

    @property
    def backlog(self) -> int:
        """How many writes wait for the terminal."""

    @property
    def written(self) -> int:
        """How much has been written to the terminal so far."""

    @property
    def return_code(self) -> int | None:
        """The exit status once the app is ending; None while it runs."""

    def text(self, text: str) -> str:
        """A level's text as this terminal is to show it."""

    def entries_with_stars(self) -> list[CampaignEntry]:
        """The campaign with this player's stars."""

    def advised(self, beside: str = "") -> CampaignEntry | None:
        """The level to play next."""

    def new_levels(self) -> frozenset[str]:
        """The ids of levels that have come since the map was looked at."""

    def know(self, level: str) -> None:
        """From now on this level is not new."""

    def open_first(self) -> None:
        """On the very first start open the first level, if nothing is to be read before it."""

    def go_on_after(self, level: str) -> None:
        """Play what follows: the next act, or the next level; else show the map."""

    def next_act(self, level: str) -> str:
        """Return the id of the act that follows this one; "" after the last."""

    def after(self, level: str) -> CampaignEntry | None:
        """The level that follows in the campaign."""

    def won_worlds(self) -> frozenset[str]:
        """The titles of the worlds of which every level is won."""

    def stars_status(self, beside: str = "") -> str:
        """How many stars there are, in words."""

    def unseen_seed(self, level: str) -> int:
        """The smallest seed that this player has never begun this level with."""

    def hear_of_input(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` at every key and click; returns what ends it."""

    def check_size(self) -> None:
        """Cover the screen while the terminal is too small."""

    def reached(self, level: str) -> str:
        """The id of the act at which whoever opens this level goes on."""

    def reached_words(self, level: str) -> str:
        """At which task of a level whoever opens it goes on; "" if that is its first."""

    def start_level(self, level: str, *, seed: int | None = None, brief: bool = True, anew: bool = False) -> None:
        """Show a level's brief, or its play screen."""

    def go_on(self, level: str, seed: int | None = None) -> None:
        """Show the play screen of a play that was cut short."""

    def reload(self, bridge: Bridge) -> None:
        """Show the level that is at play as its file says it now, at the same place."""

    def show_debrief(self, debrief: Debrief) -> None:
        """Show how a level ended."""

    def show_lines(self, debrief: Debrief) -> None:
        """Lay this play and others beside each other."""

    def watch_again(self, debrief: Debrief) -> None:
        """Watch this play from its start, without the fog."""

    def show_script(self, level: str, bridge: Bridge | None = None) -> None:
        """Lay the screen of the player's script of a level above this one, if one can be had here."""

    def show_daily(self) -> None:
        """Show the five situations of the day."""

    def show_ghosts(self, level: str) -> None:
        """Show the runs that can play beside the player in this level, to choose one."""

    def race(self, level: str, tape: Tape) -> None:
        """Play the level on this run's seed, with the run as a ghost beside the player."""

    def lay_above(self, screen: Screen[Any]) -> None:
        """Show a screen above this one, which it goes back to."""

    def edit(self, path: Path) -> str:
        """Open a file in the player's editor, and wait until that is closed; why it could not be, in words."""

    def today(self) -> date:
        """The day by the world's clock (UTC)."""

    def jump(self, debrief: Debrief, turn: Turn) -> None:
        """Open the play screen at the last winnable moment of a play."""

    def show_keys(self) -> None:
        """Show the screen on which actions get keys of the player's own."""

    def use_keys(self, keymap: Keymap) -> None:
        """Let these keys hold from now on, on every screen."""

    def show_toolbox(self) -> None:
        """Show the pages of the toolbox."""

    def show_map(self, left: str = "", *, won: bool = False) -> None:
        """Show the campaign map, at the level that was left, or at what follows it if it was won."""

    def notify(
        self, message: str, *, title: str = "", severity: SeverityLevel = "information", timeout: float | None = None,
        markup: bool = True,
    ) -> None:  # fmt: skip
        """Say something in a corner, for a while."""

    def exit(self, result: None = None, return_code: int = 0, message: Any = None) -> None:
        """End."""
