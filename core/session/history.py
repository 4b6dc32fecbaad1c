"""Rewinding: keyframes of a world, and re-execution from the nearest with the recorded answers."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.scenario import Scenario
from core.kernel.seats import Player
from core.kernel.world import Answered, DivergedError, World

FIRST_INTERVAL = 128
"""Events between keyframes, to begin with."""
MOST_KEYFRAMES = 48
"""Beyond this many every other one is forgotten and the interval doubles: memory stays bounded, and so does the way
from a keyframe, to a forty-eighth of the run."""


class History:
    """The keyframes of one scenario's lines of play. A keyframe is a fork that nobody lets run."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._interval = FIRST_INTERVAL
        self._frames: list[World] = [World(scenario)]
        self._last = 0

    def remember(self, world: World) -> None:
        """Keep a keyframe of this world if it is due. Called right after an event, before the clock moves on."""
        if world.count - self._last < self._interval:
            return
        self._last = world.count
        if any(frame.count == world.count and frame.answers == world.answers for frame in self._frames):
            return
        self._frames.append(world.fork(player=Player()))
        if len(self._frames) > MOST_KEYFRAMES:
            self._frames.sort(key=lambda frame: frame.count)
            self._frames = self._frames[::2]
            self._interval *= 2

    def at(self, answers: Sequence[Answered], event: int) -> World:
        """The world right after event number `event` with exactly these answers given (those at `event` too).

        Raises DivergedError if they do not fit.
        """
        frames = [frame for frame in self._frames if self._leads_to(frame, answers, event)]
        nearest = max(frames, key=lambda frame: frame.count)
        self._last = nearest.count
        world = nearest.fork(player=Player())
        for answered in answers[len(world.answers) :]:
            self._run(world, answered.after)
            world.take(answered)
        self._run(world, event)
        return world

    def _run(self, world: World, event: int) -> None:
        while world.count < event and world.step():
            self.remember(world)
        if world.count != event:
            raise DivergedError(f"no event {event}: the run stands at event {world.count}")

    def _leads_to(self, frame: World, answers: Sequence[Answered], event: int) -> bool:
        given = len(frame.answers)
        if frame.count == 0:
            return True
        return (
            frame.count <= event
            and given <= len(answers)
            and frame.answers == list(answers[:given])
            and (given == len(answers) or answers[given].after >= frame.count)
        )
