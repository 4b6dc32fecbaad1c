"""One play as it is written down: journalled while it is played, and put among the runs when it is over or left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.recorder import Recorder, Unfinished, journal_name
from core.script import ScriptError
from core.session import Session
from levels.schema import Level
from tui.language import said
from tui.platform import error_words, free_name, write_crash_report
from tui.signing import now, signer_of

if TYPE_CHECKING:
    from tui.game import Game


@dataclass
class Play:
    """One play being played: its place in the progress file, and what writes it down.

    record     where it is written, instead of the usual place.
    scripted   did a script begin it?
    recorder   what writes it as it is played; None where nothing does.
    run_file   where the run is put when the play is over, or left.
    """

    world: str
    app: Game | None = None
    record: Path | None = None
    number: int | None = None
    unseen: bool = False
    scripted: bool = False
    recorder: Recorder | None = None
    run_file: Path | None = None

    def write_down(self, level: Level, session: Session, goes_on: Unfinished | None) -> None:
        """Write it from now on, as far as it can be written: that it cannot never stops the game."""
        assert self.app is not None
        paths = self.app.paths
        path = self.run_file = self.record or free_name(paths.runs, level.id, session.scenario.seed)
        journal = paths.journals / journal_name(path.stem, self.number or 0, self.unseen)
        if goes_on is not None:
            journal = goes_on.run.path
        run = goes_on.run if goes_on is not None else None
        signer, unsigned = signer_of(paths)
        if unsigned:
            self._warn(unsigned)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            live = session.scenario.live
            self.recorder = Recorder(
                path if live else journal, session, level=level.id, text=level.text, unseen=self.unseen,
                later=not live, goes_on=None if live else run, signer=signer, began=now(),
            )  # fmt: skip
        except OSError as error:
            self._warn(said("This run cannot be saved: {error}", error=error_words(error)))

    def closed(self, session: Session) -> None:
        """The play's screen is gone. Where the whole game ends, a play under way stays a journal: it can be gone on
        with at the next start, as after a kill."""
        app = self.app
        for trouble in session.troubles:
            own = trouble.error is not None and not isinstance(trouble.error, OSError | ScriptError)
            if own and trouble.error is not None and app is not None:
                about = {"who": trouble.who, "scenario": session.scenario.name}
                write_crash_report(app.paths.reports, trouble.error, about)
        if self.recorder is None:
            return
        if not (app is not None and app.return_code is not None and not session.over and _played(session)):
            self.put_away(session)
        self.recorder.close()

    def put_away(self, session: Session) -> None:
        """The journal of a play that is over or left becomes its run file, or nothing if nothing was played."""
        recorder = self.recorder
        if recorder is None or self.run_file is None:
            return
        if not session.over:
            recorder.close()
            if not _played(session) and self.record is None:
                recorder.discard()
                return
        if recorder.path != self.run_file:
            try:
                recorder.move(self.run_file)
            except OSError as error:
                if self.app is not None and self.app.return_code is None:
                    words = said("This run stays in {file}: {error}", file=recorder.path, error=error_words(error))
                    self._warn(words)

    def _warn(self, words: str) -> None:
        assert self.app is not None
        self.app.notify(words, severity="warning", markup=False)


def _played(session: Session) -> bool:
    return any(given.how != "keep" for given in session.world.answers)
