"""A process that plays a level on the seeds that it is given (see levels.sweeping): JSON lines in, JSON lines out.

First comes what is to be played, then again and again [place of the player, seeds]; for each seed goes out
[place, what came of it], and "idle" when there is nothing to do. What cannot be played at all is said as a text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from core.kernel.scenario import Scenario
from core.kernel.seats import Book, Seat
from core.kernel.world import World
from core.script import Script, ScriptError, hidden_of
from levels.loader import from_text
from levels.proofs import ProofError, persona_seat, personas_of, play
from levels.schema import Level, LevelError
from levels.sweeping import Kind, Outcome, Player, told


def main(lines: TextIO | None = None, out: TextIO | None = None) -> None:
    """Until there are no more lines."""
    source, target = lines or sys.stdin, out or sys.stdout

    def say(what: Any) -> None:
        target.write(json.dumps(what) + "\n")
        target.flush()

    task = json.loads(source.readline())
    try:
        level = from_text(task["text"], task["path"])
    except LevelError as error:
        say(f"the level cannot be read: {error}")
        return
    seeds = Seeds(level, [Player(Kind(kind), name) for kind, name in task["players"]])
    try:
        say("idle")
        for line in source:
            place, numbers = json.loads(line)
            for number in numbers:
                say([place, told(seeds.outcome(place, number))])
            say("idle")
    finally:
        seeds.close()


class Seeds:
    """Plays one seed after the other. Of a run by the book or a persona in which no die was thrown the outcome stands
    for every seed on which the same happens; a script sees its candidates in another order on each."""

    def __init__(self, level: Level, players: Sequence[Player]) -> None:
        self._players = players
        self._personas = {persona.name: persona for persona in personas_of(level)}
        rooms = {name: replace(room, intervals=()) for name, room in level.scenario.protocols.items()}
        self._scenario = replace(level.scenario, protocols=rooms)  # nobody looks at these runs
        self._hidden = hidden_of(level.scenario)
        self._script: Script | None = None
        self._known: dict[tuple[int, object], Outcome] = {}

    def outcome(self, place: int, seed: int) -> Outcome:
        """What comes of one seed in this player's hands."""
        scenario = self._scenario.reseeded(seed)
        player = self._players[place]
        if player.kind is Kind.SCRIPT:
            return self._scripted(player, scenario)
        key = (place, scenario.variant)
        if key in self._known:
            return replace(self._known[key], seed=seed)
        seat: Seat = Book() if player.kind is Kind.BOOK else persona_seat(self._personas[player.name])
        world = play(scenario, seat)
        found = outcome_of(world, seed)
        if not world.rolled:
            self._known[key] = found
        return found

    def _scripted(self, player: Player, scenario: Scenario) -> Outcome:
        seed = scenario.seed
        try:
            if self._script is None:
                self._script = Script(Path(player.name), seed=seed, hidden=self._hidden)
            else:
                self._script.again(seed)
            return outcome_of(play(scenario, self._script), seed)
        except ScriptError as error:
            self.close()
            return Outcome(seed, failure=error.message, line=error.line)
        except (ValueError, ProofError) as error:  # an answer that is none; a run without an end
            self.close()
            return Outcome(seed, failure=str(error))

    def close(self) -> None:
        """End the script's process."""
        script, self._script = self._script, None
        if script is not None:
            script.close()


def outcome_of(world: World, seed: int) -> Outcome:
    """What came of a run that has ended."""
    assert world.outcome is not None
    measures = {"messages": world.evidence().sent(), "time": world.outcome.at, **world.measures()}
    return Outcome(seed, world.outcome.won, world.outcome.reason, world.outcome.at, measures)
