"""A level on many seeds (levels.sweeping), played by the workers of a dask scheduler: the same work, and what comes of
it is the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.cluster import ClusterError, spread
from levels.loader import from_text
from levels.schema import Level
from levels.sweep_worker import Seeds
from levels.sweeping import Kind, Outcome, Player, Tally

BATCH = 32
"""Seeds that a worker is given at a time: it reads the level anew for them, and they go over a network."""


@dataclass(frozen=True)
class Piece:
    """A level, who plays it, and some seeds. `script`: the text of the player's script, whose file is elsewhere."""

    text: str
    path: str
    player: Player
    script: str
    seeds: tuple[int, ...]


def played(piece: Piece) -> list[Outcome]:
    """What comes of each seed, where this is called."""
    level = from_text(piece.text, piece.path)
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        player = piece.player
        if player.kind is Kind.SCRIPT:
            file = Path(folder) / Path(player.name).name
            file.write_text(piece.script, "utf-8")
            player = replace(player, name=str(file))
        seeds = Seeds(level, [player])
        try:
            return [seeds.outcome(0, seed) for seed in piece.seeds]
        finally:
            seeds.close()


class ClusterSweep:
    """The work, as `levels.sweeping.Sweep` shows it; `failed`: why it did not go on, in words."""

    def __init__(self, level: Level, players: Sequence[Player], seeds: Iterable[int], address: str) -> None:
        """`address`: the scheduler's. Raises OSError if a script cannot be read."""
        self.tallies = [Tally(player) for player in players]
        self.failed = ""
        numbers = list(seeds)
        self.of = len(numbers) * len(players)
        self.done = 0
        self._places: list[int] = []
        pieces: list[Piece] = []
        for place, player in enumerate(players):
            script = Path(player.name).read_text("utf-8") if player.kind is Kind.SCRIPT else ""
            for start in range(0, len(numbers), BATCH):
                batch = tuple(numbers[start : start + BATCH])
                pieces.append(Piece(level.text, level.path, player, script, batch))
                self._places.append(place)
        self._coming: Iterator[tuple[int, list[Outcome]]] = spread(address, played, pieces)

    def __enter__(self) -> ClusterSweep:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def left(self) -> bool:
        """Is there anything still to come?"""
        return not self.failed and self.done < self.of

    def heard(self, seconds: float = 0.0) -> list[tuple[int, Outcome]]:
        """The next that has come, as it comes, however long that takes."""
        try:
            number, outcomes = next(self._coming)
        except StopIteration:
            self.failed = "some of it never came back"
            return []
        except ClusterError as error:
            self.failed = str(error)
            return []
        place = self._places[number]
        for outcome in outcomes:
            self.tallies[place].add(outcome)
        self.done += len(outcomes)
        return [(place, outcome) for outcome in outcomes]

    def stop(self) -> None:
        """Let go of the cluster, and of what has not come. Harmless twice."""
        close = getattr(self._coming, "close", None)
        if close is not None:
            close()
