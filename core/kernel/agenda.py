"""The agenda: what will happen, by time and, at one time, in the order of its planning.

Simulated events come in crowds at one moment (equal latencies, equal timers), so moments are kept on a heap of plain
numbers and each has its crowd: the heap stays small, and a crowd costs nothing to order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any, TypeAlias

Event: TypeAlias = tuple[int, int, int, int, tuple[Any, ...], int]
"""(true time µs, number of its planning, kind, index of the node, payload, entry that caused it)."""

NOBODY = -1
"""The index of an event that is no node's own."""

# Kinds of planned events
(
    RECEIVE, TIMER, START, HAPPEN, DEADLINE, HOP, DOWNLINK, OPENED, CLOSED, RETRY, HEAL, RESTART, LIMIT, SLEWED, GRACE,
    RELEASE, CALM,
) = range(17)  # fmt: skip


def stream_of(event: Event) -> str | None:
    """The stream on which an event arrives; None for what comes on none."""
    kind, payload = event[2], event[4]
    if kind in (OPENED, CLOSED):
        return str(payload[0])
    if kind in (RECEIVE, DOWNLINK) and len(payload) == 3 and payload[2] is not None:
        return str(payload[2])
    return None


class Agenda:
    """Events in the order in which they will happen."""

    __slots__ = ("_crowds", "_numbers", "_time", "_times", "front")

    def __init__(self) -> None:
        self._numbers = 0
        self._times: list[int] = []
        self._crowds: dict[int, list[Event] | deque[Event]] = {}
        self._time = -1
        """The moment whose crowd `front` is; its time and its crowd, though empty, stay until the next is begun."""
        self.front: deque[Event] = deque()
        """What is left of the moment that has begun: `front.popleft()` takes the next event as `pop` does, faster."""

    def __iter__(self) -> Iterator[Event]:
        """All events, the next one first."""
        for time in sorted(self._times):
            yield from self._crowds[time]

    def number(self) -> int:
        """A number that nothing planned has: for what must be told apart in this world and its forks."""
        self._numbers += 1
        return self._numbers

    def plan(self, time: int, kind: int, index: int, payload: tuple[Any, ...], cause: int = -1) -> int:
        """Plan an event, behind those of the same moment; its number."""
        self._numbers = number = self._numbers + 1
        crowd = self._crowds.get(time)
        if crowd is not None:
            crowd.append((time, number, kind, index, payload, cause))
        else:
            self._crowds[time] = [(time, number, kind, index, payload, cause)]
            heappush(self._times, time)
            if time < self._time:
                self._step_back()
        return number

    def _step_back(self) -> None:
        """Something was planned before the moment that had begun."""
        if not self.front:
            del self._crowds[self._time]
            self._times.remove(self._time)
            self._times.sort()  # a sorted list is a heap
        self._time, self.front = -1, deque()

    def _begin(self) -> bool:
        """Begin the next moment; False if there is none. `front` is empty."""
        times = self._times
        if self._time >= 0:
            del self._crowds[self._time]
            heappop(times)
            self._time = -1
        if not times:
            return False
        self._time = time = times[0]
        self._crowds[time] = self.front = deque(self._crowds[time])
        return True

    def pop(self) -> Event | None:
        """Take the next event; None if there is none."""
        return self.front.popleft() if self.front or self._begin() else None

    def peek(self) -> Event | None:
        """The next event; None if there is none."""
        return self.front[0] if self.front or self._begin() else None

    def at(self, time: int) -> list[Event]:
        """The events of one moment, in their order."""
        return list(self._crowds.get(time, ()))

    def prefer(self, number: int) -> None:
        """Let the event planned as `number` be the first of the next moment. Raises ValueError if it is not there."""
        self.peek()
        for event in self.front:
            if event[1] == number:
                self.front.remove(event)
                self.front.appendleft(event)
                return
        raise ValueError(f"no event {number} is next")

    def take(self, event: Event) -> None:
        """Take this event out: it does not happen. Raises ValueError if it is not planned."""
        time = event[0]
        crowd = self._crowds.get(time)
        if crowd is None or event not in crowd:
            raise ValueError(f"no event {event[1]} is planned")
        crowd.remove(event)
        if not crowd and time != self._time:
            del self._crowds[time]
            self._times.remove(time)
            self._times.sort()  # a sorted list is a heap

    def copy(self) -> Agenda:
        """The same plans, to be followed apart."""
        copy = object.__new__(Agenda)
        copy._numbers, copy._time = self._numbers, self._time
        copy._times = self._times.copy()
        copy._crowds = crowds = {time: crowd.copy() for time, crowd in self._crowds.items()}
        copy.front = crowds[self._time] if self._time >= 0 else deque()  # type: ignore[assignment]
        return copy
