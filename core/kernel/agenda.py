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


class Agenda:
    """Events in the order in which they will happen."""

    __slots__ = ("_crowds", "_times")

    def __init__(self) -> None:
        self._times: list[int] = []
        self._crowds: dict[int, Event | deque[Event]] = {}

    def __bool__(self) -> bool:
        return bool(self._times)

    def __iter__(self) -> Iterator[Event]:
        """All events, the next one first."""
        for time in sorted(self._times):
            yield from self.at(time)

    def push(self, event: Event) -> None:
        """Plan an event, behind those of the same moment."""
        time = event[0]
        crowd = self._crowds.get(time)
        if crowd is None:
            self._crowds[time] = event
            heappush(self._times, time)
        elif type(crowd) is deque:
            crowd.append(event)
        else:
            self._crowds[time] = deque((crowd, event))  # type: ignore[arg-type]

    def pop(self) -> Event:
        """Take the next event. Raises IndexError if there is none."""
        time = self._times[0]
        crowd = self._crowds[time]
        if type(crowd) is deque:
            event: Event = crowd.popleft()
            if crowd:
                return event
        else:
            event = crowd  # type: ignore[assignment]
        del self._crowds[time]
        heappop(self._times)
        return event

    def peek(self) -> Event:
        """The next event. Raises IndexError if there is none."""
        crowd = self._crowds[self._times[0]]
        return crowd[0] if type(crowd) is deque else crowd  # type: ignore[return-value]

    def at(self, time: int) -> list[Event]:
        """The events of one moment, in their order."""
        crowd = self._crowds.get(time)
        if crowd is None:
            return []
        return list(crowd) if type(crowd) is deque else [crowd]  # type: ignore[list-item]

    def prefer(self, number: int) -> None:
        """Let the event planned as `number` be the first of the next moment. Raises ValueError if it is not there."""
        time = self._times[0]
        crowd = self.at(time)
        chosen = [event for event in crowd if event[1] == number]
        if not chosen:
            raise ValueError(f"no event {number} is next")
        self._crowds[time] = deque(chosen + [event for event in crowd if event[1] != number])

    def copy(self) -> Agenda:
        """The same plans, to be followed apart."""
        copy = Agenda()
        copy._times = self._times.copy()
        copy._crowds = {time: crowd.copy() if type(crowd) is deque else crowd for time, crowd in self._crowds.items()}
        return copy
