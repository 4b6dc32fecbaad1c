"""The run file of a live world that nobody plays: on the disk as it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from core.kernel.scenario import Arrival
from core.live.seam import Live
from core.record import (
    Result,
    RunFile,
    answer_line,
    header_line,
    header_of,
    journal_line,
    line_of,
    result_of,
    write,
)

BY = "book"
"""Who gives the answers that a seat of the world itself gives."""


class LiveRecorder(RunFile):
    """Writes the run of `live` as it goes, everything that comes before our node hears of it.

        with LiveRecorder(path, live, level="live/uppercase", text=text): trio.run(serve, live)

    So what somebody outside has ever heard from us, the file explains, whatever ends this process. When it is closed
    and the run has ended, it has its result.

    Raises OSError where the file cannot be written at first. If the disk fails later, the run goes on, and `failed` is
    told. Then the whole run is tried once more when it is closed; `error` is left only if that fails too.
    """

    def __init__(
        self,
        path: Path | str,
        live: Live,
        *,
        level: str,
        text: str,
        failed: Callable[[OSError], object] = lambda error: None,
    ) -> None:
        super().__init__(path)
        self.result: Result | None = None
        """The result, once the file is closed after the run has ended."""
        self._live = live
        self._failed = failed
        self._answered = 0
        self._header = header_of(live.world.scenario, level, text)
        super().put(header_line(self._header))
        if self.error is not None:
            super().close()
            raise self.error
        for arrival in live.journal:
            self.put(journal_line(arrival), arrival.at)
        live.tap(self._came, self._leaving, self._ending)

    def close(self) -> None:
        """Write the result, if there is one, and no more. Harmless twice."""
        if self.closed:
            return
        self._answers()
        live = self._live
        if live.over:
            self.result = result_of(live.world)
            self.put(line_of({"result": asdict(self.result)}))
        super().close()
        if self.error is None or self.result is None:
            return
        try:
            write(self.path, self._header, live.world.answers, self.result, BY, journal=live.journal, ended=live.ended)
        except OSError as error:
            self.error = error
        else:
            self.error = None

    def _came(self, arrival: Arrival) -> None:
        self._answers()
        self.put(journal_line(arrival), arrival.at)

    def _leaving(self, at: int) -> None:
        self._answers()
        self.put_reached(at)

    def _ending(self, at: int) -> None:
        self._answers()
        self.put(line_of({"ended": at}), at)

    def _answers(self) -> None:
        for given in self._live.world.answers[self._answered :]:
            self.put(answer_line(given, BY), given.at)
            self._answered += 1

    def put(self, line: str, at: int = 0) -> None:
        """As in any run file; a disk that fails is told of."""
        fine = self.error is None
        super().put(line, at)
        if fine and self.error is not None:
            self._failed(self.error)
