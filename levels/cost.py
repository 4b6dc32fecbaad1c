"""What laws cost beside the rest of a run: lines that run in them, not seconds, so that every machine says alike."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

from core.kernel.laws import BoundLaw
from core.kernel.seats import Book
from core.kernel.world import World
from levels.schema import Level

MOST_EVENTS = 400
"""Events of the book's run that are counted: what a law costs an event shows by then."""
LEAST_LINES = 2_000
"""What a law may cost in them, whatever all else does: a world of a few events says nothing."""


class _Counter:
    """Counts lines: those of one law at a time, and those of all else."""

    def __init__(self) -> None:
        self.others = 0
        self.laws: dict[tuple[str, int], int] = {}
        self._law: tuple[str, int] | None = None

    def watched(self, law: BoundLaw, key: tuple[str, int]) -> BoundLaw:
        """The law, counted."""
        self.laws[key] = 0
        watch = law.law.watch
        counted = replace(
            law.law, holds=self._counted(law.law.holds, key), watch=None if watch is None else self._counted(watch, key)
        )
        return BoundLaw(counted, law.arguments)

    def _counted(self, function: Callable[..., Any], key: tuple[str, int]) -> Callable[..., Any]:
        def counted(*words: Any, **more: Any) -> Any:
            self._law = key
            try:
                return function(*words, **more)
            finally:
                self._law = None

        return counted

    def on_call(self, frame: FrameType, event: str, arg: Any) -> Any:
        """What the interpreter calls for every function: its lines are counted, too."""
        return self._on_line

    def _on_line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            if self._law is not None:
                self.laws[self._law] += 1
            else:
                self.others += 1
        return self._on_line


def dear_laws(level: Level) -> list[tuple[str, int, float]]:
    """("win" or "lose", place, times the work of all else) of laws that cost more than protocol and kernel do."""
    counter = _Counter()
    scenario = level.scenario
    win, lose = (
        tuple(counter.watched(law, (name, place)) for place, law in enumerate(laws))
        for name, laws in (("win", scenario.win), ("lose", scenario.lose))
    )
    world = World(replace(scenario, win=win, lose=lose), Book(), intervals=False)
    before = sys.gettrace()
    sys.settrace(counter.on_call)
    try:
        world.run(limit=MOST_EVENTS)
    finally:
        sys.settrace(before)
    return [
        (*key, lines / max(1, counter.others))
        for key, lines in counter.laws.items()
        if lines > max(counter.others, LEAST_LINES)
    ]
