"""A level on many seeds: a player's own script, the book and the personas, each on all of the seeds.

    with Sweep(level, players_of(level, script), range(1, 1001)) as sweep:
        while sweep.left:
            for place, outcome in sweep.heard(0.1): ...

Whoever asks is never held up: the work is done by processes of their own (levels.sweep_worker), one for each processor,
and can be stopped at any moment; what has come until then stands. What comes of a seed depends on level, player and
seed alone, and on nothing of the order in which it is done.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.kernel.laws import MESSAGES, Measure
from core.kernel.scenario import Scenario
from levels.proofs import personas_of
from levels.schema import MOST_SEED, Level

BATCH = 8
"""Seeds that a worker is given at a time: few, so that all players' workers end together."""
MOST_FAILURES = 10
"""Seeds on which a script has failed, after which it is given up if it has not answered on more than that."""
END_SECONDS = 5.0
"""Seconds in which a worker that was killed is gone."""


class Kind(StrEnum):
    """Who plays."""

    SCRIPT = "script"
    BOOK = "book"
    PERSONA = "persona"


@dataclass(frozen=True)
class Player:
    """Who plays a level on many seeds: `name` is a script's file, or a persona's name."""

    kind: Kind
    name: str = ""

    @property
    def words(self) -> str:
        """Who that is, for people."""
        return {Kind.SCRIPT: "your script", Kind.BOOK: "the book"}.get(self.kind, self.name)


@dataclass(frozen=True)
class Outcome:
    """What came of one seed. `failure`: why the script gave no answer, in words, `line` where; then nothing else is
    said."""

    seed: int
    won: bool = False
    reason: str = ""
    time_us: int = 0
    measures: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""
    line: int | None = None


@dataclass
class Tally:
    """All that came of one player."""

    player: Player
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """One more seed."""
        self.outcomes[outcome.seed] = outcome

    @property
    def seeds(self) -> int:
        """On how many seeds it was played."""
        return len(self.outcomes)

    @property
    def wins(self) -> int:
        """On how many it was won."""
        return sum(outcome.won for outcome in self.outcomes.values())

    @property
    def failures(self) -> list[Outcome]:
        """The seeds on which the script failed, in their order."""
        return [self.outcomes[seed] for seed in sorted(self.outcomes) if self.outcomes[seed].failure]

    def values(self, measure: str) -> list[int]:
        """What the runs that were won came to, the least first."""
        return sorted(outcome.measures[measure] for outcome in self.outcomes.values() if outcome.won)

    def worst(self, measure: Measure) -> Outcome | None:
        """The worst seed: of those that were lost the one that was lost soonest, else the dearest win; None if there
        is none to be seen."""
        played = [outcome for outcome in self.outcomes.values() if not outcome.failure]
        sign = 1 if measure.higher else -1

        def badness(outcome: Outcome) -> tuple[int, ...]:
            if not outcome.won:
                return 0, outcome.time_us, outcome.seed
            return 1, sign * outcome.measures[measure.name], -outcome.time_us, outcome.seed

        return min(played, key=badness, default=None)

    def as_json(self, measure: str) -> dict[str, Any]:
        """The tally as a program reads it."""
        values = self.values(measure)
        found: dict[str, Any] = {
            "player": str(self.player.kind) if not self.player.name else f"{self.player.kind}:{self.player.name}",
            "seeds": self.seeds, "won": self.wins, "failed": len(self.failures),
        }  # fmt: skip
        return found | {name: quantile(values, share) for name, share in QUANTILES.items()}


QUANTILES = {"least": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "most": 1.0}
"""Name → below which share of the values it lies."""


def quantile(values: Sequence[int], share: float) -> int | None:
    """The value below which so much of the sorted values lies; None of none."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def main_measure(scenario: Scenario) -> Measure:
    """By what runs of this level are laid out: its first par."""
    return scenario.par[0].measure if scenario.par else MESSAGES


def players_of(level: Level, script: Path | str | None, *, others: bool = True) -> list[Player]:
    """Who plays a level on many seeds: the script first, then the book, then every persona that would answer
    otherwise."""
    found = [Player(Kind.SCRIPT, str(script))] if script is not None else []
    if others:
        found.append(Player(Kind.BOOK))
        found += [Player(Kind.PERSONA, persona.name) for persona in personas_of(level)]
    return found


def why_not(level: Level) -> str:
    """Why a level cannot be played on many seeds, in words; "" if it can."""
    scenario = level.scenario
    if scenario.live:
        return "it is played against programs outside, which no seed makes"
    if not scenario.player and scenario.hand is None and scenario.inspector is None:
        return "nobody plays in it"
    return ""


class Sweep:
    """The work. A context manager: its processes end with it.

    tallies   what has come so far, one for each player.
    failed    why no worker can be started, or went on, in words; "" while all is well.
    """

    def __init__(self, level: Level, players: Sequence[Player], seeds: Iterable[int], jobs: int | None = None) -> None:
        """`jobs`: how many processes; None: one for each processor. Raises ValueError for a seed that is none."""
        self.tallies = [Tally(player) for player in players]
        self.failed = ""
        self.stopped = False
        numbers = list(seeds)
        if numbers and not 0 <= min(numbers) <= max(numbers) <= MOST_SEED:
            raise ValueError(f"a seed is a number from 0 to {MOST_SEED}")
        self.of = len(numbers) * len(players)
        self.done = 0
        self._batches = deque(
            (place, numbers[start : start + BATCH])
            for place in range(len(players))
            for start in range(0, len(numbers), BATCH)
        )
        self._heard: queue.Queue[tuple[_Worker, Any]] = queue.Queue()
        self._workers: list[_Worker] = []
        task = {
            "text": level.text, "path": level.path,
            "players": [[str(player.kind), player.name] for player in players],
        }  # fmt: skip
        for _ in range(min(jobs or os.cpu_count() or 1, len(self._batches))):
            try:
                self._workers.append(_Worker(task, self._heard))
            except OSError as error:
                self.failed = f"no process can be started: {error.strerror or error}"
                break

    def __enter__(self) -> Sweep:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def left(self) -> bool:
        """Is there anything still to come?"""
        return not self.stopped and not self.failed and self.done < self.of

    def heard(self, seconds: float = 0.0) -> list[tuple[int, Outcome]]:
        """What has come since: (place of the player, what came of a seed). Waits at most so long for a first one."""
        found: list[tuple[int, Outcome]] = []
        try:
            found += self._take(*self._heard.get(timeout=seconds) if seconds else self._heard.get_nowait())
            while True:
                found += self._take(*self._heard.get_nowait())
        except queue.Empty:
            pass
        if not self.left:
            self.stop()
        return found

    def _take(self, worker: _Worker, said: Any) -> list[tuple[int, Outcome]]:
        if self.stopped or self.failed:
            return []
        if said == "idle":
            if self._batches:
                worker.give(self._batches.popleft())
            return []
        if isinstance(said, str):
            self.failed = said
            return []
        place, told = said
        outcome = Outcome(**told)
        tally = self.tallies[place]
        tally.add(outcome)
        self.done += 1
        failures = len(tally.failures) if outcome.failure else 0
        if failures >= MOST_FAILURES and failures * 2 >= tally.seeds:
            self.failed = "the script failed on most seeds, and was given up"
        return [(place, outcome)]

    def stop(self) -> None:
        """End the work, at once. Harmless twice."""
        self.stopped = True
        self._batches.clear()
        for worker in self._workers:
            worker.end()
        self._workers = []


class _Worker:
    """One process that plays seeds, and the thread that hears it."""

    def __init__(self, task: Mapping[str, Any], heard: queue.Queue[tuple[_Worker, Any]]) -> None:
        root = str(Path(__file__).parent.parent)
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from levels.sweep_worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a script prints, a thousand times
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # it is ended with its script, however busy that is
        )
        self._ends = False
        self._tell(task)
        self._thread = threading.Thread(target=self._hear, args=(heard,), name="sweep", daemon=True)
        self._thread.start()

    def give(self, batch: tuple[int, list[int]]) -> None:
        """Some more seeds of a player's."""
        self._tell(batch)

    def _tell(self, what: Any) -> None:
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # it has ended: its thread says so
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()

    def _hear(self, heard: queue.Queue[tuple[_Worker, Any]]) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):
            for line in self._process.stdout:
                heard.put((self, json.loads(line)))
        if not self._ends:
            heard.put((self, f"a process that played seeds has ended (exit status {self._process.wait()})"))

    def end(self) -> None:
        """End the process, and its script's."""
        self._ends = True
        process = self._process
        if process.poll() is None:
            with suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()
        process.wait()
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        self._thread.join(timeout=END_SECONDS)
        if process.stdout is not None:
            with suppress(OSError):
                process.stdout.close()


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it goes over a pipe."""
    return asdict(outcome)
