"""The game's screens over a live run."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time
from typing import Any

from textual.screen import Screen

from core.kernel.time import SECOND
from core.kernel.world import Answered
from core.live import LiveError
from core.live.session import LiveSession
from core.session import Session
from levels.loader import from_text
from levels.schema import CampaignWorld, Level
from tui.app import AckademyApp, Options
from tui.bridge import Bridge
from tui.commands.screen_options import run_app
from tui.language import said
from tui.model import Brief, Ending
from tui.platform import error_words
from tui.screens.brief import BriefScreen
from tui.screens.play import PlayScreen
from tui.stage import Stage
from tui.written import Play

Attach = Callable[[LiveSession], Callable[[], None]]
"""Opens the ports of a live session; returns what closes them. Raises LiveError."""


@dataclass
class LiveStage(Stage):
    """A stage with live levels among others: every new play of one faces those outside anew, one that is gone back to
    is simulated.

    attach   opens the ports of its only level, if a command has made that; else a level's `program` is started.
    """

    attach: Attach | None = None
    _close: Callable[[], None] | None = None
    _facing: set[int] = field(default_factory=set)
    """Plays that still have their ports."""
    _missing: dict[str, str] = field(default_factory=dict)

    def title(self) -> Bridge | None:
        """No world runs behind a command's live one: what still runs has its ports."""
        return super().title() if self.attach is None else None

    def missing(self, level: str) -> str:
        """What is missing on this machine for a level's program, in a sentence; "" if nothing is. Slow the first time,
        for another thread."""
        found = self.level_of(level)[0]
        if not found.scenario.live or self.attach is not None:
            return ""
        if self.app is not None and self.app.options.visitor:
            return said("real programs come only to who sits at the machine itself, not in a browser")
        if not found.program:
            return said("it names no program that comes to it: `ackademy live` has others")
        if found.program not in self._missing:
            from core.live.programs import PROGRAMS

            self._missing[found.program] = PROGRAMS[found.program].missing()
        return self._missing[found.program]

    def brief(self, level: str) -> Brief:
        """A level's brief; it says what comes in the place of a program that is not on this machine."""
        found, brief = self.level_of(level)[0], super().brief(level)
        if not found.program or self.missing(level):
            return brief
        from core.live.programs import PROGRAMS

        words = PROGRAMS[found.program].instead()
        return replace(brief, text=f"{brief.text}\n\n{words[:1].upper()}{words[1:]}.") if words else brief

    def play(self, level: str, seed: int | None) -> Screen[Any]:
        """A new play screen; the brief, as long as its ports cannot be had: it says why."""
        if not self.level_of(level)[0].scenario.live:
            return super().play(level, seed)
        if self.is_facing:  # the play before has its ports until its screen has gone
            return _MeanwhileScreen(self, self.brief(level), seed)
        self._missing.clear()  # what was missing may have been installed since
        try:
            if words := self.missing(level):
                raise LiveError(words)
            found, world = self.level_of(level)
            self.levels[level] = dated(found), world
            return super().play(level, seed)
        except (LiveError, OSError) as error:
            reason = error_words(error) if isinstance(error, OSError) else str(error)
            words = f"{reason[:1].upper()}{reason[1:]}.\n\n{self.brief(level).text}"
            return BriefScreen(replace(self.brief(level), text=words), seed)

    @property
    def is_facing(self) -> bool:
        """Has a play still its ports?"""
        return bool(self._facing) or (self.attach is not None and self.app is not None and bool(self.app.host.jobs))

    def session_for(self, level: Level, seed: int | None, answers: Sequence[Answered], paused: bool) -> Session:
        if not level.scenario.live:
            return super().session_for(level, seed, answers, paused)
        if answers or (self.attach is None and not level.program):
            if (bridge := self.ended(level.id)) is not None:  # what came from outside is part of what is looked back at
                level = replace(level, scenario=bridge.session.scenario)
            return super().session_for(level, None, answers, paused)
        session = live_session(level, seed)
        self._close = self.attach(session) if self.attach is not None else face(level, session)
        return session

    def finish(self, screen: PlayScreen, play: Play) -> Ending | None:
        """As in any play; one that is left while it is live ends with that, and is written down."""
        session = screen.bridge.session
        if not isinstance(session, LiveSession) or not session.is_live:
            return super().finish(screen, play)
        session.live.end()
        ending = super().finish(screen, play)
        if ending is not None and ending.run_file and self.app is not None:
            self.app.notify(said("The run is saved as {file}", file=ending.run_file), markup=False)
        return ending

    def opened(self, bridge: Bridge) -> None:
        session = bridge.session
        if isinstance(session, LiveSession):
            bridge.closers.append(lambda: _end(session))  # while its ports still stand
        if self._close is not None:
            close, self._close = self._close, None
            self._facing.add(id(bridge))
            bridge.closers += [close, lambda: self._facing.discard(id(bridge))]


def live_session(level: Level, seed: int | None) -> LiveSession:
    """A session of a live level, without ports."""
    session = LiveSession(
        level.scenario if seed is None else level.scenario.reseeded(seed),
        say=str(level.play.say),
        asks=str(level.play.asks),
        hints=level.texts.hints,
        may_hand_over=level.play.hand_over,
    )
    session.began = _began(level) if level.program else None
    return session


def face(level: Level, session: LiveSession) -> Callable[[], None]:
    """Start a level's program before this session; what ends it. Raises LiveError and OSError."""
    from core.live.programs import PROGRAMS

    folder = TemporaryDirectory(prefix="ackademy-")
    try:
        close = PROGRAMS[level.program].face(session.live, Path(folder.name))
    except BaseException:
        folder.cleanup()
        raise

    def both() -> None:
        close()
        folder.cleanup()

    return both


def dated(level: Level) -> Level:
    """The level as it is played now: the time of day from which its nodes count is the present one."""
    now = int(time())
    text = re.sub(r"\bepoch = [0-9]+", f"epoch = {now * SECOND}", level.text)
    text = re.sub(r"\bbegan = [0-9]+", f"began = {now}", text)
    return level if text == level.text else from_text(text, level.path)


def _began(level: Level) -> float | None:
    """The time of day (s) at which a dated level's time is 0; None where it does not matter."""
    for node in level.scenario.nodes:
        if "epoch" in node.parameters:
            return float(node.parameters["epoch"]) / SECOND
        if "began" in node.parameters:
            return float(node.parameters["began"])
    return None


class _MeanwhileScreen(BriefScreen):
    """The brief, until the play before has ended and let go of its ports; then the level begins."""

    LOOK = 0.02
    """Seconds between two looks whether it has."""

    def __init__(self, stage: LiveStage, brief: Brief, seed: int | None) -> None:
        super().__init__(brief, seed)
        self._stage = stage
        self._begun = False

    def on_mount(self) -> None:
        self.set_interval(self.LOOK, self._look)

    def _look(self) -> None:
        if not self._begun and not self._stage.is_facing:
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
