"""The ghost: a world in which the book answered, run beside the player's until what can be seen first differs."""

from __future__ import annotations

from core.kernel.choice import Verdict
from core.kernel.seats import Book
from core.kernel.sight import INWARD, Sight, entry_words
from core.kernel.time import MILLISECOND, show_duration
from core.kernel.trace import Entry
from core.kernel.world import World
from core.session.notices import Consequence

MOST_EVENTS = 20_000
"""Events after which a ghost is given up: its words are then said without a difference."""


class Ghost:
    """Beside one costly or wrong answer. Only what happens *to* the node is compared: that its own act differs is no
    consequence. `slack`: µs that the same thing may come earlier or later and still be the same."""

    def __init__(
        self, verdict: Verdict, world: World, twin: World, node: str, everything: bool, slack: int, since: int
    ) -> None:
        """`world` is the player's, `twin` a fork of it in which the book answered; both know the same first `since`
        entries."""
        self.verdict = verdict
        self.world = twin
        self._ran = twin.count
        self._since = since
        self._mine = _Inward(world, node, everything, since)
        self._theirs = _Inward(twin, node, everything, since)
        self._slack = max(slack, MILLISECOND)
        self._same = 0

    @property
    def spent(self) -> bool:
        """Has it run its bound?"""
        return self.world.count - self._ran >= MOST_EVENTS

    def compare(self, now: int) -> Consequence | None:
        """Let the ghost run up to true time `now`; the first difference, if it shows by now."""
        if not self.spent:
            self.world.run(now, MOST_EVENTS - (self.world.count - self._ran))
        mine, theirs = self._mine.list(), self._theirs.list()
        place = self._same
        while place < len(mine) and place < len(theirs):
            if not self._alike(mine[place], theirs[place]):
                break
            place += 1
        self._same = place
        left = mine[place] if place < len(mine) else None
        right = theirs[place] if place < len(theirs) else None
        return self._difference(left, right, now)

    def beside(self, world: World) -> Ghost:
        """A fork of this ghost that is compared with another world: a fork of the player's."""
        sight = self._mine.sight
        twin = self.world.fork()
        other = Ghost(self.verdict, world, twin, sight.node, sight.everything, self._slack, self._since)
        other._same = self._same
        return other

    def _alike(self, mine: tuple[int, Entry], theirs: tuple[int, Entry]) -> bool:
        (when, a), (then, b) = mine, theirs
        return (a.kind, a.peer, a.detail) == (b.kind, b.peer, b.detail) and abs(when - then) <= self._slack

    def _difference(
        self, left: tuple[int, Entry] | None, right: tuple[int, Entry] | None, now: int
    ) -> Consequence | None:
        if left is None and right is None:
            return None
        # One side alone: the other may merely be a little later.
        if left is None or right is None:
            first = (left or right)[0]  # type: ignore[index]
            if now - first <= self._slack and self.world.outcome is None:
                return None
        return Consequence(self.verdict, _words(left), _words(right), time=now)


class _Inward:
    """What happens to the node, with true times, after its first `since` known entries."""

    def __init__(self, world: World, node: str, everything: bool, since: int) -> None:
        self.sight = Sight(world, node, everything)
        self._read = since
        self.found: list[tuple[int, Entry]] = []

    def list(self) -> list[tuple[int, Entry]]:
        """(true µs, entry as shown) of each, in order."""
        for entry in self.sight.entries(self._read):
            if entry.kind in INWARD:
                self.found.append((self.sight.time_of(entry.number), entry))
        self._read = len(self.sight)
        return self.found


def _words(found: tuple[int, Entry] | None) -> str:
    return "" if found is None else f"{entry_words(found[1])} at {show_duration(found[1].time)}"


def foreseen(ghost: Ghost, world: World, horizon: int) -> Consequence | None:
    """The difference that would show within `horizon` µs if the book played on from here: for an early "why"."""
    mine = world.fork(player=Book())
    other = ghost.beside(mine)
    step = max(horizon // 50, 1)
    for place in range(1, 51):
        until = world.now + place * step
        mine.run(until, 2_000)
        found = other.compare(until)
        if found is not None:
            return found
        if mine.outcome is not None and other.world.outcome is not None:
            return None
    return None
