"""What the live commands have in common: a run written down as it goes, and words for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import error_words, find_paths, free_name

if TYPE_CHECKING:
    from core.live.recording import LiveRecorder
    from core.live.seam import Live
    from core.record import Result
    from levels.schema import Level


class Recording:
    """The run file of a live level that nobody plays: `wanted`, or a new one beside the runs of plays."""

    def __init__(self, level: Level, wanted: str | None) -> None:
        self._level = level
        self._wanted = wanted
        self._recorder: LiveRecorder | None = None

    @contextmanager
    def of(self, live: Live) -> Iterator[None]:
        """Write the run of `live` as it goes. Raises OSError if the file cannot be written."""
        with self._opened(live) as self._recorder:
            try:
                yield
            except BaseException:
                say(f"What came until then is saved as {self.path}")
                raise

    def _opened(self, live: Live) -> LiveRecorder:
        from core.live.recording import LiveRecorder

        level = self._level
        while True:
            path = Path(self._wanted or free_name(find_paths().runs, level.id, level.scenario.seed))
            try:
                return LiveRecorder(path, live, level=level.id, text=level.text, failed=self._failed)
            except BlockingIOError:
                if self._wanted:
                    raise  # else another command has just taken that name

    def _failed(self, error: OSError) -> None:
        say(f"The run is written no further ({error_words(error)}); all of it is tried once more at its end")

    @property
    def path(self) -> Path:
        """Where the run is, or will be. Raises LookupError before there is one."""
        if self._recorder is None:
            raise LookupError("nothing has begun")
        return self._recorder.path

    @property
    def words(self) -> str:
        """Where it is found, even after a kill; for people."""
        return f"The run is written as it goes: {self.path}"

    def result(self) -> Result:
        """What came of the run that has ended. Raises OSError if it could not be written whole."""
        recorder = self._recorder
        if recorder is None or recorder.result is None:
            raise LookupError("the run has not ended")
        if recorder.error is not None:
            raise recorder.error
        return recorder.result


def say(text: str) -> None:
    """Words for people: standard output is for what came of it."""
    print(text, file=sys.stderr, flush=True)
