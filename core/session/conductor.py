"""The session itself: see core.session. This part paces the world; the parts below it say what happens in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.kernel.world import Outcome
from core.session import notices
from core.session.serving import Serving

if TYPE_CHECKING:
    import trio

SLICE = 0.001
"""Seconds that the pump runs events for before it lets the screen have a turn."""
NAP = 0.001
"""Seconds between slices while there is more to run."""
FRAME = 1 / 30
"""Seconds between slices while the clock merely moves on: always the same, or its rhythm would tell of the unseen."""
ASIDE = 0.004
"""Seconds that the pump stands aside for a key press: about what it takes until the screen shows what the key did."""
LONGEST_TICK = 0.25
"""Screen seconds that one slice makes up for at most: a machine that was asleep does not catch up."""


class Session(Serving):
    """A scenario at play.

    say          when verdicts are said: "at-once", "when-it-shows" (with their consequence; right answers' words with
                 the next thing seen, so that silence betrays nothing) or "after".
    asks         "choose" or "type"; "notice": nobody asks what `keeps`, the kept answer starts as inaction.
    pace         "auto" (a median link delay lasts 0.8 s, longer silences pass within a second more), or virtual µs a
                 screen second.
    everything   no fog (who plays the network sees everything anyway).
    answers      recorded answers to watch: they are given at their times until a person does otherwise.
    policy       a seat that answers at once instead of a person: Book() for a demonstration.
    seats        node → an asynchronous seat that answers for the person there: a script, somebody elsewhere.
    hints        staged hints, mildest first.
    mastered     cases that run by themselves from the start; read `mastered` at the end for the next level.
    paused       start with the clock stopped.

    Controls are plain calls from the thread in which `run` runs; they work before and after `run`, too.
    """

    async def run(self) -> None:
        """Pace the world until `close` is called or the task is cancelled. Goes on after the end, for looking back.

        One nursery: the conductor, a task for every question that waits for a seat, one for every asynchronous tap.
        Nothing of it outlives this call, and what was played stays: the session can be read, used, and run again.
        """
        import trio  # only where a world is paced: headless commands start without it

        if self._running:
            raise RuntimeError("this session is running already")
        self._running = True
        problem: Exception | None = None
        try:
            async with trio.open_nursery() as nursery:
                try:
                    await self._conduct(nursery)
                    await self._hear_taps_out()
                except Exception as error:
                    problem = error
                nursery.cancel_scope.cancel()
        except BaseExceptionGroup as group:
            # Seats and taps raise nothing: this is an answer of a seat's that broke the engine.
            _, others = group.split(trio.Cancelled)
            if others is None or len(others.exceptions) > 1:
                raise
            raise others.exceptions[0] from None
        finally:
            self._running = False
            self._wake = None
            self._let_all_go()
            for seat in dict.fromkeys(self._seats.values()):
                seat.close()
        if problem is not None:
            raise problem

    async def _conduct(self, nursery: trio.Nursery) -> None:
        """The pump: the only one who lets the world's clock go on."""
        import trio

        last = trio.current_time()
        while not self._closed:
            self._serve(nursery)
            if any(tap.behind for tap in self._async_taps):
                await self._let_taps_catch_up()
                last = trio.current_time()
            elif self._stands():
                self._wake = trio.Event()
                await self._wake.wait()
                last = trio.current_time()
            elif (aside := self.aside) > 0:
                await trio.sleep(aside)
            else:
                now = trio.current_time()
                tick, last = min(now - last, LONGEST_TICK), now
                nap = self._advance(tick * self._speed)
                if not self._held():
                    await trio.sleep(nap)

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

    def stand_aside(self) -> None:
        """Let whoever sits at the screen go first, for a moment: the world catches up after it. From any thread.

        Whoever types faster than that does not stop the world: between two such moments it has a slice to itself.
        """
        now = time.perf_counter()
        if now > self._aside_until + SLICE:
            self._aside_until = now + ASIDE

    @property
    def aside(self) -> float:
        """Seconds that the world still stands aside; not above 0 if it does not."""
        return self._aside_until - time.perf_counter()

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
            now = time.perf_counter()
            if now - started > SLICE or now < self._aside_until:
                nap = NAP
                break
        if self._world.count > first and world is self._world:
            self._tell(notices.Stepped(first, world.count, world.now))
        return nap
