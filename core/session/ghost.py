"""The ghost: a world in which the book answered, run beside the player's until what can be seen first differs."""

from __future__ import annotations

from core.kernel.choice import Verdict
from core.kernel.language import later, said
from core.kernel.seats import Book
from core.kernel.sight import INWARD, Sight
from core.kernel.time import MILLISECOND, show_duration
from core.kernel.told import entry_words
from core.kernel.trace import Entry
from core.kernel.world import World
from core.session.notices import Consequence

MOST_EVENTS = 20_000
"""Events after which a ghost is given up: its words are then said without a difference."""


AT = later("{what} at {time}")
"""What happened, and when."""


class Ghost:
    """Beside one costly or wrong answer. Only what happens *to* the node is compared: that its own act differs is no
    consequence. `slack`: µs that the same thing may come earlier or later and still be the same."""

    def __init__(
        self, verdict: Verdict, world: World, twin: World, node: str, everything: bool, slack: int, since: int
    ) -> None:
        """`world` is the player's, `twin` a fork of it in which the book answered; their traces are the same up to
        entry number `since`."""
        self.verdict = verdict
        self.world = twin
        self._ran = twin.count
        self._since = since
        self._mine = _Inward(world, node, everything, since)
        self._theirs = _Inward(twin, node, everything, since)
        self._slack = max(slack, MILLISECOND)
        self._same = 0
        self._followed: World | None = None

    @property
    def spent(self) -> bool:
        """Has it run its bound?"""
        return self.world.count - self._ran >= MOST_EVENTS

    @property
    def follows(self) -> bool:
        """Is it compared with a later ghost's world?"""
        return self._followed is not None

    def follow(self, later: Ghost) -> None:
        """Compare no longer with the player's world, but with that of the next mistake's ghost, in which this mistake
        was made and none after it. So no mistake is blamed for what a later one has done."""
        self._followed = later.world
        self._mine = _Inward(later.world, self._mine.sight.node, self._mine.sight.everything, self._since)

    def compare(self, now: int) -> Consequence | None:
        """Let the ghost run up to true time `now`; the first difference, if it shows by now."""
        if not self.spent:
            self.world.run(now, MOST_EVENTS - (self.world.count - self._ran))
        if self._followed is not None:
            self._followed.run(now, MOST_EVENTS)
        mine, theirs = self._mine.list(), self._theirs.list()
        place = self._same
        while place < len(mine) and place < len(theirs) and self._alike(mine[place], theirs[place]):
            place += 1
        self._same = place
        if max(len(mine), len(theirs)) == place:
            return None
        if min(len(mine), len(theirs)) == place and self.world.outcome is None:
            # One side alone: the other may merely be a little later.
            first = (mine if len(mine) > place else theirs)[place]
            if now - first.time <= self._slack:
                return None
        return Consequence(self.verdict, self._mine.words(place), self._theirs.words(place), time=now)

    def beside(self, world: World) -> Ghost:
        """A fork of this ghost that is compared with another world: a fork of the player's (or of the one that it
        follows)."""
        sight = self._mine.sight
        twin = self.world.fork()
        followed = self._followed.fork() if self._followed is not None else None
        other = Ghost(self.verdict, followed or world, twin, sight.node, sight.everything, self._slack, self._since)
        other._same, other._followed = self._same, followed
        return other

    def _alike(self, mine: Entry, theirs: Entry) -> bool:
        return (mine.kind, mine.peer, mine.detail) == (theirs.kind, theirs.peer, theirs.detail) and abs(
            mine.time - theirs.time
        ) <= self._slack


class _Inward:
    """What happens to the node, from entry number `since` of the trace on."""

    def __init__(self, world: World, node: str, everything: bool, since: int) -> None:
        self.world = world
        self.sight = Sight(world, node, everything)
        self._read = since
        self.found: list[Entry] = []

    def list(self) -> list[Entry]:
        """The true entries, in order."""
        for entry in self.world.trace.since(self._read):
            if entry.kind in INWARD and self.sight.known(entry):
                self.found.append(entry)
        self._read = len(self.world.trace)
        return self.found

    def words(self, place: int) -> str:
        """What happened, and when by the node's own clock; "" if there is no such thing."""
        if place >= len(self.found):
            return ""
        entry = self.found[place]
        time = entry.time
        if not self.sight.everything:
            time = self.world.nodes[self.sight.node].clock.read(time)
        return said(AT, what=entry_words(entry), time=show_duration(time))


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
