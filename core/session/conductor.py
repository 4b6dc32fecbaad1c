"""The session itself: see core.session. This part paces the world; the parts below it say what happens in it."""

from __future__ import annotations

import time

from core.kernel.world import Outcome
from core.session import notices
from core.session.rewinding import Rewinding

SLICE = 0.004
"""Seconds that the pump runs events for before it lets the screen have a turn."""
NAP = 0.002
"""Seconds between slices while there is more to run."""
FRAME = 1 / 30
"""Seconds between slices while the clock merely moves on: always the same, or its rhythm would tell of the unseen."""
LONGEST_TICK = 0.25
"""Screen seconds that one slice makes up for at most: a machine that was asleep does not catch up."""


class Session(Rewinding):
    """A scenario at play.

    say          when verdicts are said: "at-once", "when-it-shows" (with their consequence; right answers' words with
                 the next thing seen, so that silence betrays nothing) or "after".
    asks         "choose" or "type"; "notice": nobody asks what `keeps`, the kept answer starts as inaction.
    pace         "auto" (a median link delay lasts 0.8 s, longer silences pass within a second more), or virtual µs a
                 screen second.
    everything   no fog (who plays the network sees everything anyway).
    answers      recorded answers to watch: they are given at their times until a person does otherwise.
    policy       a seat that answers instead of a person: Book() for a demonstration, a script.
    hints        staged hints, mildest first.
    mastered     cases that run by themselves from the start; read `mastered` at the end for the next level.
    paused       start with the clock stopped.

    Controls are plain calls from the thread in which `run` runs; they work before and after `run`, too.
    """

    async def run(self) -> None:
        """Pace the world until `close` is called or the task is cancelled. Goes on after the end, for looking back."""
        import trio  # only where a world is paced: headless commands start without it

        if self._running:
            raise RuntimeError("this session is running already")
        self._running = True
        try:
            last = trio.current_time()
            while not self._closed:
                if self._stands():
                    self._wake = trio.Event()
                    await self._wake.wait()
                    last = trio.current_time()
                    continue
                now = trio.current_time()
                tick, last = min(now - last, LONGEST_TICK), now
                await trio.sleep(self._advance(tick * self._speed))
        finally:
            self._running = False
            self._wake = None

    async def until_over(self) -> Outcome:
        """Wait until the run has ended; how."""
        import trio

        while self._world.outcome is None:
            event = trio.Event()
            self._over_waiters.append(event)
            await event.wait()
        return self._world.outcome

    def close(self) -> None:
        """Let `run` return."""
        self._closed = True
        self._rouse()

    def _advance(self, seconds: float) -> float:
        """Let `seconds` of screen time (times speed) pass; the nap until the next slice."""
        world = self._world
        started = time.perf_counter()
        first = world.count
        left = seconds
        nap = FRAME
        while world is self._world and not self._stands():
            due = self._due()
            if due is not None and (due.how == "answer" or due.at <= world.now):
                self._take_from_tape(due)
                continue
            upcoming = world.next_time()
            target = upcoming if due is None else due.at if upcoming is None else min(due.at, upcoming)
            if target is None:
                break
            if not self._flat_out:
                base = self._pace.passed(self._idle)
                reach = self._clock + self._pace.passed(self._idle + left) - base
                if target > reach:
                    self._clock, self._idle = reach, self._idle + left
                    world.advance(int(reach + 1e-3))
                    break
                used = self._pace.seconds(base + target - self._clock) - self._idle
                left, self._idle = max(0.0, left - used), self._idle + used
            self._clock = max(self._clock, float(target))
            if upcoming is None or target < upcoming:
                world.advance(target)
            elif self._event():
                self._idle = 0.0
            if time.perf_counter() - started > SLICE:
                nap = NAP
                break
        if self._world.count > first and world is self._world:
            self._tell(notices.Stepped(first, world.count, world.now))
        return nap
