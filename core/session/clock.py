"""The clock on the wall of a session: whether the world's time passes, how fast, and where it stands between events."""

from __future__ import annotations

from collections.abc import Callable

from core.session.notices import Paced
from core.session.pace import Pace

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


class Clock:
    """Screen seconds in, the world's µs out; with the controls that stop it and let it run.

    paused    has the player stopped it?
    speed     one of SPEEDS.
    rushing   as fast as it goes, until something eases it.
    for_move  does it stand until the player has made a move that is due? Whoever stops it or lets it run ends that.
    """

    def __init__(self, pace: Pace, paused: bool, changed: Callable[[Paced], None]) -> None:
        """`changed` is called after every change by the player."""
        self.paused = paused
        self.speed = 1.0
        self.rushing = False
        self.for_move = False
        self._pace = pace
        self._changed = changed
        self._idle = 0.0
        self._grace: float | None = None
        self._reading = 0.0

    @property
    def shortens(self) -> bool:
        """Does its pace shorten every silence?"""
        return self._pace.surges

    def set_paused(self, paused: bool) -> None:
        """Stop it, or let it run."""
        self.paused = paused
        self.for_move = False
        if paused:
            self.rushing = False
        self._tell()

    def stop_for_move(self) -> None:
        """Stand until the player has moved."""
        if not self.paused:
            self.set_paused(True)
            self.for_move = True

    def moved(self) -> None:
        """The player has made what was due: if it stood for that alone, it runs again."""
        if self.for_move:
            self.set_paused(False)

    def set_speed(self, speed: float) -> None:
        """The nearest of SPEEDS."""
        self.speed = min(SPEEDS, key=lambda offered: abs(offered - speed))
        self._tell()

    def rush(self) -> None:
        """As fast as it goes."""
        self.rushing = True
        self.set_paused(False)

    def ease(self) -> None:
        """No faster than its pace: there is something to see."""
        self.rushing = False

    def stop(self) -> None:
        """Stand, and tell nobody: the world stands somewhere else."""
        self.paused, self.rushing = True, False

    def start(self) -> None:
        """Run at its pace, and tell nobody: a run begins anew."""
        self.paused = self.rushing = False

    def _tell(self) -> None:
        self._changed(Paced(self.paused, self.speed, self.rushing))

    # Between events

    def mark(self, now: int) -> None:
        """It goes on from the world's time `now` (µs), as if something had just been seen."""
        self._idle, self._reading = 0.0, float(now)

    def saw(self) -> None:
        """Something was seen: silence begins anew."""
        self._idle = 0.0

    @property
    def now(self) -> int:
        """The world's time (µs) that it has reached."""
        return int(self._reading + 1e-3)

    def run(self, seconds: float, target: int, calm: bool = False, grace: float | None = None) -> float | None:
        """Run for `seconds`, but not beyond the world's time `target` (µs): what is left of the seconds then; None if
        they do not suffice. `calm`: no silence is shortened, as somebody is asked who has only so much time.
        `grace`: the seconds after which this one is, whatever the level's pace."""
        if grace != self._grace:  # it is counted from when this silence was one
            self._grace, self._idle = grace, 0.0
        if calm and not self.rushing:
            self._idle = 0.0
            needed = max(0.0, target - self._reading) / self._pace.rate
            if needed > seconds:
                self._reading += self._pace.rate * seconds
                return None
            seconds -= needed
        elif not self.rushing:
            base = self._pace.passed(self._idle, grace)
            reach = self._reading + self._pace.passed(self._idle + seconds, grace) - base
            if target > reach:
                self._reading, self._idle = reach, self._idle + seconds
                return None
            used = self._pace.seconds(base + target - self._reading, grace) - self._idle
            seconds, self._idle = max(0.0, seconds - used), self._idle + used
        self._reading = max(self._reading, float(target))
        return seconds
