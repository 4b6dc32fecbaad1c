"""The pump: the one task that lets the world's clock go on, slice by slice, paced for a person."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.session import notices
from core.session.clock import Clock
from core.session.play import Play
from core.session.service import Service
from core.session.stillness import GRACE, HASTE, Stillness, Vain, idle, stillness
from core.session.taps import Taps
from core.session.wake import Wake

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
MOST_STEPS = 100_000
"""Unseen events that one step of the player's may pass."""


class Pump:
    """Runs a play's world by its clock, and in its nursery the tasks of seats and taps."""

    def __init__(self, play: Play, clock: Clock, taps: Taps, wake: Wake) -> None:
        self._play = play
        self._clock = clock
        self._taps = taps
        self._wake = wake
        self.service = Service(play, taps, self.acted)
        self._running = False
        self._closed = False
        self._aside_until = float("-inf")
        self._vain = Vain()

    async def run(self) -> None:
        """Until `close` is called or the task is cancelled; see Session.run."""
        import trio  # only where a world is paced: headless commands start without it

        if self._running:
            raise RuntimeError("this session is running already")
        self._running = True
        problem: Exception | None = None
        try:
            async with trio.open_nursery() as nursery:
                try:
                    await self._conduct(nursery)
                    await self._taps.hear_out()
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
            self._play.desk.close()
        if problem is not None:
            raise problem

    async def _conduct(self, nursery: trio.Nursery) -> None:
        import trio

        clock, play, taps = self._clock, self._play, self._taps
        last = trio.current_time()
        while not self._closed:
            taps.serve(nursery)
            self.service.serve(nursery, clock.paused)
            if taps.behind:
                await taps.catch_up()
                last = trio.current_time()
            elif clock.paused or play.stands:
                await self._wake.sleep()
                last = trio.current_time()
            elif (aside := self.aside) > 0:
                await trio.sleep(aside)
            else:
                now = trio.current_time()
                tick, last = min(now - last, LONGEST_TICK), now
                nap = self.advance(tick * clock.speed)
                if not play.held:
                    await trio.sleep(nap)

    def close(self) -> None:
        """Let `run` return."""
        self._closed = True
        self._wake.rouse()

    def acted(self) -> None:
        """Somebody did something, now: the pace goes on from here."""
        self._clock.mark(self._play.world.now)
        self._wake.rouse()

    # Standing aside

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

    # Letting the world go on

    def advance(self, seconds: float) -> float:
        """Let `seconds` of screen time (times speed) pass; the nap until the next slice."""
        play, clock = self._play, self._clock
        world = play.world
        started = time.perf_counter()
        first = world.count
        nap = FRAME
        still = stillness(world) or (None if clock.shortens else idle(world, play.row.sight))
        if still is Stillness.HOLDING and self._vain.look(world):
            still = Stillness.QUIET  # whether it is let go of or not: there is but the end to come
        grace = GRACE.get(still) if still is not None else None
        seconds *= HASTE if still is Stillness.WATCHING else 1.0
        while world is play.world and not (clock.paused or play.stands):
            due = play.due()
            if due is not None and (due.how == "answer" or due.at <= world.now):
                play.take(due)
                continue
            upcoming = world.next_time()
            target = upcoming if due is None else due.at if upcoming is None else min(due.at, upcoming)
            if target is None:
                break
            left = clock.run(seconds, target, calm=play.unhurried, grace=grace)
            if left is None:
                world.advance(clock.now)
                break
            seconds = left
            if upcoming is None or target < upcoming:
                world.advance(target)
            elif play.event():
                clock.saw()
            now = time.perf_counter()
            if now - started > SLICE or now < self._aside_until:
                nap = NAP
                break
        if world.count > first and world is play.world:
            self._taps.tell(notices.Stepped(first, world.count, world.now))
        return nap

    def run_to(self, until: int) -> None:
        """Let the world run up to the true time `until` (µs), and tell of it: for those outside, who keep the time."""
        world = self._play.world
        first = world.count
        while (upcoming := world.next_time()) is not None and upcoming <= until:
            self._play.event()
        world.advance(until)
        self._clock.mark(world.now)
        if world.count > first:
            self._taps.tell(notices.Stepped(first, world.count, world.now))

    def step(self) -> bool:
        """To the next thing that can be seen; False if a question stops the world or the run is over."""
        play = self._play
        first = play.world.count
        went = False
        for _ in range(MOST_STEPS):
            due = play.due()
            if due is not None:
                play.take(due)
                went = True
                break
            if play.stands_for_seat:
                went = self._urge() or went
                break
            if play.world.over or play.world.stopped or play.stands_for_inspector:
                break
            went = True
            if play.event():
                break
        world = play.world
        self._clock.mark(world.now)
        if went:
            self._taps.tell(notices.Stepped(first, world.count, world.now))
        return went

    def wait(self, until: int) -> bool:
        """Up to the true time `until`, or to what stops the world before it; did anything pass?"""
        play = self._play
        world = play.world
        first, before = world.count, world.now
        while world is play.world and not play.stands:
            upcoming, due = world.next_time(), play.due()
            if due is not None and due.at <= until:
                play.take(due)
            elif upcoming is not None and upcoming <= until:
                play.event()
            else:
                world.advance(until)
                break
        world = play.world
        self._clock.mark(world.now)
        if world.count > first:
            self._taps.tell(notices.Stepped(first, world.count, world.now))
        return world.count > first or world.now > before

    def _urge(self) -> bool:
        """Let a seat be asked although the clock is stopped; is there anybody to do it?"""
        self.service.urge()
        self._wake.rouse()
        return self._running
