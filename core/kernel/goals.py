"""Goals: what wins and what loses, looked at after every event."""

from __future__ import annotations

from typing import Any

from core.kernel.laws import Evidence, LawKind
from core.kernel.node import Outcome
from core.kernel.state import WorldState


class Goals(WorldState):
    """How a run ends."""

    def _monitor(self) -> None:
        if self.outcome is not None:
            return
        if self._watching:
            self._watch()
        wanted = 0
        for place, (law, evidence, wins) in enumerate(self._monitors):
            if not wins:
                if law.holds(evidence):
                    self.outcome = Outcome(False, law.text, self.now)
                    return
            elif law.law.kind is LawKind.ALWAYS:
                if not law.holds(evidence):
                    self.outcome = Outcome(False, f"broken: {law.text}", self.now)
                    return
            else:
                wanted += 1
                if place not in self._reached and law.holds(evidence):
                    self._reached.add(place)
        if wanted and len(self._reached) == wanted:
            self.outcome = Outcome(True, "; ".join(law.text for law, _, wins in self._monitors if wins), self.now)

    def _watch(self) -> None:
        watchers: list[tuple[Any, Evidence]] = [
            (law.watch, evidence) for law, evidence, _ in self._monitors if law.law.watch is not None
        ]
        watchers += [(measure.watch, evidence) for measure, evidence in self._gauges]
        for entry in self.trace.since(self._watched):
            for watch, evidence in watchers:
                watch(evidence, entry)
        self._watched = len(self.trace)

    def _end_at_limit(self) -> None:
        self._monitor()
        if self.outcome is not None:
            return
        missing = [
            law.text
            for place, (law, _, wins) in enumerate(self._monitors)
            if wins and law.law.kind is not LawKind.ALWAYS and place not in self._reached
        ]
        if missing:
            self.outcome = Outcome(False, f"time is up: {'; '.join(missing)}", self.now)
        else:
            words = "; ".join(law.text for law, _, wins in self._monitors if wins)
            # A live run without a goal is one that nothing went wrong in: whoever ran it ended it.
            won = bool(self.scenario.win) or self.live
            self.outcome = Outcome(won, words or ("ended" if self.live else "time is up"), self.now)
