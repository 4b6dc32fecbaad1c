"""The game's screens over a live run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from textual.screen import Screen

from core.kernel.world import Answered
from core.live import LiveError
from core.live.session import LiveSession
from core.session import Session
from levels.schema import CampaignWorld, Level
from tui.app import AckademyApp, Options
from tui.bridge import Bridge
from tui.commands.screen_options import run_app
from tui.model import Brief, Ending
from tui.screens.brief import BriefScreen
from tui.screens.play import PlayScreen
from tui.stage import Play, Stage

Attach = Callable[[LiveSession], Callable[[], None]]
"""Opens the ports of a live session; returns what closes them. Raises LiveError."""


@dataclass
class LiveStage(Stage):
    """A stage with one live level: every new play faces those outside anew, one that is gone back to is simulated."""

    attach: Attach | None = None
    _close: Callable[[], None] | None = None

    def title(self) -> None:
        """No world runs behind a live one: what still runs has its ports."""

    def play(self, level: str, seed: int | None) -> Screen[Any]:
        """A new play screen; the brief, as long as its ports cannot be had: it says why."""
        if self.app is not None and self.app.host.jobs:  # the play before has them until its screen has gone
            return _MeanwhileScreen(self.brief(level), seed)
        try:
            return super().play(level, seed)
        except (LiveError, OSError) as error:
            words = f"{error}.\n\n{self.brief(level).text}"
            return BriefScreen(replace(self.brief(level), text=words), seed)

    def session_for(self, level: Level, seed: int | None, answers: Sequence[Answered], paused: bool) -> Session:
        if answers or self.attach is None:
            if (bridge := self.ended(level.id)) is not None:  # what came from outside is part of what is looked back at
                level = replace(level, scenario=bridge.session.scenario)
            return super().session_for(level, None, answers, paused)
        scenario = level.scenario if seed is None else level.scenario.reseeded(seed)
        session = LiveSession(
            scenario,
            say=str(level.play.say),
            asks=str(level.play.asks),
            hints=level.texts.hints,
            may_hand_over=level.play.hand_over,
        )
        self._close = self.attach(session)
        return session

    def finish(self, screen: PlayScreen, play: Play) -> Ending | None:
        """As in any play; one that is left while it is live ends with that, and is written down."""
        session = screen.bridge.session
        if not isinstance(session, LiveSession) or not session.is_live:
            return super().finish(screen, play)
        session.live.end()
        ending = super().finish(screen, play)
        if ending is not None and ending.run_file and self.app is not None:
            self.app.notify(f"The run is saved as {ending.run_file}", markup=False)
        return ending

    def opened(self, bridge: Bridge) -> None:
        session = bridge.session
        if isinstance(session, LiveSession):
            bridge.closers.append(lambda: _end(session))  # while its ports still stand
        if self._close is not None:
            bridge.closers.append(self._close)
            self._close = None


class _MeanwhileScreen(BriefScreen):
    """The brief, until the play before has ended and let go of its ports; then the level begins."""

    LOOK = 0.02
    """Seconds between two looks whether it has."""

    def __init__(self, brief: Brief, seed: int | None) -> None:
        super().__init__(brief, seed)
        self._begun = False

    def on_mount(self) -> None:
        self.set_interval(self.LOOK, self._look)

    def _look(self) -> None:
        if not self._begun and not self.game.host.jobs:
            self._begun = True
            self.action_start()


def _end(session: LiveSession) -> None:
    """Whatever closes the play, its run has an end then."""
    with suppress(RuntimeError):  # trio has gone before: then it is cut short
        session.live.end()


def play_live(level: Level, attach: Attach, args: argparse.Namespace) -> int:
    """Let somebody play a live level; the exit status."""
    record = Path(args.record) if args.record else None
    stage = LiveStage([CampaignWorld(level.world, "Live", "", (level,))], record, attach=attach)
    app = AckademyApp(Options.from_arguments(args), entries=stage.entries(), stage=stage, first_level=level.id)
    stage.app = app
    return run_app(app, args)
